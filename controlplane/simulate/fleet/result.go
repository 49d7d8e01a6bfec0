package fleet

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// Memory of the replicas, in bytes.
type Memory struct {
	Heap     float64 // of what is still used after a collection
	Resident float64 // after that
	Peak     float64
}

// Times are of attacks, in seconds.
type Times struct{ P50, P99, Max float64 }

// Result is what a run measured. Figures are of Seconds of it, after its warm-up.
type Result struct {
	Nodes, Replicas, Groups, Consumers, Decisions int
	Wanted                                        float64 // requests a second
	Seconds                                       float64

	Reports, Rollups, Requests, Bytes uint64
	Invalid                           uint64  // rollups that the control plane did not take
	Missed                            uint64  // reports that the fold read from the journal, for it was not there when they came
	Behind                            float64 // s that the fold went on after the last report
	Stalled                           uint64  // ticks at which a node had too much unacknowledged to report
	Reopened                          int     // streams
	LastError                         string  `json:",omitempty"`
	Active                            int     // consumers that sent anything

	// Processor seconds. With NATS embedded, Plane and NATS are one process's, told apart by its profile.
	Plane, NATS, Fleet float64
	Parts              []Share // of the control plane's processes

	RequestsPerSecond, RollupsPerSecond, RequestsPerRollup float64
	// Processor seconds for a million requests represented.
	PlanePerMillion, NATSPerMillion, FleetPerMillion float64
	// What one core can do: of the control plane alone, and with NATS.
	RollupsPerCore, RequestsPerCore, RequestsPerCoreWithNATS float64

	Rest, Loaded Memory
	// PerConsumers is how much more memory is in use for each 100,000 consumers, in bytes.
	PerConsumers float64

	Attacks, Detected, Everywhere, Proven int
	Tick                                  Times // from the attack's last request to the node's report
	Decided                               Times // from that report to the decision
	Enforced                              Times // from the decision until the last node enforces it
	Receipts                              Times // the same, as the control plane knows it from receipts
	Whole                                 Times // from the attack's last request until the last node enforces the decision
}

// cpu takes the processor time between two readings.
func (r *Result) cpu(before, after usage) {
	r.Plane, r.NATS, r.Fleet = (after.plane - before.plane).Seconds(), (after.nats - before.nats).Seconds(), (after.fleet - before.fleet).Seconds()
}

// count takes what was sent between two readings.
func (r *Result) count(before, after counts) {
	r.Reports, r.Rollups, r.Requests = after.reports-before.reports, after.rollups-before.rollups, after.requests-before.requests
	r.Bytes, r.Stalled = after.bytes-before.bytes, after.stalled-before.stalled
}

// reckon computes what follows from the rest.
func (r *Result) reckon() {
	if r.Replicas == 1 {
		for _, p := range r.Parts {
			if p.Part == partNATS {
				r.NATS = r.Plane * p.Share
				r.Plane -= r.NATS
			}
		}
	}
	requests, rollups := float64(r.Requests), float64(r.Rollups)
	r.RequestsPerSecond, r.RollupsPerSecond = requests/r.Seconds, rollups/r.Seconds
	if r.Requests > 0 {
		r.RequestsPerRollup = requests / rollups
		r.PlanePerMillion, r.NATSPerMillion, r.FleetPerMillion = 1e6*r.Plane/requests, 1e6*r.NATS/requests, 1e6*r.Fleet/requests
	}
	if r.Plane > 0 {
		r.RollupsPerCore, r.RequestsPerCore, r.RequestsPerCoreWithNATS = rollups/r.Plane, requests/r.Plane, requests/(r.Plane+r.NATS)
	}
	if r.Active > 0 {
		r.PerConsumers = (r.Loaded.Heap - r.Rest.Heap) / float64(r.Active) * 100_000
	}
}

// attacks sums up what became of them.
func (r *Result) attacks(all []*attack) {
	r.Attacks = len(all)
	var tick, decided, enforced, receipts, whole []time.Duration
	for _, a := range all {
		if !a.reported.IsZero() {
			tick = append(tick, a.reported.Sub(a.began))
		}
		if a.id == 0 {
			continue
		}
		r.Detected++
		decided = append(decided, a.decided.Sub(a.reported))
		if a.proven > 0 {
			r.Proven++
			receipts = append(receipts, a.proven)
		}
		if a.nodes >= r.Nodes/r.Groups {
			r.Everywhere++
			enforced, whole = append(enforced, a.enforced.Sub(a.decided)), append(whole, a.enforced.Sub(a.began))
		}
	}
	r.Tick, r.Decided, r.Enforced, r.Receipts, r.Whole = timesOf(tick), timesOf(decided), timesOf(enforced), timesOf(receipts), timesOf(whole)
}

// timesOf gives nearest-rank percentiles.
func timesOf(all []time.Duration) (t Times) {
	if len(all) == 0 {
		return t
	}
	slices.Sort(all)
	at := func(q float64) float64 { return all[min(len(all)-1, int(q*float64(len(all))))].Seconds() }
	return Times{at(0.5), at(0.99), all[len(all)-1].Seconds()}
}

// What BUDGETS ask for.
const (
	budgetRequests = 1e6     // a second, of one core
	budgetMemory   = 1 << 30 // of 100,000 consumers
	budgetEnforced = 0.25    // s, 99th percentile
	aimEnforced    = 0.05
	// BudgetReplicas is how much more processor time three replicas may take than one.
	BudgetReplicas = 1.3
)

func met(ok bool) string {
	if ok {
		return "met"
	}
	return "MISSED"
}

// Write prints the result for people.
func (r *Result) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) { fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, args...)) }
	line("fleet", "%d nodes in %d groups, %d replicas, %d consumers (%d were active), %d decisions before", r.Nodes, r.Groups, r.Replicas, r.Consumers, r.Active, r.Decisions)
	line("represented", "%.0f requests/s of %.0f wanted, as %.0f rollups/s in %.0f reports/s: %.1f requests a rollup, %.0f bytes a rollup",
		r.RequestsPerSecond, r.Wanted, r.RollupsPerSecond, float64(r.Reports)/r.Seconds, r.RequestsPerRollup, float64(r.Bytes)/float64(max(1, r.Rollups)))
	line("processor", "%.2f cores: control plane %.2f, NATS %.2f; and %.2f for the fleet itself",
		(r.Plane+r.NATS)/r.Seconds, r.Plane/r.Seconds, r.NATS/r.Seconds, r.Fleet/r.Seconds)
	line("for a million requests", "control plane %.3f s, NATS %.3f s, fleet %.3f s", r.PlanePerMillion, r.NATSPerMillion, r.FleetPerMillion)
	line("one core can do", "%.0f rollups/s, %.0f requests/s (%s: %.0f); with NATS %.0f requests/s",
		r.RollupsPerCore, r.RequestsPerCore, met(r.RequestsPerCore >= budgetRequests), budgetRequests, r.RequestsPerCoreWithNATS)
	line("where it goes", "%s", r.parts(8))
	line("memory in use", "%.0f MiB at rest, %.0f MiB after; %.0f MiB for 100,000 consumers (%s: 1024); resident %.0f MiB, %.0f MiB, at most %.0f MiB",
		mib(r.Rest.Heap), mib(r.Loaded.Heap), mib(r.PerConsumers), met(r.PerConsumers <= budgetMemory), mib(r.Rest.Resident), mib(r.Loaded.Resident), mib(r.Loaded.Peak))
	if r.Attacks > 0 {
		r.writeAttacks(line)
	}
	if r.Stalled > 0 || r.Reopened > 0 || r.Missed > 0 || r.Invalid > 0 {
		line("held back", "%d ticks at which a node summed for longer; %d reports folded later, the last after %.1f s; %d rollups not taken; %d streams opened again %s",
			r.Stalled, r.Missed, r.Behind, r.Invalid, r.Reopened, r.LastError)
	}
	return t.Flush()
}

func (r *Result) writeAttacks(line func(name, format string, args ...any)) {
	line("attacks", "%d: %d decided about, %d enforced by every node, %d with every receipt", r.Attacks, r.Detected, r.Everywhere, r.Proven)
	for _, row := range []struct {
		name string
		t    Times
		note string
	}{
		{"attack to report", r.Tick, ""},
		{"report to decision", r.Decided, ""},
		{"decision to every node", r.Enforced, fmt.Sprintf(" (99 %%: %s %.0f ms, %s the aim of %.0f)",
			met(r.Enforced.P99 <= budgetEnforced), 1000*budgetEnforced, met(r.Enforced.P99 <= aimEnforced), 1000*aimEnforced)},
		{"the same by receipts", r.Receipts, ""},
		{"attack to every node", r.Whole, ""},
	} {
		line("  "+row.name, "%.1f ms (50 %%), %.1f ms (99 %%), %.1f ms (all)%s", 1000*row.t.P50, 1000*row.t.P99, 1000*row.t.Max, row.note)
	}
}

func mib(bytes float64) float64 { return bytes / (1 << 20) }

// parts names the largest.
func (r *Result) parts(n int) (text string) {
	for i, p := range r.Parts[:min(n, len(r.Parts))] {
		text += fmt.Sprintf("%s%s %.0f %%", cmp.Or(map[bool]string{true: ", "}[i > 0]), p.Part, 100*p.Share)
	}
	return text
}
