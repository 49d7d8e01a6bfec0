package identify

// Requests for the records of one endpoint differ in their ids and in little else. Folded, they are the same bytes, and a
// Router that placed one has placed all of them.

// maxFolded is the longest target that is folded, in bytes.
const maxFolded = 192

// What a byte of a target may be in folding. The bits of foldHex and those above it sum up a segment.
const (
	foldBad    byte = iota
	foldSlash       // / ? & = end a segment
	foldDot         // between letters only
	foldHex    = 4  // a digit, a letter from a to f or a hyphen
	foldDigit  = 8 | foldHex
	foldLetter = 16
)

var foldKind = func() (t [256]byte) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9':
			t[c] = foldDigit
		case c >= 'a' && c <= 'f', c == '-':
			t[c] = foldHex
		case c >= 'g' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
			t[c] = foldLetter
		case c == '/', c == '?', c == '&', c == '=':
			t[c] = foldSlash
		case c == '.':
			t[c] = foldDot
		}
	}
	return t
}()

// fold copies a path with its query to dst, with the digits of what is shaped like an id as zeros: a number, hexadecimal
// digits, or four digits and more among letters. It reports false for a target that is long or holds more than words and
// ids. Two targets that fold alike have the same words, and ids in the same places of the same lengths and shapes.
func fold(dst *[maxFolded + 8]byte, target []byte) bool {
	if len(target) == 0 || len(target) > maxFolded || target[0] != '/' {
		return false
	}
	start, digits, kinds, query, name := 1, 0, byte(0), false, false
	dst[0] = '/'
	for i := 1; i < len(target); i++ {
		c := target[i]
		dst[i] = c
		k := foldKind[c]
		if k >= foldHex {
			kinds |= k
			digits += int(k & 8)
			continue
		}
		switch {
		case k == foldBad, k == foldDot && !lettersAround(target, i):
			return false
		case k == foldDot:
			kinds |= foldLetter
			continue
		}
		if !name {
			foldSegment(dst[start:i], digits/8, kinds, query)
		}
		switch c {
		case '/':
			if query || i == start { // an empty segment, which some servers read otherwise
				return false
			}
		case '?':
			if query {
				return false
			}
			query, name = true, true
		case '=':
			if !name {
				return false
			}
			name = false
		default:
			if !query {
				return false
			}
			name = true
		}
		start, digits, kinds = i+1, 0, 0
	}
	if !name {
		foldSegment(dst[start:len(target)], digits/8, kinds, query)
	}
	return true
}

func lettersAround(b []byte, i int) bool {
	return i+1 < len(b) && foldKind[b[i-1]] >= foldHex && foldKind[b[i-1]]&8 == 0 && b[i-1] != '-' &&
		foldKind[b[i+1]] >= foldHex && foldKind[b[i+1]]&8 == 0 && b[i+1] != '-'
}

// foldSegment folds a segment of a path, or a parameter's value, where it is an id. A value that could be an address
// written as a number stays as it is.
func foldSegment(s []byte, digits int, kinds byte, query bool) {
	switch n := len(s); {
	case digits == 0, digits == n && query && n >= 8 && n <= 10:
	case kinds&foldLetter == 0 && (n >= 8 || digits == n):
		for i, c := range s {
			if c != '-' {
				s[i] = '0'
			}
		}
	case digits >= 4:
		for i, c := range s {
			if foldKind[c]&8 != 0 {
				s[i] = '0'
			}
		}
	}
}
