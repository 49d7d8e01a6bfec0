package east

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const classes = "sqli nosqli xss cmdi traversal ssrf ssti el jndi ldap xpath xxe ssi crlf mail deserialization prototype " +
	"graphql jsonbomb oddity scanner token urlcredential"

const allPlaces = "query form json jsonkey path header cookie graphql multipart xml"

// rounds is how often each family is made.
const rounds = 12

func honestSamples() []Sample { return Honest(7, rounds*len(honestFamilies())) }

func attackSamples() []Sample { return Attacks(7, rounds*len(attackFamilies())) }

func TestEqualSeedsGiveEqualSamples(t *testing.T) {
	for name, sample := range map[string]func(uint64, int) []Sample{"honest": Honest, "attacks": Attacks} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(sample(11, 300), sample(11, 300)); d != "" {
				t.Error(d)
			}
			if sample(11, 1)[0].Value == sample(12, 1)[0].Value {
				t.Error("two seeds gave the same first value")
			}
			if got := len(sample(1, 0)); got != 0 {
				t.Errorf("asked for none, got %d", got)
			}
		})
	}
}

func TestThereAreEnoughFamiliesAndTheirNamesAreDistinct(t *testing.T) {
	looks, seen := 0, map[string]bool{}
	for _, f := range append(honestFamilies(), attackFamilies()...) {
		if seen[f.name] || f.name == "" {
			t.Errorf("family %q: the name is empty or taken", f.name)
		}
		seen[f.name] = true
		if f.look {
			looks++
		}
	}
	if h, a := len(honestFamilies()), len(attackFamilies()); h < 150 || looks < 50 || a < 200 {
		t.Errorf("%d honest families, %d look-alikes, %d attacks: want 150, 50 and 200", h, looks, a)
	}
	t.Logf("%d honest families, %d look-alikes, %d attacks", len(honestFamilies()), looks, len(attackFamilies()))
}

func TestEveryClassAndEveryPlaceIsThere(t *testing.T) {
	byClass, byPlace := map[string]int{}, map[string]int{}
	for _, s := range attackSamples() {
		byClass[s.Class]++
		byPlace[s.Place]++
	}
	for _, c := range strings.Fields(classes) {
		if byClass[c] == 0 {
			t.Errorf("no attack of class %s", c)
		}
	}
	if len(byClass) != len(strings.Fields(classes)) {
		t.Errorf("classes beside the known ones: %v", byClass)
	}
	for _, p := range strings.Fields(allPlaces) {
		if byPlace[p] == 0 {
			t.Errorf("no attack in place %s", p)
		}
	}
}

func TestEverySampleIsAWholeRequest(t *testing.T) {
	for _, s := range append(honestSamples(), attackSamples()...) {
		if s.Template == "" || s.Method == "" || s.Path == "" || s.Value == "" {
			t.Errorf("%s: incomplete: %q %q value %q", s.Template, s.Method, s.Path, s.Value)
		}
		if n := len(s.Headers); n < 8 || n > 14 {
			t.Errorf("%s: %d headers", s.Template, n)
		}
		if len(s.Body) > 64<<10 {
			t.Errorf("%s: a body of %d bytes", s.Template, len(s.Body))
		}
		if !strings.Contains(" "+allPlaces+" ", " "+s.Place+" ") {
			t.Errorf("%s: place %q", s.Template, s.Place)
		}
		if rest := unfilled(s); rest != "" {
			t.Errorf("%s: a slot or mark is left: %q", s.Template, rest)
		}
	}
}

// unfilled gives some text around a slot or mark that was not filled, or "".
func unfilled(s Sample) string {
	all := s.Method + " " + s.Path + "\n" + string(s.Body) + "\n" + s.Value
	for _, h := range s.Headers {
		all += "\n" + h[0] + ": " + h[1]
	}
	if i := strings.IndexAny(all, "‹›§¤¶"); i >= 0 {
		return all[max(0, i-40):min(len(all), i+40)]
	}
	return ""
}

func TestSamplesOfAFamilyDiffer(t *testing.T) {
	distinct := map[string]map[string]bool{}
	for _, s := range append(honestSamples(), attackSamples()...) {
		if distinct[s.Template] == nil {
			distinct[s.Template] = map[string]bool{}
		}
		distinct[s.Template][s.Method+s.Path+string(s.Body)+s.Value] = true
	}
	for name, d := range distinct {
		if len(d) < rounds/2 {
			t.Errorf("%s: %d of %d samples differ", name, len(d), rounds)
		}
	}
}

func TestHonestSamplesAreHonest(t *testing.T) {
	for _, s := range honestSamples() {
		if s.Class != "" {
			t.Errorf("%s: class %q", s.Template, s.Class)
		}
		if !strings.HasPrefix(s.Path, "/") || strings.ContainsAny(s.Path, " \r\n\x00") {
			t.Errorf("%s: target %q", s.Template, s.Path)
		}
		checkJSON(t, s)
	}
}

func checkJSON(t *testing.T, s Sample) {
	t.Helper()
	contentType := ""
	for _, h := range s.Headers {
		if h[0] == "content-type" {
			contentType = h[1]
		}
	}
	docs := [][]byte{s.Body}
	switch {
	case strings.Contains(contentType, "ndjson"):
		docs = bytes.Split(bytes.TrimSpace(s.Body), []byte("\n"))
	case !strings.Contains(contentType, "json") && contentType != kinds("csp"):
		return
	}
	for _, d := range docs {
		if !json.Valid(d) {
			t.Errorf("%s: no JSON: %s", s.Template, d)
		}
	}
}

func TestMostBodiesAreSmall(t *testing.T) {
	large := 0
	all := append(honestSamples(), attackSamples()...)
	for _, s := range all {
		if len(s.Body) > 4<<10 {
			large++
		}
	}
	if large*20 > len(all) {
		t.Errorf("%d of %d bodies over 4 KiB", large, len(all))
	}
}

func TestTheValueStandsInTheRequestAsItsPlaceEncodesIt(t *testing.T) {
	g := &gen{Rand: rand.New(rand.NewPCG(1, 1)), rules: lexicon()}
	const v = `a'b <c>&"d"` + "\u00e9"
	tests := []struct {
		name, req, place string
		style            int
		want             string
	}{
		{"a query escapes with plus", "GET /s?q=§", "query", styleUsual, "/s?q=a%27b+%3Cc%3E%26%22d%22%C3%A9"},
		{"a script keeps the quote", "GET /s?q=§", "query", styleScript, "/s?q=a'b%20%3Cc%3E%26%22d%22%C3%A9"},
		{"a path segment", "GET /s/§/t", "path", styleASCII, "/s/a%27b%20%3cc%3e%26%22d%22%c3%a9/t"},
		{"JSON", "POST /s json\n{\"a\":\"§\"}", "json", styleUsual, `{"a":"a'b <c>&\"d\"é"}`},
		{"JSON in ASCII", "POST /s json\n{\"a\":\"§\"}", "json", styleASCII, `{"a":"a'b <c>&\"d\"\u00e9"}`},
		{"JSON for HTML", "POST /s json\n{\"a\":\"§\"}", "json", styleScript, `{"a":"a'b \u003cc\u003e\u0026\"d\"é"}`},
		{"a GraphQL literal", "POST /s graphql\n{\"query\":\"{a(b:\\\"¶\\\")}\"}", "graphql", styleUsual, `{"query":"{a(b:\"a'b <c>&\\\"d\\\"é\")}"}`},
		{"XML", "POST /s xml\n<a>§</a>", "xml", styleUsual, `<a>a&#39;b &lt;c&gt;&amp;&#34;d&#34;é</a>`},
		{"XML verbatim", "POST /s xml\n<a>§</a>", "xml", styleLoose, `<a><![CDATA[a'b <c>&"d"é]]></a>`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := g.build(test.req, test.place, v, test.style)
			got := s.Path
			if len(s.Body) > 0 {
				got = string(s.Body)
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSlots(t *testing.T) {
	tests := []struct {
		name, template string
		encode         func(string) string
		want           string
	}{
		{"text stays", "a|b", plain, "a|b"},
		{"one alternative of equals", "‹x!|x!›", plain, "x!"},
		{"slots nest", "<‹hex:‹b64:a››>", plain, "<59513d3d>"},
		{"what a slot gives is encoded once", `{"a":"‹b64:a›‹q"|q"›"}`, jsonText, `{"a":"YQ==q\""}`},
		{"a raw slot is not, but slots in it are", `‹!2*,*"‹q"|q"›"›`, jsonText, `"q\"","q\""`},
		{"a range of one", "‹7..7›", plain, "7"},
		{"twins", "‹twin:‹7..7›~=›", plain, "7=7"},
		{"depth", "‹deep:3..3~[~1~]›", plain, "[[[1]]]"},
		{"the pipe has a name", "a‹pipe›b", plain, "a|b"},
		{"the carrier's value", "‹v›'", plain, "carried'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := &gen{Rand: rand.New(rand.NewPCG(1, 1)), rules: lexicon(), bound: "carried"}
			if d := cmp.Diff(test.want, g.expand(test.template, test.encode)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestVeils(t *testing.T) {
	tests := []struct{ name, veil, value, want string }{
		{"percent twice", "twice", "a'b", "a%27b"},
		{"the IIS form", "uformat", "a'b", "a%u0027b"},
		{"full width", "fullwidth", "<a>", "＜a＞"},
		{"overlong", "overlong", "../a", "\xc0\xae\xc0\xae\xc0\xafa"},
		{"JavaScript's escapes", "hexescape", "a'b", `a\x27b`},
		{"base64", "base64", "a'b", "YSdi"},
		{"no veil of that name", "sheet", "a'b", "a'b"},
	}
	g := &gen{Rand: rand.New(rand.NewPCG(1, 1))}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if d := cmp.Diff(test.want, g.encodeTwice(test.value, test.veil)); d != "" {
				t.Error(d)
			}
		})
	}
	if got := spaces("1 or 1 -- x", "/**/"); got != "1/**/or/**/1/**/-- x" {
		t.Errorf("spaces: %q", got)
	}
}
