package decide

// lru is a map that keeps the most recently used entries, in one slab, so that a million small ones stay small. It is
// not safe for concurrent use. The zero value is empty and ready.
type lru[K comparable, V any] struct {
	index       map[K]int32
	nodes       []node[K, V] // nodes[0] is the ring's head: its next is the newest, its previous the oldest
	free        []int32
	initialized bool
}

type node[K comparable, V any] struct {
	key            K
	previous, next int32
	value          V
}

func (l *lru[K, V]) init() {
	if !l.initialized {
		l.index, l.nodes, l.initialized = map[K]int32{}, make([]node[K, V], 1), true
	}
}

func (l *lru[K, V]) len() int { return len(l.index) }

// get gives the value of key, now the most recently used, or nil. It stays where it is until the next put.
func (l *lru[K, V]) get(key K) *V {
	i, ok := l.index[key]
	if !ok {
		return nil
	}
	l.unlink(i)
	l.link(i)
	return &l.nodes[i].value
}

// peek is get without use.
func (l *lru[K, V]) peek(key K) *V {
	i, ok := l.index[key]
	if !ok {
		return nil
	}
	return &l.nodes[i].value
}

// put sets the value of a key, now the most recently used, and gives where it stands until the next put.
func (l *lru[K, V]) put(key K, value V) *V {
	l.init()
	if v := l.get(key); v != nil {
		*v = value
		return v
	}
	i := l.slot()
	l.nodes[i].key, l.nodes[i].value = key, value
	l.index[key] = i
	l.link(i)
	return &l.nodes[i].value
}

func (l *lru[K, V]) slot() int32 {
	if n := len(l.free); n > 0 {
		i := l.free[n-1]
		l.free = l.free[:n-1]
		return i
	}
	l.nodes = append(l.nodes, node[K, V]{})
	return int32(len(l.nodes) - 1)
}

// remove forgets a key, and gives what it had.
func (l *lru[K, V]) remove(key K) (v V, ok bool) {
	i, ok := l.index[key]
	if !ok {
		return v, false
	}
	v = l.nodes[i].value
	l.unlink(i)
	delete(l.index, key)
	l.nodes[i] = node[K, V]{}
	l.free = append(l.free, i)
	return v, true
}

// evict forgets the least recently used, and gives what it had; not ok when there is none.
func (l *lru[K, V]) evict() (v V, ok bool) {
	if l.len() == 0 {
		return v, false
	}
	return l.remove(l.nodes[l.nodes[0].previous].key)
}

func (l *lru[K, V]) link(i int32) {
	head := &l.nodes[0]
	l.nodes[i].previous, l.nodes[i].next = 0, head.next
	l.nodes[head.next].previous = i
	l.nodes[0].next = i
}

func (l *lru[K, V]) unlink(i int32) {
	n := &l.nodes[i]
	l.nodes[n.previous].next = n.next
	l.nodes[n.next].previous = n.previous
}
