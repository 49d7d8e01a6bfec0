package detect

import (
	"slices"
	"time"

	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

const (
	// learning is how much the latest window weighs in the mean of a key's windows.
	learning = 0.3
	// peerSlots is how many others are remembered, by a hash of who they are.
	peerSlots = 64
	// settled is how many windows of a key must be known before they say what is usual for it, where others do too.
	settled = 3
	// worth: below this part of the threshold, what a key does is not worth to be known of it.
	worth = 4
)

// baseline knows what is usual.
type baseline struct {
	b      *scenario.Baseline
	here   bool // others are those at the same endpoint
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

type peers [peerSlots]peer

type peer struct {
	key      uint64
	measured float64
	at       int64
}

func newBaseline(sc *scenario.Scenario, within time.Duration, l Limits) *baseline {
	return &baseline{
		sc.Baseline, slices.Contains(sc.By, scenario.ByEndpoint), int64(within),
		aggregate.NewLRU[uint64, habitual](l.Keys), aggregate.NewLRU[uint64, peers](l.Endpoints),
	}
}

// compare learns from a count. Where it is over the threshold, it gives what is usual, and whether the count is above as many
// times that.
func (b *baseline) compare(v *view, key uint64, measured, over float64) (usual float64, above bool) {
	if !b.b.Peers {
		mean, known := b.mean(v, key, measured, b.b.Times)
		return mean, known >= b.b.Periods && measured > b.b.Times*mean
	}
	steady := b.b.Own != 0 && measured >= over/worth && b.steady(v, key, measured)
	p := b.peers(v, key, measured)
	if measured <= over {
		return 0, false
	}
	usual, known := p.quantile(b.b.Quantile, key, v.at.UnixNano()-b.within)
	return usual, !steady && known >= b.b.Periods && measured > b.b.Times*usual
}

// steady reports whether a key does what it did all the time.
func (b *baseline) steady(v *view, key uint64, measured float64) bool {
	mean, known := b.mean(v, key, measured, b.b.Own)
	return known >= settled && measured <= b.b.Own*mean
}

// mean gives the key's own. A window that is many times above it is not learned from, or an attack would become usual.
func (b *baseline) mean(v *view, key uint64, measured, times float64) (float64, int) {
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
		} else if h.mean == 0 || h.highest <= times*h.mean {
			h.mean += learning * (h.highest - h.mean)
		}
		h.periods, h.highest = h.periods+1, 0
	}
	h.highest = max(h.highest, measured)
	return h.mean, h.periods
}

// peers gives those at the endpoint, or in the group, with this count among them.
func (b *baseline) peers(v *view, key uint64, measured float64) *peers {
	where := text(v.node.Group)
	if b.here {
		where = mix(uint64(v.endpoint) ^ where)
	}
	p := b.others.Get(where)
	if p == nil {
		p, _ = b.others.Put(where, peers{})
	}
	now, hash := v.at.UnixNano(), mix(key)
	s, other := &p[hash%peerSlots], &p[hash>>32%peerSlots]
	free := func(s *peer) bool { return s.at == 0 || s.key == key || now-s.at > b.within }
	if s.key != key && (other.key == key || !free(s) && (free(other) || other.measured < s.measured)) {
		s = other
	}
	if free(s) || measured > s.measured { // those who do most stay
		s.key, s.measured, s.at = key, measured, now
	}
	return p
}

// quantile gives what a share of the others since a time stay within, and how many they are.
func (p *peers) quantile(share float64, key uint64, since int64) (float64, int) {
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
	return counts[min(int(share*float64(len(counts))), len(counts)-1)], len(counts)
}
