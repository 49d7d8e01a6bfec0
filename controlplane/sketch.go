package controlplane

import (
	"math"
	"slices"
)

// SketchSize is how many hashes a sketch keeps; up to that many distinct values are counted exactly.
const SketchSize = 64

// Sketch is a theta sketch of distinct 64-bit hashes (Dasgupta, Lang, Rhodes, Thaler: "A Framework for Estimating
// Stream Expression Cardinalities", 2016): Values are the hashes seen below Theta, ascending; Theta 0 means that
// nothing was left out. Merging is associative, commutative and idempotent. Values is never changed in place.
type Sketch struct {
	Theta  uint64
	Values []uint64
}

// Merge gives the sketch of the union.
func (s Sketch) Merge(o Sketch) Sketch {
	m := Sketch{Theta: minTheta(s.Theta, o.Theta)}
	m.Values = make([]uint64, 0, len(s.Values)+len(o.Values))
	m.Values = append(append(m.Values, s.Values...), o.Values...)
	slices.Sort(m.Values)
	m.Values = slices.Compact(m.Values)
	if m.Theta != 0 {
		i, _ := slices.BinarySearch(m.Values, m.Theta)
		m.Values = m.Values[:i]
	}
	if len(m.Values) > SketchSize {
		m.Theta = m.Values[SketchSize]
		m.Values = m.Values[:SketchSize]
	}
	return m
}

// Distinct estimates how many distinct hashes were added; exact while Theta is 0.
func (s Sketch) Distinct() float64 {
	if s.Theta == 0 {
		return float64(len(s.Values))
	}
	return float64(len(s.Values)) / (float64(s.Theta) / math.Exp2(64))
}

func minTheta(a, b uint64) uint64 {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}
