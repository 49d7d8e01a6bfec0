package inventory

import (
	"math/bits"
	"slices"
	"time"

	"picket/controlplane"
	"picket/filter/identify"
)

// Bounds of what is kept to learn which words are values.
const (
	maxPlaces   = 4096 // of which a word was seen
	maxLiterals = 512  // of one place
	maxShapes   = 8    // of what follows one literal
	maxWatched  = 64   // places whose callers are told apart
	maxReaders  = 256  // callers of one of them
	watchFrom   = 8    // literals, before callers are told apart
)

const (
	// regular is how many requests a caller must have made to be looked at: who comes once may be a scanner.
	regular = 3
	// idleFor is after how long without anybody a place makes way for another.
	idleFor = 10 * time.Minute
	// restFor is after how long a place is watched again in which words turned out to be words, watchFor for how long one is
	// watched at the most.
	restFor, watchFor = time.Hour, 24 * time.Hour
)

// place is a segment behind a prefix of paths, at one host, and the words that stood there in requests that were answered
// with success.
type place struct {
	host     uint64
	prefix   []uint64
	literals map[uint64]*literal
	gone     bool // it was forgotten
	watch    *watch
	rests    time.Time // until then nobody watches it
}

// literal is one word of a place.
type literal struct {
	shapes []uint64 // what follows it: method and next segment, mixed
	users  readerSet
}

// readerSet is a set of a watch's readers.
type readerSet [maxReaders / 64]uint64

func (s *readerSet) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s *readerSet) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

func (s *readerSet) len() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// and gives those in both.
func (s *readerSet) and(o *readerSet) (both readerSet) {
	for i := range s {
		both[i] = s[i] & o[i]
	}
	return both
}

// first is the reader who came first; there is one.
func (s *readerSet) first() int {
	for i, w := range s {
		if w != 0 {
			return 64*i + bits.TrailingZeros64(w)
		}
	}
	return maxReaders
}

// watch tells the callers of one place apart. Two are distinct when both their names and their addresses are, as for words.
type watch struct {
	began     time.Time
	last      time.Time      // somebody came
	names     map[uint64]int // to readers
	addresses map[uint64]bool
	requests  []uint64 // of each reader
	regulars  readerSet
	next      int // regulars, at which it is judged again
}

// spot is a literal in its place.
type spot struct {
	place *place
	of    *literal
}

const (
	ends  = 1 // what follows the last segment
	bound = 2 // an id follows
)

// shapeOf names what follows a segment of an endpoint.
func shapeOf(e *Endpoint, i int) uint64 {
	next := uint64(ends)
	switch {
	case i+1 < len(e.Segments) && e.Segments[i+1] == 0:
		next = bound
	case i+1 < len(e.Segments):
		next = e.Segments[i+1] &^ 3 // not to be taken for one of the two above
	}
	method := uint64(0)
	for _, c := range []byte(e.Method) {
		method = method<<8 ^ uint64(c)
	}
	return method*0x9e3779b97f4a7c15&^3 ^ next
}

// leadsToID says whether an id follows directly.
func leadsToID(shape uint64) bool { return shape&3 == bound }

// spots gives where an endpoint's words stand, but for the first segment. v.mu is held.
func (v *Inventory) spotsOf(e *seen) []spot {
	if e.spotted && !slices.ContainsFunc(e.spots, func(s spot) bool { return s.place.gone }) {
		return e.spots
	}
	e.spots, e.spotted = nil, true
	if e.Truncated {
		return nil
	}
	for i, hash := range e.Segments {
		if i == 0 || hash == 0 {
			continue
		}
		p := v.placeOf(e.Host, e.Segments[:i])
		if p == nil {
			continue
		}
		l := p.literals[hash]
		if l == nil {
			if len(p.literals) >= maxLiterals {
				continue
			}
			l = &literal{}
			p.literals[hash] = l
		}
		if s := shapeOf(&e.Endpoint, i); len(l.shapes) < maxShapes && !slices.Contains(l.shapes, s) {
			l.shapes = append(l.shapes, s)
		}
		e.spots = append(e.spots, spot{p, l})
	}
	return e.spots
}

// placeOf gives nil where nothing more is to be learned. v.mu is held.
func (v *Inventory) placeOf(host uint64, prefix []uint64) *place {
	at := identify.SlugPlace(host, prefix)
	if _, known := v.slugs[at]; known {
		return nil
	}
	p := v.places[at]
	if p == nil {
		if len(v.places) >= maxPlaces {
			v.forgetPlace()
		}
		p = &place{host: host, prefix: slices.Clone(prefix), literals: map[uint64]*literal{}}
		v.places[at] = p
	}
	return p
}

// forgetPlace makes room: of a few arbitrary places, the one with the fewest words goes.
func (v *Inventory) forgetPlace() {
	var least uint64
	looked := 0
	for at, p := range v.places {
		if looked == 0 || len(p.literals) < len(v.places[least].literals) {
			least = at
		}
		if looked++; looked == 16 {
			break
		}
	}
	v.dropPlace(least)
}

func (v *Inventory) dropPlace(at uint64) {
	if p := v.places[at]; p != nil {
		p.gone = true
		v.unwatch(p)
		delete(v.places, at)
	}
}

func (v *Inventory) unwatch(p *place) {
	if p.watch == nil {
		return
	}
	p.watch = nil
	v.watched = slices.DeleteFunc(v.watched, func(o *place) bool { return o == p })
	for _, l := range p.literals {
		l.users = readerSet{}
	}
}

// note takes note that a caller's requests at an endpoint succeeded, and gives the place of which that is enough to know
// that its words are values; nil: there is none. v.mu is held.
func (v *Inventory) note(e *seen, by user, requests uint64, at time.Time) (ripe *place) {
	if by.address == 0 {
		return nil
	}
	for _, s := range v.spotsOf(e) {
		p := s.place
		if len(p.literals) < watchFrom || p.watch == nil && !v.begin(p, at) {
			continue
		}
		if v.over(p, at) {
			continue
		}
		w := p.watch
		w.last = at
		i := w.reader(by)
		if i < 0 {
			continue
		}
		s.of.users.add(i)
		w.requests[i] += requests
		if w.requests[i] < regular {
			continue
		}
		w.regulars.add(i)
		if n := w.regulars.len(); n >= w.next {
			w.next = n + 8
			if _, ok := p.judge(); ok {
				ripe = p
			}
		}
	}
	return ripe
}

// begin watches a place, if it does not rest and there is room: also that of one to which nobody comes any more.
func (v *Inventory) begin(p *place, at time.Time) bool {
	if at.Before(p.rests) {
		return false
	}
	if len(v.watched) >= maxWatched {
		i := slices.IndexFunc(v.watched, func(o *place) bool { return at.Sub(o.watch.last) >= idleFor })
		if i < 0 {
			return false
		}
		v.unwatch(v.watched[i])
	}
	v.watched = append(v.watched, p)
	p.watch = &watch{began: at, names: map[uint64]int{}, addresses: map[uint64]bool{}, next: fewest}
	return true
}

// over ends the watch of a place that has had enough callers, or time.
func (v *Inventory) over(p *place, at time.Time) bool {
	w := p.watch
	if len(w.requests) < maxReaders && at.Sub(w.began) < watchFor {
		return false
	}
	v.unwatch(p)
	p.rests = at.Add(restFor)
	return true
}

// reader gives a caller's number; -1: it is not distinct from others.
func (w *watch) reader(by user) int {
	if i, known := w.names[by.name]; known {
		return i
	}
	if w.addresses[by.address] {
		return -1
	}
	i := len(w.requests)
	w.names[by.name], w.addresses[by.address] = i, true
	w.requests = append(w.requests, 0)
	return i
}

// judgement is what a place's words turned out to be.
type judgement struct {
	words           []uint64 // those that stay words, ascending
	values, callers int
}

// learned makes what is written down of it.
func (p *place) learned(j judgement, at time.Time) controlplane.Slug {
	return controlplane.Slug{Host: p.host, Prefix: p.prefix, Words: j.words, Values: j.values, Callers: j.callers, Learned: at}
}
