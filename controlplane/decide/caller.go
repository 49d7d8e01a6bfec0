package decide

import (
	"net/netip"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// Caller is all that is known of one caller by one facet.
type Caller struct {
	// Values are what the caller goes by: an address by itself, by its network and by its hash.
	Values    []controlplane.Value
	Decisions []View // those that hold and those that ended, the newest first, at most maxAbout
	More      bool   // there are more
	Refusals  []Refusal
	History   History
	// Learning says that the history began so late that nobody can have a long one yet.
	Learning bool
	Allowed  string // why the allowlist has it; empty: it has not
}

// maxAbout bounds the decisions that are told of one caller.
const maxAbout = 100

// About tells all of a caller. What is no address is hashed at once and goes no further. The error is a *Mistake.
func (d *Decider) About(facet controlplane.Facet, text string) (Caller, error) {
	v, err := d.value(Command{Facet: facet, Value: text})
	if err != nil {
		return Caller{}, err
	}
	c := Caller{Values: d.names(v)}
	p, err := d.page(Query{All: true, Limit: maxAbout}, func(dec stored) bool { return concernsAny(dec.Value, c.Values) })
	if err != nil {
		return Caller{}, err
	}
	c.Decisions, c.More = p.Decisions, p.Next != ""
	c.Refusals = d.ledger.about(func(v controlplane.Value) bool { return concernsAny(v, c.Values) })
	f, now := d.o.Policy.File(), d.o.Clock()
	for _, v := range c.Values {
		if h := d.history.of(v, f.Rails.History, now); h.Known() {
			c.History = h
			break
		}
	}
	_, c.Learning = d.history.young(f.Rails.History, now)
	for _, v := range c.Values {
		if reason, ok := d.compiledOf(f).allows(v); ok {
			c.Allowed = reason
		}
	}
	return c, nil
}

// names gives all that a caller goes by, however the policy lets addresses leave the nodes.
func (d *Decider) names(v controlplane.Value) []controlplane.Value {
	all := []controlplane.Value{v}
	if !v.Network.IsValid() || !v.Network.IsSingleIP() {
		return all
	}
	a := v.Network.Addr()
	if d.o.Policy.File().Privacy.IP == policy.IPPrefix {
		bits := 48
		if a.Is4() {
			bits = 24
		}
		if p, err := a.Prefix(bits); err == nil {
			all = append(all, controlplane.Value{Facet: controlplane.FacetIP, Network: p})
		}
	}
	return append(all, controlplane.Value{Facet: controlplane.FacetIP, Hash: d.o.Key.Address(a)})
}

// concernsAny says whether what is about a value is about one of the names: the same, a network around it, or all callers.
func concernsAny(v controlplane.Value, names []controlplane.Value) bool {
	if v.Facet == controlplane.FacetEverybody {
		return true
	}
	for _, n := range names {
		if v == n || around(v.Network, n.Network) {
			return true
		}
	}
	return false
}

func around(outer, inner netip.Prefix) bool {
	return outer.IsValid() && inner.IsValid() && outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}
