package decide

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"picket/controlplane"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

const (
	// grace is for how long a consumer whose history was clean stays clean after the first decision against it, so that a
	// scenario that is wrong about many does not, by being wrong, make them fair game.
	grace = 24 * time.Hour
	// forgiven is after how long a decision no longer counts against a consumer.
	forgiven = 30 * 24 * time.Hour
	// regular is how long a consumer must be known to count as clean while the history as a whole is young.
	regular = time.Hour
	// ahead is how far a node's clock may run before ours.
	ahead = time.Minute
	// recent is how many requests a share of success is about: beyond, older ones count less and less.
	recent = 1 << 20
)

// history is an index of consumers by every facet, bounded; whoever was seen on one day only is forgotten first, so that
// made-up names push out no regular customer. It is safe for concurrent use.
type history struct {
	limit int
	key   *identify.Key // all replicas' and the next start's name consumers alike, and no caller knows it

	mu     sync.Mutex
	began  time.Time // the first observation; zero: none yet
	fresh  lru[uint64, consumer]
	known  lru[uint64, consumer] // seen on two days or more
	active activity
	groups map[string]uint16
	owners lru[uint64, visits] // of accounts, by account and endpoint
}

// consumer is what is remembered of one value. Times are in seconds since the Unix epoch.
type consumer struct {
	first, last    uint32
	enforced       uint32 // when the first decision was taken against it; 0: none was
	requests, good uint32
	minute         uint32 // in which it counts as active and clean, since the Unix epoch; 0: it does not
	day, days      uint16 // the last day with traffic, and how many there were
	group          uint16 // in which it counts
	home           uint16 // the group in which it was seen last
	grace          bool   // it was clean when the first decision was taken
}

// maxGroups bounds the groups that are told apart; those beyond count as "".
const maxGroups = 1024

func newHistory(limit int, key *identify.Key) *history {
	return &history{limit: limit, key: key, groups: map[string]uint16{"": 0}}
}

// nameOf is the key of a value, of 64 bits that nobody can foretell.
func (h *history) nameOf(v controlplane.Value) uint64 {
	var buf [40]byte
	b := append(buf[:0], v.Facet[:min(len(v.Facet), 12)]...)
	b = binary.LittleEndian.AppendUint64(append(b, 0), v.Hash)
	if v.Network.IsValid() {
		a := v.Network.Addr().As16()
		b = append(append(b, identify.PrefixCode(v.Network)), a[:]...)
	}
	return h.key.Hash(identify.DomainIP, b)
}

// History is what is known of one consumer. The zero value: nothing.
type History struct {
	First, Last time.Time
	Days        int     // with traffic
	Requests    uint64  // those that say something of the caller: answered by the service, and not with its own error
	Success     float64 // the share of them that was successful
	Enforced    bool    // a decision was enforced against it within the last 30 days
	Long        bool    // long and clean, as the policy's rails.history says
	Clean       bool    // it counts for the blast radius
}

// Known says whether there is any.
func (h History) Known() bool { return !h.First.IsZero() }

// Observe takes what reports brought, so that decisions can ask how a caller behaved before.
func (d *Decider) Observe(_ context.Context, rollups []controlplane.Rollup) {
	f, now := d.o.Policy.File(), d.o.Clock()
	d.history.mu.Lock()
	defer d.history.mu.Unlock()
	for i := range rollups {
		d.history.observe(&rollups[i], f, now)
	}
	d.metrics.consumers.Set(float64(d.history.fresh.len() + d.history.known.len()))
}

func (h *history) observe(r *controlplane.Rollup, f *policy.File, now time.Time) {
	if r.Overflow {
		return
	}
	at := r.End
	if at.IsZero() || at.After(now.Add(ahead)) {
		at = now
	}
	if h.began.IsZero() || at.Before(h.began) {
		h.began = at
	}
	counts, good := telling(r.Outcome)
	consumer, group := consumerFacet(f, &r.Caller), h.group(r.Node.Group)
	h.visit(r, uint32(at.Unix()), group)
	for _, facet := range [...]controlplane.Facet{controlplane.FacetIP, controlplane.FacetKey, controlplane.FacetSubject, controlplane.FacetSession} {
		v, ok := valueOf(&r.Caller, facet)
		if !ok || !counts || facet != controlplane.FacetIP && r.Outcome == controlplane.OutcomeDenied {
			continue // a name in a credential that was refused is anybody's to write
		}
		c := h.touch(v, at)
		c.home = group
		c.count(r.Requests, good)
		if facet == consumer {
			h.attend(c, f.Rails.History, group, at, now)
		}
	}
}

// telling says whether an outcome says something of the caller, and whether that is good. What Picket answered itself, and
// the service's own errors, say nothing.
func telling(o controlplane.Outcome) (counts, good bool) {
	switch o {
	case controlplane.OutcomeOK:
		return true, true
	case controlplane.OutcomeDenied, controlplane.OutcomeNotFound, controlplane.OutcomeClientError:
		return true, false
	}
	return false, false
}

// consumerFacet is the facet by which a caller counts as one consumer: the first of the policy's order that it has.
func consumerFacet(f *policy.File, c *controlplane.Caller) controlplane.Facet {
	for _, facet := range f.Identity.Consumer {
		if _, ok := valueOf(c, facet); ok {
			return facet
		}
	}
	return controlplane.FacetIP
}

// valueOf is Caller.Facet for the facets that have a history, without allocating.
func valueOf(c *controlplane.Caller, f controlplane.Facet) (v controlplane.Value, ok bool) {
	v.Facet = f
	switch f {
	case controlplane.FacetIP:
		v.Network, v.Hash = c.Network, c.IPHash
	case controlplane.FacetKey:
		v.Hash = c.Key
	case controlplane.FacetSubject:
		v.Hash = c.Subject
	case controlplane.FacetSession:
		v.Hash = c.Session
	}
	return v, v.Network.IsValid() || v.Hash != 0
}

// touch gives the consumer of a value, seen at that time.
func (h *history) touch(v controlplane.Value, at time.Time) *consumer {
	k, second, day := h.nameOf(v), uint32(at.Unix()), uint16(at.Unix()/86400)
	c := h.known.get(k)
	if c == nil {
		c = h.fresh.get(k)
	}
	if c == nil {
		h.makeRoom()
		return h.fresh.put(k, consumer{first: second, last: second, day: day, days: 1})
	}
	c.first, c.last = min(c.first, second), max(c.last, second)
	if day > c.day {
		c.day, c.days = day, c.days+1
		if c.days == 2 {
			moved, _ := h.fresh.remove(k)
			c = h.known.put(k, moved)
		}
	}
	return c
}

func (h *history) makeRoom() {
	if h.fresh.len()+h.known.len() < h.limit {
		return
	}
	c, ok := h.fresh.evict()
	if !ok {
		c, _ = h.known.evict()
	}
	h.active.leave(&c)
}

func (c *consumer) count(requests uint64, good bool) {
	n := uint32(min(requests, recent))
	c.requests += n
	if good {
		c.good += n
	}
	if c.requests > recent {
		c.requests, c.good = c.requests/2, c.good/2
	}
}

// attend counts a consumer as active in a group, if its history is clean.
func (h *history) attend(c *consumer, rail policy.HistoryRail, group uint16, at, now time.Time) {
	h.active.leave(c)
	if h.clean(c, rail, now) {
		c.group = group
		h.active.enter(c, uint32(at.Unix()/60))
	}
}

func (h *history) group(name string) uint16 {
	g, ok := h.groups[name]
	if !ok && len(h.groups) < maxGroups {
		g = uint16(len(h.groups))
		h.groups[name] = g
	}
	return g
}

// long says whether a history is long and clean.
func (c *consumer) long(rail policy.HistoryRail, now time.Time) bool {
	return int(c.days) >= rail.Days && c.well(rail, now)
}

// well says whether a history, however long, has nothing against it.
func (c *consumer) well(rail policy.HistoryRail, now time.Time) bool {
	if c.requests == 0 || float64(c.good) < rail.Success*float64(c.requests) {
		return false
	}
	against := now.Sub(time.Unix(int64(c.enforced), 0))
	return c.enforced == 0 || against >= forgiven || c.grace && against < grace
}

// clean says whether a consumer counts for the blast radius. While nobody can have a long history yet, one that is well
// and has been here for an hour counts.
func (h *history) clean(c *consumer, rail policy.HistoryRail, now time.Time) bool {
	young := now.Sub(h.began) < time.Duration(rail.Days)*24*time.Hour
	return c.long(rail, now) || young && c.well(rail, now) && now.Sub(time.Unix(int64(c.first), 0)) >= regular
}

func (h *history) find(v controlplane.Value) *consumer {
	k := h.nameOf(v)
	if c := h.known.peek(k); c != nil {
		return c
	}
	return h.fresh.peek(k)
}

// of tells what is known of a value.
func (h *history) of(v controlplane.Value, rail policy.HistoryRail, now time.Time) History {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.find(v)
	if c == nil {
		return History{}
	}
	return History{
		First: time.Unix(int64(c.first), 0).UTC(), Last: time.Unix(int64(c.last), 0).UTC(), Days: int(c.days),
		Requests: uint64(c.requests), Success: float64(c.good) / float64(max(c.requests, 1)),
		Enforced: c.enforced != 0 && now.Sub(time.Unix(int64(c.enforced), 0)) < forgiven,
		Long:     c.long(rail, now), Clean: h.clean(c, rail, now),
	}
}

// enforced notes that a decision was taken against a value, which has an end to a clean history after some grace.
func (h *history) enforced(v controlplane.Value, rail policy.HistoryRail, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.find(v)
	if c == nil || c.enforced != 0 && at.Sub(time.Unix(int64(c.enforced), 0)) < forgiven {
		return
	}
	c.grace = h.clean(c, rail, at)
	c.enforced = uint32(at.Unix())
}

// forgive takes the decisions against a value back: a person said that one was wrong.
func (h *history) forgive(v controlplane.Value) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.find(v); c != nil {
		c.enforced, c.grace = 0, false
	}
}

// cleanActive counts the consumers with a clean history that were active in the last hour, in a group and in all.
func (h *history) cleanActive(group string, now time.Time) (here, all int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	g, known := h.groups[group]
	if known {
		here = h.active.count(g, now)
	}
	return here, h.active.count(everyGroup, now)
}

// young says whether nobody can have a long history yet, and since when there is any.
func (h *history) young(rail policy.HistoryRail, now time.Time) (since time.Time, young bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.began, h.began.IsZero() || now.Sub(h.began) < time.Duration(rail.Days)*24*time.Hour
}

// line says what is known in one sentence's words.
func (h History) line() string {
	if !h.Known() {
		return "nothing is known of it"
	}
	text := fmt.Sprintf("seen on %d days since %s, %.0f %% of its requests successful", h.Days, h.First.Format(time.DateOnly), 100*h.Success)
	if h.Days == 1 {
		text = fmt.Sprintf("seen on 1 day, since %s, %.0f %% of its requests successful", h.First.Format("2006-01-02 15:04"), 100*h.Success)
	}
	if h.Enforced {
		text += ", with decisions against it"
	}
	return text
}
