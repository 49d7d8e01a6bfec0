package identify

// feedForm reads application/x-www-form-urlencoded. user[email] is the field user.email.
func (b *Body) feedForm(p []byte) {
	for _, c := range p {
		b.stepForm(c)
	}
}

func (b *Body) stepForm(c byte) {
	switch {
	case c == '&':
		if b.state == bodyString {
			b.ended(true)
		}
		b.state, b.escape, b.nPath, b.nValue = bodyBetween, 0, 0, 0
	case b.state == bodySkipped:
	case c == '=' && b.state == bodyBetween:
		b.escape = 0
		b.named(false, 0, 0)
		if b.state = bodySkipped; b.role != 0 {
			b.state = bodyString
		}
	default:
		b.inForm(c)
	}
}

// inForm takes a byte of a name or a value; escape counts the digits of a %XX still to come.
func (b *Body) inForm(c byte) {
	switch {
	case b.escape > 0:
		b.char = b.char<<4 | uint16(hexValue(c))
		if b.escape--; b.escape > 0 {
			return
		}
		c = byte(b.char)
	case c == '%':
		b.escape, b.char = 2, 0
		return
	case c == '+':
		c = ' '
	}
	switch {
	case b.state == bodyString:
		b.putValue(c)
	case c == '[':
		b.putPath('.')
	case c != ']':
		b.putPath(c)
	}
}

func hexValue(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case lower(c) >= 'a' && lower(c) <= 'f':
		return lower(c) - 'a' + 10
	}
	return 0
}
