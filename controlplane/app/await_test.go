package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/journal"
)

// poison is an entry as Encode makes it, whatever is in it.
func poison(b controlplane.Batch) controlplane.JournalEntry {
	return controlplane.JournalEntry{Partition: 0, Data: journal.Encode(b)}
}

// awaitTrue asks again and again until it is so.
func awaitTrue(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !so() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

// awaitWarning waits until the operator is told something.
func awaitWarning(t *testing.T, a *App, text string) {
	t.Helper()
	awaitTrue(t, "the operator sees "+text, func() bool {
		return slices.ContainsFunc(a.warnings(), func(w string) bool { return strings.Contains(w, text) })
	})
}

// awaitMetric waits until the sum of a metric is a number.
func awaitMetric(t *testing.T, a *App, name string, want float64) {
	t.Helper()
	var got float64
	awaitTrue(t, name, func() bool { got = metric(t, a, name); return got == want })
}

// metric gives the sum of all of a metric's values.
func metric(t *testing.T, a *App, name string) (sum float64) {
	t.Helper()
	families, err := a.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}
