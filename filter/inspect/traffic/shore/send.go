package shore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
)

// kinds are the bodies that a family names, and their content types; anything with a
// slash is a content type itself, with a body as it stands.
func kinds(kind string) (contentType, place string) {
	switch kind {
	case "json":
		return "application/json", "json"
	case "graphql":
		return "application/json", "graphql"
	case "form":
		return "application/x-www-form-urlencoded", "form"
	case "xml":
		return "application/xml", "xml"
	case "multipart":
		return "multipart/form-data", "multipart"
	case "text":
		return "text/plain; charset=utf-8", "other"
	case "broken": // JSON that no parser takes
		return "application/json", "other"
	}
	if strings.Contains(kind, "+json") && !strings.Contains(kind, " ") {
		return kind, "json"
	}
	return kind, "other"
}

// send fills a family's request.
func (m *maker) send(f *family, value string) Sample {
	value = m.fill(value)
	method, target, _ := strings.Cut(f.request[0], " ")
	s := Sample{Template: f.name, Method: m.fill(method), Value: value, Place: "query"}
	s.Path = m.target(&s, target)
	rest := f.request[1:]
	s.Headers = m.client(s.Path)
	for len(rest) > 0 && isHeader(rest[0]) {
		name, text, _ := strings.Cut(rest[0], ": ")
		m.header(&s, name, text)
		rest = rest[1:]
	}
	if len(rest) > 0 {
		m.body(&s, rest[0], strings.Join(rest[1:], "\n"))
	}
	if s.Value == "" {
		s.Value = s.Path + string(s.Body)
	}
	return s
}

func isHeader(line string) bool {
	name, _, ok := strings.Cut(line, ": ")
	return ok && !strings.ContainsAny(name, "{[<\"/= ")
}

func (m *maker) target(s *Sample, text string) string {
	path, query, _ := strings.Cut(text, "?")
	if strings.ContainsAny(path, "§¤") {
		s.Place = "path"
	}
	escaped := url.QueryEscape(s.Value)
	if m.r.IntN(2) == 0 {
		escaped = strings.ReplaceAll(escaped, "+", "%20")
	}
	path = strings.ReplaceAll(asBrowsers(m.fill(path)), "§", url.PathEscape(s.Value))
	path = strings.ReplaceAll(path, "¤", bare(s.Value))
	if !strings.Contains(text, "?") {
		return path
	}
	query = strings.ReplaceAll(asBrowsers(m.fill(query)), "§", escaped)
	return path + "?" + strings.ReplaceAll(query, "¤", bare(s.Value))
}

// asBrowsers encodes what no browser or client leaves in a target.
func asBrowsers(text string) string {
	return strings.NewReplacer(" ", "%20", `"`, "%22", "<", "%3C", ">", "%3E").Replace(text)
}

// bare encodes of a value only what cannot stand in a target at all.
func bare(value string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		if c <= ' ' || c >= 0x7f || c == '#' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func (m *maker) header(s *Sample, name, text string) {
	name = strings.ToLower(m.fill(name))
	if strings.Contains(text, "§") {
		s.Place = "header"
		if name == "cookie" {
			s.Place = "cookie"
		}
	}
	text, value := m.fill(text), strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(s.Value)
	if name == "cookie" {
		value = url.PathEscape(value)
	}
	text = strings.ReplaceAll(text, "§", value)
	text = strings.ReplaceAll(text, "¤", s.Value)
	for i := range s.Headers {
		if s.Headers[i][0] == name {
			s.Headers[i][1] = text
			return
		}
	}
	s.Headers = append(s.Headers, [2]string{name, text})
}

func (m *maker) body(s *Sample, kind, text string) {
	contentType, place := kinds(kind)
	if strings.ContainsAny(text, "§¤") || s.Value == "" {
		s.Place = place
	}
	if kind == "multipart" {
		contentType = m.multipart(s, text)
	} else {
		s.Body = []byte(m.insert(text, place, s.Value))
	}
	m.header(s, "content-type", contentType)
	m.header(s, "content-length", fmt.Sprint(len(s.Body)))
}

// insert fills a body and puts the value in, as its kind wants it.
func (m *maker) insert(text, place, value string) string {
	text = m.fill(text)
	switch place {
	case "json", "graphql":
		text = strings.ReplaceAll(text, "§", quoted(value))
	case "form":
		text = strings.ReplaceAll(text, "§", url.QueryEscape(value))
	case "xml":
		text = strings.ReplaceAll(text, "§", strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(value))
	default:
		text = strings.ReplaceAll(text, "§", value)
	}
	return strings.ReplaceAll(text, "¤", value)
}

// quoted gives a value as it stands between the quotes of JSON.
func quoted(value string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(value) != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// multipart writes the parts, one a line: "name=value", or "name@file;type=content".
func (m *maker) multipart(s *Sample, text string) (contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary("----WebKitFormBoundary" + m.letters(16))
	for line := range strings.Lines(text) {
		head, content, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		h := textproto.MIMEHeader{}
		name, file, isFile := strings.Cut(head, "@")
		disposition := fmt.Sprintf(`form-data; name="%s"`, m.insert(name, "", s.Value))
		if isFile {
			file, fileType, _ := strings.Cut(file, ";")
			file = strings.NewReplacer("\r", "", "\n", "", `"`, "%22").Replace(m.insert(file, "", s.Value))
			disposition += fmt.Sprintf(`; filename="%s"`, file)
			h.Set("Content-Type", fileType)
		}
		h.Set("Content-Disposition", disposition)
		part, err := w.CreatePart(h)
		if err == nil {
			_, _ = part.Write([]byte(m.insert(content, "", s.Value)))
		}
	}
	_ = w.Close()
	s.Body = b.Bytes()
	return w.FormDataContentType()
}
