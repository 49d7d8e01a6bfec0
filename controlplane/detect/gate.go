package detect

import (
	"fmt"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

// steps follows a sequence for each key.
type steps struct {
	sc     *scenario.Scenario
	keys   *aggregate.LRU[uint64, progress]
	habits *aggregate.LRU[uint64, habit] // by endpoint and group
}

// progress is when a key last came as far as each step, and what it had then of what must differ; or, of a key and an endpoint,
// when they last counted for a habit.
type progress struct {
	at     [3]int64
	what   [3]uint64
	judged int64
}

// habit is how many callers took the first step before the second, and how many did not.
type habit struct{ did, skipped float64 }

// hopeless says that the step is surely no habit, so that nothing more is learned of it.
func (h *habit) hopeless(usual float64) bool {
	all := h.did + h.skipped
	return all >= 200 && h.did < usual/2*all
}

func newSteps(sc *scenario.Scenario, l Limits) *steps {
	return &steps{sc, aggregate.NewLRU[uint64, progress](l.Keys), aggregate.NewLRU[uint64, habit](l.Endpoints)}
}

// pass takes note of a step, and reports whether what matches comes after all of them (or, with Skips, without).
func (s *steps) pass(v *view, key uint64, matches bool) bool {
	if s.sc.Skips != nil {
		return s.skipped(v, key, matches)
	}
	p := s.progress(key)
	came := matches && s.came(p, len(s.sc.Steps), v)
	for i := len(s.sc.Steps) - 1; i >= 0; i-- {
		if s.sc.Steps[i].Match.True(&v.facts) && (i == 0 || s.came(p, i, v)) {
			p.at[i], p.what[i] = v.at.UnixNano(), v.hash(s.sc.Differs)
		}
	}
	return came
}

func (s *steps) progress(key uint64) *progress {
	p := s.keys.Get(key)
	if p == nil {
		p, _ = s.keys.Put(key, progress{})
	}
	return p
}

// came reports whether a step is reached in time after the one before.
func (s *steps) came(p *progress, step int, v *view) bool {
	before := p.at[step-1]
	if before == 0 || v.at.UnixNano()-before > int64(s.sc.Within) {
		return false
	}
	what := v.hash(s.sc.Differs)
	return s.sc.Differs == "" || what != 0 && p.what[step-1] != 0 && what != p.what[step-1]
}

// skipped takes note of the first step, and reports whether a caller left it out where others take it. Each counts once a
// window and endpoint for what others do.
func (s *steps) skipped(v *view, key uint64, matches bool) bool {
	if s.sc.Steps[0].Match.True(&v.facts) {
		s.progress(key).at[0] = v.at.UnixNano()
	}
	if !matches {
		return false
	}
	where := mix(uint64(v.endpoint) ^ text(v.node.Group))
	h := s.habits.Get(where)
	if h == nil {
		h, _ = s.habits.Put(where, habit{})
	}
	if h.hopeless(s.sc.Skips.Usual) {
		return false
	}
	p := s.keys.Get(key)
	came := p != nil && s.came(p, 1, v)
	if here, now := s.progress(mix(key^where)), v.at.UnixNano(); here.judged == 0 || now-here.judged > int64(s.sc.Within) {
		here.judged = now
		if came {
			h.did++
		} else {
			h.skipped++
		}
	}
	// What is usual is what others do.
	usual := wilson(h.did, h.did+max(h.skipped-1, 0)) >= s.sc.Skips.Usual
	return !came && usual
}

// more says what holds for every scenario.
func (s *sight) more(who controlplane.Value) (all []string) {
	if b := s.t.sc.Baseline; b != nil && s.facts.Number[scenario.Usual] > 0 {
		whose := "its own in such a time"
		if b.Peers {
			whose = fmt.Sprintf("what %.0f %% of the others stay within", 100*b.Quantile)
		}
		all = append(all, fmt.Sprintf("Usual is %.0f, %s; more than %.0f times that stands out.", s.facts.Number[scenario.Usual], whose, b.Times))
	}
	switch who.Facet {
	case controlplane.FacetSubject, controlplane.FacetKey, controlplane.FacetSession:
		all = append(all, fmt.Sprintf("The %s is proven: the service accepted its credential where it lets nobody in without.", who.Facet))
	case "":
		all = append(all, "No single caller stands out, so nobody is decided about.")
	}
	return all
}
