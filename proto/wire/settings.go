package wire

// Settings is picket.v1.Settings.
type Settings struct {
	Mode             Mode
	KillSwitch       bool
	Fail             FailMode
	ReportIntervalMs uint32
	IPPrivacy        IPPrivacy
	KeyHeaders       []string
	KeyParameters    []string
	SessionCookies   []string
	Subjects         []SubjectKind
	FingerprintState string
	ObjectParameters []string
	Endpoints        []EndpointRule
	Throttles        []Throttle
	Hosts            []string
	Inspection       *Inspection
	Slugs            []Slug
}

// Append writes the message to dst.
func (m *Settings) Append(dst []byte) []byte {
	dst = appendEnum(dst, 1, m.Mode)
	dst = appendBool(dst, 2, m.KillSwitch)
	dst = appendEnum(dst, 3, m.Fail)
	dst = appendUint(dst, 4, uint64(m.ReportIntervalMs))
	dst = appendEnum(dst, 5, m.IPPrivacy)
	dst = appendStrings(dst, 6, m.KeyHeaders)
	dst = appendStrings(dst, 7, m.KeyParameters)
	dst = appendStrings(dst, 8, m.SessionCookies)
	dst = appendEnums(dst, 9, m.Subjects)
	dst = appendString(dst, 10, m.FingerprintState)
	dst = appendStrings(dst, 11, m.ObjectParameters)
	var at int
	for i := range m.Endpoints {
		dst, at = open(dst, 12)
		dst = shut(m.Endpoints[i].Append(dst), at)
	}
	for i := range m.Throttles {
		dst, at = open(dst, 13)
		dst = shut(m.Throttles[i].Append(dst), at)
	}
	dst = appendStrings(dst, 14, m.Hosts)
	if m.Inspection != nil {
		dst, at = open(dst, 15)
		dst = shut(m.Inspection.Append(dst), at)
	}
	for i := range m.Slugs {
		dst, at = open(dst, 16)
		dst = shut(m.Slugs[i].Append(dst), at)
	}
	return dst
}

// Decode replaces m by the message in b.
func (m *Settings) Decode(b []byte) error {
	*m = Settings{}
	return m.merge(b).orNil()
}

func (m *Settings) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeVarint:
			m.Mode = Mode(c.value)
		case 2<<3 | typeVarint:
			m.KillSwitch = c.bool()
		case 3<<3 | typeVarint:
			m.Fail = FailMode(c.value)
		case 4<<3 | typeVarint:
			m.ReportIntervalMs = uint32(c.value)
		case 5<<3 | typeVarint:
			m.IPPrivacy = IPPrivacy(c.value)
		case 6<<3 | typeBytes:
			m.KeyHeaders = append(m.KeyHeaders, string(c.body))
		case 7<<3 | typeBytes:
			m.KeyParameters = append(m.KeyParameters, string(c.body))
		case 8<<3 | typeBytes:
			m.SessionCookies = append(m.SessionCookies, string(c.body))
		case 9<<3 | typeVarint:
			m.Subjects = append(m.Subjects, SubjectKind(c.value))
		case 9<<3 | typeBytes:
			m.Subjects = varints(&c, m.Subjects)
		case 10<<3 | typeBytes:
			m.FingerprintState = string(c.body)
		case 11<<3 | typeBytes:
			m.ObjectParameters = append(m.ObjectParameters, string(c.body))
		case 12<<3 | typeBytes:
			c.fail(extend(&m.Endpoints).merge(c.body))
		case 13<<3 | typeBytes:
			c.fail(extend(&m.Throttles).merge(c.body))
		case 14<<3 | typeBytes:
			m.Hosts = append(m.Hosts, string(c.body))
		case 15<<3 | typeBytes:
			c.fail(present(&m.Inspection).merge(c.body))
		case 16<<3 | typeBytes:
			c.fail(extend(&m.Slugs).merge(c.body))
		}
	}
	return c.err
}

// EndpointRule is picket.v1.EndpointRule.
type EndpointRule struct {
	Method          string
	Host            string
	Path            string
	AccountField    string
	FailureStatuses []uint32
	OwnerParameter  string
	Classes         []ClassRule
	Fields          []FieldRule
	ObjectFields    []string
	FailureFields   []NameValue
	FailureHeaders  []NameValue
	ShowsWho        bool
}

// Append writes the message to dst.
func (m *EndpointRule) Append(dst []byte) []byte {
	dst = appendString(dst, 1, m.Method)
	dst = appendString(dst, 2, m.Host)
	dst = appendString(dst, 3, m.Path)
	dst = appendString(dst, 4, m.AccountField)
	dst = appendUints(dst, 5, m.FailureStatuses)
	dst = appendString(dst, 6, m.OwnerParameter)
	dst = appendClasses(dst, 7, m.Classes)
	dst = appendFields(dst, 8, m.Fields)
	dst = appendStrings(dst, 9, m.ObjectFields)
	dst = appendNameValues(dst, 10, m.FailureFields)
	dst = appendNameValues(dst, 11, m.FailureHeaders)
	return appendBool(dst, 12, m.ShowsWho)
}

// Decode replaces m by the message in b.
func (m *EndpointRule) Decode(b []byte) error {
	*m = EndpointRule{}
	return m.merge(b).orNil()
}

func (m *EndpointRule) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			m.Method = string(c.body)
		case 2<<3 | typeBytes:
			m.Host = string(c.body)
		case 3<<3 | typeBytes:
			m.Path = string(c.body)
		case 4<<3 | typeBytes:
			m.AccountField = string(c.body)
		case 5<<3 | typeVarint:
			m.FailureStatuses = append(m.FailureStatuses, uint32(c.value))
		case 5<<3 | typeBytes:
			m.FailureStatuses = varints(&c, m.FailureStatuses)
		case 6<<3 | typeBytes:
			m.OwnerParameter = string(c.body)
		case 7<<3 | typeBytes:
			c.fail(extend(&m.Classes).merge(c.body))
		case 8<<3 | typeBytes:
			c.fail(extend(&m.Fields).merge(c.body))
		case 9<<3 | typeBytes:
			m.ObjectFields = append(m.ObjectFields, string(c.body))
		case 10<<3 | typeBytes:
			c.fail(extend(&m.FailureFields).merge(c.body))
		case 11<<3 | typeBytes:
			c.fail(extend(&m.FailureHeaders).merge(c.body))
		case 12<<3 | typeVarint:
			m.ShowsWho = c.bool()
		}
	}
	return c.err
}

// NameValue is picket.v1.NameValue.
type NameValue struct {
	Name  string
	Value string
}

// Append writes the message to dst.
func (m *NameValue) Append(dst []byte) []byte {
	dst = appendString(dst, 1, m.Name)
	return appendString(dst, 2, m.Value)
}

func appendNameValues(dst []byte, num uint32, all []NameValue) []byte {
	var at int
	for i := range all {
		dst, at = open(dst, num)
		dst = shut(all[i].Append(dst), at)
	}
	return dst
}

// Decode replaces m by the message in b.
func (m *NameValue) Decode(b []byte) error {
	*m = NameValue{}
	return m.merge(b).orNil()
}

func (m *NameValue) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeBytes:
			m.Name = string(c.body)
		case 2<<3 | typeBytes:
			m.Value = string(c.body)
		}
	}
	return c.err
}

// Throttle is picket.v1.Throttle.
type Throttle struct {
	PerMinute uint32
	Burst     uint32
}

// Append writes the message to dst.
func (m *Throttle) Append(dst []byte) []byte {
	dst = appendUint(dst, 1, uint64(m.PerMinute))
	return appendUint(dst, 2, uint64(m.Burst))
}

// Decode replaces m by the message in b.
func (m *Throttle) Decode(b []byte) error {
	*m = Throttle{}
	return m.merge(b).orNil()
}

func (m *Throttle) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeVarint:
			m.PerMinute = uint32(c.value)
		case 2<<3 | typeVarint:
			m.Burst = uint32(c.value)
		}
	}
	return c.err
}

// Slug is picket.v1.Slug.
type Slug struct {
	Host   uint64
	Prefix []uint64
	Words  []uint64
}

// Append writes the message to dst.
func (m *Slug) Append(dst []byte) []byte {
	dst = appendFixed64(dst, 1, m.Host)
	dst = appendFixed64s(dst, 2, m.Prefix)
	return appendFixed64s(dst, 3, m.Words)
}

// Decode replaces m by the message in b.
func (m *Slug) Decode(b []byte) error {
	*m = Slug{}
	return m.merge(b).orNil()
}

func (m *Slug) merge(b []byte) Error {
	c := cursor{rest: b}
	for c.next() {
		switch c.key {
		case 1<<3 | typeFixed64:
			m.Host = c.value
		case 2<<3 | typeFixed64:
			m.Prefix = append(m.Prefix, c.value)
		case 2<<3 | typeBytes:
			m.Prefix = c.fixed64s(m.Prefix)
		case 3<<3 | typeFixed64:
			m.Words = append(m.Words, c.value)
		case 3<<3 | typeBytes:
			m.Words = c.fixed64s(m.Words)
		}
	}
	return c.err
}
