package simulate

import (
	"fmt"
	"testing"
	"time"
)

// TestGuessingOneAccountDoesNotLockItsOwnerOut has 15 addresses guess the password of one customer, who logs in at home before
// and meanwhile, and once from elsewhere.
func TestGuessingOneAccountDoesNotLockItsOwnerOut(t *testing.T) {
	const victim = 777
	play := func(s *Scene) {
		s.town(50, 10, 5*time.Minute)
		owner := s.actor("owner", false, home(victim))
		owner.login(accountOf(victim), passwordOf(victim))
		owner.wait(6 * time.Minute)
		owner.login(accountOf(victim), "mistyped")
		owner.wait(5 * time.Second)
		owner.login(accountOf(victim), passwordOf(victim))
		travelling := s.actor("owner elsewhere", false, at(homes, 999))
		travelling.wait(6 * time.Minute)
		travelling.login(accountOf(victim), passwordOf(victim))
		for k := range 15 {
			a := s.actor(fmt.Sprintf("guesser %d", k), true, at(homes, k))
			a.wait(time.Minute + time.Duration(k)*3*time.Second)
			for i := range 50 {
				a.login(accountOf(victim), fmt.Sprintf("summer%d-%d", k, i))
				a.wait(8 * time.Second)
			}
		}
	}
	r, err := Play(t.Context(), &Timeline{Name: "guessing", Fires: []string{"password-guessing"}, Play: play}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Errorf("missing %v, %d honest callers hit", r.Missing(), len(r.HonestHit()))
	}
	a := r.Attackers()
	if a.Throttled == 0 || 10*a.Stopped() < 8*a.Requests {
		t.Errorf("%d of %d guesses were throttled, %d denied", a.Throttled, a.Requests, a.Denied)
	}
	t.Logf("%d guesses, %d throttled, %d denied", a.Requests, a.Throttled, a.Denied)
	for _, d := range r.Decisions {
		if d.Facet == "account" && d.Action != "throttle" {
			t.Errorf("decided %+v", d)
		}
	}
}
