package backtest

import (
	"context"
	"sync"

	"picket/controlplane"
)

// register is an empty one that nobody else writes to: it keeps revisions, so that a key is made once, and no values. Its
// watchers are told nothing, since the decider holds at once what it puts itself.
type register struct {
	mu        sync.Mutex
	revisions map[string]uint64
	last      uint64
}

var _ controlplane.Register = (*register)(nil)

// Epoch implements controlplane.Register.
func (*register) Epoch() uint64 { return 1 }

// Put implements controlplane.Register.
func (r *register) Put(_ context.Context, key string, _ []byte, expect uint64) (uint64, error) {
	return r.change(key, expect, false)
}

// Delete implements controlplane.Register.
func (r *register) Delete(_ context.Context, key string, expect uint64) (uint64, error) {
	return r.change(key, expect, true)
}

func (r *register) change(key string, expect uint64, gone bool) (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if expect != controlplane.AnyRevision && r.revisions[key] != expect {
		return 0, controlplane.ErrConflict
	}
	r.last++
	if r.revisions[key] = r.last; gone {
		delete(r.revisions, key)
	}
	return r.last, nil
}

// Watch implements controlplane.Register.
func (*register) Watch(ctx context.Context, _ func(controlplane.Entry) error, synced func(revision uint64)) error {
	synced(0)
	<-ctx.Done()
	return nil
}
