package process

import (
	"context"
	"time"
)

const (
	firstBackoff = 500 * time.Millisecond
	lastBackoff  = 15 * time.Second
	// An Envoy that ran so long is healthy: the next end of it starts the back-off anew.
	healthy = 30 * time.Second
)

// Events tell what a supervised Envoy does. Each is called from the goroutine of Supervise; nil ones are left out.
type Events struct {
	Started func(*Process)
	// Ended says why Envoy ended or could not be started, and when the next start is.
	Ended func(err error, next time.Duration)
}

// Supervise keeps Envoy running until ctx ends, starting it again with back-off (0.5 s to 15 s) when it ends by itself.
// Then it stops Envoy as Options say and gives Process.Err.
func Supervise(ctx context.Context, o Options, e Events) error {
	for b := (backoff{}); ; {
		began := time.Now()
		err := runOnce(ctx, o, e)
		if ctx.Err() != nil {
			return err
		}
		next := b.after(time.Since(began))
		if e.Ended != nil {
			e.Ended(err, next)
		}
		t := time.NewTimer(next)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
	}
}

func runOnce(ctx context.Context, o Options, e Events) error {
	p, err := Start(ctx, o)
	if err != nil {
		return err
	}
	if e.Started != nil {
		e.Started(p)
	}
	<-p.Done()
	return p.Err()
}

// backoff doubles with each short run.
type backoff struct{ next time.Duration }

// after gives the wait after a run of the given length.
func (b *backoff) after(ran time.Duration) time.Duration {
	if ran >= healthy || b.next == 0 {
		b.next = firstBackoff
		return b.next
	}
	b.next = min(2*b.next, lastBackoff)
	return b.next
}
