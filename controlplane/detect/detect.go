// Package detect finds attacks across requests: scenarios over windows of rollups.
package detect

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
)

// The scenarios.
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
	// Purposes of endpoints, where declared.
	Purposes map[controlplane.EndpointID]controlplane.Purpose
}

// Options of an Engine. Zero fields have the defaults named.
type Options struct {
	// Settings gives the present settings; it is asked once for each batch. Required.
	Settings func() *Settings
	// Decide takes what fired, in the goroutine that brought the last rollup. Required.
	Decide func(ctx context.Context, d controlplane.Detection)
	// Name is an endpoint's name for evidence. nil: evidence says "this endpoint".
	Name   func(controlplane.EndpointID) string
	Limits Limits
	Log    *slog.Logger // nil: discarded
	// Registerer is where metrics go. nil: nowhere.
	Registerer prometheus.Registerer
}

// Limits bound what is remembered; the least recently used goes first.
type Limits struct {
	Keys        int // windows of each scenario; 100,000
	Credentials int // that are proven; 100,000
	Endpoints   int // whose refusals are known; 10,000
}

// Engine runs the scenarios. It knows no clock but that of the rollups. It is safe for concurrent use.
type Engine struct {
	settings func() *Settings
	decide   func(context.Context, controlplane.Detection)
	name     func(controlplane.EndpointID) string
	log      *slog.Logger
	metrics  *metrics

	mu        sync.Mutex
	proof     *proof
	scenarios []*scenario
}

// New makes an engine that has seen nothing.
func New(o Options) *Engine {
	l := Limits{
		Keys:        cmp.Or(o.Limits.Keys, 100_000),
		Credentials: cmp.Or(o.Limits.Credentials, 100_000),
		Endpoints:   cmp.Or(o.Limits.Endpoints, 10_000),
	}
	e := &Engine{settings: o.Settings, decide: o.Decide, name: o.Name, log: o.Log, metrics: newMetrics(o.Registerer), proof: newProof(l)}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if e.name == nil {
		e.name = func(controlplane.EndpointID) string { return "this endpoint" }
	}
	e.scenarios = []*scenario{
		newScenario(ObjectEnumeration, enumeration(), l.Keys, e.metrics),
		newScenario(FailedLogins, logins(), l.Keys, e.metrics),
	}
	return e
}

// Ingest takes rollups in about the order of their event time. Decide is called before it returns.
func (e *Engine) Ingest(ctx context.Context, rollups []controlplane.Rollup) {
	s := e.settings()
	for _, d := range e.look(s, rollups) {
		e.metrics.detections.WithLabelValues(d.Scenario).Inc()
		e.log.Info("scenario fired", "scenario", d.Scenario, "facet", d.Value.Facet, "group", d.Group, "confidence", d.Confidence)
		e.decide(ctx, d)
	}
}

func (e *Engine) look(s *Settings, rollups []controlplane.Rollup) (fired []controlplane.Detection) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range rollups {
		r := &rollups[i]
		if r.Overflow {
			continue
		}
		e.proof.learn(r)
		for _, sc := range e.scenarios {
			if d, ok := sc.look(e, s, r); ok {
				fired = append(fired, d)
			}
		}
	}
	return fired
}

// consumer names who sent a rollup: the first facet of the order that is proven, else its address.
func (e *Engine) consumer(s *Settings, c controlplane.Caller) (controlplane.Value, bool) {
	order := s.Consumer
	if len(order) == 0 {
		order = []controlplane.Facet{controlplane.FacetSubject, controlplane.FacetKey, controlplane.FacetSession}
	}
	for _, f := range order {
		if v, ok := c.Facet(f); ok && e.proof.proven(c, f) {
			return v, true
		}
	}
	return c.Facet(controlplane.FacetIP)
}
