package decide

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// slow is a register that keeps no audit entry until it may.
type slow struct {
	controlplane.Register
	may chan struct{}
	mu  sync.Mutex
	n   int
}

func (s *slow) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if len(key) > len(controlplane.KeyAudit) && key[:len(controlplane.KeyAudit)] == controlplane.KeyAudit {
		select {
		case <-s.may:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		s.mu.Lock()
		s.n++
		s.mu.Unlock()
	}
	return s.Register.Put(ctx, key, value, expect)
}

// TestAutomaticDecisionsDoNotWaitForTheirAudit stops the decider while all entries wait: none is lost.
func TestAutomaticDecisionsDoNotWaitForTheirAudit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{register: newRegister(), file: policy.Default(), now: start}
		d := b.another(Limits{})
		s := &slow{Register: b.register, may: make(chan struct{})}
		d.o.Register = s
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.Run(ctx) }()
		<-d.Ready()
		dets := consumers(20)
		for _, det := range dets {
			if _, made, err := d.Detect(t.Context(), det); err != nil || !made {
				t.Fatal(made, err)
			}
		}
		synctest.Wait()
		stop()
		synctest.Wait()
		close(s.may)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if s.n != len(dets) {
			t.Errorf("%d changes audited, want %d", s.n, len(dets))
		}
	})
}

func TestWhatCannotBeAuditedIsCounted(t *testing.T) {
	b := &bench{register: newRegister(), file: policy.Default(), now: start}
	d := b.another(Limits{})
	for range maxLater + 3 {
		d.recordLater(automatic, "decide", "", "", "")
	}
	if n := testutil.ToFloat64(d.metrics.unaudited); n != 3 {
		t.Errorf("%v counted, want 3", n)
	}
}
