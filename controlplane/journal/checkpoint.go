package journal

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"picket/controlplane"
	"picket/controlplane/checkpoint"
)

// Checkpoints keep what the folds of partitions stand at. A journal that replays a partition to a folder with a method
// After() uint64 begins after the message of that sequence, however old, where that is not zero.
type Checkpoints interface {
	// SaveCheckpoint keeps data as what a fold stands at after the message m, instead of what was kept of its partition.
	SaveCheckpoint(ctx context.Context, m controlplane.JournalMessage, data []byte) error
	// LoadCheckpoint gives what was saved last, and the message after which it stands, without its data; nil where nothing was,
	// or where the journal does not have, and never had, that message.
	LoadCheckpoint(ctx context.Context, partition int) (m controlplane.JournalMessage, data []byte, err error)
}

// Checkpointed is an Engine whose state outlives it.
type Checkpointed interface {
	Engine
	// Checkpoint gives all that the engine remembers, and Restore makes one that has seen nothing go on from there.
	Checkpoint() []byte
	Restore(data []byte) error
}

const (
	// maxCheckpoint bounds what is read of one, in bytes.
	maxCheckpoint = 256 << 20
	saveWithin    = 10 * time.Second
	loadWithin    = 4 * time.Second // nothing is detected in the partition meanwhile
	// Sections of a checkpoint.
	sectionMarks, sectionEngine = "marks", "engine"
)

// saver saves a term's checkpoints, one at a time, beside the fold.
type saver struct {
	last  controlplane.JournalMessage // folded last, without its data
	dirty bool                        // it was folded since the last checkpoint
	next  time.Time
	busy  atomic.Bool
}

// resume makes a term go on from its partition's checkpoint, if there is one.
func (t *term) resume(ctx context.Context) {
	e, ok := t.engine.(Checkpointed)
	if !ok || t.f.o.Checkpoints == nil {
		return
	}
	ctx, stop := context.WithTimeout(ctx, loadWithin)
	defer stop()
	at, data, err := t.f.o.Checkpoints.LoadCheckpoint(ctx, t.term.Partition())
	if err == nil && data == nil {
		return
	}
	if err == nil {
		err = t.restore(e, data)
	}
	if err != nil {
		t.f.metrics.checkpointFailures.Inc()
		t.f.o.Log.Warn("checkpoint cannot be used, the last minutes are replayed instead", "partition", t.term.Partition(), "error", err)
		// It may be good, and only out of reach now: what this term knows, which is less, does not take its place for a while.
		t.saver.next, t.poor = time.Now().Add(t.f.o.Replay), true
		return
	}
	t.from = at
}

func (t *term) restore(e Checkpointed, data []byte) error {
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), maxCheckpoint))
	if err != nil {
		return fmt.Errorf("inflate checkpoint: %w", err)
	}
	sections := checkpoint.NewReader(raw).Sections()
	seen, state := sections[sectionMarks], sections[sectionEngine]
	if seen == nil || state == nil {
		return fmt.Errorf("read checkpoint: %w", checkpoint.ErrDamaged)
	}
	marks := loadMarks(seen)
	blob := []byte(state.Text())
	if seen.Err() != nil || state.Err() != nil {
		return fmt.Errorf("read checkpoint: %w", checkpoint.ErrDamaged)
	}
	if err := e.Restore(blob); err != nil {
		return err
	}
	t.marks = marks
	return nil
}

// After tells the journal where the replay begins; 0: it is as long as it usually is.
func (t *term) After() uint64 { return t.from.Sequence }

// folded takes note of a message, and makes a checkpoint when it is time.
func (t *term) folded(ctx context.Context, m controlplane.JournalMessage) {
	m.Data = nil
	t.saver.last, t.saver.dirty = m, true
	if !m.Replayed && time.Now().After(t.saver.next) {
		t.save(ctx)
	}
}

// save makes a checkpoint of what is folded, and keeps it beside the fold. One that is not kept yet when the next is due
// takes its place. While detections wait to be acted on there is none, for it would say that they were.
func (t *term) save(ctx context.Context) {
	e, ok := t.engine.(Checkpointed)
	if !ok || t.f.o.Checkpoints == nil || !t.saver.dirty || !t.acts.idle() || t.poor && time.Now().Before(t.saver.next) || !t.saver.busy.CompareAndSwap(false, true) {
		return
	}
	began := time.Now()
	t.saver.next, t.saver.dirty = began.Add(t.f.o.CheckpointEvery), false
	var w checkpoint.Writer
	w.Section(sectionMarks, t.marks.save)
	w.Section(sectionEngine, func(w *checkpoint.Writer) { w.Text(string(e.Checkpoint())) })
	t.f.metrics.checkpointPause.Set(time.Since(began).Seconds())
	at, raw := t.saver.last, w.Bytes()
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), saveWithin)
	t.f.saving.Go(func() {
		defer stop()
		defer t.saver.busy.Store(false)
		t.f.keep(ctx, at, raw)
	})
}

// keep compresses a checkpoint and stores it.
func (f *Fold) keep(ctx context.Context, at controlplane.JournalMessage, raw []byte) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err == nil {
		if _, err = w.Write(raw); err == nil {
			err = w.Close()
		}
	}
	if err == nil {
		err = f.o.Checkpoints.SaveCheckpoint(ctx, at, b.Bytes())
	}
	if err != nil {
		f.metrics.checkpointFailures.Inc()
		f.o.Log.Warn("checkpoint is not kept: a restart replays more", "partition", at.Partition, "bytes", b.Len(), "error", err)
		return
	}
	f.metrics.checkpoints.Inc()
	f.metrics.checkpointBytes.Set(float64(b.Len()))
	f.o.Log.Debug("checkpoint kept", "partition", at.Partition, "sequence", at.Sequence, "bytes", b.Len())
}

// save writes the marks; the older half first.
func (m *marks) save(w *checkpoint.Writer) {
	for _, half := range []map[instance]uint64{m.old, m.young} {
		w.Uint(uint64(len(half)))
		for i, sequence := range half {
			w.Text(i.node)
			w.Hash(i.number)
			w.Uint(sequence)
		}
	}
}

func loadMarks(r *checkpoint.Reader) (m marks) {
	m.old, m.young = map[instance]uint64{}, map[instance]uint64{}
	for _, half := range []map[instance]uint64{m.old, m.young} {
		for range r.Count(10) {
			i := instance{node: r.Text(), number: r.Hash()}
			half[i] = r.Uint()
		}
	}
	return m
}
