package identify

import "slices"

// Slug says where in paths words stand for values, as the names of tenants do: in the segment behind a prefix.
type Slug struct {
	Host   uint64   // the hash of a named host, else 0
	Prefix []uint64 // of the segments before, the hash of a word, or 0 for {id}; at least one
	Words  []uint64 // the hashes of those that stay words in this place
}

// slugs are the learned places of slugs. The zero value has none.
type slugs struct {
	depths uint32              // bit i: some prefix has i segments; 0: there are none
	words  map[uint64][]uint64 // those that stay words, ascending, by the trail of the prefix

	// Of the path at hand.
	trail uint64
	taken uint32              // bit i: the segment is a slug
	hash  [MaxSegments]uint64 // of those that are, as words
}

// Learn has the router take words for values in these places. What is declared of a path goes before. Call it before the
// first Place.
func (r *Router) Learn(all []Slug) {
	r.slugs = slugs{}
	for _, s := range all {
		if len(s.Prefix) == 0 || len(s.Prefix) >= MaxSegments {
			continue
		}
		if r.slugs.words == nil {
			r.slugs.words = make(map[uint64][]uint64, len(all))
		}
		r.slugs.depths |= 1 << len(s.Prefix)
		r.slugs.words[SlugPlace(s.Host, s.Prefix)] = slices.Sorted(slices.Values(s.Words))
	}
}

// SlugPlace names the place behind a prefix of a path: a host's hash, and the segments' (0 for {id}).
func SlugPlace(host uint64, prefix []uint64) uint64 {
	t := host
	for _, h := range prefix {
		t = trail(t, h)
	}
	return t
}

// trail goes on by one segment. What it mixes are keyed hashes, so that nobody outside can make two places one.
func trail(t, segment uint64) uint64 {
	t = (t ^ segment) + 0x9e3779b97f4a7c15
	t = (t ^ t>>30) * 0xbf58476d1ce4e5b9
	return t ^ t>>27
}

// begin begins a path.
func (s *slugs) begin(host uint64) { s.trail, s.taken = host, 0 }

// pass goes on by one segment.
func (s *slugs) pass(segment uint64) { s.trail = trail(s.trail, segment) }

// take says whether a word is a value where it stands, at segment i, and goes on. One that is declared is not, nor one that
// says that callers show who they are: nobody may hide a login so.
func (s *slugs) take(i int, hash uint64, word []byte, declared bool) bool {
	if !declared && s.depths>>i&1 == 1 {
		if words, ok := s.words[s.trail]; ok {
			if _, stays := slices.BinarySearch(words, hash); !stays && !showsWho(word) {
				s.taken |= 1 << i
				s.hash[i] = hash
				s.pass(0)
				return true
			}
		}
	}
	s.pass(hash)
	return false
}

// literal gives the endpoint of a path in which values were taken, as if they were words.
func (r *Router) literal(p *Place) uint64 {
	segments := p.Segments
	for i := range p.N {
		if r.slugs.taken>>i&1 == 1 {
			segments[i] = r.slugs.hash[i]
		}
	}
	return r.key.Endpoint(p.Method, p.Host, segments[:p.N])
}
