package ingest

import "time"

// A control plane that is behind asks filters to sum for longer: as long as what is looked at now has waited. So they come to
// rest where there is as much to do as can be done; acknowledgements that wait are for filters that do not listen. Up to prompt
// nothing is asked, and never more than slowest.
const (
	prompt  = 200 * time.Millisecond
	slowest = time.Second
)

// asPolicy is what a filter is told that need not sum for longer any more: less than any policy's interval.
const asPolicy = time.Millisecond

// pace is what filters are asked for now; 0: nothing.
func (s *Server) pace() time.Duration {
	if s.o.Behind == nil {
		return 0
	}
	p := min(s.o.Behind(), slowest)
	if p < prompt {
		return 0
	}
	return p
}

// keepPace has the worker told, where what it is asked for is another by a quarter.
func (st *stream) keepPace() {
	p := st.s.pace()
	st.mu.Lock()
	changed := p > st.asked+st.asked/4 || p < st.asked-st.asked/4
	if changed {
		st.asked = p
	}
	st.mu.Unlock()
	if changed {
		st.notify()
	}
}
