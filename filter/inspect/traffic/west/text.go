package west

import (
	"errors"
	"fmt"
	"strings"
)

// text is a template: what stands there as it is, and slots.
type text []node

// node is a literal, or a slot when slot is not nil.
type node struct {
	literal string
	slot    *slot
}

// slot is «name», «function:text», «text¦text» (one of them) or, marked, «!name»: the place of a value.
type slot struct {
	mark    byte // '!' a value, '?' one in a string of a GraphQL document, '#' a JSON key or the name of a file, '>' a statement or condition in JSON; 0: none
	name    string
	text    text   // what a function is applied to; of a marked slot, what an honest caller sends
	choices []text // not empty: one of these
}

var errOpen = errors.New("a slot is not closed")

// parse reads a template.
func parse(s string) (text, error) {
	t, rest, err := parseUntil(s, "")
	if err == nil && rest != "" {
		err = fmt.Errorf("unexpected %q", rest)
	}
	return t, err
}

// parseUntil reads up to one of the stops, which it leaves.
func parseUntil(s string, stops ...string) (t text, rest string, err error) {
	for s != "" && !starts(s, stops) {
		if inner, ok := strings.CutPrefix(s, "«"); ok {
			var n node
			if n.slot, s, err = parseSlot(inner); err != nil {
				return nil, "", err
			}
			t = append(t, n)
			continue
		}
		end := next(s, stops)
		t, s = append(t, node{literal: s[:end]}), s[end:]
	}
	return t, s, nil
}

func starts(s string, stops []string) bool {
	for _, stop := range stops {
		if stop != "" && strings.HasPrefix(s, stop) {
			return true
		}
	}
	return false
}

// next says where the first slot or stop is.
func next(s string, stops []string) int {
	end := len(s)
	for _, stop := range append([]string{"«"}, stops...) {
		if i := strings.Index(s, stop); stop != "" && i >= 0 && i < end {
			end = i
		}
	}
	return end
}

// parseSlot reads what follows «, up to and with ».
func parseSlot(s string) (*slot, string, error) {
	sl := &slot{}
	if s != "" && strings.ContainsRune("!?#>", rune(s[0])) {
		sl.mark, s = s[0], s[1:]
	}
	if name, rest, ok := function(s); ok {
		sl.name, s = name, rest
	}
	for {
		t, rest, err := parseUntil(s, "¦", "»")
		if err != nil {
			return nil, "", err
		}
		if after, ok := strings.CutPrefix(rest, "»"); ok {
			sl.close(t)
			return sl, after, nil
		}
		if rest == "" {
			return nil, "", errOpen
		}
		sl.choices, s = append(sl.choices, t), strings.TrimPrefix(rest, "¦")
	}
}

// close takes the last choice, or the only one.
func (s *slot) close(last text) {
	switch {
	case len(s.choices) > 0:
		s.choices = append(s.choices, last)
		s.text = text{{slot: &slot{choices: s.choices}}}
	case s.name != "":
		s.text = last
	case s.mark != 0:
		s.text = text{{slot: &slot{name: last.word()}}}
	default:
		s.name = last.word()
	}
}

func (t text) word() string {
	if len(t) == 1 {
		return t[0].literal
	}
	return ""
}

// function cuts "name:" off where name is a function's.
func function(s string) (name, rest string, ok bool) {
	name, rest, ok = strings.Cut(s, ":")
	return name, rest, ok && functionOf(name) != nil
}

// fill makes one text of a template; escape is applied to what comes out of slots.
func (m *maker) fill(t text, escape func(string) string) string {
	var b strings.Builder
	for _, n := range t {
		if n.slot == nil {
			b.WriteString(n.literal)
		} else {
			b.WriteString(escape(m.fillSlot(n.slot)))
		}
	}
	return b.String()
}

func (m *maker) fillSlot(s *slot) string {
	switch {
	case s.mark != 0 && s.text != nil:
		return m.fill(s.text, plain)
	case s.name != "" && s.text != nil:
		inner := s.text
		return functionOf(s.name)(m, m.fill(inner, plain))
	case len(s.choices) > 0:
		return m.fill(pick(m, s.choices), plain)
	}
	return m.word(s.name)
}

// word fills «name»; one whose name ends in a digit is drawn once for each sample.
func (m *maker) word(name string) string {
	if text, ok := m.fresh(name); ok {
		return text
	}
	if text, ok := m.told[name]; ok {
		return text
	}
	text, _ := m.fresh(name[:max(0, len(name)-1)])
	m.told[name] = text
	return text
}

func (m *maker) fresh(name string) (string, bool) {
	if draw := drawOf(name); draw != nil {
		return draw(m), true
	}
	if words := m.book.words[name]; len(words) > 0 {
		return m.fill(pick(m, words), plain), true
	}
	return "", false
}

func plain(s string) string { return s }

// checkSlots gives an error for each slot that nothing fills.
func (b *book) checkSlots() (errs []error) {
	for _, words := range b.words {
		for _, t := range words {
			errs = append(errs, b.check(t)...)
		}
	}
	for _, f := range append(append([]*family(nil), b.honest...), b.attacks...) {
		texts := f.lines
		if f.request != nil {
			texts = f.request.texts()
		}
		for _, t := range texts {
			for _, err := range b.check(t) {
				errs = append(errs, fmt.Errorf("%s: %w", f.name, err))
			}
		}
	}
	return errs
}

func (b *book) check(t text) (errs []error) {
	for _, n := range t {
		if n.slot == nil {
			continue
		}
		for _, inner := range append([]text{n.slot.text}, n.slot.choices...) {
			errs = append(errs, b.check(inner)...)
		}
		if n.slot.text == nil && n.slot.choices == nil && !b.knows(n.slot.name) {
			errs = append(errs, fmt.Errorf("nothing fills «%s»", n.slot.name))
		}
	}
	return errs
}

func (b *book) knows(name string) bool {
	has := func(name string) bool { return drawOf(name) != nil || len(b.words[name]) > 0 }
	return name != "" && (has(name) || has(name[:len(name)-1]))
}
