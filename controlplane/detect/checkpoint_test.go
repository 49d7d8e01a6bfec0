package detect_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/detect"
	"picket/controlplane/scenario"
)

// restart replaces the engine by one that goes on from its checkpoint.
func (s *scene) restart(t *rapid.T, pack *scenario.Pack) {
	data := s.engine.Checkpoint()
	s.engine = detect.New(detect.Options{
		Settings: func() *detect.Settings { return s.settings }, Pack: pack, Name: func(id controlplane.EndpointID) string { return s.names[id] },
		Decide: func(_ context.Context, d controlplane.Detection) { s.fired = append(s.fired, d) },
	})
	if err := s.engine.Restore(data); err != nil {
		t.Fatal(err)
	}
}

// TestDetectionsAreTheSameHoweverOftenTheEngineIsRestarted lets one engine go on, and another be replaced at any points.
func TestDetectionsAreTheSameHoweverOftenTheEngineIsRestarted(t *testing.T) {
	pack, err := scenario.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		whole, split := newSceneOf(t, pack), newSceneOf(t, pack)
		at := start
		for range rapid.IntRange(1, 60).Draw(rt, "n") {
			r := genRollup(rt, whole, at)
			for name, id := range whole.ids {
				split.ids[name], split.names[id] = id, name
			}
			at = at.Add(time.Duration(rapid.IntRange(0, 20).Draw(rt, "pause")) * time.Second)
			whole.engine.Ingest(context.Background(), []controlplane.Rollup{r})
			split.engine.Ingest(context.Background(), []controlplane.Rollup{r})
			if rapid.IntRange(0, 9).Draw(rt, "restart") == 0 {
				split.restart(rt, pack)
			}
		}
		if d := gocmp.Diff(whole.fired, split.fired, gocmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); d != "" {
			rt.Fatalf("(-whole +restarted):\n%s", d)
		}
	})
}

func FuzzADamagedCheckpointDoesNoHarm(f *testing.F) {
	pack, err := scenario.Builtin()
	if err != nil {
		f.Fatal(err)
	}
	s := newSceneOf(f, pack)
	s.engine.Ingest(context.Background(), []controlplane.Rollup{{Endpoint: s.endpoint(signIn), End: start, Outcome: controlplane.OutcomeDenied, Requests: 3}})
	good := s.engine.Checkpoint()
	f.Add(0, byte(1))
	f.Add(len(good)/2, byte(0xff))
	f.Fuzz(func(t *testing.T, place int, change byte) {
		b := append([]byte(nil), good...)
		b[uint(place)%uint(len(b))] ^= change
		s := newSceneOf(t, pack)
		_ = s.engine.Restore(b) // what matters is that it goes on
		s.engine.Ingest(context.Background(), []controlplane.Rollup{{Endpoint: s.endpoint(signIn), End: start, Outcome: controlplane.OutcomeDenied, Requests: 3}})
	})
}
