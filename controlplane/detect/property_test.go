package detect_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

// genRollup is one of a few callers' at one of a few endpoints.
func genRollup(t *rapid.T, s *scene, at time.Time) controlplane.Rollup {
	caller := stranger(rapid.IntRange(0, 4).Draw(t, "caller"))
	if n := rapid.IntRange(0, 6).Draw(t, "customer"); n < 3 {
		caller = s.known(n)
	}
	caller.Fingerprint = uint64(rapid.IntRange(0, 3).Draw(t, "fingerprint"))
	endpoint := rapid.SampledFrom([]string{record, record, signIn, "POST /v1/otp/verify", "GET /v1/admin/x", "GET /v1/me", "POST /v1/payments", "DELETE /x"}).Draw(t, "endpoint")
	r := controlplane.Rollup{
		Node: controlplane.Node{ID: fmt.Sprint("n", rapid.IntRange(0, 3).Draw(t, "node")), Group: "edge"}, Start: at, End: at,
		Caller: caller, Endpoint: s.endpoint(endpoint), Outcome: controlplane.Outcome(rapid.IntRange(1, 8).Draw(t, "outcome")),
		Requests: rapid.Uint64Range(2, 40).Draw(t, "requests"),
	}
	switch endpoint {
	case record:
		s.objects(t, &r)
	case signIn:
		r.Caller.Account = rapid.Uint64Range(1, 100).Draw(t, "account") * 0x9e3779b97f4a7c15
		r.Accounts = controlplane.Sketch{Values: []uint64{r.Caller.Account}}
	}
	return r
}

func (s *scene) objects(t *rapid.T, r *controlplane.Rollup) {
	for range rapid.IntRange(2, 20).Draw(t, "objects") {
		s.next++
		r.Objects = r.Objects.Merge(controlplane.Sketch{Values: []uint64{s.next * 0x9e3779b97f4a7c15}})
	}
	if rapid.Bool().Draw(t, "counted") {
		r.Neighbours = r.Requests
	}
	if rapid.Bool().Draw(t, "foreign") {
		r.Foreign = r.Requests
	}
}

// split parts a rollup as two nodes, or two reports, would have told of it.
func split(t *rapid.T, r controlplane.Rollup) []controlplane.Rollup {
	a, b := r, r
	a.Requests = rapid.Uint64Range(1, r.Requests-1).Draw(t, "part")
	b.Requests = r.Requests - a.Requests
	if r.Neighbours > 0 {
		a.Neighbours, b.Neighbours = a.Requests, b.Requests
	}
	if r.Foreign > 0 {
		a.Foreign, b.Foreign = a.Requests, b.Requests
	}
	if n := len(r.Objects.Values); n > 1 {
		at := rapid.IntRange(1, n-1).Draw(t, "cut")
		a.Objects.Values, b.Objects.Values = r.Objects.Values[:at], r.Objects.Values[at:]
	}
	return []controlplane.Rollup{a, b}
}

// found is what a detection says but for how sure it was at that moment.
type found struct {
	Scenario, Who string
	Endpoint      controlplane.EndpointID
	At            int64
}

// shares are scenarios with a share that may fall while the count grows, so that a part may stand out where the whole does
// not.
func shares() map[string]bool {
	return map[string]bool{
		"unauthenticated-access": true, "unauthenticated-records": true, "account-enumeration": true, "token-guessing": true,
		"credential-stuffing-program": true, "object-foreign-slow": true, "object-enumeration-fleet": true, "scraping": true,
		"object-enumeration": true, "object-enumeration-slow": true, "account-enumeration-slow": true, "account-enumeration-spread": true,
		"code-guessing": true, "records-open": true, "object-hoarding": true, "object-refused": true, "scraping-program": true,
		"search-scraping": true, "card-testing-spread": true, "exhaustion-bytes": true, "object-foreign": true,
	}
}

func (s *scene) play(rollups []controlplane.Rollup) (all []found) {
	s.engine.Ingest(context.Background(), rollups)
	for _, d := range s.fired {
		if shares()[d.Scenario] {
			continue
		}
		all = append(all, found{d.Scenario, fmt.Sprint(d.Value.Facet, d.Value), d.Endpoint, d.At.UnixNano()})
	}
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Scenario, b.Scenario), cmp.Compare(a.Who, b.Who), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return all
}

// TestDetectionsDoNotDependOnHowRollupsWereSplit: the same attack adds up, over however many nodes it is spread.
func TestDetectionsDoNotDependOnHowRollupsWereSplit(t *testing.T) {
	pack, err := scenario.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		whole, parted := newSceneOf(t, pack), newSceneOf(t, pack)
		var all, parts []controlplane.Rollup
		at := start
		for range rapid.IntRange(1, 60).Draw(rt, "n") {
			r := genRollup(rt, whole, at)
			at = at.Add(time.Duration(rapid.IntRange(0, 20).Draw(rt, "pause")) * time.Second)
			all = append(all, r)
			if rapid.Bool().Draw(rt, "split") {
				parts = append(parts, split(rt, r)...)
			} else {
				parts = append(parts, r)
			}
		}
		for name, id := range whole.ids {
			parted.ids[name], parted.names[id] = id, name
		}
		if d := gocmp.Diff(whole.play(all), parted.play(parts)); d != "" {
			rt.Fatalf("(-whole +split):\n%s", d)
		}
	})
}
