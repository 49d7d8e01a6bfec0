// Command accuracy measures how well the inspection tells attacks from honest traffic: on labelled values that training
// never saw, on generated traffic, and on a rule set's regression tests; beside Coraza and libinjection on the same rows.
// It prints tables and writes JSON. The same input gives the same output.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// The parts that -only names.
const (
	partValues = "values"
	partRules  = "rules"
	partNorth  = "north"
	partSouth  = "south"
	partEast   = "east"
	partWest   = "west"
	partCenter = "center"
	partCoast  = "coast"
	partShore  = "shore"
)

// options are the command's.
type options struct {
	dir, out, only   string
	requests, misses int
	sample, paranoia int
	cross, withPeers bool
	differences      bool
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	o, ok := parse(args, stderr)
	if !ok {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, o, stdout, stderr); err != nil {
		_, _ = fmt.Fprintln(stderr, "accuracy:", err)
		return 1
	}
	return 0
}

// parse reads the flags; what is wrong with them it has said when it is not ok.
func parse(args []string, stderr io.Writer) (o options, ok bool) {
	f := flag.NewFlagSet("accuracy", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.dir, "corpora", env("CORPORA", "../shared/corpora"), "directory with values.jsonl.gz and requests.jsonl.gz")
	f.StringVar(&o.out, "out", "build/accuracy.json", "file to write; empty: none")
	f.StringVar(&o.only, "only", "", "measure only: values, rules, north, south, east, west, center, coast or shore")
	f.IntVar(&o.requests, "requests", 20000, "generated requests of each kind")
	f.IntVar(&o.misses, "misses", 0, "print so many mistakes of each part")
	f.BoolVar(&o.cross, "cross", true, "train on each generator and measure on the other")
	f.BoolVar(&o.withPeers, "peers", true, "build Coraza and libinjection, and have them judge a sample of the same rows")
	f.IntVar(&o.sample, "sample", 1500, "rows of a table that the peers judge")
	f.IntVar(&o.paranoia, "paranoia", 1, "paranoia level of the peers' rule set, 1 to 4")
	f.BoolVar(&o.differences, "differences", false, "print only the differences to the rule set that we stand by, as Markdown")
	if f.Parse(args) != nil {
		return o, false
	}
	if err := o.check(); err != nil {
		_, _ = fmt.Fprintln(stderr, "accuracy:", err)
		return o, false
	}
	return o, true
}

func (o options) check() error {
	var err error
	switch o.only {
	case "", partValues, partRules, partNorth, partSouth, partEast, partWest, partCenter, partCoast, partShore:
	default:
		err = fmt.Errorf("-only %s: there is no such part", o.only)
	}
	if o.requests < 0 || o.sample < 0 {
		err = errors.Join(err, errors.New("-requests and -sample: want a number from 0"))
	}
	if o.paranoia < 1 || o.paranoia > 4 {
		err = errors.Join(err, fmt.Errorf("-paranoia %d: want 1 to 4", o.paranoia))
	}
	return err
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// wants says whether a part is to be measured.
func (o options) wants(part string) bool { return o.only == "" || o.only == part }
