package center

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed data
var data embed.FS

// family is values, or requests, of one kind.
type family struct {
	class, name   string
	lookalike     bool
	places, flags []string
	lines         []string
	make          func(*maker, *Sample) // of whole requests
}

func (f *family) has(flag string) bool { return slices.Contains(f.flags, flag) }

// request is one line of requests.txt.
type request struct {
	method, target, kind, body, variables string
	// spots are the slots that a value may take, in order, by the kind of their honest values.
	spots []string
}

// spot is one place for a value.
type spot struct {
	request *request
	index   int
}

type book struct {
	honest, attacks []*family
	requests        []*request
	// spots are by the kind of value; byPlace by the place of the request.
	spots, byPlace map[string][]spot
}

// load reads the data once.
var load = sync.OnceValues(read)

func read() (*book, error) {
	b := &book{spots: map[string][]spot{}, byPlace: map[string][]spot{}}
	err := errors.Join(b.readRequests(), b.readFamilies("data/attacks.txt"), b.readFamilies("data/honest.txt"))
	b.attacks = append(b.attacks, wholeAttacks()...)
	return b, err
}

// spotsOf gives the kinds of the slots that a value may take, which begin with @.
func spotsOf(template string) []string {
	var kinds []string
	for _, part := range strings.Split(template, "«@")[1:] {
		kind, _, _ := strings.Cut(part, "»")
		kinds = append(kinds, kind)
	}
	return kinds
}

func (b *book) readRequests() error {
	text, err := data.ReadFile("data/requests.txt")
	if err != nil {
		return fmt.Errorf("read requests: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		r, err := newRequest(strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		if err != nil {
			return err
		}
		b.requests = append(b.requests, r)
		for i, kind := range r.spots {
			b.spots[kind] = append(b.spots[kind], spot{r, i})
			b.byPlace[r.place(i)] = append(b.byPlace[r.place(i)], spot{r, i})
		}
	}
	return nil
}

func newRequest(parts []string) (*request, error) {
	method, target, ok := strings.Cut(parts[0], " ")
	if !ok || len(parts) == 2 || len(parts) > 4 {
		return nil, fmt.Errorf("read request %q: want METHOD target, kind and body", parts)
	}
	r := &request{method: method, target: target}
	if len(parts) > 2 {
		r.kind, r.body = parts[1], parts[2]
	}
	if len(parts) > 3 {
		r.variables = parts[3]
	}
	r.spots = spotsOf(r.target + r.body + r.variables)
	return r, nil
}

// place names where the spot of that index stands.
func (r *request) place(index int) string {
	path, _, _ := strings.Cut(r.target, "?")
	switch {
	case index < len(spotsOf(path)):
		return "path"
	case index < len(spotsOf(r.target)):
		return "query"
	}
	return r.kind
}

// readFamilies reads sections: a line "== class name places flags", and values below it.
func (b *book) readFamilies(name string) error {
	text, err := data.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read families: %w", err)
	}
	var f *family
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if head, ok := strings.CutPrefix(line, "== "); ok {
			f = b.newFamily(strings.Fields(head))
			continue
		}
		if f == nil {
			return fmt.Errorf("read families of %s: %q stands above all sections", name, line)
		}
		f.lines = append(f.lines, line)
	}
	return nil
}

func (b *book) newFamily(head []string) *family {
	f := &family{class: head[0], name: head[0] + "-" + head[1], places: strings.Split(head[2], ","), flags: head[3:]}
	if f.class == "honest" || f.class == "look" {
		f.lookalike, f.class = f.class == "look", ""
		b.honest = append(b.honest, f)
		return f
	}
	b.attacks = append(b.attacks, f)
	return f
}
