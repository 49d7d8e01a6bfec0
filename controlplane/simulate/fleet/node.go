package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"

	"picket/filter/identify"
	"picket/filter/report"
	"picket/proto/wire"
)

// A node reports each shortTick, and less often where the control plane asks for it.
const (
	shortTick = 100 * time.Millisecond
	longTick  = time.Second
	heartbeat = time.Second
	reopenIn  = 200 * time.Millisecond
)

// node is a model of one Envoy with one worker: the filter's own reporter, a real stream, and the filter's way with deltas.
// It keeps no decision table: it only proves by its receipts where it stands.
type node struct {
	r         *run
	number    int
	replica   int            // the one that it began with
	directive wire.Directive // the receiver's alone

	mu         sync.Mutex
	rng        *rand.Rand
	crowd      crowd
	reporter   *report.Reporter
	scene      *scene
	key        *identify.Key
	rules      []identify.Rule
	at         wire.Receipt
	inSnapshot bool
	stream     grpc.ClientStream // nil: closed
	interval   time.Duration
	reported   time.Time // when the last report went
	sent       time.Time // when anything went
	drawn      time.Time // up to when requests came
	carry      float64   // of a request
	requests   uint64    // since the last report
	attacks    []*attack // whose last request no report told yet
}

func newNode(r *run, number int) *node {
	now := time.Now()
	return &node{
		r: r, number: number, replica: number % len(r.addresses), rng: rand.New(rand.NewPCG(uint64(number), 1)),
		reporter: report.NewReporter(uint64(now.UnixNano()), uint64(number)+1), interval: shortTick, drawn: now, crowd: crowd{burst: -1},
	}
}

// run keeps a stream open until ctx ends.
func (n *node) run(ctx context.Context) error {
	for try := 0; ctx.Err() == nil; try++ {
		why := n.session(ctx, n.r.addresses[(n.replica+try)%len(n.r.addresses)])
		if ctx.Err() == nil {
			n.r.reopened(why)
			sleep(ctx, reopenIn)
		}
	}
	return nil
}

// session is one stream's life.
func (n *node) session(ctx context.Context, address string) error {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.ForceCodecV2(raw{})))
	if err != nil {
		return fmt.Errorf("dial replica: %w", err)
	}
	defer func() { _ = conn.Close() }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/picket.v1.Signals/Stream", grpc.WaitForReady(true))
	if err != nil {
		return fmt.Errorf("open stream: %w", err)
	}
	if err := n.open(s); err != nil {
		return err
	}
	defer n.close()
	ended := make(chan error, 1)
	go func() { ended <- n.receive(s) }()
	for wait := time.NewTimer(n.next()); ; wait.Reset(n.next()) {
		select {
		case err := <-ended:
			return err
		case <-wait.C:
		}
		n.tick(time.Now())
	}
}

// open says hello, and then all that was not acknowledged.
func (n *node) open(s grpc.ClientStream) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := uint64(time.Now().UnixNano())
	n.stream = s
	n.reporter.Reopened()
	b := wire.AppendHello(nil, &wire.Hello{
		NodeID: fmt.Sprintf("node-%d", n.number), Cluster: n.r.group(n.number), FilterVersion: "simulated", Protocol: 1,
		Instance: n.r.seed + uint64(n.number), Worker: 1, Workers: 1, StartedUnixNano: now,
	})
	b = wire.AppendHeader(b, 0, now, now, n.keyID())
	if err := n.send(wire.AppendReceipt(b, &n.at)); err != nil {
		return err
	}
	var err error
	n.reporter.Outbox.Each(func(body []byte) bool {
		n.reporter.Totals.Resent++
		err = n.send(body)
		return err == nil
	})
	return err
}

func (n *node) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.stream, n.interval = nil, shortTick
}

// send takes a copy of b. n.mu is held.
func (n *node) send(b []byte) error {
	if n.stream == nil {
		return nil
	}
	n.sent = time.Now()
	own := append([]byte(nil), b...)
	n.r.bytes.Add(uint64(len(own)))
	if err := n.stream.SendMsg(&own); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("send report: %w", err)
	}
	return nil // the receiver tells why a stream ended
}

// next is how long until something is due.
func (n *node) next() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	return max(time.Millisecond, min(time.Until(n.reported.Add(n.interval)), time.Until(n.sent.Add(heartbeat)), longTick))
}

// tick lets requests come, and reports them when it is time.
func (n *node) tick(now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.scene == nil {
		return
	}
	n.draw(now)
	due := now.Sub(n.reported) >= n.interval-shortTick/10
	switch {
	case !due:
	case !n.reporter.Pending():
		n.reported = now
	case n.reporter.Outbox.Room():
		n.report(now)
	default: // what is not acknowledged is too much: it sums for longer
		n.r.stalled.Add(1)
		n.reported = now.Add(shortTick - n.interval)
	}
	if now.Sub(n.sent) >= heartbeat-shortTick/10 {
		n.tell(now)
	}
}

// draw lets the requests come that the time since the last call brought.
func (n *node) draw(now time.Time) {
	rate := n.r.load() * n.r.population.share[n.number]
	n.carry += rate * min(now.Sub(n.drawn), 2*longTick).Seconds()
	n.drawn = now
	count := int(n.carry)
	n.carry -= float64(count)
	n.crowd.at(now, n.r.population.homes[n.number])
	var s report.Sample
	for range count {
		c, ok := n.crowd.draw(n.rng)
		if !ok {
			return
		}
		n.r.population.seen[c].Store(true)
		at := n.scene.request(&s, c, &n.r.population.callers[c], n.crowd.burst, n.rng)
		n.add(&s, &n.scene.places[at])
	}
}

func (n *node) add(s *report.Sample, p *identify.Place) {
	s.Endpoint = n.reporter.Place(p)
	n.reporter.Rollups.Add(s)
	n.reporter.Totals.Requests++
	n.requests++
	n.at.Serving = true
}

// report sends what was summed.
func (n *node) report(now time.Time) {
	rows := n.reporter.Rollups.Len()
	n.r.sent(rows, n.requests)
	_ = n.send(n.reporter.Build(uint64(now.UnixNano()), n.keyID(), &n.at)) // the receiver tells why a stream ended
	n.reported, n.requests = now, 0
	for _, a := range n.attacks {
		a.reported = now
	}
	n.attacks = nil
}

// tell sends what does not count: a receipt, a sign of life.
func (n *node) tell(now time.Time) {
	t := uint64(now.UnixNano())
	b := wire.AppendHeader(nil, 0, t, t, n.keyID())
	_ = n.send(wire.AppendReceipt(b, &n.at)) // as above
}

func (n *node) keyID() uint32 {
	if n.key == nil {
		return 0
	}
	return n.key.ID
}

// guess is an attacker's burst of failed logins.
func (n *node) guess(a *attack) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.scene == nil {
		return
	}
	n.draw(time.Now())
	for i := range guesses {
		s := report.Sample{Caller: report.Caller{IPLen: 4, Account: mix(uint64(a.number)<<20 + uint64(i))}, Outcome: report.OutcomeDenied, Nanos: 5e6}
		ip := a.address.As4()
		copy(s.Caller.IP[:], ip[:])
		n.add(&s, &n.scene.login)
	}
	a.began = time.Now()
	n.attacks = append(n.attacks, a)
}

// receive reads directives until the stream ends.
func (n *node) receive(s grpc.ClientStream) error {
	for {
		var b []byte
		if err := s.RecvMsg(&b); err != nil {
			return err
		}
		if err := n.directive.Decode(b); err != nil {
			return fmt.Errorf("read directive: %w", err)
		}
		if why := n.directive.Refused; why != "" {
			return fmt.Errorf("refused: %s", why)
		}
		n.obey(&n.directive, time.Now())
	}
}

// obey does what the filter does with a directive: what it puts in force is told at once.
func (n *node) obey(d *wire.Directive, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if d.Keys != nil {
		if k, ok := identify.NewKey(d.Keys.ID, d.Keys.Key); ok {
			n.key = &k
		}
	}
	n.reporter.Outbox.Acknowledge(d.Acknowledged)
	if d.PaceMS > 0 {
		n.interval = max(shortTick, time.Duration(d.PaceMS)*time.Millisecond)
	}
	n.reporter.Reveal(d.Reveal)
	dirty := false
	for i := range d.Deltas {
		dirty = n.apply(&d.Deltas[i], now) || dirty
	}
	if n.key != nil && n.at.Epoch != 0 && n.scene == nil {
		n.scene = n.r.scene(n.key, n.rules)
		n.r.ready.Done()
	}
	if dirty {
		n.tell(now)
		n.at.Resync = false
	}
}

// apply reports whether there is something to tell.
func (n *node) apply(d *wire.Delta, now time.Time) bool {
	switch {
	case d.SnapshotBegin || n.inSnapshot:
		if d.SnapshotBegin {
			n.at.Decisions = 0
		}
		n.inSnapshot = !d.SnapshotEnd
		n.take(d, now)
		if n.inSnapshot {
			return false
		}
	case d.Epoch == n.at.Epoch && d.Revision <= n.at.Revision:
		return false
	case d.Epoch != n.at.Epoch || d.Previous > n.at.Revision:
		n.at.Resync = true
		n.r.resyncs.Add(1)
		return true
	default:
		n.take(d, now)
	}
	n.at.Epoch, n.at.Revision, n.at.Source, n.at.EnforcedUnixNano = d.Epoch, d.Revision, "stream", uint64(now.UnixNano())
	return true
}

func (n *node) take(d *wire.Delta, now time.Time) {
	n.at.Decisions += uint32(len(d.Put)) - min(n.at.Decisions, uint32(len(d.Undo)))
	if s := d.Settings; s != nil && n.rules == nil {
		n.rules = []identify.Rule{}
		for _, e := range s.Endpoints {
			n.rules = append(n.rules, identify.Rule{Method: e.Method, Host: e.Host, Path: e.Path, AccountField: e.AccountField, OwnerParameter: e.OwnerParameter})
		}
	}
	for i := range d.Put {
		n.r.enforced(d.Put[i].ID, now)
	}
}

// raw is the codec of messages that are bytes already.
type raw struct{}

var _ encoding.CodecV2 = raw{}

// Marshal implements encoding.CodecV2.
func (raw) Marshal(v any) (mem.BufferSlice, error) {
	b, ok := v.(*[]byte)
	if !ok {
		return nil, fmt.Errorf("message is %T, want bytes", v)
	}
	return mem.BufferSlice{mem.SliceBuffer(*b)}, nil
}

// Unmarshal implements encoding.CodecV2.
func (raw) Unmarshal(data mem.BufferSlice, v any) error {
	b, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("message is %T, want bytes", v)
	}
	*b = data.Materialize()
	return nil
}

// Name implements encoding.CodecV2.
func (raw) Name() string { return "proto" }
