package simulate

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane/policy"
	"picket/controlplane/scenario"
)

// play plays a timeline with the simulated service's policy.
func play(t *testing.T, tl *Timeline) *Result {
	t.Helper()
	r, err := Play(t.Context(), tl, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Fired {
		t.Logf("fired %s (%d times, confidence %.2f) after %d requests and %v", f.Scenario, f.Times, f.Confidence, f.Requests, f.After)
	}
	return r
}

// TestLookAlikesPass: no honest caller is denied or throttled, and nothing fires.
func TestLookAlikesPass(t *testing.T) {
	known := alarms()
	for _, tl := range Timelines() {
		if !tl.Honest() {
			continue
		}
		t.Run(tl.Name, func(t *testing.T) {
			t.Parallel()
			r := play(t, &tl)
			harmless(t, r)
			for _, f := range r.Wrong() {
				if !slices.Contains(known[tl.Name], f.Scenario) {
					t.Errorf("%s fired, and nobody attacked", f.Scenario)
				}
			}
		})
	}
}

// harmless wants that no honest caller was hit.
func harmless(t *testing.T, r *Result) {
	t.Helper()
	known := hits()[r.Name]
	for _, a := range r.HonestHit() {
		report := t.Errorf
		if known {
			report = t.Logf
		}
		report("%s was hit: %d of %d requests denied, %d throttled, %d found; detected %v", a.Actor, a.Denied, a.Requests, a.Throttled, a.Found, a.Detected)
	}
	if known && len(r.HonestHit()) == 0 {
		t.Log("nobody is hit by now: take it off the list")
	}
}

// TestAttacksAreDetected: each scenario that must fire does, and no honest caller beside is hit.
func TestAttacksAreDetected(t *testing.T) {
	known := undetected()
	for _, tl := range Timelines() {
		if tl.Honest() {
			continue
		}
		t.Run(tl.Name, func(t *testing.T) {
			t.Parallel()
			r := play(t, &tl)
			harmless(t, r)
			for _, name := range tl.Fires {
				if _, ok := r.Of(name); !ok && !slices.Contains(known[tl.Name], name) {
					t.Errorf("%s did not fire", name)
				} else if ok && slices.Contains(known[tl.Name], name) {
					t.Logf("%s fires by now: take it off the list", name)
				}
			}
			stops(t, r)
		})
	}
}

// stops wants that attackers are turned away, or where it is the service that is wrong, that operators are told.
func stops(t *testing.T, r *Result) {
	t.Helper()
	a := r.Attackers()
	stopped := a.Stopped() > 0
	switch {
	case r.Timeline.Told:
		for _, name := range r.Timeline.Fires {
			if !slices.Contains(r.Incidents, name) {
				t.Errorf("operators were not told of %s, but of %v", name, r.Incidents)
			}
		}
	case stopped == unstopped()[r.Name]:
		t.Errorf("stopped: %v; on the list of those that are not: %v", stopped, !stopped)
	}
	t.Logf("%d of %d requests refused, %d of %d things taken", a.Stopped(), a.Requests, a.Leaked, a.Stake)
}

func TestAPlayIsTheSameEachTime(t *testing.T) {
	for _, name := range []string{"stuffing-fast", "bola-spread", "mobile-outage"} {
		tl, _ := Find(name)
		first, second := play(t, tl), play(t, tl)
		if diff := cmp.Diff(first, second, cmpopts.IgnoreUnexported(Result{}, ActorResult{}), cmpopts.IgnoreFields(Result{}, "Timeline")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTheCatalogIsWhole(t *testing.T) {
	seen := map[string]bool{}
	honest := 0
	for _, tl := range Timelines() {
		s := newScene(1)
		tl.Play(s)
		attackers := 0
		for _, a := range s.actors {
			if a.Attacker {
				attackers++
			}
		}
		if seen[tl.Name] || tl.About == "" || tl.Honest() != (attackers == 0) || tl.Honest() != (tl.After == "") {
			t.Errorf("%s: twice, untold, or without attackers", tl.Name)
		}
		if tl.Honest() {
			honest += len(s.actors)
		}
		seen[tl.Name] = true
	}
	if honest < 500 {
		t.Errorf("only %d honest actors in look-alikes", honest)
	}
}

func TestEveryScenarioHasATimelineOnWhichItMustFire(t *testing.T) {
	pack, err := scenario.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, s := range pack.Scenarios {
		known[s.Name] = true
		if !unplayed()[s.Name] && !slices.ContainsFunc(Timelines(), func(tl Timeline) bool { return slices.Contains(tl.Fires, s.Name) }) {
			t.Errorf("no timeline for %s", s.Name)
		}
	}
	for _, tl := range Timelines() {
		for _, name := range slices.Concat(tl.Fires, tl.May) {
			if !known[name] {
				t.Errorf("%s: there is no scenario %s", tl.Name, name)
			}
		}
	}
}

func TestTheServicesPolicyIsValid(t *testing.T) {
	if _, err := policy.Parse("policy.yaml", []byte(ServicePolicy())); err != nil {
		t.Error(err)
	}
}

func TestAPolicyIsPlayedWithTheServicesEndpoints(t *testing.T) {
	for name, text := range map[string]string{
		"without endpoints":         "picket: v1\n",
		"with an empty list":        "picket: v1\nendpoints:\nmode: enforce\n",
		"with one of the same":      "picket: v1\nendpoints:\n  - {match: \"POST /v1/login\", purpose: login}\n",
		"with endpoints of its own": "picket: v1\nhosts: [a.example]\nendpoints: [{match: \"GET a.example/x\"}]\n",
	} {
		out, err := WithService(text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := policy.Parse("", []byte(out))
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
			continue
		}
		if len(f.Endpoints) < 30 {
			t.Errorf("%s: %d endpoints", name, len(f.Endpoints))
		}
	}
}

// TestADecisionHoldsFromTheNextReportOn: whoever goes on after a deny gets nothing any more.
func TestADecisionHoldsFromTheNextReportOn(t *testing.T) {
	tl := Timeline{Name: "x", Fires: []string{"object-foreign"}, After: "records", Play: bolaSequential, Interval: 100 * time.Millisecond}
	r := play(t, &tl)
	a := r.Attackers()
	if f, _ := r.Of("object-foreign"); a.Leaked > f.Leaked+2 || a.Denied == 0 {
		t.Errorf("%d leaked, %d of them before it fired, %d denied", a.Leaked, f.Leaked, a.Denied)
	}
}

func TestObserveModeHitsNobodyAndTellsWhomItWouldHave(t *testing.T) {
	tl, _ := Find("bola-sequential")
	r, err := Play(t.Context(), tl, Options{Mode: "observe"})
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Attackers(); a.Stopped() > 0 || a.Observed == 0 {
		t.Errorf("%+v", a)
	}
}
