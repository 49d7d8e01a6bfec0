package inspect

// Bounds of JSON beyond which it is a bomb.
const (
	deepJSON     = 40
	deeperJSON   = 100
	longNumber   = 64
	bigExponent  = 309 // what no double holds
	tinyExponent = 400 // below zero: what is zero in any double
	manyMembers  = 1200
	manyElements = 200000
	jsonLevels   = 128
	keysKept     = 24
	longKey      = 1000
)

// jsonReader reads JSON byte by byte and hands over every string: keys and values.
type jsonReader struct {
	jsonPlace
	// Of the levels, which are cleared when they are entered.
	object  [jsonLevels / 8]uint8 // whether it is an object
	members [8]int                // of the object at hand
	keys    [4][keysKept]uint32
	keyN    [4]uint8
}

// jsonPlace is where a jsonReader stands.
type jsonPlace struct {
	state  jsonState
	depth  int
	named  bool  // a name was pushed for the member at hand
	escape uint8 // digits of \uXXXX still to come, or escapeStart
	rune   rune
	high   rune // the first half of a surrogate pair
	number int
	exp    int  // the exponent, -1: none yet
	below  bool // it is below zero
	counts int  // elements and members in all
	batch  int  // GraphQL operations at the top level
	broken bool
	first  bool // the next value is the first of an array
	class  bool // the value before was, and names a class
}

type jsonState uint8

const (
	jsonBetween jsonState = iota
	jsonKey
	jsonString
	jsonNumber
)

const escapeStart = 5

func (j *jsonReader) reset() { j.jsonPlace = jsonPlace{exp: -1} }

func (j *jsonReader) zone() Zone {
	if j.state == jsonKey {
		return ZoneJSONKey
	}
	return ZoneJSON
}

func (j *jsonReader) feed(b *BodyReader, p []byte) {
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch j.state {
		case jsonBetween:
			if c == '"' {
				if n := j.whole(b, p[i+1:]); n > 0 {
					i += n
					continue
				}
			}
			j.between(b, c)
		case jsonKey, jsonString:
			if n := b.plainRun(p[i:]); n > 0 {
				i += n - 1
				continue
			}
			j.inString(b, c)
		case jsonNumber:
			j.inNumber(b, c)
		}
	}
}

// whole reads a string of which p begins behind the quote and which ends within p, has no escapes and fits, as nearly all
// are. It gives how many bytes of p it took; 0: the string is not of that kind.
func (j *jsonReader) whole(b *BodyReader, p []byte) int {
	p = p[:min(len(p), len(b.value))]
	if !j.isObject() || j.named {
		for n, c := range p {
			if c == '"' {
				j.valueOf(b, p[:n])
				return n + 1
			}
			if c == '\\' {
				return 0
			}
		}
		return 0
	}
	h, plain := uint32(hashSeed), true
	for n, c := range p {
		if c == '"' {
			j.key(b, p[:n], h, plain)
			return n + 1
		}
		if c == '\\' {
			return 0
		}
		h = hashStep(h, c)
		plain = plain && b.in.pairs.name[c]
	}
	return 0
}

func (j *jsonReader) isObject() bool {
	d := j.depth - 1
	return d >= 0 && d < jsonLevels && j.object[d>>3]>>(d&7)&1 == 1
}

func (j *jsonReader) between(b *BodyReader, c byte) {
	switch c {
	case '"':
		j.state = jsonString
		if j.isObject() && !j.named {
			j.state = jsonKey
		}
	case '{', '[':
		j.open(b, c == '{')
	case '}', ']':
		j.close(b)
	case ',':
		j.next(b)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		j.state, j.number, j.exp = jsonNumber, 1, -1
	case ' ', '\t', '\r', '\n', ':', 't', 'r', 'u', 'e', 'f', 'a', 'l', 's', 'n':
	default:
		j.stray(b)
	}
}

// stray notes what is no JSON, once.
func (j *jsonReader) stray(b *BodyReader) {
	if j.broken {
		return
	}
	j.broken = true
	b.in.at(ZoneJSON, b.path.name())
	b.in.found(Malformed, 0.45, "not-json", nil)
}

func (j *jsonReader) open(b *BodyReader, object bool) {
	if d := j.depth; d < jsonLevels {
		j.object[d>>3] &^= 1 << (d & 7)
		if object {
			j.object[d>>3] |= 1 << (d & 7)
		}
	}
	if j.class { // Jackson's form: the class, then what to make it of
		b.in.at(ZoneJSON, b.path.name())
		b.in.found(Deserialization, 0.85, "type-name", nil)
	}
	j.first, j.class = !object, false
	j.depth++
	if !j.named && j.depth > 1 {
		b.path.push(nil)
	}
	j.named = false
	if d := j.depth - 1; d < len(j.members) {
		j.members[d] = 0
	}
	if d := j.depth - 1; d < len(j.keys) {
		j.keyN[d] = 0
	}
	if j.depth == deepJSON || j.depth == deeperJSON {
		b.in.at(ZoneJSON, nil)
		b.in.found(JSONBomb, pick(j.depth == deeperJSON, 0.95, 0.65), "depth", nil)
	}
}

func (j *jsonReader) close(b *BodyReader) {
	j.first, j.class = false, false
	if j.depth == 0 {
		return
	}
	if j.isObject() && j.named {
		b.path.pop()
	}
	j.depth--
	if j.depth > 0 {
		j.named = j.isObject()
		if !j.named {
			b.path.pop()
		}
	}
}

func (j *jsonReader) next(b *BodyReader) {
	if j.isObject() && j.named {
		b.path.pop()
		j.named = false
	}
	if j.counts++; j.counts == manyElements {
		b.in.at(ZoneJSON, nil)
		b.in.found(JSONBomb, 0.6, "elements", nil)
	}
}

// plainRun collects as much of p as is plain text and fits, and says how much that is.
func (b *BodyReader) plainRun(p []byte) int {
	if b.json.escape > 0 {
		return 0
	}
	p = p[:min(len(p), len(b.value)-b.n)]
	n := 0
	for n < len(p) && p[n] != '"' && p[n] != '\\' {
		n++
	}
	b.n += copy(b.value[b.n:], p[:n])
	return n
}

// inString undoes escapes and collects.
func (j *jsonReader) inString(b *BodyReader, c byte) {
	switch {
	case j.escape == escapeStart:
		j.escaped(b, c)
	case j.escape > 0:
		j.digit(b, c)
	case c == '\\':
		j.escape = escapeStart
	case c == '"':
		j.endString(b)
	default:
		b.add(c)
	}
}

func (j *jsonReader) escaped(b *BodyReader, c byte) {
	j.escape = 0
	switch c {
	case 'u':
		j.escape, j.rune = 4, 0
	case 'n':
		b.add('\n')
	case 'r':
		b.add('\r')
	case 't':
		b.add('\t')
	case 'b', 'f':
		b.add(' ')
	case '"', '\\', '/':
		b.add(c)
	default:
		b.add('\\')
		b.add(c)
	}
}

func (j *jsonReader) digit(b *BodyReader, c byte) {
	if !isHex(c) {
		j.escape = 0
		b.add(c)
		return
	}
	j.rune = j.rune<<4 | rune(nibble(c))
	if j.escape--; j.escape > 0 {
		return
	}
	switch {
	case j.rune>>10 == 0x36:
		j.high = j.rune
	case j.rune>>10 == 0x37 && j.high != 0:
		b.addRune(0x10000 + (j.high&0x3ff)<<10 + j.rune&0x3ff)
		j.high = 0
	default:
		b.addRune(j.rune)
	}
}

// addRune collects a character as UTF-8.
func (b *BodyReader) addRune(r rune) {
	switch {
	case r < 0x80:
		b.add(byte(r))
	case r < 0x800:
		b.add(0xc0 | byte(r>>6))
		b.add(0x80 | byte(r)&0x3f)
	case r < 0x10000:
		b.add(0xe0 | byte(r>>12))
		b.add(0x80 | byte(r>>6)&0x3f)
		b.add(0x80 | byte(r)&0x3f)
	default:
		b.add(0xf0 | byte(r>>18))
		b.add(0x80 | byte(r>>12)&0x3f)
		b.add(0x80 | byte(r>>6)&0x3f)
		b.add(0x80 | byte(r)&0x3f)
	}
}

func (j *jsonReader) endString(b *BodyReader) {
	if j.state == jsonKey {
		j.endKey(b)
	} else {
		j.endValue(b)
	}
	j.state = jsonBetween
}

func (j *jsonReader) endKey(b *BodyReader) {
	h, plain := uint32(hashSeed), true
	for _, c := range b.value[:b.n] {
		h = hashStep(h, c)
		plain = plain && b.in.pairs.name[c]
	}
	j.key(b, b.value[:b.n], h, plain)
	b.n, b.long = 0, false
}

// key takes a member's name, its hash, and whether it is of letters, digits and what joins them.
func (j *jsonReader) key(b *BodyReader, key []byte, h uint32, plain bool) {
	again := j.duplicate(h)
	if again || !plain || b.long || len(key) > longKey || len(key) > 0 && (key[0] == '_' || key[0] == 'p') {
		j.judgeKey(b, key, plain, again)
	}
	b.path.push(key)
	j.named = true
	if d := j.depth - 1; d >= 0 && d < len(j.members) {
		if j.members[d]++; j.members[d] == manyMembers {
			b.in.at(ZoneJSONKey, b.path.name())
			b.in.found(JSONBomb, 0.6, "members", nil)
		}
	}
}

func (j *jsonReader) judgeKey(b *BodyReader, key []byte, plain, again bool) {
	b.in.at(ZoneJSONKey, b.path.name())
	if again {
		b.in.odd(0.6, "duplicate-key")
	}
	j.specialKey(b, key)
	if len(key) > longKey || b.long {
		b.in.found(JSONBomb, 0.6, "key-length", nil)
	}
	if !plain {
		b.in.cut = b.long
		b.in.value(key)
		b.in.cut = false
	}
}

// duplicate says whether the object at hand has had a name of that hash: one server takes the first, another the last.
func (j *jsonReader) duplicate(h uint32) bool {
	d := j.depth - 1
	if d < 0 || d >= len(j.keys) {
		return false
	}
	n := j.keyN[d]
	for _, k := range j.keys[d][:n] {
		if k == h {
			return true
		}
	}
	if n < keysKept {
		j.keys[d][n] = h
		j.keyN[d]++
	}
	return false
}

// specialKey judges keys by themselves: operators, prototypes, types.
func (j *jsonReader) specialKey(b *BodyReader, key []byte) {
	switch {
	case len(key) > 1 && key[0] == '$':
		if listed(key[1:], "ne gt gte lt lte nin regex where function expr accumulator nor elemMatch jsonSchema lookup unionWith out merge") {
			b.in.found(NoSQL, 0.88, "operator-key", key)
		} else if listed(key[1:], "in exists or and not mod all size eq") {
			b.in.found(NoSQL, 0.55, "operator-key", key)
		}
	case string(key) == "__proto__":
		b.in.found(Prototype, 0.95, "prototype-key", key)
	case string(key) == "prototype" && hasSuffix(b.path.name(), "constructor"):
		b.in.found(Prototype, 0.95, "constructor-key", key)
	case string(key) == "__schema" || string(key) == "__reduce__":
		b.in.found(Deserialization, 0.5, "reduce-key", key)
	}
}

//go:noinline
func hasSuffix(b []byte, s string) bool { return len(b) >= len(s) && string(b[len(b)-len(s):]) == s }

func (j *jsonReader) endValue(b *BodyReader) {
	j.element(b.value[:b.n])
	if j.special(b, b.value[:b.n]) {
		b.n, b.long = 0, false
		return
	}
	b.look(ZoneJSON, b.path.name())
}

// valueOf looks at a value that is whole in v.
func (j *jsonReader) valueOf(b *BodyReader, v []byte) {
	j.element(v)
	if j.special(b, v) {
		b.n = 0
		return
	}
	b.in.at(ZoneJSON, b.path.name())
	b.in.value(v)
}

// element notes an array's first value that names a class; those of collections are how Java's services write lists.
func (j *jsonReader) element(v []byte) {
	j.class = j.first && typeName(v) && (!hasPrefix(v, "java.util.") || hasPrefix(v, "java.util.logging."))
	j.first = false
}

// special reads a value whose name says that it is a GraphQL document, and judges one that names a type.
func (j *jsonReader) special(b *BodyReader, v []byte) (done bool) {
	name := b.path.name()
	if n := len(name); n == 0 || name[n-1] != 'y' && name[n-1] != 'e' && name[n-1] != 's' {
		return false
	}
	switch string(b.path.last()) {
	case "query":
		return j.graphQL(b, v)
	case "$type", "@type", "__type", "@class", "class", "_class", "$class", "json_class":
		if typeName(v) {
			b.in.at(ZoneJSON, b.path.name())
			b.in.found(Deserialization, 0.85, "type-name", v)
		}
	}
	return false
}

// graphQL reads v as a GraphQL document where it is one.
func (j *jsonReader) graphQL(b *BodyReader, v []byte) bool {
	if !b.inDoc && !isDocument(v) {
		return false
	}
	if j.batch++; j.batch == 12 {
		b.in.at(ZoneGraphQL, nil)
		b.in.found(GraphQL, 0.85, "batch", nil)
	}
	b.n = copy(b.value[:], v) // which it may be already
	b.document()
	b.doc, b.inDoc = documentReader{}, false
	return true
}

func (j *jsonReader) inNumber(b *BodyReader, c byte) {
	switch {
	case isDigit(c):
		j.number++
		if j.exp >= 0 {
			j.exp = min(j.exp*10+int(c-'0'), tinyExponent)
		}
	case c|0x20 == 'e':
		j.exp, j.below = 0, false
	case c == '-' && j.exp == 0:
		j.below = true
	case c == '.' || c == '+' || c == '-':
	default:
		j.endNumber(b)
		j.state = jsonBetween
		j.between(b, c)
	}
}

func (j *jsonReader) endNumber(b *BodyReader) {
	huge := j.exp >= tinyExponent || j.exp >= bigExponent && !j.below
	if huge || j.number > longNumber {
		b.in.at(ZoneJSON, b.path.name())
		b.in.found(JSONBomb, pick(huge || j.number > 400, 0.85, 0.55), "number", nil)
	}
}

func (j *jsonReader) end(b *BodyReader) {
	switch j.state {
	case jsonNumber:
		j.endNumber(b)
	case jsonKey, jsonString:
		b.look(ZoneJSON, b.path.name())
	}
	if j.depth > 0 || j.state == jsonKey || j.state == jsonString {
		j.stray(b)
	}
}
