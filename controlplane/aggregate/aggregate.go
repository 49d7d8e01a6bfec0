// Package aggregate sums what happened over sliding windows of event time, by key. Sums and sketches merge exactly, so
// that a window does not depend on how its rollups were split, or on their order.
package aggregate

import (
	"cmp"
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
	// Table keeps them, beside other windows with the same keys. nil: one of their own, of MaxKeys.
	Table   *Table
	MaxKeys int // 100,000
	// Late counts what was older than its key's window, Evicted windows that went for want of room before their time was
	// over. nil: not counted.
	Late, Evicted prometheus.Counter
}

// Windows keeps one sliding window for each key. It is not safe for concurrent use.
type Windows struct {
	width         int64 // of a bucket, ns
	buckets       int64
	layout        Layout
	table         *Table
	kind          int
	n             int
	view          Window
	late, evicted prometheus.Counter
}

// Window is one key's, as it stands until the next call of its Windows.
type Window struct {
	w   *Windows
	r   *record
	win int
}

// New makes windows of Options.Window. The newest bucket is always partial, so that a window covers between
// (Buckets-1)/Buckets of its length and the whole.
func New(o Options) *Windows {
	buckets := min(cmp.Or(o.Buckets, 12), maxBuckets)
	w := &Windows{
		width: max(1, int64(o.Window)/int64(buckets)), buckets: int64(buckets), layout: o.Layout, table: o.Table, late: o.Late, evicted: o.Evicted,
	}
	if w.table == nil {
		w.table = NewTable(cmp.Or(o.MaxKeys, 100_000))
	}
	w.kind = w.table.add(w)
	return w
}

// Close gives the windows' room back to their table. They are not used after that.
func (w *Windows) Close() { w.table.drop(w.kind) }

// Add adds sums and sets, which are as the layout says, at the event time to the key's window. false: at is older than the
// window, and they were dropped.
func (w *Windows) Add(key uint64, at time.Time, sums []uint64, sets []controlplane.Sketch) (v *Window, ok bool) {
	now := at.UnixNano()
	n := w.number(now)
	r := w.table.get(key)
	if r == nil {
		r = w.table.put(key, now)
	}
	win, ok := w.table.find(w.kind)
	v = &w.view
	*v = Window{w, r, win}
	if !ok {
		r.create(win, w.kind, n, w.layout)
		w.n++
	} else {
		v.advance(n)
	}
	if n <= v.newest()-w.buckets {
		inc(w.late)
		return v, false
	}
	v.sum(n, sums)
	if len(sets) > 0 {
		s := v.set(0)
		for i := range sets {
			if i > 0 {
				s = s.next()
			}
			s.add(sets[i], int(slotOf(n, w.buckets)))
		}
	}
	return v, true
}

// Find gives the key's window at the event time, or nil.
func (w *Windows) Find(key uint64, at time.Time) *Window {
	win, r, ok := w.look(key)
	if !ok {
		return nil
	}
	w.view = Window{w, r, win}
	w.view.advance(w.number(at.UnixNano()))
	return &w.view
}

// Has reports whether the key has a window that is not over at the event time.
func (w *Windows) Has(key uint64, at time.Time) bool {
	win, r, ok := w.look(key)
	return ok && int64(r.data[win+1]) > w.number(at.UnixNano())-w.buckets
}

func (w *Windows) look(key uint64) (win int, r *record, ok bool) {
	if r = w.table.get(key); r == nil {
		return 0, nil, false
	}
	win, ok = w.table.find(w.kind)
	return win, r, ok
}

// Len is the number of keys.
func (w *Windows) Len() int { return w.n }

// number gives that of the bucket of an event time in nanoseconds.
func (w *Windows) number(at int64) int64 {
	b := at / w.width
	if at%w.width < 0 {
		b--
	}
	return b
}

// Fired and Level are what SetFired said of the key, as long as its window lives; 0 at first.
func (v *Window) Fired() int64 { return int64(v.r.data[v.win+2]) }

// Level is told with Fired.
func (v *Window) Level() int8 { return int8(v.r.data[v.win] >> levelShift) }

// SetFired remembers two numbers of the caller's.
func (v *Window) SetFired(fired int64, level int8) {
	v.r.data[v.win+2] = uint64(fired)
	v.r.data[v.win] = v.r.data[v.win]&^(0xff<<levelShift) | uint64(uint8(level))<<levelShift
}

// Sum gives the sum with an index of the layout.
func (v *Window) Sum(i int) uint64 { return v.r.data[v.win+fixed+i] }

// Distinct estimates how many distinct hashes are in the set with an index of the layout; exact says that it is no estimate.
func (v *Window) Distinct(i int) (n float64, exact bool) { return v.set(i).distinct() }

func (v *Window) newest() int64 { return int64(v.r.data[v.win+1]) }

func (v *Window) set(i int) set {
	s := set{v.r, v.win, v.r.sets(v.win, v.w.layout.Sums)}
	for range i {
		s = s.next()
	}
	return s
}

// sum adds to the sums of a bucket and of all.
func (v *Window) sum(n int64, sums []uint64) {
	row := v.r.row(v.win, n, v.w.layout.Sums)
	all := v.r.data[v.win+fixed : v.win+fixed+len(sums)]
	here := v.r.data[row+1 : row+1+len(sums)]
	for i, s := range sums {
		all[i] += s
		here[i] += s
	}
}

// advance moves the window on so that n is in it.
func (v *Window) advance(n int64) {
	if n <= v.newest() {
		return
	}
	v.r.data[v.win+1] = uint64(n)
	gone := v.r.expire(v.win, n-v.w.buckets+1, v.w.buckets, v.w.layout.Sums)
	if gone == 0 || v.w.layout.Sets == 0 {
		return
	}
	for i, s := 0, v.set(0); i < v.w.layout.Sets; i++ {
		if i > 0 {
			s = s.next()
		}
		s.expire(gone)
	}
}

func inc(c prometheus.Counter) {
	if c != nil {
		c.Inc()
	}
}
