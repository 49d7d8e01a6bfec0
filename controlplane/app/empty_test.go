package app

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"picket/controlplane/decide"
	"picket/controlplane/storetest"
)

// wish is an operator's decision.
func wish(ip string) decide.Command {
	return decide.Command{Action: "deny", Facet: "ip", Value: ip, For: time.Hour, Reason: "a test", Who: "operator"}
}

// freeAddresses keeps the options' ports where they are over several starts.
func freeAddresses(t *testing.T, o Options) Options {
	t.Helper()
	a := running(t, o)
	return o.At(a)
}

func TestAStateThatComesBackEmptyIsAnotherEpochAndTheOperatorIsTold(t *testing.T) {
	o := options(t)
	t.Run("ports", func(t *testing.T) { o = freeAddresses(t, o) })
	o.State = filepath.Join(t.TempDir(), "state")
	n := startNode(t, "edge", o.GRPC)
	var epoch uint64
	t.Run("before", func(t *testing.T) {
		a := running(t, o)
		d, err := a.decider.Decide(t.Context(), wish("192.0.2.9"))
		if err != nil {
			t.Fatal(err)
		}
		n.told(t, d.ID)
		epoch = a.register.Epoch()
		if got := a.warnings(); len(got) > 0 {
			t.Errorf("warnings %q", got)
		}
	})
	if err := os.RemoveAll(o.State); err != nil {
		t.Fatal(err)
	}
	n.await(t, "the decision, which outlives the control plane", func() bool { return len(n.put) == 1 })
	t.Run("after", func(t *testing.T) {
		a := running(t, o)
		awaitWarning(t, a, "The state is another since")
		n.await(t, "the new epoch", func() bool { return n.epoch == a.register.Epoch() && n.epoch != epoch && len(n.put) == 0 })
	})
}

// TestAReplicaEndsWhenItsServerComesBackEmpty, since its revisions are those of nothing that is there; the command starts anew.
func TestAReplicaEndsWhenItsServerComesBackEmpty(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	server := storetest.StartNATS(t, 1)
	o := options(t)
	o.State, o.JournalBytes = server.URL(), 64<<20
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*patience)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	<-a.Ready()
	epoch := a.register.Epoch()
	server.Kill(0)
	server.Wipe(t, 0)
	server.Start(t, 0)
	began := time.Now()
	if err := <-done; !Replaced(err) {
		t.Fatalf("it ended with %v", err)
	}
	t.Logf("noticed after %.1f s", time.Since(began).Seconds())
	if b := running(t, o); b.register.Epoch() == epoch {
		t.Error("the empty state has the epoch of the one before")
	}
}
