package aggregate

import "container/list"

// LRU is a map that keeps the most recently used entries. It is not safe for concurrent use.
type LRU[K comparable, V any] struct {
	limit   int
	entries map[K]*list.Element
	order   *list.List // the most recently used first
}

type lruEntry[K comparable, V any] struct {
	key   K
	value V
}

// NewLRU makes a map of at most limit entries, which must be above 0.
func NewLRU[K comparable, V any](limit int) *LRU[K, V] {
	return &LRU[K, V]{limit: limit, entries: map[K]*list.Element{}, order: list.New()}
}

// Get gives the value of key, now the most recently used, or nil. The caller may change it until it is evicted.
func (l *LRU[K, V]) Get(key K) *V {
	e := l.entries[key]
	if e == nil {
		return nil
	}
	l.order.MoveToFront(e)
	return &e.Value.(*lruEntry[K, V]).value
}

// Put sets the value of key, now the most recently used. It gives where the value stands, and whether that evicted
// another.
func (l *LRU[K, V]) Put(key K, value V) (v *V, evicted bool) {
	if v := l.Get(key); v != nil {
		*v = value
		return v, false
	}
	if evicted = len(l.entries) >= l.limit; evicted {
		l.remove(l.order.Back())
	}
	e := &lruEntry[K, V]{key, value}
	l.entries[key] = l.order.PushFront(e)
	return &e.value, evicted
}

// Delete removes key, if it is there.
func (l *LRU[K, V]) Delete(key K) {
	if e := l.entries[key]; e != nil {
		l.remove(e)
	}
}

// Len is the number of entries.
func (l *LRU[K, V]) Len() int { return len(l.entries) }

func (l *LRU[K, V]) remove(e *list.Element) {
	delete(l.entries, e.Value.(*lruEntry[K, V]).key)
	l.order.Remove(e)
}
