package backtest

import (
	"time"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// Reach is how many consumers with a clean history would have been denied or challenged at one time.
type Reach struct {
	At    time.Time // zero: nobody would have been
	Group string    // where that were the most beyond the limit; empty: in all
	Clean int
	Limit int // that the policy's blast radius allowed then
}

// Over says whether they are more than the policy allows.
func (r Reach) Over() bool { return r.Clean > r.Limit }

// radius keeps who is struck at one time, in each group and in all ("").
type radius struct {
	limit   policy.BlastRadiusRail
	active  func(group string) (here, all int)
	struck  map[string]map[controlplane.Value]time.Time // until when
	soonest time.Time                                   // no one ends before
	worst   Reach
}

func newRadius(limit policy.BlastRadiusRail, active func(string) (here, all int)) radius {
	return radius{limit: limit, active: active, struck: map[string]map[controlplane.Value]time.Time{}, worst: Reach{Limit: limit.Limit(0)}}
}

// strike takes a decision about a consumer with a clean history.
func (r *radius) strike(d controlplane.Decision) {
	r.prune(d.Decided)
	r.enter("", d)
	here, all := r.active(d.Group)
	r.look("", d.Decided, all)
	if d.Group != "" {
		r.enter(d.Group, d)
		r.look(d.Group, d.Decided, here)
	}
}

func (r *radius) enter(group string, d controlplane.Decision) {
	if r.struck[group] == nil {
		r.struck[group] = map[controlplane.Value]time.Time{}
	}
	if d.Expires.After(r.struck[group][d.Value]) {
		r.struck[group][d.Value] = d.Expires
	}
	if r.soonest.IsZero() || d.Expires.Before(r.soonest) {
		r.soonest = d.Expires
	}
}

// look remembers the moment that is the farthest beyond the limit, or the nearest to it.
func (r *radius) look(group string, at time.Time, active int) {
	now := Reach{At: at, Group: group, Clean: len(r.struck[group]), Limit: r.limit.Limit(active)}
	if r.worst.At.IsZero() || now.Clean-now.Limit > r.worst.Clean-r.worst.Limit {
		r.worst = now
	}
}

// prune forgets what has ended.
func (r *radius) prune(now time.Time) {
	if r.soonest.IsZero() || r.soonest.After(now) {
		return
	}
	r.soonest = time.Time{}
	for _, all := range r.struck {
		for v, until := range all {
			if !until.After(now) {
				delete(all, v)
			} else if r.soonest.IsZero() || until.Before(r.soonest) {
				r.soonest = until
			}
		}
	}
}
