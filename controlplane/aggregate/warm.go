package aggregate

// Most of what a rollup costs is waiting for memory: each look-up needs what the one before it found. Warm reads what a batch of
// look-ups will need in passes, in which no read waits for another, so that the processor fetches many at a time.

// Warm reads the entries of keys, and changes nothing.
func (l *LRU[K, V]) Warm(keys []K) { l.warm(keys) }

// warm gives the numbers of the entries that are there. It is good until the next call.
func (l *LRU[K, V]) warm(keys []K) []int32 {
	l.warmed = l.warmed[:0]
	for _, k := range keys {
		if n, ok := l.index.get(k); ok {
			l.warmed = append(l.warmed, n)
		}
	}
	for _, n := range l.warmed {
		e := l.at(n)
		l.read += e.moved
	}
	return l.warmed
}

// line is how many words the processor fetches at once, and mostLines how many lines of one record are read ahead.
const line, mostLines = 8, 16

// Warm reads the windows of keys, and changes nothing.
func (t *Table) Warm(keys []uint64) {
	found := t.keys.warm(keys)
	for _, n := range found {
		if data := t.keys.at(n).value.data; len(data) > 0 {
			t.read += data[0]
		}
	}
	for _, n := range found {
		data := t.keys.at(n).value.data
		for i := line; i < min(len(data), mostLines*line); i += line {
			t.read += data[i]
		}
	}
}
