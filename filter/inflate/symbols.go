package inflate

// endOfBlock is the symbol behind the literals.
const endOfBlock = 256

// symbols reads literals and matches until the window is full, the block ends or input is wanting.
func (r *Reader) symbols() bool {
	for {
		r.copyMatch()
		if r.pos == windowSize {
			return true
		}
		r.literals()
		if r.pos == windowSize {
			return true
		}
		r.refill()
		if !r.symbol() {
			return false
		}
		if r.state != stateSymbols {
			return true
		}
	}
}

// literals is the usual way: codes of few bits for single bytes. Whatever else there is, it leaves.
func (r *Reader) literals() {
	h, bits, n, pos := &r.lit, r.bits, r.n, r.pos
	for pos < windowSize {
		if n < fastBits {
			r.bits, r.n = bits, n
			r.refill()
			if bits, n = r.bits, r.n; n < fastBits {
				break
			}
		}
		e := h.fast[bits&h.mask&(1<<fastBits-1)]
		if e == 0 || e >= endOfBlock<<4 {
			break
		}
		r.window[pos&windowMask] = byte(e >> 4)
		pos++
		bits >>= e & 15
		n -= uint(e & 15)
	}
	r.bits, r.n, r.pos = bits, n, pos
}

// symbol reads a literal, a whole match or the end of the block: 48 bits at the most, so that a full refill has them, and
// what is incomplete is left for the next piece as it stands.
func (r *Reader) symbol() bool {
	s, n := r.lit.next(r.bits, r.n)
	switch {
	case s == noSymbol:
		return r.fail(ErrCode)
	case s == needMore:
		return false
	case s < endOfBlock:
		r.window[r.pos&windowMask] = byte(s)
		r.pos++
		r.take(n)
		return true
	case s == endOfBlock:
		r.take(n)
		r.state = stateBlock
		return true
	}
	return r.match(s, n)
}

// match reads a match, whose length's symbol takes n bits.
func (r *Reader) match(s int, n uint) bool {
	length, extra, ok := lengthOf(s)
	if !ok {
		return r.fail(ErrCode)
	}
	if r.n < n+extra {
		return false
	}
	bits := r.bits >> n
	length += int(bits & (1<<extra - 1))
	bits >>= extra
	n += extra
	d, dn := r.dist.next(bits, r.n-n)
	if d < 0 {
		return d == noSymbol && r.fail(ErrCode)
	}
	distance, extra, ok := distanceOf(d)
	if !ok {
		return r.fail(ErrDistance)
	}
	if r.n < n+dn+extra {
		return false
	}
	distance += int(bits >> dn & (1<<extra - 1))
	if distance > r.have+r.pos-r.flushed {
		return r.fail(ErrDistance)
	}
	r.take(n + dn + extra)
	r.length, r.distance = length, distance
	return true
}

// lengthOf gives a length's base and how many bits are added to it (RFC 1951, 3.2.5).
func lengthOf(s int) (base int, extra uint, ok bool) {
	switch {
	case s < 265:
		return s - 254, 0, true
	case s < 285:
		extra = uint(s-261) >> 2
		return (4+(s-265)&3)<<extra + 3, extra, true
	}
	return 258, 0, s == 285
}

// distanceOf is lengthOf for distances.
func distanceOf(d int) (base int, extra uint, ok bool) {
	if d < 4 {
		return d + 1, 0, true
	}
	extra = uint(d)>>1 - 1
	return (2+d&1)<<extra + 1, extra, d < 30
}

// copyMatch repeats what stands distance bytes back, as far as the window goes.
func (r *Reader) copyMatch() {
	for r.length > 0 && r.pos < windowSize {
		from := (r.pos - r.distance) & windowMask
		k := min(r.length, windowSize-r.pos, windowSize-from)
		to, source := r.window[r.pos:r.pos+k], r.window[from:from+k]
		if r.distance >= k || from > r.pos {
			copy(to, source)
		} else {
			for i := range to {
				to[i] = r.window[(from+i)&windowMask]
			}
		}
		r.pos += k
		r.length -= k
	}
}
