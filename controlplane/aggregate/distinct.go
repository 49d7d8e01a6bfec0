package aggregate

import (
	"math"
	"slices"

	"picket/controlplane"
)

// maxBuckets is how many buckets a window has at the most: the bits of a mask.
const maxBuckets = 16

// set counts distinct hashes in each bucket of a window, as a theta sketch of controlplane.SketchSize values each. A hash that
// is in several buckets is kept once. In its record it is a word that says how many values there are and whether thetas follow,
// then the thetas of maxBuckets buckets (0: nothing was left out), then the values, ascending, and, four in a word, in which
// buckets each of them is.
type set struct {
	r       *record
	win, at int
}

const hasTheta = 1 << 63

func (s set) head() uint64 { return s.r.data[s.at] }
func (s set) len() int     { return int(uint32(s.head())) }

// first gives where the values begin.
func (s set) first() int {
	if s.head()&hasTheta != 0 {
		return s.at + 1 + maxBuckets
	}
	return s.at + 1
}

// next is the set behind this one.
func (s set) next() set {
	n := s.len()
	s.at = s.first() + n + maskWords(n)
	return s
}

func maskWords(n int) int { return (n + 3) / 4 }

func (s set) values() []uint64 {
	first := s.first()
	return s.r.data[first : first+s.len()]
}

// thetas are nil where there are none.
func (s set) thetas() []uint64 {
	if s.head()&hasTheta == 0 {
		return nil
	}
	return s.r.data[s.at+1 : s.at+1+maxBuckets]
}

func (s set) masks() masks {
	n := s.len()
	from := s.first() + n
	return s.r.data[from : from+maskWords(n)]
}

// masks are 16 bits for each value.
type masks []uint64

func (m masks) get(i int) uint16 { return uint16(m[i/4] >> (i % 4 * 16)) }

func (m masks) set(i int, mask uint16) {
	shift := i % 4 * 16
	m[i/4] = m[i/4]&^(0xffff<<shift) | uint64(mask)<<shift
}

// insert moves all from i on up by one; there must be room.
func (m masks) insert(i int, mask uint16) {
	for w := len(m) - 1; w > i/4; w-- {
		m[w] = m[w]<<16 | m[w-1]>>48
	}
	below := uint64(1)<<(i%4*16) - 1
	m[i/4] = m[i/4]&below | m[i/4]&^below<<16
	m.set(i, mask)
}

// add merges a sketch into a bucket.
func (s set) add(o controlplane.Sketch, bucket int) {
	if o.Theta != 0 {
		s.lower(bucket, o.Theta)
	}
	for _, v := range o.Values {
		s.insert(v, bucket)
	}
}

// lower leaves out of a bucket what is not below theta.
func (s set) lower(bucket int, theta uint64) {
	if s.head()&hasTheta == 0 {
		s.r.widen(s.win, s.at+1, maxBuckets)
		s.r.data[s.at] |= hasTheta
	}
	t := s.thetas()
	if t[bucket] != 0 && t[bucket] <= theta {
		return
	}
	t[bucket] = theta
	from, _ := slices.BinarySearch(s.values(), theta)
	s.clear(from, 1<<bucket)
}

func (s set) insert(v uint64, bucket int) {
	if t := s.thetas(); t != nil && t[bucket] != 0 && v >= t[bucket] {
		return
	}
	bit := uint16(1) << bucket
	i, found := slices.BinarySearch(s.values(), v)
	switch {
	case !found:
		s.put(i, v, bit)
	case s.masks().get(i)&bit != 0:
		return
	default:
		m := s.masks()
		m.set(i, m.get(i)|bit)
	}
	if s.len() > controlplane.SketchSize {
		s.shrink(bucket, bit)
	}
}

// put makes a value the one with the index i.
func (s set) put(i int, v uint64, mask uint16) {
	n, first := s.len(), s.first()
	if maskWords(n+1) > maskWords(n) {
		s.r.widen(s.win, first+n+maskWords(n), 1)
	}
	s.r.widen(s.win, first+i, 1)
	s.r.data[first+i] = v
	s.r.data[s.at]++
	s.masks().insert(i, mask)
}

// shrink keeps a bucket at the size of a sketch.
func (s set) shrink(bucket int, bit uint16) {
	n, last := 0, 0
	m := s.masks()
	for i := range s.len() {
		if m.get(i)&bit != 0 {
			n++
			last = i
		}
	}
	if n > controlplane.SketchSize {
		s.lower(bucket, s.values()[last])
	}
}

// expire empties buckets.
func (s set) expire(buckets uint16) {
	s.clear(0, buckets)
	thetas := s.thetas()
	if thetas == nil {
		return
	}
	left := uint64(0)
	for b := range thetas {
		if buckets>>b&1 != 0 {
			thetas[b] = 0
		}
		left |= thetas[b]
	}
	if left == 0 {
		s.r.data[s.at] &^= hasTheta
		s.r.shrink(s.win, s.at+1, maxBuckets)
	}
}

// clear takes the values from an index on out of buckets.
func (s set) clear(from int, buckets uint16) {
	n, first := s.len(), s.first()
	values, m := s.values(), s.masks()
	kept := from
	for i := from; i < n; i++ {
		if left := m.get(i) &^ buckets; left != 0 {
			values[kept] = values[i]
			m.set(kept, left)
			kept++
		}
	}
	if kept == n {
		return
	}
	copy(s.r.data[first+kept:], m[:maskWords(kept)])
	s.r.data[s.at] -= uint64(n - kept)
	s.r.shrink(s.win, first+kept+maskWords(kept), n-kept+maskWords(n)-maskWords(kept))
}

// distinct estimates how many there are in all buckets together; it is exact while no bucket left any out.
func (s set) distinct() (n float64, exact bool) {
	theta := uint64(0)
	for _, t := range s.thetas() {
		if t != 0 && (theta == 0 || t < theta) {
			theta = t
		}
	}
	if theta == 0 {
		return float64(s.len()), true
	}
	below, _ := slices.BinarySearch(s.values(), theta)
	return float64(below) / (float64(theta) / math.Exp2(64)), false
}
