package detect

import (
	"time"

	"picket/controlplane/aggregate"
)

const (
	// settledFor is for how long a key must have been used from a network for that to be one of its own.
	settledFor = int64(time.Hour)
	// beginning is how long a key must be known for anything to be said of it. The networks of that time are its own, too.
	beginning = int64(20 * time.Minute)
)

// spread is from which networks a key was used, the first ones, and since when.
type spread struct {
	since    int64 // event time, ns
	n        int
	networks [mostUsers]struct {
		hash  uint64
		since int64
	}
}

// spreads knows that of keys.
type spreads struct {
	keys *aggregate.LRU[uint64, spread]
}

func newSpreads(l Limits) spreads {
	return spreads{aggregate.NewLRU[uint64, spread](l.Endpoints)}
}

// note takes note of where a key is used, and tells how many networks are its own. A key that is not known for long may be
// anybody's, and counts as one that many use.
func (s *spreads) note(v *view) float64 {
	if v.caller.Key == 0 {
		return 0
	}
	now := v.at.UnixNano()
	k := s.keys.Get(v.caller.Key)
	if k == nil {
		k, _ = s.keys.Put(v.caller.Key, spread{since: now})
	}
	if network, ok := v.network(); ok {
		k.add(network, now)
	}
	if now-k.since < beginning {
		return mostUsers
	}
	settled := 0.0
	for i := range k.networks[:k.n] {
		if since := k.networks[i].since; now-since >= settledFor || since-k.since < beginning {
			settled++
		}
	}
	return settled
}

func (k *spread) add(network uint64, now int64) {
	for i := range k.networks[:k.n] {
		if k.networks[i].hash == network {
			return
		}
	}
	if k.n < len(k.networks) {
		k.networks[k.n].hash, k.networks[k.n].since = network, now
		k.n++
	}
}
