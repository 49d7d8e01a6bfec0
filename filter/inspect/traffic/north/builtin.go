package north

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

const (
	digits = "0123456789"
	hexes  = "0123456789abcdef"
	lowers = "abcdefghijklmnopqrstuvwxyz"
	uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// builtin gives what no list of alternatives can: numbers, codes, times, encodings. A name that nobody knows gives itself
// in ⟦⟧, which a test looks for.
func (g *gen) builtin(name, arg string) string {
	switch name {
	case "n":
		return strconv.Itoa(g.between(arg))
	case "dig":
		return g.from(digits, arg)
	case "hex":
		return g.from(hexes, arg)
	case "HEX":
		return strings.ToUpper(g.from(hexes, arg))
	case "low":
		return g.from(lowers, arg)
	case "up":
		return g.from(uppers, arg)
	case "alnum":
		return g.from(lowers+uppers+digits, arg)
	case "code":
		return g.from(uppers+digits, arg)
	case "byte":
		b, _ := hex.DecodeString(arg) // a wrong argument gives nothing
		return string(b)
	case "times":
		return g.times(arg)
	case "upper":
		return strings.ToUpper(g.inside(arg, nil))
	case "title":
		return title(g.inside(arg, nil))
	case "nl":
		return "\n"
	case "crlf":
		return "\r\n"
	case "tab":
		return "\t"
	case "sp":
		return " "
	}
	return g.derived(name, arg)
}

// derived gives values with a form of their own.
func (g *gen) derived(name, arg string) string {
	switch name {
	case "uuid":
		return g.uuid()
	case "iban":
		return g.iban()
	case "money":
		return fmt.Sprintf("%d.%02d", g.between(arg), g.r.IntN(100))
	case "coord":
		return fmt.Sprintf("%.*f", 4+g.r.IntN(4), float64(g.between(arg))+g.r.Float64())
	case "time":
		return g.when().Format(arg)
	case "unix":
		return strconv.FormatInt(g.when().Unix(), 10)
	case "ms":
		return strconv.FormatInt(g.when().UnixMilli(), 10)
	case "ip":
		return fmt.Sprintf("%d.%d.%d.%d", 11+g.r.IntN(150), g.r.IntN(256), g.r.IntN(256), 1+g.r.IntN(254))
	case "b64":
		return base64.StdEncoding.EncodeToString(g.bytes(g.between(arg)))
	case "b64u":
		return base64.RawURLEncoding.EncodeToString(g.bytes(g.between(arg)))
	case "b64of":
		return base64.StdEncoding.EncodeToString([]byte(g.inside(arg, nil)))
	case "b64uof":
		return base64.RawURLEncoding.EncodeToString([]byte(g.inside(arg, nil)))
	case "b64wide":
		return base64.StdEncoding.EncodeToString(wide(g.inside(arg, nil)))
	case "hexof":
		return hex.EncodeToString([]byte(g.inside(arg, nil)))
	case "octal":
		return escapeAll(g.inside(arg, nil), `\%03o`)
	case "xesc":
		return escapeAll(g.inside(arg, nil), `\x%02x`)
	case "charcodes":
		return strings.TrimSuffix(escapeAll(g.inside(arg, nil), "%d,"), ",")
	case "chars":
		return strings.TrimSuffix(escapeAll(g.inside(arg, nil), "CHR(%d)||"), "||")
	case "len":
		return strconv.Itoa(len(g.attck))
	case "php":
		return g.php(arg)
	case "ipnum":
		return g.ipnum(arg)
	case "image":
		return g.image(arg)
	case "nest":
		return g.nest(arg)
	}
	return "⟦" + name + "⟧"
}

func (g *gen) from(alphabet, count string) string {
	b := make([]byte, g.between(count))
	for i := range b {
		b[i] = alphabet[g.r.IntN(len(alphabet))]
	}
	return string(b)
}

func (g *gen) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.r.UintN(256))
	}
	return b
}

// times is ⟦times:2-5,text⟧: the very same text again and again.
func (g *gen) times(arg string) string {
	count, text, _ := strings.Cut(arg, ",")
	return strings.Repeat(g.text(text), g.between(count))
}

// nest is ⟦nest:100-200,open,inner,close⟧.
func (g *gen) nest(arg string) string {
	p := strings.SplitN(arg, ",", 4)
	if len(p) < 4 {
		return ""
	}
	n := g.between(p[0])
	return strings.Repeat(g.text(p[1]), n) + g.text(p[2]) + strings.Repeat(g.text(p[3]), n)
}

func (g *gen) uuid() string {
	b := g.bytes(16)
	b[6], b[8] = b[6]&15|0x40, b[8]&63|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// iban has the length and letters of a real one; its check digits are of no account here.
func (g *gen) iban() string {
	lengths := []struct {
		country string
		digits  int
	}{{"DE", 20}, {"PL", 26}, {"ES", 22}, {"FR", 25}, {"AT", 18}, {"NL", 16}}
	c := pick(g, lengths)
	s := c.country + g.from(digits, strconv.Itoa(c.digits))
	if !g.chance(30) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// when is a second of the years 2019 to 2027.
func (g *gen) when() time.Time {
	return time.Unix(1546300800+g.r.Int64N(9*365*86400), g.r.Int64N(1e9)).UTC()
}

// wide is UTF-16LE, as PowerShell wants its encoded commands.
func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func escapeAll(s, format string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// php serializes a string that the rule arg gives.
func (g *gen) php(arg string) string {
	s := g.inside(arg, nil)
	return fmt.Sprintf(`s:%d:"%s";`, len(s), s)
}

// ipnum writes an address a.b.c.d in a form that only inet_aton understands.
func (g *gen) ipnum(addr string) string {
	var a, b, c, d uint32
	if _, err := fmt.Sscanf(addr, "%d.%d.%d.%d", &a, &b, &c, &d); err != nil {
		return addr
	}
	whole := a<<24 | b<<16 | c<<8 | d
	return pick(g, []string{
		strconv.FormatUint(uint64(whole), 10),
		fmt.Sprintf("0x%x", whole),
		fmt.Sprintf("0%o", whole),
		fmt.Sprintf("0%o.0%o.0%o.0%o", a, b, c, d),
		fmt.Sprintf("0x%x.0x%x.0x%x.0x%x", a, b, c, d),
		fmt.Sprintf("%d.%d.%d", a, b, c<<8|d),
		fmt.Sprintf("[::ffff:%d.%d.%d.%d]", a, b, c, d),
		fmt.Sprintf("[::ffff:%x:%x]", a<<8|b, c<<8|d),
	})
}

// image is base64 of what begins like a file of that kind.
func (g *gen) image(kind string) string {
	magic := map[string]string{
		"png": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "jpg": "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "pdf": "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
		"gif": "GIF89a", "zip": "PK\x03\x04\x14\x00\x08\x08\x08\x00", "p7s": "0\x82\x05\xe2\x06\x09*\x86H\x86\xf7\r\x01\x07\x02",
	}[kind]
	return base64.StdEncoding.EncodeToString(append([]byte(magic), g.bytes(120+g.r.IntN(g.between("300-2500")))...))
}

func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
