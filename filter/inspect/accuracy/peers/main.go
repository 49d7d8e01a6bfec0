// Command peers judges requests with what people use today: Coraza with the OWASP Core Rule Set, run natively, and
// libinjection. It is a module of its own, so that Picket's has none of them.
//
// It reads questions as JSON lines from standard input and answers each with one JSON line, in the same order.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	libinjection "github.com/corazawaf/libinjection-go"
)

// question is a request, or a value by itself when Value is not nil.
type question struct {
	ID      int         `json:"id"`
	Value   *string     `json:"value"`
	Method  string      `json:"method"`
	Path    string      `json:"path"` // with the query
	Headers [][2]string `json:"headers"`
	Body    []byte      `json:"body"` // base64
	// Values are the request's own, decoded: libinjection knows values only.
	Values []string `json:"values"`
}

// verdict says who would have refused the request. Score is Coraza's sum; the usual limit is 5.
type verdict struct {
	ID           int  `json:"id"`
	Coraza       bool `json:"coraza"`
	Score        int  `json:"score"`
	Libinjection bool `json:"libinjection"`
}

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("peers", flag.ContinueOnError)
	f.SetOutput(stderr)
	paranoia := f.Int("paranoia", 1, "paranoia level of the rule set, 1 to 4")
	describe := f.Bool("describe", false, "say in one line what is run and how it is set, and end")
	if err := f.Parse(args); err != nil {
		return 2
	}
	if err := answer(*paranoia, *describe, stdin, stdout); err != nil {
		_, _ = fmt.Fprintln(stderr, "peers:", err)
		return 1
	}
	return 0
}

func answer(paranoia int, describe bool, stdin io.Reader, stdout io.Writer) error {
	if paranoia < 1 || paranoia > 4 {
		return fmt.Errorf("paranoia level %d: want 1 to 4", paranoia)
	}
	if describe {
		_, err := fmt.Fprintln(stdout, description(paranoia))
		return err
	}
	w, err := newFirewall(paranoia)
	if err != nil {
		return err
	}
	return judge(w, stdin, stdout)
}

// judge answers until standard input ends. Each answer is written at once, for the asker waits for it.
func judge(w *firewall, stdin io.Reader, stdout io.Writer) error {
	in, out := json.NewDecoder(bufio.NewReaderSize(stdin, 1<<16)), json.NewEncoder(stdout)
	for n := 1; ; n++ {
		var q question
		if err := in.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read question %d: %w", n, err)
		}
		v, err := w.settled(q.whole())
		if err != nil {
			return fmt.Errorf("judge question %d: %w", n, err)
		}
		v.Libinjection = injected(q)
		if err := out.Encode(v); err != nil {
			return fmt.Errorf("write verdict %d: %w", n, err)
		}
	}
}

// injected asks libinjection about each value.
func injected(q question) bool {
	values := q.Values
	if q.Value != nil {
		values = []string{*q.Value}
	}
	for _, v := range values {
		if sqli, _ := libinjection.IsSQLi(v); sqli || libinjection.IsXSS(v) {
			return true
		}
	}
	return false
}
