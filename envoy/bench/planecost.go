package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"picket/controlplane/simulate"
	"picket/controlplane/simulate/fleet"
)

// serveReplica is this program as one replica of a control plane.
const serveReplica = servePrefix + "replica"

// What the control plane is measured with. The ratio of three replicas to one is taken at a load that this machine bears with
// the servers and the fleet on it; so are the times, for queueing for a processor says nothing of the control plane.
const (
	planeRequests   = 1e6
	sharedRequests  = 100_000
	quietRequests   = 20_000
	quietConsumers  = 20_000
	planeAttacks    = 300
	planeCPU        = 1.0  // s for a million requests: one core
	planeMemory     = 1024 // MiB for 100,000 consumers
	planeEnforced   = 250  // ms, 99th percentile
	planeEnforceAim = 50
)

// thresholds are those of a service whose largest customers send thousands of requests a second.
const thresholds = `
scenarios:
  exhaustion-requests: {over: 1000000}
  exhaustion-bytes: {over: 1000000000000}
  exhaustion-time: {over: 1000000000}
  scraping: {over: 1000000}
  search-scraping: {over: 1000000}
`

// planeRow is one measurement.
type planeRow struct {
	name string
	o    fleet.Options
}

// planeCost measures the control plane under a whole fleet's streams.
func (b *bench) planeCost(ctx context.Context) (Table, error) {
	t := Table{Name: "The control plane: 1,000 nodes' streams"}
	server := filepath.Join(b.dir, "nats-server")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", server, "github.com/nats-io/nats-server/v2").CombinedOutput(); err != nil {
		return t, fmt.Errorf("build nats-server: %w: %s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return t, fmt.Errorf("find this program: %w", err)
	}
	seconds := time.Duration(b.pick(30, 5)) * time.Second
	base := fleet.Options{
		Nodes: b.pick(1000, 100), For: seconds, Policy: simulate.ServicePolicy() + thresholds,
		Replica: []string{self, serveReplica}, Server: server,
	}
	results := map[string]*fleet.Result{}
	for _, row := range planeRows(base, b.pick(planeAttacks, 30)) {
		b.say("  %s", row.name)
		r, err := fleet.Run(ctx, row.o)
		if err != nil {
			return t, fmt.Errorf("%s: %w", row.name, err)
		}
		results[row.name] = r
		t.planeRow(row.name, r)
	}
	t.planeTargets(results)
	t.note("one node, one worker; honest traffic by Zipf's law with the whole built-in pack; the tick adapts from 100 ms to 1 s")
	t.note("a core's figure is computed from processor time: the fleet runs on this machine, too")
	return t, nil
}

// The rows.
const (
	rowFull  = "1,000,000 requests/s"
	rowOne   = "one replica"
	rowThree = "three replicas"
	rowQuiet = "attacks"
)

func planeRows(base fleet.Options, attacks int) []planeRow {
	full, one, quiet := base, base, base
	full.RPS = planeRequests
	one.RPS = sharedRequests
	three := one
	three.Replicas = 3
	quiet.RPS, quiet.Consumers, quiet.Attacks, quiet.For = quietRequests, quietConsumers, attacks, 2*base.For
	return []planeRow{{rowFull, full}, {rowOne, one}, {rowThree, three}, {rowQuiet, quiet}}
}

func (t *Table) planeRow(name string, r *fleet.Result) {
	t.add(name+": represented", r.RequestsPerSecond, "requests/s", fmt.Sprintf("%.0f rollups/s, %.1f requests a rollup", r.RollupsPerSecond, r.RequestsPerRollup))
	t.add(name+": control plane", r.PlanePerMillion, "s a million", fmt.Sprintf("NATS %.3f, fleet %.3f", r.NATSPerMillion, r.FleetPerMillion))
	t.add(name+": one core", r.RequestsPerCore, "requests/s", fmt.Sprintf("%.0f rollups/s; with NATS %.0f requests/s", r.RollupsPerCore, r.RequestsPerCoreWithNATS))
	t.add(name+": memory in use", r.Loaded.Heap/(1<<20), "MiB", fmt.Sprintf("%.0f at rest; %.0f for 100,000 consumers, of %d", r.Rest.Heap/(1<<20), r.PerConsumers/(1<<20), r.Active))
	if r.Attacks > 0 {
		t.add(name+": decision to every node, median", 1000*r.Enforced.P50, "ms", fmt.Sprintf("%d attacks, %d with every receipt; report to decision %.1f ms", r.Attacks, r.Proven, 1000*r.Decided.P50))
	}
}

func (t *Table) planeTargets(r map[string]*fleet.Result) {
	t.atMost("control plane for a million requests", r[rowFull].PlanePerMillion, planeCPU, 0, "s")
	t.atMost("memory for 100,000 consumers", r[rowFull].PerConsumers/(1<<20), planeMemory, 0, "MiB")
	t.atMost("decision to every node, 99th percentile", 1000*r[rowQuiet].Enforced.P99, planeEnforced, planeEnforceAim, "ms")
	t.atMost("three replicas' CPU to one's", r[rowThree].PlanePerMillion/r[rowOne].PlanePerMillion, fleet.BudgetReplicas, 0, "")
}
