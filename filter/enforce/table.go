package enforce

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Prefixes says which prefix lengths occur among a table's networks, so that only those are looked up.
type Prefixes struct {
	V4 uint64    // bit n: some network of length n, 0 to 32
	V6 [3]uint64 // bit n%64 of word n/64: 0 to 128
}

// Add notes a prefix code as picket.v1.Decision.prefix has it; others than those are no network.
func (p *Prefixes) Add(code uint32) {
	switch {
	case code >= 1 && code <= 33:
		p.V4 |= 1 << (code - 1)
	case code >= 64 && code <= 192:
		n := code - 64
		p.V6[n/64] |= 1 << (n % 64)
	}
}

func (p *Prefixes) union(o Prefixes) {
	p.V4 |= o.V4
	for i := range p.V6 {
		p.V6[i] |= o.V6[i]
	}
}

// Table is what a worker enforces: the records of the last policy, and over them the deltas that came after it.
// It is not safe for concurrent use; a worker has one thread.
type Table struct {
	pages    []*page  // the records, ascending by match
	n        int      // records
	index    []uint32 // index[i]: the first record whose match's high bits are i or more
	shift    uint     // how far right match goes to give i
	prefixes Prefixes
	// some has a bit for the high bits of each match that is in the table: most look-ups end at a bit that is not set.
	some      []uint64
	someShift uint

	over         map[uint64][]Record
	gone         map[uint64]struct{} // ids withdrawn since the policy
	overSize     int
	overPrefixes Prefixes
}

// page holds records. A table grows by whole pages and keeps them: a VM's memory never shrinks, and a table in one piece
// would need room for two of it whenever it grows.
type page [pageRecords * RecordSize]byte

const pageRecords = 2048

// MaxDeltas is how many changes a table takes above its policy. The control plane compacts long before; what comes
// after that many is refused, and the worker asks for a snapshot.
const MaxDeltas = 20_000

// NewTable makes an empty one.
func NewTable() *Table {
	t := &Table{}
	t.Reset()
	return t
}

// Reset empties the table, keeping its memory.
func (t *Table) Reset() {
	t.n, t.prefixes = 0, Prefixes{}
	t.buildIndex()
	t.forget()
}

func (t *Table) forget() {
	t.over, t.gone, t.overSize, t.overPrefixes = nil, nil, 0, Prefixes{}
}

// Len is the number of records, expired ones included.
func (t *Table) Len() int { return t.n + t.overSize }

// Bytes is the memory that the records and their index hold.
func (t *Table) Bytes() int {
	return len(t.pages)*pageRecords*RecordSize + 4*cap(t.index) + 8*cap(t.some)
}

// Load makes room for n records, to be filled by Write; the old ones are gone. Commit or Reset must follow before the next
// look-up.
func (t *Table) Load(n int) {
	for len(t.pages)*pageRecords < n {
		t.pages = append(t.pages, new(page))
	}
	t.n = n
}

// Write puts a piece of the records, of any length, at an offset in bytes. What lies beyond those that Load made room for
// is left out.
func (t *Table) Write(at int, piece []byte) {
	for end := t.n * RecordSize; len(piece) > 0 && at < end; {
		p := t.pages[at/len(page{})]
		n := copy(p[at%len(page{}):], piece[:min(len(piece), end-at)])
		piece, at = piece[n:], at+n
	}
}

// Read calls f with all that was written, in order, in pieces.
func (t *Table) Read(f func(piece []byte)) {
	left := t.n * RecordSize
	for _, p := range t.pages {
		n := min(left, len(p))
		f(p[:n])
		left -= n
	}
}

// Commit puts the loaded records in force and forgets all deltas.
func (t *Table) Commit(p Prefixes) {
	t.prefixes = p
	t.buildIndex()
	t.forget()
}

// Order checks, piece by piece, that records are ascending by match, as a table needs. Its zero value is ready.
type Order struct {
	last uint64
	part [RecordSize]byte
	n    int
	bad  bool
}

// Add takes the next piece, of any length.
func (o *Order) Add(b []byte) {
	for len(b) > 0 {
		if o.n == 0 && len(b) >= RecordSize {
			o.record(b)
			b = b[RecordSize:]
			continue
		}
		n := copy(o.part[o.n:], b)
		b, o.n = b[n:], o.n+n
		if o.n == RecordSize {
			o.record(o.part[:])
			o.n = 0
		}
	}
}

func (o *Order) record(b []byte) {
	m := binary.LittleEndian.Uint64(b)
	o.bad = o.bad || m < o.last
	o.last = m
}

// OK says whether all that was added was whole records in order.
func (o *Order) OK() bool { return !o.bad && o.n == 0 }

// buildIndex spreads the records over buckets by their high bits, about eight to a bucket.
func (t *Table) buildIndex() {
	n := t.n
	width := max(0, bits.Len(uint(n))-3)
	t.shift = uint(64 - width)
	size := 1<<width + 1
	if cap(t.index) < size {
		t.index = make([]uint32, size)
	}
	t.index = t.index[:size]
	t.clearSome(n)
	for i := range n {
		t.note(t.match(i))
	}
	at := 0
	for i := range t.index {
		for at < n && t.bucket(t.match(at)) < uint64(i) {
			at++
		}
		t.index[i] = uint32(at)
	}
	t.index[size-1] = uint32(n)
}

// leastSome is the width of the smallest bitmap: 8 KiB, enough for all the deltas that a table takes.
const leastSome = 16

// clearSome makes an empty bitmap with about eight bits for each of n records.
func (t *Table) clearSome(n int) {
	width := max(leastSome, bits.Len(uint(n))+3)
	t.someShift = uint(64 - width)
	if words := 1 << (width - 6); cap(t.some) < words {
		t.some = make([]uint64, words)
	} else {
		t.some = t.some[:words]
		clear(t.some)
	}
}

func (t *Table) note(match uint64) {
	b := match >> t.someShift
	t.some[b/64] |= 1 << (b % 64)
}

// has says whether there may be a record at match.
func (t *Table) has(match uint64) bool {
	b := match >> t.someShift
	return t.some[b/64]>>(b%64)&1 == 1
}

// bucket relies on Go's shifts: by 64 gives 0, so that a small table has one bucket.
func (t *Table) bucket(match uint64) uint64 { return match >> t.shift }

func (t *Table) match(i int) uint64 { return binary.LittleEndian.Uint64(t.record(i)) }

// record gives the bytes of a record.
func (t *Table) record(i int) []byte {
	return t.pages[i/pageRecords][i%pageRecords*RecordSize:][:RecordSize]
}

// Put adds a decision above the policy. It reports whether there was room.
func (t *Table) Put(r Record, prefix uint32) bool {
	if t.overSize+len(t.gone) >= MaxDeltas {
		return false
	}
	if t.over == nil {
		t.over = map[uint64][]Record{}
	}
	delete(t.gone, r.ID)
	rows := slices.DeleteFunc(t.over[r.Match], func(o Record) bool { return o.ID == r.ID })
	t.overSize += len(rows) + 1 - len(t.over[r.Match])
	t.over[r.Match] = append(rows, r)
	t.note(r.Match)
	t.overPrefixes.Add(prefix)
	return true
}

// Withdraw undoes a decision, wherever it came from. It reports whether there was room to remember that.
func (t *Table) Withdraw(match, id uint64) bool {
	if rows, ok := t.over[match]; ok {
		left := slices.DeleteFunc(rows, func(o Record) bool { return o.ID == id })
		t.overSize -= len(rows) - len(left)
		if len(left) == 0 {
			delete(t.over, match)
		} else {
			t.over[match] = left
		}
	}
	if t.overSize+len(t.gone) >= MaxDeltas {
		return false
	}
	if t.gone == nil {
		t.gone = map[uint64]struct{}{}
	}
	t.gone[id] = struct{}{}
	return true
}

// Networks says which prefix lengths must be looked up for an address.
func (t *Table) Networks() Prefixes {
	p := t.prefixes
	p.union(t.overPrefixes)
	return p
}

// each calls f for every record in force at match.
func (t *Table) each(match uint64, now uint32, f func(Record)) {
	if t.overSize > 0 {
		for _, r := range t.over[match] {
			if r.Expires > now {
				f(r)
			}
		}
	}
	for i := t.search(match); i < t.n && t.match(i) == match; i++ {
		r := readRecord(t.record(i))
		if _, gone := t.gone[r.ID]; gone || r.Expires <= now || t.replaced(match, r.ID) {
			continue
		}
		f(r)
	}
}

// search gives the first record at match or beyond, within its bucket. Nothing is called on the way: most look-ups end here.
func (t *Table) search(match uint64) int {
	b := match >> t.shift
	lo, hi := int(t.index[b]), int(t.index[b+1])
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if binary.LittleEndian.Uint64(t.pages[mid/pageRecords][mid%pageRecords*RecordSize:]) < match {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (t *Table) replaced(match, id uint64) bool {
	return slices.ContainsFunc(t.over[match], func(o Record) bool { return o.ID == id })
}
