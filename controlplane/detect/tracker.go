package detect

import (
	"math"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

// tracker is one scenario with its windows.
type tracker struct {
	e       *Engine
	sc      *scenario.Scenario
	set     Scenario
	by      int // of running.sets
	windows *aggregate.Windows
	layout  layout
	asks    questions
	steps   *steps    // nil: no sequence
	first   int       // of running.histories
	base    *baseline // nil: none
	crowd   *crowd    // nil: the window's key names who is decided about
}

func newTracker(e *Engine, r *running, sc *scenario.Scenario, set Scenario) *tracker {
	t := &tracker{e: e, sc: sc, set: set, by: r.set(sc.By), layout: newLayout(sc.Tallies)}
	t.windows = t.newWindows(t.layout, r.table(t.by, e.limits))
	if len(sc.Steps) > 0 {
		t.steps = newSteps(sc, e.limits)
	}
	if f := sc.FirstSeen; f != nil {
		t.first = r.history(f.By, f.Of, e.limits.Keys)
	}
	if sc.Baseline != nil {
		t.base = newBaseline(sc, set.Within, e.limits)
	}
	if sc.Narrow != nil {
		t.crowd = newCrowd(t)
	}
	return t
}

// newWindows makes windows in a table, or, where that is nil, with keys of their own.
func (t *tracker) newWindows(l layout, in *aggregate.Table) *aggregate.Windows {
	return aggregate.New(aggregate.Options{
		Window: t.set.Within, Layout: aggregate.Layout{Sums: len(l.sums), Sets: len(l.sets)}, Table: in, MaxKeys: t.e.limits.Keys,
		Late: t.e.metrics.late.WithLabelValues(t.sc.Name), Evicted: t.e.metrics.evicted.WithLabelValues(t.sc.Name),
	})
}

// could reports whether the scenario has any use for what an index knows.
func (t *tracker) could(i scenario.Index) bool {
	for _, s := range t.sc.Steps {
		if s.Match.Could(i) {
			return true
		}
	}
	return t.sc.Match.Could(i)
}

// look adds a rollup or finding to its window, and appends what fires.
func (t *tracker) look(v *view, fired []controlplane.Detection) []controlplane.Detection {
	matches := t.matches(v)
	if t.steps == nil && !matches {
		return fired
	}
	key, ok := v.key(t.by)
	if !ok || !t.passes(v, key, matches) {
		return fired
	}
	counts := v.holds(t.asks.only, true)
	if t.sc.Late && !counts && !t.windows.Has(key, v.at) {
		return fired
	}
	w, ok := t.layout.add(t.windows, key, v, t.asks)
	if !ok {
		return fired
	}
	if t.crowd != nil {
		return t.crowd.look(v, key, w, counts, fired)
	}
	s := &t.e.sight
	s.of(t, v, w, &t.layout, t.set.Over)
	if !s.armed(t.sc.Count.Count) || !s.suspicious(key) || !counts {
		return fired
	}
	s.fired()
	value, _ := v.value(t.sc.Response.Who)
	return append(fired, s.detection(value))
}

func (t *tracker) matches(v *view) bool {
	return v.holds(t.asks.match, false) && !v.holds(t.asks.except, false)
}

// passes reports whether what matches counts: the steps before it are as they should be, and it is new where it must be.
func (t *tracker) passes(v *view, key uint64, matches bool) bool {
	if t.steps != nil && !t.steps.pass(v, key, matches) {
		return false
	}
	if f := t.sc.FirstSeen; f != nil && !v.first[t.first].isNew(v.at, t.set.Within, f.After) {
		return false
	}
	return matches
}

// layout says where a window keeps which tally.
type layout struct {
	sums, sets []scenario.Tally
	place      []int // of each tally among the sums or the sets
	scratch    []uint64
	sketches   []controlplane.Sketch
}

func newLayout(tallies []scenario.Tally) layout {
	var l layout
	for _, t := range tallies {
		if t.Of != "" {
			l.place = append(l.place, len(l.sets))
			l.sets = append(l.sets, t)
			continue
		}
		l.place = append(l.place, len(l.sums))
		l.sums = append(l.sums, t)
	}
	l.scratch, l.sketches = make([]uint64, len(l.sums)), make([]controlplane.Sketch, len(l.sets))
	return l
}

// add adds what a view counts for.
func (l *layout) add(w *aggregate.Windows, key uint64, v *view, asks questions) (*aggregate.Window, bool) {
	only := v.holds(asks.only, true)
	for i, t := range l.sums {
		counts := (!t.Only || only) && (!t.Share || v.holds(asks.share, true))
		l.scratch[i] = 0
		if counts {
			l.scratch[i] = uint64(v.facts.Number[t.Sum])
		}
	}
	for i, t := range l.sets {
		l.sketches[i] = controlplane.Sketch{}
		if !t.Only || only {
			l.sketches[i] = v.hashes(t.Of)
		}
	}
	return w.Add(key, v.at, l.scratch, l.sketches)
}

// read gives a tally of a window; exact says that it is no estimate.
func (l *layout) read(w *aggregate.Window, tallies []scenario.Tally, i int) (n float64, exact bool) {
	if tallies[i].Of != "" {
		return w.Distinct(l.place[i])
	}
	return float64(w.Sum(l.place[i])), true
}

// sight is a window as it is judged. It is large and used again and again: of makes it anew.
type sight struct {
	t        *tracker
	v        *view
	w        *aggregate.Window
	layout   *layout
	over     int
	measured float64
	facts    scenario.Facts
	about    map[scenario.Number]bool
}

func (s *sight) of(t *tracker, v *view, w *aggregate.Window, l *layout, over int) {
	s.t, s.v, s.w, s.layout, s.over, s.measured = t, v, w, l, over, 0
}

// armed measures, and reports whether the key may fire (again): once the count reached twice, four times, eight times ...
// the threshold, or fell below half of it, or a window's length passed.
func (s *sight) armed(count int) bool {
	s.measured, _ = s.layout.read(s.w, s.tallies(), count)
	w, now := s.w, s.v.at.UnixNano()
	switch last := w.Fired(); {
	case last == 0:
		return true
	case now == last: // parts of one report are one time
		w.SetFired(last, max(w.Level(), s.level()))
		return false
	case s.measured >= float64(s.over)/2 && s.level() <= w.Level() && now-last < int64(s.t.set.Within):
		return false
	}
	w.SetFired(0, w.Level())
	return true
}

// level is how often the threshold doubles until it is above the count.
func (s *sight) level() int8 { return int8(math.Ilogb(max(s.measured/float64(max(s.over, 1)), 1))) }

// fired notes that the key did.
func (s *sight) fired() { s.w.SetFired(s.v.at.UnixNano(), s.level()) }

func (s *sight) tallies() []scenario.Tally {
	if s.t.crowd != nil && s.layout == &s.t.crowd.layout {
		return s.t.sc.Narrow.Tallies
	}
	return s.t.sc.Tallies
}

// suspicious reports whether all but the arming holds. s.measured must be known.
func (s *sight) suspicious(key uint64) bool {
	t := s.t
	usual := 0.0
	compared := true
	if t.base != nil {
		usual, compared = t.base.compare(s.v, key, s.measured, float64(s.over))
	}
	if s.measured <= float64(s.over) || !compared {
		return false
	}
	for _, a := range t.sc.Also {
		if n, _ := s.layout.read(s.w, t.sc.Tallies, a.Count); n <= float64(a.Over) {
			return false
		}
	}
	share := 0.0
	if r := t.sc.Ratio; r != nil {
		part, _ := s.layout.read(s.w, t.sc.Tallies, r.Tally)
		all := float64(s.w.Sum(0))
		if wilson(part, all) < r.AtLeast {
			return false
		}
		share = part / max(all, 1)
	}
	s.fill(share, usual)
	return t.sc.Unless == nil || !t.sc.Unless.True(&s.facts)
}

// fill puts the window's sums in the place of the rollup's facts.
func (s *sight) fill(share, usual float64) {
	s.facts = s.v.facts
	if s.about == nil {
		s.about = map[scenario.Number]bool{}
	}
	clear(s.about)
	for i, tally := range s.tallies() {
		if tally.Only || tally.Share {
			continue
		}
		n, exact := s.layout.read(s.w, s.tallies(), i)
		number := tally.Sum
		if tally.Of != "" {
			number = scenario.DistinctNumber(tally.Of)
		}
		s.facts.Number[number] = n
		s.about[number] = !exact
	}
	s.facts.Number[scenario.Counted] = s.measured
	s.facts.Number[scenario.Over] = float64(s.over)
	s.facts.Number[scenario.Share], s.facts.Number[scenario.Usual] = share, usual
	if value, ok := s.v.value(s.t.sc.Response.Who); ok {
		s.facts.Text[scenario.FacetName] = string(value.Facet)
	}
}

// detection tells what fired about whom. s.facts must be filled.
func (s *sight) detection(who controlplane.Value) controlplane.Detection {
	t, v := s.t, s.v
	_, exact := s.layout.read(s.w, s.tallies(), t.sc.Count.Count)
	s.about[scenario.Counted] = !exact
	d := controlplane.Detection{
		Scenario: t.sc.Name, Value: who, Group: v.node.Group, At: v.at, Window: t.set.Within,
		Confidence: math.Round(t.sc.Confidence.Of(&s.facts)*1000) / 1000, Severity: t.sc.Severity, Labels: t.sc.Labels(),
		Evidence: t.sc.Say(scenario.Told{Facts: &s.facts, Endpoint: t.e.name(v.endpoint), Within: t.set.Within, About: s.about}),
		Action:   t.set.Action, For: t.set.For,
	}
	if t.sc.Response.Endpoint {
		d.Endpoint = v.endpoint
	}
	d.Evidence = append(d.Evidence, s.more(who)...)
	return d
}

// wilson is the lower bound of a share's 95 % interval (Wilson 1927).
func wilson(part, all float64) float64 {
	if all <= 0 {
		return 0
	}
	const z = 1.959964
	p := part / all
	centre := p + z*z/(2*all)
	spread := z * math.Sqrt(p*(1-p)/all+z*z/(4*all*all))
	return (centre - spread) / (1 + z*z/all)
}
