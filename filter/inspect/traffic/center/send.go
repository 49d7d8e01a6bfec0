package center

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
)

// carry sends a value in one place of an honest request.
func (m *maker) carry(s *Sample, place, value string) {
	switch place {
	case "header":
		m.request(s, pick(m, m.book.requests), -1, "")
		setHeader(s, pick(m, strings.Fields("user-agent referer x-forwarded-for x-api-version accept-language x-request-id origin x-custom-name")), value)
		s.Place = place
	case "cookie":
		m.request(s, pick(m, m.book.requests), -1, "")
		if strings.ContainsAny(value, ";,\"") || m.IntN(2) == 0 {
			value = url.QueryEscape(value)
		}
		setHeader(s, "cookie", "sid="+m.opaque("hex")+"; "+m.word()+"="+value+"; theme=dark")
		s.Place = place
	case "jsonkey":
		m.request(s, pick(m, m.book.byPlace["json"]).request, -1, "")
		s.Body = append([]byte(`{`+m.quoted(value)+`:1,`), s.Body[1:]...)
		s.Place = place
	default:
		at := pick(m, m.book.byPlace[place])
		m.request(s, at.request, at.index, value)
	}
}

// request makes a request whose spot of that index has the value; at -1 all spots have honest values.
func (m *maker) request(s *Sample, r *request, index int, value string) {
	spot := -1
	put := func(template string, encode func(string, bool) string) string {
		return m.expand(template, func(kind string) string {
			spot++
			if spot == index {
				return encode(value, true)
			}
			return encode(m.slot(kind), false)
		})
	}
	s.Method, s.Place = r.method, "query"
	if index >= 0 {
		s.Place = r.place(index)
	}
	path, query, cut := strings.Cut(r.target, "?")
	s.Path = put(path, m.inPath)
	if cut {
		s.Path += "?" + put(query, m.inQuery)
	}
	s.Headers = m.headers()
	m.body(s, r, put)
}

// body makes a request's body of its kind.
func (m *maker) body(s *Sample, r *request, put func(string, func(string, bool) string) string) {
	switch r.kind {
	case "":
		return
	case "json":
		setHeader(s, "content-type", "application/json")
		s.Body = []byte(put(r.body, m.inJSON))
	case "form":
		setHeader(s, "content-type", "application/x-www-form-urlencoded")
		s.Body = []byte(put(r.body, m.inQuery))
	case "xml":
		setHeader(s, "content-type", pick(m, []string{"application/xml", "text/xml; charset=utf-8"}))
		s.Body = []byte(put(r.body, m.inXML))
	case "graphql":
		setHeader(s, "content-type", "application/json")
		document := put(r.body, m.inJSON)
		variables := put(r.variables, m.inJSON)
		s.Body = []byte(`{"query":` + quote(document) + `,"variables":` + variables + `}`)
	case "multipart":
		m.multipart(s, r.body, put)
	}
}

func (m *maker) multipart(s *Sample, fields string, put func(string, func(string, bool) string) string) {
	boundary := "----" + m.letters(16)
	setHeader(s, "content-type", "multipart/form-data; boundary="+boundary)
	var b strings.Builder
	for field := range strings.SplitSeq(fields, "&") {
		name, value, _ := strings.Cut(field, "=")
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; ", boundary)
		if file, ok := strings.CutPrefix(name, "file:"); ok {
			fmt.Fprintf(&b, "name=\"file\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n", put(file, m.inFileName))
		} else {
			fmt.Fprintf(&b, "name=\"%s\"\r\n\r\n", name)
		}
		fmt.Fprintf(&b, "%s\r\n", put(value, func(v string, _ bool) string { return v }))
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	s.Body = []byte(b.String())
}

// expand fills a template's slots, those that begin with @ by asking.
func (m *maker) expand(template string, ask func(kind string) string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "«")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "»")
		if kind, asked := strings.CutPrefix(name, "@"); asked {
			b.WriteString(ask(kind))
		} else {
			b.WriteString(m.slot(name))
		}
		template = after
	}
}

var agents = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
	"okhttp/4.9.3", "python-requests/2.28.1", "shop-android/7.1.0 (build 710; API 33)",
}

func (m *maker) headers() [][2]string {
	h := [][2]string{{"host", "api.example.com"}, {"user-agent", pick(m, agents)}, {"accept", "application/json, text/plain, */*"}}
	if m.IntN(2) == 0 {
		h = append(h, [2]string{"authorization", "Bearer " + m.opaque("jwt")}, [2]string{"accept-language", "de-DE,de;q=0.9,en;q=0.7"})
	}
	if m.IntN(3) == 0 {
		h = append(h, [2]string{"referer", "https://www.example.com/" + m.word() + "?tab=" + m.word()}, [2]string{"cookie", "_ga=GA1.2." + m.slot("n") + "." + m.slot("n") + "; csrf=" + m.opaque("b64")})
	}
	if m.IntN(4) == 0 {
		h = append(h, [2]string{"cf-ray", m.opaque("hex") + "-FRA"}, [2]string{"x-forwarded-for", m.slot("ip")}, [2]string{"sec-ch-ua", `"Chromium";v="121", "Not A(Brand";v="99"`}, [2]string{"via", "1.1 vegur, 2 cdn (Varnish)"})
	}
	return h
}

func setHeader(s *Sample, name, value string) {
	i := slices.IndexFunc(s.Headers, func(h [2]string) bool { return h[0] == name })
	if i < 0 {
		s.Headers = append(s.Headers, [2]string{name, value})
		return
	}
	s.Headers[i][1] = value
}

func (m *maker) inQuery(v string, planted bool) string {
	if m.family.has("crlf") && planted {
		return strings.ReplaceAll(v, " ", "%20")
	}
	if !planted || m.family.class == "" || m.IntN(3) > 0 {
		return url.QueryEscape(v)
	}
	return m.odd(v)
}

func (m *maker) inPath(v string, planted bool) string {
	if m.family.has("crlf") && planted {
		return v
	}
	if planted && m.family.class == "traversal" && m.IntN(2) == 0 {
		return strings.NewReplacer(" ", "%20", "?", "%3f", "#", "%23", "\\", "%5c").Replace(v)
	}
	return url.PathEscape(v)
}

func (m *maker) inJSON(v string, planted bool) string {
	q := m.quoted(v)
	if planted && m.family.class != "" && m.IntN(6) == 0 {
		q = escaped(v)
	}
	return q[1 : len(q)-1]
}

// quoted is a JSON string, with the escapes that some encoders make of < > & and others not.
func (m *maker) quoted(v string) string {
	if m.IntN(4) == 0 {
		b, _ := json.Marshal(v)
		return string(b)
	}
	return quote(v)
}

func quote(v string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (m *maker) inXML(v string, planted bool) string {
	if planted && m.IntN(3) == 0 && !strings.Contains(v, "]]>") {
		return "<![CDATA[" + v + "]]>"
	}
	return html.EscapeString(v)
}

func (m *maker) inFileName(v string, _ bool) string {
	return strings.NewReplacer("\"", "%22", "\r", "%0D", "\n", "%0A").Replace(v)
}
