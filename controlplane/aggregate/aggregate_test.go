package aggregate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/aggregate"
)

var start = time.Unix(1_800_000_000, 0)

// addition is one rollup's part in a window.
type addition struct {
	At time.Time
	C  aggregate.Counts
}

func genSketch(t *rapid.T, label string) controlplane.Sketch {
	values := rapid.SliceOfNDistinct(rapid.Uint64Range(1, 300), 0, 100, rapid.ID).Draw(t, label)
	var s controlplane.Sketch
	for _, v := range values {
		s = s.Merge(controlplane.Sketch{Values: []uint64{v * 0x9e3779b97f4a7c15}})
	}
	return s
}

func genAddition(t *rapid.T) addition {
	r := controlplane.Rollup{
		Outcome:    controlplane.Outcome(rapid.IntRange(1, 8).Draw(t, "outcome")),
		Requests:   rapid.Uint64Range(1, 1000).Draw(t, "requests"),
		Neighbours: rapid.Uint64Range(0, 1000).Draw(t, "neighbours"),
		Objects:    genSketch(t, "objects"),
		Accounts:   genSketch(t, "accounts"),
	}
	at := start.Add(time.Duration(rapid.Int64Range(0, int64(90*time.Second)).Draw(t, "at")))
	return addition{at, aggregate.CountsOf(r)}
}

// sum adds everything and gives the window at the end.
func sum(all []addition) aggregate.Counts {
	w := aggregate.New[string](aggregate.Options{Window: time.Minute})
	for _, a := range all {
		w.Add("k", a.At, a.C)
	}
	last := slices.MaxFunc(all, func(a, b addition) int { return a.At.Compare(b.At) })
	s, _ := w.Add("k", last.At, aggregate.Counts{})
	return s
}

func TestAWindowDoesNotDependOnTheOrderOrTheSplitOfItsRollups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(genAddition), 1, 30).Draw(t, "rollups")
		want := sum(all)
		shuffled := rapid.Permutation(all).Draw(t, "order")
		if diff := cmp.Diff(want, sum(shuffled), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("another order (-want +got):\n%s", diff)
		}
		var split []addition
		for _, a := range shuffled {
			half := aggregate.Counts{Requests: a.C.Requests / 2, OK: a.C.OK / 2, Denied: a.C.Denied / 2, NotFound: a.C.NotFound / 2, Objects: a.C.Objects}
			rest := a.C
			rest.Requests, rest.OK, rest.Denied, rest.NotFound = rest.Requests-half.Requests, rest.OK-half.OK, rest.Denied-half.Denied, rest.NotFound-half.NotFound
			split = append(split, addition{a.At, half}, addition{a.At, rest})
		}
		if diff := cmp.Diff(want, sum(split), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("another split (-want +got):\n%s", diff)
		}
	})
}

func TestAWindowForgetsWhatIsOlderThanItself(t *testing.T) {
	late := prometheus.NewCounter(prometheus.CounterOpts{Name: "late"})
	w := aggregate.New[string](aggregate.Options{Window: time.Minute, Late: late})
	w.Add("k", start, aggregate.Counts{Requests: 1})
	w.Add("k", start.Add(30*time.Second), aggregate.Counts{Requests: 10})
	steps := []struct {
		at   time.Duration
		add  uint64
		want uint64
		ok   bool
	}{
		{54 * time.Second, 100, 111, true},
		{60 * time.Second, 1000, 1110, true},
		{1 * time.Second, 5, 1110, false},
		{59 * time.Second, 5, 1115, true},
		{10 * time.Minute, 1, 1, true},
	}
	for _, s := range steps {
		got, ok := w.Add("k", start.Add(s.at), aggregate.Counts{Requests: s.add})
		if got.Requests != s.want || ok != s.ok {
			t.Errorf("after %s: %d requests (%v), want %d (%v)", s.at, got.Requests, ok, s.want, s.ok)
		}
	}
	if n := testutil.ToFloat64(late); n != 1 {
		t.Errorf("%v late, want 1", n)
	}
}

func TestTheLeastRecentlyUpdatedKeyGoesFirst(t *testing.T) {
	evicted := prometheus.NewCounter(prometheus.CounterOpts{Name: "evicted"})
	w := aggregate.New[string](aggregate.Options{Window: time.Minute, MaxKeys: 2, Evicted: evicted})
	one := aggregate.Counts{Requests: 1}
	for _, k := range []string{"a", "b", "a", "c"} {
		w.Add(k, start, one)
	}
	got := map[string]uint64{}
	for _, k := range []string{"a", "c", "b"} {
		s, _ := w.Add(k, start, aggregate.Counts{})
		got[k] = s.Requests
	}
	if diff := cmp.Diff(map[string]uint64{"a": 2, "c": 1, "b": 0}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := testutil.ToFloat64(evicted); n != 2 || w.Len() != 2 {
		t.Errorf("%v evicted and %d kept, want 2 and 2", n, w.Len())
	}
}
