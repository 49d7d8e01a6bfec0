// Command train makes the inspection's linear model: logistic regression over hashed token n-grams, from labelled values
// and from generated traffic. The same input gives the same file, byte for byte.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
	"picket/filter/inspect/traffic/north"
)

// options are the command's.
type options struct {
	corpora, out string
	honest, bad  int
	epochs       int
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	var o options
	f := flag.NewFlagSet("train", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.corpora, "corpora", env("CORPORA", "../shared/corpora"), "directory with values.jsonl.gz")
	f.StringVar(&o.out, "out", "filter/inspect/weights.go", "file to write")
	f.IntVar(&o.honest, "honest", 40000, "generated honest requests to learn from")
	f.IntVar(&o.bad, "attacks", 30000, "generated attacks to learn from")
	f.IntVar(&o.epochs, "epochs", 6, "passes over the data")
	if err := f.Parse(args); err != nil {
		return 2
	}
	if err := train(o, stdout); err != nil {
		_, _ = fmt.Fprintln(stderr, "train:", err)
		return 1
	}
	return 0
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func train(o options, stdout io.Writer) error {
	in := inspect.New()
	learn, check, err := examples(in, o)
	if err != nil {
		return err
	}
	m := newModel()
	for range o.epochs {
		m.pass(learn)
	}
	q := m.quantise()
	q.bias += q.shift(check)
	_, _ = fmt.Fprintf(stdout, "learned from %d examples, checked on %d: %s\n", len(learn), len(check), q.summary(check))
	return q.write(o.out)
}

// example is one value: the features of its stretches, and whether it is an attack.
type example struct {
	stretches [][]uint16
	attack    bool
	generated bool // of a generator, else of the corpora
	weight    float32
	kind      string // the class, or the family of honest ones
}

// examples gives what to learn from and what to choose the threshold by; shapes and families are in one of them only,
// and none of what is held out for the test is in either.
func examples(in *inspect.Inspector, o options) (learn, check []example, err error) {
	values, err := corpus.Values(o.corpora)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("no corpora in %s: set CORPORA: %w", o.corpora, err)
	} else if err != nil {
		return nil, nil, err
	}
	put := func(key string, e example) {
		if corpus.Held("check " + key) {
			check = append(check, e)
		} else {
			learn = append(learn, e)
		}
	}
	seen := map[string]bool{}
	for _, v := range values {
		shape := corpus.Shape(v.Value)
		if corpus.Held(shape) || seen[v.Value] {
			continue
		}
		seen[v.Value] = true
		if e, ok := ofValue(in, v); ok {
			put(shape, e)
		}
	}
	for _, s := range north.Honest(1, o.honest) {
		put(s.Template, ofHonest(in, corpus.Sample(s)))
	}
	for _, s := range north.Attacks(1, o.bad) {
		put(s.Template, ofAttack(in, corpus.Sample(s)))
	}
	return learn, check, nil
}

// classWeight evens out how many rows the corpora's classes have.
var classWeight = map[string]float32{corpus.Benign: 1, "sqli": 1, "xss": 1, "cmdi": 6, "traversal": 6}

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
