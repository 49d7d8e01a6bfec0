package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"picket/envoy/bootstrap"
)

const injection = "x' OR 1=1 UNION SELECT password FROM users -- "

// catchAll is a service that answers everything and counts what reached it.
type catchAll struct {
	requests atomic.Int64
	bytes    atomic.Int64
}

func (c *catchAll) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c.requests.Add(1)
	n, _ := io.Copy(io.Discard, req.Body)
	c.bytes.Add(n)
	w.Header().Set("Served", "yes")
	if strings.HasPrefix(req.URL.Path, "/broken") {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "<h1>You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near ''1'' at line 1</h1>")
		return
	}
	_, _ = io.WriteString(w, `{"ok":true}`)
}

// inspected is a rig in front of a catch-all service, by default with the policy that picket up --mode enforce has.
func inspected(t *testing.T, policy string) (*rig, *catchAll) {
	service := &catchAll{}
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	o := both()
	o.policy = policy
	o.config = func(c *bootstrap.Config) { c.Upstream = mustURL(t, server.URL) }
	return newRig(t, o), service
}

func TestAnInjectionNeverReachesTheServiceAndHasAStory(t *testing.T) {
	r, service := inspected(t, "")
	const multipart = "--bbb\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n" + injection + "\r\n--bbb--\r\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, `{"name":"`+injection+`"}`)
	_ = z.Close()
	for name, tt := range map[string]struct {
		path, body string
		headers    []string
		place      string
	}{
		"in the query":    {"/v1/items?name=x%27%20OR%201=1%20UNION%20SELECT%20password%20FROM%20users--", "", nil, "query"},
		"in a JSON field": {"/v1/items", `{"user":{"name":"` + injection + `"}}`, []string{"Content-Type", "application/json"}, "JSON"},
		"in a cookie":     {"/v1/items", "", []string{"Cookie", "theme=dark; name=x'%20OR%201=1--"}, "cookie"},
		"in a GraphQL variable": {"/graphql", `{"query":"query($n:String){user(name:$n){id}}","variables":{"name":"` + injection + `"}}`,
			[]string{"Content-Type", "application/json"}, "JSON"},
		"in a multipart field": {"/v1/items", multipart, []string{"Content-Type", "multipart/form-data; boundary=bbb"}, "multipart"},
		"in a compressed body": {"/v1/items", zipped.String(), []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}, "JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			r, before := r.in(t), service.requests.Load()
			var a answer
			if tt.body == "" {
				a = r.get("192.0.2.7", tt.path, tt.headers...)
			} else {
				a = r.post("192.0.2.7", tt.path, tt.body, tt.headers...)
			}
			if a.decision == "" {
				t.Fatalf("status %d without a decision: %s", a.status, a.body)
			}
			wantDenied(t, a, a.decision)
			if n := service.requests.Load(); n != before {
				t.Error("the service saw it")
			}
			var story []string
			r.eventually("the denial has a story", func() bool { story = r.storyOf(a.decision); return story != nil })
			text := strings.Join(story, " ")
			for _, want := range []string{"SQL injection", tt.place, "192.0.2.7"} {
				if !strings.Contains(text, want) {
					t.Errorf("the story does not tell of %q: %s", want, text)
				}
			}
		})
	}
}

func TestAnEssayAboutSQLPasses(t *testing.T) {
	r, service := inspected(t, "")
	essay := `{"title":"How SQL injection works","text":"An attacker closes the quote and adds OR 1=1, so that SELECT returns all rows. Mr O'Brien's name breaks naive code, too; a UNION of two tables reads passwords. Never build a statement from strings."}`
	wantServed(t, r.post("192.0.2.7", "/v1/essays", essay, "Content-Type", "application/json"))
	if n := service.bytes.Load(); n != int64(len(essay)) {
		t.Errorf("%d bytes reached the service, want %d", n, len(essay))
	}
}

// slowBody is a connection on which a request's body comes in pieces.
func (r *rig) slowBody(path string, length int) net.Conn {
	r.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.envoy.URL("picket_0"), "http://"))
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = c.Close() })
	_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.8\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", path, length)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func TestABodyThatIsSlowIsLetGoAndStillWatched(t *testing.T) {
	r, service := inspected(t, enforcing+"inspection: {wait: 50ms}\n")
	first, rest := `{"a":"slow`, ` and honest"}`
	c := r.slowBody("/v1/items", len(first)+len(rest))
	_, _ = io.WriteString(c, first)
	r.eventually("what was held is let go", func() bool { return service.requests.Load() == 1 })
	_, _ = io.WriteString(c, rest)
	if b, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 200") {
		t.Errorf("%q: %v", b, err)
	}
	if n := service.bytes.Load(); n != int64(len(first)+len(rest)) {
		t.Errorf("%d bytes reached the service", n)
	}
	evil := injection + `"}`
	c = r.slowBody("/v1/items", len(first)+len(evil))
	_, _ = io.WriteString(c, first)
	r.eventually("the second one is let go", func() bool { return service.requests.Load() == 2 })
	_, _ = io.WriteString(c, evil)
	if b, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 403") {
		t.Errorf("%q: %v", b, err)
	}
}

func TestBodiesOfAllSizesArriveWhole(t *testing.T) {
	r, service := inspected(t, "")
	sent := int64(0)
	for _, size := range []int{0, 1, 100, 16_000, 16_384, 16_385, 40_000, 300_000, 3_000_000} {
		body := `{"text":"` + strings.Repeat("All is well here. ", size/18) + `"}`
		a := r.post("192.0.2.7", "/v1/items", body, "Content-Type", "application/json")
		wantServed(t, a)
		if sent += int64(len(body)); service.bytes.Load() != sent {
			t.Fatalf("of %d bytes %d reached the service", sent, service.bytes.Load())
		}
	}
}

func TestAnInjectionBehindWhatIsHeldResetsTheRequest(t *testing.T) {
	r, service := inspected(t, "")
	first, rest := `{"text":"`+strings.Repeat("All is well here. ", 2000), `","name":"`+injection+`"}`
	c := r.slowBody("/v1/items", len(first)+len(rest))
	_, _ = io.WriteString(c, first)
	r.eventually("what was held is let go", func() bool { return service.requests.Load() == 1 })
	_, _ = io.WriteString(c, rest)
	b, err := io.ReadAll(c)
	_, id, _ := strings.Cut(string(b), "x-picket-decision: ")
	id, _, _ = strings.Cut(id, "\r\n")
	if err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 403") || id == "" {
		t.Fatalf("%q: %v", b, err)
	}
	r.eventually("the story says that the service saw it", func() bool {
		return strings.Contains(strings.Join(r.storyOf(id), " "), "saw")
	})
}

func TestAnErrorPageIsFoundAndTellsWhatItAnswers(t *testing.T) {
	r, _ := inspected(t, "picket: v1\nmode: observe\n")
	a := r.get("192.0.2.7", "/broken?name=x%27%20OR%201=1--")
	if a.status != http.StatusInternalServerError || a.decision != "" {
		t.Fatalf("observe mode answered %d", a.status)
	}
	r.eventually("both findings are known", func() bool {
		request, leak := r.finding("sqli"), r.finding("leak")
		return request != nil && leak != nil && strings.Contains(strings.Join(r.storyOf(leak.Id), " "), request.Id)
	})
}

func TestABodyThatEndsWithTrailersIsInspectedToItsEnd(t *testing.T) {
	r, service := inspected(t, "")
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	for name, tt := range map[string]struct {
		body   string
		status int
		seen   int64
	}{
		"an injection": {injection, http.StatusForbidden, 0},
		"honest words": {"All is well here.", http.StatusOK, 1},
	} {
		t.Run(name, func(t *testing.T) {
			before := service.requests.Load()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.envoy.URL("picket_0")+"/v1/items", io.NopCloser(strings.NewReader(tt.body)))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "text/plain")
			req.Trailer = http.Header{"Checksum": {"1"}}
			res, err := transport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != tt.status || service.requests.Load()-before != tt.seen {
				t.Errorf("status %d, %d requests at the service", res.StatusCode, service.requests.Load()-before)
			}
		})
	}
}
