package journal

import (
	"context"
	"errors"
	"math"
	"sync"

	"picket/controlplane"
)

const (
	// maxActs is how many detections wait to be acted on; a fold that finds more waits.
	maxActs = 256
	// perFence is how many detections one fence stands for.
	perFence = 16
)

// acts hands a term's detections on beside its fold, one after the other: what a decision waits for (a fence, the register, its
// disk) must not keep the next message waiting.
//
// A journal that finds the methods Acted and Drain in its folder takes what was folded for settled only up to where Acted says,
// and calls Drain before it hands the partition over.
type acts struct {
	t     *term
	queue chan act
	stop  context.CancelFunc
	ended chan struct{}

	mu      sync.Mutex
	waiting []uint64      // the sequences of what is not done, in order
	drained chan struct{} // closed when nothing waits; nil: nobody looks
}

// act is a detection, and the message in which it was found.
type act struct {
	d        controlplane.Detection
	sequence uint64
}

func startActs(t *term) *acts {
	a := &acts{t: t, queue: make(chan act, maxActs), ended: make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	go a.run(ctx)
	return a
}

// add waits while too many wait already. It is the fold's.
func (a *acts) add(ctx context.Context, one act) {
	a.mu.Lock()
	a.waiting = append(a.waiting, one.sequence)
	a.mu.Unlock()
	select {
	case a.queue <- one:
	case <-ctx.Done(): // it stays among those that wait: whoever owns the partition then finds the same
	}
}

func (a *acts) run(ctx context.Context) {
	defer close(a.ended)
	fenced := 0 // for how many more the last fence stands
	for {
		select {
		case <-ctx.Done():
			return
		case one := <-a.queue:
			if fenced == 0 {
				fenced = -min(perFence, 1+len(a.queue))
			}
			if !a.t.act(ctx, one.d, fenced > 0) {
				return
			}
			if fenced < 0 {
				fenced = -fenced
			}
			fenced--
			a.done()
		}
	}
}

func (a *acts) done() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = a.waiting[1:]
	if len(a.waiting) == 0 && a.drained != nil {
		close(a.drained)
		a.drained = nil
	}
}

// end gives up what still waits, and reports whether that was nothing.
func (a *acts) end() bool {
	a.stop()
	<-a.ended
	return a.idle()
}

func (a *acts) idle() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.waiting) == 0
}

// Acted is up to which sequence nothing that was found in what is folded still waits to be acted on.
func (t *term) Acted() uint64 {
	t.acts.mu.Lock()
	defer t.acts.mu.Unlock()
	if len(t.acts.waiting) == 0 {
		return math.MaxUint64
	}
	return t.acts.waiting[0] - 1
}

// Drain waits until all detections are acted on, none can be, or ctx ends.
func (t *term) Drain(ctx context.Context) {
	a := t.acts
	a.mu.Lock()
	if len(a.waiting) == 0 {
		a.mu.Unlock()
		return
	}
	if a.drained == nil {
		a.drained = make(chan struct{})
	}
	drained := a.drained
	a.mu.Unlock()
	select {
	case <-drained:
	case <-a.ended:
	case <-ctx.Done():
	}
}

// act hands a detection on, and tries again while the register does not answer. One that is not settled may have been decided
// before; it has the same id then. false: the term is over, and whoever owns the partition now finds the same.
func (t *term) act(ctx context.Context, d controlplane.Detection, fenced bool) bool {
	err := t.try(ctx, d, fenced)
	for n, pause := 1, firstPause; err != nil && n < decideAgain; n, pause = n+1, min(2*pause, lastPause) {
		if errors.Is(err, controlplane.ErrFenced) || !sleep(ctx, pause) {
			return false
		}
		t.f.metrics.retried.Inc()
		err = t.try(ctx, d, false)
	}
	if ctx.Err() != nil {
		return err == nil
	}
	if err != nil {
		t.f.o.Log.Error("detection without a decision", "scenario", d.Scenario, "error", err)
	}
	return true
}

func (t *term) try(ctx context.Context, d controlplane.Detection, fenced bool) error {
	if !fenced {
		if err := t.term.Fence(ctx); err != nil {
			return err
		}
	}
	ctx, stop := context.WithTimeout(ctx, decideWithin)
	defer stop()
	return t.f.o.Decide(ctx, d)
}
