package detect

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// metrics are labelled by scenario.
type metrics struct {
	detections, late, evicted *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := promauto.With(r)
	byScenario := func(name, help string) *prometheus.CounterVec {
		return m.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{"scenario"})
	}
	return &metrics{
		detections: byScenario("picket_detections_total", "Scenarios that fired."),
		late:       byScenario("picket_rollups_late_total", "Rollups older than their window, not counted in it."),
		evicted:    byScenario("picket_windows_evicted_total", "Windows that went for want of room."),
	}
}
