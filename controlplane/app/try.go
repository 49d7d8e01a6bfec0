package app

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"picket/controlplane/backtest"
	"picket/controlplane/policy"
)

const (
	// busyFor is after how long a trial asks again whether an operator's backtest has ended.
	busyFor = 2 * time.Second
	// againAfter is after how long a trial that failed is repeated.
	againAfter = 30 * time.Second
)

// run tries what is to be tried, one document at a time, until ctx ends. ready is closed once journal and policy are known.
func (t *trials) run(ctx context.Context, ready <-chan struct{}) error {
	if t.journal == nil || !arrived(ctx, ready) {
		return nil
	}
	for ctx.Err() == nil {
		doc, c := t.current()
		var again <-chan time.Time
		if pending := c.Pending(); len(pending) > 0 {
			if wait := t.attempt(ctx, doc, pending); wait > 0 {
				again = time.After(wait)
			}
		}
		select {
		case <-ctx.Done():
		case <-t.wake:
		case <-again:
		}
	}
	return nil
}

// attempt tries scenarios of a document on the journal and writes what came of it. It gives after how long to try again; 0: not
// before something changes.
func (t *trials) attempt(ctx context.Context, doc policy.Document, pending []string) (wait time.Duration) {
	f, err := doc.File()
	if err != nil {
		t.log.Error("policy not tried", "error", err)
		return 0
	}
	if why := t.tooLittle(ctx, f.Rails.Backtest.Least); why != "" {
		return t.settle(ctx, doc, pending, nil, "not tried: "+why)
	}
	trying, stop := context.WithCancel(ctx)
	defer stop()
	t.stopping(stop)
	defer t.stopping(nil)
	r, err := t.tester.Run(trying, backtest.Query{Policy: f, Since: f.Rails.Backtest.Within, Changed: pending}, nil)
	switch {
	case errors.Is(err, backtest.ErrBusy):
		return busyFor
	case trying.Err() != nil:
		return 0
	case err != nil:
		t.log.Error("policy not tried", "error", err)
		return againAfter
	}
	return t.settle(ctx, doc, pending, r.Held(pending), "tried on the journal, and within the limit")
}

// stopping says how what is being tried is ended; nil: nothing is being tried.
func (t *trials) stopping(stop context.CancelFunc) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stop = stop
}

// settle writes which of the scenarios stay held back, with whom they would have hit, and that the others act, and why.
func (t *trials) settle(ctx context.Context, doc policy.Document, tried []string, held map[string]string, good string) (wait time.Duration) {
	err := t.update(ctx, doc.Hash(), func(c *policy.Trial) {
		for _, name := range tried {
			if h, there := c.Held[name]; !there || !h.Tried.IsZero() {
				continue // accepted, or another replica was faster
			}
			if why, over := held[name]; over {
				c.Held[name] = policy.Held{Tried: t.clock(), Why: why}
			} else {
				delete(c.Held, name)
			}
		}
	})
	if err != nil {
		if ctx.Err() == nil {
			t.log.Error("what came of a trial is not kept", "error", err)
		}
		return againAfter
	}
	for _, name := range slices.Sorted(maps.Keys(held)) {
		t.decider.Tried(ctx, "", "trial "+name, listed([]string{name})+" is only proposed. "+held[name], true)
	}
	if rest := slices.DeleteFunc(slices.Clone(tried), func(name string) bool { _, over := held[name]; return over }); len(rest) > 0 {
		t.decider.Tried(ctx, "", "trial", listed(rest)+": "+good, false)
	}
	return 0
}
