package detect

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"strconv"
	"time"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

// view is one rollup or finding as scenarios look at it. What costs something is worked out once, when first asked for.
type view struct {
	facts    scenario.Facts
	purpose  int // purposeIndex
	caller   controlplane.Caller
	endpoint controlplane.EndpointID
	node     controlplane.Node
	place    Place
	at       time.Time
	objects  controlplane.Sketch
	accounts controlplane.Sketch
	queries  controlplane.Sketch
	class    string

	engine   *Engine
	proven   [4]bool // of whichProof
	consumer controlplane.Value
	hasOne   bool   // a consumer
	salt     uint64 // of the group's keys
	salted   string // the group
	keys     []keyed
	first    []firstTime
	truths   []truth // of running.asked
	single   map[scenario.Of]*[1]uint64
}

// keyed is a window's key, once it was asked for.
type keyed struct {
	hash      uint64
	ok, asked bool
}

// rollup makes v the view of a rollup.
func (v *view) rollup(e *Engine, r *controlplane.Rollup) {
	v.reset(e, r.Caller, r.Endpoint, r.Node, r.End)
	v.objects, v.accounts, v.queries = r.Objects, r.Accounts, r.Queries
	f := &v.facts
	f.Text[scenario.OutcomeName] = e.running.outcomes[r.Outcome]
	f.Number[scenario.Requests] = float64(r.Requests)
	f.Number[scenario.BytesIn] = float64(r.RequestBytes)
	f.Number[scenario.BytesOut] = float64(r.ResponseBytes)
	f.Number[scenario.UpstreamMS] = milliseconds(r.Latency)
	f.Number[scenario.Neighbours] = float64(r.Neighbours)
	f.Number[scenario.Foreign] = float64(r.Foreign)
	f.Number[scenario.NewFields] = float64(r.NewFields)
	if e.running.settings.Owners[r.Endpoint] && r.Caller.Subject != 0 {
		f.Number[scenario.Owned] = float64(r.Requests - min(r.Foreign, r.Requests))
	}
	f.Number[scenario.Objects] = r.Objects.Distinct()
	e.audience.learn(v, r.Outcome)
	e.proof.given(v, r.Outcome)
	elsewhere, kmh := e.where.note(v)
	f.Set(scenario.Elsewhere, elsewhere)
	f.Number[scenario.Speed] = kmh
	f.Number[scenario.ProgramUsers], f.Number[scenario.AddressUsers] = e.where.users(v, r.Outcome)
	f.Number[scenario.KeyNetworks] = e.where.spreads.note(v)
	f.Set(scenario.Staff, e.audience.isStaff(v, r.Outcome))
	e.customers.note(v, r.Outcome)
	v.setLists(r.Outcome)
	for n := scenario.OK; n <= scenario.Aborted; n++ {
		f.Number[n] = 0
	}
	if n, ok := outcomeSum(r.Outcome); ok {
		f.Number[n] = float64(r.Requests)
	}
}

// finding makes v the view of a finding.
func (v *view) finding(e *Engine, f *controlplane.Finding) {
	v.reset(e, f.Caller, f.Endpoint, f.Node, f.Last)
	v.class = f.Class
	v.facts.Text[scenario.Class], v.facts.Text[scenario.Place] = f.Class, f.Place
	v.facts.Number[scenario.Requests] = float64(f.Count)
	v.facts.Number[scenario.FindingConfidence] = f.Confidence
	v.facts.Set(scenario.FindingEnforced, f.Enforced == f.Count)
	v.facts.Set(scenario.FindingLate, f.Late)
	v.facts.Set(scenario.FindingAnswers, f.Answers != 0)
	if f.Class == classPersonal {
		v.facts.Number[scenario.Values] = float64(f.Count) * values(f.Evidence)
	}
}

// classPersonal is that of findings whose evidence is how many values of personal data a response had.
const classPersonal = "personal"

// values reads that number; what is none counts as one.
func values(evidence string) float64 {
	n, err := strconv.ParseUint(evidence, 10, 32)
	if err != nil {
		return 1
	}
	return float64(n)
}

func (v *view) reset(e *Engine, c controlplane.Caller, at controlplane.EndpointID, node controlplane.Node, t time.Time) {
	running := e.running
	v.engine, v.caller, v.endpoint, v.node, v.at, v.class = e, c, at, node, t, ""
	v.objects, v.accounts, v.queries = controlplane.Sketch{}, controlplane.Sketch{}, controlplane.Sketch{}
	v.facts = scenario.Facts{}
	clear(v.keys)
	clear(v.truths)
	p := e.endpoints.get(at, t.UnixNano())
	declared, known := running.settings.Purposes[at]
	if declared == "" {
		declared = p.learned
	}
	v.purpose = running.purposes[declared]
	f := &v.facts
	f.Text[scenario.EndpointMethod], f.Text[scenario.EndpointPurpose], f.Text[scenario.EndpointName] = p.method, string(declared), p.name
	f.Text[scenario.Group], f.Text[scenario.Node] = node.Group, node.ID
	f.Set(scenario.EndpointDeclared, known)
	f.Number[scenario.EndpointsDeclared] = float64(len(running.settings.Purposes))
	refused, served := e.proof.without(at)
	f.Set(scenario.EndpointRefuses, refused && served)
	f.Set(scenario.EndpointPublic, v.public(p, refused))
	f.Set(scenario.EndpointPersonal, p.personal)
	f.Set(scenario.EndpointOlder, e.endpoints.older(p))
	f.Set(scenario.EndpointBrowsed, e.audience.browsed(at))
	f.Set(scenario.EndpointOwners, running.settings.Owners[at])
	v.place = e.where.place(c.Network)
	f.Text[scenario.Country] = v.place.Country
	v.who()
}

// who works out what is known of the caller.
func (v *view) who() {
	c, f := &v.caller, &v.facts
	v.name()
	f.Set(scenario.HasKey, c.Key != 0)
	f.Set(scenario.HasSubject, c.Subject != 0)
	f.Set(scenario.HasSession, c.Session != 0)
	f.Set(scenario.HasCredential, carried(*c) != 0)
	f.Set(scenario.Verified, c.Verified)
	f.Set(scenario.Proven, v.hasOne && v.consumer.Facet != controlplane.FacetIP)
}

// name works out which of the caller's facets are proven, and so whose the requests are.
func (v *view) name() {
	c, p, also := &v.caller, v.engine.proof, v.engine.presumed
	for which, facet := range proofs() {
		v.proven[which] = p.proven(*c, facet) || also.proven(*c, facet)
	}
	v.proven[ofCredential] = c.Credential != 0 && (c.Verified || p.stands(c.Credential) || also.holds(c.Credential))
	v.consumer, v.hasOne = v.nameConsumer()
	if v.salt == 0 || v.salted != v.node.Group {
		v.salt, v.salted = mix(v.engine.running.seed^text(v.node.Group)), v.node.Group
	}
}

// Places in view.proven.
const (
	ofSubject = iota
	ofKey
	ofSession
	ofCredential
)

func proofs() [3]controlplane.Facet {
	return [3]controlplane.Facet{ofSubject: controlplane.FacetSubject, ofKey: controlplane.FacetKey, ofSession: controlplane.FacetSession}
}

// nameConsumer gives the first facet of the order that is proven, else the address.
func (v *view) nameConsumer() (controlplane.Value, bool) {
	for _, f := range v.engine.running.consumer {
		if value, ok := v.caller.Facet(f); ok && v.isProven(f) {
			return value, true
		}
	}
	return v.caller.Facet(controlplane.FacetIP)
}

func (v *view) isProven(f controlplane.Facet) bool {
	switch f {
	case controlplane.FacetIP:
		return true
	case controlplane.FacetSubject:
		return v.proven[ofSubject]
	case controlplane.FacetKey:
		return v.proven[ofKey]
	case controlplane.FacetSession:
		return v.proven[ofSession]
	default:
		return false
	}
}

// value gives whom a decision would be about.
func (v *view) value(by scenario.By) (controlplane.Value, bool) {
	switch by {
	case scenario.ByConsumer:
		return v.consumer, v.hasOne
	case scenario.ByIP:
		if v.proven[ofSubject] || v.proven[ofSession] {
			return controlplane.Value{}, false
		}
		return v.caller.Facet(controlplane.FacetIP)
	case scenario.ByAddress:
		return v.caller.Facet(controlplane.FacetIP)
	case scenario.ByKey, scenario.BySubject, scenario.BySession:
		value, ok := v.caller.Facet(controlplane.Facet(by))
		return value, ok && v.isProven(value.Facet)
	case scenario.ByAccount, scenario.ByFingerprint:
		return v.caller.Facet(controlplane.Facet(by))
	default:
		return controlplane.Value{}, false
	}
}

// part gives one part of a window's key.
func (v *view) part(by scenario.By) (uint64, bool) {
	switch by {
	case scenario.ByEndpoint:
		return uint64(v.endpoint), v.endpoint != 0
	case scenario.ByNode:
		return text(v.node.ID), true
	case scenario.ByGroup:
		return 0, true
	case scenario.ByNetwork:
		return v.network()
	case scenario.ByCredential:
		return v.caller.Credential, v.proven[ofCredential]
	case scenario.ByCountry:
		return text(v.place.Country), v.place.Country != ""
	case scenario.ByASN:
		return uint64(v.place.ASN), v.place.ASN != 0
	default:
		value, ok := v.value(by)
		return hashOf(value), ok
	}
}

// key gives the window's key of a set of parts, and whether the caller has them all.
func (v *view) key(set int) (uint64, bool) {
	k := &v.keys[set]
	if !k.asked {
		k.asked = true
		k.hash, k.ok = v.makeKey(v.engine.running.sets[set])
	}
	return k.hash, k.ok
}

func (v *view) makeKey(by []scenario.By) (uint64, bool) {
	h := v.salt
	for _, b := range by {
		p, ok := v.part(b)
		if !ok {
			return 0, false
		}
		h = mix(h ^ p)
	}
	return h, true
}

// network gives the /24 or /48 network of an address that is known in clear.
func (v *view) network() (uint64, bool) {
	n := v.caller.Network
	if !n.IsValid() {
		return 0, false
	}
	most := 48
	if n.Addr().Is4() {
		most = 24
	}
	if n.Bits() > most {
		n = netip.PrefixFrom(n.Addr(), most).Masked()
	}
	return hashOf(controlplane.Value{Facet: controlplane.FacetIP, Network: n}), true
}

// hashes gives the distinct things of a kind.
func (v *view) hashes(of scenario.Of) controlplane.Sketch {
	switch of {
	case scenario.OfObject:
		return v.objects
	case scenario.OfQuery:
		return v.queries
	case scenario.OfAccount:
		if len(v.accounts.Values) > 0 || v.accounts.Theta != 0 {
			return v.accounts
		}
	}
	return v.one(of)
}

// one makes a sketch of one hash in memory that is used again for the next rollup: windows copy it.
func (v *view) one(of scenario.Of) controlplane.Sketch {
	h := v.hash(of)
	if h == 0 {
		return controlplane.Sketch{}
	}
	room := v.single[of]
	if room == nil {
		room = new([1]uint64)
		v.single[of] = room
	}
	room[0] = h
	return controlplane.Sketch{Values: room[:]}
}

// hash names the caller's thing of a kind, the same on every replica; 0: there is none.
func (v *view) hash(of scenario.Of) uint64 {
	c := &v.caller
	switch of {
	case scenario.OfEndpoint:
		return uint64(v.endpoint)
	case scenario.OfIP:
		return hashOf(c.IP())
	case scenario.OfNetwork:
		h, _ := v.network()
		return h
	case scenario.OfFingerprint:
		return c.Fingerprint
	case scenario.OfKey:
		return c.Key
	case scenario.OfSubject:
		return c.Subject
	case scenario.OfSession:
		return c.Session
	case scenario.OfCredential:
		return c.Credential
	case scenario.OfAccount:
		return c.Account
	case scenario.OfNode:
		return text(v.node.ID)
	case scenario.OfClass:
		return text(v.class)
	case scenario.OfCountry:
		return text(v.place.Country)
	case scenario.OfASN:
		return mix(uint64(v.place.ASN)) * uint64(min(v.place.ASN, 1))
	default:
		return 0
	}
}

// hashOf names a value; 0: it has neither an address nor a hash.
func hashOf(v controlplane.Value) uint64 {
	if !v.Network.IsValid() {
		return v.Hash
	}
	b := v.Network.Addr().As16()
	return mix(mix(binary.BigEndian.Uint64(b[:8])^uint64(v.Network.Bits())) ^ binary.BigEndian.Uint64(b[8:]))
}

// text hashes a text by FNV-1a (Fowler, Noll, Vo), mixed. "" is 0.
func text(s string) uint64 {
	if s == "" {
		return 0
	}
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// mix is SplitMix64's finalizer (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// milliseconds estimates the time of a histogram's requests: each bucket holds those between half of its bound and its
// bound, 128 µs times 2^i.
func milliseconds(latency []uint32) (ms float64) {
	for i, n := range latency {
		if n > 0 {
			ms += float64(n) * 0.75 * 0.128 * float64(uint64(1)<<min(i, bits.UintSize-1))
		}
	}
	return ms
}

// outcomeSum gives the sum that requests of an outcome belong to.
func outcomeSum(o controlplane.Outcome) (scenario.Number, bool) {
	switch o {
	case controlplane.OutcomeOK:
		return scenario.OK, true
	case controlplane.OutcomeDenied:
		return scenario.Denied, true
	case controlplane.OutcomeNotFound:
		return scenario.NotFound, true
	case controlplane.OutcomeClientError:
		return scenario.ClientErrors, true
	case controlplane.OutcomeServerError:
		return scenario.ServerErrors, true
	case controlplane.OutcomeBlocked, controlplane.OutcomeThrottled:
		return scenario.Blocked, true
	case controlplane.OutcomeAborted:
		return scenario.Aborted, true
	default:
		return 0, false
	}
}
