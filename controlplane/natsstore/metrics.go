package natsstore

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	owned             prometheus.Gauge
	terms, fenced     prometheus.Counter
	missed, unread    prometheus.Counter
	listened          prometheus.Counter
	bytes, maxBytes   prometheus.Gauge
	covers            prometheus.Gauge
	dropped           prometheus.Counter
	appends, failures prometheus.Counter
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
		owned:    gauge("picket_partitions_owned", "Partitions of the journal that this replica owns."),
		terms:    counter("picket_partition_terms_total", "Times that this replica became a partition's owner."),
		fenced:   counter("picket_partition_fenced_total", "Times that this replica learned late that another owns a partition."),
		missed:   counter("picket_journal_missed_total", "Deliveries that were read from the journal instead."),
		listened: counter("picket_journal_undelivered_total", "Entries that were read from the journal while nothing could be delivered."),
		unread:   counter("picket_journal_unread_total", "Times that reading the journal went wrong and was tried again."),
		bytes:    gauge("picket_journal_bytes", "Size of the journal."),
		maxBytes: gauge("picket_journal_max_bytes", "Size of the journal at which its oldest entries go."),
		covers:   gauge("picket_journal_covers_seconds", "Age of the journal's oldest entry."),
		dropped:  counter("picket_journal_dropped_total", "Entries of the journal that went for want of room."),
		appends:  counter("picket_journal_appends_total", "Entries that the journal keeps."),
		failures: counter("picket_journal_append_failures_total", "Entries that the journal did not take."),
	}
}
