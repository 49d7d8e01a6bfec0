package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"picket/controlplane/policy"
	"picket/controlplane/simulate"
	"picket/controlplane/simulate/fleet"
)

// fleetFlags are those of simulate fleet.
type fleetFlags struct {
	fleet.Options
	policy, to, format string
	growth             bool
}

func (p *program) simulateFleet() *cobra.Command {
	o := &fleetFlags{}
	c := &cobra.Command{
		Use: "fleet", Short: "Drive a control plane with the streams of a whole fleet and measure what that costs",
		Long: `Start a control plane of one or three replicas in processes of its own, open a stream for each simulated node, and send what
nodes would report: honest traffic as Zipf's law has it, summed by the filter's own code each 100 ms, or for up to a second where
the control plane asks for it, and a few attackers. Measured are processor time (of the control plane, of NATS and of the fleet itself apart), memory, and how
long a decision takes until every node enforces it.

Everything runs on this machine, so that the fleet takes what the control plane could use: look at what one core can do, or
give the control plane --cores 1 and see how far behind it falls.`,
		Args: exactly(0, "no argument but flags"),
		RunE: func(c *cobra.Command, _ []string) error { return p.runFleet(c.Context(), o) },
	}
	f := c.Flags()
	f.IntVar(&o.Nodes, "nodes", 1000, "how many nodes, of one worker each")
	f.Float64Var(&o.RPS, "rps", 1e6, "requests a second that all of them represent")
	f.IntVar(&o.Replicas, "replicas", 1, "1, with NATS embedded, or 3 on a NATS cluster of three servers")
	f.IntVar(&o.Cores, "cores", 0, "cores for each replica (default all there are)")
	f.IntVar(&o.Groups, "groups", 1, "groups of nodes; a decision holds within one")
	f.IntVar(&o.Consumers, "consumers", 100_000, "who sends the requests")
	f.IntVar(&o.Decisions, "decisions", 0, "operators' decisions that are in force before traffic begins")
	f.IntVar(&o.Attacks, "attacks", 300, "attacks, spread over the time")
	f.DurationVar(&o.For, "for", time.Minute, "how long to measure")
	f.DurationVar(&o.WarmUp, "warm-up", 0, "traffic before that (default 10s, or a third of --for)")
	f.StringVar(&o.policy, "policy", "", "the policy file (default the simulated service's, with all built-in scenarios)")
	f.StringVar(&o.Server, "nats-server", "", "the program, for three replicas (default the one in PATH, or built in Picket's source tree)")
	f.StringVar(&o.to, "to", "build", "directory for fleet.json, and fleet.svg of --growth")
	f.StringVar(&o.Dir, "keep", "", "directory for the control plane's state, logs and profiles, which stay (default a temporary one)")
	f.StringVarP(&o.format, "output", "o", "table", "table or json")
	f.BoolVar(&o.growth, "growth", false, "measure nine times: with fewer nodes, with fewer consumers, with more decisions")
	c.AddCommand(p.fleetReplica())
	return c
}

// fleetReplica is one of the processes that simulate fleet starts.
func (p *program) fleetReplica() *cobra.Command {
	return &cobra.Command{
		Use: "replica", Hidden: true, Args: exactly(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			if p.getenv("GOMEMLIMIT") == "" {
				debug.SetMemoryLimit(memoryLimit)
			}
			return fleet.Serve(c.Context(), p.stdin, p.stdout, p.stderr)
		},
	}
}

func (o *fleetFlags) check() error {
	var errs []error
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, mistakef(format, args...))
		}
	}
	say(o.Nodes < 1 || o.Nodes > 10_000, "--nodes %d: give 1 to 10000", o.Nodes)
	say(!(o.RPS > 0) || o.RPS > 1e8, "--rps %v: give more than 0, and 100000000 at the most", o.RPS)
	say(o.Cores < 0 || o.Cores > 1024, "--cores %d: give 1 or more, or 0 for all", o.Cores)
	say(o.Replicas != 1 && o.Replicas != 3, "--replicas %d: give 1 or 3", o.Replicas)
	say(o.Groups < 1 || o.Groups > o.Nodes, "--groups %d: give 1 to --nodes", o.Groups)
	say(o.Consumers < 1 || o.Consumers > 10_000_000, "--consumers %d: give 1 to 10000000", o.Consumers)
	say(o.Decisions < 0 || o.Decisions > 1_000_000, "--decisions %d: give 0 to 1000000", o.Decisions)
	say(o.Attacks < 0 || o.Attacks > 10_000, "--attacks %d: give 0 to 10000", o.Attacks)
	say(o.For < time.Second || o.For > time.Hour, "--for %v: give 1s to 1h", o.For)
	say(o.WarmUp < 0 || o.WarmUp > time.Hour, "--warm-up %v: give 0s to 1h", o.WarmUp)
	say(!slices.Contains([]string{"table", "json"}, o.format), "-o %s: give table or json", o.format)
	return errors.Join(errs...)
}

func (p *program) runFleet(ctx context.Context, o *fleetFlags) error {
	if err := o.check(); err != nil {
		return err
	}
	if err := p.fleetPolicy(o); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	o.Replica = []string{self, "simulate", "fleet", "replica"}
	dir, err := os.MkdirTemp("", "picket-fleet-")
	if err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if o.Replicas > 1 {
		if o.Server, err = natsServer(ctx, o.Server, dir); err != nil {
			return err
		}
	}
	if o.growth {
		return p.growFleet(ctx, o)
	}
	r, err := fleet.Run(ctx, o.Options)
	if err != nil {
		return err
	}
	if err := o.save("fleet.json", r); err != nil {
		return err
	}
	if o.format == "json" {
		return p.printJSON(r)
	}
	return r.Write(p.stdout)
}

// growFleet measures the series, and tells of each as it is done.
func (p *program) growFleet(ctx context.Context, o *fleetFlags) error {
	all, err := fleet.Grow(ctx, o.Options, func(with string, r *fleet.Result) {
		_, _ = fmt.Fprintf(p.stderr, "%s: %d nodes, %d consumers, %d decisions: %.0f requests/s a core\n", with, r.Nodes, r.Consumers, r.Decisions, r.RequestsPerCore)
	})
	if err != nil {
		return err
	}
	var plot bytes.Buffer
	if err := fleet.Plot(&plot, all); err != nil {
		return err
	}
	if err := errors.Join(o.save("fleet.json", all), o.write("fleet.svg", plot.Bytes())); err != nil {
		return err
	}
	if o.format == "json" {
		return p.printJSON(all)
	}
	return fleet.WriteGrowth(p.stdout, all)
}

// fleetThresholds are those of a service whose largest customers send thousands of requests a second.
const fleetThresholds = `
scenarios:
  exhaustion-requests: {over: 1000000}
  exhaustion-bytes: {over: 1000000000000}
  exhaustion-time: {over: 1000000000}
  scraping: {over: 1000000}
  search-scraping: {over: 1000000}
`

// fleetPolicy reads the policy file, or takes the simulated service's.
func (p *program) fleetPolicy(o *fleetFlags) error {
	if o.Policy = simulate.ServicePolicy() + fleetThresholds; o.policy == "" {
		return nil
	}
	data, err := p.readPolicy(o.policy)
	if err != nil {
		return mistakef("read policy: %v", err)
	}
	if _, err := policy.Parse(o.policy, data); err != nil {
		return &mistake{err.Error()}
	}
	if o.Policy, err = simulate.WithService(string(data)); err != nil {
		return mistakef("--policy %s: %v", o.policy, err)
	}
	return nil
}

func (o *fleetFlags) save(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode figures: %w", err)
	}
	return o.write(name, append(text, '\n'))
}

func (o *fleetFlags) write(name string, data []byte) error {
	if err := os.MkdirAll(o.to, 0o750); err != nil {
		return mistakef("--to %s: %v", o.to, err)
	}
	if err := os.WriteFile(filepath.Join(o.to, name), data, 0o600); err != nil {
		return mistakef("--to %s: %v", o.to, err)
	}
	return nil
}

// natsServer finds the program. In Picket's source tree it can be built.
func natsServer(ctx context.Context, path, dir string) (string, error) {
	if path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", mistakef("--nats-server: %v", err)
		}
		return path, nil
	}
	if found, err := exec.LookPath("nats-server"); err == nil {
		return found, nil
	}
	built := filepath.Join(dir, "nats-server")
	if err := exec.CommandContext(ctx, "go", "build", "-o", built, "github.com/nats-io/nats-server/v2").Run(); err != nil {
		return "", mistakef("nats-server is not in the PATH: give --nats-server, or run this in Picket's source tree, where Go builds it")
	}
	return built, nil
}
