package detect

import (
	"context"
	"testing"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

const twoScenarios = `
scenario: logins
description: Only at logins that were refused.
match: endpoint.purpose == "login" && !(outcome in ["ok", "not_found"]) && requests > 0.0
by: [ip]
over: 1
within: 1m
---
scenario: anything
description: Whatever CEL must interpret, is asked everywhere.
match: endpoint.name.startsWith("GET ") && outcome == "ok"
by: [ip]
over: 1
within: 1m
---
scenario: leaks
description: Of findings.
on: findings
match: class == "leak"
by: [ip]
over: 1
within: 1m
`

// TestAScenarioThatCannotMatchIsNotAsked: the cost does not grow with scenarios for other purposes, outcomes or classes.
func TestAScenarioThatCannotMatchIsNotAsked(t *testing.T) {
	pack, err := scenario.Parse("f", []byte(twoScenarios))
	if err != nil {
		t.Fatal(err)
	}
	settings := &Settings{Scenarios: map[string]Scenario{}}
	for _, s := range pack.Scenarios {
		settings.Scenarios[s.Name] = Scenario{Over: 1, Within: s.Within}
	}
	e := New(Options{Settings: func() *Settings { return settings }, Decide: func(context.Context, controlplane.Detection) {}, Pack: pack})
	e.configure(settings)
	for _, c := range []struct {
		purpose controlplane.Purpose
		outcome controlplane.Outcome
		want    int
	}{
		{controlplane.PurposeLogin, controlplane.OutcomeDenied, 1}, {controlplane.PurposeLogin, controlplane.OutcomeNotFound, 0},
		{controlplane.PurposeAdmin, controlplane.OutcomeDenied, 0}, {"", controlplane.OutcomeOK, 1}, {controlplane.PurposeLogin, controlplane.OutcomeOK, 1},
	} {
		if got := len(e.running.ofRollup(e.running.purposes[c.purpose], c.outcome)); got != c.want {
			t.Errorf("%s, %d: %d scenarios are asked, want %d", c.purpose, c.outcome, got, c.want)
		}
	}
	if len(e.running.findings) != 1 || len(e.running.findings["leak"]) != 1 {
		t.Errorf("findings: %v", e.running.findings)
	}
}

func TestWindowsGoOnWhenOnlyAThresholdChanges(t *testing.T) {
	pack, err := scenario.Parse("f", []byte(twoScenarios))
	if err != nil {
		t.Fatal(err)
	}
	first := &Settings{Scenarios: map[string]Scenario{"logins": {Over: 1, Within: 60e9}, "anything": {Over: 1, Within: 60e9}}}
	second := &Settings{Scenarios: map[string]Scenario{"logins": {Over: 5, Within: 60e9}, "anything": {Over: 1, Within: 30e9}}}
	e := New(Options{Settings: func() *Settings { return first }, Decide: func(context.Context, controlplane.Detection) {}, Pack: pack})
	e.configure(first)
	before := e.running.trackers
	e.configure(second)
	after := e.running.trackers
	if before[0].windows != after[0].windows || after[0].set.Over != 5 || before[1].windows == after[1].windows {
		t.Error("want the windows of the first to go on with the new threshold, and those of the second to begin anew")
	}
}
