package decide

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

var start = time.Unix(1_800_000_000, 0).UTC()

// bench is a decider with all around it. The clock stands until a test moves it.
type bench struct {
	*Decider
	register *register
	file     *policy.File
	now      time.Time
	log      bytes.Buffer
}

func (b *bench) File() *policy.File { return b.file }

// pass moves the clock, once nobody is looking.
func (b *bench) pass(d time.Duration) {
	synctest.Wait()
	b.now = b.now.Add(d)
}

// run calls f with a decider that runs, within a bubble of synctest.
func run(t *testing.T, limits Limits, f func(t *testing.T, b *bench)) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{register: newRegister(), file: policy.Default(), now: start}
		b.Decider = b.another(limits)
		f(t, b)
	})
}

// another starts one more decider on the same register.
func (b *bench) another(limits Limits) *Decider {
	key, _ := identify.NewKey(7, []byte("0123456789abcdef"))
	limits.Sweep = 1000 * time.Hour // tests sweep by hand
	d := New(Options{
		Register: b.register, Policy: b, Key: &key, Clock: func() time.Time { return b.now }, Limits: limits,
		Log: slog.New(slog.NewTextHandler(&b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	return d
}

func (b *bench) start(t *testing.T, deciders ...*Decider) {
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, len(deciders))
	for _, d := range deciders {
		go func() { done <- d.Run(ctx) }()
	}
	t.Cleanup(func() {
		stop()
		for range deciders {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
	synctest.Wait()
}

func address(a string) controlplane.Value {
	return controlplane.Value{Facet: controlplane.FacetIP, Network: netip.MustParsePrefix(a)}
}

func detection() controlplane.Detection {
	return controlplane.Detection{
		Scenario: policy.ScenarioObjects, Value: address("192.0.2.7/32"), Endpoint: 5, At: start, Window: time.Minute, Confidence: 0.95,
		Evidence: []string{"60 distinct objects within a minute"}, Action: controlplane.ActionDeny, For: 15 * time.Minute,
	}
}

func TestADetectionBecomesADecisionThroughTheRails(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		got, made, err := b.Detect(t.Context(), detection())
		if err != nil || !made {
			t.Fatal(made, err)
		}
		want := controlplane.Decision{
			ID: detectionID(detection()), Value: address("192.0.2.7/32"), Endpoint: 5, Action: controlplane.ActionDeny,
			Mode: controlplane.ModeEnforce, Scenario: policy.ScenarioObjects, Who: "picket",
			Reason: "object-enumeration: 60 distinct objects within a minute",
			Evidence: []string{
				"60 distinct objects within a minute", "rail kill switch: it is off", "rail value: it is about one ip",
				"rail allowlist: not among its 0 entries", "rail scenario: it is on", "rail freshness: the evidence is new",
				"rail evidence: 0.95, of this scenario alone", "rail confidence: 0.95, at least 0.90 is asked for",
				"rail history: nothing is known of it; it asks for nothing more",
				"rail profile: step 4 of default (time 1) leads to deny at the endpoint", "rail facet: ip may get deny",
				"rail expiry: it ends after 15m", "rail mode: enforce", "rail shadow arm: it is off",
				"rail blast radius: not counted, for this consumer has no clean history",
				"rail repetition: no decision of this scenario holds that does as much",
				"rail limit: 0 of 1000000 automatic decisions are active", "rail pace: there is room for one more",
			},
			Decided: start, Expires: start.Add(15 * time.Minute), Revision: 1,
		}
		if d := cmp.Diff(want, got, comparePrefix); d != "" {
			t.Error(d)
		}
		synctest.Wait() // it is written behind
		audit := []controlplane.AuditEntry{{
			At: start, Who: "picket", What: "decide " + got.ID.String(),
			After: "deny ip 192.0.2.7 at endpoint 0000000000000005 until 2027-01-15T08:15:00Z", Why: want.Reason,
		}}
		if d := cmp.Diff(audit, b.Audit(0)); d != "" {
			t.Error(d)
		}
	})
}

var comparePrefix = cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })

func TestRailsHoldBack(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*policy.File, *controlplane.Detection)
	}{
		{"everything while the kill switch is on", func(f *policy.File, _ *controlplane.Detection) { f.KillSwitch = true }},
		{"what the allowlist holds as a network", func(f *policy.File, _ *controlplane.Detection) {
			f.Allow = []policy.Allow{{IP: netip.MustParsePrefix("192.0.2.0/24")}}
		}},
		{"what the allowlist holds as a subject", func(f *policy.File, det *controlplane.Detection) {
			key, _ := identify.NewKey(7, []byte("0123456789abcdef"))
			f.Allow = []policy.Allow{{Subject: "batch"}}
			det.Value = controlplane.Value{Facet: controlplane.FacetSubject, Hash: key.Hash(identify.DomainSubject, []byte("batch"))}
		}},
		{"a hashed address that the allowlist holds", func(f *policy.File, det *controlplane.Detection) {
			key, _ := identify.NewKey(7, []byte("0123456789abcdef"))
			f.Allow = []policy.Allow{{IP: netip.MustParsePrefix("192.0.2.9/32")}}
			b := netip.MustParseAddr("192.0.2.9").As16()
			det.Value = controlplane.Value{Facet: controlplane.FacetIP, Hash: key.Hash(identify.DomainIP, b[:])}
		}},
		{"a scenario that is off", func(f *policy.File, _ *controlplane.Detection) {
			f.Scenarios[policy.ScenarioObjects] = policy.Scenario{Off: true}
		}},
		{"a scenario that nobody knows", func(_ *policy.File, det *controlplane.Detection) { det.Scenario = "other" }},
		{"what is not sure enough", func(_ *policy.File, det *controlplane.Detection) { det.Confidence = 0.89 }},
		{"a fingerprint everywhere", func(_ *policy.File, det *controlplane.Detection) {
			det.Value, det.Endpoint = controlplane.Value{Facet: controlplane.FacetFingerprint, Hash: 3}, 0
		}},
		{"what is about nobody", func(_ *policy.File, det *controlplane.Detection) {
			det.Value = controlplane.Value{Facet: controlplane.FacetKey}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				det := detection()
				tt.change(b.file, &det)
				if dec, made, err := b.Detect(t.Context(), det); made || err != nil {
					t.Errorf("got %+v, %v", dec, err)
				}
				if got := b.register.keys(""); len(got) != 0 {
					t.Errorf("the register has %v", got)
				}
			})
		})
	}
}

func TestRailsTame(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*policy.File, *controlplane.Detection)
		want   func(*controlplane.Decision)
	}{
		{
			"a decision without an end gets the scenario's", func(f *policy.File, det *controlplane.Detection) {
				s := f.Scenarios[policy.ScenarioObjects]
				s.For = 15 * time.Minute
				f.Scenarios[policy.ScenarioObjects], det.For = s, 0
			},
			func(d *controlplane.Decision) { d.Expires = start.Add(15 * time.Minute) },
		},
		{
			"a decision ends after a day", func(_ *policy.File, det *controlplane.Detection) { det.For = 48 * time.Hour },
			func(d *controlplane.Decision) { d.Expires = start.Add(24 * time.Hour) },
		},
		{
			"a scenario that observes", func(f *policy.File, _ *controlplane.Detection) {
				s := f.Scenarios[policy.ScenarioObjects]
				s.Mode = controlplane.ModeObserve
				f.Scenarios[policy.ScenarioObjects] = s
			},
			func(d *controlplane.Decision) { d.Mode = controlplane.ModeObserve },
		},
		{
			"an account at an endpoint is throttled", func(_ *policy.File, det *controlplane.Detection) {
				det.Value = controlplane.Value{Facet: controlplane.FacetAccount, Hash: 3}
			},
			func(d *controlplane.Decision) {
				d.Value = controlplane.Value{Facet: controlplane.FacetAccount, Hash: 3}
				d.Action, d.PerMinute = controlplane.ActionThrottle, 60
			},
		},
		{
			"an account is not challenged, which would lock its owner out", func(f *policy.File, det *controlplane.Detection) {
				det.Value = controlplane.Value{Facet: controlplane.FacetAccount, Hash: 3}
				f.Profiles = map[string]policy.Profile{policy.DefaultProfile: {Steps: []policy.Step{{Action: policy.ActionChallenge}}}}
			},
			func(d *controlplane.Decision) {
				d.Value = controlplane.Value{Facet: controlplane.FacetAccount, Hash: 3}
				d.Action, d.PerMinute = controlplane.ActionThrottle, 60
			},
		},
		{
			"an account anywhere is observed", func(_ *policy.File, det *controlplane.Detection) {
				det.Value, det.Endpoint = controlplane.Value{Facet: controlplane.FacetAccount, Hash: 3}, 0
			},
			func(d *controlplane.Decision) {
				d.Value, d.Endpoint = controlplane.Value{Facet: controlplane.FacetAccount, Hash: 3}, 0
				d.Action = controlplane.ActionObserve
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				plain := detection()
				det := plain
				tt.change(b.file, &det)
				got, made, err := b.Detect(t.Context(), det)
				if err != nil || !made {
					t.Fatal(made, err)
				}
				want := controlplane.Decision{
					ID: detectionID(det), Value: plain.Value, Endpoint: 5, Action: controlplane.ActionDeny, Mode: controlplane.ModeEnforce,
					Scenario: plain.Scenario, Who: "picket", Reason: got.Reason, Evidence: got.Evidence,
					Decided: start, Expires: start.Add(15 * time.Minute), Revision: got.Revision,
				}
				tt.want(&want)
				if d := cmp.Diff(want, got, comparePrefix); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestAnActiveDecisionIsNotMadeTwice(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		made := func(change func(*controlplane.Detection)) bool {
			det := detection()
			det.At = b.now
			change(&det)
			_, made, err := b.Detect(t.Context(), det)
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		same := func(*controlplane.Detection) {}
		got := []bool{made(same), made(same), made(func(det *controlplane.Detection) { det.Endpoint = 6 })}
		b.pass(5 * time.Minute)
		got = append(got, made(same), made(func(det *controlplane.Detection) { det.Group = "edge" }))
		b.pass(10 * time.Minute)
		got = append(got, made(same))
		if d := cmp.Diff([]bool{true, false, true, false, false, true}, got); d != "" {
			t.Error(d)
		}
	})
}

func TestTwoReplicasMakeOneDecision(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		other := b.another(Limits{})
		b.start(t, b.Decider, other)
		_, first, err := b.Detect(t.Context(), detection())
		if err != nil {
			t.Fatal(err)
		}
		other.active = map[subject]controlplane.DecisionID{} // as if it had not heard yet
		_, second, err := other.Detect(t.Context(), detection())
		if err != nil || !first || second {
			t.Errorf("first %v, second %v, %v", first, second, err)
		}
		if got := b.register.keys(controlplane.KeyDecision); len(got) != 1 {
			t.Errorf("the register has %v", got)
		}
	})
}

func TestActiveAutomaticDecisionsAreLimited(t *testing.T) {
	run(t, Limits{Automatic: 1}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		det := detection()
		_, first, _ := b.Detect(t.Context(), det)
		det.Endpoint = 6
		_, second, _ := b.Detect(t.Context(), det)
		b.pass(20 * time.Minute)
		if err := b.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		det.At = b.now
		_, third, _ := b.Detect(t.Context(), det)
		if d := cmp.Diff([]bool{true, false, true}, []bool{first, second, third}); d != "" {
			t.Error(d)
		}
	})
}

func TestASweepSparesWhatTellsTheRevision(t *testing.T) {
	run(t, Limits{Audit: 3}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		var ids []string
		for range 3 {
			dec, err := b.Decide(t.Context(), command())
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, dec.ID.String())
			b.pass(time.Minute)
		}
		sweepAt := func(after time.Duration) int {
			b.pass(start.Add(after).Sub(b.now))
			if err := b.sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return len(b.register.keys(controlplane.KeyDecision))
		}
		got := []int{sweepAt(20*time.Minute - 1), sweepAt(20 * time.Minute), sweepAt(time.Hour)}
		if d := cmp.Diff([]int{3, 2, 1}, got); d != "" {
			t.Error(d)
		}
		if left := b.register.keys(controlplane.KeyDecision); left[0] != ids[2] {
			t.Errorf("%s is left, want the newest", left[0])
		}
		if _, err := b.Decide(t.Context(), command()); err != nil {
			t.Fatal(err)
		}
		if n := sweepAt(2 * time.Hour); n != 1 || len(b.register.keys(controlplane.KeyAudit)) != 3 || len(b.Audit(0)) != 3 {
			t.Errorf("%d decisions, %d audit entries", n, len(b.Audit(0)))
		}
	})
}

func TestSetPolicyIsWholeOrNothing(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		good := policy.Document{Name: "p.yaml", YAML: "picket: v1\n", Mode: "enforce"}
		var m *policy.Mistake
		if err := b.SetPolicy(t.Context(), policy.Document{YAML: "picket: v1\nmode: x\n"}, "ann"); !errors.As(err, &m) {
			t.Errorf("a mistake is %v", err)
		}
		for range 2 {
			if err := b.SetPolicy(t.Context(), good, "ann"); err != nil {
				t.Fatal(err)
			}
		}
		want := []controlplane.AuditEntry{{
			At: start, Who: "ann", What: "policy", Before: "none", After: "p.yaml " + good.Hash() + ", mode enforce",
			Why: "policy file or its overrides changed",
		}}
		if d := cmp.Diff(want, b.Audit(0)); d != "" {
			t.Error(d)
		}
	})
}

func TestAScenarioThatIsSwitchedOffLosesItsDecisions(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		dec, _, err := b.Detect(t.Context(), detection())
		if err != nil {
			t.Fatal(err)
		}
		own, err := b.Decide(t.Context(), command())
		if err != nil {
			t.Fatal(err)
		}
		if err := b.SetPolicy(t.Context(), policy.Document{YAML: "picket: v1\nscenarios: {object-enumeration: {off: true}}\n"}, "ann"); err != nil {
			t.Fatal(err)
		}
		list := b.List(false)
		if len(list) != 1 || list[0].ID != own.ID {
			t.Errorf("active: %v", list)
		}
		if got, err := b.Get(dec.ID); err != nil || got.UndoneBy != "ann" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestAReplicaThatStartsKnowsWhatOthersDecided(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		if _, _, err := b.Detect(t.Context(), detection()); err != nil {
			t.Fatal(err)
		}
		if err := b.SetPolicy(t.Context(), policy.Document{}, "ann"); err != nil {
			t.Fatal(err)
		}
		other := b.another(Limits{})
		b.start(t, other)
		if d := cmp.Diff(b.List(true), other.List(true), comparePrefix); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(b.Audit(0), other.Audit(0)); d != "" {
			t.Error(d)
		}
	})
}

func TestWhatWasUndoneDoesNotHideWhatHolds(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		det := detection()
		first, _, err := b.Detect(t.Context(), det)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Undo(t.Context(), first.ID, "ann", "mistaken"); err != nil {
			t.Fatal(err)
		}
		b.pass(2 * time.Minute)
		det.At = b.now
		if _, made, err := b.Detect(t.Context(), det); err != nil || !made {
			t.Fatal(made, err)
		}
		other := b.another(Limits{})
		b.start(t, other)
		b.pass(2 * time.Minute)
		det.At = b.now
		for _, d := range []*Decider{b.Decider, other} {
			if dec, made, err := d.Detect(t.Context(), det); err != nil || made {
				t.Errorf("a second one: %v, %v", dec, err)
			}
		}
	})
}
