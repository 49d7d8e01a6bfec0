package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
	"picket/filter/inspect/learn"
	"picket/filter/inspect/traffic/center"
	"picket/filter/inspect/traffic/coast"
	"picket/filter/inspect/traffic/east"
	"picket/filter/inspect/traffic/north"
	"picket/filter/inspect/traffic/shore"
	"picket/filter/inspect/traffic/south"
	"picket/filter/inspect/traffic/west"
)

// seed of the generated traffic; training uses another one.
const seed = 7

// side is one generator's traffic, and how to train on the other's. A blind one teaches no model.
type side struct {
	name            string
	honest, attacks []corpus.Sample
	other           learn.Options
	blind           bool
}

// side gives a generator's traffic, or nil when it is not asked for.
func (m *measurement) side(name string) *side {
	if !m.wants(name) {
		return nil
	}
	m.say(name + ": generate")
	n := m.requests
	var honest, attacks []corpus.Sample
	other := learn.Options{North: true, South: true, East: true, West: true}
	switch name {
	case partNorth:
		honest, attacks, other.North = corpus.Samples(north.Honest(seed, n)), corpus.Samples(north.Attacks(seed, n)), false
	case partSouth:
		honest, attacks, other.South = corpus.Samples(south.Honest(seed, n)), corpus.Samples(south.Attacks(seed, n)), false
	case partEast:
		honest, attacks, other.East = corpus.Samples(east.Honest(seed, n)), corpus.Samples(east.Attacks(seed, n)), false
	case partWest:
		honest, attacks, other.West = corpus.Samples(west.Honest(seed, n)), corpus.Samples(west.Attacks(seed, n)), false
	case partCoast:
		honest, attacks = corpus.Samples(coast.Honest(seed, n)), corpus.Samples(coast.Attacks(seed, n))
	case partShore:
		honest, attacks = corpus.Samples(shore.Honest(seed, n)), corpus.Samples(shore.Attacks(seed, n))
	default:
		honest, attacks = corpus.Samples(center.Honest(seed, n)), corpus.Samples(center.Attacks(seed, n))
	}
	return &side{name: name, honest: honest, attacks: attacks, other: other, blind: name == partCenter || name == partCoast || name == partShore}
}

// traffic measures the built-in model on what it never saw: families that training keeps apart, and all of the blind
// generators'. Each of the others is also measured with a model that was trained without it.
func (m *measurement) traffic(ctx context.Context) error {
	for _, name := range []string{partNorth, partSouth, partEast, partWest, partCenter, partCoast, partShore} {
		s := m.side(name)
		if s == nil {
			continue
		}
		if err := m.unseen(ctx, s); err != nil {
			return err
		}
		if m.cross && !s.blind {
			if err := m.crossed(s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *measurement) unseen(ctx context.Context, s *side) error {
	name, honest, attacks := s.name+", never trained on", s.honest, s.attacks
	if !s.blind {
		name, honest, attacks = s.name+", families held out", heldOut(s.honest), heldOut(s.attacks)
	}
	t, subjects := m.generated(m.in, name, honest, attacks)
	return m.compare(ctx, t, subjects)
}

func (m *measurement) crossed(s *side) error {
	s.other.Corpora, s.other.Requests, s.other.Epochs = m.dir, 10000, 4
	m.say(s.name + ": train a model without it")
	in := inspect.New()
	model, _, err := learn.Train(in, s.other)
	if errors.Is(err, os.ErrNotExist) {
		return nil // without corpora there is nothing to train with, which the report says
	} else if err != nil {
		return fmt.Errorf("train a model without %s: %w", s.name, err)
	}
	model.Use(in)
	m.generated(in, s.name+", all families, model trained without it", s.honest, s.attacks)
	return nil
}

// heldOut keeps the families that training keeps apart.
func heldOut(samples []corpus.Sample) []corpus.Sample {
	var out []corpus.Sample
	for _, s := range samples {
		if corpus.Held(s.Template) {
			out = append(out, s)
		}
	}
	return out
}
