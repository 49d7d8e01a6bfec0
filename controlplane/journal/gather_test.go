package journal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/journal"
	"picket/controlplane/memstore"
)

// tray is a journal that shows each entry and keeps it when it is told to.
type tray struct {
	controlplane.Journal
	together bool
	entries  chan controlplane.JournalEntry
	results  chan error
}

func (j *tray) Partitions() int { return 2 }
func (j *tray) Together() bool  { return j.together }

func (j *tray) Append(_ context.Context, entries ...controlplane.JournalEntry) error {
	for _, e := range entries {
		j.entries <- e
	}
	return <-j.results
}

// newTray gives a journal and who records there.
func newTray() (*tray, *journal.Fold) {
	j := &tray{together: true, entries: make(chan controlplane.JournalEntry, 100), results: make(chan error)}
	return j, journal.New(journal.Options{Journal: j, Engine: newWatch().engine, Decide: undecided})
}

// record records a report of each instance at once, and gives how each ends.
func record(t *testing.T, f *journal.Fold, instances ...uint64) chan error {
	done := make(chan error, len(instances))
	for _, i := range instances {
		go func() { done <- f.Record(t.Context(), batch("g", i, 1, 1, time.Now())) }()
		synctest.Wait() // so that they come in this order
	}
	return done
}

// reportsOf gives whose reports an entry has.
func reportsOf(t *testing.T, e controlplane.JournalEntry) (instances []uint64) {
	t.Helper()
	journal.Each(e.Data, func(b controlplane.Batch, err error) {
		if err != nil {
			t.Error(err)
		}
		instances = append(instances, b.Instance)
	})
	return instances
}

func expect[T any](t *testing.T, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatComesWhileAnEntryIsOnItsWayGoesTogetherAndIsAcknowledgedOnceItIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, f := newTray()
		first := record(t, f, 1)
		others := record(t, f, 2, 3, 4)
		expect(t, []uint64{1}, reportsOf(t, <-j.entries))
		expect(t, 0, len(j.entries))
		j.results <- nil
		if err := <-first; err != nil {
			t.Error(err)
		}
		expect(t, []uint64{2, 3, 4}, reportsOf(t, <-j.entries))
		expect(t, 0, len(others))
		j.results <- nil
		for range 3 {
			if err := <-others; err != nil {
				t.Error(err)
			}
		}
		last := record(t, f, 5)
		expect(t, []uint64{5}, reportsOf(t, <-j.entries)) // at once: the clock stood still all the time
		j.results <- nil
		if err := <-last; err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsNotKeptIsAnErrorOfAllThatWentOrWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, f := newTray()
		done := record(t, f, 1, 2, 3)
		away := errors.New("nobody answers")
		j.results <- away
		for range 3 {
			if err := <-done; !errors.Is(err, away) {
				t.Errorf("%v, want %v", err, away)
			}
		}
		again := record(t, f, 2)
		j.results <- nil
		if err := <-again; err != nil {
			t.Error(err)
		}
	})
}

func TestAReportThatCannotBeKeptTakesNoOtherWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, f := newTray()
		done := record(t, f, 1, 2)
		large := batch("g", 3, 1, 1, time.Now())
		large.Rollups[0].Objects.Values = make([]uint64, controlplane.MaxEntry/8)
		if err := f.Record(t.Context(), large); err == nil {
			t.Error("a report that no entry can hold was kept")
		}
		for range 2 {
			j.results <- nil
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestAnEntryIsBoundedAndALargeReportGoesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, f := newTray()
		all := 1
		done := make(chan error, 400)
		add := func(b controlplane.Batch) {
			go func() { done <- f.Record(t.Context(), b) }()
			synctest.Wait()
			all++
		}
		first := record(t, f, 1)
		for i := range uint64(200) {
			add(batch("g", 2+i, 1, 1, time.Now()))
		}
		large := batch("g", 1000, 1, 1, time.Now())
		large.Rollups[0].Objects.Values = make([]uint64, 300<<10/8)
		add(large)
		add(batch("g", 1001, 1, 1, time.Now()))
		var sizes []int
		for sum := 0; sum < all; {
			n := len(reportsOf(t, <-j.entries))
			sizes, sum = append(sizes, n), sum+n
			j.results <- nil
		}
		expect(t, []int{1, 128, 72, 1, 1}, sizes)
		for range all - 1 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}

func TestWhereManyComeEntriesKeepAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, f := newTray()
		var all sync.WaitGroup
		stop := make(chan struct{})
		for i := range uint64(20) { // each reports every 10 ms: 2,000 a second
			all.Go(func() {
				for sequence := uint64(1); ; sequence++ {
					select {
					case <-stop:
						return
					case <-time.After(10 * time.Millisecond):
					}
					if err := f.Record(t.Context(), batch("g", i+1, sequence, 1, time.Now())); err != nil {
						t.Error(err)
					}
				}
			})
		}
		var at []time.Time
		for len(at) < 100 {
			<-j.entries
			at = append(at, time.Now())
			j.results <- nil
		}
		late := at[len(at)-10:]
		for i := range late[1:] {
			if gap := late[i+1].Sub(late[i]); gap != 40*time.Millisecond {
				t.Errorf("%v between two entries", gap)
			}
		}
		close(stop)
		go func() {
			for range j.entries {
				j.results <- nil
			}
		}()
		all.Wait()
		close(j.entries)
	})
}

func TestWhereSomebodyKnowsNoBundlesEachReportIsAnEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, f := newTray()
		j.together = false
		done := record(t, f, 1, 2, 3)
		for i := range uint64(3) {
			expect(t, []uint64{i + 1}, reportsOf(t, <-j.entries))
		}
		for range 3 {
			j.results <- nil
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestAnEntryThatIsAppendedAgainHasTheSameID(t *testing.T) {
	ids := map[string]bool{}
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			j, f := newTray()
			done := record(t, f, 1, 2, 3)
			for range 2 {
				ids[(<-j.entries).ID] = true
				j.results <- nil
			}
			for range 3 {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		})
	}
	if len(ids) != 2 || ids[""] {
		t.Errorf("ids %v, want two", ids)
	}
}

func TestOneReportThatCannotBeReadOrFoldedLeavesItsNeighbours(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	w := newWatch()
	r := start(t, journal.Options{Journal: j, Engine: w.engine, Decide: undecided})
	outcome := batch("g", 3, 1, 1, time.Now())
	outcome.Rollups[0].Outcome = 99
	whole := journal.Bundle(batch("g", 1, 1, 1, time.Now()), controlplane.Batch{}, outcome, batch("g", 2, 1, 2, time.Now()))
	cut := journal.Bundle(batch("g", 4, 1, 3, time.Now()), batch("g", 5, 1, 4, time.Now()))
	for _, data := range [][]byte{whole, cut[:len(cut)-1]} {
		if err := j.Append(t.Context(), controlplane.JournalEntry{Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Record(t.Context(), batch("g", 6, 1, last, time.Now())); err != nil {
		t.Fatal(err)
	}
	w.await(t, "g", func(sums map[key]counts) bool { return len(sums) == 4 })
	if got := fmt.Sprint(r.Warnings()); !strings.Contains(got, "3 entries of the journal could not be read") {
		t.Error(got)
	}
}
