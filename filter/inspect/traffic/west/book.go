package west

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"strings"
)

//go:embed data/*.txt
var data embed.FS

// book is what data/*.txt says. It is never changed once read.
type book struct {
	honest, attacks []*family
	words           map[string][]text
	spots           map[string][]spot // by place
}

// family is one kind of request (request is not nil), or one kind of value in many requests.
type family struct {
	name, class string
	lookalike   bool
	wire        bool     // lines are percent-encoded already
	narrow      bool     // an honest value that is not free text: a name, an address
	places      []string // where lines go, the first the most likely to do harm
	lines       []text
	request     *request
}

func (f *family) attack() bool { return f.class != "" }

// load reads the embedded data.
func load() (*book, error) {
	b := &book{words: map[string][]text{}, spots: map[string][]spot{}}
	entries, err := data.ReadDir("data")
	if err != nil {
		return nil, fmt.Errorf("list data: %w", err)
	}
	for _, e := range entries {
		content, err := data.ReadFile(path.Join("data", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read data: %w", err)
		}
		if err := b.add(strings.TrimSuffix(e.Name(), ".txt"), string(content)); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
	}
	return b, errors.Join(b.checkSlots()...)
}

// add reads one file; the first part of its name says what is in it.
func (b *book) add(name, content string) error {
	kind, _, _ := strings.Cut(name, "_")
	if kind == "words" {
		return b.addWords(content)
	}
	for _, part := range strings.Split("\n"+content, "\n= ")[1:] {
		head, rest, _ := strings.Cut(part, "\n")
		f, err := newFamily(kind, head, rest)
		if err != nil {
			return fmt.Errorf("%s: %w", head, err)
		}
		b.addFamily(kind, f)
	}
	return nil
}

func (b *book) addFamily(kind string, f *family) {
	if f.attack() {
		b.attacks = append(b.attacks, f)
	} else {
		b.honest = append(b.honest, f)
	}
	if kind != "honest" {
		return
	}
	for _, s := range f.request.spots {
		b.spots[s.place] = append(b.spots[s.place], s)
		if s.slot.free() {
			b.spots[s.place+free] = append(b.spots[s.place+free], s)
		}
	}
}

// free after a place's name keeps to fields of free text: nobody honest writes a letter where a city's name belongs.
const free = "+text"

// free says whether a marked slot holds what people write.
func (s *slot) free() bool {
	switch s.text[0].slot.name {
	case "text", "phrase", "topic", "statement":
		return true
	}
	return false
}

// addWords reads lines "name: word ¦ word"; a word may have slots.
func (b *book) addWords(content string) error {
	for line := range strings.Lines(content) {
		name, words, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		for word := range strings.SplitSeq(words, "¦") {
			t, err := parse(strings.TrimSpace(word))
			if err != nil {
				return fmt.Errorf("word %q: %w", word, err)
			}
			b.words[name] = append(b.words[name], t)
		}
	}
	return nil
}

// newFamily reads a head "class/name at=place,place wire" and what follows it.
func newFamily(kind, head, rest string) (*family, error) {
	words := strings.Fields(head)
	if len(words) == 0 {
		return nil, errors.New("no name")
	}
	f := &family{name: words[0], lookalike: kind == "look"}
	if class, name, ok := strings.Cut(words[0], "/"); ok {
		f.class, f.name = class, name
	}
	f.places = usual(f.class)
	for _, word := range words[1:] {
		if at, ok := strings.CutPrefix(word, "at="); ok {
			f.places = strings.Split(at, ",")
		}
		f.wire = f.wire || word == "wire"
		f.narrow = f.narrow || word == "narrow"
	}
	if kind == "honest" || kind == "request" {
		return f, f.parseRequest(rest)
	}
	return f, f.parseLines(rest)
}

func (f *family) parseRequest(rest string) (err error) {
	f.request, err = parseRequest(strings.TrimRight(rest, "\n"))
	return err
}

func (f *family) parseLines(rest string) error {
	for line := range strings.SplitSeq(rest, "\n") {
		if line == "" {
			continue
		}
		t, err := parse(line)
		if err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		f.lines = append(f.lines, t)
	}
	if len(f.lines) == 0 {
		return errors.New("no lines")
	}
	return nil
}

// usual says where values of a class go unless the family says otherwise; those of no class are an honest user's text.
func usual(class string) []string {
	places := map[string]string{
		"":                "json,form,query,multipart,json,graphql",
		"sqli":            "query,json,form,path,cookie,header,graphql,multipart,xml",
		"xss":             "query,json,form,path,header,graphql,multipart,xml",
		"cmdi":            "query,json,form,header,cookie,multipart,graphql,path",
		"traversal":       "query,json,form,path,cookie,multipart",
		"ssrf":            "query,json,form,graphql,header,xml",
		"ssti":            "query,json,form,header,path,graphql,multipart",
		"el":              "query,json,header,form,path",
		"jndi":            "header,query,json,form,cookie,path",
		"ssi":             "query,form,json,header,multipart",
		"crlf":            "query,path,form,json",
		"mail":            "form,json,query,multipart",
		"deserialization": "cookie,form,json,query,header,multipart",
	}[class]
	if places == "" {
		places = "query,json,form"
	}
	return strings.Split(places, ",")
}
