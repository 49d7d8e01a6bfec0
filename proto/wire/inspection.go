package wire

// Inspection is picket.v1.Inspection.
type Inspection struct {
	HoldBytes    uint32
	HoldMs       uint32
	Classes      []ClassRule
	Fields       []FieldRule
	InflateBytes uint32
}

// Append writes the message to dst.
func (m *Inspection) Append(dst []byte) []byte {
	dst = appendUint(dst, 1, uint64(m.HoldBytes))
	dst = appendUint(dst, 2, uint64(m.HoldMs))
	dst = appendClasses(dst, 3, m.Classes)
	dst = appendFields(dst, 4, m.Fields)
	return appendUint(dst, 5, uint64(m.InflateBytes))
}

// Decode replaces m by the message in b.
func (m *Inspection) Decode(b []byte) error {
	*m = Inspection{}
	return m.merge(b).orNil()
}

func (m *Inspection) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeVarint:
			m.HoldBytes = uint32(c.value)
		case 2<<3 | typeVarint:
			m.HoldMs = uint32(c.value)
		case 3<<3 | typeBytes:
			c.fail(extend(&m.Classes).merge(c.body))
		case 4<<3 | typeBytes:
			c.fail(extend(&m.Fields).merge(c.body))
		case 5<<3 | typeVarint:
			m.InflateBytes = uint32(c.value)
		}
	}
	return c.err
}

// ClassRule is picket.v1.ClassRule.
type ClassRule struct {
	Class     string
	Mode      Mode
	Threshold float32
}

// Append writes the message to dst.
func (m *ClassRule) Append(dst []byte) []byte {
	dst = appendString(dst, 1, m.Class)
	dst = appendEnum(dst, 2, m.Mode)
	return appendFloat(dst, 3, m.Threshold)
}

func appendClasses(dst []byte, num uint32, all []ClassRule) []byte {
	var at int
	for i := range all {
		dst, at = open(dst, num)
		dst = shut(all[i].Append(dst), at)
	}
	return dst
}

// Decode replaces m by the message in b.
func (m *ClassRule) Decode(b []byte) error {
	*m = ClassRule{}
	return m.merge(b).orNil()
}

func (m *ClassRule) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			m.Class = string(c.body)
		case 2<<3 | typeVarint:
			m.Mode = Mode(c.value)
		case 3<<3 | typeFixed32:
			m.Threshold = c.float()
		}
	}
	return c.err
}

// FieldRule is picket.v1.FieldRule.
type FieldRule struct {
	Place   string
	Name    string
	Kind    FieldKind
	Except  []string
	Expires uint32
}

// FieldKind is picket.v1.FieldKind.
type FieldKind uint32

// The kinds of fields.
const (
	FieldKindNumber FieldKind = 1
	FieldKindUUID   FieldKind = 2
	FieldKindWord   FieldKind = 3
	FieldKindText   FieldKind = 4
	FieldKindCode   FieldKind = 5
)

// Append writes the message to dst.
func (m *FieldRule) Append(dst []byte) []byte {
	dst = appendString(dst, 1, m.Place)
	dst = appendString(dst, 2, m.Name)
	dst = appendEnum(dst, 3, m.Kind)
	dst = appendStrings(dst, 4, m.Except)
	return appendFixed32(dst, 5, m.Expires)
}

func appendFields(dst []byte, num uint32, all []FieldRule) []byte {
	var at int
	for i := range all {
		dst, at = open(dst, num)
		dst = shut(all[i].Append(dst), at)
	}
	return dst
}

// Decode replaces m by the message in b.
func (m *FieldRule) Decode(b []byte) error {
	*m = FieldRule{}
	return m.merge(b).orNil()
}

func (m *FieldRule) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			m.Place = string(c.body)
		case 2<<3 | typeBytes:
			m.Name = string(c.body)
		case 3<<3 | typeVarint:
			m.Kind = FieldKind(c.value)
		case 4<<3 | typeBytes:
			m.Except = append(m.Except, string(c.body))
		case 5<<3 | typeFixed32:
			m.Expires = uint32(c.value)
		}
	}
	return c.err
}
