package api

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"picket/controlplane"
	"picket/controlplane/findings"
	"picket/controlplane/policy"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

const notes = "picket: v1\nmode: enforce\nendpoints: [{match: POST /v1/notes, inspect: {xss: {mode: observe, threshold: 0.9}}}]\n" +
	"groups: {lab: {mode: observe}}\ninspection: {classes: {el: {mode: off}}, exceptions: [{name: q, reason: r, until: 2026-02-28}, {match: POST /v1/notes, name: page, reason: a query console, until: 2026-12-31}]}\n"

// key is that of newTestServer.
func key() *identify.Key {
	k, _ := identify.NewKey(1, make([]byte, 16))
	return &k
}

func word(text string) uint64 { return key().Hash(identify.DomainWord, []byte(text)) }

func endpoint(t *testing.T, text string) controlplane.EndpointID {
	t.Helper()
	id, _, err := policy.EndpointID(key(), text, policy.Default())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func injection(t *testing.T) controlplane.Finding {
	return controlplane.Finding{
		ID: 0xabc, Node: controlplane.Node{ID: "n1", Group: "edge"}, Instance: 7, Worker: 2,
		Caller:   controlplane.Caller{Network: netip.MustParsePrefix("203.0.113.7/32"), Subject: 0x1234abcd00000000},
		Endpoint: endpoint(t, "POST /v1/notes"), Class: "sqli", Place: "json", Field: word("body"), Decoding: "percent+twice",
		Rule: "tautology", Confidence: 0.97, Evidence: "w ' or 0 = 0", Count: 3, Enforced: 2, Observed: 1,
		First: start.Add(-time.Minute), Last: start.Add(-time.Second),
	}
}

// finder asks a server.
type finder struct{ picketv1connect.AdminClient }

// asked gives a client of a server under the policy notes that found these.
func asked(t *testing.T, found ...controlplane.Finding) finder {
	t.Helper()
	m := findings.New(findings.Options{})
	m.Add(found)
	return finder{newTestClient(newTestServerWith(t, policy.Document{YAML: notes}, m))}
}

func (c finder) explain(t *testing.T, id string) *picketv1.ExplainResponse {
	t.Helper()
	a, err := c.Explain(t.Context(), &picketv1.ExplainRequest{Id: id})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// list gives the ids.
func (c finder) list(t *testing.T, q *picketv1.ListFindingsRequest) (ids []string) {
	t.Helper()
	a, err := c.ListFindings(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Findings {
		ids = append(ids, f.Id)
	}
	return ids
}

func TestAFindingIsShownWithoutAnythingThatAStrangerSent(t *testing.T) {
	got := asked(t, injection(t)).explain(t, "0000000000000abc").Finding
	want := &picketv1.FindingView{
		Id: "0000000000000abc", Class: "sqli", Title: "SQL injection", Labels: "OWASP A03:2021, CWE-89", Place: "json", Field: "body",
		Endpoint: "POST /v1/notes", Facet: "subject", Value: "#1234abcd", Confidence: 0.97, Evidence: "w ' or 0 = 0", Decoding: "percent+twice",
		Rule: "tautology", Count: 3, Enforced: 2, Observed: 1, Node: "n1", Group: "edge", Worker: 2, Effect: "enforced",
		First: timestamppb.New(start.Add(-time.Minute)), Last: timestamppb.New(start.Add(-time.Second)),
	}
	if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
		t.Error(d)
	}
}

func TestTheStoryOfAFindingTellsWhatWasDoneAndWhatToDo(t *testing.T) {
	cases := []struct {
		name   string
		change func(*controlplane.Finding)
		want   []string
	}{
		{"an injection that was denied", func(*controlplane.Finding) {}, []string{
			"Seen: SQL injection (OWASP A03:2021, CWE-89), in 3 requests from 2026-03-01 11:59:00 UTC to 2026-03-01 11:59:59 UTC.",
			"It stood in the JSON field body of POST /v1/notes, disguised: percent-encoded, encoded more than once.",
			`What decided: rule tautology, on "w ' or 0 = 0" (all but known words and punctuation is masked), with confidence 0.97.`,
			"The policy now in force answers it with 403 from confidence 0.50.",
			"Picket answered 2 requests with 403 instead of the service.",
			"1 request passed that Picket would have answered, had the mode been enforce.",
			"The last was seen by worker 2 of node n1 in group edge at 2026-03-01 11:59:59 UTC.",
			"Sent by ip 203.0.113.7, subject #1234abcd.",
			"If this was honest, except it in the policy file, under inspection.exceptions:",
			`  - {match: "POST /v1/notes", place: json, name: "body", classes: [sqli], reason: "say why", until: 2026-05-30}`,
			"or let this endpoint only observe it, under endpoints:",
			`  - {match: "POST /v1/notes", inspect: {sqli: {mode: observe}}}`,
			"If body stands inside others, write the whole path as its name, as in order.body.",
		}},
		{"one that the endpoint only observes", func(f *controlplane.Finding) {
			f.Class, f.Place, f.Field, f.Rule, f.Decoding, f.Evidence = "xss", "query", word("nobody-told"), "model", "plain", ""
			f.Count, f.Enforced, f.Observed, f.Confidence = 1, 0, 0, 0.7
		}, []string{
			"Seen: cross-site scripting (OWASP A03:2021, CWE-79), in 1 request at 2026-03-01 11:59:59 UTC.",
			"It stood in a query parameter not named yet of POST /v1/notes.",
			"What decided: the model, with confidence 0.70.",
			"The policy now in force only observes it here (mode observe of xss), from confidence 0.90, which this does not reach.",
			"1 request passed.",
			"The last was seen by worker 2 of node n1 in group edge at 2026-03-01 11:59:59 UTC.",
			"Sent by ip 203.0.113.7, subject #1234abcd.",
			"If this was honest, except it in the policy file, under inspection.exceptions:",
			`  - {match: "POST /v1/notes", place: query, classes: [xss], reason: "say why", until: 2026-05-30}`,
			"or let this endpoint only observe it, under endpoints:",
			`  - {match: "POST /v1/notes", inspect: {xss: {mode: observe}}}`,
			"It holds for every field of the place: add the field's name, which is told here once enough consumers used it.",
		}},
		{"a late one of a group that observes, at an endpoint without a name", func(f *controlplane.Finding) {
			f.Node.Group, f.Endpoint, f.Place, f.Field, f.Late, f.Decoding = "lab", 77, "text", 0, true, ""
			f.Caller, f.Count, f.Enforced, f.Observed = controlplane.Caller{}, 2, 1, 0
		}, []string{
			"Seen: SQL injection (OWASP A03:2021, CWE-89), in 2 requests from 2026-03-01 11:59:00 UTC to 2026-03-01 11:59:59 UTC.",
			"It stood in the text of the body of endpoint 000000000000004d.",
			`What decided: rule tautology, on "w ' or 0 = 0" (all but known words and punctuation is masked), with confidence 0.97.`,
			"The policy now in force answers it with 403 from confidence 0.50, but in mode enforce only, and its mode here is observe.",
			"Picket ended 1 request.",
			"1 request passed.",
			"It was seen only after what was held had been released: the service saw the request, or a part of it.",
			"The last was seen by worker 2 of node n1 in group lab at 2026-03-01 11:59:59 UTC.",
			"Who sent it is not told.",
			"If this was honest, except it in the policy file, under inspection.exceptions:",
			`  - {place: text, classes: [sqli], reason: "say why", until: 2026-05-30}`,
			"This exception holds everywhere: add the endpoint's match, which is not known here yet.",
		}},
		{"one that was allowed", func(f *controlplane.Finding) {
			f.Place, f.Field, f.Count, f.Enforced, f.Observed, f.First, f.Decoding = "header", word("referer"), 2, 0, 0, f.Last, "base64"
		}, []string{
			"Seen: SQL injection (OWASP A03:2021, CWE-89), in 2 requests, the last at 2026-03-01 11:59:59 UTC.",
			"It stood in the header referer of POST /v1/notes, disguised: in base64.",
			`What decided: rule tautology, on "w ' or 0 = 0" (all but known words and punctuation is masked), with confidence 0.97.`,
			"The policy now in force answers it with 403 from confidence 0.50.",
			"2 requests passed: the caller was allowed by an operator or the allowlist, or another policy was in force then.",
			"The last was seen by worker 2 of node n1 in group edge at 2026-03-01 11:59:59 UTC.",
			"Sent by ip 203.0.113.7, subject #1234abcd.",
			"If this was honest, except it in the policy file, under inspection.exceptions:",
			`  - {match: "POST /v1/notes", place: header, name: "referer", classes: [sqli], reason: "say why", until: 2026-05-30}`,
			"or let this endpoint only observe it, under endpoints:",
			`  - {match: "POST /v1/notes", inspect: {sqli: {mode: observe}}}`,
		}},
		{"one that is excepted now", func(f *controlplane.Finding) {
			f.Place, f.Field, f.Count, f.Enforced = "query", word("page"), 3, 3
			f.Observed = 0
		}, []string{
			"Seen: SQL injection (OWASP A03:2021, CWE-89), in 3 requests from 2026-03-01 11:59:00 UTC to 2026-03-01 11:59:59 UTC.",
			"It stood in the query parameter page of POST /v1/notes, disguised: percent-encoded, encoded more than once.",
			`What decided: rule tautology, on "w ' or 0 = 0" (all but known words and punctuation is masked), with confidence 0.97.`,
			"The policy now in force has an exception for it (line 5, until 2026-12-31): a query console.",
			"Picket answered 3 requests with 403 instead of the service.",
			"The last was seen by worker 2 of node n1 in group edge at 2026-03-01 11:59:59 UTC.",
			"Sent by ip 203.0.113.7, subject #1234abcd.",
		}},
		{"those that did not fit, of a class that is off", func(f *controlplane.Finding) {
			*f = controlplane.Finding{ID: f.ID, Node: f.Node, Worker: 2, Class: "el", Count: 5, Enforced: 5, Confidence: 0.8, Rule: "model", First: f.First, Last: f.Last}
		}, []string{
			"Seen: expression language injection (OWASP A03:2021, CWE-917), in 5 requests from 2026-03-01 11:59:00 UTC to 2026-03-01 11:59:59 UTC.",
			"It is not told where it stood: the worker had no room for one more finding in that report.",
			"What decided: the model, with confidence 0.80.",
			"The policy now in force does not look for it here.",
			"Picket answered 5 requests with 403 instead of the service.",
			"The last was seen by worker 2 of node n1 in group edge at 2026-03-01 11:59:59 UTC.",
			"Who sent it is not told.",
			"If this was honest, except it in the policy file, under inspection.exceptions:",
			`  - {classes: [el], reason: "say why", until: 2026-05-30}`,
			"This exception holds everywhere: add the endpoint's match, which is not known here yet.",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := injection(t)
			c.change(&f)
			got := asked(t, f).explain(t, "0000000000000abc").Story
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			pasted(t, got)
		})
	}
}

// pasted wants that a policy file takes what a story says to paste.
func pasted(t *testing.T, story []string) {
	t.Helper()
	for i, line := range story {
		if !strings.HasPrefix(line, "  - {") {
			continue
		}
		file := "picket: v1\nendpoints:\n" + line + "\n"
		if strings.HasSuffix(story[i-1], "inspection.exceptions:") {
			file = "picket: v1\ninspection:\n  exceptions:\n" + line + "\n"
		}
		if _, err := policy.Parse("f", []byte(file)); err != nil {
			t.Error(err)
		}
	}
}

func TestAResponseNamesTheFindingThatItAnswers(t *testing.T) {
	leak := injection(t)
	leak.ID, leak.Class, leak.Place, leak.Field, leak.Answers = 0xdef, "leak", "response", 0, 0xabc
	lost := leak
	lost.ID, lost.Answers = 0xfff, 0x123
	c := asked(t, injection(t), leak, lost)
	got := c.explain(t, "0000000000000def")
	if got.Finding.Answers != "0000000000000abc" {
		t.Errorf("answers %q", got.Finding.Answers)
	}
	for id, want := range map[string]string{
		"0000000000000def": "The response answers finding 0000000000000abc, SQL injection in the JSON field body of POST /v1/notes (picket explain 0000000000000abc).",
		"0000000000000fff": "The response answers finding 0000000000000123, which is not remembered any more.",
	} {
		if story := strings.Join(c.explain(t, id).Story, "\n"); !strings.Contains(story, want) {
			t.Errorf("%s\nwant %s", story, want)
		}
	}
}

func TestFindingsAreListedAsAsked(t *testing.T) {
	xss := injection(t)
	xss.ID, xss.Class, xss.Enforced, xss.Last = 0xdef, "xss", 0, start.Add(-2*time.Hour)
	c := asked(t, xss, injection(t))
	for name, tt := range map[string]struct {
		ask  *picketv1.ListFindingsRequest
		want []string
	}{
		"the newest first":  {&picketv1.ListFindingsRequest{}, []string{"0000000000000abc", "0000000000000def"}},
		"one class":         {&picketv1.ListFindingsRequest{Class: "xss"}, []string{"0000000000000def"}},
		"what was answered": {&picketv1.ListFindingsRequest{EnforcedOnly: true}, []string{"0000000000000abc"}},
		"of the last hour":  {&picketv1.ListFindingsRequest{Since: durationpb.New(time.Hour)}, []string{"0000000000000abc"}},
		"one":               {&picketv1.ListFindingsRequest{Limit: 1}, []string{"0000000000000abc"}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, c.list(t, tt.ask)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhatIsNoDecisionAndNoFindingIsSaidSo(t *testing.T) {
	m := findings.New(findings.Options{})
	m.Add([]controlplane.Finding{injection(t)})
	c := newTestClient(newTestServerWith(t, policy.Document{YAML: notes}, m))
	_, unknown := c.Explain(t.Context(), &picketv1.ExplainRequest{Id: "0000000000000001"})
	_, undone := c.Undo(t.Context(), &picketv1.UndoRequest{Id: "0000000000000abc"})
	_, class := c.ListFindings(t.Context(), &picketv1.ListFindingsRequest{Class: "sql"})
	for _, tt := range []struct {
		err  error
		code connect.Code
		text string
	}{
		{unknown, connect.CodeNotFound, "no decision has this ID, and no finding that is remembered: see picket get decisions --all and picket get findings"},
		{undone, connect.CodeNotFound, "this is the ID of a finding, which leaves nothing in force to undo"},
		{class, connect.CodeInvalidArgument, "unknown class: known are sqli, nosqli,"},
	} {
		if connect.CodeOf(tt.err) != tt.code || !strings.Contains(tt.err.Error(), tt.text) {
			t.Errorf("got %v, want %v %s", tt.err, tt.code, tt.text)
		}
	}
}

func TestStatusTellsOfFindingsAndOfExceptionsThatAreOver(t *testing.T) {
	m := findings.New(findings.Options{})
	m.Add([]controlplane.Finding{injection(t)})
	got, err := newTestClient(newTestServerWith(t, policy.Document{YAML: notes}, m)).GetStatus(t.Context(), &picketv1.GetStatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Line 5 of the policy file: this exception ended with 2026-02-28 and holds no longer: remove it, or give it a later until."}
	if d := cmp.Diff(want, got.Warnings); d != "" || got.Findings != 1 {
		t.Errorf("%d findings, %s", got.Findings, d)
	}
}
