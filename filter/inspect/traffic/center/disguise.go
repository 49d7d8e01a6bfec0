package center

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"
)

// disguise changes a value as its family's flags allow, half of the times not at all.
func (m *maker) disguise(v string) string {
	switch {
	case m.family.has("sql"), m.family.has("sqlc"):
		return m.disguiseSQL(v)
	case m.family.has("html") && m.IntN(5) == 0:
		return m.disguiseHTML(v)
	case m.family.class == "cmdi" && m.IntN(8) == 0:
		return strings.ReplaceAll(v, "; ", ";\t")
	}
	return v
}

func (m *maker) disguiseSQL(v string) string {
	switch m.IntN(10) {
	case 0:
		return strings.ReplaceAll(v, " ", pick(m, []string{"/**/", "\t", "\n", "  ", "/*" + m.letters(3) + "*/"}))
	case 1, 2:
		return m.mixed(v)
	case 3:
		return strings.ToUpper(v)
	case 4:
		return strings.ToLower(v)
	case 5:
		return strings.ReplaceAll(v, " ", "\u00a0")
	}
	return v
}

func (m *maker) disguiseHTML(v string) string {
	if m.IntN(2) == 0 {
		return strings.ReplaceAll(v, "alert", pick(m, []string{`\u0061lert`, "self['alert']", "top.alert", "window.confirm", "(alert)"}))
	}
	return strings.Replace(v, " ", pick(m, []string{"/", "\n", "\t", "\f", " "}), 1)
}

// mixed writes letters in a case each of its own.
func (m *maker) mixed(v string) string {
	return strings.Map(func(r rune) rune {
		if m.IntN(2) == 0 {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, v)
}

// odd writes a value into a query in a way that some attackers prefer.
func (m *maker) odd(v string) string {
	switch m.IntN(7) {
	case 0:
		return url.QueryEscape(url.QueryEscape(v))
	case 1:
		return strings.ToLower(hexed(v))
	case 2:
		return percentU(v)
	case 3:
		if len(v) > 8 {
			return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(v)))
		}
	case 4:
		return strings.ReplaceAll(url.QueryEscape(v), "+", "%20")
	}
	return lazy.Replace(v)
}

// lazy writes only what would end the value.
var lazy = strings.NewReplacer("%", "%25", "&", "%26", "#", "%23", "+", "%2B", " ", "+", "\r", "%0d", "\n", "%0a", "\x00", "%00", "\t", "%09")

func hexed(v string) string {
	var b strings.Builder
	for i := range len(v) {
		fmt.Fprintf(&b, "%%%02X", v[i])
	}
	return b.String()
}

// percentU writes all but letters and digits as IIS reads them.
func percentU(v string) string {
	var b strings.Builder
	for _, r := range v {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r > 0xffff {
			b.WriteString(url.QueryEscape(string(r)))
			continue
		}
		fmt.Fprintf(&b, "%%u%04x", r)
	}
	return b.String()
}

// escaped writes a JSON string with an escape for each sign.
func escaped(v string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, u := range utf16.Encode([]rune(v)) {
		if u < 0x80 && (unicode.IsLetter(rune(u)) || unicode.IsDigit(rune(u))) {
			b.WriteByte(byte(u))
			continue
		}
		fmt.Fprintf(&b, "\\u%04x", u)
	}
	b.WriteByte('"')
	return b.String()
}
