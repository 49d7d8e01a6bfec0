package app

import (
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/controlplane/natsstore"
)

// TestStartWithAFullJournal prints how long the start takes with one of PICKET_JOURNAL_MB (1024), all of it written within the
// last half an hour: with all of that replayed, and from the checkpoint that this leaves.
func TestStartWithAFullJournal(t *testing.T) {
	if os.Getenv("PICKET_LONG") == "" {
		t.Skip("writes a gigabyte: make faults")
	}
	size, err := strconv.ParseUint(os.Getenv("PICKET_JOURNAL_MB"), 10, 64)
	if err != nil {
		size = 1024
	}
	o := options(t)
	o.State, o.JournalBytes = t.TempDir(), size<<20
	entries, bytes := fillJournal(t, o)
	o.Replay = time.Hour
	for _, what := range []string{"all replayed", "from a checkpoint"} {
		t.Run(what, func(t *testing.T) {
			began := time.Now()
			a := running(t, o) // waits as long as it takes
			t.Logf("start to ready with a journal of %d MB (%d reports), %s: %.1f s; %s", bytes>>20, entries, what, time.Since(began).Seconds(), a.describeStore())
		})
	}
}

// fillJournal writes reports of 40 rollups until the journal is full.
func fillJournal(t *testing.T, o Options) (entries, bytes uint64) {
	t.Helper()
	s, err := natsstore.Open(t.Context(), natsstore.Options{Dir: o.State, Journal: natsstore.JournalOptions{MaxBytes: o.JournalBytes}})
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	for n := range 64 {
		g.Go(func() error {
			w := &worker{group: fmt.Sprint("fill-", n)}
			for {
				b := w.report(1)
				for i := range 40 { // ordinary callers, of whom nothing is to be decided
					r := b.Rollups[0]
					r.Caller.Network = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n), byte(w.sequence), byte(i)}), 32)
					r.Neighbours = 0
					b.Rollups = append(b.Rollups, r)
				}
				b.Rollups = b.Rollups[1:]
				if err := s.Journal().Append(t.Context(), poison(b)); err != nil {
					return err
				}
				if c, err := s.Journal().Coverage(t.Context()); err != nil || c.Bytes > o.JournalBytes*95/100 {
					return err
				}
			}
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	c, err := s.Journal().Coverage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return c.Entries, c.Bytes
}
