package decide

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"picket/controlplane"
)

// place is where a decision stands among all: by the time it was decided, then by its id, backwards.
type place struct {
	decided int64
	id      controlplane.DecisionID
}

func placeOf(dec *stored) place { return place{dec.Decided.UnixNano(), dec.ID} }

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.decided, o.decided), cmp.Compare(o.id, p.id))
}

// cursor names a place for those who go on after it.
func (p place) cursor() string { return fmt.Sprintf("%016x%s", uint64(p.decided), p.id) }

func placeAt(cursor string) (p place, err error) {
	if len(cursor) != 32 {
		return p, mistake("this is no place to go on from: give what the page before said")
	}
	n, err := strconv.ParseUint(cursor[:16], 16, 64)
	if err != nil {
		return p, mistake("this is no place to go on from: give what the page before said")
	}
	p.id, err = controlplane.ParseDecisionID(cursor[16:])
	p.decided = int64(n)
	return p, err
}

// order keeps the places of all decisions, the oldest first. What is deleted stays until there is much of it.
type order struct {
	places   []place
	unsorted bool
	dead     int
}

func (o *order) add(p place) {
	if n := len(o.places); n > 0 && o.places[n-1].compare(p) > 0 {
		o.unsorted = true
	}
	o.places = append(o.places, p)
}

// dropped notes a deletion; alive says what is still there.
func (o *order) dropped(alive func(place) bool) {
	o.dead++
	if o.dead > 1024 && o.dead > len(o.places)/2 {
		o.sort()
		o.places = slices.DeleteFunc(slices.Compact(o.places), func(p place) bool { return !alive(p) })
		o.dead = 0
	}
}

func (o *order) sort() {
	if o.unsorted {
		slices.SortFunc(o.places, place.compare)
		o.unsorted = false
	}
}

// before gives how many places come before p.
func (o *order) before(p place) int {
	o.sort()
	i, _ := slices.BinarySearchFunc(o.places, p, place.compare)
	return i
}

// Query says which decisions to page through.
type Query struct {
	All   bool   // those that ended, too, as long as the register has them
	Limit int    // 0: all
	After string // a Page's Next; empty: from the newest on
}

// Page is a part of all decisions, the newest first.
type Page struct {
	Decisions []View
	Next      string // for the next page; empty: there is none
}

// View is a decision with what only the decider knows of it.
type View struct {
	controlplane.Decision
	Shadow bool // of the shadow arm: it only counts, to tell how often its scenario is right
}

// stride bounds how many decisions are looked at in one go, so that nobody waits long for the lock.
const stride = 4096

// Page gives the next decisions. The error is a *Mistake, where After is none of ours.
func (d *Decider) Page(q Query) (Page, error) { return d.page(q, func(stored) bool { return true }) }

func (d *Decider) page(q Query, fits func(stored) bool) (Page, error) {
	var p Page
	at := place{decided: 1<<63 - 1}
	if q.After != "" {
		var err error
		if at, err = placeAt(q.After); err != nil {
			return p, err
		}
	}
	for {
		next, more := d.stride(&p, q, at, fits)
		switch {
		case !more:
			return p, nil
		case q.Limit > 0 && len(p.Decisions) == q.Limit:
			p.Next = next.cursor()
			return p, nil
		}
		at = next
	}
}

// stride adds some of what comes before a place, and says from where to go on, if there is more.
func (d *Decider) stride(p *Page, q Query, at place, fits func(stored) bool) (next place, more bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.o.Clock()
	i := d.order.before(at)
	for n := 0; i > 0 && n < stride && (q.Limit == 0 || len(p.Decisions) < q.Limit); n++ {
		i--
		next = d.order.places[i]
		dec, alive := d.decisions[next.id]
		twice := i > 0 && d.order.places[i-1] == next
		if alive && !twice && placeOf(&dec) == next && (q.All || dec.State(now) == "active") && fits(dec) {
			p.Decisions = append(p.Decisions, View{dec.Decision, dec.Shadow})
		}
	}
	return next, i > 0
}

// List gives the active decisions, or all that the register still has, the newest first.
func (d *Decider) List(all bool) []controlplane.Decision {
	p, _ := d.Page(Query{All: all}) // without a cursor nothing can be wrong with it
	list := make([]controlplane.Decision, len(p.Decisions))
	for i := range p.Decisions {
		list[i] = p.Decisions[i].Decision
	}
	return list
}

// Active counts the decisions in force. One that expired counts until the next sweep.
func (d *Decider) Active() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.automatic + d.operators
}
