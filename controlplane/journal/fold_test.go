package journal_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/journal"
	"picket/controlplane/memstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// key is what the engine of these tests keeps a sum for.
type key struct {
	group    string
	value    controlplane.Value
	endpoint controlplane.EndpointID
}

// counts are what a window sums, as far as these tests go.
type counts struct {
	Requests uint64
	Objects  controlplane.Sketch
}

func (c counts) add(r controlplane.Rollup) counts {
	return counts{c.Requests + r.Requests, c.Objects.Merge(r.Objects)}
}

// engine sums everything, and fires for requests at the endpoint 666.
type engine struct {
	decide func(context.Context, controlplane.Detection)
	w      *watch

	sums map[key]counts // guarded by w.mu
}

// watch sees all engines.
type watch struct {
	mu      sync.Mutex
	engines []*engine
	changed chan struct{}
}

func newWatch() *watch { return &watch{changed: make(chan struct{})} }

func (w *watch) engine(decide func(context.Context, controlplane.Detection), r prometheus.Registerer) journal.Engine {
	if r != nil {
		r.MustRegister(prometheus.NewCounter(prometheus.CounterOpts{Name: "engine_total"}))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	e := &engine{decide: decide, w: w, sums: map[key]counts{}}
	w.engines = append(w.engines, e)
	return e
}

func (e *engine) Ingest(ctx context.Context, rollups []controlplane.Rollup) {
	for _, r := range rollups {
		if r.Endpoint == 666 {
			e.decide(ctx, controlplane.Detection{Scenario: "test", Value: r.Caller.IP(), At: r.End, For: time.Minute})
		}
		k := key{r.Node.Group, r.Caller.IP(), r.Endpoint}
		e.w.mu.Lock()
		e.sums[k] = e.sums[k].add(r)
		close(e.w.changed)
		e.w.changed = make(chan struct{})
		e.w.mu.Unlock()
	}
}

func (e *engine) IngestFindings(context.Context, []controlplane.Finding) {}

// await waits until f gives true for what the newest engine with anything of a group has.
func (w *watch) await(t rapid.TB, group string, f func(map[key]counts) bool) {
	late := time.After(10 * time.Second)
	for {
		w.mu.Lock()
		sums, changed := w.of(group), w.changed
		ok := f(sums)
		w.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("group %s: what was waited for did not come: %v", group, sums)
		}
	}
}

// of gives the sums of a group in the newest engine that has some. It needs mu.
func (w *watch) of(group string) map[key]counts {
	for _, e := range slices.Backward(w.engines) {
		out := map[key]counts{}
		for k, c := range e.sums {
			if k.group == group {
				out[k] = c
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// replica runs a Fold until stop.
type replica struct {
	*journal.Fold
	stop func()
}

func start(t rapid.TB, o journal.Options) *replica {
	r := &replica{Fold: journal.New(o)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	if c, ok := t.(interface{ Cleanup(func()) }); ok {
		c.Cleanup(r.stop)
	}
	return r
}

func undecided(context.Context, controlplane.Detection) error {
	return errors.New("nobody decides here")
}

func batch(group string, instance, sequence uint64, endpoint controlplane.EndpointID, at time.Time) controlplane.Batch {
	n := controlplane.Node{ID: "node-" + group, Group: group}
	return controlplane.Batch{
		Node: n, Instance: instance, Sequence: sequence, Start: at, End: at,
		Rollups: []controlplane.Rollup{{
			Node: n, Start: at, End: at, Endpoint: endpoint, Outcome: controlplane.OutcomeOK, Requests: sequence,
			Caller:  controlplane.Caller{Network: netip.MustParsePrefix("192.0.2.1/32")},
			Objects: controlplane.Sketch{Values: []uint64{instance*1000 + sequence}},
		}},
	}
}

const last controlplane.EndpointID = 999

// forgetful is a journal that does not know what came before, as one does after a while.
type forgetful struct{ *memstore.Journal }

func (j forgetful) Append(ctx context.Context, entries ...controlplane.JournalEntry) error {
	for i := range entries {
		entries[i].ID = ""
	}
	return j.Journal.Append(ctx, entries...)
}

// Any split of the same reports over replicas, partitions, entries, hand-overs, restarts and duplicates gives the same windows.
func TestAnySplitGivesTheSameWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partitions := rapid.IntRange(1, 4).Draw(t, "partitions")
		j := memstore.NewJournal(memstore.JournalOptions{Partitions: partitions})
		w := newWatch()
		o := journal.Options{Journal: forgetful{j}, Engine: w.engine, Decide: undecided}
		replicas := []*replica{start(t, o), start(t, o), start(t, o)}
		groups := []string{"edge", "mesh", "inner"}
		want := map[string]map[key]counts{}
		next := map[string]uint64{}
		var sent []controlplane.Batch
		count := func(b controlplane.Batch) {
			sent = append(sent, b)
			if want[b.Node.Group] == nil {
				want[b.Node.Group] = map[key]counts{}
			}
			for _, r := range b.Rollups {
				k := key{r.Node.Group, r.Caller.IP(), r.Endpoint}
				want[b.Node.Group][k] = want[b.Node.Group][k].add(r)
			}
		}
		send := func(b controlplane.Batch) {
			for range rapid.IntRange(1, 3).Draw(t, "times") {
				r := replicas[rapid.IntRange(0, 2).Draw(t, "replica")]
				if err := r.Record(context.Background(), b); err != nil {
					t.Fatal(err)
				}
			}
			count(b)
		}
		// bundle appends reports in as many entries as there are partitions of their groups.
		bundle := func(all []controlplane.Batch) {
			of := map[int][]controlplane.Batch{}
			for _, b := range all {
				p := journal.PartitionOf(b.Node.Group, partitions)
				of[p] = append(of[p], b)
			}
			for p, list := range of {
				if err := j.Append(context.Background(), controlplane.JournalEntry{Partition: p, Data: journal.Bundle(list...)}); err != nil {
					t.Fatal(err)
				}
			}
		}
		at := time.Now()
		draw := func() controlplane.Batch {
			g := rapid.SampledFrom(groups).Draw(t, "group")
			instance := rapid.Uint64Range(1, 2).Draw(t, "instance")
			id := fmt.Sprint(g, instance)
			next[id]++
			return batch(g, instance, next[id], controlplane.EndpointID(rapid.IntRange(1, 3).Draw(t, "endpoint")), at)
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				j.Unpin(rapid.IntRange(0, partitions-1).Draw(t, "unpin"))
			case 1:
				i := rapid.IntRange(0, 2).Draw(t, "restart")
				replicas[i].stop()
				replicas[i] = start(t, o)
			case 2: // one that was not acknowledged comes again late
				if len(sent) > 0 {
					b := rapid.SampledFrom(sent).Draw(t, "again")
					if err := replicas[0].Record(context.Background(), b); err != nil {
						t.Fatal(err)
					}
				}
			case 3, 4, 5: // several in an entry, some of which were in others
				var all []controlplane.Batch
				for range rapid.IntRange(1, 6).Draw(t, "bundled") {
					if len(sent) > 0 && rapid.Bool().Draw(t, "repeated") {
						all = append(all, rapid.SampledFrom(sent).Draw(t, "which"))
						continue
					}
					b := draw()
					count(b)
					all = append(all, b)
				}
				bundle(all)
			case 6: // several at once, on one replica
				var all sync.WaitGroup
				failed := make(chan error, 3)
				r := replicas[rapid.IntRange(0, 2).Draw(t, "replica")]
				for _, g := range groups {
					next[fmt.Sprint(g, 1)]++
					b := batch(g, 1, next[fmt.Sprint(g, 1)], 1, at)
					count(b)
					all.Go(func() { failed <- r.Record(context.Background(), b) })
				}
				all.Wait()
				for range groups {
					if err := <-failed; err != nil {
						t.Fatal(err)
					}
				}
			default:
				send(draw())
			}
		}
		for _, g := range groups {
			send(batch(g, 9, 1, last, at))
		}
		for _, g := range groups {
			w.await(t, g, func(sums map[key]counts) bool {
				return sums[key{g, controlplane.Value{Facet: controlplane.FacetIP, Network: netip.MustParsePrefix("192.0.2.1/32")}, last}].Requests > 0
			})
			w.mu.Lock()
			diff := cmp.Diff(want[g], w.of(g), same, cmp.AllowUnexported(key{}))
			w.mu.Unlock()
			if diff != "" {
				t.Fatalf("group %s (-want +got):\n%s", g, diff)
			}
		}
		for _, r := range replicas {
			r.stop()
		}
	})
}

// decisions counts what is handed on.
type decisions struct {
	mu   sync.Mutex
	all  []controlplane.Detection
	came chan struct{}
	fail int // so many fail first
}

func (d *decisions) decide(_ context.Context, x controlplane.Detection) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail > 0 {
		d.fail--
		return errors.New("the register does not answer")
	}
	d.all = append(d.all, x)
	d.came <- struct{}{}
	return nil
}

func TestADetectionIsHandedOnOnceOverRestartsAndAgainAfterAnError(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	d := &decisions{came: make(chan struct{}, 10), fail: 1}
	w, registry := newWatch(), prometheus.NewRegistry()
	o := journal.Options{Journal: j, Engine: w.engine, Decide: d.decide}
	now := time.Now()
	for i := range 3 {
		o.Registerer = registry
		if i > 0 {
			o.Registerer = prometheus.NewRegistry()
		}
		r := start(t, o)
		<-r.Ready()
		if err := r.Record(t.Context(), batch("g", 1, uint64(i+1), 666, now)); err != nil {
			t.Fatal(err)
		}
		<-d.came
		r.stop()
	}
	if len(d.all) != 3 {
		t.Errorf("%d detections handed on, want 3", len(d.all))
	}
}

func TestWhatWouldHaveEndedIsNotDecidedInAReplay(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	d := &decisions{came: make(chan struct{}, 10)}
	w := newWatch()
	o := journal.Options{Journal: j, Engine: w.engine, Decide: d.decide}
	recorder := journal.New(o) // it does not fold
	old, young := batch("g", 1, 1, 666, time.Now().Add(-2*time.Minute)), batch("g", 1, 2, 666, time.Now())
	for _, b := range []controlplane.Batch{old, young} {
		if err := recorder.Record(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	<-start(t, o).Ready()
	<-d.came
	if len(d.all) != 1 || !d.all[0].At.Equal(young.End) {
		t.Errorf("handed on %v, want the younger one only", d.all)
	}
}

func TestAPoisonedEntryIsLeftOut(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	w := newWatch()
	r := start(t, journal.Options{Journal: j, Engine: w.engine, Decide: undecided})
	for _, p := range []int{0, controlplane.Everyone} {
		if err := j.Append(t.Context(), controlplane.JournalEntry{Partition: p, Data: []byte("\xff\xffpoison")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Record(t.Context(), batch("g", 1, 1, 1, time.Now())); err != nil {
		t.Fatal(err)
	}
	w.await(t, "g", func(sums map[key]counts) bool { return len(sums) == 1 })
}

func TestEveryReplicaHearsOfFindingsAndEndpoints(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{Partitions: 2})
	w := newWatch()
	type heard struct {
		Findings  int
		Endpoints int
	}
	got := make(chan heard, 10)
	o := journal.Options{
		Journal: j, Engine: w.engine, Decide: undecided,
		Endpoints: func(all []controlplane.Shape) { got <- heard{Endpoints: len(all)} },
		Findings:  func(all []controlplane.Finding) { got <- heard{Findings: len(all)} },
	}
	a := start(t, o)
	start(t, o)
	b := filled()
	for range 2 { // once, although it comes twice
		if err := a.Record(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	var sum heard
	for range 4 {
		h := <-got
		sum.Findings += h.Findings
		sum.Endpoints += h.Endpoints
	}
	if diff := cmp.Diff(heard{Findings: 4, Endpoints: 4}, sum); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAReportThatIsNotKeptIsAnError(t *testing.T) {
	full := errors.New("no room")
	j := memstore.NewJournal(memstore.JournalOptions{Fail: func(string) error { return full }})
	f := journal.New(journal.Options{Journal: j, Engine: newWatch().engine, Decide: undecided})
	if err := f.Record(t.Context(), batch("g", 1, 1, 1, time.Now())); !errors.Is(err, full) {
		t.Errorf("%v, want %v", err, full)
	}
}
