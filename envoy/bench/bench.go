package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"picket/controlplane/simulate/fleet"
	"picket/envoy/process"
	"picket/filter/compiled"
)

// bench is one run.
type bench struct {
	quick  bool
	dir    string // temporary
	envoy  string // path of Envoy
	module string // path of Picket's compiled filter
	empty  string // path of the compiled filter that does nothing
	cpus   cpus
	stderr io.Writer
	began  time.Time
}

// part is one kind of measurement.
type part struct {
	name    string
	measure func(*bench, context.Context) (Table, error)
}

func parts() []part {
	return []part{
		{"request", (*bench).request},
		{"loop", (*bench).loop},
		{"memory", (*bench).memory},
		{"allocs", (*bench).allocs},
		{"readiness", (*bench).readiness},
		{"plane", (*bench).planeCost},
	}
}

// Result is what build/bench.json holds.
type Result struct {
	Began   time.Time
	Seconds float64
	Quick   bool
	Machine Machine
	Tables  []Table
}

// run is the program; it gives the exit code. A missed target is no error: the table says by how much.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 1 && args[0] == serveReplica {
		return exitCode(fleet.Serve(ctx, os.Stdin, stdout, stderr), stderr)
	}
	if len(args) == 1 && strings.HasPrefix(args[0], servePrefix) {
		return exitCode(serve(args[0], os.Stdin, stdout), stderr)
	}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	quick := f.Bool("quick", false, "fewer rounds: under two minutes, for looking at the bench itself")
	only := f.String("only", "", "measure only these, with commas: request, loop, memory, allocs, readiness, plane")
	out := f.String("o", "build/bench.json", "where to write the figures")
	if err := f.Parse(args); err != nil {
		return 2
	}
	chosen, err := choose(*only)
	if err != nil {
		return exitCode(err, stderr)
	}
	return exitCode(measure(ctx, chosen, *quick, *out, stdout, stderr), stderr)
}

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "bench:", err)
	return 1
}

// choose gives the parts that only names; empty: all.
func choose(only string) ([]part, error) {
	if only == "" {
		return parts(), nil
	}
	var chosen []part
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(parts(), func(p part) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only %s: there is request, loop, memory, allocs, readiness, plane", name)
		}
		chosen = append(chosen, parts()[i])
	}
	return chosen, nil
}

func measure(ctx context.Context, chosen []part, quick bool, out string, stdout, stderr io.Writer) (err error) {
	b := &bench{quick: quick, stderr: stderr, began: time.Now()}
	if b.dir, err = os.MkdirTemp("", "picket-bench-"); err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.prepare(ctx); err != nil {
		return err
	}
	r := Result{Began: b.began, Quick: quick}
	if r.Machine, err = b.machine(ctx); err != nil {
		return err
	}
	for _, p := range chosen {
		b.say("measuring: %s", p.name)
		t, err := p.measure(b, ctx)
		if err != nil {
			return fmt.Errorf("measure %s: %w", p.name, err)
		}
		r.Tables = append(r.Tables, t)
		if err := t.Write(stdout); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	r.Seconds = time.Since(b.began).Seconds()
	return save(out, r)
}

// save writes the figures as JSON.
func save(out string, r Result) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(out), 0o750)
	}
	if err == nil {
		err = os.WriteFile(out, append(text, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

// prepare finds Envoy and makes the modules.
func (b *bench) prepare(ctx context.Context) (err error) {
	// Traces that a control plane leaves for operators on this machine stay in our directory.
	if err := os.Setenv("XDG_STATE_HOME", filepath.Join(b.dir, "state")); err != nil {
		return fmt.Errorf("set up: %w", err)
	}
	if b.envoy, err = process.Find(""); err != nil {
		return err
	}
	if b.cpus, err = allowedCPUs(); err != nil {
		return err
	}
	picket, err := compiled.Module()
	if err != nil {
		return err
	}
	b.module = filepath.Join(b.dir, "picket.wasm")
	if err := os.WriteFile(b.module, picket, 0o600); err != nil {
		return fmt.Errorf("write module: %w", err)
	}
	b.say("compiling the filter that does nothing")
	b.empty = filepath.Join(b.dir, "empty.wasm")
	return buildEmpty(ctx, b.empty)
}

// say tells progress.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.stderr, "%7.1fs  %s\n", time.Since(b.began).Seconds(), fmt.Sprintf(format, args...))
}

// pick gives the number for a full run, or that for a quick one.
func (b *bench) pick(full, quick int) int {
	if b.quick {
		return quick
	}
	return full
}
