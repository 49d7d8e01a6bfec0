package e2e

import "testing"

func TestTwoListenersShareOnePolicyAndCountOnce(t *testing.T) {
	o := both()
	o.listeners = 2
	r := newRig(t, o)
	sent := r.warm()
	id := r.decide("deny", attacker)
	r.waitEnforced(id)
	denied := 0
	for _, listener := range []string{"picket_0", "picket_1"} {
		denied += r.onAll(func() { wantDenied(t, r.getAt(listener, attacker, "/warm"), id) })
		sent += r.onAll(func() { wantServed(t, r.getAt(listener, honest, "/warm")) })
	}
	if n := r.upstream.from(attacker); n != 0 {
		t.Errorf("%d denied requests reached the service", n)
	}
	r.waitTotals(sent+denied, denied)
	if n := r.metric("picket_streams"); n != instances {
		t.Errorf("%v streams, want %d: one for each instance", n, instances)
	}
	r.eventually("all strikes are told", func() bool { return r.explain(id).Decision.Strikes == uint64(denied) })
}
