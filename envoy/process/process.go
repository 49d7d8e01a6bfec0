package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// DefaultGrace is how long Envoy has between SIGTERM and SIGKILL.
const DefaultGrace = 5 * time.Second

// Options say how to run Envoy. Path and ConfigFile are needed.
type Options struct {
	Path       string
	ConfigFile string
	// Concurrency is the number of workers; 0: one for each CPU.
	Concurrency int
	// Log gets what Envoy writes; nil: nobody. Only an *os.File lets Envoy outlive this process without losing its log.
	Log io.Writer
	// LogLevel is Envoy's; empty: "warning".
	LogLevel string
	// AdminFile, where not empty, is where Envoy writes the address of its admin interface.
	AdminFile string
	// Grace is the time between SIGTERM and SIGKILL; 0: DefaultGrace.
	Grace time.Duration
	// HotRestart makes this Envoy one of a family; nil: it stands alone, which is right for almost everybody.
	HotRestart *HotRestart
	// Args are added as they are.
	Args []string
}

// HotRestart says which family and generation of Envoy to be.
type HotRestart struct {
	// BaseIDFile is where the first generation writes the family's id, and where later ones read it.
	BaseIDFile string
	// Epoch is the generation, from 0.
	Epoch int
}

// Process is an Envoy that was started. It is safe for concurrent use.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // set before done is closed
	stop context.CancelFunc
}

// Start runs Envoy in a process group of its own, so that a terminal's Ctrl-C reaches only us. It returns as soon as the
// process exists. When ctx ends Envoy gets SIGTERM, and SIGKILL after Grace. An Envoy whose starter dies goes on.
func Start(ctx context.Context, o Options) (*Process, error) {
	args, err := o.args()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, o.Path, args...)
	cmd.Stdout, cmd.Stderr = o.Log, o.Log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = o.Grace
	if cmd.WaitDelay <= 0 {
		cmd.WaitDelay = DefaultGrace
	}
	if err := cmd.Start(); err != nil {
		stop()
		return nil, fmt.Errorf("start Envoy: %w", err)
	}
	p := &Process{cmd: cmd, done: make(chan struct{}), stop: stop}
	go p.wait(ctx)
	return p, nil
}

// wait reaps the process. One that ended because it was asked to is no error.
func (p *Process) wait(ctx context.Context) {
	err := p.cmd.Wait()
	if ctx.Err() == nil {
		p.err = fmt.Errorf("envoy ended by itself: %s", p.cmd.ProcessState)
	} else if code := p.cmd.ProcessState.ExitCode(); err != nil && code == -1 && !terminated(p.cmd.ProcessState) {
		p.err = fmt.Errorf("envoy was asked to stop, and ended by %s", p.cmd.ProcessState)
	}
	p.stop()
	close(p.done)
}

// terminated tells whether SIGTERM ended the process, which happens before Envoy has its signal handlers.
func terminated(s *os.ProcessState) bool {
	w, ok := s.Sys().(syscall.WaitStatus)
	return ok && w.Signaled() && w.Signal() == syscall.SIGTERM
}

// Pid is the process id, also after the end.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when Envoy has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says why Envoy ended: nil while it runs, and nil when it ended because it was asked to.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Stop asks Envoy to end, kills it after Grace, and waits. It gives what Err gives, and may be called again.
func (p *Process) Stop() error {
	p.stop()
	<-p.done
	return p.err
}

// Signal sends a signal to Envoy.
func (p *Process) Signal(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil {
		return fmt.Errorf("signal Envoy: %w", err)
	}
	return nil
}

func (o Options) args() ([]string, error) {
	if o.Path == "" || o.ConfigFile == "" {
		return nil, errors.New("start Envoy: path and configuration file are needed")
	}
	level := o.LogLevel
	if level == "" {
		level = "warning"
	}
	args := []string{"-c", o.ConfigFile, "--log-level", level}
	if o.Concurrency > 0 {
		args = append(args, "--concurrency", strconv.Itoa(o.Concurrency))
	}
	if o.AdminFile != "" {
		args = append(args, "--admin-address-path", o.AdminFile)
	}
	family, err := o.HotRestart.args()
	if err != nil {
		return nil, err
	}
	return append(append(args, family...), o.Args...), nil
}

// args for nil turns hot restart off: it needs shared memory under an id that several Envoys of one machine would fight
// for.
func (h *HotRestart) args() ([]string, error) {
	if h == nil {
		return []string{"--disable-hot-restart"}, nil
	}
	if h.Epoch == 0 {
		return []string{"--use-dynamic-base-id", "--base-id-path", h.BaseIDFile}, nil
	}
	b, err := os.ReadFile(h.BaseIDFile)
	if err != nil {
		return nil, fmt.Errorf("read the id of the running Envoy: %w", err)
	}
	id, err := strconv.ParseUint(string(b), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read the id of the running Envoy: %w", err)
	}
	return []string{"--base-id", strconv.FormatUint(id, 10), "--restart-epoch", strconv.Itoa(h.Epoch)}, nil
}
