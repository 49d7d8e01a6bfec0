package decide

import (
	"sync"
	"time"
)

// pace is a token bucket. It is safe for concurrent use.
type pace struct {
	perSecond, burst float64

	mu     sync.Mutex
	tokens float64
	at     time.Time
}

func newPace(perSecond, burst int, now time.Time) *pace {
	return &pace{perSecond: float64(perSecond), burst: float64(burst), tokens: float64(burst), at: now}
}

// take reports whether there was a token.
func (p *pace) take(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if passed := now.Sub(p.at); passed > 0 {
		p.tokens = min(p.burst, p.tokens+passed.Seconds()*p.perSecond)
		p.at = now
	}
	if p.tokens < 1 {
		return false
	}
	p.tokens--
	return true
}
