package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
)

// A difference is a group of regression tests of which Picket thinks otherwise than the rule set.
type difference struct {
	Name   string
	Reason string `json:",omitempty"` // why we stand by it; empty: we do not
	Passed bool   // Picket reports nothing where the rule matches; else it reports where the rule should not match
	Tests  int
	Rules  []int // the rules whose tests these are
	tests  []string
}

// disputed is one test of which Picket thinks otherwise.
type disputed struct {
	rule    int
	values  []string
	finding *inspect.Finding // nil, or too weak to count, where Picket passes
	what    string
}

// stand is a group that we stand by: who is in it, and why.
type stand struct {
	name, reason string
	holds        func(d *disputed) bool
}

// differences sorts what Picket thinks otherwise into groups.
type differences struct {
	passed, reported []difference // in the order of passedFor and reportedFor, then families that we do not stand by
	match, found     int
	noMatch, let     int
	// outside are tests that match and are in no group that we stand by, found or not; outsideFound those found.
	outside, outsideFound int
}

// look judges one test. Only what rules of paranoia 1 and 2 match counts; what a rule should not match counts at any.
func (d *differences) look(q *corpus.Request, s *corpus.Sample, f *inspect.Finding) {
	fires, e := corpus.Fires(f), &disputed{rule: q.Rule, values: split(s), finding: f, what: describe(f, q.ID+" "+q.URI+" | "+q.Body)}
	switch {
	case q.Expect != matches:
		d.noMatch++
		if !fires {
			d.let++
			return
		}
		d.reported = file(d.reported, reportedFor(), e, false)
	case q.Paranoia <= 2:
		d.match++
		inside := slices.ContainsFunc(passedFor(), func(s stand) bool { return s.holds(e) })
		if !inside {
			d.outside++
		}
		if !fires {
			d.passed = file(d.passed, passedFor(), e, true)
			return
		}
		d.found++
		if !inside {
			d.outsideFound++
		}
	}
}

// file counts e in the first group that holds it, else in one for its family of rules.
func file(groups []difference, stands []stand, e *disputed, passed bool) []difference {
	in := difference{Name: family(e.rule), Passed: passed}
	for _, s := range stands {
		if s.holds(e) {
			in.Name, in.Reason = s.name, s.reason
			break
		}
	}
	i := slices.IndexFunc(groups, func(g difference) bool { return g.Name == in.Name })
	if i < 0 {
		groups, i = append(groups, in), len(groups)
	}
	g := &groups[i]
	g.Tests, g.tests = g.Tests+1, append(g.tests, e.what)
	if at, found := slices.BinarySearch(g.Rules, e.rule); !found {
		g.Rules = slices.Insert(g.Rules, at, e.rule)
	}
	return groups
}

// all gives the groups: what we stand by first, each side in the order of its size.
func (d *differences) all() []difference {
	all := slices.Concat(d.passed, d.reported)
	slices.SortStableFunc(all, func(a, b difference) int {
		switch {
		case a.Passed != b.Passed:
			return less(a.Passed)
		case (a.Reason == "") != (b.Reason == ""):
			return less(a.Reason != "")
		case a.Tests != b.Tests:
			return b.Tests - a.Tests
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

func less(first bool) int {
	if first {
		return -1
	}
	return 1
}

// stoodBy counts the tests of groups with a reason.
func stoodBy(groups []difference) (n int) {
	for _, g := range groups {
		if g.Reason != "" {
			n += g.Tests
		}
	}
	return n
}

// summary tells the shares in words. What is found outside the groups leaves out all of their tests, found or not, so
// that a group cannot lend its successes to the rest.
func (d *differences) summary() string {
	p, r := stoodBy(d.passed), stoodBy(d.reported)
	return fmt.Sprintf("match at paranoia 1 and 2: %d of %d found (%.2f %%); we stand by passing %d; outside the groups of those %d of %d found (%.2f %%)\n"+
		"no_match: %d of %d passed (%.2f %%); we stand by reporting %d, and %d are left",
		d.found, d.match, percent(d.found, d.match), p, d.outsideFound, d.outside, percent(d.outsideFound, d.outside),
		d.let, d.noMatch, percent(d.let, d.noMatch), r, d.noMatch-d.let-r)
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

// family is a rule file's subject.
func family(rule int) string {
	names := map[int]string{911: "methods", 913: "scanners", 920: "protocol", 921: "protocol attacks", 922: "multipart", 930: "local files", 931: "remote files",
		932: "commands", 933: "PHP", 934: "other languages and SSRF", 941: "cross-site scripting", 942: "SQL", 943: "sessions", 944: "Java"}
	return fmt.Sprintf("%d %s", rule/1000, names[rule/1000])
}

// printDifferences judges the tests alone and prints DIFFERENCES.md.
func (m *measurement) printDifferences(ctx context.Context, w io.Writer) error {
	if err := m.rules(ctx); err != nil {
		return err
	}
	_, err := io.WriteString(w, m.report.differencesPage(m.misses))
	return err
}
