package west

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readBook(t *testing.T) *book {
	t.Helper()
	b, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheDataCanBeReadAndEachSlotFilled(t *testing.T) { readBook(t) }

func TestTheSameSeedGivesTheSameSamples(t *testing.T) {
	for name, make := range map[string]func(uint64, int) []Sample{"honest": Honest, "attacks": Attacks} {
		if diff := cmp.Diff(make(5, 700), make(5, 700)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if cmp.Equal(make(5, 50), make(6, 50)) {
			t.Errorf("%s: another seed gives the same", name)
		}
		if !cmp.Equal(make(5, 900)[:40], make(5, 40)) {
			t.Errorf("%s: more samples change the first ones", name)
		}
	}
}

func TestFamiliesComeInTurnAndThereAreEnough(t *testing.T) {
	for _, c := range []struct {
		name     string
		samples  []Sample
		families int
		choose   func(Sample) bool
	}{
		{"attacks", Attacks(1, 900), 250, func(s Sample) bool { return s.Class != "" && !s.Lookalike }},
		{"honest", Honest(1, 900), 150, func(s Sample) bool { return s.Class == "" && !s.Lookalike }},
		{"look-alikes", Honest(1, 900), 100, func(s Sample) bool { return s.Class == "" && s.Lookalike }},
	} {
		counts := map[string]int{}
		for _, s := range c.samples {
			if c.choose(s) {
				counts[s.Class+"/"+s.Template]++
			}
		}
		if len(counts) < c.families {
			t.Errorf("%s: %d families, want %d", c.name, len(counts), c.families)
		}
		for name, n := range counts {
			if n < 2 || n > 4 {
				t.Errorf("%s: %s comes %d times, not in turn", c.name, name, n)
			}
		}
	}
}

func TestNamesOfFamiliesAreTheirOwn(t *testing.T) {
	b, seen := readBook(t), map[string]bool{}
	for _, f := range append(slices.Clone(b.honest), b.attacks...) {
		if key := f.class + "/" + f.name; seen[key] {
			t.Errorf("%s comes twice", key)
		} else {
			seen[key] = true
		}
	}
}

func TestEveryClassAndPlaceIsAttacked(t *testing.T) {
	classes, places := map[string]bool{}, map[string]bool{}
	for _, s := range Attacks(2, 4000) {
		classes[s.Class], places[s.Place] = true, true
	}
	for _, class := range strings.Fields("sqli nosqli xss cmdi traversal ssrf ssti el jndi ldap xpath xxe ssi crlf mail " +
		"deserialization prototype graphql jsonbomb oddity scanner token urlcredential") {
		if !classes[class] {
			t.Errorf("no attack of class %s", class)
		}
	}
	for _, place := range strings.Fields("query form json path header cookie graphql multipart xml") {
		if !places[place] {
			t.Errorf("no attack in %s", place)
		}
	}
}

func TestHonestBodiesAreWhatTheyAreSaidToBe(t *testing.T) {
	for _, s := range Honest(3, 3000) {
		if err := wellFormed(s); err != nil {
			t.Errorf("%s: %v in %s", s.Template, err, s.Body)
		}
	}
}

func sent(s Sample, name string) string {
	for _, h := range s.Headers {
		if h[0] == name {
			return h[1]
		}
	}
	return ""
}

func wellFormed(s Sample) error {
	kind, parameters, err := mime.ParseMediaType(sent(s, "content-type"))
	switch {
	case len(s.Body) == 0:
		return nil
	case err != nil:
		return err
	case kind == "application/x-www-form-urlencoded":
		_, err = url.ParseQuery(string(s.Body))
	case strings.HasPrefix(kind, "multipart/"):
		_, err = multipartParts(s.Body, parameters["boundary"])
	case strings.HasSuffix(kind, "json"):
		for d := json.NewDecoder(bytes.NewReader(s.Body)); err == nil; {
			err = d.Decode(new(any))
		}
	case strings.HasSuffix(kind, "xml"):
		for d := xml.NewDecoder(bytes.NewReader(s.Body)); err == nil; {
			_, err = d.Token()
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func multipartParts(body []byte, boundary string) (parts []string, err error) {
	for r := multipart.NewReader(strings.NewReader(string(body)), boundary); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return parts, nil
		} else if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return nil, err
		}
		parts = append(parts, string(b), p.FileName())
	}
}

func TestHonestTargetsAndHeadersAreWhatAProxyTakes(t *testing.T) {
	for _, s := range Honest(4, 3000) {
		if strings.ContainsAny(s.Path, " \r\n\t\x00") || !strings.HasPrefix(s.Path, "/") {
			t.Errorf("%s: target %q", s.Template, s.Path)
		}
		for _, h := range s.Headers {
			if strings.ContainsFunc(h[1], control) || h[0] != strings.ToLower(h[0]) {
				t.Errorf("%s: header %q", s.Template, h)
			}
		}
	}
}

func TestValuesStandInTheirRequests(t *testing.T) {
	b := readBook(t)
	wire := map[string]bool{}
	for _, f := range b.attacks {
		wire[f.class+"/"+f.name] = f.wire || f.request != nil
	}
	for _, s := range append(Honest(5, 2000), Attacks(5, 2000)...) {
		if s.Class == "" && !s.Lookalike || wire[s.Class+"/"+s.Template] {
			continue
		}
		if !strings.Contains(carried(t, s), strings.ToValidUTF8(s.Value, "\uFFFD")) {
			t.Errorf("%s in %s: %q is not in %s %s %s", s.Template, s.Place, s.Value, s.Path, s.Headers, s.Body)
		}
	}
}

// carried gives what stands at a sample's place, decoded as a service would.
func carried(t *testing.T, s Sample) string {
	t.Helper()
	path, query, _ := strings.Cut(s.Path, "?")
	switch s.Place {
	case placePath:
		return unescaped(t, path, url.PathUnescape)
	case placeQuery:
		return unescaped(t, query, url.QueryUnescape)
	case placeForm:
		return unescaped(t, string(s.Body), url.QueryUnescape)
	case placeCookie:
		raw := sent(s, "cookie")
		plain, err := url.PathUnescape(raw)
		if err != nil { // a value may have percent signs of its own
			return raw
		}
		return raw + strings.ToValidUTF8(plain, "\uFFFD")
	case placeHeader:
		var all []string
		for _, h := range s.Headers {
			all = append(all, h[1])
		}
		return strings.Join(all, "\n")
	case placeXML, placeMultipart:
		text := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&", "%22", `"`).Replace(string(s.Body))
		return text + string(s.Body)
	}
	return strings.Join(jsonTexts(t, s.Body), "\n")
}

func unescaped(t *testing.T, text string, unescape func(string) (string, error)) string {
	t.Helper()
	out, err := unescape(text)
	if err != nil {
		t.Errorf("%q: %v", text, err)
	}
	return strings.ToValidUTF8(out, "\uFFFD")
}

// jsonTexts gives keys and strings, the latter also as a GraphQL document's reader unescapes them.
func jsonTexts(t *testing.T, body []byte) (texts []string) {
	t.Helper()
	for d := json.NewDecoder(strings.NewReader(string(body))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		} else if err != nil {
			t.Errorf("%v in %s", err, body)
			return texts
		}
		if text, ok := token.(string); ok {
			if texts = append(texts, text); strings.HasPrefix(text, "{ search") || strings.HasPrefix(text, `{"orderId"`) {
				texts = append(texts, inner(text))
			}
		}
	}
}

// inner reads the strings within a document.
func inner(document string) string {
	var out []string
	for i, c := range document {
		var text string
		if c == '"' && json.NewDecoder(strings.NewReader(document[i:])).Decode(&text) == nil {
			out = append(out, text)
		}
	}
	return strings.Join(out, "\n")
}

func TestTemplatesThatCannotBeReadAreErrors(t *testing.T) {
	for _, c := range []struct{ name, file, content string }{
		{"a slot that is not closed", "value_x", "= sqli/a\n«num"},
		{"a family without lines", "look_x", "= a\n"},
		{"a request without a target", "honest_x", "= a\nGET\n"},
		{"a family without a name", "value_x", "= \nx"},
		{"a header with an open slot", "honest_x", "= a\nGET /\nx-a: «b\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &book{words: map[string][]text{}, spots: map[string][]spot{}}
			if err := b.add(c.file, c.content); err == nil {
				t.Error("want an error")
			}
		})
	}
}

func TestSlotsThatNothingFillsAreErrors(t *testing.T) {
	b := &book{words: map[string][]text{}, spots: map[string][]spot{}}
	if err := b.add("look_x", "= a\n«no-such» «url:«nor-this»»\n"); err != nil {
		t.Fatal(err)
	}
	if errs := b.checkSlots(); len(errs) != 2 {
		t.Errorf("got %v, want two", errs)
	}
}

func TestTextIsTurnedAsAsked(t *testing.T) {
	b := readBook(t)
	m := newMaker(b, 1, b.honest[0], 0)
	for _, c := range []struct{ name, template, want string }{
		{"percent signs", "«url:' or»", "%27%20or"},
		{"percent signs twice", "«dbl:<a»", "%253ca"},
		{"percent signs thrice", "«tri:<»", "%25253c"},
		{"every character", "«all:a1»", "%61%31"},
		{"JSON escapes", "«u:<a»", `\u003ca`},
		{"entities", "«entx:<a»", "&#x3c;&#x61;"},
		{"full width", "«wide:<a b»", "＜ａ ｂ"},
		{"character codes", "«char:ab»", "97,98"},
		{"a sum of characters", "«charplus:ab»", "CHAR(97)+CHAR(98)"},
		{"hexadecimal", "0x«hexed:ab»", "0x6162"},
		{"base64", "«enc64:id»", "aWQ="},
		{"base64 of UTF-16", "«enc64w:id»", "aQBkAA=="},
		{"bytes and text", "«bin:41 'BC' 44»", "ABCD"},
		{"repeated", "«times:3 ab»", "ababab"},
		{"one in another", "«url:«hexed:a»'»", "61%27"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tpl, err := parse(c.template)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.fill(tpl, plain); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestASlotWithANumberStaysTheSameWithinASample(t *testing.T) {
	b := readBook(t)
	m := newMaker(b, 1, b.honest[0], 0)
	tpl, err := parse("«rand1» «rand1» «rand»")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(m.fill(tpl, plain))
	if words[0] != words[1] || words[0] == words[2] {
		t.Errorf("got %v", words)
	}
}
