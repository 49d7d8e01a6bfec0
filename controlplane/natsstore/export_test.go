package natsstore

import "context"

// Clear empties the register, which has another epoch then; revisions go on.
func (s *Store) Clear(ctx context.Context) (err error) {
	if err := again(ctx, func(ctx context.Context) error { return s.stream.Purge(ctx) }); err != nil {
		return err
	}
	s.epoch, err = s.readEpoch(ctx)
	return err
}

// Forget deletes the journal, so that the next store makes a new one.
func (s *Store) Forget(ctx context.Context) error {
	for _, name := range []string{journalStream, marksStream} {
		if err := again(ctx, func(ctx context.Context) error { return s.js.DeleteStream(ctx, name) }); err != nil {
			return err
		}
	}
	return nil
}
