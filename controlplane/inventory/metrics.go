package inventory

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	overflow, unknown, invalid, forgotten, rejected prometheus.Counter
	slugs                                           prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := promauto.With(r)
	counter := func(name, help string) prometheus.Counter {
		return m.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	return &metrics{
		overflow:  counter("picket_endpoints_overflow_total", "Endpoints introduced that did not fit."),
		unknown:   counter("picket_endpoints_unknown_total", "Rollups of endpoints that are not known."),
		invalid:   counter("picket_endpoints_invalid_total", "Endpoints that were not what their id says."),
		forgotten: counter("picket_words_forgotten_total", "Words that were forgotten for want of room."),
		slugs: m.NewGauge(prometheus.GaugeOpts{
			Name: "picket_learned_places", Help: "Places in paths whose words were learned to be values.",
		}),
		rejected: counter("picket_words_rejected_total", "Words told that did not fit their hash or looked like data."),
	}
}
