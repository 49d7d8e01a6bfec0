// Package inventory knows which endpoints were seen, and which words of their paths and names of fields may be told.
package inventory

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/filter/identify"
)

// Declared is what the policy says of an endpoint.
type Declared struct {
	Name    string // "GET api.example.com/v1/customers/{id}"
	Purpose controlplane.Purpose
}

// Policy is what the policy says of endpoints and words. It is not changed once given.
type Policy struct {
	Words    int      // distinct consumers that must have used a word before it is asked for; below 1 is 1
	Hosts    []string // that may stand in names
	Declared map[controlplane.EndpointID]Declared
	Fields   map[uint64]string // names of fields that the policy tells, by their hashes as words
}

// Options of an Inventory. Zero fields have the defaults named.
type Options struct {
	Key *identify.Key // required
	// Policy gives the present policy. It is asked once for each batch. nil: nothing is declared, and k is 3.
	Policy func() *Policy
	// Remember stores a word that a filter told, for all replicas. It is called in the goroutine that brought it, once
	// for each word. nil: words are kept in memory only.
	Remember   func(ctx context.Context, hash uint64, text string)
	Limits     Limits
	Clock      controlplane.Clock    // time.Now
	Log        *slog.Logger          // nil: discarded
	Registerer prometheus.Registerer // nil: metrics are not exported
}

// Limits bound what is kept.
type Limits struct {
	Endpoints int // 10,000; those beyond are counted only
	Words     int // 100,000; beyond, an arbitrary word that nobody told yet is forgotten
}

// Endpoint is how a filter introduces an endpoint: the words of its path are hashes, and 0 stands for {id}.
type Endpoint struct {
	ID        controlplane.EndpointID
	Method    string
	Host      uint64 // the hash of a declared host, or 0
	Segments  []uint64
	Truncated bool
}

// View is one endpoint as people see it.
type View struct {
	ID                  controlplane.EndpointID
	Name                string
	Purpose             controlplane.Purpose
	Declared            bool
	Requests            uint64
	FirstSeen, LastSeen time.Time // zero for one that is declared and was not seen
}

// Inventory is safe for concurrent use.
type Inventory struct {
	key      *identify.Key
	policy   func() *Policy
	remember func(context.Context, uint64, string)
	clock    controlplane.Clock
	log      *slog.Logger
	limits   Limits
	metrics  *metrics
	fields   map[uint64]string // well-known names, by their hashes

	mu        sync.Mutex
	endpoints map[controlplane.EndpointID]*seen
	words     map[uint64]*word
	wanted    []uint64 // hashes asked for, in order; those answered are 0
	answered  int      // zeros in wanted
	dropped   int      // entries that were cut off the front of wanted
}

type seen struct {
	Endpoint
	requests    uint64
	first, last time.Time
}

// New makes an empty inventory.
func New(o Options) *Inventory {
	v := &Inventory{
		key: o.Key, policy: o.Policy, remember: o.Remember, clock: o.Clock, log: o.Log,
		limits:    Limits{Endpoints: cmp.Or(o.Limits.Endpoints, 10_000), Words: cmp.Or(o.Limits.Words, 100_000)},
		metrics:   newMetrics(o.Registerer),
		fields:    fieldNames(o.Key),
		endpoints: map[controlplane.EndpointID]*seen{},
		words:     map[uint64]*word{},
	}
	if v.policy == nil {
		v.policy = func() *Policy { return &Policy{Words: 3} }
	}
	if v.remember == nil {
		v.remember = func(context.Context, uint64, string) {}
	}
	if v.clock == nil {
		v.clock = time.Now
	}
	if v.log == nil {
		v.log = slog.New(slog.DiscardHandler)
	}
	return v
}

// See takes an endpoint that a filter introduces. It reports whether the endpoint is what its id says; one that is not
// is dropped and counted, so that no filter renames another's.
func (v *Inventory) See(e Endpoint) bool {
	if !v.valid(e) {
		v.metrics.invalid.Inc()
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.endpoints[e.ID] != nil {
		return true
	}
	if len(v.endpoints) >= v.limits.Endpoints {
		v.metrics.overflow.Inc()
		return true
	}
	e.Segments = slices.Clone(e.Segments)
	now := v.clock()
	v.endpoints[e.ID] = &seen{Endpoint: e, first: now, last: now}
	return true
}

func (v *Inventory) valid(e Endpoint) bool {
	if len(e.Segments) > identify.MaxSegments || identify.Method([]byte(e.Method)) != e.Method {
		return false
	}
	return uint64(e.ID) == v.key.Endpoint(e.Method, e.Host, e.Segments)
}

// Count adds what rollups say of endpoints and of the words in them.
func (v *Inventory) Count(rollups []controlplane.Rollup) {
	p := v.policy()
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range rollups {
		r := &rollups[i]
		e := v.endpoints[r.Endpoint]
		if e == nil {
			v.metrics.unknown.Inc()
			continue
		}
		e.requests += r.Requests
		if r.End.After(e.last) {
			e.last = r.End
		}
		if !r.Overflow {
			v.use(p, e.Segments, userOf(r.Caller))
		}
	}
}

// Name renders an endpoint: by its declaration, else with the words that were told, and {} for those that were not.
// One never seen is its number.
func (v *Inventory) Name(id controlplane.EndpointID) string {
	p := v.policy()
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.name(p, id)
}

func (v *Inventory) name(p *Policy, id controlplane.EndpointID) string {
	if d, ok := p.Declared[id]; ok {
		return d.Name
	}
	e := v.endpoints[id]
	if e == nil {
		return "endpoint " + controlplane.DecisionID(id).String()
	}
	var b strings.Builder
	b.WriteString(e.Method + " " + v.host(p, e.Host))
	for _, s := range e.Segments {
		b.WriteString("/" + v.segment(s))
	}
	switch {
	case e.Truncated:
		b.WriteString("/**")
	case len(e.Segments) == 0:
		b.WriteString("/")
	}
	return b.String()
}

func (v *Inventory) host(p *Policy, hash uint64) string {
	if hash == 0 {
		return ""
	}
	for _, h := range p.Hosts {
		if v.key.Hash(identify.DomainHost, []byte(h)) == hash {
			return h
		}
	}
	return "{}"
}

func (v *Inventory) segment(hash uint64) string {
	if hash == 0 {
		return "{id}"
	}
	if w := v.words[hash]; w != nil && w.text != "" {
		return w.text
	}
	return "{}"
}

// List gives every endpoint seen or declared, by name.
func (v *Inventory) List() []View {
	p := v.policy()
	v.mu.Lock()
	defer v.mu.Unlock()
	views := make([]View, 0, len(v.endpoints)+len(p.Declared))
	for id, e := range v.endpoints {
		d, ok := p.Declared[id]
		views = append(views, View{ID: id, Name: v.name(p, id), Purpose: d.Purpose, Declared: ok, Requests: e.requests, FirstSeen: e.first, LastSeen: e.last})
	}
	for id, d := range maps.All(p.Declared) {
		if v.endpoints[id] == nil {
			views = append(views, View{ID: id, Name: d.Name, Purpose: d.Purpose, Declared: true})
		}
	}
	slices.SortFunc(views, func(a, b View) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return views
}
