// Package aggregate sums what happened over sliding windows of event time, by key. Sums and sketches merge exactly, so
// that a window does not depend on how its rollups were split, or on their order.
package aggregate

import (
	"cmp"
	"math/bits"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
)

// Layout says what a window keeps.
type Layout struct {
	Sums int
	Sets int // of distinct hashes
}

// Options of Windows. Zero fields have the defaults named.
type Options struct {
	Window  time.Duration // required
	Layout  Layout
	Buckets int // a window moves by a bucket at a time; 12, at most 16
	MaxKeys int // 100,000; the least recently updated goes first, to about a bucket
	// Late counts what was older than its key's window, Evicted windows that went for want of room before their time was
	// over. nil: not counted.
	Late, Evicted prometheus.Counter
}

// Windows keeps one sliding window for each key. It is not safe for concurrent use.
type Windows struct {
	width         int64 // of a bucket, ns
	buckets       int64
	layout        Layout
	keys          *LRU[uint64, Window]
	late, evicted prometheus.Counter
}

// Window is one key's.
type Window struct {
	// Fired and Level are whatever the caller remembers of the key as long as the window lives; 0 at first.
	Fired int64
	Level int8

	newest int64 // bucket number
	// rows are the sums of all buckets, then, for each bucket that is not empty, its number and its sums.
	rows []uint64
	sets []set
	// Room for what most windows need, so that they lie in one place: a window never moves.
	room [6]uint64
	one  [1]set
}

// New makes windows of Options.Window. The newest bucket is always partial, so that a window covers between
// (Buckets-1)/Buckets of its length and the whole.
func New(o Options) *Windows {
	buckets := min(cmp.Or(o.Buckets, 12), maxBuckets)
	return &Windows{
		width: max(1, int64(o.Window)/int64(buckets)), buckets: int64(buckets), layout: o.Layout,
		keys: NewLRU[uint64, Window](cmp.Or(o.MaxKeys, 100_000)), late: o.Late, evicted: o.Evicted,
	}
}

// Add adds sums and sets, which are as the layout says, at the event time to the key's window. false: at is older than the
// window, and they were dropped. The window is good until the next call.
func (w *Windows) Add(key uint64, at time.Time, sums []uint64, sets []controlplane.Sketch) (v *Window, ok bool) {
	n := w.bucket(at)
	switch v = w.keys.Peek(key); {
	case v == nil:
		v = w.put(key, n)
	case n > v.newest: // once a bucket is recent enough, and touches less memory
		w.keys.Get(key)
		w.advance(v, n)
	}
	if n <= v.newest-w.buckets {
		inc(w.late)
		return v, false
	}
	row := v.row(n, w.layout.Sums)
	for i, s := range sums {
		v.rows[i] += s
		v.rows[row+1+i] += s
	}
	for i := range sets {
		v.sets[i].add(sets[i], int(index(n, w.buckets)))
	}
	return v, true
}

// Find gives the key's window at the event time, or nil. It is good until the next call.
func (w *Windows) Find(key uint64, at time.Time) *Window {
	v := w.keys.Peek(key)
	if v != nil {
		w.advance(v, w.bucket(at))
	}
	return v
}

// Has reports whether the key has a window that is not over at the event time.
func (w *Windows) Has(key uint64, at time.Time) bool {
	v := w.keys.Peek(key)
	return v != nil && v.newest > w.bucket(at)-w.buckets
}

// Len is the number of keys.
func (w *Windows) Len() int { return w.keys.Len() }

// Sum gives the sum with an index of the layout.
func (v *Window) Sum(i int) uint64 { return v.rows[i] }

// Distinct estimates how many distinct hashes are in the set with an index of the layout; exact says that it is no estimate.
func (v *Window) Distinct(i int) (n float64, exact bool) { return v.sets[i].distinct() }

func (w *Windows) bucket(at time.Time) int64 {
	n := at.UnixNano()
	b := n / w.width
	if n%w.width < 0 {
		b--
	}
	return b
}

// put makes a window. The oldest one goes where its time is over, so that memory follows what is active.
func (w *Windows) put(key uint64, n int64) *Window {
	if old, v := w.keys.Oldest(); v != nil && v.newest <= n-w.buckets {
		w.keys.Delete(old)
	}
	v, evicted := w.keys.Put(key, Window{newest: n})
	if evicted {
		inc(w.evicted)
	}
	if v.sets = v.one[:]; w.layout.Sums <= len(v.room) {
		v.rows = v.room[:w.layout.Sums]
	} else {
		v.rows = make([]uint64, w.layout.Sums)
	}
	if w.layout.Sets != len(v.one) {
		v.sets = make([]set, w.layout.Sets)
	}
	return v
}

// row gives where a bucket's row begins; the bucket may be new.
func (v *Window) row(n int64, sums int) int {
	for i := sums; i < len(v.rows); i += 1 + sums {
		if int64(v.rows[i]) == n {
			return i
		}
	}
	at := len(v.rows)
	v.rows = append(v.rows, uint64(n))
	for range sums {
		v.rows = append(v.rows, 0)
	}
	return at
}

// advance moves the window on so that n is in it.
func (w *Windows) advance(v *Window, n int64) {
	if n <= v.newest {
		return
	}
	v.newest = n
	var gone uint16
	kept, sums := w.layout.Sums, w.layout.Sums
	for i := sums; i < len(v.rows); i += 1 + sums {
		row := v.rows[i : i+1+sums]
		if int64(row[0]) > n-w.buckets {
			copy(v.rows[kept:], row)
			kept += 1 + sums
			continue
		}
		gone |= 1 << index(int64(row[0]), w.buckets)
		for j, s := range row[1:] {
			v.rows[j] -= s
		}
	}
	v.rows = v.rows[:kept]
	if bits.OnesCount16(gone) > 0 {
		for i := range v.sets {
			v.sets[i].expire(gone)
		}
	}
}

func index(n, buckets int64) int64 {
	m := n % buckets
	if m < 0 {
		m += buckets
	}
	return m
}

func inc(c prometheus.Counter) {
	if c != nil {
		c.Inc()
	}
}
