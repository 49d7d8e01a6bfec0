package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/storetest"
)

// patience is how long these tests wait for what must come.
const patience = 30 * time.Second

// worker reports requests of one caller that goes through the records of one endpoint of a group.
type worker struct {
	group    string
	sequence uint64
	object   uint64
}

// report is the next, of so many requests for one record more each.
func (w *worker) report(requests int) controlplane.Batch {
	w.sequence++
	now := time.Now()
	n := controlplane.Node{ID: "node-" + w.group, Group: w.group}
	r := controlplane.Rollup{
		Node: n, Start: now, End: now, Caller: controlplane.Caller{Network: netip.MustParsePrefix("192.0.2.1/32")},
		Endpoint: 7, Outcome: controlplane.OutcomeOK, Requests: uint64(requests), Neighbours: uint64(requests),
	}
	for range requests {
		w.object++
		r.Objects.Values = append(r.Objects.Values, w.object)
	}
	return controlplane.Batch{Node: n, Instance: 1, Worker: 1, Sequence: w.sequence, Start: now, End: now, Rollups: []controlplane.Rollup{r}}
}

func record(t *testing.T, a *App, b controlplane.Batch) {
	t.Helper()
	if err := a.fold.Record(t.Context(), b); err != nil {
		t.Error(err)
	}
}

// awaitDecisions waits until the register has decisions about that many groups, and gives them by group.
func awaitDecisions(t *testing.T, reg controlplane.Register, groups int) map[string][]controlplane.Decision {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	got := map[string][]controlplane.Decision{}
	err := reg.Watch(ctx, func(e controlplane.Entry) error {
		var d controlplane.Decision
		if !strings.HasPrefix(e.Key, controlplane.KeyDecision) || e.Deleted {
			return nil
		}
		if err := json.Unmarshal(e.Value, &d); err != nil {
			return err
		}
		if got[d.Group] = append(got[d.Group], d); len(got) == groups {
			stop()
		}
		return nil
	}, func(uint64) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != groups {
		t.Fatalf("decisions about %d groups, want %d", len(got), groups)
	}
	return got
}

// exact checks that there is one decision, whose evidence counts every request once.
func exact(t *testing.T, decisions []controlplane.Decision, requests int) {
	t.Helper()
	if len(decisions) != 1 {
		t.Fatalf("%d decisions, want 1: %+v", len(decisions), decisions)
	}
	text := strings.Join(decisions[0].Evidence, " ")
	for _, want := range []string{fmt.Sprintf("%d distinct records", requests), fmt.Sprintf("answered %d requests", requests)} {
		if !strings.Contains(text, want) {
			t.Errorf("evidence %q, want it to contain %q", text, want)
		}
	}
}

func TestWindowsOutliveARestartAndNothingIsDecidedTwice(t *testing.T) {
	o := options(t)
	o.State = t.TempDir()
	w := &worker{group: "edge"}
	first := w.report(30)
	t.Run("before", func(t *testing.T) { record(t, running(t, o), first) })
	t.Run("after a restart", func(t *testing.T) {
		a := running(t, o)
		record(t, a, first) // it was not acknowledged in time
		record(t, a, w.report(25))
		exact(t, awaitDecisions(t, a.register, 1)["edge"], 55)
	})
	t.Run("after another", func(t *testing.T) {
		a := running(t, o)
		other := &worker{group: "edge", sequence: 100}
		b := other.report(60)
		b.Rollups[0].Caller.Network = netip.MustParsePrefix("192.0.2.2/32")
		b.Rollups[0].Endpoint = 8 // where nobody else reads as much
		record(t, a, b)
		ctx, stop := context.WithTimeout(t.Context(), patience)
		defer stop()
		all := 0
		err := a.register.Watch(ctx, func(e controlplane.Entry) error {
			if strings.HasPrefix(e.Key, controlplane.KeyDecision) {
				if all++; strings.Contains(string(e.Value), "192.0.2.2/32") {
					stop()
				}
			}
			return nil
		}, func(uint64) {})
		if err != nil || all != 2 {
			t.Errorf("%d decisions, %v; want 2: none was taken again", all, err)
		}
	})
}

func TestReplicasShareTheWorkAndOneThatStopsIsNotMissed(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, servers := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d servers", servers), func(t *testing.T) { shareTheWork(t, storetest.StartNATS(t, servers)) })
	}
}

func shareTheWork(t *testing.T, n *storetest.NATS) {
	const groups = 24
	o := options(t)
	o.State, o.JournalBytes = n.URL(), 64<<20
	var replicas []*App
	var stops []func()
	for range 3 {
		a, stop := started(t, o)
		replicas, stops = append(replicas, a), append(stops, stop)
	}
	var workers []*worker
	for i := range groups {
		workers = append(workers, &worker{group: fmt.Sprintf("group-%d", i)})
	}
	each := func(do func(i int, w *worker)) { // at once, so that reports share entries
		var all sync.WaitGroup
		for i, w := range workers {
			all.Go(func() { do(i, w) })
		}
		all.Wait()
	}
	each(func(i int, w *worker) { record(t, replicas[i%3], w.report(30)) })
	stops[1]()
	each(func(i int, w *worker) {
		again := *w
		again.sequence, again.object = 0, 0
		record(t, replicas[2*(i%2)], again.report(30)) // the same report, to another replica
		record(t, replicas[2*(i%2)], w.report(25))
	})
	for _, d := range awaitDecisions(t, replicas[0].register, groups) {
		exact(t, d, 55)
	}
	if a, b := replicas[0].register.Epoch(), replicas[2].register.Epoch(); a != b {
		t.Errorf("epochs %x and %x", a, b)
	}
}

// started starts a control plane and gives it once it is ready, and what stops it.
func started(t *testing.T, o Options) (*App, func()) {
	t.Helper()
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	stopped := false
	stop := func() {
		cancel()
		if stopped {
			return
		}
		stopped = true
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	select {
	case <-a.Ready():
	case <-time.After(patience):
		t.Fatalf("not ready: %v is missing", a.ready.Missing())
	case err := <-done:
		done <- nil
		t.Fatal(err)
	}
	return a, stop
}
