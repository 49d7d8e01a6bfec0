package west

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
)

// usual encodes what ordinary software sends.
func (m *maker) usual(s *slot, place, value string) string {
	switch place {
	case placePath:
		if m.family.attack() && m.family.request != nil {
			return value
		}
		return url.PathEscape(value)
	case placeQuery, placeForm:
		if m.family.attack() && m.family.request != nil {
			return value
		}
		return url.QueryEscape(value)
	case placeHeader, placeCookie:
		return value
	}
	return m.inBody(s, place, value)
}

func (m *maker) inBody(s *slot, place, value string) string {
	raw := m.family.attack() && m.family.request != nil
	switch {
	case raw:
		return value
	case place == placeJSON || place == placeGraphQL:
		if s.mark == '?' {
			value = quoted(value)
		}
		return quoted(value)
	case place == placeXML:
		return html.EscapeString(value)
	}
	return value
}

// quoted escapes for a JSON string, without its quotation marks.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return ""
	}
	out := strings.TrimSuffix(b.String(), "\n")
	return out[1 : len(out)-1]
}

// plant encodes a value as an attacker's tool, or an honest user's client, does.
func (m *maker) plant(s *slot, place string, p planted) string {
	switch place {
	case placePath:
		return m.plantPath(p)
	case placeQuery, placeForm:
		return m.plantPair(p)
	case placeCookie:
		return m.plantCookie(p)
	case placeHeader:
		return strings.Map(func(r rune) rune {
			if control(r) {
				return ' '
			}
			return r
		}, p.value)
	case placeXML:
		if m.IntN(4) == 0 && !strings.Contains(p.value, "]]>") {
			return "<![CDATA[" + p.value + "]]>"
		}
		return html.EscapeString(p.value)
	case placeJSON, placeGraphQL:
		if m.family.attack() && m.IntN(8) == 0 && s.mark != '?' {
			return every(`\u%04x`, keepWords)(m, cut(p.value))
		}
	}
	return m.inBodyPlanted(s, place, p.value)
}

// cut keeps \u escapes to characters that four digits hold.
func cut(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff {
			return -1
		}
		return r
	}, s)
}

func (m *maker) inBodyPlanted(s *slot, place, value string) string {
	switch {
	case place == placeMultipart && s.mark == '#':
		return strings.ReplaceAll(value, `"`, "%22") // as browsers write it
	case place == placeMultipart:
		return value
	}
	if s.mark == '?' {
		value = quoted(value)
	}
	return quoted(value)
}

func (m *maker) plantPath(p planted) string {
	switch {
	case p.wire:
		return strings.NewReplacer(" ", "%20", "?", "%3f", "#", "%23").Replace(p.value)
	case m.family.class == "traversal" && m.IntN(2) == 0:
		return strings.ReplaceAll(url.PathEscape(p.value), "%2F", "/")
	}
	return url.PathEscape(p.value)
}

// plantPair encodes as a form does, as encodeURIComponent does, or, as tools do, no more than has to be.
func (m *maker) plantPair(p planted) string {
	if p.wire {
		return strings.NewReplacer(" ", "+", "#", "%23", "&", "%26").Replace(p.value)
	}
	style := m.IntN(3)
	switch {
	case style == 0:
		return url.QueryEscape(p.value)
	case style == 1 || !m.family.attack():
		return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(p.value))
	}
	var b strings.Builder
	for i := range len(p.value) {
		if c := p.value[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("%&#+", c) >= 0 {
			_, _ = fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (m *maker) plantCookie(p planted) string {
	if p.wire || m.IntN(2) == 0 && !strings.ContainsAny(p.value, ";,\"") && !strings.ContainsFunc(p.value, control) {
		return p.value
	}
	return url.PathEscape(p.value)
}

const boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"

// partsOf makes parts of blocks "¶name¶value", or "¶name¶file name¶type¶content", each on a line of its own.
func partsOf(body string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(body, "¶"), "\n¶") {
		fields := strings.Split(part, "¶")
		_, _ = fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=\"%s\"", boundary, fields[0])
		if len(fields) == 4 {
			_, _ = fmt.Fprintf(&b, "; filename=\"%s\"\r\nContent-Type: %s", fields[1], fields[2])
		}
		_, _ = fmt.Fprintf(&b, "\r\n\r\n%s\r\n", fields[len(fields)-1])
	}
	return b.String() + "--" + boundary + "--\r\n"
}
