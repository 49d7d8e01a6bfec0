package journal

import (
	"fmt"
	"sync"
	"time"

	"picket/controlplane"
)

// sayAgain is how long nothing more is said of entries that cannot be read, after something was.
const sayAgain = time.Minute

// trouble is what an operator should know of the journal.
type trouble struct {
	mu      sync.Mutex
	failing time.Time // since when it takes no reports; zero: it does
	cause   error
	skipped int
	why     error // of the last that was skipped
	said    time.Time
}

// kept takes note of how keeping a report ended.
func (t *trouble) kept(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch t.cause = err; {
	case err == nil:
		t.failing = time.Time{}
	case t.failing.IsZero():
		t.failing = time.Now()
	}
}

// skip counts an entry that cannot be read, and says so once in a while.
func (f *Fold) skip(m controlplane.JournalMessage, err error) {
	f.metrics.unreadable.Inc()
	t := &f.trouble
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skipped++
	t.why = err
	if time.Since(t.said) < sayAgain {
		return
	}
	t.said = time.Now()
	f.o.Log.Warn("entry of the journal cannot be read and is skipped", "partition", m.Partition, "sequence", m.Sequence,
		"bytes", len(m.Data), "skipped", t.skipped, "error", err)
}

// Warnings are what an operator should look at, one sentence each.
func (f *Fold) Warnings() (out []string) {
	t := &f.trouble
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.failing.IsZero() {
		out = append(out, fmt.Sprintf("The journal has kept no report for %v (%v): nodes keep theirs, and go on enforcing.",
			time.Since(t.failing).Round(time.Second), t.cause))
	}
	if t.skipped > 0 {
		out = append(out, fmt.Sprintf("%d entries of the journal could not be read and were skipped: %v.", t.skipped, t.why))
	}
	return out
}
