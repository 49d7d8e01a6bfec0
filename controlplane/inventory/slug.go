package inventory

import (
	"slices"
	"time"

	"picket/controlplane"
	"picket/filter/identify"
)

// learn has a place's words be values, for all replicas, if they still turn out to be.
func (v *Inventory) learn(p *Policy, at *place) {
	if !p.learns(at.prefix) {
		return
	}
	s, ok := v.ripe(at)
	if !ok || !v.keep(s) {
		return
	}
	v.LearnSlug(s)
}

func (v *Inventory) ripe(at *place) (s controlplane.Slug, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if at.watch == nil || len(v.slugs) >= controlplane.MaxSlugs {
		return s, false
	}
	j, ok := at.judge()
	return at.learned(j, v.clock()), ok
}

// LearnSlug takes a place of values that was learned before, from the register.
func (v *Inventory) LearnSlug(s controlplane.Slug) {
	v.mu.Lock()
	defer v.mu.Unlock()
	at := identify.SlugPlace(s.Host, s.Prefix)
	v.slugs[at] = s
	v.dropPlace(at)
	v.metrics.slugs.Set(float64(len(v.slugs)))
}

// Place names a place of values, as in /orgs/{id}, as far as its words are told.
func (v *Inventory) Place(s controlplane.Slug) string {
	p := v.policy()
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.nameOf(p, &Endpoint{Host: s.Host, Segments: append(slices.Clone(s.Prefix), 0)})
}

// overlap is for how long after a place was learned filters may still tell of its words.
const overlap = time.Minute

// folded gives the endpoint that one is since values were learned in its path, and how many values were known of the last such
// place; 0: there is none. v.mu is held.
func (v *Inventory) folded(p *Policy, e *seen) (as Endpoint, values int) {
	as = e.Endpoint
	if len(v.slugs) == 0 {
		return as, 0
	}
	_, declared := p.Declared[e.ID]
	as.Segments = slices.Clone(e.Segments)
	for i, hash := range as.Segments {
		s, known := v.slugs[identify.SlugPlace(e.Host, as.Segments[:i])]
		switch {
		case !known || !p.learns(s.Prefix):
		case hash == 0:
			values = s.Values
		case declared, slices.Contains(s.Words, hash), e.requests > 0 && e.last.After(s.Learned.Add(overlap)): // it stays a word
		default:
			as.Segments[i], values = 0, s.Values
		}
	}
	as.ID = controlplane.EndpointID(v.key.Endpoint(as.Method, as.Host, as.Segments))
	return as, values
}

// merge makes one of the endpoints that differ in learned values, but for those of which filters still tell, and reports whether
// that made room. It looks at all, and so not again before a minute has passed. v.mu is held.
func (v *Inventory) merge(now time.Time) bool {
	if len(v.slugs) == 0 || now.Sub(v.merged) < overlap {
		return false
	}
	v.merged = now
	p := v.policy()
	for id, e := range v.endpoints {
		as, _ := v.folded(p, e)
		if as.ID == id || now.Sub(e.last) < overlap {
			continue
		}
		one := v.endpoints[as.ID]
		if one == nil {
			one = &seen{Endpoint: as, first: e.first}
			v.endpoints[as.ID] = one
		}
		one.requests += e.requests
		one.first, one.last = earlier(one.first, e.first), later(one.last, e.last)
		delete(v.endpoints, id)
	}
	return len(v.endpoints) < v.limits.Endpoints
}
