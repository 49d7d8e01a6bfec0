package aggregate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/checkpoint"
)

// restarted gives windows that stand where w does, as a checkpoint tells them.
func restarted(t *rapid.T, w *aggregate.Windows) *aggregate.Windows {
	var to checkpoint.Writer
	w.Save(&to, 1<<20)
	from, next := checkpoint.NewReader(to.Bytes()), windows()
	next.Load(from)
	if from.Err() != nil || from.More() {
		t.Fatalf("load: %v, more: %v", from.Err(), from.More())
	}
	return next
}

// TestWindowsAreTheSameHoweverOftenTheyAreRestarted splits a stream of rollups at any points by restarts from checkpoints.
func TestWindowsAreTheSameHoweverOftenTheyAreRestarted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type step struct {
			key uint64
			addition
			restart bool
		}
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			return step{rapid.Uint64Range(1, 3).Draw(t, "key"), genAddition(t), rapid.IntRange(0, 3).Draw(t, "restart") == 0}
		}), 1, 40).Draw(t, "steps")
		whole, split := windows(), windows()
		for i, s := range steps {
			a, ok := whole.Add(s.key, s.At, s.Sums, s.Sets)
			b, same := split.Add(s.key, s.At, s.Sums, s.Sets)
			a.SetFired(int64(i), 1)
			b.SetFired(int64(i), 1)
			if ok != same {
				t.Fatalf("taken: %v and %v", ok, same)
			}
			if s.restart {
				split = restarted(t, split)
			}
		}
		last := slices.MaxFunc(steps, func(a, b step) int { return a.At.Compare(b.At) }).At.Add(20 * time.Second)
		for key := uint64(1); key <= 3; key++ {
			a, b := whole.Find(key, last), split.Find(key, last)
			if diff := cmp.Diff(stateOf(a), stateOf(b)); diff != "" || a != nil && b != nil && (a.Fired() != b.Fired() || a.Level() != b.Level()) {
				t.Fatalf("key %d (-whole +restarted):\n%s", key, diff)
			}
		}
	})
}

func TestACheckpointThatIsTooLargeLeavesOutTheLeastRecent(t *testing.T) {
	w := windows()
	for k := range uint64(1000) {
		w.Add(k, start.Add(time.Duration(k)*time.Millisecond), []uint64{1, 0}, genNone())
	}
	var to checkpoint.Writer
	w.Save(&to, 2000)
	next := windows()
	next.Load(checkpoint.NewReader(to.Bytes()))
	if n := next.Len(); n < 20 || n > 500 || next.Find(999, start) == nil || next.Find(0, start) != nil {
		t.Errorf("%d windows of %d bytes", n, to.Len())
	}
}

func FuzzADamagedCheckpointDoesNoHarm(f *testing.F) {
	w := windows()
	w.Add(1, start, []uint64{1, 0}, genNone())
	var to checkpoint.Writer
	w.Save(&to, 1<<20)
	f.Add(to.Bytes())
	f.Fuzz(func(_ *testing.T, b []byte) {
		next := windows()
		next.Load(checkpoint.NewReader(b))
	})
}

func genNone() []controlplane.Sketch { return make([]controlplane.Sketch, 2) }
