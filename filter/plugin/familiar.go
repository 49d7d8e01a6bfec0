package plugin

import (
	"encoding/binary"
	"net/netip"

	"picket/filter/identify"
	"picket/filter/report"
)

// familiar remembers the headers of callers that come again: whole, with what was made of them, where nothing was found in
// them. A request that brings the same headers byte by byte, all but the few that differ from request to request, is neither
// read nor looked at twice: its path and those few are. What differs by a byte elsewhere is unknown.
type familiar struct {
	sets [familiarSets]familiarSet
	once [256]uint64 // tags that were seen: only what comes twice is kept
	off  bool        // the settings ask for more than headers

	// Of the request at hand.
	tag   uint64
	whole bool // it may be kept
	now   layout
}

// familiarSet holds what is kept of the tags that end alike, the last used first.
type familiarSet struct {
	tags [4]uint64
	kept [4]*headers
}

const (
	familiarSets = 32
	// maxFamiliar is the longest header map that is kept, in bytes as the host serializes it.
	maxFamiliar = 2048
	maxVarying  = 4
)

// layout says where in a header map the headers stand whose values vary.
type layout struct {
	n       int
	varying [maxVarying]varying
	path    int // which of them is :path
	lengths int // how many of them are content-length
}

// varying is one of them: its place in the list, and the offsets of its name, its value and its end.
type varying struct{ index, name, value, end int }

// headers is one header map, and what was made of it.
type headers struct {
	n       int // bytes of text
	text    [maxFamiliar]byte
	layout  layout
	request identify.Request // its slices point into text; path and length are another request's
	facets  identify.Facets
	client  netip.Addr
	caller  report.Caller
	// forwarded says that the headers tell the client's address. Else Envoy is asked for it each time.
	forwarded bool
}

// reset forgets all, because the settings or the key are others.
func (f *familiar) reset(s *settings) {
	*f = familiar{off: s.mtls}
	for _, k := range s.sources.KeyHeaders {
		f.off = f.off || varies(k)
	}
}

// varies says whether a header's value differs from request to request, and means nothing to identify but for those that
// recall reads.
func varies(name []byte) bool {
	switch len(name) {
	case 5:
		return string(name) == ":path"
	case 11:
		return string(name) == "traceparent"
	case 12:
		return string(name) == "x-request-id"
	case 14:
		return string(name) == "content-length"
	}
	return false
}

// find gives the headers that p has but for those that vary, or nil. p may be malformed.
func (f *familiar) find(p identify.Pairs) *headers {
	f.whole = false
	if f.off || len(p) < 4 || len(p) > maxFamiliar || !f.survey(p) {
		return nil
	}
	f.whole = true
	s := &f.sets[f.tag%familiarSets]
	for i, t := range s.tags {
		if t != f.tag || s.kept[i] == nil {
			continue
		}
		if h := s.kept[i]; h.same(p, &f.now) {
			if i > 0 {
				s.first(i)
			}
			return h
		}
	}
	return nil
}

// first puts the one at i before all others.
func (s *familiarSet) first(i int) {
	t, h := s.tags[i], s.kept[i]
	copy(s.tags[1:i+1], s.tags[:i])
	copy(s.kept[1:i+1], s.kept[:i])
	s.tags[0], s.kept[0] = t, h
}

// survey finds the headers that vary, and mixes the ends of all others into a tag. It reports whether p is well formed, has
// a path, and no more varying headers than there is room for.
func (f *familiar) survey(p identify.Pairs) bool {
	n := int(binary.LittleEndian.Uint32(p))
	at := 4 + 8*n
	if n > len(p)/8 || at > len(p) {
		return false
	}
	l := &f.now
	l.n, l.path, l.lengths = 0, -1, 0
	tag := uint64(n)
	for i := range n {
		kn, vn := int(binary.LittleEndian.Uint32(p[4+8*i:])), int(binary.LittleEndian.Uint32(p[8+8*i:]))
		value := at + kn + 1
		end := value + vn
		if end >= len(p) {
			return false
		}
		if kn <= 14 && kn >= 5 && varies(p[at:at+kn]) {
			if l.n == maxVarying {
				return false
			}
			if kn == 5 {
				l.path = l.n
			}
			if kn == 14 {
				l.lengths++
			}
			v := &l.varying[l.n]
			v.index, v.name, v.value, v.end = i, at, value, end
			l.n++
		} else {
			tag = (tag ^ binary.LittleEndian.Uint64(p[end-8:])) * 0x9e3779b97f4a7c15
			tag ^= tag >> 29
		}
		at = end + 1
	}
	f.tag = tag
	return l.path >= 0 && at == len(p)
}

// same says whether p has these headers but for those that vary. Both are well formed.
func (h *headers) same(p identify.Pairs, l *layout) bool {
	if l.n != h.layout.n {
		return false
	}
	text := h.text[:h.n]
	lengths, data, dataText := 0, 4+8*int(binary.LittleEndian.Uint32(p)), 4+8*int(binary.LittleEndian.Uint32(p))
	for i := range l.n {
		a, b := &l.varying[i], &h.layout.varying[i]
		until := 8 + 8*a.index // the varying value's length
		if a.index != b.index || string(p[lengths:until]) != string(text[lengths:until]) || string(p[data:a.value]) != string(text[dataText:b.value]) {
			return false
		}
		lengths, data, dataText = until+4, a.end, b.end
	}
	first := 4 + 8*int(binary.LittleEndian.Uint32(p))
	return string(p[lengths:first]) == string(text[lengths:first]) && string(p[data:]) == string(text[dataText:])
}

// recall makes of a request what was made of its headers before.
func (h *headers) recall(r *identify.Request, p identify.Pairs, l *layout) {
	*r = h.request
	for i := range l.n {
		v := &l.varying[i]
		switch value := p[v.value:v.end]; {
		case i == l.path:
			r.Path = value
		case p[v.name] == 'c':
			r.ContentLength, _ = identify.Number(value)
		}
	}
}

// keep remembers the request that w has at hand, the second time that it comes. Nothing was found in it.
func (f *familiar) keep(p identify.Pairs, w *worker) {
	if !f.whole || w.request.Forged {
		return
	}
	if seen := &f.once[f.tag>>32%uint64(len(f.once))]; *seen != f.tag {
		*seen = f.tag
		return
	}
	s := &f.sets[f.tag%familiarSets]
	s.first(len(s.tags) - 1) // which makes the least lately used the first
	if s.kept[0] == nil {
		s.kept[0] = new(headers)
	}
	h := s.kept[0]
	s.tags[0], h.n, h.layout = f.tag, copy(h.text[:], p), f.now
	h.facets, h.client, h.caller, h.forwarded = w.facets, w.client, w.caller, w.forwarded
	h.request.Scan(h.text[:h.n], &w.settings.sources) // as well formed as p
}
