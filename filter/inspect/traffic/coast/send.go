package coast

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// honest fills a family's value of the round and sends it.
func (m *maker) honest(f *family, round int) Sample {
	line := f.lines[round%len(f.lines)]
	s := m.send(f, m.fill(line), round+len(f.name))
	s.Template = f.name
	return s
}

// attack fills a payload and sends it: in every second round behind an honest value,
// where a field carries it.
func (m *maker) attack(f *family, round int) Sample {
	v := m.fill(f.lines[0])
	if f.carrier == "field" && f.args[0] != "!" && round%4 == 3 {
		v = m.fill(m.pick("«id»", "«word»", "«first»")) + m.pick(" ", "", "") + v
	}
	return m.send(f, v, round)
}

func (m *maker) send(f *family, v string, round int) Sample {
	v = control(v, f.carrier == "json" || f.carrier == "body" && place(f.args[2]) == "json")
	switch f.carrier {
	case "field":
		return m.field(f.args, v, round)
	case "json":
		return m.whole(f.args[0], f.args[1], "application/json", v, "json")
	case "body":
		return m.whole(f.args[0], f.args[1], strings.Join(f.args[2:], " "), v, place(f.args[2]))
	case "target":
		s := m.base(f.args[0], v)
		s.Value, s.Place = v, "query"
		return s
	case "header":
		s := m.base("GET", m.fill("/api/v2/«word»s/«id»"))
		s.set(f.args[0], v)
		s.Value, s.Place = v, "header"
		return s
	case "cookie":
		s := m.base("GET", m.fill("/account/«word»"))
		s.set("cookie", m.fill("theme=dark; "+f.args[0]+"=")+v+m.fill("; sid=«hex32»"))
		s.Value, s.Place = v, "cookie"
		return s
	case "path":
		s := m.base("GET", f.args[0]+url.PathEscape(v))
		s.Value, s.Place = v, "path"
		return s
	}
	return m.request(v)
}

// place names where a whole body of a content type lies.
func place(contentType string) string {
	switch {
	case strings.Contains(contentType, "xml"):
		return "xml"
	case strings.Contains(contentType, "ndjson"):
		return "other"
	case strings.Contains(contentType, "json"):
		return "json"
	case strings.Contains(contentType, "form-urlencoded"):
		return "form"
	}
	return "other"
}

// base is a request of a browser or of another program, without a body.
func (m *maker) base(method, target string) Sample {
	s := Sample{Method: method, Path: target}
	s.set("host", "api.example.com")
	s.set("user-agent", m.pick(
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
		"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "okhttp/4.12.0", "axios/1.7.9", "Dart/3.5 (dart:io)",
		"aws-sdk-js/3.699.0", "ShopApp/8.2.1 (iPhone; iOS 18.1; Scale/3.00)", "Apache-HttpClient/5.3.1 (Java/21.0.4)"))
	s.set("accept", m.pick("application/json", "*/*", "application/json, text/plain, */*"))
	if m.r.IntN(2) == 0 {
		s.set("authorization", "Bearer "+m.slot("jwt"))
	}
	if m.r.IntN(3) == 0 {
		s.set("x-request-id", m.slot("uuid"))
	}
	return s
}

// set adds a header, or replaces the one of that name.
func (s *Sample) set(name, value string) {
	for i := range s.Headers {
		if s.Headers[i][0] == name {
			s.Headers[i][1] = value
			return
		}
	}
	s.Headers = append(s.Headers, [2]string{name, value})
}

func (m *maker) whole(method, target, contentType, body, place string) Sample {
	s := m.base(method, m.fill(target))
	s.set("content-type", contentType)
	s.Body, s.Value, s.Place = []byte(body), body, place
	return s
}

// request reads a whole request as the data files write it.
func (m *maker) request(v string) Sample {
	head, body, _ := strings.Cut(v, "⏎⏎")
	lines := strings.Split(head, "⏎")
	line := strings.Fields(lines[0])
	method, target := line[0], line[1]
	s := m.base(method, target)
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		if strings.HasPrefix(name, "+") {
			s.Headers = append(s.Headers, [2]string{name[1:], value})
			continue
		}
		s.set(name, value)
	}
	s.Body, s.Value, s.Place = []byte(strings.ReplaceAll(body, "⏎", "\r\n")), v, "other"
	if body == "" {
		s.Body = nil
	}
	return s
}

// field sends a value under one of the names. After "@", only the places that follow are used; "!" first means
// that the value stands alone.
func (m *maker) field(args []string, v string, round int) Sample {
	var names, places []string
	at := &names
	for _, a := range args {
		switch a {
		case "!":
		case "@":
			at = &places
		default:
			*at = append(*at, a)
		}
	}
	if len(places) == 0 {
		places = []string{"query", "json", "form", "json", "graphql", "multipart", "deep"}
	}
	name := names[m.r.IntN(len(names))]
	s := m.in(places[round%len(places)], name, v)
	s.Value = v
	return s
}

// in puts a value into one place of an honest request.
func (m *maker) in(place, name, v string) Sample {
	s := m.base("POST", m.fill(m.pick("/v1/«svc»/«word»s", "/api/«word»s/«id»/«svc»", "/rest/2.0/«svc»", "/«svc»/«uuid»")))
	s.Place = place
	n := m.fill("«id»")
	switch place {
	case "query":
		s.Method, s.Path = "GET", s.Path+"?page="+m.slot("n")+"&"+escape(name, m.r.IntN(2) == 0)+"="+escape(v, m.r.IntN(2) == 0)
	case "path":
		s.Method, s.Path = "GET", "/v2/"+m.slot("svc")+"/"+url.PathEscape(v)
	case "header":
		s.Method = "GET"
		s.set(m.pick("x-forwarded-host", "x-client-version", "referer", "x-correlation-id", "x-tenant"), v)
	case "agent":
		s.Method, s.Place = "GET", "header"
		s.set("user-agent", v)
	case "cookie":
		s.Method = "GET"
		s.set("cookie", "lang=en; "+name+"="+url.PathEscape(v)+"; sid="+m.slot("hex32"))
	case "form":
		s.set("content-type", "application/x-www-form-urlencoded")
		s.Body = []byte("ref=" + n + "&" + url.QueryEscape(name) + "=" + url.QueryEscape(v))
	case "json":
		s.set("content-type", "application/json")
		s.Body = marshal(map[string]any{"requestId": n, name: v, "active": true})
	case "deep":
		s.Place = "json"
		s.set("content-type", "application/json; charset=utf-8")
		s.Body = marshal(map[string]any{"data": map[string]any{"type": "record", "attributes": map[string]any{name: v, "count": 3}, "tags": []string{"a", "b"}}})
	case "graphql":
		s.Path = "/graphql"
		s.set("content-type", "application/json")
		s.Body = marshal(map[string]any{"operationName": "Save", "query": "mutation Save($in: RecordInput!) { save(input: $in) { id updatedAt } }",
			"variables": map[string]any{"in": map[string]any{"id": n, name: v}}})
	case "xml":
		s.set("content-type", "application/xml")
		s.Body = []byte(`<?xml version="1.0" encoding="UTF-8"?><record id="` + n + `"><` + name + `>` + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(v) + `</` + name + `></record>`)
	default:
		m.multipart(&s, name, v)
	}
	return s
}

func (m *maker) multipart(s *Sample, name, v string) {
	s.Place = "multipart"
	boundary := "----WebKitFormBoundary" + m.slot("hex16")
	s.set("content-type", "multipart/form-data; boundary="+boundary)
	s.Body = fmt.Appendf(nil, "--%s\r\nContent-Disposition: form-data; name=\"ref\"\r\n\r\n%s\r\n--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n--%s--\r\n",
		boundary, m.slot("id"), boundary, name, v, boundary)
}

// escape encodes a query's value, blanks as plus or as %20.
func escape(v string, plus bool) string {
	v = url.QueryEscape(v)
	if plus {
		return v
	}
	return strings.ReplaceAll(v, "+", "%20")
}

// marshal writes JSON as JavaScript does, without escaping of <, > and &.
func marshal(v any) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil // maps of strings: it cannot happen
	}
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}
