package natsstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"picket/controlplane"
)

const (
	checkpointBucket = "checkpoints"
	maxCheckpoints   = 2 << 30 // bytes of all; the newest and, while it is written, the one before
	// Of an object: the message after which it stands.
	sequenceKey, atKey = "sequence", "at"
)

// checkpoints opens the bucket, or makes it. Where it cannot be made there are none.
func (j *Journal) checkpoints(ctx context.Context) (jetstream.ObjectStore, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.objects != nil {
		return j.objects, nil
	}
	objects, err := j.s.js.ObjectStore(ctx, checkpointBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		objects, err = j.s.js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{
			Bucket: checkpointBucket, Description: "What Picket's folds stand at", Storage: jetstream.FileStorage,
			MaxBytes: maxCheckpoints, Replicas: j.s.replicas,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("open checkpoints: %w", err)
	}
	j.objects = objects
	return objects, nil
}

func checkpointName(partition int) string { return "part-" + strconv.Itoa(partition) }

// SaveCheckpoint implements journal.Checkpoints.
func (j *Journal) SaveCheckpoint(ctx context.Context, m controlplane.JournalMessage, data []byte) error {
	if j.s.room != nil {
		if err := j.s.room.check(); err != nil {
			return err
		}
	}
	objects, err := j.checkpoints(ctx)
	if err != nil {
		return err
	}
	_, err = objects.Put(ctx, jetstream.ObjectMeta{
		Name:     checkpointName(m.Partition),
		Metadata: map[string]string{sequenceKey: strconv.FormatUint(m.Sequence, 10), atKey: strconv.FormatInt(m.At.UnixNano(), 10)},
	}, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("save checkpoint: %w", err)
	}
	return nil
}

// LoadCheckpoint implements journal.Checkpoints.
func (j *Journal) LoadCheckpoint(ctx context.Context, partition int) (m controlplane.JournalMessage, data []byte, err error) {
	objects, err := j.checkpoints(ctx)
	if err != nil {
		return m, nil, err
	}
	object, err := objects.Get(ctx, checkpointName(partition))
	if errors.Is(err, jetstream.ErrObjectNotFound) {
		return m, nil, nil
	}
	if err != nil {
		return m, nil, fmt.Errorf("load checkpoint: %w", err)
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	info, err := object.Info()
	if err != nil {
		return m, nil, fmt.Errorf("load checkpoint: %w", err)
	}
	sequence, _ := strconv.ParseUint(info.Metadata[sequenceKey], 10, 64) // zero is of nothing
	at, _ := strconv.ParseInt(info.Metadata[atKey], 10, 64)
	m = controlplane.JournalMessage{Partition: partition, Sequence: sequence, At: time.Unix(0, at)}
	if ours, err := j.had(ctx, m); err != nil || !ours {
		return m, nil, err
	}
	if data, err = io.ReadAll(object); err != nil {
		return m, nil, fmt.Errorf("load checkpoint: %w", err)
	}
	return m, data, nil
}

// had tells whether the journal has, or had, the message at which a checkpoint was made. A journal that was made anew, or that
// lost its last entries with its server, has another there, or none yet.
func (j *Journal) had(ctx context.Context, at controlplane.JournalMessage) (bool, error) {
	i, err := j.stream.Info(ctx)
	if err != nil {
		return false, fmt.Errorf("look at journal: %w", err)
	}
	if at.Sequence == 0 || at.Sequence > i.State.LastSeq || at.At.Before(i.Created) {
		return false, nil
	}
	if at.Sequence < i.State.FirstSeq {
		return true, nil
	}
	m, err := j.stream.GetMsg(ctx, at.Sequence)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at journal: %w", err)
	}
	return m.Time.Equal(at.At), nil
}
