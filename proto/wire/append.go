package wire

import (
	"encoding/binary"
	"math"
)

// Wire types, the low three bits of a tag.
const (
	typeVarint  = 0
	typeFixed64 = 1
	typeBytes   = 2
	typeStart   = 3
	typeEnd     = 4
	typeFixed32 = 5
)

// enum is any of the enumerations: open, and negative numbers take ten bytes as protobuf has it.
type enum interface{ ~uint32 }

//go:noinline
func appendTag(dst []byte, num, typ uint32) []byte {
	return binary.AppendUvarint(dst, uint64(num<<3|typ))
}

//go:noinline
func appendUint(dst []byte, num uint32, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return binary.AppendUvarint(appendTag(dst, num, typeVarint), v)
}

func appendEnum[E enum](dst []byte, num uint32, e E) []byte {
	return appendUint(dst, num, enumVarint(e))
}

func enumVarint[E enum](e E) uint64 { return uint64(int64(int32(e))) }

func appendBool(dst []byte, num uint32, v bool) []byte {
	if !v {
		return dst
	}
	return append(appendTag(dst, num, typeVarint), 1)
}

//go:noinline
func appendFixed64(dst []byte, num uint32, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return binary.LittleEndian.AppendUint64(appendTag(dst, num, typeFixed64), v)
}

//go:noinline
func appendFixed32(dst []byte, num uint32, v uint32) []byte {
	if v == 0 {
		return dst
	}
	return binary.LittleEndian.AppendUint32(appendTag(dst, num, typeFixed32), v)
}

// appendFloat writes minus zero, as protobuf does.
func appendFloat(dst []byte, num uint32, v float32) []byte {
	return appendFixed32(dst, num, math.Float32bits(v))
}

//go:noinline
func appendString[S string | []byte](dst []byte, num uint32, s S) []byte {
	if len(s) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(appendTag(dst, num, typeBytes), uint64(len(s)))
	return append(dst, s...)
}

// appendStrings writes every one of them, the empty too.
//
//go:noinline
func appendStrings(dst []byte, num uint32, all []string) []byte {
	for _, s := range all {
		dst = binary.AppendUvarint(appendTag(dst, num, typeBytes), uint64(len(s)))
		dst = append(dst, s...)
	}
	return dst
}

//go:noinline
func appendFixed64s(dst []byte, num uint32, all []uint64) []byte {
	if len(all) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(appendTag(dst, num, typeBytes), uint64(len(all)*8))
	for _, v := range all {
		dst = binary.LittleEndian.AppendUint64(dst, v)
	}
	return dst
}

//go:noinline
func appendUints(dst []byte, num uint32, all []uint32) []byte {
	if len(all) == 0 {
		return dst
	}
	dst, at := open(dst, num)
	for _, v := range all {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	return shut(dst, at)
}

func appendEnums[E enum](dst []byte, num uint32, all []E) []byte {
	if len(all) == 0 {
		return dst
	}
	dst, at := open(dst, num)
	for _, v := range all {
		dst = binary.AppendUvarint(dst, enumVarint(v))
	}
	return shut(dst, at)
}

// open begins a field whose length is not known yet: one byte is kept for it. Give at to shut after the content.
//
//go:noinline
func open(dst []byte, num uint32) (_ []byte, at int) {
	dst = append(appendTag(dst, num, typeBytes), 0)
	return dst, len(dst)
}

// shut writes the length of what was appended since open, and moves that along where one byte is too small.
//
//go:noinline
func shut(dst []byte, at int) []byte {
	n := len(dst) - at
	if n < 0x80 {
		dst[at-1] = byte(n)
		return dst
	}
	var length [binary.MaxVarintLen64]byte
	k := binary.PutUvarint(length[:], uint64(n))
	dst = append(dst, length[:k-1]...)
	copy(dst[at-1+k:], dst[at:at+n])
	copy(dst[at-1:], length[:k])
	return dst
}
