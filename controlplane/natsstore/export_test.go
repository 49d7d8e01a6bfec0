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

// Forget deletes the journal, so that the next store makes a new one. It is emptied before: a server that still writes what
// came a moment ago gives it to the next stream of that name.
func (s *Store) Forget(ctx context.Context) error {
	for _, name := range []string{journalStream, marksStream} {
		err := again(ctx, func(ctx context.Context) error {
			st, err := s.js.Stream(ctx, name)
			if err == nil {
				err = st.Purge(ctx)
			}
			if err == nil {
				err = s.js.DeleteStream(ctx, name)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// LookAtDisk has the store believe that its disk is so. Nobody may use it meanwhile.
func (s *Store) LookAtDisk(look func() (free, size uint64)) {
	s.room.look = func(string) (uint64, uint64, error) {
		free, size := look()
		return free, size, nil
	}
}
