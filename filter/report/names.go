package report

// names knows which names of fields the bodies of endpoints have, so that one that is new stands out. It learns from
// requests that the service took, for as long as the worker lives, and it never says anything of an endpoint that has had
// fewer than learnBodies of them, or has more names than there is room for. The zero value is ready.
type names struct {
	endpoints [namedEndpoints]*named
}

// named is an endpoint.
type named struct {
	endpoint uint64
	bodies   uint32
	many     bool // more names than fit: they are data rather than names
	n        int
	marks    [maxNames]uint64
	seen     [maxNames]uint8 // how often, up to familiarName
}

const (
	namedEndpoints = 128
	namedProbes    = 8 // places where an endpoint may stand
	maxNames       = 96
	learnBodies    = 20
	// familiarName is how often a name must be seen to be new no more, once its endpoint is known.
	familiarName = 4
)

// see takes the marks of a body's names, as identify.Body gives them, and reports whether one is new. taken: the service
// took the request, so that there is something to learn.
func (t *names) see(endpoint uint64, marks []uint64, taken bool) (fresh bool) {
	e := t.find(endpoint, taken)
	if e == nil || e.many {
		return false
	}
	known := e.bodies >= learnBodies
	for _, m := range marks {
		fresh = e.meet(m, known, taken) || fresh
	}
	if taken && e.bodies < learnBodies {
		e.bodies++
	}
	return fresh && known && !e.many
}

// find gives an endpoint; nil: it is not known, and there is no room, or nothing to learn. One that is known well leaves its
// place to no other.
func (t *names) find(endpoint uint64, create bool) *named {
	var free **named
	for i := range uint64(namedProbes) {
		p := &t.endpoints[(endpoint+i)%namedEndpoints]
		switch {
		case *p == nil:
			if free == nil || *free != nil {
				free = p
			}
		case (*p).endpoint == endpoint:
			return *p
		case (*p).bodies < learnBodies && (free == nil || *free != nil && (*p).bodies < (*free).bodies):
			free = p
		}
	}
	if !create || free == nil {
		return nil
	}
	if *free == nil {
		*free = new(named)
	}
	**free = named{endpoint: endpoint}
	return *free
}

// meet reports whether a name is new.
func (e *named) meet(mark uint64, known, taken bool) (fresh bool) {
	at := 0
	for at < e.n && e.marks[at] != mark {
		at++
	}
	switch {
	case at < e.n && e.seen[at] >= familiarName:
		return false
	case !taken:
		return true
	case at == len(e.marks):
		e.many = true
		return false
	case at == e.n:
		e.n++
		e.marks[at], e.seen[at] = mark, 0
	}
	if !known {
		e.seen[at] = familiarName
		return false
	}
	e.seen[at]++
	return true
}
