package app

import (
	"fmt"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/storetest"
)

// TestAReportThatTheNetworkHeldUpCountsOnce cuts the way of a node, which goes another; then what was held up arrives too.
func TestAReportThatTheNetworkHeldUpCountsOnce(t *testing.T) {
	a := running(t, options(t))
	p := storetest.StartProxy(t, a.GRPCAddr())
	n := startNode(t, "edge", p.Addr(), a.GRPCAddr())
	n.report(30)
	n.acknowledged(t)
	p.Cut()
	n.report(25)
	n.acknowledged(t)
	exact(t, awaitDecisions(t, a.register, 1)["edge"], 55)
	p.Heal()
	n.report(5)
	n.acknowledged(t)
	if got := a.fleet.Status().Totals.Requests; got != 60 {
		t.Errorf("%d requests, want 60", got)
	}
}

// TestANodeIsToldWhatItMissedWhileItWasCutOff loses nothing of what was decided meanwhile.
func TestANodeIsToldWhatItMissedWhileItWasCutOff(t *testing.T) {
	a := running(t, options(t))
	p := storetest.StartProxy(t, a.GRPCAddr())
	n, other := startNode(t, "edge", p.Addr()), startNode(t, "edge", a.GRPCAddr())
	n.report(30)
	n.acknowledged(t)
	p.Cut()
	other.object = 30
	other.last = 1
	other.report(25)
	d := awaitDecisions(t, a.register, 1)["edge"][0]
	other.told(t, d.ID)
	p.Heal()
	p.Reset()
	n.told(t, d.ID)
}

// TestAReplicaThatIsCutOffFromItsServerIsReplaced lets another own its partitions, and finds it at the same place later.
func TestAReplicaThatIsCutOffFromItsServerIsReplaced(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	const groups = 8
	server := storetest.StartNATS(t, 1)
	p := storetest.StartProxy(t, server.Addr(0))
	o := options(t)
	o.JournalBytes = 64 << 20
	o.State = "nats://" + p.Addr()
	a, _ := started(t, o)
	o.State = server.URL()
	b, _ := started(t, o)
	var workers []*worker
	for i := range groups {
		w := &worker{group: fmt.Sprint("group-", i)}
		workers = append(workers, w)
		record(t, a, w.report(30))
	}
	p.Cut()
	began := time.Now()
	for _, w := range workers {
		record(t, b, w.report(25))
	}
	got := awaitDecisions(t, b.register, groups)
	t.Logf("%d attacks decided about %.1f s after the cut", groups, time.Since(began).Seconds())
	p.Heal()
	for group, d := range awaitDecisions(t, a.register, groups) {
		exact(t, d, 55)
		if len(got[group]) != 1 || got[group][0].ID != d[0].ID {
			t.Errorf("%s: the replicas have %v and %v", group, got[group], d)
		}
	}
}

// TestAPoisonedEntryIsSkippedAndTold puts what nobody can read, and what nobody should act on, into the journal.
func TestAPoisonedEntryIsSkippedAndTold(t *testing.T) {
	a := running(t, options(t))
	w := &worker{group: "edge"}
	record(t, a, w.report(30))
	outcome := (&worker{group: "edge"}).report(1)
	outcome.Instance, outcome.Rollups[0].Outcome = 2, 99
	for _, e := range []controlplane.JournalEntry{
		{Partition: 0, Data: []byte("garbage")},
		{Partition: 0, Data: []byte{0xff, 0xff, 0xff}},
		{Partition: controlplane.Everyone, Data: []byte("garbage")},
		poison(outcome),
	} {
		if err := a.journal.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	record(t, a, w.report(25))
	exact(t, awaitDecisions(t, a.register, 1)["edge"], 55)
	awaitWarning(t, a, "could not be read and were skipped")
	awaitMetric(t, a, "picket_journal_unreadable_total", 4)
}
