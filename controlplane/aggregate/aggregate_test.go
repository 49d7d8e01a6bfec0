package aggregate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/aggregate"
)

var start = time.Unix(1_800_000_000, 0)

const key = 7

// addition is one rollup's part in a window.
type addition struct {
	At   time.Time
	Sums []uint64
	Sets []controlplane.Sketch
}

// state is what a window says in the end.
type state struct {
	Sums     []uint64
	Distinct []float64
	Exact    []bool
}

func genSketch(t *rapid.T, label string) controlplane.Sketch {
	values := rapid.SliceOfNDistinct(rapid.Uint64Range(1, 300), 0, 100, rapid.ID).Draw(t, label)
	return sketch(values...)
}

// sketch spreads small numbers over all hashes.
func sketch(values ...uint64) (s controlplane.Sketch) {
	for _, v := range values {
		s = s.Merge(controlplane.Sketch{Values: []uint64{v * 0x9e3779b97f4a7c15}})
	}
	return s
}

func genAddition(t *rapid.T) addition {
	return addition{
		At:   start.Add(time.Duration(rapid.Int64Range(0, int64(90*time.Second)).Draw(t, "at"))),
		Sums: []uint64{rapid.Uint64Range(1, 1000).Draw(t, "requests"), rapid.Uint64Range(0, 1000).Draw(t, "denied")},
		Sets: []controlplane.Sketch{genSketch(t, "objects"), genSketch(t, "accounts")},
	}
}

func windows() *aggregate.Windows {
	return aggregate.New(aggregate.Options{Window: time.Minute, Layout: aggregate.Layout{Sums: 2, Sets: 2}})
}

// stateOf gives that of nil, too: a window that is over may be there or not.
func stateOf(v *aggregate.Window) state {
	if v == nil {
		return state{Sums: []uint64{0, 0}, Distinct: []float64{0, 0}, Exact: []bool{true, true}}
	}
	s := state{Sums: []uint64{v.Sum(0), v.Sum(1)}}
	for i := range 2 {
		n, exact := v.Distinct(i)
		s.Distinct, s.Exact = append(s.Distinct, n), append(s.Exact, exact)
	}
	return s
}

// sum adds everything and gives the window at the end.
func sum(all []addition) state {
	w := windows()
	for _, a := range all {
		w.Add(key, a.At, a.Sums, a.Sets)
	}
	last := slices.MaxFunc(all, func(a, b addition) int { return a.At.Compare(b.At) })
	return stateOf(w.Find(key, last.At))
}

func TestAWindowDoesNotDependOnTheOrderOrTheSplitOfItsRollups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(genAddition), 1, 30).Draw(t, "rollups")
		want := sum(all)
		shuffled := rapid.Permutation(all).Draw(t, "order")
		if diff := cmp.Diff(want, sum(shuffled)); diff != "" {
			t.Fatalf("another order (-want +got):\n%s", diff)
		}
		var split []addition
		for _, a := range shuffled {
			half := addition{a.At, []uint64{a.Sums[0] / 2, a.Sums[1] / 2}, []controlplane.Sketch{a.Sets[0], {}}}
			rest := addition{a.At, []uint64{a.Sums[0] - half.Sums[0], a.Sums[1] - half.Sums[1]}, a.Sets}
			split = append(split, half, rest)
		}
		if diff := cmp.Diff(want, sum(split)); diff != "" {
			t.Fatalf("another split (-want +got):\n%s", diff)
		}
	})
}

// TestASetIsTheSketchOfWhatIsInItsBuckets compares with the vocabulary's own sketches.
func TestASetIsTheSketchOfWhatIsInItsBuckets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := windows()
		var want controlplane.Sketch
		for range rapid.IntRange(1, 20).Draw(t, "n") {
			s := genSketch(t, "objects")
			want = want.Merge(s)
			w.Add(key, start, []uint64{1, 0}, []controlplane.Sketch{s, {}})
		}
		got, exact := w.Find(key, start).Distinct(0)
		if got != want.Distinct() || exact != (want.Theta == 0) {
			t.Fatalf("%v distinct (exact: %v), want %v (theta %d)", got, exact, want.Distinct(), want.Theta)
		}
	})
}

func TestWhatLeftTheWindowIsNoLongerDistinct(t *testing.T) {
	w := windows()
	for i := range 20 {
		values := []uint64{uint64(i), 1000}
		w.Add(key, start.Add(time.Duration(i)*5*time.Second), []uint64{1, 0}, []controlplane.Sketch{sketch(values...), {}})
	}
	at := start.Add(19 * 5 * time.Second)
	if n, exact := w.Find(key, at).Distinct(0); n != 13 || !exact {
		t.Errorf("%v distinct (exact: %v), want the last 12 and the one that is always there", n, exact)
	}
}

func TestAWindowForgetsWhatIsOlderThanItself(t *testing.T) {
	late := prometheus.NewCounter(prometheus.CounterOpts{Name: "late"})
	w := aggregate.New(aggregate.Options{Window: time.Minute, Late: late, Layout: aggregate.Layout{Sums: 1}})
	w.Add(key, start, []uint64{1}, nil)
	w.Add(key, start.Add(30*time.Second), []uint64{10}, nil)
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
		got, ok := w.Add(key, start.Add(s.at), []uint64{s.add}, nil)
		if got.Sum(0) != s.want || ok != s.ok {
			t.Errorf("after %s: %d requests (%v), want %d (%v)", s.at, got.Sum(0), ok, s.want, s.ok)
		}
	}
	if n := testutil.ToFloat64(late); n != 1 {
		t.Errorf("%v late, want 1", n)
	}
}

func TestTheLeastRecentlyUpdatedKeyGoesFirst(t *testing.T) {
	evicted := prometheus.NewCounter(prometheus.CounterOpts{Name: "evicted"})
	w := aggregate.New(aggregate.Options{Window: time.Minute, MaxKeys: 2, Evicted: evicted, Layout: aggregate.Layout{Sums: 1}})
	for i, k := range []uint64{1, 2, 1, 3} {
		w.Add(k, start.Add(time.Duration(i)*5*time.Second), []uint64{1}, nil)
	}
	got := map[uint64]uint64{}
	for _, k := range []uint64{1, 2, 3} {
		if v := w.Find(k, start.Add(20*time.Second)); v != nil {
			got[k] = v.Sum(0)
		}
	}
	if diff := cmp.Diff(map[uint64]uint64{1: 2, 3: 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := testutil.ToFloat64(evicted); n != 1 || w.Len() != 2 {
		t.Errorf("%v evicted and %d kept, want 1 and 2", n, w.Len())
	}
}

func TestAWindowWhoseTimeIsOverMakesRoomAndIsNotCountedAsEvicted(t *testing.T) {
	evicted := prometheus.NewCounter(prometheus.CounterOpts{Name: "evicted"})
	w := aggregate.New(aggregate.Options{Window: time.Minute, Evicted: evicted, Layout: aggregate.Layout{Sums: 1}})
	for k := range uint64(1000) {
		w.Add(k, start.Add(time.Duration(k)*time.Second), []uint64{1}, nil)
	}
	if n := testutil.ToFloat64(evicted); n != 0 || w.Len() > 130 {
		t.Errorf("%v evicted and %d kept, want none, and about those of the last minutes", n, w.Len())
	}
}

// TestWindowsOfOneTableAreAsThoseOfTheirOwn lets windows of several lengths and layouts share their keys.
func TestWindowsOfOneTableAreAsThoseOfTheirOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := aggregate.NewTable(100)
		var own, shared []*aggregate.Windows
		for _, o := range []aggregate.Options{
			{Window: time.Minute, Layout: aggregate.Layout{Sums: 2, Sets: 2}}, {Window: 10 * time.Second, Layout: aggregate.Layout{Sums: 2, Sets: 2}},
			{Window: time.Hour, Layout: aggregate.Layout{Sums: 2, Sets: 2}},
		} {
			own = append(own, aggregate.New(o))
			o.Table = table
			shared = append(shared, aggregate.New(o))
		}
		last := start
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			a, k, i := genAddition(t), rapid.Uint64Range(1, 3).Draw(t, "key"), rapid.IntRange(0, 2).Draw(t, "kind")
			last = last.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "pause")) * time.Second)
			a.At = last
			v, ok := own[i].Add(k, a.At, a.Sums, a.Sets)
			w, same := shared[i].Add(k, a.At, a.Sums, a.Sets)
			if ok != same || cmp.Diff(stateOf(v), stateOf(w)) != "" {
				t.Fatalf("key %d of kind %d (%v, %v):\n%s", k, i, ok, same, cmp.Diff(stateOf(v), stateOf(w)))
			}
			v.SetFired(int64(k), int8(i)-1)
			w.SetFired(int64(k), int8(i)-1)
		}
		if rapid.Bool().Draw(t, "drop") {
			shared[1].Close()
			own, shared = append(own[:1], own[2]), append(shared[:1], shared[2])
		}
		for i := range own {
			for k := uint64(1); k <= 3; k++ {
				v, w := own[i].Find(k, last), shared[i].Find(k, last)
				if d := cmp.Diff(stateOf(v), stateOf(w)); d != "" || v != nil && w != nil && (v.Fired() != w.Fired() || v.Level() != w.Level()) {
					t.Fatalf("key %d of kind %d in the end (-own +shared):\n%s", k, i, d)
				}
			}
		}
	})
}

// TestAnLRUKeepsWhatAMapWithAListWould compares with a simple model.
func TestAnLRUKeepsWhatAMapWithAListWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const limit = 5
		l := aggregate.NewLRU[int, int](limit)
		var order []int // the most recently used last
		values := map[int]int{}
		use := func(k int) { order = append(slices.DeleteFunc(order, func(o int) bool { return o == k }), k) }
		for i := range rapid.IntRange(1, 200).Draw(t, "n") {
			k := rapid.IntRange(0, 9).Draw(t, "key")
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				_, known := values[k]
				if !known && len(values) == limit {
					delete(values, order[0])
					order = order[1:]
				}
				values[k] = i
				use(k)
				l.Put(k, i)
			case 1:
				got := l.Get(k)
				if want, known := values[k]; known != (got != nil) || known && *got != want {
					t.Fatalf("key %d: got %v, want %d (%v)", k, got, want, known)
				}
				if got != nil {
					use(k)
				}
			default:
				delete(values, k)
				order = slices.DeleteFunc(order, func(o int) bool { return o == k })
				l.Delete(k)
			}
		}
		if l.Len() != len(values) {
			t.Fatalf("%d entries, want %d", l.Len(), len(values))
		}
		if oldest, v := l.Oldest(); v != nil && oldest != order[0] {
			t.Fatalf("the oldest is %d, want %d", oldest, order[0])
		}
	})
}
