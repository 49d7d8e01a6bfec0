package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"picket/controlplane"
	"picket/controlplane/decide"
	"picket/controlplane/ingest"
	"picket/controlplane/memstore"
	"picket/controlplane/ops"
	picketv1 "picket/proto/picket/v1"
)

// OfflineOptions are those of a control plane that nobody reaches over a network: it lives within a simulation.
type OfflineOptions struct {
	Policy string // the policy file's text; empty: the built-in policy
	Mode   string // replaces the policy's; empty: it does not
	Clock  controlplane.Clock
	Log    *slog.Logger
	// Detected is told of each detection before the decider, in the goroutine that brought the last rollup. nil: nobody is.
	Detected func(controlplane.Detection)
}

// Offline is one control plane without servers, whose state is in memory: the same parts, wired the same way. Its hash key
// is always the same, so that the same reports give the same decisions.
type Offline struct {
	app      *App
	register *tallied
}

// NewOffline makes one; call Run once. Its error is a *Mistake where a person can mend it.
func NewOffline(ctx context.Context, o OfflineOptions) (*Offline, error) {
	opts := Options{State: Memory, Mode: o.Mode, Deltas: true, Clock: o.Clock, Log: o.Log}.withDefaults()
	a := &App{
		o: opts, log: opts.Log, clock: opts.Clock, started: opts.Clock(), metrics: ops.NewRegistry(),
		ready: ops.NewReadiness(conditionRegister, conditionPolicy),
		file:  policyFile{mode: o.Mode, text: []byte(o.Policy)},
		// Virtual time runs far faster than the wall's: nobody sends too fast here.
		limits: ingest.Limits{ReportsPerSecond: 1e9, Streams: 1 << 20}, observer: o.Detected,
	}
	if err := a.file.check(); err != nil {
		return nil, err
	}
	f := &Offline{app: a, register: &tallied{Register: memstore.New()}}
	a.register = f.register
	if err := f.shareKey(ctx); err != nil {
		return nil, err
	}
	a.wire()
	return f, nil
}

// shareKey puts the key that is always the same. It hides nothing: what is simulated is nobody's.
func (f *Offline) shareKey(ctx context.Context) error {
	value, err := json.Marshal(hashKey{ID: 1, Secret: []byte("picket simulates")})
	if err != nil {
		return fmt.Errorf("encode hash key: %w", err)
	}
	if _, err := f.register.Put(ctx, controlplane.KeyHash, value, 0); err != nil {
		return fmt.Errorf("share hash key: %w", err)
	}
	f.app.key, f.app.keys, err = sharedKey(ctx, f.register)
	return err
}

// Run runs the parts until ctx ends.
func (f *Offline) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	f.app.runParts(ctx, g)
	return g.Wait()
}

// Ready is closed once streams are served.
func (f *Offline) Ready() <-chan struct{} { return f.app.Ready() }

// Signals serves workers' streams.
func (f *Offline) Signals() picketv1.SignalsServer { return f.app.ingest }

// Decider is where the decisions are.
func (f *Offline) Decider() *decide.Decider { return f.app.decider }

// EndpointName gives an endpoint's name as far as it is told.
func (f *Offline) EndpointName(id controlplane.EndpointID) string { return f.app.inventory.Name(id) }

// Target gives the revision that a group's workers should enforce, once all that is in the register by now is published.
// It waits for that; the error is ctx's.
func (f *Offline) Target(ctx context.Context, group string) (uint64, error) {
	for want := f.register.last.Load(); min(f.app.publisher.Revision(), f.app.followed.Load()) < want; runtime.Gosched() {
		if err := ctx.Err(); err != nil {
			return 0, fmt.Errorf("wait until what was learned and decided is known: %w", err)
		}
	}
	return f.app.publisher.Group(group).Revision(), nil
}

// tallied is a register that remembers the revision of its last change.
type tallied struct {
	controlplane.Register
	last atomic.Uint64
}

var _ controlplane.Register = (*tallied)(nil)

// Put implements controlplane.Register.
func (t *tallied) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	revision, err := t.Register.Put(ctx, key, value, expect)
	t.note(revision)
	return revision, err
}

// Delete implements controlplane.Register.
func (t *tallied) Delete(ctx context.Context, key string, expect uint64) (uint64, error) {
	revision, err := t.Register.Delete(ctx, key, expect)
	t.note(revision)
	return revision, err
}

// note takes a revision; 0 is that of a change that did not happen.
func (t *tallied) note(revision uint64) {
	for {
		was := t.last.Load()
		if revision <= was || t.last.CompareAndSwap(was, revision) {
			return
		}
	}
}
