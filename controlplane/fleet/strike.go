package fleet

import (
	"time"

	"picket/controlplane"
)

// Strikes count what a decision did, over the whole fleet.
type Strikes struct {
	Enforced uint64 // requests answered, throttled or tagged
	Observed uint64 // requests that it would have answered in mode enforce
	Last     time.Time
}

// Strike adds what one report says of a decision. Beyond Limits.Strikes decisions an arbitrary one is forgotten.
func (f *Fleet) Strike(id controlplane.DecisionID, s Strikes) {
	f.mu.Lock()
	defer f.mu.Unlock()
	old, ok := f.strikes[id]
	if !ok && len(f.strikes) >= f.limits.Strikes {
		for victim := range f.strikes {
			delete(f.strikes, victim)
			break
		}
		f.metrics.strikesForgotten.Inc()
	}
	old.Enforced += s.Enforced
	old.Observed += s.Observed
	if s.Last.After(old.Last) {
		old.Last = s.Last
	}
	f.strikes[id] = old
}

// Strikes gives what a decision did; zero where nothing is known.
func (f *Fleet) Strikes(id controlplane.DecisionID) Strikes {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.strikes[id]
}
