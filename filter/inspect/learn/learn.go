// Package learn makes the inspection's linear model: logistic regression over hashed token n-grams, from labelled values
// and from generated traffic. The same input gives the same model.
package learn

import (
	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
	"picket/filter/inspect/traffic/east"
	"picket/filter/inspect/traffic/north"
	"picket/filter/inspect/traffic/south"
	"picket/filter/inspect/traffic/west"
)

// Options say what to learn from.
type Options struct {
	Corpora string // directory with values.jsonl.gz
	// North, South, East and West say which generators.
	North, South, East, West bool
	Requests                 int // honest requests of each, and as many attacks
	Epochs                   int // passes over the data
}

// Train gives a model, and a summary of how it does alone on what its threshold was chosen by.
func Train(in *inspect.Inspector, o Options) (*Model, string, error) {
	s := &set{in: in}
	if err := s.values(o.Corpora); err != nil {
		return nil, "", err
	}
	if o.North {
		s.generated(corpus.Samples(north.Honest(1, o.Requests)), corpus.Samples(north.Attacks(1, o.Requests)))
	}
	if o.South {
		s.generated(corpus.Samples(south.Honest(1, o.Requests)), corpus.Samples(south.Attacks(1, o.Requests)))
	}
	if o.East {
		s.generated(corpus.Samples(east.Honest(1, o.Requests)), corpus.Samples(east.Attacks(1, o.Requests)))
	}
	if o.West {
		s.generated(corpus.Samples(west.Honest(1, o.Requests)), corpus.Samples(west.Attacks(1, o.Requests)))
	}
	s.written()
	m := newModel()
	for range o.Epochs {
		m.pass(s.learn)
	}
	q := m.quantise()
	q.bias += q.shift(s.check)
	return q, q.summary(s.check), nil
}

// Use has the inspector judge by this model.
func (q *Model) Use(in *inspect.Inspector) {
	b := make([]byte, len(q.weight))
	for i, w := range q.weight {
		b[i] = byte(w)
	}
	in.Model(string(b), float32(q.scale), float32(q.bias))
}
