package journal

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
)

// How often and how long a detection is handed on again, while the register does not answer: longer than an election.
const (
	decideAgain  = 100
	decideWithin = 2 * time.Second
	firstPause   = 100 * time.Millisecond
	lastPause    = 300 * time.Millisecond
)

// term folds one partition. It implements controlplane.Folder.
type term struct {
	f        *Fold
	term     controlplane.Term
	engine   Engine
	registry *termRegistry
	acts     *acts
	marks    marks
	decoder  decoder
	folding  uint64 // the sequence of the message that is being folded
	settled  bool   // that message
	first    *sync.Once
	began    time.Time
	replayed int
	from     controlplane.JournalMessage // after which its checkpoint stands; zero: it has none
	poor     bool                        // it has one that could not be loaded
	saver    saver
	lag      lag
	live     bool
}

var _ controlplane.Folder = (*term)(nil)

func (f *Fold) newTerm(t controlplane.Term, first *sync.Once) *term {
	out := &term{f: f, term: t, first: first, began: time.Now()}
	var r prometheus.Registerer
	if f.o.Registerer != nil {
		out.registry = &termRegistry{Registerer: f.registerer(t.Partition())}
		r = out.registry
	}
	out.engine = f.o.Engine(out.decide, r)
	out.acts = startActs(out)
	out.saver.next = time.Now().Add(f.o.CheckpointEvery)
	out.resume(context.Background())
	return out
}

// registerer keeps the metrics of several partitions apart.
func (f *Fold) registerer(partition int) prometheus.Registerer {
	if f.o.Journal.Partitions() == 1 {
		return f.o.Registerer
	}
	return prometheus.WrapRegistererWith(prometheus.Labels{"partition": strconv.Itoa(partition)}, f.o.Registerer)
}

// Fold implements controlplane.Folder.
func (t *term) Fold(ctx context.Context, m controlplane.JournalMessage) {
	if m.Sequence <= t.from.Sequence {
		return // the checkpoint knows it
	}
	if t.live {
		t.lag.begin(m.At, time.Now())
		defer func() { t.lag.end(time.Now()) }()
	}
	defer t.folded(ctx, m)
	t.folding, t.settled = m.Sequence, m.Settled
	t.decoder.each(m.Data, func(b controlplane.Batch, err error) {
		if !t.f.fresh(m, b, err, &t.marks) {
			return
		}
		if m.Replayed {
			t.replayed++
		}
		if err := t.ingest(ctx, b); err != nil {
			t.f.skip(m, err)
		}
	})
}

// ingest gives the engine what a report has. One on which it panics would end each replica that owns the partition, one after
// the other: it is an error instead.
func (t *term) ingest(ctx context.Context, b controlplane.Batch) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("fold entry: %v", p)
		}
	}()
	if len(b.Rollups) > 0 {
		t.engine.Ingest(ctx, b.Rollups)
	}
	if len(b.Findings) > 0 {
		t.engine.IngestFindings(ctx, b.Findings)
	}
	return nil
}

// Live implements controlplane.Folder.
func (t *term) Live() {
	t.live = true
	t.f.mu.Lock()
	t.f.lags[&t.lag] = true
	t.f.mu.Unlock()
	t.f.o.Log.Info("windows rebuilt", "partition", t.term.Partition(), "checkpoint", t.from.Sequence, "reports", t.replayed, "took", time.Since(t.began).Round(time.Millisecond))
	if t.f.o.Journal.Partitions() == 1 {
		t.first.Do(t.f.rebuilt)
	}
}

// End implements controlplane.Folder.
func (t *term) End() {
	t.f.mu.Lock()
	delete(t.f.lags, &t.lag)
	t.f.mu.Unlock()
	t.acts.end()
	t.save(context.Background())
	if t.registry != nil {
		t.registry.end()
	}
}

// decide has a detection acted on, unless that was done before: an earlier term settled it, or what would be decided had ended
// by now.
func (t *term) decide(ctx context.Context, d controlplane.Detection) {
	if t.settled || d.For > 0 && !d.At.Add(d.For).After(t.f.o.Clock()) {
		t.f.metrics.past.Inc()
		return
	}
	t.acts.add(ctx, act{d, t.folding})
}

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// fresh tells whether a report of a message could be read (err is nil), and comes for the first time.
func (f *Fold) fresh(m controlplane.JournalMessage, b controlplane.Batch, err error, seen *marks) bool {
	if err == nil {
		err = check(b)
	}
	if err != nil {
		f.skip(m, err)
		return false
	}
	if !seen.pass(instance{b.Node.ID, b.Instance}, b.Sequence) {
		f.metrics.repeated.Inc()
		return false
	}
	f.metrics.folded.Inc()
	if m.Replayed {
		f.metrics.replayed.Inc()
	}
	return true
}

// check gives an error for what nobody of our version could have put there.
func check(b controlplane.Batch) error {
	for i := range b.Rollups {
		if o := b.Rollups[i].Outcome; o < controlplane.OutcomeOK || o > controlplane.OutcomeAborted {
			return fmt.Errorf("rollup of outcome %d", o)
		}
	}
	return nil
}

// follow folds what every replica knows.
func (f *Fold) follow(ctx context.Context) error {
	var seen marks
	var d decoder
	return f.o.Journal.Follow(ctx, time.Now().Add(-f.o.Replay), func(m controlplane.JournalMessage) {
		d.each(m.Data, func(b controlplane.Batch, err error) {
			if f.fresh(m, b, err, &seen) {
				f.learn(b)
			}
		})
	}, f.rebuilt)
}

// learn hands on what of a report every replica knows.
func (f *Fold) learn(b controlplane.Batch) {
	if len(b.Endpoints) > 0 {
		f.o.Endpoints(b.Endpoints)
	}
	if len(b.Findings) > 0 {
		f.o.Findings(b.Findings)
	}
}
