package north

import "strings"

// The kinds of requests: what their body is.
const (
	kindNone    = ""
	kindJSON    = "json"
	kindForm    = "form"
	kindXML     = "xml"
	kindSOAP    = "soap"
	kindGraphQL = "gql"
	kindMulti   = "multi"
	kindHead    = "head"
)

// shape is one request with a slot for the value.
type shape struct {
	method, path string
	kind         string
	headers      []string // "name: template"
	body         string
	vars         string // of GraphQL, as JSON; "" when there are none
	place        string
}

// parseShape reads METHOD PATH [KIND BODY]. A path and a method have no spaces outside of words that the slots give.
// Bodies are one line: of multi, parts `name=text` or `name@file;type=text` between ¶; of gql, `document ⇒ variables`;
// of head, headers between ¶, then perhaps ` ⇒ ` and a JSON body.
func parseShape(line string) (shape, bool) {
	f := strings.SplitN(line, " ", 4)
	if len(f) < 2 || len(f) == 3 {
		return shape{}, false
	}
	s := shape{method: f[0], path: f[1]}
	if len(f) == 4 {
		s.kind, s.body = f[2], f[3]
	}
	switch s.kind {
	case kindHead:
		head, body, _ := strings.Cut(s.body, " ⇒ ")
		s.headers, s.body = strings.Split(head, "¶"), body
	case kindGraphQL:
		s.body, s.vars, _ = strings.Cut(s.body, " ⇒ ")
	case kindNone, kindJSON, kindForm, kindXML, kindSOAP, kindMulti:
	default:
		return shape{}, false
	}
	s.place = s.placeOf()
	return s, s.place != ""
}

func holds(s string) bool { return strings.Contains(s, "⟦@⟧") || strings.Contains(s, "⟦!@⟧") }

// placeOf says where the value stands, "" when nowhere.
func (s shape) placeOf() string {
	path, query, _ := strings.Cut(s.path, "?")
	switch {
	case holds(path):
		return "path"
	case holds(query):
		return "query"
	case holds(s.method):
		return "header"
	}
	for _, h := range s.headers {
		if holds(h) {
			return headerPlace(h)
		}
	}
	if !holds(s.body) && !holds(s.vars) {
		return ""
	}
	return s.bodyPlace()
}

func headerPlace(h string) string {
	if strings.HasPrefix(h, "cookie:") {
		return "cookie"
	}
	return "header"
}

func (s shape) bodyPlace() string {
	switch s.kind {
	case kindForm:
		return "form"
	case kindMulti:
		return "multipart"
	case kindGraphQL:
		return "graphql"
	case kindXML, kindSOAP:
		return "xml"
	}
	if strings.Contains(s.body, `⟦@⟧":`) {
		return "jsonkey"
	}
	return "json"
}

// sample makes one request of family f.
func (g *gen) sample(f *family) Sample {
	sh := pick(g, f.shapes)
	g.style = newStyle(g, f.class != "")
	v := g.newValue(f)
	g.value, g.raw = v, false
	if f.class != "" && !f.bare {
		g.value, g.raw = g.disguise(sh, f.class, v)
	}
	s := Sample{Template: f.name, Class: f.class, Lookalike: f.look, Value: v, Place: sh.place}
	s.Method = g.text(sh.method)
	s.Path = g.target(sh.path)
	body, ctype := g.body(sh)
	s.Body = []byte(body)
	s.Headers = g.dress(sh, s, ctype)
	return s
}

// newValue is the value as meant: an attack, often led in by honest text and written with tricks, or an honest one.
func (g *gen) newValue(f *family) string {
	v := g.text(pick(g, f.values))
	if f.class == "" || f.bare {
		return v
	}
	g.attck = g.trick(f.class, v)
	leads := g.gr.rules["lead."+f.class]
	if len(leads) == 0 {
		return g.attck
	}
	return g.text(pick(g, leads))
}

func (g *gen) target(t string) string {
	path, query, ok := strings.Cut(t, "?")
	p := g.expand(path, g.style.path)
	if !ok {
		return p
	}
	return p + "?" + g.expand(query, g.style.query)
}

// body gives the body and its content type, "" when there is none.
func (g *gen) body(sh shape) (body, ctype string) {
	switch sh.kind {
	case kindJSON:
		return g.expand(sh.body, g.style.json), g.style.jsonType
	case kindHead:
		if sh.body == "" {
			return "", ""
		}
		return g.expand(sh.body, g.style.json), g.style.jsonType
	case kindForm:
		return g.expand(sh.body, g.style.query), "application/x-www-form-urlencoded" + pick(g, []string{"", "", "; charset=UTF-8"})
	case kindXML:
		return g.prolog() + g.expand(sh.body, g.style.xml), pick(g, []string{"application/xml", "text/xml; charset=utf-8", "application/xml; charset=UTF-8"})
	case kindSOAP:
		return g.envelope(g.expand(sh.body, g.style.xml)), pick(g, []string{"text/xml; charset=utf-8", `application/soap+xml; charset=utf-8; action="urn:call"`})
	case kindGraphQL:
		return g.graphql(sh), "application/json"
	case kindMulti:
		return g.multipart(sh.body)
	}
	return "", ""
}

func (g *gen) prolog() string {
	return pick(g, []string{"", `<?xml version="1.0" encoding="UTF-8"?>`, `<?xml version="1.0"?>` + "\n"})
}

func (g *gen) envelope(inner string) string {
	ns := pick(g, []string{"soap", "soapenv", "SOAP-ENV", "s"})
	uri := pick(g, []string{"http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"})
	return g.prolog() + "<" + ns + ":Envelope xmlns:" + ns + `="` + uri + `"><` + ns + ":Header/><" + ns + ":Body>" + inner +
		"</" + ns + ":Body></" + ns + ":Envelope>"
}

// graphql puts a document, and variables when there are any, into JSON. Slots of the document stand inside its strings.
func (g *gen) graphql(sh shape) string {
	doc := g.expand(sh.body, escapeJSON)
	if g.chance(50) {
		doc = strings.ReplaceAll(doc, " { ", " {\n  ")
	}
	out := `{"query":"` + escapeJSON(doc) + `"`
	if g.chance(40) {
		out = `{"operationName":null,"query":"` + escapeJSON(doc) + `"`
	}
	if sh.vars != "" {
		out += `,"variables":` + g.expand(sh.vars, g.style.json)
	}
	return out + "}"
}

// multipart is RFC 7578 as browsers write it.
func (g *gen) multipart(t string) (body, ctype string) {
	boundary := pick(g, []string{"----WebKitFormBoundary" + g.from(lowers+uppers+digits, "16"), "---------------------------" + g.from(digits, "29"), g.from(hexes, "32")})
	var b strings.Builder
	for part := range strings.SplitSeq(t, "¶") {
		name, text, _ := strings.Cut(part, "=")
		b.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"")
		field, file, ok := strings.Cut(name, "@")
		if !ok {
			b.WriteString(g.expand(field, quoted) + "\"\r\n\r\n" + g.text(text) + "\r\n")
			continue
		}
		file, kind, _ := strings.Cut(file, ";")
		b.WriteString(field + `"; filename="` + g.expand(file, quoted) + "\"\r\nContent-Type: " + kind + "\r\n\r\n" + g.text(text) + "\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return b.String(), "multipart/form-data; boundary=" + boundary
}
