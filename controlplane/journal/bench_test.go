package journal_test

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"context"

	"picket/controlplane"
	"picket/controlplane/journal"
	"picket/controlplane/memstore"
	"picket/controlplane/natsstore"
)

// told notes when rollups reach the engine.
type told chan struct{}

func (c told) Ingest(context.Context, []controlplane.Rollup)          { c <- struct{}{} }
func (c told) IngestFindings(context.Context, []controlplane.Finding) {}

// BenchmarkReportToEngine measures from a report's arrival until its rollups are folded, one report after the other.
func BenchmarkReportToEngine(b *testing.B) {
	for name, open := range map[string]func(*testing.B) controlplane.Journal{
		"memory": func(*testing.B) controlplane.Journal { return memstore.NewJournal(memstore.JournalOptions{}) },
		"embedded": func(b *testing.B) controlplane.Journal {
			s, err := natsstore.Open(b.Context(), natsstore.Options{Dir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			return s.Journal()
		},
	} {
		b.Run(name, func(b *testing.B) { reportToEngine(b, open(b)) })
	}
}

func reportToEngine(b *testing.B, j controlplane.Journal) {
	c := make(told, 1)
	f := journal.New(journal.Options{Journal: j, Decide: undecided,
		Engine: func(func(context.Context, controlplane.Detection), prometheus.Registerer) journal.Engine { return c }})
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	<-f.Ready()
	report := batch("edge", 1, 1, 1, time.Now())
	for range 20 {
		report.Rollups = append(report.Rollups, report.Rollups[0])
	}
	var took []time.Duration
	for b.Loop() {
		report.Sequence++
		began := time.Now()
		if err := f.Record(ctx, report); err != nil {
			b.Fatal(err)
		}
		<-c
		took = append(took, time.Since(began))
	}
	cancel()
	if err := <-done; err != nil {
		b.Error(err)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
}
