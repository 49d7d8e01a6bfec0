package report

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket/filter/identify"
	"picket/proto/wire"
)

func sample(ip byte, endpoint uint64, outcome Outcome) *Sample {
	return &Sample{Caller: Caller{IP: [16]byte{10, 0, 0, ip}, IPLen: 4}, Endpoint: endpoint, Outcome: outcome, Nanos: 1e6}
}

// decode reads a report as the control plane would.
func decode(t testing.TB, b []byte) *wire.Report {
	t.Helper()
	var m wire.Report
	if err := m.Decode(b); err != nil {
		t.Fatal(err)
	}
	return &m
}

func TestASketchIsExactUntilItIsFull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Uint64Range(1, 200), 0, 150).Draw(t, "hashes")
		pool := newBlocks(rapid.IntRange(0, 1).Draw(t, "blocks"))
		var s sketch
		for _, h := range in {
			s.add(h, &pool)
		}
		want := slices.Compact(slices.Sorted(slices.Values(in)))
		if s.theta != 0 {
			i, _ := slices.BinarySearch(want, s.theta)
			want = want[:i]
		}
		if !slices.Equal(s.values(), want) {
			t.Fatalf("theta %d: %v, want %v", s.theta, s.values(), want)
		}
		if s.theta == 0 && s.big == nil && s.n > smallSketch {
			t.Fatal("a small sketch is longer than small")
		}
	})
}

// TestNothingIsLostWhenThereIsNoRoom throws far more callers and endpoints at the table than it has rows for.
func TestNothingIsLostWhenThereIsNoRoom(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	r := NewRollups()
	r.blocks = newBlocks(16)
	const n = 50_000
	for range n {
		s := sample(byte(rng.Uint32()), rng.Uint64N(300), Outcome(1+rng.Uint32N(8)))
		s.Caller.Key, s.Object = rng.Uint64(), rng.Uint64()
		r.Add(s)
	}
	var sum, latency uint64
	for i := range r.rows {
		sum += r.rows[i].requests
		for _, l := range r.rows[i].latency {
			latency += uint64(l)
		}
	}
	if sum != n || latency != n || r.requests != n {
		t.Errorf("%d requests in rows, %d in latencies, %d counted, want %d", sum, latency, r.requests, n)
	}
	if len(r.rows) > maxRows || r.Overflowed == 0 || r.Coarse == 0 {
		t.Errorf("%d rows, %d overflowed, %d coarse", len(r.rows), r.Overflowed, r.Coarse)
	}
}

// TestAFloodPaysForItself: one address that invents keys must not take its neighbours' rows.
func TestAFloodPaysForItself(t *testing.T) {
	r := NewRollups()
	for i := range uint64(10_000) {
		s := sample(1, 1, OutcomeOK)
		s.Caller.Key = i + 1
		r.Add(s)
	}
	quiet := sample(2, 1, OutcomeOK)
	quiet.Caller.Key = 99
	r.Add(quiet)
	row := r.find(&rowKey{caller: quiet.Caller, endpoint: 1, outcome: OutcomeOK})
	if row == nil || row.requests != 1 {
		t.Error("a quiet caller has no row of its own")
	}
	if len(r.rows) > 2*rowsPerIP {
		t.Errorf("one address took %d rows", len(r.rows))
	}
}

func TestNeighbouringIDsAreCounted(t *testing.T) {
	r := NewRollups()
	for _, n := range []uint64{100, 101, 102, 102, 118, 200, 190} {
		s := sample(1, 1, OutcomeOK)
		s.Number = n + 1
		r.Add(s)
	}
	if got := r.rows[0].neighbours; got != 4 { // 101, 102, 118, 190
		t.Errorf("%d neighbours, want 4", got)
	}
}

func TestAddingARequestAllocatesNothing(t *testing.T) {
	r := NewRollups()
	s := sample(1, 1, OutcomeOK)
	i := uint64(0)
	allocs := testing.AllocsPerRun(2000, func() {
		i++
		s.Object, s.Query, s.Caller.IP[3], s.Endpoint = i*0x9e3779b97f4a7c15, i*0xbf58476d1ce4e5b9, byte(i), i%40
		r.Add(s)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestAReportSaysAllOnceAndStartsAnew(t *testing.T) {
	k, _ := identify.NewKey(1, make([]byte, 16))
	p := identify.NewRouter(&k, nil, nil, nil).Place([]byte("GET"), nil, []byte("/v1/customers/7"))
	r := NewReporter(5, 1)
	r.Reopened()
	s := sample(1, r.Place(p), OutcomeOK)
	s.Object, s.Query, s.Caller.Subject = 77, 78, 8
	r.Rollups.Add(s)
	r.Strike(3, true, 9)
	r.Strike(3, false, 10)
	seen := Seen{Class: "token", Place: "header", Rule: "algorithm-none", Field: 6, Confidence: 0.5}
	id := r.Finding(&s.Caller, s.Endpoint, &seen, Passed, 11)
	seen.Confidence = 0.9
	if again := r.Finding(&s.Caller, s.Endpoint, &seen, Enforced, 12); again != id || id == 0 {
		t.Errorf("ids %x and %x of one finding", id, again)
	}
	r.Reveal([]uint64{p.Segments[1], 12345})
	r.Totals.Requests = 1
	caller := &wire.Caller{IP: []byte{10, 0, 0, 1}, Subject: 8}
	want := &wire.Report{
		Sequence: 1, StartUnixNano: 5, EndUnixNano: 20, KeyID: 1, Receipt: &wire.Receipt{Revision: 4},
		Endpoints: []wire.Endpoint{{ID: p.Endpoint, Method: "GET", Segments: []uint64{p.Segments[0], p.Segments[1], 0}}},
		Rollups: []wire.Rollup{{Caller: caller, Endpoint: p.Endpoint, Outcome: wire.OutcomeOK, Requests: 1, Latency: []uint32{0, 0, 0, 1},
			Objects: &wire.Sketch{Values: []uint64{77}}, Queries: &wire.Sketch{Values: []uint64{78}}}},
		Findings: []wire.Finding{{ID: id, Caller: caller, Endpoint: p.Endpoint, Class: "token", Place: "header", Rule: "algorithm-none",
			Field: 6, Confidence: 0.9, Count: 2, Enforced: 1, LastUnixNano: 12}},
		Strikes: []wire.Strike{{Decision: 3, Enforced: 1, Observed: 1, LastUnixNano: 10}},
		Words:   []wire.Word{{Hash: p.Segments[1], Text: "customers"}},
		Totals:  &wire.Totals{Requests: 1, Reported: 1, Streams: 1},
	}
	if diff := cmp.Diff(want, decode(t, r.Build(20, 1, &wire.Receipt{Revision: 4}))); diff != "" {
		t.Error(diff)
	}
	if r.Pending() {
		t.Error("something is still pending after a report")
	}
	r.Rollups.Add(s)
	if second := decode(t, r.Build(30, 1, &wire.Receipt{})); second.Sequence != 2 || len(second.Endpoints) != 0 || second.Totals.Reported != 2 {
		t.Errorf("second report %+v", second)
	}
	r.Reopened()
	r.Rollups.Add(s)
	if third := decode(t, r.Build(40, 1, &wire.Receipt{})); len(third.Endpoints) != 1 {
		t.Error("a new stream is not told of an endpoint that it needs")
	}
}

func TestTheOutboxKeepsWhatIsNotAcknowledged(t *testing.T) {
	var o Outbox
	for i := range maxUnacknowledged {
		if !o.Room() {
			t.Fatalf("no room for report %d", i+1)
		}
		o.Push(append(o.Buffer(), byte(o.Next())))
	}
	if o.Room() {
		t.Error("room beyond the limit")
	}
	o.Acknowledge(3)
	var left []byte
	o.Each(func(b []byte) bool { left = append(left, b...); return true })
	if len(left) != maxUnacknowledged-3 || left[0] != 4 {
		t.Errorf("left %v", left)
	}
	o.Acknowledge(2)
	o.Acknowledge(1 << 40)
	if o.Len() != 0 || !o.Room() || o.Next() != maxUnacknowledged+1 {
		t.Errorf("%d left, next %d", o.Len(), o.Next())
	}
	o.Push(make([]byte, maxUnacknowledgedBytes))
	if o.Room() {
		t.Error("room beyond the limit in bytes")
	}
}

func TestEndpointsAndWordsAreBounded(t *testing.T) {
	k, _ := identify.NewKey(1, make([]byte, 16))
	router := identify.NewRouter(&k, nil, nil, nil)
	r := NewReporter(0, 1)
	name := []byte("/aaaa")
	for i := range 3 * maxEndpoints {
		name[1], name[2], name[3] = 'a'+byte(i%26), 'a'+byte(i/26%26), 'a'+byte(i/676%26)
		r.Place(router.Place([]byte("GET"), nil, name))
	}
	if len(r.dictionary.endpoints) != maxEndpoints || len(r.dictionary.words) > maxWords || r.Totals.DroppedEndpoints == 0 {
		t.Errorf("%d endpoints, %d words, %d dropped", len(r.dictionary.endpoints), len(r.dictionary.words), r.Totals.DroppedEndpoints)
	}
	r.Build(1, 1, &wire.Receipt{})
	if len(r.dictionary.endpoints) != 0 {
		t.Error("a crowded dictionary was not emptied between reports")
	}
}

func TestAnEnforcedFindingAlwaysHasAStory(t *testing.T) {
	r := NewReporter(0, 1)
	seen := Seen{Class: "sqli", Place: "query"}
	ids := map[uint64]int{}
	for i := range 1000 {
		c := sample(byte(i), 1, OutcomeOK).Caller
		c.Subject = uint64(i)
		if id := r.Finding(&c, 1, &seen, Passed, 1); i < maxFindings != (id != 0) {
			t.Fatalf("finding %d that passed: id %x", i, id)
		}
		id := r.Finding(&c, 1, &seen, Enforced, 1)
		if id == 0 {
			t.Fatalf("enforced finding %d has no id", i)
		}
		ids[id]++
	}
	m := decode(t, r.Build(2, 1, &wire.Receipt{}))
	if got, want := len(m.Findings), maxFindings+maxEnforced+1; got != want {
		t.Errorf("%d findings in the report, want %d", got, want)
	}
	enforced := uint64(0)
	for _, f := range m.Findings {
		if ids[f.ID] == 0 {
			t.Errorf("finding %x was given to nobody", f.ID)
		}
		enforced += f.Enforced
	}
	if enforced != 1000 || r.Totals.DroppedFindings != 1000-maxFindings {
		t.Errorf("%d enforced, %d dropped", enforced, r.Totals.DroppedFindings)
	}
}
