package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/filter/inspect/corpus"
)

// fakePeers answers in this process: Coraza catches what has "attack" in its path or value, libinjection nothing. After
// so many answers it fails.
func fakePeers(t *testing.T, answers int) *peers {
	t.Helper()
	questions, in := io.Pipe()
	out, verdicts := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		defer func() { _ = verdicts.Close() }()
		d, e := json.NewDecoder(questions), json.NewEncoder(verdicts)
		for range answers {
			var q question
			if err := d.Decode(&q); err != nil {
				ended <- nil
				return
			}
			text := q.Path
			if q.Value != nil {
				text = *q.Value
			}
			if err := e.Encode(map[string]any{"id": q.ID, "coraza": strings.Contains(text, "attack")}); err != nil {
				ended <- err
				return
			}
		}
		_ = questions.CloseWithError(io.ErrClosedPipe)
		ended <- io.ErrClosedPipe
	}()
	stop := func() error { _ = in.Close(); return <-ended }
	return &peers{in: in, out: json.NewDecoder(out), stop: stop}
}

func subjects() []subject {
	attack, honest := "attack", "honest"
	return []subject{
		{value: &honest}, {value: &attack, attack: true, fired: true}, {value: &honest, fired: true},
		{sample: &corpus.Sample{Method: "GET", Path: "/attack"}, attack: true},
	}
}

func TestAllJudgesSeeTheSameRows(t *testing.T) {
	m := &measurement{options: options{sample: 10, paranoia: 1}, report: &report{}, stderr: io.Discard, peers: fakePeers(t, 100)}
	tab := newTable("t")
	if err := m.compare(context.Background(), tab, subjects()); err != nil {
		t.Fatal(err)
	}
	m.stopPeers()
	got := map[string][2]int{}
	for _, c := range tab.Peers.Contestants {
		got[c.Name] = [2]int{c.Caught.Right, c.Passed.Right}
	}
	want := map[string][2]int{"Picket": {1, 1}, "Coraza + CRS PL1": {2, 2}, "libinjection": {0, 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if tab.Peers.Attacks != 2 || tab.Peers.Honest != 2 {
		t.Errorf("got %+v", tab.Peers)
	}
}

func TestPeersThatFailAreLeftOutAndItSaysSo(t *testing.T) {
	m := &measurement{options: options{sample: 10}, report: &report{}, stderr: io.Discard, peers: fakePeers(t, 2)}
	for _, name := range []string{"first", "second"} {
		tab := newTable(name)
		if err := m.compare(context.Background(), tab, subjects()); err != nil || tab.Peers != nil {
			t.Fatalf("%v, %+v", err, tab.Peers)
		}
	}
	if !strings.Contains(m.report.Peers, `left out from "first" on`) || m.peers != nil {
		t.Errorf("got %q", m.report.Peers)
	}
}

func TestASampleIsHalfAttacksAndAlwaysTheSame(t *testing.T) {
	var all []subject
	for i := range 1000 {
		all = append(all, subject{attack: i%10 == 0, fired: i%2 == 0})
	}
	count := func(n int) (attacks, honest int) {
		for _, s := range choose(all, n) {
			if s.attack {
				attacks++
			} else {
				honest++
			}
		}
		return attacks, honest
	}
	for n, want := range map[int][2]int{0: {0, 0}, 100: {50, 50}, 400: {100, 300}, 5000: {100, 900}} {
		if a, h := count(n); a != want[0] || h != want[1] {
			t.Errorf("of %d: %d attacks and %d honest, want %v", n, a, h, want)
		}
	}
	if diff := cmp.Diff(choose(all, 300), choose(all, 300), cmp.AllowUnexported(subject{})); diff != "" {
		t.Error(diff)
	}
}

func TestRequestsAreSplitIntoTheirValues(t *testing.T) {
	cases := map[string]struct {
		sample corpus.Sample
		want   []string
	}{
		"path and query are decoded": {corpus.Sample{Path: "/a%20b/c?x+y=%31%zz&z"}, []string{"a b", "c", "x y", "1%zz", "z"}},
		"cookies are split, and plain headers are left out": {
			corpus.Sample{Path: "/", Headers: [][2]string{{"host", "a"}, {"accept", "*/*"}, {"cookie", "a=b; c=%41"}, {"referer", "r"}, {"accept-language", "<x>"}}},
			[]string{"a", "b", "c", "A", "r", "<x>"}},
		"a form":                                {body("application/x-www-form-urlencoded; charset=utf-8", "a=1+2&b=%33"), []string{"a", "1 2", "b", "3"}},
		"JSON, keys too":                        {body("application/vnd.api+json", `{"k":["v",1,{"l":null}]}`), []string{"k", "v", "l"}},
		"JSON that does not parse is one value": {body("application/json", `{"k":`), []string{`{"k":`}},
		"XML":                                   {body("text/xml", `<a b="c">d</a>`), []string{"a", "c", "d"}},
		"multipart, fields and names of files": {
			body("multipart/form-data; boundary=x", "--x\nContent-Disposition: form-data; name=\"f\"; filename=\"n.txt\"\n\nt\n--x--\n"), []string{"f", "n.txt", "t"}},
		"anything else is one value": {body("text/plain", " a b "), []string{"a b"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, split(&c.sample)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func body(contentType, text string) corpus.Sample {
	return corpus.Sample{Path: "/", Headers: [][2]string{{"content-type", contentType}}, Body: []byte(text)}
}
