package natsstore_test

import (
	"testing"

	"picket/controlplane"
	"picket/controlplane/natsstore"
	"picket/controlplane/storetest"
)

func TestJournal(t *testing.T) {
	storetest.RunJournal(t, func(t *testing.T, partitions int) func() controlplane.Journal {
		s, err := natsstore.Open(t.Context(), natsstore.Options{Dir: t.TempDir(), Journal: natsstore.JournalOptions{Partitions: partitions}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return func() controlplane.Journal { return s.Journal() }
	})
}
