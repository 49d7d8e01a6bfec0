// Package checkpoint writes and reads the state of folds: numbers, hashes and texts in named sections, each of which can be
// left out by a reader that does not know it, or can no longer use it.
package checkpoint

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrDamaged says that what is read ends too early, or says what cannot be.
var ErrDamaged = errors.New("checkpoint is damaged")

// Writer appends. The zero value is empty and ready.
type Writer struct{ b []byte }

// Bytes gives what was written. It is good until the next call.
func (w *Writer) Bytes() []byte { return w.b }

// Len is the number of bytes.
func (w *Writer) Len() int { return len(w.b) }

// Uint writes a number that is mostly small.
func (w *Writer) Uint(n uint64) { w.b = binary.AppendUvarint(w.b, n) }

// Int writes a number that is mostly near 0.
func (w *Writer) Int(n int64) { w.b = binary.AppendVarint(w.b, n) }

// Hash writes 64 bits of any kind.
func (w *Writer) Hash(n uint64) { w.b = binary.LittleEndian.AppendUint64(w.b, n) }

// Float writes a number.
func (w *Writer) Float(f float64) { w.Hash(math.Float64bits(f)) }

// Bool writes a truth.
func (w *Writer) Bool(v bool) {
	n := byte(0)
	if v {
		n = 1
	}
	w.b = append(w.b, n)
}

// Text writes bytes with their length.
func (w *Writer) Text(s string) {
	w.Uint(uint64(len(s)))
	w.b = append(w.b, s...)
}

// Section writes what write does under a name.
func (w *Writer) Section(name string, write func(*Writer)) {
	var inner Writer
	write(&inner)
	w.Text(name)
	w.Uint(uint64(len(inner.b)))
	w.b = append(w.b, inner.b...)
}

// Reader reads what a Writer wrote. After the first mistake all it gives is zero; Err says so.
type Reader struct {
	b   []byte
	err error
}

// NewReader reads b, which is not to be changed meanwhile.
func NewReader(b []byte) *Reader { return &Reader{b: b} }

// Err is ErrDamaged or nil.
func (r *Reader) Err() error { return r.err }

// More says whether there is something left to read.
func (r *Reader) More() bool { return r.err == nil && len(r.b) > 0 }

func (r *Reader) fail() { r.b, r.err = nil, ErrDamaged }

// Fail is for a caller that read what cannot be.
func (r *Reader) Fail() { r.fail() }

// Uint reads what Writer.Uint wrote.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.b)
	return take(r, v, n)
}

// Int reads what Writer.Int wrote.
func (r *Reader) Int() int64 {
	v, n := binary.Varint(r.b)
	return take(r, v, n)
}

// take goes on by n bytes; n below 1: there was no number.
func take[T uint64 | int64](r *Reader, v T, n int) T {
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// Hash reads what Writer.Hash wrote.
func (r *Reader) Hash() uint64 {
	if len(r.b) < 8 {
		r.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return v
}

// Float reads what Writer.Float wrote.
func (r *Reader) Float() float64 { return math.Float64frombits(r.Hash()) }

// Bool reads what Writer.Bool wrote.
func (r *Reader) Bool() bool {
	if len(r.b) == 0 || r.b[0] > 1 {
		r.fail()
		return false
	}
	v := r.b[0] == 1
	r.b = r.b[1:]
	return v
}

// Text reads what Writer.Text wrote.
func (r *Reader) Text() string { return string(r.bytes()) }

func (r *Reader) bytes() []byte {
	n := r.Uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

// Count reads how many things follow, of at least size bytes each, and so bounds what a damaged number could ask for.
func (r *Reader) Count(size int) int {
	n := r.Uint()
	if n > uint64(len(r.b)/size) {
		r.fail()
		return 0
	}
	return int(n)
}

// Sections reads all sections that are left; of two with one name the last counts.
func (r *Reader) Sections() map[string]*Reader {
	all := map[string]*Reader{}
	for r.More() {
		name := r.Text()
		if b := r.bytes(); r.err == nil {
			all[name] = NewReader(b)
		}
	}
	return all
}
