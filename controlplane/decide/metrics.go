package decide

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	taken, refused *prometheus.CounterVec
	incidents      *prometheus.CounterVec
	active         prometheus.Gauge
	consumers      prometheus.Gauge
	unaudited      prometheus.Counter
}

func newMetrics(r prometheus.Registerer) *metrics {
	f := promauto.With(r)
	return &metrics{
		taken: f.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_decisions_total", Help: "Decisions taken, by source (automatic, operator) and action.",
		}, []string{"source", "action"}),
		refused: f.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_decisions_refused_total", Help: "Detections that made no decision, by the rail that held them back.",
		}, []string{"rail"}),
		incidents: f.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_incidents_total", Help: "Times that a rail reached its limit, by kind (blast_radius, pace, limit).",
		}, []string{"kind"}),
		consumers: f.NewGauge(prometheus.GaugeOpts{Name: "picket_history_consumers", Help: "Values of facets whose history is remembered."}),
		active:    f.NewGauge(prometheus.GaugeOpts{Name: "picket_decisions_active", Help: "Active automatic decisions."}),
		unaudited: f.NewCounter(prometheus.CounterOpts{Name: "picket_audit_failures_total", Help: "Changes whose audit entry could not be written."}),
	}
}
