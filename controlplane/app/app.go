// Package app wires one control plane together, starts it in the right order and stops it.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/controlplane/api"
	"picket/controlplane/backtest"
	"picket/controlplane/decide"
	"picket/controlplane/detect"
	"picket/controlplane/findings"
	"picket/controlplane/fleet"
	"picket/controlplane/geo"
	"picket/controlplane/ingest"
	"picket/controlplane/inventory"
	"picket/controlplane/journal"
	"picket/controlplane/ops"
	"picket/controlplane/policy"
	"picket/controlplane/xds"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// What must be met before this replica answers nodes.
const (
	conditionRegister = "register synced"
	conditionPolicy   = "policy ready"
	conditionJournal  = "journal replayed"
)

// openWithin bounds opening the state: a cluster may have to elect first, a server to read a large journal.
const openWithin = time.Minute

// directiveGap is the least time between two directives of one stream: one costs the node more than what is in it. That of a few
// reports' acknowledgement alone is acksGap.
const (
	directiveGap = 10 * time.Millisecond
	acksGap      = 400 * time.Millisecond
)

// App is one control plane. Make it with New, then call Run once.
type App struct {
	o       Options
	log     *slog.Logger
	clock   controlplane.Clock
	started time.Time

	register controlplane.Register
	journal  controlplane.Journal // nil: reports are not kept
	key      identify.Key
	keys     *picketv1.Keys
	token    string // empty: none is accepted
	// epochWarning says that the state is another than before; empty: it is not.
	epochWarning string
	file         policyFile
	tracked      chan struct{}         // closed once it is known what was applied
	followed     atomic.Uint64         // the register's revision up to which track has taken what is in it
	unreadable   atomic.Pointer[error] // why that cannot be read; nil: it can
	ready        *ops.Readiness
	metrics      *prometheus.Registry
	publisher    *policy.Publisher
	decider      *decide.Decider
	places       *geo.DB
	fleet        *fleet.Fleet
	settings     *settings
	inventory    *inventory.Inventory
	detector     *detect.Engine   // nil where fold makes them
	fold         *journal.Fold    // nil where there is no journal
	flushed      time.Duration    // after which what the journal took outlives the process
	tester       *backtest.Tester // nil where there is no journal
	trials       *trials
	findings     *findings.Memory
	ingest       *ingest.Server
	xds          *xds.Server
	api          *api.Server

	limits   ingest.Limits                // of streams; those of a simulation are wider
	observer func(controlplane.Detection) // nil: nobody

	httpListener, grpcListener net.Listener
	cleanups                   []func() error // last in, first out
}

// New checks the options, listens and opens the state. Its error is a *Mistake, or several joined, where a person can
// mend it; nothing is left open then. An App that is not Run is closed with Close.
func New(o Options) (*App, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.JournalBytes == 0 && o.State != Memory {
		o.JournalBytes = defaultJournal
	}
	a := &App{
		o: o, log: o.Log, clock: o.Clock, started: o.Clock(), metrics: ops.NewRegistry(),
		ready:  ops.NewReadiness(conditionRegister, conditionPolicy, conditionJournal),
		file:   policyFile{name: o.PolicyFile, mode: o.Mode, words: o.Words},
		limits: ingest.Limits{Gap: directiveGap, Acks: acksGap},
	}
	if err := a.open(); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.wire()
	return a, nil
}

// open takes what may be missing or in use by others.
func (a *App) open() error {
	if err := a.file.load(); err != nil {
		return err
	}
	if err := a.openPlaces(); err != nil {
		return err
	}
	if err := a.listen(); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.Background(), openWithin)
	defer stop()
	if err := a.openState(ctx); err != nil {
		return err
	}
	var err error
	if a.key, a.keys, err = sharedKey(ctx, a.register); err != nil {
		return err
	}
	a.noteEpoch()
	return a.openToken()
}

// openPlaces opens the databases of addresses.
func (a *App) openPlaces() (err error) {
	if a.places, err = geo.Open(a.o.Places...); err != nil {
		return mistakef("--places: %v: give files in MaxMind's format, such as GeoLite2-Country.mmdb", err)
	}
	a.cleanup(a.places.Close)
	return nil
}

// openToken finds the operators' token, and leaves a copy where the commands on this machine look for it.
func (a *App) openToken() (err error) {
	if !a.o.wantsToken() {
		return nil
	}
	if a.o.TokenFile != "" {
		a.token, err = readToken(a.o.TokenFile)
	} else {
		a.token, err = keepToken(a.o.stateDir())
	}
	if err != nil {
		return err
	}
	copied := TokenPath(a.HTTPAddr())
	a.cleanup(func() error { forgetToken(copied, a.token); return nil })
	return writeSecret(copied, a.token+"\n")
}

// cleanup calls f in the end.
func (a *App) cleanup(f func() error) { a.cleanups = append(a.cleanups, f) }

// Close gives back what New took; Run does so itself.
func (a *App) Close() error {
	var errs []error
	for len(a.cleanups) > 0 {
		last := len(a.cleanups) - 1
		errs = append(errs, a.cleanups[last]())
		a.cleanups = a.cleanups[:last]
	}
	return errors.Join(errs...)
}

// HTTPAddr is where operators ask, with the port that was chosen.
func (a *App) HTTPAddr() string { return a.httpListener.Addr().String() }

// GRPCAddr is where nodes come, with the port that was chosen.
func (a *App) GRPCAddr() string { return a.grpcListener.Addr().String() }

// Token is the operators' token; empty where none is accepted.
func (a *App) Token() string { return a.token }

// Ready is closed once this control plane answers nodes.
func (a *App) Ready() <-chan struct{} { return a.ready.Ready() }

// Fleet is for programs that run a control plane within themselves.
func (a *App) Fleet() *fleet.Fleet { return a.fleet }

// Decider is for programs that run a control plane within themselves.
func (a *App) Decider() *decide.Decider { return a.decider }

// Publisher is for programs that run a control plane within themselves.
func (a *App) Publisher() *policy.Publisher { return a.publisher }

// Metrics are those that /metrics shows.
func (a *App) Metrics() prometheus.Gatherer { return a.metrics }
