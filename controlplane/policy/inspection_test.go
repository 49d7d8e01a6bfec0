package policy

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"picket/controlplane"
	"picket/filter/inspect"
	"picket/proto/wire"
)

func compiledFrom(f *File) wire.Settings {
	var s settings
	s.compile(f, testKey())
	return s.enforce.wire
}

func TestClassesAreThoseOfTheFilterInItsOrder(t *testing.T) {
	var want []string
	for c := inspect.Class(1); c <= inspect.Classes; c++ {
		want = append(want, c.String())
	}
	if d := cmp.Diff(want, classNames()); d != "" {
		t.Error(d)
	}
	for _, c := range controlplane.Classes() {
		if c.Title == "" || c.Labels() == "" && c.Name != "scanner" {
			t.Errorf("%s has no title or no label", c.Name)
		}
	}
}

func TestKindsAndPlacesAreThoseOfTheFilter(t *testing.T) {
	for _, kind := range []FieldKind{FieldNumber, FieldUUID, FieldWord, FieldText, FieldCode} {
		if got := fieldRules([]FieldRule{{Kind: kind}})[0].Kind; uint32(got) != uint32(inspect.ParseKind(string(kind))) {
			t.Errorf("%s is %d", kind, got)
		}
	}
	for i, place := range Places() {
		if z, ok := inspect.ParseZone(place); !ok || int(z) != i {
			t.Errorf("%s is %d", place, z)
		}
	}
}

func TestInspectionIsCompiledWhole(t *testing.T) {
	got := compiledFrom(parse(t, `
inspection:
  hold: 1000
  wait: 250ms
  inflate: 0
  classes: {xss: {mode: observe}, sqli: {mode: "off"}, leak: {threshold: 0.75}}
  fields: [{place: json, name: comment, kind: text}]
  exceptions:
    - {place: header, name: Referer, classes: [xss, sqli], reason: r, until: 2027-01-31}
    - {match: POST /v1/notes, reason: r, until: 2027-01-31}
`)).Inspection
	if n := len(got.Classes); n != inspect.Classes {
		t.Fatalf("%d classes", n)
	}
	enforced, leak := got.Classes[3], got.Classes[inspect.ClassLeak-1]
	got.Classes = got.Classes[:3]
	want := &wire.Inspection{
		HoldBytes: 1000, HoldMs: 250,
		Classes: []wire.ClassRule{
			{Class: "sqli", Threshold: 0.5}, {Class: "nosqli", Mode: wire.ModeEnforce, Threshold: 0.5}, {Class: "xss", Mode: wire.ModeObserve, Threshold: 0.5},
		},
		Fields: []wire.FieldRule{
			{Place: "json", Name: "comment", Kind: wire.FieldKindText},
			{Place: "header", Name: "referer", Except: []string{"sqli", "xss"}, Expires: uint32(time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC).Unix())},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	last := []wire.ClassRule{{Class: "cmdi", Mode: wire.ModeEnforce, Threshold: 0.5}, {Class: "leak", Mode: wire.ModeObserve, Threshold: 0.75}}
	if d := cmp.Diff(last, []wire.ClassRule{enforced, leak}); d != "" {
		t.Error(d)
	}
}

func TestAnEndpointHasItsOwnClassesFieldsAndExceptions(t *testing.T) {
	got := compiledFrom(parse(t, `
hosts: [api.example.com]
endpoints:
  - match: GET /v1/items
    inspect: {xss: {threshold: 0.9}, sqli: {mode: "off"}}
    fields: [{place: query, name: page, kind: number}]
  - match: POST api.example.com/v1/notes
inspection:
  classes: {xss: {mode: observe}}
  exceptions:
    - {match: POST /v1/notes, place: json, name: body, reason: r, until: 2027-01-31}
    - {match: POST api.example.com/v1/notes, name: tag, reason: r, until: 2027-01-31}
    - {match: "get /v1/items/", place: json, classes: [el], reason: r, until: 2027-01-31}
`)).Endpoints
	ends := uint32(time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC).Unix())
	all := []string{"*"}
	body := wire.FieldRule{Place: "json", Name: "body", Except: all, Expires: ends}
	want := []wire.EndpointRule{
		{
			Method: "GET", Path: "/v1/items",
			Classes: []wire.ClassRule{{Class: "sqli", Threshold: 0.5}, {Class: "xss", Mode: wire.ModeObserve, Threshold: 0.9}},
			Fields:  []wire.FieldRule{{Place: "query", Name: "page", Kind: wire.FieldKindNumber}, {Place: "json", Except: []string{"el"}, Expires: ends}},
		},
		{Method: "POST", Host: "api.example.com", Path: "/v1/notes", Fields: []wire.FieldRule{body, {Name: "tag", Except: all, Expires: ends}}},
		{Method: "POST", Path: "/v1/notes", Fields: []wire.FieldRule{body}},
	}
	for i := range want {
		want[i].Classes = append([]wire.ClassRule(nil), want[i].Classes...)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAnInspectionThatIsOffLeavesNothingBehind(t *testing.T) {
	f := parse(t, `
endpoints: [{match: GET /a, inspect: {sqli: {mode: observe}}, fields: [{name: q, kind: code}]}]
inspection: {off: true, exceptions: [{name: q, reason: r, until: 2027-01-31}]}
`)
	got := compiledFrom(f)
	if got.Inspection != nil || len(got.Endpoints) != 1 || got.Endpoints[0].Classes != nil || got.Endpoints[0].Fields != nil {
		t.Errorf("%+v, %+v", got.Inspection, got.Endpoints)
	}
	if rule := f.ClassAt(f.Endpoints[0], "sqli"); rule.Mode != ClassOff {
		t.Errorf("got %+v", rule)
	}
}

func TestBothFormsOfTheSettingsCarryTheInspection(t *testing.T) {
	var s settings
	s.compile(parse(t, "inspection: {exceptions: [{match: GET /a, reason: r, until: 2027-01-31}]}\n"), testKey())
	again, err := proto.MarshalOptions{Deterministic: true}.Marshal(s.enforce.message)
	if err != nil {
		t.Fatal(err)
	}
	var back wire.Settings
	if err := back.Decode(again); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s.enforce.wire.Inspection, back.Inspection); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(s.enforce.wire.Endpoints, back.Endpoints); d != "" {
		t.Error(d)
	}
}

func TestAnEndpointThatAnExceptionNamesIsDeclared(t *testing.T) {
	f := parse(t, "inspection: {exceptions: [{match: \"GET /v1/notes/{note}\", reason: r, until: 2027-01-31}]}\n")
	if name := f.Declared(testKey())[seen(f, "GET", "", "/v1/notes/mine")].Name; name != "GET /v1/notes/{note}" {
		t.Errorf("got %q", name)
	}
}

func TestAnExceptionThatIsOverIsToldAndChangesNoByte(t *testing.T) {
	const file = "inspection:\n  exceptions:\n    - {name: q, reason: r, until: 2027-01-31}\n    - {name: p, reason: r, until: 2028-01-31}\n"
	f := parse(t, file)
	day := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	got := map[string]string{}
	for _, now := range []time.Time{day.Add(24*time.Hour - 1), day.Add(24 * time.Hour)} {
		got[now.Format(time.DateTime)] = fmt.Sprint(f.Warnings(now))
	}
	want := map[string]string{
		"2027-01-31 23:59:59": "[]",
		"2027-02-01 00:00:00": "[:4:7: this exception ended with 2027-01-31 and holds no longer: remove it, or give it a later until]",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := len(compiledFrom(f).Inspection.Fields); n != 2 {
		t.Errorf("%d fields: what has ended must not depend on a clock here", n)
	}
}

func TestTheEndpointsClassGoesBeforeTheFiles(t *testing.T) {
	f := parse(t, `
inspection: {classes: {sqli: {mode: observe, threshold: 0.7}}}
endpoints:
  - {match: GET /mode, inspect: {sqli: {mode: enforce}}}
  - {match: GET /threshold, inspect: {sqli: {threshold: 0.9}}}
  - {match: GET /neither, inspect: {xss: {mode: "off"}}}
`)
	got := map[string]ClassRule{"none": f.ClassAt(Endpoint{}, "sqli")}
	for _, e := range f.Endpoints {
		got[e.Match] = f.ClassAt(e, "sqli")
	}
	want := map[string]ClassRule{
		"none": {ClassObserve, 0.7}, "GET /mode": {ClassEnforce, 0.7}, "GET /threshold": {ClassObserve, 0.9}, "GET /neither": {ClassObserve, 0.7},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTheFileTellsTheNamesOfFields(t *testing.T) {
	got := parse(t, `
identity: {key: {headers: [X-Key], query: [k]}, session: {cookies: [Sid]}}
objects: {query: [account_no]}
endpoints:
  - {match: POST /login, purpose: login, account: user}
  - {match: GET /a, fields: [{place: json, name: order.note, kind: text}, {place: query, kind: word}]}
inspection:
  fields: [{place: header, name: X-Trace, kind: uuid}]
  exceptions: [{name: a.b.c, reason: r, until: 2027-01-31}]
`).FieldNames()
	if d := cmp.Diff([]string{"x-key", "k", "Sid", "account_no", "user", "x-trace", "x-trace", "order.note", "note", "a.b.c", "c"}, got); d != "" {
		t.Error(d)
	}
}

func TestAnExceptionHoldsForWhatItNamesUntilItsEnd(t *testing.T) {
	f := parse(t, `
hosts: [api.example.com]
endpoints: [{match: POST api.example.com/v1/notes}, {match: GET /v1/notes}]
inspection:
  exceptions:
    - {match: POST /v1/notes, place: json, name: note.body, classes: [sqli], reason: r, until: 2027-01-31}
    - {match: GET api.example.com/v1/notes, reason: r, until: 2027-01-31}
    - {name: q, reason: r, until: 2027-01-31}
`)
	now := time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC)
	post, get := Endpoint{Match: "POST api.example.com/v1/notes"}, Endpoint{Match: "GET /v1/notes"}
	for _, tt := range []struct {
		name               string
		at                 Endpoint
		place, word, class string
		now                time.Time
		want               int // line
	}{
		{"the field of the endpoint at any host", post, "json", "body", "sqli", now, 7},
		{"another class", post, "json", "body", "xss", now, 0},
		{"another place", post, "query", "body", "sqli", now, 0},
		{"another field", post, "json", "title", "sqli", now, 0},
		{"another day", post, "json", "body", "sqli", now.AddDate(0, 0, 1), 0},
		{"another host", get, "json", "body", "sqli", now, 0},
		{"everywhere", Endpoint{}, "query", "q", "el", now, 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, ok := f.Excepted(tt.at, tt.place, tt.word, tt.class, tt.now)
			if e.Line != tt.want || ok != (tt.want != 0) {
				t.Errorf("line %d, %v", e.Line, ok)
			}
		})
	}
}
