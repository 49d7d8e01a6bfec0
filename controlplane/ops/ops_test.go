package ops

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
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
	"google.golang.org/grpc/credentials"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/peer"
)

func TestReadinessNamesWhatIsMissing(t *testing.T) {
	r := NewReadiness("register synced", "policy ready")
	mux := http.NewServeMux()
	Mount(mux, NewRegistry(), r)
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	health := func() healthpb.HealthCheckResponse_ServingStatus {
		a, err := r.Health().Check(context.Background(), &healthpb.HealthCheckRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return a.Status
	}
	steps := []struct {
		met  string
		code int
		text string
		grpc healthpb.HealthCheckResponse_ServingStatus
	}{
		{"", 503, "not ready: register synced, policy ready\n", healthpb.HealthCheckResponse_NOT_SERVING},
		{"policy ready", 503, "not ready: register synced\n", healthpb.HealthCheckResponse_NOT_SERVING},
		{"policy ready", 503, "not ready: register synced\n", healthpb.HealthCheckResponse_NOT_SERVING},
		{"register synced", 200, "ok\n", healthpb.HealthCheckResponse_SERVING},
		{"register synced", 200, "ok\n", healthpb.HealthCheckResponse_SERVING},
	}
	for _, s := range steps {
		r.Met(s.met)
		code, text := get("/readyz")
		if code != s.code || text != s.text || health() != s.grpc {
			t.Errorf("after %q: %d %q %v, want %d %q %v", s.met, code, text, health(), s.code, s.text, s.grpc)
		}
	}
	<-r.Ready()
	if code, _ := get("/livez"); code != 200 {
		t.Errorf("/livez: %d", code)
	}
	if _, text := get("/metrics"); !strings.Contains(text, "go_goroutines") {
		t.Error("/metrics lacks the runtime's")
	}
}

func TestLoggerRefusesUnknownLevelsAndFormats(t *testing.T) {
	for _, c := range [][2]string{{"loud", ""}, {"", "xml"}} {
		if _, err := NewLogger(io.Discard, c[0], c[1]); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
	var b bytes.Buffer
	log, err := NewLogger(&b, "warn", "json")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("quiet")
	log.Warn("heard")
	if strings.Contains(b.String(), "quiet") || !strings.Contains(b.String(), `"msg":"heard"`) {
		t.Errorf("got %s", b.String())
	}
}

// authority signs certificates for one test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign writes NAME.crt and NAME.key to dir.
func (a *authority) sign(t *testing.T, dir, name string, serial int64) (cert, key string) {
	t.Helper()
	k := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, URIs: []*url.URL{{Scheme: "spiffe", Host: "corp", Path: "/" + name}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &k.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
	write(t, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}))
	return cert, key
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// handshake gives the server's serial number and the client's SAN as the server sees it.
func handshake(t *testing.T, server, client *tls.Config) (serial int64, san string, err error) {
	t.Helper()
	a, b := net.Pipe()
	s, c := tls.Server(a, server), tls.Client(b, client)
	defer func() { _ = a.Close(); _ = b.Close() }()
	failed := make(chan error, 1)
	go func() {
		err := s.Handshake()
		if err != nil {
			_ = a.Close()
		}
		failed <- err
	}()
	if err := c.Handshake(); err != nil {
		_ = b.Close()
		return 0, "", <-failed
	}
	go func() { _, _ = io.Copy(io.Discard, c) }()
	if err := <-failed; err != nil {
		return 0, "", err
	}
	state := s.ConnectionState()
	san, _ = SAN(&state)
	return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), san, nil
}

func TestCertificatesRenewWithoutARestart(t *testing.T) {
	dir, ca := t.TempDir(), newAuthority(t)
	caFile := filepath.Join(dir, "ca.crt")
	write(t, caFile, ca.pem)
	cert, key := ca.sign(t, dir, "server", 10)
	now := time.Now()
	config, err := TLS{CertFile: cert, KeyFile: key, ClientCAFile: caFile}.Config(
		func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	roots, err := ReadCAs(caFile)
	if err != nil {
		t.Fatal(err)
	}
	clientCert, clientKey := ca.sign(t, dir, "node-1", 20)
	pair, err := tls.LoadX509KeyPair(clientCert, clientKey)
	if err != nil {
		t.Fatal(err)
	}
	client := &tls.Config{RootCAs: roots, ServerName: "server", Certificates: []tls.Certificate{pair}}
	check := func(what string, want int64) {
		t.Helper()
		serial, san, err := handshake(t, config, client)
		if err != nil || serial != want || san != "spiffe://corp/node-1" {
			t.Errorf("%s: serial %d, client %q, error %v; want serial %d", what, serial, san, err, want)
		}
	}
	check("at first", 10)
	ca.sign(t, dir, "server", 11)
	touch(t, cert, now.Add(time.Minute))
	check("within a second", 10)
	now = now.Add(2 * time.Second)
	check("after it", 11)
	write(t, key, []byte("broken"))
	now = now.Add(2 * time.Second)
	check("with a broken key", 11)
	ca.sign(t, dir, "server", 12)
	now = now.Add(2 * time.Second)
	check("mended", 12)

	t.Run("a client without a certificate is turned away", func(t *testing.T) {
		if _, _, err := handshake(t, config, &tls.Config{RootCAs: roots, ServerName: "server"}); err == nil {
			t.Error("no error")
		}
	})
}

func touch(t *testing.T, name string, at time.Time) {
	t.Helper()
	if err := os.Chtimes(name, at, at); err != nil {
		t.Fatal(err)
	}
}

func TestIdentityIsTheVerifiedCertificate(t *testing.T) {
	spiffe := &url.URL{Scheme: "spiffe", Host: "corp", Path: "/edge/1"}
	state := func(verified bool, c *x509.Certificate) tls.ConnectionState {
		s := tls.ConnectionState{PeerCertificates: []*x509.Certificate{c}}
		if verified {
			s.VerifiedChains = [][]*x509.Certificate{{c}}
		}
		return s
	}
	cases := []struct {
		name  string
		state tls.ConnectionState
		want  string
	}{
		{"a URI comes before a DNS name", state(true, &x509.Certificate{URIs: []*url.URL{spiffe}, DNSNames: []string{"edge"}}), "spiffe://corp/edge/1"},
		{"a DNS name serves", state(true, &x509.Certificate{DNSNames: []string{"edge"}}), "edge"},
		{"a common name does not", state(true, &x509.Certificate{Subject: pkix.Name{CommonName: "edge"}}), ""},
		{"an unverified certificate names nobody", state(false, &x509.Certificate{DNSNames: []string{"edge"}}), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx := peer.NewContext(context.Background(), &peer.Peer{AuthInfo: credentials.TLSInfo{State: c.state}})
			got, ok := Identity(ctx)
			if diff := cmp.Diff(c.want, got); diff != "" || ok != (c.want != "") {
				t.Errorf("ok %v, -want +got:\n%s", ok, diff)
			}
		})
	}
	if _, ok := Identity(context.Background()); ok {
		t.Error("somebody without a peer")
	}
}
