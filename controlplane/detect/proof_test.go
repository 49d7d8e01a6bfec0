package detect_test

import (
	"slices"
	"testing"
	"time"

	"picket/controlplane"
)

const profile = "GET /v1/profiles/{id}" // which turns nobody away, so that no credential is proven by it

// TestASessionIsProvenByTheLoginBeforeIt plays a session that is stolen from a service that turns away nobody.
func TestASessionIsProvenByTheLoginBeforeIt(t *testing.T) {
	for name, proven := range map[string]bool{
		"somebody logged in at the address where the session is new": true,
		"nobody logged in there":                                     false,
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			for i := range 20 { // others, by whom programs and addresses are known
				s.customer(100 + i)
			}
			c := controlplane.Caller{Network: address(1), Session: 77_001, Credential: 77_001, Fingerprint: 11}
			if proven {
				s.ask(account(controlplane.Caller{Network: address(1), Fingerprint: 11}, 1), signIn, ok, time.Second)
			}
			for range 20 {
				s.ask(c, profile, ok, 10*time.Second, object(1))
				thief := c
				thief.Network, thief.Fingerprint = address(900), 99
				s.ask(thief, profile, ok, 10*time.Second, object(1))
			}
			if got := slices.Contains(s.told(), "token-replay"); got != proven {
				t.Errorf("fired: %v", s.told())
			}
		})
	}
}

// TestManyTokensAtOneAddressMayDoAsMuchAsAllOfThem plays a ward whose tokens no endpoint has proven.
func TestManyTokensAtOneAddressMayDoAsMuchAsAllOfThem(t *testing.T) {
	for name, tc := range map[string]struct {
		people int
		fires  bool
	}{
		"40 people read two strangers' records each": {40, false},
		"one reads 80": {1, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			for i := range 80 {
				c := controlplane.Caller{Network: address(1), Fingerprint: 5}
				c.Subject, c.Credential = uint64(i%tc.people)+400, uint64(i%tc.people)+900
				s.ask(c, person, ok, time.Second, s.random(), foreign)
			}
			if got := slices.Contains(s.told(), "object-foreign"); got != tc.fires {
				t.Errorf("fired: %v", s.told())
			}
		})
	}
}

// TestAKeyThatAnApplicationCarriesIsNotLeaked plays a key that always comes from new networks, and one that suddenly does.
func TestAKeyThatAnApplicationCarriesIsNotLeaked(t *testing.T) {
	for name, application := range map[string]bool{"an application's key": true, "a partner's key": false} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c := s.partner(1)
			for i := range 120 {
				if application || i >= 90 {
					c.Network, c.Fingerprint = address(100+i), uint64(i%8)
				}
				s.ask(c, "GET /v1/feed", ok, 2*time.Minute)
			}
			if got := slices.Contains(s.told(), "key-leak"); got == application {
				t.Errorf("fired: %v", s.told())
			}
		})
	}
}
