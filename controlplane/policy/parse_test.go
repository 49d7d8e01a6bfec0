package policy

import (
	"errors"
	"flag"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

var update = flag.Bool("update", false, "write REFERENCE.md anew")

const full = `picket: v1
mode: enforce
kill_switch: false
fail: closed
report_interval: 250ms
identity:
  key: {headers: [X-API-Key], query: [api_key]}
  subject: [jwt]
  session: {cookies: [sid]}
  fingerprint: {filter_state: picket.ja4}
  consumer: [key, ip]
privacy:
  ip: prefix
  words: 5
hosts: [API.example.com]
objects: {query: [account_no], learned: false, fixed: [/v1/reports]}
endpoints:
  - match: "POST /v1/login"
    purpose: login
    account: username
    failure: {statuses: [200], field: {success: false, error.code: 17}, header: {Location: "/login?error*"}}
    object: [device.id]
  - match: "GET api.example.com/v1/customers/{id}"
    owner: id
    inspect: {sqli: {mode: off}, xss: {threshold: 0.9}}
    fields: [{place: query, name: page, kind: number}]
inspection:
  hold: 0
  wait: 2s
  inflate: 4096
  classes:
    scanner: {mode: enforce}
    leak: {threshold: 0.75}
  fields:
    - {place: header, name: X-Trace, kind: uuid}
  exceptions:
    - {match: "POST /v1/notes", place: json, name: body, classes: [xss, sqli], reason: notes about SQL, until: 2027-01-31}
    - {name: q, reason: a query console, until: 2020-02-29}
allow:
  - {ip: 10.0.0.0/8, reason: health checks}
  - {subject: batch@corp, reason: nightly batch}
scenarios:
  object-enumeration: {over: 70, for: 5m}
  failed-logins: {off: true, mode: observe}
groups:
  edge: {nodes: ["spiffe://corp/edge/*"], mode: observe}
`

func wantFull() *File {
	logins := Default().Scenarios[ScenarioLogins]
	logins.Off, logins.Mode = true, controlplane.ModeObserve
	objects := Default().Scenarios[ScenarioObjects]
	objects.Over, objects.For = 70, 5*time.Minute
	inspection := defaultInspection()
	inspection.Hold, inspection.Wait, inspection.Inflate = 0, 2*time.Second, 4096
	inspection.Classes["scanner"] = ClassRule{Mode: ClassEnforce, Threshold: 0.5}
	inspection.Classes["leak"] = ClassRule{Mode: ClassObserve, Threshold: 0.75}
	inspection.Fields = []FieldRule{{Place: "header", Name: "x-trace", Kind: FieldUUID}}
	inspection.Exceptions = []Exception{
		{
			Match: "POST /v1/notes", Place: "json", Name: "body", Classes: []string{"xss", "sqli"}, Reason: "notes about SQL",
			Until: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), Line: 37, Column: 7,
		},
		{Name: "q", Reason: "a query console", Until: time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC), Line: 38, Column: 7},
	}
	scenarios := defaultScenarios()
	scenarios[ScenarioLogins], scenarios[ScenarioObjects] = logins, objects
	return &File{
		Picket: "v1", Mode: controlplane.ModeEnforce, Fail: FailClosed, ReportInterval: 250 * time.Millisecond,
		Identity: Identity{
			Key:     KeySource{Headers: []string{"X-API-Key"}, Query: []string{"api_key"}},
			Subject: []SubjectKind{SubjectJWT}, Session: SessionSource{Cookies: []string{"sid"}},
			Fingerprint: FingerprintSource{FilterState: "picket.ja4"},
			Consumer:    []controlplane.Facet{controlplane.FacetKey, controlplane.FacetIP},
		},
		Privacy: Privacy{IP: IPPrefix, Words: 5}, Hosts: []string{"api.example.com"}, Objects: Objects{Query: []string{"account_no"}, Fixed: []string{"/v1/reports"}},
		Endpoints: []Endpoint{
			{Match: "POST /v1/login", Purpose: controlplane.PurposeLogin, Account: "username", Object: []string{"device.id"}, Name: "POST /v1/login", Failure: Failure{
				Statuses: []int{200}, Field: map[string]string{"success": "false", "error.code": "17"}, Header: map[string]string{"Location": "/login?error*"},
			}},
			{
				Match: "GET api.example.com/v1/customers/{id}", Owner: "id", Name: "GET api.example.com/v1/customers/{id}",
				Inspect: map[string]ClassRule{"sqli": {Mode: ClassOff}, "xss": {Threshold: 0.9}},
				Fields:  []FieldRule{{Place: "query", Name: "page", Kind: FieldNumber}},
			},
			{Match: "POST /v1/notes", Name: "POST /v1/notes"},
		},
		Inspection: inspection,
		Allow: []Allow{
			{IP: netip.MustParsePrefix("10.0.0.0/8"), Reason: "health checks"},
			{Subject: "batch@corp", Reason: "nightly batch"},
		},
		Scenarios: scenarios,
		Profiles:  defaultProfiles(), Rails: defaultRails(),
		Groups: map[string]GroupRules{"edge": {Nodes: []string{"spiffe://corp/edge/*"}, Mode: controlplane.ModeObserve}},
	}
}

const ownMistakes = `picket: v1
own_scenarios:
  - scenario: failed-logins
    description: Somebody.
    match: outcome == "bad" && requestz > 3
    by: [ip]
    over: 1
    within: 2s
  - {scenario: other, description: Somebody., match: "true", by: [ip], over: 1, within: 0s}
scenarios:
  other: {over: 2}
`

var comparePrefix = cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })

func TestParseReadsEveryKey(t *testing.T) {
	got, err := Parse("p.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(wantFull(), got, comparePrefix); d != "" {
		t.Error(d)
	}
}

func TestAFileWithItsVersionOnlyIsTheDefault(t *testing.T) {
	got, err := Parse("p.yaml", []byte("picket: v1\nscenarios:\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Default(), got, comparePrefix, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

const (
	allClasses = "sqli, nosqli, xss, cmdi, traversal, ssrf, ssti, el, jndi, ldap, xpath, xxe, ssi, crlf, mail, deserialization, " +
		"prototype, graphql, jsonbomb, oddity, scanner, token, urlcredential, mistyped, mediatype, malformed, encoding, leak, personal"
	allPlaces = "request or path or query or queryname or header or cookie or form or formname or json or jsonkey or graphql or " +
		"multipart or filename or xml or text or protobuf or response"
)

func TestParseTellsMistakes(t *testing.T) {
	for _, tt := range []struct {
		name, yaml string
		want       []string
	}{
		{"an empty file", "", []string{"f:1:1: the file is empty: write at least picket: v1"}},
		{"a file of comments", "# nothing\n", []string{"f:1:1: the file is empty: write at least picket: v1"}},
		{"no YAML", "picket: [v1\n", []string{`f:1:1: not YAML: did not find expected ',' or ']'`}},
		{"a list where keys are expected", "- a\n", []string{"f:1:1: keys are expected here, as in name: value", "f:1:1: say which version this file has: picket: v1"}},
		{"another version", "picket: v2\n", []string{"f:1:9: this Picket reads version v1 only"}},
		{"two documents", "picket: v1\n---\npicket: v1\n", []string{"f:2:1: a policy file is one document: remove the --- and what follows"}},
		{"an unknown key near a known one", "picket: v1\nmdoe: observe\n", []string{`f:2:1: unknown key "mdoe": did you mean mode?`}},
		{"an unknown key", "picket: v1\nprivacy:\n  country: true\n", []string{`f:3:3: unknown key "country": known here are ip, words`}},
		{"a key that stands twice", "picket: v1\nmode: observe\nmode: enforce\n", []string{`f:3:1: "mode" stands twice, first in line 2: remove one`}},
		{"an alias", "picket: v1\nhosts: &h [a]\nobjects: {query: *h}\n", []string{
			"f:2:8: anchors and aliases are not read: write the value out", "f:3:18: anchors and aliases are not read: write the value out",
		}},
		{"values of the wrong type", "picket: v1\nkill_switch: maybe\nreport_interval: 10\nhosts: a\nmode: [enforce]\n", []string{
			`f:2:14: "maybe" is not true or false`, `f:3:18: "10" is not a duration such as 60s or 15m`,
			"f:4:8: a list is expected here, as in [a, b]", "f:5:7: a text is expected here",
		}},
		{"values out of bounds", "picket: v1\nmode: block\nreport_interval: 1ms\nprivacy: {words: 0}\nscenarios:\n  failed-logins: {over: -1, within: 48h, for: 25h, action: allow, confidence: 2}\n", []string{
			`f:2:7: "block" is not known here: write observe or canary or enforce`, "f:3:18: 1ms is out of bounds: write 10ms to 10s",
			"f:4:18: 0 is out of bounds: write 1 to 1000", "f:6:25: -1 is out of bounds: write 0 to 1000000000000",
			"f:6:37: 48h is out of bounds: write 1s to 24h", "f:6:47: 25h is out of bounds: write 1s to 24h",
			`f:6:60: "allow" is not known here: write observe or tag or throttle or deny`, "f:6:79: the confidence is 0 to 1",
		}},
		{"an unknown scenario", "picket: v1\nscenarios:\n  guessing: {over: 1}\n  failed-login: {over: 1}\n", []string{
			"f:3:3: unknown scenario: known are " + strings.Join(sortedKeys(defaultScenarios()), ", "), "f:4:3: unknown scenario: did you mean failed-logins?",
		}},
		{"scenarios of one's own", ownMistakes, []string{
			"f:3:15: a built-in scenario is called failed-logins: choose another name, or change that one under scenarios",
			"f:5:32: undeclared reference to 'requestz'", "f:9:89: 0s is out of bounds: write 1s to 24h",
			"f:11:3: this is a scenario of your own: change it under own_scenarios",
		}},
		{"an account as consumer", "picket: v1\nidentity: {consumer: [account]}\n", []string{
			"f:2:23: account never names a consumer, for others can have the same: use subject, key, session or ip",
		}},
		{"a raw key in the allowlist", "picket: v1\nallow:\n  - {key: s3cret, reason: x}\n", []string{
			"f:3:5: say whom: ip or subject, and one of them only",
			"f:3:6: an API key does not belong in a file: allow its subject or address, or use picket allow --key, which reads it from standard input and keeps its hash only",
		}},
		{"allowing everybody without a reason", "picket: v1\nallow:\n  - ip: 0.0.0.0/0\n", []string{
			"f:3:5: say why: add a reason", "f:3:9: this network is everybody: allow at most a /8 of IPv4 or a /16 of IPv6, or set kill_switch: true",
		}},
		{"endpoints", "picket: v1\nendpoints:\n  - match: /v1/a\n  - {match: GET /v1/a, owner: id}\n  - {match: get /v1//a}\n  - {match: GET x.example/b, account: user}\n", []string{
			`f:3:12: write METHOD [host]/path, as in "GET /v1/customers/{id}"`, "f:4:31: the match has no {id}: name one of its parameters",
			"f:5:13: this is the endpoint of line 4: remove one", "f:6:5: account and failure are for a login: add purpose: login",
			"f:6:13: add x.example to hosts: without it this endpoint is never met",
		}},
		{"objects and failures of bodies", "picket: v1\nendpoints:\n  - match: GET /a\n    object: [id, \"\"]\n    failure: {field: {ok: }}\n  - match: POST /a\n    purpose: login\n    failure: {field: {ok: }, header: {\"a b\": x}, statuses: [99]}\n", []string{
			"f:3:5: account and failure are for a login: add purpose: login", "f:4:13: a GET has no body: name query parameters in objects.query",
			`f:4:18: "" is no name of a header, parameter or cookie`, `f:5:23: name and value are needed, as in {success: false}; "*" is any value`,
			`f:8:23: name and value are needed, as in {success: false}; "*" is any value`, `f:8:39: "a b" is no name of a header`,
			"f:8:61: 99 is out of bounds: write 100 to 599",
		}},
		{"an inspection out of bounds", "picket: v1\ninspection:\n  hold: 300000\n  wait: 1ms\n  inflate: -1\n  classes:\n    sqli: {mode: block, threshold: 0}\n    unknown: {mode: off}\n    leak: {threshold: 2}\n", []string{
			"f:3:9: 300000 is out of bounds: write 0 to 262144", "f:4:9: 1ms is out of bounds: write 10ms to 30s",
			"f:5:12: -1 is out of bounds: write 0 to 16777216", `f:7:18: "block" is not known here: write off or observe or enforce`,
			"f:7:36: the threshold is above 0 and at most 1", "f:8:5: unknown class: known are " + allClasses, "f:9:23: the threshold is above 0 and at most 1",
		}},
		{"fields", "picket: v1\ninspection:\n  fields:\n    - {place: body, name: a, kind: text}\n    - {kind: date}\n    - {place: unknown, kind: word}\nendpoints:\n  - match: GET /a\n    fields: [{name: q}]\n", []string{
			`f:4:15: "body" is not known here: write ` + allPlaces, "f:5:7: say which field: place, name or both",
			`f:5:14: "date" is not known here: write number or uuid or word or text or code`, `f:6:15: "unknown" is not known here: write ` + allPlaces,
			`f:9:14: "" is not known here: write number or uuid or word or text or code`,
		}},
		{"classes of an endpoint", "picket: v1\nendpoints:\n  - match: GET /a\n    inspect: {sqli: {mode: \"\", threshold: 0}, sql: {mode: off}, xss: {threshold: -1}, el: {mode: }}\n", []string{
			`f:4:28: "" is not known here: write off or observe or enforce`, "f:4:43: the threshold is above 0 and at most 1",
			"f:4:47: unknown class: known are " + allClasses, "f:4:82: the threshold is above 0 and at most 1",
		}},
		{"exceptions", "picket: v1\ninspection:\n  exceptions:\n    - {reason: r, until: 2027-01-31}\n    - {match: /a, classes: [sqli, sqli, sql]}\n    - {match: GET x.example/a, reason: r, until: tomorrow}\n    - {name: a, reason: r, until: 1970-01-01}\n    - {name: a, reason: r, until: }\n", []string{
			"f:4:7: this excepts everything: add match, place, name or classes, or set off: true",
			"f:5:7: say why: add a reason", "f:5:7: say how long: add the last day, as in until: 2027-01-31",
			`f:5:15: write METHOD [host]/path, as in "GET /v1/customers/{id}"`, `f:5:35: "sqli" stands twice: remove one`,
			"f:5:41: unknown class: known are " + allClasses, "f:6:15: add x.example to hosts: without it this endpoint is never met",
			`f:6:50: "tomorrow" is not a date such as 2027-01-31`, "f:7:35: a day is expected from 2020 to 2105",
			"f:8:7: say how long: add the last day, as in until: 2027-01-31",
		}},
		{"groups", "picket: v1\ngroups:\n  a: {nodes: [\"x*y*\", z]}\n  b: {nodes: [z], mode: off}\n", []string{
			`f:3:15: write a name with at most one *, as in "spiffe://corp/edge/*"`, "f:4:15: group a has this pattern already: remove one",
			`f:4:25: "off" is not known here: write observe or canary or enforce`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse("f", []byte(tt.yaml))
			if f != nil {
				t.Error("a file came with the error")
			}
			if d := cmp.Diff(tt.want, messages(err)); d != "" {
				t.Error(d)
			}
		})
	}
}

func messages(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestEveryMistakeIsOne(t *testing.T) {
	_, err := Parse("f", []byte("picket: v1\nmode: x\nfail: y\n"))
	var m *Mistake
	if !errors.As(err, &m) {
		t.Fatalf("got %v", err)
	}
	if d := cmp.Diff(&Mistake{File: "f", Line: 2, Column: 7, Message: `"x" is not known here: write observe or canary or enforce`}, m); d != "" {
		t.Error(d)
	}
}

func TestReferenceIsUpToDate(t *testing.T) {
	if *update {
		if err := os.WriteFile("REFERENCE.md", []byte(Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("REFERENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Reference(), string(got)); d != "" {
		t.Errorf("run go test ./controlplane/policy -update: %s", d)
	}
}

func TestDocumentAppliesItsOverrides(t *testing.T) {
	f, err := Document{Name: "p", YAML: full, Mode: "observe", Words: 1}.File()
	if err != nil {
		t.Fatal(err)
	}
	want := wantFull()
	want.Mode, want.Privacy.Words = controlplane.ModeObserve, 1
	if d := cmp.Diff(want, f, comparePrefix); d != "" {
		t.Error(d)
	}
	for _, bad := range []Document{{Mode: "off"}, {Words: -1}, {YAML: "a: b"}} {
		if f, err := bad.File(); err == nil || f != nil {
			t.Errorf("%+v: got %v, %v", bad, f, err)
		}
	}
}

func TestTheLongestPatternNamesTheGroup(t *testing.T) {
	f := Default()
	f.Groups = map[string]GroupRules{
		"all":  {Nodes: []string{"spiffe://corp/*"}},
		"edge": {Nodes: []string{"spiffe://corp/edge/*", "*.edge.corp"}, Mode: controlplane.ModeObserve},
		"one":  {Nodes: []string{"spiffe://corp/edge/seven"}, Mode: controlplane.ModeEnforce},
	}
	got := map[string]string{}
	for _, san := range []string{"spiffe://corp/a", "spiffe://corp/edge/six", "spiffe://corp/edge/seven", "n1.edge.corp", "other"} {
		group, ok := f.GroupOf(san)
		if ok {
			got[san] = group
		}
	}
	want := map[string]string{"spiffe://corp/a": "all", "spiffe://corp/edge/six": "edge", "spiffe://corp/edge/seven": "one", "n1.edge.corp": "edge"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTheWeakerModeHoldsInAGroup(t *testing.T) {
	f := Default()
	f.Groups = map[string]GroupRules{"o": {Mode: controlplane.ModeObserve}, "e": {Mode: controlplane.ModeEnforce}, "n": {}}
	got := map[controlplane.Mode][]controlplane.Mode{}
	for _, f.Mode = range []controlplane.Mode{controlplane.ModeObserve, controlplane.ModeEnforce} {
		for _, g := range []string{"o", "e", "n", "unknown"} {
			got[f.Mode] = append(got[f.Mode], f.GroupMode(g))
		}
	}
	const o, e = controlplane.ModeObserve, controlplane.ModeEnforce
	if d := cmp.Diff(map[controlplane.Mode][]controlplane.Mode{o: {o, o, o, o}, e: {o, e, e, e}}, got); d != "" {
		t.Error(d)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("picket: v1\nallow: [{key: a}]\n"))
	f.Add([]byte("a: &a [*a]\n---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse("f", data)
		if (file == nil) == (err == nil) {
			t.Fatal("want a file or an error")
		}
		if file == nil {
			return
		}
		key := testKey()
		var s settings
		s.compile(file, key)
		file.Declared(key)
	})
}

func TestAScenarioOfOnesOwnIsKnownToTheDecider(t *testing.T) {
	f, err := Parse("f", []byte(`picket: v1
endpoints: [{match: POST /pin, purpose: otp, account: user, failure: {statuses: [200]}}]
own_scenarios:
  - scenario: pin-guessing
    description: Somebody tries PINs.
    match: endpoint.purpose == "otp" && outcome == "denied"
    by: [ip]
    over: 3
    within: 2m
    response: {action: throttle, per_minute: 7, for: 1h}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := Scenario{Over: 3, Within: 2 * time.Minute, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 7, Mode: controlplane.ModeEnforce, Confidence: 0.9}
	if d := cmp.Diff(want, f.Scenarios["pin-guessing"]); d != "" || len(f.Own) != 1 {
		t.Errorf("%d of its own: %s", len(f.Own), d)
	}
}

func TestEveryPurposeCanBeDeclared(t *testing.T) {
	for _, p := range scenario.Purposes() {
		f, err := Parse("f", []byte("picket: v1\nendpoints: [{match: POST /x, purpose: "+string(p)+"}]\n"))
		if err != nil || f.Endpoints[0].Purpose != p {
			t.Errorf("%s: %v", p, err)
		}
	}
}
