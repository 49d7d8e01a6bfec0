package ingest

import (
	"time"

	picketv1 "picket/proto/picket/v1"
)

const (
	// ackTogether is how many reports are acknowledged at once at the most: a filter keeps 16.
	ackTogether = 4
	// largeReport is of one that is acknowledged as soon as it is kept, in bytes: a filter keeps 1 MiB. Few rollups are never so much.
	largeReport = 128 << 10
	fewRollups  = 200
)

func isLarge(r *picketv1.Report) bool { return len(r.Rollups) > fewRollups && about(r) >= largeReport }

// confirmed is what a worker is told of its reports that arrived for good. Its stream's mu guards it.
type confirmed struct {
	acked  uint64    // highest sequence
	told   uint64    // the highest that the worker was told
	toldAt time.Time // when that was
	large  bool      // one that it was not told is large
	armed  bool      // it will be looked at again
}

// due is for how long an acknowledgement may wait for others, or for something else to be told: it costs the node and us as
// much as all that would go with it.
func (c *confirmed) due(now time.Time, longest time.Duration) time.Duration {
	if c.large || c.acked-c.told >= ackTogether {
		return 0
	}
	return longest - now.Sub(c.toldAt)
}

// acknowledge has the worker told that a report arrived for good.
func (st *stream) acknowledge(sequence uint64, large bool) {
	st.mu.Lock()
	c := &st.confirmed
	c.acked, c.large = max(c.acked, sequence), c.large || large
	wait := c.due(time.Now(), st.s.o.Limits.Acks)
	arm := wait > 0 && !c.armed
	c.armed = c.armed || arm
	st.mu.Unlock()
	switch {
	case wait <= 0:
		st.notify()
	case arm:
		time.AfterFunc(wait, st.notify)
	}
}

// tell gives the sequence up to which the worker is to be told now, where something else goes or it may wait no longer; 0: it is
// told nothing.
func (st *stream) tell(other bool) uint64 {
	st.mu.Lock()
	defer st.mu.Unlock()
	c, now := &st.confirmed, time.Now()
	if c.acked == c.told || !other && c.due(now, st.s.o.Limits.Acks) > 0 {
		return 0
	}
	*c = confirmed{acked: c.acked, told: c.acked, toldAt: now}
	return c.acked
}
