// Package inflate undoes gzip and deflate for bodies that arrive in pieces and cannot be pulled. Nothing here calls the
// host or allocates; the work for a stream is bounded by its length and by a limit on what comes out.
package inflate

// Error is why a stream cannot be read on.
type Error string

// Error gives the sentence.
func (e Error) Error() string { return string(e) }

// The errors.
const (
	ErrHeader    Error = "inflate: bad header"               // or a preset dictionary, which nobody can know
	ErrBlock     Error = "inflate: bad block type or length" //
	ErrCode      Error = "inflate: bad code"                 // a set of codes that is none, or a symbol outside it
	ErrDistance  Error = "inflate: bad distance"             // a match that begins before the stream does
	ErrChecksum  Error = "inflate: bad checksum or length"   // what came out is not what was put in
	ErrTrailing  Error = "inflate: bytes behind the stream"  // they were not read
	ErrTruncated Error = "inflate: the stream is incomplete" // of End only
	ErrTooMuch   Error = "inflate: more than the limit"      // what came before was handed out
)

// Format is how a body is compressed.
type Format uint8

// The formats, by their names in Content-Encoding.
const (
	// Gzip is RFC 1952, of one member or several.
	Gzip Format = iota
	// Deflate is zlib (RFC 1950) by the standard; some send the raw stream (RFC 1951). The first two bytes decide:
	// what is a header of zlib counts as one.
	Deflate
)

// state is what the next bits are.
type state uint8

const (
	stateHeader state = iota // bytes of a header, see header.go
	stateBlock
	stateStored // the lengths of a stored block
	stateCopy   // its bytes
	stateCounts // a dynamic block: how many codes
	stateOrder  // the lengths of the codes for lengths
	stateLengths
	stateSymbols
	stateTrailer
	stateDone
)

const (
	windowSize = 32 << 10
	windowMask = windowSize - 1
)

// Reader inflates one stream at a time. It holds about 38 KiB and is made to be used again: Reset comes first, always.
type Reader struct {
	window  [windowSize]byte // a ring
	pos     int              // where the next byte goes
	flushed int              // from here to pos nothing was handed out yet
	have    int              // bytes of this member that the window still has from before flushed
	room    int              // bytes that may still be handed out

	in   []byte // of the piece at hand, what is not in bits
	bits uint64 // the lowest is the next
	n    uint   // how many of them; those above are 0

	state state
	last  bool // the block at hand is the last
	err   error

	length, distance int // of a match that did not fit, or left of a stored block

	lit, dist huffman
	lengths   [maxLit + maxDist]uint8
	nlit      int
	ndist     int
	norder    int
	at        int  // how many lengths were read
	fixed     bool // lit and dist are the fixed codes

	head header
	sum  checksum
}

// Reset forgets the stream before. limit is how many bytes may come out at the most.
func (r *Reader) Reset(f Format, limit int) {
	r.pos, r.flushed, r.have, r.room = 0, 0, 0, max(limit, 0)
	r.in, r.bits, r.n = nil, 0, 0
	r.state, r.last, r.err = stateHeader, false, nil
	r.length, r.fixed = 0, false
	r.head = header{format: f}
	r.sum.reset()
}

// Feed takes the next piece and hands what comes of it to out, in order: views of the reader's memory, valid during the
// call. Everything up to the fault is handed out before an error is returned; an error is for good. p is not kept.
func (r *Reader) Feed(p []byte, out func([]byte)) error {
	if r.err != nil {
		return r.err
	}
	r.in = p
	for r.err == nil && r.step() {
		if r.pos == windowSize || r.state == stateTrailer {
			r.flush(out)
		}
	}
	fault := r.err
	r.err = nil
	r.flush(out)
	if r.err == nil {
		r.err = fault
	}
	r.in = nil
	return r.err
}

// End says whether the stream was complete: nil, ErrTruncated, or Feed's error.
func (r *Reader) End() error {
	switch {
	case r.err != nil:
		return r.err
	case r.state == stateDone, r.state == stateHeader && r.head.between():
		return nil
	}
	return ErrTruncated
}

// flush hands out what was inflated since the last time, within the limit.
func (r *Reader) flush(out func([]byte)) {
	piece := r.window[r.flushed:r.pos]
	if len(piece) > r.room {
		piece = piece[:r.room]
		r.err = ErrTooMuch
	}
	r.room -= len(piece)
	r.have = min(r.have+len(piece), windowSize)
	r.sum.add(r.head.kind, piece)
	r.flushed = r.pos
	if r.pos == windowSize {
		r.pos, r.flushed = 0, 0
	}
	if len(piece) > 0 {
		out(piece)
	}
}

// step goes on by one thing, and says whether there was enough input for it.
func (r *Reader) step() bool {
	r.refill()
	switch r.state {
	case stateHeader:
		return r.headerByte()
	case stateBlock:
		return r.block()
	case stateStored:
		return r.stored()
	case stateCopy:
		return r.copyStored()
	case stateCounts:
		return r.counts()
	case stateOrder:
		return r.order()
	case stateLengths:
		return r.codeLengths()
	case stateSymbols:
		return r.symbols()
	case stateTrailer:
		return r.trailer()
	}
	if r.n >= 8 {
		r.err = ErrTrailing
	}
	return false
}

// fail ends the stream, and gives what a step gives then.
func (r *Reader) fail(e Error) bool {
	r.err = e
	return false
}

// refill takes bytes into bits: at least 56 are there then, unless the input is over.
func (r *Reader) refill() {
	if p := r.in; len(p) >= 8 {
		k := (63 - r.n) >> 3
		v := uint64(p[0]) | uint64(p[1])<<8 | uint64(p[2])<<16 | uint64(p[3])<<24 |
			uint64(p[4])<<32 | uint64(p[5])<<40 | uint64(p[6])<<48 | uint64(p[7])<<56
		r.bits |= v & (1<<(8*k) - 1) << r.n
		r.n += 8 * k
		r.in = p[k:]
		return
	}
	k := 0
	for ; r.n <= 55 && k < len(r.in); k++ {
		r.bits |= uint64(r.in[k]) << r.n
		r.n += 8
	}
	r.in = r.in[k:]
}

// take gives the next k bits, which are there.
func (r *Reader) take(k uint) int {
	v := int(r.bits & (1<<k - 1))
	r.bits >>= k
	r.n -= k
	return v
}

// align drops what is left of a byte.
func (r *Reader) align() { r.take(r.n & 7) }

func (r *Reader) block() bool {
	if r.last {
		r.align()
		r.state = stateTrailer
		return true
	}
	if r.n < 3 {
		return false
	}
	r.last = r.take(1) == 1
	switch r.take(2) {
	case 0:
		r.align()
		r.state = stateStored
	case 1:
		r.fixedCodes()
		r.state = stateSymbols
	case 2:
		r.state = stateCounts
	default:
		return r.fail(ErrBlock)
	}
	return true
}

func (r *Reader) stored() bool {
	if r.n < 32 {
		return false
	}
	r.length = r.take(16)
	if r.length^r.take(16) != 0xffff {
		return r.fail(ErrBlock)
	}
	r.state = stateCopy
	return true
}

// copyStored empties bits first, then copies from the piece itself.
func (r *Reader) copyStored() bool {
	for r.length > 0 && r.n >= 8 && r.pos < windowSize {
		r.window[r.pos] = byte(r.take(8))
		r.pos++
		r.length--
	}
	if r.n == 0 {
		k := copy(r.window[r.pos:], r.in[:min(len(r.in), r.length)])
		r.pos += k
		r.length -= k
		r.in = r.in[k:]
	}
	if r.length == 0 {
		r.state = stateBlock
	}
	return r.length == 0 || r.pos == windowSize
}
