package detect

import (
	"math/rand/v2"
	"slices"
	"time"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

// running is the scenarios that are on, by what they can match, as one Settings has them.
type running struct {
	settings  *Settings
	consumer  []controlplane.Facet
	outcomes  []string // names by number
	purposes  map[controlplane.Purpose]int
	trackers  []*tracker
	rollups   [][]*tracker // by purpose, then outcome
	needed    [][]int      // of each of these, the sets
	findings  map[string][]*tracker
	sets      [][]scenario.By          // what windows are kept for, each once
	tables    map[int]*aggregate.Table // of the windows, by number of the set
	histories []*history
	asked     []*scenario.Condition // what trackers ask of rollups and findings, each once
	visited   int                   // of histories: which endpoints a consumer has used
	seed      uint64                // of keys, so that nobody outside can make two alike
}

// configure follows the settings. What goes on under the same definition and for the same time keeps its windows.
func (e *Engine) configure(s *Settings) {
	if e.running != nil && e.running.settings == s {
		return
	}
	before := e.running
	r := &running{
		settings: s, consumer: s.Consumer, outcomes: scenario.OutcomeNames(), purposes: purposeIndex(),
		findings: map[string][]*tracker{}, tables: map[int]*aggregate.Table{}, seed: rand.Uint64(),
	}
	if len(r.consumer) == 0 {
		r.consumer = []controlplane.Facet{controlplane.FacetSubject, controlplane.FacetKey, controlplane.FacetSession}
	}
	if before != nil {
		r.seed, r.sets, r.tables, r.histories = before.seed, before.sets, before.tables, before.histories
	}
	r.visited = r.history([]scenario.By{scenario.ByConsumer}, scenario.OfEndpoint, e.limits.Keys)
	for _, p := range append([]*scenario.Pack{e.pack}, s.Packs...) {
		for _, sc := range p.Scenarios {
			if set, ok := s.Scenarios[sc.Name]; ok && !set.Off && set.Within > 0 {
				r.trackers = append(r.trackers, e.tracker(before, r, sc, set))
			}
		}
	}
	if before != nil {
		for _, t := range before.trackers {
			if !slices.Contains(r.trackers, t) {
				t.windows.Close()
			}
		}
	}
	r.index()
	e.running = r
	e.view.keys = make([]keyed, len(r.sets))
	e.view.first = make([]firstTime, len(r.histories))
	e.view.truths = make([]truth, len(r.asked))
	if e.view.single == nil {
		e.view.single = map[scenario.Of]*[1]uint64{}
	}
}

// tracker gives the one of before, if it is the same but for its threshold and response; else a new one.
func (e *Engine) tracker(before, now *running, sc *scenario.Scenario, set Scenario) *tracker {
	if before != nil {
		for _, t := range before.trackers {
			if t.sc == sc && t.set.Within == set.Within {
				t.set = set
				return t
			}
		}
	}
	return newTracker(e, now, sc, set)
}

// index puts each tracker where it can match something.
func (r *running) index() {
	purposes := append([]controlplane.Purpose{""}, scenario.Purposes()...)
	r.asked, r.rollups = nil, make([][]*tracker, len(purposes)*len(r.outcomes))
	for _, t := range r.trackers {
		t.ask(r)
		if t.sc.Source == scenario.Findings {
			for _, c := range controlplane.Classes() {
				r.addFinding(t, c.Name, purposes)
			}
			continue
		}
		for i, p := range purposes {
			for o, name := range r.outcomes {
				if t.could(scenario.Index{Purpose: string(p), Outcome: name}) {
					r.rollups[i*len(r.outcomes)+o] = append(r.rollups[i*len(r.outcomes)+o], t)
				}
			}
		}
	}
	r.need()
}

// need notes which sets' keys rollups of each purpose and outcome are looked up by.
func (r *running) need() {
	r.needed = make([][]int, len(r.rollups))
	for i, trackers := range r.rollups {
		for _, t := range trackers {
			r.needed[i] = append(r.needed[i], t.by)
		}
		for _, h := range r.histories {
			r.needed[i] = append(r.needed[i], h.set)
		}
		slices.Sort(r.needed[i])
		r.needed[i] = slices.Compact(r.needed[i])
	}
}

func (r *running) addFinding(t *tracker, class string, purposes []controlplane.Purpose) {
	could := func(p controlplane.Purpose) bool { return t.could(scenario.Index{Purpose: string(p), Class: class}) }
	if slices.ContainsFunc(purposes, could) {
		r.findings[class] = append(r.findings[class], t)
	}
}

func (r *running) ofRollup(purpose int, o controlplane.Outcome) []*tracker {
	if int(o) >= len(r.outcomes) {
		return nil
	}
	return r.rollups[purpose*len(r.outcomes)+int(o)]
}

// setsOf gives the sets by whose keys rollups of a purpose and an outcome are looked up.
func (r *running) setsOf(purpose int, o controlplane.Outcome) []int {
	if int(o) >= len(r.outcomes) {
		return nil
	}
	return r.needed[purpose*len(r.outcomes)+int(o)]
}

// set gives the number of a set of parts.
func (r *running) set(by []scenario.By) int {
	if i := slices.IndexFunc(r.sets, func(s []scenario.By) bool { return slices.Equal(s, by) }); i >= 0 {
		return i
	}
	r.sets = append(r.sets, by)
	return len(r.sets) - 1
}

// perKey is how many times more keys of a set are kept than windows of one scenario would be: those that match everything must
// not drive out the few of those that watch over days.
const perKey = 4

// table gives the windows of a set.
func (r *running) table(set int, l Limits) *aggregate.Table {
	t := r.tables[set]
	if t == nil {
		t = aggregate.NewTable(perKey * l.Keys)
		r.tables[set] = t
	}
	return t
}

// history gives the number of the history of what keys of a set did for the first time.
func (r *running) history(by []scenario.By, of scenario.Of, limit int) int {
	set := r.set(by)
	same := func(h *history) bool { return h.set == set && h.of == of }
	if i := slices.IndexFunc(r.histories, same); i >= 0 {
		return i
	}
	r.histories = append(r.histories, &history{set: set, of: of, keys: aggregate.NewLRU[uint64, past](limit)})
	return len(r.histories) - 1
}

// A caller who is known for newAfter is new at an endpoint for newFor.
const newAfter, newFor = 30 * time.Minute, time.Hour

// note remembers what a rollup's caller does, whichever scenario it is part of.
func (r *running) note(v *view) {
	for i, h := range r.histories {
		v.first[i] = h.note(v)
	}
	v.facts.Set(scenario.NewHere, v.first[r.visited].isNew(v.at, newFor, newAfter))
}

// history is what each key has done, and since when.
type history struct {
	set  int
	of   scenario.Of
	keys *aggregate.LRU[uint64, past]
}

// maxPast is how many things of one key are remembered; of a key that did more, nothing is new any more.
const maxPast = 64

type past struct {
	since  int64 // event time, ns
	used   int64 // when it was last put in front of those that go first
	things []thing
}

type thing struct {
	hash  uint64
	first int64 // event time, ns
}

// firstTime is when a key, and its thing, were first seen. ok: both are known.
type firstTime struct {
	key, thing int64
	ok         bool
}

func (h *history) note(v *view) firstTime {
	key, ok := v.key(h.set)
	hash := v.hash(h.of)
	if !ok || hash == 0 {
		return firstTime{}
	}
	at := v.at.UnixNano()
	p := h.keys.Peek(key)
	switch {
	case p == nil:
		p, _ = h.keys.Put(key, past{since: at, used: at})
	case at-p.used > lookAgain: // that is recent enough, and touches less memory
		p.used = at
		h.keys.Get(key)
	}
	p.since = min(p.since, at)
	for i := range p.things {
		if t := &p.things[i]; t.hash == hash {
			t.first = min(t.first, at)
			return firstTime{p.since, t.first, true}
		}
	}
	if len(p.things) >= maxPast {
		return firstTime{}
	}
	p.things = append(p.things, thing{hash, at})
	return firstTime{p.since, at, true}
}

// isNew reports whether the thing was new within a time, for a key that is known for longer.
func (f firstTime) isNew(at time.Time, within, after time.Duration) bool {
	now := at.UnixNano()
	return f.ok && f.thing >= now-int64(within) && f.thing-f.key >= int64(after)
}
