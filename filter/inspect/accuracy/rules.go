package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
)

// ruleCount is how many tests a rule has.
type ruleCount struct{ Rule, Tests int }

// rules judges the regression tests of a rule set: what a rule should match at paranoia 1 and 2, and what one should
// pass. Rules of higher paranoia fire on honest traffic by intent: what they match is shown, and is no part of the sums.
func (m *measurement) rules(ctx context.Context) error {
	requests, err := m.regressionTests()
	if err != nil {
		return err
	}
	t := newTable("regression tests of the rule set")
	p := m.progress(t.Name, ours, len(requests))
	var d differences
	var subjects []subject
	for i := range requests {
		q := &requests[i]
		s := sampleOf(q)
		f := corpus.Inspect(m.in, &s)
		countRule(t, q, f)
		d.look(q, &s, f)
		if q.Paranoia <= 2 {
			subjects = append(subjects, subject{sample: &s, attack: q.Expect == matches, fired: corpus.Fires(f)})
		}
		p.step()
	}
	m.report.Differences = d.all()
	t.Remark = d.summary() + "\nleft out: " + m.report.leftOut()
	m.report.Tables = append(m.report.Tables, t)
	return m.compare(ctx, t, subjects)
}

// matches is what a test expects of a rule that should fire.
const matches = "match"

func countRule(t *table, q *corpus.Request, f *inspect.Finding) {
	attack, what := q.Expect == matches, describe(f, fmt.Sprint(q.Rule, " ")+q.Desc+" | "+q.URI+" | "+q.Body)
	switch {
	case !attack:
		t.count("no_match at any paranoia", false, corpus.Fires(f), what)
	case q.Paranoia > 2:
		t.detail(fmt.Sprintf("match at paranoia %d", q.Paranoia), true, corpus.Fires(f))
	default:
		t.count(fmt.Sprintf("match at paranoia %d", q.Paranoia), true, corpus.Fires(f), what)
		t.detail(fmt.Sprintf("rules %d match at 1 and 2", q.Rule/1000), true, corpus.Fires(f))
	}
}

// regressionTests reads the tests that are judged, and notes in the report which are not.
func (m *measurement) regressionTests() ([]corpus.Request, error) {
	judged, _, err := corpus.Requests(m.dir)
	if err != nil {
		return nil, err
	}
	kept := map[int]bool{}
	for _, q := range judged {
		kept[q.Rule] = true
	}
	tests, err := testsByRule(m.dir)
	if err != nil {
		return nil, err
	}
	for _, rule := range slices.Sorted(maps.Keys(tests)) {
		if !kept[rule] {
			m.report.LeftOut = append(m.report.LeftOut, ruleCount{rule, tests[rule]})
		}
	}
	return judged, nil
}

// testsByRule counts all tests, judged or not.
func testsByRule(dir string) (tests map[int]int, err error) {
	f, err := os.Open(filepath.Join(dir, "requests.jsonl.gz"))
	if err != nil {
		return nil, fmt.Errorf("open tests: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read tests: %w", err)
	}
	tests = map[int]int{}
	for d := json.NewDecoder(bufio.NewReader(z)); ; {
		var q struct{ Rule int }
		if err := d.Decode(&q); errors.Is(err, io.EOF) {
			return tests, nil
		} else if err != nil {
			return nil, fmt.Errorf("read tests: %w", err)
		}
		tests[q.Rule]++
	}
}

// leftOut lists rules with how many tests each has.
func (r *report) leftOut() string {
	n, list := 0, make([]string, 0, len(r.LeftOut))
	for _, c := range r.LeftOut {
		n += c.Tests
		list = append(list, fmt.Sprintf("%d (%d)", c.Rule, c.Tests))
	}
	return fmt.Sprintf("%d tests of rules about responses and sums: %s", n, strings.Join(list, ", "))
}

func sampleOf(q *corpus.Request) corpus.Sample {
	s := corpus.Sample{Method: q.Method, Path: q.URI, Body: []byte(q.Body)}
	for k, v := range q.Headers {
		s.Headers = append(s.Headers, [2]string{strings.ToLower(k), v})
	}
	sort.Slice(s.Headers, func(i, j int) bool { return s.Headers[i][0] < s.Headers[j][0] })
	if len(s.Body) > 0 && !hasHeader(s, "content-type") {
		s.Headers = append(s.Headers, [2]string{"content-type", "application/x-www-form-urlencoded"})
	}
	return s
}

func hasHeader(s corpus.Sample, name string) bool {
	for _, h := range s.Headers {
		if h[0] == name {
			return true
		}
	}
	return false
}
