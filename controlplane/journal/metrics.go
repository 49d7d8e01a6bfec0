package journal

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	recorded                   prometheus.Counter
	folded, replayed, repeated prometheus.Counter
	unreadable, past, retried  prometheus.Counter

	checkpoints, checkpointFailures  prometheus.Counter
	checkpointBytes, checkpointPause prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := promauto.With(r)
	counter := func(name, help string) prometheus.Counter {
		return m.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return m.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	return &metrics{
		checkpoints:        counter("picket_checkpoints_total", "Checkpoints of folds that are kept."),
		checkpointFailures: counter("picket_checkpoint_failures_total", "Checkpoints that could not be kept or used."),
		checkpointBytes:    gauge("picket_checkpoint_bytes", "Size of the last checkpoint, compressed."),
		checkpointPause:    gauge("picket_checkpoint_pause_seconds", "How long the fold stood still for the last checkpoint."),

		recorded:   counter("picket_journal_recorded_total", "Reports that the journal keeps, in as many entries or fewer; one counts twice where every replica hears of it too."),
		folded:     counter("picket_journal_folded_total", "Reports folded from the journal."),
		replayed:   counter("picket_journal_replayed_total", "Of these, those folded to rebuild what was known before."),
		repeated:   counter("picket_journal_repeated_total", "Reports in the journal that had been folded already."),
		unreadable: counter("picket_journal_unreadable_total", "Entries of the journal that cannot be read."),
		past:       counter("picket_detections_past_total", "Detections during a replay that were acted on before or are over."),
		retried:    counter("picket_detections_retried_total", "Times that a detection was handed on again after an error."),
	}
}

// termRegistry registers an engine's metrics for one term.
type termRegistry struct {
	prometheus.Registerer
	all []prometheus.Collector
}

// Register implements prometheus.Registerer.
func (r *termRegistry) Register(c prometheus.Collector) error {
	if err := r.Registerer.Register(c); err != nil {
		return err
	}
	r.all = append(r.all, c)
	return nil
}

// MustRegister implements prometheus.Registerer.
func (r *termRegistry) MustRegister(all ...prometheus.Collector) {
	r.Registerer.MustRegister(all...)
	r.all = append(r.all, all...)
}

// end takes the metrics back.
func (r *termRegistry) end() {
	for _, c := range r.all {
		r.Unregister(c)
	}
}
