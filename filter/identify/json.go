package identify

// in gives the value of a field at the top level of a JSON object: a string's bytes between its quotes,
// escapes as they stand, or a number's text. The first of that name wins; nil when there is none or the text is no
// object. One pass, no recursion. What it gives points into f.
func (f *Field) in(json []byte, name string) []byte {
	*f = NewField(name)
	f.Feed(json)
	return f.Value()
}

// Field finds one field at the top level of a JSON object in pieces, as a body streams. Its zero value is not ready: use
// NewField.
type Field struct {
	name   string
	value  [maxAccount]byte
	n      int
	depth  int
	state  fieldState
	key    bool // the string being read is a key
	match  int  // bytes of name matched so far in this key; -1: no
	escape bool
	found  bool
}

// maxAccount is how long an account's name may be; a longer one is cut.
const maxAccount = 256

type fieldState uint8

const (
	fieldIdle   fieldState = iota
	fieldString            // in a string that is not the value looked for
	fieldColon             // the key matched; the colon and the value come next
	fieldValue             // in the string looked for
	fieldNumber            // in the number looked for
	fieldDone
)

// NewField looks for name.
func NewField(name string) Field { return Field{name: name} }

// Done says whether more input changes nothing.
func (f *Field) Done() bool { return f.state == fieldDone }

// Value gives what was found, or nil. It points into f.
func (f *Field) Value() []byte {
	if !f.found || f.n == 0 {
		return nil
	}
	return f.value[:f.n]
}

// Feed takes the next piece.
func (f *Field) Feed(b []byte) {
	for i := 0; i < len(b) && f.state != fieldDone; i++ {
		if f.state == fieldString && f.match < 0 && !f.escape { // of no interest
			if i += plain(b[i:]); i == len(b) {
				return
			}
		}
		f.step(b[i])
	}
}

func (f *Field) step(c byte) {
	switch f.state {
	case fieldString, fieldValue:
		f.inString(c)
	case fieldColon:
		f.afterKey(c)
	case fieldNumber:
		f.inNumber(c)
	default:
		f.between(c)
	}
}

// between is outside of strings: structure and other values.
func (f *Field) between(c byte) {
	switch c {
	case '"':
		f.state, f.match = fieldString, -1
		if f.depth == 1 && f.key {
			f.match = 0
		}
	case '{', '[':
		f.depth++
		f.key = c == '{'
	case '}', ']':
		if f.depth--; f.depth <= 0 {
			f.state = fieldDone
		}
	case ',':
		f.key = true // within an array no string is at depth 1
	case ':':
		f.key = false
	}
}

func (f *Field) inString(c byte) {
	switch {
	case f.escape:
		f.escape = false
	case c == '\\':
		f.escape = true
	case c == '"':
		f.endString()
		return
	}
	if f.state == fieldValue {
		f.put(c)
	} else if f.match >= 0 {
		if f.match < len(f.name) && f.name[f.match] == c {
			f.match++
		} else {
			f.match = -1
		}
	}
}

func (f *Field) endString() {
	switch {
	case f.state == fieldValue:
		f.state, f.found = fieldDone, true
	case f.match == len(f.name) && f.key:
		f.state = fieldColon
	default:
		f.state = fieldIdle
	}
}

func (f *Field) afterKey(c byte) {
	switch {
	case c == ':' || c == ' ' || c == '\t' || c == '\n' || c == '\r':
	case c == '"':
		f.state = fieldValue
	case c == '-' || c >= '0' && c <= '9':
		f.state = fieldNumber
		f.put(c)
	default:
		f.state, f.key = fieldIdle, false
		f.between(c)
	}
}

func (f *Field) inNumber(c byte) {
	if c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-' {
		f.put(c)
		return
	}
	f.state, f.found = fieldDone, true
}

func (f *Field) put(c byte) {
	if f.n < len(f.value) {
		f.value[f.n] = c
		f.n++
	}
}
