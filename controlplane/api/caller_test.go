package api

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"picket/controlplane"
	"picket/controlplane/decide"
	"picket/controlplane/findings"
	"picket/controlplane/fleet"
	"picket/controlplane/inventory"
	"picket/controlplane/memstore"
	"picket/controlplane/policy"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// teller is a decider that says what a test wants of callers and scenarios, and nothing else.
type teller struct {
	Decider
	caller    decide.Caller
	scenarios []decide.Scenario
}

func (d teller) About(controlplane.Facet, string) (decide.Caller, error) { return d.caller, nil }
func (d teller) Scenarios() []decide.Scenario                            { return d.scenarios }

func newTeller(t *testing.T, d teller, found ...controlplane.Finding) *Server {
	key, ok := identify.NewKey(1, make([]byte, 16))
	if !ok {
		t.Fatal("no key")
	}
	clock := func() time.Time { return start }
	memory := findings.New(findings.Options{})
	memory.Add(found)
	p := policy.New(policy.Options{Register: memstore.New(), Key: &key, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	return New(Options{
		Decider: d, Findings: memory, Policy: p, Clock: clock, Fleet: fleet.New(fleet.Options{Clock: clock}),
		Inventory: inventory.New(inventory.Options{Key: &key, Policy: func() *inventory.Policy { return inventoryOf(p.File(), &key) }}),
		Declared:  func(controlplane.EndpointID) (policy.Endpoint, bool) { return policy.Endpoint{}, false },
	})
}

func ip(a string) controlplane.Value {
	return controlplane.Value{Facet: controlplane.FacetIP, Network: netip.MustParsePrefix(a)}
}

func TestTheStoryOfACallerTellsEverything(t *testing.T) {
	held := decide.View{Decision: controlplane.Decision{
		ID: 0xabc, Value: ip("203.0.113.7/32"), Endpoint: 7, EndpointName: "GET /v1/customers/{id}", Action: controlplane.ActionDeny, Mode: controlplane.ModeEnforce,
		Scenario: "object-enumeration", Who: "picket", Reason: "object-enumeration: 60 records", Decided: start.Add(-time.Minute), Expires: start.Add(14 * time.Minute),
	}, Shadow: true}
	ended := held
	ended.ID, ended.Expires = 0xdef, start.Add(-time.Second)
	for _, tt := range []struct {
		name   string
		caller decide.Caller
		found  []controlplane.Finding
		want   []string
	}{
		{"of a stranger", decide.Caller{Values: []controlplane.Value{ip("203.0.113.7/32")}}, nil, []string{
			"This is ip 203.0.113.7.", "No request of it is remembered.", "No decision about it is in force.",
			"No detection about it was held back, as far as is remembered.", "Nothing was found inside its requests, among the last 20000 findings.",
		}},
		{"of one about whom much is known", decide.Caller{
			Values: []controlplane.Value{ip("203.0.113.7/32")}, Decisions: []decide.View{held, ended},
			Refusals: []decide.Refusal{{
				Scenario: "failed-logins", Value: ip("203.0.113.7/32"), Rail: "history", Reason: "a long clean history asks for 0.95",
				Confidence: 0.9, First: start.Add(-time.Hour), Last: start.Add(-time.Minute), Count: 3,
			}},
			History: decide.History{First: start.Add(-72 * time.Hour), Last: start, Days: 4, Requests: 400, Success: 0.995, Long: true, Clean: true},
			Allowed: "a partner",
		}, []controlplane.Finding{
			{ID: 5, Class: "sqli", Place: "query", Caller: controlplane.Caller{Network: ip("203.0.113.7/32").Network}, Count: 2, First: start, Last: start},
			{ID: 6, Class: "xss", Place: "query", Caller: controlplane.Caller{Network: ip("203.0.113.8/32").Network}, Count: 2, First: start, Last: start},
		}, []string{
			"This is ip 203.0.113.7.",
			"It was seen from 2026-02-26 12:00:00 UTC to 2026-03-01 12:00:00 UTC, on 4 days; of 400 requests, 99.5 % were successful. That is long and clean: decisions ask for more evidence.",
			"No automatic decision may hit it, for the allowlist has it: a partner.",
			"In force: Scenario object-enumeration decided at 2026-03-01 11:59:00 UTC to deny ip 203.0.113.7 at GET /v1/customers/{id}. It ends in 14m; its story: picket explain 0000000000000abc; to end it now: picket undo 0000000000000abc",
			"1 decision about it has ended: 0000000000000def.",
			"Held back by rail history, 3 times, the last at 2026-03-01 11:59:00 UTC: failed-logins anywhere: a long clean history asks for 0.95.",
			"Found in 2 requests of it: SQL injection, the last at 2026-03-01 12:00:00 UTC; its story: picket explain 0000000000000005",
		}},
		{"of one who is still being learned, with much against him", decide.Caller{
			Values:  []controlplane.Value{{Facet: controlplane.FacetKey, Hash: 1 << 60}},
			History: decide.History{First: start, Last: start, Days: 1, Requests: 1, Enforced: true}, Learning: true, More: true,
			Refusals: make([]decide.Refusal, 7),
		}, nil, []string{
			"This is key #10000000.",
			"It was seen from 2026-03-01 12:00:00 UTC to 2026-03-01 12:00:00 UTC, on 1 day; of 1 request, 0.0 % were successful. Decisions were enforced against it within the last 30 days. The history is still being learned, so that nobody has a long one yet.",
			"No decision about it is in force.", "There are more decisions about it than are told here.",
			"2 more kinds of detections were held back.", "Nothing was found inside its requests, among the last 20000 findings.",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := newTeller(t, teller{caller: tt.caller}, tt.found...).ExplainCaller(t.Context(), &picketv1.ExplainCallerRequest{Facet: "ip", Value: "203.0.113.7"})
			if err != nil {
				t.Fatal(err)
			}
			got := a.Story
			if len(tt.caller.Refusals) == 7 { // five of nothing
				got = append(append([]string{}, got[:4]...), got[9:]...)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if len(a.Decisions) > 0 && (!a.Decisions[0].Shadow || a.History == nil || !a.History.Clean) {
				t.Errorf("%v", a)
			}
		})
	}
}

func TestScenariosAreShownWithWhatHeldThemBack(t *testing.T) {
	s := newTeller(t, teller{scenarios: []decide.Scenario{
		{Name: "a", Mode: controlplane.ModeEnforce, Profile: "default", Detections: 9, Decisions: 4, Active: 2, Held: []decide.Held{{Rail: "confidence", Count: 5}}, Precision: decide.Estimate{High: 1}},
		{Name: "b", Mode: controlplane.ModeObserve, Off: true, Shadow: 1, Precision: decide.Estimate{Share: 0.75, Low: 0.4, High: 0.9, Of: 8}},
	}})
	got, err := s.ListScenarios(t.Context(), &picketv1.ListScenariosRequest{})
	if err != nil {
		t.Fatal(err)
	}
	want := &picketv1.ListScenariosResponse{Scenarios: []*picketv1.ScenarioView{
		{Name: "a", Mode: "enforce", Profile: "default", Detections: 9, Decisions: 4, Active: 2, Held: []*picketv1.HeldView{{Rail: "confidence", Count: 5}}},
		{Name: "b", Mode: "off", Shadow: 1, Precision: &picketv1.EstimateView{Share: 0.75, Low: 0.4, High: 0.9, Of: 8}},
	}}
	if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
		t.Error(d)
	}
}

func TestDecisionsComeInPages(t *testing.T) {
	c := newTestClient(newTestServer(t))
	want := map[string]bool{}
	for _, a := range []string{"203.0.113.1", "203.0.113.2", "203.0.113.3"} {
		d, err := c.Decide(t.Context(), deny(a))
		if err != nil {
			t.Fatal(err)
		}
		want[d.Decision.Id] = true
	}
	got, pages := map[string]bool{}, 0
	for q := (&picketv1.ListDecisionsRequest{Limit: 2}); ; pages++ {
		a, err := c.ListDecisions(t.Context(), q)
		if err != nil || a.Total != 3 {
			t.Fatal(a, err)
		}
		for _, d := range a.Decisions {
			got[d.Id] = true
		}
		if q.After = a.Next; q.After == "" {
			break
		}
	}
	if d := cmp.Diff(want, got); d != "" || pages != 1 {
		t.Errorf("%d pages: %s", pages+1, d)
	}
	if _, err := c.ListDecisions(t.Context(), &picketv1.ListDecisionsRequest{After: "x"}); connect.CodeOf(err) != connect.CodeInvalidArgument {
		t.Errorf("a place of nobody: %v", err)
	}
}

func TestTheKillSwitchIsSwitchedWithAReason(t *testing.T) {
	c := newTestClient(newTestServer(t))
	if _, err := c.Kill(t.Context(), &picketv1.KillRequest{On: true}); connect.CodeOf(err) != connect.CodeInvalidArgument {
		t.Errorf("without a reason: %v", err)
	}
	for _, on := range []bool{true, false} {
		a, err := c.Kill(t.Context(), &picketv1.KillRequest{On: on, Reason: "orders"})
		if err != nil || a.KillSwitch != on {
			t.Errorf("%v: %v, %v", on, a, err)
		}
	}
	audit, err := c.ListAudit(context.Background(), &picketv1.ListAuditRequest{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []*picketv1.AuditView{{At: timestamppb.New(start), Who: "operator (token)", What: "kill switch", Before: "on", After: "off", Why: "orders"}}
	if d := cmp.Diff(want, audit.Entries, protocmp.Transform()); d != "" {
		t.Error(d)
	}
}
