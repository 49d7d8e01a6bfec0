package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"picket/filter/inspect/corpus"
)

// split gives a request's own values as a service would read them: segments of the path, parameters and their names,
// cookies, the other headers, and what stands in the body. It knows nothing of Picket's decoders, so that what it gives
// to others does not hang on ours. Headers that say nothing of the request are left out.
func split(s *corpus.Sample) []string {
	path, query, _ := strings.Cut(s.Path, "?")
	var out []string
	for segment := range strings.SplitSeq(path, "/") {
		out = keep(out, unescape(segment, false))
	}
	out = pairs(out, query, "&", true)
	contentType := ""
	for _, h := range s.Headers {
		switch {
		case h[0] == "cookie":
			out = pairs(out, h[1], ";", false)
		case h[0] == "content-type":
			contentType = h[1]
		case !plumbing(h[0], h[1]):
			out = keep(out, h[1])
		}
	}
	return append(out, bodyValues(contentType, s.Body)...)
}

// plumbing headers are not the caller's words, as long as they look like themselves.
func plumbing(name, value string) bool {
	switch name {
	case "host", "connection", "content-length", "transfer-encoding", "cache-control", "pragma", "upgrade-insecure-requests",
		"accept", "accept-encoding", "accept-language":
		return !strings.ContainsAny(value, "'\"`<>(){}$|&")
	}
	return name == "user-agent" && value == "OWASP CRS test agent"
}

func keep(out []string, value string) []string {
	if value = strings.TrimSpace(value); value != "" {
		return append(out, value)
	}
	return out
}

// pairs splits names and values.
func pairs(out []string, text, separator string, plus bool) []string {
	for part := range strings.SplitSeq(text, separator) {
		name, value, _ := strings.Cut(part, "=")
		out = keep(keep(out, unescape(name, plus)), unescape(value, plus))
	}
	return out
}

// unescape decodes percent signs and leaves malformed ones as they are.
func unescape(s string, plus bool) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%' && i+2 < len(s) && hex(s[i+1]) < 16 && hex(s[i+2]) < 16:
			b = append(b, hex(s[i+1])<<4|hex(s[i+2]))
			i += 2
		case s[i] == '+' && plus:
			b = append(b, ' ')
		default:
			b = append(b, s[i])
		}
	}
	return string(b)
}

// hex gives a digit's value, 16 for what is none.
func hex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}

// bodyValues reads a body by its type; what does not parse is one value.
func bodyValues(contentType string, body []byte) []string {
	kind, parameters, _ := mime.ParseMediaType(contentType)
	var out []string
	var err error
	switch {
	case len(body) == 0:
		return nil
	case kind == "application/x-www-form-urlencoded":
		return pairs(nil, string(body), "&", true)
	case strings.HasPrefix(kind, "multipart/"):
		out, err = parts(body, parameters["boundary"])
	case strings.HasSuffix(kind, "json"):
		out, err = jsonValues(body)
	case strings.HasSuffix(kind, "xml"):
		out, err = xmlValues(body)
	default:
		out = keep(nil, string(body))
	}
	if err != nil {
		return keep(nil, string(body))
	}
	return out
}

// jsonValues gives strings, keys too; a text of several documents is read to its end.
func jsonValues(body []byte) (out []string, err error) {
	depth := 0
	for d := json.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && depth == 0:
			return out, nil
		case err != nil:
			return nil, err
		}
		switch t := token.(type) {
		case string:
			out = keep(out, t)
		case json.Delim:
			depth += nesting(t)
		}
	}
}

func nesting(d json.Delim) int {
	if d == '{' || d == '[' {
		return 1
	}
	return -1
}

func xmlValues(body []byte) (out []string, err error) {
	for d := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.CharData:
			out = keep(out, string(t))
		case xml.StartElement:
			out = keep(out, t.Name.Local)
			for _, a := range t.Attr {
				out = keep(out, a.Value)
			}
		}
	}
}

// parts gives the fields and the names of files; files themselves too, when they are text.
func parts(body []byte, boundary string) (out []string, err error) {
	for r := multipart.NewReader(bytes.NewReader(body), boundary); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return nil, err
		}
		out = keep(keep(out, p.FormName()), p.FileName())
		if bytes.IndexByte(b, 0) < 0 {
			out = keep(out, string(b))
		}
	}
}
