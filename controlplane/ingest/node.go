package ingest

import (
	"context"
	"math/bits"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"picket/controlplane"
	picketv1 "picket/proto/picket/v1"
)

// How long what is new of a node counts for its limits.
const (
	callersFor   = time.Minute
	endpointsFor = time.Hour
)

// node is what all streams of one node share: what they may cost together. It lives as long as one of them does, and a while
// longer, so that nobody gets new limits by opening a new stream.
type node struct {
	bytes, rollups *rate.Limiter

	mu        sync.Mutex
	streams   int
	left      time.Time // when the last stream ended
	callers   novel
	endpoints novel
}

func newNode(l Limits) *node {
	return &node{
		bytes:     rate.NewLimiter(rate.Limit(l.BytesPerSecond), max(MaxMessage, int(l.BytesPerSecond))),
		rollups:   rate.NewLimiter(rate.Limit(l.RollupsPerSecond), max(l.Rollups, int(l.RollupsPerSecond))),
		callers:   novel{limit: l.Callers, lasts: callersFor},
		endpoints: novel{limit: l.Endpoints, lasts: endpointsFor},
	}
}

// novel counts how many distinct hashes came within a time: a few exactly, more by the bits that they set (Whang, Vander-Zanden,
// Taylor: "A Linear-Time Probabilistic Counting Algorithm", 1990), so that most nodes take little memory.
type novel struct {
	limit int
	lasts time.Duration
	since time.Time
	fresh int
	few   map[uint64]struct{}
	set   []uint64 // bits by hash; nil while few are all
}

// maxFew is how many hashes are kept themselves.
const maxFew = 1024

// pass reports whether a hash was seen, or there is room for one more.
func (n *novel) pass(hash uint64, now time.Time) bool {
	if n.few == nil || now.Sub(n.since) >= n.lasts {
		n.since, n.fresh, n.few, n.set = now, 0, map[uint64]struct{}{}, nil
	}
	if n.has(hash) {
		return true
	}
	if n.fresh >= n.limit {
		return false
	}
	n.fresh++
	if n.set != nil {
		n.mark(hash)
		return true
	}
	if n.few[hash] = struct{}{}; len(n.few) > maxFew {
		n.set = make([]uint64, 1<<bits.Len(uint(n.limit/8))) // eight times as many bits as hashes, or more
		for h := range n.few {
			n.mark(h)
		}
		clear(n.few)
	}
	return true
}

func (n *novel) has(hash uint64) bool {
	if n.set == nil {
		_, ok := n.few[hash]
		return ok
	}
	at := hash % uint64(64*len(n.set))
	return n.set[at/64]>>(at%64)&1 == 1
}

func (n *novel) mark(hash uint64) {
	at := hash % uint64(64*len(n.set))
	n.set[at/64] |= 1 << (at % 64)
}

// keepNode is for how long a node without a stream is remembered.
const keepNode = time.Minute

// join gives the node of a new stream.
func (s *Server) join(id string) (*node, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	n := s.nodes[id]
	if n == nil {
		s.forget(now)
		n = newNode(s.o.Limits)
		s.nodes[id] = n
	}
	if n.streams >= s.o.Limits.Streams {
		return nil, status.Errorf(codes.ResourceExhausted, "node has %d streams already", n.streams)
	}
	n.streams++
	s.metrics.streams.Inc()
	return n, nil
}

// forget drops nodes that left long ago, each second at the most.
func (s *Server) forget(now time.Time) {
	if now.Sub(s.forgot) < time.Second {
		return
	}
	s.forgot = now
	for id, n := range s.nodes {
		if n.streams == 0 && now.Sub(n.left) > keepNode {
			delete(s.nodes, id)
		}
	}
}

func (s *Server) leave(n *node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metrics.streams.Dec()
	n.streams--
	n.left = time.Now()
}

// await waits as long as a report that was read is more than its node may bring: the next one is read later, so that the
// filter sums for longer.
func (st *stream) await(ctx context.Context, bytes, rollups int) error {
	for _, l := range []struct {
		of   *rate.Limiter
		n    int
		name string
	}{{st.pace, 1, "reports"}, {st.of.bytes, bytes, "bytes"}, {st.of.rollups, rollups, "rollups"}} {
		r := l.of.ReserveN(time.Now(), min(l.n, l.of.Burst()))
		wait := r.Delay()
		if wait <= 0 {
			continue
		}
		st.s.metrics.delayed.WithLabelValues(l.name).Inc()
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return status.FromContextError(ctx.Err()).Err()
		}
	}
	return nil
}

// about estimates a report's size in bytes: to count them costs more than it tells.
func about(r *picketv1.Report) int {
	n := 100 + 200*len(r.Findings) + 40*len(r.Strikes)
	for _, p := range r.Rollups {
		n += 80 + 8*(len(p.Objects.GetValues())+len(p.Accounts.GetValues())+len(p.Queries.GetValues()))
	}
	for _, e := range r.Endpoints {
		n += 20 + len(e.Method) + 8*len(e.Segments)
	}
	for _, w := range r.Words {
		n += 12 + len(w.Text)
	}
	return n
}

// shed takes the callers off rollups where a node brings more distinct ones than it may: what they did still counts for the
// endpoint. Those who were refused something go last, for they tell most.
func (st *stream) shed(rollups []controlplane.Rollup) {
	n, now, count := st.of, st.s.o.Clock(), 0
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, telling := range []bool{true, false} {
		for i := range rollups {
			r := &rollups[i]
			if r.Overflow || (r.Outcome != controlplane.OutcomeOK) != telling || n.callers.pass(callerHash(&r.Caller), now) {
				continue
			}
			r.Caller, r.Overflow = controlplane.Caller{}, true
			r.Objects, r.Accounts, r.Queries = controlplane.Sketch{}, controlplane.Sketch{}, controlplane.Sketch{}
			count++
		}
	}
	if count > 0 {
		st.s.metrics.shed.WithLabelValues("callers").Add(float64(count))
	}
}

// room reports whether a node may introduce an endpoint.
func (n *node) room(id uint64, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.endpoints.pass(id, now)
}

// callerHash mixes all that names a caller.
func callerHash(c *controlplane.Caller) uint64 {
	h := c.IPHash
	if c.Network.IsValid() {
		a := c.Network.Addr().As16()
		for i := range 2 {
			h = h*0x9e3779b97f4a7c15 ^ be(a[8*i:])
		}
	}
	for _, v := range [...]uint64{c.Key, c.Subject, c.Session, c.Fingerprint, c.Account, c.Credential} {
		h = (h ^ v) * 0xbf58476d1ce4e5b9
		h ^= h >> 29
	}
	return h
}

func be(b []byte) (n uint64) {
	for _, c := range b[:8] {
		n = n<<8 | uint64(c)
	}
	return n
}

// empty tells whether a directive says nothing.
func empty(d *picketv1.Directive) bool {
	return d.Acknowledged == 0 && d.PaceMs == 0 && d.Keys == nil && len(d.Deltas)+len(d.Reveal)+len(d.Shares) == 0 && d.Refused == ""
}
