package identify

import "bytes"

// Account finds the account's name in a login's body as it streams: a field of a JSON object or of a form. Once the
// name is found, or maxLogin bytes were seen, further input changes nothing.
type Account struct {
	field Field
	form  form
	json  bool
	seen  int
}

// maxLogin is how much of a login's body is looked at, in bytes.
const maxLogin = 16 << 10

// NewAccount looks for name in a body of the given content type. It reports whether that type can be read.
func NewAccount(name string, contentType []byte) (Account, bool) {
	kind, _ := cut(contentType, ';')
	kind = bytes.TrimSpace(kind)
	switch {
	case bytes.EqualFold(kind, []byte("application/x-www-form-urlencoded")):
		return Account{form: form{name: name}}, true
	case bytes.EqualFold(kind, []byte("application/json")), bytes.HasSuffix(kind, []byte("+json")), len(kind) == 0:
		return Account{field: NewField(name), json: true}, true
	}
	return Account{}, false
}

// Feed takes the next piece of the body.
func (a *Account) Feed(b []byte) {
	b = b[:max(0, min(len(b), maxLogin-a.seen))]
	a.seen += len(b)
	if a.json {
		a.field.Feed(b)
	} else {
		a.form.feed(b)
	}
}

// End says that the body is complete.
func (a *Account) End() {
	if !a.json {
		a.form.feed([]byte{'&'})
	}
}

// Done says whether more input changes nothing.
func (a *Account) Done() bool {
	return a.seen >= maxLogin || a.json && a.field.Done() || !a.json && a.form.found
}

// Hash names the account, letters folded to lower case so that case is no disguise; 0 when there is none.
func (a *Account) Hash(k *Key) uint64 {
	v := a.form.value[:a.form.n]
	if a.json {
		v = a.field.Value()
	} else if !a.form.found {
		v = nil
	}
	if len(v) == 0 {
		return 0
	}
	var folded [maxAccount]byte
	for i, c := range v {
		folded[i] = lower(c)
	}
	return k.Hash(DomainAccount, folded[:len(v)])
}

// form finds one field of application/x-www-form-urlencoded in pieces.
type form struct {
	name    string
	value   [maxAccount]byte
	n       int
	at      int // bytes of name matched; -1: this field is another
	inValue bool
	found   bool
	percent int // digits of a %XX still to come
	char    byte
}

func (f *form) feed(b []byte) {
	for _, c := range b {
		if f.found {
			return
		}
		f.step(c)
	}
}

func (f *form) step(c byte) {
	switch {
	case c == '&':
		f.found = f.inValue && f.n > 0
		if !f.found {
			f.at, f.inValue, f.percent, f.n = 0, false, 0, 0
		}
	case f.inValue:
		f.put(c)
	case c == '=':
		f.inValue = f.at == len(f.name)
		if !f.inValue {
			f.at = -1
		}
	case f.at >= 0 && f.at < len(f.name) && f.name[f.at] == c:
		f.at++
	default:
		f.at = -1
	}
}

func (f *form) put(c byte) {
	switch {
	case f.percent > 0:
		f.char = f.char<<4 | hexValue(c)
		if f.percent--; f.percent > 0 {
			return
		}
		c = f.char
	case c == '%':
		f.percent, f.char = 2, 0
		return
	case c == '+':
		c = ' '
	}
	if f.n < len(f.value) {
		f.value[f.n] = c
		f.n++
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
