package main

import (
	"os"
	"strings"
	"testing"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
)

// The page's counts come from the corpora, which a test may not have; its words come from the code.
func TestThePageSaysWhatTheCodeSays(t *testing.T) {
	b, err := os.ReadFile("DIFFERENCES.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	if !strings.HasPrefix(page, pageHead) {
		t.Error("the page has another head: print it again")
	}
	reasons := map[string]string{}
	for _, s := range append(passedFor(), reportedFor()...) {
		reasons[s.name] = s.reason
	}
	for line := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(line, "|\n"), "|")
		if len(cells) != 4 || strings.Contains(line, "| why |") || strings.HasPrefix(line, "|---") {
			continue
		}
		name, why := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[3])
		if reasons[name] != why {
			t.Errorf("%s: the page says %q, the code %q", name, why, reasons[name])
		}
	}
}

func TestOnlyWhatHasAReasonIsStoodBy(t *testing.T) {
	cases := map[string]struct {
		test    corpus.Request
		finding *inspect.Finding
		want    string // the group
	}{
		"a name with empty brackets":         {corpus.Request{Rule: 933150, Paranoia: 1, Expect: matches, URI: "/?q=base64_decode()"}, nil, "names by themselves"},
		"a call with an argument":            {corpus.Request{Rule: 933160, Paranoia: 1, Expect: matches, URI: "/?q=exec(whoami)"}, nil, "933 PHP"},
		"a command line without a separator": {corpus.Request{Rule: 932140, Paranoia: 1, Expect: matches, URI: "/?q=for+%25a+in+(b)+do+c"}, nil, "commands without a way in"},
		"a command behind a separator":       {corpus.Request{Rule: 932140, Paranoia: 1, Expect: matches, URI: "/?q=;for+%25a+in+(b)+do+c"}, nil, "932 commands"},
		"a condition that is always true":    {corpus.Request{Rule: 942130, Paranoia: 2, Expect: matches, URI: "/?q=1=1"}, nil, "942 SQL"},
		"a public URL":                       {corpus.Request{Rule: 931130, Paranoia: 2, Expect: matches, URI: "/?q=https://a.example/"}, nil, "URLs in values"},
		"a URL of a file":                    {corpus.Request{Rule: 931130, Paranoia: 2, Expect: matches, URI: "/?q=file://a"}, nil, "931 remote files"},
		"a password in the URL": {corpus.Request{Rule: 943110, Paranoia: 1, Expect: "no_match", URI: "/?password=x"},
			&inspect.Finding{Class: inspect.URLCredential, Confidence: 0.8}, "credentials in the URL"},
		"prose that is reported": {corpus.Request{Rule: 942521, Paranoia: 2, Expect: "no_match", URI: "/?q=prose"},
			&inspect.Finding{Class: inspect.SQL, Confidence: 0.6}, "942 SQL"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var d differences
			s := sampleOf(&c.test)
			d.look(&c.test, &s, c.finding)
			all := d.all()
			if len(all) != 1 || all[0].Name != c.want || all[0].Tests != 1 {
				t.Errorf("got %+v, want %s", all, c.want)
			}
		})
	}
}
