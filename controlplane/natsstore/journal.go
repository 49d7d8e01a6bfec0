package natsstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"picket/controlplane"
)

// JournalOptions of a Journal. Zero fields have the defaults named.
type JournalOptions struct {
	// Partitions is how many a new journal has; one that exists keeps its own. 1 in an embedded server, 16 in others.
	Partitions int
	// MaxBytes on the disk, and MaxAge. A journal that exists keeps its own where these are 0; a new one has 4 GiB and 24 h.
	MaxBytes uint64
	MaxAge   time.Duration
}

const (
	journalStream  = "JOURNAL"
	journalPrefix  = "rollup."
	everyone       = "all"
	partitionsKey  = "picket-partitions" // among the stream's metadata
	marksStream    = "MARKS"
	marksPrefix    = "mark."
	sameWithin     = 30 * time.Second // for how long an entry's id is remembered
	appendWithin   = 15 * time.Second // longer than an election
	lookAgain      = 10 * time.Second // how often the journal's size is looked at
	sayAgain       = time.Minute
	flushedWithin  = 25 * time.Millisecond // the server waits for 8 ms for more, then writes
	defaultOutside = 16
)

// Journal is the stream of all partitions. On three servers an entry that was acknowledged is on two disks at least. A
// server alone writes it a moment later (FlushedWithin): waiting for the disk would cost each report more than all else.
type Journal struct {
	s          *Store
	o          JournalOptions
	metrics    *metrics
	stream     jetstream.Stream
	marks      jetstream.Stream
	partitions int
	together   atomic.Bool // the replicas know entries of several reports

	mu      sync.Mutex
	objects jetstream.ObjectStore // of checkpoints; nil: not opened yet
	first   uint64                // oldest sequence when last looked at
	dropped uint64
	told    time.Time
}

var _ controlplane.Journal = (*Journal)(nil)

func openJournal(ctx context.Context, s *Store) (*Journal, error) {
	j := &Journal{s: s, o: s.o.Journal, metrics: newMetrics(s.o.Registerer)}
	if j.o.Partitions == 0 {
		j.o.Partitions = defaultOutside
		if s.server != nil {
			j.o.Partitions = 1
		}
	}
	var err error
	if j.stream, err = j.open(ctx, j.journalConfig()); err == nil {
		err = j.rebound(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	if j.marks, err = j.open(ctx, j.marksConfig()); err != nil {
		return nil, fmt.Errorf("open marks: %w", err)
	}
	i := j.stream.CachedInfo()
	if j.partitions, err = strconv.Atoi(i.Config.Metadata[partitionsKey]); err != nil || j.partitions < 1 {
		return nil, fmt.Errorf("open journal: stream %s does not say how many partitions it has", journalStream)
	}
	j.first = max(1, i.State.FirstSeq) // an empty stream has none
	return j, nil
}

func (j *Journal) journalConfig() jetstream.StreamConfig {
	return j.config(jetstream.StreamConfig{
		Name: journalStream, Description: "Picket's journal", Subjects: []string{journalPrefix + "*"}, Discard: jetstream.DiscardOld,
		MaxBytes: int64(cmp.Or(j.o.MaxBytes, 4<<30)), MaxAge: cmp.Or(j.o.MaxAge, 24*time.Hour), Duplicates: sameWithin, AllowDirect: true,
		Metadata: map[string]string{partitionsKey: strconv.Itoa(j.o.Partitions)},
	})
}

// marksConfig is of the stream that says, for each partition, who owns it and up to where it is settled.
func (j *Journal) marksConfig() jetstream.StreamConfig {
	return j.config(jetstream.StreamConfig{
		Name: marksStream, Description: "Who owns Picket's journal", Subjects: []string{marksPrefix + "*"},
		MaxMsgsPerSubject: 1, MaxBytes: maxMarks,
	})
}

// config adds how both are kept. A server alone need not write them to the disk at once; with several it cannot be told so.
func (j *Journal) config(c jetstream.StreamConfig) jetstream.StreamConfig {
	c.Storage, c.Replicas = jetstream.FileStorage, j.s.replicas
	if c.Replicas == 1 {
		c.PersistMode = jetstream.AsyncPersistMode
	}
	return c
}

// open opens a stream, or makes it.
func (j *Journal) open(ctx context.Context, c jetstream.StreamConfig) (st jetstream.Stream, err error) {
	err = again(ctx, func(ctx context.Context) error {
		if st, err = j.s.js.Stream(ctx, c.Name); errors.Is(err, jetstream.ErrStreamNotFound) {
			st, err = j.s.js.CreateStream(ctx, c)
		}
		return err
	})
	return st, err
}

// rebound gives a journal that exists its new bounds.
func (j *Journal) rebound(ctx context.Context) error {
	is := j.stream.CachedInfo().Config
	want := is
	want.MaxBytes, want.MaxAge = cmp.Or(int64(j.o.MaxBytes), is.MaxBytes), cmp.Or(j.o.MaxAge, is.MaxAge)
	if want.MaxBytes == is.MaxBytes && want.MaxAge == is.MaxAge {
		return nil
	}
	return again(ctx, func(ctx context.Context) (err error) {
		j.stream, err = j.s.js.UpdateStream(ctx, want)
		return err
	})
}

// Partitions implements controlplane.Journal.
func (j *Journal) Partitions() int { return j.partitions }

// Append implements controlplane.Journal. It is tried for a quarter of a minute.
func (j *Journal) Append(ctx context.Context, entries ...controlplane.JournalEntry) error {
	ctx, stop := context.WithTimeout(ctx, appendWithin)
	defer stop()
	if err := j.append(ctx, entries); err != nil {
		j.metrics.failures.Add(float64(len(entries)))
		return fmt.Errorf("append to journal: %w", err)
	}
	j.metrics.appends.Add(float64(len(entries)))
	return nil
}

func (j *Journal) append(ctx context.Context, entries []controlplane.JournalEntry) error {
	for _, e := range entries {
		if e.Partition < controlplane.Everyone || e.Partition >= j.partitions {
			return fmt.Errorf("no partition %d", e.Partition)
		}
		if len(e.Data) == 0 || len(e.Data) > controlplane.MaxEntry {
			return fmt.Errorf("entry of %d bytes: want 1 to %d", len(e.Data), controlplane.MaxEntry)
		}
	}
	if j.s.room != nil {
		if err := j.s.room.check(); err != nil {
			return err
		}
	}
	if len(entries) == 1 {
		return j.publish(ctx, entries[0])
	}
	// Those of one partition go one after the other, the partitions beside each other.
	byPartition := map[int][]controlplane.JournalEntry{}
	for _, e := range entries {
		byPartition[e.Partition] = append(byPartition[e.Partition], e)
	}
	errs := make(chan error, len(byPartition))
	for _, list := range byPartition {
		go func() {
			for _, e := range list {
				if err := j.publish(ctx, e); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	var err error
	for range byPartition {
		err = errors.Join(err, <-errs)
	}
	return err
}

func (j *Journal) publish(ctx context.Context, e controlplane.JournalEntry) error {
	var opts []jetstream.PublishOpt
	if e.ID != "" {
		opts = append(opts, jetstream.WithMsgID(e.ID))
	}
	return againWithin(ctx, storeWithin, func(ctx context.Context) error {
		_, err := j.s.js.Publish(ctx, subjectOf(e.Partition), e.Data, opts...)
		return err
	})
}

// FlushedWithin is how long after Append an entry may still be lost with its server, when that is killed: a server alone
// writes what came together. 0: not at all.
func (j *Journal) FlushedWithin() time.Duration {
	if j.s.replicas > 1 {
		return 0
	}
	return flushedWithin
}

func subjectOf(partition int) string {
	if partition == controlplane.Everyone {
		return journalPrefix + everyone
	}
	return journalPrefix + strconv.Itoa(partition)
}

// message reads what the stream has; false: it is not the journal's.
func message(m jetstream.Msg) (out controlplane.JournalMessage, consumer uint64, ok bool) {
	meta, err := m.Metadata()
	name, ours := strings.CutPrefix(m.Subject(), journalPrefix)
	if err != nil || !ours {
		return out, 0, false
	}
	out = controlplane.JournalMessage{Partition: controlplane.Everyone, Sequence: meta.Sequence.Stream, At: meta.Timestamp, Data: m.Data()}
	if name != everyone {
		if out.Partition, err = strconv.Atoi(name); err != nil {
			return out, 0, false
		}
	}
	return out, meta.Sequence.Consumer, true
}

// Coverage implements controlplane.Journal.
func (j *Journal) Coverage(ctx context.Context) (controlplane.Coverage, error) {
	i, err := j.stream.Info(ctx)
	if err != nil {
		return controlplane.Coverage{}, fmt.Errorf("look at journal: %w", err)
	}
	c := controlplane.Coverage{
		Entries: i.State.Msgs, Bytes: i.State.Bytes, MaxBytes: uint64(i.Config.MaxBytes), Dropped: j.gone(i),
	}
	if c.Entries > 0 {
		c.From = i.State.FirstTime
	}
	j.metrics.bytes.Set(float64(c.Bytes))
	j.metrics.maxBytes.Set(float64(c.MaxBytes))
	j.metrics.covers.Set(0)
	if c.Entries > 0 {
		j.metrics.covers.Set(time.Since(c.From).Seconds())
	}
	return c, nil
}

// gone counts what went for want of room since it was last looked at: the oldest that is left is younger than the age at
// which entries go. It gives the sum.
func (j *Journal) gone(i *jetstream.StreamInfo) uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	if i.State.FirstSeq > j.first && i.State.Msgs > 0 && time.Since(i.State.FirstTime) < i.Config.MaxAge-lookAgain {
		n := i.State.FirstSeq - j.first
		j.dropped += n
		j.metrics.dropped.Add(float64(n))
		if time.Since(j.told) > sayAgain {
			j.told = time.Now()
			j.s.o.Log.Warn("journal is full, its oldest entries go",
				"dropped", n, "max_bytes", i.Config.MaxBytes, "covers", time.Since(i.State.FirstTime).Round(time.Second))
		}
	}
	j.first = max(j.first, i.State.FirstSeq)
	return j.dropped
}

// watch looks at the journal's size until ctx ends.
func (j *Journal) watch(ctx context.Context) {
	for ctx.Err() == nil {
		call, stop := context.WithTimeout(ctx, callWithin)
		_, _ = j.Coverage(call) // it is looked at again soon
		stop()
		wait(ctx, lookAgain)
	}
}

// used is how many bytes the embedded server's files take.
func (s *Store) used() (bytes uint64) {
	_ = filepath.WalkDir(filepath.Join(s.o.Dir, "nats"), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // what cannot be read counts nothing
		}
		if info, err := d.Info(); err == nil {
			bytes += uint64(info.Size())
		}
		return nil
	})
	return bytes
}

// reader gives the messages of a subject in order, from a sequence or a time on.
type reader struct {
	j       *Journal
	subject string
	after   uint64    // sequence; 0: from
	from    time.Time // where after is 0
}

// read tells messages until each says that it has enough, or one came with the sequence upTo or a higher one (0: there is no
// end), of which there must be one. That none is pending would say nothing: whoever serves the read may be behind those that
// acknowledged. r.after is up to where it told.
func (r *reader) read(ctx context.Context, upTo uint64, each func(jetstream.Msg, controlplane.JournalMessage) (more bool)) error {
	c := since(r.after)
	if r.after == 0 {
		c = jetstream.ConsumerConfig{DeliverPolicy: jetstream.DeliverByStartTimePolicy, OptStartTime: &r.from}
	}
	c.FilterSubject = r.subject
	soon := time.Duration(0)
	if upTo > 0 {
		soon = callWithin
	}
	return tail(ctx, r.j.stream, c, soon, func(msg jetstream.Msg) (bool, error) {
		m, _, ok := message(msg)
		if ok && m.Sequence > r.after {
			r.after = m.Sequence
			if len(m.Data) > 0 && !each(msg, m) {
				return false, nil
			}
		}
		return upTo == 0 || r.after < upTo, nil
	})
}

// readTries is how often a read goes on after its server or its consumer was lost.
const readTries = 5

// Read implements controlplane.Journal.
func (j *Journal) Read(ctx context.Context, from time.Time, each func(controlplane.JournalMessage) error) error {
	i, err := j.stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	if i.State.Msgs == 0 || i.State.LastTime.Before(from) {
		return nil
	}
	var failed error
	r := reader{j: j, subject: journalPrefix + "*", from: from}
	for range readTries {
		err = r.read(ctx, i.State.LastSeq, func(_ jetstream.Msg, m controlplane.JournalMessage) bool {
			m.Replayed = true
			failed = cmp.Or(ctx.Err(), each(m))
			return failed == nil
		})
		if err == nil || failed != nil || ctx.Err() != nil {
			break
		}
		j.readAgain(ctx, err) // from where it stands
	}
	if failed == nil && err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	return failed
}

// Follow implements controlplane.Journal.
func (j *Journal) Follow(ctx context.Context, from time.Time, each func(controlplane.JournalMessage), live func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(j.s.closing, cancel)()
	r := reader{j: j, subject: subjectOf(controlplane.Everyone), from: from}
	tell := func(m controlplane.JournalMessage, replayed bool) {
		m.Replayed = replayed
		each(m)
	}
	target, err := j.last(ctx, r.subject, from)
	for ctx.Err() == nil {
		if err == nil {
			if target > 0 {
				err = r.read(ctx, target, func(_ jetstream.Msg, m controlplane.JournalMessage) bool { tell(m, true); return ctx.Err() == nil })
			}
			if err == nil {
				break
			}
		}
		j.readAgain(ctx, err)
		target, err = j.last(ctx, r.subject, from)
	}
	if ctx.Err() != nil {
		return nil
	}
	live()
	for ctx.Err() == nil {
		err := r.read(ctx, 0, func(_ jetstream.Msg, m controlplane.JournalMessage) bool { tell(m, false); return ctx.Err() == nil })
		j.readAgain(ctx, err)
	}
	return nil
}

// last gives the sequence of a subject's newest message, where that is not older than from; else 0.
func (j *Journal) last(ctx context.Context, subject string, from time.Time) (uint64, error) {
	m, err := j.stream.GetLastMsgForSubject(ctx, subject)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return 0, nil
	case err != nil:
		return 0, err
	case m.Time.Before(from):
		return 0, nil
	}
	return m.Sequence, nil
}

// evicted tells whether a message has gone, for want of room or by its age.
func (j *Journal) evicted(ctx context.Context, sequence uint64) bool {
	ctx, stop := context.WithTimeout(ctx, storeWithin)
	defer stop()
	i, err := j.stream.Info(ctx)
	return err == nil && i.State.FirstSeq > sequence
}

// readAgain counts an error and waits before the next try.
func (j *Journal) readAgain(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	j.metrics.unread.Inc()
	j.s.o.Log.Debug("reading the journal went wrong, it is tried again", "error", err)
	wait(ctx, callAgain)
}

// mark publishes who owns a partition, where the last mark is still that with the sequence expect.
func (j *Journal) mark(ctx context.Context, partition int, settled, expect uint64) (uint64, error) {
	ctx, stop := context.WithTimeout(ctx, storeWithin)
	defer stop()
	m := nats.NewMsg(marksPrefix + strconv.Itoa(partition))
	m.Data = strconv.AppendUint(nil, settled, 10)
	ack, err := j.s.js.PublishMsg(ctx, m, jetstream.WithExpectLastSequencePerSubject(expect))
	if isConflict(err) {
		return 0, controlplane.ErrFenced
	}
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// marked gives the last mark and its sequence; zeros where there is none.
func (j *Journal) marked(ctx context.Context, partition int) (settled, sequence uint64, err error) {
	ctx, stop := context.WithTimeout(ctx, storeWithin)
	defer stop()
	m, err := j.marks.GetLastMsgForSubject(ctx, marksPrefix+strconv.Itoa(partition))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	settled, err = strconv.ParseUint(string(m.Data), 10, 64)
	return settled, m.Sequence, err
}
