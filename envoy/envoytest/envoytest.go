// Package envoytest runs a real Envoy for tests, waits until it is ready, and reads its admin interface.
package envoytest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"picket/envoy/process"
)

// Path gives the Envoy to test with, as process.Find looks for it. Without one the test is skipped, but fails where CI
// is set.
func Path(t testing.TB) string {
	t.Helper()
	p, err := process.Find("")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("a real Envoy is needed: %v", err)
		}
		t.Skip(err)
	}
	return p
}

// Envoy is a running Envoy. Its methods end the test when Envoy does not answer; they are for the test's goroutine.
type Envoy struct {
	t       testing.TB
	path    string
	dir     string
	options options
	proc    *process.Process
	admin   string // host:port
	epoch   int
	log     string
	ending  map[*process.Process]bool // those whose end is no failure
}

// readyWithin is generous: the first load of a Go module is compiled for up to 9 s, and longer on a busy machine.
const readyWithin = 90 * time.Second

type options struct {
	concurrency int
	level       string
	ready       time.Duration
	args        []string
	hotRestart  bool
}

// Option changes how Start runs Envoy.
type Option func(*options)

// Concurrency sets the number of workers; 2 without it.
func Concurrency(n int) Option { return func(o *options) { o.concurrency = n } }

// LogLevel sets Envoy's log level; "warning" without it. "wasm:debug" and the like set that of one component.
func LogLevel(level string) Option { return func(o *options) { o.level = level } }

// ReadyWithin bounds the wait for readiness; 90 s without it.
func ReadyWithin(d time.Duration) Option { return func(o *options) { o.ready = d } }

// Args adds arguments to Envoy's command line.
func Args(args ...string) Option { return func(o *options) { o.args = append(o.args, args...) } }

// HotRestartable makes Envoy.HotRestart possible.
func HotRestartable() Option { return func(o *options) { o.hotRestart = true } }

// Start runs Envoy with config (YAML with an admin interface; ports may be 0) and waits until it is ready. It ends with
// the test; the log is shown when the test failed.
func Start(t testing.TB, config []byte, opts ...Option) *Envoy {
	t.Helper()
	e := newEnvoy(t, opts)
	e.start(config)
	return e
}

func newEnvoy(t testing.TB, opts []Option) *Envoy {
	t.Helper()
	o := options{concurrency: 2, level: "warning", ready: readyWithin}
	for _, f := range opts {
		f(&o)
	}
	e := &Envoy{t: t, path: Path(t), dir: t.TempDir(), options: o, ending: map[*process.Process]bool{}}
	e.log = filepath.Join(e.dir, "envoy.log")
	t.Cleanup(e.showLog)
	return e
}

// start runs one generation and waits for it.
func (e *Envoy) start(config []byte) {
	e.t.Helper()
	p, adminFile := e.run(config)
	e.t.Cleanup(func() { e.end(p) })
	e.proc = p
	ctx, cancel := context.WithTimeout(e.t.Context(), e.options.ready)
	defer cancel()
	if err := e.await(ctx, adminFile); err != nil {
		e.t.Fatalf("start Envoy: %v", err)
	}
}

func (e *Envoy) run(config []byte) (p *process.Process, adminFile string) {
	e.t.Helper()
	file := filepath.Join(e.dir, fmt.Sprintf("envoy-%d.yaml", e.epoch))
	adminFile = filepath.Join(e.dir, fmt.Sprintf("admin-%d", e.epoch))
	if err := os.WriteFile(file, config, 0o600); err != nil {
		e.t.Fatal(err)
	}
	log, err := os.OpenFile(e.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		e.t.Fatal(err)
	}
	defer log.Close() // the child has its own
	o := process.Options{
		Path: e.path, ConfigFile: file, AdminFile: adminFile, Log: log,
		Concurrency: e.options.concurrency, LogLevel: e.options.level, Args: e.options.args,
	}
	if level, component, ok := component(e.options.level); ok {
		o.LogLevel, o.Args = level, append([]string{"--component-log-level", component}, o.Args...)
	}
	if e.options.hotRestart {
		o.HotRestart = &process.HotRestart{BaseIDFile: filepath.Join(e.dir, "base-id"), Epoch: e.epoch}
	}
	// Not the test's context: that ends before the clean-ups run, and the log should show an orderly end.
	p, err = process.Start(context.WithoutCancel(e.t.Context()), o)
	if err != nil {
		e.t.Fatal(err)
	}
	return p, adminFile
}

func component(level string) (rest, component string, ok bool) {
	if strings.Contains(level, ":") {
		return "warning", level, true
	}
	return level, "", false
}

// end stops one generation. An Envoy that died by itself fails the test, unless the test killed it.
func (e *Envoy) end(p *process.Process) {
	select {
	case <-p.Done():
		if err := p.Err(); err != nil && !e.ending[p] {
			e.t.Errorf("during the test: %v", err)
		}
	default:
		if err := p.Stop(); err != nil {
			e.t.Error(err)
		}
	}
}

// Signal sends a signal to Envoy. From then on its end is no failure.
func (e *Envoy) Signal(s os.Signal) {
	e.t.Helper()
	e.ending[e.proc] = true
	if err := e.proc.Signal(s); err != nil {
		e.t.Fatal(err)
	}
}

// Kill ends Envoy at once and waits until it is gone.
func (e *Envoy) Kill() {
	e.t.Helper()
	e.Signal(syscall.SIGKILL)
	<-e.proc.Done()
}

// Stop ends Envoy in order and waits until it is gone.
func (e *Envoy) Stop() {
	e.t.Helper()
	e.ending[e.proc] = true
	if err := e.proc.Stop(); err != nil {
		e.t.Error(err)
	}
}

// Done is closed when the newest generation of Envoy has ended.
func (e *Envoy) Done() <-chan struct{} { return e.proc.Done() }

// Pid is the process id of the newest generation.
func (e *Envoy) Pid() int { return e.proc.Pid() }

// Log gives what Envoy has written so far.
func (e *Envoy) Log() string {
	b, err := os.ReadFile(e.log)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// logShown bounds how much of a log a failure shows.
const logShown = 64 << 10

func (e *Envoy) showLog() {
	if !e.t.Failed() {
		return
	}
	log := e.Log()
	if len(log) > logShown {
		log = "…" + log[len(log)-logShown:]
	}
	e.t.Logf("Envoy's log:\n%s", log)
}

// HotRestart starts the next generation with config, which takes over the sockets and drains the one before. Listeners
// with port 0 get the port that the listener of that name has now. It needs HotRestartable.
func (e *Envoy) HotRestart(config []byte) {
	e.t.Helper()
	if !e.options.hotRestart {
		e.t.Fatal("start Envoy with envoytest.HotRestartable()")
	}
	pinned, err := pin(config, e.addresses())
	if err != nil {
		e.t.Fatal(err)
	}
	e.ending[e.proc] = true // by itself, once drained
	e.epoch++
	e.start(pinned)
}

// Validate checks config with `envoy --mode validate` and ends the test with Envoy's words if it is not valid. Modules
// are loaded as in earnest.
func Validate(t testing.TB, config []byte) {
	t.Helper()
	path := Path(t)
	file := filepath.Join(t.TempDir(), "envoy.yaml")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), readyWithin)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--mode", "validate", "-c", file, "--log-level", "warning").CombinedOutput()
	if err != nil {
		t.Fatalf("Envoy refuses the configuration: %v\n%s", err, bytes.TrimSpace(out))
	}
	if bytes.Contains(out, []byte("deprecated")) {
		t.Errorf("the configuration uses what is deprecated:\n%s", bytes.TrimSpace(out))
	}
}
