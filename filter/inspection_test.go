package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/filter/identify"
	"picket/proto/wire"
)

// inspecting is the compiled filter with a policy that inspects.
func inspecting(t testing.TB, mode wire.Mode, change func(*wire.Settings)) *host {
	h := started(t)
	s := wire.Settings{Mode: mode, IPPrivacy: wire.IPPrivacyClear, Inspection: &wire.Inspection{
		HoldBytes: 1024, HoldMs: 1000, InflateBytes: 1 << 20, Classes: []wire.ClassRule{
			{Class: "sqli", Mode: wire.ModeEnforce, Threshold: 0.5}, {Class: "encoding", Mode: wire.ModeEnforce, Threshold: 0.4},
			{Class: "leak", Mode: wire.ModeObserve, Threshold: 0.4}, {Class: "personal", Mode: wire.ModeObserve, Threshold: 0.4}, {Class: "mistyped", Mode: wire.ModeObserve, Threshold: 0.4},
			{Class: "urlcredential", Mode: wire.ModeObserve, Threshold: 0.5},
		}}}
	if change != nil {
		change(&s)
	}
	h.push(wire.AppendFilterPolicy(nil, wire.FilterPolicy{Epoch: 1, Revision: 5, Settings: &s}, nil))
	h.sent = nil
	return h
}

const (
	goOn  = 0
	pause = 1
	hold  = 2
)

// open sends a request's line and headers.
func (h *host) open(stream uint64, end bool, line string, headers ...string) (action uint64) {
	h.status, h.headers = 0, nil
	method, path, _ := strings.Cut(line, " ")
	h.request = append([]string{":method", method, ":path", path, ":authority", "api.example.com", "user-agent", "shop/1.2"}, headers...)
	return h.call("proxy_on_request_headers", stream, 5, one(end))
}

func (h *host) pass(stream uint64, piece string, end bool) (action uint64) {
	h.piece = []byte(piece)
	return h.call("proxy_on_request_body", stream, uint64(len(piece)), one(end))
}

func (h *host) end(stream uint64) {
	h.response = []string{":status", "200"}
	h.call("proxy_on_done", stream)
}

func one(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// report gives what the filter reports on its next tick.
func (h *host) report() wire.Report {
	h.t.Helper()
	h.sent, h.now = nil, h.now+200e6
	h.call("proxy_on_tick", trafficRoot)
	for _, b := range h.sent {
		var r wire.Report
		if err := r.Decode(b); err != nil {
			h.t.Fatal(err)
		}
		if r.Sequence > 0 {
			d := wire.Directive{Acknowledged: r.Sequence}
			h.receive(d.Append(nil))
			return r
		}
	}
	h.t.Fatal("no report")
	return wire.Report{}
}

const injection = "x' OR 1=1 UNION SELECT password FROM users -- "

func TestAnInjectionIsDeniedWhereverItStands(t *testing.T) {
	const json = "application/json"
	tests := map[string]struct {
		line, contentType, cookie, body, place string
	}{
		"in the query":            {"GET /v1/items?q=x%27%20OR%201=1%20UNION%20SELECT%20password%20FROM%20users--", "", "", "", "query"},
		"in a cookie":             {"GET /v1/items", "", "theme=dark; lang=" + "x'%20OR%201=1--", "", "cookie"},
		"in a JSON field":         {"POST /v1/items", json, "", `{"user":{"name":"` + injection + `"}}`, "json"},
		"in a GraphQL variable":   {"POST /graphql", json, "", `{"query":"query($n:String){u(n:$n){id}}","variables":{"n":"` + injection + `"}}`, "json"},
		"in a form":               {"POST /v1/items", "application/x-www-form-urlencoded", "", "a=1&name=x%27+OR+1%3D1+UNION+SELECT+password+FROM+users--", "form"},
		"in a multipart field":    {"POST /v1/items", "multipart/form-data; boundary=bbb", "", "--bbb\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n" + injection + "\r\n--bbb--\r\n", "multipart"},
		"in JSON called an image": {"POST /v1/items", "image/png", "", `{"name":"` + injection + `"}`, "json"},
	}
	h := inspecting(t, wire.ModeEnforce, nil)
	stream := uint64(10)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			stream++
			var headers []string
			if tt.cookie != "" {
				headers = append(headers, "cookie", tt.cookie)
			}
			if tt.contentType != "" {
				headers = append(headers, "content-type", tt.contentType)
			}
			action := h.open(stream, tt.body == "", tt.line, headers...)
			if tt.body != "" {
				if action != pause || h.status != 0 {
					t.Fatalf("headers: action %d, status %d; the body may yet deny it", action, h.status)
				}
				action = h.pass(stream, tt.body, true)
			}
			id := pairs(h.headers)["x-picket-decision"]
			if action != pause || h.status != 403 || id == "" {
				t.Fatalf("action %d, status %d, id %q", action, h.status, id)
			}
			h.end(stream)
			r := h.report()
			for _, f := range r.Findings {
				if f.Class == "sqli" {
					if fmt.Sprintf("%016x", f.ID) != id || f.Place != tt.place || f.Enforced != 1 || f.Late || f.Caller == nil {
						t.Errorf("finding %+v, want id %s in %s", f, id, tt.place)
					}
				}
			}
			if g := r.Rollups[0]; g.Outcome != wire.OutcomeBlocked {
				t.Errorf("outcome %d", g.Outcome)
			}
		})
	}
}

func TestWhatIsHonestPasses(t *testing.T) {
	h := inspecting(t, wire.ModeEnforce, nil)
	essay := `{"title":"How SQL injection works","text":"An attacker closes the quote and adds OR 1=1, so that SELECT returns all rows. Mr O'Brien's name breaks naive code, too; a UNION of two tables reads passwords. Never build a statement from strings."}`
	if a := h.open(10, false, "POST /v1/essays?lang=en&sort=-date", "content-type", "application/json", "accept", "*/*"); a != pause {
		t.Fatalf("headers: action %d", a)
	}
	if a := h.pass(10, essay, true); a != goOn || h.status != 0 {
		t.Errorf("action %d, status %d", a, h.status)
	}
	h.end(10)
	if f := h.report().Findings; len(f) != 0 {
		t.Errorf("findings %+v", f)
	}
}

func TestObserveModeHoldsNothingAndTells(t *testing.T) {
	h := inspecting(t, wire.ModeObserve, nil)
	if a := h.open(10, false, "POST /v1/items", "content-type", "application/json"); a != goOn {
		t.Fatalf("headers: action %d", a)
	}
	if a := h.pass(10, `{"name":"`+injection+`"}`, true); a != goOn || h.status != 0 {
		t.Fatalf("action %d, status %d", a, h.status)
	}
	h.end(10)
	r := h.report()
	if f := r.Findings; len(f) != 1 || f[0].Observed != 1 || f[0].Enforced != 0 || f[0].Late || r.Totals.Observed != 1 {
		t.Errorf("findings %+v, totals %+v", f, r.Totals)
	}
}

func TestALongBodyIsHeldAtItsBeginningAndWatchedAsItPasses(t *testing.T) {
	h := inspecting(t, wire.ModeEnforce, nil)
	filler := strings.Repeat("plain words ", 50) // 600 bytes
	h.open(10, false, "POST /v1/items", "content-type", "application/json")
	if a := h.pass(10, `{"a":"`+filler, false); a != hold {
		t.Fatalf("first piece: action %d", a)
	}
	h.open(11, false, "POST /v1/items", "content-type", "application/json") // another request between its pieces
	if a := h.pass(11, `{"a":"`+injection[:20], false); a != hold {
		t.Fatalf("another's piece: action %d", a)
	}
	if a := h.pass(10, filler, false); a != goOn {
		t.Fatalf("after 1,200 bytes: action %d", a)
	}
	if a := h.pass(11, injection[20:]+`"}`, true); a != pause || h.status != 403 {
		t.Errorf("an injection in two pieces: action %d, status %d", a, h.status)
	}
	h.status = 0
	if a := h.pass(10, `","b":"`+injection+`"}`, true); a != pause || h.status != 403 {
		t.Errorf("an injection behind what was held: action %d, status %d", a, h.status)
	}
	h.end(10)
	h.end(11)
	late := 0
	for _, f := range h.report().Findings {
		if f.Late {
			late++
		}
	}
	if late != 1 {
		t.Errorf("%d findings say that the service saw it, want 1", late)
	}
}

func TestWhatIsHeldGoesWhenItsTimeIsOver(t *testing.T) {
	h := inspecting(t, wire.ModeEnforce, nil)
	h.open(10, false, "POST /v1/items", "content-type", "application/json")
	h.pass(10, `{"a":"slow`, false)
	h.report()
	if len(h.continued) != 0 {
		t.Fatal("released before its time")
	}
	h.now += 1e9
	h.call("proxy_on_tick", trafficRoot)
	if len(h.continued) != 1 || h.continued[0] != 10 || h.effective != trafficRoot {
		t.Fatalf("released %v, and the host calls go on in the name of %d", h.continued, h.effective)
	}
	if a := h.pass(10, ` enough"}`, true); a != goOn {
		t.Errorf("the rest: action %d", a)
	}
	h.end(10)
	if r := h.report(); r.Totals.BodiesOverdue != 1 {
		t.Errorf("%+v", r.Totals)
	}
}

func TestABodyThatEndsWithTrailersIsLookedAtToItsEnd(t *testing.T) {
	h := inspecting(t, wire.ModeEnforce, nil)
	h.open(10, false, "POST /v1/items", "content-type", "text/plain")
	if a := h.pass(10, injection, false); a != hold {
		t.Fatalf("action %d", a)
	}
	if a := h.call("proxy_on_request_trailers", 10, 1); a != pause || h.status != 403 {
		t.Errorf("action %d, status %d", a, h.status)
	}
}

func TestABodyIsCompleteWhenAsMuchHasComeAsWasDeclared(t *testing.T) {
	const body = `{"name":"plain words"}`
	for name, tt := range map[string]struct {
		body   string
		length int
		action uint64
		status uint32
	}{
		"an honest one goes on at once":                   {body, len(body), goOn, 0},
		"an attack is denied at once":                     {injection, len(injection), pause, 403},
		"one of which more is to come is held":            {body[:10], len(body), hold, 0},
		"one that is shorter than what comes first waits": {body, len(body) - 1, hold, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := inspecting(t, wire.ModeEnforce, nil)
			h.open(10, false, "POST /v1/items", "content-type", "text/plain", "content-length", strconv.Itoa(tt.length))
			if a := h.pass(10, tt.body, false); a != tt.action || h.status != tt.status {
				t.Errorf("action %d, status %d", a, h.status)
			}
		})
	}
	t.Run("what comes after that is no way around", func(t *testing.T) {
		h := inspecting(t, wire.ModeEnforce, func(s *wire.Settings) { s.Fail = wire.FailModeClosed })
		h.open(10, false, "POST /v1/items", "content-type", "text/plain", "content-length", "5")
		h.pass(10, "plain", false)
		if a := h.pass(10, injection, true); a != pause || h.status != 503 {
			t.Errorf("action %d, status %d", a, h.status)
		}
	})
}

func TestACompressedBodyIsNoWayAround(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(`{"name":"` + injection + `"}`))
	_ = z.Close()
	for name, tt := range map[string]struct{ encoding, body string }{
		"gzip":                      {"gzip", b.String()},
		"what is not gzip":          {"gzip", "plain"},
		"an encoding nobody undoes": {"br", "\x0b\x02\x80"},
	} {
		t.Run(name, func(t *testing.T) {
			h := inspecting(t, wire.ModeEnforce, nil)
			a := h.open(10, false, "POST /v1/items", "content-type", "application/json", "content-encoding", tt.encoding)
			if h.status == 0 {
				a = h.pass(10, tt.body, true)
			}
			if a != pause || h.status != 403 {
				t.Errorf("action %d, status %d", a, h.status)
			}
		})
	}
}

func TestAnExceptionHoldsForItsFieldUntilItEnds(t *testing.T) {
	const now = 1_800_000_000 // the host's
	for name, tt := range map[string]struct {
		name    string
		expires uint32
		status  uint32
	}{
		"this field":    {"note", now + 60, 0},
		"another field": {"text", now + 60, 403},
		"it is over":    {"note", now - 60, 403},
	} {
		t.Run(name, func(t *testing.T) {
			h := inspecting(t, wire.ModeEnforce, func(s *wire.Settings) {
				s.Endpoints = []wire.EndpointRule{{Method: "POST", Path: "/v1/notes", Fields: []wire.FieldRule{
					{Place: "json", Name: tt.name, Except: []string{"sqli"}, Expires: tt.expires}}}}
			})
			h.open(10, false, "POST /v1/notes", "content-type", "application/json")
			h.pass(10, `{"note":"`+injection+`"}`, true)
			if h.status != tt.status {
				t.Errorf("status %d, want %d", h.status, tt.status)
			}
		})
	}
}

func TestAnEndpointMayTurnAClassOff(t *testing.T) {
	h := inspecting(t, wire.ModeEnforce, func(s *wire.Settings) {
		s.Endpoints = []wire.EndpointRule{{Path: "/v1/console", Classes: []wire.ClassRule{{Class: "sqli"}},
			Fields: []wire.FieldRule{{Place: "query", Name: "page", Kind: wire.FieldKindNumber}}}}
	})
	h.open(10, true, "GET /v1/console?page=7x&q=x%27%20OR%201=1--")
	h.end(10)
	r := h.report()
	if h.status != 0 || len(r.Findings) != 1 || r.Findings[0].Class != "mistyped" || r.Findings[0].Rule != "number" {
		t.Errorf("status %d, findings %+v", h.status, r.Findings)
	}
}

func TestAFieldsNameLeavesOnlyAsItsHash(t *testing.T) {
	h := inspecting(t, wire.ModeObserve, nil)
	h.open(10, false, "POST /v1/items", "content-type", "application/json")
	h.pass(10, `{"people":{"marySmith":"`+injection+`"}}`, true)
	h.end(10)
	h.sent, h.now = nil, h.now+200e6
	h.call("proxy_on_tick", trafficRoot)
	k, _ := identify.NewKey(9, secret)
	for _, b := range h.sent {
		if bytes.Contains(b, []byte("mary")) || bytes.Contains(b, []byte("people")) {
			t.Errorf("a stranger's word left the node: %q", b)
		}
		var r wire.Report
		if err := r.Decode(b); err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			if f.Field != k.Hash(identify.DomainWord, []byte("marySmith")) {
				t.Errorf("field %x", f.Field)
			}
		}
	}
}

func TestAnErrorInAResponseNamesTheRequestThatItAnswers(t *testing.T) {
	h := inspecting(t, wire.ModeObserve, nil)
	h.open(10, true, "GET /v1/items?q=x%27%20OR%201=1--")
	h.response = []string{":status", "500", "content-type", "text/html"}
	h.answer = []byte("<h1>You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version</h1>")
	h.call("proxy_on_response_headers", 10, 2, 0)
	h.response = nil // Envoy has none while the body passes
	h.call("proxy_on_response_body", 10, uint64(len(h.answer)), 1)
	h.call("proxy_on_done", 10)
	var request, leak wire.Finding
	for _, f := range h.report().Findings {
		if f.Class == "leak" {
			leak = f
		} else {
			request = f
		}
	}
	if leak.Answers == 0 || leak.Answers != request.ID || leak.Place != "response" {
		t.Errorf("%+v answers %+v", leak, request)
	}
}

func TestPersonalDataInAResponseIsTold(t *testing.T) {
	h := inspecting(t, wire.ModeObserve, nil)
	for id := range uint64(3) { // of one endpoint, one response between two ticks is looked at
		h.open(10+id, true, "GET /v1/customers/7")
		h.response = []string{":status", "200", "content-type", "application/json"}
		h.call("proxy_on_response_headers", 10+id, 2, 0)
		h.answer = []byte(`{"email":"ann.other@example.org","phone":"+15550109999","other":{"email":"b@example.org"}}`)
		h.call("proxy_on_response_body", 10+id, uint64(len(h.answer)), 1)
		h.call("proxy_on_done", 10+id)
	}
	got := map[string]string{}
	for _, f := range h.report().Findings {
		got[f.Class+" "+f.Rule] = f.Evidence
		if f.Count != 1 || f.Place != "response" || f.Enforced+f.Observed > 0 {
			t.Errorf("finding %+v", f)
		}
	}
	if diff := cmp.Diff(map[string]string{"personal email": "2", "personal phone": "1"}, got); diff != "" {
		t.Error(diff)
	}
}
