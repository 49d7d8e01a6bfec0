package memstore_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"

	"picket/controlplane"
	"picket/controlplane/memstore"
	"picket/controlplane/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRegister(t *testing.T) {
	storetest.Run(t, func(*testing.T) (controlplane.Register, func() controlplane.Register) {
		return memstore.New(), nil
	})
}

func TestEachStoreHasAnEpochOfItsOwn(t *testing.T) {
	if a, b := memstore.New().Epoch(), memstore.New().Epoch(); a == b {
		t.Errorf("both have epoch %x", a)
	}
}

// A watcher that blocks while the log is pruned again and again must still be told of every deletion.
func TestSlowWatcherIsToldOfEveryChangeWhileTheLogIsPruned(t *testing.T) {
	const changes = 10_000
	s := memstore.New()
	ctx, cancel := context.WithCancel(t.Context())
	started, resume, told := make(chan struct{}), make(chan struct{}), 0
	done := make(chan error, 1)
	go func() {
		done <- s.Watch(ctx, func(controlplane.Entry) error {
			if told == 0 {
				<-resume
			}
			if told++; told == changes {
				cancel()
			}
			return nil
		}, func(uint64) { close(started) })
	}()
	<-started
	for i := range changes / 2 {
		key := "k/" + strconv.Itoa(i)
		rev, err := s.Put(t.Context(), key, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Delete(t.Context(), key, rev); err != nil {
			t.Fatal(err)
		}
	}
	close(resume)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if told != changes {
		t.Errorf("told %d changes, want %d", told, changes)
	}
}

func TestJournal(t *testing.T) {
	storetest.RunJournal(t, func(_ *testing.T, partitions int) func() controlplane.Journal {
		j := memstore.NewJournal(memstore.JournalOptions{Partitions: partitions})
		return func() controlplane.Journal { return j }
	})
}

func TestAFullJournalLosesItsOldest(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	j := memstore.NewJournal(memstore.JournalOptions{MaxBytes: 10, MaxAge: time.Hour, Clock: func() time.Time { return now }})
	put := func(text string) {
		t.Helper()
		if err := j.Append(t.Context(), controlplane.JournalEntry{Data: []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"aaaa", "bbbb", "cccc"} {
		put(text)
	}
	want := controlplane.Coverage{From: now, Entries: 2, Bytes: 8, MaxBytes: 10, Dropped: 1}
	if c, err := j.Coverage(t.Context()); err != nil || c != want {
		t.Errorf("%+v, %v, want %+v", c, err, want)
	}
	now = now.Add(2 * time.Hour)
	put("d") // the others are too old, which is nothing to say
	want = controlplane.Coverage{From: now, Entries: 1, Bytes: 1, MaxBytes: 10, Dropped: 1}
	if c, err := j.Coverage(t.Context()); err != nil || c != want {
		t.Errorf("%+v, %v, want %+v", c, err, want)
	}
}
