package storetest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"picket/controlplane"
)

// patience is how long a test waits for what must come before it says that it did not.
const patience = 30 * time.Second

// watcher is a Watch that runs until the test ends.
type watcher struct {
	synced chan uint64
	live   chan controlplane.Entry // after synced

	mu   sync.Mutex
	have map[string]controlplane.Entry

	held *controlplane.Entry // of live: looked at, not taken
}

// watch begins one, and reports a revision that does not rise.
func watch(t *testing.T, reg controlplane.Register) *watcher {
	w := &watcher{synced: make(chan uint64, 2), live: make(chan controlplane.Entry, 1000), have: map[string]controlplane.Entry{}}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	var last uint64
	live := false
	go func() {
		done <- reg.Watch(ctx, func(e controlplane.Entry) error {
			if e.Revision <= last {
				t.Errorf("told of revision %d after %d", e.Revision, last)
			}
			last = e.Revision
			w.add(e, live)
			return nil
		}, func(rev uint64) {
			if live {
				t.Error("synced twice")
				return
			}
			live = true
			last = max(last, rev)
			w.synced <- rev
			close(ready)
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("watch: %v", err)
		}
	})
	await(t, ready)
	return w
}

func (w *watcher) add(e controlplane.Entry, live bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !live {
		keep(w.have, e)
		return
	}
	e.Value = slices.Clone(e.Value)
	w.live <- e
}

// sync gives the revision at which w was synced.
func (w *watcher) sync(t *testing.T) uint64 {
	t.Helper()
	return await(t, w.synced)
}

// entries are those that w was told before synced, in order.
func (w *watcher) entries() []controlplane.Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.SortedFunc(maps.Values(w.have), byRevision)
}

func (w *watcher) want(t *testing.T, want ...controlplane.Entry) {
	t.Helper()
	if diff := gocmp.Diff(want, w.entries(), sameEntries); diff != "" {
		t.Errorf("initial entries (-want +got):\n%s", diff)
	}
}

// peek gives the next change after synced, which wantNext takes.
func (w *watcher) peek(t *testing.T) controlplane.Entry {
	t.Helper()
	if w.held == nil {
		e := await(t, w.live)
		w.held = &e
	}
	return *w.held
}

func (w *watcher) wantNext(t *testing.T, want controlplane.Entry) {
	t.Helper()
	got := w.peek(t)
	w.held = nil
	if diff := gocmp.Diff(want, got, sameEntries); diff != "" {
		t.Errorf("change (-want +got):\n%s", diff)
	}
}

func await[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
	}
	panic("unreachable")
}
