package detect

import (
	"slices"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

const (
	// watched is how many records of an endpoint are watched at a time.
	watched = 16
	// strangers is how many addresses must have read one record, without credentials, for it to be nobody's own.
	strangers = 5
)

// audience knows at which endpoints strangers read the same records: what many read is for everybody, whatever its path says.
// Those who count through records do not come back to one another's.
type audience struct {
	endpoints *aggregate.LRU[controlplane.EndpointID, readers]
	browsers  *aggregate.LRU[controlplane.EndpointID, browsers]
	desks     *aggregate.LRU[controlplane.EndpointID, users]
	staff     *aggregate.LRU[uint64, desk] // by consumer
	lists     *lists
}

// readers are those of some records of one endpoint.
type readers struct {
	open    bool // many read the same
	records [watched]struct {
		object uint64
		who    [strangers]uint64
		n      int
	}
}

func newAudience(l Limits) audience {
	return audience{
		aggregate.NewLRU[controlplane.EndpointID, readers](l.Endpoints), aggregate.NewLRU[controlplane.EndpointID, browsers](l.Endpoints),
		aggregate.NewLRU[controlplane.EndpointID, users](l.Endpoints), aggregate.NewLRU[uint64, desk](l.Credentials), newLists(l),
	}
}

// open reports whether many strangers read the same records of an endpoint.
func (a *audience) open(e controlplane.EndpointID) bool {
	r := a.endpoints.Peek(e)
	return r != nil && r.open
}

// learn takes note of what somebody read.
func (a *audience) learn(v *view, o controlplane.Outcome) {
	if o != controlplane.OutcomeOK || len(v.objects.Values) == 0 {
		return
	}
	if carried(v.caller) != 0 {
		a.browse(v)
		return
	}
	r := a.endpoints.Get(v.endpoint)
	if r == nil {
		r, _ = a.endpoints.Put(v.endpoint, readers{})
	}
	who := hashOf(v.caller.IP())
	for _, object := range v.objects.Values {
		if r.open || who == 0 {
			return
		}
		r.read(object, who)
	}
}

// read notes a reader. A record that only one has read makes way for another.
func (r *readers) read(object, who uint64) {
	s := &r.records[mix(object)%watched]
	if s.object != object {
		if s.n > 1 {
			return
		}
		s.object, s.n = object, 0
	}
	if slices.Contains(s.who[:s.n], who) {
		return
	}
	s.who[s.n] = who
	s.n++
	r.open = s.n == strangers
}

// sensitive tells of endpoints that are for few, however many get in.
func sensitive(p controlplane.Purpose) bool {
	switch p {
	case controlplane.PurposeAdmin, controlplane.PurposeExport, controlplane.PurposePayment, controlplane.PurposeSIMSwap, controlplane.PurposePortOut:
		return true
	}
	return false
}

// public reports whether records of an endpoint are for everybody: by its path, or since many strangers read them, or since
// strangers get them and those with credentials browse.
func (v *view) public(p *endpoint, refused bool) bool {
	a := &v.engine.audience
	open := a.open(v.endpoint) || !p.personal && a.browsed(v.endpoint) && v.engine.proof.open(v.endpoint)
	return (p.public || open && !sensitive(controlplane.Purpose(v.facts.Text[scenario.EndpointPurpose]))) && !refused
}
