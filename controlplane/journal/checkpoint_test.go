package journal_test

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/journal"
	"picket/controlplane/memstore"
)

// sums is an engine that adds up requests, tells the sum to whoever waits, and fires once it is 20.
type sums struct {
	decide func(context.Context, controlplane.Detection)
	total  uint64
	at     *tally
}

// tally is what the engine that folds now knows.
type tally struct {
	mu      sync.Mutex
	total   uint64
	changed chan struct{}
	decided atomic.Int64
}

var _ journal.Checkpointed = (*sums)(nil)

func (s *sums) Ingest(ctx context.Context, rollups []controlplane.Rollup) {
	before := s.total
	if s.total += rollups[0].Requests; before < 20 && s.total >= 20 {
		s.decide(ctx, controlplane.Detection{})
	}
	s.at.set(s.total)
}

func (s *sums) IngestFindings(context.Context, []controlplane.Finding) {}

func (s *sums) Checkpoint() []byte { return binary.AppendUvarint(nil, s.total) }

func (s *sums) Restore(b []byte) error {
	s.total, _ = binary.Uvarint(b)
	s.at.set(s.total)
	return nil
}

func (t *tally) set(total uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total = total
	close(t.changed)
	t.changed = make(chan struct{})
}

// await waits until the total is so.
func (t *tally) await(tb rapid.TB, want uint64) {
	late := time.After(30 * time.Second)
	for {
		t.mu.Lock()
		total, changed := t.total, t.changed
		t.mu.Unlock()
		if total == want {
			return
		}
		select {
		case <-changed:
		case <-late:
			tb.Fatalf("%d requests, want %d", total, want)
		}
	}
}

// folding runs a fold over the journal until stop is called, which waits for its checkpoint.
func folding(tb rapid.TB, j *memstore.Journal, replay time.Duration) (f *journal.Fold, t *tally, stop func()) {
	t = &tally{changed: make(chan struct{})}
	f = journal.New(journal.Options{
		Journal: j, Checkpoints: j, Replay: replay,
		Engine: func(decide func(context.Context, controlplane.Detection), _ prometheus.Registerer) journal.Engine {
			return &sums{decide: decide, at: t}
		},
		Decide: func(context.Context, controlplane.Detection) error { t.decided.Add(1); return nil },
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	<-f.Ready()
	return f, t, func() {
		cancel()
		if err := <-done; err != nil {
			tb.Fatal(err)
		}
	}
}

func reportOf(sequence, requests uint64) controlplane.Batch {
	n := controlplane.Node{ID: "n", Group: "g"}
	return controlplane.Batch{
		Node: n, Instance: 1, Sequence: sequence,
		Rollups: []controlplane.Rollup{{Node: n, Outcome: controlplane.OutcomeOK, Requests: requests}},
	}
}

// TestEachReportCountsOnceOverAnyNumberOfRestarts restarts at any points, without a replay, and sends some reports again.
func TestEachReportCountsOnceOverAnyNumberOfRestarts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := memstore.NewJournal(memstore.JournalOptions{})
		f, now, stop := folding(t, j, time.Nanosecond)
		var total uint64
		for i := range rapid.Uint64Range(1, 12).Draw(t, "reports") {
			n := rapid.Uint64Range(1, 9).Draw(t, "requests")
			total += n
			for range rapid.IntRange(1, 2).Draw(t, "times") {
				if err := f.Record(context.Background(), reportOf(i+1, n)); err != nil {
					t.Fatal(err)
				}
			}
			now.await(t, total)
			if rapid.Bool().Draw(t, "restart") {
				stop()
				f, now, stop = folding(t, j, time.Nanosecond)
				now.await(t, total)
			}
		}
		stop()
	})
}

// TestACheckpointOutOfReachIsNotReplacedByLess lets loading fail once; the next term has it again.
func TestACheckpointOutOfReachIsNotReplacedByLess(t *testing.T) {
	var mu sync.Mutex
	away, at := false, time.Now()
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	j := memstore.NewJournal(memstore.JournalOptions{Clock: clock, Fail: func(operation string) error {
		mu.Lock()
		defer mu.Unlock()
		if away && operation == "resume" {
			return errors.New("out of reach")
		}
		return nil
	}})
	f, now, stop := folding(t, j, time.Hour)
	record := func(sequence uint64) {
		t.Helper()
		if err := f.Record(t.Context(), reportOf(sequence, 10)); err != nil {
			t.Fatal(err)
		}
	}
	record(1)
	now.await(t, 10)
	stop()
	mu.Lock()
	away, at = true, at.Add(2*time.Hour)
	mu.Unlock()
	f, now, stop = folding(t, j, time.Hour)
	record(2)
	now.await(t, 10)
	stop()
	mu.Lock()
	away, at = false, at.Add(2*time.Hour)
	mu.Unlock()
	_, now, stop = folding(t, j, time.Hour)
	now.await(t, 20)
	stop()
}

// TestADetectionThatWasLeftToTheNextOwnerIsNotInTheCheckpoint fences the first owner at the moment at which it fires.
func TestADetectionThatWasLeftToTheNextOwnerIsNotInTheCheckpoint(t *testing.T) {
	var fenced atomic.Bool
	j := memstore.NewJournal(memstore.JournalOptions{Fail: func(operation string) error {
		if fenced.Load() && operation == "fence" {
			return controlplane.ErrFenced
		}
		return nil
	}})
	f, now, stop := folding(t, j, time.Hour)
	for i, requests := range []uint64{10, 15} {
		fenced.Store(i == 1)
		if err := f.Record(t.Context(), reportOf(uint64(i+1), requests)); err != nil {
			t.Fatal(err)
		}
		now.await(t, 10+15*uint64(i))
	}
	stop()
	if n := now.decided.Load(); n != 0 {
		t.Fatalf("%d decisions of a fenced owner", n)
	}
	if m, _, err := j.LoadCheckpoint(t.Context(), 0); err != nil || m.Sequence != 0 {
		t.Errorf("checkpoint after message %d, %v; want none", m.Sequence, err)
	}
}
