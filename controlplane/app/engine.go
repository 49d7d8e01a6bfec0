package app

import (
	"context"

	"picket/controlplane"
	"picket/controlplane/checkpoint"
	"picket/controlplane/decide"
	"picket/controlplane/detect"
	"picket/controlplane/journal"
)

// observing is a detector that has the decider's history know the callers before it looks at what they do.
type observing struct {
	*detect.Engine
	share *decide.Share
}

var _ journal.Checkpointed = observing{}

// sectionCallers is the history's section of a checkpoint, beside those of the detector.
const sectionCallers = "callers"

// Ingest implements journal.Engine.
func (o observing) Ingest(ctx context.Context, rollups []controlplane.Rollup) {
	o.share.Observe(ctx, rollups)
	o.Engine.Ingest(ctx, rollups)
}

// Checkpoint implements journal.Checkpointed.
func (o observing) Checkpoint() []byte {
	var w checkpoint.Writer
	w.Section(sectionCallers, o.share.Save)
	return append(o.Engine.Checkpoint(), w.Bytes()...)
}

// Restore implements journal.Checkpointed. A history that is missing, as in a checkpoint of an earlier version, or cannot be
// read begins anew: the detector's windows are good without it.
func (o observing) Restore(data []byte) error {
	if err := o.Engine.Restore(data); err != nil {
		return err
	}
	if callers, ok := checkpoint.NewReader(data).Sections()[sectionCallers]; ok {
		o.share.Load(callers)
	}
	return nil
}
