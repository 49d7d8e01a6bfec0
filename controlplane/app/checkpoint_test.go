package app

import (
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/journal"
)

// TestWindowsOutliveWhatTheJournalReplays restarts from a checkpoint, with a replay that begins after all that was recorded.
func TestWindowsOutliveWhatTheJournalReplays(t *testing.T) {
	o := options(t)
	o.State, o.JournalBytes, o.Replay = t.TempDir(), minJournal, time.Nanosecond
	w := &worker{group: "edge"}
	first := w.report(30)
	t.Run("before", func(t *testing.T) {
		a := running(t, o)
		record(t, a, first)
		awaitMetric(t, a, "picket_journal_folded_total", 1)
	})
	t.Run("after", func(t *testing.T) {
		a := running(t, o)
		record(t, a, first) // it was not acknowledged in time
		record(t, a, w.report(25))
		exact(t, awaitDecisions(t, a.register, 1)["edge"], 55)
	})
}

// TestWhatIsKnownOfCallersOutlivesWhatTheJournalReplays asks about a caller that was seen before the restart only.
func TestWhatIsKnownOfCallersOutlivesWhatTheJournalReplays(t *testing.T) {
	o := options(t)
	o.State, o.JournalBytes, o.Replay = t.TempDir(), minJournal, time.Nanosecond
	w := &worker{group: "edge"}
	t.Run("before", func(t *testing.T) {
		a := running(t, o)
		record(t, a, w.report(30))
		awaitMetric(t, a, "picket_journal_folded_total", 1)
	})
	t.Run("after", func(t *testing.T) {
		a := running(t, o)
		c, err := a.decider.About(controlplane.FacetIP, "192.0.2.1")
		if err != nil || c.History.Requests != 30 {
			t.Errorf("%+v, %v; want 30 requests", c.History, err)
		}
		if n := metric(t, a, "picket_journal_replayed_total"); n != 0 {
			t.Errorf("%v reports were replayed", n)
		}
	})
}

// TestACheckpointOfAnotherJournalIsNotTaken changes what the checkpoint says of the message after which it stands.
func TestACheckpointOfAnotherJournalIsNotTaken(t *testing.T) {
	o := options(t)
	o.State, o.JournalBytes, o.CheckpointEvery = t.TempDir(), minJournal, time.Nanosecond
	a, stop := started(t, o)
	w := &worker{group: "edge"}
	record(t, a, w.report(30))
	awaitTrue(t, "a checkpoint", func() bool { return metric(t, a, "picket_checkpoints_total") > 0 })
	m, data, err := a.journal.(journal.Checkpoints).LoadCheckpoint(t.Context(), 0)
	if err != nil || m.Sequence == 0 || len(data) == 0 {
		t.Fatalf("checkpoint %+v of %d bytes, %v", m, len(data), err)
	}
	other := controlplane.JournalMessage{Partition: 0, Sequence: m.Sequence, At: m.At.Add(-time.Second)}
	if err := a.journal.(journal.Checkpoints).SaveCheckpoint(t.Context(), other, data); err != nil {
		t.Fatal(err)
	}
	if _, data, err = a.journal.(journal.Checkpoints).LoadCheckpoint(t.Context(), 0); err != nil || data != nil {
		t.Errorf("a checkpoint of another journal was taken, %v", err)
	}
	stop()
}
