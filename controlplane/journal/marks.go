package journal

// instance is a worker's VM.
type instance struct {
	node   string
	number uint64
}

// marks remember the highest sequence of each instance, of the newest maxMarks instances at least.
type marks struct{ young, old map[instance]uint64 }

const maxMarks = 100_000

// pass tells whether a report comes for the first time, and remembers it.
func (m *marks) pass(i instance, sequence uint64) bool {
	last := max(m.young[i], m.old[i])
	if m.young == nil || len(m.young) >= maxMarks {
		m.young, m.old = map[instance]uint64{}, m.young
	}
	m.young[i] = max(last, sequence)
	return sequence > last
}
