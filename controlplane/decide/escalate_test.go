package decide

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// said gives what a rail left in a decision's evidence.
func said(dec controlplane.Decision, rail string) string {
	for _, e := range dec.Evidence {
		if rest, ok := strings.CutPrefix(e, "rail "+rail+": "); ok {
			return rest
		}
	}
	return ""
}

// detect gives what was made, in short: "deny at 5 for 15m0s", or the rail that held back.
func (b *bench) detect(t *testing.T, det controlplane.Detection) string {
	t.Helper()
	if det.At.Equal(start) {
		det.At = b.now
	}
	dec, made, err := b.Detect(t.Context(), det)
	if err != nil {
		t.Fatal(err)
	}
	if !made {
		last := b.ledger.about(func(v controlplane.Value) bool { return v == det.Value })
		for _, r := range last {
			if r.Scenario == det.Scenario && r.Last.Equal(b.now) {
				return "held back by " + r.Rail
			}
		}
		return "held back"
	}
	text := string(dec.Action)
	if dec.Endpoint != 0 {
		text += fmt.Sprintf(" at %d", dec.Endpoint)
	}
	if dec.Mode != controlplane.ModeEnforce {
		text += ", " + string(dec.Mode)
	}
	return text + " for " + controlplane.Lasting(dec.Expires.Sub(dec.Decided))
}

func TestTheProfileSaysWhatADetectionLeadsTo(t *testing.T) {
	set := func(f *policy.File, change func(*policy.Scenario)) {
		s := f.Scenarios[policy.ScenarioObjects]
		change(&s)
		f.Scenarios[policy.ScenarioObjects] = s
	}
	for _, tt := range []struct {
		name   string
		change func(*policy.File, *controlplane.Detection)
		want   string
	}{
		{"what is sure is denied at its endpoint", func(*policy.File, *controlplane.Detection) {}, "deny at 5 for 15m"},
		{"what is less sure is throttled", func(f *policy.File, det *controlplane.Detection) {
			set(f, func(s *policy.Scenario) { s.Confidence = 0 })
			det.Confidence = 0.85
		}, "throttle at 5 for 15m"},
		{"a guess is observed", func(f *policy.File, det *controlplane.Detection) {
			set(f, func(s *policy.Scenario) { s.Confidence = 0 })
			det.Confidence = 0.2
		}, "observe at 5 for 15m"},
		{"a scenario that asks for less gets less", func(_ *policy.File, det *controlplane.Detection) {
			det.Action = controlplane.ActionTag
		}, "tag at 5 for 15m"},
		{"a scenario that asks for nothing gets what the policy says", func(f *policy.File, det *controlplane.Detection) {
			set(f, func(s *policy.Scenario) { s.Action = controlplane.ActionThrottle })
			det.Action = ""
		}, "throttle at 5 for 15m"},
		{"anywhere is only throttled at first", func(_ *policy.File, det *controlplane.Detection) { det.Endpoint = 0 }, "throttle for 15m"},
		{"what is critical is denied where it is", func(_ *policy.File, det *controlplane.Detection) {
			det.Endpoint, det.Severity = 0, controlplane.SeverityCritical
		}, "deny for 15m"},
		{"a challenge that filters cannot do is a throttle", func(f *policy.File, _ *controlplane.Detection) {
			f.Profiles = map[string]policy.Profile{policy.DefaultProfile: {Steps: []policy.Step{{Action: policy.ActionChallenge}}}}
		}, "throttle at 5 for 15m"},
		{"what no step fits leads to nothing", func(f *policy.File, _ *controlplane.Detection) {
			f.Profiles = map[string]policy.Profile{policy.DefaultProfile: {Steps: []policy.Step{{Confidence: 1, Action: controlplane.ActionDeny}}}}
		}, "held back by profile"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				det := detection()
				tt.change(b.file, &det)
				if got := b.detect(t, det); got != tt.want {
					t.Errorf("got %s", got)
				}
			})
		})
	}
}

func TestAChallengeIsMadeWhereFiltersKnowIt(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.o.Challenge = true
		b.start(t, b.Decider)
		b.file.Profiles = map[string]policy.Profile{policy.DefaultProfile: {Steps: []policy.Step{{Action: policy.ActionChallenge}}}}
		if got := b.detect(t, detection()); got != "challenge at 5 for 15m" {
			t.Errorf("got %s", got)
		}
	})
}

func TestWhoComesAgainIsHitLongerAndWider(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		b.file.Rails.Escalation.Longest = 3 * time.Hour
		var got []string
		for range 6 {
			got = append(got, b.detect(t, detection()))
			b.pass(3 * time.Hour)
		}
		b.pass(24 * time.Hour)
		got = append(got, b.detect(t, detection()))
		want := []string{"deny at 5 for 15m", "deny at 5 for 30m", "deny for 1h", "deny for 2h", "deny for 3h", "deny for 3h", "deny at 5 for 15m"}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

func TestWhatFiresTogetherIsOneTime(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		var got []string
		for _, at := range []controlplane.EndpointID{5, 6, 7, 8} {
			det := detection()
			det.Endpoint = at
			got = append(got, b.detect(t, det))
			b.pass(10 * time.Second)
		}
		if d := cmp.Diff([]string{"deny at 5 for 15m", "deny at 6 for 15m", "deny at 7 for 15m", "deny at 8 for 15m"}, got); d != "" {
			t.Error(d)
		}
	})
}

func TestFreshEvidenceInSpiteOfADecisionLeadsToMore(t *testing.T) {
	for _, window := range []time.Duration{time.Minute, 24 * time.Hour} {
		t.Run(fmt.Sprintf("within %v", window), func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				det := detection()
				det.Endpoint, det.Window = 0, window
				var got []string
				for range 4 {
					got = append(got, b.detect(t, det))
					b.pass(2 * time.Minute)
				}
				want := []string{"throttle for 15m", "held back by repetition", "deny for 1h", "held back by repetition"}
				if d := cmp.Diff(want, got); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestOldEvidenceRenewsNothing(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		det := detection()
		first := b.detect(t, det)
		det.At = start.Add(time.Second) // as of a journal that is read again
		b.pass(20 * time.Minute)
		if d := cmp.Diff([]string{"deny at 5 for 15m", "held back by fresh"}, []string{first, b.detect(t, det)}); d != "" {
			t.Error(d)
		}
	})
}

func TestAnUndoneDecisionSpeaksAgainstNobody(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		var got []string
		for range 3 {
			got = append(got, b.detect(t, detection()))
			if _, err := b.Undo(t.Context(), b.List(false)[0].ID, "ann", "it was us"); err != nil {
				t.Fatal(err)
			}
			b.pass(time.Hour)
		}
		if d := cmp.Diff([]string{"deny at 5 for 15m", "deny at 5 for 15m", "deny at 5 for 15m"}, got); d != "" {
			t.Error(d)
		}
	})
}

func TestAnotherReplicasDecisionCountsAsATime(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		other := b.another(Limits{})
		b.start(t, b.Decider, other)
		b.detect(t, detection())
		synctest.Wait()
		b.pass(20 * time.Minute)
		det := detection()
		det.At = b.now
		dec, made, err := other.Detect(t.Context(), det)
		if err != nil || !made || dec.Expires.Sub(dec.Decided) != 30*time.Minute {
			t.Errorf("%v, %v, %v", dec, made, err)
		}
	})
}

// weak gives a detection of a scenario that is not sure.
func weak(b *bench, scenario string, confidence float64) controlplane.Detection {
	b.file.Scenarios[scenario] = b.file.Scenarios[policy.ScenarioObjects]
	det := detection()
	det.Scenario, det.Confidence = scenario, confidence
	return det
}

func TestWeakEvidenceAddsUp(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(b *bench) []controlplane.Detection
		wait time.Duration
		want []string
	}{
		{"one weak detection makes nothing", func(b *bench) []controlplane.Detection {
			return []controlplane.Detection{weak(b, "a", 0.7)}
		}, 0, []string{"held back by confidence"}},
		{"two different ones do", func(b *bench) []controlplane.Detection {
			return []controlplane.Detection{weak(b, "a", 0.7), weak(b, "b", 0.7)}
		}, time.Minute, []string{"held back by confidence", "deny at 5 for 15m"}},
		{"the same one again does not", func(b *bench) []controlplane.Detection {
			return []controlplane.Detection{weak(b, "a", 0.7), weak(b, "a", 0.7), weak(b, "a", 0.7)}
		}, time.Minute, []string{"held back by confidence", "held back by confidence", "held back by confidence"}},
		{"two that are far apart do not", func(b *bench) []controlplane.Detection {
			return []controlplane.Detection{weak(b, "a", 0.7), weak(b, "b", 0.7)}
		}, 11 * time.Minute, []string{"held back by confidence", "held back by confidence"}},
		{"two about different callers do not", func(b *bench) []controlplane.Detection {
			other := weak(b, "b", 0.7)
			other.Value = address("192.0.2.8/32")
			return []controlplane.Detection{weak(b, "a", 0.7), other}
		}, time.Minute, []string{"held back by confidence", "held back by confidence"}},
		{"two of different groups do not", func(b *bench) []controlplane.Detection {
			other := weak(b, "b", 0.7)
			other.Group = "edge"
			return []controlplane.Detection{weak(b, "a", 0.7), other}
		}, time.Minute, []string{"held back by confidence", "held back by confidence"}},
		{"many hints make a suspicion", func(b *bench) []controlplane.Detection {
			return []controlplane.Detection{weak(b, "a", 0.5), weak(b, "b", 0.5), weak(b, "c", 0.5), weak(b, "d", 0.5)}
		}, time.Second, []string{"held back by confidence", "held back by confidence", "held back by confidence", "deny at 5 for 15m"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				var got []string
				for _, det := range tt.play(b) {
					got = append(got, b.detect(t, det))
					b.pass(tt.wait)
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestTheStoryTellsWhatAddedUp(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		first, second := weak(b, "a", 0.7), weak(b, "b", 0.7)
		first.Evidence = []string{"many 404s"}
		b.detect(t, first)
		dec, _, err := b.Detect(t.Context(), second)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := said(dec, "evidence"), "0.70 of its own, and with a (0.70) within 10m 0.91"; got != want {
			t.Errorf("got %s", got)
		}
		if !strings.Contains(strings.Join(dec.Evidence, "\n"), "a: many 404s\n") {
			t.Errorf("the other's evidence is missing: %q", dec.Evidence)
		}
	})
}

// A fingerprint is a program's: others may use it, so that it is turned away where its users tried accounts, and nowhere
// else.
func TestAFingerprintIsDecidedAboutAtOneEndpointHoweverOften(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		det := detection()
		det.Value = controlplane.Value{Facet: controlplane.FacetFingerprint, Hash: 3}
		var got []string
		for range 4 {
			got = append(got, b.detect(t, det))
			b.now = b.now.Add(2 * time.Hour)
		}
		want := []string{"deny at 5 for 15m", "deny at 5 for 30m", "deny at 5 for 1h", "deny at 5 for 2h"}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

func TestWhatIsOnlyNotedDoesNotMakeACallerOneWhoComesAgain(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		noted := detection()
		noted.Action = controlplane.ActionTag
		var got []string
		for range 3 {
			got = append(got, b.detect(t, noted))
			b.now = b.now.Add(20 * time.Minute)
		}
		got = append(got, b.detect(t, detection()))
		want := []string{"tag at 5 for 15m", "tag at 5 for 15m", "tag at 5 for 15m", "deny at 5 for 15m"}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}
