package shore

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheSameSeedGivesTheSameRequests(t *testing.T) {
	for _, of := range []func(uint64, int) []Sample{Honest, Attacks} {
		if d := cmp.Diff(of(3, 500), of(3, 500)); d != "" {
			t.Error(d)
		}
		if cmp.Equal(of(3, 5), of(4, 5)) {
			t.Error("another seed gives the same requests")
		}
	}
}

func TestThereAreFamiliesEnough(t *testing.T) {
	for file, least := range map[string]int{"honest.txt": 150, "lookalike.txt": 120, "envelopes.txt": 40} {
		families, names := read(file), map[string]bool{}
		for _, f := range families {
			if names[f.name] || len(f.request) == 0 {
				t.Errorf("%s: family %q is named twice or has no request", file, f.name)
			}
			if takes := strings.ContainsAny(strings.Join(f.request, "\n"), "§¤"); takes != (len(f.lines) > 0) && file != "envelopes.txt" {
				t.Errorf("%s: family %q has values and no place for them, or the reverse", file, f.name)
			}
			names[f.name] = true
		}
		if len(families) < least {
			t.Errorf("%s has %d families, want %d", file, len(families), least)
		}
	}
}

func TestEachClassHasPayloadsAndSomethingToTravelIn(t *testing.T) {
	classes, sorts := map[string]int{}, map[string]bool{}
	for _, e := range read("envelopes.txt") {
		for _, sort := range e.envelopes {
			sorts[sort] = true
		}
	}
	lines := spread(read("attacks.txt"))
	for _, p := range lines {
		classes[p.family.class]++
		for _, sort := range p.family.envelopes {
			if !sorts[sort] {
				t.Errorf("%s: there is no envelope %q", p.family.name, sort)
			}
		}
		if len(p.family.request) == 0 && len(p.family.envelopes) == 0 {
			t.Errorf("%s travels nowhere", p.family.name)
		}
	}
	for _, class := range strings.Fields("sqli nosqli xss cmdi traversal ssrf ssti el jndi ldap xpath xxe ssi crlf mail deserialization prototype graphql jsonbomb oddity scanner token urlcredential") {
		if classes[class] < 3 {
			t.Errorf("class %s has %d payloads", class, classes[class])
		}
	}
	if len(lines) < 250 {
		t.Errorf("there are %d payloads", len(lines))
	}
}

func TestEachRequestIsAsItsContentTypeSays(t *testing.T) {
	for _, s := range append(Honest(1, 3000), Attacks(1, 2000)...) {
		if err := wrong(&s); err != nil {
			t.Errorf("%s %s: %v: %q %q", s.Class, s.Template, err, s.Path, s.Body)
		}
		if strings.Contains(s.Path+s.Value+string(s.Body), "{unknown slot") || strings.ContainsAny(s.Path, "«»§¤") {
			t.Errorf("%s %s: a slot is not filled: %q %q", s.Class, s.Template, s.Path, s.Value)
		}
	}
}

// wrong tells what a server would not read.
func wrong(s *Sample) error {
	contentType := ""
	for _, h := range s.Headers {
		if h[0] == "content-type" {
			contentType = h[1]
		}
		if s.Class == "" && strings.ContainsAny(h[1], "\r\n\x00") {
			return errors.New("a header of two lines")
		}
	}
	if s.Class == "" {
		if u, err := url.Parse(s.Path); err != nil {
			return err
		} else if _, err := url.ParseQuery(strings.ReplaceAll(u.RawQuery, ";", "%3B")); err != nil {
			return err
		}
	}
	if contentType == "" || s.Place == "other" || s.Class != "" && s.Place == "json" && len(s.Body) > 0 && s.Body[0] != '{' {
		return nil
	}
	kind, params, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
		return err
	case strings.HasSuffix(kind, "json") && !json.Valid(s.Body):
		return errors.New("no JSON")
	case strings.HasSuffix(kind, "xml") && s.Class == "":
		return readAll(xml.NewDecoder(bytes.NewReader(s.Body)))
	case kind == "application/x-www-form-urlencoded" && s.Class == "":
		_, err := url.ParseQuery(string(s.Body))
		return err
	case kind == "multipart/form-data":
		return readParts(multipart.NewReader(bytes.NewReader(s.Body), params["boundary"]))
	}
	return nil
}

func readAll(d *xml.Decoder) error {
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func readParts(r *multipart.Reader) error {
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if part.FormName() == "" {
			return errors.New("a part without a name")
		}
	}
}
