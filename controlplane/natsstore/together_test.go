package natsstore_test

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"picket/controlplane"
	"picket/controlplane/storetest"
)

// idle is a folder that does nothing.
type idle struct{}

func (idle) Fold(context.Context, controlplane.JournalMessage) {}
func (idle) Live()                                             {}
func (idle) End()                                              {}

// TestReportsGoTogetherOnceAllReplicasKnowSuchEntries has a replica of an earlier version come and go, which answers others with a
// byte for each partition.
func TestReportsGoTogetherOnceAllReplicasKnowSuchEntries(t *testing.T) {
	const partitions = 2
	n := storetest.StartNATS(t, 1)
	j := external(t, n, partitions).Journal()
	if j.Together() {
		t.Error("reports go together before anybody was asked")
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- j.Own(ctx, time.Minute, func(controlplane.Term) controlplane.Folder { return idle{} })
	}()
	await := func(want bool) {
		t.Helper()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for late := time.After(30 * time.Second); j.Together() != want; {
			select {
			case <-tick.C:
			case <-late:
				t.Fatalf("it never came to %v", want)
			}
		}
	}
	await(true)
	conn, err := nats.Connect(n.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	earlier, err := conn.Subscribe("picket.journal.members", func(m *nats.Msg) { _ = m.Respond(make([]byte, partitions)) })
	if err != nil {
		t.Fatal(err)
	}
	await(false)
	if err := earlier.Unsubscribe(); err != nil {
		t.Fatal(err)
	}
	await(true)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
