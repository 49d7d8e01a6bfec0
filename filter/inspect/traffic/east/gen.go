package east

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// gen expands templates. A slot stands between ‹ and ›; slots nest. It is one of
//
//	a|b|c        one of the templates
//	2..5*, *t    t two to five times, separated by ", "
//	3..99        a whole number of that range
//	#6 x8 w8 W8  digits (the first not 0), hexadecimal, lower-case and mixed letters with digits
//	B12 U12      so many random bytes in base64 and base64url
//	b64:t        t in base64; also b64u, hex, pct (every byte), upper, u16b64
//	twin:a~b     a, b, and the same a again
//	deep:2..9~a~b~c  a two to nine times, then b, then as many c
//	name         one of a rule's alternatives (lexicon), or a built-in (uuid, iso, …); v is the carrier's honest value
//
// A ! in front keeps what the slot gives from being encoded as a whole for where it stands; slots inside it still are.
type gen struct {
	*rand.Rand
	rules map[string][]string
	bound string
}

func plain(s string) string { return s }

// pick gives one element of a list that is not empty.
func pick[T any](g *gen, list []T) T { return list[g.IntN(len(list))] }

// expand fills t's slots; enc encodes what each gives.
func (g *gen) expand(t string, enc func(string) string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(t, "‹")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		body, rest := closing(after)
		if raw, ok := strings.CutPrefix(body, "!"); ok {
			b.WriteString(g.slot(raw, enc))
		} else {
			b.WriteString(enc(g.slot(body, plain)))
		}
		t = rest
	}
}

// closing splits what follows an opening mark at the closing one that belongs to it.
func closing(t string) (body, rest string) {
	depth := 1
	for i, r := range t {
		switch r {
		case '‹':
			depth++
		case '›':
			depth--
		}
		if depth == 0 {
			return t[:i], t[i+len("›"):]
		}
	}
	return t, ""
}

// alternatives splits t at each | that stands in no slot.
func alternatives(t string) []string {
	var all []string
	depth, start := 0, 0
	for i, r := range t {
		switch {
		case r == '‹':
			depth++
		case r == '›':
			depth--
		case r == '|' && depth == 0:
			all = append(all, t[start:i])
			start = i + 1
		}
	}
	return append(all, t[start:])
}

func (g *gen) slot(body string, enc func(string) string) string {
	if times, rest, ok := strings.Cut(body, "*"); ok && strings.Trim(times, "0123456789.") == "" && times != "" {
		sep, t, _ := strings.Cut(rest, "*")
		return g.repeat(times, sep, t, enc)
	}
	if alts := g.rules[body]; alts != nil {
		return g.expand(pick(g, alts), enc)
	}
	if alts := alternatives(body); len(alts) > 1 {
		return g.oneOf(pick(g, alts), enc)
	}
	return g.oneOf(body, enc)
}

// oneOf expands an alternative: a rule, a built-in, or a template.
func (g *gen) oneOf(t string, enc func(string) string) string {
	if alts := g.rules[t]; alts != nil {
		return g.expand(pick(g, alts), enc)
	}
	if s, ok := g.builtin(t); ok {
		return s
	}
	if shape, ok := strings.CutPrefix(t, "deep:"); ok {
		return g.deep(shape, enc)
	}
	if fn, arg, ok := strings.Cut(t, ":"); ok {
		if f := filter(fn); f != nil {
			return f(g.expand(arg, plain))
		}
	}
	return g.expand(t, enc)
}

func (g *gen) repeat(times, sep, t string, enc func(string) string) string {
	lo, hi, ranged := strings.Cut(times, "..")
	n, _ := strconv.Atoi(lo)
	if ranged {
		n = g.between(lo, hi)
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = g.expand(t, enc)
	}
	return strings.Join(parts, g.expand(sep, enc))
}

func (g *gen) deep(shape string, enc func(string) string) string {
	parts := strings.SplitN(shape, "~", 4)
	if len(parts) < 4 {
		return "‹?" + shape
	}
	lo, hi, _ := strings.Cut(parts[0], "..")
	n := g.between(lo, hi)
	return strings.Repeat(parts[1], n) + g.expand(parts[2], enc) + strings.Repeat(parts[3], n)
}

func (g *gen) between(lo, hi string) int {
	a, _ := strconv.Atoi(lo)
	b, _ := strconv.Atoi(hi)
	return a + g.IntN(max(b-a+1, 1))
}

// filter gives the function that a slot of the form fn:template names, or nil.
func filter(fn string) func(string) string {
	switch fn {
	case "b64":
		return func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	case "b64u":
		return func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	case "hex":
		return func(s string) string { return hex.EncodeToString([]byte(s)) }
	case "pct":
		return percentAll
	case "upper":
		return strings.ToUpper
	case "twin":
		return twin
	case "u16b64":
		return func(s string) string { return base64.StdEncoding.EncodeToString(utf16le(s)) }
	}
	return nil
}

// twin writes a~b as aba.
func twin(s string) string {
	a, between, _ := strings.Cut(s, "~")
	return a + between + a
}

// builtin gives what a built-in slot stands for.
func (g *gen) builtin(name string) (string, bool) {
	if lo, hi, ok := strings.Cut(name, ".."); ok && strings.Trim(lo+hi, "0123456789") == "" && lo != "" {
		return strconv.Itoa(g.between(lo, hi)), true
	}
	if len(name) > 1 {
		if n, err := strconv.Atoi(name[1:]); err == nil {
			return g.run(name[0], n)
		}
	}
	switch name {
	case "v":
		return g.bound, true
	case "pipe":
		return "|", true
	case "tick":
		return "`", true
	case "nl":
		return "\n", true
	case "crlf":
		return "\r\n", true
	case "tab":
		return "\t", true
	case "nul":
		return "\x00", true
	case "uuid":
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", g.Uint32(), g.IntN(1<<16), g.IntN(1<<12), g.IntN(1<<12), g.Uint64()>>16), true
	case "ip":
		return fmt.Sprintf("%d.%d.%d.%d", 31+g.IntN(60), g.IntN(256), g.IntN(256), 1+g.IntN(254)), true
	case "lat":
		return fmt.Sprintf("%.5f", g.Float64()*140-70), true
	case "lon":
		return fmt.Sprintf("%.6f", g.Float64()*360-180), true
	case "ver":
		return fmt.Sprintf("%d.%d.%d", g.IntN(12), g.IntN(30), g.IntN(20)), true
	}
	return g.moment(name)
}

// moment gives built-ins of time, some time in the years 2023 to 2026.
func (g *gen) moment(name string) (string, bool) {
	t := time.Unix(1_680_000_000+g.Int64N(90_000_000), g.Int64N(1e9)).UTC()
	switch name {
	case "iso":
		return t.Format("2006-01-02T15:04:05.000Z"), true
	case "date":
		return t.Format("2006-01-02"), true
	case "clock":
		return t.Format("15:04"), true
	case "dmy":
		return t.Format("02/01/2006"), true
	case "offset":
		return t.Format("2006-01-02T15:04:05+09:00"), true
	case "http":
		return t.Format("Mon, 02 Jan 2006 15:04:05 GMT"), true
	case "ms":
		return strconv.FormatInt(t.UnixMilli(), 10), true
	case "s":
		return strconv.FormatInt(t.Unix(), 10), true
	case "ns":
		return strconv.FormatInt(t.UnixNano(), 10), true
	case "amz":
		return t.Format("20060102T150405Z"), true
	}
	return "", false
}

// run gives n characters, or n random bytes encoded.
func (g *gen) run(kind byte, n int) (string, bool) {
	switch kind {
	case '#':
		return g.letters("123456789", 1) + g.letters("0123456789", n-1), true
	case 'x':
		return g.letters("0123456789abcdef", n), true
	case 'X':
		return g.letters("0123456789ABCDEF", n), true
	case 'w':
		return g.letters("abcdefghijkmnpqrstuvwxyz23456789", n), true
	case 'W':
		return g.letters("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789", n), true
	case 'L':
		return g.letters("ABCDEFGHJKLMNPQRSTUVWXYZ", n), true
	case 'l':
		return g.letters("abcdefghijklmnopqrstuvwxyz", n), true
	case 'B':
		return base64.StdEncoding.EncodeToString(g.bytes(n)), true
	case 'U':
		return base64.RawURLEncoding.EncodeToString(g.bytes(n)), true
	}
	return "", false
}

func (g *gen) letters(set string, n int) string {
	b := make([]byte, max(n, 0))
	for i := range b {
		b[i] = set[g.IntN(len(set))]
	}
	return string(b)
}

func (g *gen) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.Uint32())
	}
	return b
}
