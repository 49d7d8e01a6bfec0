package ingest

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	picketv1 "picket/proto/picket/v1"
)

func TestAPushToAThousandNodesIsMarshalledOnce(t *testing.T) {
	c := newCodec()
	deltas := []*picketv1.Delta{
		{Epoch: 1, Previous: 1, Revision: 2, Put: []*picketv1.Decision{{Match: 3, Id: 4, Expires: 5}}},
		{Epoch: 1, Previous: 2, Revision: 3, Undo: []*picketv1.Undo{{Match: 3, Id: 4}}},
	}
	for i := range 1000 {
		d := &picketv1.Directive{Acknowledged: uint64(i), Keys: &picketv1.Keys{Id: 1, Key: []byte("k")}, Deltas: deltas, Reveal: []uint64{7}, Shares: []*picketv1.Share{{Decision: 4, Permille: 5}}}
		data, err := c.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if i%100 != 0 {
			continue
		}
		var got picketv1.Directive
		if err := proto.Unmarshal(data.Materialize(), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, &got, protocmp.Transform()); diff != "" {
			t.Fatal(diff)
		}
	}
	if c.encoded != len(deltas) {
		t.Errorf("%d deltas were encoded, want %d", c.encoded, len(deltas))
	}
}

func TestEncodedDeltasAreForgotten(t *testing.T) {
	c := newCodec()
	d := func() *picketv1.Delta {
		out := &picketv1.Delta{Revision: 1}
		for range 2000 {
			out.Put = append(out.Put, &picketv1.Decision{Match: 1 << 60, Id: 1 << 60, Expires: 1 << 30, Meta: 1 << 20})
		}
		return out
	}
	for range 250 {
		if _, err := c.Marshal(&picketv1.Directive{Deltas: []*picketv1.Delta{d()}}); err != nil {
			t.Fatal(err)
		}
	}
	size := 0
	for _, m := range []map[*picketv1.Delta][]byte{c.young, c.old} {
		for _, b := range m {
			size += len(b)
		}
	}
	if size > 2*maxEncoded {
		t.Errorf("%d bytes are kept", size)
	}
}

// counting is a group that counts its snapshots.
type counting struct {
	changed chan struct{}
	made    int
}

func (g *counting) Changed() <-chan struct{} { return g.changed }

func (g *counting) Since(uint64, uint64) ([]*picketv1.Delta, bool) { return nil, false }

func (g *counting) Snapshot() []*picketv1.Delta {
	g.made++
	return []*picketv1.Delta{{Revision: uint64(g.made)}}
}

func TestAFleetThatConnectsAtOnceHasItsSnapshotMadeOnce(t *testing.T) {
	s := snapshots{kept: map[Group]*snapshot{}}
	g := &counting{changed: make(chan struct{})}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { s.of(g) })
	}
	all.Wait()
	if g.made != 1 {
		t.Errorf("made %d times", g.made)
	}
	close(g.changed)
	g.changed = make(chan struct{})
	if deltas, made := s.of(g); !made || deltas[0].Revision != 2 {
		t.Error("an old snapshot was given after a change")
	}
}

func TestManyDistinctHashesAreCountedWithinATenth(t *testing.T) {
	n := novel{limit: 20_000, lasts: time.Minute}
	now, passed := time.Unix(1, 0), 0
	for i := range uint64(40_000) {
		if n.pass(i*0x9e3779b97f4a7c15, now) {
			passed++
		}
	}
	if passed < 20_000 || passed > 25_000 {
		t.Errorf("%d of 40,000 passed, want about 20,000", passed)
	}
	if !n.pass(1, now.Add(time.Minute)) || n.set != nil {
		t.Error("it does not begin again")
	}
}
