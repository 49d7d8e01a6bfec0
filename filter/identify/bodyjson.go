package identify

import "unicode/utf8"

func (b *Body) feedJSON(p []byte) {
	for i := 0; i < len(p) && !b.done; i++ {
		c := p[i]
		switch b.state {
		case bodyBetween:
			if c == '"' && b.wantsKey && b.depth <= maxNest {
				i += b.member(p[i+1:])
				continue
			}
			b.between(c)
		case bodySkipped:
			if b.escape == 0 {
				if i += plain(p[i:]); i == len(p) {
					return
				}
				c = p[i]
			}
			b.skipped(c)
		case bodyName:
			if b.escape == 0 {
				n := plain(p[i:])
				b.nPath += copy(b.path[b.nPath:], p[i:i+n])
				if i += n; i == len(p) {
					return
				}
				c = p[i]
			}
			b.inString(c)
		case bodyString:
			b.inString(c)
		case bodyScalar:
			b.scalar(c)
		}
	}
}

// plain gives how many bytes of a string come before its end or an escape.
func plain(p []byte) int {
	for i, c := range p {
		if c == '"' || c == '\\' {
			return i
		}
	}
	return len(p)
}

// between is outside of strings: structure, and values that nobody wants.
func (b *Body) between(c byte) {
	switch c {
	case '"':
		b.open()
	case '{', '[':
		b.push(c == '[')
	case '}', ']':
		b.pop()
	case ',':
		b.next()
	case ':', ' ', '\t', '\n', '\r':
	default:
		if b.role != 0 {
			b.state, b.nValue = bodyScalar, 0
			b.putValue(c)
		}
	}
}

// member reads a name, of which p begins behind the quote, and the string behind it where nobody wants that. It gives how many
// bytes of p it has read: those that are whole in p, so that it is all the same where a body is cut.
func (b *Body) member(p []byte) int {
	c := &b.around[b.depth-1]
	b.wantsKey, b.state, b.nPath = false, bodyName, int(c.base)
	n := plain(p)
	if n == len(p) || p[n] != '"' {
		return 0
	}
	b.nPath += copy(b.path[b.nPath:], p[:n])
	b.endName()
	if n++; b.role != 0 || n+1 >= len(p) || p[n] != ':' {
		return n
	}
	n++
	if p[n] == ' ' && n+1 < len(p) {
		n++
	}
	if p[n] != '"' {
		return n
	}
	b.state = bodySkipped
	n++
	n += plain(p[n:])
	if n < len(p) && p[n] == '"' {
		b.state = bodyBetween
		n++
	}
	return n
}

func (b *Body) endName() {
	b.state = bodyBetween
	c := &b.around[b.depth-1]
	base := int(c.base)
	b.named(base > 0 && string(b.path[:base]) != "variables.", base, c.hash)
}

// open begins a string that is a value.
func (b *Body) open() {
	if b.state = bodySkipped; b.role != 0 {
		b.state, b.nValue = bodyString, 0
	}
}

// push enters an object or an array. In one that is nested deeper than maxNest nothing is wanted.
func (b *Body) push(array bool) {
	if b.depth++; b.depth > maxNest {
		b.role, b.wantsKey = 0, false
		return
	}
	c := &b.around[b.depth-1]
	c.array, c.path, c.base, c.role, c.hash = array, uint8(b.nPath), uint8(b.nPath), b.role, b.mark
	b.wantsKey = !array
	if array {
		return
	}
	b.role = 0
	if b.nPath > 0 {
		b.putPath('.')
		c.base = uint8(b.nPath)
	}
}

func (b *Body) pop() {
	if b.depth--; b.depth <= 0 {
		b.done = true
		return
	}
	if b.depth > maxNest {
		return
	}
	if b.depth < maxNest {
		b.nPath, b.mark = int(b.around[b.depth].path), b.around[b.depth].hash
	}
	b.role, b.wantsKey = 0, false
	if c := &b.around[b.depth-1]; c.array {
		b.role = c.role
	}
}

// next goes on to the next member or element.
func (b *Body) next() {
	if b.depth == 0 || b.depth > maxNest {
		return
	}
	if c := &b.around[b.depth-1]; c.array {
		b.role = c.role
	} else {
		b.role, b.wantsKey = 0, true
	}
}

func (b *Body) skipped(c byte) {
	switch {
	case b.escape > 0:
		b.escape = 0
	case c == '\\':
		b.escape = 1
	case c == '"':
		b.state = bodyBetween
	}
}

func (b *Body) inString(c byte) {
	switch {
	case b.escape > 0:
		b.escaped(c)
	case c == '\\':
		b.escape = 5
	case c != '"':
		b.put(c)
	case b.state == bodyName:
		b.endName()
	default:
		b.state = bodyBetween
		b.ended(true)
	}
}

// put takes a byte of a name or a value.
func (b *Body) put(c byte) {
	if b.state == bodyName {
		b.putPath(c)
	} else {
		b.putValue(c)
	}
}

// escaped takes what follows a backslash: escape is 5 for the letter after it, and then the digits of \u to come.
func (b *Body) escaped(c byte) {
	if b.escape < 5 {
		b.char = b.char<<4 | uint16(hexValue(c))
		if b.escape--; b.escape == 0 {
			var buf [utf8.UTFMax]byte
			for _, c := range buf[:utf8.EncodeRune(buf[:], rune(b.char))] {
				b.put(c)
			}
		}
		return
	}
	b.escape = 0
	switch c {
	case 'u':
		b.escape, b.char = 4, 0
	case 'n':
		b.put('\n')
	case 't':
		b.put('\t')
	case 'r':
		b.put('\r')
	case 'b':
		b.put('\b')
	case 'f':
		b.put('\f')
	default:
		b.put(c)
	}
}

func (b *Body) scalar(c byte) {
	switch c {
	case ',', '}', ']', ' ', '\t', '\n', '\r', '"', '{', '[', ':':
		b.state = bodyBetween
		b.ended(false)
		b.between(c)
	default:
		b.putValue(c)
	}
}
