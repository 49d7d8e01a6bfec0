package fleet

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"picket/controlplane"
)

const (
	// plausible is how far a worker's clock may be from ours before its word for when it enforced is not taken.
	plausible = 5 * time.Second
	// maxSteps is how many revisions an instance's way is remembered for.
	maxSteps = 256
	// maxLaggards is how many laggards are named.
	maxLaggards = 100
)

// step says when an instance first stood at a revision or above, within its present epoch.
type step struct {
	revision uint64
	at       time.Time
}

// track follows one decision until all workers enforce it.
type track struct {
	id       controlplane.DecisionID
	revision uint64
	group    string
	decided  time.Time
	waiting  *Instance     // one that does not enforce it yet; nil: not known
	idle     bool          // there was nobody to enforce it
	done     chan struct{} // closed when all enforce it
	after    time.Duration // set before done is closed
}

func (t *track) isDone() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// receive takes a receipt. f.mu is held.
func (f *Fleet) receive(in *Instance, r Receipt, now time.Time) {
	old := in.receipt
	if d := now.Sub(r.Enforced); d > plausible || d < -plausible {
		r.Enforced = now
	}
	in.receipt = r
	if r.PolicyError != "" && r.PolicyError != old.PolicyError {
		f.log.Warn("worker rejects a policy", "node", in.hello.Node.ID, "worker", in.hello.Worker, "error", r.PolicyError)
	}
	if r.Epoch != old.Epoch {
		in.steps = nil
	}
	if moved, turned := in.step(r), r.Serving != old.Serving; moved || turned {
		f.settle(now, turned || old.Epoch != r.Epoch)
	}
}

// step notes the way of an instance; one that goes back has forgotten what it enforced. It reports whether it advanced.
func (in *Instance) step(r Receipt) bool {
	for len(in.steps) > 0 && in.steps[len(in.steps)-1].revision > r.Revision {
		in.steps = in.steps[:len(in.steps)-1]
	}
	if n := len(in.steps); n > 0 && in.steps[n-1].revision == r.Revision {
		return false
	}
	if r.Epoch == 0 {
		return false
	}
	if len(in.steps) >= maxSteps {
		in.steps = slices.Delete(in.steps, 0, maxSteps/4)
	}
	in.steps = append(in.steps, step{r.Revision, r.Enforced})
	return true
}

// reached says since when the instance enforces a revision of the epoch. For one that is older than what is
// remembered it is the oldest time known.
func (in *Instance) reached(epoch, revision uint64) (time.Time, bool) {
	if epoch != 0 && in.receipt.Epoch != epoch {
		return time.Time{}, false
	}
	i := sort.Search(len(in.steps), func(i int) bool { return in.steps[i].revision >= revision })
	if i == len(in.steps) {
		return time.Time{}, false
	}
	return in.steps[i].at, true
}

// Track follows a decision's receipts: that all workers of group ("" for all groups) stand at revision or above.
// Tracking a decision again at a later revision starts again. The oldest are forgotten beyond Limits.Decisions.
func (f *Fleet) Track(id controlplane.DecisionID, revision uint64, group string, decided time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.tracks[id]; t != nil {
		if t.revision >= revision {
			return
		}
		f.drop(t)
	}
	t := &track{id: id, revision: revision, group: group, decided: decided, done: make(chan struct{})}
	f.tracks[id] = t
	f.order = append(f.order, t)
	if now := f.clock(); !f.finish(t, f.counting(group, now), now) {
		f.pending = append(f.pending, t)
	}
	for len(f.order) > f.limits.Decisions {
		f.drop(f.order[0])
	}
}

// drop forgets a track. f.mu is held.
func (f *Fleet) drop(t *track) {
	delete(f.tracks, t.id)
	f.order, f.pending = without(f.order, t), without(f.pending, t)
}

// without takes a track out; mostly it is the first.
func without(all []*track, t *track) []*track {
	if len(all) > 0 && all[0] == t {
		return all[1:]
	}
	return slices.DeleteFunc(all, func(o *track) bool { return o == t })
}

// settle closes what all enforce by now. A track is looked at again only when the worker that it waits for moved: with
// thousands of workers each of their receipts would otherwise cost a look at all the others. thorough looks at all.
// f.mu is held.
func (f *Fleet) settle(now time.Time, thorough bool) {
	workers := map[string][]*Instance{}
	f.pending = slices.DeleteFunc(f.pending, func(t *track) bool {
		if !thorough && (t.idle || f.waits(t, t.waiting, now)) {
			return false
		}
		if _, ok := workers[t.group]; !ok {
			workers[t.group] = f.counting(t.group, now)
		}
		return f.finish(t, workers[t.group], now)
	})
}

func (f *Fleet) waits(t *track, in *Instance, now time.Time) bool {
	if in == nil || in.buried || now.Sub(in.seen) > f.silent {
		return false
	}
	_, ok := in.reached(f.epoch(in.hello.Node.Group), t.revision)
	return !ok
}

// finish closes a track if all workers enforce it.
func (f *Fleet) finish(t *track, workers []*Instance, now time.Time) bool {
	t.idle, t.waiting = len(workers) == 0, nil
	for _, in := range workers {
		if f.waits(t, in, now) {
			t.waiting = in
			return false
		}
	}
	if t.idle {
		return false
	}
	t.after = f.enforcement(t.revision, t.group, t.decided, now).after
	f.metrics.enforced.Observe(t.after.Seconds())
	close(t.done)
	return true
}

// counting gives the workers that count for a group: heard lately and serving, or, before the first request, all that
// were heard lately. f.mu is held.
func (f *Fleet) counting(group string, now time.Time) []*Instance {
	var heard, serving []*Instance
	for _, n := range f.nodes {
		if group != "" && n.group != group {
			continue
		}
		for _, in := range n.instances {
			if now.Sub(in.seen) > f.silent {
				continue
			}
			heard = append(heard, in)
			if in.receipt.Serving {
				serving = append(serving, in)
			}
		}
	}
	if len(serving) > 0 {
		return serving
	}
	return heard
}

type enforcement struct {
	k, n     int
	after    time.Duration
	all      bool
	laggards []string
}

func (f *Fleet) enforcement(revision uint64, group string, decided, now time.Time) enforcement {
	var e enforcement
	for _, in := range f.counting(group, now) {
		e.n++
		at, ok := in.reached(f.epoch(in.hello.Node.Group), revision)
		if !ok {
			e.laggards = append(e.laggards, in.name())
			continue
		}
		e.k++
		e.after = max(e.after, at.Sub(decided))
	}
	e.all = e.n > 0 && e.k == e.n
	slices.Sort(e.laggards)
	e.laggards = e.laggards[:min(len(e.laggards), maxLaggards)]
	return e
}

func (f *Fleet) epoch(group string) uint64 {
	if f.target == nil {
		return 0
	}
	epoch, _ := f.target(group)
	return epoch
}

func (in *Instance) name() string { return fmt.Sprintf("%s/%d", in.hello.Node.ID, in.hello.Worker) }

// Enforcement says how many of the n workers of a group ("" for all) that count stand at decisionRevision or above, and
// how long after decided the last of them did so. all: every one does. laggards name the others as node/worker, at
// most 100. Workers count when they were heard within Options.Silent and have served a request; before the first
// request all that were heard count.
func (f *Fleet) Enforcement(decisionRevision uint64, group string, decided time.Time) (k, n int, after time.Duration, all bool, laggards []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.enforcement(decisionRevision, group, decided, f.clock())
	return e.k, e.n, e.after, e.all, e.laggards
}

// Receipts is the proof for one decision.
type Receipts struct {
	K, N int
	// All is true once every worker that counted then had given its receipt, After the time from the decision to the
	// last of those. Workers that come later do not take that back.
	All      bool
	After    time.Duration
	Laggards []string // now, as node/worker; at most 100
	Workers  []WorkerView
}

// Receipts gives the proof for a tracked decision, with each worker's present state; WorkerView.Enforced is when that
// worker first enforced this decision, zero if it does not.
func (f *Fleet) Receipts(id controlplane.DecisionID) (Receipts, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tracks[id]
	if t == nil {
		return Receipts{}, false
	}
	now := f.clock()
	e := f.enforcement(t.revision, t.group, t.decided, now)
	r := Receipts{K: e.k, N: e.n, All: t.isDone(), Laggards: e.laggards}
	if r.All {
		r.After = t.after
	}
	for _, in := range f.members(t.group) {
		v := f.worker(in, now)
		v.Enforced, _ = in.reached(f.epoch(v.Node.Group), t.revision)
		r.Workers = append(r.Workers, v)
	}
	return r, true
}

// WaitEnforced returns nil once all workers enforce a tracked decision, ErrUnknown for one that is not tracked, and
// ctx's error when that ends first.
func (f *Fleet) WaitEnforced(ctx context.Context, id controlplane.DecisionID) error {
	f.mu.Lock()
	t := f.tracks[id]
	f.mu.Unlock()
	if t == nil {
		return fmt.Errorf("wait for decision %s: %w", id, ErrUnknown)
	}
	select {
	case <-t.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for decision %s: %w", id, ctx.Err())
	}
}
