package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/scenario/strict"
)

// builder makes one scenario of its document.
type builder struct {
	*parser
	s *Scenario
}

// facts is the compiler for what the scenario is about.
func (b *builder) facts() *compiler {
	if b.s.Source == Findings {
		return b.findings
	}
	return b.requests
}

func (b *builder) condition(c *compiler, path, source string) *Condition {
	if strings.TrimSpace(source) == "" {
		return nil
	}
	out, problems := c.condition(source)
	b.tell(path, source, problems)
	return out
}

func (b *builder) conditions(d *document) {
	b.s.Match = b.condition(b.facts(), "match", d.Match)
	b.sequence(d)
	if b.s.Match == nil && d.Match == "" && len(d.Sequence) == 0 {
		b.Wrong("match", "say which requests it is about: add match")
	}
	b.s.Only = b.condition(b.facts(), "only", d.Only)
	if b.s.Late = d.Begins != ""; b.s.Late {
		strict.OneOf(b.Decoder, "begins", d.Begins, "counted")
	}
	b.firstSeen(d)
	unless := b.condition(b.window, "unless", d.Unless)
	switch {
	case unless == nil:
	case readsSums(unless):
		b.s.Unless = unless
	default:
		b.s.Except = unless
	}
}

// readsSums reports whether a condition needs a window.
func readsSums(c *Condition) bool {
	return slices.ContainsFunc(facts(), func(f fact) bool {
		return c.Reads(f.name) && (f.where == ofWindow || f.kind == isNumber && f.place <= int(Values))
	})
}

func (b *builder) sequence(d *document) {
	if len(d.Sequence) == 0 {
		if d.Missing != "" || d.Differs != "" || d.Usual != 0 {
			b.Wrong("missing", "missing, usual and differs are about a sequence: add sequence")
		}
		return
	}
	if d.Match != "" {
		b.Wrong("match", "the last step of the sequence is the match: leave one out")
	}
	b.Between("sequence", len(d.Sequence), 2, 4)
	for i, step := range d.Sequence {
		path := fmt.Sprintf("sequence[%d].match", i)
		m := b.condition(b.facts(), path, step.Match)
		if step.Match == "" {
			b.Wrong(path, "say which requests this step is: add match")
		}
		if i == len(d.Sequence)-1 {
			b.s.Match = m
			break
		}
		b.s.Steps = append(b.s.Steps, Step{step.Name, m})
	}
	b.missing(d)
	if d.Differs != "" {
		strict.OneOf(b.Decoder, "differs", d.Differs, OfIP, OfNetwork, OfFingerprint, OfSession, OfCredential)
	}
}

func (b *builder) missing(d *document) {
	if d.Missing == "" {
		return
	}
	if len(d.Sequence) != 2 || d.Sequence[0].Name != d.Missing {
		b.Wrong("missing", "name the first of two steps")
	}
	b.fraction("usual", d.Usual)
	b.s.Skips = &Skips{d.Usual}
}

func (b *builder) fraction(path string, v float64) {
	if !(v >= 0 && v <= 1) {
		b.Wrong(path, "write 0 to 1")
	}
}

func (b *builder) firstSeen(d *document) {
	if b.At["first_seen"] == nil {
		return
	}
	f := d.FirstSeen
	b.by("first_seen.by", f.By, allBy()...)
	strict.OneOf(b.Decoder, "first_seen.of", f.Of, OfEndpoint, OfNetwork, OfFingerprint, OfIP, OfNode)
	b.Within("first_seen.after", f.After, time.Second, maxDay)
	if len(f.By) == 0 {
		f.By = d.By
	}
	b.s.FirstSeen = &FirstSeen{f.By, f.Of, f.After}
}

// tally gives the index of a tally in list, which it may extend.
func tally(list *[]Tally, t Tally) int {
	if i := slices.Index(*list, t); i >= 0 {
		return i
	}
	*list = append(*list, t)
	return len(*list) - 1
}

// need keeps the window's sums that a condition, a sentence or a confidence reads.
func need(list *[]Tally, names map[string]bool) {
	for _, f := range facts() {
		if !names[f.name] {
			continue
		}
		if n := Number(f.place); f.kind == isNumber && (n <= Values || n >= OK && n <= Aborted) {
			tally(list, Tally{Sum: n})
		} else if of, ok := distinctOf()[n]; ok && f.kind == isNumber {
			tally(list, Tally{Of: of})
		}
	}
}

// distinctOf gives what each number of distinct ones counts.
func distinctOf() map[Number]Of {
	return map[Number]Of{
		DistinctObjects: OfObject, DistinctAccounts: OfAccount, DistinctQueries: OfQuery, DistinctEndpoints: OfEndpoint, DistinctIPs: OfIP, DistinctNetworks: OfNetwork,
		DistinctFingerprints: OfFingerprint, DistinctKeys: OfKey, DistinctSubjects: OfSubject, DistinctSessions: OfSession,
		DistinctCredentials: OfCredential, DistinctNodes: OfNode, DistinctClasses: OfClass,
		DistinctCountries: OfCountry, DistinctASNs: OfASN,
	}
}

// DistinctNumber gives the number that tells how many distinct ones of a kind there are.
func DistinctNumber(of Of) Number {
	for n, o := range distinctOf() {
		if o == of {
			return n
		}
	}
	return Counted
}

func (b *builder) counts(d *document) {
	s := b.s
	tally(&s.Tallies, Tally{Sum: Requests})
	s.Count = b.threshold(&s.Tallies, "", d.Count, d.Over, s.Only != nil)
	for i, a := range d.Also {
		s.Also = append(s.Also, b.threshold(&s.Tallies, fmt.Sprintf("also[%d]", i), a.Count, a.Over, s.Only != nil))
	}
	if b.At["ratio"] != nil {
		b.fraction("ratio.at_least", d.Ratio.AtLeast)
		s.Ratio = &Ratio{Of: b.condition(b.facts(), "ratio.of", d.Ratio.Of), AtLeast: d.Ratio.AtLeast}
		if d.Ratio.Of == "" {
			b.Wrong("ratio", "say the share of which requests: add of")
		}
		s.Ratio.Tally = tally(&s.Tallies, Tally{Sum: Requests, Share: true})
	}
	b.baseline(d)
	b.narrow(d)
	if s.Unless != nil {
		need(&s.Tallies, s.Unless.reads)
	}
}

// threshold reads "requests", "sum(x)" or "distinct(x)".
func (b *builder) threshold(list *[]Tally, path, text string, over int, only bool) Threshold {
	at := strict.Join(path, "count")
	if path == "" {
		at = "count"
	}
	b.Between(strict.Join(path, "over"), over, 0, maxOver)
	name, of, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	t := Tally{Sum: Requests, Only: only}
	switch name {
	case "requests":
	case "sum":
		sums := map[string]Number{
			"bytes_in": BytesIn, "bytes_out": BytesOut, "upstream_ms": UpstreamMS, "neighbours": Neighbours, "foreign": Foreign, "owned": Owned, "new_fields": NewFields,
			"values": Values,
		}
		strict.OneOf(b.Decoder, at, of, slices.Sorted(maps.Keys(sums))...)
		t.Sum = sums[of]
	case "distinct":
		strict.OneOf(b.Decoder, at, Of(of), OfObject, OfAccount, OfQuery, OfEndpoint, OfIP, OfNetwork, OfFingerprint, OfKey, OfSubject, OfSession, OfCredential, OfNode, OfClass, OfCountry, OfASN)
		t.Of = Of(of)
	default:
		b.Wrong(at, "write requests, distinct(x) or sum(x)")
	}
	return Threshold{tally(list, t), over}
}

func (b *builder) baseline(d *document) {
	if b.At["baseline"] == nil {
		return
	}
	base := d.Baseline
	if !(base.Times >= 1 && base.Times <= 1000) {
		b.Wrong("baseline.times", "write 1 to 1000")
	}
	b.Between("baseline.periods", base.Periods, 0, 100)
	if !(base.Own == 0 || base.Own >= 1 && base.Own <= 1000) {
		b.Wrong("baseline.own", "write 1 to 1000")
	}
	if !base.Peers && (base.Own != 0 || base.Quantile != 0) {
		b.Wrong("baseline.peers", "own and quantile go with peers: add peers: true")
	}
	quantile := cmp.Or(base.Quantile, 0.5)
	b.fraction("baseline.quantile", quantile)
	b.s.Baseline = &Baseline{base.Times, base.Periods, base.Peers, quantile, base.Own}
}

func (b *builder) narrow(d *document) {
	if b.At["narrow"] == nil {
		return
	}
	n := &Narrow{}
	text := d.Narrow.Count
	if text == "" {
		text = d.Count
	}
	tally(&n.Tallies, Tally{Sum: Requests})
	n.Count = b.threshold(&n.Tallies, "narrow", text, d.Narrow.Over, b.s.Only != nil)
	if n.Unless = b.condition(b.window, "narrow.unless", d.Narrow.Unless); n.Unless != nil {
		need(&n.Tallies, n.Unless.reads)
	}
	b.Between("narrow.callers", d.Narrow.Callers, 0, 1000)
	n.Callers = max(d.Narrow.Callers, 1)
	b.s.Narrow = n
}

func (b *builder) confidence(d *document) {
	c := d.Confidence
	if b.fraction("confidence", c.Base); c.Plus != 0 {
		b.fraction("confidence", c.Base+c.Plus)
	}
	b.s.Confidence = Confidence{Base: c.Base, Plus: c.Plus}
	if c.Per == "" {
		return
	}
	per, problems := b.window.number(c.Per)
	b.tell("confidence.per", c.Per, problems)
	if b.s.Confidence.Per = per; per != nil {
		need(&b.s.Tallies, per.reads)
	}
}

// response finds who is decided about.
func (b *builder) response(d *document) {
	r := d.Response
	actions := []controlplane.Action{controlplane.ActionObserve, controlplane.ActionTag, controlplane.ActionThrottle, controlplane.ActionDeny}
	strict.OneOf(b.Decoder, "response.action", controlplane.Action(r.Action), actions...)
	b.Within("response.for", r.For, time.Second, maxDay)
	b.Between("response.per_minute", int(r.PerMinute), 1, MaxPerMinute)
	scope := r.Scope
	if len(scope) == 0 {
		scope = d.By
	}
	b.by("response.scope", r.Scope, append(callers(), ByEndpoint)...)
	b.s.Response = Response{Action: controlplane.Action(r.Action), For: r.For, PerMinute: r.PerMinute, Endpoint: slices.Contains(scope, ByEndpoint)}
	for _, by := range scope {
		if slices.Contains(callers(), by) {
			b.s.Response.Who = by
			break
		}
	}
	b.named(d)
}

// named checks that the window's key, or narrow, tells who is decided about.
func (b *builder) named(d *document) {
	who := b.s.Response.Who
	byCredential := slices.Contains(d.By, ByCredential) && contains([]By{who}, ByConsumer, BySubject, ByKey, BySession)
	switch {
	case who == "" && b.s.Narrow != nil:
		b.Wrong("response", "say who narrow is about: add scope, as in [ip, endpoint]")
	case who == "" && controlplane.Action(d.Response.Action) != controlplane.ActionObserve:
		b.Wrong("response", "nobody is named: name who in scope, or let the action be observe")
	case who != "" && b.s.Narrow == nil && !slices.Contains(d.By, who) && !byCredential:
		b.Wrong("response.scope", "a window by %s is about more than one %s: add narrow, which says which of them", join(d.By), who)
	}
}

func join(list []By) string {
	words := make([]string, len(list))
	for i, b := range list {
		words[i] = string(b)
	}
	return strings.Join(words, ", ")
}

func (b *builder) evidence(d *document) {
	if len(d.Evidence) == 0 {
		d.Evidence = []string{"{count} within {within} at {endpoint}; more than {over} is too much."}
	}
	names := map[string]fact{}
	for _, f := range facts() {
		names[f.name] = f
	}
	for i, text := range d.Evidence {
		e := parseSentence(text)
		for _, n := range e.numbers() {
			if f, ok := names[n]; !ok || f.where&ofWindow == 0 {
				b.Wrong(fmt.Sprintf("evidence[%d]", i), "%s is no number of a window", strict.Quote(n))
			}
			need(&b.s.Tallies, map[string]bool{n: true})
		}
		b.s.Evidence = append(b.s.Evidence, e)
	}
}
