package report

// SketchSize is how many hashes a sketch keeps at the most.
const SketchSize = 64

// smallSketch is how many it keeps within its row, before it takes a block of SketchSize from the pool.
const smallSketch = 4

// sketch is a theta sketch (picket.v1.Sketch) that never allocates: its values are ascending, and every hash below
// theta is among them; theta 0 means that nothing was left out.
type sketch struct {
	theta uint64
	n     int
	small [smallSketch]uint64
	big   *[SketchSize]uint64
}

// blocks is the pool of large sketches.
type blocks struct {
	all  []([SketchSize]uint64)
	used int
}

func newBlocks(n int) blocks { return blocks{all: make([][SketchSize]uint64, n)} }

// take gives a block, or nil when all are in use.
func (b *blocks) take() *[SketchSize]uint64 {
	if b.used == len(b.all) {
		return nil
	}
	b.used++
	return &b.all[b.used-1]
}

func (s *sketch) values() []uint64 {
	if s.big != nil {
		return s.big[:s.n]
	}
	return s.small[:s.n]
}

// add takes a hash. It reports false when there was no block for a sketch that wanted to grow: the sketch holds on with
// fewer values, and is still right.
func (s *sketch) add(h uint64, pool *blocks) bool {
	if s.theta != 0 && h >= s.theta {
		return true
	}
	v := s.values()
	at := 0
	for at < len(v) && v[at] < h {
		at++
	}
	if at < len(v) && v[at] == h {
		return true
	}
	if s.n < smallSketch || s.big != nil && s.n < SketchSize {
		s.insert(at, h)
		return true
	}
	if s.big == nil {
		if block := pool.take(); block != nil {
			copy(block[:], v)
			s.big = block
			s.insert(at, h)
			return true
		}
	}
	s.squeeze(at, h)
	return s.big != nil
}

func (s *sketch) insert(at int, h uint64) {
	s.n++
	v := s.values()
	copy(v[at+1:], v[at:])
	v[at] = h
}

// squeeze lowers theta to the largest hash that is known, which leaves the sketch.
func (s *sketch) squeeze(at int, h uint64) {
	if at == s.n {
		s.theta = h
		return
	}
	v := s.values()
	s.theta = v[s.n-1]
	copy(v[at+1:], v[at:s.n-1])
	v[at] = h
}
