package inspect

// minEncoded and maxEncoded bound what is tried as base64, in bytes.
const (
	minEncoded = 8
	maxEncoded = window
)

// encoded looks at what b is the base64 of, where it looks like it.
func (in *Inspector) encoded(b []byte) {
	if len(b) < minEncoded || len(b) > maxEncoded || !base64Shape(b) {
		return
	}
	out := in.decoded[1][:0]
	out = appendBase64(out, b)
	if !readable(out) {
		return
	}
	in.decoding = Base64
	if rule := serialized(out); rule != "" {
		in.found(Deserialization, 0.85, rule, out[:4])
	}
	if !in.ordinary(out) {
		in.deepLook(out)
		in.decodings(out)
	}
	in.decoding = 0
}

// blob says whether b is nothing but base64's alphabet, with letters of both kinds and digits, as files in JSON are.
func blob(b []byte) bool {
	var upper, low, digit int
	for _, c := range b {
		switch {
		case c >= 'a' && c <= 'z':
			low++
		case c >= 'A' && c <= 'Z':
			upper++
		case isDigit(c):
			digit++
		case base64Value(c) < 0 && c != '=':
			return false
		}
	}
	return upper*8 > len(b) && low*8 > len(b) && digit*32 > len(b)
}

// base64Shape: only the alphabet, padding at the end only, a length that can be, and more than a word or a number.
func base64Shape(b []byte) bool {
	end := len(b)
	for end > 0 && b[end-1] == '=' {
		end--
	}
	if len(b)-end > 2 || end%4 == 1 {
		return false
	}
	var upper, low, digit bool
	for _, c := range b[:end] {
		switch v := base64Value(c); {
		case v < 0:
			return false
		case v < 26:
			upper = true
		case v < 52:
			low = true
		default:
			digit = digit || c != '-' && c != '_'
		}
	}
	return upper && low && (digit || len(b) > end)
}

// base64Values has what each byte below 0x80 stands for in base64 or base64url; 0xff: nothing.
const base64Values = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x3e\xff\x3e\xff\x3f\x34\x35\x36\x37\x38\x39\x3a\x3b\x3c\x3d\xff\xff\xff\xff\xff\xff" +
	"\xff\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\xff\xff\xff\xff\x3f" +
	"\xff\x1a\x1b\x1c\x1d\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f\x30\x31\x32\x33\xff\xff\xff\xff\xff"

func base64Value(c byte) int {
	if c >= 0x80 {
		return -1
	}
	return int(int8(base64Values[c]))
}

//go:noinline
func appendBase64(out, b []byte) []byte {
	acc, bits := 0, 0
	for _, c := range b {
		v := base64Value(c)
		if v < 0 {
			break
		}
		acc = (acc<<6 | v) & 0xfffff
		if bits += 6; bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
		}
	}
	return out
}

// readable says whether b is text: nearly all of it printable ASCII, or UTF-8.
func readable(b []byte) bool {
	odd, follow := 0, 0
	for _, c := range b {
		switch {
		case follow > 0 && c>>6 == 2:
			follow--
		case c >= 0xc2 && c < 0xf0 && len(b) > 12:
			follow = int(c>>5&1) + 1
		case c >= 0xf0 && c < 0xf5:
			follow = 3
		case (c < ' ' && c != '\n' && c != '\r' && c != '\t') || c >= 0x7f:
			odd++
		}
	}
	return len(b) >= 5 && odd*6 <= len(b) && (odd == 0 || len(b) > 24)
}
