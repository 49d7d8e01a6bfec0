package natsstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"picket/controlplane"
)

// How a NATS bucket marks a deletion.
const (
	operationHeader = "KV-Operation"
	operationDelete = "DEL"
)

// Put implements controlplane.Register.
func (s *Store) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	rev, err := s.changeKey(ctx, key, value, false, expect)
	if err != nil {
		return 0, fmt.Errorf("put %s: %w", key, err)
	}
	return rev, nil
}

// Delete implements controlplane.Register. To delete what does not exist is a change like others.
func (s *Store) Delete(ctx context.Context, key string, expect uint64) (uint64, error) {
	rev, err := s.changeKey(ctx, key, nil, true, expect)
	if err != nil {
		return 0, fmt.Errorf("delete %s: %w", key, err)
	}
	return rev, nil
}

func (s *Store) changeKey(ctx context.Context, key string, value []byte, deleted bool, expect uint64) (uint64, error) {
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case !controlplane.ValidKey(key):
		return 0, fmt.Errorf("key %q is not made of [-/_=.a-zA-Z0-9]", key)
	case key == epochKey:
		return 0, errors.New("key is reserved")
	}
	return s.change(ctx, key, value, deleted, expect)
}

// change translates the expectation: to NATS a deletion is a message like others, to the register it is nothing.
func (s *Store) change(ctx context.Context, key string, value []byte, deleted bool, expect uint64) (uint64, error) {
	if expect != 0 && expect != controlplane.AnyRevision {
		if err := s.wantValue(ctx, expect); err != nil {
			return 0, err
		}
	}
	rev, err := s.publish(ctx, key, value, deleted, expect)
	if expect != 0 || !errors.Is(err, controlplane.ErrConflict) {
		return rev, err
	}
	last, err := s.stream.GetLastMsgForSubject(ctx, subjectPrefix+key)
	if errors.Is(err, jetstream.ErrMsgNotFound) { // whoever was faster is not seen on this server yet
		return 0, controlplane.ErrConflict
	}
	if err != nil {
		return 0, fmt.Errorf("look for the last change: %w", err)
	}
	if last.Header.Get(operationHeader) == "" {
		return 0, controlplane.ErrConflict
	}
	return s.publish(ctx, key, value, deleted, last.Sequence)
}

// wantValue gives ErrConflict where the change at rev was a deletion, or has been replaced.
func (s *Store) wantValue(ctx context.Context, rev uint64) error {
	msg, err := s.stream.GetMsg(ctx, rev)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return controlplane.ErrConflict
	case err != nil:
		return fmt.Errorf("look for revision %d: %w", rev, err)
	case msg.Header.Get(operationHeader) != "":
		return controlplane.ErrConflict
	}
	return nil
}

// publish appends to the stream. expect is the sequence of the subject's last message, a deletion's too.
func (s *Store) publish(ctx context.Context, key string, value []byte, deleted bool, expect uint64) (uint64, error) {
	msg := nats.NewMsg(subjectPrefix + key)
	msg.Data = value
	if deleted {
		msg.Header.Set(operationHeader, operationDelete)
	}
	var opts []jetstream.PublishOpt
	if expect != controlplane.AnyRevision {
		opts = append(opts, jetstream.WithExpectLastSequencePerSubject(expect))
	}
	ack, err := s.js.PublishMsg(ctx, msg, opts...)
	if isConflict(err) {
		return 0, controlplane.ErrConflict
	}
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	return ack.Sequence, nil
}

// isConflict knows both of the server's codes for it; the second comes from replicated streams.
func isConflict(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}
