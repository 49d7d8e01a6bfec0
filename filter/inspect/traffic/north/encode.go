package north

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// style is how one client encodes.
type style struct {
	query, path, json, xml, cookie func(string) string
	jsonType                       string
}

// percenter is one library's percent-encoding.
type percenter struct {
	keep  string // besides letters and digits
	plus  bool   // a space is +
	lower bool   // %2f, not %2F
	all   bool   // every byte, even letters
}

// libraries are JavaScript's encodeURIComponent, Java's URLEncoder, Python's quote and quote_plus, Go's PathEscape, .NET.
func libraries() []percenter {
	return []percenter{
		{keep: "-_.!~*'()"}, {keep: "-_.*", plus: true}, {keep: "-_.~"}, {keep: "-_.~", plus: true},
		{keep: "-_.!*()", plus: true, lower: true}, {keep: "-_.~:,@"},
	}
}

// loose are the ways of people who type requests.
func loose() []percenter {
	return []percenter{{keep: "-_.~!'()*;:@,/?$|<>[]{}=\"\\^`"}, {keep: "-_.~'()*;:@,/"}, {keep: "-_.~'()*,", plus: true}, {keep: "-_.~", lower: true}}
}

func newStyle(g *gen, attack bool) style {
	from := libraries()
	if attack {
		from = append(from, loose()...)
	}
	p := pick(g, from)
	seg := p
	seg.plus = false
	seg.keep = strings.NewReplacer("/", "", "?", "").Replace(p.keep)
	st := style{query: p.encode, path: seg.encode, cookie: percenter{keep: "-_.~!*()/:"}.encode, xml: escapeXML}
	st.json = pick(g, []func(string) string{escapeJSON, escapeJSON, asciiJSON, slashJSON, htmlJSON})
	st.jsonType = pick(g, []string{"application/json", "application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8", "application/vnd.api+json"})
	if g.chance(10) {
		st.xml = cdata
	}
	return st
}

// encode percent-encodes s.
func (p percenter) encode(s string) string {
	const upperHex, lowerHex = "0123456789ABCDEF", "0123456789abcdef"
	set := upperHex
	if p.lower {
		set = lowerHex
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c == ' ' && p.plus:
			b.WriteByte('+')
		case !p.all && (alnum(c) || strings.IndexByte(p.keep, c) >= 0):
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(set[c>>4])
			b.WriteByte(set[c&15])
		}
	}
	return b.String()
}

func alnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// escapeJSON is JavaScript's way: only what must be escaped.
func escapeJSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x20:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// asciiJSON is Python's way.
func asciiJSON(s string) string {
	var b strings.Builder
	for _, r := range escapeJSON(s) {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, u)
		}
	}
	return b.String()
}

// slashJSON is PHP's way.
func slashJSON(s string) string { return strings.ReplaceAll(asciiJSON(s), "/", `\/`) }

// htmlJSON is Go's way.
func htmlJSON(s string) string {
	return strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(escapeJSON(s))
}

func escapeXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

func cdata(s string) string {
	if !strings.ContainsAny(s, "<&>") {
		return s
	}
	return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>"
}

// quoted is how browsers write names in Content-Disposition.
func quoted(s string) string {
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(s)
}

// oneLine keeps a header's value a header's value.
func oneLine(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c < 0x20 || c == 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
