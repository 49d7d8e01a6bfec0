package south

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const many = 4000

func TestSameSeedGivesSameRequestsAndShorterRunsArePrefixes(t *testing.T) {
	for name, write := range map[string]func(uint64, int) []Sample{"honest": Honest, "attacks": Attacks} {
		t.Run(name, func(t *testing.T) {
			long := write(7, 600)
			if diff := cmp.Diff(long, write(7, 600)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(long[:90], write(7, 90)); diff != "" {
				t.Error(diff)
			}
			if other := write(8, 1)[0]; cmp.Equal(long[0], other) {
				t.Error("another seed gave the same request")
			}
		})
	}
	if Honest(1, 0) == nil || len(Honest(1, 0)) != 0 {
		t.Error("none asked for, some given")
	}
}

func TestFamiliesAreNamedOnceAndManyEnough(t *testing.T) {
	honest, attacks := honestFamilies(), attackFamilies()
	seen := map[string]bool{}
	lookalikes := 0
	for _, f := range slices.Concat(honest, attacks) {
		if f.name == "" || seen[f.name] {
			t.Errorf("family name %q is empty or taken", f.name)
		}
		seen[f.name] = true
		if f.lookalike {
			lookalikes++
		}
	}
	t.Logf("honest %d, look-alikes %d, attacks %d", len(honest), lookalikes, len(attacks))
	if len(honest) < 150 || lookalikes < 50 || len(attacks) < 120 {
		t.Error("too few families")
	}
}

func TestEveryClassAndPlaceIsPresent(t *testing.T) {
	classes, places := map[string]int{}, map[string]int{}
	for _, s := range Attacks(3, many) {
		classes[s.Class]++
		places[s.Place]++
	}
	for _, c := range Classes() {
		if classes[c] == 0 {
			t.Errorf("no %s", c)
		}
	}
	for _, p := range Places() {
		if places[p] == 0 {
			t.Errorf("no attack in place %s", p)
		}
	}
	t.Log(classes, places)
	honest := map[string]int{}
	for _, s := range Honest(3, many) {
		honest[s.Place]++
		if s.Class != "" {
			t.Errorf("%s: honest, but of class %s", s.Template, s.Class)
		}
	}
	for _, p := range Places() {
		if honest[p] == 0 {
			t.Errorf("no honest value in place %s", p)
		}
	}
	t.Log(honest)
}

func TestRequestsAreWhole(t *testing.T) {
	small := 0
	all := slices.Concat(Honest(11, many), Attacks(11, many))
	for _, s := range all {
		checkWhole(t, s)
		if len(s.Body) < 4<<10 {
			small++
		}
	}
	if small < len(all)*9/10 {
		t.Errorf("only %d of %d bodies are below 4 KiB", small, len(all))
	}
}

func checkWhole(t *testing.T, s Sample) {
	t.Helper()
	if s.Template == "" || s.Method == "" || !strings.HasPrefix(s.Path, "/") || s.Value == "" || !slices.Contains(Places(), s.Place) {
		t.Errorf("%s is not whole: %q %q, %q in %q", s.Template, s.Method, s.Path, s.Value, s.Place)
	}
	if strings.ContainsAny(s.Path, " \r\n\t") {
		t.Errorf("%s: white space in path %q", s.Template, s.Path)
	}
	if len(s.Body) > 64<<10 || len(s.Path) > 8<<10 {
		t.Errorf("%s: body of %d, path of %d bytes", s.Template, len(s.Body), len(s.Path))
	}
	if len(s.Headers) < minHeaders || len(s.Headers) > maxHeaders {
		t.Errorf("%s: %d headers", s.Template, len(s.Headers))
	}
	for _, h := range s.Headers {
		if h[0] != strings.ToLower(h[0]) || strings.ContainsAny(h[1], "\r\n\x00") {
			t.Errorf("%s: header %q", s.Template, h)
		}
	}
	for _, text := range []string{s.Path, s.Value, string(s.Body)} {
		if strings.ContainsAny(text, "‹›") || strings.Contains(text, "no slot") && strings.Contains(text, "%80%B9") {
			t.Errorf("%s: unfilled slot in %q", s.Template, text)
		}
	}
}

func TestHonestJSONIsValid(t *testing.T) {
	for _, s := range Honest(5, many) {
		for _, h := range s.Headers {
			if h[0] == "content-type" && strings.Contains(h[1], "json") && !strings.Contains(h[1], "ndjson") && !json.Valid(s.Body) {
				t.Errorf("%s: %s", s.Template, s.Body)
			}
		}
	}
}

func TestHonestXMLIsWellFormed(t *testing.T) {
	for _, s := range Honest(6, many) {
		if s.Place == "xml" {
			var any struct {
				Inner string `xml:",innerxml"`
			}
			if err := xml.Unmarshal(s.Body, &any); err != nil {
				t.Errorf("%s: %v: %s", s.Template, err, s.Body)
			}
		}
	}
}

// An ordinary request's value is found where Place says, as a server would read it.
func TestHonestValuesCanBeReadBack(t *testing.T) {
	for _, s := range Honest(12, many) {
		if s.Place != "query" && s.Place != "form" {
			continue
		}
		_, query, _ := strings.Cut(s.Path, "?")
		if s.Place == "form" {
			query = string(s.Body)
		}
		if values, err := url.ParseQuery(query); err != nil || !holds(values, s.Value) {
			t.Errorf("%s: %q is not in %q (%v)", s.Template, s.Value, query, err)
		}
	}
}

func holds(values url.Values, value string) bool {
	for _, list := range values {
		if slices.Contains(list, value) {
			return true
		}
	}
	return false
}

func TestSamplesOfAFamilyDiffer(t *testing.T) {
	values := map[string]map[string]bool{}
	counts := map[string]int{}
	for _, s := range slices.Concat(Honest(9, many), Attacks(9, many)) {
		if values[s.Template] == nil {
			values[s.Template] = map[string]bool{}
		}
		values[s.Template][s.Value+"\x00"+s.Path+string(s.Body)] = true
		counts[s.Template]++
	}
	for name, distinct := range values {
		if len(distinct)*10 < counts[name]*9 {
			t.Errorf("%s: %d distinct of %d", name, len(distinct), counts[name])
		}
	}
}
