// Package storetest is the suite that every controlplane.Register must pass.
package storetest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"picket/controlplane"
)

// Open gives an empty register, which it closes itself when t ends, and what closes it and opens it again; nil where
// a register does not outlive its closing.
type Open func(t *testing.T) (reg controlplane.Register, reopen func() controlplane.Register)

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, tc := range []struct {
		name string
		test func(*testing.T, controlplane.Register)
	}{
		{"put gives rising revisions", putGivesRisingRevisions},
		{"a key is created once", keyIsCreatedOnce},
		{"a stale expectation is a conflict", staleExpectation},
		{"a deleted key can be created again", deletedKeyCanBeCreatedAgain},
		{"a deletion's revision is nothing to expect", deletionIsNothingToExpect},
		{"a key of other characters is refused", otherKeysAreRefused},
		{"a value comes back as it was put", valueComesBack},
		{"an ended context changes nothing", endedContext},
		{"watching nothing is synced at once", watchingNothing},
		{"watch tells the last entries, then synced, then changes", watchTellsInOrder},
		{"each watcher is told everything", everyWatcherIsTold},
		{"watch gives the error of each", watchGivesErrorOfEach},
		{"of many creators one wins", oneCreatorWins},
		{"concurrent changes have one order", concurrentChangesHaveOneOrder},
		{"watch is complete when synced while others write", watchIsCompleteWhileOthersWrite},
		{"it behaves like a map with revisions", behavesLikeModel},
	} {
		t.Run(tc.name, func(t *testing.T) {
			reg, _ := open(t)
			tc.test(t, reg)
		})
	}
	t.Run("everything is there after reopening", func(t *testing.T) { survivesReopening(t, open) })
}

func putGivesRisingRevisions(t *testing.T, reg controlplane.Register) {
	if reg.Epoch() == 0 {
		t.Error("epoch is 0")
	}
	var last uint64
	for _, key := range []string{"a", "b", "a", "c/d.e=f_g-h"} {
		rev := put(t, reg, key, "v", controlplane.AnyRevision)
		if rev <= last {
			t.Errorf("revision %d after %d", rev, last)
		}
		last = rev
	}
}

func keyIsCreatedOnce(t *testing.T, reg controlplane.Register) {
	rev := put(t, reg, "a", "first", 0)
	wantConflict(t, reg, "a", 0)
	wantEntries(t, reg, entry("a", "first", rev))
}

func staleExpectation(t *testing.T, reg controlplane.Register) {
	first := put(t, reg, "a", "1", 0)
	other := put(t, reg, "b", "1", 0)
	second := put(t, reg, "a", "2", first)
	for _, stale := range []uint64{0, first, other, second + 100} {
		wantConflict(t, reg, "a", stale)
	}
	wantConflict(t, reg, "missing", second)
	wantEntries(t, reg, entry("b", "1", other), entry("a", "2", second))
}

func deletedKeyCanBeCreatedAgain(t *testing.T, reg controlplane.Register) {
	rev := put(t, reg, "a", "1", 0)
	gone := remove(t, reg, "a", rev)
	wantEntries(t, reg)
	rev = put(t, reg, "a", "2", 0)
	if rev <= gone {
		t.Errorf("created at %d, deleted at %d", rev, gone)
	}
	wantEntries(t, reg, entry("a", "2", rev))
	remove(t, reg, "a", controlplane.AnyRevision)
	wantEntries(t, reg)
}

func deletionIsNothingToExpect(t *testing.T, reg controlplane.Register) {
	gone := remove(t, reg, "a", put(t, reg, "a", "1", 0))
	wantConflict(t, reg, "a", gone)
	again := remove(t, reg, "a", 0)
	if again <= gone {
		t.Errorf("deleted at %d, then at %d", gone, again)
	}
	wantEntries(t, reg)
}

func otherKeysAreRefused(t *testing.T, reg controlplane.Register) {
	for _, key := range []string{"", ".a", "a.", "a..b", "a b", "a*", "a>", "ä", "a:b", "a\n"} {
		if _, err := reg.Put(t.Context(), key, nil, 0); err == nil || errors.Is(err, controlplane.ErrConflict) {
			t.Errorf("put %q: %v, want another error", key, err)
		}
	}
	wantEntries(t, reg)
}

func valueComesBack(t *testing.T, reg controlplane.Register) {
	long := strings.Repeat("\x00\xff", 1<<20)
	value := []byte(long)
	rev, err := reg.Put(t.Context(), "long", value, 0)
	if err != nil {
		t.Fatal(err)
	}
	clear(value)
	wantEntries(t, reg, entry("long", long, rev))
	empty := put(t, reg, "empty", "", 0)
	wantEntries(t, reg, entry("long", long, rev), entry("empty", "", empty))
}

func endedContext(t *testing.T, reg controlplane.Register) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reg.Put(ctx, "a", nil, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v, want context canceled", err)
	}
	if err := reg.Watch(ctx, func(controlplane.Entry) error { return nil }, func(uint64) {}); err != nil {
		t.Errorf("watch: %v, want nil", err)
	}
	wantEntries(t, reg)
}

func watchingNothing(t *testing.T, reg controlplane.Register) {
	w := watch(t, reg)
	at := w.sync(t)
	if rev := put(t, reg, "a", "1", 0); rev <= at {
		t.Errorf("synced at %d before the first change, which is %d", at, rev)
	}
}

func watchTellsInOrder(t *testing.T, reg controlplane.Register) {
	a := put(t, reg, "a", "1", 0)
	b := put(t, reg, "b", "1", 0)
	a = put(t, reg, "a", "2", a)
	remove(t, reg, "b", b)
	c := put(t, reg, "c", "1", 0)
	w := watch(t, reg)
	if rev := w.sync(t); rev != c {
		t.Errorf("synced at %d, want %d", rev, c)
	}
	w.want(t, entry("a", "2", a), entry("c", "1", c))

	a = put(t, reg, "a", "3", a)
	w.wantNext(t, entry("a", "3", a))
	gone := remove(t, reg, "c", c)
	w.wantNext(t, controlplane.Entry{Key: "c", Revision: gone, Deleted: true})
	b = put(t, reg, "b", "2", 0)
	w.wantNext(t, entry("b", "2", b))
}

func everyWatcherIsTold(t *testing.T, reg controlplane.Register) {
	var all []*watcher
	for range 3 {
		all = append(all, watch(t, reg))
	}
	rev := put(t, reg, "a", "1", 0)
	for _, w := range all {
		w.wantNext(t, entry("a", "1", rev))
	}
}

func watchGivesErrorOfEach(t *testing.T, reg controlplane.Register) {
	put(t, reg, "a", "1", 0)
	want := errors.New("enough")
	if err := reg.Watch(t.Context(), func(controlplane.Entry) error { return want }, func(uint64) {}); !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func oneCreatorWins(t *testing.T, reg controlplane.Register) {
	const creators = 16
	gone := remove(t, reg, "again", put(t, reg, "again", "0", 0))
	for _, key := range []string{"new", "again"} {
		results := make(chan error, creators)
		for i := range creators {
			go func() {
				_, err := reg.Put(t.Context(), key, fmt.Append(nil, i), 0)
				results <- err
			}()
		}
		won := 0
		for range creators {
			switch err := <-results; {
			case err == nil:
				won++
			case !errors.Is(err, controlplane.ErrConflict):
				t.Errorf("%s: %v, want a conflict", key, err)
			}
		}
		if won != 1 {
			t.Errorf("%s: %d won (deleted at %d before)", key, won, gone)
		}
	}
}

func concurrentChangesHaveOneOrder(t *testing.T, reg controlplane.Register) {
	w := watch(t, reg)
	want := putConcurrently(t, reg)
	for range want {
		w.wantNext(t, want[w.peek(t).Key])
	}
}

func watchIsCompleteWhileOthersWrite(t *testing.T, reg controlplane.Register) {
	var early []controlplane.Entry
	for i := range 20 {
		key := fmt.Sprintf("early/%d", i)
		early = append(early, entry(key, "0", put(t, reg, key, "0", 0)))
	}
	var writers sync.WaitGroup
	for i := range 20 {
		writers.Go(func() { put(t, reg, early[i].Key, "1", early[i].Revision) })
	}
	w := watch(t, reg)
	w.sync(t)
	if n := len(w.entries()); n != len(early) {
		t.Errorf("synced with %d keys, want %d", n, len(early))
	}
	writers.Wait()
}

// putConcurrently gives what it put, by key.
func putConcurrently(t *testing.T, reg controlplane.Register) map[string]controlplane.Entry {
	var (
		writers sync.WaitGroup
		mu      sync.Mutex
		done    = map[string]controlplane.Entry{}
	)
	for i := range 8 {
		writers.Go(func() {
			for j := range 10 {
				key := fmt.Sprintf("w%d/%d", i, j)
				rev := put(t, reg, key, "v", 0)
				mu.Lock()
				done[key] = entry(key, "v", rev)
				mu.Unlock()
			}
		})
	}
	writers.Wait()
	return done
}

func survivesReopening(t *testing.T, open Open) {
	reg, reopen := open(t)
	if reopen == nil {
		t.Skip("this register does not outlive its closing")
	}
	epoch := reg.Epoch()
	a := put(t, reg, "a", "1", 0)
	b := put(t, reg, "b", "1", 0)
	a = put(t, reg, "a", "2", a)
	gone := remove(t, reg, "b", b)

	reg = reopen()
	if reg.Epoch() != epoch {
		t.Errorf("epoch %x, want %x", reg.Epoch(), epoch)
	}
	w := watch(t, reg)
	if rev := w.sync(t); rev != gone {
		t.Errorf("synced at %d, want %d", rev, gone)
	}
	w.want(t, entry("a", "2", a))
	wantConflict(t, reg, "a", 0)
	c := put(t, reg, "c", "1", 0)
	if c != gone+1 {
		t.Errorf("revision %d, want %d", c, gone+1)
	}
	w.wantNext(t, entry("c", "1", c))
}

// behavesLikeModel changes keys of its own in each round, with expectations right and wrong.
func behavesLikeModel(t *testing.T, reg controlplane.Register) {
	round, last := 0, uint64(0)
	rapid.Check(t, func(t *rapid.T) {
		round++
		model, was := map[string]controlplane.Entry{}, []uint64{0, controlplane.AnyRevision}
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			e := controlplane.Entry{
				Key:     fmt.Sprintf("round%d/%s", round, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key")),
				Deleted: rapid.Bool().Draw(t, "delete"),
			}
			if !e.Deleted {
				e.Value = rapid.SliceOf(rapid.Byte()).Draw(t, "value")
			}
			was = append(was, model[e.Key].Revision)
			expect := rapid.SampledFrom(was).Draw(t, "expect")
			rev, err := change(t.Context(), reg, e, expect)
			conflict := expect != controlplane.AnyRevision && expect != model[e.Key].Revision
			switch {
			case conflict != errors.Is(err, controlplane.ErrConflict) || (err != nil && !conflict):
				t.Fatalf("%+v expecting %d: %v; model has %d", e, expect, err, model[e.Key].Revision)
			case conflict:
				continue
			case rev <= last:
				t.Fatalf("revision %d after %d", rev, last)
			}
			last, e.Revision = rev, rev
			was = append(was, rev)
			model[e.Key] = e
			if e.Deleted {
				delete(model, e.Key)
			}
		}
		got := initial(t, reg)
		maps.DeleteFunc(got, func(k string, _ controlplane.Entry) bool {
			return !strings.HasPrefix(k, fmt.Sprintf("round%d/", round))
		})
		if diff := gocmp.Diff(model, got, sameEntries); diff != "" {
			t.Fatalf("keys (-model +register):\n%s", diff)
		}
	})
}

func change(ctx context.Context, reg controlplane.Register, e controlplane.Entry, expect uint64) (uint64, error) {
	if e.Deleted {
		return reg.Delete(ctx, e.Key, expect)
	}
	return reg.Put(ctx, e.Key, e.Value, expect)
}

// sameEntries takes nil and nothing as the same, and long values quickly.
var sameEntries = gocmp.Options{cmpopts.EquateEmpty(), gocmp.Comparer(func(a, b controlplane.Entry) bool {
	return a.Key == b.Key && a.Revision == b.Revision && a.Deleted == b.Deleted && bytes.Equal(a.Value, b.Value)
})}

func entry(key, value string, rev uint64) controlplane.Entry {
	return controlplane.Entry{Key: key, Value: []byte(value), Revision: rev}
}

func put(t *testing.T, reg controlplane.Register, key, value string, expect uint64) uint64 {
	t.Helper()
	rev, err := reg.Put(t.Context(), key, []byte(value), expect)
	if err != nil {
		t.Errorf("put %s expecting %d: %v", key, expect, err)
	}
	return rev
}

func remove(t *testing.T, reg controlplane.Register, key string, expect uint64) uint64 {
	t.Helper()
	rev, err := reg.Delete(t.Context(), key, expect)
	if err != nil {
		t.Errorf("delete %s expecting %d: %v", key, expect, err)
	}
	return rev
}

// wantConflict tries both changes.
func wantConflict(t *testing.T, reg controlplane.Register, key string, expect uint64) {
	t.Helper()
	for _, deleted := range []bool{false, true} {
		if _, err := change(t.Context(), reg, controlplane.Entry{Key: key, Deleted: deleted}, expect); !errors.Is(err, controlplane.ErrConflict) {
			t.Errorf("change %s expecting %d: %v, want a conflict", key, expect, err)
		}
	}
}

// wantEntries compares with what a new watcher is told, deleted ones left out.
func wantEntries(t *testing.T, reg controlplane.Register, want ...controlplane.Entry) {
	t.Helper()
	got := slices.SortedFunc(maps.Values(initial(t, reg)), byRevision)
	if diff := gocmp.Diff(want, got, sameEntries); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

// tester is *testing.T or *rapid.T.
type tester interface {
	rapid.TB
	Context() context.Context
}

// initial gives what exists, by key.
func initial(t tester, reg controlplane.Register) map[string]controlplane.Entry {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := map[string]controlplane.Entry{}
	err := reg.Watch(ctx, func(e controlplane.Entry) error {
		keep(got, e)
		return nil
	}, func(uint64) { cancel() })
	if err != nil {
		t.Fatalf("watch: %v", err)
	}
	return got
}

func keep(all map[string]controlplane.Entry, e controlplane.Entry) {
	e.Value = slices.Clone(e.Value)
	all[e.Key] = e
	if e.Deleted {
		delete(all, e.Key)
	}
}

func byRevision(a, b controlplane.Entry) int { return cmp.Compare(a.Revision, b.Revision) }
