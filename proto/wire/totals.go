package wire

// Totals is picket.v1.Totals.
type Totals struct {
	Requests         uint64
	Reported         uint64
	Blocked          uint64
	Throttled        uint64
	Tagged           uint64
	Observed         uint64
	FailedOpen       uint64
	FailedClosed     uint64
	Unkeyed          uint64
	Overflowed       uint64
	DroppedEndpoints uint64
	DroppedWords     uint64
	DroppedStrikes   uint64
	DroppedFindings  uint64
	CoarseSketches   uint64
	DroppedDeltas    uint64
	RejectedPolicies uint64
	Streams          uint64
	Resent           uint64
	HostErrors       uint64
	Recovered        uint64
	DeniedFindings   uint64
	Bodies           uint64
	BodiesUnread     uint64
	BodiesOverdue    uint64
}

// Append writes the message to dst.
func (m *Totals) Append(dst []byte) []byte {
	for i := range uint32(totalsFields) {
		dst = appendUint(dst, i+1, *m.field(i + 1))
	}
	return dst
}

// Decode replaces m by the message in b.
func (m *Totals) Decode(b []byte) error {
	*m = Totals{}
	return m.merge(b).orNil()
}

func (m *Totals) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		if num := c.key >> 3; c.key&7 == typeVarint && num <= totalsFields {
			*m.field(num) = c.value
		}
	}
	return c.err
}

const totalsFields = 25

// field gives the counter with this number, from 1 to totalsFields.
func (m *Totals) field(num uint32) *uint64 {
	switch num {
	case 1:
		return &m.Requests
	case 2:
		return &m.Reported
	case 3:
		return &m.Blocked
	case 4:
		return &m.Throttled
	case 5:
		return &m.Tagged
	case 6:
		return &m.Observed
	case 7:
		return &m.FailedOpen
	case 8:
		return &m.FailedClosed
	case 9:
		return &m.Unkeyed
	case 10:
		return &m.Overflowed
	case 11:
		return &m.DroppedEndpoints
	case 12:
		return &m.DroppedWords
	case 13:
		return &m.DroppedStrikes
	case 14:
		return &m.DroppedFindings
	case 15:
		return &m.CoarseSketches
	case 16:
		return &m.DroppedDeltas
	case 17:
		return &m.RejectedPolicies
	case 18:
		return &m.Streams
	case 19:
		return &m.Resent
	case 20:
		return &m.HostErrors
	case 21:
		return &m.Recovered
	case 22:
		return &m.DeniedFindings
	case 23:
		return &m.Bodies
	case 24:
		return &m.BodiesUnread
	default:
		return &m.BodiesOverdue
	}
}
