package backtest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
)

// Held gives the scenarios of Query.Changed, which changed has again, that are not to enforce, with whom each would have hit,
// in sentences. Those that hit the most come first, until the others together stay within the limit. What was not tried on
// all that it was to be tried on is held back whole.
func (r *Result) Held(changed []string) map[string]string {
	held := map[string]string{}
	if r.Stopped != "" {
		for _, name := range changed {
			held[name] = fmt.Sprintf("It could not be tried on all of the journal, because %s.", r.Stopped)
		}
		return held
	}
	if !r.Changed.Over() {
		return held
	}
	hit, left := r.hitting(changed)
	for i := range hit {
		if left <= r.Changed.Limit {
			break
		}
		left -= hit[i].Clean
		held[hit[i].Name] = r.why(&hit[i])
	}
	return held
}

// hitting gives the changed scenarios that hit consumers with a clean history, those that hit the most first, and how many
// those are.
func (r *Result) hitting(changed []string) (hit []Scenario, all int) {
	for _, s := range r.Scenarios {
		if s.Clean > 0 && slices.Contains(changed, s.Name) {
			hit = append(hit, s)
			all += s.Clean
		}
	}
	slices.SortFunc(hit, func(a, b Scenario) int { return cmp.Or(b.Clean-a.Clean, cmp.Compare(a.Name, b.Name)) })
	return hit, all
}

// why tells whom a scenario would have hit.
func (r *Result) why(s *Scenario) string {
	var who []string
	for _, v := range s.Struck {
		who = append(who, fmt.Sprintf("%s %s", v.Facet, v))
	}
	if more := s.Clean - len(who); more > 0 {
		who = append(who, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("Tried on %d requests of %s, it would have denied or challenged %d consumers with a clean history (%s); the policy's blast radius allows %d at one time.",
		r.Requests, controlplane.Lasting(r.Until.Sub(r.From).Round(time.Second)), s.Clean, strings.Join(who, ", "), r.Changed.Limit)
}
