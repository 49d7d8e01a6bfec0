package inspect

// rounds is how often a value is decoded again: percent within percent within entities is as deep as servers go.
const rounds = 3

// value looks at one value, decoded as its place demands already. last says that the value ends here.
func (in *Inspector) value(b []byte) {
	if len(b) == 0 {
		return
	}
	if in.typed {
		in.expectKind(b)
	}
	if len(b) > window {
		in.long(b)
		return
	}
	in.decoding = 0
	if b[0] == 'e' && in.token(b) || len(b) == 36 && isUUID(b) {
		return
	}
	if len(b) >= longRun && b[0] != '-' {
		in.run(b)
	}
	if rule := serialized(b); rule != "" && (!hasPrefix(b, "/wEP") || !named(in.name[:in.nameLen], "viewstate")) {
		in.decoding = Base64
		in.found(Deserialization, 0.9, rule, b[:4])
		in.decoding = 0
		return
	}
	if len(b) >= longRun && blob(b) {
		in.encoded(b)
		return
	}
	in.encoded(b)
	if hasPrefix(b, "data:image/svg+xml;base64,") {
		in.encoded(b[len("data:image/svg+xml;base64,"):])
	}
	if in.ordinary(b) {
		return
	}
	in.deeper(b)
}

// deeper looks deeply at a value and at all that it may be decoded to, unless nothing was found there before.
func (in *Inspector) deeper(b []byte) {
	name := in.name[:in.nameLen]
	if !in.cut && in.probe == nil && in.clean.Has(in.zone, name, b) {
		return
	}
	noted := in.noted
	in.controlled(b)
	if in.exhausted() {
		in.refuse()
		return
	}
	in.deepLook(b)
	in.decodings(b)
	if in.noted == noted && !in.cut && !in.limited && !secretName(name) && !secret(b) {
		in.clean.Add(in.zone, name, b)
	}
}

// controlled notes control bytes where text belongs: NUL anywhere, and all but line breaks in the request's own line. What
// terminals colour logs with passes.
func (in *Inspector) controlled(b []byte) {
	n := 0
	for _, c := range b {
		short := in.zone <= ZoneFormName && in.zone != ZoneCookie
		if c == 0x7f || c < ' ' && c != '\n' && c != '\r' && c != '\t' && (c != 0x1b || short) {
			if (c == 0x1d || c == 0x1e) && in.zone >= ZoneForm { // what separates the parts of a barcode (ISO/IEC 15434)
				continue
			}
			if n++; n > 1 || c == 0 || short && (in.zone < ZoneCookie || c != 0x0b && c != 0x0c) {
				in.odd(0.6, "control-byte")
				return
			}
		}
	}
}

// longRun is how long a run of one byte is that fills buffers rather than says something.
const longRun = 64

// run judges a value that is one byte again and again, but for a few.
func (in *Inspector) run(b []byte) {
	c := b[len(b)/2]
	if c != b[len(b)/3] || c != b[len(b)/5] || !isAlpha(c) && c != '/' && c != '.' && c != '%' {
		return
	}
	n := 0
	for _, x := range b {
		if x == c {
			n++
		}
	}
	zeros := c == 'A' && base64Shape(b) // of a file
	if n < longRun || n*4 < len(b)*3 || in.cut && in.zone > ZoneCookie || zeros {
		return
	}
	if isAlpha(c) { // what overflows buffers, and tests fill fields with
		in.odd(0.55, "run")
	} else {
		in.found(Traversal, 0.6, "run", nil)
	}
}

// long looks at a value in windows; a window that was cut has no start or end of its own.
func (in *Inspector) long(b []byte) {
	for at := 0; ; at += window - overlap {
		end := min(at+window, len(b))
		in.cut = at > 0 || end < len(b)
		in.value(b[at:end])
		if end == len(b) {
			break
		}
	}
	in.cut = false
}

// decodings looks at what further decoders make of b, round by round, each result once.
func (in *Inspector) decodings(b []byte) {
	for r := range rounds {
		out := in.decoded[r&1][:0]
		d := decoder{in: b, out: out, plus: r == 0 && plusMeansSpace(b), rich: r == 0 && contains(b, "</")}
		d.run()
		if d.did == 0 {
			return
		}
		if r > 0 {
			d.did |= Twice
		}
		in.decoding |= d.did
		b = d.out
		if in.zone <= ZoneCookie && in.decoding&Base64 == 0 {
			in.controlled(b)
		}
		if len(b) == 1 && (b[0] == '<' || b[0] == '>') && in.decoding&Entity != 0 {
			in.found(XSS, 0.6, "encoded-bracket", b)
		}
		if r == 0 || !in.ordinary(b) {
			in.deepLook(b)
		}
	}
}

// plusMeansSpace: a value without spaces that has a plus may be a form's.
func plusMeansSpace(b []byte) bool {
	plus := false
	for _, c := range b {
		if c == ' ' {
			return false
		}
		plus = plus || c == '+'
	}
	return plus
}

// decoder undoes one layer of all encodings that a value may be in. Its output is never longer than its input.
type decoder struct {
	in, out []byte
	at      int
	did     Decoding
	plus    bool
	rich    bool // there is markup: in that, escaped brackets are text
}

func (d *decoder) run() {
	for d.at < len(d.in) {
		if !d.step() {
			d.out = append(d.out, d.in[d.at])
			d.at++
		}
	}
}

// step undoes one escape at d.at and reports whether there was one.
func (d *decoder) step() bool {
	switch c := d.in[d.at]; {
	case c == '%':
		return d.percent()
	case c == '\\':
		return d.backslash()
	case c == '&':
		return d.entity()
	case c == '+' && d.plus:
		d.put(' ', 1, Plus)
		return true
	case c >= 0xc0:
		return d.wide()
	}
	return false
}

// put appends c (as UTF-8 where it is beyond ASCII, within the n bytes it replaces) and moves on by n.
//
//go:noinline
func (d *decoder) put(c rune, n int, did Decoding) {
	d.did |= did
	d.at += n
	c = narrow(c)
	switch {
	case c < 0x80:
		d.out = append(d.out, byte(c))
	case c < 0x800 || n < 3:
		d.out = append(d.out, 0xc0|byte(c>>6)&0x1f, 0x80|byte(c)&0x3f)
	default:
		d.out = append(d.out, 0xe0|byte(c>>12)&0xf, 0x80|byte(c>>6)&0x3f, 0x80|byte(c)&0x3f)
	}
}

// narrow folds full-width forms and look-alikes of quotes and brackets to ASCII, as databases and servers do.
func narrow(c rune) rune {
	switch {
	case c >= 0xff01 && c <= 0xff5e:
		return c - 0xfee0
	case c >= 0x24d0 && c <= 0x24e9:
		return c - 0x24d0 + 'a'
	case c >= 0x24b6 && c <= 0x24cf:
		return c - 0x24b6 + 'a'
	case c >= 0x2460 && c <= 0x2468:
		return c - 0x2460 + '1'
	case c == 0x24ea:
		return '0'
	case c == 0x3002:
		return '.'
	case c == 0x560a || c == 0x2028 || c == 0x10a:
		return '\n'
	case c == 0x560d:
		return '\r'
	case c == 0x17f:
		return 's'
	case c == 0x212a:
		return 'k'
	case c == 0x2bc || c == 0x2b9 || c == 0x2032:
		return '\''
	case c == 0x2329 || c == 0x3008 || c == 0xfe64:
		return '<'
	case c == 0x2044 || c == 0x2215:
		return '/'
	case c == 0x3000 || c == 0xa0:
		return ' '
	}
	return c
}

func (d *decoder) byteAt(n int) byte {
	if d.at+n < len(d.in) {
		return d.in[d.at+n]
	}
	return 0
}

// percent undoes %XX and %uXXXX. %XX gives a byte, so that overlong forms show in the next round.
func (d *decoder) percent() bool {
	if d.byteAt(1)|0x20 == 'u' {
		if v, ok := hexValue(d.in, d.at+2, 4); ok {
			d.put(v, 6, Escaped)
			return true
		}
		return false
	}
	v, ok := hexValue(d.in, d.at+1, 2)
	if !ok {
		return false
	}
	d.did |= Percent
	d.out = append(d.out, byte(v))
	d.at += 3
	return true
}

// hexValue reads n hexadecimal digits of b from at.
//
//go:noinline
func hexValue(b []byte, at, n int) (rune, bool) {
	if at+n > len(b) {
		return 0, false
	}
	v := rune(0)
	for _, c := range b[at : at+n] {
		if !isHex(c) {
			return 0, false
		}
		v = v<<4 | rune(nibble(c))
	}
	return v, true
}

func nibble(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// backslash undoes \uXXXX, \u{...}, \xXX, \n, \r, \t and \0. A Windows path's \t and \n are undone too: the value is
// looked at as it stands as well.
func (d *decoder) backslash() bool {
	switch d.byteAt(1) {
	case 'u', 'U':
		return d.unicode()
	case 'x', 'X':
		if v, ok := hexValue(d.in, d.at+2, 2); ok {
			d.put(v, 4, Escaped)
			return true
		}
	case 'n':
		d.put('\n', 2, Escaped)
		return true
	case 'r':
		d.put('\r', 2, Escaped)
		return true
	case '"', '\'':
		d.put(rune(d.byteAt(1)), 2, Escaped)
		return true
	default:
		return d.style()
	}
	return false
}

// style undoes an escape of CSS: two to six hexadecimal digits, and a space that ends them.
func (d *decoder) style() bool {
	v, n := rune(0), 1
	for n < 7 && isHex(d.byteAt(n)) {
		v = v<<4 | rune(nibble(d.byteAt(n)))
		n++
	}
	if n < 3 || v < ' ' || v >= 0x7f {
		return false
	}
	if d.byteAt(n) == ' ' {
		n++
	}
	d.put(v, n, Escaped)
	return true
}

func (d *decoder) unicode() bool {
	if v, ok := hexValue(d.in, d.at+2, 4); ok {
		d.put(v, 6, Escaped)
		return true
	}
	if d.byteAt(2) != '{' {
		return false
	}
	v, n := rune(0), 3
	for n < 11 && isHex(d.byteAt(n)) {
		v = v<<4 | rune(nibble(d.byteAt(n)))
		n++
	}
	if n == 3 || d.byteAt(n) != '}' || v > 0xffff {
		return false
	}
	d.put(v, n+1, Escaped)
	return true
}

const entities = "lt< gt> amp& quot\" apos' lpar( rpar) colon: sol/ bsol\\ semi; equals= tab\t newline\n nbsp  num# excl! lsqb[ " +
	"rsqb] lcub{ rcub} grave` comma, period. dollar$ percnt% lowbar_ commat@ ast* verbar| plus+"

// entity undoes &#NN; &#xHH; with or without the semicolon, and the named ones that attacks need.
func (d *decoder) entity() bool {
	if d.byteAt(1) == '#' {
		return d.numeric()
	}
	for i := 0; i < len(entities); {
		end := i
		for isAlpha(entities[end]) {
			end++
		}
		if c := entities[end]; d.rich && (c == '<' || c == '>') {
			i = end + 2
			continue
		}
		if n := end - i; foldEqual(d.in, d.at+1, entities[i:end]) && d.byteAt(n+1) == ';' {
			d.put(rune(entities[end]), n+2, Entity)
			return true
		}
		i = end + 2
	}
	return false
}

// foldEqual says whether b has word, which is in lower case, at that place.
//
//go:noinline
func foldEqual(b []byte, at int, word string) bool {
	if at < 0 || at+len(word) > len(b) {
		return false
	}
	for i := range len(word) {
		if lower(b[at+i]) != word[i] {
			return false
		}
	}
	return true
}

func (d *decoder) numeric() bool {
	v, n, base := rune(0), 2, rune(10)
	if d.byteAt(2)|0x20 == 'x' {
		base, n = 16, 3
	}
	first := n
	for n < first+8 && isHex(d.byteAt(n)) && (base == 16 || isDigit(d.byteAt(n))) {
		v = v*base + rune(nibble(d.byteAt(n)))
		n++
	}
	if n == first || v > 0xffff {
		return false
	}
	if d.byteAt(n) == ';' {
		n++
	}
	d.put(v, n, Entity)
	return true
}

// wide undoes overlong UTF-8 and what narrow folds.
func (d *decoder) wide() bool {
	c0, c1, c2 := d.in[d.at], d.byteAt(1), d.byteAt(2)
	switch {
	case c0 <= 0xc1 && d.at+1 < len(d.in):
		d.put(rune(c0&1)<<6|rune(c1&0x3f), 2, Wide) // the decoders that err do not look at the top bits of the second byte
		return true
	case c0 == 0xe0 && c1 == 0x80 && c2>>6 == 2:
		d.put(rune(c2&0x3f), 3, Wide)
		return true
	case c0 < 0xe0 && c1>>6 == 2:
		return d.fold(rune(c0&0x1f)<<6|rune(c1&0x3f), 2)
	case c0 < 0xf0 && c1>>6 == 2 && c2>>6 == 2:
		return d.fold(rune(c0&0xf)<<12|rune(c1&0x3f)<<6|rune(c2&0x3f), 3)
	}
	return false
}

func (d *decoder) fold(c rune, n int) bool {
	if narrow(c) == c {
		return false
	}
	d.put(c, n, Wide)
	return true
}
