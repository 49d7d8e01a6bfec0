package findings

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"picket/controlplane"
)

type metrics struct {
	found     *prometheus.CounterVec
	forgotten prometheus.Counter
	kept      prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := promauto.With(r)
	return &metrics{
		found: m.NewCounterVec(prometheus.CounterOpts{
			Name: "picket_findings_total", Help: "Requests in which something was found, by its class and what became of them.",
		}, []string{"class", "effect"}),
		forgotten: m.NewCounter(prometheus.CounterOpts{Name: "picket_findings_forgotten_total", Help: "Findings forgotten for want of room."}),
		kept:      m.NewGauge(prometheus.GaugeOpts{Name: "picket_findings_kept", Help: "Findings remembered."}),
	}
}

// count counts each request once. The class is one of a closed set: whoever told it has checked.
func (m *metrics) count(f *controlplane.Finding) {
	acted := min(f.Enforced+f.Observed, f.Count)
	for effect, n := range map[controlplane.Effect]uint64{
		controlplane.EffectEnforced: f.Enforced, controlplane.EffectObserved: f.Observed, controlplane.EffectSeen: f.Count - acted,
	} {
		if n > 0 {
			m.found.WithLabelValues(f.Class, string(effect)).Add(float64(n))
		}
	}
}
