package journal_test

import (
	"context"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/controlplane/journal"
	"picket/controlplane/memstore"
)

// held is an engine that says when it begins with a report, and goes on when it may.
type held struct{ begun, may chan struct{} }

func (h held) Ingest(context.Context, []controlplane.Rollup) {
	h.begun <- struct{}{}
	<-h.may
}

func (h held) IngestFindings(context.Context, []controlplane.Finding) {}

// TestAFoldThatIsHeldUpIsBehind asks while a report is being folded.
func TestAFoldThatIsHeldUpIsBehind(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	h := held{make(chan struct{}), make(chan struct{})}
	f := journal.New(journal.Options{
		Journal: j,
		Engine: func(func(context.Context, controlplane.Detection), prometheus.Registerer) journal.Engine {
			return h
		},
		Decide: func(context.Context, controlplane.Detection) error { return nil },
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	<-f.Ready()
	if d := f.Behind(); d != 0 {
		t.Errorf("%v behind before anything came", d)
	}
	record := func(sequence uint64) {
		if err := f.Record(t.Context(), reportOf(sequence, 1)); err != nil {
			t.Error(err)
		}
	}
	record(1)
	<-h.begun
	if f.Behind() <= 0 {
		t.Error("not behind, though the fold is held up")
	}
	h.may <- struct{}{}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if d := f.Behind(); d != 0 {
		t.Errorf("%v behind, though nothing is owned", d)
	}
}
