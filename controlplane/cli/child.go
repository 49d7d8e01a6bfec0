package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	firstBackoff = 200 * time.Millisecond
	lastBackoff  = 5 * time.Second
	// A child that lived so long is healthy; its next end starts the back-off anew.
	healthyAfter = 10 * time.Second
	// What children have between SIGTERM and SIGKILL.
	grace = 5 * time.Second
)

// superviseControl keeps a `picket serve` running until ctx ends. A child that says that its options are wrong is not
// started again: its words are the error.
func (s *stack) superviseControl(ctx context.Context) error {
	for wait := firstBackoff; ; wait = min(2*wait, lastBackoff) {
		began := time.Now()
		err := s.runControl(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the child was stopped on purpose
		}
		var m *mistake
		if errors.As(err, &m) {
			return err
		}
		if time.Since(began) > healthyAfter {
			wait = firstBackoff
		}
		s.tell("the control plane ended (%v), Envoy goes on with its last policy; starting it again in %v (log: %s)",
			err, wait, filepath.Join(s.dir, "picket.log"))
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
	}
}

// runControl runs one child to its end. The child's standard input is a pipe that ends with this process, however
// this process ends, and tells the child to end too.
func (s *stack) runControl(ctx context.Context) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find own program: %w", err)
	}
	log, err := s.childLog()
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	last := &lastLine{}
	cmd := exec.CommandContext(ctx, exe, s.serveArgs()...)
	cmd.Stdout, cmd.Stderr = log, &tee{log, last}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	hold, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("hold control plane: %w", err)
	}
	defer func() { _ = hold.Close() }()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start control plane: %w", err)
	}
	err = cmd.Wait()
	if cmd.ProcessState.ExitCode() == exitMistake && last.text() != "" {
		return &mistake{strings.TrimPrefix(last.text(), "picket: ")}
	}
	if err == nil {
		err = errors.New("exit status 0")
	}
	return err
}

// serveArgs are the child's.
func (s *stack) serveArgs() []string {
	args := []string{
		"serve", "--http", s.http, "--grpc", s.grpc, "--state", filepath.Join(s.dir, "state"), "--module", s.module,
		"--words", "1", "--while-stdin",
	}
	if s.mode != "" {
		args = append(args, "--mode", s.mode)
	}
	if s.journal != 0 {
		args = append(args, "--journal-size", s.journal.String())
	}
	if s.policyFile != "" {
		args = append(args, "--policy", s.policyFile)
	}
	return args
}

// lastLine remembers the last line written to it, up to a bound.
type lastLine struct{ b []byte }

func (l *lastLine) Write(p []byte) (int, error) {
	const bound = 4 << 10
	l.b = append(l.b, p...)
	l.b = l.b[max(0, len(l.b)-bound):]
	return len(p), nil
}

func (l *lastLine) text() string {
	lines := strings.Split(strings.TrimSpace(string(l.b)), "\n")
	return lines[len(lines)-1]
}

// tee writes to both; os/exec calls it from one goroutine.
type tee struct {
	a interface{ Write([]byte) (int, error) }
	b *lastLine
}

func (t *tee) Write(p []byte) (int, error) {
	_, _ = t.b.Write(p)
	return t.a.Write(p)
}
