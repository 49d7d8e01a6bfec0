package e2e

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
)

// authority signs certificates for one test.
type authority struct {
	file string // its own certificate
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// pair is a certificate and its key as files, in a directory of their own: moving another into it renews it.
type pair struct{ dir string }

func newPair(t *testing.T) pair { return pair{t.TempDir()} }

func (p pair) cert() string { return filepath.Join(p.dir, "tls.crt") }

func (p pair) key() string { return filepath.Join(p.dir, "tls.key") }

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a, own := &authority{}, newPair(t)
	a.file = own.cert()
	a.cert, a.key = a.sign(t, own, certificate(t, name, 1))
	return a
}

// certificate is a template for one that holds for localhost and 127.0.0.1, with URIs as names.
func certificate(t *testing.T, name string, serial int64, uris ...string) *x509.Certificate {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		BasicConstraintsValid: true,
	}
	for _, text := range uris {
		c.URIs = append(c.URIs, mustURL(t, text))
	}
	return c
}

// sign makes a certificate and moves it to where p is: the key first, as certificate managers do. An authority without a
// certificate signs its own.
func (a *authority) sign(t *testing.T, p pair, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		template.IsCA, parent, signer = true, template, key
	}
	der, err1 := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	raw, err2 := x509.MarshalPKCS8PrivateKey(key)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	movePEM(t, p.key(), "PRIVATE KEY", raw)
	movePEM(t, p.cert(), "CERTIFICATE", der)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func movePEM(t *testing.T, name, kind string, der []byte) {
	t.Helper()
	err := os.WriteFile(name+".new", pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
	if err == nil {
		err = os.Rename(name+".new", name)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// client trusts the authority and shows the certificate of mine, unless that is nil. Each request has a connection of
// its own.
func (a *authority) client(t *testing.T, mine *pair) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: a.trusted(t, mine)}
	return &http.Client{Transport: transport, CheckRedirect: fresh.CheckRedirect}
}

func (a *authority) trusted(t *testing.T, mine *pair) *tls.Config {
	t.Helper()
	c := &tls.Config{RootCAs: x509.NewCertPool()}
	c.RootCAs.AddCert(a.cert)
	if mine != nil {
		own, err := tls.LoadX509KeyPair(mine.cert(), mine.key())
		if err != nil {
			t.Fatal(err)
		}
		c.Certificates = []tls.Certificate{own}
	}
	return c
}
