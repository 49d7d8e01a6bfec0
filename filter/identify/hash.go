// Package identify names who calls and what: facets, endpoints and objects, from a request's headers and properties.
// Nothing here calls the host, and nothing allocates on the way of an ordinary request. The control plane uses its
// hashes too, so that both sides give the same thing the same name.
package identify

import (
	"encoding/binary"
	"net/netip"

	"github.com/dchest/siphash"
)

// Domain keeps hashes of different kinds of things apart.
type Domain byte

// The domains. Their numbers are part of the protocol.
const (
	DomainIP          Domain = 1
	DomainKey         Domain = 2
	DomainSubject     Domain = 3
	DomainSession     Domain = 4
	DomainFingerprint Domain = 5
	DomainAccount     Domain = 6
	DomainCredential  Domain = 7
	DomainObject      Domain = 8
	DomainWord        Domain = 9
	DomainHost        Domain = 10
	domainEndpoint    Domain = 11
	DomainQuery       Domain = 12
	domains                  = 13
)

// Key is the secret of SipHash-2-4 (Aumasson, Bernstein 2012). ID 0: there is none yet.
// Each domain has a subkey of its own, derived from the secret.
type Key struct {
	ID  uint32
	sub [domains][2]uint64
}

// NewKey takes 16 bytes; id must not be 0. It reports whether both are so.
func NewKey(id uint32, secret []byte) (Key, bool) {
	if id == 0 || len(secret) != 16 {
		return Key{}, false
	}
	k := Key{ID: id}
	k0, k1 := binary.LittleEndian.Uint64(secret), binary.LittleEndian.Uint64(secret[8:])
	for d := range k.sub {
		k.sub[d][0] = siphash.Hash(k0, k1, []byte{byte(d), 0})
		k.sub[d][1] = siphash.Hash(k0, k1, []byte{byte(d), 1})
	}
	return k, true
}

// Hash names value within its domain. It is never 0, which stands for absent.
func (k *Key) Hash(d Domain, value []byte) uint64 {
	h := siphash.Hash(k.sub[d][0], k.sub[d][1], value)
	if h == 0 {
		return 1
	}
	return h
}

// MaxSegments is how many segments of a path are looked at.
const MaxSegments = 16

// Endpoint names an endpoint by its method, its host's hash and its path's segments (a word's hash, or 0 for {id}).
// Segments beyond MaxSegments are not looked at.
func (k *Key) Endpoint(method string, host uint64, segments []uint64) uint64 {
	var buf [16 + 8 + 8*MaxSegments]byte
	n := copy(buf[:15], method)
	buf[n] = 0
	b := binary.LittleEndian.AppendUint64(buf[:n+1], host)
	for _, s := range segments[:min(len(segments), MaxSegments)] {
		b = binary.LittleEndian.AppendUint64(b, s)
	}
	return k.Hash(domainEndpoint, b)
}

// Match is where a decision about a facet's hash stands in the table: anywhere (endpoint 0) or at one endpoint.
func Match(facet, endpoint uint64) uint64 {
	if endpoint == 0 {
		return facet
	}
	// One round of SplitMix64's finalizer (Steele, Lea, Flood 2014) over both; collisions are as likely as any.
	x := facet ^ (endpoint * 0x9e3779b97f4a7c15)
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// Address names an address where the policy lets none leave in clear. IPv4 and its mapped form are one.
func (k *Key) Address(a netip.Addr) uint64 {
	b := a.As16()
	return k.Hash(DomainIP, b[:])
}

// public is no secret: it names what travels in clear anyway.
var public = &Key{}

// Network names an address or network that is known in clear, without a secret, so that such decisions hold before a
// key is known. A single address is its /32 or /128. Callers unmap IPv4-mapped addresses (netip.Addr.Unmap) first.
func Network(p netip.Prefix) uint64 {
	var b [17]byte
	a := p.Masked().Addr()
	b[0] = PrefixCode(p)
	if a.Is4() {
		v4 := a.As4()
		return public.Hash(DomainIP, append(b[:1], v4[:]...))
	}
	v6 := a.As16()
	return public.Hash(DomainIP, append(b[:1], v6[:]...))
}

// PrefixCode is picket.v1.Decision.prefix: 1 + length for IPv4, 64 + length for IPv6.
func PrefixCode(p netip.Prefix) byte {
	if p.Addr().Is4() {
		return byte(1 + p.Bits())
	}
	return byte(64 + p.Bits())
}
