package e2e

import (
	"crypto/tls"
	"net/http"
	"slices"
	"strings"
	"testing"

	"picket/envoy/bootstrap"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// withFingerprints reads JA4 and client certificates, and knows the logins.
const withFingerprints = enforcing + `
identity:
  subject: [jwt, basic, mtls]
  fingerprint: {filter_state: picket.ja4}
privacy: {words: 3}
endpoints:
  - {match: POST /v1/login, purpose: login, account: user}
  - {match: POST /v1/form-login, purpose: login, account: user}
scenarios:
  object-enumeration: {off: true}
  failed-logins: {off: true}
`

// tlsRig is a rig whose listener speaks TLS, with a record of what its Envoy tells the control plane.
type tlsRig struct {
	*rig
	record  *record
	base    string // of the listener
	service *authority
	sent    uint64
}

func newTLSRig(t *testing.T, g *garden) *tlsRig {
	t.Helper()
	o := both()
	r := &tlsRig{service: newAuthority(t, "service")}
	listener := newPair(t)
	r.service.sign(t, listener, certificate(t, "listener", 2))
	o.policy = withFingerprints
	o.config = func(c *bootstrap.Config) {
		var address string
		r.record, address = recordedProxy(t, c.Control)
		c.Control, c.Upstream = address, g.service(t)
		c.TLS = &bootstrap.DownstreamTLS{Cert: listener.cert(), Key: listener.key(), ClientCA: r.service.file}
		if _, err := c.Write(c.Dir); err != nil {
			t.Fatal(err)
		}
	}
	r.rig = newRig(t, o)
	r.base = "https://" + r.envoy.Addr("picket_0")
	return r
}

// counted waits until the control plane has counted all that was sent.
func (r *tlsRig) counted(t *testing.T) {
	t.Helper()
	in := r.in(t)
	in.eventually("all requests are counted", func() bool { return uint64(in.metric("picket_requests_total")) == r.sent })
}

func TestBehindTLSOnlyHashesAndSharedWordsLeave(t *testing.T) {
	g := newGarden()
	r := newTLSRig(t, g)
	t.Run("the certificate's name and JA4 arrive as hashes", func(t *testing.T) { certificateIsSubject(t, r, g) })
	t.Run("nothing planted arrives, and a shared word does", func(t *testing.T) { onlySharedWordsArrive(t, r, g) })
}

// certificateIsSubject calls as two clients with certificates, one of them in two ways.
func certificateIsSubject(t *testing.T, r *tlsRig, g *garden) {
	names := []string{
		g.secret("spiffe://corp.example/client/annabelle.smithers"), g.secret("spiffe://corp.example/client/patrick.oneill"),
	}
	var clients []*http.Client
	for i, name := range names {
		own := newPair(t)
		r.service.sign(t, own, certificate(t, g.secret("Common Name Of Client "+name[len(name)-6:]), int64(10+i), name))
		clients = append(clients, r.service.client(t, &own))
	}
	old := r.service.client(t, nil)
	old.Transport.(*http.Transport).TLSClientConfig.MaxVersion = tls.VersionTLS12
	clients = append(clients, old)
	for range 3 {
		for _, c := range clients {
			planted{method: http.MethodGet, host: "api.example.com", path: "/v1/by-certificate"}.send(t, c, r.base, "192.0.2.9")
			r.sent++
		}
	}
	r.counted(t)
	_, reports := r.record.all()
	key := r.record.key(t)
	prints := fingerprints(reports)
	for _, name := range names {
		subject := key.Hash(identify.DomainSubject, []byte(name))
		if n := len(prints[subject]); n != 1 || prints[subject][0] == 0 {
			t.Errorf("%s: fingerprints %x, want one", name, prints[subject])
		}
	}
	if n := len(prints[0]); n != 1 || prints[0][0] == 0 {
		t.Errorf("without a certificate: fingerprints %x, want one", prints[0])
	}
	if len(prints) != len(names)+1 {
		t.Errorf("%d subjects, want %d and none", len(prints), len(names))
	}
	if first := prints[key.Hash(identify.DomainSubject, []byte(names[0]))]; slices.Equal(first, prints[0]) {
		t.Error("another version of TLS has the same fingerprint")
	}
}

// fingerprints gives each subject's. A subject that no certificate names is not among them.
func fingerprints(reports []heard) map[uint64][]uint64 {
	all := map[uint64][]uint64{}
	for _, c := range callers(reports) {
		if c.Subject != 0 && c.SubjectSource != picketv1.SubjectSource_SUBJECT_SOURCE_MTLS {
			continue
		}
		if !slices.Contains(all[c.Subject], c.Fingerprint) {
			all[c.Subject] = append(all[c.Subject], c.Fingerprint)
		}
	}
	return all
}

// onlySharedWordsArrive sends each planted request as two clients: too few for its words to be told.
func onlySharedWordsArrive(t *testing.T, r *tlsRig, g *garden) {
	anyone := r.service.client(t, nil)
	for _, from := range []string{"203.0.113.77", "198.51.100.77"} {
		r.sent += g.send(t, anyone, r.base, from)
	}
	r.counted(t)
	for from, key := range map[string]string{"192.0.2.1": "first-key", "192.0.2.2": "second-key", "192.0.2.3": "third-key"} {
		planted{method: http.MethodGet, host: "api.example.com", path: "/v1/tariffs", header: []string{"X-Api-Key", key}}.send(t, anyone, r.base, from)
		r.sent++
	}
	r.counted(t)
	r.record.await(t, "the word that three consumers used", func(all []heard) bool { return told(all, "tariffs") })
	raw, reports := r.record.all()
	wantUntold(t, raw, slices.Concat(g.secrets, g.words))
	wantTellable(t, wordsTold(reports), slices.Concat(g.secrets, g.words))
	a, err := r.plane.admin.ListEndpoints(t.Context(), &picketv1.ListEndpointsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range a.Endpoints {
		names = append(names, e.Name)
	}
	wantUntold(t, [][]byte{[]byte(strings.Join(names, "\n"))}, slices.Concat(g.secrets, g.words))
	if !slices.Contains(names, "GET /v1/tariffs") || !slices.Contains(names, "GET /v1/{}/{id}") {
		t.Errorf("endpoints %q, want the tariffs among them, and what too few have used without its word", names)
	}
}
