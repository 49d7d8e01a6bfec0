package inflate

import "math/bits"

const (
	maxLit  = 288 // 286 that may be used, and two that fixed codes have besides
	maxDist = 32
	maxBits = 15
	// fastBits is how long codes may be that one look-up finds.
	fastBits = 9
)

// huffman is a canonical code.
type huffman struct {
	fast   [1 << fastBits]uint16 // symbol<<4 | length, by the next bits; 0: a longer code, or none
	symbol [maxLit]uint16        // by code
	count  [maxBits + 1]uint16   // of codes, by length
	mask   uint64
	max    int
}

// make builds the code of those lengths, and says whether it is one. A code must be complete, save that it may be empty or
// have a single symbol of one bit: what zlib or Go's library would read, a service behind may read too.
func (h *huffman) make(lengths []uint8) bool {
	h.count = [maxBits + 1]uint16{}
	for _, l := range lengths {
		h.count[l&maxBits]++
	}
	used := len(lengths) - int(h.count[0])
	h.count[0] = 0
	h.max = 0
	left := 1
	for l := 1; l <= maxBits; l++ {
		if h.count[l] > 0 {
			h.max = l
		}
		left = left<<1 - int(h.count[l])
		if left < 0 {
			return false
		}
	}
	if left > 0 && used > 0 && (used > 1 || h.max != 1) {
		return false
	}
	h.fill(lengths)
	return true
}

// fill sorts the symbols, and makes the table; it is no longer than the longest code needs, so that short blocks are cheap.
func (h *huffman) fill(lengths []uint8) {
	fast := min(h.max, fastBits)
	h.mask = 1<<fast - 1
	clear(h.fast[:h.mask+1])
	var index, code [maxBits + 2]uint16
	for l := 1; l <= maxBits; l++ {
		index[l+1] = index[l] + h.count[l]
		code[l+1] = (code[l] + h.count[l]) << 1
	}
	for s, l := range lengths {
		if l == 0 || l > maxBits {
			continue
		}
		h.symbol[index[l]%maxLit] = uint16(s)
		index[l]++
		if int(l) <= fast {
			entry := uint16(s)<<4 | uint16(l)
			for i := reverse(code[l], l); i <= int(h.mask); i += 1 << l {
				h.fast[i&(1<<fastBits-1)] = entry
			}
		}
		code[l]++
	}
}

// reverse turns the lowest n bits round: codes come with their highest bit first.
func reverse(v uint16, n uint8) int { return int(bits.Reverse16(v) >> (16 - n)) }

// What next gives instead of a symbol.
const (
	needMore = -1
	noSymbol = -2
)

// next gives the symbol at the start of bits, of which n count, and how long its code is.
func (h *huffman) next(bits uint64, n uint) (symbol int, length uint) {
	if e := h.fast[bits&h.mask&(1<<fastBits-1)]; e != 0 && uint(e&15) <= n {
		return int(e >> 4), uint(e & 15)
	}
	return h.slow(bits, n)
}

// slow counts through the lengths (as Mark Adler's puff does).
func (h *huffman) slow(bits uint64, n uint) (symbol int, length uint) {
	code, first, index := 0, 0, 0
	for l := 1; l <= h.max; l++ {
		if uint(l) > n {
			return needMore, 0
		}
		code |= int(bits & 1)
		bits >>= 1
		count := int(h.count[l])
		if code-first < count {
			return int(h.symbol[(index+code-first)%maxLit]), uint(l)
		}
		index += count
		first = (first + count) << 1
		code <<= 1
	}
	return noSymbol, 0
}

// fixedCodes sets up the codes of RFC 1951, 3.2.6, unless they are there: a block of them may be ten bits long.
func (r *Reader) fixedCodes() {
	if r.fixed {
		return
	}
	l := r.lengths[:maxLit]
	for i := range l {
		l[i] = 8
	}
	for i := 144; i < 256; i++ {
		l[i] = 9
	}
	for i := 256; i < 280; i++ {
		l[i] = 7
	}
	r.lit.make(l)
	l = l[:maxDist]
	for i := range l {
		l[i] = 5
	}
	r.dist.make(l)
	r.fixed = true
}

func (r *Reader) counts() bool {
	if r.n < 14 {
		return false
	}
	r.nlit, r.ndist, r.norder = r.take(5)+257, r.take(5)+1, r.take(4)+4
	if r.nlit > 286 || r.ndist > 30 {
		return r.fail(ErrCode)
	}
	r.at, r.fixed = 0, false
	clear(r.lengths[:19])
	r.state = stateOrder
	return true
}

// codeOrder is in which order the lengths of the codes for lengths come (RFC 1951, 3.2.7).
const codeOrder = "\x10\x11\x12\x00\x08\x07\x09\x06\x0a\x05\x0b\x04\x0c\x03\x0d\x02\x0e\x01\x0f"

// order reads the code for lengths; dist holds it until they are read.
func (r *Reader) order() bool {
	for r.at < r.norder {
		if r.n < 3 {
			r.refill()
			if r.n < 3 {
				return false
			}
		}
		r.lengths[codeOrder[r.at]] = uint8(r.take(3))
		r.at++
	}
	if !r.dist.make(r.lengths[:19]) {
		return r.fail(ErrCode)
	}
	r.at = 0
	r.state = stateLengths
	return true
}

func (r *Reader) codeLengths() bool {
	for r.at < r.nlit+r.ndist {
		r.refill()
		if !r.codeLength() {
			return false
		}
	}
	lit, dist := r.lengths[:r.nlit], r.lengths[r.nlit:r.nlit+r.ndist]
	if lit[256] == 0 || !r.lit.make(lit) || !r.dist.make(dist) {
		return r.fail(ErrCode)
	}
	r.state = stateSymbols
	return true
}

// codeLength reads one length, or how often one is repeated: 14 bits at the most.
func (r *Reader) codeLength() bool {
	s, n := r.dist.next(r.bits, r.n)
	if s < 0 {
		return s == noSymbol && r.fail(ErrCode)
	}
	repeat, extra := 1, uint(0)
	switch s {
	case 16:
		repeat, extra = 3, 2
	case 17:
		repeat, extra = 3, 3
	case 18:
		repeat, extra = 11, 7
	}
	if r.n < n+extra {
		return false
	}
	r.take(n)
	repeat += r.take(extra)
	return r.repeat(s, repeat)
}

// repeat notes a length so many times.
func (r *Reader) repeat(s, times int) bool {
	length := uint8(0)
	switch {
	case s < 16:
		length = uint8(s)
	case s == 16 && r.at == 0:
		return r.fail(ErrCode)
	case s == 16:
		length = r.lengths[r.at-1]
	}
	if times > r.nlit+r.ndist-r.at {
		return r.fail(ErrCode)
	}
	for range times {
		r.lengths[r.at] = length
		r.at++
	}
	return true
}
