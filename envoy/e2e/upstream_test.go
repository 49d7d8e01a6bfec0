package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// upstream is the service: it answers 200 everywhere, but 401 at /login, and at /account without a token.
type upstream struct {
	url *url.URL

	mu   sync.Mutex
	seen map[string]int // requests by the client's address
}

func newUpstream(t *testing.T) *upstream {
	u := &upstream{seen: map[string]int{}}
	s := httptest.NewServer(u)
	t.Cleanup(s.Close)
	u.url = mustURL(t, s.URL)
	return u
}

func (u *upstream) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	client, _, _ := strings.Cut(req.Header.Get("X-Forwarded-For"), ",")
	u.mu.Lock()
	u.seen[client]++
	u.mu.Unlock()
	w.Header().Set("Served", "yes")
	if req.URL.Path == "/login" || strings.HasPrefix(req.URL.Path, "/account/") && req.Header.Get("Authorization") == "" {
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// from tells how many requests of a client came this far.
func (u *upstream) from(client string) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.seen[client]
}
