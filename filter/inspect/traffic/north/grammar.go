package north

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// files hold the grammar. Lines of rule files (lex_*.txt) are `name: alternative¦alternative`; a name that comes again
// gets more alternatives. Families (honest_*.txt, attack_*.txt) are blocks:
//
//	# name [class | look] [bare]   class for attacks, look for look-alikes, bare: the value comes without a lead or tricks
//	> METHOD PATH [KIND BODY]      a request that carries the value, see parseShape
//	@ place place                  the requests of grammar/shapes.txt that carry a value in these places
//	= value                        one alternative of the value
//
// In all of them ⟦name⟧ stands for a rule, ⟦a¦b⟧ for one of these, ⟦name:arg⟧ for a built-in, ⟦name*2-5/sep⟧ for a
// repetition. In requests what a slot gives is encoded for its place, but for ⟦!…⟧; ⟦@⟧ is the value, and in leads ⟦$⟧
// the attack. Lines that begin with ; are comments.
//
//go:embed grammar/*.txt
var files embed.FS

// grammar is what the files say. It is not changed after load.
type grammar struct {
	rules    map[string][]string
	shapes   map[string][]shape // by place
	families []family
	problems []string // lines that say nothing; a test wants none
}

// family is one way to write a value, and where it may stand.
type family struct {
	name   string
	class  string
	look   bool
	bare   bool
	shapes []shape
	values []string
}

// load reads the rules and the families of one kind.
func load(kind string) *grammar {
	gr := &grammar{rules: map[string][]string{}, shapes: map[string][]shape{}}
	names, _ := fs.Glob(files, "grammar/*.txt") // the pattern is well-formed
	slices.Sort(names)
	gr.each(names, "lex_", gr.rule)
	gr.each(names, "shapes", gr.common)
	gr.each(names, kind+"_", gr.member)
	return gr
}

// each hands every line of the files with this prefix to take, which says whether it understood.
func (gr *grammar) each(names []string, prefix string, take func(line string) bool) {
	for _, name := range names {
		if !strings.HasPrefix(name, "grammar/"+prefix) {
			continue
		}
		text, _ := files.ReadFile(name) // it was just listed
		for i, line := range strings.Split(string(text), "\n") {
			if strings.TrimSpace(line) == "" || strings.HasPrefix(line, ";") {
				continue
			}
			if !take(line) {
				gr.problems = append(gr.problems, fmt.Sprintf("%s:%d: %s", name, i+1, line))
			}
		}
	}
}

func (gr *grammar) rule(line string) bool {
	name, alts, ok := strings.Cut(line, ": ")
	if !ok {
		return false
	}
	gr.rules[name] = append(gr.rules[name], alternatives(alts)...)
	return true
}

func (gr *grammar) common(line string) bool {
	s, ok := parseShape(strings.TrimPrefix(line, "> "))
	if ok {
		gr.shapes[s.place] = append(gr.shapes[s.place], s)
	}
	return ok
}

func (gr *grammar) member(line string) bool {
	mark, rest, ok := strings.Cut(line, " ")
	if !ok {
		return false
	}
	if mark == "#" {
		gr.families = append(gr.families, newFamily(rest))
		return true
	}
	if len(gr.families) == 0 {
		return false
	}
	f := &gr.families[len(gr.families)-1]
	switch mark {
	case ">":
		s, ok := parseShape(rest)
		f.shapes = append(f.shapes, s)
		return ok
	case "@":
		return gr.lend(f, strings.Fields(rest))
	case "=":
		f.values = append(f.values, rest)
		return true
	}
	return false
}

// lend gives the family the common shapes of these places.
func (gr *grammar) lend(f *family, places []string) bool {
	for _, p := range places {
		if len(gr.shapes[p]) == 0 {
			return false
		}
		f.shapes = append(f.shapes, gr.shapes[p]...)
	}
	return true
}

func newFamily(heading string) family {
	words := strings.Fields(heading)
	f := family{name: words[0]}
	for _, w := range words[1:] {
		switch w {
		case "look":
			f.look = true
		case "bare":
			f.bare = true
		default:
			f.class = w
		}
	}
	return f
}

// alternatives splits at ¦ outside of slots.
func alternatives(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, c := range s {
		switch {
		case c == '⟦':
			depth++
		case c == '⟧':
			depth--
		case c == '¦' && depth == 0:
			out = append(out, s[start:i])
			start = i + len("¦")
		}
	}
	return append(out, s[start:])
}
