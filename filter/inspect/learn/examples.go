package learn

import (
	_ "embed"
	"strings"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
)

// example is one value: the features of its stretches, and whether it is an attack.
type example struct {
	stretches [][]uint16
	attack    bool
	generated bool // of a generator, else of the corpora
	weight    float32
	kind      string // the class, or the family of honest ones
}

// set sorts examples into what to learn from and what to choose the threshold by; shapes and families are in one of them
// only, and none of what is held out for the test is in either.
type set struct {
	in           *inspect.Inspector
	learn, check []example
}

func (s *set) put(key string, e example) {
	if corpus.Held("check " + key) {
		s.check = append(s.check, e)
	} else {
		s.learn = append(s.learn, e)
	}
}

func (s *set) values(dir string) error {
	values, err := corpus.Values(dir)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, v := range values {
		shape := corpus.Shape(v.Value)
		if corpus.Held(shape) || seen[v.Value] {
			continue
		}
		seen[v.Value] = true
		if e, ok := ofValue(s.in, v); ok {
			s.put(shape, e)
		}
	}
	return nil
}

func (s *set) generated(honest, attacks []corpus.Sample) {
	for _, h := range honest {
		if !corpus.Held(h.Template) {
			s.put(h.Template, ofHonest(s.in, h))
		}
	}
	for _, a := range attacks {
		if !corpus.Held(a.Template) {
			s.put(a.Template, ofAttack(s.in, a))
		}
	}
}

// honestLines are honest values of many kinds, written by hand, one a line; ⏎ stands for a line break.
//
//go:embed honest.txt
var honestLines string

// written adds what no generator makes: lines of code, configuration, mathematics, search syntax and chat.
func (s *set) written() {
	for line := range strings.Lines(honestLines) {
		v := strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "⏎", "\n")
		e := example{weight: 4, kind: "written"}
		e.look(s.in, func() { corpus.InspectValue(s.in, v) })
		s.learn = append(s.learn, e)
	}
}

// classWeight evens out how many rows the corpora's classes have.
var classWeight = map[string]float32{corpus.Benign: 1, "sqli": 1, "xss": 1, "cmdi": 10, "traversal": 10}

func ofValue(in *inspect.Inspector, v corpus.Value) (example, bool) {
	e := example{kind: v.Class, attack: v.Class != corpus.Benign, weight: classWeight[v.Class]}
	e.look(in, func() { corpus.InspectValue(in, v.Value) })
	return e, len(e.stretches) > 0
}

func ofHonest(in *inspect.Inspector, s corpus.Sample) example {
	e := example{weight: 2, generated: true, kind: s.Template}
	if s.Lookalike {
		e.weight = 4
	}
	e.look(in, func() { corpus.Inspect(in, &s) })
	return e
}

// ofAttack looks at the value by itself: the rest of the request is honest.
func ofAttack(in *inspect.Inspector, s corpus.Sample) example {
	e := example{attack: true, weight: 0.5, generated: true, kind: s.Class}
	if textual(s.Class) && s.Value != "" {
		e.look(in, func() { corpus.InspectValue(in, s.Value) })
	}
	return e
}

// textual classes are told by a value's text; the others by where it stands or by structure.
func textual(class string) bool {
	switch class {
	case "sqli", "nosqli", "xss", "cmdi", "traversal", "ssti", "el", "jndi", "ldap", "xpath", "xxe", "ssi", "deserialization":
		return true
	}
	return false
}

// look collects the features of every window that inspect has looked at deeply.
func (e *example) look(in *inspect.Inspector, inspection func()) {
	var windows [][]byte
	in.Probe(func(_ inspect.Zone, _, window []byte) {
		windows = append(windows, append([]byte(nil), window...))
	})
	inspection()
	in.Probe(nil)
	for _, w := range windows {
		in.Stretches(w, func(features []uint16) {
			e.stretches = append(e.stretches, append([]uint16(nil), features...))
		})
	}
}
