// Command train makes the inspection's linear model and writes it as Go. The same input gives the same file, byte for byte.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"picket/filter/inspect"
	"picket/filter/inspect/learn"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	o := learn.Options{North: true, South: true, East: true, West: true}
	f := flag.NewFlagSet("train", flag.ContinueOnError)
	f.SetOutput(stderr)
	corpora := os.Getenv("CORPORA")
	if corpora == "" {
		corpora = "../shared/corpora"
	}
	f.StringVar(&o.Corpora, "corpora", corpora, "directory with values.jsonl.gz")
	f.IntVar(&o.Requests, "requests", 30000, "generated requests of each kind")
	f.IntVar(&o.Epochs, "epochs", 6, "passes over the data")
	out := f.String("out", "filter/inspect/weights.go", "file to write")
	if err := f.Parse(args); err != nil {
		return 2
	}
	if err := train(o, *out, stdout); err != nil {
		_, _ = fmt.Fprintln(stderr, "train:", err)
		return 1
	}
	return 0
}

func train(o learn.Options, out string, stdout io.Writer) error {
	m, summary, err := learn.Train(inspect.New(), o)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(stdout, summary); err != nil {
		return err
	}
	return m.Write(out)
}
