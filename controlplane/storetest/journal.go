package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"picket/controlplane"
)

// OpenJournal gives an empty journal of so many partitions, closed when t ends, each time as another replica sees it.
type OpenJournal func(t *testing.T, partitions int) (replica func() controlplane.Journal)

// RunJournal runs the suite that every controlplane.Journal must pass.
func RunJournal(t *testing.T, open OpenJournal) {
	for _, tc := range []struct {
		name       string
		partitions int
		test       func(*testing.T, func() controlplane.Journal)
	}{
		{"what was appended is read in order", 3, appendedIsRead},
		{"an entry that comes again is kept once", 2, repeatedIsKeptOnce},
		{"entries that cannot be are refused", 2, badEntriesAreRefused},
		{"read gives the error of each", 1, readGivesErrorOfEach},
		{"an owner is told what was there, then what comes", 2, ownerIsToldBoth},
		{"a follower is told what was there, then what comes", 2, followerIsToldBoth},
		{"every follower is told everything", 1, everyFollowerIsTold},
		{"the next owner stands where the last stood", 1, nextOwnerStandsThere},
		{"of two who offer one owns", 1, oneOwns},
		{"while others append nothing is told twice or left out", 3, nothingTwiceWhileOthersAppend},
		{"what is too old is not replayed", 1, oldIsNotReplayed},
		{"a folder may say after which message it begins", 1, folderSaysWhereItBegins},
		{"coverage says what is there", 1, coverageSays},
	} {
		t.Run(tc.name, func(t *testing.T) { tc.test(t, open(t, tc.partitions)) })
	}
}

func appendTo(t *testing.T, j controlplane.Journal, partition int, texts ...string) {
	t.Helper()
	var entries []controlplane.JournalEntry
	for _, text := range texts {
		entries = append(entries, controlplane.JournalEntry{Partition: partition, Data: []byte(text)})
	}
	if err := j.Append(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}
}

// contents gives the texts of each partition in the order in which they are read.
func contents(t *testing.T, j controlplane.Journal) map[int][]string {
	t.Helper()
	got, last := map[int][]string{}, map[int]uint64{}
	err := j.Read(t.Context(), time.Time{}.Add(time.Hour), func(m controlplane.JournalMessage) error {
		if m.Sequence <= last[m.Partition] {
			t.Errorf("partition %d: sequence %d after %d", m.Partition, m.Sequence, last[m.Partition])
		}
		if !m.Replayed || m.At.IsZero() {
			t.Errorf("message %+v", m)
		}
		last[m.Partition] = m.Sequence
		got[m.Partition] = append(got[m.Partition], string(m.Data))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func appendedIsRead(t *testing.T, replica func() controlplane.Journal) {
	j := replica()
	same(t, 3, j.Partitions())
	same(t, map[int][]string{}, contents(t, j))
	appendTo(t, j, 0, "a", "b")
	appendTo(t, j, 2, "c")
	appendTo(t, j, controlplane.Everyone, "d")
	appendTo(t, j, 0, "e")
	want := map[int][]string{0: {"a", "b", "e"}, 2: {"c"}, controlplane.Everyone: {"d"}}
	same(t, want, contents(t, j))
	same(t, want, contents(t, replica()))
}

func repeatedIsKeptOnce(t *testing.T, replica func() controlplane.Journal) {
	a, b := replica(), replica()
	e := controlplane.JournalEntry{Partition: 1, ID: "x", Data: []byte("once")}
	for _, j := range []controlplane.Journal{a, b, a} {
		if err := j.Append(t.Context(), e, controlplane.JournalEntry{Partition: 0, Data: []byte("each")}); err != nil {
			t.Fatal(err)
		}
	}
	same(t, map[int][]string{0: {"each", "each", "each"}, 1: {"once"}}, contents(t, a))
}

func badEntriesAreRefused(t *testing.T, replica func() controlplane.Journal) {
	j := replica()
	for _, e := range []controlplane.JournalEntry{
		{Partition: 2, Data: []byte("x")}, {Partition: -2, Data: []byte("x")}, {Partition: 0}, {Partition: 0, Data: make([]byte, controlplane.MaxEntry+1)},
	} {
		if err := j.Append(t.Context(), e); err == nil {
			t.Errorf("partition %d, %d bytes: was taken", e.Partition, len(e.Data))
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Append(ended, controlplane.JournalEntry{Data: []byte("x")}); err == nil {
		t.Error("was taken although the context had ended")
	}
	same(t, map[int][]string{}, contents(t, j))
}

func readGivesErrorOfEach(t *testing.T, replica func() controlplane.Journal) {
	j, want := replica(), errors.New("enough")
	appendTo(t, j, 0, "a", "b")
	n := 0
	err := j.Read(t.Context(), time.Now().Add(-time.Hour), func(controlplane.JournalMessage) error { n++; return want })
	if !errors.Is(err, want) || n != 1 {
		t.Errorf("%v after %d, want %v after 1", err, n, want)
	}
}

func ownerIsToldBoth(t *testing.T, replica func() controlplane.Journal) {
	j := replica()
	appendTo(t, j, 0, "a", "b")
	o := own(t, j, time.Hour)
	o.want(t, 0, "begin", "a replayed", "b replayed", "live")
	o.want(t, 1, "begin", "live")
	appendTo(t, j, 1, "c")
	appendTo(t, j, 0, "d", "e")
	o.want(t, 0, "d", "e")
	o.want(t, 1, "c")
	o.stop(t)
	o.want(t, 0, "end")
	o.want(t, 1, "end")
}

func followerIsToldBoth(t *testing.T, replica func() controlplane.Journal) {
	j := replica()
	appendTo(t, j, controlplane.Everyone, "a", "b")
	appendTo(t, j, 0, "other")
	f := follow(t, j)
	f.want(t, controlplane.Everyone, "a replayed", "b replayed", "live")
	appendTo(t, j, controlplane.Everyone, "c")
	f.want(t, controlplane.Everyone, "c")
}

func everyFollowerIsTold(t *testing.T, replica func() controlplane.Journal) {
	a, b := follow(t, replica()), follow(t, replica())
	a.want(t, controlplane.Everyone, "live")
	b.want(t, controlplane.Everyone, "live")
	appendTo(t, replica(), controlplane.Everyone, "x", "y")
	a.want(t, controlplane.Everyone, "x", "y")
	b.want(t, controlplane.Everyone, "x", "y")
}

func nextOwnerStandsThere(t *testing.T, replica func() controlplane.Journal) {
	a, b := replica(), replica()
	first := own(t, a, time.Hour)
	first.want(t, 0, "begin", "live")
	appendTo(t, a, 0, "a", "b")
	first.want(t, 0, "a", "b")
	first.stop(t)
	first.want(t, 0, "end")
	appendTo(t, a, 0, "c")
	second := own(t, b, time.Hour)
	second.want(t, 0, "begin", "a replayed settled", "b replayed settled")
	second.until(t, 0, "c", "c replayed")
}

func oneOwns(t *testing.T, replica func() controlplane.Journal) {
	first := own(t, replica(), time.Hour)
	first.want(t, 0, "begin", "live")
	second := own(t, replica(), time.Hour)
	for i := range 20 {
		text := fmt.Sprint(i)
		appendTo(t, replica(), 0, text)
		first.want(t, 0, text)
	}
	first.stop(t)
	first.want(t, 0, "end")
	appendTo(t, replica(), 0, "last")
	second.until(t, 0, "last", "last replayed")
	var replayed int
	for _, line := range second.told(0) {
		if strings.Contains(line, "settled") {
			replayed++
		}
	}
	same(t, 20, replayed)
}

func nothingTwiceWhileOthersAppend(t *testing.T, replica func() controlplane.Journal) {
	const each = 200
	j := replica()
	var writers sync.WaitGroup
	write := func(from int) {
		for p := range j.Partitions() {
			writers.Go(func() {
				for i := range each {
					appendTo(t, j, p, fmt.Sprint(from+i))
				}
			})
		}
	}
	write(0)
	o := own(t, replica(), time.Hour)
	writers.Wait()
	write(each)
	writers.Wait()
	var want []string
	for i := range 2 * each {
		want = append(want, fmt.Sprint(i))
	}
	last := want[len(want)-1]
	for p := range j.Partitions() {
		o.until(t, p, last, last+" replayed")
		var got []string
		for _, line := range o.told(p) {
			if text, _, _ := strings.Cut(line, " "); text != "begin" && text != "live" {
				got = append(got, text)
			}
		}
		same(t, want, got)
	}
}

func oldIsNotReplayed(t *testing.T, replica func() controlplane.Journal) {
	j := replica()
	appendTo(t, j, 0, "a")
	o := own(t, j, time.Nanosecond)
	o.want(t, 0, "begin", "live")
	appendTo(t, j, 0, "b")
	o.want(t, 0, "b")
}

func folderSaysWhereItBegins(t *testing.T, replica func() controlplane.Journal) {
	appendTo(t, replica(), 0, "a", "b", "c")
	at := map[string]uint64{}
	err := replica().Read(t.Context(), time.Now().Add(-time.Hour), func(m controlplane.JournalMessage) error {
		at[string(m.Data)] = m.Sequence
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range []struct {
		after  string
		replay time.Duration
		want   []string
	}{
		{"b", time.Nanosecond, []string{"begin", "c replayed", "live"}},
		{"b", time.Hour, []string{"begin", "c replayed settled", "live"}},
		{"c", time.Hour, []string{"begin", "live"}},
	} {
		o := newListener(t, func(ctx context.Context, l *listener) error {
			return replica().Own(ctx, term.replay, func(t controlplane.Term) controlplane.Folder {
				l.add(t.Partition(), "begin")
				return knowing{&listenerFolder{l, t}, at[term.after]}
			})
		})
		o.want(t, 0, term.want...)
		o.stop(t)
	}
}

// knowing is a folder that has a checkpoint.
type knowing struct {
	*listenerFolder
	after uint64
}

// After is what journal.Checkpoints asks for.
func (k knowing) After() uint64 { return k.after }

func coverageSays(t *testing.T, replica func() controlplane.Journal) {
	j := replica()
	before := time.Now().Add(-time.Second)
	appendTo(t, j, 0, "a", "b")
	c, err := j.Coverage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Entries != 2 || c.Bytes < 2 || c.MaxBytes < c.Bytes || c.From.Before(before) || c.Dropped != 0 {
		t.Errorf("coverage %+v", c)
	}
}

// listener writes down what one replica is told, one line for each call.
type listener struct {
	cancel context.CancelFunc
	done   chan error

	mu    sync.Mutex
	lines map[int][]string
	read  map[int]int // lines that want has taken
	more  chan struct{}
}

func newListener(t *testing.T, run func(context.Context, *listener) error) *listener {
	ctx, cancel := context.WithCancel(context.Background())
	l := &listener{cancel: cancel, done: make(chan error, 1), lines: map[int][]string{}, read: map[int]int{}, more: make(chan struct{})}
	go func() { l.done <- run(ctx, l) }()
	t.Cleanup(func() { l.stop(t) })
	return l
}

func own(t *testing.T, j controlplane.Journal, replay time.Duration) *listener {
	return newListener(t, func(ctx context.Context, l *listener) error {
		return j.Own(ctx, replay, func(term controlplane.Term) controlplane.Folder {
			l.add(term.Partition(), "begin")
			return &listenerFolder{l, term}
		})
	})
}

func follow(t *testing.T, j controlplane.Journal) *listener {
	return newListener(t, func(ctx context.Context, l *listener) error {
		return j.Follow(ctx, time.Now().Add(-time.Hour), func(m controlplane.JournalMessage) { l.add(controlplane.Everyone, describe(m)) },
			func() { l.add(controlplane.Everyone, "live") })
	})
}

type listenerFolder struct {
	*listener
	term controlplane.Term
}

var _ controlplane.Folder = (*listenerFolder)(nil)

func (f *listenerFolder) Fold(ctx context.Context, m controlplane.JournalMessage) {
	text := describe(m)
	if err := f.term.Fence(ctx); err != nil && ctx.Err() == nil {
		text += " fenced"
	}
	f.add(f.term.Partition(), text)
}

func (f *listenerFolder) Live() { f.add(f.term.Partition(), "live") }
func (f *listenerFolder) End()  { f.add(f.term.Partition(), "end") }

func describe(m controlplane.JournalMessage) string {
	text := string(m.Data)
	if m.Replayed {
		text += " replayed"
	}
	if m.Settled {
		text += " settled"
	}
	return text
}

func (l *listener) add(partition int, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines[partition] = append(l.lines[partition], line)
	close(l.more)
	l.more = make(chan struct{})
}

func (l *listener) told(partition int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines[partition])
}

// want takes the next lines of a partition.
func (l *listener) want(t *testing.T, partition int, want ...string) {
	t.Helper()
	late := time.After(patience)
	for {
		l.mu.Lock()
		lines, more := l.lines[partition][l.read[partition]:], l.more
		if len(lines) >= len(want) {
			lines = slices.Clone(lines[:len(want)])
			l.read[partition] += len(want)
			l.mu.Unlock()
			same(t, want, lines)
			return
		}
		l.mu.Unlock()
		select {
		case <-more:
		case <-late:
			t.Fatalf("partition %d: told %q, want %q", partition, lines, want)
		}
	}
}

// until waits for one of the lines.
func (l *listener) until(t *testing.T, partition int, any ...string) {
	t.Helper()
	late := time.After(patience)
	for {
		l.mu.Lock()
		lines, more := l.lines[partition], l.more
		found := slices.ContainsFunc(lines, func(s string) bool { return slices.Contains(any, s) })
		l.mu.Unlock()
		if found {
			return
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("partition %d: none of %q came", partition, any)
		}
	}
}

// stop ends what runs, once.
func (l *listener) stop(t *testing.T) {
	l.cancel()
	if l.done == nil {
		return
	}
	if err := <-l.done; err != nil {
		t.Errorf("it ended with %v", err)
	}
	l.done = nil
}
