package west

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// functionOf gives what «name:text» does with text, or nil.
func functionOf(name string) func(*maker, string) string {
	switch name {
	case "url":
		return every("%%%02x", keepWords)
	case "all":
		return every("%%%02X", nil)
	case "dbl":
		return every("%%25%02x", keepWords)
	case "tri":
		return every("%%2525%02x", keepWords)
	case "u":
		return every(`\u%04x`, keepWords)
	case "uall":
		return every(`\u%04X`, nil)
	case "pctu":
		return every("%%u%04x", keepWords)
	case "x":
		return every(`\x%02x`, keepWords)
	case "xall":
		return every(`\x%02x`, nil)
	case "oct":
		return every(`\%03o`, nil)
	case "ent":
		return every("&#%d;", keepWords)
	case "entall":
		return every("&#%d;", nil)
	case "entx":
		return every("&#x%x;", nil)
	case "wide":
		return wide
	case "mix":
		return mix
	case "gap":
		return gap
	case "char":
		return func(_ *maker, s string) string { return listed(s, ",") }
	case "charplus":
		return func(_ *maker, s string) string { return "CHAR(" + listed(s, ")+CHAR(") + ")" }
	case "chrpipe":
		return func(_ *maker, s string) string { return "CHR(" + listed(s, ")||CHR(") + ")" }
	case "hexed":
		return func(_ *maker, s string) string { return hex.EncodeToString([]byte(s)) }
	case "enc64":
		return func(_ *maker, s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	case "enc64u":
		return func(_ *maker, s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	case "enc64w":
		return func(_ *maker, s string) string { return base64.StdEncoding.EncodeToString(utf16le(s)) }
	case "bin64":
		return func(_ *maker, s string) string { return base64.StdEncoding.EncodeToString(unhex(s)) }
	case "bin":
		return func(_ *maker, s string) string { return string(unhex(s)) }
	case "times":
		return times
	}
	return nil
}

// keepWords leaves letters and digits alone.
func keepWords(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// every writes each character by a format, but for those that keep leaves.
func every(format string, keep func(rune) bool) func(*maker, string) string {
	return func(_ *maker, s string) string {
		var b strings.Builder
		for _, r := range s {
			if keep != nil && keep(r) {
				b.WriteRune(r)
			} else {
				_, _ = fmt.Fprintf(&b, format, r)
			}
		}
		return b.String()
	}
}

// wide gives the full-width forms of ASCII.
func wide(_ *maker, s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, s)
}

// mix throws a coin for the case of each letter.
func mix(m *maker, s string) string {
	return strings.Map(func(r rune) rune {
		if m.IntN(2) == 0 {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, s)
}

// gap puts something else where blanks are.
func gap(m *maker, s string) string {
	return strings.ReplaceAll(s, " ", pick(m, []string{"/**/", "/*" + m.letters(3) + "*/", "\t", "\n", "  ", "\v", "/**//**/"}))
}

// listed gives the character codes.
func listed(s, between string) string {
	codes := make([]string, 0, len(s))
	for _, r := range s {
		codes = append(codes, fmt.Sprint(r))
	}
	return strings.Join(codes, between)
}

func utf16le(s string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}

// unhex reads pairs of hexadecimal digits, and text after a quotation mark: "aced0005 'text' 00".
func unhex(s string) (out []byte) {
	for i, part := range strings.Split(s, "'") {
		if i%2 == 1 {
			out = append(out, part...)
			continue
		}
		b, _ := hex.DecodeString(strings.ReplaceAll(part, " ", ""))
		out = append(out, b...)
	}
	return out
}

// times repeats: "200 text".
func times(_ *maker, s string) string {
	count, what, _ := strings.Cut(s, " ")
	n := 0
	_, _ = fmt.Sscan(count, &n)
	return strings.Repeat(what, n)
}
