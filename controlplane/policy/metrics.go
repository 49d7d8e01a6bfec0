package policy

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	revision, decisions, groups prometheus.Gauge
	deltas, rejected, crowded   prometheus.Counter
	delay, compile              prometheus.Histogram
}

func newMetrics(r prometheus.Registerer) *metrics {
	f := promauto.With(r)
	return &metrics{
		revision:  f.NewGauge(prometheus.GaugeOpts{Name: "picket_policy_revision", Help: "The register's revision that policies are made from."}),
		decisions: f.NewGauge(prometheus.GaugeOpts{Name: "picket_policy_decisions", Help: "Decisions kept for policies, ended ones until they are deleted."}),
		groups:    f.NewGauge(prometheus.GaugeOpts{Name: "picket_policy_groups", Help: "Groups that have a policy of their own."}),
		deltas:    f.NewCounter(prometheus.CounterOpts{Name: "picket_policy_deltas_total", Help: "Deltas made, each group's own."}),
		rejected:  f.NewCounter(prometheus.CounterOpts{Name: "picket_policy_entries_rejected_total", Help: "Documents and decisions of the register that could not be taken."}),
		crowded:   f.NewCounter(prometheus.CounterOpts{Name: "picket_policy_groups_crowded_total", Help: "Times that a group had to share the policy of none for want of room."}),
		delay:     f.NewHistogram(prometheus.HistogramOpts{Name: "picket_policy_delay_seconds", Help: "From a decision to its delta.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)}),
		compile:   f.NewHistogram(prometheus.HistogramOpts{Name: "picket_policy_compile_seconds", Help: "Time to compile a group's policy.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)}),
	}
}
