package memstore

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
)

// sameWithin is for how long an entry's id is remembered.
const sameWithin = 30 * time.Second

// JournalOptions of a Journal. Zero fields have the defaults named.
type JournalOptions struct {
	Partitions int           // 1
	MaxBytes   uint64        // of the entries' data; 64 MiB
	MaxAge     time.Duration // 24 h
	Clock      controlplane.Clock
	Log        *slog.Logger          // nil: discarded
	Registerer prometheus.Registerer // nil: metrics are not exported
	// Fail is asked before each operation ("append", "read", "follow", "fence", "checkpoint", "resume"), which fails with what it gives. nil: none does.
	Fail func(operation string) error
}

// Journal is a journal in memory. New ones are empty; those who share one are its replicas.
type Journal struct {
	o       JournalOptions
	metrics *metrics

	mu       sync.Mutex
	entries  []controlplane.JournalMessage // ascending by Sequence, of all partitions
	sequence uint64
	bytes    uint64
	dropped  uint64
	seen     map[string]time.Time // ids
	seenFrom []seenID             // the oldest first
	changed  chan struct{}        // closed at the next change
	slots    []slot
	told     time.Time // when it was last said that entries were dropped

	checkpoints map[int]saved // by partition
}

type seenID struct {
	id string
	at time.Time
}

// slot is a partition's.
type slot struct {
	term    uint64   // the last that began
	owned   bool     // it goes on
	settled uint64   // sequence up to which a term folded
	waiting []uint64 // tickets of those who offer, the first first
}

var _ controlplane.Journal = (*Journal)(nil)

// NewJournal makes an empty journal.
func NewJournal(o JournalOptions) *Journal {
	o.Partitions = cmp.Or(o.Partitions, 1)
	o.MaxBytes = cmp.Or(o.MaxBytes, 64<<20)
	o.MaxAge = cmp.Or(o.MaxAge, 24*time.Hour)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Fail == nil {
		o.Fail = func(string) error { return nil }
	}
	return &Journal{
		o: o, metrics: newMetrics(o.Registerer), seen: map[string]time.Time{},
		changed: make(chan struct{}), slots: make([]slot, o.Partitions), checkpoints: map[int]saved{},
	}
}

// Partitions implements controlplane.Journal.
func (j *Journal) Partitions() int { return j.o.Partitions }

// Append implements controlplane.Journal.
func (j *Journal) Append(ctx context.Context, entries ...controlplane.JournalEntry) error {
	if err := cmp.Or(ctx.Err(), j.o.Fail("append")); err != nil {
		return fmt.Errorf("append to journal: %w", err)
	}
	for _, e := range entries {
		if e.Partition < controlplane.Everyone || e.Partition >= j.o.Partitions {
			return fmt.Errorf("append to journal: no partition %d", e.Partition)
		}
		if len(e.Data) == 0 || len(e.Data) > controlplane.MaxEntry {
			return fmt.Errorf("append to journal: entry of %d bytes: want 1 to %d", len(e.Data), controlplane.MaxEntry)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.o.Clock()
	for _, e := range entries {
		if !j.repeated(e.ID, now) {
			j.keep(e, now)
		}
	}
	j.trim(now)
	j.notify()
	return nil
}

// repeated remembers the id. It needs mu.
func (j *Journal) repeated(id string, now time.Time) bool {
	for len(j.seenFrom) > 0 && now.Sub(j.seenFrom[0].at) > sameWithin {
		delete(j.seen, j.seenFrom[0].id)
		j.seenFrom = j.seenFrom[1:]
	}
	if id == "" {
		return false
	}
	if _, ok := j.seen[id]; ok {
		return true
	}
	j.seen[id] = now
	j.seenFrom = append(j.seenFrom, seenID{id, now})
	return false
}

// keep needs mu.
func (j *Journal) keep(e controlplane.JournalEntry, now time.Time) {
	j.sequence++
	j.bytes += uint64(len(e.Data))
	j.entries = append(j.entries, controlplane.JournalMessage{
		Partition: e.Partition, Sequence: j.sequence, At: now, Data: bytes.Clone(e.Data),
	})
}

// trim lets go of what is too old or too much. It needs mu.
func (j *Journal) trim(now time.Time) {
	gone, dropped := 0, uint64(0)
	for _, e := range j.entries {
		old := now.Sub(e.At) > j.o.MaxAge
		if !old && j.bytes <= j.o.MaxBytes {
			break
		}
		if !old {
			dropped++
		}
		j.bytes -= uint64(len(e.Data))
		gone++
	}
	j.entries = j.entries[gone:]
	j.dropped += dropped
	j.metrics.dropped.Add(float64(dropped))
	j.metrics.bytes.Set(float64(j.bytes))
	if dropped > 0 && now.Sub(j.told) > time.Minute {
		j.told = now
		j.o.Log.Warn("journal is full, its oldest entries go", "dropped", j.dropped, "max_bytes", j.o.MaxBytes)
	}
}

// notify needs mu.
func (j *Journal) notify() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// since gives the messages of a partition after a sequence and not older than from, and what is closed when there is more.
// all takes every partition's.
func (j *Journal) since(partition int, all bool, after uint64, from time.Time) ([]controlplane.JournalMessage, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i, _ := slices.BinarySearchFunc(j.entries, after+1, func(m controlplane.JournalMessage, s uint64) int { return cmp.Compare(m.Sequence, s) })
	var out []controlplane.JournalMessage
	for _, m := range j.entries[i:] {
		if (all || m.Partition == partition) && !m.At.Before(from) {
			out = append(out, m)
		}
	}
	return out, j.changed
}

// Read implements controlplane.Journal.
func (j *Journal) Read(ctx context.Context, from time.Time, each func(controlplane.JournalMessage) error) error {
	if err := j.o.Fail("read"); err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	messages, _ := j.since(0, true, 0, from)
	for _, m := range messages {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		m.Replayed = true
		if err := each(m); err != nil {
			return err
		}
	}
	return nil
}

// Follow implements controlplane.Journal.
func (j *Journal) Follow(ctx context.Context, from time.Time, each func(controlplane.JournalMessage), live func()) error {
	if err := j.o.Fail("follow"); err != nil {
		return fmt.Errorf("follow journal: %w", err)
	}
	replayed, last := true, uint64(0)
	for {
		messages, changed := j.since(controlplane.Everyone, false, last, from)
		for _, m := range messages {
			if ctx.Err() != nil {
				return nil //nolint:nilerr // to end with ctx is its purpose
			}
			m.Replayed, last = replayed, m.Sequence
			each(m)
		}
		if replayed {
			replayed = false
			live()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// Coverage implements controlplane.Journal.
func (j *Journal) Coverage(context.Context) (controlplane.Coverage, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.trim(j.o.Clock())
	c := controlplane.Coverage{Entries: uint64(len(j.entries)), Bytes: j.bytes, MaxBytes: j.o.MaxBytes, Dropped: j.dropped}
	if len(j.entries) > 0 {
		c.From = j.entries[0].At
	}
	return c, nil
}
