package ingest

import (
	"context"

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

// handle takes one message. A sequenced one counts once, and is acknowledged whenever it comes.
func (st *stream) handle(ctx context.Context, r *picketv1.Report) {
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
		return
	}
	st.instance.Once(r.Sequence, r.GetTotals().GetReported(), carried(r), func() uint64 { return st.count(ctx, r) })
	st.acknowledge(r.Sequence)
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

// count hands on what a report brings and gives the number of requests in its valid rollups. It goes through also when
// the stream ends meanwhile: the report will not count again.
func (st *stream) count(ctx context.Context, r *picketv1.Report) (requests uint64) {
	s := st.s
	ctx = context.WithoutCancel(ctx)
	st.introduce(r)
	rollups := st.rollups(r)
	for i := range rollups {
		requests += rollups[i].Requests
	}
	st.strikes(r)
	for _, w := range r.Words[:min(len(r.Words), maxWords)] {
		s.o.Inventory.Tell(ctx, w.Hash, w.Text)
	}
	if len(rollups) > 0 {
		s.o.Inventory.Count(rollups)
		s.o.Rollups(ctx, rollups)
	}
	st.findings(ctx, r)
	s.metrics.reports.Inc()
	s.metrics.rollups.Add(float64(len(rollups)))
	s.metrics.requests.Add(float64(requests))
	return requests
}

// introduce takes the endpoints of a report; those made with another key would be other endpoints.
func (st *stream) introduce(r *picketv1.Report) {
	if r.KeyId != st.s.o.Keys.Id {
		return
	}
	for _, e := range r.Endpoints[:min(len(r.Endpoints), maxEndpoints)] {
		st.s.o.Inventory.See(inventory.Endpoint{
			ID: controlplane.EndpointID(e.Id), Method: e.Method, Host: e.Host, Segments: e.Segments, Truncated: e.Truncated,
		})
	}
}

// rollups gives the valid ones; each other is counted by what is wrong with it.
func (st *stream) rollups(r *picketv1.Report) []controlplane.Rollup {
	s := st.s
	if r.KeyId != s.o.Keys.Id {
		st.invalid(badKey, len(r.Rollups))
		return nil
	}
	limit := min(len(r.Rollups), s.o.Limits.Rollups)
	st.invalid(tooMany, len(r.Rollups)-limit)
	f := st.frame(r)
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

func (st *stream) acknowledge(sequence uint64) {
	st.mu.Lock()
	st.acked = max(st.acked, sequence)
	st.mu.Unlock()
	st.notify()
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
