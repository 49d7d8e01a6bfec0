package coast

import (
	"bytes"
	"encoding/json"
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
	for file, least := range map[string]int{"honest.txt": 150, "lookalike.txt": 120} {
		families, names := read(file), map[string]bool{}
		for _, f := range families {
			if len(f.lines) == 0 || names[f.name] || f.carrier == "" {
				t.Errorf("%s: family %q is empty, named twice or travels nowhere", file, f.name)
			}
			names[f.name] = true
		}
		if len(families) < least {
			t.Errorf("%s has %d families, want %d", file, len(families), least)
		}
	}
	classes := map[string]int{}
	for _, f := range payloads(read("attacks.txt")) {
		classes[f.class]++
	}
	for _, class := range strings.Fields("sqli nosqli xss cmdi traversal ssrf ssti el jndi ldap xpath xxe ssi crlf mail deserialization prototype graphql jsonbomb oddity scanner token urlcredential") {
		if classes[class] < 3 {
			t.Errorf("class %s has %d payloads", class, classes[class])
		}
	}
}

func TestEachRequestIsAsItsContentTypeSays(t *testing.T) {
	for _, s := range append(Honest(1, 3000), Attacks(1, 2000)...) {
		if err := wrong(&s); err != "" {
			t.Errorf("%s %s: %s: %q %q", s.Class, s.Template, err, s.Path, s.Body)
		}
		if strings.Contains(s.Value, "{unknown slot") || strings.ContainsAny(s.Path, "«»") {
			t.Errorf("%s %s: a slot is not filled: %q", s.Class, s.Template, s.Value)
		}
	}
}

// wrong tells what a server would not read.
func wrong(s *Sample) string {
	contentType := ""
	for _, h := range s.Headers {
		if h[0] == "content-type" {
			contentType = h[1]
		}
	}
	kind, params, err := mime.ParseMediaType(contentType)
	switch {
	case s.Template == "multipart photo" || contentType == "" || s.Place == "other":
	case err != nil:
		return err.Error()
	case strings.HasSuffix(kind, "json") && !json.Valid(s.Body):
		return "no JSON"
	case kind == "application/x-www-form-urlencoded":
		if _, err := url.ParseQuery(string(s.Body)); err != nil {
			return err.Error()
		}
	case kind == "multipart/form-data":
		r := multipart.NewReader(bytes.NewReader(s.Body), params["boundary"])
		for {
			part, err := r.NextPart()
			if err == io.EOF {
				break
			} else if err != nil {
				return err.Error()
			}
			if part.FormName() == "" {
				return "a part without a name"
			}
		}
	}
	if s.Class == "" && s.Place != "other" {
		if u, err := url.Parse(s.Path); err != nil {
			return err.Error()
		} else if _, err := url.QueryUnescape(u.RawQuery); err != nil && !strings.Contains(s.Path, "%%") {
			return err.Error()
		}
	}
	return ""
}
