// Package aggregate sums rollups over sliding windows of event time, by key. Sums and sketches merge exactly, so that a
// window does not depend on how its rollups were split, or on their order.
package aggregate

import (
	"cmp"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
)

// Counts are what a window sums. The zero value is the sum of nothing.
type Counts struct {
	Requests   uint64
	OK         uint64
	Denied     uint64
	NotFound   uint64
	Neighbours uint64
	Foreign    uint64
	Objects    controlplane.Sketch
	Accounts   controlplane.Sketch
}

// CountsOf gives one rollup's counts.
func CountsOf(r controlplane.Rollup) Counts {
	c := Counts{Requests: r.Requests, Neighbours: r.Neighbours, Foreign: r.Foreign, Objects: r.Objects, Accounts: r.Accounts}
	switch r.Outcome {
	case controlplane.OutcomeOK:
		c.OK = r.Requests
	case controlplane.OutcomeDenied:
		c.Denied = r.Requests
	case controlplane.OutcomeNotFound:
		c.NotFound = r.Requests
	}
	return c
}

// Merge gives the sum of both. It is associative and commutative.
func (c Counts) Merge(o Counts) Counts {
	return Counts{
		Requests:   c.Requests + o.Requests,
		OK:         c.OK + o.OK,
		Denied:     c.Denied + o.Denied,
		NotFound:   c.NotFound + o.NotFound,
		Neighbours: c.Neighbours + o.Neighbours,
		Foreign:    c.Foreign + o.Foreign,
		Objects:    merge(c.Objects, o.Objects),
		Accounts:   merge(c.Accounts, o.Accounts),
	}
}

// merge leaves out the work where one side is empty, as most are.
func merge(a, b controlplane.Sketch) controlplane.Sketch {
	switch {
	case len(b.Values) == 0 && b.Theta == 0:
		return a
	case len(a.Values) == 0 && a.Theta == 0:
		return b
	default:
		return a.Merge(b)
	}
}

// Options of Windows. Zero fields have the defaults named.
type Options struct {
	Window  time.Duration // required
	Buckets int           // a window moves by a bucket at a time; 12
	MaxKeys int           // 100,000; the least recently updated goes first
	// Late counts rollups that were older than their key's window, Evicted keys that went for want of room. nil: not counted.
	Late, Evicted prometheus.Counter
}

// Windows keeps one sliding window for each key. It is not safe for concurrent use.
type Windows[K comparable] struct {
	width         int64 // of a bucket, ns
	buckets       int
	keys          *LRU[K, window]
	late, evicted prometheus.Counter
}

// window is the sum of the buckets newest-len+1 to newest.
type window struct {
	newest  int64
	buckets []Counts // of bucket n at n modulo the length
	sum     Counts
}

// New makes windows of Options.Window. The newest bucket is always partial, so that a window covers between
// (Buckets-1)/Buckets of its length and the whole.
func New[K comparable](o Options) *Windows[K] {
	o.Buckets = cmp.Or(o.Buckets, 12)
	return &Windows[K]{
		width:   max(1, int64(o.Window)/int64(o.Buckets)),
		buckets: o.Buckets,
		keys:    NewLRU[K, window](cmp.Or(o.MaxKeys, 100_000)),
		late:    o.Late,
		evicted: o.Evicted,
	}
}

// Add adds c at the event time to the key's window, and gives the window's sum. false: at is older than the
// window, and c was dropped.
func (w *Windows[K]) Add(key K, at time.Time, c Counts) (sum Counts, ok bool) {
	n := at.UnixNano() / w.width
	v := w.keys.Get(key)
	if v == nil {
		v = w.put(key, n)
	}
	v.advance(n)
	if n <= v.newest-int64(w.buckets) {
		inc(w.late)
		return v.sum, false
	}
	b := &v.buckets[index(n, w.buckets)]
	*b = b.Merge(c)
	v.sum = v.sum.Merge(c)
	return v.sum, true
}

// Len is the number of keys.
func (w *Windows[K]) Len() int { return w.keys.Len() }

func (w *Windows[K]) put(key K, n int64) *window {
	v, evicted := w.keys.Put(key, window{newest: n, buckets: make([]Counts, w.buckets)})
	if evicted {
		inc(w.evicted)
	}
	return v
}

// advance moves the window on so that n is in it.
func (v *window) advance(n int64) {
	if n <= v.newest {
		return
	}
	dropped := false
	for i := max(v.newest+1, n-int64(len(v.buckets))+1); i <= n; i++ {
		b := &v.buckets[index(i, len(v.buckets))]
		dropped = dropped || b.Requests > 0
		*b = Counts{}
	}
	v.newest = n
	if dropped {
		v.resum()
	}
}

func (v *window) resum() {
	v.sum = Counts{}
	for _, b := range v.buckets {
		v.sum = v.sum.Merge(b)
	}
}

func index(n int64, buckets int) int64 {
	m := n % int64(buckets)
	if m < 0 {
		m += int64(buckets)
	}
	return m
}

func inc(c prometheus.Counter) {
	if c != nil {
		c.Inc()
	}
}
