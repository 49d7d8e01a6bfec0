package aggregate

// page is how many entries are allocated at once.
const page = 256

// LRU is a map that keeps the most recently used entries, to about an eighth of them: one that was used is put in front only
// once so many others were, since that touches the memory of its neighbours. It is not safe for concurrent use.
type LRU[K comparable, V any] struct {
	limit int
	moves uint32 // how often an entry was put in front
	index finder[K]
	pages [][]lruEntry[K, V] // entry n at pages[n/page][n%page]; entries never move
	free  []int32
	head  int32 // the most recently used; -1: none
	tail  int32

	warmed []int32
	read   uint32 // what was read ahead, so that it is
}

type lruEntry[K comparable, V any] struct {
	key        K
	value      V
	next, prev int32
	moved      uint32 // LRU.moves when it was put in front
}

// NewLRU makes a map of at most limit entries, which must be above 0.
func NewLRU[K comparable, V any](limit int) *LRU[K, V] {
	return &LRU[K, V]{limit: limit, index: newFinder[K](), head: -1, tail: -1}
}

// Get gives the value of key, now the most recently used, or nil. The caller may change it until it is evicted.
func (l *LRU[K, V]) Get(key K) *V {
	n, ok := l.index.get(key)
	if !ok {
		return nil
	}
	e := l.at(n)
	if n != l.head && l.moves-e.moved > uint32(l.limit/8) {
		l.unlink(n)
		l.link(n)
	}
	return &e.value
}

// Peek gives the value of key, without using it, or nil.
func (l *LRU[K, V]) Peek(key K) *V {
	if n, ok := l.index.get(key); ok {
		return &l.at(n).value
	}
	return nil
}

// Put sets the value of key, now the most recently used. It gives where the value stands, and whether that evicted
// another.
func (l *LRU[K, V]) Put(key K, value V) (v *V, evicted bool) {
	if v := l.Get(key); v != nil {
		*v = value
		return v, false
	}
	if evicted = l.Len() >= l.limit; evicted {
		l.remove(l.tail)
	}
	n := l.take()
	e := l.at(n)
	e.key, e.value = key, value
	l.index.put(key, n)
	l.link(n)
	return &e.value, evicted
}

// Oldest gives the least recently used entry, without using it; nil where there is none.
func (l *LRU[K, V]) Oldest() (key K, value *V) {
	if l.tail < 0 {
		return key, nil
	}
	e := l.at(l.tail)
	return e.key, &e.value
}

// Delete removes key, if it is there.
func (l *LRU[K, V]) Delete(key K) {
	if n, ok := l.index.get(key); ok {
		l.remove(n)
	}
}

// Len is the number of entries.
func (l *LRU[K, V]) Len() int { return l.index.len() }

func (l *LRU[K, V]) at(n int32) *lruEntry[K, V] { return &l.pages[n/page][n%page] }

// take gives an entry that is not in use.
func (l *LRU[K, V]) take() int32 {
	if len(l.free) == 0 {
		first := int32(len(l.pages) * page)
		l.pages = append(l.pages, make([]lruEntry[K, V], page))
		for n := int32(page - 1); n >= 0; n-- {
			l.free = append(l.free, first+n)
		}
	}
	n := l.free[len(l.free)-1]
	l.free = l.free[:len(l.free)-1]
	return n
}

func (l *LRU[K, V]) link(n int32) {
	e := l.at(n)
	l.moves++
	e.prev, e.next, e.moved = -1, l.head, l.moves
	if l.head >= 0 {
		l.at(l.head).prev = n
	} else {
		l.tail = n
	}
	l.head = n
}

func (l *LRU[K, V]) unlink(n int32) {
	e := l.at(n)
	if e.prev >= 0 {
		l.at(e.prev).next = e.next
	} else {
		l.head = e.next
	}
	if e.next >= 0 {
		l.at(e.next).prev = e.prev
	} else {
		l.tail = e.prev
	}
}

func (l *LRU[K, V]) remove(n int32) {
	l.unlink(n)
	e := l.at(n)
	l.index.delete(e.key)
	var none lruEntry[K, V]
	*e = none
	l.free = append(l.free, n)
}
