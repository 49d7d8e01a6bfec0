package simulate

import (
	"testing"
	"time"
)

// tenantsAtWork has 60 people of 30 tenants work for two hours; each opens what is his tenant's.
func tenantsAtWork(s *Scene) *firm {
	f := s.settle(teams())
	for n := range 60 {
		p := s.someone(f, n/2*25+n%2)
		p.sometime(2 * time.Minute)
		p.come(0)
		p.stay(2*time.Hour, 4*time.Minute)
	}
	return f
}

// hopper is a member of one tenant who goes through the members of 80 others, in less than a minute.
func hopper(s *Scene) {
	p := s.insider(tenantsAtWork(s), 1500)
	p.wait(time.Hour)
	p.come(0)
	for t := range 80 {
		p.ask("GET", "/t/"+slug(t)+"/members?limit=50")
		p.pause(600 * time.Millisecond)
	}
}

// consultant works for 12 tenants, in all of which she is a member as far as the service knows.
func consultant(s *Scene) {
	f := tenantsAtWork(s)
	p := s.someone(f, 1500)
	p.wait(time.Hour)
	p.come(0)
	for i := range 120 {
		t := i % 12
		p.ask("GET", "/t/"+slug(t)+"/members?limit=50")
		p.pause(30 * time.Second)
	}
}

// teamsUndeclared is a policy that says nothing of tenants.
const teamsUndeclared = `picket: v1
mode: enforce
identity: {fingerprint: {filter_state: picket.ja4}}
endpoints: [{match: "POST /login", purpose: login, account: login, failure: {field: {success: "false"}}}]
`

func TestWhoGoesThroughTenantsIsSeenOnceTheirNamesAreLearned(t *testing.T) {
	for name, c := range map[string]struct {
		play    func(*Scene)
		policy  string
		stopped bool
	}{
		"learned":                          {hopper, teamsUndeclared, true},
		"nothing is learned":               {hopper, teamsUndeclared + "objects: {learned: false}\n", false},
		"who works for a few tenants only": {consultant, teamsUndeclared, false},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Play(t.Context(), &Timeline{Name: name, Workers: 4, Play: c.play}, Options{Policy: c.policy})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range r.Fired {
				t.Logf("fired %s (%d times) after %d requests and %v", f.Scenario, f.Times, f.Requests, f.After)
			}
			a := r.Attackers()
			t.Logf("attacker: %d requests, %d stopped, %d leaked", a.Requests, a.Stopped(), a.Leaked)
			if got := a.Stopped() > 0; got != c.stopped {
				t.Errorf("stopped: %v, want %v", got, c.stopped)
			}
			if hit := r.HonestHit(); len(hit) > 0 {
				t.Errorf("%s and %d others were hit: %v", hit[0].Actor, len(hit)-1, hit[0].Detected)
			}
		})
	}
}
