package decide

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/policy"
)

const day = 24 * time.Hour

// see lets a caller make requests, n with each outcome, at the present time.
func (b *bench) see(c controlplane.Caller, n uint64, outcomes ...controlplane.Outcome) {
	b.seeIn("", c, n, outcomes...)
}

func (b *bench) seeIn(group string, c controlplane.Caller, n uint64, outcomes ...controlplane.Outcome) {
	for _, o := range outcomes {
		b.Observe(context.Background(), []controlplane.Rollup{{
			Node: controlplane.Node{ID: "n", Group: group}, Start: b.now, End: b.now, Caller: c, Endpoint: 5, Outcome: o, Requests: n,
		}})
	}
}

func from(a string) controlplane.Caller { return controlplane.Caller{Network: address(a).Network} }

func TestHistoryIsOfWhatCallersDidThemselves(t *testing.T) {
	const ok, denied = controlplane.OutcomeOK, controlplane.OutcomeDenied
	key := controlplane.Value{Facet: controlplane.FacetKey, Hash: 7}
	for _, tt := range []struct {
		name string
		play func(b *bench)
		who  controlplane.Value
		want History
	}{
		{"nothing is known of a stranger", func(*bench) {}, address("192.0.2.7/32"), History{}},
		{"a day's requests", func(b *bench) { b.see(from("192.0.2.7/32"), 3, ok, denied) }, address("192.0.2.7/32"), History{
			First: start, Last: start, Days: 1, Requests: 6, Success: 0.5,
		}},
		{"what the service failed at, and what Picket answered, says nothing", func(b *bench) {
			b.see(from("192.0.2.7/32"), 3, ok, controlplane.OutcomeServerError, controlplane.OutcomeBlocked, controlplane.OutcomeThrottled, controlplane.OutcomeAborted)
		}, address("192.0.2.7/32"), History{First: start, Last: start, Days: 1, Requests: 3, Success: 1}},
		{"a credential that was refused is nobody's", func(b *bench) {
			b.see(controlplane.Caller{Network: address("192.0.2.7/32").Network, Key: 7}, 3, denied)
		}, key, History{}},
		{"four days make a long history", func(b *bench) {
			for range 4 {
				b.see(controlplane.Caller{Key: 7}, 1, ok)
				b.pass(day)
			}
		}, key, History{First: start, Last: start.Add(3 * day), Days: 4, Requests: 4, Success: 1, Long: true, Clean: true}},
		{"a long history with many failures is not clean", func(b *bench) {
			for range 4 {
				b.see(from("192.0.2.7/32"), 1, ok, denied)
				b.pass(day)
			}
		}, address("192.0.2.7/32"), History{First: start, Last: start.Add(3 * day), Days: 4, Requests: 8, Success: 0.5}},
		{"while the history is young, an hour is enough to count", func(b *bench) {
			b.see(from("192.0.2.7/32"), 1, ok)
			b.pass(time.Hour)
		}, address("192.0.2.7/32"), History{First: start, Last: start, Days: 1, Requests: 1, Success: 1, Clean: true}},
		{"later it is not", func(b *bench) {
			b.see(from("192.0.2.1/32"), 1, ok)
			b.pass(4 * day)
			b.see(from("192.0.2.7/32"), 1, ok)
			b.pass(2 * time.Hour)
		}, address("192.0.2.7/32"), History{First: start.Add(4 * day), Last: start.Add(4 * day), Days: 1, Requests: 1, Success: 1}},
		{"a clock that runs ahead makes no history", func(b *bench) {
			for i := range 5 {
				b.Observe(context.Background(), []controlplane.Rollup{{Caller: from("192.0.2.7/32"), Outcome: ok, Requests: 1, End: start.Add(time.Duration(i) * day)}})
			}
		}, address("192.0.2.7/32"), History{First: start, Last: start, Days: 1, Requests: 5, Success: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				tt.play(b)
				if d := cmp.Diff(tt.want, b.history.of(tt.who, b.file.Rails.History, b.now)); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestALongCleanHistoryAsksForMore(t *testing.T) {
	for _, tt := range []struct {
		name string
		sure []float64
		want []string
	}{
		{"for more confidence", []float64{0.93}, []string{"held back by history"}},
		{"which is enough", []float64{0.95}, []string{"deny at 5 for 15m"}},
		{"or for a second detection", []float64{0.91, 0.91}, []string{"held back by history", "deny at 5 for 30m"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				for range 4 {
					b.see(from("192.0.2.7/32"), 10, controlplane.OutcomeOK)
					b.pass(day)
				}
				var got []string
				for _, c := range tt.sure {
					det := detection()
					det.At, det.Confidence = b.now, c
					got = append(got, b.detect(t, det))
					b.pass(2 * time.Minute)
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestTheLineOfHistorySaysWhatItIs(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		for range 4 {
			b.see(from("192.0.2.7/32"), 10, controlplane.OutcomeOK)
			b.pass(day)
		}
		det := detection()
		det.At, det.Confidence = b.now, 0.97
		dec, _, err := b.Detect(t.Context(), det)
		if err != nil {
			t.Fatal(err)
		}
		want := "seen on 4 days since 2027-01-15, 100 % of its requests successful: a long clean history asks for a confidence of 0.95 or a second detection; this is time 1 with 0.97"
		if got := said(dec, "history"); got != want {
			t.Errorf("got %s", got)
		}
	})
}

func TestMadeUpNamesPushOutNoRegularCustomer(t *testing.T) {
	run(t, Limits{Consumers: 100}, func(t *testing.T, b *bench) {
		customer := controlplane.Caller{Key: 1}
		for range 2 {
			b.see(customer, 1, controlplane.OutcomeOK)
			b.pass(day)
		}
		for i := range uint64(10_000) {
			b.see(controlplane.Caller{Key: 2 + i}, 1, controlplane.OutcomeOK)
		}
		h := b.history
		if !h.of(controlplane.Value{Facet: controlplane.FacetKey, Hash: 1}, b.file.Rails.History, b.now).Known() {
			t.Error("the customer is forgotten")
		}
		if n := h.fresh.len() + h.known.len(); n != 100 {
			t.Errorf("%d are remembered, want 100", n)
		}
		if n := len(h.fresh.nodes) + len(h.known.nodes); n > 110 {
			t.Errorf("%d places are taken", n)
		}
	})
}

func TestCleanConsumersCountWhereAndWhileTheyAreActive(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		callers := func(group string, first, n int) {
			for i := range n {
				b.seeIn(group, controlplane.Caller{Key: uint64(first + i)}, 1, controlplane.OutcomeOK)
			}
		}
		counts := func() string {
			here, all := b.history.cleanActive("edge", b.now)
			return fmt.Sprint(here, all)
		}
		callers("edge", 1, 5)
		callers("core", 100, 3)
		got := []string{counts()}
		b.pass(2 * time.Hour)
		callers("edge", 1, 5)
		callers("core", 100, 3)
		callers("core", 1, 1) // moves
		got = append(got, counts())
		b.pass(30 * time.Minute)
		callers("edge", 2, 1)
		callers("edge", 2, 1)
		got = append(got, counts())
		b.pass(40 * time.Minute)
		got = append(got, counts())
		b.pass(2 * time.Hour)
		got = append(got, counts())
		if d := cmp.Diff([]string{"0 0", "4 8", "4 8", "1 1", "0 0"}, got); d != "" {
			t.Error(d)
		}
	})
}

func TestObservingAllocatesNothingForThoseWhoAreKnown(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		batch := []controlplane.Rollup{{
			Node: controlplane.Node{Group: "edge"}, End: b.now, Outcome: controlplane.OutcomeOK, Requests: 1,
			Caller: controlplane.Caller{Network: address("192.0.2.7/32").Network, Key: 1, Subject: 2, Session: 3},
		}}
		b.Observe(t.Context(), batch)
		ctx := t.Context()
		if n := testing.AllocsPerRun(100, func() { b.Observe(ctx, batch) }); n > 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

// regulars are n callers whose history is clean.
func (b *bench) regulars(n int) []controlplane.Detection {
	var dets []controlplane.Detection
	for i := range n {
		b.see(controlplane.Caller{Key: uint64(i + 1)}, 10, controlplane.OutcomeOK)
		det := detection()
		det.Value = controlplane.Value{Facet: controlplane.FacetKey, Hash: uint64(i + 1)}
		dets = append(dets, det)
	}
	b.pass(2 * time.Hour)
	for i := range n {
		b.see(controlplane.Caller{Key: uint64(i + 1)}, 10, controlplane.OutcomeOK)
	}
	for i := range dets {
		dets[i].At = b.now
	}
	return dets
}

// actions counts what detections lead to.
func (b *bench) actions(t *testing.T, dets []controlplane.Detection) map[string]int {
	t.Helper()
	got := map[string]int{}
	for _, det := range dets {
		action, _, _ := strings.Cut(b.detect(t, det), " ")
		got[action]++
	}
	return got
}

func TestAScenarioThatIsWrongDeniesFewRegulars(t *testing.T) {
	for _, tt := range []struct {
		name     string
		regulars int
		rail     policy.BlastRadiusRail
		want     map[string]int
	}{
		{"at least the floor", 50, policy.BlastRadiusRail{Percent: 1, Floor: 10}, map[string]int{"deny": 10, "throttle": 40}},
		{"or a share", 200, policy.BlastRadiusRail{Percent: 10, Floor: 10}, map[string]int{"deny": 20, "throttle": 180}},
		{"or none", 20, policy.BlastRadiusRail{}, map[string]int{"throttle": 20}},
		{"or all", 20, policy.BlastRadiusRail{Percent: 100}, map[string]int{"deny": 20}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				b.file.Rails.BlastRadius = tt.rail
				if d := cmp.Diff(tt.want, b.actions(t, b.regulars(tt.regulars))); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestTheBlastRadiusHoldsWhileAScenarioGoesOnBeingWrong(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		dets := b.regulars(60)
		for range 30 {
			for i := range dets {
				dets[i].At = b.now
			}
			b.actions(t, dets)
			denied := map[controlplane.Value]bool{}
			for _, dec := range b.List(false) {
				if dec.Action == controlplane.ActionDeny {
					denied[dec.Value] = true
				}
			}
			if len(denied) > 10 {
				t.Fatalf("%d are denied", len(denied))
			}
			b.pass(20 * time.Minute)
		}
	})
}

func TestStrangersDoNotCountForTheBlastRadius(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		b.regulars(20)
		strangers := consumers(100)
		for i := range strangers {
			strangers[i].At = b.now
		}
		if d := cmp.Diff(map[string]int{"deny": 100}, b.actions(t, strangers)); d != "" {
			t.Error(d)
		}
		if w := b.Warnings(); len(w) != 0 {
			t.Errorf("warnings: %q", w)
		}
	})
}

func TestEachGroupHasABlastRadiusOfItsOwnWithinThatOfAll(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		b.file.Rails.BlastRadius = policy.BlastRadiusRail{Percent: 10, Floor: 2}
		dets := b.regulars(50) // all are of group "" so far: 5 in all, and the floor in the others
		for i := range dets {
			dets[i].Group = []string{"edge", "core", "lab"}[i%3]
		}
		if d := cmp.Diff(map[string]int{"deny": 5, "throttle": 45}, b.actions(t, dets)); d != "" {
			t.Error(d)
		}
		groups := map[string]int{}
		for _, dec := range b.List(false) {
			if dec.Action == controlplane.ActionDeny {
				groups[dec.Group]++
			}
		}
		if d := cmp.Diff(map[string]int{"edge": 2, "core": 2, "lab": 1}, groups); d != "" {
			t.Error(d)
		}
	})
}

func TestTheBlastRadiusIsNotSilent(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		dets := b.regulars(12)
		b.actions(t, dets[:11])
		dec, _, err := b.Detect(t.Context(), dets[11])
		if err != nil {
			t.Fatal(err)
		}
		want := "the limit is reached (10 of 10 consumers with a clean history that may be denied are), so that it throttles instead"
		if got := said(dec, "blast radius"); got != want {
			t.Errorf("got %s", got)
		}
		warnings := []string{"Since 2027-01-15 10:00:00, 2 times: object-enumeration would deny more consumers with a clean history than the blast radius allows: 10 of 10 consumers with a clean history that may be denied are."}
		if d := cmp.Diff(warnings, b.Warnings()); d != "" {
			t.Error(d)
		}
		incidents := 0
		synctest.Wait()
		for _, e := range b.Audit(0) {
			if e.What == "incident blast_radius" {
				incidents++
			}
		}
		if incidents != 1 {
			t.Errorf("%d in the audit, want 1", incidents)
		}
		b.pass(time.Hour)
		if w := b.Warnings(); len(w) != 0 {
			t.Errorf("after an hour: %q", w)
		}
	})
}

func TestADecisionThatEndsMakesRoom(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		dets := b.regulars(13)
		got := []map[string]int{b.actions(t, dets[:11])}
		for _, dec := range b.List(false) {
			if dec.Value == dets[3].Value {
				if _, err := b.Undo(t.Context(), dec.ID, "ann", "it was us"); err != nil {
					t.Fatal(err)
				}
			}
		}
		got = append(got, b.actions(t, dets[11:12]))
		b.pass(16 * time.Minute)
		dets[12].At = b.now
		got = append(got, b.actions(t, dets[12:]))
		if d := cmp.Diff([]map[string]int{{"deny": 10, "throttle": 1}, {"deny": 1}, {"deny": 1}}, got); d != "" {
			t.Error(d)
		}
	})
}

func TestAReplicaThatStartsKnowsTheBlastRadius(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		b.actions(t, b.regulars(11))
		other := b.another(Limits{})
		b.start(t, other)
		if d := cmp.Diff([]int{10, 10}, []int{len(b.radius.all), len(other.radius.all)}); d != "" {
			t.Error(d)
		}
	})
}

func TestWhatIsHeldBackTakesNoPlaceInTheBlastRadius(t *testing.T) {
	run(t, Limits{Automatic: 1}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		got := b.actions(t, b.regulars(5))
		if d := cmp.Diff(map[string]int{"deny": 1, "held": 4}, got); d != "" {
			t.Error(d)
		}
		if n := len(b.radius.all); n != 1 {
			t.Errorf("%d places are taken", n)
		}
	})
}
