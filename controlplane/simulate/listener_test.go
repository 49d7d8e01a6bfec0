package simulate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// at once sends everything as fast as it can.
func atOnce(ctx context.Context, _ time.Duration, _ func()) error { return ctx.Err() }

// listen gives options to play against the simulated service, with something in front of it.
func listen(t *testing.T, front func(http.Handler) http.Handler, timelines ...Timeline) ListenerOptions {
	t.Helper()
	var h http.Handler = NewService(ServiceOptions{Timelines: timelines})
	if front != nil {
		h = front(h)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return ListenerOptions{URL: u, Pace: atOnce}
}

func TestTheServiceBehindAListenerGivesAwayWhatTheModelDoes(t *testing.T) {
	for _, name := range []string{"bola-sequential", "id-guessing", "enumeration-login", "injection-worked", "unprotected-endpoint", "mistyped-password"} {
		t.Run(name, func(t *testing.T) {
			tl, _ := Find(name)
			heard, err := PlayListener(t.Context(), tl, listen(t, nil))
			if err != nil {
				t.Fatal(err)
			}
			model := model(tl)
			if diff := cmp.Diff(model, leaksOf(heard.Result)); diff != "" || heard.Failed > 0 {
				t.Errorf("%d failed (%v); leaked (-model +listener):\n%s", heard.Failed, heard.FirstFailed, diff)
			}
		})
	}
}

// model gives what each actor of a timeline gets where nobody stands between.
func model(tl *Timeline) map[string]int {
	s, r := tell(tl, 1), &Result{}
	of := map[*Actor]*ActorResult{}
	for i := range s.requests {
		q := &s.requests[i]
		if of[q.actor] == nil {
			of[q.actor] = newActorResult(q.actor)
			r.Actors = append(r.Actors, of[q.actor])
		}
		a := s.service.answer(q)
		of[q.actor].count(passed, &a)
	}
	return leaksOf(r)
}

func leaksOf(r *Result) map[string]int {
	leaks := map[string]int{}
	for _, a := range r.Actors {
		leaks[a.Actor] += a.Leaked
	}
	return leaks
}

// two is a thief and somebody who is taken for him.
func two() Timeline {
	return Timeline{Name: "two", Fires: []string{"a", "c"}, After: "records", Play: func(s *Scene) {
		a := s.thief(500)
		for i := range 20 {
			a.ask("GET", "/v1/customers/"+[]string{"100010", "100011"}[i%2])
			a.wait(time.Second)
		}
		b := s.customer(7)
		b.wait(9500 * time.Millisecond)
		b.ask("GET", "/v1/me")
	}}
}

// limited answers as Picket does: the thief's requests from the eleventh on are denied, from the sixteenth throttled, and
// the sixth for what stands inside; those of others once.
func limited(next http.Handler) http.Handler {
	var seen atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		thief := strings.HasPrefix(q.Header.Get("X-Forwarded-For"), "45.")
		n := int64(0)
		if thief {
			n = seen.Add(1)
		}
		var id string
		status := http.StatusForbidden
		switch {
		case !thief:
			id = "00000000000000bb"
		case n == 6:
			id = "00000000000000ff"
		case n > 15:
			id, status = "00000000000000aa", http.StatusTooManyRequests
		case n > 10:
			id = "00000000000000aa"
		default:
			next.ServeHTTP(w, q)
			return
		}
		w.Header().Set("X-Picket-Decision", id)
		w.WriteHeader(status)
	})
}

func TestAPlayHearsWhoWasStoppedByWhat(t *testing.T) {
	tl := two()
	o := listen(t, limited, tl)
	o.Lanes = 1 // so that they come in their order
	h, err := PlayListener(t.Context(), &tl, o)
	if err != nil {
		t.Fatal(err)
	}
	h.Resolve(map[string]string{"00000000000000aa": "a", "00000000000000bb": "b"})
	h.Fire(map[string]int{"a": 3, "c": 1})
	thief, other := h.Actors[0], h.Actors[1]
	if thief.Attacker != true || thief.Denied != 5 || thief.Throttled != 5 || thief.Found != 1 || thief.Leaked != 2 || other.Denied != 1 {
		t.Errorf("%+v, %+v", thief, other)
	}
	want := []Detected{{inside, 6, 5 * time.Second}, {"a", 11, 10 * time.Second}}
	if diff := cmp.Diff(want, thief.Detected); diff != "" {
		t.Errorf("detected: %s", diff)
	}
	if h.First == nil || h.First.Scenario != inside || h.First.Requests != 6 || h.First.Leaked != 2 {
		t.Errorf("first %+v", h.First)
	}
	if a, ok := h.Of("a"); !ok || a.Times != 3 || a.After != 10*time.Second {
		t.Errorf("fired %+v", a)
	}
	if len(h.Missing()) > 0 || len(h.HonestHit()) != 1 {
		t.Errorf("missing %v, %d hit", h.Missing(), len(h.HonestHit()))
	}
}

func TestAListenerThatIsGoneFailsRequestsAndNotThePlay(t *testing.T) {
	tl := two()
	o := listen(t, nil, tl)
	o.URL.Host = "127.0.0.1:1"
	h, err := PlayListener(t.Context(), &tl, o)
	if err != nil || h.Failed != h.Requests || h.FirstFailed == nil {
		t.Errorf("%v, %d of %d failed: %v", err, h.Failed, h.Requests, h.FirstFailed)
	}
}

func TestAPlayEndsWithItsContext(t *testing.T) {
	tl := two()
	o := listen(t, nil, tl)
	ctx, stop := context.WithCancel(t.Context())
	o.Pace = func(ctx context.Context, at time.Duration, settle func()) error {
		if settle(); at >= 5*time.Second {
			stop()
		}
		return ctx.Err()
	}
	if _, err := PlayListener(ctx, &tl, o); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestGapsAreDividedBySpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &listening{o: ListenerOptions{Speed: 10}, began: time.Now()}
		for _, at := range []time.Duration{time.Second, time.Minute, 30 * time.Second} {
			if err := p.wait(t.Context(), at, nil); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(p.began); took != 6*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestTheServiceKnowsItsOwnTimelinesOnly(t *testing.T) {
	tests := map[string]struct {
		header string
		want   int
	}{
		"a stranger":                        {"", 401},
		"a request of the timeline":         {"two/1/0/1", 401}, // it shows no token
		"another seed":                      {"two/2/0/1", 400},
		"another timeline":                  {"three/1/0/1", 400},
		"a request after the last":          {"two/1/21/1", 400},
		"a number that is none":             {"two/1/x/1", 400},
		"no speed":                          {"two/1/0/0", 400},
		"something else than a reference":   {"two", 400},
		"a number before the first request": {"two/1/-1/1", 400},
	}
	s := NewService(ServiceOptions{Timelines: []Timeline{two()}, Delay: true})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			q := httptest.NewRequest("GET", "/v1/me", nil)
			if test.header != "" {
				q.Header.Set(requestHeader, test.header)
			}
			w := httptest.NewRecorder()
			if s.ServeHTTP(w, q); w.Code != test.want {
				t.Errorf("status %d, want %d: %s", w.Code, test.want, w.Body)
			}
		})
	}
}

// TestCallersHaveFingerprintsOfTheirOwnBehindTLS looks at what a JA4 is made of that differs: the first protocol of ALPN.
func TestCallersHaveFingerprintsOfTheirOwnBehindTLS(t *testing.T) {
	tl := Timeline{Name: "programs", Play: func(s *Scene) {
		for i, fingerprint := range []string{"a", "b", "a"} {
			a := s.customer(i)
			a.Caller.Fingerprint = fingerprint
			a.ask("GET", "/v1/me")
		}
	}}
	var mu sync.Mutex
	offered := map[string]int{}
	srv := httptest.NewUnstartedServer(NewService(ServiceOptions{Timelines: []Timeline{tl}}))
	srv.TLS = &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		mu.Lock()
		defer mu.Unlock()
		offered[strings.Join(h.SupportedProtos, " ")]++
		return nil, nil //nolint:nilnil // the configuration stays
	}}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	o := ListenerOptions{URL: u, Pace: atOnce, Lanes: 1, TLS: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}}
	h, err := PlayListener(t.Context(), &tl, o)
	if err != nil || h.Failed > 0 {
		t.Fatal(err, h.FirstFailed)
	}
	if len(offered) != 2 {
		t.Errorf("offered %v, want two programs, each on one connection", offered)
	}
	for protocols, connections := range offered {
		if !strings.HasSuffix(protocols, " http/1.1") || connections != 1 {
			t.Errorf("%q on %d connections", protocols, connections)
		}
	}
}

func TestARequestGoesOutWithAllThatItsCallerShows(t *testing.T) {
	r := Request{
		Method: "POST", Path: "/v1/imports?x=1", Upload: 10, Headers: [][2]string{{"user-agent", "sqlmap"}},
		Caller: Caller{Address: netip.MustParseAddr("192.0.2.7"), Key: "k", Session: "s", Basic: "dTo="},
	}
	q, err := r.http(t.Context(), &url.URL{Scheme: "http", Host: "h", Path: "/"})
	if err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"X-Forwarded-For": {"192.0.2.7"}, "X-Api-Key": {"k"}, "Cookie": {"session=s"}, "Authorization": {"Basic dTo="},
		"User-Agent": {"sqlmap"}, "Content-Type": {"application/octet-stream"},
	}
	if diff := cmp.Diff(want, q.Header); diff != "" || q.ContentLength != 10 || q.URL.String() != "http://h/v1/imports?x=1" {
		t.Errorf("%s of %d bytes: %s", q.URL, q.ContentLength, diff)
	}
}
