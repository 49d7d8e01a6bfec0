package decide

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/checkpoint"
	"picket/filter/identify"
)

// login is one for an account, from an address, at an endpoint.
func (b *bench) login(t *testing.T, s *Share, account uint64, from string, at controlplane.EndpointID, o controlplane.Outcome) {
	t.Helper()
	s.Observe(t.Context(), []controlplane.Rollup{{
		Node: controlplane.Node{ID: "n", Group: "edge"}, End: b.now, Endpoint: at, Outcome: o, Requests: 1,
		Caller: controlplane.Caller{Account: account, Network: netip.MustParsePrefix(from)},
	}})
	b.pass(time.Minute)
}

// networks are the hashes by which filters know networks.
func networks(all ...string) (hashes []uint64) {
	for _, n := range all {
		hashes = append(hashes, identify.Network(netip.MustParsePrefix(n)))
	}
	slices.Sort(hashes)
	return hashes
}

func TestAThrottleOfAnAccountKnowsFromWhereItsOwnerGotIn(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		s := b.Share()
		const account, ok = 3, controlplane.OutcomeOK
		b.login(t, s, account, "192.0.2.7/32", 5, ok)
		b.login(t, s, account, "192.0.2.9/32", 5, ok) // the same network
		b.login(t, s, account, "2001:db8:1:2::3/128", 5, ok)
		b.login(t, s, account, "198.51.100.0/24", 5, ok) // as privacy.ip: prefix has it
		b.login(t, s, account, "203.0.113.1/32", 5, controlplane.OutcomeDenied)
		b.login(t, s, account, "203.0.113.2/32", 6, ok) // elsewhere, as for a new password
		b.login(t, s, 4, "203.0.113.3/32", 5, ok)
		want := networks("192.0.2.0/24", "2001:db8:1::/48", "198.51.100.0/24")
		det := detection()
		det.Value = controlplane.Value{Facet: controlplane.FacetAccount, Hash: account}
		det.At = b.now
		got, made, err := b.Detect(t.Context(), det)
		if err != nil || !made {
			t.Fatal(made, err)
		}
		if d := cmp.Diff(want, got.Places); d != "" {
			t.Error(d)
		}
		const line = "rail facet: account may get throttle; 3 places from which its owner was let in of late have the rate for themselves"
		if !slices.Contains(got.Evidence, line) {
			t.Errorf("evidence %q", got.Evidence)
		}

		// Of more places the newest are known, here and on the replica that takes over.
		for _, n := range []string{"10.0.0.1/32", "10.0.1.1/32", "192.0.2.1/32"} {
			b.login(t, s, account, n, 5, ok)
		}
		other := b.another(Limits{})
		if !other.Share().Load(checkpoint.NewReader(saved(s))) {
			t.Fatal("not loaded")
		}
		want = networks("10.0.0.0/24", "10.0.1.0/24", "192.0.2.0/24", "198.51.100.0/24")
		for _, d := range []*Decider{b.Decider, other} {
			if d := cmp.Diff(want, d.history.placesOf(account, 5)); d != "" {
				t.Error(d)
			}
		}
	})
}
