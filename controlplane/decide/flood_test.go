package decide

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

func TestAFloodOfDetectionsIsBounded(t *testing.T) {
	run(t, Limits{PerSecond: 20, Values: 500, Refusals: 300}, func(t *testing.T, b *bench) {
		b.o.Log = slog.New(slog.DiscardHandler)
		b.start(t, b.Decider)
		made := 0
		for _, det := range consumers(100_000) { // within a second
			_, ok, err := b.Detect(t.Context(), det)
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				made++
			}
		}
		got := []int{made, b.Active(), b.memory.seen.len(), b.memory.episodes.len(), b.ledger.refusals.len(), len(b.incidents)}
		if d := cmp.Diff([]int{200, 200, 500, 500, 300, 1}, got); d != "" {
			t.Error(d)
		}
		if n := len(b.memory.seen.nodes) + len(b.ledger.refusals.nodes); n > 1000 {
			t.Errorf("%d places are taken", n)
		}
		b.pass(time.Second)
		det := detection()
		det.At = b.now
		if got := b.detect(t, det); got != "deny at 5 for 15m" {
			t.Errorf("a second later: %s", got)
		}
	})
}

func TestAFloodOfTheSameIsOneDecision(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.o.Log = slog.New(slog.DiscardHandler)
		b.start(t, b.Decider)
		for range 10_000 {
			if _, _, err := b.Detect(t.Context(), detection()); err != nil {
				t.Fatal(err)
			}
		}
		refused := b.ledger.about(func(controlplane.Value) bool { return true })
		if len(refused) != 1 || refused[0].Count != 9999 || b.Active() != 1 {
			t.Errorf("%d in force, refused %+v", b.Active(), refused)
		}
	})
}

func TestPagesGiveEachDecisionOnceTheNewestFirst(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		for i, det := range consumers(50) {
			b.pass(start.Add(time.Duration(i/3) * time.Second).Sub(b.now)) // some at the same time
			det.At = b.now
			if _, _, err := b.Detect(t.Context(), det); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Undo(t.Context(), b.List(false)[4].ID, "ann", "mistaken"); err != nil {
			t.Fatal(err)
		}
		for _, all := range []bool{false, true} {
			var got []controlplane.Decision
			pages := 0
			for q := (Query{All: all, Limit: 7}); ; pages++ {
				p, err := b.Page(q)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range p.Decisions {
					got = append(got, v.Decision)
				}
				if q.After = p.Next; q.After == "" {
					break
				}
			}
			want := b.List(all)
			if d := cmp.Diff(want, got, comparePrefix); d != "" || pages != (len(want)-1)/7 {
				t.Errorf("%d pages: %s", pages+1, d)
			}
			sorted := slices.IsSortedFunc(want, func(x, y controlplane.Decision) int { return y.Decided.Compare(x.Decided) })
			if !sorted || len(want) != map[bool]int{false: 49, true: 50}[all] {
				t.Errorf("%d decisions, sorted: %v", len(want), sorted)
			}
		}
		if _, err := b.Page(Query{After: "nonsense"}); err == nil {
			t.Error("any place is taken")
		}
	})
}

func TestWhatIsDeletedLeavesThePages(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		for _, det := range consumers(3000) {
			if _, _, err := b.Detect(t.Context(), det); err != nil {
				t.Fatal(err)
			}
		}
		b.pass(time.Hour)
		if err := b.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n, places := len(b.List(true)), len(b.order.places); n > 2 || places > 1100 {
			t.Errorf("%d decisions at %d places", n, places)
		}
	})
}

func TestEverythingAboutACaller(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		b.see(from("192.0.2.7/32"), 4, controlplane.OutcomeOK)
		b.detect(t, detection())
		unsure := detection()
		unsure.Confidence = 0.5
		b.detect(t, unsure)
		other := detection()
		other.Value = address("198.51.100.1/32")
		b.detect(t, other)
		around := command()
		around.Value = "192.0.2.0/24"
		if _, err := b.Decide(t.Context(), around); err != nil {
			t.Fatal(err)
		}
		c, err := b.About(controlplane.FacetIP, "192.0.2.7")
		if err != nil {
			t.Fatal(err)
		}
		var about []string
		for _, v := range c.Decisions {
			about = append(about, v.Value.String())
		}
		slices.Sort(about)
		if d := cmp.Diff([]string{"192.0.2.0/24", "192.0.2.7"}, about); d != "" {
			t.Error(d)
		}
		want := []Refusal{{
			Scenario: policy.ScenarioObjects, Value: address("192.0.2.7/32"), Endpoint: 5, Rail: "confidence", Reason: "confidence 0.50 is under 0.90",
			Confidence: 0.5, First: start, Last: start, Count: 1,
		}}
		if d := cmp.Diff(want, c.Refusals, comparePrefix); d != "" {
			t.Error(d)
		}
		if c.History.Requests != 4 || !c.Learning || c.Allowed != "" {
			t.Errorf("%+v", c)
		}
		if _, err := b.About(controlplane.FacetAccount, "x"); err == nil {
			t.Error("an account is no caller")
		}
	})
}

// idle is a decider outside of any bubble, for benchmarks.
func idle(b *testing.B) *Decider {
	key, _ := identify.NewKey(7, []byte("0123456789abcdef"))
	register := newRegister()
	f := policy.Default()
	d := New(Options{
		Register: register, Policy: fixed{f}, Key: &key, Clock: func() time.Time { return start },
		Log: slog.New(slog.DiscardHandler), Limits: Limits{PerSecond: 1 << 30},
	})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	<-d.Ready()
	b.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	return d
}

type fixed struct{ file *policy.File }

func (f fixed) File() *policy.File { return f.file }

// BenchmarkObserve is one rollup of a caller with an address, a key and a subject, among 100,000.
func BenchmarkObserve(b *testing.B) {
	d := idle(b)
	batch := make([]controlplane.Rollup, 100_000)
	for i := range batch {
		batch[i] = controlplane.Rollup{
			Node: controlplane.Node{Group: "edge"}, End: start, Outcome: controlplane.OutcomeOK, Requests: 10,
			Caller: controlplane.Caller{Network: address(fmt.Sprintf("10.%d.%d.%d/32", i>>16, i>>8&255, i&255)).Network, Key: uint64(i + 1), Subject: uint64(i + 1)},
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i = (i + 100) % len(batch) {
		d.Observe(context.Background(), batch[i:i+100])
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/rollup")
}

// BenchmarkDetect is one detection that makes a decision, and one that a rail holds back.
func BenchmarkDetect(b *testing.B) {
	for name, sure := range map[string]float64{"decided": 0.95, "held back": 0.5} {
		b.Run(name, func(b *testing.B) {
			d := idle(b)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				det := detection()
				det.Confidence = sure
				det.Value = controlplane.Value{Facet: controlplane.FacetKey, Hash: uint64(i + 1)}
				if _, _, err := d.Detect(context.Background(), det); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPage is the first page of 100,000 decisions.
func BenchmarkPage(b *testing.B) {
	d := idle(b)
	for _, det := range consumers(100_000) {
		if _, made, err := d.Detect(context.Background(), det); err != nil || !made {
			b.Fatal(made, err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if p, err := d.Page(Query{Limit: 100}); err != nil || len(p.Decisions) != 100 {
			b.Fatal(len(p.Decisions), err)
		}
	}
}
