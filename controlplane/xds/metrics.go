package xds

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	streams prometheus.Gauge
	pushes  prometheus.Counter
	answers *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := promauto.With(r)
	return &metrics{
		streams: m.NewGauge(prometheus.GaugeOpts{Name: "picket_xds_streams", Help: "Open xDS streams of nodes."}),
		pushes:  m.NewCounter(prometheus.CounterOpts{Name: "picket_policy_pushes_total", Help: "Policies of a group given to its nodes."}),
		answers: m.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_policy_answers_total", Help: "Nodes' answers to a policy over xDS.",
		}, []string{"answer"}),
	}
}
