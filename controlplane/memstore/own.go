package memstore

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"picket/controlplane"
)

// Own implements controlplane.Journal. Who offers first owns first; the others wait.
func (j *Journal) Own(ctx context.Context, replay time.Duration, begin func(controlplane.Term) controlplane.Folder) error {
	var all sync.WaitGroup
	for p := range j.slots {
		all.Go(func() {
			for j.own(ctx, p, replay, begin) {
			}
		})
	}
	all.Wait()
	return nil
}

// Unpin ends the term of a partition, as when its owner is slow; another that waits is next, and the same one last.
func (j *Journal) Unpin(partition int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.slots[partition].term++
	j.notify()
}

// own is one term. It reports whether there may be another.
func (j *Journal) own(ctx context.Context, p int, replay time.Duration, begin func(controlplane.Term) controlplane.Folder) bool {
	t, ok := j.take(ctx, p)
	if !ok {
		return false
	}
	defer j.release(p)
	f := begin(t)
	defer f.End()
	t.fold(ctx, f, j.o.Clock().Add(-replay))
	return ctx.Err() == nil
}

// take waits in line for the partition.
func (j *Journal) take(ctx context.Context, p int) (*term, bool) {
	ticket := j.enqueue(p)
	for {
		j.mu.Lock()
		s, changed := &j.slots[p], j.changed
		if ctx.Err() != nil {
			s.waiting = slices.DeleteFunc(s.waiting, func(t uint64) bool { return t == ticket })
			j.notify()
			j.mu.Unlock()
			return nil, false
		}
		if !s.owned && s.waiting[0] == ticket {
			s.waiting = s.waiting[1:]
			s.owned = true
			s.term++
			t := &term{j: j, partition: p, number: s.term, settled: s.settled, begun: j.sequence}
			j.mu.Unlock()
			return t, true
		}
		j.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
}

func (j *Journal) enqueue(p int) (ticket uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sequence++ // of messages and tickets alike
	j.slots[p].waiting = append(j.slots[p].waiting, j.sequence)
	return j.sequence
}

func (j *Journal) release(p int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.slots[p].owned = false
	j.notify()
}

// drainIn is the longest that a term that ends waits for what its folder still acts on.
const drainIn = 2 * time.Second

// term implements controlplane.Term.
type term struct {
	j         *Journal
	partition int
	number    uint64
	settled   uint64 // by earlier terms
	begun     uint64 // the journal's sequence when it began
}

var _ controlplane.Term = (*term)(nil)

func (t *term) Partition() int { return t.partition }

func (t *term) Fence(context.Context) error {
	if err := t.j.o.Fail("fence"); err != nil {
		return fmt.Errorf("fence partition %d: %w", t.partition, err)
	}
	if !t.current() {
		return controlplane.ErrFenced
	}
	return nil
}

func (t *term) current() bool {
	t.j.mu.Lock()
	defer t.j.mu.Unlock()
	return t.j.slots[t.partition].term == t.number
}

// fold tells everything until the term or ctx ends, and lets the folder act on it as long as the term goes on.
func (t *term) fold(ctx context.Context, f controlplane.Folder, from time.Time) {
	last, live := uint64(0), false
	defer func() {
		if a, ok := f.(acting); ok && t.current() {
			call, stop := context.WithTimeout(context.WithoutCancel(ctx), drainIn)
			defer stop()
			a.Drain(call)
			t.settle(f, last)
		}
	}()
	if r, ok := f.(interface{ After() uint64 }); ok && r.After() > 0 { // of a checkpoint
		last, from = r.After(), time.Time{}
	}
	for {
		messages, changed := t.j.since(t.partition, false, last, from)
		for _, m := range messages {
			if !live && m.Sequence > t.begun {
				live = true
				f.Live()
			}
			if ctx.Err() != nil || !t.current() {
				return
			}
			m.Replayed, m.Settled, last = !live, m.Sequence <= t.settled, m.Sequence
			f.Fold(ctx, m)
			t.settle(f, m.Sequence)
		}
		if !live {
			live = true
			f.Live()
		}
		if !t.current() {
			return
		}
		t.settle(f, last)
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// acting is a folder that acts on what it folded beside the fold.
type acting interface {
	Acted() uint64
	Drain(ctx context.Context)
}

// settle notes what is folded and acted on.
func (t *term) settle(f controlplane.Folder, sequence uint64) {
	if a, ok := f.(acting); ok {
		sequence = min(sequence, a.Acted())
	}
	t.j.mu.Lock()
	defer t.j.mu.Unlock()
	if s := &t.j.slots[t.partition]; s.term == t.number {
		s.settled = max(s.settled, sequence)
	}
}
