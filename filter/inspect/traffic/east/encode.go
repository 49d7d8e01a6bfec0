package east

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf16"
)

// Styles of encoding a value for its place. What a style means depends on the place; the first ones are what honest
// clients do, the last is an attacker's choice.
const (
	styleUsual  = 0 // url.QueryEscape; JSON as most libraries write it
	styleScript = 1 // encodeURIComponent; JSON with \u003c for HTML's sake
	styleASCII  = 2 // %20 for a space, hexadecimal in lower case; JSON with \u for all that is not ASCII
	styleLoose  = 3 // only what would break the request
	styleAll    = 4 // every byte
	styleNone   = 5 // as it is, for what is encoded already

	honestStyles = styleLoose
	attackStyles = styleAll + 1
)

// encode writes v for its place in the given style.
func encode(v, place string, style int) string {
	if style == styleNone {
		return strings.ReplaceAll(v, " ", "%20")
	}
	switch place {
	case "query", "form":
		return encodeQuery(v, style)
	case "path":
		return encodePath(v, style)
	case "json", "jsonkey", "graphql":
		return encodeJSON(v, style)
	case "cookie":
		if style == styleUsual && !strings.ContainsAny(v, " ;,\"\r\n\t\x00\\") {
			return v
		}
		return strings.ReplaceAll(encodeQuery(v, style), "+", "%20")
	case "header":
		return headerText(v)
	case "xml":
		return encodeXML(v, style)
	}
	return v
}

func encodeQuery(v string, style int) string {
	switch style {
	case styleScript:
		return keep(v, "!'()*~")
	case styleASCII:
		return lowerHex(strings.ReplaceAll(url.QueryEscape(v), "+", "%20"))
	case styleLoose:
		return strings.ReplaceAll(keep(v, "!'()*~:/?@,;$<>[]{}|=\"\\^`"), "%20", "+")
	case styleAll:
		return percentAll(v)
	}
	return url.QueryEscape(v)
}

func encodePath(v string, style int) string {
	switch style {
	case styleScript:
		return keep(v, "!'()*~:@,;=$&+")
	case styleASCII:
		return lowerHex(keep(v, "~"))
	case styleLoose:
		return keep(v, "!'()*~:@,;=$&+/[]{}|\\^`<>\"")
	case styleAll:
		return percentAll(v)
	}
	return keep(v, "~:@")
}

// keep percent-encodes every byte but unreserved ones and those in more.
func keep(v, more string) string {
	var b strings.Builder
	for i := range len(v) {
		c := v[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_."+more, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func percentAll(v string) string {
	var b strings.Builder
	for i := range len(v) {
		fmt.Fprintf(&b, "%%%02x", v[i])
	}
	return b.String()
}

// lowerHex turns percent escapes to lower case.
func lowerHex(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], bytes.ToLower(b[i+1:i+3]))
		}
	}
	return string(b)
}

// encodeJSON gives the inside of a JSON string.
func encodeJSON(v string, style int) string {
	switch style {
	case styleScript:
		b, _ := json.Marshal(v) // a string always marshals
		return string(b[1 : len(b)-1])
	case styleASCII:
		return unicodeEscape(jsonText(v), func(r rune) bool { return r > 126 })
	case styleAll:
		return unicodeEscape(v, func(rune) bool { return true })
	}
	return jsonText(v)
}

// jsonText gives the inside of a JSON string with no more escapes than needed.
func jsonText(v string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // a string always encodes
	s := strings.TrimSuffix(b.String(), "\n")
	return s[1 : len(s)-1]
}

// unicodeEscape writes the chosen runes as \uXXXX, in surrogates where needed.
func unicodeEscape(v string, which func(rune) bool) string {
	var b strings.Builder
	for _, r := range v {
		if !which(r) {
			b.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, u)
		}
	}
	return b.String()
}

func encodeXML(v string, style int) string {
	switch style {
	case styleLoose, styleASCII:
		return "<![CDATA[" + strings.ReplaceAll(v, "]]>", "]]]]><![CDATA[>") + "]]>"
	case styleAll:
		var b strings.Builder
		for _, r := range v {
			fmt.Fprintf(&b, "&#x%x;", r)
		}
		return b.String()
	}
	return xmlText(v)
}

func xmlText(v string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(v)) // a buffer takes everything
	return b.String()
}

// headerText is v without what would end a header's line.
func headerText(v string) string {
	return strings.NewReplacer("\r", "", "\n", " ", "\x00", "").Replace(v)
}

// graphqlText is v as the inside of a GraphQL string, itself inside a JSON string.
func graphqlText(v string) string { return jsonText(jsonText(v)) }

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
