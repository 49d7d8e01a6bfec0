package decide

import (
	"context"
	"slices"
	"strings"
	"sync"

	"picket/controlplane"
	"picket/controlplane/memstore"
)

// register is a memstore that remembers all that was ever put.
type register struct {
	*memstore.Store
	mu   sync.Mutex
	held strings.Builder
}

var _ controlplane.Register = (*register)(nil)

func newRegister() *register { return &register{Store: memstore.New()} }

func (r *register) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	r.mu.Lock()
	r.held.WriteString(key + " " + string(value) + "\n")
	r.mu.Unlock()
	return r.Store.Put(ctx, key, value, expect)
}

// text is everything that was ever put.
func (r *register) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held.String()
}

// keys gives the keys with a prefix, without it, in order.
func (r *register) keys(prefix string) (keys []string) {
	ctx, stop := context.WithCancel(context.Background())
	each := func(e controlplane.Entry) error {
		if name, ok := strings.CutPrefix(e.Key, prefix); ok && !e.Deleted {
			keys = append(keys, name)
		}
		return nil
	}
	if err := r.Watch(ctx, each, func(uint64) { stop() }); err != nil {
		panic(err)
	}
	slices.Sort(keys)
	return keys
}
