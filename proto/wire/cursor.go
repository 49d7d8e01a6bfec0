package wire

import (
	"encoding/binary"
	"math"
	"slices"
)

const maxNumber = 1<<29 - 1

// cursor walks the fields of one message. After next has given true, key is the field's number << 3 | wire type, and
// what it holds is in value (numbers) or body (a view of the input).
type cursor struct {
	rest  []byte
	key   uint32
	value uint64
	body  []byte
	err   Error
}

// next reads one field; false at the end, and at an error.
func (c *cursor) next() bool {
	if c.err != 0 || len(c.rest) == 0 {
		return false
	}
	return c.tag() && c.content()
}

// content reads what the field of the last tag holds.
func (c *cursor) content() bool {
	switch c.key & 7 {
	case typeVarint:
		c.value = c.varint()
	case typeFixed64:
		c.value = c.fixed64()
	case typeFixed32:
		c.value = uint64(c.fixed32())
	default:
		c.body = c.take(c.varint())
	}
	return c.err == 0
}

// tag reads a field's number and wire type, and refuses what no field here can have.
func (c *cursor) tag() bool {
	tag := c.varint()
	num, typ := tag>>3, tag&7
	switch {
	case c.err != 0:
	case num == 0 || num > maxNumber || typ > typeFixed32:
		c.fail(ErrTag)
	case typ == typeStart || typ == typeEnd:
		c.fail(ErrGroup)
	}
	c.key = uint32(tag)
	return c.err == 0
}

func (c *cursor) varint() uint64 {
	if len(c.rest) > 0 && c.rest[0] < 0x80 {
		v := c.rest[0]
		c.rest = c.rest[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(c.rest)
	switch {
	case n > 0:
		c.rest = c.rest[n:]
	case n == 0:
		c.fail(ErrTruncated)
	default:
		c.fail(ErrVarint)
	}
	return v
}

func (c *cursor) fixed64() uint64 {
	if b := c.take(8); len(b) == 8 {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (c *cursor) fixed32() uint32 {
	if b := c.take(4); len(b) == 4 {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// take gives the next n bytes, or nil and an error where there are fewer.
func (c *cursor) take(n uint64) []byte {
	if c.err != 0 {
		return nil
	}
	if n > uint64(len(c.rest)) {
		c.fail(ErrTruncated)
		return nil
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

// fail keeps the first error, and ends the walk. It takes 0 for none, so that a sub-message's result can be given.
func (c *cursor) fail(e Error) {
	if c.err == 0 {
		c.err = e
	}
}

func (c *cursor) bool() bool { return c.value != 0 }

func (c *cursor) float() float32 { return math.Float32frombits(uint32(c.value)) }

// fixed64s adds the packed numbers of body.
func (c *cursor) fixed64s(to []uint64) []uint64 {
	in := cursor{rest: c.body}
	to = slices.Grow(to, len(in.rest)/8)
	for len(in.rest) > 0 && in.err == 0 {
		if v := in.fixed64(); in.err == 0 {
			to = append(to, v)
		}
	}
	c.fail(in.err)
	return to
}

// varints adds the packed numbers of body, each cut to 32 bits as protobuf does.
func varints[E ~uint32](c *cursor, to []E) []E {
	in := cursor{rest: c.body}
	for len(in.rest) > 0 && in.err == 0 {
		if v := in.varint(); in.err == 0 {
			to = append(to, E(v))
		}
	}
	c.fail(in.err)
	return to
}

// present gives the sub-message at p, made where there was none.
func present[T any](p **T) *T {
	if *p == nil {
		*p = new(T)
	}
	return *p
}

// extend adds a zero element and gives it.
func extend[T any](s *[]T) *T {
	var zero T
	*s = append(*s, zero)
	return &(*s)[len(*s)-1]
}
