package plugin

import (
	"picket/filter/proxywasm"
	"picket/proto/wire"
)

// metrics are the filter's numbers in Envoy's own statistics (wasmcustom.picket_...), brought up to date on tick.
type metrics struct {
	defined  bool
	counters [9]proxywasm.Counter
	told     [9]uint64
}

// counterNames are in the order of counted.
var counterNames = [9]string{
	"picket_requests_total", "picket_blocked_total", "picket_throttled_total", "picket_failed_open_total",
	"picket_failed_closed_total", "picket_unkeyed_total", "picket_rejected_policies_total", "picket_streams_total",
	"picket_recovered_total",
}

func counted(t *wire.Totals) [9]uint64 {
	return [9]uint64{
		t.Requests, t.Blocked, t.Throttled, t.FailedOpen, t.FailedClosed, t.Unkeyed, t.RejectedPolicies, t.Streams, t.Recovered,
	}
}

// define makes them known, once a VM.
func (m *metrics) define() {
	if m.defined {
		return
	}
	m.defined = true
	for i, name := range counterNames {
		m.counters[i] = proxywasm.DefineCounter(name)
	}
}

func (m *metrics) update(w *worker) {
	if !m.defined {
		return
	}
	for i, n := range counted(w.totals()) {
		if n > m.told[i] {
			m.counters[i].Add(n - m.told[i])
			m.told[i] = n
		}
	}
}
