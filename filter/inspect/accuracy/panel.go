package main

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
)

// panel is what several judges said of the same rows.
type panel struct {
	Attacks, Honest int
	Contestants     []contestant
}

// contestant is one judge.
type contestant struct {
	Name           string
	Caught, Passed share
	Balanced       float64
}

// compare has the peers judge a sample of a table's rows, and puts them beside our own verdicts on it. Peers that fail are
// left out from then on, which the report says.
func (m *measurement) compare(ctx context.Context, t *table, subjects []subject) error {
	if m.peers == nil || len(subjects) == 0 {
		return nil
	}
	chosen := choose(subjects, m.sample)
	p := m.progress("peers, "+t.Name, 500, len(chosen))
	verdicts, err := m.peers.judge(chosen, p.step)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		m.report.Peers += fmt.Sprintf("; they were left out from %q on: %v (%v)", t.Name, err, m.peers.stop())
		m.peers = nil
		return nil
	}
	t.Peers = newPanel(chosen, verdicts, m.paranoia)
	return nil
}

func newPanel(chosen []subject, verdicts []verdict, paranoia int) *panel {
	ours, coraza, libinjection := contestant{Name: "Picket"}, contestant{Name: fmt.Sprintf("Coraza + CRS PL%d", paranoia)}, contestant{Name: "libinjection"}
	p := &panel{}
	for i, s := range chosen {
		if s.attack {
			p.Attacks++
		} else {
			p.Honest++
		}
		ours.count(s.attack, s.fired)
		coraza.count(s.attack, verdicts[i].Coraza)
		libinjection.count(s.attack, verdicts[i].Libinjection)
	}
	for _, c := range []contestant{ours, coraza, libinjection} {
		c.finish()
		p.Contestants = append(p.Contestants, c)
	}
	return p
}

func (c *contestant) count(attack, fired bool) {
	if attack {
		c.Caught.add(fired)
	} else {
		c.Passed.add(!fired)
	}
}

func (c *contestant) finish() {
	c.Caught.finish()
	c.Passed.finish()
	c.Balanced = balanced(c.Caught, c.Passed)
}

// choose takes n rows, half of them attacks as far as there are so many, in an order that hangs on nothing but their
// places, so that the same rows are chosen each time.
func choose(subjects []subject, n int) []subject {
	var kinds [2][]int
	for i, s := range subjects {
		kind := 0
		if s.attack {
			kind = 1
		}
		kinds[kind] = append(kinds[kind], i)
	}
	half := n / 2
	honest := min(len(kinds[0]), max(half, n-len(kinds[1])))
	attacks := min(len(kinds[1]), n-honest)
	var chosen []subject
	for kind, count := range []int{honest, attacks} {
		slices.SortFunc(kinds[kind], func(a, b int) int { return cmp.Or(cmp.Compare(spread(a), spread(b)), cmp.Compare(a, b)) })
		for _, i := range kinds[kind][:count] {
			chosen = append(chosen, subjects[i])
		}
	}
	return chosen
}

// spread gives a number that hangs on i and looks drawn.
func spread(i int) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, i)
	x := h.Sum64()
	return (x ^ x>>29) * 0x9e3779b97f4a7c15
}
