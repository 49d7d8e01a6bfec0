package api

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestOnlyOperatorsOfThisServerGetIn(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	access := Access{Token: token, Hosts: []string{"picket.corp"}}
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, who(r.Context())) })
	h := access.sameSite(access.authenticate(echo))
	cert := &x509.Certificate{DNSNames: []string{"alice"}}
	verified := &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{cert}}, PeerCertificates: []*x509.Certificate{cert}}
	shown := &tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}}
	cases := []struct {
		name, host, origin, authorization string
		tls                               *tls.ConnectionState
		want                              int
		text                              string
	}{
		{"a token names an operator", "127.0.0.1:8080", "", "Bearer " + token, nil, 200, "operator (token)"},
		{"no token is refused", "127.0.0.1:8080", "", "", nil, 401, "required"},
		{"a wrong token is refused", "127.0.0.1:8080", "", "Bearer " + token[1:], nil, 401, "required"},
		{"the start of a token is refused", "127.0.0.1:8080", "", "Bearer " + token[:8], nil, 401, "required"},
		{"a verified certificate names its owner", "127.0.0.1:8080", "", "", verified, 200, "alice"},
		{"a certificate that was only shown is refused", "127.0.0.1:8080", "", "", shown, 401, "required"},
		{"localhost is this server", "localhost:8080", "", "Bearer " + token, nil, 200, "operator"},
		{"a configured name is this server", "Picket.Corp", "", "Bearer " + token, nil, 200, "operator"},
		{"another name is not", "rebound.example:8080", "", "Bearer " + token, nil, 403, "Host"},
		{"another address is not", "127.0.0.2:8080", "", "Bearer " + token, nil, 403, "Host"},
		{"no host is not", "", "", "Bearer " + token, nil, 403, "Host"},
		{"the same origin is fine", "127.0.0.1:8080", "http://127.0.0.1:8080", "Bearer " + token, nil, 200, "operator"},
		{"another origin is refused", "127.0.0.1:8080", "http://evil.example", "Bearer " + token, nil, 403, "origin"},
		{"another port is another origin", "127.0.0.1:8080", "http://127.0.0.1:9090", "Bearer " + token, nil, 403, "origin"},
		{"a null origin is refused", "127.0.0.1:8080", "null", "Bearer " + token, nil, 403, "origin"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			local := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:8080"))
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
			r.Host, r.TLS = c.host, c.tls
			set(r, "Origin", c.origin)
			set(r, "Authorization", c.authorization)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.want || !strings.Contains(w.Body.String(), c.text) || strings.Count(w.Body.String(), "\n") > 1 {
				t.Errorf("got %d %q, want %d with %q", w.Code, w.Body, c.want, c.text)
			}
		})
	}
}

func set(r *http.Request, name, value string) {
	if value != "" {
		r.Header.Set(name, value)
	}
}

func TestWithoutATokenNobodyGetsInByAnEmptyOne(t *testing.T) {
	h := Access{}.authenticate(http.NotFoundHandler())
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("Authorization", "Bearer ")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized {
		t.Errorf("got %d", w.Code)
	}
}
