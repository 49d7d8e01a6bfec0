package decide

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/checkpoint"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

// called is a request of a key in a group.
func (b *bench) called(t *testing.T, s *Share, group string, key uint64, o controlplane.Outcome) {
	s.Observe(t.Context(), []controlplane.Rollup{{
		Node: controlplane.Node{ID: "n", Group: group}, End: b.now, Caller: controlplane.Caller{Key: key}, Endpoint: 5, Outcome: o, Requests: 3,
	}})
}

func (b *bench) past(d *Decider, key uint64) History {
	return d.history.of(controlplane.Value{Facet: controlplane.FacetKey, Hash: key}, b.file.Rails.History, b.now)
}

func saved(s *Share) []byte {
	var w checkpoint.Writer
	s.Save(&w)
	return w.Bytes()
}

// TestAHistoryOutlivesItsReplica has two partitions observed on one replica, and each taken over by another.
func TestAHistoryOutlivesItsReplica(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		edge, core := b.Share(), b.Share()
		for range 4 {
			b.called(t, edge, "edge", 1, controlplane.OutcomeOK)
			b.pass(day)
		}
		b.called(t, edge, "edge", 2, controlplane.OutcomeNotFound)
		b.called(t, core, "core", 3, controlplane.OutcomeOK)
		b.history.enforced(controlplane.Value{Facet: controlplane.FacetKey, Hash: 2}, b.file.Rails.History, b.now)
		b.called(t, edge, "edge", 1, controlplane.OutcomeOK)

		other := b.another(Limits{})
		next := other.Share()
		for range 2 { // what is known already is not counted again
			if !next.Load(checkpoint.NewReader(saved(edge))) {
				t.Fatal("not loaded")
			}
		}
		want := []History{b.past(b.Decider, 1), b.past(b.Decider, 2), {}}
		got := []History{b.past(other, 1), b.past(other, 2), b.past(other, 3)}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		if !got[0].Long || !got[1].Enforced {
			t.Errorf("%+v", got)
		}
		here, all := other.history.cleanActive("edge", b.now)
		if here != 1 || all != 1 {
			t.Errorf("%d and %d consumers are active, want 1", here, all)
		}
		again := b.another(Limits{})
		again.Share().Load(checkpoint.NewReader(saved(next))) // it knows whose it is before anything new came
		if d := cmp.Diff(want[0], b.past(again, 1)); d != "" {
			t.Error(d)
		}
		other.Share().Load(checkpoint.NewReader(saved(core)))
		if d := cmp.Diff(b.past(b.Decider, 3), b.past(other, 3)); d != "" {
			t.Error(d)
		}
	})
}

func TestAHistoryThatCannotBeReadIsLeftOutWhole(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		s := b.Share()
		b.called(t, s, "edge", 1, controlplane.OutcomeOK)
		whole := saved(s)
		for n := range len(whole) - 1 { // without the number of accounts it is what an earlier version wrote
			other := b.another(Limits{})
			if other.Share().Load(checkpoint.NewReader(whole[:n])) || b.past(other, 1).Known() {
				t.Fatalf("%d of %d bytes were taken", n, len(whole))
			}
		}
		other := b.another(Limits{})
		key, _ := identify.NewKey(8, []byte("another secret!!"))
		other.history.key = &key
		if other.Share().Load(checkpoint.NewReader(whole)) {
			t.Error("a history of another hash key was taken")
		}
	})
}

func TestALoadedHistoryIsBounded(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		s := b.Share()
		for key := range uint64(20) {
			b.called(t, s, "edge", key+1, controlplane.OutcomeOK)
		}
		b.pass(day)
		b.called(t, s, "edge", 1, controlplane.OutcomeOK) // on two days
		other := b.another(Limits{Consumers: 5})
		other.Share().Load(checkpoint.NewReader(saved(s)))
		for key, want := range map[uint64]bool{1: true, 2: false, 16: false, 17: true, 20: true} {
			if got := b.past(other, key).Known(); got != want {
				t.Errorf("key %d is known: %v", key, got)
			}
		}
	})
}

func FuzzShareLoad(f *testing.F) {
	key, _ := identify.NewKey(7, []byte("0123456789abcdef"))
	one := func() *Share {
		return New(Options{Register: newRegister(), Policy: fixed{policy.Default()}, Key: &key, Clock: func() time.Time { return start }}).Share()
	}
	s := one()
	for i := range uint64(3) {
		s.Observe(context.Background(), []controlplane.Rollup{{
			Node: controlplane.Node{Group: "edge"}, End: start, Outcome: controlplane.OutcomeOK, Requests: i + 1, Caller: controlplane.Caller{Key: i + 1, Subject: 9},
		}})
	}
	f.Add(saved(s))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := one()
		if !s.Load(checkpoint.NewReader(b)) {
			return
		}
		first := saved(s)
		again := one()
		if !again.Load(checkpoint.NewReader(first)) {
			t.Fatal("what was saved cannot be loaded")
		}
		if d := cmp.Diff(first, saved(again)); d != "" {
			t.Error(d)
		}
	})
}
