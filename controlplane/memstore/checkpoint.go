package memstore

import (
	"bytes"
	"context"

	"picket/controlplane"
)

// saved is the checkpoint of one partition.
type saved struct {
	at   controlplane.JournalMessage // without its data
	data []byte
}

// SaveCheckpoint implements journal.Checkpoints.
func (j *Journal) SaveCheckpoint(_ context.Context, m controlplane.JournalMessage, data []byte) error {
	if err := j.o.Fail("checkpoint"); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	m.Data = nil
	j.checkpoints[m.Partition] = saved{m, bytes.Clone(data)}
	return nil
}

// LoadCheckpoint implements journal.Checkpoints.
func (j *Journal) LoadCheckpoint(_ context.Context, partition int) (m controlplane.JournalMessage, data []byte, err error) {
	if err := j.o.Fail("resume"); err != nil {
		return m, nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.checkpoints[partition]
	return s.at, s.data, nil
}
