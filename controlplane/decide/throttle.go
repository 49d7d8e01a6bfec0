package decide

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// ensureThrottle makes sure that the register has a throttle class for this rate.
func (d *Decider) ensureThrottle(ctx context.Context, perMinute uint32) error {
	d.mu.Lock()
	known, n := d.throttles[perMinute], len(d.throttles)
	d.mu.Unlock()
	if known {
		return nil
	}
	if n >= policy.MaxThrottles {
		return &Mistake{Message: fmt.Sprintf("there are %d throttle rates already: use one of those", n)}
	}
	key := controlplane.KeyThrottle + strconv.FormatUint(uint64(perMinute), 10)
	if _, err := d.o.Register.Put(ctx, key, []byte("{}"), 0); err != nil && !errors.Is(err, controlplane.ErrConflict) {
		return fmt.Errorf("put throttle class: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.throttles[perMinute] = true
	return nil
}

func (d *Decider) applyThrottle(e controlplane.Entry) {
	rate, err := strconv.ParseUint(strings.TrimPrefix(e.Key, controlplane.KeyThrottle), 10, 32)
	if err == nil && !e.Deleted {
		d.throttles[uint32(rate)] = true
	}
}
