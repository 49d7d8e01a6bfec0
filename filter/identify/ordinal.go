package identify

// ordinal gives an id's place in an order of ids, plus 1, so that those next to each other can be told; 0: it has none. It
// is a number, a date, the last digits of an id that is made of parts (INV-2024-000123, JJD000123), or the last hexadecimal
// digits of one that is all of those. Of ids that are random it says something random, and of UUIDs that are nothing.
func ordinal(id []byte) uint64 {
	if n, ok := Number(id); ok {
		return n + 1
	}
	if len(id) == 10 && id[4] == '-' && id[7] == '-' {
		if n := date(id); n != 0 {
			return n
		}
	}
	if len(id) == 36 && id[14] == '4' && id[8] == '-' && id[13] == '-' { // a random UUID (RFC 9562, 5.4), as most are
		return 0
	}
	if hexadecimals(id) {
		return last(id, 16, maxHexDigits)
	}
	digits := 0
	for digits < len(id) && id[len(id)-1-digits] >= '0' && id[len(id)-1-digits] <= '9' {
		digits++
	}
	if before := id[:len(id)-digits]; digits == 0 || digits < 5 && !counted(before) {
		return 0
	}
	return last(id, 10, maxDecimalDigits)
}

const (
	maxDecimalDigits = 18
	maxHexDigits     = 15
)

// date gives the number of a day, YYYY-MM-DD, plus 1, as if all months had 31 days; 0: it is none.
func date(id []byte) uint64 {
	year, y := Number(id[:4])
	month, m := Number(id[5:7])
	day, d := Number(id[8:])
	if !y || !m || !d || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0
	}
	return year*372 + (month-1)*31 + day
}

// hexadecimals says whether an id is eight hexadecimal digits or more with a letter among them, and dashes at the most.
func hexadecimals(id []byte) bool {
	digits, letters := 0, 0
	for _, c := range id {
		switch k := kindOf[c]; {
		case k == digit|hexadecimal:
			digits++
		case k&hexadecimal != 0:
			letters++
		case c != '-':
			return false
		}
	}
	return letters > 0 && digits+letters >= 8
}

// counted says whether what stands before an id's last digits shows that they count: a word, or a part that ends.
func counted(before []byte) bool {
	if n := len(before); n == 0 || kindOf[before[n-1]] == dash {
		return true
	}
	for _, c := range before {
		if kindOf[c]&7 == digit || kindOf[c] == other {
			return false
		}
	}
	return true
}

// last reads the digits at the end of an id, at most so many, and gives their number plus 1.
func last(id []byte, base uint64, most int) (n uint64) {
	unit := uint64(1)
	for i := len(id) - 1; i >= 0 && most > 0; i, most = i-1, most-1 {
		if kindOf[id[i]]&hexadecimal == 0 || base == 10 && kindOf[id[i]]&7 != digit {
			break
		}
		n += uint64(hexValue(id[i])) * unit
		unit *= base
	}
	return n + 1
}
