package detect

import (
	"time"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

// credentials is the set of kinds of credentials that a request carried.
type credentials uint8

const (
	authorization credentials = 1 << iota // a token or a password
	key
	session
	certificate // verified by Envoy
)

// kinds yields each kind that a client could have made up.
func (c credentials) kinds(yield func(credentials) bool) {
	for _, kind := range [...]credentials{authorization, key, session} {
		if c&kind != 0 && !yield(kind) {
			return
		}
	}
}

// proof knows which credentials a service has accepted. Names in them are anyone's to write; only a credential that was
// let in where callers without it are turned away belongs to whom it names.
type proof struct {
	endpoints *aggregate.LRU[controlplane.EndpointID, access]
	accepted  *aggregate.LRU[uint64, acceptance] // by the credential's hash
	logins    *aggregate.LRU[uint64, login]      // by address
}

// login is how many logins worked at an address for which no new credential was seen yet, and when the last did.
type login struct {
	open int
	at   int64 // event time, ns
}

// soon is for how long after a login a new session is the one that it opened.
const soon = int64(2 * time.Minute)

// acceptance says where a credential was let in, and which others came with it. At 0: a login gave it out.
type acceptance struct {
	at   controlplane.EndpointID
	with credentials
}

// access says what an endpoint did with each set of credentials: bit n is the set n.
type access struct{ refused, served uint16 }

// refuses reports whether callers with exactly these credentials are turned away, and never let in.
func (a access) refuses(c credentials) bool { return a.refused>>c&1 == 1 && a.served>>c&1 == 0 }

func newProof(l Limits) *proof {
	return &proof{
		endpoints: aggregate.NewLRU[controlplane.EndpointID, access](l.Endpoints),
		accepted:  aggregate.NewLRU[uint64, acceptance](l.Credentials),
		logins:    aggregate.NewLRU[uint64, login](l.Endpoints),
	}
}

// carried gives the kinds of credentials of a caller. Caller.Credential is the hash of the Authorization header where
// there was one; else it equals the key, the session or, with a certificate, the subject.
func carried(c controlplane.Caller) credentials {
	var set credentials
	if c.Credential != 0 && c.Credential != c.Key && c.Credential != c.Session && !c.Verified {
		set |= authorization
	}
	if c.Key != 0 {
		set |= key
	}
	if c.Session != 0 {
		set |= session
	}
	if c.Verified {
		set |= certificate
	}
	return set
}

// secret gives the hash of the one credential of a kind.
func secret(c controlplane.Caller, kind credentials) uint64 {
	switch kind {
	case authorization:
		return c.Credential
	case key:
		return c.Key
	case session:
		return c.Session
	default:
		return 0
	}
}

// without reports whether an endpoint has turned away callers without any credential, and let in callers with one.
func (p *proof) without(e controlplane.EndpointID) (refused, served bool) {
	a := p.endpoints.Get(e)
	return a != nil && a.refused&1 != 0, a != nil && a.served&^1 != 0
}

// open reports whether an endpoint has let in callers without any credential.
func (p *proof) open(e controlplane.EndpointID) bool {
	a := p.endpoints.Peek(e)
	return a != nil && a.served&1 != 0
}

// learn takes from one rollup what it says about the endpoint and the credentials. A client error, one of the server, or
// an answer of Picket says nothing: they often come before a credential is looked at.
func (p *proof) learn(r *controlplane.Rollup) {
	set := carried(r.Caller)
	switch r.Outcome {
	case controlplane.OutcomeDenied:
		if p.allProven(r.Caller, set) {
			p.access(r.Endpoint).refused |= 1 << set
		}
	case controlplane.OutcomeOK, controlplane.OutcomeNotFound:
		a := p.access(r.Endpoint)
		a.served |= 1 << set
		for kind := range set.kinds {
			if a.refuses(set &^ kind) {
				p.accepted.Put(secret(r.Caller, kind), acceptance{r.Endpoint, set &^ kind})
			}
		}
	}
}

// given takes note of a login that worked, and of a session or opaque token that is new where one just did: it was given out
// by it, whether or not any endpoint turns away callers without. Names in tokens are not believed so, for whoever logs in as
// himself could show any name where nobody checks; what names nobody can only be had.
func (p *proof) given(v *view, o controlplane.Outcome) {
	c, address, now := &v.caller, hashOf(v.caller.IP()), v.at.UnixNano()
	if o != controlplane.OutcomeOK || address == 0 {
		return
	}
	if v.facts.Text[scenario.EndpointPurpose] == string(controlplane.PurposeLogin) && c.Account != 0 {
		l := p.logins.Get(address)
		if l == nil || now-l.at > soon {
			l, _ = p.logins.Put(address, login{})
		}
		l.open, l.at = l.open+int(v.facts.Number[scenario.Requests]), now
		return
	}
	if c.Credential == 0 || c.Subject != 0 || c.Key != 0 || c.Verified || v.engine.where.credentials.Peek(c.Credential) != nil {
		return
	}
	if l := p.logins.Peek(address); l != nil && l.open > 0 && now-l.at <= soon {
		l.open--
		p.accepted.Put(c.Credential, acceptance{})
	}
}

func (p *proof) access(e controlplane.EndpointID) *access {
	if a := p.endpoints.Get(e); a != nil {
		return a
	}
	a, _ := p.endpoints.Put(e, access{})
	return a
}

// allProven keeps a refusal of a bad credential from looking like one of a missing credential.
func (p *proof) allProven(c controlplane.Caller, set credentials) bool {
	for kind := range set.kinds {
		if !p.stands(secret(c, kind)) {
			return false
		}
	}
	return true
}

// stands reports whether a credential was accepted by an endpoint that, as far as is known now, refuses callers without
// it. An endpoint that is forgotten proves nothing.
func (p *proof) stands(secret uint64) bool {
	where := p.accepted.Get(secret)
	if where == nil || where.at == 0 {
		return where != nil
	}
	a := p.endpoints.Get(where.at)
	return a != nil && a.refuses(where.with)
}

// proven reports whether a caller's facet names whoever holds a proven credential. An address is always its own.
func (p *proof) proven(c controlplane.Caller, f controlplane.Facet) bool {
	switch f {
	case controlplane.FacetIP:
		return true
	case controlplane.FacetSubject:
		return c.Verified || carried(c)&authorization != 0 && p.stands(c.Credential)
	case controlplane.FacetKey:
		return p.stands(c.Key)
	case controlplane.FacetSession:
		return p.stands(c.Session)
	default:
		return false
	}
}
