package natsstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// ErrReplaced says that an external NATS has lost the state, or has another now, while we ran: revisions and epoch are those
// of nothing that is there. Opening it anew makes or finds a state with an epoch of its own.
var ErrReplaced = errors.New("the state was emptied or replaced while picket ran")

const (
	lookAtEpoch = 2 * time.Second
	// goneAfter is how often in a row the epoch must be missing: a cluster that starts may not know its streams at first.
	goneAfter = 3
)

// guard returns ErrReplaced once the epoch is another, and nil when ctx ends. An embedded server's files are under our lock.
func (s *Store) guard(ctx context.Context) error {
	if s.server != nil {
		<-ctx.Done()
		return nil
	}
	missing := 0
	for {
		wait(ctx, lookAtEpoch)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // to end with ctx is its purpose
		}
		switch same, err := s.sameEpoch(ctx); {
		case err != nil: // it does not answer now
		case same:
			missing = 0
		default:
			missing++
		}
		if missing >= goneAfter {
			return ErrReplaced
		}
	}
}

// sameEpoch tells whether the register has the epoch that we opened it with.
func (s *Store) sameEpoch(ctx context.Context) (bool, error) {
	ctx, stop := context.WithTimeout(ctx, storeWithin)
	defer stop()
	st, err := s.js.Stream(ctx, stream) // asking for a message of a stream that is not there may not be answered at all
	if err != nil {
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return false, nil
		}
		return false, fmt.Errorf("look at epoch: %w", err)
	}
	m, err := st.GetLastMsgForSubject(ctx, subjectPrefix+epochKey)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look at epoch: %w", err)
	}
	return string(m.Data) == fmt.Sprintf("%016x", s.epoch), nil
}
