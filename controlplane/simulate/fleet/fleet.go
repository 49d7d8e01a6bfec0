// Package fleet drives a control plane with a whole fleet's streams in real time and measures what that costs: processor time
// of the control plane, of NATS and of the fleet itself apart, memory, and how long a decision takes to every node. The
// control plane runs in processes of its own. Linux only: it reads /proc.
package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/filter/identify"
)

// Options of a run. Zero fields have the defaults named.
type Options struct {
	Nodes     int           // 1000
	RPS       float64       // requests a second that all nodes together represent; 1,000,000
	Cores     int           // for each replica; 0: all of the machine's
	Replicas  int           // 1, with NATS embedded and its state in a directory, or 3 on a cluster of three servers; 1
	Groups    int           // of nodes; 1
	Consumers int           // 100,000
	Decisions int           // operators', that are in force before traffic begins
	Attacks   int           // spread over For; 0: none
	For       time.Duration // of the measurement; 1 min
	WarmUp    time.Duration // before it, with traffic; 10 s, or a third of For where that is less
	Policy    string        // the policy file's text; required
	// Replica is the command line of a process that calls Serve with its standard input and output. Required.
	Replica []string
	// Server is nats-server's path, for three replicas.
	Server string
	Dir    string       // for state and logs; a temporary one that is removed in the end
	Log    *slog.Logger // nil: discarded
}

func (o Options) withDefaults() Options {
	o.Nodes, o.RPS, o.Replicas = cmp.Or(o.Nodes, 1000), cmp.Or(o.RPS, 1e6), cmp.Or(o.Replicas, 1)
	o.Groups, o.Consumers, o.For = cmp.Or(o.Groups, 1), cmp.Or(o.Consumers, 100_000), cmp.Or(o.For, time.Minute)
	o.WarmUp = cmp.Or(o.WarmUp, min(10*time.Second, o.For/3))
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// How long is waited for what should not take long.
const (
	connectWithin = 2 * time.Minute
	settleWithin  = 15 * time.Second
)

// run is one measurement.
type run struct {
	o          Options
	seed       uint64 // of instances: another fleet is other instances
	population *population
	addresses  []string
	plane      *plane
	nodes      []*node
	ready      sync.WaitGroup // nodes that have a key and a policy
	rate       atomic.Uint64  // requests a second, as float64 bits
	tracker    tracker

	shared sync.Mutex
	scenes *scene

	reports, rollups, requests, bytes atomic.Uint64
	stalled, resyncs, streams         atomic.Uint64
	lastError                         atomic.Pointer[string]
}

// Run measures once.
func Run(ctx context.Context, o Options) (res *Result, err error) {
	o = o.withDefaults()
	if o.Replicas != 1 && o.Replicas != 3 {
		return nil, errors.New("measure fleet: give 1 or 3 replicas")
	}
	if o.Dir == "" {
		if o.Dir, err = os.MkdirTemp("", "picket-fleet-"); err != nil {
			return nil, fmt.Errorf("make directory: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	}
	r := &run{o: o, seed: rand.Uint64()>>1 + 1, population: newPopulation(o.Consumers, o.Nodes)}
	r.tracker.seen = map[uint64]*seen{}
	if r.plane, err = startPlane(ctx, o); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.plane.stop()) }()
	r.addresses = r.plane.addresses()
	ctx, stop := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	r.ready.Add(o.Nodes)
	for i := range o.Nodes {
		n := newNode(r, i)
		r.nodes = append(r.nodes, n)
		g.Go(func() error { return n.run(ctx) })
	}
	g.Go(func() (err error) {
		defer stop()
		res, err = r.measure(ctx)
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("measure fleet: %w", err)
	}
	return res, nil
}

// group names the group of a node.
func (r *run) group(node int) string { return "fleet-" + strconv.Itoa(node%r.o.Groups) }

func (r *run) load() float64 { return math.Float64frombits(r.rate.Load()) }

func (r *run) setLoad(rps float64) { r.rate.Store(math.Float64bits(rps)) }

// scene gives what all nodes know alike.
func (r *run) scene(k *identify.Key, rules []identify.Rule) *scene {
	r.shared.Lock()
	defer r.shared.Unlock()
	if r.scenes == nil {
		r.scenes = newScene(k, rules)
	}
	return r.scenes
}

// sent counts a report.
func (r *run) sent(rollups int, requests uint64) {
	r.reports.Add(1)
	r.rollups.Add(uint64(rollups))
	r.requests.Add(requests)
}

// reopened notes that a stream ended.
func (r *run) reopened(err error) {
	r.streams.Add(1)
	text := err.Error()
	r.lastError.Store(&text)
}

// measure is the run once all nodes are started.
func (r *run) measure(ctx context.Context) (*Result, error) {
	if err := r.connected(ctx); err != nil {
		return nil, err
	}
	res := &Result{
		Nodes: r.o.Nodes, Replicas: r.o.Replicas, Groups: r.o.Groups, Consumers: r.o.Consumers, Decisions: r.o.Decisions, Wanted: r.o.RPS,
	}
	if err := r.plane.decide(ctx, r.o.Decisions); err != nil {
		return nil, err
	}
	var err error
	if res.Rest, err = r.plane.memory(); err != nil {
		return nil, err
	}
	r.setLoad(r.o.RPS)
	if !sleep(ctx, r.o.WarmUp) {
		return nil, ctx.Err()
	}
	r.setLoad(0)
	before, err := r.drain(ctx)
	if err != nil {
		return nil, err
	}
	r.o.Log.Info("measuring", "for", r.o.For)
	attacks, err := r.window(ctx, res, before)
	if err != nil {
		return nil, err
	}
	if err := r.settle(ctx, attacks, res); err != nil {
		return nil, err
	}
	if res.Loaded, err = r.plane.memory(); err != nil {
		return nil, err
	}
	res.Active, res.Reopened = r.population.active(), int(r.streams.Load())
	if why := r.lastError.Load(); why != nil {
		res.LastError = *why
	}
	res.reckon()
	return res, nil
}

// connected waits until every node enforces a policy.
func (r *run) connected(ctx context.Context) error {
	all := make(chan struct{})
	go func() { r.ready.Wait(); close(all) }()
	select {
	case <-all:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(connectWithin):
		why := "no reason known"
		if e := r.lastError.Load(); e != nil {
			why = *e
		}
		return fmt.Errorf("connect nodes within %v: %s", connectWithin, why)
	}
}

// counts is what was sent up to a moment.
type counts struct{ reports, rollups, requests, bytes, stalled uint64 }

func (r *run) counts() counts {
	return counts{r.reports.Load(), r.rollups.Load(), r.requests.Load(), r.bytes.Load(), r.stalled.Load()}
}

// window measures for Options.For, and lets attacks happen meanwhile. What is still in the journal then counts: it goes on until
// that is folded.
func (r *run) window(ctx context.Context, res *Result, before metrics) ([]*attack, error) {
	r.tracker.start()
	if err := r.plane.profile(true); err != nil {
		return nil, err
	}
	used, err := r.plane.usage()
	if err != nil {
		return nil, err
	}
	began, sent := time.Now(), r.counts()
	r.setLoad(r.o.RPS)
	attacks := r.attack(ctx)
	if !sleep(ctx, r.o.For) {
		return nil, ctx.Err()
	}
	r.setLoad(0)
	res.Seconds = time.Since(began).Seconds()
	after, err := r.drain(ctx)
	if err != nil {
		return nil, err
	}
	res.Behind = max(0, time.Since(began).Seconds()-res.Seconds-drainRest.Seconds())
	res.count(sent, r.counts())
	res.Missed, res.Invalid = uint64(after[missed]-before[missed]), uint64(after[invalid]-before[invalid])
	now, err := r.plane.usage()
	if err != nil {
		return nil, err
	}
	res.cpu(used, now)
	if err := r.plane.profile(false); err != nil {
		return nil, err
	}
	return attacks, r.plane.attribute(res)
}

// settle waits until every attack's decision holds everywhere, and asks the replicas what they know.
func (r *run) settle(ctx context.Context, attacks []*attack, res *Result) error {
	late := time.Now().Add(settleWithin)
	for {
		done, err := r.outcome(ctx, attacks)
		if err != nil {
			return err
		}
		if done || time.Now().After(late) {
			res.attacks(attacks)
			return nil
		}
		if !sleep(ctx, time.Second) {
			return ctx.Err()
		}
	}
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
