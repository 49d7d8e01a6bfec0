package decide

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"picket/controlplane"
)

// Refusal is a detection that a rail held back, or several alike.
type Refusal struct {
	Scenario    string
	Value       controlplane.Value
	Endpoint    controlplane.EndpointID
	Group       string
	Rail        string
	Reason      string  // of the last
	Confidence  float64 // of the last
	First, Last time.Time
	Count       uint64
}

type refusalKey struct {
	scenario, rail, group string
	value                 controlplane.Value
	endpoint              controlplane.EndpointID
}

// Held is how many detections of a scenario one rail held back.
type Held struct {
	Rail  string
	Count uint64
}

// ledger remembers what became of detections since the start: counts by scenario, and the last refusals. It is safe for
// concurrent use.
type ledger struct {
	limit int

	mu        sync.Mutex
	refusals  lru[refusalKey, Refusal]
	scenarios map[string]*tally
}

// tally is what became of one scenario's detections.
type tally struct {
	detections, decisions uint64
	held                  map[string]uint64 // by rail
	confirmed, refuted    uint64            // of the shadow arm, those that have ended
}

// maxTallies bounds the scenarios that are told apart.
const maxTallies = 4096

func newLedger(limit int) *ledger { return &ledger{limit: limit, scenarios: map[string]*tally{}} }

// of gives a scenario's tally; those for which there is no room share one. l.mu is held.
func (l *ledger) of(scenario string) *tally {
	t := l.scenarios[scenario]
	if t == nil && len(l.scenarios) >= maxTallies {
		scenario = ""
		t = l.scenarios[scenario]
	}
	if t == nil {
		t = &tally{held: map[string]uint64{}}
		l.scenarios[scenario] = t
	}
	return t
}

func (l *ledger) detected(scenario string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of(scenario).detections++
}

func (l *ledger) decided(scenario string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of(scenario).decisions++
}

func (l *ledger) settled(scenario string, right bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if right {
		l.of(scenario).confirmed++
	} else {
		l.of(scenario).refuted++
	}
}

func (l *ledger) refused(j *judgement, rail, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of(j.Scenario).held[rail]++
	k := refusalKey{j.Scenario, rail, j.Group, j.Value, j.Endpoint}
	r := l.refusals.get(k)
	if r == nil {
		if l.refusals.len() >= l.limit {
			l.refusals.evict()
		}
		r = l.refusals.put(k, Refusal{
			Scenario: j.Scenario, Value: j.Value, Endpoint: j.Endpoint, Group: j.Group, Rail: rail, First: j.now,
		})
	}
	r.Reason, r.Confidence, r.Last = reason, j.Confidence, j.now
	r.Count++
}

// about gives the refusals that fit, the last first.
func (l *ledger) about(fits func(controlplane.Value) bool) (found []Refusal) {
	l.mu.Lock()
	for i := range l.refusals.nodes {
		if r := &l.refusals.nodes[i].value; r.Count > 0 && fits(r.Value) {
			found = append(found, *r)
		}
	}
	l.mu.Unlock()
	slices.SortFunc(found, func(a, b Refusal) int {
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Scenario, b.Scenario), cmp.Compare(a.Rail, b.Rail), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return found
}

// heldBack gives how many each rail held back, by the rail's name.
func (t *tally) heldBack() []Held {
	held := make([]Held, 0, len(t.held))
	for rail, n := range t.held {
		held = append(held, Held{rail, n})
	}
	slices.SortFunc(held, func(a, b Held) int { return cmp.Compare(a.Rail, b.Rail) })
	return held
}
