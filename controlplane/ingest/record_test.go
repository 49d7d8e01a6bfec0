package ingest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"picket/controlplane"
	"picket/controlplane/ingest"
)

func TestAReportIsAcknowledgedOnceItIsKept(t *testing.T) {
	kept := make(chan controlplane.Batch, 1)
	w := newWorld(t, func(o *ingest.Options) {
		o.Record = func(_ context.Context, b controlplane.Batch) error { kept <- b; return nil }
		o.Flushed = time.Millisecond
	})
	f := w.open(current())
	f.send(report(1, rollup()))
	f.upTo(1)
	b := <-kept
	equal(t, []any{controlplane.Node{ID: "n1", Group: "edge"}, uint64(77), uint32(1), uint64(1), 1}, []any{b.Node, b.Instance, b.Worker, b.Sequence, len(b.Rollups)})
	equal(t, 0, len(w.taken()))
}

func TestAReportThatIsNotKeptEndsTheStreamAndComesAgain(t *testing.T) {
	failed := false
	w := newWorld(t, func(o *ingest.Options) {
		o.Record = func(context.Context, controlplane.Batch) error {
			if !failed {
				failed = true
				return errors.New("no room")
			}
			return nil
		}
	})
	f := w.open(current())
	f.send(report(1, rollup()))
	equal(t, codes.Unavailable, f.code())
	f = w.open(current())
	f.send(report(1, rollup()))
	f.upTo(1)
	s := w.fleet.Status()
	equal(t, []uint64{0, 0}, []uint64{s.Lost, s.LostReports})
}
