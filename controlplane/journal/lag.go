package journal

import (
	"sync"
	"time"
)

// lag is how far one term is behind. The journal's clock may differ from ours: a message for which the fold had to wait is not
// late, whatever the clocks say, and so is none that comes sooner after its time than that one.
type lag struct {
	mu     sync.Mutex
	at     time.Time     // of the message that is being folded, by the journal's clock; zero: none is
	usual  time.Duration // by which messages seem to be late that are not
	known  bool          // usual is
	last   time.Duration // how late the last one was when its fold began
	looked time.Time     // when that was
	ended  time.Time     // when its fold ended
}

// waited is how long a fold has nothing to do before it counts as not behind.
const waited = 20 * time.Millisecond

// begin says that the fold of a message begins now.
func (l *lag) begin(at, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	late := now.Sub(at)
	if !l.known || late < l.usual || now.Sub(l.ended) >= waited {
		l.usual, l.known = late, true
	}
	l.at, l.last, l.looked = at, late-l.usual, now
}

// end says that it ended now.
func (l *lag) end(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.ended = time.Time{}, now
}

// behind is how long the message that is being folded waited for that, or how long the next one may have to.
func (l *lag) behind(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.at.IsZero() {
		return max(0, now.Sub(l.at)-l.usual)
	}
	return max(0, l.last-now.Sub(l.looked))
}

// Behind is how long what is folded now has waited for it, of the partitions that this replica owns and has replayed the one
// that is worst; 0: nothing waits.
func (f *Fold) Behind() (worst time.Duration) {
	now := time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	for l := range f.lags {
		worst = max(worst, l.behind(now))
	}
	return worst
}
