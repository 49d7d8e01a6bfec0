package app

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"picket/controlplane"
	"picket/controlplane/ingest"
	picketv1 "picket/proto/picket/v1"
)

// node is a worker's filter as the control plane sees it: it sends what was not acknowledged again, byte for byte, on its
// next stream, and goes to the next address when a stream ends or says nothing for a while.
type node struct {
	group     string
	addresses []string
	patience  time.Duration // with a stream that says nothing although a report waits

	mu      sync.Mutex
	pending []*picketv1.Report
	last    uint64 // sequence
	object  uint64
	keyID   uint32
	heard   time.Time            // of the control plane, or when something began to wait
	put     map[uint64]time.Time // decisions in force by when they came
	epoch   uint64
	changed chan struct{} // closed at each change
}

// startNode starts one that streams to the first address that answers, until the test ends.
func startNode(t *testing.T, group string, addresses ...string) *node {
	t.Helper()
	n := &node{group: group, addresses: addresses, patience: time.Second, put: map[uint64]time.Time{}, changed: make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); n.run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return n
}

func (n *node) run(ctx context.Context) {
	for i := 0; ctx.Err() == nil; i++ {
		_ = n.stream(ctx, n.addresses[i%len(n.addresses)]) // the next one goes on
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stream is one stream, to its end.
func (n *node) stream(ctx context.Context, address string) error {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s, err := picketv1.NewSignalsClient(conn).Stream(ctx)
	if err != nil {
		return err
	}
	hello := &picketv1.Hello{NodeId: "node-" + n.group, Cluster: n.group, Protocol: ingest.Protocol, Instance: 1, Worker: 1}
	if err := s.Send(&picketv1.Report{Hello: hello, Receipt: &picketv1.Receipt{Serving: true, Resync: true}}); err != nil {
		return err
	}
	n.hear()
	go n.send(ctx, s, stop)
	for {
		d, err := s.Recv()
		if err != nil {
			return err
		}
		n.take(d)
	}
}

// send sends what waits, and what comes, once the key is known. It calls stop where nothing is heard although something waits.
func (n *node) send(ctx context.Context, s grpc.BidiStreamingClient[picketv1.Report, picketv1.Directive], stop func()) {
	var sent uint64
	beat := time.NewTicker(n.patience / 4)
	defer beat.Stop()
	for {
		n.mu.Lock()
		pending, changed, key := slices.Clone(n.pending), n.changed, n.keyID
		n.mu.Unlock()
		for _, r := range pending {
			if r.Sequence > sent && key != 0 {
				r.KeyId, sent = key, r.Sequence
				if s.Send(r) != nil {
					return
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-beat.C:
			if n.silent() {
				stop()
			}
		}
	}
}

// hear takes note that the control plane lives.
func (n *node) hear() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.heard = time.Now()
}

func (n *node) silent() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.pending) > 0 && time.Since(n.heard) > n.patience
}

func (n *node) take(d *picketv1.Directive) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.heard = time.Now()
	if d.Keys != nil {
		n.keyID = d.Keys.Id
	}
	n.pending = slices.DeleteFunc(n.pending, func(r *picketv1.Report) bool { return r.Sequence <= d.Acknowledged })
	for _, delta := range d.Deltas {
		if delta.SnapshotBegin {
			clear(n.put)
		}
		n.epoch = delta.Epoch
		for _, p := range delta.Put {
			if _, ok := n.put[p.Id]; !ok {
				n.put[p.Id] = time.Now()
			}
		}
	}
	n.notify()
}

// notify needs mu.
func (n *node) notify() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// report adds a report of so many requests of one caller, each for one record more.
func (n *node) report(requests int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.last++; len(n.pending) == 0 {
		n.heard = time.Now()
	}
	now := uint64(time.Now().UnixNano())
	roll := &picketv1.Rollup{
		Caller: &picketv1.Caller{Ip: []byte{192, 0, 2, 1}}, Endpoint: 7, Outcome: picketv1.Outcome_OUTCOME_OK,
		Requests: uint64(requests), Neighbours: uint64(requests), Objects: &picketv1.Sketch{},
	}
	for range requests {
		n.object++
		roll.Objects.Values = append(roll.Objects.Values, n.object)
	}
	n.pending = append(n.pending, &picketv1.Report{
		Sequence: n.last, StartUnixNano: now, EndUnixNano: now, Rollups: []*picketv1.Rollup{roll},
		Endpoints: []*picketv1.Endpoint{{Id: 7, Method: "GET", Segments: []uint64{1, 0}}},
		Totals:    &picketv1.Totals{Requests: n.object, Reported: n.object},
	})
	n.notify()
}

// await waits until done says so of the node, whose mu is held then.
func (n *node) await(t *testing.T, what string, done func() bool) {
	t.Helper()
	late := time.After(patience)
	for {
		n.mu.Lock()
		changed, ok := n.changed, done()
		n.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("node of %s: %s did not come", n.group, what)
		}
	}
}

// acknowledged waits until nothing waits.
func (n *node) acknowledged(t *testing.T) {
	t.Helper()
	n.await(t, "the acknowledgement", func() bool { return len(n.pending) == 0 })
}

// told waits until the node was told of a decision, and says when that was.
func (n *node) told(t *testing.T, id controlplane.DecisionID) (at time.Time) {
	t.Helper()
	n.await(t, "decision "+id.String(), func() (ok bool) { at, ok = n.put[uint64(id)]; return ok })
	return at
}
