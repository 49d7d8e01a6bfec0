package simulate

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/inspect"
	"picket/filter/report"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/wire"
)

// worker is a model of the filter on one worker of one Envoy: it does what the filter does with a request, with the
// filter's own parts, and tells the control plane what the filter would. It has one thread.
type worker struct {
	number   uint32
	line     *line
	key      *identify.Key
	settings settings
	router   *identify.Router
	table    *enforce.Table
	throttle *enforce.Throttles
	accounts *enforce.Accounts
	shares   map[uint64]uint32 // permille of throttles' rates that are this worker's, by decision
	reporter *report.Reporter
	at       wire.Receipt
	acked    uint64
	snapshot []*picketv1.Delta // a snapshot that is not complete

	inspector *inspect.Inspector
	response  *inspect.Response
	sampled   map[uint64]bool // endpoints of which a response was looked at for personal data since the last report

	// Room for one request.
	request identify.Request
	place   *identify.Place
	exempt  bool // an operator or the allowlist allows the caller
	scratch identify.Scratch
	body    identify.Body // the request's
	answer  identify.Body // the response's
}

// errEnded says that the control plane ended a worker's stream.
var errEnded = errors.New("the control plane ended a worker's stream")

func newWorker(ctx context.Context, number int, now uint64) *worker {
	return &worker{
		number: uint32(number), line: newLine(ctx), table: enforce.NewTable(), throttle: enforce.NewThrottles(), accounts: enforce.NewAccounts(), shares: map[uint64]uint32{},
		reporter: report.NewReporter(now, uint64(number)+1), inspector: inspect.New(), response: inspect.NewResponse(inspect.NewMarkers()), sampled: map[uint64]bool{},
	}
}

// workersOfNode is how many workers a simulated Envoy has.
const workersOfNode = 4

// open begins the worker's stream and waits until it has a key and a policy.
func (w *worker) open(ctx context.Context, signals picketv1.SignalsServer, now uint64) error {
	go func() { w.line.end(signals.Stream(w.line)) }()
	w.reporter.Reopened()
	b := wire.AppendHello(nil, &wire.Hello{
		NodeID: fmt.Sprintf("edge-%d", w.number/workersOfNode), Cluster: group, FilterVersion: "simulated", Protocol: 1,
		Instance: uint64(w.number) + 1, Worker: w.number%workersOfNode + 1, Workers: workersOfNode, StartedUnixNano: now,
	})
	b = wire.AppendHeader(b, 0, now, now, 0)
	if err := w.send(ctx, wire.AppendReceipt(b, &w.at)); err != nil {
		return err
	}
	return w.await(ctx, func() bool { return w.key != nil && w.at.Epoch != 0 })
}

// group is the one of all simulated nodes.
const group = "edge"

// report tells what happened, and waits until it has arrived for good.
func (w *worker) report(ctx context.Context, now uint64) error {
	clear(w.sampled)
	w.at.Serving, w.at.Decisions = true, uint32(w.table.Len())
	if err := w.send(ctx, w.reporter.Build(now, w.key.ID, &w.at)); err != nil {
		return err
	}
	sent := w.reporter.Outbox.Next() - 1
	return w.await(ctx, func() bool { return w.acked >= sent })
}

// send hands over a message as the control plane reads it from the wire.
func (w *worker) send(ctx context.Context, b []byte) error {
	m := &picketv1.Report{}
	if err := proto.Unmarshal(b, m); err != nil {
		return fmt.Errorf("read a worker's own report: %w", err)
	}
	select {
	case w.line.up <- m:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await takes directives until done. A worker that cannot take a delta asks for a snapshot.
func (w *worker) await(ctx context.Context, done func() bool) error {
	for {
		all, err, over := w.line.take()
		for _, d := range all {
			w.obey(d)
		}
		switch {
		case done():
			return nil
		case over:
			return errors.Join(errEnded, err)
		}
		if w.at.Resync {
			w.at.Resync = false
			m := &picketv1.Report{EndUnixNano: w.at.EnforcedUnixNano, KeyId: w.keyID(), Receipt: &picketv1.Receipt{Resync: true}}
			select {
			case w.line.up <- m:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		select {
		case <-w.line.wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (w *worker) keyID() uint32 {
	if w.key == nil {
		return 0
	}
	return w.key.ID
}

// obey takes a directive.
func (w *worker) obey(d *picketv1.Directive) {
	if k := d.GetKeys(); k != nil {
		if key, ok := identify.NewKey(k.GetId(), k.GetKey()); ok {
			w.key = &key
			w.route()
		}
	}
	w.acked = max(w.acked, d.GetAcknowledged())
	w.reporter.Outbox.Acknowledge(d.GetAcknowledged())
	for _, delta := range d.GetDeltas() {
		w.apply(delta)
	}
	w.reporter.Reveal(d.GetReveal())
	for _, s := range d.GetShares() {
		w.shares[s.GetDecision()] = s.GetPermille()
	}
}

// share is this worker's part of a throttle's rate; one that was told none takes as much as each worker of its Envoy.
func (w *worker) share(decision uint64) float64 {
	if permille, ok := w.shares[decision]; ok {
		return float64(permille) / 1000
	}
	return 1.0 / workersOfNode
}

func (w *worker) route() {
	if w.key != nil {
		w.router = identify.NewRouter(w.key, w.settings.rules, w.settings.hosts, w.settings.objects)
		w.router.Learn(w.settings.slugs)
	}
}

func (w *worker) set(m *picketv1.Settings) {
	if m != nil {
		w.settings = compile(m)
		w.route()
	}
}

// apply takes a delta or a snapshot's chunk.
func (w *worker) apply(d *picketv1.Delta) {
	switch {
	case d.GetSnapshotBegin() || len(w.snapshot) > 0:
		w.snapshot = append(w.snapshot, d)
		if d.GetSnapshotEnd() {
			w.replace(w.snapshot)
			w.snapshot = nil
		}
	case d.GetRevision() <= w.at.Revision:
	default:
		w.advance(d)
	}
}

func (w *worker) advance(d *picketv1.Delta) {
	fits := true
	for _, p := range d.GetPut() {
		fits = w.table.Put(record(p), p.GetPrefix()) && fits
	}
	for _, u := range d.GetUndo() {
		fits = w.table.Withdraw(u.GetMatch(), u.GetId()) && fits
	}
	w.set(d.GetSettings())
	if !fits {
		w.at.Resync = true
		return
	}
	w.stand(d)
}

// replace puts a whole snapshot in force.
func (w *worker) replace(chunks []*picketv1.Delta) {
	var records []byte
	var prefixes enforce.Prefixes
	n := 0
	for _, d := range chunks {
		for _, p := range d.GetPut() {
			records = record(p).Append(records)
			prefixes.Add(p.GetPrefix())
			n++
		}
		w.set(d.GetSettings())
	}
	w.table.Load(n)
	w.table.Write(0, records)
	w.table.Commit(prefixes)
	w.stand(chunks[len(chunks)-1])
}

func (w *worker) stand(d *picketv1.Delta) {
	w.at.Epoch, w.at.Revision, w.at.Source, w.at.Resync = d.GetEpoch(), d.GetRevision(), "stream", false
}

func record(p *picketv1.Decision) enforce.Record {
	return enforce.Record{Match: p.GetMatch(), ID: p.GetId(), Expires: p.GetExpires(), Meta: enforce.Meta(p.GetMeta())}
}
