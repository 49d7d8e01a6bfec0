package ingest

import (
	"math"
	"sync"
	"time"

	"picket/controlplane"
	picketv1 "picket/proto/picket/v1"
)

// A throttle's rate is the fleet's: each worker gets a share of it by where its caller's requests are. What is asked for
// counts, let through or not, and is forgotten by half every second or two, so that shares follow a caller who moves.
const (
	halfLife     = 1500 * time.Millisecond
	shareEvery   = 250 * time.Millisecond // the least time between two reckonings of one throttle
	shareChange  = 0.1                    // what is told: a change of more than a tenth
	maxThrottles = 10_000                 // beyond, an arbitrary one's shares are forgotten; its workers keep what they were told
)

// shares knows which workers there are, and what each throttle's caller asks of them.
type shares struct {
	mu        sync.Mutex
	streams   map[*stream]map[controlplane.DecisionID]uint32 // what is to be told, in thousandths
	throttles map[controlplane.DecisionID]*throttle
}

type throttle struct {
	demand   map[*stream]demand
	told     map[*stream]float64
	reckoned time.Time
}

// demand is a decayed number of requests.
type demand struct {
	n  float64
	at time.Time
}

func newShares() *shares {
	return &shares{streams: map[*stream]map[controlplane.DecisionID]uint32{}, throttles: map[controlplane.DecisionID]*throttle{}}
}

func (s *shares) join(st *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams[st] = map[controlplane.DecisionID]uint32{}
}

func (s *shares) leave(st *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.streams, st)
	for _, t := range s.throttles {
		delete(t.demand, st)
		delete(t.told, st)
	}
}

// note adds requests that a throttle was asked for on a worker. passed: how many of them it let through. A decision that is
// no throttle lets none through.
func (s *shares) note(st *stream, id controlplane.DecisionID, requests, passed uint64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.throttles[id]
	if t == nil {
		if passed == 0 {
			return
		}
		t = s.add(id)
	}
	d := t.demand[st].decayed(now)
	d.n += float64(requests)
	t.demand[st] = d
	if now.Sub(t.reckoned) >= shareEvery {
		t.reckoned = now
		s.reckon(st.node.Group, id, t, now)
	}
}

func (s *shares) add(id controlplane.DecisionID) *throttle {
	if len(s.throttles) >= maxThrottles {
		for victim := range s.throttles {
			delete(s.throttles, victim)
			break
		}
	}
	t := &throttle{demand: map[*stream]demand{}, told: map[*stream]float64{}}
	s.throttles[id] = t
	return t
}

func (d demand) decayed(now time.Time) demand {
	if since := now.Sub(d.at); since > 0 {
		d.n *= math.Exp2(-float64(since) / float64(halfLife))
		d.at = now
	}
	return d
}

// reckon tells each worker of the group what has changed of its share. One that the caller does not ask has a small one, so
// that it can begin there; all of these together have a quarter at the most.
func (s *shares) reckon(group string, id controlplane.DecisionID, t *throttle, now time.Time) {
	total, n := 0.0, 0
	for st := range s.streams {
		if st.node.Group == group {
			total += t.demand[st].decayed(now).n
			n++
		}
	}
	if total == 0 {
		return
	}
	least := 1 / float64(4*max(n, 1))
	for st, tell := range s.streams {
		if st.node.Group != group {
			continue
		}
		share := max(t.demand[st].decayed(now).n/total, least)
		if told := t.told[st]; math.Abs(share-told) > shareChange*told {
			t.told[st] = share
			tell[id] = uint32(max(1, math.Round(1000*share)))
			st.notify()
		}
	}
}

// take gives what a worker was not told yet.
func (s *shares) take(st *stream) (all []*picketv1.Share) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tell := s.streams[st]
	for id, permille := range tell {
		if len(all) == maxRows {
			break
		}
		all = append(all, &picketv1.Share{Decision: uint64(id), Permille: permille})
		delete(tell, id)
	}
	return all
}
