package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"picket/controlplane/fleet"
)

// faulty gives options whose filter a request can make fail.
func faulty(t *testing.T, o options) options {
	o.module = moduleCopy(t, "picket-fault.wasm")
	return o
}

func TestAGuestPanicCostsNothing(t *testing.T) {
	r := newRig(t, faulty(t, both()))
	sent := r.warm()
	id := r.decide("deny", attacker)
	r.waitEnforced(id)
	before := r.requestsByWorker()
	const panics = 7
	for range panics {
		wantServed(t, r.get(honest, "/warm", "X-Picket-Fault", "panic"))
	}
	denied := r.deniedByAll(attacker, "/warm", id)
	r.waitTotals(sent+panics+denied, denied)
	r.eventually("the panics are told", func() bool {
		totals := r.plane.app.Fleet().Status().Totals
		return totals.Recovered == panics && totals.FailedOpen == panics && r.envoy.Stat("wasmcustom.picket_recovered_total") == panics
	})
	for instance := range r.requestsByWorker() {
		if _, known := before[instance]; !known {
			t.Errorf("instance %s is new: a panic cost its VM", instance)
		}
	}
}

func TestAVMThatDiesEnforcesAgainFromItsNextRequestOn(t *testing.T) {
	r := newRig(t, faulty(t, both()))
	r.warm()
	id := r.decide("deny", attacker)
	r.waitEnforced(id)
	r.eventually("the policy over ECDS has it", func() bool {
		for _, w := range r.instances("current") {
			if w.PolicyRevision != w.Revision {
				return false
			}
		}
		return true
	})
	old := r.requestsByWorker()

	r.link.cut() // so that nothing comes over the stream, nor over ECDS
	r.exit()
	r.healed(func(a answer) { wantDenied(t, a, id) })

	r.link.lead(r.plane.grpc)
	fresh := r.waitFresh(old)
	if fresh.Receipt.Source != "shared" {
		t.Errorf("the new VM has its policy from %q, want from shared data", fresh.Receipt.Source)
	}
	r.eventually("the VM that died is shown as silent", func() bool {
		silent := r.instances("silent")
		return len(silent) == 1 && old[silent[0].Instance] > 0
	})
	r.warm()
	next := r.decide("deny", "203.0.113.8")
	r.waitEnforced(next)
	r.deniedByAll("203.0.113.8", "/warm", next)
}

func TestAVMThatDiesIsToldTheWholeStateByStream(t *testing.T) {
	r := newRig(t, faulty(t, options{deltas: true}))
	r.warm()
	ids := []string{r.decide("deny", attacker), r.decide("deny", "203.0.113.8"), r.decide("deny", "2001:db8::7")}
	for _, id := range ids {
		r.waitEnforced(id)
	}
	old := r.requestsByWorker()
	r.exit()
	r.healed(func(answer) {})
	if fresh := r.waitFresh(old); fresh.Receipt.Decisions != uint32(len(ids)) || fresh.Receipt.Source != "stream" {
		t.Errorf("the new VM has %+v, want %d decisions by stream", fresh.Receipt, len(ids))
	}
	r.deniedByAll(attacker, "/warm", ids[0])
	r.deniedByAll("203.0.113.8", "/warm", ids[1])
	r.deniedByAll("2001:db8::7", "/warm", ids[2])
}

// exit ends the VM that gets its request.
func (r *rig) exit() {
	r.t.Helper()
	if a, err := r.try(http.MethodGet, r.envoy.URL("picket_0")+"/warm", honest, "", "X-Picket-Fault", "exit"); err == nil && a.status != http.StatusServiceUnavailable {
		r.t.Fatalf("the request that ends a VM got %d", a.status)
	}
}

// healed sends requests of the attacker until every worker has answered one again. Envoy waits for about a second before
// it makes a VM again, and answers 503 meanwhile; each other answer must please check.
func (r *rig) healed(check func(answer)) {
	r.t.Helper()
	failed := 0
	r.eventually("every worker's VM works", func() bool {
		before := failed
		r.onAll(func() {
			if a := r.get(attacker, "/warm"); a.status == http.StatusServiceUnavailable {
				failed++
			} else {
				check(a)
			}
		})
		return failed == before
	})
	r.t.Logf("%d requests were answered with 503 until the VM was back", failed)
}

// waitFresh waits until an instance that is not among old is current, and all live ones are.
func (r *rig) waitFresh(old map[string]uint64) (fresh fleet.WorkerView) {
	r.t.Helper()
	r.eventually("the VM is back", func() bool {
		for _, w := range r.instances("current") {
			if _, known := old[w.Instance]; !known {
				fresh = r.instance(w.Instance)
				return true
			}
		}
		return false
	})
	return fresh
}

// instance gives all that is known of an instance.
func (r *rig) instance(name string) fleet.WorkerView {
	r.t.Helper()
	for _, n := range r.plane.app.Fleet().Nodes() {
		for _, w := range n.Workers {
			if fmt.Sprintf("%016x", w.Instance) == name {
				return w
			}
		}
	}
	r.t.Fatalf("no instance %s", name)
	return fleet.WorkerView{}
}
