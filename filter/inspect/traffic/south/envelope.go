package south

import (
	"fmt"
	"strings"
)

// spot is where in a request a value stands. It is written "place METHOD path key":
// place is one of Places or a shape of one (see fill); path may be "~" for one of the industry's own, and may hold slots and a § where a
// value in the path goes (the end, where there is none; §/ keeps slashes); key is the field, dotted for nesting, with [] for arrays.
type spot struct{ place, method, path, key string }

func (g *gen) spot(at string) spot {
	f := strings.SplitN(at, " ", 4)
	s := spot{f[0], f[1], f[2], f[3]}
	if s.path == "~" {
		s.path = g.slot(g.theme + ".path")
	}
	s.path = g.say(s.path)
	s.key = g.say(s.key)
	return s
}

// leaf is a value on its way into a request.
type leaf struct {
	value string
	json  string // JSON to write in its stead where the place is JSON; "" writes value as a string
}

// request puts a value where at says, amid honest fields.
func (g *gen) request(at, value string) Sample {
	return g.fill(g.spot(at), leaf{value: value})
}

func (g *gen) fill(sp spot, l leaf) Sample {
	switch sp.place {
	case "query":
		return g.inQuery(sp, l)
	case "form":
		return g.inForm(sp, l)
	case "path":
		return g.inPath(sp, l)
	case "header":
		return g.inHeader(sp, l)
	case "cookie":
		return g.inCookie(sp, l)
	case "multipart", "filename", "upload":
		return g.inMultipart(sp, l)
	case "xml", "soap":
		return g.inXML(sp, l)
	case "gqlvar", "gqlinline", "gqldoc":
		return g.inGraph(sp, l)
	}
	return g.inJSON(sp, l) // json, jsonapi, rpc, grpc, jsonkey, rawjson
}

func (g *gen) inQuery(sp spot, l leaf) Sample {
	pairs := g.pairs(g.between(0, 4))
	pairs = g.insert(pairs, g.key(sp.key)+"="+g.urlValue(g.coat("query"), l.value))
	s := Sample{Method: sp.method, Path: joinQuery(sp.path, strings.Join(pairs, "&")), Value: l.value, Place: "query"}
	if sp.method != "GET" && sp.method != "HEAD" && sp.method != "DELETE" {
		s.Body = []byte(g.object(g.between(1, 4), nil))
		s.Headers = g.headers(call{path: s.Path, mime: "application/json", size: len(s.Body)})
		return s
	}
	s.Headers = g.headers(call{path: s.Path})
	return s
}

// key is a field's name in a query or form; some clients encode its brackets and dollars.
func (g *gen) key(name string) string {
	return percent(name, pick(g, []string{"-_.[]$", "-_.[]$", "-_.$", "-_."}), false)
}

func joinQuery(path, query string) string {
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}

func (g *gen) inForm(sp spot, l leaf) Sample {
	pairs := g.insert(g.pairs(g.between(1, 5)), g.key(sp.key)+"="+g.urlValue(g.coat("form"), l.value))
	body := strings.Join(pairs, "&")
	return Sample{Method: sp.method, Path: sp.path, Body: []byte(body), Value: l.value, Place: "form",
		Headers: g.headers(call{path: sp.path, mime: pick(g, []string{"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8"}), size: len(body), browser: g.chance(60)})}
}

func (g *gen) inPath(sp spot, l leaf) Sample {
	c := g.coat("path")
	path := sp.path
	switch {
	case strings.Contains(path, "§/"):
		path = strings.Replace(path, "§/", g.segment(c, l.value, true), 1)
	case strings.Contains(path, "§"):
		path = strings.Replace(path, "§", g.segment(c, l.value, false), 1)
	default:
		path += "/" + g.segment(c, l.value, false)
	}
	if g.chance(30) {
		path = joinQuery(path, strings.Join(g.pairs(g.between(1, 2)), "&"))
	}
	s := Sample{Method: sp.method, Path: path, Value: l.value, Place: "path"}
	if sp.method == "POST" || sp.method == "PUT" || sp.method == "PATCH" {
		s.Body = []byte(g.object(g.between(1, 5), nil))
		s.Headers = g.headers(call{path: path, mime: "application/json", size: len(s.Body)})
		return s
	}
	s.Headers = g.headers(call{path: path})
	return s
}

func (g *gen) inHeader(sp spot, l leaf) Sample {
	text := l.value
	if g.class != "" && g.twist != "none" && g.chance(8) {
		text = percent(text, "-_.:/", false)
	}
	s := Sample{Method: sp.method, Path: sp.path, Value: l.value, Place: "header"}
	c := call{path: sp.path, set: [][2]string{{sp.key, headerText(text)}}}
	if g.chance(40) && sp.method == "GET" {
		s.Path = joinQuery(sp.path, strings.Join(g.pairs(g.between(1, 3)), "&"))
	}
	if sp.method == "POST" || sp.method == "PUT" || sp.method == "PATCH" {
		s.Body = []byte(g.object(g.between(2, 6), nil))
		c.mime, c.size = "application/json", len(s.Body)
	}
	s.Headers = g.headers(c)
	return s
}

func (g *gen) inCookie(sp spot, l leaf) Sample {
	jar := g.insert(g.jar(), sp.key+"="+g.cookieValue(g.coat("cookie"), l.value))
	path := sp.path
	if g.chance(40) {
		path = joinQuery(path, strings.Join(g.pairs(g.between(1, 3)), "&"))
	}
	return Sample{Method: sp.method, Path: path, Value: l.value, Place: "cookie",
		Headers: g.headers(call{path: path, browser: true, set: [][2]string{{"cookie", strings.Join(jar, "; ")}}})}
}

func (g *gen) inMultipart(sp spot, l leaf) Sample {
	boundary := pick(g, []string{"----WebKitFormBoundary" + g.say("‹upper›‹upper›"), "---------------------------" + g.digits(28), g.hex(32), "Boundary-" + g.uuid()})
	parts := make([]string, 0, 6)
	for _, f := range g.fields(g.between(1, 3)) {
		parts = append(parts, part(f[0], "", "", f[1]))
	}
	text := g.dress(g.coat("multipart"), l.value)
	switch sp.place {
	case "filename":
		parts = g.insert(parts, part(sp.key, strings.ReplaceAll(l.value, `"`, "%22"), g.slot("mime"), g.slot("b64")))
	case "upload":
		parts = g.insert(parts, part(sp.key, g.say("‹slug›.‹csv|txt|md|log›"), "text/plain", text))
	default:
		parts = g.insert(parts, part(sp.key, "", "", text))
	}
	body := "--" + boundary + "\r\n" + strings.Join(parts, "--"+boundary+"\r\n") + "--" + boundary + "--\r\n"
	return Sample{Method: sp.method, Path: sp.path, Body: []byte(body), Value: l.value, Place: "multipart",
		Headers: g.headers(call{path: sp.path, mime: "multipart/form-data; boundary=" + boundary, size: len(body), browser: g.chance(60)})}
}

// part is one part of a multipart body, its last line's end included.
func part(name, file, mime, content string) string {
	head := fmt.Sprintf("Content-Disposition: form-data; name=%q", name)
	if file != "" {
		head += `; filename="` + file + `"`
	}
	if mime != "" {
		head += "\r\nContent-Type: " + mime
	}
	return head + "\r\n\r\n" + content + "\r\n"
}

func (g *gen) inXML(sp spot, l leaf) Sample {
	inner := g.element(sp.key, g.xmlLeaf(l.value))
	body, mime := `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+inner, "application/xml"
	if sp.place == "soap" {
		body = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:` + g.theme + `"><soapenv:Header/><soapenv:Body>` +
			inner + `</soapenv:Body></soapenv:Envelope>`
		mime = "text/xml; charset=utf-8"
	}
	return g.document(sp, body, mime, l.value, "xml")
}

func (g *gen) xmlLeaf(v string) string {
	if g.chance(20) && !strings.Contains(v, "]]>") {
		return "<![CDATA[" + strings.ReplaceAll(v, "\x00", "") + "]]>"
	}
	return xmlText(g.dress(g.coat("xml"), v))
}

// element nests a value under a dotted key, with honest siblings.
func (g *gen) element(key, content string) string {
	head, rest, nested := strings.Cut(strings.ReplaceAll(key, "[]", ""), ".")
	if nested {
		siblings := g.insert(g.elements(g.between(0, 3)), g.element(rest, content))
		content = strings.Join(siblings, "")
	}
	return "<" + head + ">" + content + "</" + head + ">"
}

func (g *gen) elements(n int) []string {
	out := make([]string, 0, n)
	for _, f := range g.fields(n) {
		out = append(out, "<"+f[0]+">"+xmlText(f[1])+"</"+f[0]+">")
	}
	return out
}

// document is a request whose whole body is given.
func (g *gen) document(sp spot, body, mime, value, place string) Sample {
	return Sample{Method: sp.method, Path: sp.path, Body: []byte(body), Value: value, Place: place,
		Headers: g.headers(call{path: sp.path, mime: mime, size: len(body)})}
}

// pairs are honest query or form fields, encoded.
func (g *gen) pairs(n int) []string {
	out := make([]string, 0, n)
	for _, f := range g.fields(n) {
		out = append(out, f[0]+"="+percent(f[1], "-_.~", false))
	}
	return out
}

// insert puts one more somewhere among the others.
func (g *gen) insert(list []string, one string) []string {
	i := g.r.IntN(len(list) + 1)
	out := append([]string{}, list[:i]...)
	return append(append(out, one), list[i:]...)
}
