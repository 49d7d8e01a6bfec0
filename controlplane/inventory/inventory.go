// Package inventory knows which endpoints were seen, which words of their paths and names of fields may be told, and where in
// paths words stand for values.
package inventory

import (
	"cmp"
	"context"
	"log/slog"
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
	// Learns says whether words behind a prefix (hashes, 0 for {id}) may be learned to be values. nil: everywhere.
	Learns func(prefix []uint64) bool
}

func (p *Policy) learns(prefix []uint64) bool { return p.Learns == nil || p.Learns(prefix) }

// Options of an Inventory. Zero fields have the defaults named.
type Options struct {
	Key *identify.Key // required
	// Policy gives the present policy. It is asked once for each batch. nil: nothing is declared, and k is 3.
	Policy func() *Policy
	// Remember stores a word that a filter told, for all replicas. It is called in the goroutine that brought it, once
	// for each word. nil: words are kept in memory only.
	Remember func(ctx context.Context, hash uint64, text string)
	// Learned stores a place whose words turned out to be values, for all replicas, and reports whether it did. It is called
	// in the goroutine that brought the last rollup. nil: places are kept in memory only.
	Learned    func(controlplane.Slug) bool
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
	Learned             int // values known of a learned place in its path; 0: it has none
	Requests            uint64
	FirstSeen, LastSeen time.Time // zero for one that is declared and was not seen
}

// Inventory is safe for concurrent use.
type Inventory struct {
	key      *identify.Key
	policy   func() *Policy
	remember func(context.Context, uint64, string)
	keep     func(controlplane.Slug) bool
	clock    controlplane.Clock
	log      *slog.Logger
	limits   Limits
	metrics  *metrics
	fields   map[uint64]string // well-known names, by their hashes

	mu        sync.Mutex
	endpoints map[controlplane.EndpointID]*seen
	words     map[uint64]*word
	wanted    []uint64                     // hashes asked for, in order; those answered are 0
	answered  int                          // zeros in wanted
	dropped   int                          // entries that were cut off the front of wanted
	slugs     map[uint64]controlplane.Slug // by identify.SlugPlace
	places    map[uint64]*place            // the same, of those that are not learned
	merged    time.Time                    // when endpoints that are one by now last were
	watched   []*place                     // those whose callers are told apart
}

type seen struct {
	Endpoint
	requests    uint64
	first, last time.Time
	spotted     bool // spots are known
	spots       []spot
}

// New makes an empty inventory.
func New(o Options) *Inventory {
	v := &Inventory{
		key: o.Key, policy: o.Policy, remember: o.Remember, keep: o.Learned, clock: o.Clock, log: o.Log,
		limits:    Limits{Endpoints: cmp.Or(o.Limits.Endpoints, 10_000), Words: cmp.Or(o.Limits.Words, 100_000)},
		metrics:   newMetrics(o.Registerer),
		fields:    fieldNames(o.Key),
		endpoints: map[controlplane.EndpointID]*seen{},
		words:     map[uint64]*word{},
		slugs:     map[uint64]controlplane.Slug{},
		places:    map[uint64]*place{},
	}
	if v.policy == nil {
		v.policy = func() *Policy { return &Policy{Words: 3} }
	}
	if v.remember == nil {
		v.remember = func(context.Context, uint64, string) {}
	}
	if v.keep == nil {
		v.keep = func(controlplane.Slug) bool { return true }
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
	now := v.clock()
	if len(v.endpoints) >= v.limits.Endpoints && !v.merge(now) {
		v.metrics.overflow.Inc()
		return true
	}
	e.Segments = slices.Clone(e.Segments)
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
	for _, ripe := range v.count(p, rollups) {
		v.learn(p, ripe)
	}
}

// count gives the places whose words turned out to be values.
func (v *Inventory) count(p *Policy, rollups []controlplane.Rollup) (ripe []*place) {
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
		e.last = later(e.last, r.End)
		if r.Overflow {
			continue
		}
		by := userOf(r.Caller)
		v.use(p, e.Segments, by)
		if _, declared := p.Declared[r.Endpoint]; declared || r.Outcome != controlplane.OutcomeOK {
			continue
		}
		if at := v.note(e, by, r.Requests, r.End); at != nil {
			ripe = append(ripe, at)
		}
	}
	return ripe
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
	if e := v.endpoints[id]; e != nil {
		return v.nameOf(p, &e.Endpoint)
	}
	if d, ok := p.Declared[id]; ok {
		return d.Name
	}
	return "endpoint " + controlplane.DecisionID(id).String()
}

func (v *Inventory) nameOf(p *Policy, e *Endpoint) string {
	if d, ok := p.Declared[e.ID]; ok {
		return d.Name
	}
	var b strings.Builder
	if e.Method != "" {
		b.WriteString(e.Method + " ")
	}
	b.WriteString(v.host(p, e.Host))
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

// List gives every endpoint seen or declared, by name. Those that are one since values were learned in their paths are one.
func (v *Inventory) List() []View {
	p := v.policy()
	v.mu.Lock()
	defer v.mu.Unlock()
	all := make(map[controlplane.EndpointID]*View, len(v.endpoints)+len(p.Declared))
	for _, e := range v.endpoints {
		as, values := v.folded(p, e)
		if all[as.ID] == nil {
			d, declared := p.Declared[as.ID]
			all[as.ID] = &View{ID: as.ID, Name: v.nameOf(p, &as), Purpose: d.Purpose, Declared: declared, Learned: values, FirstSeen: e.first}
		}
		all[as.ID].add(e)
	}
	for id, d := range p.Declared {
		if all[id] == nil {
			all[id] = &View{ID: id, Name: d.Name, Purpose: d.Purpose, Declared: true}
		}
	}
	views := make([]View, 0, len(all))
	for _, view := range all {
		views = append(views, *view)
	}
	slices.SortFunc(views, func(a, b View) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return views
}

// add counts what was seen of one endpoint.
func (w *View) add(e *seen) {
	w.Requests += e.requests
	w.FirstSeen, w.LastSeen = earlier(w.FirstSeen, e.first), later(w.LastSeen, e.last)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
