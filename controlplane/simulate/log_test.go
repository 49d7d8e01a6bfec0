package simulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane"
)

func TestEntriesOfLogsAreRead(t *testing.T) {
	when := time.Date(2026, 1, 5, 8, 0, 1, 0, time.UTC)
	someone := netip.MustParseAddr("192.0.2.7")
	tests := map[string]struct {
		line string
		want entry
	}{
		"a combined line": {
			`192.0.2.7 - ann [05/Jan/2026:09:00:01 +0100] "GET /v1/me?x=1 HTTP/1.1" 200 512 "-" "curl/8.1 \"x\""`,
			entry{at: when, address: someone, user: "ann", method: "GET", path: "/v1/me?x=1", headers: agent(`curl/8.1 \"x\"`), answer: answer{status: 200, bytes: 512}},
		},
		"a common line without bytes": {
			`2001:db8::1 - - [05/Jan/2026:08:00:01 +0000] "POST /v1/login HTTP/2" 401 -`,
			entry{at: when, address: netip.MustParseAddr("2001:db8::1"), method: "POST", path: "/v1/login", answer: answer{status: 401}},
		},
		"a line of Envoy's default format": {
			`[2026-01-05T08:00:01.000Z] "POST /v1/login HTTP/2" 401 - 154 52 226 100 "10.0.35.28, 192.0.2.7" "curl/8.1" "cc21d9b0" "api.example" "10.0.2.1:80"`,
			entry{
				at: when, address: someone, method: "POST", path: "/v1/login", host: "api.example", headers: agent("curl/8.1"), upload: 154,
				answer: answer{status: 401, bytes: 52, took: 226 * time.Millisecond},
			},
		},
		"a line of Istio's default format, whose caller did not wait": {
			`[2026-01-05T08:00:01.000Z] "GET /v1/me HTTP/1.1" 0 DC downstream_remote_disconnect - "-" 0 0 7 - "-" "-" "cc21" "api" "10.0.2.1:80" inbound|80|| 127.0.0.6:1 10.0.2.1:80 192.0.2.7:4711 - default`,
			entry{at: when, address: someone, method: "GET", path: "/v1/me", host: "api", answer: answer{took: 7 * time.Millisecond}},
		},
		"a JSON line": {
			`{"time":"2026-01-05T08:00:01Z","address":"192.0.2.7:4711","user":"ann","method":"GET","path":"/","status":404,"bytes":3}`,
			entry{at: when, address: someone, user: "ann", method: "GET", path: "/", answer: answer{status: 404, bytes: 3}},
		},
		"a JSON line with seconds": {
			`{"time":1767600001,"address":"192.0.2.7","method":"GET","path":"/","status":200}`,
			entry{at: when, address: someone, method: "GET", path: "/", answer: answer{status: 200}},
		},
		"a JSON line of Istio": {
			`{"start_time":"2026-01-05T08:00:01.000Z","x_forwarded_for":"192.0.2.7","downstream_remote_address":"10.0.0.1:1","method":"GET","path":"/","authority":"api","response_code":200,"bytes_received":0,"bytes_sent":3,"duration":12,"user_agent":"curl"}`,
			entry{at: when, address: someone, method: "GET", path: "/", host: "api", headers: agent("curl"), answer: answer{status: 200, bytes: 3, took: 12 * time.Millisecond}},
		},
		"a JSON line of nginx": {
			`{"time_iso8601":"2026-01-05T09:00:01+01:00","remote_addr":"192.0.2.7","remote_user":"-","request":"GET /a b HTTP/1.1","status":"200","body_bytes_sent":"3"}`,
			entry{at: when, address: someone, method: "GET", path: "/a b", answer: answer{status: 200, bytes: 3}},
		},
		"a JSON line with all of a request and its answer": {
			`{"time":1767600001,"address":"192.0.2.7","fingerprint":"t13d","method":"PUT","path":"/","status":200,"request_headers":{"X-Tag":["a","b"],"Cookie":"session=1"},"request_body":"{}","response_headers":{"x-result":"failed"},"response_body":"{\"a\":1}"}`,
			entry{
				at: when, address: someone, fingerprint: "t13d", method: "PUT", path: "/", headers: [][2]string{{"cookie", "session=1"}, {"x-tag", "a"}, {"x-tag", "b"}}, body: "{}",
				answer: answer{status: 200, bytes: 7, headers: [][2]string{{"x-result", "failed"}}, body: `{"a":1}`},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := parseEntry([]byte(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			same := cmp.Options{cmp.AllowUnexported(entry{}, answer{}), cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateApproxTime(0)}
			if diff := cmp.Diff(tt.want, got, same); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsNoEntryIsAnError(t *testing.T) {
	for _, line := range []string{
		`{"time":"yesterday","address":"192.0.2.7","method":"GET","path":"/","status":200}`,
		`{"time":1e300,"address":"192.0.2.7","method":"GET","path":"/","status":200}`,
		`{"time":1,"method":"GET","path":"/","status":200}`,
		`{"time":1,"address":"192.0.2.7","path":"/","status":200}`,
		`{"time":1,"address":"192.0.2.7","method":"GET","path":"/"}`,
		`[2026-01-05T08:00:01.000Z] "GET / HTTP/2" 200 - 0 0 1 1 "-" "-" "-" "-" "-"`,
		`[2026-01-05T08:00:01.000Z] "GET / HTTP/2" 200`,
		`192.0.2.7 - - [05/Jan/2026:09:00:01 +0100] "GET / HTTP/1.1" - 1`,
	} {
		if e, err := parseEntry([]byte(line)); err == nil {
			t.Errorf("took %s as %+v", line, e)
		}
	}
}

func TestStrangeLinesAreLeftOutAndCounted(t *testing.T) {
	log := "what\n\n" + `192.0.2.7 - - [05/Jan/2026:09:00:01 +0100] "GET / HTTP/1.1" 200 1` + "\n" + `{"time":1}` + "\n" +
		`192.0.2.7 - - [05/Jan/2026:09:00:02 +0100] "\x16\x03" 400 1` + "\n"
	l, err := ReadLog(strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.next(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if l.Strange != 3 || !strings.HasPrefix(l.FirstStrange.Error(), "line 1: ") {
		t.Errorf("%d strange, the first: %v", l.Strange, l.FirstStrange)
	}
}

func TestALogWithoutEntriesIsAnError(t *testing.T) {
	if _, err := ReadLog(strings.NewReader("what\n")); err == nil {
		t.Error("no error")
	}
}

// TestALogTellsWhomThePolicyWouldHaveDecidedAbout plays one in which somebody counts through records.
func TestALogTellsWhomThePolicyWouldHaveDecidedAbout(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	for i := range 300 {
		fmt.Fprintf(&b, "192.0.2.7 - - [%s] \"GET /internal/receipts/%d HTTP/1.1\" 200 900 \"-\" \"-\"\n", at.Format("02/Jan/2006:15:04:05 -0700"), 5000+i)
		fmt.Fprintf(&b, "198.51.100.%d - - [%s] \"GET /shop HTTP/1.1\" 200 900 \"-\" \"-\"\n", i%100, at.Format("02/Jan/2006:15:04:05 -0700"))
		at = at.Add(500 * time.Millisecond)
	}
	l, err := ReadLog(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Play(t.Context(), l.Timeline("log"), Options{Policy: "picket: v1\nmode: enforce\n"})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Actors) != 101 || r.Requests != 600 || len(r.Decisions) == 0 || r.Decisions[0].Value != "192.0.2.7" {
		t.Errorf("%d actors, %d requests, decisions %+v", len(r.Actors), r.Requests, r.Decisions)
	}
	for _, a := range r.HonestHit() {
		if a.Actor != "192.0.2.7" {
			t.Errorf("%s was hit", a.Actor)
		}
	}
}

// TestARecordedTimelineTellsWhatTheTimelineTells writes timelines as a log with all of their requests and answers.
func TestARecordedTimelineTellsWhatTheTimelineTells(t *testing.T) {
	all := Timelines()
	for _, name := range []string{"bola-sequential", "stuffing-fast", "key-leak", "mass-assignment", "unprotected-endpoint"} {
		i := slices.IndexFunc(all, func(l Timeline) bool { return l.Name == name })
		if i < 0 {
			t.Fatalf("there is no timeline %s", name)
		}
		t.Run(name, func(t *testing.T) {
			played, o := all[i], Options{Policy: ServicePolicy(), Mode: string(controlplane.ModeObserve), Seed: 1}
			played.Workers = 1
			direct, err := Play(t.Context(), &played, o)
			if err != nil {
				t.Fatal(err)
			}
			l, err := ReadLog(recorded(t, &played))
			if err != nil {
				t.Fatal(err)
			}
			again := l.Timeline("log")
			again.Workers, again.Interval = 1, played.Interval
			r, err := Play(t.Context(), again, o)
			if err != nil || l.Strange > 0 {
				t.Fatal(err, l.FirstStrange)
			}
			of := cmpopts.IgnoreFields(Fired{}, "After", "Requests", "Leaked") // they count from an attacker's first request
			if diff := cmp.Diff(direct.Fired, r.Fired, of); diff != "" || len(r.Fired) == 0 {
				t.Error(diff)
			}
			if diff := cmp.Diff(direct.Decisions, r.Decisions, cmpopts.IgnoreFields(Decided{}, "Whom", "Actors")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(direct.Incidents, r.Incidents); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// recorded gives a timeline as lines of JSON.
func recorded(t *testing.T, l *Timeline) io.Reader {
	t.Helper()
	p := &player{t: l, scene: newScene(1)}
	next := p.source()
	var b bytes.Buffer
	for r, err := next(); err == nil; r, err = next() {
		a, c := p.answer(r), &r.Caller
		request, response := map[string]string{}, map[string]string{}
		for _, h := range r.Headers {
			request[h[0]] = h[1]
		}
		for _, h := range a.headers {
			response[h[0]] = h[1]
		}
		for name, value := range map[string]string{"x-api-key": c.Key, "cookie": c.Session, "authorization": c.Token} {
			if value != "" {
				request[name] = map[string]string{"cookie": "session=", "authorization": "Bearer "}[name] + value
			}
		}
		body := ""
		if r.hasBody() {
			body = r.body()
		}
		err := json.NewEncoder(&b).Encode(map[string]any{
			"time": begin().Add(r.At).Format(time.RFC3339Nano), "address": c.Address.String(), "fingerprint": c.Fingerprint, "method": r.Method, "path": r.Path,
			"host": serviceHost, "request_headers": request, "request_body": body, "bytes_received": r.Upload, "status": a.status, "bytes": a.bytes,
			"duration": a.took.Milliseconds(), "response_headers": response, "response_body": a.body,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return &b
}

func FuzzEntry(f *testing.F) {
	f.Add(`192.0.2.7 - ann [05/Jan/2026:09:00:01 +0100] "GET /v1/me?x=1 HTTP/1.1" 200 512 "-" "curl"`)
	f.Add(`[2026-01-05T08:00:01.000Z] "POST /v1/login HTTP/2" 401 - 154 52 226 100 "192.0.2.7" "curl/8.1" "cc21d9b0" "api.example" "10.0.2.1:80"`)
	f.Add(`{"time":1767600001,"address":"192.0.2.7","method":"GET","path":"/","status":200}`)
	f.Fuzz(func(t *testing.T, line string) {
		if line == "" {
			return
		}
		e, err := parseEntry([]byte(line))
		if err == nil && (e.check() != nil || e.answer.status < 0) {
			t.Errorf("took %q as %+v", line, e)
		}
	})
}
