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
	"picket/filter/inspect/traffic/north"
	"picket/filter/inspect/traffic/south"
)

// options are the command's.
type options struct {
	corpora, out string
	requests     int
	misses       int
	only         string
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
	if o.only == "" || o.only == "south" {
		r.generated(in, "south, not trained on", convert(south.Honest(7, o.requests)), convert(south.Attacks(7, o.requests)))
	}
	if o.only == "" || o.only == "north" {
		r.generated(in, "north, families held out", heldOut(convert(north.Honest(7, o.requests))), heldOut(convert(north.Attacks(7, o.requests))))
	}
	r.print(stdout, o.misses)
	return r.write(o.out)
}

// convert gives a generator's samples the common type.
func convert[S north.Sample | south.Sample](samples []S) []corpus.Sample {
	out := make([]corpus.Sample, len(samples))
	for i, s := range samples {
		out[i] = common(s)
	}
	return out
}

func common[S north.Sample | south.Sample](s S) corpus.Sample {
	switch s := any(s).(type) {
	case north.Sample:
		return corpus.Sample(s)
	case south.Sample:
		return corpus.Sample(s)
	}
	return corpus.Sample{}
}

// heldOut keeps the families that training keeps apart.
func heldOut(samples []corpus.Sample) []corpus.Sample {
	var out []corpus.Sample
	for _, s := range samples {
		if corpus.Held("check " + s.Template) {
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
