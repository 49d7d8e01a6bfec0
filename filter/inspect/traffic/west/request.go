package west

import (
	"errors"
	"fmt"
	"strings"
)

// The places.
const (
	placePath, placeQuery, placeHeader, placeCookie    = "path", "query", "header", "cookie"
	placeJSON, placeKey, placeGraphQL                  = "json", "jsonkey", "graphql"
	placeForm, placeMultipart, placeXML, placeAnything = "form", "multipart", "xml", "other"
	placeStatement, placeCondition                     = "statement", "condition" // fields for such, in JSON
	placeFile                                          = "file"                   // the name of one, in multipart; samples say multipart
)

// request is a template of one.
type request struct {
	method      string
	path, query text
	hasQuery    bool
	headers     []header
	body        text
	hasBody     bool
	kind        string // the place that the body's values have; of a request without one, query or path
	contentType string // when no header says it
	spots       []spot // where a value can be put
}

type header struct {
	name  string
	value text
}

// spot is a marked slot of a request.
type spot struct {
	request *request
	slot    *slot
	place   string
}

// parseRequest reads "METHOD target", then headers, then the body; a line "--" ends the headers where the body looks like
// one.
func parseRequest(s string) (*request, error) {
	line, rest, _ := strings.Cut(s, "\n")
	r := &request{}
	var target string
	var ok bool
	if r.method, target, ok = strings.Cut(line, " "); !ok {
		return nil, errors.New("no target")
	}
	whole, err := parse(target)
	r.path, r.query, r.hasQuery = whole.cut("?")
	if err := errors.Join(err, r.parseRest(rest)); err != nil {
		return nil, err
	}
	r.findSpots()
	return r, nil
}

func (r *request) parseRest(rest string) error {
	for rest != "" {
		line, after, _ := strings.Cut(rest, "\n")
		if line == "--" {
			rest = after
			break
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok || !token(name) {
			break
		}
		t, err := parse(value)
		if err != nil {
			return fmt.Errorf("header %s: %w", name, err)
		}
		r.headers = append(r.headers, header{name, t})
		rest = after
	}
	r.hasBody = rest != ""
	body, err := parse(rest)
	r.body = body
	r.settle(rest)
	return err
}

// cut splits at the first literal that has the separator.
func (t text) cut(separator string) (before, after text, found bool) {
	for i, n := range t {
		if head, tail, ok := strings.Cut(n.literal, separator); ok {
			before = append(append(before, t[:i]...), node{literal: head})
			return before, append(text{{literal: tail}}, t[i+1:]...), true
		}
	}
	return t, nil, false
}

// token says whether a name is one of a header, as these files write them.
func token(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// settle says of what kind the body is: as its header says, else as it looks.
func (r *request) settle(body string) {
	declared := r.header("content-type")
	switch {
	case !r.hasBody && r.hasQuery:
		r.kind = placeQuery
	case !r.hasBody:
		r.kind = placePath
	case strings.HasPrefix(declared, "multipart/"):
		r.kind = placeMultipart
	case strings.Contains(r.path.start(), "graphql"):
		r.kind, r.contentType = placeGraphQL, "application/json"
	case strings.Contains(declared, "xml"), declared == "" && body[0] == '<':
		r.kind, r.contentType = placeXML, "application/xml"
	case strings.Contains(declared, "json"), declared == "" && strings.ContainsRune("{[\"", rune(body[0])):
		r.kind, r.contentType = placeJSON, "application/json"
	case strings.Contains(declared, "urlencoded"), declared == "":
		r.kind, r.contentType = placeForm, "application/x-www-form-urlencoded"
	default:
		r.kind = placeAnything
	}
	if declared != "" {
		r.contentType = ""
	}
}

// header gives a header's value as far as its first slot.
func (r *request) header(name string) string {
	for _, h := range r.headers {
		if h.name == name {
			return h.value.start()
		}
	}
	return ""
}

func (t text) start() string {
	if len(t) == 0 {
		return ""
	}
	return t[0].literal
}

func (r *request) findSpots() {
	r.find(r.path, placePath)
	r.find(r.query, placeQuery)
	for _, h := range r.headers {
		if h.name == "cookie" {
			r.find(h.value, placeCookie)
		} else {
			r.find(h.value, placeHeader)
		}
	}
	r.find(r.body, r.kind)
}

func (r *request) find(t text, place string) {
	for _, n := range t {
		switch {
		case n.slot == nil || n.slot.mark == 0:
		case n.slot.mark == '#' && place == placeMultipart:
			r.spots = append(r.spots, spot{r, n.slot, placeFile})
		case n.slot.mark == '>':
			r.spots = append(r.spots, spot{r, n.slot, n.slot.text[0].slot.name})
		case n.slot.mark == '#':
			r.spots = append(r.spots, spot{r, n.slot, placeKey})
		default:
			r.spots = append(r.spots, spot{r, n.slot, place})
		}
	}
}

func (r *request) texts() []text {
	all := []text{r.path, r.query, r.body}
	for _, h := range r.headers {
		all = append(all, h.value)
	}
	return all
}

// planted is a value that goes into a slot; at is nil when there is none.
type planted struct {
	at    *slot
	value string
	wire  bool // percent-encoded already
}

// build makes the request.
func (m *maker) build(s *Sample, r *request, p planted) {
	s.Method, s.Path = r.method, m.write(r.path, placePath, p)
	if r.hasQuery {
		s.Path += "?" + m.write(r.query, placeQuery, p)
	}
	for _, h := range r.headers {
		place := placeHeader
		if h.name == "cookie" {
			place = placeCookie
		}
		s.Headers = append(s.Headers, [2]string{h.name, m.write(h.value, place, p)})
	}
	if r.hasBody {
		s.Body = []byte(m.write(r.body, r.kind, p))
	}
	m.dress(s, r)
}

// write fills one part of a request, each slot encoded as that part wants it.
func (m *maker) write(t text, place string, p planted) string {
	var b strings.Builder
	for _, n := range t {
		switch {
		case n.slot == nil:
			b.WriteString(n.literal)
		case p.at == n.slot:
			b.WriteString(m.plant(n.slot, place, p))
		default:
			b.WriteString(m.usual(n.slot, place, m.fillSlot(n.slot)))
		}
	}
	if place == placeMultipart {
		return partsOf(b.String())
	}
	return b.String()
}
