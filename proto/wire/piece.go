package wire

import (
	"encoding/binary"
	"hash"

	"github.com/dchest/siphash"
)

// PolicyHead is a policy without its decisions, and where in the blob those are.
type PolicyHead struct {
	FilterPolicy     // Decisions is nil; the rest are copies
	Offset       int // of the first record's first byte, from the blob's start
	Length       int // of all records, in bytes; Offset + Length is the blob's length
}

// ReadPolicyHead reads all of a policy but its decisions. chunk is how the blob begins and total its whole length, in
// bytes. ErrNeedMore asks for a longer chunk. ErrOrder refuses a blob that cannot be read in pieces: its checksum is
// not first, or its decisions are not last. The checksum is not verified, so that nothing here may be trusted yet.
func ReadPolicyHead(chunk []byte, total int) (PolicyHead, error) {
	if total < checksumSize {
		return PolicyHead{}, ErrOrder
	}
	chunk = chunk[:min(len(chunk), total)]
	if len(chunk) > 0 && chunk[0] != keyChecksum {
		return PolicyHead{}, ErrOrder
	}
	var h PolicyHead
	end, e := h.locate(chunk, total)
	if e == 0 {
		e = h.merge(chunk[:end])
	}
	if e != 0 {
		return PolicyHead{}, e
	}
	return h, nil
}

// locate sets Offset and Length, and gives where the fields before the decisions end.
func (h *PolicyHead) locate(chunk []byte, total int) (end int, _ Error) {
	c := cursor{rest: chunk}
	for len(c.rest) > 0 {
		end = len(chunk) - len(c.rest)
		if c.tag() && c.key == keyDecisions {
			return end, h.place(&c, len(chunk), total)
		}
		if c.err != 0 || !c.content() {
			return 0, inPiece(c.err, len(chunk), total)
		}
	}
	if len(chunk) < total {
		return 0, ErrNeedMore
	}
	h.Offset = total
	return total, 0
}

// place reads the length of the decisions, which end the blob.
func (h *PolicyHead) place(c *cursor, have, total int) Error {
	n := c.varint()
	if c.err != 0 {
		return inPiece(c.err, have, total)
	}
	h.Offset = have - len(c.rest)
	room := uint64(total - h.Offset)
	switch {
	case n > room:
		return ErrTruncated
	case n < room:
		return ErrOrder
	}
	h.Length = int(n)
	return 0
}

// inPiece is what an error at the end of a piece means for the whole.
func inPiece(e Error, have, total int) Error {
	if e == ErrTruncated && have < total {
		return ErrNeedMore
	}
	return e
}

// Checksum verifies a policy that comes in pieces of any size. It is not safe for concurrent use.
type Checksum struct {
	first [checksumSize]byte
	have  int // of first
	sum   hash.Hash64
}

// NewChecksum begins with a new blob.
func NewChecksum() *Checksum { return &Checksum{sum: siphash.New(make([]byte, 16))} }

// Add takes the next bytes of the blob, from its first on.
func (s *Checksum) Add(piece []byte) {
	n := copy(s.first[s.have:], piece)
	s.have += n
	_, _ = s.sum.Write(piece[n:]) // a hash never fails
}

// Verify gives nil where the bytes written so far are what their checksum says, else ErrTruncated, ErrOrder or
// ErrChecksum.
func (s *Checksum) Verify() error {
	switch {
	case s.have < checksumSize:
		return ErrTruncated
	case s.first[0] != keyChecksum:
		return ErrOrder
	case binary.LittleEndian.Uint64(s.first[1:]) != s.sum.Sum64():
		return ErrChecksum
	}
	return nil
}

// VerifyChecksum verifies a whole policy, as Checksum does one in pieces.
func VerifyChecksum(blob []byte) error {
	s := NewChecksum()
	s.Add(blob)
	return s.Verify()
}
