package e2e

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"picket/controlplane/fleet"
	"picket/controlplane/xds"
	picketv1 "picket/proto/picket/v1"
)

// blobs is a group whose policy over xDS is what a test says.
type blobs struct {
	mu      sync.Mutex
	blob    []byte
	changed chan struct{}
}

var _ xds.Group = (*blobs)(nil)

func (b *blobs) Changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changed
}

func (b *blobs) Blob() (revision uint64, blob []byte, decisions int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return 1, b.blob, 0
}

func (b *blobs) set(blob []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.blob = blob
	close(b.changed)
	b.changed = make(chan struct{})
}

// double serves policies of the test's own over xDS, and passes workers' streams on to a control plane.
type double struct {
	picketv1.UnimplementedSignalsServer
	blobs  *blobs
	signal picketv1.SignalsClient
}

// newDouble serves on a free port and gives its address.
func newDouble(t *testing.T, grpcAddr, module string, first []byte) (*double, string) {
	t.Helper()
	conn, err := grpc.NewClient(grpcAddr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	d := &double{blobs: &blobs{blob: first, changed: make(chan struct{})}, signal: picketv1.NewSignalsClient(conn)}
	x := xds.New(xds.Options{
		Group: func(string) xds.Group { return d.blobs }, Fleet: fleet.New(fleet.Options{}), Module: func() string { return module },
	})
	s := grpc.NewServer()
	x.Register(s)
	picketv1.RegisterSignalsServer(s, d)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { _ = s.Serve(l) })
	work.Go(func() { _ = x.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		s.Stop()
		_ = conn.Close()
		work.Wait()
	})
	return d, l.Addr().String()
}

// Stream passes both ways on until one end closes.
func (d *double) Stream(down picketv1.Signals_StreamServer) error {
	ctx, cancel := context.WithCancel(down.Context())
	defer cancel()
	up, err := d.signal.Stream(ctx)
	if err != nil {
		return err
	}
	ended := make(chan error, 2)
	go func() { ended <- pass(down.Recv, up.Send) }()
	go func() { ended <- pass(up.Recv, down.Send) }()
	return <-ended
}

func pass[M any](from func() (M, error), to func(M) error) error {
	for {
		m, err := from()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := to(m); err != nil {
			return err
		}
	}
}

func TestAPolicyThatCannotBeReadLeavesTheLastGoodOneAndIsShown(t *testing.T) {
	o := options{module: moduleCopy(t, "picket.wasm")}
	r := newRig(t, o) // the control plane tells nodes nothing by itself
	first := r.decide("deny", attacker)
	good := r.blob()
	d, addr := newDouble(t, r.plane.grpc, o.module, good)
	r.link.cut()
	r.link.lead(addr)
	r.waitWorkers(instances)
	r.warm()
	r.waitEnforced(first)
	r.deniedByAll(attacker, "/warm", first)

	second := r.decide("deny", "203.0.113.8")
	next := r.blob()
	for name, test := range map[string]struct {
		blob []byte
		want string
	}{
		"one that is no policy":      {[]byte("not a policy at all"), "policy fields out of order"},
		"one with a byte changed":    {changed(next, len(next)-3), "policy checksum mismatch"},
		"one that ends too early":    {next[:len(next)-7], "truncated message"},
		"one with more than it says": {append(append([]byte{}, next...), next[len(next)-24:]...), "policy fields out of order"},
	} {
		t.Run(name, func(t *testing.T) {
			r := r.in(t)
			d.blobs.set(test.blob)
			r.waitPolicyErrors(instances)
			r.waitWarning("cannot read its policy and keeps the last one: " + test.want)
			r.deniedByAll(attacker, "/warm", first)
			r.servedByAll("203.0.113.8", "/warm")
			d.blobs.set(good)
			r.waitPolicyErrors(0)
		})
	}
	d.blobs.set(next)
	r.waitPolicyErrors(0)
	r.waitEnforced(second)
	r.deniedByAll(attacker, "/warm", first)
	r.deniedByAll("203.0.113.8", "/warm", second)
}

// blob is the policy of the rig's group with every decision taken so far.
func (r *rig) blob() []byte {
	r.t.Helper()
	g := r.plane.app.Publisher().Group("edge")
	var b []byte
	r.eventually("the policy has all decisions", func() bool {
		var decisions int
		_, b, decisions = g.Blob()
		return decisions == int(r.status().Decisions)
	})
	return b
}

func changed(b []byte, at int) []byte {
	c := append([]byte{}, b...)
	c[at] ^= 1
	return c
}

// waitPolicyErrors waits until so many workers say that they cannot read their policy, and no other does.
func (r *rig) waitPolicyErrors(n int) {
	r.t.Helper()
	r.eventually("policy errors are told", func() bool {
		told := 0
		for _, w := range r.instances("current", "behind") {
			if w.PolicyError != "" {
				told++
			}
		}
		return told == n
	})
}
