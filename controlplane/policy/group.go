package policy

import (
	"slices"
	"sort"
	"time"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/wire"
)

// chunk is how many decisions one delta has at the most. A larger change breaks the log, so that whoever asks for it
// is sent to the snapshot, which comes in pieces.
const chunk = 2000

// Group is what one group of nodes enforces. It is safe for concurrent use; what it gives must not be changed.
type Group struct {
	p    *Publisher
	name string
	own  *scope // decisions of this group only; nil for the group ""

	// guarded by p.mu
	revision uint64
	changed  chan struct{}
	log      []*picketv1.Delta // each one's Previous is the Revision of the one before
	compiled *compiled         // nil: not since the last change
}

// change is what happens to a group's decisions and settings in one revision.
type change struct {
	put      []*picketv1.Decision
	undo     []*picketv1.Undo
	settings bool
}

type compiled struct {
	revision  uint64
	blob      []byte
	decisions int
}

func newGroup(p *Publisher, name string) *Group {
	g := &Group{p: p, name: name, changed: make(chan struct{})}
	g.revision = max(p.scope("").revision, p.settings.revision)
	if name != "" {
		g.own = p.scope(name)
		g.revision = max(g.revision, g.own.revision)
	}
	return g
}

// Name is the group's.
func (g *Group) Name() string { return g.name }

// Changed gives a channel that is closed at the next change. Ask for it before looking at what it is about.
func (g *Group) Changed() <-chan struct{} {
	g.p.mu.Lock()
	defer g.p.mu.Unlock()
	return g.changed
}

// Revision is that of the last change that touched this group; 0 where none has.
func (g *Group) Revision() uint64 {
	g.p.mu.Lock()
	defer g.p.mu.Unlock()
	return g.revision
}

// Since gives the deltas that lead from a revision of this group to the present one, in order. It is not ok where they
// are unknown: another epoch, too long ago, or a revision that this group never had; a snapshot helps then. A revision
// of the future is ok and has none: this replica lags, and nothing goes back. A node that has come from another group
// needs a snapshot, whatever this says.
func (g *Group) Since(epoch, revision uint64) (deltas []*picketv1.Delta, ok bool) {
	g.p.mu.Lock()
	defer g.p.mu.Unlock()
	switch {
	case epoch != g.p.epoch:
		return nil, false
	case revision >= g.revision:
		return nil, true
	}
	i := sort.Search(len(g.log), func(i int) bool { return g.log[i].GetPrevious() >= revision })
	if i == len(g.log) || g.log[i].GetPrevious() != revision {
		return nil, false
	}
	return slices.Clone(g.log[i:]), true
}

// Snapshot gives everything that the group enforces, as deltas of at most 2,000 decisions each. There is at least one;
// the first has the settings.
func (g *Group) Snapshot() []*picketv1.Delta {
	c := g.content()
	var puts []*picketv1.Decision
	c.each(func(r *row) { puts = append(puts, r.message()) })
	var deltas []*picketv1.Delta
	for first := true; first || len(puts) > 0; first = false {
		n := min(len(puts), chunk)
		d := &picketv1.Delta{Epoch: c.epoch, Revision: c.revision, Put: puts[:n:n], SnapshotBegin: first}
		if first {
			d.Settings = c.settings.message
		}
		puts = puts[n:]
		deltas = append(deltas, d)
	}
	deltas[len(deltas)-1].SnapshotEnd = true
	return deltas
}

// Blob gives the group's policy as it goes over xDS, a picket.v1.FilterPolicy, with its revision and how many decisions
// it has. The same revision has the same bytes on every replica.
func (g *Group) Blob() (revision uint64, blob []byte, decisions int) {
	g.p.mu.Lock()
	done := g.compiled
	g.p.mu.Unlock()
	if done != nil {
		return done.revision, done.blob, done.decisions
	}
	start := time.Now()
	c := g.content()
	done = c.compile()
	g.p.metrics.compile.Observe(time.Since(start).Seconds())
	g.keep(c, done)
	return done.revision, done.blob, done.decisions
}

// keep remembers a compiled policy, unless something has happened since its content was taken.
func (g *Group) keep(c content, done *compiled) {
	g.p.mu.Lock()
	defer g.p.mu.Unlock()
	if c.register == g.p.revision {
		g.compiled = done
	}
}

// touch takes a change of the register's present revision. Before the first sync nothing is logged: what a replay
// leaves out would be missing.
func (g *Group) touch(c change) {
	d := &picketv1.Delta{Epoch: g.p.epoch, Previous: g.revision, Revision: g.p.revision, Put: c.put, Undo: c.undo}
	if c.settings {
		d.Settings = g.p.settings.of(g.p.File().GroupMode(g.name)).message
	}
	g.revision, g.compiled = g.p.revision, nil
	if !g.p.synced {
		return
	}
	g.append(d)
	g.p.metrics.deltas.Inc()
	g.wake()
}

func (g *Group) append(d *picketv1.Delta) {
	if len(d.GetPut())+len(d.GetUndo()) > chunk {
		g.log = nil
		return
	}
	if len(g.log) >= g.p.o.MaxDeltas {
		g.log[0] = nil
		g.log = g.log[1:]
	}
	g.log = append(g.log, d)
}

func (g *Group) wake() {
	close(g.changed)
	g.changed = make(chan struct{})
}

// content is a group's whole at one moment. Its slices are never changed.
type content struct {
	epoch, revision uint64
	register        uint64 // the register's revision
	settings        *variant
	rows            [3][]row // allowlist, everywhere, this group; each ascending
	horizon         uint32   // rows that expire then or before are left out
}

// content takes the group's content. Rows that had expired at the newest time recorded among the group's decisions are
// left out: that time is in the register, so that every replica leaves out the same.
func (g *Group) content() content {
	p := g.p
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.scope("")
	c := content{
		epoch: p.epoch, revision: g.revision, register: p.revision, settings: p.settings.of(p.File().GroupMode(g.name)),
		rows: [3][]row{p.settings.allow, all.rows(), nil}, horizon: all.newest,
	}
	if g.own != nil {
		c.rows[2], c.horizon = g.own.rows(), max(c.horizon, g.own.newest)
	}
	return c
}

// each goes through the rows in force, ascending by match, then id.
func (c content) each(f func(*row)) {
	left := c.rows
	for {
		least := -1
		for i, rows := range left {
			if len(rows) > 0 && (least < 0 || rows[0].compare(&left[least][0]) < 0) {
				least = i
			}
		}
		if least < 0 {
			return
		}
		r := &left[least][0]
		left[least] = left[least][1:]
		if r.Expires > c.horizon {
			f(r)
		}
	}
}

// compile writes the policy.
func (c content) compile() *compiled {
	var v4 uint64
	var v6 [3]uint64
	records := make([]byte, 0, (len(c.rows[0])+len(c.rows[1])+len(c.rows[2]))*recordSize)
	c.each(func(r *row) {
		r.addPrefix(&v4, &v6)
		records = r.append(records)
	})
	head := wire.FilterPolicy{Epoch: c.epoch, Revision: c.revision, Settings: &c.settings.wire, PrefixesV4: v4}
	if v6 != [3]uint64{} {
		head.PrefixesV6 = v6[:]
	}
	blob := wire.AppendFilterPolicy(make([]byte, 0, len(records)+4096), head, records)
	return &compiled{revision: c.revision, blob: blob, decisions: len(records) / recordSize}
}
