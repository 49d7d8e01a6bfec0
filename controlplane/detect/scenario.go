package detect

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/controlplane/aggregate"
)

// where is what a window counts: whom, at which endpoint, in which group. A detection never reaches beyond the group
// whose nodes saw it.
type where struct {
	value    controlplane.Value
	endpoint controlplane.EndpointID
	group    string
}

// rule is what tells one scenario from another.
type rule struct {
	// counts reports whether a rollup is part of the scenario, and of whose window.
	counts func(*Engine, *Settings, *controlplane.Rollup) (controlplane.Value, bool)
	// measure is what the threshold is about.
	measure func(aggregate.Counts) float64
	// judge says of a window above the threshold whether it fires, how sure that is, and why.
	judge func(*Engine, *finding) bool
}

// finding is what judge works on.
type finding struct {
	set        Scenario
	where      where
	sum        aggregate.Counts
	measured   float64
	confidence float64
	evidence   []string
}

func (f *finding) say(format string, args ...any) {
	f.evidence = append(f.evidence, fmt.Sprintf(format, args...))
}

// scenario is a rule with its windows.
type scenario struct {
	name    string
	rule    rule
	keys    int
	late    prometheus.Counter
	evicted prometheus.Counter
	within  time.Duration
	windows *aggregate.Windows[where]
	fired   *aggregate.LRU[where, time.Time] // since when a key has not fired again
}

func newScenario(name string, r rule, keys int, m *metrics) *scenario {
	return &scenario{
		name: name, rule: r, keys: keys,
		late: m.late.WithLabelValues(name), evicted: m.evicted.WithLabelValues(name),
		fired: aggregate.NewLRU[where, time.Time](keys),
	}
}

// look adds a rollup to its window, and gives the detection if that fires.
func (sc *scenario) look(e *Engine, s *Settings, r *controlplane.Rollup) (controlplane.Detection, bool) {
	set, ok := s.Scenarios[sc.name]
	if !ok || set.Off || set.Within <= 0 {
		return controlplane.Detection{}, false
	}
	value, ok := sc.rule.counts(e, s, r)
	if !ok {
		return controlplane.Detection{}, false
	}
	f := &finding{set: set, where: where{value, r.Endpoint, r.Node.Group}}
	if f.sum, ok = sc.window(set).Add(f.where, r.End, aggregate.CountsOf(*r)); !ok {
		return controlplane.Detection{}, false
	}
	f.measured = sc.rule.measure(f.sum)
	if !sc.armed(f, r.End) || f.measured <= float64(set.Over) || !sc.rule.judge(e, f) {
		return controlplane.Detection{}, false
	}
	sc.fired.Put(f.where, r.End)
	return sc.detection(f, r), true
}

// window makes the windows anew when their length changed.
func (sc *scenario) window(set Scenario) *aggregate.Windows[where] {
	if sc.windows == nil || sc.within != set.Within {
		sc.within = set.Within
		sc.windows = aggregate.New[where](aggregate.Options{Window: set.Within, MaxKeys: sc.keys, Late: sc.late, Evicted: sc.evicted})
	}
	return sc.windows
}

// armed reports whether a key may fire (again): once the window fell below half of the threshold, or a window's length
// passed.
func (sc *scenario) armed(f *finding, at time.Time) bool {
	since := sc.fired.Get(f.where)
	if since == nil {
		return true
	}
	if f.measured >= float64(f.set.Over)/2 && at.Sub(*since) < f.set.Within {
		return false
	}
	sc.fired.Delete(f.where)
	return true
}

func (sc *scenario) detection(f *finding, r *controlplane.Rollup) controlplane.Detection {
	return controlplane.Detection{
		Scenario: sc.name, Value: f.where.value, Endpoint: f.where.endpoint, Group: f.where.group,
		At: r.End, Window: f.set.Within, Confidence: f.confidence, Evidence: f.evidence,
		Action: f.set.Action, For: f.set.For,
	}
}

// sure maps a share of corroborating requests, 0 to 1, to a confidence of 0.9 to 0.99: the threshold alone is strong
// evidence, and nothing is certain.
func sure(share float64) float64 { return math.Round((0.9+0.09*min(max(share, 0), 1))*1000) / 1000 }

// approximately gives a number of distinct things, which is exact while its sketch is.
func approximately(s controlplane.Sketch) string {
	n := strconv.FormatFloat(math.Round(s.Distinct()), 'f', 0, 64)
	if s.Theta != 0 {
		return "about " + n
	}
	return n
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
