package north

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf16"
)

// disguise is how an attacker writes v beyond what its place asks for; raw says that it is encoded for its place already.
// More than half of the time it does nothing.
func (g *gen) disguise(sh shape, class, v string) (text string, raw bool) {
	if g.chance(55) {
		return v, false
	}
	switch sh.place {
	case "query", "form":
		return g.disguiseURL(class, v)
	case "path":
		return g.disguisePath(class, v)
	case "json", "graphql":
		return g.disguiseJSON(sh, class, v)
	case "cookie", "header":
		return g.disguiseHeader(class, v)
	case "xml", "multipart":
		return g.entities(class, v, sh.place == "xml")
	}
	return v, false
}

func strict() percenter { return percenter{keep: "-_.~"} }

func (g *gen) disguiseURL(class, v string) (string, bool) {
	switch g.r.IntN(8) {
	case 7:
		return percenter{all: true, lower: g.chance(50)}.encode(v), true
	case 0, 1:
		return strict().encode(v), false // twice, after the style's own
	case 2:
		return base64.StdEncoding.EncodeToString([]byte(v)), false
	case 3:
		return percentU(v), true
	case 4:
		return g.partly(v), true
	case 5:
		return g.entities(class, v, false)
	}
	return fullWidth(class, v), false
}

func (g *gen) disguisePath(class, v string) (string, bool) {
	switch {
	case class == "traversal" && g.chance(40):
		return strings.NewReplacer("../", pick(g, []string{"..%c0%af", "%c0%ae%c0%ae/", "%252e%252e%252f", "..%252f", "%2e%2e/", "..%5c", ".%2e/"}), "/", "%2f").Replace(v), true
	case class == "traversal":
		return strings.ReplaceAll(v, " ", "%20"), true
	case g.chance(40):
		return strict().encode(v), false
	case g.chance(30):
		return percenter{all: true}.encode(v), true
	}
	return g.partly(v), true
}

func (g *gen) disguiseJSON(sh shape, class, v string) (string, bool) {
	inDoc := sh.place == "graphql" && holds(sh.body)
	switch n := g.r.IntN(5); {
	case n == 0 && !inDoc:
		return escapeU(v), true
	case n == 1 && !inDoc:
		return g.someU(v), true
	case n == 2:
		return base64.StdEncoding.EncodeToString([]byte(v)), false
	case n == 3:
		return strict().encode(v), false
	}
	return g.entities(class, v, false)
}

func (g *gen) disguiseHeader(class, v string) (string, bool) {
	switch g.r.IntN(4) {
	case 0:
		return base64.StdEncoding.EncodeToString([]byte(v)), false
	case 1:
		return strict().encode(v), false
	case 2:
		return strict().encode(strict().encode(v)), false
	}
	return g.entities(class, v, false)
}

// entities writes the first attribute's value as HTML entities, which a browser decodes; classes other than xss stay as
// they are. In XML they are the XML's own, for every character that means something somewhere.
func (g *gen) entities(class, v string, inXML bool) (string, bool) {
	if inXML {
		return numeric(v, pick(g, []string{"&#%d;", "&#x%x;"}), func(r rune) bool { return strings.ContainsRune("<>&'\"/|;$`", r) }), true
	}
	from := strings.IndexByte(v, '=') + 1
	if class != "xss" || from == 0 {
		return v, false
	}
	to := len(v)
	if i := strings.IndexByte(v[from:], '>'); i >= 0 {
		to = from + i
	}
	form := pick(g, []string{"&#%d;", "&#x%x;", "&#X%X;", "&#%07d;"})
	some := func(r rune) bool { return strings.ContainsRune(":()'", r) || g.chance(15) }
	return v[:from] + numeric(v[from:to], form, some) + v[to:], false
}

// numeric replaces the chosen characters by references to their numbers.
func numeric(v, form string, chosen func(rune) bool) string {
	var b strings.Builder
	for _, r := range v {
		if chosen(r) {
			fmt.Fprintf(&b, form, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// partly percent-encodes a byte here and there, and what must be.
func (g *gen) partly(v string) string {
	var b strings.Builder
	for _, c := range []byte(v) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("#%&+?", c) >= 0 || g.chance(25) {
			fmt.Fprintf(&b, pick(g, []string{"%%%02x", "%%%02X"}), c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func percentU(v string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(v)) {
		if u < 128 && alnum(byte(u)) {
			b.WriteByte(byte(u))
			continue
		}
		fmt.Fprintf(&b, "%%u%04x", u)
	}
	return b.String()
}

// fullWidth moves punctuation to U+FF00 and on, which databases and pages that normalize bring back.
func fullWidth(class, v string) string {
	if class != "sqli" && class != "xss" && class != "traversal" {
		return v
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`'"<>()=;/|`, r) {
			return r - 0x21 + 0xff01
		}
		return r
	}, v)
}

func escapeU(v string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(v)) {
		fmt.Fprintf(&b, `\u%04x`, u)
	}
	return b.String()
}

func (g *gen) someU(v string) string {
	var b strings.Builder
	for _, r := range v {
		if r < 0x20 || r == '"' || r == '\\' || r < 0x7f && g.chance(30) {
			fmt.Fprintf(&b, `\u%04X`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// trick rewrites an attack so that it means the same to its target.
func (g *gen) trick(class, v string) string {
	if g.chance(50) {
		return v
	}
	switch class {
	case "sqli":
		return g.trickSQL(v)
	case "xss":
		return g.trickHTML(v)
	case "cmdi":
		return g.trickShell(v)
	case "traversal":
		return g.trickPath(v)
	}
	return v
}

func (g *gen) trickSQL(v string) string {
	switch g.r.IntN(5) {
	case 0:
		return g.mixCase(v)
	case 1:
		return strings.ReplaceAll(v, " ", pick(g, []string{"/**/", "/*" + g.from(lowers, "2-6") + "*/", "/*!*/"}))
	case 2:
		return strings.ReplaceAll(v, " ", pick(g, []string{"\t", "\n", "\r\n", "\v", "\f", "  ", "\u00a0"}))
	case 3:
		return strings.ToUpper(v)
	}
	return strings.ToLower(v)
}

func (g *gen) trickHTML(v string) string {
	switch g.r.IntN(4) {
	case 0:
		tag := max(strings.IndexAny(v, "=> "), 0) // JavaScript would not run in another case
		return g.mixCase(v[:tag]) + v[tag:]
	case 1:
		return strings.Replace(v, " ", pick(g, []string{"/", "\n", "\t", "\f", "  "}), 1)
	case 2:
		return strings.Replace(v, "<script", pick(g, []string{"<SCRIPT", "<ScRiPt", "<script/" + g.from(lowers, "1-3"), "<scr<script>ipt", "<\x00script"}), 1)
	}
	return strings.ReplaceAll(v, "=", pick(g, []string{" = ", "=\n", " ="}))
}

func (g *gen) trickShell(v string) string {
	if strings.HasPrefix(v, "() {") {
		return v // a function's definition needs its spaces
	}
	switch g.r.IntN(4) {
	case 0:
		return strings.ReplaceAll(v, " ", pick(g, []string{"${IFS}", "$IFS$9", "\t"}))
	case 1:
		return strings.ReplaceAll(v, "cat ", pick(g, []string{"c'a't ", `c"a"t `, `c\at `, "/bin/c?t "}))
	case 2:
		return strings.ReplaceAll(v, "/etc/passwd", pick(g, []string{"/e*c/p*d", "/etc//passwd", "/???/passwd", "/etc/pass''wd"}))
	}
	return v + pick(g, []string{" #", " ;", " &", "\n"})
}

func (g *gen) trickPath(v string) string {
	return strings.ReplaceAll(v, "../", pick(g, []string{"....//", "..././", `..\`, "..//", ".././", "..;/"}))
}

func (g *gen) mixCase(v string) string {
	b := []byte(v)
	for i, c := range b {
		if 'a' <= c|0x20 && c|0x20 <= 'z' && g.chance(50) {
			b[i] = c ^ 0x20
		}
	}
	return string(b)
}
