package fleet

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	enforced                                      prometheus.Histogram
	duplicates, full, forgotten, strikesForgotten prometheus.Counter
}

func newMetrics(r prometheus.Registerer, f *Fleet) *metrics {
	m := promauto.With(r)
	counter := func(name, help string) prometheus.Counter {
		return m.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	if r != nil {
		r.MustRegister(collector{
			fleet:   f,
			nodes:   prometheus.NewDesc("picket_nodes", "Nodes known.", nil, nil),
			workers: prometheus.NewDesc("picket_workers", "Workers by state.", []string{"state"}, nil),
			lost:    prometheus.NewDesc("picket_requests_lost_total", "Requests that workers reported and that did not arrive.", nil, nil),
			reports: prometheus.NewDesc("picket_reports_lost_total", "Reports of workers that did not arrive.", nil, nil),
			denied:  prometheus.NewDesc("picket_findings_denied_total", "Requests that workers answered for what they found inside.", nil, nil),
			bodies:  prometheus.NewDesc("picket_bodies_total", "Bodies of requests that workers inspected.", nil, nil),
			unread:  prometheus.NewDesc("picket_bodies_unread_total", "Bodies of which a part was not looked at.", nil, nil),
			overdue: prometheus.NewDesc("picket_bodies_overdue_total", "Bodies that were released because their time was over.", nil, nil),
		})
	}
	return &metrics{
		enforced: m.NewHistogram(prometheus.HistogramOpts{
			Name: "picket_decision_enforced_seconds", Help: "Time from a decision to the last worker's receipt.",
			Buckets: []float64{.005, .01, .025, .05, .1, .15, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}),
		duplicates:       counter("picket_reports_duplicate_total", "Reports that came again and were not counted again."),
		full:             counter("picket_nodes_refused_total", "Nodes turned away because there are too many."),
		forgotten:        counter("picket_marks_forgotten_total", "Gone instances whose last report is no longer remembered."),
		strikesForgotten: counter("picket_strikes_forgotten_total", "Decisions whose strikes were forgotten for want of room."),
	}
}

// collector asks the fleet when metrics are read.
type collector struct {
	fleet                           *Fleet
	nodes, workers, lost, reports   *prometheus.Desc
	denied, bodies, unread, overdue *prometheus.Desc
}

func (c collector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.nodes
	ch <- c.workers
	ch <- c.lost
	ch <- c.reports
	ch <- c.denied
	ch <- c.bodies
	ch <- c.unread
	ch <- c.overdue
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	s := c.fleet.Status()
	ch <- prometheus.MustNewConstMetric(c.nodes, prometheus.GaugeValue, float64(s.Nodes))
	for desc, n := range map[*prometheus.Desc]uint64{
		c.lost: s.Lost, c.reports: s.LostReports, c.denied: s.Totals.DeniedFindings,
		c.bodies: s.Totals.Bodies, c.unread: s.Totals.BodiesUnread, c.overdue: s.Totals.BodiesOverdue,
	} {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n))
	}
	for state, n := range c.fleet.states() {
		ch <- prometheus.MustNewConstMetric(c.workers, prometheus.GaugeValue, float64(n), string(state))
	}
}

func (f *Fleet) states() map[State]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := map[State]int{StateCurrent: 0, StateBehind: 0, StateSilent: 0, StateStarting: 0}
	now := f.clock()
	for _, in := range f.members("") {
		n[f.state(in, now)]++
	}
	return n
}
