package center

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheDataCanBeRead(t *testing.T) {
	if _, err := load(); err != nil {
		t.Fatal(err)
	}
}

func TestTheSameSeedGivesTheSameSamples(t *testing.T) {
	for name, make := range map[string]func(uint64, int) []Sample{"honest": Honest, "attacks": Attacks} {
		if diff := cmp.Diff(make(5, 700), make(5, 700), cmp.Comparer(bytes.Equal)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if cmp.Equal(make(5, 50), make(6, 50), cmp.Comparer(bytes.Equal)) {
			t.Errorf("%s: another seed gives the same", name)
		}
		if !cmp.Equal(make(5, 900)[:40], make(5, 40), cmp.Comparer(bytes.Equal)) {
			t.Errorf("%s: more samples change the first ones", name)
		}
	}
}

func TestEachSlotIsFilled(t *testing.T) {
	for _, s := range append(Honest(3, 3000), Attacks(3, 3000)...) {
		if text := s.Path + s.Value + string(s.Body); strings.ContainsAny(text, "«»␍␊␉␀") {
			t.Errorf("%s: %q", s.Template, text)
		}
	}
}

// Only what is in the value may be wrong with an honest request.
func TestHonestRequestsAreWellFormed(t *testing.T) {
	for _, s := range Honest(4, 3000) {
		if _, err := url.ParseRequestURI(s.Path); err != nil {
			t.Errorf("%s: %v", s.Template, err)
		}
		for _, h := range s.Headers {
			if h[0] != "content-type" {
				continue
			}
			if err := wellFormed(h[1], s.Body); err != nil {
				t.Errorf("%s: %v in %s", s.Template, err, s.Body)
			}
		}
	}
}

func wellFormed(kind string, body []byte) error {
	switch {
	case strings.HasSuffix(kind, "json"):
		var v any
		return json.Unmarshal(body, &v)
	case strings.Contains(kind, "xml"):
		d := xml.NewDecoder(strings.NewReader(string(body)))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
	case strings.HasSuffix(kind, "urlencoded"):
		_, err := url.ParseQuery(string(body))
		return err
	}
	return nil
}

func TestAllClassesAreThere(t *testing.T) {
	classes := map[string]bool{}
	for _, s := range Attacks(1, 200) {
		classes[s.Class] = true
	}
	for class := range strings.FieldsSeq("sqli nosqli xss cmdi traversal ssrf ssti el jndi ldap xpath xxe ssi crlf mail deserialization prototype graphql jsonbomb oddity scanner token urlcredential") {
		if !classes[class] {
			t.Errorf("there is no attack of class %s", class)
		}
	}
}
