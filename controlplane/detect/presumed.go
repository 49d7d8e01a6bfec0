package detect

import (
	"slices"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/checkpoint"
)

const (
	// manyCarry is how many requests with credentials an endpoint must have let in, and never one without, for the service to
	// look at them, fewCarry with how many credentials.
	manyCarry, fewCarry = 20, 3
	// comesBack is how many requests with a credential must have been let in: one that is made up for each request never has.
	comesBack = 3
)

// presumed knows credentials that nobody saw to be needed, but nobody saw to be spared either: where all who are let in
// carry one, the service most likely asks for it. It stands in for proof. With keys, sessions and tokens taken as a whole
// that can have no stranger blocked, for who shows one has it. A name in a token is never presumed: where nobody
// checks, anyone writes any name.
type presumed struct {
	engine    *Engine // for its proof
	endpoints *aggregate.LRU[controlplane.EndpointID, carriers]
	secrets   *aggregate.LRU[uint64, usage]
}

// carriers are those whom an endpoint let in with credentials.
type carriers struct {
	requests int
	first    [fewCarry]uint64
}

// usage is where a credential was let in, with which others, and how often anywhere.
type usage struct {
	at       controlplane.EndpointID
	set      credentials
	kind     credentials
	requests int
}

func newPresumed(e *Engine, l Limits) *presumed {
	return &presumed{
		engine: e, endpoints: aggregate.NewLRU[controlplane.EndpointID, carriers](l.Endpoints),
		secrets: aggregate.NewLRU[uint64, usage](l.Credentials),
	}
}

// learn takes note of who was let in, unless it is proven.
func (p *presumed) learn(r *controlplane.Rollup) {
	set := carried(r.Caller)
	if r.Outcome != controlplane.OutcomeOK || set&certificate != 0 {
		return
	}
	for kind := range set.kinds {
		s := secret(r.Caller, kind)
		if p.engine.proof.stands(s) {
			continue
		}
		p.carry(r, s)
		u := p.secrets.Get(s)
		if u == nil {
			u, _ = p.secrets.Put(s, usage{})
		}
		u.requests = min(u.requests+int(r.Requests), comesBack)
		if u.at != r.Endpoint && !p.asked(u) {
			u.at, u.set, u.kind = r.Endpoint, set, kind
		}
	}
}

func (p *presumed) carry(r *controlplane.Rollup, secret uint64) {
	c := p.endpoints.Get(r.Endpoint)
	if c == nil {
		c, _ = p.endpoints.Put(r.Endpoint, carriers{})
	}
	c.requests = min(c.requests+int(r.Requests), manyCarry)
	if i := slices.Index(c.first[:], 0); i >= 0 && !slices.Contains(c.first[:i], secret) {
		c.first[i] = secret
	}
}

// asked reports whether the endpoint where a credential was let in seems to ask for it.
func (p *presumed) asked(u *usage) bool {
	a, c := p.engine.proof.endpoints.Peek(u.at), p.endpoints.Peek(u.at)
	return a != nil && c != nil && a.served>>(u.set&^u.kind)&1 == 0 && c.requests >= manyCarry && c.first[fewCarry-1] != 0
}

// holds reports whether a credential may be taken for one that was given out.
func (p *presumed) holds(secret uint64) bool {
	u := p.secrets.Peek(secret)
	return u != nil && u.requests >= comesBack && p.asked(u)
}

// proven is as proof.proven.
func (p *presumed) proven(c controlplane.Caller, f controlplane.Facet) bool {
	switch f {
	case controlplane.FacetKey:
		return c.Key != 0 && p.holds(c.Key)
	case controlplane.FacetSession:
		return c.Session != 0 && p.holds(c.Session)
	default:
		return false
	}
}

func (p *presumed) save(w *checkpoint.Writer) {
	p.endpoints.Save(w, maxPart, saveEndpoint, func(w *checkpoint.Writer, c *carriers) {
		w.Uint(uint64(c.requests))
		for _, s := range c.first {
			w.Hash(s)
		}
	})
	p.secrets.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, u *usage) {
		w.Hash(uint64(u.at))
		w.Uint(uint64(u.set))
		w.Uint(uint64(u.kind))
		w.Uint(uint64(u.requests))
	})
}

func (p *presumed) load(r *checkpoint.Reader) {
	p.endpoints.Load(r, loadEndpoint, func(r *checkpoint.Reader, c *carriers) {
		c.requests = loadCount(r, manyCarry)
		for i := range c.first {
			c.first[i] = r.Hash()
		}
	})
	p.secrets.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, u *usage) {
		u.at, u.set, u.kind, u.requests = loadEndpoint(r), credentials(r.Uint()), credentials(r.Uint()), loadCount(r, comesBack)
	})
}
