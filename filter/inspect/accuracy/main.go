// Command accuracy measures how well the inspection tells attacks from honest traffic: on labelled values that training
// never saw, on generated traffic, and on a rule set's regression tests. It prints tables and writes JSON.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
	"picket/filter/inspect/learn"
	"picket/filter/inspect/traffic/north"
	"picket/filter/inspect/traffic/south"
)

// options are the command's.
type options struct {
	corpora, out string
	requests     int
	misses       int
	only         string
	cross        bool
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	var o options
	f := flag.NewFlagSet("accuracy", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.corpora, "corpora", env("CORPORA", "../shared/corpora"), "directory with values.jsonl.gz and requests.jsonl.gz")
	f.StringVar(&o.out, "out", "build/accuracy.json", "file to write; empty: none")
	f.IntVar(&o.requests, "requests", 20000, "generated requests of each kind")
	f.IntVar(&o.misses, "misses", 0, "print so many mistakes of each part")
	f.StringVar(&o.only, "only", "", "measure only: values, rules, north or south")
	f.BoolVar(&o.cross, "cross", true, "train on each generator and measure on the other")
	if err := f.Parse(args); err != nil {
		return 2
	}
	if err := measure(o, stdout); err != nil {
		_, _ = fmt.Fprintln(stderr, "accuracy:", err)
		return 1
	}
	return 0
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// report is everything that was measured.
type report struct {
	Corpora   string `json:"corpora"`
	LeftOut   int    `json:"rules_of_responses_left_out"`
	Tables    []*table
	Remark    string `json:"remark,omitempty"`
	Threshold float32
}

func measure(o options, stdout io.Writer) error {
	r := &report{Corpora: o.corpora, Threshold: inspect.DefaultThreshold}
	in := inspect.New()
	if err := r.corpora(in, o); errors.Is(err, os.ErrNotExist) {
		r.Remark = fmt.Sprintf("there are no corpora in %s: only generated traffic was measured", o.corpora)
	} else if err != nil {
		return err
	}
	r.traffic(in, o)
	r.print(stdout, o.misses)
	return r.write(o.out)
}

// traffic measures the built-in model on families that it never saw, and each generator with a model that was trained
// on the other one alone.
func (r *report) traffic(in *inspect.Inspector, o options) {
	sides := []side{
		{"north", corpus.Samples(north.Honest(7, o.requests)), corpus.Samples(north.Attacks(7, o.requests)), learn.Options{South: true}},
		{"south", corpus.Samples(south.Honest(7, o.requests)), corpus.Samples(south.Attacks(7, o.requests)), learn.Options{North: true}},
	}
	for _, s := range sides {
		if o.only != "" && o.only != s.name {
			continue
		}
		r.generated(in, s.name+", families held out", heldOut(s.honest), heldOut(s.attacks))
		if o.cross {
			r.crossed(s, o)
		}
	}
}

// side is one generator's traffic, and how to train on the other's.
type side struct {
	name            string
	honest, attacks []corpus.Sample
	other           learn.Options
}

func (r *report) crossed(s side, o options) {
	s.other.Corpora, s.other.Requests, s.other.Epochs = o.corpora, 20000, 5
	in := inspect.New()
	m, _, err := learn.Train(in, s.other)
	if err != nil {
		return // without corpora there is nothing to train with, which the report says
	}
	m.Use(in)
	r.generated(in, s.name+", all families, model trained without it", s.honest, s.attacks)
}

// heldOut keeps the families that training keeps apart.
func heldOut(samples []corpus.Sample) []corpus.Sample {
	var out []corpus.Sample
	for _, s := range samples {
		if corpus.Held(s.Template) {
			out = append(out, s)
		}
	}
	return out
}

func (r *report) write(name string) error {
	if name == "" {
		return nil
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return fmt.Errorf("make directory of report: %w", err)
	}
	if err := os.WriteFile(name, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
