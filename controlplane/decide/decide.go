// Package decide turns detections and operators' wishes into decisions, through the rails that keep both from doing
// harm, and puts them into the register. It also ends what has ended, and keeps the record of who changed what.
package decide

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
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
	Limits     Limits
}

// Limits bounds what a Decider keeps. The zero value is good.
type Limits struct {
	Automatic int           // active automatic decisions; 0: 1,000,000
	Audit     int           // audit entries; 0: 10,000
	Keep      time.Duration // how long a decision stays after its end; 0: 10 minutes
	Sweep     time.Duration // how often ended ones are looked for; 0: 5 seconds
}

func (l Limits) orDefault() Limits {
	if l.Automatic == 0 {
		l.Automatic = 1_000_000
	}
	if l.Audit == 0 {
		l.Audit = 10_000
	}
	if l.Keep == 0 {
		l.Keep = 10 * time.Minute
	}
	if l.Sweep == 0 {
		l.Sweep = 5 * time.Second
	}
	return l
}

// Decider decides. It is safe for concurrent use. What it knows comes from the register, so that Run must run; until
// the register is known, its methods wait.
type Decider struct {
	o       Options
	metrics *metrics
	ready   chan struct{}

	mu        sync.Mutex
	synced    bool
	decisions map[controlplane.DecisionID]held
	active    map[subject]controlplane.DecisionID // the newest decision of each; look at its state
	automatic int                                 // active automatic decisions, exact after each sweep
	audit     []audited                           // ascending by key
	throttles map[uint32]bool                     // classes that the register has
	document  *policy.Document                    // nil: none yet
	declared  declared
}

type held struct {
	controlplane.Decision
	revision uint64
}

// subject is what a scenario decides about once at a time.
type subject struct {
	scenario string
	value    controlplane.Value
	endpoint controlplane.EndpointID
	group    string
}

// declared is the endpoints' names of one policy file.
type declared struct {
	file  *policy.File
	names map[controlplane.EndpointID]policy.Endpoint
}

// New makes a Decider.
func New(o Options) *Decider {
	o.Limits = o.Limits.orDefault()
	return &Decider{
		o: o, metrics: newMetrics(o.Registerer), ready: make(chan struct{}),
		decisions: map[controlplane.DecisionID]held{}, active: map[subject]controlplane.DecisionID{}, throttles: map[uint32]bool{},
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
	if err != nil || d.decisions[id].revision >= e.Revision {
		return
	}
	if e.Deleted {
		d.drop(id)
		return
	}
	var dec controlplane.Decision
	if err := json.Unmarshal(e.Value, &dec); err != nil {
		d.o.Log.Error("register entry not taken", "key", e.Key, "revision", e.Revision, "error", err)
		return
	}
	dec.ID, dec.Revision = id, e.Revision
	d.hold(dec)
}

// hold takes a decision with its revision into the index, unless the index has a newer one. d.mu is held.
func (d *Decider) hold(dec controlplane.Decision) {
	old, known := d.decisions[dec.ID]
	if known && old.revision >= dec.Revision {
		return
	}
	d.decisions[dec.ID] = held{Decision: dec, revision: dec.Revision}
	now := d.o.Clock()
	d.automatic += count(dec, now)
	if known {
		d.automatic -= count(old.Decision, now)
	}
	if dec.State(now) == "active" {
		d.active[subjectOf(dec)] = dec.ID
	}
	d.metrics.active.Set(float64(d.automatic))
}

// drop forgets a decision. d.mu is held.
func (d *Decider) drop(id controlplane.DecisionID) {
	old, known := d.decisions[id]
	if !known {
		return
	}
	delete(d.decisions, id)
	if s := subjectOf(old.Decision); d.active[s] == id {
		delete(d.active, s)
	}
	d.automatic -= count(old.Decision, d.o.Clock())
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
func (d *Decider) put(ctx context.Context, dec controlplane.Decision) (controlplane.Decision, error) {
	if dec.Action == controlplane.ActionThrottle {
		if err := d.ensureThrottle(ctx, dec.PerMinute); err != nil {
			return dec, err
		}
	}
	b, err := json.Marshal(dec)
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
	d.mu.Lock()
	defer d.mu.Unlock()
	h, ok := d.decisions[id]
	if !ok {
		return controlplane.Decision{}, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	return h.Decision, nil
}

// List gives the active decisions, or all that the register still has, the newest first.
func (d *Decider) List(all bool) []controlplane.Decision {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.o.Clock()
	list := make([]controlplane.Decision, 0, len(d.decisions))
	for _, h := range d.decisions {
		if all || h.State(now) == "active" {
			list = append(list, h.Decision)
		}
	}
	slices.SortFunc(list, func(a, b controlplane.Decision) int {
		if c := b.Decided.Compare(a.Decided); c != 0 {
			return c
		}
		return strings.Compare(a.ID.String(), b.ID.String())
	})
	return list
}

// endpointName gives the name of a declared endpoint, or "".
func (d *Decider) endpointName(id controlplane.EndpointID, f *policy.File) string {
	if id == 0 {
		return ""
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.declared.file != f {
		d.declared = declared{file: f, names: f.Declared(d.o.Key)}
	}
	return d.declared.names[id].Name
}
