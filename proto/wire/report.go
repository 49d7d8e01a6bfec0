package wire

// Report is picket.v1.Report. A filter may write one in pieces with AppendHello, AppendHeader, AppendReceipt,
// AppendEndpoint, AppendRollup, AppendFinding, AppendStrike, AppendWord and AppendTotals, in this order to be canonical;
// in any other it decodes the same.
type Report struct {
	Hello         *Hello
	Sequence      uint64
	StartUnixNano uint64
	EndUnixNano   uint64
	KeyID         uint32
	Receipt       *Receipt
	Endpoints     []Endpoint
	Rollups       []Rollup
	Findings      []Finding
	Strikes       []Strike
	Words         []Word
	Totals        *Totals
}

// Append writes the message to dst.
func (m *Report) Append(dst []byte) []byte {
	if m.Hello != nil {
		dst = AppendHello(dst, m.Hello)
	}
	dst = AppendHeader(dst, m.Sequence, m.StartUnixNano, m.EndUnixNano, m.KeyID)
	if m.Receipt != nil {
		dst = AppendReceipt(dst, m.Receipt)
	}
	for i := range m.Endpoints {
		dst = AppendEndpoint(dst, &m.Endpoints[i])
	}
	for i := range m.Rollups {
		dst = AppendRollup(dst, &m.Rollups[i])
	}
	for i := range m.Findings {
		dst = AppendFinding(dst, &m.Findings[i])
	}
	for i := range m.Strikes {
		dst = AppendStrike(dst, &m.Strikes[i])
	}
	for i := range m.Words {
		dst = AppendWord(dst, &m.Words[i])
	}
	if m.Totals != nil {
		dst = AppendTotals(dst, m.Totals)
	}
	return dst
}

// AppendHeader writes the numbers of a Report: sequence, start and end in nanoseconds since the Unix epoch, hash key.
func AppendHeader(dst []byte, sequence, startUnixNano, endUnixNano uint64, keyID uint32) []byte {
	dst = appendUint(dst, 2, sequence)
	dst = appendFixed64(dst, 3, startUnixNano)
	dst = appendFixed64(dst, 4, endUnixNano)
	return appendFixed32(dst, 5, keyID)
}

// AppendHello writes h as Report.hello.
func AppendHello(dst []byte, h *Hello) []byte {
	dst, at := open(dst, 1)
	return shut(h.Append(dst), at)
}

// AppendReceipt writes r as Report.receipt.
func AppendReceipt(dst []byte, r *Receipt) []byte {
	dst, at := open(dst, 6)
	return shut(r.Append(dst), at)
}

// AppendEndpoint writes e as one of Report.endpoints.
func AppendEndpoint(dst []byte, e *Endpoint) []byte {
	dst, at := open(dst, 7)
	return shut(e.Append(dst), at)
}

// AppendRollup writes r as one of Report.rollups.
func AppendRollup(dst []byte, r *Rollup) []byte {
	dst, at := open(dst, 8)
	return shut(r.Append(dst), at)
}

// AppendFinding writes f as one of Report.findings.
func AppendFinding(dst []byte, f *Finding) []byte {
	dst, at := open(dst, 9)
	return shut(f.Append(dst), at)
}

// AppendStrike writes s as one of Report.strikes.
func AppendStrike(dst []byte, s *Strike) []byte {
	dst, at := open(dst, 10)
	return shut(s.Append(dst), at)
}

// AppendWord writes w as one of Report.words.
func AppendWord(dst []byte, w *Word) []byte {
	dst, at := open(dst, 11)
	return shut(w.Append(dst), at)
}

// AppendTotals writes t as Report.totals.
func AppendTotals(dst []byte, t *Totals) []byte {
	dst, at := open(dst, 12)
	return shut(t.Append(dst), at)
}

// Decode replaces m by the message in b.
func (m *Report) Decode(b []byte) error {
	*m = Report{}
	return m.merge(b).orNil()
}

func (m *Report) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			c.fail(present(&m.Hello).merge(c.body))
		case 2<<3 | typeVarint:
			m.Sequence = c.value
		case 3<<3 | typeFixed64:
			m.StartUnixNano = c.value
		case 4<<3 | typeFixed64:
			m.EndUnixNano = c.value
		case 5<<3 | typeFixed32:
			m.KeyID = uint32(c.value)
		case 6<<3 | typeBytes:
			c.fail(present(&m.Receipt).merge(c.body))
		case 7<<3 | typeBytes:
			c.fail(extend(&m.Endpoints).merge(c.body))
		case 8<<3 | typeBytes:
			c.fail(extend(&m.Rollups).merge(c.body))
		case 9<<3 | typeBytes:
			c.fail(extend(&m.Findings).merge(c.body))
		case 10<<3 | typeBytes:
			c.fail(extend(&m.Strikes).merge(c.body))
		case 11<<3 | typeBytes:
			c.fail(extend(&m.Words).merge(c.body))
		case 12<<3 | typeBytes:
			c.fail(present(&m.Totals).merge(c.body))
		}
	}
	return c.err
}

// Hello is picket.v1.Hello.
type Hello struct {
	NodeID          string
	Cluster         string
	FilterVersion   string
	Protocol        uint32
	Instance        uint64
	Worker          uint32
	Workers         uint32
	Capabilities    []string
	StartedUnixNano uint64
}

// Append writes the message to dst.
func (m *Hello) Append(dst []byte) []byte {
	dst = appendString(dst, 1, m.NodeID)
	dst = appendString(dst, 2, m.Cluster)
	dst = appendString(dst, 3, m.FilterVersion)
	dst = appendUint(dst, 4, uint64(m.Protocol))
	dst = appendFixed64(dst, 5, m.Instance)
	dst = appendUint(dst, 6, uint64(m.Worker))
	dst = appendUint(dst, 7, uint64(m.Workers))
	dst = appendStrings(dst, 8, m.Capabilities)
	return appendFixed64(dst, 9, m.StartedUnixNano)
}

// Decode replaces m by the message in b.
func (m *Hello) Decode(b []byte) error {
	*m = Hello{}
	return m.merge(b).orNil()
}

func (m *Hello) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			m.NodeID = string(c.body)
		case 2<<3 | typeBytes:
			m.Cluster = string(c.body)
		case 3<<3 | typeBytes:
			m.FilterVersion = string(c.body)
		case 4<<3 | typeVarint:
			m.Protocol = uint32(c.value)
		case 5<<3 | typeFixed64:
			m.Instance = c.value
		case 6<<3 | typeVarint:
			m.Worker = uint32(c.value)
		case 7<<3 | typeVarint:
			m.Workers = uint32(c.value)
		case 8<<3 | typeBytes:
			m.Capabilities = append(m.Capabilities, string(c.body))
		case 9<<3 | typeFixed64:
			m.StartedUnixNano = c.value
		}
	}
	return c.err
}

// Receipt is picket.v1.Receipt.
type Receipt struct {
	Epoch            uint64
	Revision         uint64
	PolicyRevision   uint64
	EnforcedUnixNano uint64
	Decisions        uint32
	PolicyError      string
	Resync           bool
	Serving          bool
	Source           string
}

// Append writes the message to dst.
func (m *Receipt) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Epoch)
	dst = appendUint(dst, 2, m.Revision)
	dst = appendUint(dst, 3, m.PolicyRevision)
	dst = appendFixed64(dst, 4, m.EnforcedUnixNano)
	dst = appendUint(dst, 5, uint64(m.Decisions))
	dst = appendString(dst, 6, m.PolicyError)
	dst = appendBool(dst, 7, m.Resync)
	dst = appendBool(dst, 8, m.Serving)
	return appendString(dst, 9, m.Source)
}

// Decode replaces m by the message in b.
func (m *Receipt) Decode(b []byte) error {
	*m = Receipt{}
	return m.merge(b).orNil()
}

func (m *Receipt) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Epoch = c.value
		case 2<<3 | typeVarint:
			m.Revision = c.value
		case 3<<3 | typeVarint:
			m.PolicyRevision = c.value
		case 4<<3 | typeFixed64:
			m.EnforcedUnixNano = c.value
		case 5<<3 | typeVarint:
			m.Decisions = uint32(c.value)
		case 6<<3 | typeBytes:
			m.PolicyError = string(c.body)
		case 7<<3 | typeVarint:
			m.Resync = c.bool()
		case 8<<3 | typeVarint:
			m.Serving = c.bool()
		case 9<<3 | typeBytes:
			m.Source = string(c.body)
		}
	}
	return c.err
}
