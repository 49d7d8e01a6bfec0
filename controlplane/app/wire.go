package app

import (
	"context"
	"net/netip"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/controlplane/api"
	"picket/controlplane/decide"
	"picket/controlplane/detect"
	"picket/controlplane/findings"
	"picket/controlplane/fleet"
	"picket/controlplane/ingest"
	"picket/controlplane/inventory"
	"picket/controlplane/ops"
	"picket/controlplane/policy"
	"picket/controlplane/xds"
)

// wire makes the parts, each out of those before it.
func (a *App) wire() {
	a.tracked = make(chan struct{})
	a.publisher = policy.New(policy.Options{
		Register: a.register, Key: &a.key, Clock: a.clock, Log: a.log, Registerer: a.metrics,
	})
	a.decider = decide.New(decide.Options{
		Register: a.register, Policy: a.publisher, Key: &a.key, Clock: a.clock, Log: a.log, Registerer: a.metrics,
		Strikes: func(id controlplane.DecisionID) uint64 { return a.fleet.Strikes(id).Observed }, Challenge: true,
	})
	a.fleet = fleet.New(fleet.Options{Clock: a.clock, Registerer: a.metrics, Log: a.log, Target: a.target})
	a.settings = &settings{key: &a.key, policy: a.publisher}
	a.inventory = inventory.New(inventory.Options{
		Key: &a.key, Policy: func() *inventory.Policy { return a.settings.now().inventory },
		Remember: a.rememberWord, Learned: a.rememberSlug, Clock: a.clock, Log: a.log, Registerer: a.metrics,
	})
	a.findings = findings.New(findings.Options{Registerer: a.metrics})
	if a.journal == nil {
		a.detector = a.newDetector(a.detected, a.metrics)
	} else {
		a.fold = a.newFold()
	}
	a.tester = a.newTester()
	a.trials = a.newTrials()
	a.ingest = a.newIngest()
	a.xds = a.newXDS()
	a.api = a.newAPI()
}

// target is what a group's workers should enforce.
func (a *App) target(group string) (epoch, revision uint64) {
	return a.publisher.Epoch(), a.publisher.Group(group).Revision()
}

func (a *App) newDetector(decide func(context.Context, controlplane.Detection), r prometheus.Registerer) *detect.Engine {
	return detect.New(detect.Options{
		Settings: func() *detect.Settings { return a.settings.now().detect },
		Decide:   decide, Name: a.inventory.Name, Locate: a.locate(), Log: a.log, Registerer: r,
	})
}

// locate tells where addresses are; nil: no database does.
func (a *App) locate() func(netip.Addr) detect.Place {
	if len(a.o.Places) == 0 {
		return nil
	}
	return a.places.Place
}

// detected hands a detection on; the decider logs what it makes of it.
func (a *App) detected(ctx context.Context, d controlplane.Detection) {
	if a.observer != nil {
		a.observer(d)
	}
	if _, _, err := a.decider.Detect(ctx, d); err != nil {
		a.log.Error("detection without a decision", "scenario", d.Scenario, "error", err)
	}
}

func (a *App) newIngest() *ingest.Server {
	o := ingest.Options{
		Ready: a.ready.Ready(), Group: func(name string) ingest.Group { return a.publisher.Group(name) },
		Fleet: a.fleet, Inventory: a.inventory, Keys: a.keys,
		Identity: ops.Identity, GroupOf: a.groupOf, Prefixed: a.prefixed, PushDeltas: a.o.Deltas,
		Limits: a.limits, Clock: a.clock, Log: a.log, Registerer: a.metrics,
	}
	if a.fold != nil {
		o.Record, o.Flushed, o.Behind = a.fold.Record, a.flushed, a.fold.Behind
	} else {
		o.Rollups, o.Findings = a.observed, a.found
	}
	return ingest.New(o)
}

// observed has the decider's history know the callers before the detector looks at what they do.
func (a *App) observed(ctx context.Context, rollups []controlplane.Rollup) {
	a.decider.Observe(ctx, rollups)
	a.detector.Ingest(ctx, rollups)
}

// found remembers findings, which need no decision, and looks whether they are many.
func (a *App) found(ctx context.Context, all []controlplane.Finding) {
	a.findings.Add(all)
	a.detector.IngestFindings(ctx, all)
}

func (a *App) groupOf(san string) (string, bool) { return a.publisher.File().GroupOf(san) }

func (a *App) prefixed() bool { return a.publisher.File().Privacy.IP == policy.IPPrefix }

func (a *App) newXDS() *xds.Server {
	return xds.New(xds.Options{
		Ready: a.ready.Ready(), Group: func(name string) xds.Group { return a.publisher.Group(name) },
		Fleet: a.fleet, Identity: ops.Identity, GroupOf: a.groupOf, Module: a.o.Module, Debounce: a.o.Debounce,
		Log: a.log, Registerer: a.metrics,
	})
}

func (a *App) newAPI() *api.Server {
	return api.New(api.Options{
		Access:  api.Access{Token: a.token, Hosts: a.o.Names},
		Decider: a.decider, Fleet: a.fleet, Inventory: a.inventory, Findings: a.findings, Policy: a.publisher,
		Backtest: a.backtester(),
		Declared: a.settings.declared, Apply: a.apply,
		Document: func() policy.Document { return *a.file.document.Load() },
		Ready:    func() bool { return len(a.ready.Missing()) == 0 },
		Warnings: a.warnings, Version: a.o.Version, Store: a.describeStore, Started: a.started, Clock: a.clock, Log: a.log,
	})
}
