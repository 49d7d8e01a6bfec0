package detect

import (
	"math"
	"net/netip"
	"time"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

// Place is where an address is, as far as a database knows.
type Place struct {
	Country string // ISO 3166-1, two letters; empty: not known
	ASN     uint32 // of the autonomous system; 0: not known
	// In degrees. Located: they are known.
	Latitude, Longitude float64
	Located             bool
}

// whereabouts remembers where credentials and programs (TLS fingerprints) are used, and asks where addresses are.
type whereabouts struct {
	locate      func(netip.Addr) Place // nil: nothing is known
	places      *aggregate.LRU[netip.Addr, Place]
	credentials *aggregate.LRU[uint64, origin]
	programs    *aggregate.LRU[uint64, users] // by fingerprint
	addresses   *aggregate.LRU[uint64, users]
	everybody   users
	spreads     spreads
}

// origin is where a credential was seen first, and where last.
type origin struct {
	network, program uint64
	last             Place
	at               int64 // event time, ns
	kmh              float64
	away, back       bool  // it was used elsewhere; and, after that, where it was first
	used             int64 // when it was last put in front of those that go first
}

func newWhereabouts(locate func(netip.Addr) Place, l Limits) whereabouts {
	return whereabouts{
		locate: locate, places: aggregate.NewLRU[netip.Addr, Place](l.Endpoints), credentials: aggregate.NewLRU[uint64, origin](l.Credentials),
		programs: aggregate.NewLRU[uint64, users](l.Endpoints), addresses: aggregate.NewLRU[uint64, users](l.Credentials),
		spreads: newSpreads(l),
	}
}

// place tells where an address in clear is.
func (w *whereabouts) place(n netip.Prefix) Place {
	if w.locate == nil || !n.IsValid() {
		return Place{}
	}
	p := w.places.Get(n.Addr())
	if p == nil {
		p, _ = w.places.Put(n.Addr(), w.locate(n.Addr()))
	}
	return *p
}

// note follows the caller's credential. elsewhere says that both its network and its program are others than when it was
// first seen, and that the first ones have come back since they were others: two use it in turns. Where either is not
// known, it is not told.
func (w *whereabouts) note(v *view) (elsewhere bool, kmh float64) {
	c := &v.caller
	if c.Credential == 0 {
		return false, 0
	}
	network, known := v.network()
	now := v.at.UnixNano()
	o := w.credentials.Peek(c.Credential)
	if o == nil {
		w.credentials.Put(c.Credential, origin{network: network, program: c.Fingerprint, last: v.place, at: now, used: now})
		return false, 0
	}
	if now-o.used > lookAgain { // that is recent enough, and touches less memory
		o.used = now
		w.credentials.Get(c.Credential)
	}
	o.travel(v.place, now)
	away := known && network != o.network && o.network != 0 && c.Fingerprint != o.program && c.Fingerprint != 0 && o.program != 0
	o.back = o.back || o.away && network == o.network && c.Fingerprint == o.program
	o.away = o.away || away
	return away && o.back, o.kmh
}

// farEnough is how far apart two places of a database are that are surely not the same, in km.
const farEnough = 300

// travel notes a place, and how fast the credential came there. Minutes are the least that is told apart: reports come late.
func (o *origin) travel(p Place, at int64) {
	o.kmh = 0
	if !p.Located {
		return
	}
	if km := distance(o.last, p); o.last.Located && km > farEnough {
		o.kmh = km / max(time.Duration(at-o.at), time.Minute).Hours()
	}
	o.last, o.at = p, at
}

// distance is that of a great circle, in km, by the haversine formula.
func distance(a, b Place) float64 {
	const radius, degree = 6371, math.Pi / 180
	sin := func(d float64) float64 { s := math.Sin(d * degree / 2); return s * s }
	h := sin(b.Latitude-a.Latitude) + math.Cos(a.Latitude*degree)*math.Cos(b.Latitude*degree)*sin(b.Longitude-a.Longitude)
	return 2 * radius * math.Asin(min(1, math.Sqrt(h)))
}

const (
	// mostUsers is how many users of one program are told apart.
	mostUsers = 16
	// fewKnown: while fewer users of anything are known, every program and address counts as one that many use.
	fewKnown = 10
	// remembered is for how long a user of a program counts.
	remembered = int64(24 * time.Hour)
)

// users are those of one program or address who were let in, and when that was last.
type users [mostUsers]struct {
	who uint64
	at  int64 // event time, ns
}

// add notes one, and reports whether that is news; the one who was seen least lately goes.
func (u *users) add(who uint64, at int64) bool {
	oldest := 0
	for i := range u {
		if u[i].who == who {
			fresh := at-u[i].at > lookAgain
			u[i].at = max(u[i].at, at)
			return fresh
		}
		if u[i].at < u[oldest].at {
			oldest = i
		}
	}
	u[oldest].who, u[oldest].at = who, at
	return true
}

func (u *users) count(now int64) (n float64) {
	for i := range u {
		if u[i].who != 0 && now-u[i].at <= remembered {
			n++
		}
	}
	return n
}

// users tells how many were let in with the caller's program, and at its address, with the present one.
func (w *whereabouts) users(v *view, o controlplane.Outcome) (program, address float64) {
	now, who := v.at.UnixNano(), uint64(0)
	if o == controlplane.OutcomeOK {
		who = v.letIn()
	}
	if who != 0 {
		w.everybody.add(who, now)
	}
	program, address = mostUsers, count(w.addresses, hashOf(v.caller.IP()), who, now)
	if v.caller.Fingerprint != 0 {
		program = count(w.programs, v.caller.Fingerprint, who, now)
	}
	if w.everybody.count(now) < fewKnown {
		return mostUsers, mostUsers
	}
	return program, address
}

// count gives how many users something has, with who, where that is not 0.
func count[K ~uint64](of *aggregate.LRU[K, users], key K, who uint64, now int64) float64 {
	u := of.Peek(key)
	switch {
	case u == nil && who == 0:
		return 0
	case u == nil:
		u, _ = of.Put(key, users{})
		u.add(who, now)
	case who != 0 && u.add(who, now):
		of.Get(key)
	}
	return u.count(now)
}

// letIn names who showed that he may be here: a proven credential, or an account at a login that worked. 0: nobody did.
func (v *view) letIn() uint64 {
	switch {
	case v.hasOne && v.consumer.Facet != controlplane.FacetIP:
		return v.consumer.Hash
	case v.facts.Text[scenario.EndpointPurpose] == string(controlplane.PurposeLogin):
		return v.caller.Account
	}
	return 0
}
