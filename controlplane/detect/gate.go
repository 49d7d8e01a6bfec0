package detect

import (
	"fmt"
	"slices"
	"time"

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

// progress is when a key last came as far as each step, and what it had then of what must differ.
type progress struct {
	at     [3]int64
	what   [3]uint64
	judged int64 // when it last counted for a habit
}

// habit is how many callers took the first step before the second, and how many did not.
type habit struct{ did, skipped float64 }

func newSteps(sc *scenario.Scenario, l Limits) *steps {
	return &steps{sc, aggregate.NewLRU[uint64, progress](l.Keys), aggregate.NewLRU[uint64, habit](l.Endpoints)}
}

// pass takes note of a step, and reports whether what matches comes after all of them (or, with Skips, without).
func (s *steps) pass(v *view, key uint64, matches bool) bool {
	p := s.keys.Get(key)
	if p == nil {
		p, _ = s.keys.Put(key, progress{})
	}
	came := matches && s.came(p, len(s.sc.Steps), v)
	for i := len(s.sc.Steps) - 1; i >= 0; i-- {
		if s.sc.Steps[i].Match.True(&v.facts) && (i == 0 || s.came(p, i, v)) {
			p.at[i], p.what[i] = v.at.UnixNano(), v.hash(s.sc.Differs)
		}
	}
	if s.sc.Skips == nil {
		return came
	}
	return matches && s.skipped(v, p, came)
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

// skipped reports whether a caller left out what others do here. Each counts once a window for what others do.
func (s *steps) skipped(v *view, p *progress, came bool) bool {
	where := mix(uint64(v.endpoint) ^ text(v.node.Group))
	h := s.habits.Get(where)
	if h == nil {
		h, _ = s.habits.Put(where, habit{})
	}
	usual := wilson(h.did, h.did+h.skipped) >= s.sc.Skips.Usual
	if now := v.at.UnixNano(); p.judged == 0 || now-p.judged > int64(s.sc.Within) {
		p.judged = now
		if came {
			h.did++
		} else {
			h.skipped++
		}
	}
	return !came && usual
}

// learning is how much the latest window weighs in the mean of a key's windows.
const learning = 0.3

// peerSlots is how many others at an endpoint are remembered, by a hash of who they are.
const peerSlots = 64

// baseline knows what is usual.
type baseline struct {
	b      *scenario.Baseline
	within int64
	own    *aggregate.LRU[uint64, habitual]
	others *aggregate.LRU[uint64, peers] // by endpoint and group
}

// habitual is the exponentially weighted mean of the highest counts of a key's windows.
type habitual struct {
	mean    float64
	periods int
	begun   int64 // the present period
	highest float64
}

type peers [peerSlots]struct {
	key      uint64
	measured float64
	at       int64
}

func newBaseline(b *scenario.Baseline, within time.Duration, l Limits) *baseline {
	return &baseline{b, int64(within), aggregate.NewLRU[uint64, habitual](l.Keys), aggregate.NewLRU[uint64, peers](l.Endpoints)}
}

// compare learns from a count. Where it is asked, it gives what is usual, and whether the count is above as many times that.
func (b *baseline) compare(v *view, key uint64, measured float64, asked bool) (usual float64, above bool) {
	var known int
	if b.b.Peers {
		p := b.peers(v, key, measured)
		if !asked {
			return 0, false
		}
		usual, known = p.median(key, v.at.UnixNano()-b.within)
	} else {
		usual, known = b.mean(v, key, measured)
	}
	if known < b.b.Periods {
		return usual, false
	}
	return usual, measured > b.b.Times*usual
}

// mean gives the key's own. A window that is far above it is not learned from, or an attack would become usual.
func (b *baseline) mean(v *view, key uint64, measured float64) (float64, int) {
	now := v.at.UnixNano()
	h := b.own.Get(key)
	if h == nil {
		h, _ = b.own.Put(key, habitual{begun: now})
	}
	for ; now-h.begun >= b.within; h.begun += b.within {
		if h.highest == 0 && now-h.begun >= 100*b.within { // long gone: nothing is known any more
			*h = habitual{begun: now}
			break
		}
		if h.periods == 0 {
			h.mean = h.highest
		} else if h.mean == 0 || h.highest <= b.b.Times*h.mean {
			h.mean += learning * (h.highest - h.mean)
		}
		h.periods, h.highest = h.periods+1, 0
	}
	h.highest = max(h.highest, measured)
	return h.mean, h.periods
}

// peers gives those at the endpoint, with this count among them.
func (b *baseline) peers(v *view, key uint64, measured float64) *peers {
	where := mix(uint64(v.endpoint) ^ text(v.node.Group))
	p := b.others.Get(where)
	if p == nil {
		p, _ = b.others.Put(where, peers{})
	}
	now := v.at.UnixNano()
	if s := &p[mix(key)%peerSlots]; s.at == 0 || s.key == key || now-s.at > b.within {
		s.key, s.measured, s.at = key, measured, now
	}
	return p
}

// median gives that of the others since a time, and how many they are.
func (p *peers) median(key uint64, since int64) (float64, int) {
	var room [peerSlots]float64
	counts := room[:0]
	for i := range p {
		if s := &p[i]; s.at != 0 && s.key != key && s.at >= since {
			counts = append(counts, s.measured)
		}
	}
	if len(counts) == 0 {
		return 0, 0
	}
	slices.Sort(counts)
	return counts[len(counts)/2], len(counts)
}

// more says what holds for every scenario.
func (s *sight) more(who controlplane.Value) (all []string) {
	if b := s.t.sc.Baseline; b != nil && s.facts.Number[scenario.Usual] > 0 {
		whose := "its own in such a time"
		if b.Peers {
			whose = "the median of others here"
		}
		all = append(all, fmt.Sprintf("Usual is %.0f, %s; more than %.0f times that stands out.", s.facts.Number[scenario.Usual], whose, b.Times))
	}
	switch who.Facet {
	case controlplane.FacetSubject, controlplane.FacetKey, controlplane.FacetSession:
		all = append(all, fmt.Sprintf("The %s is proven: the service accepted its credential where it refuses callers without.", who.Facet))
	case "":
		all = append(all, "No single caller stands out, so nobody is decided about.")
	}
	return all
}
