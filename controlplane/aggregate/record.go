package aggregate

// record is all windows of one key of a Table, one behind the other in one place, in the order of their kinds: what one rollup
// adds to all of them touches few lines of memory, and nothing in it is for the garbage collector. A window is
//
//	head    kind, level, number of rows, number of words
//	newest  the newest bucket's number
//	fired
//	sums    of all buckets, as many as the layout has
//	rows    for each bucket that is not empty its number and its sums
//	sets    as many as the layout has, see set
type record struct{ data []uint64 }

const (
	levelShift = 16
	rowsShift  = 24
	wordsShift = 32
	// fixed is how many words stand before the sums.
	fixed = 3
)

func kindOf(head uint64) int  { return int(uint16(head)) }
func rowsOf(head uint64) int  { return int(uint8(head >> rowsShift)) }
func wordsOf(head uint64) int { return int(head >> wordsShift) }

// find gives where the window of a kind is, or would be; it is not before from.
func (r *record) find(kind, from int) (at int, ok bool) {
	for at = from; at < len(r.data); at += wordsOf(r.data[at]) {
		if k := kindOf(r.data[at]); k >= kind {
			return at, k == kind
		}
	}
	return at, false
}

// create makes an empty window.
func (r *record) create(at, kind int, newest int64, l Layout) {
	n := fixed + l.Sums + l.Sets
	r.insert(at, n)
	r.data[at] = uint64(kind) | uint64(n)<<wordsShift
	r.data[at+1] = uint64(newest)
}

// insert makes room for n words, which are 0.
func (r *record) insert(at, n int) {
	size := len(r.data) + n
	if size <= cap(r.data) {
		r.data = r.data[:size]
		copy(r.data[at+n:], r.data[at:])
		clear(r.data[at : at+n])
		return
	}
	data := make([]uint64, size, size+size/4)
	copy(data, r.data[:at])
	copy(data[at+n:], r.data[at:])
	r.data = data
}

// cut takes n words out.
func (r *record) cut(at, n int) {
	r.data = r.data[:at+copy(r.data[at:], r.data[at+n:])]
}

// widen makes room for n words in the window that begins at win, and shrink takes n out.
func (r *record) widen(win, at, n int) {
	r.insert(at, n)
	r.data[win] += uint64(n) << wordsShift
}

func (r *record) shrink(win, at, n int) {
	if n > 0 {
		r.cut(at, n)
		r.data[win] -= uint64(n) << wordsShift
	}
}

// row gives where a bucket's row begins; the bucket may be new.
func (r *record) row(win int, n int64, sums int) int {
	first, rows := win+fixed+sums, rowsOf(r.data[win])
	end := first + rows*(1+sums)
	for at := end - 1 - sums; at >= first; at -= 1 + sums { // mostly the last
		if int64(r.data[at]) == n {
			return at
		}
	}
	r.widen(win, end, 1+sums)
	r.data[win] += 1 << rowsShift
	r.data[end] = uint64(n)
	return end
}

// expire takes the rows that are older than a bucket out, and gives which buckets they were, as bits.
func (r *record) expire(win int, oldest, buckets int64, sums int) (gone uint16) {
	first, rows := win+fixed+sums, rowsOf(r.data[win])
	end := first + rows*(1+sums)
	kept := first
	for at := first; at < end; at += 1 + sums {
		row := r.data[at : at+1+sums]
		if int64(row[0]) >= oldest {
			if kept != at {
				copy(r.data[kept:], row)
			}
			kept += 1 + sums
			continue
		}
		gone |= 1 << slotOf(int64(row[0]), buckets)
		r.data[win] -= 1 << rowsShift
		for i, s := range row[1:] {
			r.data[win+fixed+i] -= s
		}
	}
	r.shrink(win, kept, end-kept)
	return gone
}

// sets gives where a window's first set begins.
func (r *record) sets(win, sums int) int {
	return win + fixed + sums + rowsOf(r.data[win])*(1+sums)
}

// slotOf gives a bucket's place in masks.
func slotOf(n, buckets int64) int64 {
	m := n % buckets
	if m < 0 {
		m += buckets
	}
	return m
}
