package ingest

import (
	"context"
	"fmt"
	"time"

	picketv1 "picket/proto/picket/v1"
)

// maxRows is how many rows one directive carries beside its first delta, so that it stays small enough for a filter.
const maxRows = 1000

// writer sends what its worker misses: it stands at a position in each of the things that are told.
type writer struct {
	*stream
	slow chan struct{} // buffered by one: the worker does not read

	keyed           bool          // the key was sent
	paced           time.Duration // told
	epoch, revision uint64        // what the worker stands at, once it has read all that was sent
	pending         []*picketv1.Delta
	reveal          int
	sent            time.Time // when the last directive was
	resynced        time.Time // when the last snapshot was sent because it was asked for
	retry           <-chan time.Time
}

func (w *writer) write(ctx context.Context) error {
	for w.rest(ctx) {
		changed := w.group.Changed()
		d := w.directive()
		if !empty(d) {
			if err := w.send(d); err != nil {
				return err
			}
			w.sent = time.Now()
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.changes(changed):
		case <-w.wake:
		case <-w.retry:
		}
	}
	return ctx.Err()
}

// rest waits until Limits.Gap after the last directive, unless that was only a part of what there was. It reports whether
// ctx goes on.
func (w *writer) rest(ctx context.Context) bool {
	wait := w.s.o.Limits.Gap - time.Since(w.sent)
	if wait <= 0 || len(w.pending) > 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// changes leaves out the group's where decisions go by xDS alone.
func (w *writer) changes(changed <-chan struct{}) <-chan struct{} {
	if !w.s.o.PushDeltas {
		return nil
	}
	return changed
}

// directive takes everything that the worker is not told yet, as far as it fits.
func (w *writer) directive() *picketv1.Directive {
	pace, resync := w.wishes()
	d := &picketv1.Directive{}
	if !w.keyed {
		w.keyed, d.Keys = true, w.s.o.Keys
	}
	if pace != w.paced {
		w.paced, d.PaceMs = pace, uint32(max(pace, asPolicy).Milliseconds())
	}
	if w.s.o.PushDeltas {
		w.gather(resync)
		d.Deltas = w.take()
	}
	d.Shares = w.s.shares.take(w.stream)
	d.Reveal, w.reveal = w.s.o.Inventory.Reveal(w.reveal)
	d.Acknowledged = w.tell(!empty(d))
	return d
}

// wishes takes what the reader noted. A snapshot that is asked for too soon after the last waits.
func (w *writer) wishes() (pace time.Duration, resync bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.retry = nil
	if w.resync {
		wait := w.s.o.Limits.Resync - time.Since(w.resynced)
		if resync = wait <= 0; resync {
			w.resync, w.resynced = false, time.Now()
		} else {
			w.retry = time.After(wait)
		}
	}
	return w.asked, resync
}

// gather finds the deltas that the worker misses, unless some are still to be sent.
func (w *writer) gather(resync bool) {
	if len(w.pending) > 0 && !resync {
		return
	}
	deltas, known := w.group.Since(w.epoch, w.revision)
	if !known || resync {
		deltas, _ = w.s.snapshots.of(w.group)
		w.s.metrics.snapshots.Inc()
	}
	w.pending = deltas
	if n := len(deltas); n > 0 {
		w.epoch, w.revision = deltas[n-1].Epoch, deltas[n-1].Revision
	}
}

// take takes pending deltas for one directive.
func (w *writer) take() []*picketv1.Delta {
	n, rows := 0, 0
	for n < len(w.pending) {
		rows += len(w.pending[n].Put) + len(w.pending[n].Undo) + 1
		if n > 0 && rows > maxRows {
			break
		}
		n++
	}
	deltas := w.pending[:n]
	w.pending = w.pending[n:]
	w.s.metrics.deltas.Add(float64(n))
	return deltas
}

// send sends d. When that takes longer than Limits.Slow the stream is cut.
func (w *writer) send(d *picketv1.Directive) error {
	late := time.AfterFunc(w.s.o.Limits.Slow, w.cut)
	defer late.Stop()
	if err := w.wire.Send(d); err != nil {
		return fmt.Errorf("send directive: %w", err)
	}
	return nil
}

func (w *writer) cut() {
	select {
	case w.slow <- struct{}{}:
	default:
	}
}
