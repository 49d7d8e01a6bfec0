package plugin

// pool keeps what streams need for a while, so that it is used again. It holds as many as were ever in use at once, and
// gives at most poolLimit.
type pool[T any] struct {
	free []*T
	out  int
	make func() *T // nil: the zero value serves
}

// poolLimit bounds what bodies that come in pieces may take of a worker's memory.
const poolLimit = 2048

// take gives one in whatever state it was left, or nil where too many are in use.
func (p *pool[T]) take() *T {
	if p.out >= poolLimit {
		return nil
	}
	p.out++
	if n := len(p.free); n > 0 {
		v := p.free[n-1]
		p.free = p.free[:n-1]
		return v
	}
	if p.make != nil {
		return p.make()
	}
	return new(T)
}

// give takes one back; nil is none.
func (p *pool[T]) give(v *T) {
	if v != nil {
		p.out--
		p.free = append(p.free, v)
	}
}
