package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"picket/controlplane/detect"
	picketv1 "picket/proto/picket/v1"
)

// tenant is the path of the n-th tenant's members.
func tenant(n int) string {
	return fmt.Sprintf("/t/slug-%c%c%c/members", 'a'+n%26, 'a'+n/26%26, 'a'+n/676)
}

func TestNamesOfTenantsAreLearnedAndCountedAsObjects(t *testing.T) {
	o := both()
	o.state, o.policy = t.TempDir(), enforcing+only(detect.ObjectEnumeration)
	r := newRig(t, o)
	callers := 0
	r.eventually("the place of tenants' names is learned", func() bool {
		for range 5 {
			r.get(fmt.Sprintf("198.51.100.%d", callers), tenant(callers))
		}
		callers++
		return r.learned() > 0
	})
	if n := r.learned(); n < 20 || callers < 24 {
		t.Errorf("learned from %d values of %d callers", n, callers)
	}
	r.waitWorkers(instances)
	r.eventually("an operator finds it in the audit", func() bool { return r.audited("slug/", "words are ids from now on") })

	stopped := answer{}
	for n := 0; stopped.decision == "" && n < 5000; n++ {
		stopped = r.get(attacker, tenant(n))
	}
	d := r.waitDecision(detect.ObjectEnumeration)
	wantDenied(t, stopped, d.Id)
	r.deniedByAll(attacker, tenant(7000), d.Id)
	r.servedByAll(honest, tenant(0))

	closed := r.decideFor(&picketv1.DecideRequest{
		Action: "deny", Facet: "ip", Value: honest, Endpoint: "GET " + tenant(3), For: durationpb.New(time.Hour), Reason: "this tenant only",
	})
	r.waitEnforced(closed)
	r.deniedByAll(honest, tenant(3), closed)
	r.servedByAll(honest, tenant(4))

	r.restartControlPlane()
	r.waitWorkers(instances)
	r.deniedByAll(attacker, tenant(7001), d.Id)
	r.eventually("the endpoint is listed as learned", func() bool { return r.learned() > 0 })
}

// audited tells whether something about a key was noted.
func (r *rig) audited(key, text string) bool {
	r.t.Helper()
	a, err := r.plane.admin.ListAudit(r.t.Context(), &picketv1.ListAuditRequest{})
	if err != nil {
		r.t.Fatal(err)
	}
	return slices.ContainsFunc(a.Entries, func(e *picketv1.AuditView) bool {
		return strings.HasPrefix(e.What, key) && strings.Contains(e.After, text)
	})
}

// learned gives of how many values an endpoint was learned; 0: none was.
func (r *rig) learned() (values uint32) {
	r.t.Helper()
	a, err := r.plane.admin.ListEndpoints(r.t.Context(), &picketv1.ListEndpointsRequest{})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range a.Endpoints {
		values = max(values, e.Learned)
	}
	return values
}
