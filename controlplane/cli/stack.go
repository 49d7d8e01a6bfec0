package cli

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/controlplane/app"
	"picket/envoy/bootstrap"
	"picket/envoy/process"
	"picket/filter/compiled"
	"picket/proto/picket/v1/picketv1connect"
)

// stack is a control plane and an Envoy in front of a service, both children of this process.
type stack struct {
	upstream    *url.URL
	listen      string
	http, grpc  string
	mode        string // "": as the policy file says
	trustedHops int
	policyFile  string
	workers     int
	envoyPath   string
	state       string // directory, or "memory"
	journal     byteSize
	tell        func(format string, args ...any)

	dir     string // where the state is
	version process.Version
	module  string
}

// nodeID is what our Envoy calls itself.
func (s *stack) nodeID() string { return "picket-up-" + app.FileName(s.listen) }

// home is where a later run looks for traces of this one, whatever the state is kept in.
func (s *stack) home() string { return filepath.Join(app.StateHome(), "up-"+app.FileName(s.listen)) }

// config is Envoy's.
func (s *stack) config() bootstrap.Config {
	return bootstrap.Config{
		NodeID: s.nodeID(), Cluster: "default", Listeners: []string{s.listen}, TrustedHops: s.trustedHops,
		Upstream: s.upstream, Control: s.grpc, Module: s.module, Workers: s.workers,
	}
}

// prepare makes the state directory with the module and Envoy's configuration in it. The caller calls clean in the end.
func (s *stack) prepare() (err error) {
	if err = s.makeDir(); err != nil {
		return err
	}
	if s.module, err = writeModule(s.dir); err != nil {
		return err
	}
	_, err = s.config().Write(s.dir)
	return err
}

func (s *stack) makeDir() (err error) {
	if s.state == "memory" {
		s.dir, err = os.MkdirTemp("", "picket-up-") // 0700
	} else {
		s.dir, err = filepath.Abs(s.state)
		err = errors.Join(err, os.MkdirAll(s.dir, 0o700))
	}
	if err != nil {
		return fmt.Errorf("make state directory: %w", err)
	}
	return nil
}

// clean removes what shall not outlive a clean stop.
func (s *stack) clean() {
	if s.state == "memory" && s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

// writeModule puts the filter into dir under a name made of its content, so that a file that Envoy runs never changes.
func writeModule(dir string) (string, error) {
	b, err := compiled.Module()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	name := filepath.Join(dir, fmt.Sprintf("picket-%x.wasm", sum[:6]))
	if old, err := os.ReadFile(name); err == nil && sha256.Sum256(old) == sum {
		return name, nil
	}
	temporary := name + ".new"
	if err := errors.Join(os.WriteFile(temporary, b, 0o600), os.Rename(temporary, name)); err != nil {
		return "", fmt.Errorf("write filter: %w", err)
	}
	return name, nil
}

// run supervises both until ctx ends; ready is called once with a client and the proof that the first policy is enforced.
// What ready returns ends everything.
func (s *stack) run(ctx context.Context, ready func(context.Context, picketv1connect.AdminClient, proof) error) error {
	log, err := os.OpenFile(filepath.Join(s.dir, "envoy.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open Envoy's log: %w", err)
	}
	defer func() { _ = log.Close() }()
	g, ctx := errgroup.WithContext(ctx)
	// Envoy is stopped first, so that its last reports still find the control plane.
	plane, stopPlane := context.WithCancel(context.WithoutCancel(ctx))
	defer stopPlane()
	g.Go(func() error { return s.superviseControl(plane) })
	g.Go(func() error {
		defer stopPlane()
		return process.Supervise(ctx, s.envoyOptions(log), s.envoyEvents())
	})
	g.Go(func() error {
		client := s.client()
		p, err := s.waitEnforced(ctx, client)
		if err != nil || ctx.Err() != nil {
			return err
		}
		return ready(ctx, client, p)
	})
	return g.Wait()
}

func (s *stack) envoyOptions(log *os.File) process.Options {
	return process.Options{
		Path: s.envoyPath, ConfigFile: filepath.Join(s.dir, bootstrap.BootstrapFile), Concurrency: s.workers, Log: log,
	}
}

func (s *stack) envoyEvents() process.Events {
	return process.Events{
		Started: func(p *process.Process) {
			if err := rememberEnvoy(s.home(), p.Pid(), s.dir); err != nil {
				s.tell("%v", err)
			}
		},
		Ended: func(err error, next time.Duration) {
			s.tell("%v; starting it again in %v (log: %s)", err, next, filepath.Join(s.dir, "envoy.log"))
		},
	}
}

// client calls the child. Its token is where the child leaves it, so it is read for each call: a first one comes early.
func (s *stack) client() picketv1connect.AdminClient {
	return newClient(tokenOf{s.http}, "http://"+s.http, "")
}

// tokenOf adds the token of the control plane at an address of this machine.
type tokenOf struct{ server string }

func (t tokenOf) RoundTrip(r *http.Request) (*http.Response, error) {
	b, _ := os.ReadFile(app.TokenPath(t.server))
	return bearer{http.DefaultTransport, strings.TrimSpace(string(b))}.RoundTrip(r)
}

// free tells whether addr can be listened on, and says which flag to change where it cannot.
func free(flag, addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return app.ListenMistake(flag, addr, err)
	}
	return l.Close()
}

// childLog is where the control plane's log goes.
func (s *stack) childLog() (io.WriteCloser, error) {
	f, err := os.OpenFile(filepath.Join(s.dir, "picket.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	return f, nil
}
