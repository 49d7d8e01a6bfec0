package app

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"picket/controlplane"
)

// TestAClockThatJumpsLosesNoDecision lets the control plane's clock jump while the nodes' go on, and attacks as well.
func TestAClockThatJumpsLosesNoDecision(t *testing.T) {
	for _, jump := range []time.Duration{time.Minute, time.Hour, -time.Minute, -time.Hour, 25 * time.Hour, -25 * time.Hour} {
		t.Run(fmt.Sprintf("by %v", jump), func(t *testing.T) { jumpClock(t, jump) })
	}
}

func jumpClock(t *testing.T, jump time.Duration) {
	var ahead atomic.Int64
	o := options(t)
	o.State, o.JournalBytes = t.TempDir(), minJournal
	o.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	a, stop := started(t, o)
	kept, err := a.decider.Decide(t.Context(), wish("192.0.2.7"))
	if err != nil {
		t.Fatal(err)
	}
	n := startNode(t, "edge", a.GRPCAddr())
	n.told(t, kept.ID)
	ahead.Store(int64(jump))
	n.report(60)
	exact(t, awaitDecisions(t, a.register, 2)["edge"], 60)
	later, err := a.decider.Decide(t.Context(), wish("192.0.2.8"))
	if err != nil {
		t.Fatal(err)
	}
	ahead.Store(0)
	if _, err := a.decider.Decide(t.Context(), wish("192.0.2.9")); err != nil {
		t.Error(err)
	}
	stop()
	a, _ = started(t, o)
	for when, id := range map[string]controlplane.DecisionID{"before": kept.ID, "after": later.ID} {
		d, err := a.decider.Get(id)
		if span := d.Expires.Sub(d.Decided); err != nil || span != time.Hour {
			t.Errorf("the decision of %s the jump: %v, holds for %v, want an hour", when, err, span)
		}
	}
}
