package decide

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// consumers gives n detections about as many callers.
func consumers(n int) []controlplane.Detection {
	out := make([]controlplane.Detection, n)
	for i := range out {
		out[i] = detection()
		out[i].Value = controlplane.Value{Facet: controlplane.FacetKey, Hash: uint64(i+1) * 0x9e3779b97f4a7c15}
	}
	return out
}

func TestCanaryActsOnAFractionOfAllConsumers(t *testing.T) {
	for name, set := range map[string]func(*policy.File){
		"where the scenario is canary": func(f *policy.File) {
			s := f.Scenarios[policy.ScenarioObjects]
			s.Mode = policy.ModeCanary
			f.Scenarios[policy.ScenarioObjects] = s
		},
		"where the file is canary": func(f *policy.File) { f.Mode = policy.ModeCanary },
		"where the group is canary": func(f *policy.File) {
			f.Mode, f.Groups = controlplane.ModeEnforce, map[string]policy.GroupRules{"": {Mode: policy.ModeCanary}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				set(b.file)
				b.file.Rails.Canary.Percent = 20
				acts := 0
				for _, det := range consumers(200) {
					dec, made, err := b.Detect(t.Context(), det)
					if err != nil || !made {
						t.Fatal(made, err)
					}
					inside := b.file.InCanary(det.Value)
					if inside != (dec.Mode == controlplane.ModeEnforce) {
						t.Errorf("inside %v, mode %s", inside, dec.Mode)
					}
					if inside {
						acts++
					}
				}
				if acts < 20 || acts > 60 {
					t.Errorf("%d of 200 act, want about 40", acts)
				}
			})
		})
	}
}

func TestAWeakerModeSoftensWhatHolds(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		b.file.Mode = controlplane.ModeEnforce
		for _, det := range consumers(50) {
			if _, made, err := b.Detect(t.Context(), det); err != nil || !made {
				t.Fatal(made, err)
			}
		}
		own, err := b.Decide(t.Context(), command())
		if err != nil {
			t.Fatal(err)
		}
		if err := b.SetPolicy(t.Context(), policy.Document{YAML: "picket: v1\nmode: canary\n"}, "ann"); err != nil {
			t.Fatal(err)
		}
		for _, dec := range b.List(false) {
			want := dec.ID == own.ID || b.file.InCanary(dec.Value)
			if got := dec.Mode == controlplane.ModeEnforce; got != want {
				t.Errorf("%v acts: %v, want %v", dec.Value, got, want)
			}
		}
	})
}

func TestTheShadowArmIsSmallAndNeverForWhatIsBad(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*policy.File, *controlplane.Detection)
		least  int
		most   int
	}{
		{"off by default", func(f *policy.File, _ *controlplane.Detection) { f.Rails.Shadow.Percent = 0 }, 0, 0},
		{"a share of all", func(*policy.File, *controlplane.Detection) {}, 20, 60},
		{"at most so many at once", func(f *policy.File, _ *controlplane.Detection) { f.Rails.Shadow.AtOnce = 7 }, 7, 7},
		{"never what is critical", func(_ *policy.File, det *controlplane.Detection) { det.Severity = controlplane.SeverityCritical }, 0, 0},
		{"never injection by its label", func(_ *policy.File, det *controlplane.Detection) { det.Labels = []string{"CWE-89"} }, 0, 0},
		{"never what blocks nobody", func(_ *policy.File, det *controlplane.Detection) { det.Action = controlplane.ActionTag }, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				b.file.Rails.Shadow = policy.ShadowRail{Percent: 20, AtOnce: 1000}
				for _, det := range consumers(200) {
					tt.change(b.file, &det)
					if _, made, err := b.Detect(t.Context(), det); err != nil || !made {
						t.Fatal(made, err)
					}
				}
				p, err := b.Page(Query{})
				if err != nil {
					t.Fatal(err)
				}
				shadows := 0
				for _, v := range p.Decisions {
					if v.Shadow {
						shadows++
					}
					if v.Shadow != (v.Mode == controlplane.ModeObserve) {
						t.Errorf("shadow %v in mode %s", v.Shadow, v.Mode)
					}
				}
				if shadows < tt.least || shadows > tt.most {
					t.Errorf("%d of 200 are in it", shadows)
				}
			})
		})
	}
}

func TestTheShadowArmTellsHowOftenAScenarioIsRight(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		strikes := map[controlplane.DecisionID]uint64{}
		b.o.Strikes = func(id controlplane.DecisionID) uint64 { return strikes[id] }
		b.start(t, b.Decider)
		b.file.Rails.Shadow = policy.ShadowRail{Percent: 100, AtOnce: 1000}
		all := consumers(10)
		for i, det := range all {
			dec, _, err := b.Detect(t.Context(), det)
			if err != nil {
				t.Fatal(err)
			}
			if i < 8 { // 8 and 9 go away
				strikes[dec.ID] = 3
			}
		}
		b.pass(5 * time.Minute)
		for _, det := range all[:6] { // these go on as they were; 6 and 7 have come to their senses, or were honest
			if got := b.detect(t, det); got != "held back by repetition" {
				t.Errorf("got %s", got)
			}
		}
		before := b.scenario(policy.ScenarioObjects)
		b.pass(time.Hour)
		after := b.scenario(policy.ScenarioObjects)
		want := Scenario{
			Name: policy.ScenarioObjects, Mode: controlplane.ModeObserve, Profile: policy.DefaultProfile, Detections: 16, Decisions: 10,
			Held: []Held{{"repetition", 6}}, Precision: estimate(6, 8),
		}
		if d := cmp.Diff(want, after); d != "" {
			t.Error(d)
		}
		want.Active, want.Shadow, want.Precision = 10, 10, estimate(0, 0)
		if d := cmp.Diff(want, before); d != "" {
			t.Error(d)
		}
	})
}

func (b *bench) scenario(name string) Scenario {
	for _, s := range b.Scenarios() {
		if s.Name == name {
			return s
		}
	}
	return Scenario{}
}

// TestTheIntervalIsWilsons compares with the values of Newcombe, "Two-sided confidence intervals for the single
// proportion", Statistics in Medicine 17 (1998), table I.
func TestTheIntervalIsWilsons(t *testing.T) {
	for _, tt := range []struct {
		successes, n uint64
		low, high    float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		e := estimate(tt.successes, tt.n)
		if d := cmp.Diff([]float64{tt.low, tt.high}, []float64{round4(e.Low), round4(e.High)}); d != "" {
			t.Errorf("%d of %d: %s", tt.successes, tt.n, d)
		}
	}
}

func round4(x float64) float64 { return float64(int(x*10_000+0.5)) / 10_000 }

func TestTheKillSwitchOfOperators(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		if _, err := b.Kill(t.Context(), true, "ann", " "); err == nil {
			t.Error("without a reason it is taken")
		}
		on, err := b.Kill(t.Context(), true, "ann", "orders fail")
		if err != nil || !on {
			t.Fatal(on, err)
		}
		want := []string{"The kill switch is on since 2027-01-15 08:00:00, by ann: orders fail. Nothing is enforced. Back: picket kill --off"}
		other := b.another(Limits{})
		b.start(t, other)
		if d := cmp.Diff([][]string{want, want}, [][]string{b.Warnings(), other.Warnings()}); d != "" {
			t.Error(d)
		}
		if err := b.SetPolicy(t.Context(), policy.Document{YAML: "picket: v1\nkill_switch: true\n"}, "ann"); err != nil {
			t.Fatal(err)
		}
		still, err := b.Kill(t.Context(), false, "bob", "orders are back")
		if err != nil || !still || len(b.Warnings()) != 0 {
			t.Errorf("still %v, %v, %q", still, err, b.Warnings())
		}
		if e := b.Audit(1)[0]; e.Who != "bob" || e.What != "kill switch" || e.Before != "on" || e.After != "off" {
			t.Errorf("audit: %+v", e)
		}
	})
}
