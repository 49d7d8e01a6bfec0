package aggregate

import "slices"

// Table keeps windows of several kinds under the same keys, which are hashes: what one rollup adds to all kinds under one key
// costs one look-up. It is not safe for concurrent use.
type Table struct {
	keys  *LRU[uint64, record]
	kinds []*Windows // nil: free
	hand  int32      // the entry that is swept next
	order []int32    // of the records, the most recently used first; nil: not known

	// The record that was found last, nil: none, and the window in it.
	at   *record
	key  uint64
	kind int
	win  int

	read uint64 // what was read ahead, so that it is
}

// NewTable makes a table of at most limit keys, which must be above 0; the least recently used goes first, with all its
// windows.
func NewTable(limit int) *Table { return &Table{keys: NewLRU[uint64, record](limit)} }

// get gives a key's record, or nil.
func (t *Table) get(key uint64) *record {
	if t.at != nil && t.key == key {
		return t.at
	}
	r := t.keys.Get(key)
	if r != nil {
		t.order = nil // it may have been put in front
		t.found(key, r)
	}
	return r
}

func (t *Table) found(key uint64, r *record) { t.at, t.key, t.kind, t.win = r, key, 0, 0 }

// find gives where the window of a kind is, or would be, in the record that was found last. Those who ask for one kind after
// the other do not go through all again.
func (t *Table) find(kind int) (win int, ok bool) {
	if kind < t.kind {
		t.win = 0
	}
	t.kind = kind
	t.win, ok = t.at.find(kind, t.win)
	return t.win, ok
}

// put makes a record at an event time (ns).
func (t *Table) put(key uint64, now int64) *record {
	t.sweep(now)
	t.sweep(now)
	if t.keys.Len() >= t.keys.limit {
		if _, r := t.keys.Oldest(); r != nil {
			t.evicted(r, now)
		}
	}
	r, _ := t.keys.Put(key, record{})
	t.order = nil
	t.found(key, r)
	return r
}

// evicted counts the windows of a record that goes before their time is over.
func (t *Table) evicted(r *record, now int64) {
	for at := 0; at < len(r.data); at += wordsOf(r.data[at]) {
		w := t.kinds[kindOf(r.data[at])]
		if int64(r.data[at+1]) > w.number(now)-w.buckets {
			inc(w.evicted)
		}
		w.n--
	}
}

// sweep frees the windows of one record whose time is long over, so that memory follows what is active. Nothing that a window
// remembers can matter then.
func (t *Table) sweep(now int64) {
	if len(t.keys.pages) == 0 {
		return
	}
	if int(t.hand) >= len(t.keys.pages)*page {
		t.hand = 0
	}
	e := t.keys.at(t.hand)
	r := &e.value
	t.hand++
	if len(r.data) == 0 {
		return
	}
	t.at = nil
	for at := 0; at < len(r.data); {
		w, words := t.kinds[kindOf(r.data[at])], wordsOf(r.data[at])
		if int64(r.data[at+1]) >= w.number(now)-w.buckets {
			at += words
			continue
		}
		w.n--
		r.cut(at, words)
	}
	if len(r.data) == 0 {
		t.keys.Delete(e.key)
		t.order = nil
	}
}

// add gives a new kind its number.
func (t *Table) add(w *Windows) int {
	n := slices.Index(t.kinds, nil)
	if n < 0 {
		n = len(t.kinds)
		t.kinds = append(t.kinds, nil)
	}
	t.kinds[n] = w
	return n
}

// drop frees all windows of a kind.
func (t *Table) drop(kind int) {
	for n := t.keys.head; n >= 0; {
		e := t.keys.at(n)
		n = e.next
		r := &e.value
		if at, ok := r.find(kind, 0); ok {
			if r.cut(at, wordsOf(r.data[at])); len(r.data) == 0 {
				t.keys.Delete(e.key)
			}
		}
	}
	t.kinds[kind], t.at, t.order = nil, nil, nil
}

// ordered gives the records' entries, the most recently used first.
func (t *Table) ordered() []int32 {
	if t.order == nil {
		t.order = make([]int32, 0, t.keys.Len())
		for n := t.keys.head; n >= 0; n = t.keys.at(n).next {
			t.order = append(t.order, n)
		}
	}
	return t.order
}
