package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLoopIsCountedFromTheDecidingAnswerToTheLastWorker(t *testing.T) {
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return began.Add(time.Duration(ms) * time.Millisecond) }
	a := attack{began: began, decided: at(60), enforced: []time.Time{at(64), at(62)}, denied: []time.Time{at(63), at(66)}}
	var tab Table
	if every := tab.attackRows("by stream", []attack{a}); every != 66 {
		t.Errorf("every worker denies after %v ms", every)
	}
	got := map[string]float64{}
	for _, f := range tab.Figures {
		got[f.Name] = f.Value
	}
	want := map[string]float64{}
	for name, v := range map[string]float64{"any worker": 63, "every worker": 66, "of that, until decided": 60, "until enforced": 4, "until seen": 2} {
		for _, p := range []string{"p50", "p90", "p99"} {
			want["by stream: "+name+", "+p] = v
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
