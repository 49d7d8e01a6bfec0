package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"time"

	"picket/controlplane"
	"picket/filter/enforce"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

const recordSize = enforce.RecordSize

// row is a decision as the filter has it.
type row struct {
	enforce.Record
	Prefix byte // picket.v1.Decision.prefix
}

func (r *row) key() rowKey { return rowKey{r.Match, r.ID} }

func (r *row) compare(o *row) int { return compareKeys(r.key(), o.key()) }

func compareKeys(a, b rowKey) int {
	return cmp.Or(cmp.Compare(a.match, b.match), cmp.Compare(a.id, b.id))
}

func (r *row) message() *picketv1.Decision {
	return &picketv1.Decision{Match: r.Match, Id: r.ID, Expires: r.Expires, Meta: uint32(r.Meta), Prefix: uint32(r.Prefix)}
}

func (r *row) undo() *picketv1.Undo { return &picketv1.Undo{Match: r.Match, Id: r.ID} }

func (r *row) append(b []byte) []byte { return r.Append(b) }

func (r *row) addPrefix(v4 *uint64, v6 *[3]uint64) {
	var p enforce.Prefixes
	p.Add(uint32(r.Prefix))
	*v4 |= p.V4
	for i := range v6 {
		v6[i] |= p.V6[i]
	}
}

// row maps a decision. It fails for what no decision of this version says, and for a throttle without a class.
func (s *settings) row(d controlplane.Decision) (row, error) {
	action, err := actionOf(d.Action)
	if err != nil {
		return row{}, err
	}
	switch {
	case d.Value.Facet == controlplane.FacetEverybody && d.Endpoint == 0:
		return row{}, fmt.Errorf("decision %s is about everybody, everywhere", d.ID)
	case d.Value.Facet == controlplane.FacetEverybody:
	case !d.Value.Network.IsValid() && d.Value.Hash == 0:
		return row{}, fmt.Errorf("decision %s is about nobody", d.ID)
	}
	var class uint16
	if action == enforce.ActionThrottle {
		if class, err = s.class(d.PerMinute); err != nil {
			return row{}, err
		}
	}
	match, prefix := place(d.Value, d.Endpoint)
	meta := enforce.NewMeta(action, rankOf(d), modeOf(d), d.Endpoint != 0, class)
	return row{Record: enforce.Record{Match: match, ID: uint64(d.ID), Expires: expires(d.Expires), Meta: meta}, Prefix: prefix}, nil
}

// more gives the rows that a decision has beside the first: of everybody those of IPv6, of an account those of its owner's
// places, by which a filter knows them.
func more(d controlplane.Decision, first row) (all []row) {
	if d.Value.Facet == controlplane.FacetEverybody {
		first.Match, first.Prefix = place(controlplane.Value{Network: netip.PrefixFrom(netip.IPv6Unspecified(), 0)}, d.Endpoint)
		return []row{first}
	}
	for _, p := range d.Places {
		r := first
		r.Match = identify.Match(enforce.OwnerAt(d.Value.Hash, p), uint64(d.Endpoint))
		r.Meta = enforce.NewMeta(enforce.ActionAllow, r.Meta.Rank(), r.Meta.Mode(), r.Meta.AtEndpoint(), 0)
		all = append(all, r)
	}
	return all
}

// place says where a value stands in the filter's table; of everybody, where all of IPv4 does.
func place(v controlplane.Value, at controlplane.EndpointID) (match uint64, prefix byte) {
	if v.Facet == controlplane.FacetEverybody {
		v.Network = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	if !v.Network.IsValid() {
		return identify.Match(v.Hash, uint64(at)), 0
	}
	n := v.Network
	if n.Addr().Is4In6() && n.Bits() >= 96 {
		n = netip.PrefixFrom(n.Addr().Unmap(), n.Bits()-96)
	}
	return identify.Match(identify.Network(n), uint64(at)), identify.PrefixCode(n)
}

func actionOf(a controlplane.Action) (enforce.Action, error) {
	switch a {
	case controlplane.ActionAllow:
		return enforce.ActionAllow, nil
	case controlplane.ActionObserve:
		return enforce.ActionObserve, nil
	case controlplane.ActionTag:
		return enforce.ActionTag, nil
	case controlplane.ActionThrottle:
		return enforce.ActionThrottle, nil
	case ActionChallenge:
		return enforce.ActionChallenge, nil
	case controlplane.ActionDeny:
		return enforce.ActionDeny, nil
	}
	return 0, fmt.Errorf("unknown action %q", a)
}

func rankOf(d controlplane.Decision) enforce.Rank {
	switch {
	case d.Operator && d.Action == controlplane.ActionAllow:
		return enforce.RankOperatorAllow
	case d.Operator:
		return enforce.RankOperator
	default:
		return enforce.RankAutomatic
	}
}

// modeOf is enforce for an operator, whose decisions act in every mode.
func modeOf(d controlplane.Decision) enforce.Mode {
	if d.Operator || d.Mode == controlplane.ModeEnforce {
		return enforce.ModeEnforce
	}
	return enforce.ModeObserve
}

// expires is in seconds since the Unix epoch, rounded up; the highest number is the allowlist's own.
func expires(t time.Time) uint32 {
	s := t.Unix()
	if t.Nanosecond() > 0 {
		s++
	}
	return min(seconds(s), never-1)
}

// never is when an allowlist's row expires.
const never = math.MaxUint32

func seconds(s int64) uint32 { return uint32(min(max(s, 0), math.MaxUint32)) }

// allowRows maps the file's allowlist, ascending and without doubles.
func allowRows(allow []Allow, key *identify.Key) []row {
	rows := make([]row, 0, len(allow))
	for _, a := range allow {
		rows = append(rows, allowRow(a, key))
	}
	slices.SortFunc(rows, func(a, b row) int { return a.compare(&b) })
	return slices.CompactFunc(rows, func(a, b row) bool { return a.key() == b.key() })
}

// allowRow has an id that follows from whom it is about, by the keyed hash where that is a name.
func allowRow(a Allow, key *identify.Key) row {
	v := controlplane.Value{Facet: controlplane.FacetIP, Network: a.IP}
	if a.Subject != "" {
		v = controlplane.Value{Facet: controlplane.FacetSubject, Hash: key.Hash(identify.DomainSubject, []byte(a.Subject))}
	}
	match, prefix := place(v, 0)
	sum := sha256.Sum256(binary.LittleEndian.AppendUint64([]byte("allowlist/"), match))
	meta := enforce.NewMeta(enforce.ActionAllow, enforce.RankAllowlist, enforce.ModeEnforce, false, 0)
	id := max(binary.LittleEndian.Uint64(sum[:]), 1)
	return row{Record: enforce.Record{Match: match, ID: id, Expires: never, Meta: meta}, Prefix: prefix}
}

// difference gives what leads from one list of rows to another, both ascending.
func difference(from, to []row) (put []*picketv1.Decision, undo []*picketv1.Undo) {
	old := make(map[rowKey]bool, len(from))
	for i := range from {
		old[from[i].key()] = true
	}
	for i := range to {
		if !old[to[i].key()] {
			put = append(put, to[i].message())
		}
		delete(old, to[i].key())
	}
	for i := range from {
		if old[from[i].key()] {
			undo = append(undo, from[i].undo())
		}
	}
	return put, undo
}
