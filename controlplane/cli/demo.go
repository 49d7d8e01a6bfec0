package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"picket/controlplane/policy"
	"picket/examples/carrier"
	"picket/filter/inspect"
	"picket/proto/picket/v1/picketv1connect"
)

const (
	demoCustomers = 5000
	demoWorkers   = 2
	// demoTries is how many records or passwords each attacker tries, at most about a thousand a second.
	demoTries = 2000
	demoPause = time.Millisecond
	demoUsers = 40
)

func (p *program) demo() *cobra.Command {
	s := &stack{tell: p.tell, mode: "enforce", trustedHops: 1, workers: demoWorkers, state: "memory"}
	var envoy string
	c := &cobra.Command{
		Use: "demo", Short: "Watch five attacks on a phone carrier's API, without Picket and with it; it ends by itself",
		Args: exactly(0, "no argument but flags"),
	}
	c.Flags().StringVar(&envoy, "envoy", "", "Envoy's path (default $ENVOY_PATH, else on PATH)")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := s.checkEnvoy(c.Context(), envoy); err != nil {
			return err
		}
		d := &demonstration{stack: s, people: carrier.NewPopulation(demoCustomers, 1), tell: &teller{began: time.Now(), w: p.stdout}}
		return d.run(c.Context())
	}
	return c
}

// demonstration is one run of the demo.
type demonstration struct {
	stack   *stack
	people  *carrier.Population
	tell    *teller
	service string // the carrier's API itself
	without map[string]carrier.AttackReport
}

// act is one attack.
type act struct {
	title     string
	scenarios []string // any of which stops it, whichever is first; for an injection, the class that it is found by
	within    bool     // it is found within one request, on first sight
	exposed   string   // the endpoint that is at fault itself; empty: none is
	loot      string   // what a try is
	address   string
	spread    int // over how many addresses, instead of one
	attack    func(context.Context, carrier.Target, carrier.Attack) (carrier.AttackReport, error)
}

func acts() []act {
	return []act{
		{
			title:     "An injection: a thief with one stolen account has the search's query give everybody's lines.",
			scenarios: []string{inspect.SQL.String()}, within: true, loot: "searches", address: "203.0.113.55", attack: carrier.Inject,
		},
		{
			title:     "Counting through customers: a thief with one stolen account asks for record after record.",
			scenarios: []string{policy.ScenarioObjects, "object-foreign"}, loot: "records asked for", address: "203.0.113.66", attack: carrier.Enumerate,
		},
		{
			title:     "The unprotected endpoint: somebody found the export for batch jobs, which asks nobody who he is.",
			scenarios: []string{policy.ScenarioObjects, "unauthenticated-records"}, exposed: "GET /internal/export/{id}", loot: "records asked for",
			address: "203.0.113.88", attack: carrier.Export,
		},
		{
			title:     "Password stuffing: somebody tries passwords that leaked elsewhere.",
			scenarios: []string{policy.ScenarioLogins, "credential-stuffing"}, loot: "passwords tried", address: "203.0.113.77", attack: carrier.Stuff,
		},
		{
			title:     "Stuffing spread over addresses: the same from 100 places, few tries from each.",
			scenarios: []string{"credential-stuffing-spread"}, loot: "passwords tried", spread: 100, attack: carrier.Stuff,
		},
	}
}

// name says in errors which it is.
func (a act) name() string { return a.scenarios[0] }

func (a act) options() carrier.Attack {
	return carrier.Attack{Address: a.address, Spread: a.spread, Most: demoTries, Pause: demoPause, Seed: 1}
}

// from says where it comes from.
func (a act) from() string {
	if a.spread > 1 {
		return fmt.Sprintf("%d addresses", a.spread)
	}
	return a.address
}

// run tells the whole story. The error names what did not hold.
func (d *demonstration) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	closeService, err := d.serve()
	if err != nil {
		return err
	}
	defer closeService()
	if err := d.unprotected(ctx); err != nil {
		return err
	}
	defer d.stack.clean()
	if err := d.prepare(); err != nil {
		return err
	}
	d.tell.head("Now with Picket in front: Envoy %s, %d workers, mode enforce", d.stack.version.Text, demoWorkers)
	d.tell.say("starting", "control plane, Envoy and the filter, which Envoy compiles first")
	told := false
	err = d.stack.run(ctx, func(ctx context.Context, client picketv1connect.AdminClient, f proof) error {
		defer stop()
		told = true
		d.tell.say("ready", "%d/%d workers enforce policy revision %d", f.workers, f.workers, f.revision)
		return d.protected(ctx, client)
	})
	forgetEnvoy(d.stack.home())
	if err == nil && !told {
		return errors.New("the demo was stopped before it ended")
	}
	return err
}

// serve starts the carrier's API in this process.
func (d *demonstration) serve() (stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the carrier's API: %w", err)
	}
	s := &http.Server{Handler: carrier.NewServer(d.people).Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.Serve(l) }()
	d.service = "http://" + l.Addr().String()
	d.stack.upstream = &url.URL{Scheme: "http", Host: l.Addr().String()}
	return func() { _ = s.Close() }, nil
}

// unprotected shows what each attack brings against the service itself.
func (d *demonstration) unprotected(ctx context.Context) error {
	d.tell.head("First without Picket: the carrier's API with %d customers, as it is", demoCustomers)
	d.without = map[string]carrier.AttackReport{}
	for _, a := range acts() {
		r, err := a.attack(ctx, carrier.Target{Base: d.service, People: d.people}, a.options())
		if err != nil {
			return fmt.Errorf("attack without Picket: %w", err)
		}
		if ctx.Err() != nil {
			return errors.New("the demo was stopped before it ended")
		}
		d.without[a.title] = r
		d.tell.say("leaked", "%5d records of others, with %d %s in %.1f s; nobody noticed", r.Records, r.Requests, a.loot, r.Elapsed.Seconds())
	}
	return nil
}

// prepare chooses free ports and writes the carrier's policy.
func (d *demonstration) prepare() error {
	for _, at := range []*string{&d.stack.listen, &d.stack.http, &d.stack.grpc} {
		address, err := freeAddress()
		if err != nil {
			return err
		}
		*at = address
	}
	if err := d.stack.prepare(); err != nil {
		return err
	}
	d.stack.policyFile = filepath.Join(d.stack.dir, "policy.yaml")
	if err := os.WriteFile(d.stack.policyFile, carrier.Policy(), 0o600); err != nil {
		return fmt.Errorf("write the carrier's policy: %w", err)
	}
	return nil
}
