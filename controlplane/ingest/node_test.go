package ingest_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"picket/controlplane"
	"picket/controlplane/ingest"
	picketv1 "picket/proto/picket/v1"
)

// as opens a stream of another node.
func (w *world) as(id string, instance uint64) *worker {
	f, h := w.dial(), hello()
	h.NodeId, h.Instance = id, instance
	f.send(&picketv1.Report{Hello: h, Receipt: current()})
	f.next()
	return f
}

// by is a rollup of a caller with a subject.
func by(subject uint64, o picketv1.Outcome) *picketv1.Rollup {
	r := rollup()
	r.Caller.Subject, r.Caller.Credential, r.Outcome = subject, subject, o
	return r
}

func TestANodeThatFloodsIsReadLaterAndItsNeighbourIsNot(t *testing.T) {
	for name, c := range map[string]struct {
		limits ingest.Limits
		want   map[string]float64
	}{
		"with reports": {ingest.Limits{ReportsPerSecond: 1e-6}, map[string]float64{"reports": 1}},
		"with rollups": {ingest.Limits{Rollups: 1, RollupsPerSecond: 1e-6}, map[string]float64{"rollups": 1}},
		"with bytes":   {ingest.Limits{BytesPerSecond: 1e-6}, map[string]float64{"bytes": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(o *ingest.Options) { o.Limits = c.limits })
			flood := w.as("bad", 1)
			flood.send(report(1, rollup(), rollup()))
			flood.upTo(1)
			if name == "with bytes" { // what is allowed at once is one message of the largest size
				big := report(2, rollup())
				for range 30_000 {
					big.Words = append(big.Words, &picketv1.Word{Hash: 1, Text: fmt.Sprintf("%0100d", 1)})
				}
				flood.send(big)
				flood.upTo(2)
				flood.send(report(3, rollup()))
				big.Sequence = 4
				flood.send(big)
			} else {
				flood.send(report(2, rollup()))
			}
			good := w.as("good", 2)
			good.send(report(1, rollup()))
			good.upTo(1)
			w.await(t, "picket_reports_delayed_total", c.want)
		})
	}
}

// await looks until a counter shows what is wanted: it is counted just after what the test saw.
func (w *world) await(t *testing.T, name string, want map[string]float64) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		got := w.reasons(t, name)
		enough := true
		for k, v := range want {
			enough = enough && got[k] >= v
		}
		if enough {
			return
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("%s shows %v, want %v", name, got, want)
		}
	}
}

func TestANodesLimitsAreThoseOfAllItsStreams(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Callers = 3 })
	a, b := w.as("bad", 1), w.as("bad", 2)
	a.send(report(1, by(1, 1), by(2, 1)))
	a.upTo(1)
	b.send(report(1, by(3, 1), by(4, 1)))
	b.upTo(1)
	equal(t, map[string]float64{"callers": 1}, w.reasons(t, "picket_shed_total"))
}

func TestWhoIsBeyondTheLimitCountsWithoutACallerTheRefusedLast(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Callers = 2 })
	f := w.as("bad", 1)
	ok, denied := picketv1.Outcome_OUTCOME_OK, picketv1.Outcome_OUTCOME_DENIED
	f.send(report(1, by(1, ok), by(2, ok), by(3, denied), by(1, ok)))
	f.upTo(1)
	var kept []uint64
	requests := uint64(0)
	for _, r := range w.taken() {
		requests += r.Requests
		if r.Overflow != (r.Caller == controlplane.Caller{}) || r.Overflow != (r.Objects.Distinct() == 0) || r.Endpoint != 11 {
			t.Errorf("%+v", r)
		}
		kept = append(kept, r.Caller.Subject)
	}
	equal(t, []uint64{1, 0, 3, 1}, kept)
	equal(t, uint64(40), requests)
	equal(t, map[string]float64{"callers": 1}, w.reasons(t, "picket_shed_total"))

	good := w.as("good", 2)
	good.send(report(1, by(4, ok), by(5, ok)))
	good.upTo(1)
	equal(t, map[string]float64{"callers": 1}, w.reasons(t, "picket_shed_total"))
	if s := w.fleet.Status(); s.Lost != 0 {
		t.Errorf("%d requests lost, want none", s.Lost)
	}
}

func TestANodesDictionaryIsBounded(t *testing.T) {
	kept := 0
	w := newWorld(t, func(o *ingest.Options) {
		o.Limits.Endpoints = 100
		o.Record = func(_ context.Context, b controlplane.Batch) error { kept += len(b.Endpoints); return nil }
	})
	f := w.as("bad", 1)
	r := report(1)
	for i := range uint64(300) {
		segments := []uint64{i + 1}
		r.Endpoints = append(r.Endpoints, &picketv1.Endpoint{Id: w.key.Endpoint("GET", 0, segments), Method: "GET", Segments: segments})
	}
	f.send(r)
	f.upTo(1)
	shed := int(w.reasons(t, "picket_shed_total")["endpoints"])
	if kept != 100 || shed != 200 {
		t.Errorf("%d kept, %d shed", kept, shed)
	}
}

// garbage is a codec whose messages are no protobuf.
type garbage struct{}

func (garbage) Marshal(any) ([]byte, error)     { return []byte{0xff, 0xff, 0xff}, nil }
func (garbage) Unmarshal(_ []byte, _ any) error { return nil }
func (garbage) Name() string                    { return "proto" }

func TestGarbageEndsItsOwnStreamOnly(t *testing.T) {
	w := newWorld(t, nil)
	good := w.as("good", 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := w.client.Stream(ctx, grpc.ForceCodec(garbage{}))
	if err != nil {
		t.Fatal(err)
	}
	bad := &worker{t, s}
	bad.send(&picketv1.Report{})
	equal(t, codes.Internal, bad.code())
	good.send(report(1, rollup()))
	good.upTo(1)
}

func TestNumbersThatMakeNoSenseHurtTheirOwnNodeOnly(t *testing.T) {
	w := newWorld(t, nil)
	good := w.as("good", 1)
	good.send(report(1, rollup()))
	good.upTo(1)
	bad := w.as("bad", 1) // an instance's number is its node's alone
	bad.send(report(1<<63, rollup()))
	bad.upTo(1 << 63)
	good.send(report(2, rollup()))
	good.upTo(2)
	for _, n := range w.fleet.Nodes() {
		if lost := n.Workers[0].LostReports; (lost > 0) != (n.ID == "bad") && n.ID == "good" {
			t.Errorf("node %s lost %d reports", n.ID, lost)
		}
	}
}

func TestASlowReaderDelaysNobody(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Slow = time.Hour })
	w.group.padding = 20_000
	slow := w.dial() // reads nothing
	slow.send(&picketv1.Report{Hello: hello()})
	good := w.as("good", 2)
	for r := uint64(4); r < 20; r++ {
		w.group.advance()
		equal(t, &picketv1.Directive{Deltas: []*picketv1.Delta{delta(r)}}, good.next())
	}
}

func TestAPlaneThatIsBehindAcknowledgesLater(t *testing.T) {
	behind := time.Hour
	w := newWorld(t, func(o *ingest.Options) {
		o.Limits.Hold = time.Nanosecond // below what is tolerated
		o.Behind = func() time.Duration { return behind }
	})
	f := w.as("n1", 1)
	f.send(report(1, rollup()))
	f.upTo(1)
	equal(t, map[string]float64{}, w.reasons(t, "picket_reports_delayed_total"))

	w = newWorld(t, func(o *ingest.Options) {
		o.Limits.Hold = time.Hour
		o.Behind = func() time.Duration { return behind }
	})
	f = w.as("n1", 1)
	f.send(report(1, rollup()))
	w.await(t, "picket_reports_delayed_total", map[string]float64{"behind": 1})
	equal(t, 1, len(w.taken()))                           // it counts all the same
	equal(t, &picketv1.Directive{PaceMs: 1000}, f.next()) // which does not wait for the acknowledgement
	w.group.advance()
	equal(t, &picketv1.Directive{Deltas: []*picketv1.Delta{delta(4)}}, f.next()) // and decisions do not wait
}

func TestAPlaneThatIsBehindAsksToSumForLonger(t *testing.T) {
	var behind atomic.Int64
	w := newWorld(t, func(o *ingest.Options) {
		o.Limits.Hold = time.Nanosecond
		o.Behind = func() time.Duration { return time.Duration(behind.Load()) }
	})
	f := w.as("n1", 1)
	for i, tt := range []struct {
		behind time.Duration
		want   uint32 // told, ms
	}{
		{0, 0}, {100 * time.Millisecond, 0}, {400 * time.Millisecond, 400}, {450 * time.Millisecond, 0}, {1500 * time.Millisecond, 1000},
		{900 * time.Millisecond, 0}, {time.Millisecond, 1}, {0, 0},
	} {
		behind.Store(int64(tt.behind))
		sequence := uint64(i) + 1
		f.send(report(sequence, rollup()))
		told := uint32(0)
		for acknowledged := uint64(0); acknowledged < sequence; {
			d := f.next()
			acknowledged, told = max(acknowledged, d.Acknowledged), max(told, d.PaceMs)
		}
		equal(t, tt.want, told)
	}
}

func TestWhatComesWithinTheGapGoesTogether(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Gap = 200 * time.Millisecond })
	f := w.as("n1", 1)
	w.group.advance()
	w.group.advance()
	w.group.advance()
	equal(t, &picketv1.Directive{Deltas: []*picketv1.Delta{delta(4), delta(5), delta(6)}}, f.next())
}
