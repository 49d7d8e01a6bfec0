package wire

// Rollup is picket.v1.Rollup. Caller, Latency and the sketches are borrowed: Append keeps none of them.
type Rollup struct {
	Caller        *Caller
	Endpoint      uint64
	Outcome       Outcome
	Requests      uint64
	RequestBytes  uint64
	ResponseBytes uint64
	Latency       []uint32
	Objects       *Sketch
	Accounts      *Sketch
	Neighbours    uint64
	Foreign       uint64
	Unseen        uint64
	Overflow      bool
	NewFields     uint64
	Queries       *Sketch
}

// Append writes the message to dst.
func (m *Rollup) Append(dst []byte) []byte {
	dst = appendCaller(dst, m.Caller)
	dst = appendFixed64(dst, 2, m.Endpoint)
	dst = appendEnum(dst, 3, m.Outcome)
	dst = appendUint(dst, 4, m.Requests)
	dst = appendUint(dst, 5, m.RequestBytes)
	dst = appendUint(dst, 6, m.ResponseBytes)
	dst = appendUints(dst, 7, m.Latency)
	dst = appendSketch(dst, 8, m.Objects)
	dst = appendSketch(dst, 9, m.Accounts)
	dst = appendUint(dst, 10, m.Neighbours)
	dst = appendUint(dst, 11, m.Foreign)
	dst = appendUint(dst, 12, m.Unseen)
	dst = appendBool(dst, 13, m.Overflow)
	dst = appendUint(dst, 14, m.NewFields)
	return appendSketch(dst, 15, m.Queries)
}

// Decode replaces m by the message in b. Caller.IP is a view of b.
func (m *Rollup) Decode(b []byte) error {
	*m = Rollup{}
	return m.merge(b).orNil()
}

func (m *Rollup) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			c.fail(present(&m.Caller).merge(c.body))
		case 2<<3 | typeFixed64:
			m.Endpoint = c.value
		case 3<<3 | typeVarint:
			m.Outcome = Outcome(c.value)
		case 4<<3 | typeVarint:
			m.Requests = c.value
		case 5<<3 | typeVarint:
			m.RequestBytes = c.value
		case 6<<3 | typeVarint:
			m.ResponseBytes = c.value
		case 7<<3 | typeVarint:
			m.Latency = append(m.Latency, uint32(c.value))
		case 7<<3 | typeBytes:
			m.Latency = varints(&c, m.Latency)
		case 8<<3 | typeBytes:
			c.fail(present(&m.Objects).merge(c.body))
		case 9<<3 | typeBytes:
			c.fail(present(&m.Accounts).merge(c.body))
		case 10<<3 | typeVarint:
			m.Neighbours = c.value
		case 11<<3 | typeVarint:
			m.Foreign = c.value
		case 12<<3 | typeVarint:
			m.Unseen = c.value
		case 13<<3 | typeVarint:
			m.Overflow = c.bool()
		case 14<<3 | typeVarint:
			m.NewFields = c.value
		case 15<<3 | typeBytes:
			c.fail(present(&m.Queries).merge(c.body))
		}
	}
	return c.err
}

// Sketch is picket.v1.Sketch. Values is borrowed when encoding.
type Sketch struct {
	Theta  uint64
	Values []uint64
}

// appendSketch writes nothing where there is none.
func appendSketch(dst []byte, num uint32, m *Sketch) []byte {
	if m == nil {
		return dst
	}
	dst, at := open(dst, num)
	return shut(m.Append(dst), at)
}

// Append writes the message to dst.
func (m *Sketch) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Theta)
	return appendFixed64s(dst, 2, m.Values)
}

// Decode replaces m by the message in b.
func (m *Sketch) Decode(b []byte) error {
	*m = Sketch{}
	return m.merge(b).orNil()
}

func (m *Sketch) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Theta = c.value
		case 2<<3 | typeFixed64:
			m.Values = append(m.Values, c.value)
		case 2<<3 | typeBytes:
			m.Values = c.fixed64s(m.Values)
		}
	}
	return c.err
}

// Caller is picket.v1.Caller. IP is borrowed both ways.
type Caller struct {
	IP            []byte
	IPHash        uint64
	Key           uint64
	Subject       uint64
	Session       uint64
	Fingerprint   uint64
	Account       uint64
	Credential    uint64
	SubjectSource SubjectSource
}

// appendCaller writes field 1 of a Rollup or Finding, and nothing where there is no caller.
func appendCaller(dst []byte, m *Caller) []byte {
	if m == nil {
		return dst
	}
	dst, at := open(dst, 1)
	return shut(m.Append(dst), at)
}

// Append writes the message to dst.
func (m *Caller) Append(dst []byte) []byte {
	dst = appendString(dst, 1, m.IP)
	dst = appendFixed64(dst, 2, m.IPHash)
	dst = appendFixed64(dst, 3, m.Key)
	dst = appendFixed64(dst, 4, m.Subject)
	dst = appendFixed64(dst, 5, m.Session)
	dst = appendFixed64(dst, 6, m.Fingerprint)
	dst = appendFixed64(dst, 7, m.Account)
	dst = appendFixed64(dst, 8, m.Credential)
	return appendEnum(dst, 9, m.SubjectSource)
}

// Decode replaces m by the message in b. IP is a view of b.
func (m *Caller) Decode(b []byte) error {
	*m = Caller{}
	return m.merge(b).orNil()
}

func (m *Caller) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			m.IP = c.body
		case 2<<3 | typeFixed64:
			m.IPHash = c.value
		case 3<<3 | typeFixed64:
			m.Key = c.value
		case 4<<3 | typeFixed64:
			m.Subject = c.value
		case 5<<3 | typeFixed64:
			m.Session = c.value
		case 6<<3 | typeFixed64:
			m.Fingerprint = c.value
		case 7<<3 | typeFixed64:
			m.Account = c.value
		case 8<<3 | typeFixed64:
			m.Credential = c.value
		case 9<<3 | typeVarint:
			m.SubjectSource = SubjectSource(c.value)
		}
	}
	return c.err
}

// Endpoint is picket.v1.Endpoint. Segments is borrowed when encoding.
type Endpoint struct {
	ID        uint64
	Method    string
	Host      uint64
	Segments  []uint64
	Truncated bool
}

// Append writes the message to dst.
func (m *Endpoint) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.ID)
	dst = appendString(dst, 2, m.Method)
	dst = appendFixed64(dst, 3, m.Host)
	dst = appendFixed64s(dst, 4, m.Segments)
	return appendBool(dst, 5, m.Truncated)
}

// Decode replaces m by the message in b.
func (m *Endpoint) Decode(b []byte) error {
	*m = Endpoint{}
	return m.merge(b).orNil()
}

func (m *Endpoint) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.ID = c.value
		case 2<<3 | typeBytes:
			m.Method = string(c.body)
		case 3<<3 | typeFixed64:
			m.Host = c.value
		case 4<<3 | typeFixed64:
			m.Segments = append(m.Segments, c.value)
		case 4<<3 | typeBytes:
			m.Segments = c.fixed64s(m.Segments)
		case 5<<3 | typeVarint:
			m.Truncated = c.bool()
		}
	}
	return c.err
}
