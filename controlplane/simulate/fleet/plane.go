package fleet

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/durationpb"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

const (
	journalBytes = 1 << 30
	pageOf       = 1000
	deciders     = 16
	startWithin  = 2 * time.Minute
	endWithin    = 30 * time.Second
)

// plane is the control plane under test: one replica, or several on a NATS cluster.
type plane struct {
	replicas []*replica
	cluster  *cluster // nil: NATS is embedded
}

// replica is a process that runs Serve.
type replica struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	orders  *json.Encoder
	answers *json.Decoder
	served  served
	admin   picketv1connect.AdminClient
	profile string
}

func startPlane(ctx context.Context, o Options) (p *plane, err error) {
	p = &plane{}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.stop())
		}
	}()
	file := filepath.Join(o.Dir, "policy.yaml")
	if err := os.WriteFile(file, []byte(o.Policy), 0o600); err != nil {
		return p, fmt.Errorf("write policy: %w", err)
	}
	s := serving{State: filepath.Join(o.Dir, "state"), PolicyFile: file, JournalBytes: journalBytes}
	if o.Replicas > 1 {
		if p.cluster, err = startCluster(ctx, o.Server, filepath.Join(o.Dir, "nats")); err != nil {
			return p, err
		}
		s.State = p.cluster.url()
	}
	for i := range o.Replicas {
		r, err := startReplica(o, i, s)
		if r != nil {
			p.replicas = append(p.replicas, r)
		}
		if err != nil {
			return p, fmt.Errorf("start replica %d: %w", i, err)
		}
	}
	return p, nil
}

func startReplica(o Options, number int, s serving) (*replica, error) {
	log, err := os.Create(filepath.Join(o.Dir, fmt.Sprintf("replica-%d.log", number)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the process has it
	r := &replica{cmd: exec.Command(o.Replica[0], o.Replica[1:]...), profile: filepath.Join(o.Dir, fmt.Sprintf("replica-%d.pprof", number))}
	r.cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+filepath.Join(o.Dir, "home"))
	if o.Cores > 0 {
		r.cmd.Env = append(r.cmd.Env, "GOMAXPROCS="+strconv.Itoa(o.Cores))
	}
	r.cmd.Stderr = log
	r.cmd.SysProcAttr = attributes()
	out, err := r.cmd.StdoutPipe()
	if err == nil {
		r.in, err = r.cmd.StdinPipe()
	}
	if err == nil {
		err = r.cmd.Start()
	}
	if err != nil {
		return nil, err
	}
	r.orders, r.answers = json.NewEncoder(r.in), json.NewDecoder(bufio.NewReader(out))
	late := time.AfterFunc(startWithin, func() { _ = r.cmd.Process.Kill() })
	defer late.Stop()
	if err = r.orders.Encode(s); err == nil {
		err = r.answers.Decode(&r.served)
	}
	if err != nil {
		text, _ := os.ReadFile(log.Name())
		return r, fmt.Errorf("%w: %s", err, text)
	}
	r.admin = picketv1connect.NewAdminClient(&http.Client{Transport: bearer(r.served.Token), Timeout: time.Minute}, "http://"+r.served.HTTP)
	return r, nil
}

// bearer adds an operator's token to requests.
type bearer string

// RoundTrip implements http.RoundTripper.
func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// ask gives an order and waits for the answer.
func (r *replica) ask(o order) (a answer, err error) {
	if err = r.orders.Encode(o); err == nil {
		err = r.answers.Decode(&a)
	}
	if err == nil && a.Error != "" {
		err = errors.New(a.Error)
	}
	if err != nil {
		return a, fmt.Errorf("ask replica: %w", err)
	}
	return a, nil
}

// each calls f with every decision that the replica knows.
func (r *replica) each(ctx context.Context, f func(*picketv1.DecisionView)) error {
	for after := ""; ; {
		page, err := r.admin.ListDecisions(ctx, &picketv1.ListDecisionsRequest{All: true, Limit: pageOf, After: after})
		if err != nil {
			return fmt.Errorf("list decisions: %w", err)
		}
		for _, d := range page.Decisions {
			f(d)
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

// stop ends the processes.
func (p *plane) stop() error {
	var errs []error
	for _, r := range p.replicas {
		errs = append(errs, r.stop())
	}
	if p.cluster != nil {
		p.cluster.stop()
	}
	return errors.Join(errs...)
}

func (r *replica) stop() error {
	late := time.AfterFunc(endWithin, func() { _ = r.cmd.Process.Kill() })
	defer late.Stop()
	_ = r.in.Close() // it ends then
	if err := r.cmd.Wait(); err != nil {
		return fmt.Errorf("end replica: %w", err)
	}
	return nil
}

func (p *plane) addresses() (all []string) {
	for _, r := range p.replicas {
		all = append(all, r.served.GRPC)
	}
	return all
}

// decide takes n operators' decisions about addresses that nobody has.
func (p *plane) decide(ctx context.Context, n int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(deciders)
	for i := range n {
		g.Go(func() error {
			_, err := p.replicas[0].admin.Decide(ctx, &picketv1.DecideRequest{
				Action: "deny", Facet: "ip", Value: fmt.Sprintf("46.%d.%d.%d", i>>16, i>>8&255, i&255), For: durationpb.New(time.Hour), Reason: "fleet",
			})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("take decisions: %w", err)
	}
	return nil
}

// profile starts or stops every replica's.
func (p *plane) profile(on bool) error {
	for _, r := range p.replicas {
		o := order{Stop: true}
		if on {
			o = order{Profile: r.profile}
		}
		if _, err := r.ask(o); err != nil {
			return err
		}
	}
	return nil
}

// memory is of all replicas together.
func (p *plane) memory() (m Memory, err error) {
	for _, r := range p.replicas {
		a, err := r.ask(order{Memory: true})
		if err != nil {
			return m, err
		}
		resident, peak, err := memoryOf(r.cmd.Process.Pid)
		if err != nil {
			return m, err
		}
		m.Heap, m.Resident, m.Peak = m.Heap+float64(a.Heap), m.Resident+resident, m.Peak+peak
	}
	return m, nil
}

// attributes let a process end with ours.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
