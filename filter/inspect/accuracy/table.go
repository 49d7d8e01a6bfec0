package main

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
	"text/tabwriter"
)

// row is one class: how many there are, and how many were judged rightly.
type row struct {
	Attack bool
	N      int
	Right  int
	Share  float64
	// Low and High are Wilson's interval (1927) at 95 %.
	Low, High float64
	misses    []string
}

// table is one part of the measurement.
type table struct {
	Name   string
	Rows   map[string]*row
	Extra  map[string]*row `json:",omitempty"`
	Remark string          `json:",omitempty"`
	// Caught and Passed are over all rows; Balanced is their mean.
	Caught, Passed, Balanced float64
	quiet                    bool
}

func newTable(name string) *table {
	return &table{Name: name, Rows: map[string]*row{}, Extra: map[string]*row{}}
}

func (t *table) count(class string, attack, fired bool, what string) {
	r := add(t.Rows, class, attack, fired)
	if fired != attack {
		r.misses = append(r.misses, what)
	}
}

// detail counts in a row that is no part of the sums.
func (t *table) detail(class string, attack, fired bool) { add(t.Extra, class, attack, fired) }

func add(rows map[string]*row, class string, attack, fired bool) *row {
	r := rows[class]
	if r == nil {
		r = &row{Attack: attack}
		rows[class] = r
	}
	r.N++
	if fired == attack {
		r.Right++
	}
	return r
}

// sums fills the shares.
func (t *table) sums() {
	var n, right [2]int
	for _, r := range t.Rows {
		r.share()
		i := 0
		if r.Attack {
			i = 1
		}
		n[i], right[i] = n[i]+r.N, right[i]+r.Right
	}
	for _, r := range t.Extra {
		r.share()
	}
	t.Passed = float64(right[0]) / math.Max(1, float64(n[0]))
	t.Caught = float64(right[1]) / math.Max(1, float64(n[1]))
	t.Balanced = (t.Passed + t.Caught) / 2
}

func (r *row) share() {
	r.Share = float64(r.Right) / float64(r.N)
	r.Low, r.High = wilson(r.Right, r.N)
}

// wilson gives the interval of a share (Wilson 1927) at 95 %.
func wilson(k, n int) (low, high float64) {
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return math.Max(0, mid-half), math.Min(1, mid+half)
}

// templates tells how families fared: each counts once, and is right where all but a twentieth of its samples are.
func (t *table) templates() string {
	n, right := map[string]int{}, map[string]int{}
	for name, r := range t.Rows {
		kind, _, _ := strings.Cut(name, " ")
		if r.Attack {
			kind = "attack"
		}
		n[kind]++
		if r.Right*20 >= r.N*19 {
			right[kind]++
		}
	}
	var parts []string
	for _, kind := range []string{"honest", "look-alike", "attack"} {
		if n[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%s families right: %d of %d", kind, right[kind], n[kind]))
		}
	}
	return strings.Join(parts, ", ")
}

func (r *report) print(w io.Writer, misses int) {
	if r.Remark != "" {
		_, _ = fmt.Fprintln(w, r.Remark)
	}
	for _, t := range r.Tables {
		t.sums()
		if t.quiet && misses == 0 {
			continue
		}
		t.print(w, misses)
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
		_, _ = fmt.Fprintf(w, "caught %.2f %%, passed %.2f %%, balanced %.2f %%\n", 100*t.Caught, 100*t.Passed, 100*t.Balanced)
	}
	if t.Remark != "" {
		_, _ = fmt.Fprintln(w, t.Remark)
	}
	for _, name := range sorted(t.Rows) {
		m := t.Rows[name].misses
		step := max(1, len(m)/max(1, misses))
		for i := 0; i < len(m) && i/step < misses; i += step {
			_, _ = fmt.Fprintf(w, "  %s: %s\n", name, m[i])
		}
	}
}

func (r *row) print(w io.Writer, name string) {
	what := "passed"
	if r.Attack {
		what = "caught"
	}
	_, _ = fmt.Fprintf(w, "%s\t%s\t%d of %d\t%.2f %%\t(%.2f to %.2f)\n", name, what, r.Right, r.N, 100*r.Share, 100*r.Low, 100*r.High)
}

func sorted(m map[string]*row) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		if a, b := m[names[i]].Attack, m[names[j]].Attack; a != b {
			return b
		}
		return names[i] < names[j]
	})
	return names
}
