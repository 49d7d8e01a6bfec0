// Package decide turns detections and operators' wishes into decisions, through the rails that keep both from doing
// harm, and puts them into the register. It also ends what has ended, and keeps the record of who changed what.
package decide

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"picket/controlplane"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

// The errors of Get and Undo.
var (
	ErrNotFound  = errors.New("no such decision")
	ErrNotActive = errors.New("decision is no longer active")
)

// Policy tells the policy file in force; it is never nil.
type Policy interface {
	File() *policy.File
}

var _ Policy = (*policy.Publisher)(nil)

// Options configures a Decider.
type Options struct {
	Register   controlplane.Register
	Policy     Policy
	Key        *identify.Key
	Clock      controlplane.Clock
	Log        *slog.Logger
	Registerer prometheus.Registerer // nil: metrics go nowhere
	// Strikes tells how many requests a decision that only counts would have answered so far. nil: nobody knows, and the
	// shadow arm gives no estimate. It must not call the Decider.
	Strikes func(controlplane.DecisionID) uint64
	// Challenge says that filters answer a challenge. Where they do not, a throttle takes its place.
	Challenge bool
	Limits    Limits
}

// Limits bounds what a Decider keeps. The zero value is good.
type Limits struct {
	Automatic int           // active automatic decisions; 0: 1,000,000
	PerSecond int           // automatic decisions made in a second, ten times as many at once; 0: 2,000
	Consumers int           // in the history; 0: 1,000,000
	Values    int           // whose last detections are remembered; 0: 200,000
	Refusals  int           // remembered, those alike as one; 0: 10,000
	Audit     int           // audit entries; 0: 10,000
	Keep      time.Duration // how long a decision stays after its end; 0: 10 minutes
	Sweep     time.Duration // how often ended ones are looked for; 0: 5 seconds
}

func (l Limits) orDefault() Limits {
	return Limits{
		Automatic: cmp.Or(l.Automatic, 1_000_000),
		PerSecond: cmp.Or(l.PerSecond, 2000),
		Consumers: cmp.Or(l.Consumers, 1_000_000),
		Values:    cmp.Or(l.Values, 200_000),
		Refusals:  cmp.Or(l.Refusals, 10_000),
		Audit:     cmp.Or(l.Audit, 10_000),
		Keep:      cmp.Or(l.Keep, 10*time.Minute),
		Sweep:     cmp.Or(l.Sweep, 5*time.Second),
	}
}

// Decider decides. It is safe for concurrent use. What it knows comes from the register, so that Run must run; until
// the register is known, its methods wait.
type Decider struct {
	o       Options
	metrics *metrics
	ready   chan struct{}
	rails   []rail
	history *history
	memory  *memory
	ledger  *ledger
	pace    *pace
	raised  chan raised                  // incidents for the audit
	later   chan controlplane.AuditEntry // automatic decisions for it
	// compiled is of the policy file that was asked for last.
	compiled atomic.Pointer[compiled]

	mu        sync.Mutex
	synced    bool
	decisions map[controlplane.DecisionID]stored
	order     order
	active    map[subject]controlplane.DecisionID // the newest decision of each; look at its state
	automatic int                                 // active automatic decisions, exact after each sweep
	operators int                                 // the same, of operators
	radius    radius
	shadows   map[controlplane.DecisionID]*shadow // those that are not settled
	incidents map[incidentKey]*incident
	kill      policy.Kill
	audit     []audited        // ascending by key
	audited   int64            // the last number given to an audit entry
	throttles map[uint32]bool  // classes that the register has
	document  *policy.Document // nil: none yet
}

// stored is a decision as the register keeps it, as JSON.
type stored struct {
	controlplane.Decision
	Shadow bool `json:",omitempty"` // of the shadow arm
	Clean  bool `json:",omitempty"` // its consumer had a clean history: it counts for the blast radius
	rest   rest
}

// subject is what a scenario decides about once at a time.
type subject struct {
	scenario string
	value    controlplane.Value
	endpoint controlplane.EndpointID
	group    string
}

// New makes a Decider.
func New(o Options) *Decider {
	o.Limits = o.Limits.orDefault()
	l := o.Limits
	return &Decider{
		o: o, metrics: newMetrics(o.Registerer), ready: make(chan struct{}), rails: rails(),
		history: newHistory(l.Consumers, o.Key), memory: &memory{limit: l.Values}, ledger: newLedger(l.Refusals),
		pace: newPace(l.PerSecond, 10*l.PerSecond, o.Clock()), raised: make(chan raised, maxIncidents),
		later:     make(chan controlplane.AuditEntry, maxLater),
		decisions: map[controlplane.DecisionID]stored{}, active: map[subject]controlplane.DecisionID{}, throttles: map[uint32]bool{},
		radius: newRadius(), shadows: map[controlplane.DecisionID]*shadow{}, incidents: map[incidentKey]*incident{},
	}
}

// Run keeps the index, and deletes what ended long ago, until ctx ends (nil) or the register fails.
func (d *Decider) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := d.o.Register.Watch(ctx, d.apply, d.sync); err != nil {
			return fmt.Errorf("watch register for decisions: %w", err)
		}
		return nil
	})
	g.Go(func() error { return d.sweepAgain(ctx) })
	g.Go(func() error { return d.auditIncidents(ctx) })
	g.Go(func() error { return d.writeLater(ctx) })
	return g.Wait()
}

// Ready is closed once the register is known.
func (d *Decider) Ready() <-chan struct{} { return d.ready }

func (d *Decider) await(ctx context.Context) error {
	select {
	case <-d.ready:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the register: %w", context.Cause(ctx))
	}
}

func (d *Decider) sync(uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.synced {
		d.synced = true
		close(d.ready)
	}
}

// apply takes the register's next change.
func (d *Decider) apply(e controlplane.Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case e.Key == controlplane.KeyPolicy:
		d.applyDocument(e)
	case e.Key == policy.KeyKill:
		d.applyKill(e)
	case strings.HasPrefix(e.Key, controlplane.KeyDecision):
		d.applyDecision(e)
	case strings.HasPrefix(e.Key, controlplane.KeyAudit):
		d.applyAudit(e)
	case strings.HasPrefix(e.Key, controlplane.KeyThrottle):
		d.applyThrottle(e)
	}
	return nil
}

func (d *Decider) applyDocument(e controlplane.Entry) {
	var doc policy.Document
	if e.Deleted || json.Unmarshal(e.Value, &doc) != nil {
		d.document = nil // whatever comes next is new
		return
	}
	d.document = &doc
}

func (d *Decider) applyDecision(e controlplane.Entry) {
	id, err := controlplane.ParseDecisionID(strings.TrimPrefix(e.Key, controlplane.KeyDecision))
	if err != nil || d.decisions[id].Revision >= e.Revision {
		return
	}
	if e.Deleted {
		d.drop(id)
		return
	}
	dec, err := readStored(e.Value)
	if err != nil {
		d.o.Log.Error("register entry not taken", "key", e.Key, "revision", e.Revision, "error", err)
		return
	}
	dec.ID, dec.Revision = id, e.Revision
	// Another replica's, or from before the start, or our own that came back before it was held; see cleanHistory.
	if _, known := d.decisions[id]; !known && policy.Blocks(dec.Action) && count(dec.Decision, d.o.Clock()) == 1 {
		d.memory.again(about{dec.Value, dec.Group}, dec.Decided, d.o.Policy.File().Rails.Escalation.Within)
	}
	d.hold(dec)
}

// hold takes a decision with its revision into the index, unless the index has a newer one. d.mu is held.
func (d *Decider) hold(dec stored) {
	old, known := d.decisions[dec.ID]
	if known && old.Revision >= dec.Revision {
		return
	}
	now := d.o.Clock()
	d.decisions[dec.ID] = dec
	if !known {
		d.order.add(placeOf(&dec))
	} else {
		d.tally(&old, now, -1)
	}
	d.tally(&dec, now, 1)
	switch active := dec.State(now) == "active"; {
	case active && !known:
		d.begin(&dec, now)
	case !active && known:
		d.withdrawn(&old, &dec)
	}
	if !strikes(&dec, now) {
		d.radius.leave(dec.ID)
	}
}

// begin takes a decision that is new and active. d.mu is held.
func (d *Decider) begin(dec *stored, now time.Time) {
	d.active[subjectOf(dec.Decision)] = dec.ID
	if dec.Operator {
		return
	}
	if dec.Shadow {
		d.shadows[dec.ID] = &shadow{}
	}
	if strikes(dec, now) {
		d.radius.enter(dec.ID, struck{dec.Value, dec.Group, dec.Expires})
	}
	if dec.Mode == controlplane.ModeEnforce && hard(dec.Action) {
		d.history.enforced(dec.Value, d.o.Policy.File().Rails.History, dec.Decided)
	}
}

// withdrawn takes that a decision was undone: it says nothing against its consumer any more. d.mu is held.
func (d *Decider) withdrawn(old, dec *stored) {
	if dec.Operator || !old.Undone.IsZero() || dec.Undone.IsZero() {
		return
	}
	d.settle(dec)
	d.memory.forget(about{dec.Value, dec.Group})
	d.history.forgive(dec.Value)
}

// drop forgets a decision. d.mu is held.
func (d *Decider) drop(id controlplane.DecisionID) {
	old, known := d.decisions[id]
	if !known {
		return
	}
	d.settle(&old)
	delete(d.decisions, id)
	d.order.dropped(func(p place) bool { _, ok := d.decisions[p.id]; return ok })
	if s := subjectOf(old.Decision); d.active[s] == id {
		delete(d.active, s)
	}
	d.radius.leave(id)
	d.tally(&old, d.o.Clock(), -1)
}

// tally counts a decision, if it is active. d.mu is held.
func (d *Decider) tally(dec *stored, now time.Time, n int) {
	d.automatic += n * count(dec.Decision, now)
	if dec.Operator && dec.State(now) == "active" {
		d.operators += n
	}
	d.metrics.active.Set(float64(d.automatic))
}

// count is 1 for an active automatic decision.
func count(dec controlplane.Decision, now time.Time) int {
	if dec.Operator || dec.State(now) != "active" {
		return 0
	}
	return 1
}

func subjectOf(dec controlplane.Decision) subject {
	return subject{scenario: dec.Scenario, value: dec.Value, endpoint: dec.Endpoint, group: dec.Group}
}

// put writes a decision whose revision is known (0: it is new) and gives it with its new one. Its throttle class is in
// the register before it.
func (d *Decider) put(ctx context.Context, dec stored) (stored, error) {
	if dec.Action == controlplane.ActionThrottle {
		if err := d.ensureThrottle(ctx, dec.PerMinute); err != nil {
			return dec, err
		}
	}
	b, err := dec.write()
	if err != nil {
		return dec, fmt.Errorf("encode decision: %w", err)
	}
	revision, err := d.o.Register.Put(ctx, controlplane.KeyDecision+dec.ID.String(), b, dec.Revision)
	if err != nil {
		return dec, fmt.Errorf("put decision %s: %w", dec.ID, err)
	}
	dec.Revision = revision
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hold(dec)
	return dec, nil
}

// Get gives a decision that the register still has, or ErrNotFound.
func (d *Decider) Get(id controlplane.DecisionID) (controlplane.Decision, error) {
	dec, err := d.get(id)
	return dec.Decision, err
}

func (d *Decider) get(id controlplane.DecisionID) (stored, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	dec, ok := d.decisions[id]
	if !ok {
		return stored{}, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	return dec, nil
}
