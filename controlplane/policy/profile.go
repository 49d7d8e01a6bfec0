package policy

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
)

// ActionChallenge stands between throttle and deny: 401, so that the caller shows once more who he is.
const ActionChallenge controlplane.Action = "challenge"

// DefaultProfile is the profile of every scenario that no other profile names.
const DefaultProfile = "default"

// Profile says which detections lead to what.
type Profile struct {
	Scenarios []string `yaml:"scenarios" doc:"Which scenarios use it; those that no profile names use default. At most 256."`
	Steps     []Step   `yaml:"steps" doc:"From the mildest to the hardest; the last one that fits a detection says what it leads to, and none leads to more than its scenario asks for. Replaces the profile's steps whole. At most 32."`
}

// Step is what a detection leads to that is at least so sure, so bad, and so often.
type Step struct {
	Confidence float64               `yaml:"confidence" doc:"It fits detections that are at least so sure: 0 to 1. To throttle, challenge or deny takes 0.5 at the least."`
	Severity   controlplane.Severity `yaml:"severity" doc:"It fits detections that are at least so bad: low, medium, high, critical. Absent: all."`
	Repeated   int                   `yaml:"repeated" doc:"It fits from the n-th time within rails.escalation.within on: 0 to 100. Absent: from the first."`
	Scope      Scope                 `yaml:"scope" doc:"detected: where the scenario says. endpoint: the same, but it fits only what was detected at one endpoint. anywhere: at every endpoint."`
	Action     controlplane.Action   `yaml:"action" doc:"observe, tag, throttle, challenge or deny. Required."`
}

// Scope says where a step's action holds.
type Scope string

// The scopes. The empty one is ScopeDetected.
const (
	ScopeDetected Scope = "detected"
	ScopeEndpoint Scope = "endpoint"
	ScopeAnywhere Scope = "anywhere"
)

// Rails bounds what automatic decisions may do.
type Rails struct {
	Evidence    EvidenceRail    `yaml:"evidence" doc:"What several weak detections about one consumer add up to."`
	History     HistoryRail     `yaml:"history" doc:"Whom a long clean history protects. It is learned from traffic, and anew after a restart."`
	Escalation  EscalationRail  `yaml:"escalation" doc:"What happens to who comes again."`
	BlastRadius BlastRadiusRail `yaml:"blast_radius" doc:"How many consumers with a clean history may be denied or challenged at one time, in each group and in all. Beyond it they are throttled, and the operator is told. While the history is younger than rails.history.days, an hour of clean traffic is enough to count."`
	Canary      CanaryRail      `yaml:"canary" doc:"Whom mode canary acts on."`
	Backtest    BacktestRail    `yaml:"backtest" doc:"A changed scenario or policy is tried on the journal: until that is done, the scenarios that it changes only observe, and those that would have denied or challenged more consumers with a clean history at one time than rails.blast_radius allows go on to do so, as proposed, until somebody accepts them with picket apply --accept."`
	Shadow      ShadowRail      `yaml:"shadow" doc:"The shadow arm: a small share of decisions only counts, so that what their callers do next tells how often a scenario is right. Never for injection, critical detections or operators' decisions."`
}

// EvidenceRail settings.
type EvidenceRail struct {
	Within time.Duration `yaml:"within" doc:"Detections of different scenarios add up within that time: 1s to 24h."`
}

// HistoryRail settings.
type HistoryRail struct {
	Days       int     `yaml:"days" doc:"A history is long with traffic on so many days: 1 to 365."`
	Success    float64 `yaml:"success" doc:"It is clean with at least this share of successful requests, and nothing enforced: 0.5 to 1."`
	Confidence float64 `yaml:"confidence" doc:"So much more confidence is asked for, or a second detection: 0 to 0.5."`
}

// EscalationRail settings.
type EscalationRail struct {
	Within  time.Duration `yaml:"within" doc:"For how long a detection is remembered: 1m to 24h."`
	Longest time.Duration `yaml:"longest" doc:"A decision holds twice as long each time, up to this: 1m to 24h."`
}

// BlastRadiusRail settings.
type BlastRadiusRail struct {
	Percent float64 `yaml:"percent" doc:"Of the consumers with a clean history that were active in the last hour: 0 to 100."`
	Floor   int     `yaml:"floor" doc:"So many in any case: 0 to 100000."`
}

// CanaryRail settings.
type CanaryRail struct {
	Percent float64 `yaml:"percent" doc:"Of all consumers, by a hash of who they are: 0 to 100."`
}

// BacktestRail settings.
type BacktestRail struct {
	Off    bool          `yaml:"off" doc:"true: changes act at once."`
	Within time.Duration `yaml:"within" doc:"How much of the past they are tried on, as far as the journal has it: 1m to 168h."`
	Least  time.Duration `yaml:"least" doc:"Where the journal covers less than this, there is nothing to try them on, and they act at once: 0s to 168h."`
}

// ShadowRail settings.
type ShadowRail struct {
	Percent float64 `yaml:"percent" doc:"Of the decisions, by a hash of their ids: 0 to 20. 0: off."`
	AtOnce  int     `yaml:"at_once" doc:"At most so many at one time: 1 to 1000."`
}

func defaultProfiles() map[string]Profile {
	const medium, critical = controlplane.SeverityMedium, controlplane.SeverityCritical
	return map[string]Profile{DefaultProfile: {Steps: []Step{
		{Action: controlplane.ActionObserve},
		{Confidence: 0.6, Action: controlplane.ActionTag},
		{Confidence: 0.8, Action: controlplane.ActionThrottle},
		{Confidence: 0.9, Severity: medium, Scope: ScopeEndpoint, Action: controlplane.ActionDeny},
		{Confidence: 0.9, Severity: critical, Action: controlplane.ActionDeny},
		{Confidence: 0.9, Severity: medium, Repeated: 3, Scope: ScopeAnywhere, Action: controlplane.ActionDeny},
	}}}
}

func defaultRails() Rails {
	return Rails{
		Evidence:    EvidenceRail{Within: 10 * time.Minute},
		History:     HistoryRail{Days: 3, Success: 0.95, Confidence: 0.05},
		Escalation:  EscalationRail{Within: 24 * time.Hour, Longest: 24 * time.Hour},
		BlastRadius: BlastRadiusRail{Percent: 1, Floor: 10},
		Canary:      CanaryRail{Percent: 5},
		Backtest:    BacktestRail{Within: 24 * time.Hour, Least: time.Hour},
		Shadow:      ShadowRail{AtOnce: 20},
	}
}

// ProfileOf gives the profile of a scenario, with its name: the first that names it in the order of their names.
func (f *File) ProfileOf(scenario string) (name string, p Profile) {
	for _, name := range sortedKeys(f.Profiles) {
		if slices.Contains(f.Profiles[name].Scenarios, scenario) {
			return name, f.Profiles[name]
		}
	}
	return DefaultProfile, f.Profiles[DefaultProfile]
}

// Case is what a step is asked about.
type Case struct {
	Confidence float64
	Severity   controlplane.Severity // empty: medium
	Times      int                   // how often this was seen, this time included
	AtEndpoint bool                  // the scenario says at which endpoint
}

// Step gives the last step that fits, and whether there is one; n counts from 1.
func (p Profile) Step(c Case) (s Step, n int, ok bool) {
	for i := len(p.Steps) - 1; i >= 0; i-- {
		if p.Steps[i].fits(c) {
			return p.Steps[i], i + 1, true
		}
	}
	return Step{}, 0, false
}

func (s Step) fits(c Case) bool {
	severity := c.Severity
	if severity == "" {
		severity = controlplane.SeverityMedium
	}
	return c.Confidence >= s.Confidence && severityRank(severity) >= severityRank(s.Severity) && max(c.Times, 1) >= s.Repeated &&
		(s.Scope != ScopeEndpoint || c.AtEndpoint)
}

// severities are all, the least first.
func severities() []controlplane.Severity {
	return []controlplane.Severity{controlplane.SeverityLow, controlplane.SeverityMedium, controlplane.SeverityHigh, controlplane.SeverityCritical}
}

// severityRank is 0 for none.
func severityRank(s controlplane.Severity) int { return slices.Index(severities(), s) + 1 }

// Actions are all that an automatic decision may have, the least severe first.
func Actions() []controlplane.Action {
	return []controlplane.Action{
		controlplane.ActionObserve, controlplane.ActionTag, controlplane.ActionThrottle, ActionChallenge, controlplane.ActionDeny,
	}
}

// MilderAction gives the less severe of two. One that is unknown, or empty, is the most severe.
func MilderAction(a, b controlplane.Action) controlplane.Action {
	if actionRank(b) < actionRank(a) {
		return b
	}
	return a
}

func actionRank(a controlplane.Action) int {
	if i := slices.Index(Actions(), a); i >= 0 {
		return i
	}
	return len(Actions())
}

// Blocks says whether an action answers instead of the service, always or now and then.
func Blocks(a controlplane.Action) bool {
	return actionRank(a) >= actionRank(controlplane.ActionThrottle)
}

// Fraction maps a uniform hash to 0 up to 1.
func Fraction(hash uint64) float64 { return float64(hash>>11) / (1 << 53) }

// Limit is how many of so many clean consumers may be denied at one time.
func (r BlastRadiusRail) Limit(clean int) int {
	return max(r.Floor, int(math.Floor(float64(clean)*r.Percent/100)))
}

// referenceProfiles tells the default profile.
func referenceProfiles(b *strings.Builder) {
	b.WriteString(referenceSteps)
	for i, s := range defaultProfiles()[DefaultProfile].Steps {
		fmt.Fprintf(b, "| %d | %v | %s | %d | %s | %s |\n", i+1, s.Confidence, orWord(s.Severity, "any"), max(s.Repeated, 1), orWord(s.Scope, ScopeDetected), s.Action)
	}
	b.WriteString("\n")
}

func orWord[T ~string](v, other T) T {
	if v == "" {
		return other
	}
	return v
}

const referenceSteps = `## The default profile

A detection without a severity is of medium. The last step that fits holds; a detection that names no endpoint is denied by
repetition or as critical only. Beside the steps, the scenario's own confidence must be reached.

| step | confidence | severity | time | scope | action |
|---|---|---|---|---|---|
`
