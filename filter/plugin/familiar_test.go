//go:build !wasip1

package plugin

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/inspect"
	"picket/filter/proxywasm"
	"picket/proto/wire"
)

// inspecting denies SQL injections and oddities.
func inspecting() wire.Settings {
	s := modeSettings(wire.ModeEnforce)
	s.KeyParameters = []string{"api_key"}
	s.Inspection = &wire.Inspection{Classes: []wire.ClassRule{
		{Class: "sqli", Mode: wire.ModeEnforce, Threshold: inspect.DefaultThreshold},
		{Class: "oddity", Mode: wire.ModeEnforce, Threshold: inspect.DefaultThreshold},
		{Class: "urlcredential", Mode: wire.ModeEnforce, Threshold: inspect.DefaultThreshold},
	}}
	return s
}

// usual is a caller's request, of which only the path, the request's id and the trace differ from time to time.
func usual(path, trace string, more ...string) []string {
	return append([]string{":path", path, "x-api-key", "key-of-a", "user-agent", "shop/1.2 (Linux)", "traceparent", trace, "x-request-id", "7f3c0000-0000-4000-8000-000000000001"}, more...)
}

const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// visit sends a request to its end and gives the status that Picket answered, or 0.
func (r *rig) visit(kv ...string) uint32 {
	id := r.request(true, kv...)
	defer r.finish(id, "200")
	if a := r.host.GetSentLocalResponse(id); a != nil {
		return a.StatusCode
	}
	return 0
}

// familiars is how many header maps are kept.
func (r *rig) familiars() (n int) {
	for i := range r.w.familiar.sets {
		for _, h := range r.w.familiar.sets[i].kept {
			if h != nil {
				n++
			}
		}
	}
	return n
}

func TestAFamiliarCallerIsJudgedAsAStrangerIs(t *testing.T) {
	r := ready(t, inspecting(), denyKey("key-of-b", enforce.RankOperator))
	for range 4 {
		if got := r.visit(usual("/v1/customers/1234?id=5", trace)...); got != 0 {
			t.Fatalf("an honest request was answered %d", got)
		}
	}
	if r.familiars() != 1 {
		t.Fatalf("%d callers are familiar", r.familiars())
	}
	for _, c := range []struct {
		name string
		kv   []string
		want uint32
	}{
		{"another id is no attack", usual("/v1/customers/9999?id=7", trace), 0},
		{"an attack in the path", usual("/v1/customers/1%27%20OR%201=1--", trace), 403},
		{"an attack in the query", usual("/v1/customers/1234?id=5%27%20union%20select%20password%20from%20users--", trace), 403},
		{"an attack in a header that differs from request to request", usual("/v1/customers/1234?id=5", "' or 1=1 union select password from users--"), 403},
		{"an attack in a header that does not", usual("/v1/customers/1234?id=5", trace, "user-agent", "' or 1=1 union select password from users--"), 403},
		{"a header more", usual("/v1/customers/1234?id=5", trace, "referer", "' or 1=1 union select password from users--"), 403},
		{"another key, which is denied", usual("/v1/customers/1234?id=5", trace, "x-api-key", "key-of-b"), 403},
		{"the honest request again", usual("/v1/customers/1234?id=5", trace), 0},
	} {
		if got := r.visit(c.kv...); got != c.want {
			t.Errorf("%s: answered %d instead of %d", c.name, got, c.want)
		}
	}
}

func TestADecisionHoldsForAFamiliarCallerToo(t *testing.T) {
	r := ready(t, inspecting())
	for range 4 {
		r.visit(usual("/v1/customers/1234", trace)...)
	}
	r.direct(wire.Directive{Deltas: []wire.Delta{{Epoch: 1, Revision: 6, Previous: 5, Put: []wire.Decision{denyKey("key-of-a", enforce.RankOperator)}}}})
	if got := r.visit(usual("/v1/customers/1234", trace)...); got != 403 {
		t.Errorf("answered %d", got)
	}
}

func TestAFamiliarCallerCountsAsAStrangerDoes(t *testing.T) {
	r := ready(t, inspecting())
	for range 6 {
		r.visit(usual("/v1/customers/1234", trace)...)
	}
	r.host.Tick()
	reports := r.peer.take()
	if len(reports) != 1 || len(reports[0].Rollups) != 1 {
		t.Fatalf("%+v", reports)
	}
	row := reports[0].Rollups[0]
	if row.Requests != 6 || row.Caller.Key != testKey().Hash(identify.DomainKey, []byte("key-of-a")) {
		t.Errorf("%+v", row)
	}
}

// TestAFamiliarCallerIsAskedForItsAddress has a caller whose headers do not tell where it is go to another place.
func TestAFamiliarCallerIsAskedForItsAddress(t *testing.T) {
	r := ready(t, inspecting())
	at := func(address string) {
		if err := r.host.SetProperty([]string{"source", "address"}, []byte(address)); err != nil {
			t.Fatal(err)
		}
	}
	for _, address := range []string{"192.0.2.9:1234", "192.0.2.9:1235", "192.0.2.9:1236", "192.0.2.10:1234", "192.0.2.9:1237", "[2001:db8::1]:1"} {
		at(address)
		if got := r.visit(usual("/v1/customers/1234", trace, "x-forwarded-for", "unknown")...); got != 0 {
			t.Fatalf("answered %d at %s", got, address)
		}
	}
	if r.familiars() != 1 {
		t.Errorf("%d callers are familiar", r.familiars())
	}
	r.host.Tick()
	got := map[string]uint64{}
	for _, row := range r.peer.take()[0].Rollups {
		a, _ := netip.AddrFromSlice(row.Caller.IP)
		got[a.String()] += row.Requests
		if row.Caller.Key != testKey().Hash(identify.DomainKey, []byte("key-of-a")) {
			t.Errorf("at %s it has another key", a)
		}
	}
	if d := cmp.Diff(map[string]uint64{"192.0.2.9": 4, "192.0.2.10": 1, "2001:db8::1": 1}, got); d != "" {
		t.Error(d)
	}
	at("/var/run/client.sock")
	failed := r.w.reporter.Totals.FailedOpen
	r.visit(usual("/v1/customers/1234", trace, "x-forwarded-for", "unknown")...)
	if r.w.reporter.Totals.FailedOpen != failed+1 {
		t.Error("a request without an address was judged by an old one")
	}
}

func TestAKeyInTheQueryOfAFamiliarCallerIsSeen(t *testing.T) {
	r := ready(t, inspecting())
	noKey := func(path string) []string { return []string{":path", path, "user-agent", "shop/1.2 (Linux)"} }
	for range 4 {
		r.visit(noKey("/v1/customers/1234")...)
	}
	if got := r.visit(noKey("/v1/customers/1234?api_key=secret-1234")...); got != 403 {
		t.Errorf("a key in the URL: answered %d", got)
	}
}

func TestNoOtherByteMayDiffer(t *testing.T) {
	f := &familiar{}
	p := pairsOf(usual("/v1/customers/1234", trace, ":method", "GET", "x-forwarded-for", "203.0.113.9")...)
	w := newWorker()
	w.forwarded = true
	for range 2 {
		if f.find(p) != nil {
			t.Fatal("it is known before it came twice")
		}
		f.keep(p, w)
	}
	if f.find(p) == nil {
		t.Fatal("it is not known")
	}
	varies := make([]bool, len(p))
	for i := range f.now.n {
		for at := f.now.varying[i].value; at < f.now.varying[i].end; at++ {
			varies[at] = true
		}
	}
	for i := range p {
		q := slices.Clone(p)
		q[i] ^= 1
		if known := f.find(q) != nil; known != varies[i] {
			t.Errorf("byte %d of %q differs: known %v", i, p, known)
		}
	}
}

func TestHeadersBeyondTheRoomAreNeverFamiliar(t *testing.T) {
	r := ready(t, inspecting())
	for range 4 {
		r.visit(usual("/v1/customers/1234", trace, "x-long", strings.Repeat("a", maxFamiliar))...)
	}
	if n := r.familiars(); n != 0 {
		t.Errorf("%d are kept", n)
	}
}

func pairsOf(kv ...string) identify.Pairs { return identify.Pairs(proxywasm.AppendPairs(nil, kv...)) }

func FuzzFamiliar(f *testing.F) {
	a := pairsOf(usual("/v1/customers/1234", trace, ":method", "GET")...)
	f.Add([]byte(a), []byte(pairsOf(usual("/v1/customers/9", trace, ":method", "GET")...)))
	w := newWorker()
	w.forwarded = true
	f.Fuzz(func(t *testing.T, a, b []byte) {
		var got, want identify.Request
		if !want.Scan(a, &w.settings.sources) { // such a request is judged without any memory
			return
		}
		var m familiar
		for range 2 {
			m.find(a)
			m.keep(a, w)
		}
		h := m.find(b)
		if h == nil {
			return
		}
		h.recall(&got, b, &m.now)
		if !want.Scan(b, &w.settings.sources) {
			t.Fatal("headers that cannot be read are familiar")
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}
