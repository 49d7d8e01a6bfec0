package backtest

import (
	"maps"
	"slices"
	"time"

	"picket/controlplane"
	"picket/controlplane/decide"
)

// Result is what a policy would have done.
type Result struct {
	From, Until time.Time // of the first and the last report; zero: there was none
	Entries     uint64    // of the journal
	Skipped     uint64    // of these, that could not be read
	Requests    uint64
	Stopped     string     // why it ended before the journal did; empty: it did not
	Scenarios   []Scenario // those that fired, by name
	Consumers   int        // whom decisions were about
	Clean       int        // of these, denied or challenged in spite of a clean history
	Refused     uint64     // requests that came after a decision and would have been answered by Picket
	Already     uint64     // of these, that were, under the policy of then
	Worst       Reach
	Changed     Reach // by the scenarios of Query.Changed alone
}

// Scenario is what one scenario would have done.
type Scenario struct {
	Name       string
	Detections uint64
	Decisions  map[controlplane.Action]uint64 // those that would only count as observe
	Held       []decide.Held                  // detections that made no decision, by the rail that held them back
	Consumers  int
	Clean      int                  // denied or challenged in spite of a clean history
	Struck     []controlplane.Value // the first of those
	Slowed     int                  // throttled in spite of one
	Refused    uint64
	Examples   []Example // the first ones
}

// Example is one decision.
type Example struct {
	controlplane.Decision
	Clean   bool   // its consumer had a clean history
	Refused uint64 // requests
}

func (r *replay) result(stopped string) *Result {
	out := &Result{
		From: r.first, Until: r.until, Entries: r.entries, Skipped: r.skipped, Requests: r.requests, Stopped: stopped,
		Already: r.hits.already, Worst: r.hits.radius.worst, Changed: r.hits.theirs.worst,
	}
	all, clean := map[controlplane.Value]struct{}{}, map[controlplane.Value]struct{}{}
	for _, s := range r.decider.Scenarios() {
		if s.Detections == 0 {
			continue
		}
		sc := Scenario{Name: s.Name, Detections: s.Detections, Held: s.Held}
		if row := r.hits.rows[s.Name]; row != nil {
			row.fill(&sc)
			maps.Copy(all, row.consumers)
			maps.Copy(clean, row.clean)
		}
		out.Refused += sc.Refused
		out.Scenarios = append(out.Scenarios, sc)
	}
	out.Consumers, out.Clean = len(all), len(clean)
	return out
}

func (r *row) fill(s *Scenario) {
	s.Decisions, s.Refused = r.decisions, r.refused
	s.Struck = slices.Clip(r.struck)
	s.Consumers, s.Clean, s.Slowed = len(r.consumers), len(r.clean), len(r.slowed)
	for _, x := range r.first {
		d := x.Decision
		d.Revision = 0 // of a register that is gone
		s.Examples = append(s.Examples, Example{Decision: d, Clean: x.clean, Refused: x.refused})
	}
	s.Examples = slices.Clip(s.Examples)
}
