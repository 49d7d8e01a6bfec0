package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const enforcing = "picket: v1\nmode: enforce\n"

const own = `own_scenarios:
  - scenario: pin-guessing # a comment
    description: Somebody guesses.
    match: outcome == "denied"
    by: [ip, endpoint]
    count: requests
    over: 5
    within: 1m
    confidence: 0.9
    severity: low
    response: {scope: [ip, endpoint], action: deny, for: 1h}
`

func TestWhatAChangedPolicyChanges(t *testing.T) {
	all := []string{"all"}
	for _, tt := range []struct {
		name, before, after string
		want                []string
	}{
		{"nothing but a comment", enforcing, enforcing + "# a comment\n", nil},
		{"what scenarios do not see", enforcing, enforcing + "report_interval: 50ms\nfail: closed\nendpoints: [{match: GET /v1/new, purpose: login}]\n", nil},
		{"one scenario's threshold", enforcing, enforcing + "scenarios: {failed-logins: {over: 3}}\n", []string{"failed-logins"}},
		{"a scenario that is switched off", enforcing, enforcing + "scenarios: {failed-logins: {off: true}}\n", nil},
		{"a scenario that is switched on", enforcing + "scenarios: {failed-logins: {off: true}}\n", enforcing, []string{"failed-logins"}},
		{"a scenario that goes on to observe", enforcing, enforcing + "scenarios: {failed-logins: {over: 3, mode: observe}}\n", nil},
		{"a scenario of its own", enforcing, enforcing + own, []string{"pin-guessing"}},
		{"its comment", enforcing + own, enforcing + strings.Replace(own, " # a comment", "", 1), nil},
		{"its condition", enforcing + own, enforcing + strings.Replace(own, "denied", "not_found", 1), []string{"pin-guessing"}},
		{"a profile of one scenario", enforcing, enforcing + "profiles: {hard: {scenarios: [failed-logins], steps: [{confidence: 0.6, action: deny}]}}\n", []string{"failed-logins"}},
		{"from observing to enforcing", "picket: v1\n", enforcing, all},
		{"from a canary to enforcing", "picket: v1\nmode: canary\n", enforcing, all},
		{"from enforcing to observing", enforcing, "picket: v1\n", nil},
		{"a group that begins to enforce", enforcing + "groups: {edge: {mode: observe}}\n", enforcing, all},
		{"a group that observes", enforcing, enforcing + "groups: {edge: {mode: observe}}\n", nil},
		{"somebody more is allowed", enforcing, enforcing + "allow: [{ip: 192.0.2.1, reason: ours}]\n", nil},
		{"somebody is allowed no more", enforcing + "allow: [{ip: 192.0.2.1, reason: ours}]\n", enforcing, all},
		{"a wider blast radius", enforcing, enforcing + "rails: {blast_radius: {floor: 100}}\n", all},
		{"another purpose", enforcing + "endpoints: [{match: GET /v1/x}]\n", enforcing + "endpoints: [{match: GET /v1/x, purpose: login}]\n", all},
		{"another class inspected", enforcing + "endpoints: [{match: GET /v1/x}]\n", enforcing + "endpoints: [{match: GET /v1/x, inspect: {sqli: {mode: off}}}]\n", nil},
		{"before, what cannot be read", "picket: v9\n", enforcing, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Changed(Document{YAML: tt.before}, Document{YAML: tt.after})
			if (err != nil) != (tt.before == "picket: v9\n") {
				t.Fatal(err)
			}
			if slices.Equal(tt.want, all) {
				if len(got) < 40 {
					t.Errorf("%d scenarios, want all: %v", len(got), got)
				}
				return
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
