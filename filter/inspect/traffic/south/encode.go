package south

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// coat is how a value is dressed beyond what its place demands.
type coat int

const (
	coatPlain    coat = iota
	coatDouble        // percent-encoded twice
	coatFull          // every byte percent-encoded, or every letter a \u escape
	coatPercentU      // %uXXXX
	coatBase64        // standard or URL alphabet
	coatEntity        // HTML entities
	coatEscapes       // \uXXXX for all that is no letter or digit
	coatLoose         // as little encoded as a socket lets through
)

// coat draws a dress for an attack at a place. Honest values wear none.
func (g *gen) coat(place string) coat {
	if g.class == "" || g.twist == "none" {
		return coatPlain
	}
	roll := g.r.IntN(100)
	if g.class == "xss" && roll < 8 || g.twist == "entity" && roll < 60 {
		return coatEntity
	}
	if roll > 95 && g.twist == "" && place != "path" && place != "header" && place != "jsonkey" {
		return coatBase64
	}
	switch place {
	case "query", "form", "path", "cookie":
		return urlCoat(roll)
	case "json", "jsonkey", "graphql":
		return jsonCoat(roll)
	}
	return coatPlain
}

func urlCoat(roll int) coat {
	switch {
	case roll < 18:
		return coatDouble
	case roll < 26:
		return coatFull
	case roll < 29:
		return coatPercentU
	case roll < 45:
		return coatLoose
	}
	return coatPlain
}

func jsonCoat(roll int) coat {
	switch {
	case roll < 22:
		return coatEscapes
	case roll < 27:
		return coatFull
	case roll < 31:
		return coatDouble
	}
	return coatPlain
}

// dress applies the part of a coat that comes before the place's own encoding.
func (g *gen) dress(c coat, v string) string {
	switch c {
	case coatDouble:
		return percent(v, "-_.", g.chance(50))
	case coatBase64:
		return pick(g, []*base64.Encoding{base64.StdEncoding, base64.StdEncoding, base64.RawURLEncoding}).EncodeToString([]byte(v))
	case coatEntity:
		return g.entities(v)
	}
	return v
}

// percent encodes all but letters, digits and what keep names.
func percent(s, keep string, lower bool) string {
	format := "%%%02X"
	if lower {
		format = "%%%02x"
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; alnum(c) || c < utf8.RuneSelf && strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, format, c)
		}
	}
	return b.String()
}

func alnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// urlValue encodes a value for a query or form, as one of the many clients does.
func (g *gen) urlValue(c coat, v string) string {
	v = g.dress(c, v)
	lower := g.chance(15)
	switch c {
	case coatFull:
		return percentAll(v, lower)
	case coatPercentU:
		return percentU(v)
	case coatLoose:
		return percent(v, "-_.~!'()*,;:@/?$[]{}|\\^`\"<>=", lower)
	}
	var out string
	switch g.r.IntN(3) {
	case 0: // RFC 3986, to the letter
		out = percent(v, "-_.~ ", lower)
	case 1: // encodeURIComponent
		out = percent(v, "-_.~!'()* ", lower)
	default: // a browser's form or address bar
		out = percent(v, "-_.*~!():@/?$, ", lower)
	}
	return strings.ReplaceAll(out, " ", pick(g, []string{"+", "%20"}))
}

func percentAll(v string, lower bool) string {
	var b strings.Builder
	for i := range len(v) {
		if lower {
			fmt.Fprintf(&b, "%%%02x", v[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", v[i])
		}
	}
	return b.String()
}

func percentU(v string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(v)) {
		if u < 128 && alnum(byte(u)) {
			b.WriteByte(byte(u))
		} else {
			fmt.Fprintf(&b, "%%u%04x", u)
		}
	}
	return b.String()
}

// segment encodes a value for a place inside the path. Slashes stay where the family says so.
func (g *gen) segment(c coat, v string, slashes bool) string {
	v = g.dress(c, v)
	keep := "-_.~!$'()*,;=:@"
	if slashes {
		keep += "/"
	}
	switch c {
	case coatFull:
		return percentAll(v, g.chance(50))
	case coatLoose:
		return percent(v, keep+"[]{}|\\^`\"<>", false)
	}
	return percent(v, pick(g, []string{keep, strings.ReplaceAll(keep, "'()", "")}), g.chance(15))
}

// headerText makes a value fit for a header: no controls, no bytes beyond ASCII.
func headerText(v string) string {
	var b strings.Builder
	for i := range len(v) {
		switch c := v[i]; {
		case c < ' ' && c != '\t', c >= 0x7f:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}

func (g *gen) cookieValue(c coat, v string) string {
	v = g.dress(c, v)
	switch c {
	case coatFull:
		return percentAll(v, false)
	case coatPercentU:
		return percentU(v)
	case coatLoose:
		return percent(v, "-_.~!'()*:@/?$[]{}|^`<>=& ", false)
	}
	return percent(v, "-_.~!'()*:@/", false)
}

// jsonText writes v as a JSON string, quotes included.
func (g *gen) jsonText(c coat, v string) string {
	v = g.dress(c, v)
	ascii := g.chance(25)
	solidus := g.chance(10)
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range v {
		plain := r < utf8.RuneSelf && alnum(byte(r))
		switch {
		case c == coatFull, c == coatEscapes && !plain, ascii && r >= utf8.RuneSelf:
			escape(&b, r)
		case r == '"' || r == '\\' || r == '/' && solidus:
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			escape(&b, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func escape(b *strings.Builder, r rune) {
	for _, u := range utf16.Encode([]rune{r}) {
		fmt.Fprintf(b, `\u%04x`, u)
	}
}

// entities writes some or all characters of v as HTML character references, of mixed kinds.
func (g *gen) entities(v string) string {
	all := g.chance(30)
	named := map[rune]string{'<': "&lt;", '>': "&gt;", '"': "&quot;", '&': "&amp;", '\'': "&apos;"}
	var b strings.Builder
	for _, r := range v {
		plain := r < utf8.RuneSelf && alnum(byte(r)) || r == ' '
		switch {
		case plain && !all:
			b.WriteRune(r)
		case named[r] != "" && g.chance(50):
			b.WriteString(named[r])
		default:
			fmt.Fprintf(&b, pick(g, []string{"&#%d;", "&#x%x;", "&#x%X;"}), r)
		}
	}
	return b.String()
}

func xmlText(v string) string {
	v = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, v)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(v)
}
