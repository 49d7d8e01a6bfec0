package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// teller tells a story line by line, each with the seconds since it began. It is safe for concurrent use.
type teller struct {
	began time.Time

	mu sync.Mutex
	w  io.Writer
}

// head begins a part.
func (t *teller) head(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = fmt.Fprintf(t.w, "\n%s\n", fmt.Sprintf(format, args...))
}

// say tells one thing that happened just now; what names its kind in a word or two.
func (t *teller) say(what, format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = fmt.Fprintf(t.w, "%7.2f s  %-10s %s\n", time.Since(t.began).Seconds(), what, fmt.Sprintf(format, args...))
}
