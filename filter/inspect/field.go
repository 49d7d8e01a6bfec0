package inspect

// Kind is what a field is known to hold.
type Kind uint8

// The kinds; their numbers are those of picket.v1.FieldKind.
const (
	KindAny Kind = iota
	KindNumber
	KindUUID
	KindWord
	KindText
	KindCode
)

// Field says what is known of a field, or what is not to be found there.
type Field struct {
	// Zone is the field's; AnyZone: in all of them.
	Zone    Zone
	AnyZone bool
	// Name is as in Finding, or the last part of it; empty: every field of the zone.
	Name string
	Kind Kind
	// Except has a bit for each class that is not to be found here.
	Except uint64
	// Expires is when that ends, in seconds since the Unix epoch; 0: never.
	Expires uint32
}

// Expect tells what is known of a request's fields: everywhere, and at its endpoint. It holds until it is told again. now
// is in seconds since the Unix epoch.
func (in *Inspector) Expect(everywhere, here []Field, now uint32) {
	in.fields, in.now = [2][]Field{everywhere, here}, now
	in.typed = typed(everywhere) || typed(here)
}

func typed(fields []Field) bool {
	for i := range fields {
		if k := fields[i].Kind; k >= KindNumber && k <= KindWord {
			return true
		}
	}
	return false
}

// at says whether a field is the one at a place.
func (f *Field) at(z Zone, name []byte) bool {
	if !f.AnyZone && f.Zone != z {
		return false
	}
	n := len(name) - len(f.Name)
	return f.Name == "" || n >= 0 && string(name[n:]) == f.Name && (n == 0 || (z == ZoneJSON || z == ZoneJSONKey) && name[n-1] == '.')
}

// Where honest text looks like an attack now and then, the bar is higher: so much of the confidence is left.
const (
	textBar = 0.75
	codeBar = 0.5
)

// bar gives what is left of a class's confidence at the place at hand.
func (in *Inspector) bar(c Class) float32 {
	bar := float32(1)
	for _, fields := range in.fields {
		for i := range fields {
			f := &fields[i]
			if !f.at(in.zone, in.name[:in.nameLen]) {
				continue
			}
			if f.Except>>c&1 == 1 && (f.Expires == 0 || in.now < f.Expires) {
				return 0
			}
			switch f.Kind {
			case KindText:
				bar = min(bar, textBar)
			case KindCode:
				bar = min(bar, codeBar)
			}
		}
	}
	return bar
}

// expectKind notes a value that is none of its field's kind.
func (in *Inspector) expectKind(b []byte) {
	for _, fields := range in.fields {
		for i := range fields {
			if f := &fields[i]; f.Kind != KindAny && f.at(in.zone, in.name[:in.nameLen]) && !f.Kind.fits(b) {
				in.found(Mistyped, 0.9, nth(kindNames, int(f.Kind)), nil)
				return
			}
		}
	}
}

const kindNames = "any number uuid word text code"

// ParseKind gives the kind of a name; KindAny: there is none.
func ParseKind(name string) Kind { return Kind(max(index(kindNames, name), 0)) }

func (k Kind) fits(b []byte) bool {
	switch k {
	case KindNumber:
		return isNumber(b)
	case KindUUID:
		return isUUID(b)
	case KindWord:
		return isToken(b)
	}
	return true
}

func isNumber(b []byte) bool {
	if len(b) > 1 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	digits, dots := 0, 0
	for _, c := range b {
		if isDigit(c) {
			digits++
		} else if c == '.' {
			dots++
		} else {
			return false
		}
	}
	return digits > 0 && dots <= 1 && len(b) <= 40
}

func isUUID(b []byte) bool {
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') || !dash && !isHex(c) {
			return false
		}
	}
	return true
}

func isToken(b []byte) bool {
	for _, c := range b {
		if !isWord(c) && c != '.' && c != '-' && c != ':' {
			return false
		}
	}
	return len(b) <= 128
}
