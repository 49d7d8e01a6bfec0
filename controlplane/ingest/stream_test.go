package ingest_test

import (
	"context"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"picket/controlplane"
	"picket/controlplane/fleet"
	"picket/controlplane/ingest"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

func TestAStreamBeginsWithTheKeyAndWhatTheWorkerMisses(t *testing.T) {
	for name, c := range map[string]struct {
		receipt *picketv1.Receipt
		want    []*picketv1.Delta
	}{
		"nothing for one that is current":     {current(), nil},
		"the gap for one that is behind":      {&picketv1.Receipt{Epoch: epoch, Revision: 1}, []*picketv1.Delta{delta(2), delta(3)}},
		"a snapshot for one that has nothing": {nil, []*picketv1.Delta{snapshot(3, 0)}},
		"a snapshot for one of another epoch": {&picketv1.Receipt{Epoch: 1, Revision: 900}, []*picketv1.Delta{snapshot(3, 0)}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newWorld(t, nil).open(c.receipt)
			equal(t, &picketv1.Directive{Keys: keys(), Deltas: c.want}, f.next())
		})
	}
}

func TestAChangeReachesEveryOpenStream(t *testing.T) {
	w := newWorld(t, nil)
	a, b := w.open(current()), w.open(current())
	a.next()
	b.next()
	w.group.advance()
	for _, f := range []*worker{a, b} {
		equal(t, &picketv1.Directive{Deltas: []*picketv1.Delta{delta(4)}}, f.next())
	}
}

func TestWithoutDeltasAStreamCarriesAcknowledgementsOnly(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.PushDeltas = false })
	f := w.open(nil)
	equal(t, &picketv1.Directive{Keys: keys()}, f.next())
	w.group.advance()
	f.send(report(1, rollup()))
	equal(t, &picketv1.Directive{Acknowledged: 1}, f.next())
}

func TestAReportIsHandedOnAndThenAcknowledged(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	f.next()
	r := rollup()
	r.NewFields = 4
	f.send(report(1, r))
	equal(t, &picketv1.Directive{Acknowledged: 1}, f.next())
	equal(t, []controlplane.Rollup{{
		Node: controlplane.Node{ID: "n1", Group: "edge"}, Start: start.Add(-1000).Local(), End: start.Local(),
		Caller:   controlplane.Caller{Network: netip.MustParsePrefix("192.0.2.1/32"), Subject: 5, Credential: 6},
		Endpoint: 11, Outcome: controlplane.OutcomeOK, Requests: 10, Objects: controlplane.Sketch{Values: []uint64{1, 2, 3}}, NewFields: 4,
	}}, w.taken())
}

func TestAReportThatComesAgainOnTheNextStreamIsAcknowledgedAndNotCounted(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	f.send(report(1, rollup()))
	f.upTo(1)
	f = w.open(current())
	f.send(report(1, rollup()))
	f.upTo(1)
	if n := len(w.taken()); n != 1 {
		t.Errorf("%d rollups, want 1", n)
	}
	if s := w.fleet.Status(); s.Lost != 0 || s.LostReports != 0 {
		t.Errorf("lost %d requests in %d reports, want none", s.Lost, s.LostReports)
	}
}

func TestAGapInTheSequenceIsLost(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	f.send(report(1, rollup()))
	r := report(4, rollup())
	r.Totals = &picketv1.Totals{Requests: 40, Reported: 40}
	f.send(r)
	f.upTo(4)
	s := w.fleet.Status()
	equal(t, []uint64{20, 2, 40}, []uint64{s.Lost, s.LostReports, s.Totals.Requests})
}

func TestAHeartbeatBringsAReceiptAndCountsNothing(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	r := report(0, rollup())
	r.Receipt = &picketv1.Receipt{Epoch: epoch, Revision: 3, PolicyRevision: 2, EnforcedUnixNano: uint64(start.UnixNano()), Serving: true, Source: "stream"}
	f.send(r)
	f.send(report(1))
	f.upTo(1)
	equal(t, []controlplane.Rollup(nil), w.taken())
	equal(t, fleet.Receipt{Epoch: epoch, Revision: 3, PolicyRevision: 2, Enforced: start.Local(), Serving: true, Source: "stream"}, w.fleet.Nodes()[0].Workers[0].Receipt)
}

func TestAReceiptProvesNothingWithoutTheKey(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(nil)
	for _, c := range []struct {
		key  uint32
		want fleet.Receipt
	}{
		{0, fleet.Receipt{Enforced: start.Local(), Serving: true}},
		{keyID, fleet.Receipt{Epoch: epoch, Revision: 3, PolicyRevision: 3, Enforced: start.Local(), Serving: true, Source: "configure"}},
	} {
		r := report(uint64(c.key) + 1)
		r.KeyId = c.key
		r.Receipt = &picketv1.Receipt{Epoch: epoch, Revision: 3, PolicyRevision: 3, EnforcedUnixNano: uint64(start.UnixNano()), Serving: true, Source: "configure"}
		f.send(r)
		f.upTo(r.Sequence)
		equal(t, c.want, w.fleet.Nodes()[0].Workers[0].Receipt)
	}
}

func TestAnInvalidRollupIsDroppedAndTheRestCounts(t *testing.T) {
	for why, change := range map[string]func(*picketv1.Rollup){
		"address":  func(r *picketv1.Rollup) { r.Caller.Ip = []byte{1, 2, 3} },
		"caller":   func(r *picketv1.Rollup) { r.Caller = nil },
		"endpoint": func(r *picketv1.Rollup) { r.Endpoint = 0 },
		"outcome":  func(r *picketv1.Rollup) { r.Outcome = 99 },
		"count":    func(r *picketv1.Rollup) { r.Neighbours = 11 },
		"latency":  func(r *picketv1.Rollup) { r.Latency = make([]uint32, 17) },
		"sketch":   func(r *picketv1.Rollup) { r.Objects.Values = []uint64{2, 1} },
	} {
		t.Run(why, func(t *testing.T) {
			w := newWorld(t, nil)
			f := w.open(current())
			bad := rollup()
			change(bad)
			f.send(report(1, bad, rollup()))
			f.upTo(1)
			equal(t, map[string]float64{why: 1}, w.invalid(t))
			equal(t, []uint64{1, 10}, []uint64{uint64(len(w.taken())), w.fleet.Status().Lost})
		})
	}
}

func TestSketchesMustBeInOrderAndBelowTheta(t *testing.T) {
	full := make([]uint64, 65)
	for i := range full {
		full[i] = uint64(i) + 1
	}
	for name, c := range map[string]struct {
		sketch *picketv1.Sketch
		ok     bool
	}{
		"none":                 {nil, true},
		"64 values":            {&picketv1.Sketch{Values: full[:64]}, true},
		"65 values":            {&picketv1.Sketch{Values: full}, false},
		"a value twice":        {&picketv1.Sketch{Values: []uint64{1, 1}}, false},
		"a value of nothing":   {&picketv1.Sketch{Values: []uint64{0, 1}}, false},
		"values below theta":   {&picketv1.Sketch{Theta: 9, Values: []uint64{1, 8}}, true},
		"a value not below it": {&picketv1.Sketch{Theta: 9, Values: []uint64{1, 9}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, set := range []func(*picketv1.Rollup){
				func(r *picketv1.Rollup) { r.Objects = c.sketch },
				func(r *picketv1.Rollup) { r.Accounts = c.sketch },
				func(r *picketv1.Rollup) { r.Queries = c.sketch },
			} {
				w := newWorld(t, nil)
				f := w.open(current())
				r := rollup()
				set(r)
				f.send(report(1, r))
				f.upTo(1)
				equal(t, c.ok, len(w.taken()) == 1)
			}
		})
	}
}

func TestRollupsOfAnUnknownKeyOrBeyondTheLimitAreDropped(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Rollups = 2 })
	f := w.open(current())
	other := report(1, rollup())
	other.KeyId = 1
	f.send(other)
	f.send(report(2, rollup(), rollup(), rollup()))
	f.upTo(2)
	equal(t, map[string]float64{"key": 1, "limit": 1}, w.invalid(t))
	equal(t, 2, len(w.taken()))
}

func TestEventTimeIsTheNodesWhereItIsPlausible(t *testing.T) {
	for name, c := range map[string]struct{ end, want time.Duration }{
		"near its arrival":  {-4 * time.Second, -4 * time.Second},
		"long ago":          {-time.Hour, -5 * time.Second},
		"in the future":     {time.Hour, 5 * time.Second},
		"a little too late": {5001 * time.Millisecond, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			f := w.open(current())
			r := report(1, rollup())
			r.EndUnixNano = uint64(start.Add(c.end).UnixNano())
			f.send(r)
			f.upTo(1)
			equal(t, start.Add(c.want).Local(), w.taken()[0].End)
		})
	}
}

func TestAnAddressIsANetworkWherePolicySaysSo(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Prefixed = func() bool { return true } })
	f := w.open(current())
	v6 := rollup()
	v6.Caller.Ip = netip.MustParseAddr("2001:db8:1:2::").AsSlice()
	f.send(report(1, rollup(), v6))
	f.upTo(1)
	equal(t, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8:1::/48")},
		[]netip.Prefix{w.taken()[0].Caller.Network, w.taken()[1].Caller.Network})
}

func TestOnlyASubjectThatEnvoyVerifiedCountsAsVerified(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	verified, posed := rollup(), rollup()
	verified.Caller.SubjectSource = picketv1.SubjectSource_SUBJECT_SOURCE_MTLS
	posed.Caller.SubjectSource = picketv1.SubjectSource_SUBJECT_SOURCE_JWT
	f.send(report(1, verified, posed))
	f.upTo(1)
	equal(t, []bool{true, false}, []bool{w.taken()[0].Caller.Verified, w.taken()[1].Caller.Verified})
}

func TestAWorkerThatMissesARevisionGetsASnapshot(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	f.next()
	resync := current()
	resync.Resync = true
	f.send(&picketv1.Report{Receipt: resync})
	equal(t, &picketv1.Directive{Deltas: []*picketv1.Delta{snapshot(3, 0)}}, f.next())
}

func TestWordsAreAskedForAndAnswered(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	f.next()
	word := w.key.Hash(identify.DomainWord, []byte("orders"))
	e := &picketv1.Endpoint{Method: "GET", Segments: []uint64{word}}
	e.Id = w.key.Endpoint(e.Method, 0, e.Segments)
	r := rollup()
	r.Endpoint = e.Id
	first := report(1, r)
	first.Endpoints = []*picketv1.Endpoint{e}
	f.send(first)
	equal(t, &picketv1.Directive{Acknowledged: 1, Reveal: []uint64{word}}, f.next())
	second := report(2, r)
	second.Words = []*picketv1.Word{{Hash: word, Text: "orders"}}
	f.send(second)
	equal(t, &picketv1.Directive{Acknowledged: 2}, f.next())
	other := w.dial()
	h := hello()
	h.Instance = 78
	other.send(&picketv1.Report{Hello: h, Receipt: current()})
	equal(t, &picketv1.Directive{Keys: keys()}, other.next())
}

func TestStrikesAddUpOverReports(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	for i := range uint64(2) {
		r := report(i + 1)
		r.Strikes = []*picketv1.Strike{{Decision: 4, Enforced: 2, Observed: 1, LastUnixNano: uint64(start.UnixNano()) + i}}
		f.send(r)
	}
	f.upTo(2)
	equal(t, fleet.Strikes{Enforced: 4, Observed: 2, Last: start.Add(1).Local()}, w.fleet.Strikes(4))
}

func TestAThrottleIsSharedByWhereItsCallerIs(t *testing.T) {
	var passed atomic.Int64 // of the clock
	w := newWorld(t, func(o *ingest.Options) {
		o.Clock = func() time.Time { return start.Add(time.Duration(passed.Load())) }
	})
	a, b := w.open(current()), w.open(current())
	a.next()
	b.next()
	sequence := uint64(0) // both streams are of one instance
	asked := func(f *worker, requests uint64) {
		sequence++
		r := report(sequence)
		r.Strikes = []*picketv1.Strike{{Decision: 7, Passed: 1, Enforced: requests - 1}, {Decision: 8, Enforced: 5}}
		f.send(r)
	}
	asked(a, 100)
	equal(t, []*picketv1.Share{{Decision: 7, Permille: 1000}}, a.shares())
	equal(t, []*picketv1.Share{{Decision: 7, Permille: 125}}, b.shares())
	passed.Store(int64(1500 * time.Millisecond)) // half of it is forgotten
	asked(b, 50)
	equal(t, []*picketv1.Share{{Decision: 7, Permille: 500}}, a.shares())
	equal(t, []*picketv1.Share{{Decision: 7, Permille: 500}}, b.shares())
}

// shares waits for the next directive that tells of any.
func (f *worker) shares() []*picketv1.Share {
	f.t.Helper()
	for {
		if d := f.next(); len(d.Shares) > 0 {
			return d.Shares
		}
	}
}

func TestAFilterThatCannotBeServedIsToldWhy(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*picketv1.Hello)
		want   string
	}{
		"one that is too old": {
			func(h *picketv1.Hello) { h.Protocol = 0 },
			"The filter speaks version 0 of the protocol and this control plane needs 1: update picket.wasm on the node.",
		},
		"one that is too new": {
			func(h *picketv1.Hello) { h.Protocol = 2 },
			"The filter speaks version 2 of the protocol and this control plane knows only 1: update the control plane.",
		},
		"one without a node": {
			func(h *picketv1.Hello) { h.NodeId = "" },
			"The node has no id: set node.id in Envoy's bootstrap, or --service-node.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			f, h := w.dial(), hello()
			c.change(h)
			f.send(&picketv1.Report{Hello: h})
			equal(t, &picketv1.Directive{Refused: c.want}, f.next())
			equal(t, codes.FailedPrecondition, f.code())
			if h.NodeId != "" {
				equal(t, c.want, w.fleet.Nodes()[0].Refused)
			}
		})
	}
}

func TestStreamsThatAreTurnedAway(t *testing.T) {
	for name, c := range map[string]struct {
		options func(*ingest.Options)
		first   *picketv1.Report
		want    codes.Code
	}{
		"while the replica is not ready": {func(o *ingest.Options) { o.Ready = make(chan struct{}) }, &picketv1.Report{Hello: hello()}, codes.Unavailable},
		"without a hello":                {nil, &picketv1.Report{Sequence: 1}, codes.InvalidArgument},
		"that say nothing":               {func(o *ingest.Options) { o.Limits.Hello = time.Nanosecond }, nil, codes.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			f := newWorld(t, c.options).dial()
			if c.first != nil {
				_ = f.Send(c.first)
			}
			equal(t, c.want, f.code())
		})
	}
}

func TestANodesStreamsAreBounded(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Streams = 1 })
	w.open(current()).next()
	equal(t, codes.ResourceExhausted, w.open(current()).code())
}

func TestACertificateDecidesWhoANodeIs(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) {
		o.Identity = func(context.Context) (string, bool) { return "spiffe://corp/mesh/1", true }
		o.GroupOf = func(string) (string, bool) { return "mesh", true }
	})
	f := w.open(current())
	f.next()
	n := w.fleet.Nodes()[0]
	equal(t, []string{"spiffe://corp/mesh/1", "mesh"}, []string{n.ID, n.Group})
}

func TestAStreamThatIsNotReadIsCutAndNothingQueuesForIt(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Slow = 10 * time.Millisecond })
	w.group.padding = 20_000
	w.open(nil)
	equal(t, codes.ResourceExhausted, status.Code(<-w.ended))
}

func TestAStoppingReplicaEndsItsStreams(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	f.next()
	w.stop()
	equal(t, codes.Unavailable, f.code())
}
