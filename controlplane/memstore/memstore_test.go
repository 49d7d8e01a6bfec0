package memstore_test

import (
	"context"
	"strconv"
	"testing"

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
