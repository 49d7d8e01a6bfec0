package simulate

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEntriesOfLogsAreRead(t *testing.T) {
	when := time.Date(2026, 1, 5, 8, 0, 1, 0, time.UTC)
	tests := map[string]struct {
		line string
		want entry
	}{
		"a combined line": {
			`192.0.2.7 - ann [05/Jan/2026:09:00:01 +0100] "GET /v1/me?x=1 HTTP/1.1" 200 512 "-" "curl/8.1 \"x\""`,
			entry{when, netip.MustParseAddr("192.0.2.7"), "ann", "GET", "/v1/me?x=1", `curl/8.1 \"x\"`, 200, 512},
		},
		"a common line without bytes": {
			`2001:db8::1 - - [05/Jan/2026:08:00:01 +0000] "POST /v1/login HTTP/2" 401 -`,
			entry{when, netip.MustParseAddr("2001:db8::1"), "", "POST", "/v1/login", "", 401, 0},
		},
		"a JSON line": {
			`{"time":"2026-01-05T08:00:01Z","address":"192.0.2.7:4711","user":"ann","method":"GET","path":"/","status":404,"bytes":3}`,
			entry{when, netip.MustParseAddr("192.0.2.7"), "ann", "GET", "/", "", 404, 3},
		},
		"a JSON line with seconds": {
			`{"time":1767600001,"address":"192.0.2.7","method":"GET","path":"/","status":200}`,
			entry{when, netip.MustParseAddr("192.0.2.7"), "", "GET", "/", "", 200, 0},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := parseEntry([]byte(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			same := cmp.Options{cmp.AllowUnexported(entry{}), cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateApproxTime(0)}
			if diff := cmp.Diff(tt.want, got, same); diff != "" {
				t.Error(diff)
			}
		})
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

func FuzzEntry(f *testing.F) {
	f.Add(`192.0.2.7 - ann [05/Jan/2026:09:00:01 +0100] "GET /v1/me?x=1 HTTP/1.1" 200 512 "-" "curl"`)
	f.Add(`{"time":1767600001,"address":"192.0.2.7","method":"GET","path":"/","status":200}`)
	f.Fuzz(func(t *testing.T, line string) {
		if line == "" {
			return
		}
		e, err := parseEntry([]byte(line))
		if err == nil && (!e.address.IsValid() || e.check() != nil) {
			t.Errorf("took %q as %+v", line, e)
		}
	})
}
