package enforce

import (
	"net/netip"

	"picket/filter/identify"
)

// An account is anybody's to name, so that a throttle of it must not lock its owner out. Places from which he was let in of late
// have the throttle's rate for themselves; all others share it once, and once more for addresses that have not tried for a
// while, so that who guesses from a few addresses leaves room for an owner who travels. However many addresses guess, twice
// the rate is what they get.

// freshAfter is after how many minutes an address that used the rate for fresh ones is fresh again.
const freshAfter = 10

// fresh tells a throttle's second bucket from its first.
const fresh = 0x6672657368

// Accounts counts tries for throttled accounts by the places they come from. It is bounded as Throttles is, and apart from
// those, so that addresses without end cost nobody else his bucket.
type Accounts struct{ places *Throttles }

// NewAccounts makes an empty one.
func NewAccounts() *Accounts { return &Accounts{NewThrottles()} }

// OwnerAt names an account at a place (the hash of a network, or of an address) for identify.Match. A record there with
// ActionAllow says that its owner was let in from that place.
func OwnerAt(account, place uint64) uint64 { return identify.Match(account, place) }

// Try is a request that names a throttled account.
type Try struct {
	Record   Record // the throttle in force
	Account  uint64
	Endpoint uint64
	// Address is the hash of the caller's address, Places name him as the owner's places may: by network, by hashed address.
	Address uint64
	Places  [2]uint64 // 0: none
	Rate
}

// From says from where a try comes: an address in clear, of 4 or 16 bytes, or a hashed one where there is none.
func (y *Try) From(ip []byte, hash uint64) {
	y.Address, y.Places = hash, [2]uint64{0, hash}
	if a, ok := netip.AddrFromSlice(ip); ok {
		y.Address = identify.Network(netip.PrefixFrom(a, a.BitLen()))
		y.Places[0] = identify.Network(identify.NetworkOf(a))
	}
}

// Rate of a throttle: requests a minute, how many at once, and this worker's share of both.
type Rate struct{ PerMinute, Burst, Share float64 }

// Allow counts a try at now (nanoseconds since the Unix epoch). It gives 0, or the whole seconds until the next may pass. common
// says that one of the rates was asked that all share, and that the control plane shares out among workers.
func (a *Accounts) Allow(t *Table, shared *Throttles, y *Try, now uint64) (retryAfter int, common bool) {
	if p := t.ownerAt(y, uint32(now/1e9)); p != 0 {
		return a.places.Allow(p, now, y.PerMinute, y.Burst, 1), false
	}
	wait := shared.Allow(y.Record.Match, now, y.PerMinute, y.Burst, y.Share)
	if wait == 0 {
		return 0, true
	}
	address := identify.Match(y.Record.Match, y.Address)
	if a.places.full(address, now, 1.0/freshAfter) && a.places.Allow(identify.Match(y.Record.Match, fresh), now, y.PerMinute, y.Burst, y.Share) == 0 {
		a.places.Allow(address, now, 1.0/freshAfter, 1, 1)
		return 0, true
	}
	return wait, true
}

// full says whether a bucket of one token has it, without taking it.
func (t *Throttles) full(match, now uint64, perMinute float64) bool {
	b := t.buckets[match]
	return b == nil || b.tokens+float64(now-min(now, b.at))*perMinute/60e9 >= 1
}

// ownerAt gives the match of the record by which the throttle knows the caller's place as one of the owner's; 0: none does.
func (t *Table) ownerAt(y *Try, now uint32) (match uint64) {
	for _, p := range y.Places {
		m := identify.Match(OwnerAt(y.Account, p), y.Endpoint)
		if p == 0 || !t.has(m) {
			continue
		}
		t.each(m, now, func(r Record) {
			if r.ID == y.Record.ID && r.Meta.Action() == ActionAllow {
				match = m
			}
		})
	}
	return match
}
