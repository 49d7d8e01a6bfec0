package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/controlplane/app"
	"picket/envoy/bootstrap"
	"picket/envoy/envoytest"
)

// within bounds every wait. It is generous: the machine may be busy, and nothing here measures.
const within = 60 * time.Second

// workers is Envoy's --concurrency; instances counts the main thread's too.
const (
	workers   = 2
	instances = workers + 1
)

// enforcing is a policy in which automatic decisions act.
const enforcing = "picket: v1\nmode: enforce\n"

// options of a rig; the zero value is a control plane in memory, in this process, that tells nodes nothing.
type options struct {
	state        string // a directory; empty: memory
	policy       string // the policy file's text; empty: enforcing
	deltas, ecds bool
	listeners    int    // 0: one
	module       string // the filter's file; empty: a copy of the built one
	process      bool   // the control plane is a process of its own, which can be killed
	offline      bool   // the control plane is not started, and nothing is waited for

	// Hooks for what is not named above; each may be nil.
	control func(*app.Options)
	config  func(*bootstrap.Config)
	envoy   []envoytest.Option
}

// both are the two ways down.
func both() options { return options{deltas: true, ecds: true} }

// rig is an Envoy with Picket's filter in front of a service, and the control plane that it streams to over a link that
// can be cut. The control plane's address stays the same however often it is started.
type rig struct {
	t        *testing.T
	o        options
	policy   string // file
	upstream *upstream
	link     *link
	plane    *plane // nil: stopped
	envoy    *envoytest.Envoy
}

// newRig starts all of it and waits until every worker enforces the first policy.
func newRig(t *testing.T, o options) *rig {
	t.Helper()
	envoytest.Path(t)
	r := &rig{t: t, o: o, upstream: newUpstream(t), link: newLink(t)}
	if o.policy == "" {
		r.o.policy = enforcing
	}
	r.policy = filepath.Join(t.TempDir(), "policy.yaml")
	r.writePolicy(r.o.policy)
	if !o.offline {
		r.startControlPlane()
	}
	r.startEnvoy()
	if !o.offline && (o.deltas || o.ecds) {
		r.waitWorkers(instances)
	}
	return r
}

// in gives the rig for a sub-test, which may not start or stop parts of it.
func (r *rig) in(t *testing.T) *rig {
	sub := *r
	sub.t = t
	return &sub
}

func (r *rig) writePolicy(text string) {
	r.t.Helper()
	if err := os.WriteFile(r.policy, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) startEnvoy() {
	r.t.Helper()
	r.envoy = envoytest.Start(r.t, r.bootstrap(), append([]envoytest.Option{envoytest.Concurrency(workers)}, r.o.envoy...)...)
}

// bootstrap is Envoy's configuration. One proxy is trusted to name the client, so that a test can be many of them.
func (r *rig) bootstrap() []byte {
	r.t.Helper()
	if r.o.module == "" {
		r.o.module = moduleCopy(r.t, "picket.wasm")
	}
	c := bootstrap.Config{
		NodeID: "edge-1", Cluster: "edge", Admin: "127.0.0.1:0", TrustedHops: 1, Upstream: r.upstream.url,
		Control: r.link.addr(), Module: r.o.module, Workers: workers, Tick: 25 * time.Millisecond, Dir: r.t.TempDir(),
	}
	for range max(1, r.o.listeners) {
		c.Listeners = append(c.Listeners, "127.0.0.1:0")
	}
	if r.o.config != nil {
		r.o.config(&c)
	}
	b, err := c.Bootstrap()
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

// built gives the path of what `make build build/picket-fault.wasm` built.
func built(t *testing.T, name string) string {
	t.Helper()
	p, err := filepath.Abs(filepath.Join("..", "..", "build", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(p); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("run make build/%s: %v", name, err)
	}
	return p
}

// moduleCopy copies a built filter to where a test may change it.
func moduleCopy(t *testing.T, name string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "picket.wasm")
	copyFile(t, built(t, name), to)
	return to
}

// copyFile replaces a file in one step, as an update does.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to+".new", b, 0o600)
	}
	if err == nil {
		err = os.Rename(to+".new", to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// eventually looks until ok, or ends the test when that takes too long.
func (r *rig) eventually(what string, ok func() bool) {
	r.t.Helper()
	late := time.NewTimer(within)
	defer late.Stop()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !ok() {
		select {
		case <-late.C:
			r.t.Fatalf("still waiting until %s\n%s", what, r.state())
		case <-again.C:
		}
	}
}

// state tells what the control plane knows, for failures.
func (r *rig) state() string {
	if r.plane == nil {
		return "the control plane is stopped"
	}
	var b strings.Builder
	for _, n := range r.nodes() {
		b.WriteString(n.String() + "\n")
	}
	b.WriteString(r.status().String())
	return b.String()
}

// answer is what a caller got.
type answer struct {
	status   int
	decision string // x-picket-decision
	header   http.Header
	body     string
}

// fresh opens a connection for each request, so that the kernel spreads requests over the workers.
var fresh = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// get asks the first listener for a path as the client with that address. headers are names and values in turn.
func (r *rig) get(from, path string, headers ...string) answer {
	r.t.Helper()
	return r.getAt("picket_0", from, path, headers...)
}

// getAt asks one listener by its name.
func (r *rig) getAt(listener, from, path string, headers ...string) answer {
	r.t.Helper()
	a, err := r.try(http.MethodGet, r.envoy.URL(listener)+path, from, "", headers...)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// post sends a body to the first listener as get does.
func (r *rig) post(from, path, body string, headers ...string) answer {
	r.t.Helper()
	a, err := r.try(http.MethodPost, r.envoy.URL("picket_0")+path, from, body, headers...)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// try sends one request on a new connection; it may be called from any goroutine.
func (r *rig) try(method, target, from, body string, headers ...string) (answer, error) {
	req, err := http.NewRequestWithContext(r.t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("X-Forwarded-For", from)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := fresh.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header.Get("X-Picket-Decision"), res.Header, string(b)}, err
}

// onAll calls send, which opens a connection each time, until every worker of Envoy has accepted one, and gives how often.
func (r *rig) onAll(send func()) (sent int) {
	r.t.Helper()
	before := r.accepted()
	r.eventually("every worker accepts a connection", func() bool {
		send()
		sent++
		after := r.accepted()
		for worker := range workers {
			if after[worker] == before[worker] {
				return false
			}
		}
		return true
	})
	return sent
}

// deniedByAll sends requests until every worker has answered one, and gives how many it sent. Each must be a denial by
// the decision. It does not need the control plane.
func (r *rig) deniedByAll(from, path, decision string, headers ...string) (sent int) {
	r.t.Helper()
	return r.onAll(func() { wantDenied(r.t, r.get(from, path, headers...), decision) })
}

// servedByAll is deniedByAll for a caller that nothing was decided about.
func (r *rig) servedByAll(from, path string, headers ...string) (sent int) {
	r.t.Helper()
	return r.onAll(func() { wantServed(r.t, r.get(from, path, headers...)) })
}

// accepted gives how many connections each worker has accepted, over all listeners.
func (r *rig) accepted() [workers]uint64 {
	r.t.Helper()
	var n [workers]uint64
	for name, value := range r.envoy.Stats() {
		for worker := range n {
			if strings.HasPrefix(name, "listener.127") && strings.HasSuffix(name, fmt.Sprintf(".worker_%d.downstream_cx_total", worker)) {
				n[worker] += value
			}
		}
	}
	return n
}

// wantDenied checks the whole answer to a caller that a decision denies.
func wantDenied(t *testing.T, a answer, decision string) {
	t.Helper()
	const problem = `{"type":"about:blank","title":"Forbidden","status":403}` + "\n"
	if a.status != http.StatusForbidden || a.decision != decision || a.body != problem ||
		a.header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("got %d by %q: %q (%v), want a denial by %s", a.status, a.decision, a.body, a.header, decision)
	}
}

// wantServed checks that the service answered.
func wantServed(t *testing.T, a answer) {
	t.Helper()
	if a.status != http.StatusOK || a.decision != "" || a.header.Get("Served") == "" {
		t.Fatalf("got %d by %q: %q, want an answer of the service", a.status, a.decision, a.body)
	}
}

// bearer is a header that carries a token.
func bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
