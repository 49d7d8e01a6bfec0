package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

func (r *report) print(w io.Writer, misses int) {
	for _, line := range []string{r.Remark, r.Peers} {
		if line != "" {
			_, _ = fmt.Fprintln(w, line)
		}
	}
	for _, t := range r.Tables {
		t.finish()
		if !t.quiet || misses > 0 {
			t.print(w, misses)
		}
	}
}

func (t *table) print(w io.Writer, misses int) {
	_, _ = fmt.Fprintf(w, "\n%s\n", t.Name)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range sorted(t.Rows) {
		if r := t.Rows[name]; !t.quiet || r.Right*20 < r.N*19 {
			r.print(tw, name)
		}
	}
	for _, name := range sorted(t.Extra) {
		t.Extra[name].print(tw, "  "+name)
	}
	_ = tw.Flush()
	if !t.quiet {
		t.printSums(w)
	}
	t.printMisses(w, misses)
}

// printSums prints what there is: a table of attacks alone has nothing that passed, and no balance.
func (t *table) printSums(w io.Writer) {
	switch {
	case t.Caught.N == 0 && t.Passed.N == 0:
	case t.Passed.N == 0:
		_, _ = fmt.Fprintf(w, "caught %.2f %%\n", 100*t.Caught.Share)
	case t.Caught.N == 0:
		_, _ = fmt.Fprintf(w, "passed %.2f %%\n", 100*t.Passed.Share)
	default:
		_, _ = fmt.Fprintf(w, "caught %.2f %%, passed %.2f %%, balanced %.2f %%\n", 100*t.Caught.Share, 100*t.Passed.Share, 100*t.Balanced)
	}
	if t.Templates != nil {
		_, _ = fmt.Fprintln(w, t.Templates)
	}
	if t.Remark != "" {
		_, _ = fmt.Fprintln(w, t.Remark)
	}
	if t.Peers != nil {
		t.Peers.print(w, t)
	}
}

// printMisses prints so many mistakes of each row, spread over it.
func (t *table) printMisses(w io.Writer, misses int) {
	for _, name := range sorted(t.Rows) {
		m := t.Rows[name].misses
		for _, i := range evenly(len(m), misses) {
			_, _ = fmt.Fprintf(w, "  %s: %s\n", name, m[i])
		}
	}
}

// evenly gives up to wanted places, spread over n.
func evenly(n, wanted int) (places []int) {
	step := max(1, n/max(1, wanted))
	for i := 0; i < n && i/step < wanted; i += step {
		places = append(places, i)
	}
	return places
}

func (r *row) print(w io.Writer, name string) {
	what := "passed"
	if r.Attack {
		what = "caught"
	}
	_, _ = fmt.Fprintf(w, "%s\t%s\t%d of %d\t%.2f %%\t(%.2f to %.2f)\n", name, what, r.Right, r.N, 100*r.Share, 100*r.Low, 100*r.High)
}

// print sets the contestants side by side, and Picket on all rows of the table beside them.
func (p *panel) print(w io.Writer, t *table) {
	_, _ = fmt.Fprintf(w, "judged by all on the same %d attacks and %d honest rows:\n", p.Attacks, p.Honest)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(tw, "  \tcaught\t\tpassed\t\tbalanced")
	for _, c := range p.Contestants {
		c.print(tw)
	}
	contestant{Name: "Picket, all rows of the table", Caught: t.Caught, Passed: t.Passed, Balanced: t.Balanced}.print(tw)
	_ = tw.Flush()
}

func (c contestant) print(w io.Writer) {
	of := func(s share) string {
		return fmt.Sprintf("%.2f %%\t(%.2f to %.2f)", 100*s.Share, 100*s.Low, 100*s.High)
	}
	_, _ = fmt.Fprintf(w, "  %s\t%s\t%s\t%.2f %%\n", c.Name, of(c.Caught), of(c.Passed), 100*c.Balanced)
}
