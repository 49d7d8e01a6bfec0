package north

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGrammarHasNoUnreadLines(t *testing.T) {
	for _, kind := range []string{"honest", "attack"} {
		if p := load(kind).problems; len(p) > 0 {
			t.Errorf("%s:\n%s", kind, strings.Join(p, "\n"))
		}
	}
}

func TestSameSeedGivesSameSamples(t *testing.T) {
	if d := cmp.Diff(Honest(7, 400), Honest(7, 400)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(Attacks(7, 400), Attacks(7, 400)); d != "" {
		t.Error(d)
	}
	if cmp.Equal(Honest(7, 50), Honest(8, 50)) {
		t.Error("two seeds give the same samples")
	}
}

func TestFewerSamplesAreAPrefix(t *testing.T) {
	if d := cmp.Diff(Attacks(3, 40), Attacks(3, 300)[:40]); d != "" {
		t.Error(d)
	}
}

func TestHonestJSONIsJSON(t *testing.T) {
	for _, s := range Honest(11, 3000) {
		if strings.Contains(header(s, "content-type"), "json") && !json.Valid(s.Body) {
			t.Errorf("%s %s: %s", s.Template, s.Path, s.Body)
		}
	}
}

func TestHonestXMLIsXML(t *testing.T) {
	for _, s := range Honest(12, 3000) {
		if s.Place != "xml" {
			continue
		}
		d := xml.NewDecoder(bytes.NewReader(s.Body))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v: %s", s.Template, err, s.Body)
			}
		}
	}
}

func TestEveryClassIsPresent(t *testing.T) {
	want := []string{
		"cmdi", "crlf", "deserialization", "el", "graphql", "jndi", "jsonbomb", "ldap", "mail", "nosqli", "oddity", "prototype",
		"scanner", "sqli", "ssi", "ssrf", "ssti", "token", "traversal", "urlcredential", "xpath", "xss", "xxe",
	}
	if d := cmp.Diff(want, distinct(Attacks(1, 2000), func(s Sample) string { return s.Class })); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{""}, distinct(Honest(1, 2000), func(s Sample) string { return s.Class })); d != "" {
		t.Error(d)
	}
}

func TestFamiliesAreManyAndNamedOnce(t *testing.T) {
	for _, c := range []struct {
		kind            string
		families, looks int
	}{{"honest", 150, 50}, {"attack", 120, 0}} {
		gr := load(c.kind)
		var names []string
		looks := 0
		for _, f := range gr.families {
			names = append(names, f.name)
			if f.look {
				looks++
			}
			if len(f.shapes) == 0 || len(f.values) == 0 {
				t.Errorf("%s: no shape or no value", f.name)
			}
		}
		slices.Sort(names)
		if n := len(names); n < c.families || looks < c.looks {
			t.Errorf("%s: %d families, %d look-alikes, want %d and %d", c.kind, n, looks, c.families, c.looks)
		}
		if n := len(slices.Compact(names)); n != len(gr.families) {
			t.Errorf("%s: %d names for %d families", c.kind, n, len(gr.families))
		}
	}
}

func TestEveryPlaceIsPresent(t *testing.T) {
	want := []string{"cookie", "form", "graphql", "header", "json", "jsonkey", "multipart", "path", "query", "xml"}
	for _, samples := range [][]Sample{Honest(2, 2000), Attacks(2, 2000)} {
		if d := cmp.Diff(want, distinct(samples, func(s Sample) string { return s.Place })); d != "" {
			t.Error(d)
		}
	}
}

func TestRequestsAreWhole(t *testing.T) {
	large := 0
	all := append(Honest(5, 2000), Attacks(5, 2000)...)
	for _, s := range all {
		if s.Template == "" || s.Method == "" || s.Value == "" || !strings.HasPrefix(s.Path, "/") && s.Class != "oddity" {
			t.Errorf("%s: method %q path %q value %q", s.Template, s.Method, s.Path, s.Value)
		}
		if n := len(s.Headers); n < minHeaders || n > maxHeaders+2 || n > maxHeaders && s.Class != "oddity" {
			t.Errorf("%s: %d headers", s.Template, n)
		}
		if len(s.Body) > 64<<10 {
			t.Errorf("%s: %d bytes", s.Template, len(s.Body))
		}
		if len(s.Body) > 4<<10 {
			large++
		}
		if n := strings.IndexByte(s.Path, ' '); n >= 0 || strings.ContainsAny(s.Path, "\r\n") {
			t.Errorf("%s: path %q", s.Template, s.Path)
		}
	}
	if large > len(all)/20 {
		t.Errorf("%d of %d bodies are over 4 KiB", large, len(all))
	}
}

func TestNoSlotIsLeftOver(t *testing.T) {
	for _, s := range append(Honest(9, 2500), Attacks(9, 2500)...) {
		whole := s.Path + s.Value + string(s.Body)
		for _, h := range s.Headers {
			whole += h[0] + h[1]
		}
		for _, mark := range []string{"⟦", "⟧", "¦", "⇒", "%E2%9F%A6", "\\u27e6"} {
			if i := strings.Index(whole, mark); i >= 0 {
				t.Errorf("%s: %q in %q", s.Template, mark, whole[max(0, i-20):min(len(whole), i+60)])
			}
		}
	}
}

func TestSamplesOfOneFamilyDiffer(t *testing.T) {
	values := map[string]map[string]bool{}
	total := map[string]int{}
	for _, s := range append(Honest(4, 3000), Attacks(4, 3000)...) {
		if values[s.Template] == nil {
			values[s.Template] = map[string]bool{}
		}
		values[s.Template][s.Value+s.Path+string(s.Body)] = true
		total[s.Template]++
	}
	for name, n := range total {
		if got := len(values[name]); got*4 < n*3 {
			t.Errorf("%s: %d distinct requests of %d", name, got, n)
		}
	}
}

func header(s Sample, name string) string {
	for _, h := range s.Headers {
		if h[0] == name {
			return h[1]
		}
	}
	return ""
}

func distinct(samples []Sample, of func(Sample) string) []string {
	var out []string
	for _, s := range samples {
		out = append(out, of(s))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
