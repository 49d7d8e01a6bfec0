package backtest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// maxExamples is how many decisions of a scenario are told whole, the first ones.
const maxExamples = 3

// maxStruck is how many consumers with a clean history a scenario tells by name.
const maxStruck = 5

// hits are the decisions of a backtest, and what they would have done to the requests after them.
type hits struct {
	policy  *policy.File
	held    map[controlplane.Value][]*hit
	rows    map[string]*row
	count   int
	radius  radius
	changed map[string]bool // scenarios of Query.Changed
	theirs  radius          // of those alone
	already uint64          // requests that would have been refused, and were
}

// hit is a decision with its effect.
type hit struct {
	controlplane.Decision
	clean   bool
	refused uint64
	tokens  float64 // of a throttle
	filled  time.Time
}

// row is what became of one scenario.
type row struct {
	decisions map[controlplane.Action]uint64
	consumers map[controlplane.Value]struct{}
	clean     map[controlplane.Value]struct{} // of these, with a clean history and denied or challenged
	struck    []controlplane.Value            // the first of those
	slowed    map[controlplane.Value]struct{} // the same, throttled
	refused   uint64
	first     []*hit
}

func newHits(f *policy.File, q Query, active func(group string) (here, all int)) *hits {
	limit, changed := q.Policy.Rails.BlastRadius, map[string]bool{}
	for _, name := range q.Changed {
		changed[name] = true
	}
	return &hits{
		policy: f, held: map[controlplane.Value][]*hit{}, rows: map[string]*row{}, radius: newRadius(limit, active),
		changed: changed, theirs: newRadius(limit, active),
	}
}

// add takes a decision. clean says that its consumer had a clean history when it was taken.
func (h *hits) add(d controlplane.Decision, clean bool) {
	h.count++
	action := d.Action
	if d.Mode != controlplane.ModeEnforce || h.policy.GroupMode(d.Group) == controlplane.ModeObserve {
		action, d.Mode = controlplane.ActionObserve, controlplane.ModeObserve
	}
	r := h.row(d.Scenario)
	r.decisions[action]++
	r.consumers[d.Value] = struct{}{}
	x := &hit{Decision: d, clean: clean, tokens: burst(d.PerMinute), filled: d.Decided}
	switch {
	case clean && hard(action):
		r.strike(d.Value)
		h.radius.strike(d)
		if h.changed[d.Scenario] {
			h.theirs.strike(d)
		}
	case clean && action == controlplane.ActionThrottle:
		r.slowed[d.Value] = struct{}{}
	}
	if len(r.first) < maxExamples {
		x.Evidence = slices.DeleteFunc(slices.Clone(d.Evidence), func(line string) bool { return strings.HasPrefix(line, "rail blast radius:") })
		r.first = append(r.first, x)
	} else {
		x.Evidence, x.Reason = nil, "" // nobody asks
	}
	if policy.Blocks(action) {
		h.held[d.Value] = append(h.held[d.Value], x)
	}
}

// strike notes a consumer with a clean history.
func (r *row) strike(v controlplane.Value) {
	if _, known := r.clean[v]; !known && len(r.struck) < maxStruck {
		r.struck = append(r.struck, v)
	}
	r.clean[v] = struct{}{}
}

func (h *hits) row(scenario string) *row {
	r := h.rows[scenario]
	if r == nil {
		r = &row{
			decisions: map[controlplane.Action]uint64{}, consumers: map[controlplane.Value]struct{}{},
			clean: map[controlplane.Value]struct{}{}, slowed: map[controlplane.Value]struct{}{},
		}
		h.rows[scenario] = r
	}
	return r
}

// meet refuses a rollup's requests where a decision would have: what follows takes them for refused, too.
func (h *hits) meet(r *controlplane.Rollup) {
	x := h.first(r)
	if x == nil {
		return
	}
	n := r.Requests
	if x.Action == controlplane.ActionThrottle {
		n = x.over(r.End, n)
	}
	if n == 0 {
		return
	}
	x.refused += n
	h.rows[x.Scenario].refused += n
	switch {
	case r.Outcome == controlplane.OutcomeBlocked || r.Outcome == controlplane.OutcomeThrottled:
		h.already += n
	case x.Action == controlplane.ActionThrottle && n == r.Requests:
		r.Outcome = controlplane.OutcomeThrottled
	case hard(x.Action):
		r.Outcome = controlplane.OutcomeBlocked
	}
}

// facets are those that a decision can be about.
var facets = [...]controlplane.Facet{
	controlplane.FacetSubject, controlplane.FacetKey, controlplane.FacetSession, controlplane.FacetIP, controlplane.FacetFingerprint, controlplane.FacetAccount,
}

// first gives the decision that holds a rollup's requests back: one that denies before one that throttles, then the older.
func (h *hits) first(r *controlplane.Rollup) (best *hit) {
	for _, f := range facets {
		v, ok := r.Caller.Facet(f)
		if !ok || len(h.held[v]) == 0 {
			continue
		}
		for _, x := range h.live(v, r.End) {
			if x.holds(r) && (best == nil || x.before(best)) {
				best = x
			}
		}
	}
	return best
}

// live gives the decisions about a value that have not ended, and forgets the others.
func (h *hits) live(v controlplane.Value, at time.Time) []*hit {
	all := slices.DeleteFunc(h.held[v], func(x *hit) bool { return x.Expires.Add(ahead).Before(at) }) // reports come about in order only
	if len(all) == 0 {
		delete(h.held, v)
		return nil
	}
	h.held[v] = all
	return all
}

func (x *hit) holds(r *controlplane.Rollup) bool {
	return r.End.After(x.Decided) && r.End.Before(x.Expires) &&
		(x.Endpoint == 0 || x.Endpoint == r.Endpoint) && (x.Group == "" || x.Group == r.Node.Group)
}

func (x *hit) before(o *hit) bool {
	if hard(x.Action) != hard(o.Action) {
		return hard(x.Action)
	}
	return cmp.Or(x.Decided.Compare(o.Decided), cmp.Compare(x.ID, o.ID)) < 0
}

// over gives how many of so many requests exceed the throttle's rate. Workers together hold it about so.
func (x *hit) over(at time.Time, requests uint64) uint64 {
	if passed := at.Sub(x.filled); passed > 0 {
		x.tokens = min(burst(x.PerMinute), x.tokens+passed.Minutes()*float64(x.PerMinute))
		x.filled = at
	}
	passes := min(requests, uint64(x.tokens))
	x.tokens -= float64(passes)
	return requests - passes
}

// burst is what the policy package gives a throttle: ten seconds' worth, but ten at the least where the rate allows it.
func burst(perMinute uint32) float64 { return float64(min(perMinute, max(10, perMinute/6))) }

// hard says whether an action lets nothing through.
func hard(a controlplane.Action) bool {
	return a == controlplane.ActionDeny || a == controlplane.ActionChallenge
}
