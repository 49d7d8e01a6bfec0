package aggregate

import "picket/controlplane"

// finder finds the number of an entry by its key.
type finder[K comparable] interface {
	get(key K) (n int32, ok bool)
	put(key K, n int32) // the key is not there yet
	delete(key K)
	len() int
}

// newFinder makes a finder that suits the keys.
func newFinder[K comparable]() finder[K] {
	if x, ok := any(&hashes[uint64]{}).(finder[K]); ok {
		return x
	}
	if x, ok := any(&hashes[controlplane.EndpointID]{}).(finder[K]); ok {
		return x
	}
	return mapped[K]{}
}

// mapped finds keys of any kind.
type mapped[K comparable] map[K]int32

func (m mapped[K]) get(key K) (int32, bool) { n, ok := m[key]; return n, ok }
func (m mapped[K]) put(key K, n int32)      { m[key] = n }
func (m mapped[K]) delete(key K)            { delete(m, key) }
func (m mapped[K]) len() int                { return len(m) }

// hashes finds keys that are hashes, with a secret where others choose what is hashed: a table with open addresses
// (Knuth, The Art of Computer Programming 3, 6.4, algorithms L and R), in which a look-up mostly touches one line of memory.
type hashes[K ~uint64] struct {
	places []place[K] // a power of two; at most three quarters are taken
	shift  uint
	n      int
}

// place is one entry; number is one more than the entry's, 0: it is free.
type place[K ~uint64] struct {
	key    K
	number int32
}

const fewPlaces = 16

func (h *hashes[K]) len() int { return h.n }

// home is where a key would best be (Knuth, 6.4, multiplicative hashing).
func (h *hashes[K]) home(key K) int { return int(uint64(key) * 0x9e3779b97f4a7c15 >> h.shift) }

func (h *hashes[K]) get(key K) (int32, bool) {
	if h.n == 0 {
		return 0, false
	}
	for i, last := h.home(key), len(h.places)-1; ; i = (i + 1) & last {
		if p := &h.places[i]; p.number == 0 || p.key == key {
			return p.number - 1, p.number != 0
		}
	}
}

func (h *hashes[K]) put(key K, n int32) {
	if 4*(h.n+1) > 3*len(h.places) {
		h.grow()
	}
	h.n++
	h.set(place[K]{key, n + 1})
}

func (h *hashes[K]) set(p place[K]) {
	last := len(h.places) - 1
	i := h.home(p.key)
	for h.places[i].number != 0 {
		i = (i + 1) & last
	}
	h.places[i] = p
}

func (h *hashes[K]) grow() {
	old := h.places
	h.places = make([]place[K], max(fewPlaces, 2*len(old)))
	h.shift = 64
	for n := len(h.places); n > 1; n >>= 1 {
		h.shift--
	}
	for _, p := range old {
		if p.number != 0 {
			h.set(p)
		}
	}
}

// delete moves those behind the key up that could else not be found any more.
func (h *hashes[K]) delete(key K) {
	if h.n == 0 {
		return
	}
	last := len(h.places) - 1
	hole := h.home(key)
	for h.places[hole].key != key || h.places[hole].number == 0 {
		if h.places[hole].number == 0 {
			return
		}
		hole = (hole + 1) & last
	}
	h.n--
	for i := (hole + 1) & last; h.places[i].number != 0; i = (i + 1) & last {
		if (i-h.home(h.places[i].key))&last >= (i-hole)&last {
			h.places[hole] = h.places[i]
			hole = i
		}
	}
	h.places[hole] = place[K]{}
}
