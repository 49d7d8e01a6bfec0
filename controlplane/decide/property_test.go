package decide

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

// world is a decider with consumers of whom some have a clean history, some are allowed, and some are strangers.
type world struct {
	*Decider
	clock   atomic.Int64 // nanoseconds
	file    *policy.File
	clean   []controlplane.Value
	allowed []controlplane.Value
	others  []controlplane.Value
}

func (w *world) File() *policy.File { return w.file }

func (w *world) now() time.Time { return time.Unix(0, w.clock.Load()).UTC() }

func (w *world) pass(d time.Duration) { w.clock.Add(int64(d)) }

const (
	regularsOfWorld = 30
	limitOfWorld    = 4
)

func newWorld(t *rapid.T) (*world, func()) {
	key, _ := identify.NewKey(7, []byte("0123456789abcdef"))
	w := &world{file: policy.Default()}
	w.clock.Store(start.UnixNano())
	w.file.Rails.BlastRadius = policy.BlastRadiusRail{Percent: 1, Floor: limitOfWorld}
	w.file.Rails.Shadow = policy.ShadowRail{Percent: 10, AtOnce: 3}
	w.file.Allow = []policy.Allow{{IP: netip.MustParsePrefix("192.0.2.0/28"), Reason: "ours"}, {Subject: "batch", Reason: "ours"}}
	for i := range 4 {
		s := w.file.Scenarios[policy.ScenarioObjects]
		s.Confidence, s.PerMinute = []float64{0, 0.5, 0.9, 0.9}[i], uint32(10*i)
		w.file.Scenarios[fmt.Sprintf("s%d", i)] = s
	}
	w.Decider = New(Options{
		Register: newRegister(), Policy: w, Key: &key, Clock: w.now, Log: slog.New(slog.DiscardHandler),
		Limits: Limits{Sweep: 1000 * time.Hour, Values: 50}, Challenge: rapid.Bool().Draw(t, "challenge"),
	})
	w.people(&key)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	<-w.Ready()
	return w, func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func (w *world) people(key *identify.Key) {
	hash := func(f controlplane.Facet, h uint64) controlplane.Value { return controlplane.Value{Facet: f, Hash: h} }
	for i := range regularsOfWorld {
		w.clean = append(w.clean, hash(controlplane.FacetKey, uint64(i+1)))
	}
	for range 4 {
		for i := range w.clean {
			w.Observe(context.Background(), []controlplane.Rollup{{
				Node: controlplane.Node{Group: "edge"}, End: w.now(), Outcome: controlplane.OutcomeOK, Requests: 10, Caller: controlplane.Caller{Key: uint64(i + 1)},
			}})
		}
		w.pass(23 * time.Hour)
	}
	w.allowed = []controlplane.Value{address("192.0.2.7/32"), address("192.0.2.8/30"), hash(controlplane.FacetSubject, key.Hash(identify.DomainSubject, []byte("batch")))}
	w.others = []controlplane.Value{
		address("192.0.2.16/32"), address("2001:db8::1/128"), hash(controlplane.FacetSubject, 9), hash(controlplane.FacetAccount, 9),
		hash(controlplane.FacetFingerprint, 9), {Facet: controlplane.FacetIP},
	}
}

func (w *world) draw(t *rapid.T) controlplane.Detection {
	from := rapid.SampledFrom([][]controlplane.Value{w.clean, w.clean, w.clean, w.allowed, w.others}).Draw(t, "who")
	return controlplane.Detection{
		Scenario: rapid.SampledFrom([]string{"s0", "s1", "s2", "s3", policy.ScenarioLogins, "unknown"}).Draw(t, "scenario"),
		Value:    rapid.SampledFrom(from).Draw(t, "value"), Endpoint: controlplane.EndpointID(rapid.IntRange(0, 3).Draw(t, "endpoint")),
		Group: rapid.SampledFrom([]string{"", "edge", "core"}).Draw(t, "group"), At: w.now().Add(-time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 61, 1200}).Draw(t, "age")) * time.Second),
		Window: time.Minute, Confidence: rapid.SampledFrom([]float64{-1, 0.3, 0.55, 0.79, 0.85, 0.92, 0.97, 0.97, 0.97, 1}).Draw(t, "confidence"),
		Severity: rapid.SampledFrom([]controlplane.Severity{"", "low", "medium", "high", "critical"}).Draw(t, "severity"),
		Action:   rapid.SampledFrom([]controlplane.Action{"deny", "", "deny", "tag", "throttle"}).Draw(t, "action"),
		For:      time.Duration(rapid.SampledFrom([]int{900, 3600, -1, 0, 1, 90_000}).Draw(t, "for")) * time.Second,
	}
}

// check says what no sequence of detections may lead to.
func (w *world) check(t *rapid.T, strong map[controlplane.Value]map[string]bool) {
	denied := map[string]map[controlplane.Value]bool{"all": {}, "": {}, "edge": {}, "core": {}}
	for _, dec := range w.List(false) {
		if lasts := dec.Expires.Sub(dec.Decided); lasts <= 0 || lasts > maxAutomatic {
			t.Fatalf("%s holds for %v", dec.ID, lasts)
		}
		if concernsAny(dec.Value, w.allowed) {
			t.Fatalf("%v is allowed, and hit", dec.Value)
		}
		if policy.Blocks(dec.Action) && len(strong[dec.Value]) == 0 {
			t.Fatalf("%v is blocked on weak evidence: %q", dec.Value, dec.Evidence)
		}
		if dec.Value.Facet == controlplane.FacetAccount && dec.Action == controlplane.ActionDeny {
			t.Fatal("an account is denied")
		}
		regular := dec.Value.Facet == controlplane.FacetKey
		if regular && dec.Mode == controlplane.ModeEnforce && hard(dec.Action) {
			denied["all"][dec.Value] = true
			denied[dec.Group][dec.Value] = true
		}
	}
	for group, who := range denied {
		if len(who) > limitOfWorld {
			t.Fatalf("%d regulars are denied in %q", len(who), group)
		}
	}
}

// TestWhateverIsDetected no rail is broken: few regulars are denied, every decision ends, nobody allowed is hit, and it
// takes one detection that is sure, or two different ones, to block.
func TestWhateverIsDetected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, end := newWorld(t)
		defer end()
		seen, strong := map[controlplane.Value]map[string]bool{}, map[controlplane.Value]map[string]bool{}
		for range rapid.IntRange(50, 200).Draw(t, "steps") {
			det := w.draw(t)
			if seen[det.Value] == nil {
				seen[det.Value], strong[det.Value] = map[string]bool{}, map[string]bool{}
			}
			seen[det.Value][det.Scenario] = true
			if det.Confidence >= 0.8 || len(seen[det.Value]) > 1 {
				strong[det.Value][det.Scenario] = true
			}
			if _, _, err := w.Detect(context.Background(), det); err != nil {
				t.Fatal(err)
			}
			w.check(t, strong)
			// Within the grace that a clean history has, all in all.
			w.pass(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 70, 400}).Draw(t, "pause")) * time.Second)
		}
	})
}

// TestEpisodesCountTimesApart compares with a plain list.
func TestEpisodesCountTimesApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e episodes
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			e.add(uint32(rapid.IntRange(0, 4000).Draw(t, "at")))
			for i := 1; i < int(e.n); i++ {
				if e.at[i] < e.at[i-1]+60 {
					t.Fatalf("%v", e.at[:e.n])
				}
			}
		}
		if e.n == 0 || e.since(0, 10_000) > maxEpisodes {
			t.Fatal(e)
		}
	})
}

// TestTheLRUIsAMap compares with a map and a list of uses.
func TestTheLRUIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l lru[int, int]
		var used []int // the last used last
		model := map[int]int{}
		use := func(k int) {
			for i, u := range used {
				if u == k {
					used = append(used[:i], used[i+1:]...)
					break
				}
			}
			used = append(used, k)
		}
		for range rapid.IntRange(1, 80).Draw(t, "n") {
			k, v := rapid.IntRange(0, 9).Draw(t, "key"), rapid.Int().Draw(t, "value")
			switch rapid.IntRange(0, 3).Draw(t, "op") {
			case 0:
				l.put(k, v)
				model[k] = v
				use(k)
			case 1:
				if got := l.get(k); got != nil {
					use(k)
				}
			case 2:
				l.remove(k)
				delete(model, k)
				use(k)
				used = used[:len(used)-1]
			case 3:
				got, ok := l.evict()
				if ok != (len(used) > 0) {
					t.Fatal(ok, used)
				}
				if ok {
					if got != model[used[0]] {
						t.Fatalf("evicted %d, want that of %d", got, used[0])
					}
					delete(model, used[0])
					used = used[1:]
				}
			}
			if l.len() != len(model) {
				t.Fatal(l.len(), model)
			}
			for k, v := range model {
				if got := l.peek(k); got == nil || *got != v {
					t.Fatal(k, v, got)
				}
			}
		}
	})
}
