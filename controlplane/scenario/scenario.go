// Package scenario is the language in which attacks are described: rules over windows of rollups and findings, in YAML
// with CEL conditions. It compiles packs of them; package detect runs them. LANGUAGE.md describes every key.
package scenario

import (
	"time"

	"picket/controlplane"
)

// Pack is a set of compiled scenarios. It is immutable, and safe for concurrent use.
type Pack struct {
	Name      string
	Scenarios []*Scenario // as they stand in the file
}

// Source is what a scenario is about.
type Source string

// The sources.
const (
	Rollups  Source = "requests"
	Findings Source = "findings"
)

// By is one of what a window is kept for.
type By string

// What a window can be kept for. Of key, subject, session and credential only proven ones have windows. An ip is whoever
// calls from there without a proven subject or session, an address whoever calls from there. A consumer is the first facet
// of the policy's order that is proven, else the address. Country and AS are known only of addresses in clear, where a
// database is configured.
const (
	ByIP          By = "ip"
	ByAddress     By = "address"
	ByNetwork     By = "network"
	ByKey         By = "key"
	BySubject     By = "subject"
	BySession     By = "session"
	ByFingerprint By = "fingerprint"
	ByAccount     By = "account"
	ByConsumer    By = "consumer"
	ByCredential  By = "credential"
	ByEndpoint    By = "endpoint"
	ByNode        By = "node"
	ByCountry     By = "country"
	ByASN         By = "asn"
	ByGroup       By = "group" // every window is of one group: saying so changes nothing
)

// Of is what distinct ones are counted of.
type Of string

// What is counted by distinct.
const (
	OfObject      Of = "object"
	OfAccount     Of = "account"
	OfQuery       Of = "query"
	OfEndpoint    Of = "endpoint"
	OfIP          Of = "ip"
	OfNetwork     Of = "network"
	OfFingerprint Of = "fingerprint"
	OfKey         Of = "key"
	OfSubject     Of = "subject"
	OfSession     Of = "session"
	OfCredential  Of = "credential"
	OfNode        Of = "node"
	OfClass       Of = "class"
	OfCountry     Of = "country"
	OfASN         Of = "asn"
)

// Tally is one sum of a window, or one set of distinct things.
type Tally struct {
	Sum Number // of a sum
	Of  Of     // of a set; empty: this is a sum
	// Only says that it is of the requests for which Scenario.Only holds, and Share, for which Ratio.Of does. Neither: of all
	// that matched.
	Only, Share bool
}

// Threshold is a count and the number above which it is too much. Count is an index of Scenario.Tallies.
type Threshold struct {
	Count int
	Over  int
}

// Scenario is one compiled rule. A rollup or finding for which Match holds, and Except does not, is part of the window of
// its By; once a window's Count is above its Over, and every other condition holds, the scenario fires.
type Scenario struct {
	Name, Description string
	Line, Column      int // of the name in its file
	Source            Source
	// Steps come before the match, in order, each within Within of the one before, by the same By. Skips: the scenario is
	// about callers who left out the first.
	Steps []Step
	Skips *Skips
	// Differs names a facet that must have another value than at the step before; empty: none must.
	Differs Of

	Match  *Condition
	Except *Condition // nil: none. An unless that reads no sums.
	Only   *Condition // nil: all that matched counts
	// Late: a window begins with what counts, not with what matches.
	Late bool
	By   []By
	// FirstSeen leaves in the window only what its key had never done before; nil: all.
	FirstSeen *FirstSeen

	Tallies  []Tally
	Count    Threshold
	Within   time.Duration
	Also     []Threshold
	Ratio    *Ratio
	Baseline *Baseline
	Unless   *Condition // of the window's sums; nil: none
	Narrow   *Narrow    // nil: the window's key names who is decided about

	Confidence Confidence
	Severity   controlplane.Severity
	OWASP, CWE []string // "API1:2023", "CWE-639"
	Response   Response
	Mode       controlplane.Mode
	Evidence   []sentence
}

// Labels gives OWASP's and MITRE's.
func (s *Scenario) Labels() []string {
	return append(append([]string(nil), s.OWASP...), s.CWE...)
}

// Step is what comes before a match.
type Step struct {
	Name  string
	Match *Condition
}

// Skips is about callers who left out the first step.
type Skips struct {
	// Usual is the share of others, by its lower bound, that must take the step at the same endpoint.
	Usual float64
}

// FirstSeen is about what a key does for the first time, once it is known for a while.
type FirstSeen struct {
	By    []By
	Of    Of
	After time.Duration
}

// Ratio is the share of the window's matched requests for which Of holds, by its lower 95 % bound (Wilson 1927). Tally is
// its index.
type Ratio struct {
	Of      *Condition
	AtLeast float64
	Tally   int
}

// Baseline compares the count with what is usual: the key's own windows (an exponentially weighted mean), or with Peers
// those of others, at the same endpoint where By has it. It fires above Times that.
type Baseline struct {
	Times float64
	// Periods is how many windows, or with Peers how many others, must be known; 0: while nothing is known, nothing is
	// compared.
	Periods int
	Peers   bool
	// Quantile is the share of the others who are at or below what is usual.
	Quantile float64
	// Own, with Peers: it fires only above so many times the key's own windows too, once some are known; 0: they do not matter.
	Own float64
}

// Narrow tells, of all who contributed to a window, who is decided about: those whose own count is above Over, once so many
// callers' are.
type Narrow struct {
	Callers int
	Tallies []Tally
	Count   Threshold
	Unless  *Condition // of the caller's own sums
}

// Confidence is Base, and Plus times a share that the window's sums say, 0 to 1.
type Confidence struct {
	Base, Plus float64
	Per        *Expression // nil: Base alone
}

// Of gives the confidence for a window.
func (c Confidence) Of(f *Facts) float64 {
	if c.Per == nil {
		return c.Base
	}
	return c.Base + c.Plus*min(max(c.Per.Value(f), 0), 1)
}

// Response is what a scenario asks for.
type Response struct {
	// Who is what is decided about; empty: nobody can be named.
	Who By
	// Endpoint: at this endpoint only.
	Endpoint  bool
	Action    controlplane.Action
	For       time.Duration
	PerMinute uint32
}

// Default is what the policy file says of a scenario when it says nothing.
type Default struct {
	Name, Description string
	Over              int
	Within            time.Duration
	Action            controlplane.Action
	For               time.Duration
	PerMinute         uint32
	Mode              controlplane.Mode
	Confidence        float64 // the least that makes a decision
	Severity          controlplane.Severity
	Labels            []string
}

// surely is the least confidence that makes a decision which hinders anybody.
const surely = 0.9

// Default gives a scenario's.
func (s *Scenario) Default() Default {
	d := Default{
		Name: s.Name, Description: s.Description, Over: s.Count.Over, Within: s.Within, Action: s.Response.Action, For: s.Response.For,
		PerMinute: s.Response.PerMinute, Mode: s.Mode, Confidence: surely, Severity: s.Severity, Labels: s.Labels(),
	}
	if d.Action == controlplane.ActionObserve || d.Action == controlplane.ActionTag {
		d.Confidence = min(surely, s.Confidence.Base)
	}
	return d
}
