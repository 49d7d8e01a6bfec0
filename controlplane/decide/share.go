package decide

import (
	"context"
	"time"

	"picket/controlplane"
	"picket/controlplane/checkpoint"
)

// maxShare is how many consumers a share saves, those seen on several days before others, the newest of each: some 30 bytes
// each.
const maxShare = 200_000

// Share is what one partition of the journal brings to the history. Its methods are not to be called at the same time; those
// of several shares may be.
type Share struct {
	d     *Decider
	homes map[uint16]bool // groups of nodes that it brought
}

// Share makes one that has brought nothing.
func (d *Decider) Share() *Share { return &Share{d: d, homes: map[uint16]bool{}} }

// Observe is Decider.Observe.
func (s *Share) Observe(ctx context.Context, rollups []controlplane.Rollup) {
	s.d.Observe(ctx, rollups)
	h := s.d.history
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range rollups {
		s.homes[h.group(rollups[i].Node.Group)] = true
	}
}

// Save writes what the history has of the consumers that were seen last in the share's groups.
func (s *Share) Save(w *checkpoint.Writer) {
	h := s.d.history
	h.mu.Lock()
	defer h.mu.Unlock()
	w.Hash(h.seal())
	w.Int(unix(h.began))
	names := make([]string, len(h.groups))
	for name, g := range h.groups {
		names[g] = name
	}
	w.Uint(uint64(len(names)))
	for g, name := range names {
		w.Text(name)
		w.Bool(s.homes[uint16(g)])
	}
	room := maxShare
	for _, l := range []*lru[uint64, consumer]{&h.known, &h.fresh} {
		mine := s.newest(l, room)
		room -= len(mine)
		w.Uint(uint64(len(mine)))
		for i := len(mine) - 1; i >= 0; i-- { // the oldest first, so that they end in the same order
			mine[i].save(w)
		}
	}
	s.saveVisits(w)
}

// named is a consumer with its key.
type named struct {
	key uint64
	consumer
}

// newest gives the share's consumers of l, the most recently used first, at most limit of them.
func (s *Share) newest(l *lru[uint64, consumer], limit int) (out []named) {
	if l.len() == 0 {
		return nil
	}
	for i := l.nodes[0].next; i != 0 && len(out) < limit; i = l.nodes[i].next {
		if n := &l.nodes[i]; s.homes[n.value.home] {
			out = append(out, named{n.key, n.value})
		}
	}
	return out
}

// Load adds what Save wrote, here or on another replica, and reports whether it did: what is damaged, and what was saved under
// another hash key, is left out whole.
func (s *Share) Load(r *checkpoint.Reader) bool {
	h := s.d.history
	h.mu.Lock()
	defer h.mu.Unlock()
	foreign := r.Hash() != h.seal()
	began := r.Int()
	names, homes := loadGroups(r)
	var all []named
	for range 2 {
		for range r.Count(minConsumer) {
			all = append(all, loadConsumer(r, len(names)))
		}
	}
	var accounts []uint64
	var visited []visits
	if r.More() { // an earlier version wrote none
		accounts, visited = loadVisits(r, len(names))
	}
	if r.Err() != nil || foreign {
		return false
	}
	if at := time.Unix(began, 0); began != 0 && (h.began.IsZero() || at.Before(h.began)) {
		h.began = at
	}
	ids := make([]uint16, len(names))
	for i, name := range names {
		ids[i] = h.group(name)
		if homes[i] {
			s.homes[ids[i]] = true
		}
	}
	for i := range all {
		all[i].home, all[i].group = ids[all[i].home], ids[all[i].group]
		h.join(&all[i])
	}
	for i := range visited {
		visited[i].home = ids[visited[i].home]
		h.meet(accounts[i], &visited[i])
	}
	s.d.metrics.consumers.Set(float64(h.fresh.len() + h.known.len()))
	return true
}

// minConsumer is the least number of bytes that a consumer takes.
const minConsumer = 18

func (n *named) save(w *checkpoint.Writer) {
	w.Hash(n.key)
	for _, v := range []uint32{n.first, n.last, n.enforced, n.requests, n.good, n.minute, uint32(n.day), uint32(n.days), uint32(n.home), uint32(n.group)} {
		w.Uint(uint64(v))
	}
	w.Bool(n.grace)
}

// loadConsumer reads what save wrote, of so many groups.
func loadConsumer(r *checkpoint.Reader, groups int) (n named) {
	n.key = r.Hash()
	for _, v := range []*uint32{&n.first, &n.last, &n.enforced, &n.requests, &n.good, &n.minute} {
		*v = uint32(r.Uint())
	}
	for _, v := range []*uint16{&n.day, &n.days, &n.home, &n.group} {
		*v = uint16(r.Uint())
	}
	if n.grace = r.Bool(); int(n.home) >= groups || int(n.group) >= groups {
		r.Fail()
	}
	return n
}

func loadGroups(r *checkpoint.Reader) (names []string, homes []bool) {
	for range r.Count(2) {
		names, homes = append(names, r.Text()), append(homes, r.Bool())
	}
	return names, homes
}

// join adds what was known of a consumer elsewhere. Of what both know, the requests may be the same ones: those of the one
// who has more of them count.
func (h *history) join(n *named) {
	c := h.known.get(n.key)
	if c == nil {
		c = h.fresh.get(n.key)
	}
	if c == nil {
		h.makeRoom()
		c = h.put(n.key, consumer{first: n.first, home: n.home, days: n.days})
	}
	c.first, c.last, c.days = min(c.first, n.first), max(c.last, n.last), max(c.days, n.days)
	c.day = max(c.day, n.day)
	if n.requests > c.requests {
		c.requests, c.good = n.requests, n.good
	}
	if n.enforced > c.enforced {
		c.enforced, c.grace = n.enforced, n.grace
	}
	if n.minute > c.minute {
		h.active.leave(c)
		c.group = n.group
		h.active.enter(c, n.minute)
	}
	if c.days >= 2 {
		h.promote(n.key)
	}
}

// put adds a consumer that is new to where it belongs.
func (h *history) put(key uint64, c consumer) *consumer {
	if c.days >= 2 {
		return h.known.put(key, c)
	}
	return h.fresh.put(key, c)
}

// promote moves a consumer to those seen on several days, if it is not there.
func (h *history) promote(key uint64) {
	if c, ok := h.fresh.remove(key); ok {
		h.known.put(key, c)
	}
}

// seal tells whether two histories name consumers by the same secret.
func (h *history) seal() uint64 { return h.nameOf(controlplane.Value{Facet: "seal"}) }

// unix is 0 for the zero time.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
