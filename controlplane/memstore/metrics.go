package memstore

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	bytes   prometheus.Gauge
	dropped prometheus.Counter
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := promauto.With(r)
	return &metrics{
		bytes:   m.NewGauge(prometheus.GaugeOpts{Name: "picket_journal_bytes", Help: "Size of the journal."}),
		dropped: m.NewCounter(prometheus.CounterOpts{Name: "picket_journal_dropped_total", Help: "Entries of the journal that went for want of room."}),
	}
}
