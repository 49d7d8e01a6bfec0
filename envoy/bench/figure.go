package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
)

// Figure is one measured number: a single value, or the median of samples with its quartiles.
type Figure struct {
	Name      string
	Value     float64
	Low, High float64 `json:",omitzero"` // quartiles; 0: a single value
	Unit      string
	Samples   int    `json:",omitzero"`
	Note      string `json:",omitempty"`
}

// Target is a figure with the limit that it must keep.
type Target struct {
	Name         string
	Value, Limit float64
	Aim          float64 `json:",omitzero"`
	Unit         string
	Met          bool
}

// Table is what one part found.
type Table struct {
	Name    string
	Notes   []string `json:",omitempty"`
	Figures []Figure
	Targets []Target `json:",omitempty"`
}

// add appends a single value.
func (t *Table) add(name string, value float64, unit, note string) {
	t.Figures = append(t.Figures, Figure{Name: name, Value: value, Unit: unit, Note: note})
}

// median appends the median of samples.
func (t *Table) median(name string, samples []float64, unit, note string) float64 {
	f := Figure{
		Name: name, Value: quantile(samples, 0.5), Low: quantile(samples, 0.25), High: quantile(samples, 0.75),
		Unit: unit, Samples: len(samples), Note: note,
	}
	t.Figures = append(t.Figures, f)
	return f.Value
}

// atMost appends a target: value may not be above limit. aim 0: there is no further aim.
func (t *Table) atMost(name string, value, limit, aim float64, unit string) {
	t.Targets = append(t.Targets, Target{Name: name, Value: value, Limit: limit, Aim: aim, Unit: unit, Met: value <= limit})
}

func (t *Table) note(format string, args ...any) {
	t.Notes = append(t.Notes, fmt.Sprintf(format, args...))
}

// quantile gives the q-quantile of samples by linear interpolation between the two nearest (type 7 of Hyndman and Fan,
// 1996); NaN for none. It does not change samples.
func quantile(samples []float64, q float64) float64 {
	if len(samples) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(samples))
	at := q * float64(len(s)-1)
	i := int(at)
	if i+1 >= len(s) {
		return s[len(s)-1]
	}
	return s[i] + (at-float64(i))*(s[i+1]-s[i])
}

// differences gives a[i] - b[i]: what a costs more than b in the same round.
func differences(a, b []float64) []float64 {
	d := make([]float64, min(len(a), len(b)))
	for i := range d {
		d[i] = a[i] - b[i]
	}
	return d
}

// sums gives a[i] + b[i].
func sums(a, b []float64) []float64 {
	s := make([]float64, min(len(a), len(b)))
	for i := range s {
		s[i] = a[i] + b[i]
	}
	return s
}

// Write prints the table.
func (t *Table) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "\n%s\n", t.Name)
	for _, f := range t.Figures {
		fmt.Fprintf(tw, "  %s\t%s %s\t%s\t%s\n", f.Name, number(f.Value), f.Unit, f.spread(), f.Note)
	}
	for _, g := range t.Targets {
		fmt.Fprintf(tw, "  %s\t%s %s\t%s\n", g.Name, number(g.Value), g.Unit, g.verdict())
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, n := range t.Notes {
		if _, err := fmt.Fprintf(w, "  - %s\n", n); err != nil {
			return err
		}
	}
	return nil
}

func (f Figure) spread() string {
	if f.Samples == 0 {
		return ""
	}
	if f.Low == 0 && f.High == 0 {
		return fmt.Sprintf("(n=%d)", f.Samples)
	}
	return fmt.Sprintf("(%s to %s, n=%d)", number(f.Low), number(f.High), f.Samples)
}

// verdict says whether a target is met, and by how much it is missed.
func (g Target) verdict() string {
	text := "at most " + number(g.Limit)
	if g.Aim != 0 {
		text += ", aim " + number(g.Aim)
	}
	if g.Met {
		return "MET: " + text
	}
	return fmt.Sprintf("MISSED by %.0f %%: %s", 100*(g.Value/g.Limit-1), text)
}

// number writes three digits or so.
func number(v float64) string {
	digits := 0
	switch a := math.Abs(v); {
	case a == math.Trunc(a):
	case a < 1:
		digits = 3
	case a < 10:
		digits = 2
	case a < 1000:
		digits = 1
	}
	return fmt.Sprintf("%.*f", cmp.Or(digits, 0), v)
}
