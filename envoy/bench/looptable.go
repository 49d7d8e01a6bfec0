package main

import (
	"slices"
	"time"
)

const millis = "ms"

// attackRows adds one way's times, and gives the 99th percentile until every worker denies.
func (t *Table) attackRows(way string, attacks []attack) float64 {
	first, every := spans(attacks, attack.firstDenied), spans(attacks, attack.lastDenied)
	t.percentiles(way+": any worker", first)
	t.percentiles(way+": every worker", every)
	t.percentiles(way+": of that, until decided", spans(attacks, func(a attack) time.Duration { return a.decided.Sub(a.began) }))
	t.percentiles(way+": until enforced", spans(attacks, func(a attack) time.Duration { return a.lastEnforced().Sub(a.decided) }))
	t.percentiles(way+": until seen", spans(attacks, func(a attack) time.Duration { return a.lastDenied() - a.lastEnforced().Sub(a.began) }))
	return quantile(every, 0.99)
}

func (t *Table) percentiles(name string, samples []float64) {
	for _, p := range []struct {
		name string
		q    float64
	}{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}} {
		t.Figures = append(t.Figures, Figure{Name: name + ", " + p.name, Value: quantile(samples, p.q), Unit: millis, Samples: len(samples)})
	}
}

func (a attack) firstDenied() time.Duration {
	return slices.MinFunc(a.denied, time.Time.Compare).Sub(a.began)
}

func (a attack) lastDenied() time.Duration {
	return slices.MaxFunc(a.denied, time.Time.Compare).Sub(a.began)
}

func (a attack) lastEnforced() time.Time { return slices.MaxFunc(a.enforced, time.Time.Compare) }

// spans gives a duration of each attack in milliseconds.
func spans(attacks []attack, of func(attack) time.Duration) []float64 {
	all := make([]float64, len(attacks))
	for i, a := range attacks {
		all[i] = float64(of(a).Microseconds()) / 1000
	}
	return all
}
