package east

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// disguise gives a value as it is shown (evasions are part of it, encodings are not), as it is sent, and the style of its
// encoding. Half of the values wear no veil.
func (g *gen) disguise(v, place, veils string) (shown, sent string, style int) {
	style = g.IntN(attackStyles)
	if style == styleAll && g.IntN(3) > 0 {
		style = styleUsual
	}
	usable := fitting(strings.Fields(veils), place)
	if len(usable) == 0 || g.IntN(2) == 0 {
		return v, v, style
	}
	veil := pick(g, usable)
	if evaded := g.evade(v, veil); evaded != v {
		return evaded, evaded, style
	}
	switch {
	case veil == "uformat":
		style = styleNone
	case style == styleAll:
		style = styleUsual
	}
	return v, g.encodeTwice(v, veil), style
}

// fitting leaves the veils that make sense in a place: percent escapes where the server decodes percent anyway.
func fitting(veils []string, place string) []string {
	percent := place == "query" || place == "form" || place == "path" || place == "cookie"
	var ok []string
	for _, v := range veils {
		switch v {
		case "twice", "uformat", "overlong":
			if !percent {
				continue
			}
		case "base64", "base64url":
			if place == "path" || place == "jsonkey" {
				continue
			}
		}
		ok = append(ok, v)
	}
	return ok
}

// evade rewrites the value itself, so that it means the same to what it attacks.
func (g *gen) evade(v, veil string) string {
	switch veil {
	case "case":
		return strings.ReplaceAll(g.mixCase(v), "0X", "0x")
	case "tags":
		return g.mixTags(v)
	case "comment":
		return spaces(v, pick(g, []string{"/**/", "/*" + g.letters("abcdefgh0123", 3) + "*/", "/*!*/"}))
	case "white":
		return spaces(v, pick(g, []string{"\t", "\n", "\r\n", "\x0b", "\x0c", "  "}))
	case "ifs":
		return strings.ReplaceAll(v, " ", pick(g, []string{"${IFS}", "$IFS$9", "\t"}))
	case "quotes":
		return g.splitWords(v)
	case "lower":
		return g.nestLookups(v)
	case "pad":
		return strings.Repeat(g.letters("abcdefghijklmnop  ", 17), 3+g.IntN(30)) + v
	}
	return v
}

// encodeTwice wraps the value in an encoding beside that of its place.
func (g *gen) encodeTwice(v, veil string) string {
	switch veil {
	case "twice":
		return keep(v, "")
	case "uformat":
		return percentUnicode(v)
	case "entity":
		return perRune(v, func(r rune) string { return fmt.Sprintf(pick(g, []string{"&#x%x;", "&#%d;", "&#%07d;"}), r) })
	case "fullwidth":
		return perRune(v, func(r rune) string { return string(r + 0xfee0) })
	case "hexescape":
		return perRune(v, func(r rune) string { return fmt.Sprintf(`\x%02x`, r) })
	case "uescape":
		return perRune(v, func(r rune) string { return fmt.Sprintf(`\u%04x`, r) })
	case "overlong":
		return perRune(v, func(r rune) string { return string([]byte{0xc0 | byte(r>>6), 0x80 | byte(r&0x3f)}) })
	case "base64":
		return base64.StdEncoding.EncodeToString([]byte(v))
	case "base64url":
		return base64.RawURLEncoding.EncodeToString([]byte(v))
	}
	return v
}

// percentUnicode writes all but letters, digits and spaces as %uXXXX, which IIS and JavaScript's unescape read.
func percentUnicode(v string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(v)) {
		if r := rune(u); r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ') {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "%%u%04x", u)
		}
	}
	return b.String()
}

// perRune replaces visible ASCII that is neither letter nor digit.
func perRune(v string, f func(rune) string) string {
	var b strings.Builder
	for _, r := range v {
		if r > 32 && r < 127 && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			b.WriteString(f(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (g *gen) mixCase(v string) string {
	b := []byte(v)
	for i, c := range b {
		if (c|0x20) >= 'a' && (c|0x20) <= 'z' && g.IntN(2) == 0 {
			b[i] = c ^ 0x20
		}
	}
	return string(b)
}

// mixTags changes the case where HTML does not care: names of elements, attributes and schemes, but no script.
func (g *gen) mixTags(v string) string {
	for _, w := range []string{"script", "javascript", "img", "svg", "iframe", "object", "details", "body", "onerror", "onload", "onfocus", "ontoggle", "onmouseover", "onbegin", "src=", "style"} {
		v = strings.ReplaceAll(v, w, g.mixCase(w))
	}
	return v
}

// spaces replaces spaces, but those of a closing SQL comment, which some databases need.
func spaces(v, with string) string {
	end := strings.LastIndex(v, "-- ")
	if end < 0 {
		end = len(v)
	}
	return strings.ReplaceAll(v[:end], " ", with) + v[end:]
}

// splitWords breaks words of a shell command with quotes or backslashes that the shell removes.
func (g *gen) splitWords(v string) string {
	broken := pick(g, []string{"''", `""`, `\`, "$@"})
	for _, w := range []string{"cat", "curl", "wget", "id", "whoami", "passwd", "bash", "nslookup", "sleep", "ping", "uname"} {
		if i := strings.Index(v, w); i >= 0 {
			at := i + 1 + g.IntN(len(w)-1)
			v = v[:at] + broken + v[at:]
		}
	}
	return v
}

// nestLookups hides letters of jndi in lookups that Log4j resolves first.
func (g *gen) nestLookups(v string) string {
	head, rest, ok := strings.Cut(v, "${jndi:")
	if !ok {
		return v
	}
	var b strings.Builder
	for _, r := range "jndi" {
		fmt.Fprintf(&b, pick(g, []string{"${lower:%c}", "${::-%c}", "${upper:%c}", "%c", "${env:NaN:-%c}"}), r)
	}
	if b.String() == "jndi" {
		return head + "${${lower:j}ndi:" + rest
	}
	return head + "${" + b.String() + ":" + rest
}
