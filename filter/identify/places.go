package identify

import "encoding/binary"

// places remembers where requests went, by their folded targets.
type places struct {
	sets   [placeSets]placeSet
	once   [256]uint64 // tags that were seen: only what comes twice is kept
	folded [maxFolded + 8]byte
}

const placeSets = 32

// placeSet holds what is kept of the tags that end alike, the last used first.
type placeSet struct {
	tags [4]uint64
	kept [4]*knownPlace
}

type knownPlace struct {
	place  Place // its words point into target
	method string
	n      int
	folded [maxFolded]byte
	target [maxFolded]byte
}

// newPlaces gives nil where a declared word is shaped like an id: folding could not tell it from one.
func newPlaces(rules []Rule) *places {
	for i := range rules {
		for path := []byte(rules[i].Path); len(path) > 0; {
			var word []byte
			if word, path = cut(path, '/'); len(word) > 0 && word[0] != '{' && string(word) != "**" && shapedLikeID(word) {
				return nil
			}
		}
	}
	return &places{}
}

// Place says where a request goes. target is its path with the query. What it gives is valid until the next call.
func (r *Router) Place(method, host, target []byte) *Place {
	k, h := r.known, r.host(host)
	if k == nil || len(method) == 0 || !fold(&k.folded, target) {
		r.place(&r.other, method, h, target)
		return &r.other
	}
	tag := k.tag(method, h, len(target))
	s := &k.sets[tag%placeSets]
	for i, t := range s.tags {
		if t != tag || s.kept[i] == nil {
			continue
		}
		if p := s.kept[i]; p.place.Host == h && p.method == string(method) && string(p.folded[:p.n]) == string(k.folded[:len(target)]) {
			if i > 0 {
				s.first(i)
			}
			r.refill(&p.place, target)
			return &p.place
		}
	}
	r.place(&r.other, method, h, target)
	if seen := &k.once[tag>>32%uint64(len(k.once))]; *seen != tag {
		*seen = tag
		return &r.other
	}
	if r.other.nIDs > maxIDs {
		return &r.other
	}
	return r.keep(s, tag, method, h, target)
}

// tag mixes what a folded target of n bytes is looked for by.
func (k *places) tag(method []byte, host uint64, n int) uint64 {
	binary.LittleEndian.PutUint64(k.folded[n:], 0)
	tag := host ^ uint64(len(method))<<8 ^ uint64(method[0]) ^ uint64(n)<<16
	for i := 0; i < n; i += 8 {
		tag = (tag ^ binary.LittleEndian.Uint64(k.folded[i:])) * 0x9e3779b97f4a7c15
		tag ^= tag >> 29
	}
	return tag
}

// first puts the one at i before all others.
func (s *placeSet) first(i int) {
	t, p := s.tags[i], s.kept[i]
	copy(s.tags[1:i+1], s.tags[:i])
	copy(s.kept[1:i+1], s.kept[:i])
	s.tags[0], s.kept[0] = t, p
}

// keep remembers a place instead of the least lately used one of its set.
func (r *Router) keep(s *placeSet, tag uint64, method []byte, host uint64, target []byte) *Place {
	s.first(len(s.tags) - 1)
	if s.kept[0] == nil {
		s.kept[0] = new(knownPlace)
	}
	p := s.kept[0]
	s.tags[0], p.method, p.n = tag, string(method), copy(p.folded[:], r.known.folded[:len(target)])
	copy(p.target[:], target)
	r.place(&p.place, method, host, p.target[:p.n])
	p.place.Kept = true
	return &p.place
}

// refill puts the ids, and what is looked for, of a target into the place of those that fold as it does.
func (r *Router) refill(p *Place, target []byte) {
	if p.nSought > 0 {
		sought := r.sought[:0]
		for _, at := range p.sought[:p.nSought] {
			sought = appendID(sought, target[at.from:at.to])
		}
		p.Query = r.key.Hash(DomainQuery, sought)
	}
	if p.nIDs == 0 {
		return
	}
	ids := r.ids[:0]
	for _, at := range p.ids[:p.nIDs] {
		id := target[at.from:at.to]
		ids = appendID(ids, id)
		p.Number = ordinal(id)
	}
	p.Object = r.key.Hash(DomainObject, ids)
	if p.owner.to > 0 {
		p.OwnerRaw = target[p.owner.from:p.owner.to]
	}
}
