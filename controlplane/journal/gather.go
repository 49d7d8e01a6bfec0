package journal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"picket/controlplane"
)

const (
	// maxReports and maxBundle, in bytes of data, bound what goes into one entry; a report that is larger goes alone.
	maxReports, maxBundle = 128, 256 << 10
	// gatherFor is the least time from one entry to the next where more than many reports came within the last manyIn.
	gatherFor = 40 * time.Millisecond
	many      = 64
	manyIn    = 400 * time.Millisecond
)

// gather puts what many reports bring to one partition into few entries: an entry costs a cluster the same whether it has one
// report or ten. What comes while an entry is on its way waits for that, and goes with all else that waits. Where few reports
// come, none waits for another but so. It needs no goroutine: the first of those who wait does it for all.
type gather struct {
	journal controlplane.Journal

	mu      sync.Mutex
	waiting []*part
	taken   bool            // somebody makes an entry, or is about to
	began   time.Time       // when the last entry went
	came    [many]time.Time // when the newest parts came, in turn
	next    int             // of came
}

// part is what one report brings.
type part struct {
	controlplane.JournalEntry
	turn chan struct{} // buffered by one: it makes the next entry
	done chan error    // buffered by one: how that ended which had it
}

// add returns nil once the entry that has e's data is kept. An error is of all that went, or would have gone, together. ctx's
// end does not end it, for others go with it; the journal's own bound on an append does.
func (g *gather) add(ctx context.Context, e controlplane.JournalEntry) error {
	p := &part{e, make(chan struct{}, 1), make(chan error, 1)}
	if !g.join(p, time.Now()) {
		select {
		case <-p.turn:
		case err := <-p.done:
			return err
		}
	}
	ctx = context.WithoutCancel(ctx)
	if wait := g.rest(time.Now()); wait > 0 {
		sleep(ctx, wait)
	}
	g.append(ctx)
	return <-p.done
}

// join reports whether it is the part's turn at once.
func (g *gather) join(p *part, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, p)
	g.came[g.next], g.next = now, (g.next+1)%many
	first := !g.taken
	g.taken = true
	return first
}

// rest is how long more should be waited for.
func (g *gather) rest(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Sub(g.came[g.next]) > manyIn || len(g.waiting) >= maxReports {
		return 0
	}
	return gatherFor - now.Sub(g.began)
}

// append makes an entry of the first that wait, and gives the turn to the next. Where the journal does not take it those who
// wait are told too, since they would only wait as long again.
func (g *gather) append(ctx context.Context) {
	parts := g.take(time.Now())
	err := g.journal.Append(ctx, together(parts))
	g.mu.Lock()
	if err != nil {
		parts, g.waiting = append(parts, g.waiting...), nil
	}
	if g.taken = len(g.waiting) > 0; g.taken {
		g.waiting[0].turn <- struct{}{}
	}
	g.mu.Unlock()
	for _, p := range parts {
		p.done <- err
	}
}

// take gives the parts of the next entry.
func (g *gather) take(now time.Time) []*part {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.began = now
	n, bytes := 0, 0
	for n < min(len(g.waiting), maxReports) {
		if bytes += len(g.waiting[n].Data); n > 0 && bytes > maxBundle {
			break
		}
		n++
	}
	parts := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return parts
}

// together makes one entry. Its ID is of the reports in it, so that it is kept once where the journal is asked again.
func together(parts []*part) controlplane.JournalEntry {
	if len(parts) == 1 {
		return parts[0].JournalEntry
	}
	reports := make([][]byte, len(parts))
	h := fnv.New64a()
	for i, p := range parts {
		reports[i] = p.Data
		_, _ = h.Write([]byte(p.ID))
	}
	return controlplane.JournalEntry{
		Partition: parts[0].Partition, ID: fmt.Sprintf("%016x+%d", h.Sum64(), len(parts)), Data: bundle(reports),
	}
}

// Record puts what a report brought into the journal. It returns nil once that is kept: then the report may be
// acknowledged. On an error it must come again.
func (f *Fold) Record(ctx context.Context, b controlplane.Batch) error {
	var entries []controlplane.JournalEntry
	id := idOf(b)
	if len(b.Rollups)+len(b.Findings) > 0 {
		own := b
		own.Endpoints = nil
		entries = append(entries, controlplane.JournalEntry{Partition: PartitionOf(b.Node.Group, f.o.Journal.Partitions()), ID: id, Data: Encode(own)})
	}
	if len(b.Endpoints)+len(b.Findings) > 0 {
		all := b
		all.Rollups = nil
		entries = append(entries, controlplane.JournalEntry{Partition: controlplane.Everyone, ID: id + ".all", Data: Encode(all)})
	}
	if len(entries) == 0 {
		return nil
	}
	err := f.put(ctx, entries)
	f.trouble.kept(err)
	if err != nil {
		return fmt.Errorf("record report: %w", err)
	}
	f.metrics.recorded.Add(float64(len(entries)))
	return nil
}

// put appends what one report brought, together with what others bring, unless the journal has a method Together() bool that says that
// not all who read it know bundles.
func (f *Fold) put(ctx context.Context, entries []controlplane.JournalEntry) error {
	if t, ok := f.o.Journal.(interface{ Together() bool }); ok && !t.Together() {
		return f.o.Journal.Append(ctx, entries...)
	}
	for _, e := range entries { // which would take those with it that go with it
		if len(e.Data) > controlplane.MaxEntry {
			return fmt.Errorf("entry of %d bytes: want at most %d", len(e.Data), controlplane.MaxEntry)
		}
	}
	errs := make(chan error, len(entries))
	for _, e := range entries[1:] {
		go func() { errs <- f.gathers[1+e.Partition].add(ctx, e) }()
	}
	errs <- f.gathers[1+entries[0].Partition].add(ctx, entries[0])
	var err error
	for range entries {
		err = errors.Join(err, <-errs)
	}
	return err
}

// newGathers makes one for Everyone, then one for each partition.
func newGathers(j controlplane.Journal) []gather {
	all := make([]gather, 1+j.Partitions())
	for i := range all {
		all[i].journal = j
	}
	return all
}

// idOf names a report. A node's name is anyone's length, so that it is hashed.
func idOf(b controlplane.Batch) string {
	h := fnv.New64a()
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, b.Instance))
	_, _ = h.Write([]byte(b.Node.ID))
	return fmt.Sprintf("%016x.%x", h.Sum64(), b.Sequence)
}
