package aggregate

import (
	"math"
	"slices"

	"picket/controlplane"
)

// maxBuckets is how many buckets a window has at the most: the bits of a mask.
const maxBuckets = 16

// set counts distinct hashes in each bucket of a window, as a theta sketch of controlplane.SketchSize values each. A hash
// that is in several buckets is kept once. The zero value is empty.
type set struct {
	values []uint64 // ascending
	masks  []uint16 // in which buckets each value is
	theta  *[maxBuckets]uint64
}

// add merges a sketch into a bucket.
func (s *set) add(o controlplane.Sketch, bucket int) {
	if o.Theta != 0 {
		s.lower(bucket, o.Theta)
	}
	for _, v := range o.Values {
		s.insert(v, bucket)
	}
}

// lower leaves out of a bucket what is not below theta.
func (s *set) lower(bucket int, theta uint64) {
	if s.theta == nil {
		s.theta = new([maxBuckets]uint64)
	}
	if t := s.theta[bucket]; t != 0 && t <= theta {
		return
	}
	s.theta[bucket] = theta
	from, _ := slices.BinarySearch(s.values, theta)
	s.clear(from, 1<<bucket)
}

func (s *set) insert(v uint64, bucket int) {
	if s.theta != nil && s.theta[bucket] != 0 && v >= s.theta[bucket] {
		return
	}
	bit := uint16(1) << bucket
	i, found := slices.BinarySearch(s.values, v)
	switch {
	case !found:
		s.values, s.masks = slices.Insert(s.values, i, v), slices.Insert(s.masks, i, bit)
	case s.masks[i]&bit != 0:
		return
	default:
		s.masks[i] |= bit
	}
	if len(s.values) > controlplane.SketchSize {
		s.shrink(bucket, bit)
	}
}

// shrink keeps a bucket at the size of a sketch.
func (s *set) shrink(bucket int, bit uint16) {
	n, last := 0, 0
	for i, m := range s.masks {
		if m&bit != 0 {
			n++
			last = i
		}
	}
	if n > controlplane.SketchSize {
		s.lower(bucket, s.values[last])
	}
}

// expire empties buckets.
func (s *set) expire(buckets uint16) {
	s.clear(0, buckets)
	if s.theta == nil {
		return
	}
	left := false
	for b := range s.theta {
		if buckets>>b&1 != 0 {
			s.theta[b] = 0
		}
		left = left || s.theta[b] != 0
	}
	if !left {
		s.theta = nil
	}
}

// clear takes the values from an index on out of buckets.
func (s *set) clear(from int, buckets uint16) {
	kept := from
	for i := from; i < len(s.values); i++ {
		if m := s.masks[i] &^ buckets; m != 0 {
			s.values[kept], s.masks[kept] = s.values[i], m
			kept++
		}
	}
	s.values, s.masks = s.values[:kept], s.masks[:kept]
}

// distinct estimates how many there are in all buckets together; it is exact while no bucket left any out.
func (s *set) distinct() (n float64, exact bool) {
	theta := uint64(0)
	if s.theta != nil {
		for _, t := range s.theta {
			if t != 0 && (theta == 0 || t < theta) {
				theta = t
			}
		}
	}
	if theta == 0 {
		return float64(len(s.values)), true
	}
	below, _ := slices.BinarySearch(s.values, theta)
	return float64(below) / (float64(theta) / math.Exp2(64)), false
}
