package inflate

import "math/bits"

// kind is what a stream turned out to be.
type kind uint8

const (
	kindRaw kind = iota
	kindZlib
	kindGzip
)

// header reads what stands before a stream, or before a member of gzip, byte by byte.
type header struct {
	format  Format
	kind    kind
	members int
	field   field
	flags   byte
	first   byte
	n       int // bytes of the field that were read; of the extra field: that are to come
	crc     int // of the header, as it says
}

// field is one of a gzip header's, in their order.
type field uint8

const (
	fieldFixed field = iota
	fieldExtraSize
	fieldExtra
	fieldName
	fieldComment
	fieldCRC
	fieldNone
)

// Flags of gzip's header.
const (
	flagCRC     = 1 << 1
	flagExtra   = 1 << 2
	flagName    = 1 << 3
	flagComment = 1 << 4
)

// between: members came, and of the next one nothing.
func (h *header) between() bool { return h.members > 0 && h.field == fieldFixed && h.n == 0 }

func (r *Reader) headerByte() bool {
	if r.n < 8 {
		return false
	}
	if r.head.format == Deflate {
		return r.zlibHeader()
	}
	c := byte(r.take(8))
	if r.head.field != fieldCRC {
		r.sum.header(c)
	}
	r.gzipHeader(c)
	return r.err == nil
}

// zlibHeader looks at two bytes, and takes them where they are a header.
func (r *Reader) zlibHeader() bool {
	if r.n < 16 {
		return false
	}
	cmf, flg := r.bits&0xff, r.bits>>8&0xff
	r.head.kind = kindRaw
	r.state = stateBlock
	if cmf&15 != 8 || cmf>>4 > 7 || (cmf<<8|flg)%31 != 0 {
		return true
	}
	if flg&0x20 != 0 {
		return r.fail(ErrHeader)
	}
	r.head.kind = kindZlib
	r.sum.begin(kindZlib)
	r.take(16)
	return true
}

func (r *Reader) gzipHeader(c byte) {
	h := &r.head
	switch h.field {
	case fieldFixed:
		r.fixedHeader(c)
		return
	case fieldExtraSize:
		if h.n++; h.n == 1 {
			h.first = c
			return
		}
		if h.n = int(h.first) | int(c)<<8; h.n > 0 {
			h.field = fieldExtra
			return
		}
		h.field = fieldExtra
	case fieldExtra:
		if h.n--; h.n > 0 {
			return
		}
	case fieldName, fieldComment:
		if c != 0 {
			return
		}
	case fieldCRC:
		if h.n++; h.n == 1 {
			h.first = c
			return
		}
		if h.crc != int(h.first)|int(c)<<8 {
			r.fail(ErrHeader)
			return
		}
	}
	r.nextField()
}

// fixedHeader reads ten bytes: two that name the format, the method, flags, a time and two that do not matter.
func (r *Reader) fixedHeader(c byte) {
	h := &r.head
	switch {
	case h.n < 2 && c != "\x1f\x8b"[h.n] && h.members > 0:
		r.fail(ErrTrailing)
		return
	case h.n < 3 && c != "\x1f\x8b\x08"[h.n]:
		r.fail(ErrHeader)
		return
	case h.n == 3:
		h.flags = c
	}
	if h.n++; h.n == 10 {
		r.nextField()
	}
}

// nextField goes to the next field that the flags name, or to the stream.
func (r *Reader) nextField() {
	h := &r.head
	h.n = 0
	for h.field++; h.field < fieldNone; h.field++ {
		if h.field == fieldExtraSize && h.flags&flagExtra != 0 || h.field == fieldName && h.flags&flagName != 0 ||
			h.field == fieldComment && h.flags&flagComment != 0 {
			return
		}
		if h.field == fieldCRC && h.flags&flagCRC != 0 {
			h.crc = int(r.sum.a & 0xffff)
			return
		}
	}
	h.kind = kindGzip
	r.state, r.last, r.have = stateBlock, false, 0
	r.sum.begin(kindGzip)
}

// trailer compares the sums. What came out was flushed before, so that they are of the whole stream.
func (r *Reader) trailer() bool {
	switch r.head.kind {
	case kindZlib:
		return r.zlibTrailer()
	case kindGzip:
		return r.gzipTrailer()
	}
	r.state = stateDone
	return true
}

func (r *Reader) zlibTrailer() bool {
	if r.n < 32 {
		return false
	}
	if bits.ReverseBytes32(uint32(r.take(32))) != r.sum.b<<16|r.sum.a {
		return r.fail(ErrChecksum)
	}
	r.state = stateDone
	return true
}

// gzipTrailer ends a member; another may follow.
func (r *Reader) gzipTrailer() bool {
	if r.n < 32 {
		return false
	}
	want := r.sum.a
	if r.head.n == 4 {
		want = r.sum.size
	}
	if uint32(r.take(32)) != want {
		return r.fail(ErrChecksum)
	}
	if r.head.n += 4; r.head.n < 8 {
		return true
	}
	r.head = header{format: Gzip, members: r.head.members + 1}
	r.state = stateHeader
	r.sum.begin(kindGzip)
	return true
}

// checksum is CRC-32 (gzip) in a, or Adler-32 (zlib) in a and b.
type checksum struct {
	a, b  uint32
	size  uint32 // modulo 2^32, as gzip has it
	table [256]uint32
}

// reset makes the table, once in a reader's life.
func (s *checksum) reset() {
	s.a, s.b, s.size = 0, 0, 0
	if s.table[1] != 0 {
		s.begin(kindGzip)
		return
	}
	for i := range s.table {
		c := uint32(i)
		for range 8 {
			c = c>>1 ^ 0xedb88320&-(c&1)
		}
		s.table[i] = c
	}
}

func (s *checksum) begin(k kind) {
	s.a, s.b, s.size = 0, 0, 0
	if k == kindZlib {
		s.a = 1
	}
}

// header adds a byte of gzip's header.
func (s *checksum) header(c byte) {
	x := ^s.a
	s.a = ^(s.table[byte(x)^c] ^ x>>8)
}

func (s *checksum) add(k kind, p []byte) {
	s.size += uint32(len(p))
	switch k {
	case kindGzip:
		x := ^s.a
		for _, c := range p {
			x = s.table[byte(x)^c] ^ x>>8
		}
		s.a = ^x
	case kindZlib:
		s.adler(p)
	}
}

// adler takes the remainder only every 5552 bytes: b cannot overflow before (RFC 1950, zlib's NMAX).
func (s *checksum) adler(p []byte) {
	for len(p) > 0 {
		q := p[:min(len(p), 5552)]
		p = p[len(q):]
		a, b := s.a, s.b
		for _, c := range q {
			a += uint32(c)
			b += a
		}
		s.a, s.b = a%65521, b%65521
	}
}
