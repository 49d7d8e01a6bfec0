package detect_test

import (
	"slices"
	"testing"
	"time"

	"picket/controlplane"
)

// TestATokenInTwoPlacesIsTravelOnlyWithAnotherProgram plays tokens that are used in Berlin and in Tokyo.
func TestATokenInTwoPlacesIsTravelOnlyWithAnotherProgram(t *testing.T) {
	const phone, browser, thief = 1_000_001, 101, 999 // customer 1 begins with the phone
	at := func(c controlplane.Caller, where int, program uint64) controlplane.Caller {
		c.Network, c.Fingerprint = address(where), program
		return c
	}
	for name, tc := range map[string]struct {
		travels bool
		play    func(s *scene, c controlplane.Caller)
	}{
		"a token is used in Tokyo by another program while its owner goes on in Berlin": {true, func(s *scene, c controlplane.Caller) {
			for range 20 {
				s.ask(at(c, 1, phone), "GET /v1/me", ok, time.Minute)
				s.ask(at(c, far, thief), record, ok, time.Minute, s.random())
			}
		}},
		"a VPN is switched on and off, with the same program": {false, func(s *scene, c controlplane.Caller) {
			for range 20 {
				s.ask(at(c, 1, phone), "GET /v1/me", ok, time.Minute)
				s.ask(at(c, far, phone), "GET /v1/me", ok, time.Minute)
			}
		}},
		"a phone goes from its home's network to the carrier's and back": {false, func(s *scene, c controlplane.Caller) {
			for i := range 40 {
				s.ask(at(c, 1+i%2*50, phone), "GET /v1/me", ok, time.Minute)
			}
		}},
		"a traveller uses a phone and a browser, before the flight and after": {false, func(s *scene, c controlplane.Caller) {
			for _, where := range []int{1, far} {
				for i := range 20 {
					s.ask(at(c, where, []uint64{phone, browser}[i%2]), "GET /v1/me", ok, 5*time.Minute)
				}
				s.at = s.at.Add(13 * time.Hour)
			}
		}},
		"a page beside the phone's application goes another way, in the same town": {false, func(s *scene, c controlplane.Caller) {
			for range 20 {
				s.ask(at(c, 1, phone), "GET /v1/me", ok, time.Minute)
				s.ask(at(c, 60, browser), "GET /v1/me", ok, time.Minute)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			tc.play(s, s.customer(1))
			if got := slices.Contains(s.told(), "token-travel"); got != tc.travels {
				t.Errorf("travels: %v; fired: %v", got, s.told())
			}
		})
	}
}
