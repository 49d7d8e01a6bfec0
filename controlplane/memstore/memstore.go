// Package memstore keeps the register in memory, for tests and for those who want no state on disk: each start is a new
// epoch.
package memstore

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"picket/controlplane"
)

// Store is a register in memory. The zero value is not usable; New gives one.
type Store struct {
	epoch uint64

	mu       sync.Mutex
	revision uint64
	last     map[string]uint64    // revisions of the keys that exist
	log      []controlplane.Entry // changes in order; some of those that nobody needs any more are gone
	pruneAt  int                  // length of log at which to look for these
	changed  chan struct{}        // closed at the next change
	watchers map[*watcher]struct{}
}

// watcher is one running Watch.
type watcher struct {
	taken uint64 // revision up to which it has taken changes
	again bool   // it has had the initial entries
}

var _ controlplane.Register = (*Store)(nil)

// New gives an empty store with an epoch of its own.
func New() *Store {
	return &Store{
		epoch: newEpoch(), last: map[string]uint64{}, pruneAt: pruneFrom, changed: make(chan struct{}),
		watchers: map[*watcher]struct{}{},
	}
}

func newEpoch() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return max(binary.LittleEndian.Uint64(b[:]), 1)
}

// Epoch implements controlplane.Register.
func (s *Store) Epoch() uint64 { return s.epoch }

// Put implements controlplane.Register. It keeps a copy of value.
func (s *Store) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	rev, err := s.change(ctx, controlplane.Entry{Key: key, Value: bytes.Clone(value)}, expect)
	if err != nil {
		return 0, fmt.Errorf("put %s: %w", key, err)
	}
	return rev, nil
}

// Delete implements controlplane.Register. To delete what does not exist is a change like others.
func (s *Store) Delete(ctx context.Context, key string, expect uint64) (uint64, error) {
	rev, err := s.change(ctx, controlplane.Entry{Key: key, Deleted: true}, expect)
	if err != nil {
		return 0, fmt.Errorf("delete %s: %w", key, err)
	}
	return rev, nil
}

func (s *Store) change(ctx context.Context, e controlplane.Entry, expect uint64) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if !controlplane.ValidKey(e.Key) {
		return 0, fmt.Errorf("key %q is not made of [-/_=.a-zA-Z0-9]", e.Key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if expect != controlplane.AnyRevision && s.last[e.Key] != expect {
		return 0, controlplane.ErrConflict
	}
	s.revision++
	e.Revision = s.revision
	s.append(e)
	return e.Revision, nil
}

// append needs mu.
func (s *Store) append(e controlplane.Entry) {
	if e.Deleted {
		delete(s.last, e.Key)
	} else {
		s.last[e.Key] = e.Revision
	}
	s.log = append(s.log, e)
	if len(s.log) >= s.pruneAt {
		s.prune()
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// pruneFrom is the length of a log that is not worth pruning.
const pruneFrom = 1024

// prune drops changes that are neither their key's last nor due to a watcher. It needs mu.
func (s *Store) prune() {
	due := s.revision
	for w := range s.watchers {
		due = min(due, w.taken)
	}
	s.log = slices.DeleteFunc(s.log, func(e controlplane.Entry) bool {
		return e.Revision <= due && s.last[e.Key] != e.Revision
	})
	s.pruneAt = 2*len(s.log) + pruneFrom
}

// Watch implements controlplane.Register. It tells every change, however slow each is.
func (s *Store) Watch(ctx context.Context, each func(controlplane.Entry) error, synced func(revision uint64)) error {
	w := &watcher{}
	s.join(w)
	defer s.leave(w)
	told := false
	for {
		entries, revision, changed := s.take(w)
		for _, e := range entries {
			if ctx.Err() != nil {
				return nil
			}
			if err := each(e); err != nil {
				return err
			}
		}
		if !told {
			synced(revision)
			told = true
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

func (s *Store) join(w *watcher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[w] = struct{}{}
}

func (s *Store) leave(w *watcher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watchers, w)
}

// take gives what w has not had yet, the revision that this brings it to, and what is closed when there is more.
func (s *Store) take(w *watcher) ([]controlplane.Entry, uint64, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, _ := slices.BinarySearchFunc(s.log, w.taken+1, func(e controlplane.Entry, rev uint64) int {
		return int(int64(e.Revision - rev))
	})
	entries := slices.Clone(s.log[from:])
	if !w.again {
		entries = slices.DeleteFunc(entries, func(e controlplane.Entry) bool { return s.last[e.Key] != e.Revision })
	}
	w.taken, w.again = s.revision, true
	return entries, s.revision, s.changed
}
