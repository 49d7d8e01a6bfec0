package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
)

// report is everything that was measured.
type report struct {
	Corpora string `json:"corpora"`
	// LeftOut are the regression tests of rules about responses and sums, which are not judged.
	LeftOut     []ruleCount `json:"rules_of_responses_left_out"`
	Peers       string      `json:"peers"` // what ran beside us, or why nothing did
	Tables      []*table
	Differences []difference `json:",omitempty"`
	Remark      string       `json:"remark,omitempty"`
	Threshold   float32
}

// measurement is one run.
type measurement struct {
	options
	in     *inspect.Inspector
	report *report
	peers  *peers // nil: none run
	stderr io.Writer
}

func measure(ctx context.Context, o options, stdout, stderr io.Writer) error {
	m := &measurement{options: o, in: inspect.New(), stderr: stderr, report: &report{Corpora: o.dir, Threshold: inspect.DefaultThreshold}}
	if o.differences {
		return m.printDifferences(ctx, stdout)
	}
	m.startPeers(ctx)
	defer m.stopPeers()
	if err := m.corpora(ctx); errors.Is(err, os.ErrNotExist) {
		m.report.Remark = fmt.Sprintf("there are no corpora in %s: only generated traffic was measured", o.dir)
	} else if err != nil {
		return err
	}
	if err := m.traffic(ctx); err != nil {
		return err
	}
	m.report.print(stdout, o.misses)
	return m.report.write(o.out)
}

// corpora measures the labelled values' test part, and the regression tests.
func (m *measurement) corpora(ctx context.Context) error {
	values, err := corpus.Values(m.dir)
	if err != nil {
		return err
	}
	if m.wants(partValues) {
		if err := m.values(ctx, values); err != nil {
			return err
		}
	}
	if m.wants(partRules) {
		return m.rules(ctx)
	}
	return nil
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

// progress tells on stderr how far one part is; it is of no use to a program.
type progress struct {
	w                 io.Writer
	what              string
	every, total, did int
}

func (m *measurement) progress(what string, every, total int) *progress {
	return &progress{w: m.stderr, what: what, every: every, total: total}
}

func (p *progress) step() {
	p.did++
	if p.did%p.every == 0 || p.did == p.total {
		_, _ = fmt.Fprintf(p.w, "accuracy: %s: %d of %d\n", p.what, p.did, p.total)
	}
}

func (m *measurement) say(what string) { _, _ = fmt.Fprintln(m.stderr, "accuracy:", what) }
