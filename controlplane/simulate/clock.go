package simulate

import (
	"sync/atomic"
	"time"
)

// clock is virtual time. It is safe for concurrent use.
type clock struct{ nanos atomic.Int64 }

// begin is when every timeline begins, unless it says when: a Monday morning.
func begin() time.Time { return time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC) }

func (c *clock) now() time.Time { return time.Unix(0, c.nanos.Load()).UTC() }

func (c *clock) set(t time.Time) { c.nanos.Store(t.UnixNano()) }
