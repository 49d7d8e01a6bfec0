package detect_test

import (
	"slices"
	"testing"
	"time"

	"picket/controlplane"
)

// TestWhoIsPresumedIsNamed plays somebody who counts through records where nobody was ever refused.
func TestWhoIsPresumedIsNamed(t *testing.T) {
	session := func(where int, n uint64) controlplane.Caller {
		return controlplane.Caller{Network: address(where), Session: n, Credential: n}
	}
	token := func(where int, name, n uint64) controlplane.Caller {
		return controlplane.Caller{Network: address(where), Subject: name, Credential: n}
	}
	counts := func(s *scene, c controlplane.Caller) {
		for range 60 {
			s.ask(c, record, ok, 100*time.Millisecond, s.counted())
		}
	}
	for name, tt := range map[string]struct {
		want controlplane.Facet
		play func(s *scene)
	}{
		"a session is believed where nobody was let in without": {controlplane.FacetSession, func(s *scene) { counts(s, session(50, 77)) }},
		"a session is an address's where somebody was let in without": {controlplane.FacetIP, func(s *scene) {
			s.ask(stranger(60), record, ok, time.Second, s.random())
			counts(s, session(50, 77))
		}},
		"sessions that are made up for each request are an address's": {controlplane.FacetIP, func(s *scene) {
			for n := range uint64(300) {
				s.ask(session(50, 1000+n), record, ok, 100*time.Millisecond, s.counted())
			}
		}},
		"a name in a token is an address's, for anyone can write it": {controlplane.FacetIP, func(s *scene) { counts(s, token(50, 9, 90)) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			for i := range 30 {
				s.ask(session(i%5, uint64(i%5+1)), record, ok, time.Second, object(uint64(i%5)))
			}
			tt.play(s)
			got := slices.Concat(s.about("object-enumeration"), s.about("scraping"))
			if !slices.ContainsFunc(got, func(v controlplane.Value) bool { return v.Facet == tt.want }) || len(got) != 1 {
				t.Errorf("want one %s, got %v; fired: %v", tt.want, got, s.told())
			}
		})
	}
}
