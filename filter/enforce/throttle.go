package enforce

import "math"

// Throttles holds a token bucket for each throttled caller. It is bounded: when it is full of callers in use, those who
// come after share one bucket for each class, so that no one gets out of a throttle by being one of many.
type Throttles struct {
	buckets map[uint64]*bucket
	shared  map[uint64]*bucket
}

type bucket struct {
	tokens float64
	at     uint64
}

// maxBuckets is how many throttled callers a worker tells apart.
const maxBuckets = 8192

// NewThrottles makes an empty one.
func NewThrottles() *Throttles {
	return &Throttles{buckets: map[uint64]*bucket{}, shared: map[uint64]*bucket{}}
}

// Allow takes a token of the bucket named by match, which holds this worker's share (0 to 1) of burst at the most, but one,
// and gains its share of perMinute a minute. now is in nanoseconds. It gives 0, or the whole seconds until there is a token, 1 to 3600.
func (t *Throttles) Allow(match, now uint64, perMinute, burst, share float64) (retryAfter int) {
	most := max(burst*share, 1)
	b := t.bucket(match, now, perMinute, most)
	rate := perMinute * share / 60e9
	if now > b.at {
		b.tokens += float64(now-b.at) * rate
		b.at = now
	}
	b.tokens = min(b.tokens, most)
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	if rate == 0 {
		return 3600
	}
	return int(min(3600, math.Ceil((1-b.tokens)/rate/1e9)))
}

func (t *Throttles) bucket(match, now uint64, perMinute, burst float64) *bucket {
	if b := t.buckets[match]; b != nil {
		return b
	}
	if len(t.buckets) >= maxBuckets {
		t.sweep(now)
	}
	in, key := t.buckets, match
	if len(t.buckets) >= maxBuckets {
		in, key = t.shared, math.Float64bits(perMinute)
		if len(in) >= maxBuckets {
			key = 0
		}
		if b := in[key]; b != nil {
			return b
		}
	}
	in[key] = &bucket{tokens: burst, at: now}
	return in[key]
}

// sweep forgets the buckets that nobody used for two minutes; it looks at a few hundred at a time.
func (t *Throttles) sweep(now uint64) {
	looked := 0
	for m, b := range t.buckets {
		if now > b.at+120e9 {
			delete(t.buckets, m)
		}
		if looked++; looked == 256 {
			return
		}
	}
}
