package natsstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"picket/controlplane"
)

// How a tail pulls: short, so that a pull that was lost is noticed soon.
const (
	pullExpiry    = time.Second // the least that the client library takes
	pullHeartbeat = 500 * time.Millisecond
	forgetAfter   = 30 * time.Second // how long the server remembers a consumer that is gone
)

// Watch implements controlplane.Register. Deleted keys are told among the initial entries too.
func (s *Store) Watch(ctx context.Context, each func(controlplane.Entry) error, synced func(revision uint64)) error {
	live, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()

	guarded := make(chan error, 1)
	go func() {
		defer cancel()
		guarded <- s.guard(live)
	}()
	err := s.watch(live, each, synced)
	cancel()
	replaced := <-guarded
	switch {
	case replaced != nil:
		return fmt.Errorf("watch register: %w", replaced)
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		return nil
	case s.closing.Err() != nil && errors.Is(err, context.Canceled):
		return errClosed
	default:
		return err
	}
}

// watch tells until ctx ends, and then gives its error, or each's. What goes wrong on the way is tried again from where it was.
func (s *Store) watch(ctx context.Context, each func(controlplane.Entry) error, synced func(revision uint64)) error {
	w := watcher{stream: s.stream, each: each, synced: synced}
	for {
		err := tail(ctx, s.stream, since(w.last), 0, func(m jetstream.Msg) (bool, error) { return true, w.tell(ctx, m) })
		if w.failed != nil {
			return w.failed
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.o.Log.Debug("watching the register went wrong, it is tried again", "error", err)
		wait(ctx, callAgain)
	}
}

// watcher is one running Watch.
type watcher struct {
	stream jetstream.Stream
	each   func(controlplane.Entry) error
	synced func(revision uint64)

	last   uint64 // revision of the last entry that was told
	failed error  // each's
	told   bool   // synced was
	target uint64 // the revision at which to look whether there is more
}

func (w *watcher) tell(ctx context.Context, msg jetstream.Msg) error {
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("watch register: %w", err)
	}
	e := controlplane.Entry{
		Key: strings.TrimPrefix(msg.Subject(), subjectPrefix), Value: msg.Data(), Revision: meta.Sequence.Stream,
		Deleted: msg.Headers().Get(operationHeader) != "",
	}
	if e.Key != epochKey {
		if w.failed = w.each(e); w.failed != nil {
			return w.failed
		}
	}
	if err := w.sync(ctx, e.Revision); err != nil {
		return err // the entry is told again
	}
	w.last = e.Revision
	return nil
}

// sync tells synced once nothing newer than rev exists. The stream's last message is never replaced but by a newer one,
// so that its sequence is always reached; and while that moves, a key that was not told yet may have moved with it.
func (w *watcher) sync(ctx context.Context, rev uint64) error {
	if w.told || rev < w.target {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, callWithin)
	defer stop()
	info, err := w.stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("watch register: %w", err)
	}
	w.target = info.State.LastSeq
	if rev >= w.target {
		w.told = true
		w.synced(rev)
	}
	return nil
}
