package ingest

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"picket/controlplane"
	"picket/controlplane/fleet"
	"picket/controlplane/inventory"
	picketv1 "picket/proto/picket/v1"
)

// What of one report is looked at, at most.
const (
	maxEndpoints = 10_000
	maxStrikes   = 10_000
	maxWords     = 10_000
)

// handle takes one message. A sequenced one counts once, and is acknowledged whenever it comes, once it is kept. An error
// ends the stream.
func (st *stream) handle(ctx context.Context, r *picketv1.Report) error {
	told := r.Receipt
	if r.EndUnixNano < st.told { // a report from an earlier stream: what it enforced then is no news
		told = nil
	}
	st.told = max(st.told, r.EndUnixNano)
	st.instance.Heard(st.proof(told, r.KeyId), totals(r.Totals))
	if told.GetResync() {
		st.askSnapshot()
	}
	if r.Sequence == 0 {
		return nil
	}
	st.keepPace()
	b := st.batch(ctx, r)
	if err := st.record(ctx, b); err != nil {
		return err
	}
	st.instance.Once(r.Sequence, r.GetTotals().GetReported(), carried(r), func() uint64 { return st.count(ctx, r, b) })
	sequence, large := r.Sequence, isLarge(r)
	wait := st.s.o.Flushed + st.s.behind()
	if wait <= 0 {
		st.acknowledge(sequence, large)
		return nil
	}
	time.AfterFunc(wait, func() { st.acknowledge(sequence, large) })
	return nil
}

// behind is how long an acknowledgement waits because too much has not been looked at yet.
func (s *Server) behind() time.Duration {
	if s.o.Behind == nil {
		return 0
	}
	wait := min(s.o.Behind(), s.o.Limits.Hold)
	if wait < tolerated {
		return 0
	}
	s.metrics.delayed.WithLabelValues("behind").Inc()
	return wait
}

// tolerated is how far behind is nothing to slow down for.
const tolerated = time.Second

// batch takes what a report brings, its valid parts. Endpoints and words come first, so that whoever looks at the rest can
// name them.
func (st *stream) batch(ctx context.Context, r *picketv1.Report) controlplane.Batch {
	f := st.frame(r)
	b := controlplane.Batch{
		Node: st.node, Instance: st.number, Worker: st.worker, Sequence: r.Sequence, Start: f.start, End: f.end,
		Endpoints: st.introduce(r),
	}
	for _, w := range r.Words[:min(len(r.Words), maxWords)] {
		st.s.o.Inventory.Tell(context.WithoutCancel(ctx), w.Hash, w.Text)
	}
	b.Rollups = st.rollups(r, f)
	st.shed(b.Rollups)
	b.Findings = st.findings(r, f)
	return b
}

// record keeps a batch, also when the stream ends meanwhile.
func (st *stream) record(ctx context.Context, b controlplane.Batch) error {
	if st.s.o.Record == nil {
		return nil
	}
	if err := st.s.o.Record(context.WithoutCancel(ctx), b); err != nil {
		st.s.o.Log.Warn("report is not kept, so it is not acknowledged", "node", st.node.ID, "error", err)
		return st.s.end("journal", status.Error(codes.Unavailable, "the report cannot be kept now"))
	}
	return nil
}

// proof is what a receipt proves. A worker that does not have the present hash key recognizes nobody but by his address in
// clear, so it does not enforce the revision that it stands at: it is starting.
func (st *stream) proof(told *picketv1.Receipt, key uint32) *fleet.Receipt {
	p := receipt(told)
	if p != nil && key != st.s.o.Keys.Id {
		p.Epoch, p.Revision, p.PolicyRevision, p.Source = 0, 0, 0, ""
	}
	return p
}

// carried gives the number of requests in a report's rollups, valid or not.
func carried(r *picketv1.Report) (requests uint64) {
	for _, p := range r.Rollups {
		requests += min(p.Requests, maxRequests)
	}
	return requests
}

// count hands on what a report brought and gives the number of requests in its valid rollups. It goes through also when
// the stream ends meanwhile: the report will not count again.
func (st *stream) count(ctx context.Context, r *picketv1.Report, b controlplane.Batch) (requests uint64) {
	s := st.s
	ctx = context.WithoutCancel(ctx)
	for i := range b.Rollups {
		requests += b.Rollups[i].Requests
	}
	st.strikes(r)
	if len(b.Rollups) > 0 {
		s.o.Inventory.Count(b.Rollups)
	}
	for i := range b.Findings { // whoever sent one used the name of its field
		s.o.Inventory.Use(b.Findings[i].Field, b.Findings[i].Caller)
	}
	if s.o.Record == nil {
		st.handOn(ctx, b)
	}
	s.metrics.reports.Inc()
	s.metrics.rollups.Add(float64(len(b.Rollups)))
	s.metrics.requests.Add(float64(requests))
	return requests
}

// handOn is for those who keep nothing.
func (st *stream) handOn(ctx context.Context, b controlplane.Batch) {
	if len(b.Rollups) > 0 {
		st.s.o.Rollups(ctx, b.Rollups)
	}
	if len(b.Findings) > 0 && st.s.o.Findings != nil {
		st.s.o.Findings(ctx, b.Findings)
	}
}

// introduce takes the endpoints of a report, and gives those that are what their id says; those made with another key would
// be other endpoints.
func (st *stream) introduce(r *picketv1.Report) (out []controlplane.Shape) {
	if r.KeyId != st.s.o.Keys.Id {
		return nil
	}
	for _, e := range r.Endpoints[:min(len(r.Endpoints), maxEndpoints)] {
		shape := controlplane.Shape{
			ID: controlplane.EndpointID(e.Id), Method: e.Method, Host: e.Host, Segments: e.Segments, Truncated: e.Truncated,
		}
		if !st.of.room(e.Id, st.s.o.Clock()) {
			st.s.metrics.shed.WithLabelValues("endpoints").Inc()
			continue
		}
		if st.s.o.Inventory.See(inventory.Endpoint(shape)) {
			out = append(out, shape)
		}
	}
	return out
}

// rollups gives the valid ones; each other is counted by what is wrong with it.
func (st *stream) rollups(r *picketv1.Report, f frame) []controlplane.Rollup {
	s := st.s
	if r.KeyId != s.o.Keys.Id {
		st.invalid(badKey, len(r.Rollups))
		return nil
	}
	limit := min(len(r.Rollups), s.o.Limits.Rollups)
	st.invalid(tooMany, len(r.Rollups)-limit)
	out := make([]controlplane.Rollup, 0, limit)
	for _, p := range r.Rollups[:limit] {
		rollup, why := f.rollup(p)
		if why != valid {
			st.invalid(why, 1)
			continue
		}
		out = append(out, rollup)
	}
	return out
}

func (st *stream) frame(r *picketv1.Report) frame {
	f := frame{node: st.node, prefixed: st.s.o.Prefixed != nil && st.s.o.Prefixed()}
	f.start, f.end = times(r, st.s.o.Clock())
	return f
}

func (st *stream) invalid(why reason, n int) {
	if n > 0 {
		st.s.metrics.invalid.WithLabelValues(string(why)).Add(float64(n))
	}
}

func (st *stream) strikes(r *picketv1.Report) {
	now := st.s.o.Clock()
	for _, k := range r.Strikes[:min(len(r.Strikes), maxStrikes)] {
		if k.Enforced > maxRequests || k.Observed > maxRequests || k.Passed > maxRequests {
			continue
		}
		st.s.shares.note(st, controlplane.DecisionID(k.Decision), k.Enforced+k.Passed, k.Passed, now)
		last := clamp(fromNano(k.LastUnixNano), now.Add(-maxSpan), now.Add(maxSkew))
		st.s.o.Fleet.Strike(controlplane.DecisionID(k.Decision), fleet.Strikes{Enforced: k.Enforced, Observed: k.Observed, Last: last})
	}
}

func (st *stream) askSnapshot() {
	st.mu.Lock()
	st.resync = true
	st.mu.Unlock()
	st.notify()
}

func (st *stream) notify() {
	select {
	case st.wake <- struct{}{}:
	default:
	}
}
