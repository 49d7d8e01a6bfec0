// Package cli is the picket command: one file for each of its commands.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"connectrpc.com/connect"
	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitDone    = 0
	exitFailure = 1
	exitMistake = 2
)

// program is one run of the command, with what it may touch of the process.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

// Main runs the command line of this process until it ends or SIGINT or SIGTERM comes, and gives the exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	p := &program{stdin: os.Stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv}
	root := p.root()
	root.SetArgs(args)
	return p.end(root.ExecuteContext(ctx))
}

// root has every command. Errors are printed by end, not by cobra.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "picket",
		Short:         "Observe, secure and govern APIs behind Envoy",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetIn(p.stdin)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return mistakef("%v: see %s --help", err, c.CommandPath())
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(p.serve(), p.up(), p.demo(), p.get(), p.status(), p.explain(), p.validate(), p.apply(), p.backtest(), p.inspect(), p.config(),
		p.decide("deny"), p.decide("throttle"), p.decide("allow"), p.undo(), p.kill(), p.simulate(), p.test(), p.export(), p.importing(), p.version())
	return root
}

// unknownCommand is the Args of commands that only have sub-commands.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return mistakef("unknown command %q: see %s --help", args[0], c.CommandPath())
}

// exactly is cobra.ExactArgs in words of its own: what says what to give.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return mistakef("give %s: %s", what, c.UseLine())
		}
		return nil
	}
}

// atMost is exactly with nothing allowed, too.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > n {
			return mistakef("give %s: %s", what, c.UseLine())
		}
		return nil
	}
}

// mistake is a person's: something to type or to set up otherwise. A failure is any other error.
type mistake struct{ text string }

func (m *mistake) Error() string { return m.text }

func mistakef(format string, args ...any) error { return &mistake{fmt.Sprintf(format, args...)} }

// end prints err, one line for each mistake in it, and gives the exit code.
func (p *program) end(err error) int {
	if err == nil {
		return exitDone
	}
	for line := range strings.Lines(err.Error()) {
		_, _ = fmt.Fprintf(p.stderr, "picket: %s\n", strings.TrimRight(line, "\n"))
	}
	if isMistake(err) {
		return exitMistake
	}
	return exitFailure
}

// isMistake tells whose fault err is.
func isMistake(err error) bool {
	var m *mistake
	var c *callError
	switch {
	case errors.As(err, &m):
		return true
	case errors.As(err, &c):
		return c.code == connect.CodeInvalidArgument || c.code == connect.CodeNotFound ||
			c.code == connect.CodeFailedPrecondition || c.code == connect.CodeUnauthenticated
	default:
		return false
	}
}

// buildVersion is the version of this binary, as the Go toolchain recorded it.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
