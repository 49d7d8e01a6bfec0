package natsstore_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"picket/controlplane"
	"picket/controlplane/natsstore"
	"picket/controlplane/storetest"
)

// TestASecuredServerIsUsedWithItsAuthoritiesACertificateAndAUser starts a server that wants all of them.
func TestASecuredServerIsUsedWithItsAuthoritiesACertificateAndAUser(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	ca := newCA(t, file("ca.crt"))
	newCA(t, file("other.crt"))
	ca.issue(t, file("server"))
	ca.issue(t, file("client"))
	operator, user, stranger := newUsers(t)
	write(t, file("user.creds"), user)
	write(t, file("stranger.creds"), stranger)
	n := storetest.StartNATSWith(t, 1, fmt.Sprintf("tls { cert_file: %q, key_file: %q, ca_file: %q, verify: true }\n%s",
		file("server.crt"), file("server.key"), file("ca.crt"), operator))
	whole := natsstore.Options{
		URL: "tls://" + n.Addr(0), Credentials: file("user.creds"), CA: file("ca.crt"), Cert: file("client.crt"), Key: file("client.key"),
		Journal: natsstore.JournalOptions{MaxBytes: 32 << 20},
	}
	for _, tc := range []struct {
		name   string
		change func(*natsstore.Options)
		want   string // "": it opens
	}{
		{"with everything it opens", func(*natsstore.Options) {}, ""},
		{"without authorities it says what to give", func(o *natsstore.Options) { o.CA = "" }, "give --state-ca"},
		{"with other authorities too", func(o *natsstore.Options) { o.CA = file("other.crt") }, "give --state-ca"},
		{"without a certificate it says what to give", func(o *natsstore.Options) { o.Cert, o.Key = "", "" }, "give --state-cert and --state-key"},
		{"without a user it says what to give", func(o *natsstore.Options) { o.Credentials = "" }, "give --state-creds"},
		{"with a stranger too", func(o *natsstore.Options) { o.Credentials = file("stranger.creds") }, "give --state-creds"},
		{"a file that is not there is named", func(o *natsstore.Options) { o.Credentials = file("missing.creds") }, "missing.creds"},
		{"authorities that are not there are named", func(o *natsstore.Options) { o.CA = file("missing.crt") }, "missing.crt"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := whole
			tc.change(&o)
			s, err := natsstore.Open(t.Context(), o)
			if tc.want == "" {
				use(t, s, err)
				return
			}
			var refused *natsstore.ClusterError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want one line with %q", err, tc.want)
			}
		})
	}
}

func use(t *testing.T, s *natsstore.Store, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Put(t.Context(), "k", []byte("v"), 0)
	if err = errors.Join(err, s.Journal().Append(t.Context(), controlplane.JournalEntry{Data: []byte("x")}), s.Close()); err != nil {
		t.Error(err)
	}
}

// authority signs certificates of one test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newCA(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{}
	der := a.sign(t)
	writePEM(t, name, "CERTIFICATE", der)
	a.cert, _ = x509.ParseCertificate(der) // we made it
	return a
}

// issue writes NAME.crt and NAME.key.
func (a *authority) issue(t *testing.T, name string) {
	t.Helper()
	b := &authority{cert: a.cert, key: a.key}
	writePEM(t, name+".crt", "CERTIFICATE", b.sign(t))
	raw, err := x509.MarshalPKCS8PrivateKey(b.key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, name+".key", "PRIVATE KEY", raw)
}

// sign makes a certificate with a new key, which a has then; by itself where it has no certificate yet.
func (a *authority) sign(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: a.cert == nil, BasicConstraintsValid: true,
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	a.key = key
	return der
}

func writePEM(t *testing.T, name, kind string, der []byte) {
	t.Helper()
	write(t, name, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// newUsers gives a server's configuration, the credentials of a user whom it knows, and those of one of another account.
func newUsers(t *testing.T) (config, user, stranger string) {
	t.Helper()
	operator, system := must(nkeys.CreateOperator())(t), must(nkeys.CreateAccount())(t)
	known, other := must(nkeys.CreateAccount())(t), must(nkeys.CreateAccount())(t)
	account := jwt.NewAccountClaims(public(t, known))
	account.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: -1, DiskStorage: -1, Streams: -1, Consumer: -1}
	config = fmt.Sprintf("operator: %s\nsystem_account: %s\nresolver: MEMORY\nresolver_preload: { %s: %s, %s: %s }\n",
		must(jwt.NewOperatorClaims(public(t, operator)).Encode(operator))(t), public(t, system),
		public(t, system), must(jwt.NewAccountClaims(public(t, system)).Encode(operator))(t),
		public(t, known), must(account.Encode(operator))(t))
	return config, credentials(t, known), credentials(t, other)
}

func credentials(t *testing.T, account nkeys.KeyPair) string {
	t.Helper()
	user := must(nkeys.CreateUser())(t)
	token := must(jwt.NewUserClaims(public(t, user)).Encode(account))(t)
	return string(must(jwt.FormatUserConfig(token, must(user.Seed())(t)))(t))
}

func public(t *testing.T, k nkeys.KeyPair) string { return must(k.PublicKey())(t) }

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
