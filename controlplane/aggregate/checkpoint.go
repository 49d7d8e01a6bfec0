package aggregate

import "picket/controlplane/checkpoint"

// Save writes the entries, the most recently used first, until so many bytes are written: what did not fit is what would go
// first. each writes the value.
func (l *LRU[K, V]) Save(w *checkpoint.Writer, bytes int, key func(*checkpoint.Writer, K), each func(*checkpoint.Writer, *V)) {
	most := w.Len() + bytes
	for n := l.head; n >= 0 && w.Len() < most; {
		e := l.at(n)
		w.Bool(true)
		key(w, e.key)
		each(w, &e.value)
		n = e.next
	}
	w.Bool(false)
}

// Load reads what Save wrote into an empty map. Of more entries than it may have, the most recently used stay. The value that
// each fills stays where it is.
func (l *LRU[K, V]) Load(r *checkpoint.Reader, key func(*checkpoint.Reader) K, each func(*checkpoint.Reader, *V)) {
	for r.Bool() {
		k := key(r)
		if _, twice := l.index[k]; twice || r.Err() != nil {
			r.Fail()
			return
		}
		if len(l.index) >= l.limit {
			var rest V
			each(r, &rest)
			continue
		}
		n := l.take()
		e := l.at(n)
		e.key = k
		each(r, &e.value)
		l.index[k] = n
		l.linkLast(n)
	}
}

// linkLast makes an entry the least recently used.
func (l *LRU[K, V]) linkLast(n int32) {
	e := l.at(n)
	e.prev, e.next = l.tail, -1
	if l.tail >= 0 {
		l.at(l.tail).next = n
	} else {
		l.head = n
	}
	l.tail = n
}

// SaveHash and LoadHash are for keys that are hashes.
func SaveHash(w *checkpoint.Writer, k uint64) { w.Hash(k) }

// LoadHash reads what SaveHash wrote.
func LoadHash(r *checkpoint.Reader) uint64 { return r.Hash() }

// Save writes the windows, the most recently updated first, until so many bytes are written.
func (w *Windows) Save(to *checkpoint.Writer, bytes int) {
	to.Int(w.width)
	to.Int(w.buckets)
	to.Uint(uint64(w.layout.Sums))
	to.Uint(uint64(w.layout.Sets))
	w.keys.Save(to, bytes, SaveHash, func(to *checkpoint.Writer, v *Window) { v.save(to, w.layout) })
}

// Load reads what Save wrote into windows that have nothing yet. Those of another length or layout are left out.
func (w *Windows) Load(from *checkpoint.Reader) {
	width, buckets, sums, sets := from.Int(), from.Int(), from.Uint(), from.Uint()
	if width != w.width || buckets != w.buckets || sums != uint64(w.layout.Sums) || sets != uint64(w.layout.Sets) {
		from.Fail()
		return
	}
	w.keys.Load(from, LoadHash, func(from *checkpoint.Reader, v *Window) { v.load(from, w.layout) })
}

func (v *Window) save(to *checkpoint.Writer, l Layout) {
	to.Int(v.Fired)
	to.Int(int64(v.Level))
	to.Int(v.newest)
	to.Uint(uint64(len(v.rows)))
	for i, n := range v.rows {
		if i >= l.Sums && (i-l.Sums)%(1+l.Sums) == 0 {
			to.Int(int64(n) - v.newest) // a bucket's number
			continue
		}
		to.Uint(n)
	}
	for i := range v.sets {
		v.sets[i].save(to)
	}
}

func (v *Window) load(from *checkpoint.Reader, l Layout) {
	v.Fired, v.Level, v.newest = from.Int(), int8(from.Int()), from.Int()
	n := from.Count(1)
	if n < l.Sums || (n-l.Sums)%(1+l.Sums) != 0 {
		from.Fail()
		return
	}
	if v.rows = v.room[:0]; n > len(v.room) {
		v.rows = make([]uint64, 0, n)
	}
	for i := range n {
		if i >= l.Sums && (i-l.Sums)%(1+l.Sums) == 0 {
			v.rows = append(v.rows, uint64(from.Int()+v.newest))
			continue
		}
		v.rows = append(v.rows, from.Uint())
	}
	if v.sets = v.one[:]; l.Sets != len(v.one) {
		v.sets = make([]set, l.Sets)
	}
	for i := range v.sets {
		v.sets[i].load(from)
	}
}

func (s *set) save(to *checkpoint.Writer) {
	to.Uint(uint64(len(s.values)))
	for i, v := range s.values {
		to.Hash(v)
		to.Uint(uint64(s.masks[i]))
	}
	to.Bool(s.theta != nil)
	if s.theta != nil {
		for _, t := range s.theta {
			to.Uint(t)
		}
	}
}

func (s *set) load(from *checkpoint.Reader) {
	n := from.Count(9)
	if n > 0 {
		s.values, s.masks = make([]uint64, n), make([]uint16, n)
	}
	for i := range n {
		s.values[i], s.masks[i] = from.Hash(), uint16(from.Uint())
		if i > 0 && s.values[i] <= s.values[i-1] {
			from.Fail()
		}
	}
	if !from.Bool() {
		return
	}
	s.theta = new([maxBuckets]uint64)
	for i := range s.theta {
		s.theta[i] = from.Uint()
	}
}
