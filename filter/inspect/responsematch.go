package inspect

// Markers is the table of all markers, for all of a worker's responses. It does not change.
type Markers struct {
	seen    [1 << (gramBits - 3)]uint8 // which first four bytes there are, by a hash
	slots   [gramSlots]uint16          // by another: the first of the markers that begin so, counted from 1
	markers []marker
}

type marker struct {
	text       string
	rule       string
	next       uint16   // of those that begin alike, counted from 1
	leak       LeakKind // 0: an honest mark
	confidence uint8    // in hundredths
	engine     bool     // the words are a database's own, not a driver's
}

const (
	gramBits  = 15
	gramSlots = 1024
)

func gramHash(g uint32) uint32 { return g * 0x9e3779b1 >> (32 - gramBits) }

// NewMarkers reads the list; the table holds about 25 KiB.
func NewMarkers() *Markers {
	m := &Markers{markers: make([]marker, 0, 384)}
	var leak LeakKind
	var rule string
	var engine bool
	for rest := leakMarkers; rest != ""; {
		var line string
		line, rest = cutLine(rest)
		if line[0] == '=' {
			leak, rule, engine = leakOf(nth(line, 1)), nth(line, 2), nth(line, 3) == "engine"
			continue
		}
		m.add(marker{text: line[3:], rule: rule, leak: leak, confidence: (line[0]-'0')*10 + line[1] - '0', engine: engine})
	}
	for i := range honestCount {
		m.add(marker{text: nth(honestMarks, i)})
	}
	return m
}

func cutLine(s string) (line, rest string) {
	for i := range len(s) {
		if s[i] == '\n' {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func leakOf(name string) LeakKind {
	for l := LeakDatabase; l <= Leaks; l++ {
		if l.String() == name {
			return l
		}
	}
	return 0
}

// add puts a marker at the head of those that begin like it.
func (m *Markers) add(k marker) {
	g := uint32(k.text[0])<<24 | uint32(k.text[1])<<16 | uint32(k.text[2])<<8 | uint32(k.text[3])
	h := gramHash(g)
	m.seen[h>>3] |= 1 << (h & 7)
	slot := &m.slots[h%gramSlots]
	k.next = *slot
	m.markers = append(m.markers, k)
	*slot = uint16(len(m.markers))
}

func skipByte(b []byte, i int, c byte) int {
	if i < len(b) && b[i] != c && b[i] == '\\' {
		i++
	}
	if i < len(b) && b[i] == c {
		return i + 1
	}
	return -1
}

func skipDigits(b []byte, i, most int) int {
	from := i
	for i < len(b) && i-from < most && isDigit(b[i]) {
		i++
	}
	if i == from {
		return -1
	}
	return i
}

// skipSpaces passes white space: as it is, as \n of JSON, or as &nbsp;.
func skipSpaces(b []byte, i int) int {
	from := i
	for i < len(b) && i-from < maxSpaces {
		n := spaceAt(b[i:])
		if n == 0 {
			break
		}
		i += n
	}
	if i == from {
		return -1
	}
	return i
}

// spaceAt gives how long the white space at the start of b is, which is not empty; 0: it is none.
func spaceAt(b []byte) int {
	switch {
	case b[0] <= ' ':
		return 1
	case b[0] == '\\' && len(b) > 1 && (b[1] == 'n' || b[1] == 'r' || b[1] == 't'):
		return 2
	case b[0] == '&' && hasPrefix(b, "&nbsp;"):
		return 6
	}
	return 0
}

// skipQuote passes a quotation mark: as it is, after backslashes, as an entity, as \u of JSON, or a typographer's.
func skipQuote(b []byte, i int) int {
	from := i
	for i < len(b) && i-from < 3 && b[i] == '\\' {
		i++
	}
	if i == len(b) {
		return -1
	}
	switch b[i] {
	case '\'', '"', '`':
		return i + 1
	case '&':
		return skipAny(b, i, [...]string{"&quot;", "&#34;", "&#39;", "&#039;", "&#x27;", "&#x22;", "&apos;", "&#x60;"})
	case 'u':
		return skipAny(b, i, [...]string{"u0027", "u0022", "u0060", "u2018", "u2019", "u201c", "u201d", "u00b4"})
	case 0xe2:
		if i+2 < len(b) && b[i+1] == 0x80 && b[i+2] >= 0x98 && b[i+2] <= 0x9d {
			return i + 3
		}
	}
	return -1
}

func skipAny(b []byte, i int, ways [8]string) int {
	for _, w := range ways {
		if hasPrefix(b[i:], w) {
			return i + len(w)
		}
	}
	return -1
}

// stands: what follows a gap is at i, up to what may be of any length.
func stands(b []byte, i int, rest string) bool {
	for j := 0; j < len(rest) && i >= 0; j++ {
		switch c := rest[j]; c {
		case '@', '~':
			return true
		case '%', '#':
			return skipDigits(b, i, 1) > 0
		case '\'':
			i = skipQuote(b, i)
		case ' ':
			i = skipSpaces(b, i)
		default:
			i = skipByte(b, i, c)
		}
	}
	return i >= 0
}

func nameByte(c byte) bool {
	return isWord(c) || c == '.' || c == '-' || c == '$' || c == ':' || c == '<' || c == '>' || c == '\\' || c == '/'
}
