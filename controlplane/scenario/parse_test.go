package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
)

// TestMistakesAreToldAllAtOnceWithTheirPlaces: testdata/NAME.yaml gives testdata/NAME.txt; -update writes it anew.
func TestMistakesAreToldAllAtOnceWithTheirPlaces(t *testing.T) {
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			pack, err := Parse("f", data)
			if err == nil || pack != nil {
				t.Fatalf("got %v, %v", pack, err)
			}
			golden := strings.TrimSuffix(name, ".yaml") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, readErr := os.ReadFile(golden)
			if readErr != nil {
				t.Fatal(readErr)
			}
			if d := cmp.Diff(string(want), err.Error()+"\n"); d != "" {
				t.Error(d)
			}
		})
	}
}

const example = `scenario: credential-stuffing
description: Many accounts tried from one address
match: endpoint.purpose == "login" && outcome == "denied"
by: [ip]
count: distinct(account)
over: 10
within: 60s
confidence: 0.9
owasp: [API2:2023]
response: {scope: [ip, endpoint], action: deny, for: 15m}
`

func TestTheExampleOfTheDesignIsAScenario(t *testing.T) {
	pack, err := Parse("f", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	want := Default{
		Name: "credential-stuffing", Description: "Many accounts tried from one address", Over: 10, Within: time.Minute,
		Action: controlplane.ActionDeny, For: 15 * time.Minute, PerMinute: 60, Mode: controlplane.ModeEnforce, Confidence: 0.9,
		Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023"},
	}
	if d := cmp.Diff(want, pack.Scenarios[0].Default()); d != "" {
		t.Error(d)
	}
	if r := pack.Scenarios[0].Response; r.Who != ByIP || !r.Endpoint {
		t.Errorf("%+v", r)
	}
}

func TestAnUnlessThatReadsNoSumLeavesRequestsOut(t *testing.T) {
	for unless, sums := range map[string]bool{`endpoint.declared`: false, `requests > 3.0`: true, `count > over`: true, `outcome == "ok"`: false} {
		pack, err := Parse("f", []byte(example+"unless: '"+unless+"'\n"))
		if err != nil {
			t.Fatal(err)
		}
		if s := pack.Scenarios[0]; (s.Unless != nil) != sums || (s.Except != nil) == sums {
			t.Errorf("%s: of the window: %v", unless, s.Unless != nil)
		}
	}
}

func TestSentencesTellNumbers(t *testing.T) {
	f := &Facts{}
	f.Number[Counted], f.Number[OK], f.Number[Requests], f.Number[BytesOut], f.Number[UpstreamMS] = 12.4, 3, 4, 2_300_000_000, 61_500
	s := &Scenario{}
	for _, text := range []string{
		"{count} at {endpoint} within {within}.", "{ok/requests} of {requests}.", "{denied} denied.", "{bytes_out} in {upstream_ms}.", "No number.",
	} {
		s.Evidence = append(s.Evidence, parseSentence(text))
	}
	want := []string{"about 12 at GET /x within 1m.", "75 % of 4.", "2.3 GB in 1m2s.", "No number."}
	if d := cmp.Diff(want, s.Say(Told{Facts: f, Endpoint: "GET /x", Within: time.Minute, About: map[Number]bool{Counted: true}})); d != "" {
		t.Error(d)
	}
}

func TestPurposesAreLearnedFromMethodAndPath(t *testing.T) {
	for name, want := range map[string]controlplane.Purpose{
		"POST api.example.com/v1/login": "login", "GET /v1/login": "", "POST /auth/token": "token", "POST /v1/password/reset": "reset",
		"POST /passwort-vergessen": "reset", "POST /connexion": "login", "PUT /v1/lines/{id}/sim-swap": "sim_swap", "POST /port-out": "port_out",
		"GET /v2/Admin/users": "admin", "GET /internal/export/{id}": "admin", "GET /healthz": "health", "GET /v1/search": "search",
		"POST /v1/otp/verify": "otp", "POST /cuentas/registro": "register", "POST /v1/orders/{id}/payment": "payment", "GET /.env": "decoy",
		"POST /v1/signup": "register", "GET /signup/available": "exists", "POST /v1/users/exists": "exists", "GET /v1/rooms/available": "",
		"POST /shop/vouchers/redeem": "redeem", "GET /shop/coupons/{code}": "redeem", "PUT /v3/profile/address": "change", "GET /v3/profile/address": "",
		"PUT /staff/results/{id}/release": "admin",
		"GET /v1/customers/{id}":          "", "GET /{}/{}": "", "this endpoint": "", "": "",
	} {
		if got := PurposeOf(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestOnlyWhatAPathEndsWithIsForEverybody(t *testing.T) {
	for name, want := range map[string]bool{
		"GET /v1/products/{id}": true, "GET shop.example/produkte": true, "GET /v1/products/{id}/orders": false, "GET /v1/customers/{id}": false, "GET /": false,
	} {
		if got := ForEverybody(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestWhatStandsBeforeAnIDSaysWhoseTheRecordIs(t *testing.T) {
	for name, want := range map[string]bool{
		"GET /v1/orders/{id}": true, "GET lab.example/orders/{order}/report": true, "GET /v1/orders": false, "GET /v1/products/{id}/orders": false,
		"GET /v1/products/{id}": false, "GET /": false, "": false,
	} {
		if got := ForOne(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	f.Add([]byte("scenario: x\nmatch: |\n  outcome ==\n    \"nok\"\n"))
	f.Add([]byte("sequence: [{match: a}, {}]\nconfidence: {per: 1}\nbaseline:\n---\n- x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		pack, err := Parse("f", data)
		if (pack == nil) == (err == nil) {
			t.Fatal("want a pack or an error")
		}
	})
}
