package policy

import (
	"maps"
	"slices"

	"picket/controlplane"
)

// scope holds the decisions of one Decision.Group, in order. What it has noted is what the register's entries say, so
// that it can be told from them again: whoever deletes ended decisions leaves, for each group, the one with the highest
// revision and the one with the newest recorded time.
type scope struct {
	name     string
	revision uint64 // of the last change to one of its decisions
	newest   uint32 // the newest recorded time, seconds since the Unix epoch

	sorted  []row           // never changed in place
	pending map[rowKey]*row // changes since sorted was made; nil: removed
}

type rowKey struct{ match, id uint64 }

func newScope(name string) *scope { return &scope{name: name, pending: map[rowKey]*row{}} }

// note takes a decision's times and revision.
func (s *scope) note(d controlplane.Decision, revision uint64) {
	s.revision = revision
	s.newest = max(s.newest, RecordedAt(d))
}

// RecordedAt is the newest time that a decision records of itself, in seconds since the Unix epoch: when it was decided,
// or undone.
func RecordedAt(d controlplane.Decision) uint32 {
	t := d.Decided
	if d.Undone.After(t) {
		t = d.Undone
	}
	return seconds(t.Unix())
}

func (s *scope) add(r row)    { s.pending[r.key()] = &r }
func (s *scope) remove(r row) { s.pending[r.key()] = nil }

// rows gives the rows, ascending; the slice is never changed.
func (s *scope) rows() []row {
	if len(s.pending) > 0 {
		s.sorted = s.merge(slices.SortedFunc(maps.Keys(s.pending), compareKeys))
		s.pending = map[rowKey]*row{}
	}
	return s.sorted
}

// merge gives the rows with the pending changes, whose keys are ascending.
func (s *scope) merge(keys []rowKey) []row {
	merged := make([]row, 0, len(s.sorted)+len(keys))
	rest := s.sorted
	for _, k := range keys {
		n, found := slices.BinarySearchFunc(rest, k, func(r row, k rowKey) int { return compareKeys(r.key(), k) })
		merged = append(merged, rest[:n]...)
		rest = rest[n:]
		if found {
			rest = rest[1:]
		}
		if r := s.pending[k]; r != nil {
			merged = append(merged, *r)
		}
	}
	return append(merged, rest...)
}
