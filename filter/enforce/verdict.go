package enforce

import (
	"math/bits"
	"net/netip"

	"picket/filter/identify"
)

// Stance is how far a policy acts as a whole.
type Stance struct {
	Mode       Mode
	KillSwitch bool
}

// acts says whether a record of this kind is enforced rather than counted.
func (s Stance) acts(m Meta) bool {
	if s.KillSwitch {
		return false
	}
	if m.Rank() >= RankAllowlist { // an operator's decision acts in every mode; an allowlist hurts nobody
		return true
	}
	return s.Mode == ModeEnforce && m.Mode() == ModeEnforce
}

// Verdict is what the table says of one request.
type Verdict struct {
	// Enforced is the record that holds, if ID is not 0.
	Enforced Record
	// Observed is the strongest one that would hold, had its mode been enforce, if ID is not 0.
	Observed Record
}

// Judge asks a table about one request.
type Judge struct {
	Table  *Table
	Stance Stance
	Now    uint32 // seconds since the Unix epoch
	V      Verdict
}

// Hash asks about a facet's hash, anywhere and at the endpoint (0: none).
func (j *Judge) Hash(facet, endpoint uint64) {
	if facet == 0 {
		return
	}
	j.consider(facet)
	if endpoint != 0 {
		j.consider(identify.Match(facet, endpoint))
	}
}

// Address asks about an address and the networks that hold it.
func (j *Judge) Address(a netip.Addr, endpoint uint64) {
	p := j.Table.Networks()
	if a.Is4() {
		j.networks(a, endpoint, p.V4, 0)
		return
	}
	for i, word := range p.V6 {
		j.networks(a, endpoint, word, 64*i)
	}
}

func (j *Judge) networks(a netip.Addr, endpoint, word uint64, base int) {
	for ; word != 0; word &= word - 1 {
		if p, err := a.Prefix(base + bits.TrailingZeros64(word)); err == nil {
			j.Hash(identify.Network(p), endpoint)
		}
	}
}

func (j *Judge) consider(match uint64) {
	if !j.Table.has(match) {
		return
	}
	j.Table.each(match, j.Now, func(r Record) {
		if j.Stance.acts(r.Meta) {
			if stronger(r.Meta, j.V.Enforced) {
				j.V.Enforced = r
			}
		} else if stronger(r.Meta, j.V.Observed) {
			j.V.Observed = r
		}
	})
}

// stronger says whether a holds over what was found so far: by rank, then the narrower scope, then the more severe
// action.
func stronger(a Meta, than Record) bool {
	if than.ID == 0 {
		return true
	}
	b := than.Meta
	switch {
	case a.Rank() != b.Rank():
		return a.Rank() > b.Rank()
	case a.AtEndpoint() != b.AtEndpoint():
		return a.AtEndpoint()
	default:
		return a.Action() > b.Action()
	}
}
