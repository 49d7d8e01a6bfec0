// Package backtest tries a policy on what the journal has, before it acts: the same detection and the same rails fold the same
// reports again, in event time and without effect, and tell who would have been hit.
package backtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/controlplane"
	"picket/controlplane/detect"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

// ErrBusy says that a backtest is running; one at a time keeps what they take of the machine bounded.
var ErrBusy = errors.New("another backtest is running")

// Options of a Tester. Zero fields have the defaults named.
type Options struct {
	Journal controlplane.Journal // required
	Key     *identify.Key        // of the hashes in the journal; required
	// Settings translates a policy for the detection. Required.
	Settings func(*policy.File) *detect.Settings
	// Name is an endpoint's, as far as it may be told. nil: unknown.
	Name func(controlplane.EndpointID) string
	// Locate tells where an address is; nil: nobody knows.
	Locate func(netip.Addr) detect.Place
	// Clean says whether the running control plane knows a value by a clean history: the journal may begin later than that.
	// nil: what the journal shows is all there is.
	Clean  func(controlplane.Value) bool
	Clock  controlplane.Clock // from which Query.Since counts back; time.Now
	Log    *slog.Logger       // nil: discarded
	Limits Limits
}

// Limits bound what one backtest takes.
type Limits struct {
	Entries   uint64        // of the journal; 1,000,000
	Decisions int           // 20,000
	Within    time.Duration // of the wall clock; 5 min
	// Work is how long it works before it rests as long, so that the running folds come first; 10 ms. Negative: it never rests.
	Work time.Duration
}

// Query says what to try on what.
type Query struct {
	Policy *policy.File  // it is tried in mode enforce; where a group or a scenario says less, that holds. Not changed.
	Since  time.Duration // so far back; 0: 24 h
	// Changed are scenarios to tell apart from the others, see Result.Changed.
	Changed []string
}

// Progress is how far a backtest has come.
type Progress struct {
	Entries uint64 // of the journal, that were read
	Total   uint64 // that it has, at the most as many are read
	Until   time.Time
}

// Tester runs backtests, one at a time. It is safe for concurrent use.
type Tester struct {
	o    Options
	free chan struct{} // holds one token
}

// New makes a Tester.
func New(o Options) *Tester {
	l := &o.Limits
	l.Entries, l.Decisions = cmp.Or(l.Entries, 1_000_000), cmp.Or(l.Decisions, 20_000)
	l.Within, l.Work = cmp.Or(l.Within, 5*time.Minute), cmp.Or(l.Work, 10*time.Millisecond)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clean == nil {
		o.Clean = func(controlplane.Value) bool { return false }
	}
	if o.Name == nil {
		o.Name = func(controlplane.EndpointID) string { return "" }
	}
	t := &Tester{o: o, free: make(chan struct{}, 1)}
	t.free <- struct{}{}
	return t
}

// What ends a backtest before the end of the journal. Their texts are told to people.
var (
	errTime      = errors.New("its time was over")
	errEntries   = errors.New("it read as many entries of the journal as it may")
	errDecisions = errors.New("it took as many decisions as it may, which no policy should")
)

// Run replays the journal through a policy, and calls progress now and then. What ends it early but the caller's ctx is no
// error: the result says so. ErrBusy says that another one runs; all other errors are ctx's or the journal's.
func (t *Tester) Run(ctx context.Context, q Query, progress func(Progress)) (*Result, error) {
	select {
	case <-t.free:
		defer func() { t.free <- struct{}{} }()
	default:
		return nil, ErrBusy
	}
	began := time.Now()
	within, stop := context.WithTimeoutCause(ctx, t.o.Limits.Within, errTime)
	defer stop()
	r := newReplay(t.o, q, t.o.Clock().Add(-cmp.Or(q.Since, 24*time.Hour)), progress)
	err := r.run(within)
	if err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("backtest: %w", context.Cause(ctx))
	}
	stopped, err := early(within, err)
	if err != nil {
		return nil, fmt.Errorf("backtest: %w", err)
	}
	out := r.result(stopped)
	t.o.Log.Info("policy backtested", "entries", out.Entries, "requests", out.Requests, "over", out.Worst.Over(), "stopped", stopped,
		"took", time.Since(began).Round(time.Millisecond))
	return out, nil
}

// early tells a bound that was reached, in words, from a failure.
func early(ctx context.Context, err error) (stopped string, failed error) {
	for _, bound := range []error{errEntries, errDecisions} {
		if errors.Is(err, bound) {
			return bound.Error(), nil
		}
	}
	if err != nil && errors.Is(context.Cause(ctx), errTime) {
		return errTime.Error(), nil
	}
	return "", err
}

// tried is a policy as it is tried: overall in mode enforce, with nothing left to chance, and without the rails that are to
// be decided about: the one whose limit is what it is measured by, and what an earlier trial held back.
func tried(f *policy.File) *policy.File {
	c := *f
	c.Mode, c.KillSwitch = controlplane.ModeEnforce, false
	c.Rails.Shadow.Percent, c.Trial = 0, nil
	c.Rails.BlastRadius = policy.BlastRadiusRail{Percent: 100, Floor: 1 << 30}
	return &c
}

// run reads the journal, beside the decider.
func (r *replay) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return r.decider.Run(ctx) })
	g.Go(func() error {
		defer stop()
		if c, err := r.o.Journal.Coverage(ctx); err == nil {
			r.told.Total = min(c.Entries, r.o.Limits.Entries)
		}
		err := r.o.Journal.Read(ctx, r.from, func(m controlplane.JournalMessage) error { return r.take(ctx, m) })
		return cmp.Or(err, context.Cause(ctx)) // what was cut off is not whole
	})
	return g.Wait()
}
