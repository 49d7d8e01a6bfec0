// Package fleet knows which nodes and workers exist, and what each has proven to enforce.
package fleet

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
)

// ErrFull says that a bound on nodes or on a node's instances is reached.
var ErrFull = errors.New("no room for another node or instance")

// ErrUnknown says that a decision is not tracked, or is no longer.
var ErrUnknown = errors.New("decision is not tracked")

// Options of a Fleet. Zero fields have the defaults named.
type Options struct {
	Clock      controlplane.Clock    // time.Now
	Registerer prometheus.Registerer // nil: metrics are not exported
	Log        *slog.Logger          // nil: discarded
	// Target tells what a group's workers should enforce now. nil: nobody is ever behind, and receipts of any epoch count.
	// It is called while the fleet is locked, and must not call it back.
	Target func(group string) (epoch, revision uint64)
	Silent time.Duration // without a message for so long a worker is silent; 3 s
	Gone   time.Duration // without a stream and silent for so long it is dropped; 1 min
	Limits Limits
}

// Limits bound what is kept.
type Limits struct {
	Nodes     int // 10,000
	Instances int // of one node; 256
	Decisions int // whose receipts are kept, the newest; 10,000
	Strikes   int // decisions whose strikes are kept; 100,000
	Marks     int // instances that are gone whose sequence is remembered; 100,000
}

// Fleet is safe for concurrent use.
type Fleet struct {
	clock    controlplane.Clock
	log      *slog.Logger
	target   func(group string) (epoch, revision uint64)
	silent   time.Duration
	goneTime time.Duration
	limits   Limits
	metrics  *metrics

	mu      sync.Mutex
	nodes   map[string]*node
	gone    *graveyard
	counted counted // of instances that are gone
	tracks  map[controlplane.DecisionID]*track
	order   []*track // ascending by when they were tracked
	pending []*track // not yet enforced by all
	strikes map[controlplane.DecisionID]Strikes
}

// New makes an empty fleet.
func New(o Options) *Fleet {
	f := &Fleet{
		clock: o.Clock, log: o.Log, target: o.Target,
		silent:   cmp.Or(o.Silent, 3*time.Second),
		goneTime: cmp.Or(o.Gone, time.Minute),
		limits:   o.Limits.withDefaults(),
		nodes:    map[string]*node{},
		tracks:   map[controlplane.DecisionID]*track{},
		strikes:  map[controlplane.DecisionID]Strikes{},
	}
	if f.clock == nil {
		f.clock = time.Now
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	f.gone = newGraveyard(f.limits.Marks)
	f.metrics = newMetrics(o.Registerer, f)
	return f
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Nodes:     cmp.Or(l.Nodes, 10_000),
		Instances: cmp.Or(l.Instances, 256),
		Decisions: cmp.Or(l.Decisions, 10_000),
		Strikes:   cmp.Or(l.Strikes, 100_000),
		Marks:     cmp.Or(l.Marks, 100_000),
	}
}

// Run drops what is gone, and looks each second whether workers that fell silent were all that a decision waited for.
// It returns nil when ctx ends.
func (f *Fleet) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			f.sweep(f.clock())
		}
	}
}

func (f *Fleet) sweep(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, n := range f.nodes {
		for number, in := range n.instances {
			if in.streams == 0 && now.Sub(in.seen) > f.goneTime {
				f.bury(n, number, in)
			}
		}
		if len(n.instances) == 0 && n.xds.Streams == 0 && now.Sub(n.seen) > f.goneTime {
			delete(f.nodes, id)
		}
	}
	f.settle(now, true)
}

func (f *Fleet) bury(n *node, number uint64, in *Instance) {
	delete(n.instances, number)
	in.buried = true
	f.counted.add(in.counted())
	evicted := f.gone.put(instanceKey{n.id, number}, in.mark)
	f.metrics.forgotten.Add(float64(evicted))
	f.log.Info("worker is gone", "node", n.id, "worker", in.hello.Worker, "lost", in.lost())
}
