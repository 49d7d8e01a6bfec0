package wire

// Finding is picket.v1.Finding. Caller is borrowed when encoding.
type Finding struct {
	Caller     *Caller
	Endpoint   uint64
	Class      string
	Place      string
	Confidence float32
	Evidence   string
	Count      uint64
	ID         uint64
	Field      uint64
	Decoding   string
	Rule       string
	Enforced   uint64
	Late       bool
	Answers    uint64

	LastUnixNano uint64
	Observed     uint64
}

// Append writes the message to dst.
func (m *Finding) Append(dst []byte) []byte {
	dst = appendCaller(dst, m.Caller)
	dst = appendFixed64(dst, 2, m.Endpoint)
	dst = appendString(dst, 3, m.Class)
	dst = appendString(dst, 4, m.Place)
	dst = appendFloat(dst, 5, m.Confidence)
	dst = appendString(dst, 6, m.Evidence)
	dst = appendUint(dst, 7, m.Count)
	dst = appendFixed64(dst, 8, m.ID)
	dst = appendFixed64(dst, 9, m.Field)
	dst = appendString(dst, 10, m.Decoding)
	dst = appendString(dst, 11, m.Rule)
	dst = appendUint(dst, 12, m.Enforced)
	dst = appendBool(dst, 13, m.Late)
	dst = appendFixed64(dst, 14, m.Answers)
	dst = appendFixed64(dst, 15, m.LastUnixNano)
	return appendUint(dst, 16, m.Observed)
}

// Decode replaces m by the message in b. Caller.IP is a view of b.
func (m *Finding) Decode(b []byte) error {
	*m = Finding{}
	return m.merge(b).orNil()
}

func (m *Finding) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			c.fail(present(&m.Caller).merge(c.body))
		case 2<<3 | typeFixed64:
			m.Endpoint = c.value
		case 3<<3 | typeBytes:
			m.Class = string(c.body)
		case 4<<3 | typeBytes:
			m.Place = string(c.body)
		case 5<<3 | typeFixed32:
			m.Confidence = c.float()
		case 6<<3 | typeBytes:
			m.Evidence = string(c.body)
		case 7<<3 | typeVarint:
			m.Count = c.value
		case 8<<3 | typeFixed64:
			m.ID = c.value
		case 9<<3 | typeFixed64:
			m.Field = c.value
		case 10<<3 | typeBytes:
			m.Decoding = string(c.body)
		case 11<<3 | typeBytes:
			m.Rule = string(c.body)
		case 12<<3 | typeVarint:
			m.Enforced = c.value
		case 13<<3 | typeVarint:
			m.Late = c.bool()
		case 14<<3 | typeFixed64:
			m.Answers = c.value
		case 15<<3 | typeFixed64:
			m.LastUnixNano = c.value
		case 16<<3 | typeVarint:
			m.Observed = c.value
		}
	}
	return c.err
}

// Strike is picket.v1.Strike.
type Strike struct {
	Decision     uint64
	Enforced     uint64
	Observed     uint64
	LastUnixNano uint64
	Passed       uint64
}

// Append writes the message to dst.
func (m *Strike) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Decision)
	dst = appendUint(dst, 2, m.Enforced)
	dst = appendUint(dst, 3, m.Observed)
	dst = appendFixed64(dst, 4, m.LastUnixNano)
	return appendUint(dst, 5, m.Passed)
}

// Decode replaces m by the message in b.
func (m *Strike) Decode(b []byte) error {
	*m = Strike{}
	return m.merge(b).orNil()
}

func (m *Strike) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Decision = c.value
		case 2<<3 | typeVarint:
			m.Enforced = c.value
		case 3<<3 | typeVarint:
			m.Observed = c.value
		case 4<<3 | typeFixed64:
			m.LastUnixNano = c.value
		case 5<<3 | typeVarint:
			m.Passed = c.value
		}
	}
	return c.err
}

// Word is picket.v1.Word.
type Word struct {
	Hash uint64
	Text string
}

// Append writes the message to dst.
func (m *Word) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Hash)
	return appendString(dst, 2, m.Text)
}

// Decode replaces m by the message in b.
func (m *Word) Decode(b []byte) error {
	*m = Word{}
	return m.merge(b).orNil()
}

func (m *Word) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Hash = c.value
		case 2<<3 | typeBytes:
			m.Text = string(c.body)
		}
	}
	return c.err
}
