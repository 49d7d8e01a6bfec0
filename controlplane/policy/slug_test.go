package policy

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane"
	"picket/filter/identify"
	"picket/proto/wire"
)

func word(text string) uint64 { return testKey().Hash(identify.DomainWord, []byte(text)) }

func hostHash(text string) uint64 { return testKey().Hash(identify.DomainHost, []byte(text)) }

// put keeps a learned place.
func (s *store) learn(slug controlplane.Slug) controlplane.Entry {
	return s.put(fmt.Sprintf("%s%016x", controlplane.KeySlug, identify.SlugPlace(slug.Host, slug.Prefix)), slug)
}

// told gives the learned places that a group's filters are told of, the words in order.
func told(t *testing.T, g *Group) []wire.Slug {
	t.Helper()
	_, blob, _ := g.Blob()
	head, err := wire.ReadPolicyHead(blob, len(blob))
	if err != nil {
		t.Fatal(err)
	}
	for i := range head.Settings.Slugs {
		slices.Sort(head.Settings.Slugs[i].Words)
	}
	return head.Settings.Slugs
}

func sorted(words ...uint64) []uint64 {
	slices.Sort(words)
	return words
}

func TestLearnedPlacesAreToldToFilters(t *testing.T) {
	users := controlplane.Slug{Prefix: []uint64{word("v1"), word("users")}, Words: []uint64{word("me")}}
	there := controlplane.Slug{Host: hostHash("api.example.com"), Prefix: []uint64{word("t")}}
	deep := controlplane.Slug{Prefix: []uint64{word("t"), 0, word("projects")}}
	for name, c := range map[string]struct {
		policy string
		slug   controlplane.Slug
		want   []wire.Slug
	}{
		"as it was learned": {"", users, []wire.Slug{{Prefix: users.Prefix, Words: users.Words}}},
		"with the words that are declared in the place, at any host and at its own": {`
hosts: [api.example.com, other.example.com]
endpoints:
  - {match: "GET /t/archive/members"}
  - {match: "GET api.example.com/t/search"}
  - {match: "GET other.example.com/t/other"}
  - {match: "GET /t/{tenant}/members"}
`, there, []wire.Slug{{Host: there.Host, Prefix: there.Prefix, Words: sorted(word("archive"), word("search"))}}},
		"behind a declared parameter": {`
endpoints: [{match: "GET /t/{tenant}/projects/archive"}]
`, deep, []wire.Slug{{Prefix: deep.Prefix, Words: []uint64{word("archive")}}}},
		"not where the policy wants words":                    {"objects: {fixed: [/v1/users]}\n", users, nil},
		"not where the policy wants words, at a host":         {"hosts: [api.example.com]\nobjects: {fixed: [/t]}\n", there, nil},
		"not where the policy wants words behind a parameter": {"objects: {fixed: ['/t/{tenant}/projects']}\n", deep, nil},
		"where the policy wants words elsewhere":              {"objects: {fixed: [/v1, /users]}\n", users, []wire.Slug{{Prefix: users.Prefix, Words: users.Words}}},
		"not where nothing is to be learned":                  {"objects: {learned: false}\n", users, nil},
		"not one without a prefix":                            {"", controlplane.Slug{Words: []uint64{1}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore()
			s.put(controlplane.KeyPolicy, Document{YAML: "picket: v1\n" + c.policy})
			s.learn(c.slug)
			if d := cmp.Diff(c.want, told(t, replica(t, s).Group("edge")), cmpopts.EquateEmpty()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestALearnedPlaceReachesFiltersAsADelta(t *testing.T) {
	s := newStore()
	s.put(controlplane.KeyPolicy, Document{})
	p := replica(t, s)
	g := p.Group("edge")
	before := g.Revision()
	p.feed(t, s.learn(controlplane.Slug{Prefix: []uint64{5}, Words: []uint64{9}}))
	deltas, ok := g.Since(epoch, before)
	if !ok || len(deltas) != 1 || len(deltas[0].GetSettings().GetSlugs()) != 1 {
		t.Fatalf("%v, %v", deltas, ok)
	}
	if got := deltas[0].GetSettings().GetSlugs()[0].GetPrefix(); !slices.Equal(got, []uint64{5}) {
		t.Errorf("prefix %v", got)
	}
}

func TestNoMorePlacesAreToldThanFiltersTake(t *testing.T) {
	s := newStore()
	many := make([]uint64, controlplane.MaxSlugWords)
	for i := range controlplane.MaxSlugs + 5 {
		s.learn(controlplane.Slug{Prefix: []uint64{uint64(i) + 1}, Words: many})
	}
	got := told(t, replica(t, s).Group(""))
	if len(got) != controlplane.MaxSlugs {
		t.Errorf("%d places", len(got))
	}
}

func TestPathsBehindWhichNothingIsLearnedAreChecked(t *testing.T) {
	for text, wrong := range map[string]bool{"/v1/reports": false, "/t/{tenant}/projects": false, "": true, "/": true, "/v1/**": true, "/a b": true, "/a/{x": true} {
		_, err := Parse("policy.yaml", []byte("picket: v1\nobjects: {fixed: ['"+text+"']}\n"))
		if (err != nil) != wrong {
			t.Errorf("%q: %v", text, err)
		}
	}
}
