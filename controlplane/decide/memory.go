package decide

import (
	"slices"
	"sync"
	"time"

	"picket/controlplane"
)

// memory is what was detected about each value of late: for evidence that adds up, and for who comes again. It is
// bounded, and safe for concurrent use.
type memory struct {
	limit int

	mu       sync.Mutex
	seen     lru[about, []sighting]
	episodes lru[about, episodes]
}

// about is a value in one group: what one group's nodes report says nothing in another.
type about struct {
	value controlplane.Value
	group string
}

// sighting is the last detection of one scenario about a value.
type sighting struct {
	scenario   string
	confidence float64
	at         time.Time
	evidence   string // its first sentence
}

const (
	// maxSightings bounds the scenarios that are remembered of one value, the last ones.
	maxSightings = 8
	// apart is how far apart two detections are at least to be two times: what fires together is one time.
	apart = time.Minute
	// maxEpisodes is how many times are told apart.
	maxEpisodes = 16
)

// episodes are when a value was detected, in seconds since the Unix epoch, ascending; the last ones.
type episodes struct {
	at [maxEpisodes]uint32
	n  uint8
}

// note remembers a detection, and gives the last ones of other scenarios about the same value within a time around it.
func (m *memory) note(v about, s sighting, within time.Duration) (others []sighting) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.seen.get(v)
	if old == nil {
		if m.seen.len() >= m.limit {
			m.seen.evict()
		}
		old = m.seen.put(v, nil)
	}
	for _, o := range *old {
		if age := s.at.Sub(o.at).Abs(); o.scenario != s.scenario && age <= within {
			others = append(others, o)
		}
	}
	*old = keep(*old, s)
	return others
}

// keep replaces the scenario's last sighting, or the oldest of all where there is no room.
func keep(list []sighting, s sighting) []sighting {
	for i := range list {
		if list[i].scenario == s.scenario {
			list[i] = s
			return list
		}
	}
	if len(list) < maxSightings {
		return append(list, s)
	}
	oldest := slices.MinFunc(list, func(a, b sighting) int { return a.at.Compare(b.at) })
	list[slices.Index(list, oldest)] = s
	return list
}

// again notes that something was detected about a value, and says the how many-th time within a time this is. What
// happened together is one time.
func (m *memory) again(v about, at time.Time, within time.Duration) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.episodes.get(v)
	if e == nil {
		if m.episodes.len() >= m.limit {
			m.episodes.evict()
		}
		e = m.episodes.put(v, episodes{})
	}
	e.add(uint32(at.Unix()))
	return e.since(uint32(at.Add(-within).Unix()), uint32(at.Unix()))
}

// add keeps the times ascending, and leaves out what is too near to another.
func (e *episodes) add(at uint32) {
	const gap = uint32(apart / time.Second)
	i := int(e.n)
	for i > 0 && e.at[i-1] > at {
		i--
	}
	if i > 0 && at-e.at[i-1] < gap || i < int(e.n) && e.at[i]-at < gap {
		return
	}
	switch {
	case int(e.n) < maxEpisodes:
		copy(e.at[i+1:], e.at[i:e.n])
		e.at[i] = at
		e.n++
	case i > 0:
		copy(e.at[:i-1], e.at[1:i])
		e.at[i-1] = at
	}
}

func (e *episodes) since(from, to uint32) (times int) {
	for _, at := range e.at[:e.n] {
		if at > from && at <= to {
			times++
		}
	}
	return max(times, 1)
}

// forget leaves nothing of a value: a person said that a decision about it was wrong.
func (m *memory) forget(v about) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen.remove(v)
	m.episodes.remove(v)
}
