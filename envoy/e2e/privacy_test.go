package e2e

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"picket/envoy/bootstrap"
	"picket/envoy/envoytest"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// nosySettings read every facet from everywhere.
func nosySettings() *picketv1.Settings {
	return &picketv1.Settings{
		Mode: picketv1.Mode_MODE_OBSERVE, IpPrivacy: picketv1.IpPrivacy_IP_PRIVACY_CLEAR,
		KeyHeaders: []string{"x-api-key"}, KeyParameters: []string{"api_key"}, SessionCookies: []string{"session"},
		Subjects: []picketv1.SubjectKind{
			picketv1.SubjectKind_SUBJECT_KIND_JWT, picketv1.SubjectKind_SUBJECT_KIND_BASIC, picketv1.SubjectKind_SUBJECT_KIND_MTLS,
		},
		ObjectParameters: []string{"record"}, Hosts: []string{"api.example.com"},
		Endpoints: []*picketv1.EndpointRule{
			{Method: "POST", Path: "/v1/login", AccountField: "user"},
			{Method: "POST", Path: "/v1/form-login", AccountField: "user"},
			{Method: "GET", Path: "/v1/owned/{owner}", OwnerParameter: "owner"},
		},
	}
}

// The addresses of two clients, and the networks that may be told of them.
var (
	client4, network4 = netip.MustParseAddr("203.0.113.77"), netip.MustParseAddr("203.0.113.0")
	client6, network6 = netip.MustParseAddr("2001:db8:aa:bb:cc::77"), netip.MustParseAddr("2001:db8:aa::")
)

// A control plane that asks for everything learns no more than words, and addresses as the policy lets it.
func TestNosyControlPlaneLearnsNothingRaw(t *testing.T) {
	g := newGarden()
	n, address := newNosy(t, nosySettings())
	r := newRig(t, options{offline: true, envoy: []envoytest.Option{envoytest.Concurrency(1)}, config: func(c *bootstrap.Config) {
		c.Control, c.Workers, c.Upstream = address, 1, g.service(t)
	}})
	n.awaitRevision(t, 1, 2)
	key := n.key(t)
	word := func(text string) uint64 { return key.Hash(identify.DomainWord, []byte(text)) }
	n.set(t, func(s *picketv1.Settings) {
		s.Slugs = []*picketv1.Slug{{Host: key.Hash(identify.DomainHost, []byte("api.example.com")), Prefix: []uint64{word("v1"), word("tenants")}}}
	})
	cases := []struct {
		name    string
		privacy picketv1.IpPrivacy
		leaves  []netip.Addr // what may be told of the two addresses
	}{
		{"addresses in clear", picketv1.IpPrivacy_IP_PRIVACY_CLEAR, []netip.Addr{client4, client6}},
		{"networks only", picketv1.IpPrivacy_IP_PRIVACY_PREFIX, []netip.Addr{network4, network6}},
		{"hashed addresses", picketv1.IpPrivacy_IP_PRIVACY_HASHED, nil},
	}
	var sent uint64
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n.set(t, func(s *picketv1.Settings) { s.IpPrivacy = c.privacy })
			_, before := n.all()
			base := r.envoy.URL("picket_0")
			for _, from := range []netip.Addr{client4, client6} {
				sent += g.send(t, fresh, base, from.String())
			}
			n.await(t, fmt.Sprintf("%d requests", sent), func(all []heard) bool { return rolledUp(all) >= sent })
			// The worker answers questions in order: once it has told a word of the last request, it has told all it will.
			sentinel := strings.Fields(c.name)[0] + "-sentinel"
			planted{method: "GET", host: "x", path: "/" + sentinel}.send(t, fresh, base, client4.String())
			sent++
			n.await(t, sentinel, func(all []heard) bool { return told(all, sentinel) })
			_, reports := n.all()
			if got := rolledUp(reports); got != sent {
				t.Errorf("%d requests reported, want %d", got, sent)
			}
			reports = reports[len(before):]
			wantUntold(t, withoutWords(t, reports), slices.Concat(g.secrets, g.words))
			wantTellable(t, wordsTold(reports), g.secrets)
			wantAddresses(t, n, reports, c.leaves)
			wantFacets(t, n.key(t), reports)
		})
	}
	_, reports := n.all()
	for _, w := range g.words {
		if !told(reports, w) {
			t.Errorf("%q may be told and was asked for, but was not told: the test sees too little", w)
		}
	}
}

// wantAddresses checks that exactly those addresses left in clear, or else the right hashes.
func wantAddresses(t *testing.T, n *nosy, reports []heard, leave []netip.Addr) {
	t.Helper()
	key := n.key(t)
	seen := map[netip.Addr]bool{}
	hashes := map[uint64]bool{}
	for _, c := range callers(reports) {
		if a, ok := netip.AddrFromSlice(c.Ip); ok {
			seen[a] = true
		} else {
			hashes[c.IpHash] = true
		}
	}
	for _, a := range leave {
		if !seen[a] {
			t.Errorf("%v did not leave", a)
		}
		delete(seen, a)
	}
	if len(seen) > 0 {
		t.Errorf("%v left", seen)
	}
	want := 0
	if leave == nil {
		want = 2
	}
	if len(hashes) != want || want > 0 && (!hashes[key.Address(client4)] || !hashes[key.Address(client6)]) {
		t.Errorf("hashes %v, want %d: those of the two addresses", hashes, want)
	}
	for _, a := range []netip.Addr{client4, client6} {
		if !slices.Contains(leave, a) {
			wantNoAddress(t, withoutWords(t, reports), a)
		}
	}
}

// wantNoAddress looks for an address as text and as bytes.
func wantNoAddress(t *testing.T, messages [][]byte, a netip.Addr) {
	t.Helper()
	for _, m := range messages {
		if bytes.Contains(m, a.AsSlice()) || bytes.Contains(m, []byte(a.String())) {
			t.Errorf("%v left the node", a)
		}
	}
}

// wantFacets checks that what was planted was seen, and left as hashes.
func wantFacets(t *testing.T, key *identify.Key, reports []heard) {
	t.Helper()
	seen := map[uint64]bool{}
	for _, c := range callers(reports) {
		seen[c.Key], seen[c.Subject], seen[c.Session], seen[c.Account] = true, true, true, true
	}
	for _, f := range []struct {
		domain identify.Domain
		value  string
	}{
		{identify.DomainKey, "pk_live_51Annabelle0815"}, {identify.DomainKey, "k3y-1n-th3-qu3ry"},
		{identify.DomainSession, "s3ss10n-of-annabelle"},
		{identify.DomainSubject, "auth0|annabelle-4711"}, {identify.DomainSubject, "annabelle.basic@example.org"},
		{identify.DomainAccount, "login.annabelle@example.org"}, {identify.DomainAccount, "4915177788899"},
		{identify.DomainAccount, "form.annabelle@example.org"}, {identify.DomainAccount, "smithersform"},
	} {
		if !seen[key.Hash(f.domain, []byte(f.value))] {
			t.Errorf("nobody reported the hash of %q", f.value)
		}
	}
}
