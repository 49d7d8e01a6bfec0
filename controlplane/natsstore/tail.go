package natsstore

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// errGap says that messages were lost on their way: they are read anew.
var errGap = errors.New("delivery has a gap")

// tail reads a stream in order from where c says, and calls each until that says that it has enough (nil), ctx ends, or
// something is amiss; then the caller goes on with another tail. It does what the client library's ordered consumer does, but
// that waits for up to 10 s before it tries again, during which nothing stops it: longer than an election. soon is for where it
// is known that a message is there: how long one may take; 0: as long as it does.
func tail(ctx context.Context, st jetstream.Stream, c jetstream.ConsumerConfig, soon time.Duration, each func(jetstream.Msg) (more bool, err error)) error {
	c.AckPolicy, c.MemoryStorage, c.Replicas, c.InactiveThreshold = jetstream.AckNonePolicy, true, 1, forgetAfter
	call, stop := context.WithTimeout(ctx, storeWithin) // another server may be asked the next time
	consumer, err := st.CreateConsumer(call, c)
	stop()
	if err != nil {
		return err
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(500), jetstream.PullExpiry(pullExpiry), jetstream.PullHeartbeat(pullHeartbeat))
	if err != nil {
		return err
	}
	defer messages.Stop()
	for number := uint64(1); ; number++ {
		msg, err := next(ctx, messages, soon)
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		if meta.Sequence.Consumer != number {
			return errGap
		}
		if more, err := each(msg); err != nil || !more {
			return err
		}
	}
}

func next(ctx context.Context, messages jetstream.MessagesContext, soon time.Duration) (jetstream.Msg, error) {
	if soon > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, soon)
		defer stop()
	}
	return messages.Next(jetstream.NextContext(ctx))
}

// since begins a tail after a sequence; 0: with the first message.
func since(after uint64) jetstream.ConsumerConfig {
	if after == 0 {
		return jetstream.ConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy}
	}
	return jetstream.ConsumerConfig{DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1}
}
