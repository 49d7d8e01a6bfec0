package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"picket/controlplane"
	"picket/filter/identify"
	"picket/proto/wire"
)

// slug takes a learned place of values. p.mu is held.
func (p *Publisher) slug(e controlplane.Entry) {
	if e.Deleted { // nobody does that: a replica that starts later would not know
		return
	}
	var s controlplane.Slug
	err := json.Unmarshal(e.Value, &s)
	if err == nil && (len(s.Prefix) == 0 || len(s.Prefix) >= identify.MaxSegments || len(s.Words) > controlplane.MaxSlugWords) {
		err = errors.New("its prefix or its words are too many")
	}
	if err != nil {
		p.reject(e, err)
		return
	}
	p.settings.addSlug(e.Key, s)
	p.settings.revision = e.Revision
	p.touch(nil, change{settings: true})
}

func (s *settings) addSlug(key string, learned controlplane.Slug) {
	if s.slugs == nil {
		s.slugs = map[string]controlplane.Slug{}
	}
	s.slugs[key] = learned
	s.build()
}

// slugsOf gives what filters are told of the learned places, in the order of their keys.
func slugsOf(f *File, key *identify.Key, all map[string]controlplane.Slug) (out []wire.Slug) {
	if len(all) == 0 || !f.Objects.Learned {
		return nil
	}
	fixed, declared := f.fixedPlaces(key), f.declaredWords(key)
	for _, k := range sortedKeys(all) {
		s := all[k]
		if len(out) == controlplane.MaxSlugs {
			break
		}
		if fixed[identify.SlugPlace(0, s.Prefix)] {
			continue
		}
		words := declared.at(s.Host, s.Prefix)
		words = append(words, s.Words...)
		out = append(out, wire.Slug{Host: s.Host, Prefix: s.Prefix, Words: words[:min(len(words), controlplane.MaxSlugWords)]})
	}
	return out
}

// Learns says whether values may be learned behind a prefix of paths, whatever the host (hashes, 0 for {id}).
func (f *File) Learns(key *identify.Key) func(prefix []uint64) bool {
	fixed := f.fixedPlaces(key)
	return func(prefix []uint64) bool { return f.Objects.Learned && !fixed[identify.SlugPlace(0, prefix)] }
}

// fixedPlaces gives the places in which words stay words at every host.
func (f *File) fixedPlaces(key *identify.Key) map[uint64]bool {
	fixed := map[uint64]bool{}
	for _, path := range f.Objects.Fixed {
		if t, err := fixedPath(path); err == nil {
			fixed[identify.SlugPlace(0, t.hashes(key))] = true
		}
	}
	return fixed
}

// placedWords are the words that endpoints are declared with, by place (at host 0 those of endpoints without a host).
type placedWords map[uint64][]uint64

func (f *File) declaredWords(key *identify.Key) placedWords {
	all := placedWords{}
	for _, e := range f.Endpoints {
		t, err := parseTemplate(e.Match)
		if err != nil {
			continue
		}
		var host uint64
		if t.host != "" {
			host = key.Hash(identify.DomainHost, []byte(t.host))
		}
		hashes := t.hashes(key)
		for i, h := range hashes {
			at := identify.SlugPlace(host, hashes[:i])
			if h != 0 && !slices.Contains(all[at], h) {
				all[at] = append(all[at], h)
			}
		}
	}
	return all
}

// at gives the words that are declared in a place.
func (p placedWords) at(host uint64, prefix []uint64) []uint64 {
	words := slices.Clone(p[identify.SlugPlace(0, prefix)])
	if host != 0 {
		words = append(words, p[identify.SlugPlace(host, prefix)]...)
	}
	return words
}

// hashes gives a path's segments as filters name them.
func (t *template) hashes(key *identify.Key) []uint64 {
	out := make([]uint64, len(t.segments))
	for i, s := range t.segments {
		if !s.parameter {
			out[i] = key.Hash(identify.DomainWord, []byte(s.word))
		}
	}
	return out
}

// fixedPath reads a path behind which words stay words.
func fixedPath(path string) (template, error) {
	var t template
	if err := t.parsePath(path); err != nil {
		return t, err
	}
	if t.rest || len(t.segments) == 0 {
		return t, errors.New("write the path before the segment, as in /v1/reports")
	}
	return t, nil
}

// checkFixed notes what is wrong with paths behind which words stay words.
func (d *decoder) checkFixed(paths []string) {
	d.count("objects.fixed", len(paths), maxObjects)
	for i, path := range paths {
		if _, err := fixedPath(path); err != nil {
			d.wrong(fmt.Sprintf("objects.fixed[%d]", i), "%v", err)
		}
	}
	twice(d, "objects.fixed", paths)
}
