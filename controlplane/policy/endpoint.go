package policy

import (
	"errors"
	"fmt"
	"strings"

	"picket/controlplane"
	"picket/filter/identify"
)

// template is an endpoint as "METHOD [host]/path" says it.
type template struct {
	method, host, path string
	segments           []segment
	rest               bool // ends in **
}

// segment is a word, or a parameter with the name that its braces hold.
type segment struct {
	word      string
	parameter bool
}

const maxMatch = 1024

// parseTemplate reads "METHOD [host]/path". Its errors do not tell what the text said, which may be a record's number.
func parseTemplate(text string) (template, error) {
	if len(text) > maxMatch {
		return template{}, fmt.Errorf("an endpoint has at most %d characters", maxMatch)
	}
	method, target, ok := strings.Cut(strings.TrimSpace(text), " ")
	target = strings.TrimSpace(target)
	slash := strings.IndexByte(target, '/')
	if !ok || slash < 0 {
		return template{}, errors.New(`write METHOD [host]/path, as in "GET /v1/customers/{id}"`)
	}
	t := template{method: strings.ToUpper(method), host: strings.ToLower(target[:slash])}
	if t.method != "OTHER" && identify.Method([]byte(t.method)) == "OTHER" {
		return template{}, errors.New("the method is none of GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH, or OTHER for all else")
	}
	if t.host != "" {
		if err := checkHost(t.host); err != nil {
			return template{}, err
		}
	}
	return t, t.parsePath(target[slash:])
}

func (t *template) parsePath(path string) error {
	if i := strings.IndexFunc(path, func(r rune) bool { return r <= ' ' || r == '?' || r == '#' || r == 0x7f }); i >= 0 {
		return errors.New("a path has no spaces, ? or #: leave out the query")
	}
	for s := range strings.SplitSeq(path, "/") {
		if err := t.add(s); err != nil {
			return err
		}
	}
	t.path = "/"
	for i, s := range t.segments {
		if i > 0 {
			t.path += "/"
		}
		t.path += s.String()
	}
	if t.rest {
		t.path = strings.TrimSuffix(t.path, "/") + "/**"
	}
	return nil
}

func (t *template) add(s string) error {
	switch {
	case s == "":
		return nil
	case t.rest:
		return errors.New("** stands only at the end of a path")
	case s == "**":
		t.rest = true
		return nil
	case len(t.segments) == identify.MaxSegments:
		return fmt.Errorf("a path has at most %d segments: end it with **", identify.MaxSegments)
	case !strings.ContainsAny(s, "{}*"):
		t.segments = append(t.segments, segment{word: s})
		return nil
	}
	name, ok := strings.CutPrefix(s, "{")
	name, end := strings.CutSuffix(name, "}")
	if !ok || !end || name == "" || strings.ContainsAny(name, "{}*") {
		return errors.New("a segment is a word, or {name} as a whole; ** stands at the end")
	}
	t.segments = append(t.segments, segment{word: name, parameter: true})
	return nil
}

func (s segment) String() string {
	if s.parameter {
		return "{" + s.word + "}"
	}
	return s.word
}

func (t *template) name() string { return t.method + " " + t.host + t.path }

// id is the endpoint's at a host (empty: none that the policy names). What ** stands for has no part in it.
func (t *template) id(k *identify.Key, host string) controlplane.EndpointID {
	var h uint64
	if host != "" {
		h = k.Hash(identify.DomainHost, []byte(host))
	}
	return controlplane.EndpointID(k.Endpoint(t.method, h, t.hashes(k)))
}

// Declared gives the file's endpoints by id, each with its Name. One without a host is there once for every host of the
// file, and once for all others.
func (f *File) Declared(key *identify.Key) map[controlplane.EndpointID]Endpoint {
	declared := make(map[controlplane.EndpointID]Endpoint, len(f.Endpoints))
	var hostless []Endpoint
	for _, e := range f.Endpoints {
		t, err := parseTemplate(e.Match)
		switch {
		case err != nil: // a File that Parse did not make
		case t.host == "":
			hostless = append(hostless, e)
		default:
			e.Name = t.name()
			declared[t.id(key, t.host)] = e
		}
	}
	for _, e := range hostless {
		t, _ := parseTemplate(e.Match)
		for _, t.host = range append([]string{""}, f.Hosts...) {
			id := t.id(key, t.host)
			if _, named := declared[id]; !named { // the endpoint that names its host goes before
				e.Name = t.name()
				declared[id] = e
			}
		}
	}
	return declared
}

// EndpointID names the endpoint that the filter would see in a request for text, "METHOD [host]/path": f's endpoints
// first, then the shape of each segment; {name} stands for any id. f must not be nil. The error is a person's mistake,
// and does not repeat the text.
func EndpointID(key *identify.Key, text string, f *File) (id controlplane.EndpointID, name string, err error) {
	t, err := parseTemplate(text)
	if err != nil {
		return 0, "", err
	}
	if err := f.checkHostOf(t); err != nil {
		return 0, "", err
	}
	p := identify.NewRouter(key, f.rules(), f.Hosts, nil).Place([]byte(t.method), []byte(t.host), []byte(t.path))
	if t.rest && (p.Rule == nil || !strings.HasSuffix(p.Rule.Path, "**")) {
		return 0, "", errors.New("an endpoint with ** must stand among the policy's endpoints")
	}
	if p.Rule != nil {
		t.path = p.Rule.Path
	} else {
		t.path = placedPath(p)
	}
	return controlplane.EndpointID(p.Endpoint), t.name(), nil
}

// placedPath writes a path as the filter sees it.
func placedPath(p *identify.Place) string {
	if p.N == 0 {
		return "/"
	}
	var b strings.Builder
	for i := range p.N {
		b.WriteByte('/')
		if p.Segments[i] == 0 {
			b.WriteString("{id}")
		} else {
			b.Write(p.Words[i])
		}
	}
	return b.String()
}

func (f *File) checkHostOf(t template) error {
	switch {
	case t.host == "" && len(f.Hosts) > 0:
		return fmt.Errorf("the policy names hosts, so an endpoint needs one: write METHOD host/path with one of %s", strings.Join(f.Hosts, ", "))
	case t.host != "" && !f.hasHost(t.host):
		return errors.New("the policy does not name this host: leave it out, or add it to hosts")
	}
	return nil
}

func (f *File) hasHost(host string) bool {
	for _, h := range f.Hosts {
		if h == host {
			return true
		}
	}
	return false
}

// rules gives the endpoints as the filter takes them.
func (f *File) rules() []identify.Rule {
	rules := make([]identify.Rule, 0, len(f.Endpoints))
	for _, e := range f.Endpoints {
		if t, err := parseTemplate(e.Match); err == nil {
			rules = append(rules, identify.Rule{
				Method: t.method, Host: t.host, Path: t.path, AccountField: e.Account, FailureStatuses: e.Failure.statuses(), OwnerParameter: e.Owner,
			})
		}
	}
	return rules
}

func (f Failure) declared() bool { return len(f.Statuses)+len(f.Field)+len(f.Header) > 0 }

func (f Failure) statuses() []uint32 {
	var s []uint32
	for _, n := range f.Statuses {
		s = append(s, uint32(n))
	}
	return s
}

// checkHost says what is wrong with a host's name: lower case, without port.
func checkHost(h string) error {
	if len(h) > 253 {
		return errors.New("a host has at most 253 characters")
	}
	for _, c := range []byte(h) {
		if ok := c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'; !ok {
			return errors.New("a host is letters, digits, - and . only, without scheme or port")
		}
	}
	return nil
}
