package detect

import (
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/checkpoint"
	"picket/controlplane/scenario"
)

// Most applications find records in a list, which hands out their ids, and then open some of them. Somebody who has ids from
// elsewhere, or makes them up, asks for no list.

const (
	// fewRead is how many callers must have read records of a kind, and mostListed the share of them who had asked for a list
	// of these, for that to be the way it is done.
	fewRead, mostListed = 20, 0.95
	// enoughRead is how many of them are counted; then all counts are halved.
	enoughRead = 4096
	// behind is how much later than a read the list before it may be told, by another worker or node.
	behind = int64(5 * time.Second)
)

// lists knows who asked for lists of what they read. What a list is of is told by its path's words: GET /v1/orders,
// GET /v1/customers/{id}/orders and POST /v1/orders/search are lists of what GET /v2/orders/{id} reads.
type lists struct {
	callers *aggregate.LRU[uint64, reading] // by consumer and kind of record
	kinds   *aggregate.LRU[uint64, custom]  // by kind of record
	full    bool                            // some were forgotten
}

// reading is what one consumer did with one kind of record.
type reading struct {
	listed bool
	read   int64 // event time of the first time, ns; 0: never
}

// custom is how many consumers read records of a kind, and how many of them had asked for a list before.
type custom struct{ read, listed uint32 }

func newLists(l Limits) *lists {
	return &lists{callers: aggregate.NewLRU[uint64, reading](l.Keys), kinds: aggregate.NewLRU[uint64, custom](l.Endpoints)}
}

// kindsOf tells from an endpoint's name which kind of record it reads, and of which it is a list; 0: of none. A word that
// nobody told says nothing.
func kindsOf(name string) (reads uint64, lists [2]uint64) {
	method, path, _ := strings.Cut(name, " ")
	segments := strings.Split(path, "/")[1:]
	isID := func(s string) bool { return strings.HasPrefix(s, "{") && s != "{}" }
	kind := func(i int) uint64 {
		if i < 0 || i >= len(segments) || strings.HasPrefix(segments[i], "{") {
			return 0
		}
		return text(segments[i])
	}
	last := len(segments) - 1
	if method == "GET" || method == "HEAD" {
		for i := last; i >= 0 && reads == 0; i-- {
			if isID(segments[i]) {
				reads = kind(i - 1)
			}
		}
	}
	if (method == "GET" || method == "POST") && last >= 0 && !isID(segments[last]) {
		lists = [2]uint64{kind(last), kind(last - 1)}
	}
	return reads, lists
}

// note takes note of what somebody with a proven credential read or listed, and tells whether records of this kind are
// listed before they are read, and whether the caller did so.
func (l *lists) note(v *view, p *endpoint, o controlplane.Outcome) (usual, listed bool) {
	if p.reads == 0 && p.lists == [2]uint64{} || !v.hasOne || v.consumer.Facet == controlplane.FacetIP {
		return false, false
	}
	who, now := v.salt^mix(hashOf(v.consumer)), v.at.UnixNano()
	if o == controlplane.OutcomeOK {
		for _, kind := range p.lists {
			if kind != 0 && kind != p.reads {
				l.list(mix(who^kind), kind, now)
			}
		}
	}
	if p.reads == 0 || len(v.objects.Values) == 0 || o != controlplane.OutcomeOK && o != controlplane.OutcomeNotFound {
		return false, false
	}
	listed = l.read(mix(who^p.reads), p.reads, now)
	c := l.kinds.Peek(p.reads)
	return c.read >= fewRead && float64(c.listed) >= mostListed*float64(c.read), listed
}

// list notes that a consumer was given a list.
func (l *lists) list(key, kind uint64, now int64) {
	r := l.of(key)
	if r.listed {
		return
	}
	if c := l.kinds.Peek(kind); r.read != 0 && now-r.read <= behind && c != nil && c.listed < c.read {
		c.listed++
	}
	r.listed = true
}

// read notes that a consumer read a record, and reports whether it had a list, as far as that is known.
func (l *lists) read(key, kind uint64, now int64) bool {
	r := l.of(key)
	c := l.kinds.Get(kind)
	if c == nil {
		c, _ = l.kinds.Put(kind, custom{})
	}
	if r.read == 0 {
		r.read = max(now, 1)
		if c.read++; r.listed {
			c.listed++
		}
		if c.read >= enoughRead {
			c.read, c.listed = c.read/2, c.listed/2
		}
	}
	return r.listed
}

// of gives what is known of a consumer. Once some were forgotten, one who is not known may have had a list.
func (l *lists) of(key uint64) *reading {
	if r := l.callers.Get(key); r != nil {
		return r
	}
	r, evicted := l.callers.Put(key, reading{})
	l.full = l.full || evicted
	r.listed = l.full
	return r
}

func (l *lists) save(w *checkpoint.Writer) {
	w.Bool(l.full)
	l.callers.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, r *reading) {
		w.Bool(r.listed)
		w.Int(r.read)
	})
	l.kinds.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, c *custom) {
		w.Uint(uint64(c.read))
		w.Uint(uint64(c.listed))
	})
}

func (l *lists) load(r *checkpoint.Reader) {
	l.full = r.Bool()
	l.callers.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, c *reading) { c.listed, c.read = r.Bool(), r.Int() })
	l.kinds.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, c *custom) {
		c.read, c.listed = uint32(loadCount(r, enoughRead)), uint32(loadCount(r, enoughRead))
	})
}

// setLists sets the facts about lists.
func (v *view) setLists(o controlplane.Outcome) {
	p := v.engine.endpoints.known.Peek(v.endpoint)
	if p == nil {
		return
	}
	usual, listed := v.engine.audience.lists.note(v, p, o)
	v.facts.Set(scenario.EndpointListed, usual)
	v.facts.Set(scenario.Listed, listed)
}
