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
		if _, twice := l.index.get(k); twice || r.Err() != nil {
			r.Fail()
			return
		}
		v := l.append(k)
		if v == nil {
			v = new(V)
		}
		each(r, v)
	}
}

// append gives the value of key, which is the least recently used where it was not there. nil: there is no room.
func (l *LRU[K, V]) append(key K) *V {
	if v := l.Peek(key); v != nil {
		return v
	}
	if l.Len() >= l.limit {
		return nil
	}
	n := l.take()
	e := l.at(n)
	e.key = key
	l.index.put(key, n)
	l.linkLast(n)
	return &e.value
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
	most := to.Len() + bytes
	for _, n := range w.table.ordered() {
		if to.Len() >= most {
			break
		}
		e := w.table.keys.at(n)
		if win, ok := e.value.find(w.kind, 0); ok {
			to.Bool(true)
			to.Hash(e.key)
			v := Window{w, &e.value, win}
			v.save(to)
		}
	}
	to.Bool(false)
}

// Load reads what Save wrote into windows that have nothing yet. Those of another length or layout are left out, and of more
// keys than the table may have those that come last.
func (w *Windows) Load(from *checkpoint.Reader) {
	width, buckets, sums, sets := from.Int(), from.Int(), from.Uint(), from.Uint()
	if width != w.width || buckets != w.buckets || sums != uint64(w.layout.Sums) || sets != uint64(w.layout.Sets) {
		from.Fail()
		return
	}
	t := w.table
	t.at, t.order = nil, nil
	for from.Bool() {
		r := t.keys.append(from.Hash())
		if r == nil {
			r = &record{}
		} else {
			w.n++
		}
		win, twice := r.find(w.kind, 0)
		if twice || from.Err() != nil {
			from.Fail()
			return
		}
		r.create(win, w.kind, 0, w.layout)
		v := Window{w, r, win}
		v.load(from)
	}
}

func (v *Window) save(to *checkpoint.Writer) {
	sums, rows := v.w.layout.Sums, rowsOf(v.r.data[v.win])
	to.Int(v.Fired())
	to.Int(int64(v.Level()))
	to.Int(v.newest())
	to.Uint(uint64(sums + rows*(1+sums)))
	at := v.win + fixed
	for range sums {
		to.Uint(v.r.data[at])
		at++
	}
	for range rows {
		to.Int(int64(v.r.data[at]) - v.newest()) // the bucket's number
		for _, n := range v.r.data[at+1 : at+1+sums] {
			to.Uint(n)
		}
		at += 1 + sums
	}
	s := set{v.r, v.win, at}
	for range v.w.layout.Sets {
		s.save(to)
		s = s.next()
	}
}

func (v *Window) load(from *checkpoint.Reader) {
	fired, level := from.Int(), from.Int()
	v.SetFired(fired, int8(level))
	v.r.data[v.win+1] = uint64(from.Int())
	sums := v.w.layout.Sums
	rows := from.Count(1) - sums
	if rows < 0 || rows%(1+sums) != 0 || rows/(1+sums) > maxBuckets {
		from.Fail()
		return
	}
	for i := range sums {
		v.r.data[v.win+fixed+i] = from.Uint()
	}
	for range rows / (1 + sums) {
		row := v.r.row(v.win, from.Int()+v.newest(), sums)
		for i := range sums {
			v.r.data[row+1+i] = from.Uint()
		}
	}
	s := v.set(0)
	for range v.w.layout.Sets {
		s.load(from)
		s = s.next()
	}
}

func (s set) save(to *checkpoint.Writer) {
	m := s.masks()
	to.Uint(uint64(s.len()))
	for i, v := range s.values() {
		to.Hash(v)
		to.Uint(uint64(m.get(i)))
	}
	thetas := s.thetas()
	to.Bool(thetas != nil)
	for _, t := range thetas {
		to.Uint(t)
	}
}

func (s set) load(from *checkpoint.Reader) {
	n := from.Count(9)
	s.r.widen(s.win, s.at+1, n+maskWords(n))
	s.r.data[s.at] = uint64(n)
	values, m := s.values(), s.masks()
	for i := range n {
		values[i] = from.Hash()
		m.set(i, uint16(from.Uint()))
		if i > 0 && values[i] <= values[i-1] {
			from.Fail()
		}
	}
	if !from.Bool() {
		return
	}
	s.r.widen(s.win, s.at+1, maxBuckets)
	s.r.data[s.at] |= hasTheta
	for i := range maxBuckets {
		s.r.data[s.at+1+i] = from.Uint()
	}
}
