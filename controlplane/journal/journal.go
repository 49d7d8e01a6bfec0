// Package journal puts what reports bring into the journal and folds it again: into the windows of the partitions that this
// replica owns, and into what every replica knows. A report counts once, however often and by whichever replica it was put
// there.
package journal

import (
	"cmp"
	"context"
	"hash/fnv"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"picket/controlplane"
)

// Engine finds attacks in what one partition brings. It lives for one term.
type Engine interface {
	// Ingest keeps nothing of what the rollups point to.
	Ingest(ctx context.Context, rollups []controlplane.Rollup)
	IngestFindings(ctx context.Context, findings []controlplane.Finding)
}

// Decide hands on a detection. It is tried again after an error.
type Decide func(ctx context.Context, d controlplane.Detection) error

// Options of a Fold. Zero fields have the defaults named.
type Options struct {
	Journal controlplane.Journal // required
	// Engine makes one that has seen nothing, which calls decide for what fires, and registers its metrics. Required.
	Engine func(decide func(context.Context, controlplane.Detection), r prometheus.Registerer) Engine
	// Decide takes the detections of partitions that this replica owns, but for those that were acted on already and those
	// about which a decision would have ended. Required.
	Decide Decide
	// Findings and Endpoints take what any replica was told, in about the order of their event time. nil: nobody does.
	Findings  func([]controlplane.Finding)
	Endpoints func([]controlplane.Shape)
	// Checkpoints keep the state of Checkpointed engines from time to time; nil: nobody does.
	Checkpoints     Checkpoints
	CheckpointEvery time.Duration // 2 min
	// Replay is how far back windows and findings are rebuilt where there is no checkpoint; 30 min.
	Replay     time.Duration
	Clock      controlplane.Clock    // of event time; time.Now
	Log        *slog.Logger          // nil: discarded
	Registerer prometheus.Registerer // nil: metrics are not exported
}

// Fold is one replica's part in the journal. It is safe for concurrent use.
type Fold struct {
	o       Options
	metrics *metrics
	ready   chan struct{}

	trouble trouble
	gathers []gather       // of Everyone, then of each partition
	saving  sync.WaitGroup // checkpoints that are being kept

	mu      sync.Mutex
	waiting int           // parts that are not rebuilt yet
	lags    map[*lag]bool // of the terms that are live
}

// New makes a Fold.
func New(o Options) *Fold {
	o.Replay = cmp.Or(o.Replay, 30*time.Minute)
	o.CheckpointEvery = cmp.Or(o.CheckpointEvery, 2*time.Minute)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Findings == nil {
		o.Findings = func([]controlplane.Finding) {}
	}
	if o.Endpoints == nil {
		o.Endpoints = func([]controlplane.Shape) {}
	}
	f := &Fold{o: o, metrics: newMetrics(o.Registerer), ready: make(chan struct{}), gathers: newGathers(o.Journal), waiting: 1, lags: map[*lag]bool{}}
	if o.Journal.Partitions() == 1 {
		f.waiting++
	}
	return f
}

// Ready is closed once what every replica knows is rebuilt, and the windows too where the journal has one partition: of
// several, this replica may own none.
func (f *Fold) Ready() <-chan struct{} { return f.ready }

// rebuilt says that one more part is.
func (f *Fold) rebuilt() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		close(f.ready)
	}
}

// Run folds until ctx ends, and releases what it owns then, with a checkpoint of each.
func (f *Fold) Run(ctx context.Context) error {
	defer f.saving.Wait() // each is bounded
	g, ctx := errgroup.WithContext(ctx)
	var once sync.Once
	g.Go(func() error {
		return f.o.Journal.Own(ctx, f.o.Replay, func(t controlplane.Term) controlplane.Folder { return f.newTerm(t, &once) })
	})
	g.Go(func() error { return f.follow(ctx) })
	return g.Wait()
}

// PartitionOf gives the partition of a group of nodes. A window never reaches beyond one group, so that all of it is made in
// one place, whatever it is kept by.
func PartitionOf(group string, partitions int) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(group))
	return int(h.Sum64() % uint64(partitions))
}
