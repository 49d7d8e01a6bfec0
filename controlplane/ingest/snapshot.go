package ingest

import (
	"sync"

	picketv1 "picket/proto/picket/v1"
)

// maxSnapshots is how many groups' snapshots are kept.
const maxSnapshots = 256

// snapshots keeps each group's, so that a fleet that connects at once has it made once.
type snapshots struct {
	mu   sync.Mutex
	kept map[Group]*snapshot
}

type snapshot struct {
	mu      sync.Mutex
	changed <-chan struct{} // closed: it is no longer that of today
	deltas  []*picketv1.Delta
}

// of gives the group's present one; made tells whether that had to be made.
func (s *snapshots) of(g Group) (deltas []*picketv1.Delta, made bool) {
	k := s.entry(g)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changed != nil {
		select {
		case <-k.changed:
		default:
			return k.deltas, false
		}
	}
	k.changed = g.Changed()
	k.deltas = g.Snapshot()
	return k.deltas, true
}

func (s *snapshots) entry(g Group) *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kept[g]
	if k == nil {
		if len(s.kept) >= maxSnapshots {
			clear(s.kept)
		}
		k = &snapshot{}
		s.kept[g] = k
	}
	return k
}
