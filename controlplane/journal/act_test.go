package journal_test

import (
	"context"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/journal"
	"picket/controlplane/memstore"
)

// TestADecisionThatTakesItsTimeHoldsNoMessageUp lets the register hang while more reports come: they are folded, and what the
// first one led to is not settled, so that the next owner acts on it.
func TestADecisionThatTakesItsTimeHoldsNoMessageUp(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	hangs, decided := make(chan struct{}), make(chan controlplane.Detection, 10)
	first := newWatch()
	owner := start(t, journal.Options{Journal: j, Engine: first.engine, Decide: func(ctx context.Context, _ controlplane.Detection) error {
		select {
		case hangs <- struct{}{}:
		case <-ctx.Done():
		}
		<-ctx.Done()
		return ctx.Err()
	}})
	now := time.Now()
	for i, endpoint := range []controlplane.EndpointID{666, 1} {
		if err := owner.Record(t.Context(), batch("edge", 1, uint64(i+1), endpoint, now)); err != nil {
			t.Fatal(err)
		}
		if endpoint == 666 {
			<-hangs
		}
	}
	first.await(t, "edge", func(sums map[key]counts) bool { return len(sums) == 2 })
	second := newWatch()
	start(t, journal.Options{Journal: j, Engine: second.engine, Decide: func(_ context.Context, d controlplane.Detection) error {
		decided <- d
		return nil
	}})
	for late := time.After(10 * time.Second); ; {
		j.Unpin(0)
		select {
		case <-hangs: // the first one got it again, before the second waited for it
		case d := <-decided:
			if d.Scenario != "test" {
				t.Errorf("decided about %v", d)
			}
			return
		case <-late:
			t.Fatal("the next owner does not act on what the first one left")
		}
	}
}
