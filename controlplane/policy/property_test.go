package policy

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"picket/controlplane"
	picketv1 "picket/proto/picket/v1"
)

// model is what a filter keeps: rows by match and id, and the settings' bytes.
type model struct {
	rows     map[rowKey]string
	settings string
	revision uint64
}

func (m *model) apply(d *picketv1.Delta) {
	if d.GetSnapshotBegin() {
		m.rows = map[rowKey]string{}
	}
	for _, u := range d.GetUndo() {
		delete(m.rows, rowKey{u.GetMatch(), u.GetId()})
	}
	for _, r := range d.GetPut() {
		m.rows[rowKey{r.GetMatch(), r.GetId()}] = fmt.Sprint(r.GetExpires(), r.GetMeta(), r.GetPrefix())
	}
	if d.GetSettings() != nil {
		b, _ := proto.MarshalOptions{Deterministic: true}.Marshal(d.GetSettings())
		m.settings = string(b)
	}
	m.revision = d.GetRevision()
}

// expire does what the filter does by itself.
func (m *model) expire(horizon uint32) {
	for k, r := range m.rows {
		var expires uint32
		if _, err := fmt.Sscan(r, &expires); err == nil && expires <= horizon {
			delete(m.rows, k)
		}
	}
}

func snapshotOf(g *Group) *model {
	m := &model{}
	for _, d := range g.Snapshot() {
		m.apply(d)
	}
	return m
}

// history draws changes to a register; now moves on.
type history struct {
	*store
	now time.Time
	ids []controlplane.Decision
}

func (h *history) step(t *rapid.T) []controlplane.Entry {
	h.now = h.now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * time.Millisecond)
	switch rapid.IntRange(0, 10).Draw(t, "kind") {
	case 10:
		word := rapid.Uint64Range(1, 9).Draw(t, "prefix")
		if key := fmt.Sprintf("%s%016x", controlplane.KeySlug, word); h.entries[key].Revision == 0 {
			return []controlplane.Entry{h.put(key, controlplane.Slug{Prefix: []uint64{word}, Words: []uint64{7}})}
		}
		return nil
	case 0:
		mode := rapid.SampledFrom([]string{"observe", "enforce"}).Draw(t, "mode")
		last := rapid.IntRange(1, 4).Draw(t, "allowed")
		return []controlplane.Entry{h.put(controlplane.KeyPolicy, Document{
			YAML: fmt.Sprintf("picket: v1\nmode: %s\nallow: [{ip: 203.0.113.%d, reason: r}]\ngroups: {edge: {mode: observe}}\n", mode, last),
		})}
	case 1, 2:
		if len(h.ids) == 0 {
			return nil
		}
		d := &h.ids[rapid.IntRange(0, len(h.ids)-1).Draw(t, "which")]
		d.Undone = h.now
		return []controlplane.Entry{h.decide(*d)}
	default:
		return h.take(t)
	}
}

func (h *history) take(t *rapid.T) (entries []controlplane.Entry) {
	d := denial(uint64(len(h.ids)+1), fmt.Sprintf("192.0.2.%d/32", rapid.IntRange(1, 9).Draw(t, "host")), 0)
	d.Decided, d.Expires = h.now, h.now.Add(time.Duration(rapid.IntRange(100, 9000).Draw(t, "lasts"))*time.Millisecond)
	d.Group = rapid.SampledFrom([]string{"", "", "edge", "core"}).Draw(t, "group")
	if rapid.Bool().Draw(t, "throttle") {
		d.Action, d.PerMinute = controlplane.ActionThrottle, uint32(rapid.IntRange(1, 3).Draw(t, "rate"))
		if key := fmt.Sprint(controlplane.KeyThrottle, d.PerMinute); h.entries[key].Revision == 0 {
			entries = append(entries, h.put(key, struct{}{}))
		}
	}
	h.ids = append(h.ids, d)
	return append(entries, h.decide(d))
}

func TestDeltasLeadToTheSnapshot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{store: newStore(), now: start}
		p := newPublisher(h.store, nil)
		p.sync(0)
		g := p.Group(rapid.SampledFrom([]string{"edge", "core", ""}).Draw(t, "watched"))
		state := snapshotOf(g)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			p.feed(t, h.step(t)...)
			if rapid.IntRange(0, 2).Draw(t, "look") != 0 {
				continue
			}
			deltas, ok := g.Since(epoch, state.revision)
			if !ok {
				t.Fatal("gap")
			}
			for _, d := range deltas {
				if d.GetPrevious() != state.revision {
					t.Fatalf("delta after %d stands after %d", d.GetPrevious(), state.revision)
				}
				state.apply(d)
			}
			c := g.content()
			state.expire(c.horizon)
			if d := cmp.Diff(snapshotOf(g), state, cmp.AllowUnexported(model{}, rowKey{})); d != "" {
				t.Fatal(d)
			}
		}
	})
}

func TestAReplicaThatStartsHasTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{store: newStore(), now: start}
		live := newPublisher(h.store, nil)
		live.sync(0)
		live.Group("edge")
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			live.feed(t, h.step(t)...)
			if rapid.IntRange(0, 3).Draw(t, "compile") == 0 {
				live.Group("edge").Blob()
			}
		}
		fresh := replica(t, h.store)
		for _, name := range []string{"edge", "core", "", "never seen"} {
			r1, b1, n1 := live.Group(name).Blob()
			r2, b2, n2 := fresh.Group(name).Blob()
			if r1 != r2 || n1 != n2 || !bytes.Equal(b1, b2) {
				t.Fatalf("group %q: revision %d with %d decisions, and %d with %d", name, r1, n1, r2, n2)
			}
		}
	})
}
