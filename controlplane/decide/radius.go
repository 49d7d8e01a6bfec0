package decide

import (
	"fmt"
	"time"

	"picket/controlplane"
)

// radius counts the consumers with a clean history that are denied or challenged, in each group and in all. It is guarded
// by Decider.mu.
type radius struct {
	decisions map[controlplane.DecisionID]struck
	all       map[controlplane.Value]int            // decisions about each
	groups    map[string]map[controlplane.Value]int // by the decision's group; "" is in force in all
	soonest   time.Time                             // no decision ends before
}

type struck struct {
	value controlplane.Value
	group string
	until time.Time
}

func newRadius() radius {
	return radius{
		decisions: map[controlplane.DecisionID]struck{}, all: map[controlplane.Value]int{}, groups: map[string]map[controlplane.Value]int{},
	}
}

// enter counts a decision, and reports whether it did not count before.
func (r *radius) enter(id controlplane.DecisionID, s struck) bool {
	if _, known := r.decisions[id]; known {
		return false
	}
	r.decisions[id] = s
	r.all[s.value]++
	if r.groups[s.group] == nil {
		r.groups[s.group] = map[controlplane.Value]int{}
	}
	r.groups[s.group][s.value]++
	if r.soonest.IsZero() || s.until.Before(r.soonest) {
		r.soonest = s.until
	}
	return true
}

func (r *radius) leave(id controlplane.DecisionID) {
	s, known := r.decisions[id]
	if !known {
		return
	}
	delete(r.decisions, id)
	less(r.all, s.value)
	less(r.groups[s.group], s.value)
	if len(r.groups[s.group]) == 0 {
		delete(r.groups, s.group)
	}
}

func less(m map[controlplane.Value]int, v controlplane.Value) {
	if m[v]--; m[v] <= 0 {
		delete(m, v)
	}
}

// prune forgets the decisions that have ended.
func (r *radius) prune(now time.Time) {
	if r.soonest.IsZero() || r.soonest.After(now) {
		return
	}
	r.soonest = time.Time{}
	for id, s := range r.decisions {
		if !s.until.After(now) {
			r.leave(id)
		} else if r.soonest.IsZero() || s.until.Before(r.soonest) {
			r.soonest = s.until
		}
	}
}

// inGroup counts the consumers that are struck in a group. One that a decision for all groups strikes too may count twice.
func (r *radius) inGroup(group string) int {
	n := len(r.groups[group])
	if group != "" {
		n += len(r.groups[""])
	}
	return n
}

// has says whether a value counts already where a decision of that group holds.
func (r *radius) has(v controlplane.Value, group string) bool {
	return r.groups[""][v] > 0 || r.groups[group][v] > 0 || group == "" && r.all[v] > 0
}

// gentle is the least rate of the throttle, in requests a minute, that takes the place of a denial at the limit: there the
// scenario is in doubt rather than its callers.
const gentle = 60

// withinRadius keeps a scenario that is wrong from denying many who were here before: at the limit it throttles instead,
// and says so.
func (d *Decider) withinRadius(j *judgement) (string, bool) {
	dec := &j.decision
	switch {
	case !hard(dec.Action):
		return "rail blast radius: it denies nobody", true
	case dec.Mode != controlplane.ModeEnforce:
		return "rail blast radius: it only counts", true
	case !j.history.Clean:
		return "rail blast radius: not counted, for this consumer has no clean history", true
	}
	here, all := d.history.cleanActive(j.Group, j.now)
	rail := j.file.Rails.BlastRadius
	line, full := d.reserve(j, rail.Limit(here), rail.Limit(all))
	if !full {
		return "rail blast radius: " + line, true
	}
	d.incident(j.now, incidentRadius, j.Group, fmt.Sprintf("%s would deny more consumers with a clean history than the blast radius allows: %s", j.Scenario, line))
	j.act(controlplane.ActionThrottle)
	dec.PerMinute = max(dec.PerMinute, gentle)
	return "rail blast radius: the limit is reached (" + line + "), so that it throttles instead", true
}

// reserve counts the decision, unless that were too many, here or in all.
func (d *Decider) reserve(j *judgement, limitHere, limitAll int) (line string, full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, dec := &d.radius, &j.decision
	r.prune(j.now)
	here, all := r.inGroup(j.Group), len(r.all)
	line = fmt.Sprintf("%d of %d consumers with a clean history that may be denied are", all, limitAll)
	if j.Group != "" {
		line += fmt.Sprintf(", and %d of %d in group %s", here, limitHere, j.Group)
	}
	if !r.has(j.Value, j.Group) && (here >= limitHere && j.Group != "" || all >= limitAll && r.all[j.Value] == 0) {
		return line, true
	}
	dec.Clean = true
	j.reserved = r.enter(dec.ID, struck{j.Value, j.Group, dec.Expires})
	return line, false
}

// release takes back what reserve counted, where no decision came of it.
func (d *Decider) release(j *judgement) {
	if !j.reserved {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if dec, made := d.decisions[j.decision.ID]; !made || !strikes(&dec, j.now) {
		d.radius.leave(j.decision.ID)
	}
}

// strikes says whether a decision counts for the blast radius.
func strikes(dec *stored, now time.Time) bool {
	return dec.Clean && dec.Mode == controlplane.ModeEnforce && dec.State(now) == "active" && hard(dec.Action)
}

// hard says whether an action lets nothing through.
func hard(a controlplane.Action) bool {
	return a == controlplane.ActionDeny || a == controlplane.ActionChallenge
}
