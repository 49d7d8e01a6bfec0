package natsstore

import (
	"context"
	"errors"
	"time"

	"picket/controlplane"
)

var _ controlplane.Term = (*owner)(nil)

// acting is a folder that acts on what it folded beside the fold.
type acting interface {
	Acted() uint64
	Drain(ctx context.Context)
}

// claim makes the last mark ours. The server is asked before, so that one who was held up does not disturb another, and after,
// since he may have been held up between.
func (o *owner) claim(ctx context.Context, pin string) bool {
	if !o.confirmed(ctx, pin) {
		return false
	}
	o.marking.Lock()
	defer o.marking.Unlock()
	settled, sequence, err := o.j.marked(ctx, o.partition)
	if err == nil {
		o.fence, err = o.j.mark(ctx, o.partition, settled, sequence)
	}
	if err != nil {
		o.complain(ctx, "claim partition", err)
		return false
	}
	o.settled, o.told = settled, settled
	return o.confirmed(ctx, pin)
}

// confirmed asks the server whether a pin is ours. Where it is not, or the server does not say, it counts as lost for now.
func (o *owner) confirmed(ctx context.Context, pin string) bool {
	mine, err := o.mine(ctx, pin)
	if err != nil || !mine {
		o.lose(pin)
		return false
	}
	return true
}

func (o *owner) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		o.j.s.o.Log.Warn("journal: "+what, "partition", o.partition, "error", err)
	}
}

// mine asks the server whether a pin is that of today.
func (o *owner) mine(ctx context.Context, pin string) (bool, error) {
	ctx, stop := context.WithTimeout(ctx, storeWithin)
	defer stop()
	c, err := o.j.stream.Consumer(ctx, o.name())
	if err != nil {
		return false, err
	}
	for _, g := range c.CachedInfo().PriorityGroups {
		if g.Group == ownGroup {
			return g.PinnedClientID == pin, nil
		}
	}
	return false, nil
}

// held gives the pin under which the term goes on; "": none does.
func (o *owner) held() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.pin
}

// hold begins a term, unless that under another pin was lost meanwhile: then its folder has ended what it does.
func (o *owner) hold(was, pin string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pin != was {
		return false
	}
	o.pin = pin
	o.acting, _ = o.folder.(acting)
	return true
}

// done is up to where we folded, and acted on it.
func (o *owner) done() uint64 {
	last := o.last.Load() // before what waits is looked at
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.acting != nil {
		return min(last, o.acting.Acted())
	}
	return last
}

// Fence implements controlplane.Term: it moves our mark, which fails once another has made his.
func (o *owner) Fence(ctx context.Context) error {
	o.marking.Lock()
	defer o.marking.Unlock()
	pin := o.held()
	if pin == "" {
		return controlplane.ErrFenced
	}
	settled := max(o.done(), o.told)
	sequence, err := o.j.mark(ctx, o.partition, settled, o.fence)
	if errors.Is(err, controlplane.ErrFenced) {
		return o.contend(ctx, pin)
	}
	if err != nil {
		return err
	}
	o.fence, o.told = sequence, settled
	return nil
}

// contend finds out who is right when the last mark is not ours, as often as another marks meanwhile.
func (o *owner) contend(ctx context.Context, pin string) error {
	for {
		o.j.metrics.fenced.Inc()
		mine, err := o.mine(ctx, pin)
		if err != nil {
			return err
		}
		if !mine {
			o.lose(pin)
			return controlplane.ErrFenced
		}
		settled, sequence, err := o.j.marked(ctx, o.partition)
		if err != nil {
			return err
		}
		settled = max(settled, o.done())
		sequence, err = o.j.mark(ctx, o.partition, settled, sequence)
		if errors.Is(err, controlplane.ErrFenced) {
			continue
		}
		if err == nil {
			o.fence, o.told = sequence, settled
		}
		return err
	}
}

// settle says up to where we folded, and so learns whether we still own. A mark that is being made does it too.
func (o *owner) settle(ctx context.Context) {
	if o.held() == "" || !o.marking.TryLock() {
		return
	}
	news := o.done() > o.told
	o.marking.Unlock()
	if !news {
		return
	}
	if err := o.Fence(ctx); err != nil && !errors.Is(err, controlplane.ErrFenced) {
		o.complain(ctx, "mark partition", err)
	}
}

// lose ends the term: another has the partition. The folder hears of it when it is not at work.
func (o *owner) lose(pin string) {
	o.mu.Lock()
	o.over, o.overAt, o.pin = pin, time.Now(), ""
	o.mu.Unlock()
	if o.owned.Swap(false) {
		o.j.metrics.owned.Dec()
		o.j.s.o.Log.Info("partition is another replica's", "partition", o.partition)
	}
}
