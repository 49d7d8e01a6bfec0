package decide

import (
	"net/netip"

	"picket/controlplane"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

// compiled is a policy file as the rails ask it: look-ups instead of lists. It is never changed.
type compiled struct {
	file     *policy.File
	names    map[controlplane.EndpointID]policy.Endpoint
	networks map[netip.Prefix]string // reasons to allow, by network
	hashes   map[controlplane.Value]string
	lengths  [2][]int // prefix lengths among networks: of IPv4, of IPv6
	profiles map[string]string
}

// compiledOf compiles a file once.
func (d *Decider) compiledOf(f *policy.File) *compiled {
	if c := d.compiled.Load(); c != nil && c.file == f {
		return c
	}
	c := compile(f, d.o.Key)
	d.compiled.Store(c)
	return c
}

func compile(f *policy.File, key *identify.Key) *compiled {
	c := &compiled{
		file: f, names: f.Declared(key), networks: map[netip.Prefix]string{}, hashes: map[controlplane.Value]string{}, profiles: map[string]string{},
	}
	for _, a := range f.Allow {
		c.allow(a, key)
	}
	for name := range f.Scenarios {
		c.profiles[name], _ = f.ProfileOf(name)
	}
	return c
}

func (c *compiled) allow(a policy.Allow, key *identify.Key) {
	if a.Subject != "" {
		c.hashes[controlplane.Value{Facet: controlplane.FacetSubject, Hash: key.Hash(identify.DomainSubject, []byte(a.Subject))}] = a.Reason
		return
	}
	if a.IP.IsSingleIP() {
		c.hashes[controlplane.Value{Facet: controlplane.FacetIP, Hash: key.Address(a.IP.Addr())}] = a.Reason
	}
	if _, known := c.networks[a.IP]; !known {
		c.addLength(a.IP)
	}
	c.networks[a.IP] = a.Reason
}

func (c *compiled) addLength(p netip.Prefix) {
	l := &c.lengths[family(p)]
	for _, n := range *l {
		if n == p.Bits() {
			return
		}
	}
	*l = append(*l, p.Bits())
}

func family(p netip.Prefix) int {
	if p.Addr().Is4() {
		return 0
	}
	return 1
}

// allows says whether the allowlist holds the whole of v, and why. Of a hashed address only an entry with that one address
// can tell; the filter, which sees it in clear, exempts the rest.
func (c *compiled) allows(v controlplane.Value) (reason string, ok bool) {
	if !v.Network.IsValid() {
		reason, ok = c.hashes[v]
		return reason, ok
	}
	for _, bits := range c.lengths[family(v.Network)] {
		if bits > v.Network.Bits() {
			continue
		}
		p, err := v.Network.Addr().Prefix(bits)
		if reason, ok = c.networks[p]; err == nil && ok {
			return reason, true
		}
	}
	return "", false
}

func (c *compiled) profile(scenario string) (string, policy.Profile) {
	name := c.profiles[scenario]
	return name, c.file.Profiles[name]
}

// name gives the name of a declared endpoint, or "".
func (c *compiled) name(id controlplane.EndpointID) string { return c.names[id].Name }
