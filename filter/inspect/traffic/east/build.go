package east

import (
	"net/url"
	"strconv"
	"strings"
)

// kinds are the media types that a request's first line names.
func kinds(name string) string {
	return map[string]string{
		"json": "application/json", "jsonapi": "application/vnd.api+json", "patch": "application/json-patch+json",
		"merge": "application/merge-patch+json", "graphql": "application/json", "ndjson": "application/x-ndjson",
		"csp": "application/csp-report", "reports": "application/reports+json", "ld": "application/ld+json",
		"fhir": "application/fhir+json", "scim": "application/scim+json", "events": "application/cloudevents+json; charset=UTF-8",
		"geo": "application/geo+json", "form": "application/x-www-form-urlencoded", "xml": "application/xml",
		"soap": "text/xml; charset=utf-8", "svg": "image/svg+xml", "text": "text/plain; charset=UTF-8", "csv": "text/csv",
		"md": "text/markdown", "html": "text/html; charset=utf-8", "yaml": "application/yaml", "multipart": "multipart/form-data",
		"bin": "application/octet-stream", "java": "application/x-java-serialized-object", "beacon": "text/plain;charset=UTF-8",
		"utf8json": "application/json; charset=utf-8", "dtd": "application/xml-dtd",
	}[name]
}

// build makes a request of its text, with v at the mark.
func (g *gen) build(req, place, v string, style int) Sample {
	first, rest, _ := strings.Cut(req, "\n")
	method, target, kind := firstLine(first)
	own, body := ownHeaders(rest)
	put := marks(v, place, style)
	s := Sample{Method: put(method), Place: place, Value: v}
	s.Path = put(g.target(target))
	contentType := kinds(kind)
	if kind == "multipart" {
		boundary := pick(g, []string{"----WebKitFormBoundary" + g.letters("ABCDEFGHabcdefgh0123", 16), "------------------------" + g.letters("0123456789abcdef", 16), g.letters("0123456789abcdef", 32)})
		contentType += "; boundary=" + boundary
		s.Body = []byte(multipart(g.expand(body, plain), boundary, put))
	} else if kind != "" {
		s.Body = []byte(put(g.expand(body, bodyEncoder(contentType))))
	}
	var named [][2]string
	for _, h := range own {
		named = append(named, [2]string{h[0], put(headerText(g.expand(h[1], plain)))})
	}
	s.Headers = g.headers(s, contentType, named)
	return s
}

// firstLine splits METHOD target [kind].
func firstLine(line string) (method, target, kind string) {
	method, rest, _ := strings.Cut(line, " ")
	if i := strings.LastIndexByte(rest, ' '); i >= 0 && kinds(rest[i+1:]) != "" {
		return method, rest[:i], rest[i+1:]
	}
	return method, rest, ""
}

// ownHeaders splits leading lines of the form "> name: value" from the body.
func ownHeaders(rest string) (headers [][2]string, body string) {
	for strings.HasPrefix(rest, "> ") {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		name, value, _ := strings.Cut(line[2:], ": ")
		headers = append(headers, [2]string{name, value})
	}
	return headers, rest
}

// marks gives the function that puts the value where the text has a mark.
func marks(v, place string, style int) func(string) string {
	literal := graphqlText(v)
	if style == styleAll && place == "graphql" {
		literal = encodeJSON(jsonText(v), style)
	}
	return strings.NewReplacer("§", encode(v, place, style), "¤", v, "¶", literal).Replace
}

// target expands the path's slots as path segments, the query's as query values.
func (g *gen) target(t string) string {
	path, query, ok := strings.Cut(t, "?")
	p := g.expand(path, func(s string) string { return encodePath(s, styleScript) })
	if !ok {
		return p
	}
	return p + "?" + g.expand(query, url.QueryEscape)
}

// bodyEncoder is how slots are written in a body of a media type.
func bodyEncoder(contentType string) func(string) string {
	switch {
	case strings.Contains(contentType, "json"), contentType == kinds("csp"), contentType == kinds("beacon"):
		return jsonText
	case contentType == kinds("form"):
		return url.QueryEscape
	case strings.Contains(contentType, "xml"):
		return xmlText
	}
	return plain
}

// multipart writes parts that stand between lines of ~~. A part's first line is its name, or name;file name;media type.
func multipart(body, boundary string, put func(string) string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(body, "\n~~\n") {
		head, content, _ := strings.Cut(part, "\n")
		name, file, isFile := strings.Cut(head, ";")
		b.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoted(put(name)) + "\"")
		if isFile {
			file, mediaType, _ := strings.Cut(file, ";")
			b.WriteString("; filename=\"" + quoted(put(file)) + "\"\r\nContent-Type: " + mediaType)
		}
		b.WriteString("\r\n\r\n" + put(content) + "\r\n")
	}
	return b.String() + "--" + boundary + "--\r\n"
}

// quoted is how browsers write names in Content-Disposition.
func quoted(s string) string {
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(s)
}

// headers dresses a request: its own headers first, then a client's, 8 to 14 in all.
func (g *gen) headers(s Sample, contentType string, own [][2]string) [][2]string {
	all := own
	add := func(name, value string) {
		if len(all) < 14 && !named(own, name) {
			all = append(all, [2]string{name, value})
		}
	}
	add("host", g.expand("‹apihost›", plain))
	if contentType != "" {
		add("content-type", contentType)
		add("content-length", strconv.Itoa(len(s.Body)))
	}
	for _, h := range g.client(s.Method) {
		add(h[0], g.expand(h[1], plain))
	}
	return all
}

func named(headers [][2]string, name string) bool {
	for _, h := range headers {
		if h[0] == name {
			return true
		}
	}
	return false
}
