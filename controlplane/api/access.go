package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"connectrpc.com/connect"

	"picket/controlplane/ops"
)

// Access says who may call.
type Access struct {
	// The bearer token of operators; empty: no token is accepted.
	Token string
	// Names that Host may have, beside localhost and the address that a request came to.
	Hosts []string
}

// whoKey is the context key of the caller's name.
type whoKey struct{}

// who names the operator of a request that authenticate let through.
func who(ctx context.Context) string {
	name, _ := ctx.Value(whoKey{}).(string)
	return name
}

// sameSite refuses requests that a browser was tricked into: a Host that is not ours (DNS rebinding), or an Origin that is
// another than the Host (cross-site request forgery). The answer is 403 with one line.
func (a Access) sameSite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.hostAllowed(r) {
			refuse(w, r, http.StatusForbidden, connect.CodePermissionDenied,
				"the Host header names another server: use the address that picket listens on, or name it with --http-name")
			return
		}
		if !sameOrigin(r) {
			refuse(w, r, http.StatusForbidden, connect.CodePermissionDenied, "requests from another origin are refused")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostAllowed compares names only; a port that a proxy changed does no harm.
func (a Access) hostAllowed(r *http.Request) bool {
	host := strings.ToLower(hostname(r.Host))
	if host == "localhost" || slices.ContainsFunc(a.Hosts, func(h string) bool { return strings.EqualFold(h, host) }) {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	asked, err2 := netip.ParseAddr(host)
	return err == nil && err2 == nil && at.Addr().Unmap().WithZone("") == asked.Unmap()
}

// hostname is a host without its port and brackets.
func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

func sameOrigin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	u, err := url.Parse(origins[0])
	return len(origins) == 1 && err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// authenticate lets operators through, and puts their name into the context: a verified certificate's SAN, or
// "operator (token)". A name that a header claims counts for nothing.
func (a Access) authenticate(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(a.Token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := ops.SAN(r.TLS)
		if !ok && a.Token != "" {
			token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			got := sha256.Sum256([]byte(token))
			name, ok = "operator (token)", subtle.ConstantTimeCompare(got[:], want[:]) == 1
		}
		if !ok {
			w.Header().Set("WWW-Authenticate", `Bearer realm="picket"`)
			refuse(w, r, http.StatusUnauthorized, connect.CodeUnauthenticated, "an operator's token or client certificate is required")
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, name)))
	})
}

// refuse answers in the caller's protocol where it speaks one that Connect knows, else with one line.
func refuse(w http.ResponseWriter, r *http.Request, status int, code connect.Code, text string) {
	writer := connect.NewErrorWriter()
	if writer.IsSupported(r) && writer.Write(w, r, connect.NewError(code, errors.New(text))) == nil {
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text)
}
