package ingest

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	streams                            prometheus.Gauge
	reports, rollups, requests, deltas prometheus.Counter
	snapshots                          prometheus.Counter
	invalid, badFindings, ended        *prometheus.CounterVec
	delayed, shed                      *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := promauto.With(r)
	counter := func(name, help string) prometheus.Counter {
		return m.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	return &metrics{
		streams:   m.NewGauge(prometheus.GaugeOpts{Name: "picket_streams", Help: "Open streams of workers."}),
		reports:   counter("picket_reports_total", "Reports that counted."),
		rollups:   counter("picket_rollups_total", "Rollups that counted."),
		requests:  counter("picket_requests_total", "Requests in rollups that counted."),
		deltas:    counter("picket_deltas_sent_total", "Deltas sent, those of snapshots too."),
		snapshots: counter("picket_snapshots_sent_total", "Snapshots begun to be sent."),
		invalid: m.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_rollups_invalid_total", Help: "Rollups dropped, by what is wrong with them.",
		}, []string{"reason"}),
		badFindings: m.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_findings_invalid_total", Help: "Findings dropped, by what is wrong with them.",
		}, []string{"reason"}),
		delayed: m.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_reports_delayed_total", Help: "Times that a node's next report was read later, by which limit it reached.",
		}, []string{"limit"}),
		shed: m.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_shed_total", Help: "Rollups that lost their caller, and endpoints that were not taken, for a node brought too many distinct ones.",
		}, []string{"what"}),
		ended: m.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_streams_refused_total", Help: "Streams turned away or cut, by why.",
		}, []string{"reason"}),
	}
}
