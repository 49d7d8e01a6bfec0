package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"picket/controlplane/app"
	"picket/controlplane/policy"
	"picket/envoy/process"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) up() *cobra.Command {
	s := &stack{tell: p.tell}
	var upstream, envoy string
	c := &cobra.Command{
		Use: "up --upstream URL", Short: "Put Picket in front of an HTTP service: control plane, Envoy and filter in one command",
		Args: exactly(0, "no argument but flags"),
	}
	f := c.Flags()
	f.StringVar(&upstream, "upstream", "", "the service: http://HOST:PORT or https://HOST:PORT")
	f.StringVar(&s.listen, "listen", "127.0.0.1:8000", "where callers come in")
	f.StringVar(&s.http, "http", "127.0.0.1:8080", "where operators ask the control plane; loopback only")
	f.StringVar(&s.grpc, "grpc", "127.0.0.1:18000", "where Envoy asks the control plane; loopback only")
	f.StringVar(&s.mode, "mode", "", "observe, canary (acts on some consumers: rails.canary) or enforce (default as the policy file says, observe without one)")
	f.IntVar(&s.trustedHops, "trusted-hops", 0, "proxies in front that X-Forwarded-For is trusted for")
	f.StringVar(&s.policyFile, "policy", "", "policy file")
	f.IntVar(&s.workers, "workers", runtime.NumCPU(), "Envoy's workers")
	f.StringVar(&envoy, "envoy", "", "Envoy's path (default $"+process.Environment+", else on PATH)")
	f.StringVar(&s.state, "state", "", "directory to keep the state in, or memory (default one for each --listen)")
	f.Var(&s.journal, "journal-size", "how large the journal gets before its oldest entries go, as in 512MB or 4GB (default 4GB)")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := s.check(c.Context(), upstream, envoy); err != nil {
			return err
		}
		return p.runUp(c.Context(), s)
	}
	return c
}

// tell prints a line of progress on standard error.
func (p *program) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(p.stderr, "picket: "+format+"\n", args...)
}

func (p *program) runUp(ctx context.Context, s *stack) error {
	defer s.clean()
	if err := s.prepare(); err != nil {
		return err
	}
	p.tell("control plane on %s, Envoy %s on %s, state in %s", s.http, s.version.Text, s.listen, s.dir)
	err := s.run(ctx, func(_ context.Context, _ picketv1connect.AdminClient, f proof) error {
		_, err := fmt.Fprintf(p.stdout, "ready http://%s -> %s (%s, %d workers, Envoy %s, policy revision %d)\n",
			s.listen, s.upstream, f.mode, f.workers, s.version.Text, f.revision)
		return err
	})
	forgetEnvoy(s.home())
	return err
}

// check finds every mistake before anything is started.
func (s *stack) check(ctx context.Context, upstream, envoy string) error {
	if s.state == "" {
		s.state = s.home()
	}
	return errors.Join(
		s.checkUpstream(upstream),
		s.checkValues(),
		s.checkPolicy(),
		s.checkPort("--listen", s.listen, false),
		s.checkPort("--http", s.http, true),
		s.checkPort("--grpc", s.grpc, true),
		s.checkEnvoy(ctx, envoy),
	)
}

func (s *stack) checkUpstream(text string) error {
	u, err := url.Parse(text)
	if text == "" || err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "h2c" {
		return mistakef("--upstream %q: give http://HOST:PORT or https://HOST:PORT", text)
	}
	s.upstream = u
	c := s.config()
	c.Module, c.Workers, c.TrustedHops, c.Listeners, c.Control = "/", 0, 0, []string{"127.0.0.1:0"}, "127.0.0.1:1"
	if _, err := c.Bootstrap(); err != nil {
		return mistakef("--upstream: %v", err)
	}
	return nil
}

func (s *stack) checkValues() error {
	var errs []error
	if s.mode != "" && s.mode != "observe" && s.mode != "canary" && s.mode != "enforce" {
		errs = append(errs, mistakef("--mode %s: give observe, canary or enforce", s.mode))
	}
	if s.workers < 1 || s.workers > 256 {
		errs = append(errs, mistakef("--workers %d: give 1 to 256", s.workers))
	}
	if s.trustedHops < 0 || s.trustedHops > 16 {
		errs = append(errs, mistakef("--trusted-hops %d: give 0 to 16", s.trustedHops))
	}
	return errors.Join(errs...)
}

func (s *stack) checkPolicy() error {
	if s.policyFile == "" {
		return nil
	}
	data, err := os.ReadFile(s.policyFile)
	if err != nil {
		return unreadable("--policy", s.policyFile, err)
	}
	if _, err := policy.Parse(s.policyFile, data); err != nil {
		return &mistake{err.Error()}
	}
	return nil
}

// checkPort wants an address with a port that is free.
func (s *stack) checkPort(flag, addr string, loopback bool) error {
	a, err := netip.ParseAddrPort(addr)
	if err != nil || a.Port() == 0 {
		return mistakef("%s %s: give ADDRESS:PORT, as in 127.0.0.1:8000", flag, addr)
	}
	if loopback && !a.Addr().IsLoopback() {
		return mistakef("%s %s: picket up listens for operators and Envoy on loopback only; picket serve takes other addresses, with certificates", flag, addr)
	}
	err = free(flag, addr)
	if err == nil {
		return nil
	}
	if pid, ok := earlierEnvoy(s.home()); ok && flag == "--listen" && errors.Is(err, syscall.EADDRINUSE) {
		return mistakef("%s is in use by the Envoy of an earlier picket up (pid %d): stop it with: kill %d", addr, pid, pid)
	}
	return &mistake{err.Error()}
}

func (s *stack) checkEnvoy(ctx context.Context, flag string) error {
	path, err := process.Find(flag)
	if err != nil {
		return &mistake{err.Error()}
	}
	if s.version, err = process.Check(ctx, path); err != nil {
		return &mistake{err.Error()}
	}
	s.envoyPath = path
	return nil
}

// freeAddress picks a port of loopback that was free a moment ago.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", app.ListenMistake("", "127.0.0.1:0", err)
	}
	return l.Addr().String(), l.Close()
}
