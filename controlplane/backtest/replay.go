package backtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"picket/controlplane"
	"picket/controlplane/decide"
	"picket/controlplane/detect"
	"picket/controlplane/journal"
	"picket/controlplane/policy"
)

const (
	// tellEvery is how often progress is told.
	tellEvery = 2 * time.Second
	// ahead is how far a node's clock may run before the journal's.
	ahead = time.Minute
	// never is a sweep's interval that no backtest lives to see: a sweep would come at some other point each time.
	never = 24 * time.Hour
	// maxReporters bounds the instances whose last report is known.
	maxReporters = 100_000
)

// replay is one backtest. Its methods are called in one goroutine, but for now.
type replay struct {
	o        Options
	policy   *policy.File
	from     time.Time
	progress func(Progress)
	decider  *decide.Decider
	engine   *detect.Engine
	clock    atomic.Int64 // event time, ns: the last that was reached; 0 before the first report
	seen     map[reporter]uint64
	hits     *hits
	failed   error // of the decider: it ends the replay

	told         Progress
	toldAt       time.Time
	worked       time.Time // since then without a rest
	entries      uint64
	skipped      uint64 // that could not be read
	requests     uint64
	first, until time.Time
}

// reporter is an instance of a node, whose reports are numbered.
type reporter struct {
	node     string
	instance uint64
}

func newReplay(o Options, q Query, from time.Time, progress func(Progress)) *replay {
	f := tried(q.Policy)
	r := &replay{o: o, policy: f, from: from, progress: progress, seen: map[reporter]uint64{}, toldAt: time.Now(), worked: time.Now()}
	quiet := slog.New(slog.DiscardHandler) // what would have happened is not in the log of what happens
	r.decider = decide.New(decide.Options{
		Register: &register{revisions: map[string]uint64{}}, Policy: fixed{f}, Key: o.Key, Clock: r.now, Log: quiet, Challenge: true,
		Limits: decide.Limits{Consumers: 200_000, Values: 50_000, Refusals: 1, Audit: 1, Sweep: never},
	})
	settings := o.Settings(f)
	r.engine = detect.New(detect.Options{
		Settings: func() *detect.Settings { return settings }, Decide: r.detected, Name: o.Name, Locate: o.Locate, Log: quiet,
	})
	r.hits = newHits(f, q, r.decider.CleanActive)
	return r
}

// fixed is a policy that does not change.
type fixed struct{ file *policy.File }

// File implements decide.Policy.
func (f fixed) File() *policy.File { return f.file }

func (r *replay) now() time.Time { return time.Unix(0, r.clock.Load()).UTC() }

// take folds one message of the journal. Its error ends the replay.
func (r *replay) take(ctx context.Context, m controlplane.JournalMessage) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if r.entries >= r.o.Limits.Entries {
		return errEntries
	}
	r.entries++
	if m.Partition != controlplane.Everyone { // whose endpoints have their names already
		r.fold(ctx, m)
	}
	if err := errors.Join(r.failed, ctx.Err()); err != nil {
		return err
	}
	return r.rest(ctx)
}

// fold counts each report once, and leaves out what cannot be read.
func (r *replay) fold(ctx context.Context, m controlplane.JournalMessage) {
	journal.Each(m.Data, func(b controlplane.Batch, err error) {
		if err == nil && !r.fresh(b) {
			return
		}
		if err == nil {
			err = r.ingest(ctx, m, b)
		}
		if err != nil {
			r.skipped++
		}
	})
}

// fresh tells whether a report comes for the first time. Beyond its bound it forgets all: what comes again then would count
// twice, which makes a policy look worse rather than better.
func (r *replay) fresh(b controlplane.Batch) bool {
	k := reporter{b.Node.ID, b.Instance}
	if b.Sequence <= r.seen[k] {
		return false
	}
	if len(r.seen) >= maxReporters {
		clear(r.seen)
	}
	r.seen[k] = b.Sequence
	return true
}

// ingest does what the running control plane does with a report. An entry on which something panics is an error.
func (r *replay) ingest(ctx context.Context, m controlplane.JournalMessage, b controlplane.Batch) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("fold entry: %v", p)
		}
	}()
	r.advance(m, b)
	for i := range b.Rollups {
		r.requests += b.Rollups[i].Requests
		r.hits.meet(&b.Rollups[i])
	}
	if len(b.Rollups) > 0 {
		r.decider.Observe(ctx, b.Rollups)
		r.engine.Ingest(ctx, b.Rollups)
	}
	if len(b.Findings) > 0 {
		r.engine.IngestFindings(ctx, b.Findings)
	}
	return nil
}

// advance sets the clock to when the report was made, as far as it could be then. It never goes back.
func (r *replay) advance(m controlplane.JournalMessage, b controlplane.Batch) {
	at := b.End
	if at.IsZero() || at.After(m.At.Add(ahead)) {
		at = m.At
	}
	if r.first.IsZero() || at.Before(r.first) {
		r.first = at
	}
	if at.After(r.until) {
		r.until = at
	}
	r.clock.Store(max(r.clock.Load(), at.UnixNano()))
}

// detected asks the rails about a detection, and notes what they make of it.
func (r *replay) detected(ctx context.Context, d controlplane.Detection) {
	clean := r.decider.History(d.Value).Clean || r.o.Clean(d.Value)
	dec, made, err := r.decider.Detect(ctx, d)
	switch {
	case err != nil:
		r.failed = errors.Join(r.failed, err)
	case made && r.hits.count >= r.o.Limits.Decisions:
		r.failed = errDecisions
	case made:
		if dec.EndpointName == "" && dec.Endpoint != 0 {
			dec.EndpointName = r.o.Name(dec.Endpoint)
		}
		r.hits.add(dec, clean)
	}
}

// rest tells how far it is, and lets others have the processor for as long as it had it.
func (r *replay) rest(ctx context.Context) error {
	now := time.Now()
	if r.progress != nil && now.Sub(r.toldAt) >= tellEvery {
		r.toldAt, r.told.Entries, r.told.Until = now, r.entries, r.until
		r.progress(r.told)
	}
	worked := now.Sub(r.worked)
	if r.o.Limits.Work < 0 || worked < r.o.Limits.Work {
		return nil
	}
	t := time.NewTimer(worked)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
	}
	r.worked = time.Now()
	return nil
}
