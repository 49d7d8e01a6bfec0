package identify

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hashes gives those of words; "" is {id}.
func hashes(k *Key, words ...string) []uint64 {
	all := make([]uint64, len(words))
	for i, w := range words {
		if w != "" {
			all[i] = k.Hash(DomainWord, []byte(w))
		}
	}
	return all
}

// learned gives a router that takes what stands behind /t, and behind /v1/users where it is not me, for values.
func learned(k *Key, rules ...Rule) *Router {
	r := NewRouter(k, rules, []string{"api.example.com"}, nil)
	r.Learn([]Slug{
		{Prefix: hashes(k, "t")},
		{Prefix: hashes(k, "t", "", "projects")},
		{Prefix: hashes(k, "v1", "users"), Words: hashes(k, "search", "me", "all")},
		{Prefix: nil}, // the first segment is never learned
	})
	return r
}

func TestWordsInLearnedPlacesAreValues(t *testing.T) {
	k := testKey(t)
	rules := []Rule{{Method: "GET", Path: "/t/archive/projects"}, {Path: "/t/{tenant}/audit"}, {Path: "/files/**"}}
	for name, c := range map[string]struct {
		target string
		want   []string // "" for {id}
		values int
	}{
		"a slug":                              {"/t/acme/members", []string{"t", "", "members"}, 1},
		"a slug behind a slug":                {"/t/acme/projects/website", []string{"t", "", "projects", ""}, 2},
		"a slug behind an id":                 {"/t/4711/projects/website", []string{"t", "", "projects", ""}, 2},
		"a slug at the end":                   {"/v1/users/mike", []string{"v1", "users", ""}, 1},
		"a word that stays one":               {"/v1/users/me", []string{"v1", "users", "me"}, 0},
		"a word that says who one is":         {"/v1/users/login", []string{"v1", "users", "login"}, 0},
		"another prefix":                      {"/v2/users/mike", []string{"v2", "users", "mike"}, 0},
		"a longer prefix":                     {"/v1/users/mike/posts/first", []string{"v1", "users", "", "posts", "first"}, 1},
		"the first segment":                   {"/acme", []string{"acme"}, 0},
		"a declared word in the place":        {"/t/archive/projects", []string{"t", "archive", "projects"}, 0},
		"a declared parameter in the place":   {"/t/acme/audit", []string{"t", "", "audit"}, 1},
		"a declared rest hides what is there": {"/files/t/acme", []string{"files"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := learned(k, rules...)
			for range 3 { // also once it is remembered
				p := r.Place([]byte("GET"), nil, []byte(c.target))
				if d := cmp.Diff(hashes(k, c.want...), p.Segments[:p.N]); d != "" {
					t.Errorf("segments (-want +got):\n%s", d)
				}
				if want := k.Endpoint("GET", 0, hashes(k, c.want...)); p.Endpoint != want {
					t.Error("the endpoint is not that of its segments")
				}
				if p.nIDs != c.values || (p.Object != 0) != (c.values > 0) {
					t.Errorf("%d values, want %d", p.nIDs, c.values)
				}
			}
		})
	}
}

func TestALearnedValueIsAnObjectAsAnIDIs(t *testing.T) {
	k := testKey(t)
	r := learned(k)
	acme := r.Place([]byte("GET"), nil, []byte("/t/acme/members")).Object
	want := *NewRouter(k, []Rule{{Path: "/t/{tenant}/members"}}, nil, nil).Place([]byte("GET"), nil, []byte("/t/acme/members"))
	if other := r.Place([]byte("GET"), nil, []byte("/t/umbra/members")).Object; acme != want.Object || acme == other {
		t.Error("a learned value is another object than a declared parameter's")
	}
}

func TestTheEndpointThatNamesAValueIsStillKnown(t *testing.T) {
	k := testKey(t)
	r := learned(k, Rule{Path: "/t/{tenant}/audit"})
	for target, want := range map[string][]string{
		"/t/acme/projects/website": {"t", "acme", "projects", "website"},
		"/t/17/projects/website":   {"t", "", "projects", "website"},
	} {
		if p := r.Place([]byte("GET"), nil, []byte(target)); p.Literal != k.Endpoint("GET", 0, hashes(k, want...)) {
			t.Errorf("%s is not known by its words", target)
		}
	}
	for _, target := range []string{"/t/17/members", "/v1/users/me", "/t/acme/audit"} {
		if p := r.Place([]byte("GET"), nil, []byte(target)); p.Literal != 0 {
			t.Errorf("%s is known by two names", target)
		}
	}
}

func TestAPlaceIsLearnedAtItsHostOnly(t *testing.T) {
	k := testKey(t)
	host := k.Hash(DomainHost, []byte("api.example.com"))
	r := NewRouter(k, nil, []string{"api.example.com"}, nil)
	r.Learn([]Slug{{Host: host, Prefix: hashes(k, "t")}})
	for h, want := range map[string]bool{"api.example.com": true, "other.example.com": false} {
		if got := r.Place([]byte("GET"), []byte(h), []byte("/t/acme")).Object != 0; got != want {
			t.Errorf("%s: %v, want %v", h, got, want)
		}
	}
}

func TestPlacesOfSlugsAreToldApart(t *testing.T) {
	k := testKey(t)
	all := [][]string{{"t"}, {"u"}, {"t", ""}, {"", "t"}, {"t", "u"}, {"u", "t"}, {"t", "", "u"}}
	var seen []uint64
	for _, p := range all {
		for _, host := range []uint64{0, 7} {
			seen = append(seen, SlugPlace(host, hashes(k, p...)))
		}
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != 2*len(all) {
		t.Error("two places have one name")
	}
}

func TestPlacingLearnedValuesAllocatesNothing(t *testing.T) {
	r := learned(testKey(t))
	targets := [][]byte{[]byte("/t/acme/projects/website"), []byte("/v1/users/mike"), []byte("/t/umbra/members?x=%20")}
	i := 0
	allocs := testing.AllocsPerRun(100, func() {
		r.place(&r.other, []byte("GET"), 0, targets[i%len(targets)])
		i++
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
