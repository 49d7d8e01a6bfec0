package ingest_test

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/testing/protocmp"

	"picket/controlplane"
	"picket/controlplane/fleet"
	"picket/controlplane/ingest"
	"picket/controlplane/inventory"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	epoch = 9
	keyID = 3
)

var (
	start  = time.Unix(1_800_000_000, 0).UTC()
	secret = []byte("0123456789abcdef")
)

// group is what a group enforces: one delta for each revision from 2 on.
type group struct {
	mu       sync.Mutex
	revision uint64
	changed  chan struct{}
	padding  int // rows of each of a snapshot's two chunks; 0: there is one, without rows
}

func newGroup(revision uint64) *group {
	return &group{revision: revision, changed: make(chan struct{})}
}

func (g *group) advance() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.revision++
	close(g.changed)
	g.changed = make(chan struct{})
}

func (g *group) Changed() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.changed
}

func (g *group) Since(e, revision uint64) ([]*picketv1.Delta, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if e != epoch || revision == 0 {
		return nil, false
	}
	var deltas []*picketv1.Delta
	for r := revision + 1; r <= g.revision; r++ {
		deltas = append(deltas, delta(r))
	}
	return deltas, true
}

func (g *group) Snapshot() []*picketv1.Delta {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.padding == 0 {
		return []*picketv1.Delta{snapshot(g.revision, 0)}
	}
	begin, end := snapshot(g.revision, g.padding), snapshot(g.revision, g.padding)
	begin.SnapshotEnd, end.SnapshotBegin = false, false
	return []*picketv1.Delta{begin, end}
}

func delta(r uint64) *picketv1.Delta {
	return &picketv1.Delta{Epoch: epoch, Previous: r - 1, Revision: r, Put: []*picketv1.Decision{{Match: r, Id: r}}}
}

func snapshot(r uint64, rows int) *picketv1.Delta {
	d := &picketv1.Delta{Epoch: epoch, Revision: r, SnapshotBegin: true, SnapshotEnd: true}
	for i := range rows {
		d.Put = append(d.Put, &picketv1.Decision{Match: uint64(i) + 1, Id: uint64(i) + 1, Expires: 1, Meta: 1})
	}
	return d
}

// world is a server with what it was told, and clients.
type world struct {
	t        *testing.T
	group    *group
	fleet    *fleet.Fleet
	client   picketv1.SignalsClient
	registry *prometheus.Registry
	key      identify.Key
	stop     context.CancelFunc
	ended    chan error // of each stream, on the server's side

	mu      sync.Mutex
	rollups []controlplane.Rollup
	found   []controlplane.Finding
}

func newWorld(t *testing.T, change func(*ingest.Options)) *world {
	w := &world{t: t, group: newGroup(3), registry: prometheus.NewRegistry()}
	w.key, _ = identify.NewKey(keyID, secret)
	clock := func() time.Time { return start }
	w.fleet = fleet.New(fleet.Options{Clock: clock})
	o := ingest.Options{
		Group: func(string) ingest.Group { return w.group }, Fleet: w.fleet, Clock: clock, Registerer: w.registry,
		Inventory:  inventory.New(inventory.Options{Key: &w.key, Policy: func() *inventory.Policy { return &inventory.Policy{Words: 1} }}),
		Rollups:    w.take,
		Findings:   w.find,
		Keys:       &picketv1.Keys{Id: keyID, Key: secret},
		PushDeltas: true,
	}
	if change != nil {
		change(&o)
	}
	w.serve(ingest.New(o))
	return w
}

func (w *world) serve(s *ingest.Server) {
	l := bufconn.Listen(1 << 16)
	w.ended = make(chan error, 100)
	g := grpc.NewServer(append(ingest.ServerOptions(), grpc.StreamInterceptor(w.watch))...)
	picketv1.RegisterSignalsServer(g, s)
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	var done sync.WaitGroup
	done.Go(func() { _ = s.Run(ctx) })
	done.Go(func() { _ = g.Serve(l) })
	conn, err := grpc.NewClient("passthrough:///bufconn", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return l.Dial() }))
	if err != nil {
		w.t.Fatal(err)
	}
	w.client = picketv1.NewSignalsClient(conn)
	w.t.Cleanup(func() { conn.Close(); stop(); g.Stop(); done.Wait() })
}

func (w *world) watch(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	err := handle(srv, s)
	w.ended <- err
	return err
}

func (w *world) take(_ context.Context, rollups []controlplane.Rollup) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rollups = append(w.rollups, rollups...)
}

func (w *world) find(_ context.Context, findings []controlplane.Finding) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.found = append(w.found, findings...)
}

func (w *world) findings() []controlplane.Finding {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.found
}

func (w *world) taken() []controlplane.Rollup {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rollups
}

// worker is a filter's end of a stream.
type worker struct {
	t *testing.T
	grpc.BidiStreamingClient[picketv1.Report, picketv1.Directive]
}

func (w *world) dial() *worker {
	ctx, cancel := context.WithCancel(context.Background())
	w.t.Cleanup(cancel)
	s, err := w.client.Stream(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return &worker{w.t, s}
}

// open says hello with a receipt, and takes the key.
func (w *world) open(r *picketv1.Receipt) *worker {
	f := w.dial()
	f.send(&picketv1.Report{Hello: hello(), Receipt: r})
	return f
}

func hello() *picketv1.Hello {
	return &picketv1.Hello{NodeId: "n1", Cluster: "edge", FilterVersion: "1.0", Protocol: ingest.Protocol, Instance: 77, Worker: 1}
}

func current() *picketv1.Receipt {
	return &picketv1.Receipt{Epoch: epoch, Revision: 3, Source: "stream"}
}

func (f *worker) send(r *picketv1.Report) {
	f.t.Helper()
	if err := f.Send(r); err != nil {
		f.t.Fatal(err)
	}
}

func (f *worker) next() *picketv1.Directive {
	f.t.Helper()
	d, err := f.Recv()
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

// upTo merges directives until one acknowledges sequence.
func (f *worker) upTo(sequence uint64) {
	f.t.Helper()
	for f.next().Acknowledged < sequence {
	}
}

func (f *worker) code() codes.Code {
	for {
		if _, err := f.Recv(); err != nil {
			return status.Code(err)
		}
	}
}

func keys() *picketv1.Keys { return &picketv1.Keys{Id: keyID, Key: secret} }

func report(sequence uint64, rollups ...*picketv1.Rollup) *picketv1.Report {
	var n uint64
	for _, r := range rollups {
		n += r.Requests
	}
	at := uint64(start.UnixNano())
	return &picketv1.Report{
		Sequence: sequence, KeyId: keyID, StartUnixNano: at - 1000, EndUnixNano: at,
		Rollups: rollups, Totals: &picketv1.Totals{Requests: n, Reported: n},
	}
}

func rollup() *picketv1.Rollup {
	return &picketv1.Rollup{
		Caller: &picketv1.Caller{Ip: []byte{192, 0, 2, 1}, Subject: 5, Credential: 6}, Endpoint: 11,
		Outcome: picketv1.Outcome_OUTCOME_OK, Requests: 10, Objects: &picketv1.Sketch{Values: []uint64{1, 2, 3}},
	}
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	opts := cmp.Options{protocmp.Transform(), cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Prefix{})}
	if diff := cmp.Diff(want, got, opts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func (w *world) invalid(t *testing.T) map[string]float64 {
	t.Helper()
	return w.reasons(t, "picket_rollups_invalid_total")
}

// reasons gives a counter by its label.
func (w *world) reasons(t *testing.T, name string) map[string]float64 {
	t.Helper()
	families, err := w.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			out[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	return out
}
