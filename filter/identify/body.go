package identify

import (
	"bytes"
	"encoding/binary"
)

// Body finds what is Wanted in a body as it streams: JSON or a form. What it finds of a request that it says twice is the
// last, as most parsers have it. Nothing in a body makes it keep more than it has room for.
type Body struct {
	want  *Wanted
	key   *Key
	under uint64 // the object that path and query name; 0: none
	form  bool
	done  bool
	left  int // bytes that are still looked at

	account  [maxAccount]byte
	nAccount int
	rank     int // of the account's name among those wanted, plus 1; 0: none was there
	objects  [maxObjects]uint64
	nObjects int
	number   uint64
	failed   bool
	names    [MaxNames]uint64
	nNames   int
	noted    uint64 // a bit for each of names, so that most that are new need not be looked for
	rpc      bool   // it numbers its calls

	// What is being read.
	path   [maxPath]byte // of the field
	nPath  int
	role   role
	accept int // the account's name that the path is, if it is one
	value  [maxAccount]byte
	nValue int

	state    bodyState
	escape   uint8  // what of an escape is still to come
	char     uint16 // of \uXXXX and %XX
	wantsKey bool
	mark     uint64 // of the name that was read last
	depth    int
	around   [maxNest]container
	scratch  Wanted // of Account
}

// container is an object or an array around what is being read.
type container struct {
	array bool
	path  uint8  // how long the path of its own field is
	base  uint8  // where the names of its fields begin
	role  role   // of an array's elements
	hash  uint64 // of the names around
}

// role says what a value is wanted for.
type role uint8

const (
	roleAccount role = 1 << iota
	roleObject
	roleFailure
)

type bodyState uint8

const (
	bodyBetween bodyState = iota
	bodyName
	bodySkipped // a string that nobody wants
	bodyString
	bodyScalar // a number, or true, false, null
)

const (
	maxObjects = 32
	maxNest    = 16
	maxPath    = 96
	// maxBody is how much of a body is looked at where the policy asks for it, in bytes; maxUsual, where it does not.
	maxBody  = 16 << 10
	maxUsual = 2 << 10
	// MaxNames is how many names of fields are noted of one body.
	MaxNames = 64
)

// Start readies b for a body of the given content type. under is the object that path and query name, or 0. It reports
// whether that type can be read. What b was used for before is forgotten.
func (b *Body) Start(k *Key, want *Wanted, under uint64, contentType []byte) bool {
	form, ok := readable(contentType)
	if ok {
		b.reset(k, want, under, form)
	}
	return ok
}

func (b *Body) reset(k *Key, want *Wanted, under uint64, form bool) {
	b.want, b.key, b.under, b.form, b.done, b.left = want, k, under, form, false, maxUsual
	if want.Declared {
		b.left = maxBody
	}
	b.nAccount, b.rank, b.nObjects, b.number, b.failed, b.nNames, b.noted, b.rpc, b.mark = 0, 0, 0, 0, false, 0, 0, false, 0
	b.nPath, b.role, b.nValue, b.state, b.escape, b.wantsKey, b.depth = 0, 0, 0, bodyBetween, 0, false, 0
}

// readable says whether a body of a type can be read, and whether it is a form.
func readable(contentType []byte) (form, ok bool) {
	if string(contentType) == "application/json" {
		return false, true
	}
	kind, _ := cut(contentType, ';')
	kind = bytes.TrimSpace(kind)
	switch {
	case bytes.EqualFold(kind, []byte("application/json")), bytes.HasSuffix(kind, []byte("+json")), len(kind) == 0:
		return false, true
	case bytes.EqualFold(kind, []byte("application/x-www-form-urlencoded")):
		return true, true
	}
	return false, false
}

// Feed takes the next piece of the body.
func (b *Body) Feed(p []byte) {
	if b.done {
		return
	}
	p = p[:min(len(p), b.left)]
	if b.left -= len(p); b.form {
		b.feedForm(p)
	} else {
		b.feedJSON(p)
	}
}

// End says that the body is complete.
func (b *Body) End() {
	if b.form && !b.Done() {
		b.stepForm('&')
	}
	b.done = true
}

// Done says whether more input changes nothing.
func (b *Body) Done() bool { return b.done || b.left == 0 }

// Account names the account, letters folded to lower case so that case is no disguise; 0 when there is none.
func (b *Body) Account() uint64 {
	if b.nAccount == 0 {
		return 0
	}
	return b.key.Hash(DomainAccount, b.account[:b.nAccount])
}

// Objects gives the hashes of the records that it names, each once; together with the object of path and query, where
// there is one. They are valid until b is started again.
func (b *Body) Objects() []uint64 {
	if b.rpc && b.want.AnyID {
		return nil
	}
	return b.objects[:b.nObjects]
}

// Number is the last object's, as Place.Number is.
func (b *Body) Number() uint64 {
	if len(b.Objects()) == 0 {
		return 0
	}
	return b.number
}

// Failed says whether a field tells that the request failed.
func (b *Body) Failed() bool { return b.failed }

// Names gives a mark for each name of a field that the body has, each once, unless there are more than MaxNames. They are
// valid until b is started again.
func (b *Body) Names() []uint64 { return b.names[:b.nNames] }

// QueryAccount finds the account in a query; 0: there is none. b is free for anything else then.
func (b *Body) QueryAccount(k *Key, names []string, query []byte) uint64 {
	b.scratch = Wanted{Account: names}
	b.reset(k, &b.scratch, 0, true)
	b.Feed(query)
	b.End()
	return b.Account()
}

// named looks at the path that has just been read, whose last name begins at base. nested: it is of an object in another.
func (b *Body) named(nested bool, base int, around uint64) {
	b.role = 0
	path := b.path[:b.nPath]
	n := len(path)
	if n <= base || n == len(b.path) {
		return
	}
	w := b.want
	for i, name := range w.Account {
		if len(name) == n && same(name, path) {
			b.role, b.accept = roleAccount, i+1
			break
		}
	}
	if len(w.Objects) > 0 && oneOf(w.Objects, path) {
		b.role |= roleObject
	}
	for i := range w.Failure {
		if same(w.Failure[i].Name, path) {
			b.role |= roleFailure
		}
	}
	if last := path[n-1]; w.AnyID && !nested && (last == 'd' || last == 's' || last == 'c') {
		if idName(path[base:]) {
			b.role |= roleObject
		}
		b.rpc = b.rpc || string(path) == "jsonrpc"
	}
	if w.Names {
		b.note(base, around)
	}
}

// note notes the name of a field. One that is shaped like an id is a key of a map rather than a name: all of those are one.
func (b *Body) note(base int, around uint64) {
	h, letters := nameHash(around, b.path[base:b.nPath])
	if !letters && shapedLikeID(b.path[base:b.nPath]) {
		b.nPath = base + copy(b.path[base:], "{}")
		h, _ = nameHash(around, b.path[base:b.nPath])
	}
	b.mark = h
	bit := uint64(1) << (h >> 58)
	if b.noted&bit != 0 {
		for _, n := range b.names[:b.nNames] {
			if n == h {
				return
			}
		}
	}
	b.noted |= bit
	if b.nNames < len(b.names) {
		b.names[b.nNames] = h
		b.nNames++
	}
}

// nameHash mixes a name with those around it. It has no secret, for it stays in the worker, and keeps apart what an API's
// author writes. letters: the name is of letters and underscores only, and no longer than a name is.
func nameHash(around uint64, name []byte) (h uint64, letters bool) {
	const high, of = 0xc0c0c0c0c0c0c0c0, 0x4040404040404040 // a letter's upper two bits
	h, letters = around^uint64(len(name)), len(name) <= 40
	for ; len(name) >= 8; name = name[8:] {
		w := binary.LittleEndian.Uint64(name)
		letters = letters && w&high == of
		h = (h ^ w) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	if len(name) > 0 {
		w := uint64(0)
		for _, c := range name {
			w = w<<8 | uint64(c)
		}
		mask := uint64(1)<<(8*len(name)) - 1
		letters = letters && w&high&mask == of&mask
		h = (h ^ w) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h, letters
}

// ended takes the value that has been read. text: it is a string.
func (b *Body) ended(text bool) {
	v := b.value[:b.nValue]
	if b.role&roleFailure != 0 {
		for i := range b.want.Failure {
			f := &b.want.Failure[i]
			b.failed = b.failed || same(f.Name, b.path[:b.nPath]) && f.fits(v)
		}
	}
	if len(v) == 0 || !text && v[0] != '-' && (v[0] < '0' || v[0] > '9') {
		return
	}
	if b.role&roleAccount != 0 && (b.rank == 0 || b.accept <= b.rank) {
		b.rank, b.nAccount = b.accept, len(v)
		for i, c := range v {
			b.account[i] = lower(c)
		}
	}
	if b.role&roleObject != 0 {
		b.object(v)
	}
}

// object notes an id. Those beyond the room for them are one.
func (b *Body) object(id []byte) {
	var room [8 + 1 + maxAccount]byte
	ids := room[:0:len(room)]
	if b.under != 0 {
		ids = binary.LittleEndian.AppendUint64(ids, b.under)
	}
	h := b.key.Hash(DomainObject, appendID(ids, id))
	b.number = ordinal(id)
	for _, o := range b.objects[:b.nObjects] {
		if o == h {
			return
		}
	}
	if b.nObjects < len(b.objects) {
		b.objects[b.nObjects] = h
		b.nObjects++
	}
}

func (b *Body) putPath(c byte) {
	if b.nPath < len(b.path) {
		b.path[b.nPath] = c
		b.nPath++
	}
}

func (b *Body) putValue(c byte) {
	if b.nValue < len(b.value) {
		b.value[b.nValue] = c
		b.nValue++
	}
}

func oneOf(names []string, path []byte) bool {
	for _, n := range names {
		if same(n, path) {
			return true
		}
	}
	return false
}

// same compares names without regard to case.
func same(name string, path []byte) bool {
	if len(name) != len(path) {
		return false
	}
	for i := range path {
		if lower(path[i]) != lower(name[i]) {
			return false
		}
	}
	return true
}
