package north

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// maxDepth ends rules that call themselves.
const maxDepth = 24

// gen makes one sample.
type gen struct {
	r     *rand.Rand
	gr    *grammar
	attck string // what ⟦$⟧ stands for
	value string // what ⟦@⟧ stands for, as its sender writes it
	raw   bool   // value is encoded for its place already
	style style
	depth int
}

func (g *gen) chance(percent int) bool { return g.r.IntN(100) < percent }

func pick[T any](g *gen, from []T) T { return from[g.r.IntN(len(from))] }

// text expands t without encoding anything.
func (g *gen) text(t string) string { return g.expand(t, nil) }

// expand replaces the slots of t; what they give goes through enc, when there is one. Text around slots stays as it is.
func (g *gen) expand(t string, enc func(string) string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(t, "⟦")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		end := closing(rest)
		b.WriteString(g.slot(rest[:end], enc))
		t = strings.TrimPrefix(rest[end:], "⟧")
	}
}

// closing is where the slot ends that s is the inside of.
func closing(s string) int {
	depth := 0
	for i, c := range s {
		switch c {
		case '⟦':
			depth++
		case '⟧':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return len(s)
}

func (g *gen) slot(s string, enc func(string) string) string {
	if g.depth >= maxDepth {
		return ""
	}
	g.depth++
	defer func() { g.depth-- }()
	if inner, ok := strings.CutPrefix(s, "!"); ok {
		return g.inside(inner, enc)
	}
	out := g.inside(s, nil)
	if enc == nil || s == "@" && g.raw {
		return out
	}
	return enc(out)
}

// inside gives one alternative, a repetition, a built-in or a rule.
func (g *gen) inside(s string, enc func(string) string) string {
	switch s {
	case "@":
		return g.value
	case "$":
		return g.attck
	}
	if alts := alternatives(s); len(alts) > 1 {
		return g.expand(pick(g, alts), enc)
	}
	if i := strings.IndexAny(s, ":*"); i >= 0 && s[i] == '*' {
		return g.repeat(s[:i], s[i+1:], enc)
	} else if i >= 0 {
		return g.builtin(s[:i], s[i+1:])
	}
	if alts := g.gr.rules[s]; len(alts) > 0 {
		return g.expand(pick(g, alts), enc)
	}
	return g.builtin(s, "")
}

// repeat is ⟦name*2-5/sep⟧; without a separator a space stands between.
func (g *gen) repeat(name, arg string, enc func(string) string) string {
	count, sep, ok := strings.Cut(arg, "/")
	if !ok {
		sep = " "
	}
	parts := make([]string, 0, 8)
	for range g.between(count) {
		parts = append(parts, g.inside(name, enc))
	}
	return strings.Join(parts, sep)
}

// between draws from "a-b", or gives "a"; what is no number counts as 0.
func (g *gen) between(s string) int {
	from, to, ok := strings.Cut(s, "-")
	a, _ := strconv.Atoi(from)
	b, _ := strconv.Atoi(to)
	if !ok || b < a {
		return a
	}
	return a + g.r.IntN(b-a+1)
}
