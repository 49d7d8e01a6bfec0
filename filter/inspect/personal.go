package inspect

// Datum is a kind of personal data. Its names are a closed set.
type Datum uint8

// The kinds.
const (
	Email Datum = iota
	Phone
	Card
	IMEI
	ICCID
	NationalNumber
	Bearer // a token that lets in whoever holds it
	data   = iota
)

const datumNames = "email phone card imei iccid national token"

// Data is how many kinds there are; they are numbered from 0.
const Data = data

// String gives the kind's name.
func (d Datum) String() string { return nth(datumNames, int(d)) }

// Personal counts personal data in a response's body as it passes. It keeps no value. One that stands on the border of two
// pieces may be missed, and so may one in an encoding. The zero value is ready.
type Personal struct {
	// Counts is how many values of each kind there were.
	Counts [Data]uint32
	key    [24]byte // the last JSON key, in lower case
	keyLen int
}

// Feed takes the next piece, which is not kept.
func (p *Personal) Feed(b []byte) {
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case isDigit(c), c == '+' && i+1 < len(b) && isDigit(b[i+1]):
			i = p.number(b, i)
		case c == '@':
			i = p.address(b, i)
		case c == '"':
			i = p.quote(b, i)
		case c == 'e' && i+2 < len(b) && b[i+1] == 'y' && b[i+2] == 'J' && (i == 0 || !isWord(b[i-1])):
			i = p.token(b, i)
		default:
			i++
		}
	}
}

// quote notes a JSON key. A value is looked at from its first byte on.
func (p *Personal) quote(b []byte, i int) int {
	for j := i + 1; j < len(b) && j-i <= len(p.key)+1; j++ {
		if b[j] != '"' {
			continue
		}
		if j+1 < len(b) && b[j+1] == ':' {
			p.keyLen = 0
			for _, c := range b[i+1 : j] {
				p.key[p.keyLen] = lower(c)
				p.keyLen++
			}
			return j + 1
		}
		break
	}
	return i + 1
}

// named says whether the last key has one of the words in it.
func (p *Personal) named(words string) bool {
	key := p.key[:p.keyLen]
	for n := 0; ; n++ {
		w := nth(words, n)
		if w == "unknown" {
			return false
		}
		if contains(key, w) {
			return true
		}
	}
}

// address counts name@host.tld around the sign at i.
func (p *Personal) address(b []byte, i int) int {
	from := i
	for from > 0 && i-from < 64 && (isWord(b[from-1]) || b[from-1] == '.' || b[from-1] == '-' || b[from-1] == '+') {
		from--
	}
	to, dot := i+1, -1
	for to < len(b) && to-i < 255 && (isWord(b[to]) || b[to] == '-' || b[to] == '.') {
		if b[to] == '.' {
			dot = to
		}
		to++
	}
	if from < i && dot > i+1 && to-dot > 2 && isAlpha(b[dot+1]) {
		p.Counts[Email]++
	}
	return to
}

// token counts a JWT: three parts.
func (p *Personal) token(b []byte, i int) int {
	dots := 0
	j := i
	for j < len(b) && (base64Value(b[j]) >= 0 || b[j] == '.' || b[j] == '-' || b[j] == '_') {
		if b[j] == '.' {
			dots++
		}
		j++
	}
	if dots == 2 && j-i > 40 {
		p.Counts[Bearer]++
	}
	return max(j, i+1)
}

// number reads digits that at most single spaces, dashes, dots or brackets part, and judges them.
func (p *Personal) number(b []byte, i int) int {
	var digits [24]byte
	n, j, parts := 0, i, 0
	plus := b[i] == '+'
	if plus {
		j++
	}
	word := i > 0 && (isWord(b[i-1]) || b[i-1] == '-' || b[i-1] == '.')
	for ; j < len(b); j++ {
		switch c := b[j]; {
		case isDigit(c):
			if n < len(digits) {
				digits[n] = c - '0'
			}
			n++
			continue
		case (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')') && j+1 < len(b) && (isDigit(b[j+1]) || b[j+1] == '('):
			parts++
			continue
		}
		break
	}
	if word || j < len(b) && isWord(b[j]) || n > len(digits) {
		return j
	}
	if d, ok := p.judge(digits[:n], b[i:j], plus, parts); ok {
		p.Counts[d]++
	}
	return j
}

func (p *Personal) judge(d, text []byte, plus bool, parts int) (Datum, bool) {
	n := len(d)
	switch {
	case n == 9 && len(text) == 11 && text[3] == '-' && text[6] == '-', n >= 8 && p.named("ssn national_id tax_id passport personal_number"):
		return NationalNumber, true
	case n >= 19 && n <= 20 && d[0] == 8 && d[1] == 9 && (parts == 0 || p.named("iccid sim")):
		return ICCID, true
	case n == 15 && !cardPrefix(d) && luhn(d) && (p.named("imei device") || d[0] == 3 || d[0] == 8 || d[0] == 9 || d[0] == 0):
		return IMEI, true
	case n >= 13 && n <= 19 && cardPrefix(d) && luhn(d):
		return Card, true
	case n >= 8 && n <= 15 && (plus || p.named("phone mobile msisdn telephone fax whatsapp")):
		return Phone, true
	}
	return 0, false
}

// cardPrefix says whether digits begin as a payment card's number does (ISO/IEC 7812).
func cardPrefix(d []byte) bool {
	two := int(d[0])*10 + int(d[1])
	four := two*100 + int(d[2])*10 + int(d[3])
	switch len(d) {
	case 15:
		return two == 34 || two == 37
	case 13, 16, 18, 19:
		return d[0] == 4 || two >= 51 && two <= 55 || four >= 2221 && four <= 2720 || four == 6011 || two == 65 || two == 62
	}
	return false
}

// luhn checks the last digit (ISO/IEC 7812-1, annex B).
func luhn(d []byte) bool {
	sum := 0
	for i := range d {
		v := int(d[len(d)-1-i])
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}
