package wire

import (
	"encoding/binary"

	"github.com/dchest/siphash"
)

// checksumSize is the length of field 1 with its tag: what the checksum does not cover.
const checksumSize = 9

const (
	keyChecksum  = 1<<3 | typeFixed64
	keyDecisions = 15<<3 | typeBytes
)

// FilterPolicy is picket.v1.FilterPolicy.
type FilterPolicy struct {
	Checksum   uint64
	Epoch      uint64
	Revision   uint64
	Settings   *Settings
	PrefixesV4 uint64
	PrefixesV6 []uint64
	Decisions  []byte // borrowed both ways
}

// AppendFilterPolicy writes a policy with its checksum: head's fields, whose Checksum and Decisions are not looked at,
// and decisions, whole records in their order. The bytes depend on nothing else.
func AppendFilterPolicy(dst []byte, head FilterPolicy, decisions []byte) []byte {
	start := len(dst)
	dst = append(dst, keyChecksum)
	dst = binary.LittleEndian.AppendUint64(dst, 0)
	dst = head.appendBody(dst)
	dst = appendString(dst, 15, decisions)
	sum := siphash.Hash(0, 0, dst[start+checksumSize:])
	binary.LittleEndian.PutUint64(dst[start+1:], sum)
	return dst
}

// Append writes the message to dst as it stands, with the checksum that m says.
func (m *FilterPolicy) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Checksum)
	dst = m.appendBody(dst)
	return appendString(dst, 15, m.Decisions)
}

// appendBody writes what is between the checksum and the decisions.
func (m *FilterPolicy) appendBody(dst []byte) []byte {
	dst = appendFixed64(dst, 2, m.Epoch)
	dst = appendUint(dst, 3, m.Revision)
	if m.Settings != nil {
		var at int
		dst, at = open(dst, 4)
		dst = shut(m.Settings.Append(dst), at)
	}
	dst = appendFixed64(dst, 5, m.PrefixesV4)
	return appendFixed64s(dst, 6, m.PrefixesV6)
}

// Decode replaces m by the message in b. Decisions is a view of b. The checksum is not verified.
func (m *FilterPolicy) Decode(b []byte) error {
	*m = FilterPolicy{}
	return m.merge(b).orNil()
}

func (m *FilterPolicy) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case keyChecksum:
			m.Checksum = c.value
		case 2<<3 | typeFixed64:
			m.Epoch = c.value
		case 3<<3 | typeVarint:
			m.Revision = c.value
		case 4<<3 | typeBytes:
			c.fail(present(&m.Settings).merge(c.body))
		case 5<<3 | typeFixed64:
			m.PrefixesV4 = c.value
		case 6<<3 | typeFixed64:
			m.PrefixesV6 = append(m.PrefixesV6, c.value)
		case 6<<3 | typeBytes:
			m.PrefixesV6 = c.fixed64s(m.PrefixesV6)
		case keyDecisions:
			m.Decisions = c.body
		}
	}
	return c.err
}
