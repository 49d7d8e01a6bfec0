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

// How an ordered consumer pulls: short, so that a pull that was lost is noticed soon.
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

	err := s.watch(live, each, synced)
	switch {
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		return nil
	case s.closing.Err() != nil && errors.Is(err, context.Canceled):
		return errClosed
	default:
		return err
	}
}

// watch tells until ctx ends, and then gives its error.
func (s *Store) watch(ctx context.Context, each func(controlplane.Entry) error, synced func(revision uint64)) error {
	messages, err := s.consume(ctx)
	if err != nil {
		return fmt.Errorf("watch register: %w", err)
	}
	defer messages.Stop()
	w := watcher{stream: s.stream, each: each, synced: synced}
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("watch register: %w", err)
		}
		if err := w.tell(ctx, msg); err != nil {
			return err
		}
	}
}

// consume gives every last message, in order of their sequence, and then what comes.
func (s *Store) consume(ctx context.Context) (jetstream.MessagesContext, error) {
	c, err := s.stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverAllPolicy, InactiveThreshold: forgetAfter,
	})
	if err != nil {
		return nil, err
	}
	return c.Messages(jetstream.PullExpiry(pullExpiry), jetstream.PullHeartbeat(pullHeartbeat))
}

// watcher is one running Watch.
type watcher struct {
	stream jetstream.Stream
	each   func(controlplane.Entry) error
	synced func(revision uint64)

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
		if err := w.each(e); err != nil {
			return err
		}
	}
	return w.sync(ctx, e.Revision)
}

// sync tells synced once nothing newer than rev exists. The stream's last message is never replaced but by a newer one,
// so that its sequence is always reached; and while that moves, a key that was not told yet may have moved with it.
func (w *watcher) sync(ctx context.Context, rev uint64) error {
	if w.told || rev < w.target {
		return nil
	}
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
