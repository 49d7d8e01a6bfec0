package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

// share is how many of how many were judged rightly.
type share struct {
	N, Right int
	Share    float64
	// Low and High are Wilson's interval (1927) at 95 %.
	Low, High float64
}

func (s *share) add(right bool) {
	s.N++
	if right {
		s.Right++
	}
}

// finish fills what follows from the counts; of nothing, nothing.
func (s *share) finish() {
	if s.N > 0 {
		s.Share = float64(s.Right) / float64(s.N)
		s.Low, s.High = wilson(s.Right, s.N)
	}
}

// wilson gives the interval of a share (Wilson 1927) at 95 %.
func wilson(k, n int) (low, high float64) {
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return math.Max(0, mid-half), math.Min(1, mid+half)
}

// balanced is the mean of two shares; 0 where one of them is of nothing.
func balanced(caught, passed share) float64 {
	if caught.N == 0 || passed.N == 0 {
		return 0
	}
	return (caught.Share + passed.Share) / 2
}

// row is one class.
type row struct {
	Attack bool
	share
	misses []string
}

// table is one part of the measurement. Caught and Passed are over all rows; Balanced is their mean.
type table struct {
	Name           string
	Rows           map[string]*row
	Extra          map[string]*row `json:",omitempty"` // no part of the sums
	Remark         string          `json:",omitempty"`
	Caught, Passed share
	Balanced       float64
	Templates      *templates `json:",omitempty"`
	Peers          *panel     `json:",omitempty"`
	// quiet tables print nothing but the rows that did badly, and only when mistakes are asked for. Their rows are not pooled.
	quiet bool
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
	r.add(fired == attack)
	return r
}

// finish fills the shares and pools small classes; nothing may be counted after it.
func (t *table) finish() {
	t.Caught, t.Passed = t.sum(true), t.sum(false)
	t.Balanced = balanced(t.Caught, t.Passed)
	if !t.quiet {
		t.pool(true)
		t.pool(false)
	}
	for _, rows := range []map[string]*row{t.Rows, t.Extra} {
		for _, r := range rows {
			r.finish()
		}
	}
}

func (t *table) sum(attack bool) (s share) {
	for _, r := range t.Rows {
		if r.Attack == attack {
			s.N, s.Right = s.N+r.N, s.Right+r.Right
		}
	}
	s.finish()
	return s
}

// few is how many rows a class needs to stand alone.
const few = 30

// pool joins classes of one kind that have few rows each into one row with all their names. One alone stays: its
// interval says how much it is worth.
func (t *table) pool(attack bool) {
	var names []string
	for _, name := range sorted(t.Rows) {
		if r := t.Rows[name]; r.Attack == attack && r.N < few {
			names = append(names, name)
		}
	}
	if len(names) < 2 {
		return
	}
	all := &row{Attack: attack}
	for _, name := range names {
		r := t.Rows[name]
		all.N, all.Right, all.misses = all.N+r.N, all.Right+r.Right, append(all.misses, r.misses...)
		delete(t.Rows, name)
	}
	t.Rows[strings.Join(names, ", ")] = all
}

// templates tell how distinct templates fared, each of which counts once however many rows it has. The shares' N are
// templates; one is right where all but a twentieth of its rows are.
type templates struct {
	Honest, Lookalikes, Attacks share
	// MeanPassed and MeanCaught are means over templates of their own shares; Balanced is the mean of the two.
	MeanPassed, MeanCaught, Balanced float64
}

// perTemplate sums up a table whose rows are families: "honest x", "look-alike y", or a class and z.
func perTemplate(t *table) *templates {
	var s templates
	for _, name := range sorted(t.Rows) { // sums of floats hang on their order
		r := t.Rows[name]
		right := r.Right*20 >= r.N*19
		switch {
		case r.Attack:
			s.Attacks.add(right)
			s.MeanCaught += float64(r.Right) / float64(r.N)
		case strings.HasPrefix(name, "look-alike "):
			s.Lookalikes.add(right)
			s.MeanPassed += float64(r.Right) / float64(r.N)
		default:
			s.Honest.add(right)
			s.MeanPassed += float64(r.Right) / float64(r.N)
		}
	}
	s.MeanPassed /= math.Max(1, float64(s.Honest.N+s.Lookalikes.N))
	s.MeanCaught /= math.Max(1, float64(s.Attacks.N))
	s.Balanced = (s.MeanPassed + s.MeanCaught) / 2
	for _, share := range []*share{&s.Honest, &s.Lookalikes, &s.Attacks} {
		share.finish()
	}
	return &s
}

func (s *templates) String() string {
	part := func(what string, s share) string {
		return fmt.Sprintf("%s %d of %d right (%.1f to %.1f %%)", what, s.Right, s.N, 100*s.Low, 100*s.High)
	}
	return fmt.Sprintf("per distinct template: caught %.2f %%, passed %.2f %%, balanced %.2f %%; %s, %s, %s", 100*s.MeanCaught, 100*s.MeanPassed,
		100*s.Balanced, part("honest", s.Honest), part("look-alikes", s.Lookalikes), part("attacks", s.Attacks))
}

// sorted gives the names of rows, honest ones first.
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
