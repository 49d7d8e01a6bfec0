package wire

import "slices"

// Directive is picket.v1.Directive.
type Directive struct {
	Acknowledged uint64
	Keys         *Keys
	Deltas       []Delta
	Reveal       []uint64
	Refused      string
	Shares       []Share
	PaceMS       uint32
}

// Append writes the message to dst.
func (m *Directive) Append(dst []byte) []byte {
	dst = appendUint(dst, 1, m.Acknowledged)
	var at int
	if m.Keys != nil {
		dst, at = open(dst, 2)
		dst = shut(m.Keys.Append(dst), at)
	}
	for i := range m.Deltas {
		dst, at = open(dst, 3)
		dst = shut(m.Deltas[i].Append(dst), at)
	}
	dst = appendFixed64s(dst, 4, m.Reveal)
	dst = appendString(dst, 5, m.Refused)
	for i := range m.Shares {
		dst, at = open(dst, 6)
		dst = shut(m.Shares[i].Append(dst), at)
	}
	return appendUint(dst, 7, uint64(m.PaceMS))
}

// Decode replaces m by the message in b. It uses the room of m's slices again (Deltas, their Put and Undo, Reveal, Shares), so
// that what they held before is gone. Keys.Key is a view of b.
func (m *Directive) Decode(b []byte) error {
	*m = Directive{Deltas: m.Deltas[:0], Reveal: m.Reveal[:0], Shares: m.Shares[:0]}
	return m.merge(b).orNil()
}

func (m *Directive) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeVarint:
			m.Acknowledged = c.value
		case 2<<3 | typeBytes:
			c.fail(present(&m.Keys).merge(c.body))
		case 3<<3 | typeBytes:
			c.fail(m.nextDelta().merge(c.body))
		case 4<<3 | typeFixed64:
			m.Reveal = append(m.Reveal, c.value)
		case 4<<3 | typeBytes:
			m.Reveal = c.fixed64s(m.Reveal)
		case 5<<3 | typeBytes:
			m.Refused = string(c.body)
		case 6<<3 | typeBytes:
			c.fail(extend(&m.Shares).merge(c.body))
		case 7<<3 | typeVarint:
			m.PaceMS = uint32(c.value)
		}
	}
	return c.err
}

// Share is picket.v1.Share.
type Share struct {
	Decision uint64
	Permille uint32
}

// Append writes the message to dst.
func (m *Share) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Decision)
	return appendUint(dst, 2, uint64(m.Permille))
}

// Decode replaces m by the message in b.
func (m *Share) Decode(b []byte) error {
	*m = Share{}
	return m.merge(b).orNil()
}

func (m *Share) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Decision = c.value
		case 2<<3 | typeVarint:
			m.Permille = uint32(c.value)
		}
	}
	return c.err
}

// nextDelta adds an empty delta, with the slices that stood in its place.
func (m *Directive) nextDelta() *Delta {
	n := len(m.Deltas)
	m.Deltas = slices.Grow(m.Deltas, 1)[:n+1]
	d := &m.Deltas[n]
	d.reset()
	return d
}

// Keys is picket.v1.Keys. Key is borrowed both ways.
type Keys struct {
	ID  uint32
	Key []byte
}

// Append writes the message to dst.
func (m *Keys) Append(dst []byte) []byte {
	dst = appendFixed32(dst, 1, m.ID)
	return appendString(dst, 2, m.Key)
}

// Decode replaces m by the message in b. Key is a view of b.
func (m *Keys) Decode(b []byte) error {
	*m = Keys{}
	return m.merge(b).orNil()
}

func (m *Keys) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed32:
			m.ID = uint32(c.value)
		case 2<<3 | typeBytes:
			m.Key = c.body
		}
	}
	return c.err
}

// Delta is picket.v1.Delta.
type Delta struct {
	Epoch         uint64
	Previous      uint64
	Revision      uint64
	Put           []Decision
	Undo          []Undo
	Settings      *Settings
	SnapshotBegin bool
	SnapshotEnd   bool
}

// Append writes the message to dst.
func (m *Delta) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Epoch)
	dst = appendUint(dst, 2, m.Previous)
	dst = appendUint(dst, 3, m.Revision)
	var at int
	for i := range m.Put {
		dst, at = open(dst, 4)
		dst = shut(m.Put[i].Append(dst), at)
	}
	for i := range m.Undo {
		dst, at = open(dst, 5)
		dst = shut(m.Undo[i].Append(dst), at)
	}
	if m.Settings != nil {
		dst, at = open(dst, 6)
		dst = shut(m.Settings.Append(dst), at)
	}
	dst = appendBool(dst, 7, m.SnapshotBegin)
	return appendBool(dst, 8, m.SnapshotEnd)
}

// Decode replaces m by the message in b. It uses the room of Put and Undo again.
func (m *Delta) Decode(b []byte) error {
	m.reset()
	return m.merge(b).orNil()
}

func (m *Delta) reset() { *m = Delta{Put: m.Put[:0], Undo: m.Undo[:0]} }

func (m *Delta) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Epoch = c.value
		case 2<<3 | typeVarint:
			m.Previous = c.value
		case 3<<3 | typeVarint:
			m.Revision = c.value
		case 4<<3 | typeBytes:
			c.fail(extend(&m.Put).merge(c.body))
		case 5<<3 | typeBytes:
			c.fail(extend(&m.Undo).merge(c.body))
		case 6<<3 | typeBytes:
			c.fail(present(&m.Settings).merge(c.body))
		case 7<<3 | typeVarint:
			m.SnapshotBegin = c.bool()
		case 8<<3 | typeVarint:
			m.SnapshotEnd = c.bool()
		}
	}
	return c.err
}

// Decision is picket.v1.Decision.
type Decision struct {
	Match   uint64
	ID      uint64
	Expires uint32 // seconds since the Unix epoch
	Meta    uint32
	Prefix  uint32
}

// Append writes the message to dst.
func (m *Decision) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Match)
	dst = appendFixed64(dst, 2, m.ID)
	dst = appendFixed32(dst, 3, m.Expires)
	dst = appendFixed32(dst, 4, m.Meta)
	return appendUint(dst, 5, uint64(m.Prefix))
}

// Decode replaces m by the message in b.
func (m *Decision) Decode(b []byte) error {
	*m = Decision{}
	return m.merge(b).orNil()
}

func (m *Decision) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Match = c.value
		case 2<<3 | typeFixed64:
			m.ID = c.value
		case 3<<3 | typeFixed32:
			m.Expires = uint32(c.value)
		case 4<<3 | typeFixed32:
			m.Meta = uint32(c.value)
		case 5<<3 | typeVarint:
			m.Prefix = uint32(c.value)
		}
	}
	return c.err
}

// Undo is picket.v1.Undo.
type Undo struct {
	Match uint64
	ID    uint64
}

// Append writes the message to dst.
func (m *Undo) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Match)
	return appendFixed64(dst, 2, m.ID)
}

// Decode replaces m by the message in b.
func (m *Undo) Decode(b []byte) error {
	*m = Undo{}
	return m.merge(b).orNil()
}

func (m *Undo) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Match = c.value
		case 2<<3 | typeFixed64:
			m.ID = c.value
		}
	}
	return c.err
}
