package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	picketv1 "picket/proto/picket/v1"
)

// settled waits until the control plane has counted so many requests since its start and the workers know it: a
// worker's receipt for a later decision proves that it read the acknowledgement that was sent before. An acknowledgement
// follows the journal's flush, which takes as long as a few decisions do.
func (r *rig) settled(requests int) {
	r.t.Helper()
	r.waitCounted(requests)
	for i := range 8 {
		r.waitEnforced(r.decide("deny", fmt.Sprintf("192.0.2.%d", 240+i)))
	}
	r.waitWorkers(instances)
}

// waitCounted waits until rollups of so many requests were counted. No more may come.
func (r *rig) waitCounted(requests int) {
	r.t.Helper()
	r.eventually("every request is counted", func() bool {
		n := r.metric("picket_requests_total")
		if n > float64(requests) {
			r.t.Fatalf("%v requests counted of %d sent", n, requests)
		}
		return n == float64(requests)
	})
}

// mixed sends requests over all workers, some of them by a denied caller.
func (r *rig) mixed(decision string) (sent, denied int) {
	r.t.Helper()
	for range 3 {
		denied += r.deniedByAll(attacker, "/warm", decision)
		sent += r.servedByAll(honest, "/warm")
	}
	return sent + denied, denied
}

func TestDenialOutlivesAKilledControlPlaneAndNothingIsCountedTwice(t *testing.T) {
	o := both()
	o.state, o.process = t.TempDir(), true
	r := newRig(t, o)
	before := r.warm()
	id := r.decide("deny", attacker)
	r.waitEnforced(id)
	sent, denied := r.mixed(id)
	before += sent
	r.settled(before)
	epoch := r.status().Epoch

	r.stopControlPlane() // SIGKILL
	while, more := r.mixed(id)
	denied += more

	r.startControlPlane()
	r.waitWorkers(instances)
	after, more := r.mixed(id)
	denied += more
	r.waitTotals(before+while+after, denied)
	r.waitCounted(while + after)
	s := r.status()
	if s.Epoch != epoch || s.Lost != 0 || len(s.Warnings) != 0 {
		t.Errorf("epoch %016x, then %016x; %d lost; warnings %q", epoch, s.Epoch, s.Lost, s.Warnings)
	}
	r.waitEnforced(id)
}

func TestALinkThatBreaksCostsNoRequestAndCountsNoneTwice(t *testing.T) {
	r := newRig(t, both())
	sent := r.warm()
	id := r.decide("deny", attacker)
	r.waitEnforced(id)
	denied := 0
	for range 5 {
		n, more := r.mixed(id)
		sent, denied = sent+n, denied+more
		r.link.cut() // in the midst of reports
		n, more = r.mixed(id)
		sent, denied = sent+n, denied+more
		r.link.lead(r.plane.grpc)
		r.waitWorkers(instances)
	}
	r.waitTotals(sent, denied)
	r.waitCounted(sent)
	r.eventually("all strikes are told", func() bool { return r.explain(id).Decision.Strikes == uint64(denied) })
	if s := r.status(); s.Lost != 0 {
		t.Errorf("%d requests lost", s.Lost)
	}
}

func TestANewEpochReplacesAllAndIsShown(t *testing.T) {
	r := newRig(t, both())
	before := r.warm()
	id := r.decide("deny", attacker)
	r.waitEnforced(id)
	sent, denied := r.mixed(id)
	before += sent
	r.settled(before)
	old, unkeyed := r.status().Epoch, r.unkeyed()
	r.stopControlPlane()
	while, more := r.mixed(id)
	denied += more

	r.o.deltas, r.o.ecds = false, false // it tells nodes nothing, so that they stay as they are
	r.startControlPlane()
	r.waitWarning("enforces decisions of another store")
	again := r.deniedByAll(attacker, "/warm", id)
	denied += again
	if s := r.status(); s.Epoch == old || s.WorkersCurrent != 0 {
		t.Errorf("epoch %016x, then %016x; %d workers current", old, s.Epoch, s.WorkersCurrent)
	}
	r.waitTotals(before+while+again, denied)
	r.eventually("what was named with the old key is lost or counted", func() bool {
		return r.status().Lost+uint64(r.metric("picket_requests_total"))+r.unkeyed()-unkeyed == uint64(while+again)
	})
	t.Logf("%d of %d requests of the time between were lost", r.status().Lost, while)

	r.o.deltas, r.o.ecds = true, true
	r.restartControlPlane()
	r.waitWorkers(instances)
	r.servedByAll(attacker, "/warm")
	id = r.decide("deny", attacker)
	r.waitEnforced(id)
	r.deniedByAll(attacker, "/warm", id)
}

func TestADecisionExpiresWithTheControlPlaneGone(t *testing.T) {
	r := newRig(t, both())
	r.warm()
	lasting := r.decide("deny", "203.0.113.8")
	id := r.decideFor(&picketv1.DecideRequest{
		Action: "deny", Facet: "ip", Value: attacker, For: durationpb.New(5 * time.Second), Reason: "short",
	})
	r.waitEnforced(lasting)
	expires := r.waitEnforced(id).Decision.Expires.AsTime()
	r.stopControlPlane()
	r.liftedAt(expires, id)
	r.deniedByAll("203.0.113.8", "/warm", lasting)
}

// liftedAt asks until the denial is lifted, which must not be before its time.
func (r *rig) liftedAt(expires time.Time, id string) {
	r.t.Helper()
	denials := 0
	r.eventually("the decision expires", func() bool {
		a := r.get(attacker, "/warm")
		if a.status == http.StatusOK {
			if early := time.Until(expires); early > 0 {
				r.t.Fatalf("lifted %v before its time", early)
			}
			return true
		}
		wantDenied(r.t, a, id)
		denials++
		return false
	})
	r.t.Logf("lifted %v after its time, after %d denials without a control plane", time.Since(expires), denials)
	r.servedByAll(attacker, "/warm")
}

// unkeyed is how many requests no key named: those before the first, and those in flight at a change.
func (r *rig) unkeyed() uint64 { return r.plane.app.Fleet().Status().Totals.Unkeyed }

func TestEnvoyStartsWithoutAControlPlaneAndGetsThePolicyLater(t *testing.T) {
	o := both()
	o.offline = true
	r := newRig(t, o)
	sent := r.servedByAll(attacker, "/warm")
	r.startControlPlane()
	r.waitWorkers(instances)
	r.eventually("the policy came over ECDS", func() bool {
		for _, w := range r.instances("current") {
			if w.PolicyRevision == 0 {
				return false
			}
		}
		return true
	})
	r.waitTotals(sent, 0)
	id := r.decide("deny", attacker)
	r.waitEnforced(id)
	r.deniedByAll(attacker, "/warm", id)
}
