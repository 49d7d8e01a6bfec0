package natsstore_test

import (
	"bytes"
	"log/slog"
	"strings"
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

func TestAFullJournalLosesItsOldestAndSaysSo(t *testing.T) {
	var out bytes.Buffer
	dir := t.TempDir()
	openWith := func(bytes uint64) *natsstore.Store {
		s, err := natsstore.Open(t.Context(), natsstore.Options{
			Dir: dir, Log: slog.New(slog.NewTextHandler(&out, nil)), Journal: natsstore.JournalOptions{MaxBytes: bytes},
		})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := openWith(1 << 20)
	j := s.Journal()
	for range 30 {
		if err := j.Append(t.Context(), controlplane.JournalEntry{Data: make([]byte, 100<<10)}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := j.Coverage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Bytes > c.MaxBytes || c.MaxBytes != 1<<20 || c.Entries == 0 || c.Entries+c.Dropped != 30 {
		t.Errorf("coverage %+v", c)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "journal is full") {
		t.Errorf("log says %q", &out)
	}
	for _, size := range []struct{ asked, want uint64 }{{2 << 20, 2 << 20}, {0, 2 << 20}} { // other bounds, or those it had
		s = openWith(size.asked)
		if c, err := s.Journal().Coverage(t.Context()); err != nil || c.MaxBytes != size.want || c.Entries == 0 {
			t.Errorf("asked for %d: %+v, %v", size.asked, c, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
