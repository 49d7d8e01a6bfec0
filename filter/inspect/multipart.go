package inspect

// multipartReader reads multipart/form-data (RFC 7578): each part's name, file name and, unless it is binary, content.
type multipartReader struct {
	boundary [74]byte
	n        int // of boundary, with its two dashes
	state    multipartState
	line     [512]byte
	lineLen  int
	name     [maxName]byte
	nameLen  int
	nested   format
	binary   bool
	file     bool
}

type multipartState uint8

const (
	partPreamble multipartState = iota
	partHeaders
	partContent
)

func (m *multipartReader) reset(contentType []byte) {
	*m = multipartReader{}
	at := -1
	for i := range contentType {
		if foldEqual(contentType, i, "boundary=") {
			at = i + 9
			break
		}
	}
	if at < 0 {
		return
	}
	if at < len(contentType) && contentType[at] == '"' {
		at++
	}
	m.n = copy(m.boundary[:], "--")
	for at < len(contentType) && contentType[at] != '"' && contentType[at] != ';' && contentType[at] != ' ' && m.n < len(m.boundary) {
		m.boundary[m.n] = contentType[at]
		m.n++
		at++
	}
}

// feed splits into lines; a content's line is collected once it cannot be the boundary.
func (m *multipartReader) feed(b *BodyReader, p []byte) {
	for _, c := range p {
		if m.lineLen < len(m.line) {
			m.line[m.lineLen] = c
			m.lineLen++
		} else if m.state == partContent {
			m.content(b, m.line[:m.lineLen])
			m.line[0], m.lineLen = c, 1
		}
		if c == '\n' {
			m.endLine(b)
		}
	}
}

func (m *multipartReader) endLine(b *BodyReader) {
	line := m.line[:m.lineLen]
	m.lineLen = 0
	if m.n > 2 && len(line) >= m.n && string(line[:m.n]) == string(m.boundary[:m.n]) {
		m.endPart(b)
		m.state, m.nameLen, m.binary, m.file, m.nested = partHeaders, 0, false, false, formatText
		return
	}
	switch m.state {
	case partHeaders:
		m.header(b, trim(line))
	case partContent:
		m.content(b, line)
	}
}

func trim(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	return b
}

func (m *multipartReader) header(b *BodyReader, line []byte) {
	if len(line) == 0 {
		m.state = partContent
		return
	}
	if foldEqual(line, 0, "content-type:") {
		m.nested = formatOf(line[13:])
		m.binary = m.nested == formatNone
		return
	}
	if !foldEqual(line, 0, "content-disposition:") {
		b.in.at(ZoneMultipart, nil)
		b.in.value(line)
		return
	}
	m.quotes(b, line)
	for i := 20; i < len(line); i++ {
		switch {
		case foldEqual(line, i, "filename*=") && !isWord(line[i-1]):
			m.fileName(b, parameterOf(line[i+10:]))
		case foldEqual(line, i, "filename=") && !isWord(line[i-1]):
			m.fileName(b, parameterOf(line[i+9:]))
		case foldEqual(line, i, "name=") && !isWord(line[i-1]):
			m.fieldName(b, parameterOf(line[i+5:]))
		}
	}
}

// quotes: a quotation mark that the line leaves open means a line break within a name.
func (m *multipartReader) quotes(b *BodyReader, line []byte) {
	n := 0
	for i, c := range line {
		if c == '"' && line[i-1] != '\\' {
			n++
		}
	}
	if n%2 == 1 {
		b.in.at(ZoneFileName, m.name[:m.nameLen])
		b.in.found(CRLF, 0.7, "broken-name", line)
	}
}

// parameterOf reads a quoted or bare parameter.
func parameterOf(b []byte) []byte {
	if len(b) == 0 || b[0] != '"' {
		for i, c := range b {
			if c == ';' {
				return b[:i]
			}
		}
		return b
	}
	end := len(b)
	for i := 1; i < len(b); i++ {
		if b[i] == '"' && (i+1 == len(b) || b[i+1] == ';') {
			end = i
			break
		}
	}
	return b[1:end]
}

func (m *multipartReader) fieldName(b *BodyReader, name []byte) {
	b.in.parameterName(name, ZoneFormName)
	m.nameLen = copy(m.name[:], name)
}

const scriptFiles = ".php .phtml .php5 .phar .jsp .jspx .asp .aspx .ashx .cgi .war .htaccess .shtml .php3 .php7"

func (m *multipartReader) fileName(b *BodyReader, name []byte) {
	m.file = true
	b.in.at(ZoneFileName, m.name[:m.nameLen])
	b.in.transported(name)
	b.in.at(ZoneFileName, m.name[:m.nameLen])
	for i := 0; i < len(scriptFiles); {
		end := i
		for end < len(scriptFiles) && scriptFiles[end] != ' ' {
			end++
		}
		for at := range name {
			if next := at + end - i; foldEqual(name, at, scriptFiles[i:end]) && (next == len(name) || !isWord(name[next])) {
				b.in.found(Command, 0.6, "script-upload", name)
			}
		}
		i = end + 1
	}
	if contains(name, "../") || contains(name, "..\\") || contains(name, "\x00") {
		b.in.found(Traversal, 0.9, "file-name", name)
	}
}

func (m *multipartReader) content(b *BodyReader, line []byte) {
	if b.n == 0 && hasPrefix(line, "\xac\xed\x00\x05") {
		b.in.at(ZoneMultipart, m.name[:m.nameLen])
		b.in.found(Deserialization, 0.95, "java-stream", nil)
	}
	if b.n == 0 && len(line) > 0 && looksBinary(line) {
		m.binary = true
	}
	if m.binary {
		return
	}
	b.path.reset()
	b.path.push(m.name[:m.nameLen])
	for _, c := range line {
		b.add(c)
	}
}

// looksBinary says whether a content starts as no text does.
func looksBinary(b []byte) bool {
	odd := 0
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0x1b {
			odd++
		}
	}
	return odd*8 > len(b)
}

// endPart looks at what was collected, without the line break that belongs to the boundary.
func (m *multipartReader) endPart(b *BodyReader) {
	for range 2 {
		if b.n > 0 && (b.value[b.n-1] == '\n' || b.value[b.n-1] == '\r') {
			b.n--
		}
	}
	if m.state != partContent || b.n == 0 {
		b.n, b.long = 0, false
		return
	}
	if m.nested == formatJSON && !b.long && !m.file {
		m.nestedJSON(b)
		return
	}
	b.look(ZoneMultipart, m.name[:m.nameLen])
}

// nestedJSON reads a part that is JSON; its strings replace it in the room for values, behind which the reader stays.
func (m *multipartReader) nestedJSON(b *BodyReader) {
	n := copy(b.in.nested[:], b.value[:b.n])
	b.n, b.long = 0, false
	b.path.reset()
	b.json.reset()
	was := b.format
	b.format = formatJSON
	b.json.feed(b, b.in.nested[:n])
	b.json.end(b)
	b.format = was
	b.n, b.long = 0, false
	b.path.reset()
}

func (m *multipartReader) end(b *BodyReader) {
	if m.lineLen > 0 {
		m.endLine(b)
	}
	m.endPart(b)
}
