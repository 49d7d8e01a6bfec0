package e2e

import "testing"

func TestAPolicyArrivesAfterTheFiltersFileWasReplaced(t *testing.T) {
	r := newRig(t, options{ecds: true})
	r.warm()
	first := r.decide("deny", attacker)
	r.waitEnforced(first)
	old := r.requestsByWorker()

	copyFile(t, built(t, "picket-fault.wasm"), r.o.module)
	for _, address := range []string{"203.0.113.8", "203.0.113.9"} {
		id := r.decide("deny", address)
		r.waitEnforced(id)
		r.deniedByAll(address, "/warm", id)
	}
	r.deniedByAll(attacker, "/warm", first)
	for instance := range r.requestsByWorker() {
		if _, known := old[instance]; !known {
			t.Errorf("instance %s is new: replacing the file cost the filter that handles the traffic", instance)
		}
	}
	for _, w := range r.instances("current") {
		t.Logf("worker %d has its policy from %q", w.Worker, w.Source)
	}
}
