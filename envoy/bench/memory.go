package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"

	"picket/controlplane"
	"picket/controlplane/fleet"
	"picket/controlplane/ingest"
	"picket/controlplane/inventory"
	"picket/controlplane/xds"
	"picket/filter/enforce"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// Memory is Envoy's resident memory at rest, after three pushes of a policy that changed whole. The policies come from
// Picket's own xDS server, made without a register of so many documents. What a worker costs is the difference between
// an Envoy with four workers and one with two, by worker: its thread, its VM and the policy in it, all counted. The rest
// a process has once: Envoy's copies of the resource, shared data, the main thread's VM, and what its allocator keeps.
const (
	benchEpoch     = 0x62656e6368
	pushes         = 3
	fewWorkers     = 2
	manyWorkers    = 4
	hundredLimit   = 6.0  // MB a worker with 100,000 decisions
	millionLimit   = 24.0 // with 1,000,000
	megabyte       = 1e6
	megabytes      = "MB"
	mainThread     = 1 // it has an instance of the filter too
	startingPolicy = 1 // revision
)

func (b *bench) memory(ctx context.Context) (Table, error) {
	t := Table{Name: fmt.Sprintf("Memory: Envoy at rest after %d pushes", pushes)}
	limits := map[int]float64{100_000: hundredLimit, 1_000_000: millionLimit}
	var none usage
	for _, n := range []int{0, 100_000, 1_000_000} {
		few, err := b.usage(ctx, n, fewWorkers)
		if err != nil {
			return t, fmt.Errorf("%d decisions: %w", n, err)
		}
		many, err := b.usage(ctx, n, manyWorkers)
		if err != nil {
			return t, fmt.Errorf("%d decisions: %w", n, err)
		}
		if n == 0 {
			none = few
		}
		each := t.memoryRows(n, few, many, none)
		if limits[n] > 0 {
			t.atMost(fmt.Sprintf("a worker, %d decisions", n), each, limits[n], 0, megabytes)
		}
	}
	if err := b.guestMemory(ctx, &t); err != nil {
		return t, err
	}
	t.note("a worker: (resident with %d workers - resident with %d) / %d, without what the allocator keeps; everything of it counted, its thread and VM too", manyWorkers, fewWorkers, manyWorkers-fewWorkers)
	t.note("once a process: Envoy's copies of the resource, a copy in shared data, the main thread's VM; freed: what Envoy's allocator keeps for later")
	return t, nil
}

// usage is one Envoy's memory in bytes. live and freed are what its own allocator says; VMs' memory is in neither.
type usage struct{ resident, peak, live, freed float64 }

// memoryRows adds what n decisions take, and gives what they take in each worker, in MB.
func (t *Table) memoryRows(n int, few, many, none usage) float64 {
	each := ((many.resident - many.freed) - (few.resident - few.freed)) / (manyWorkers - fewWorkers)
	add := func(name string, bytes float64, note string) {
		t.add(fmt.Sprintf("%d decisions: %s", n, name), bytes/megabyte, megabytes, note)
	}
	add(fmt.Sprintf("resident, %d workers", fewWorkers), few.resident, "")
	add(fmt.Sprintf("resident, %d workers", manyWorkers), many.resident, "")
	add("a worker", each, "")
	add("all that they take, each of the instances", (few.resident-none.resident)/(fewWorkers+mainThread), "(resident - resident with none) / 3")
	add("once a process, in Envoy and shared data", few.live-none.live, "live in its allocator, beyond that with none")
	add("once a process, freed and kept", few.freed-none.freed, "beyond that with none")
	add(fmt.Sprintf("peak of the pushes, %d workers", fewWorkers), few.peak, "VmHWM")
	return each / megabyte
}

// guestMemory tells how much of it is the VM's own: its linear memory, of which a page counts once it was touched.
func (b *bench) guestMemory(ctx context.Context, t *Table) error {
	module, err := b.readModule()
	if err != nil {
		return err
	}
	for _, n := range []int{0, 100_000, 1_000_000} {
		g, err := newGuest(ctx, module)
		if err != nil {
			return err
		}
		for i := range pushes {
			err = errors.Join(err, g.push(randomPolicy(uint64(i+1), n)))
		}
		t.add(fmt.Sprintf("one VM's linear memory, %d decisions", n), g.memory()/megabyte, megabytes, "in wazero")
		if err := errors.Join(err, g.close()); err != nil {
			return err
		}
	}
	return nil
}

// usage starts an Envoy, pushes policies of n decisions and reads its memory.
func (b *bench) usage(ctx context.Context, n, workers int) (u usage, err error) {
	b.say("%d decisions, %d workers", n, workers)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := &memoryServer{group: newPushed(n), fleet: fleet.New(fleet.Options{}), instances: workers + mainThread}
	address, wait, err := s.serve(ctx, b.module)
	if err != nil {
		return u, err
	}
	defer func() { stop(); err = errors.Join(err, wait()) }()
	text, err := b.config("127.0.0.1:1", address, workers).Bootstrap()
	if err != nil {
		return u, err
	}
	p, err := b.startProxy(ctx, fmt.Sprintf("memory-%d-%d", n, workers), text, workers)
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := s.enforced(ctx, startingPolicy); err != nil {
		return u, err
	}
	if err := forgetPeak(p.proc.Pid()); err != nil {
		return u, err
	}
	for range pushes {
		revision := s.group.push()
		if err := s.enforced(ctx, revision); err != nil {
			return u, err
		}
	}
	rest(ctx, time.Duration(b.pick(5, 1))*time.Second)
	return p.usage(ctx)
}

// usage reads both the kernel's and the allocator's account.
func (p *proxy) usage(ctx context.Context) (u usage, err error) {
	if u.resident, u.peak, err = memoryOf(p.proc.Pid()); err != nil {
		return u, err
	}
	text, err := p.get(ctx, "/memory")
	if err != nil {
		return u, err
	}
	var m struct {
		Allocated string `json:"allocated"`
		Free      string `json:"pageheap_free"`
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return u, fmt.Errorf("read Envoy's memory: %w", err)
	}
	u.live, err = strconv.ParseFloat(m.Allocated, 64)
	if err == nil {
		u.freed, err = strconv.ParseFloat(m.Free, 64)
	}
	return u, err
}

// memoryServer is as much of a control plane as a node needs that gets policies over xDS.
type memoryServer struct {
	group     *pushed
	fleet     *fleet.Fleet
	instances int // of the filter
}

// serve listens, and gives what waits for the end.
func (s *memoryServer) serve(ctx context.Context, module string) (address string, wait func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen: %w", err)
	}
	key, _ := identify.NewKey(9, []byte("0123456789abcdef"))
	signals := ingest.New(ingest.Options{
		Group: func(string) ingest.Group { return s.group }, Rollups: func(context.Context, []controlplane.Rollup) {},
		Fleet: s.fleet, Inventory: inventory.New(inventory.Options{Key: &key}),
		Keys: &picketv1.Keys{Id: 9, Key: []byte("0123456789abcdef")},
	})
	policies := xds.New(xds.Options{
		Group: func(string) xds.Group { return s.group }, Fleet: s.fleet, Module: func() string { return module },
		Debounce: time.Millisecond,
	})
	g := grpc.NewServer(ingest.ServerOptions()...)
	picketv1.RegisterSignalsServer(g, signals)
	policies.Register(g)
	var ended sync.WaitGroup
	var errs [3]error
	for i, run := range []func() error{
		func() error { return signals.Run(ctx) }, func() error { return policies.Run(ctx) }, func() error { return g.Serve(l) },
	} {
		ended.Go(func() { errs[i] = run() })
	}
	stopped := context.AfterFunc(ctx, g.Stop)
	return l.Addr().String(), func() error { stopped(); ended.Wait(); return errors.Join(errs[:]...) }, nil
}

// enforced waits until every instance enforces a policy that came over xDS.
func (s *memoryServer) enforced(ctx context.Context, revision uint64) error {
	return until(ctx, 2*time.Minute, 20*time.Millisecond, func() (bool, error) {
		n := 0
		for _, node := range s.fleet.Nodes() {
			for _, w := range node.Workers {
				if w.Receipt.PolicyError != "" {
					return false, fmt.Errorf("policy refused: %s", w.Receipt.PolicyError)
				}
				if w.Receipt.PolicyRevision >= revision && w.Receipt.Decisions == uint32(s.group.records) {
					n++
				}
			}
		}
		return n == s.instances, nil
	})
}

// pushed is a group whose policy is made anew for each push.
type pushed struct {
	records int

	mu       sync.Mutex
	revision uint64
	blob     []byte
	changed  chan struct{}
}

var (
	_ xds.Group    = (*pushed)(nil)
	_ ingest.Group = (*pushed)(nil)
)

func newPushed(records int) *pushed {
	return &pushed{records: records, revision: startingPolicy, blob: randomPolicy(startingPolicy, records), changed: make(chan struct{})}
}

// push makes the next revision.
func (g *pushed) push() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.revision++
	g.blob = randomPolicy(g.revision, g.records)
	close(g.changed)
	g.changed = make(chan struct{})
	return g.revision
}

// Changed implements both interfaces.
func (g *pushed) Changed() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.changed
}

// Blob implements xds.Group.
func (g *pushed) Blob() (revision uint64, blob []byte, decisions int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.revision, g.blob, g.records
}

// Since implements ingest.Group; nothing goes by stream.
func (*pushed) Since(uint64, uint64) ([]*picketv1.Delta, bool) { return nil, true }

// Snapshot implements ingest.Group.
func (*pushed) Snapshot() []*picketv1.Delta { return nil }

// randomRecords are records about nobody, in order, other ones for each seed.
func randomRecords(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 0))
	matches := make([]uint64, n)
	for i := range matches {
		matches[i] = r.Uint64()
	}
	slices.Sort(matches)
	records := make([]byte, 0, n*enforce.RecordSize)
	meta := enforce.NewMeta(enforce.ActionDeny, enforce.RankOperator, enforce.ModeEnforce, false, 0)
	for i, m := range matches {
		records = enforce.Record{Match: m, ID: uint64(i + 1), Expires: 4_000_000_000, Meta: meta}.Append(records)
	}
	return records
}
