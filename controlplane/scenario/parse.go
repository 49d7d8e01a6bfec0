package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"picket/controlplane"
	"picket/controlplane/scenario/strict"
)

// Bounds of a pack.
const (
	maxScenarios = 500
	maxDay       = 24 * time.Hour
	maxOver      = 1_000_000_000_000
	// MaxPerMinute bounds a throttle's rate.
	MaxPerMinute = 60_000
)

// document is a scenario as it is written.
type document struct {
	Scenario    string          `yaml:"scenario" doc:"The name: lower case letters, digits and -. Required."`
	Description string          `yaml:"description" doc:"What it finds, for people. Required."`
	On          Source          `yaml:"on" doc:"requests, or findings: what is seen inside a request or response."`
	Match       string          `yaml:"match" doc:"Which requests or findings are part of a window. CEL. Required, unless sequence says it."`
	Sequence    []stepText      `yaml:"sequence" doc:"Two to four steps of the same caller, in this order, each within the time of within after the one before. The last one is the match."`
	Missing     string          `yaml:"missing" doc:"The name of the first of two steps: what counts is the second without the first."`
	Usual       float64         `yaml:"usual" doc:"For missing: the share of callers who take the step at this endpoint, by its lower bound. 0 to 1."`
	Differs     Of              `yaml:"differs" doc:"For a sequence: what must be another than at the step before: ip, network, fingerprint, session, credential."`
	By          []By            `yaml:"by" doc:"What a window is kept for. Required."`
	FirstSeen   firstSeenText   `yaml:"first_seen" doc:"Counts only what the caller had never done before."`
	Begins      string          `yaml:"begins" doc:"counted: a window begins with the first request that counts, and knows nothing of those before, which costs less. Absent: with the first that matches."`
	Only        string          `yaml:"only" doc:"Which of the matched requests count and also count. CEL. Absent: all."`
	Count       string          `yaml:"count" doc:"requests, distinct(x) or sum(x)."`
	Over        int             `yaml:"over" doc:"It fires above this count. Required."`
	Within      time.Duration   `yaml:"within" doc:"How long a window is: 1s to 24h. Required."`
	Also        []thresholdText `yaml:"also" doc:"Further counts over the same window that must be above their thresholds."`
	Ratio       ratioText       `yaml:"ratio" doc:"The share of the matched requests for which a condition must hold."`
	Baseline    baselineText    `yaml:"baseline" doc:"Compares the count with what is usual."`
	Unless      string          `yaml:"unless" doc:"What speaks against it: CEL over the facts of the last request and the window's sums."`
	Narrow      narrowText      `yaml:"narrow" doc:"Which of all who contributed to a window are decided about."`
	Confidence  confidenceText  `yaml:"confidence" doc:"How sure it is, 0 to 1; or base, plus, per: base and plus times the number that per gives, 0 to 1."`
	Severity    string          `yaml:"severity" doc:"low, medium, high or critical."`
	OWASP       []string        `yaml:"owasp" doc:"Items of OWASP's API Security Top 10, as in API1:2023."`
	CWE         []int           `yaml:"cwe" doc:"Numbers of MITRE's Common Weakness Enumeration."`
	Evidence    []string        `yaml:"evidence" doc:"Sentences for explain. {count}, {over}, {within}, {endpoint}, any number of a window and {a/b} for a share stand for themselves; a sentence whose first number is 0 is left out."`
	Response    responseText    `yaml:"response" doc:"What is asked for."`
	Mode        string          `yaml:"mode" doc:"enforce, or observe: its decisions only count."`
}

type stepText struct {
	Name  string `yaml:"name" doc:"For missing."`
	Match string `yaml:"match" doc:"CEL."`
}

type firstSeenText struct {
	By    []By          `yaml:"by" doc:"Whose past is looked at. Absent: as by."`
	Of    Of            `yaml:"of" doc:"endpoint, network, fingerprint, ip or node."`
	After time.Duration `yaml:"after" doc:"How long the caller must be known before: 1s to 24h."`
}

type thresholdText struct {
	Count string `yaml:"count" doc:"As count."`
	Over  int    `yaml:"over" doc:"As over."`
}

type ratioText struct {
	Of      string  `yaml:"of" doc:"CEL over the facts of a request."`
	AtLeast float64 `yaml:"at_least" doc:"The least share, which the lower 95 % bound (Wilson) must reach: 0 to 1."`
}

type baselineText struct {
	Times   float64 `yaml:"times" doc:"Above so many times what is usual: 1 to 1000."`
	Periods int     `yaml:"periods" doc:"How many windows, or others with peers, must be known before it fires. 0: while nothing is known, over alone decides."`
	Peers   bool    `yaml:"peers" doc:"true: what others do is usual, instead of the caller's own past: at the same endpoint, where by has endpoint."`
	// Zero: the median.
	Quantile float64 `yaml:"quantile" doc:"With peers: the share of others who do not do more than what is usual, 0 to 1. Absent: 0.5, the median."`
	Own      float64 `yaml:"own" doc:"With peers: it must also be above so many times the caller's own past, once three windows of it are known: 1 to 1000."`
}

type narrowText struct {
	Count   string `yaml:"count" doc:"As count, of one caller."`
	Over    int    `yaml:"over" doc:"As over."`
	Unless  string `yaml:"unless" doc:"CEL over the caller's own sums."`
	Callers int    `yaml:"callers" doc:"How many callers must stand out so before any is decided about: 1 to 1000. Absent: 1."`
}

type responseText struct {
	Scope     []By          `yaml:"scope" doc:"Who, and endpoint for at that endpoint only. Absent: as by."`
	Action    string        `yaml:"action" doc:"observe, tag, throttle or deny."`
	For       time.Duration `yaml:"for" doc:"How long a decision holds: 1s to 24h."`
	PerMinute uint32        `yaml:"per_minute" doc:"For throttle: requests a minute, 1 to 60000."`
}

// confidenceText is a number, or a number that grows with a share.
type confidenceText struct {
	Base float64 `yaml:"base" doc:"0 to 1."`
	Plus float64 `yaml:"plus" doc:"What is added at the most."`
	Per  string  `yaml:"per" doc:"CEL over the window's sums that gives how much of plus is added, 0 to 1."`
}

// ReadYAML reads either.
func (c *confidenceText) ReadYAML(d *strict.Decoder, path string, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		d.Into(path, n, &c.Base)
		return
	}
	type keys confidenceText
	d.Into(path, n, (*keys)(c))
}

func newDocument() document {
	return document{
		On: Rollups, Count: "requests", Confidence: confidenceText{Base: 0.9}, Severity: string(controlplane.SeverityMedium),
		Response: responseText{Action: string(controlplane.ActionDeny), For: 15 * time.Minute, PerMinute: 60}, Mode: string(controlplane.ModeEnforce),
	}
}

// parser reads the scenarios of one file.
type parser struct {
	*strict.Decoder
	requests, findings, window *compiler
}

// Parse reads a pack: YAML documents, each a scenario. name is the file's, for messages. The error joins a *strict.Mistake
// for everything that is wrong, in the order of the file; there is no Pack then.
func Parse(name string, data []byte) (*Pack, error) {
	d := strict.New(name)
	roots := d.Documents(data)
	if len(roots) == 0 && d.Err() == nil {
		d.MistakeAt(1, 1, "the file is empty: write at least one scenario")
	}
	pack := &Pack{Name: name, Scenarios: Read(d, roots)}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return pack, nil
}

// Read compiles scenarios that stand in a file which d reads. What is wrong is noted there, and the result is of no use
// then.
func Read(d *strict.Decoder, roots []*yaml.Node) []*Scenario {
	p, err := newParser(d)
	if err != nil {
		d.MistakeAt(1, 1, "%v", err)
		return nil
	}
	if len(roots) > maxScenarios {
		d.Mistake(roots[maxScenarios], "at most %d scenarios", maxScenarios)
		roots = roots[:maxScenarios]
	}
	var all []*Scenario
	first := map[string]int{}
	for _, root := range roots {
		if root.Kind != yaml.MappingNode {
			d.Mistake(root, "keys are expected here, as in scenario: name")
			continue
		}
		s := p.scenario(root)
		if line, twice := first[s.Name]; twice && s.Name != "" {
			p.Wrong("scenario", "%s stands twice, first in line %d: rename one", strict.Quote(s.Name), line)
		} else {
			first[s.Name] = p.Node("scenario").Line
		}
		all = append(all, s)
	}
	return all
}

func newParser(d *strict.Decoder) (*parser, error) {
	p := &parser{Decoder: d.Apart()}
	for _, c := range []struct {
		to **compiler
		of where
	}{{&p.requests, ofRequests}, {&p.findings, ofFindings}, {&p.window, ofWindow}} {
		var err error
		if *c.to, err = newCompiler(c.of); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// scenario reads one document; what is wrong is noted.
func (p *parser) scenario(root *yaml.Node) *Scenario {
	clear(p.At)
	d := newDocument()
	p.Into("", root, &d)
	s := &Scenario{
		Name: d.Scenario, Description: strings.TrimSpace(d.Description), Source: d.On, By: d.By, Within: d.Within, OWASP: d.OWASP,
		Severity: controlplane.Severity(d.Severity), Mode: controlplane.Mode(d.Mode), Differs: d.Differs,
	}
	s.Line, s.Column = p.Node("scenario").Line, p.Node("scenario").Column
	for _, n := range d.CWE {
		s.CWE = append(s.CWE, fmt.Sprintf("CWE-%d", n))
	}
	p.words(&d)
	b := &builder{parser: p, s: s}
	b.conditions(&d)
	b.counts(&d)
	b.confidence(&d)
	b.response(&d)
	b.evidence(&d)
	return s
}

// words checks what needs no compiling.
func (p *parser) words(d *document) {
	if !validName(d.Scenario) {
		p.Wrong("scenario", "say what it is called: lower case letters, digits and -, at most 64")
	}
	if strings.TrimSpace(d.Description) == "" {
		p.Wrong("description", "say what it finds: add a description")
	}
	strict.OneOf(p.Decoder, "on", d.On, Rollups, Findings)
	strict.OneOf(p.Decoder, "severity", d.Severity, severities()...)
	strict.OneOf(p.Decoder, "mode", controlplane.Mode(d.Mode), controlplane.ModeObserve, controlplane.ModeEnforce)
	p.Within("within", d.Within, time.Second, maxDay)
	if p.At["over"] == nil {
		p.Wrong("over", "say above which number it fires: add over")
	}
	p.by("by", d.By, allBy()...)
	if len(d.By) == 0 {
		p.Wrong("by", "say for whom a window is kept: add by")
	}
}

func (p *parser) by(path string, list []By, known ...By) {
	for i, b := range list {
		strict.OneOf(p.Decoder, fmt.Sprintf("%s[%d]", path, i), b, known...)
	}
	strict.Twice(p.Decoder, path, list)
}

func severities() []string {
	return []string{
		string(controlplane.SeverityLow), string(controlplane.SeverityMedium), string(controlplane.SeverityHigh), string(controlplane.SeverityCritical),
	}
}

func allBy() []By {
	return append(callers(), ByNetwork, ByCredential, ByEndpoint, ByNode, ByCountry, ByASN, ByGroup)
}

// callers are what a decision can be about.
func callers() []By {
	return []By{ByConsumer, ByIP, ByAddress, ByKey, BySubject, BySession, ByAccount, ByFingerprint}
}

func validName(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-'
}

// tell notes what is wrong with an expression, where it stands in the file.
func (p *parser) tell(path, source string, problems []problem) {
	n := p.Node(path)
	for _, q := range problems {
		line, column := p.position(n, source, q)
		p.MistakeAt(line, column, "%s", q.message)
	}
}

// position finds a place in a text, which YAML may have folded from several lines.
func (p *parser) position(n *yaml.Node, source string, q problem) (line, column int) {
	if n.Value != source {
		return n.Line, n.Column
	}
	offset := q.column
	for _, l := range strings.SplitAfter(source, "\n")[:q.line] {
		offset += len(l)
	}
	line, column = n.Line, n.Column
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		line, column = line+1, p.indent(line+1)
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		column++
	}
	for line <= len(p.Lines()) {
		rest := len(strings.TrimRight(p.Lines()[line-1], " \r")) - column + 1
		if offset <= rest {
			return line, column + offset
		}
		offset -= rest + 1
		line++
		column = p.indent(line)
	}
	return n.Line, n.Column
}

// indent is the column where a line's text begins.
func (p *parser) indent(line int) int {
	if line > len(p.Lines()) {
		return 1
	}
	text := p.Lines()[line-1]
	return len(text) - len(strings.TrimLeft(text, " ")) + 1
}

func contains[T comparable](list []T, any ...T) bool {
	return slices.ContainsFunc(list, func(v T) bool { return slices.Contains(any, v) })
}
