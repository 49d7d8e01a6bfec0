// Package detect finds attacks across requests: it runs scenarios over windows of rollups and findings.
package detect

import (
	"cmp"
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

// Scenarios of the built-in pack that others name.
const (
	ObjectEnumeration = "object-enumeration"
	FailedLogins      = "failed-logins"
)

// Scenario is how one scenario is set.
type Scenario struct {
	Off    bool
	Over   int           // it fires above this count
	Within time.Duration // the window
	Action controlplane.Action
	For    time.Duration // how long a decision should hold
}

// Settings is what the policy says about detection. It is not changed once given.
type Settings struct {
	// Consumer is the order in which facets name a consumer. Empty: subject, key, session, ip.
	Consumer []controlplane.Facet
	// Scenarios by name; one that is absent is off.
	Scenarios map[string]Scenario
	// Purposes of endpoints, where declared. Its keys are all declared endpoints; one that is "" is learned.
	Purposes map[controlplane.EndpointID]controlplane.Purpose
	// Owners has the endpoints whose records' owners the filters compare with the caller.
	Owners map[controlplane.EndpointID]bool
	// Packs are run beside Options.Pack.
	Packs []*scenario.Pack
}

// Options of an Engine. Zero fields have the defaults named.
type Options struct {
	// Settings gives the present settings; it is asked once for each batch. Required.
	Settings func() *Settings
	// Decide takes what fired, in the goroutine that brought the last rollup. Required.
	Decide func(ctx context.Context, d controlplane.Detection)
	// Name is an endpoint's name, "METHOD [host]/path", as far as it may be told; for evidence, and to learn its purpose.
	// nil: evidence says "this endpoint".
	Name func(controlplane.EndpointID) string
	// Locate tells where an address is. It is called once for each address while that is remembered. nil: countries,
	// autonomous systems and distances are not known, and scenarios about them are silent.
	Locate func(netip.Addr) Place
	// Pack is nil: the built-in one.
	Pack   *scenario.Pack
	Limits Limits
	Log    *slog.Logger // nil: discarded
	// Registerer is where metrics go. nil: nowhere.
	Registerer prometheus.Registerer
}

// Limits bound what is remembered; the least recently used goes first.
type Limits struct {
	Keys        int // a quarter of the keys that scenarios with the same by have windows for; 100,000
	Credentials int // that are proven; 100,000
	Endpoints   int // whose refusals and purposes are known; 10,000
}

// Engine runs the scenarios. It knows no clock but that of the rollups. It is safe for concurrent use.
type Engine struct {
	settings func() *Settings
	decide   func(context.Context, controlplane.Detection)
	name     func(controlplane.EndpointID) string
	pack     *scenario.Pack
	limits   Limits
	log      *slog.Logger
	metrics  *metrics

	mu        sync.Mutex
	proof     *proof
	presumed  *presumed
	where     whereabouts
	audience  audience
	customers customers
	endpoints *endpoints
	running   *running
	view      view
	warmer    warmer
	// Of the window that is judged, and of one who contributed to it.
	sight, member sight
}

// New makes an engine that has seen nothing.
func New(o Options) *Engine {
	e := &Engine{
		settings: o.Settings, decide: o.Decide, name: o.Name, pack: o.Pack, log: o.Log, metrics: newMetrics(o.Registerer),
		limits: Limits{
			Keys:        cmp.Or(o.Limits.Keys, 100_000),
			Credentials: cmp.Or(o.Limits.Credentials, 100_000),
			Endpoints:   cmp.Or(o.Limits.Endpoints, 10_000),
		},
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if e.name == nil {
		e.name = func(controlplane.EndpointID) string { return "this endpoint" }
	}
	if e.pack == nil {
		e.pack = e.builtin()
	}
	e.proof = newProof(e.limits)
	e.presumed = newPresumed(e, e.limits)
	e.where = newWhereabouts(o.Locate, e.limits)
	e.audience = newAudience(e.limits)
	e.customers = newCustomers(e.limits)
	e.endpoints = newEndpoints(e.name, e.limits.Endpoints)
	return e
}

// builtin gives the built-in pack; a test holds that it is good.
func (e *Engine) builtin() *scenario.Pack {
	p, err := scenario.Builtin()
	if err != nil {
		e.log.Error("built-in scenarios cannot be read: nothing is detected", "error", err)
		return &scenario.Pack{}
	}
	return p
}

// Ingest takes rollups in about the order of their event time. Decide is called before it returns.
func (e *Engine) Ingest(ctx context.Context, rollups []controlplane.Rollup) {
	s := e.settings()
	e.tell(ctx, e.lookRollups(s, rollups))
}

// IngestFindings takes findings in about the order of their event time. Decide is called before it returns.
func (e *Engine) IngestFindings(ctx context.Context, findings []controlplane.Finding) {
	s := e.settings()
	e.tell(ctx, e.lookFindings(s, findings))
}

func (e *Engine) tell(ctx context.Context, fired []controlplane.Detection) {
	for _, d := range fired {
		e.metrics.detections.WithLabelValues(d.Scenario).Inc()
		e.log.Info("scenario fired", "scenario", d.Scenario, "facet", d.Value.Facet, "group", d.Group, "confidence", d.Confidence)
		e.decide(ctx, d)
	}
}

func (e *Engine) lookRollups(s *Settings, rollups []controlplane.Rollup) (fired []controlplane.Detection) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.configure(s)
	for i := range rollups {
		if i%ahead == 0 {
			e.warm(rollups[i:min(i+ahead, len(rollups))])
		}
		r := &rollups[i]
		if r.Overflow {
			continue
		}
		e.proof.learn(r)
		e.presumed.learn(r)
		e.view.rollup(e, r)
		e.running.note(&e.view)
		for _, t := range e.running.ofRollup(e.view.purpose, r.Outcome) {
			fired = t.look(&e.view, fired)
		}
	}
	return fired
}

func (e *Engine) lookFindings(s *Settings, findings []controlplane.Finding) (fired []controlplane.Detection) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.configure(s)
	for i := range findings {
		f := &findings[i]
		e.view.finding(e, f)
		for _, t := range e.running.findings[f.Class] {
			fired = t.look(&e.view, fired)
		}
	}
	return fired
}
