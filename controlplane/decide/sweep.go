package decide

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// sweepAgain deletes what ended long ago, every now and then until ctx ends. What fails is tried again.
func (d *Decider) sweepAgain(ctx context.Context) error {
	if d.await(ctx) != nil {
		return nil // ended before it began
	}
	t := time.NewTicker(d.o.Limits.Sweep)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		if err := d.sweep(ctx); err != nil && ctx.Err() == nil {
			d.o.Log.Warn("old entries not deleted", "error", err)
		}
	}
}

// sweepBatch bounds how much one sweep deletes.
const sweepBatch = 5000

func (d *Decider) sweep(ctx context.Context) error {
	d.settleEnded(d.o.Clock())
	for _, h := range d.ended() {
		if err := d.delete(ctx, controlplane.KeyDecision+h.ID.String(), h.Revision); err != nil {
			return err
		}
	}
	for _, a := range d.oldAudit() {
		if err := d.delete(ctx, a.key, a.revision); err != nil {
			return err
		}
	}
	return nil
}

// delete removes an entry, unless somebody has changed or removed it meanwhile.
func (d *Decider) delete(ctx context.Context, key string, revision uint64) error {
	_, err := d.o.Register.Delete(ctx, key, revision)
	if err != nil && !errors.Is(err, controlplane.ErrConflict) {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}

// ended gives the decisions to delete, the one that ended first before the others. It spares what says how far each
// group's policy has come (see landmarks), and counts the active ones anew.
func (d *Decider) ended() []stored {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.o.Clock()
	spared := d.landmarks()
	var ended []stored
	d.automatic, d.operators = 0, 0
	for id, h := range d.decisions {
		d.tally(&h, now, 1)
		if end := endOf(h.Decision); !end.Add(d.o.Limits.Keep).After(now) && !spared[id] {
			ended = append(ended, h)
		}
	}
	slices.SortFunc(ended, func(a, b stored) int {
		return cmp.Or(endOf(a.Decision).Compare(endOf(b.Decision)), cmp.Compare(a.ID, b.ID))
	})
	return ended[:min(len(ended), sweepBatch)]
}

// endOf is when a decision ends, or has ended.
func endOf(dec controlplane.Decision) time.Time {
	if !dec.Undone.IsZero() && dec.Undone.Before(dec.Expires) {
		return dec.Undone
	}
	return dec.Expires
}

// landmarks gives, for each group, the decision with the highest revision and the one with the newest recorded time. A
// replica that starts tells a group's revision and time by them (policy.Publisher), so that they must not be deleted
// before others have taken their place. d.mu is held.
func (d *Decider) landmarks() map[controlplane.DecisionID]bool {
	latest, newest := map[string]stored{}, map[string]stored{}
	for _, h := range d.decisions {
		if l, ok := latest[h.Group]; !ok || h.Revision > l.Revision {
			latest[h.Group] = h
		}
		if n, ok := newest[h.Group]; !ok || newer(h, n) {
			newest[h.Group] = h
		}
	}
	spared := make(map[controlplane.DecisionID]bool, 2*len(latest))
	for group := range latest {
		spared[latest[group].ID] = true
		spared[newest[group].ID] = true
	}
	return spared
}

// newer goes by recorded time, then by id, so that all replicas spare the same.
func newer(a, b stored) bool {
	return cmp.Or(cmp.Compare(policy.RecordedAt(a.Decision), policy.RecordedAt(b.Decision)), cmp.Compare(a.ID, b.ID)) > 0
}

// oldAudit gives the audit entries beyond the limit, the oldest first.
func (d *Decider) oldAudit() []audited {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := max(0, len(d.audit)-d.o.Limits.Audit)
	return slices.Clone(d.audit[:min(n, sweepBatch)])
}
