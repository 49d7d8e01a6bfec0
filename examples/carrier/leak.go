package carrier

import (
	"cmp"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Leak says how many records of others somebody got.
type Leak struct {
	Caller  string // the token's subject, or the address of a caller without one
	Records int    // distinct
}

// leaks counts what went to whom it did not belong to: what a carrier never knew in the real breaches.
type leaks struct {
	mu     sync.Mutex
	byWhom map[string]map[int]struct{}
}

func newLeaks() leaks { return leaks{byWhom: map[string]map[int]struct{}{}} }

// note counts record c, given to a caller who is customer self (0: nobody we know).
func (l *leaks) note(caller string, self int, c *Customer) {
	if c.ID == self {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byWhom[caller] == nil {
		l.byWhom[caller] = map[int]struct{}{}
	}
	l.byWhom[caller][c.ID] = struct{}{}
}

// Leaks gives who got records of others since the start or the last Forget, the most first.
func (s *Server) Leaks() []Leak {
	s.leaks.mu.Lock()
	defer s.leaks.mu.Unlock()
	all := make([]Leak, 0, len(s.leaks.byWhom))
	for _, caller := range slices.Sorted(maps.Keys(s.leaks.byWhom)) {
		all = append(all, Leak{caller, len(s.leaks.byWhom[caller])})
	}
	slices.SortStableFunc(all, func(a, b Leak) int { return cmp.Compare(b.Records, a.Records) })
	return all
}

// LeakedTo gives how many records of others the caller got: a token's subject, or an address.
func (s *Server) LeakedTo(caller string) int {
	s.leaks.mu.Lock()
	defer s.leaks.mu.Unlock()
	return len(s.leaks.byWhom[caller])
}

// Forget starts the count of leaks anew.
func (s *Server) Forget() {
	s.leaks.mu.Lock()
	defer s.leaks.mu.Unlock()
	clear(s.leaks.byWhom)
}

// address is whom X-Forwarded-For names first, else who is connected. Good enough for a count; a service that decides
// something by it would have one hole more.
func address(r *http.Request) string {
	if first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ","); first != "" {
		return strings.TrimSpace(first)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
