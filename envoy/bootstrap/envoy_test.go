package bootstrap_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/envoy/bootstrap"
	"picket/envoy/envoytest"
)

// pki writes a certificate for localhost and 127.0.0.1 that is its own authority, and its key. Each call renews it by
// moving new files into place, as certificate managers do.
func pki(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	c, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	move(t, key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b}))
	move(t, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c}))
	return cert, key
}

func move(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// service answers with what reached it.
func service(t *testing.T) *url.URL {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Server", "the service")
		h.Set("Saw-Path", r.URL.EscapedPath())
		h.Set("Saw-Forwarded", r.Header.Get("X-Forwarded-For"))
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func base(t *testing.T) bootstrap.Config {
	return bootstrap.Config{
		Listeners: []string{"127.0.0.1:0", "127.0.0.1:0"}, Admin: "127.0.0.1:0", Upstream: service(t),
		Control: "127.0.0.1:1", Module: envoytest.EmptyModule(t), Workers: 2,
	}
}

func text(t *testing.T, c bootstrap.Config) []byte {
	t.Helper()
	b, err := c.Bootstrap()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEnvoyAcceptsEachShape uses the goldens with what lies elsewhere on a test's machine: module, certificates, secrets.
func TestEnvoyAcceptsEachShape(t *testing.T) {
	dir, module := t.TempDir(), envoytest.EmptyModule(t)
	cert, key := pki(t, dir, 1)
	here := strings.NewReplacer(
		"/var/lib/picket/picket-0123456789ab.wasm", module, "/etc/picket", dir,
		"/pki/edge/tls.crt", cert, "/pki/node/tls.crt", cert, "/pki/tls.crt", cert,
		"/pki/edge/tls.key", key, "/pki/node/tls.key", key, "/pki/tls.key", key,
		"/pki/edge/clients.crt", cert, "/pki/up/ca.crt", cert, "/pki/node/ca.crt", cert, "/pki/ca.crt", cert,
		"path: /pki/edge", "path: "+dir, "path: /pki/node", "path: "+dir, "path: /pki", "path: "+dir,
	)
	goldens, err := filepath.Glob("testdata/*." + bootstrap.BootstrapFile)
	if err != nil || len(goldens) == 0 {
		t.Fatalf("%d golden files, %v", len(goldens), err)
	}
	for _, g := range goldens {
		name := strings.TrimSuffix(filepath.Base(g), "."+bootstrap.BootstrapFile)
		t.Run(name, func(t *testing.T) {
			secrets, err := filepath.Glob("testdata/" + name + ".*.yaml")
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range secrets {
				move(t, filepath.Join(dir, strings.TrimPrefix(filepath.Base(s), name+".")), []byte(here.Replace(read(t, s))))
			}
			envoytest.Validate(t, []byte(here.Replace(read(t, g))))
		})
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// noRedirects shows redirects rather than following them.
var noRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func TestServiceAndPicketReadTheSamePath(t *testing.T) {
	c := base(t)
	e := envoytest.Start(t, text(t, c))
	tests := map[string]struct{ path, want string }{
		"an ordinary path passes":                {"/v1/customers/5", "200 /v1/customers/5"},
		"an encoded letter is written plainly":   {"/v1/%6cogin", "200 /v1/login"},
		"dots and double slashes are resolved":   {"/v1//x/../login", "200 /v1/login"},
		"an encoded slash is redirected":         {"/v1%2Flogin", "307 "},
		"an encoded backslash is redirected":     {"/v1%5Clogin", "307 "},
		"a percent sign stays what it is":        {"/v1/100%25", "200 /v1/100%25"},
		"an encoded letter of a word is no hole": {"/%76%31/login", "200 /v1/login"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			res := get(t, noRedirects, e.URL("picket_1")+test.path, nil)
			if got := res.Status[:4] + res.Header.Get("Saw-Path"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func get(t *testing.T, c *http.Client, target string, header http.Header) *http.Response {
	t.Helper()
	u, err := url.Parse(strings.SplitN(target, "/", 4)[0] + "//" + strings.SplitN(target, "/", 4)[2])
	if err != nil {
		t.Fatal(err)
	}
	u.Opaque = "//" + u.Host + "/" + strings.SplitN(target, "/", 4)[3] // as written, without Go's own cleaning
	req := &http.Request{Method: http.MethodGet, URL: u, Header: header}
	if header == nil {
		req.Header = http.Header{}
	}
	res, err := c.Do(req.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return res
}

func TestEnvoyHidesItselfAndKeepsTheServicesName(t *testing.T) {
	e := envoytest.Start(t, text(t, base(t)))
	h := get(t, noRedirects, e.URL("picket_0")+"/x", nil).Header
	if got := h.Get("Server"); got != "the service" {
		t.Errorf("server %q", got)
	}
	for k := range h {
		if strings.HasPrefix(k, "X-Envoy") {
			t.Errorf("header %s: %s", k, h.Get(k))
		}
	}
}

// The filter may read x-forwarded-for instead of source.address, which is Envoy's downstream remote address.
func TestForwardedAddressIsTheOneThatEnvoyTrusts(t *testing.T) {
	const tell = "response_headers_to_add: [{header: {key: trusted, value: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'}}]"
	for hops := 1; hops <= 2; hops++ {
		c := base(t)
		c.TrustedHops = hops
		config := strings.Replace(string(text(t, c)), "route_config:\n", "route_config:\n"+strings.Repeat(" ", 18)+tell+"\n", 1)
		e := envoytest.Start(t, []byte(config))
		h := get(t, noRedirects, e.URL("picket_0")+"/x", http.Header{"X-Forwarded-For": {"1.1.1.1,2.2.2.2"}}).Header
		entries := strings.Split(h.Get("Saw-Forwarded"), ",")
		if got := entries[len(entries)-1-hops]; got != h.Get("Trusted") {
			t.Errorf("%d hops: of %q the filter would take %s, Envoy trusts %s", hops, entries, got, h.Get("Trusted"))
		}
	}
}

func TestRenewedCertificateIsServedWithoutARestart(t *testing.T) {
	dir := t.TempDir()
	c := base(t)
	cert, key := pki(t, dir, 1)
	c.TLS = &bootstrap.DownstreamTLS{Cert: cert, Key: key}
	file, err := c.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	e := envoytest.Start(t, []byte(read(t, file)))
	if got := serial(t, e.Addr("picket_0")); got != 1 {
		t.Fatalf("serial %d, want 1", got)
	}
	pki(t, dir, 2)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for serial(t, e.Addr("picket_0")) != 2 {
		if ctx.Err() != nil {
			t.Fatal("the old certificate is still served")
		}
	}
}

func serial(t *testing.T, addr string) int64 {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) // the serial is all we look at
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func TestTLSUpstreamIsVerifiedAndCalledByItsOwnName(t *testing.T) {
	seen := make(chan string, 1)
	s := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Host }))
	defer s.Close()
	ca := filepath.Join(t.TempDir(), "ca.crt")
	move(t, ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	c := base(t)
	var err error
	if c.Upstream, err = url.Parse(s.URL); err != nil {
		t.Fatal(err)
	}
	c.UpstreamCA = ca
	e := envoytest.Start(t, text(t, c))
	if res := get(t, noRedirects, e.URL("picket_0")+"/", nil); res.StatusCode != http.StatusOK {
		t.Fatalf("status %s", res.Status)
	}
	if diff := cmp.Diff(c.Upstream.Host, <-seen); diff != "" {
		t.Error(diff)
	}
	c.UpstreamCA, _ = pki(t, t.TempDir(), 7) // another authority
	e = envoytest.Start(t, text(t, c))
	if res := get(t, noRedirects, e.URL("picket_0")+"/", nil); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a service with an unknown certificate answers %s", res.Status)
	}
}
