package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// authority signs certificates for one test. Each name gets NAME.crt and NAME.key in dir.
type authority struct {
	dir, file string
	cert      *x509.Certificate
	key       *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{dir: t.TempDir()}
	a.file = filepath.Join(a.dir, name+".crt")
	a.cert, a.key = a.issue(t, name)
	return a
}

// issue makes a certificate: the authority's own while it has none.
func (a *authority) issue(t *testing.T, name string) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: a.cert == nil, BasicConstraintsValid: true,
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(a.dir, name+".crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(filepath.Join(a.dir, name+".key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// client trusts the server's authority and shows the certificate of name from by, if there is one.
func (a *authority) client(t *testing.T, by *authority, name string) *tls.Config {
	t.Helper()
	c := &tls.Config{RootCAs: x509.NewCertPool()}
	c.RootCAs.AddCert(a.cert)
	if by != nil {
		by.issue(t, name)
		pair, err := tls.LoadX509KeyPair(filepath.Join(by.dir, name+".crt"), filepath.Join(by.dir, name+".key"))
		if err != nil {
			t.Fatal(err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c
}

func TestCertificatesDecideWhoGetsInWhere(t *testing.T) {
	servers, nodes, operators := newAuthority(t, "servers"), newAuthority(t, "nodes"), newAuthority(t, "operators")
	servers.issue(t, "picket")
	o := options(t)
	o.GRPC, o.HTTP = "0.0.0.0:0", "0.0.0.0:0"
	o.TLSCert, o.TLSKey = filepath.Join(servers.dir, "picket.crt"), filepath.Join(servers.dir, "picket.key")
	o.NodeCA, o.OperatorCA = nodes.file, operators.file
	a := running(t, o)
	if a.Token() != "" {
		t.Error("a token beyond loopback that nobody asked for")
	}
	_, httpPort, _ := net.SplitHostPort(a.HTTPAddr())
	_, grpcPort, _ := net.SplitHostPort(a.GRPCAddr())

	node := func(c *tls.Config) error {
		conn, err := grpc.NewClient("127.0.0.1:"+grpcPort, grpc.WithTransportCredentials(credentials.NewTLS(c)))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
		return err
	}
	operator := func(c *tls.Config) error {
		transport := &http.Transport{TLSClientConfig: c}
		defer transport.CloseIdleConnections()
		client := picketv1connect.NewAdminClient(&http.Client{Transport: transport}, "https://127.0.0.1:"+httpPort)
		_, err := client.GetStatus(t.Context(), &picketv1.GetStatusRequest{})
		return err
	}
	if err := node(servers.client(t, nodes, "edge-1")); err != nil {
		t.Errorf("a node: %v", err)
	}
	if err := node(servers.client(t, nil, "")); err == nil {
		t.Error("a node without a certificate gets in")
	}
	if err := node(servers.client(t, operators, "alice")); err == nil {
		t.Error("an operator's certificate is a node's")
	}
	if err := operator(servers.client(t, operators, "alice")); err != nil {
		t.Errorf("an operator: %v", err)
	}
	if err := operator(servers.client(t, nil, "")); connect.CodeOf(err) != connect.CodeUnauthenticated {
		t.Errorf("nobody: %v", err)
	}
	if err := operator(servers.client(t, nodes, "edge-1")); err == nil {
		t.Error("a node's certificate is an operator's")
	}
}
