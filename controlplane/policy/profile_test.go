package policy

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/proto/wire"
)

func TestTheDefaultProfileGoesFromMildToHardAndNarrowToWide(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    Case
		want string
	}{
		{"a guess is observed", Case{Confidence: 0.3, Severity: controlplane.SeverityCritical, Times: 9}, "observe"},
		{"a suspicion is told to the service", Case{Confidence: 0.6}, "tag"},
		{"nothing blocks below 0.8", Case{Confidence: 0.79, Severity: controlplane.SeverityCritical, Times: 9, AtEndpoint: true}, "tag"},
		{"what is likely is throttled", Case{Confidence: 0.8, AtEndpoint: true}, "throttle"},
		{"what is sure is denied at its endpoint", Case{Confidence: 0.9, AtEndpoint: true}, "deny endpoint"},
		{"what is sure and serious is denied at its endpoint", Case{Confidence: 0.99, Severity: controlplane.SeverityHigh, Times: 2, AtEndpoint: true}, "deny endpoint"},
		{"what is sure and names no endpoint is throttled", Case{Confidence: 0.99, Severity: controlplane.SeverityHigh}, "throttle"},
		{"what is critical is denied where it is", Case{Confidence: 0.9, Severity: controlplane.SeverityCritical}, "deny"},
		{"what comes a third time is denied anywhere", Case{Confidence: 0.9, Times: 3, AtEndpoint: true}, "deny anywhere"},
		{"what is of little harm is never denied", Case{Confidence: 1, Severity: controlplane.SeverityLow, Times: 9, AtEndpoint: true}, "throttle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _, ok := Default().Profiles[DefaultProfile].Step(tt.c)
			got := string(s.Action)
			if s.Scope != "" {
				got += " " + string(s.Scope)
			}
			if !ok || got != tt.want {
				t.Errorf("got %q, %v", got, ok)
			}
		})
	}
}

func TestAScenarioHasTheProfileThatNamesIt(t *testing.T) {
	f, err := Parse("f", []byte("picket: v1\nprofiles:\n  gentle: {scenarios: [failed-logins], steps: [{action: tag}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range []string{ScenarioLogins, ScenarioObjects} {
		got[s], _ = f.ProfileOf(s)
	}
	if d := cmp.Diff(map[string]string{ScenarioLogins: "gentle", ScenarioObjects: DefaultProfile}, got); d != "" {
		t.Error(d)
	}
	if _, _, ok := f.Profiles["gentle"].Step(Case{Confidence: math.NaN()}); ok {
		t.Error("what is no number fits")
	}
}

func TestProfilesAndRailsTellMistakes(t *testing.T) {
	for _, tt := range []struct {
		name, yaml string
		want       []string
	}{
		{"steps out of bounds", "profiles:\n  a:\n    steps:\n      - {confidence: 2, severity: bad, repeated: -1, scope: all, action: burn}\n      - {}\n", []string{
			"f:5:22: 2 is out of bounds: write 0 to 1", `f:5:35: "bad" is not known here: write low or medium or high or critical`,
			"f:5:50: -1 is out of bounds: write 0 to 100", `f:5:61: "all" is not known here: write detected or endpoint or anywhere`,
			`f:5:74: "burn" is not known here: write observe or tag or throttle or challenge or deny`,
			`f:6:9: "" is not known here: write observe or tag or throttle or challenge or deny`,
		}},
		{"a guess that blocks", "profiles:\n  a: {steps: [{confidence: 0.4, action: throttle}]}\n", []string{"f:3:28: to throttle takes a confidence of 0.5 at the least"}},
		{"a milder step behind a harder one", "profiles:\n  a: {steps: [{confidence: 0.9, action: deny}, {action: observe}]}\n", []string{
			"f:3:57: steps go from the mildest to the hardest: observe comes before deny",
		}},
		{"a profile that says nothing", "profiles:\n  a: {scenarios: [failed-logins]}\n", []string{"f:3:3: say what it leads to: add steps"}},
		{"a scenario with two profiles", "profiles:\n  a: {scenarios: [x], steps: [{action: tag}]}\n  b: {scenarios: [x, \"\"], steps: [{action: tag}]}\n", []string{
			`f:4:19: "x" has profile a already: remove one`, "f:4:22: the scenario's name is missing",
		}},
		{"rails out of bounds", "rails:\n  evidence: {within: 0s}\n  history: {days: 0, success: 2, confidence: .nan}\n  blast_radius: {percent: 101, floor: -1}\n  canary: {percent: -1}\n  shadow: {percent: 50, at_once: 0}\n  escalation: {within: 1s, longest: 48h}\n", []string{
			"f:3:22: 0s is out of bounds: write 1s to 24h", "f:4:19: 0 is out of bounds: write 1 to 365", "f:4:31: 2 is out of bounds: write 0.5 to 1",
			`f:4:46: ".nan" is not a number`, "f:5:27: 101 is out of bounds: write 0 to 100", "f:5:39: -1 is out of bounds: write 0 to 100000",
			"f:6:21: -1 is out of bounds: write 0 to 100", "f:7:21: 50 is out of bounds: write 0 to 20", "f:7:34: 0 is out of bounds: write 1 to 1000",
			"f:8:24: 1s is out of bounds: write 1m to 24h", "f:8:37: 48h is out of bounds: write 1m to 24h",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("f", []byte("picket: v1\n"+tt.yaml))
			if d := cmp.Diff(tt.want, messages(err)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTheBlastRadiusHasAFloor(t *testing.T) {
	r := BlastRadiusRail{Percent: 1, Floor: 10}
	if d := cmp.Diff([]int{10, 10, 12, 10_000}, []int{r.Limit(0), r.Limit(999), r.Limit(1299), r.Limit(1_000_000)}); d != "" {
		t.Error(d)
	}
}

func TestTheCanaryIsAboutTheFractionAskedFor(t *testing.T) {
	f := Default()
	in := 0
	for i := range uint64(10_000) {
		if f.InCanary(controlplane.Value{Facet: controlplane.FacetKey, Hash: i * 0x9e3779b97f4a7c15}) {
			in++
		}
	}
	if in < 400 || in > 600 {
		t.Errorf("%d of 10000 are in, want about 500", in)
	}
}

func TestTheWeakerOfTwoModes(t *testing.T) {
	const o, c, e = controlplane.ModeObserve, ModeCanary, controlplane.ModeEnforce
	for _, tt := range [][3]controlplane.Mode{{o, c, o}, {c, e, c}, {e, "", e}, {"", o, o}, {e, e, e}} {
		if a, b := WeakerMode(tt[0], tt[1]), WeakerMode(tt[1], tt[0]); a != tt[2] || b != tt[2] {
			t.Errorf("%q and %q: %q, %q", tt[0], tt[1], a, b)
		}
	}
}

func TestCanaryLetsDecisionsActButNoFinding(t *testing.T) {
	doc := Document{YAML: "picket: v1\nmode: canary\nendpoints: [{match: GET /a, inspect: {sqli: {mode: enforce}}}]\ninspection: {classes: {xss: {mode: enforce}}}\n"}
	f, err := doc.File()
	if err != nil {
		t.Fatal(err)
	}
	var s settings
	s.compile(f, testKey())
	got := s.of(f.GroupMode("edge")).wire
	if got.Mode != wire.ModeEnforce {
		t.Errorf("mode %v", got.Mode)
	}
	modes := map[string]wire.Mode{}
	for _, rules := range [][]wire.ClassRule{got.Inspection.Classes, got.Endpoints[0].Classes} {
		for _, r := range rules {
			if r.Mode == wire.ModeEnforce {
				modes[r.Class] = r.Mode
			}
		}
	}
	if len(modes) > 0 {
		t.Errorf("these act: %v", modes)
	}
	enforced := s.of(controlplane.ModeEnforce).wire.Inspection.Classes
	if same := cmp.Equal(enforced, got.Inspection.Classes); same {
		t.Error("mode enforce lost its findings")
	}
}

func TestTheOperatorsKillSwitchLiftsEverythingForAllGroups(t *testing.T) {
	s := newStore()
	s.put(controlplane.KeyPolicy, Document{YAML: "picket: v1\nmode: enforce\ngroups: {edge: {mode: observe}}\n"})
	s.put(controlplane.KeyThrottle+"60", struct{}{})
	throttled := denial(2, "192.0.2.2/32", time.Hour)
	throttled.Action, throttled.PerMinute = controlplane.ActionThrottle, 60
	s.decide(denial(1, "192.0.2.1/32", time.Hour))
	s.decide(throttled)
	p := replica(t, s)
	var groups []*Group
	for _, name := range []string{"", "edge", "core"} {
		groups = append(groups, p.Group(name))
	}
	state := func() (on []string) {
		for _, g := range groups {
			snapshot := g.Snapshot()
			on = append(on, fmt.Sprint(snapshot[0].Settings.KillSwitch, p.File().KillSwitch, g.Revision()))
		}
		return on
	}
	var got [][]string
	for _, k := range []Kill{{On: true, Who: "ann", Why: "orders fail"}, {On: true, Who: "bob"}, {}} {
		p.feed(t, s.put(KeyKill, k))
		got = append(got, state())
	}
	p.feed(t, s.put(KeyKill, Kill{On: true}))
	p.feed(t, s.put(controlplane.KeyPolicy, Document{YAML: "picket: v1\n"}))
	got = append(got, state())
	p.feed(t, s.remove(KeyKill))
	got = append(got, state())
	want := [][]string{}
	for _, w := range []string{"true true 5", "true true 5", "false false 7", "true true 9", "false false 10"} {
		want = append(want, []string{w, w, w})
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	other := replica(t, s)
	if d := cmp.Diff(p.File(), other.File(), comparePrefix); d != "" {
		t.Error(d)
	}
}

func TestAKillSwitchThatCannotBeReadChangesNothing(t *testing.T) {
	s := newStore()
	s.put(KeyKill, Kill{On: true})
	p := replica(t, s)
	p.feed(t, s.put(KeyKill, "what"))
	if !p.File().KillSwitch {
		t.Error("it is off")
	}
}
