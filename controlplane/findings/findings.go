// Package findings remembers what workers saw inside requests and responses, the newest of it.
package findings

import (
	"cmp"
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
)

// Options of a Memory. Zero fields have the defaults named.
type Options struct {
	Limits     Limits
	Registerer prometheus.Registerer // nil: metrics are not exported
}

// Limits bound what is kept.
type Limits struct {
	Findings int // 100,000; beyond, the one that was told longest ago is forgotten
}

// Memory keeps findings by their ids. It is safe for concurrent use.
type Memory struct {
	limit   int
	metrics *metrics

	mu    sync.Mutex
	byID  map[controlplane.DecisionID]*list.Element // of *controlplane.Finding
	order *list.List                                // the last told first
}

// New makes an empty memory.
func New(o Options) *Memory {
	return &Memory{
		limit: cmp.Or(o.Limits.Findings, 100_000), metrics: newMetrics(o.Registerer),
		byID: map[controlplane.DecisionID]*list.Element{}, order: list.New(),
	}
}

// Add takes what one report brought. A finding that is told again by the node that told it first adds to what is known of
// it. One without an id, or with an id that another finding has, gets one of its own, which follows from what it is.
func (m *Memory) Add(told []controlplane.Finding) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range told {
		m.add(told[i])
	}
	m.metrics.kept.Set(float64(len(m.byID)))
}

func (m *Memory) add(f controlplane.Finding) {
	m.metrics.count(&f)
	if f.ID == 0 || m.taken(&f) {
		f.ID = derived(&f)
	}
	if e := m.byID[f.ID]; e != nil {
		merge(known(e), &f)
		m.order.MoveToFront(e)
		return
	}
	m.byID[f.ID] = m.order.PushFront(&f)
	for len(m.byID) > m.limit {
		oldest := m.order.Back()
		delete(m.byID, known(oldest).ID)
		m.order.Remove(oldest)
		m.metrics.forgotten.Inc()
	}
}

func known(e *list.Element) *controlplane.Finding { return e.Value.(*controlplane.Finding) }

// taken says whether another finding has the id: no node changes what another told.
func (m *Memory) taken(f *controlplane.Finding) bool {
	e := m.byID[f.ID]
	if e == nil {
		return false
	}
	k := known(e)
	return k.Node != f.Node || k.Class != f.Class || k.Endpoint != f.Endpoint || k.Place != f.Place || k.Field != f.Field
}

// derived names a finding by what it is, where and by whom, so that the like of it has the same name; it is never 0.
func derived(f *controlplane.Finding) controlplane.DecisionID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%x %q %q %x %+v %x %q %q %x %v %x",
		uint64(f.ID), f.Node.ID, f.Node.Group, f.Instance, f.Caller, uint64(f.Endpoint), f.Class, f.Place, f.Field, f.Late, uint64(f.Answers)))
	return controlplane.DecisionID(max(1, binary.LittleEndian.Uint64(sum[:])))
}

// merge adds what was told now. What is shown of the evidence is what was surest.
func merge(k, f *controlplane.Finding) {
	if f.Confidence > k.Confidence {
		k.Confidence, k.Evidence, k.Rule, k.Decoding = f.Confidence, f.Evidence, f.Rule, f.Decoding
	}
	k.Count += f.Count
	k.Enforced += f.Enforced
	k.Observed += f.Observed
	k.Late = k.Late || f.Late
	k.Answers = cmp.Or(k.Answers, f.Answers)
	if f.First.Before(k.First) {
		k.First = f.First
	}
	if f.Last.After(k.Last) {
		k.Last = f.Last
	}
}

// Get gives the finding of an id, and whether it is known.
func (m *Memory) Get(id controlplane.DecisionID) (controlplane.Finding, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byID[id]
	if e == nil {
		return controlplane.Finding{}, false
	}
	return *known(e), true
}

// Len is how many are kept.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.byID)
}

// Filter says which findings to list. Zero fields ask for nothing.
type Filter struct {
	Since    time.Time // last seen then or later
	Class    string
	Endpoint controlplane.EndpointID
	Enforced bool // only those that Picket answered
	Limit    int  // 0: all
}

func (q *Filter) fits(f *controlplane.Finding) bool {
	return !f.Last.Before(q.Since) && (q.Class == "" || q.Class == f.Class) &&
		(q.Endpoint == 0 || q.Endpoint == f.Endpoint) && (!q.Enforced || f.Enforced > 0)
}

// List gives what fits, of more than Limit those that were told last; the newest first.
func (m *Memory) List(q Filter) []controlplane.Finding {
	out := m.collect(q)
	slices.SortStableFunc(out, func(a, b controlplane.Finding) int { return b.Last.Compare(a.Last) })
	return out
}

func (m *Memory) collect(q Filter) (out []controlplane.Finding) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for e := m.order.Front(); e != nil && (q.Limit <= 0 || len(out) < q.Limit); e = e.Next() {
		if f := known(e); q.fits(f) {
			out = append(out, *f)
		}
	}
	return out
}
