package e2e

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"picket/envoy/envoytest"
)

func TestHotRestartKeepsServingAndEnforcing(t *testing.T) {
	o := both()
	o.envoy = []envoytest.Option{envoytest.HotRestartable(), envoytest.Args("--drain-time-s", "2", "--parent-shutdown-time-s", "4")}
	r := newRig(t, o)
	sent := r.warm()
	id := r.decide("deny", attacker)
	r.waitEnforced(id)
	old := r.requestsByWorker()
	target := r.envoy.URL("picket_0")

	var proven atomic.Bool // every new worker has proven that it enforces
	var early atomic.Int64 // requests of the denied that were served before
	l := startLoad(t, 4*time.Millisecond, func(i int) error {
		enforced := proven.Load()
		err := r.callAt(target, i, id)
		if errors.Is(err, errServed) && !enforced {
			early.Add(1)
			return nil
		}
		return err
	})
	r.envoy.HotRestart(r.bootstrap())
	if r.envoy.URL("picket_0") != target {
		t.Fatalf("it listens at %s, want %s", r.envoy.URL("picket_0"), target)
	}
	r.eventually("all new workers are current", func() bool { return r.newAmong(old, "current") == instances })
	proven.Store(true)
	r.eventually("the old ones are silent", func() bool { return len(r.instances("silent")) == len(old) && r.newAmong(old, "silent") == 0 })
	sent += l.stop(t)
	t.Logf("%d requests over the restart; %d of the denied were served before the new workers knew", l.sent, early.Load())
	if n := r.nodes(); len(n) != 1 || n[0].State != "current" {
		t.Errorf("nodes %v, want one that is current", n)
	}
	sent += r.deniedByAll(attacker, "/after", id)
	r.eventually(fmt.Sprintf("%d requests are counted", sent), func() bool { return r.status().Requests >= uint64(sent) })
	if s := r.status(); s.Requests != uint64(sent) || s.Lost != 0 {
		t.Errorf("workers' totals %d, lost %d, want %d and none", s.Requests, s.Lost, sent)
	}
}

var errServed = errors.New("the denied was served")

// callAt sends the i-th request: every other one is of the one whom a decision denies.
func (r *rig) callAt(target string, i int, id string) error {
	from := honest
	if i%2 == 0 {
		from = attacker
	}
	a, err := r.try("GET", target+"/item", from, "")
	switch {
	case err != nil:
		return err
	case from == honest && a.status == 200, from == attacker && a.status == 403 && a.decision == id:
		return nil
	case from == attacker && a.status == 200:
		return errServed
	default:
		return fmt.Errorf("%s: got %d by %q", from, a.status, a.decision)
	}
}

// newAmong counts the instances in a state that were not there before.
func (r *rig) newAmong(old map[string]uint64, state string) (n int) {
	r.t.Helper()
	for _, w := range r.instances(state) {
		if _, was := old[w.Instance]; !was {
			n++
		}
	}
	return n
}
