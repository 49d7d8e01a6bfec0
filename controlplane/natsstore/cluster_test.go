package natsstore_test

import (
	"errors"
	"strings"
	"testing"

	"picket/controlplane"
	"picket/controlplane/natsstore"
	"picket/controlplane/storetest"
)

// external opens a replica's view of servers that run.
func external(t *testing.T, n *storetest.NATS, partitions int) *natsstore.Store {
	t.Helper()
	s, err := natsstore.Open(t.Context(), natsstore.Options{
		URL: n.URL(), Journal: natsstore.JournalOptions{Partitions: partitions, MaxBytes: 64 << 20},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestOneExternalServer(t *testing.T) {
	runJournal(t, storetest.StartNATS(t, 1))
}

// runJournal runs the suite, each test with a journal of its own.
func runJournal(t *testing.T, n *storetest.NATS) {
	storetest.RunJournal(t, func(t *testing.T, partitions int) func() controlplane.Journal {
		if err := external(t, n, partitions).Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
		return func() controlplane.Journal { return external(t, n, partitions).Journal() }
	})
}

func TestThreeServers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := storetest.StartNATS(t, 3)
	t.Run("register", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) (controlplane.Register, func() controlplane.Register) {
			s := external(t, n, 3)
			if err := s.Clear(t.Context()); err != nil {
				t.Fatal(err)
			}
			return s, nil
		})
	})
	t.Run("journal", func(t *testing.T) { runJournal(t, n) })
}

func TestTwoServersAreRefused(t *testing.T) {
	n := storetest.StartNATS(t, 2)
	_, err := natsstore.Open(t.Context(), natsstore.Options{URL: n.URL()})
	var refused *natsstore.ClusterError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "one server or three") {
		t.Errorf("%v, want a ClusterError", err)
	}
}

func TestAServerThatIsNotThereIsAPersonsMistake(t *testing.T) {
	_, err := natsstore.Open(t.Context(), natsstore.Options{URL: "nats://user:secret@127.0.0.1:1"})
	var refused *natsstore.ClusterError
	if !errors.As(err, &refused) || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v, want a ClusterError without the password", err)
	}
}
