package detect_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"net/netip"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

// attack plays one and says whom it must be found about; the zero Value for nobody.
type attack func(*scene) controlplane.Value

const (
	record = "GET /v1/records/{id}"
	person = "GET /v1/persons/{id}" // whose path names the owner
	signIn = "POST /v1/login"

	giftCheck = "POST /v1/giftcards/check"
)

// attacks has one for each scenario of the pack.
func attacks() map[string]attack {
	return map[string]attack{
		"object-enumeration": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 60 {
				s.ask(c, record, ok, 100*time.Millisecond, s.counted())
			}
			return subject(c)
		},
		"object-enumeration-slow": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 160 {
				s.ask(c, record, ok, 2*time.Minute, s.counted())
			}
			return subject(c)
		},
		"object-enumeration-addresses": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for i := range 80 {
				c.Network = address(i % 8)
				s.ask(c, record, ok, 20*time.Second, s.counted())
			}
			return subject(c)
		},
		"object-enumeration-fleet": func(s *scene) controlplane.Value {
			for i := range 400 {
				s.ask(stranger(i%30), record, ok, 5*time.Second, s.counted())
			}
			return ip(stranger(3))
		},
		"object-foreign": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 15 {
				s.ask(c, person, ok, 10*time.Second, s.random(), foreign)
			}
			return subject(c)
		},
		"object-foreign-slow": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 60 {
				s.ask(c, person, ok, 10*time.Minute, s.random(), foreign)
			}
			return subject(c)
		},
		"object-guessing": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for i := range 50 {
				s.ask(c, record, []controlplane.Outcome{notFound, notFound, notFound, ok}[i%4], 5*time.Second, s.random())
			}
			return subject(c)
		},
		"object-guessing-slow": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 130 {
				s.ask(c, record, notFound, 2*time.Minute, s.random())
			}
			return subject(c)
		},
		"failed-logins": func(s *scene) controlplane.Value {
			for i := range 12 {
				s.ask(account(stranger(1), i), signIn, denied, time.Second)
			}
			return ip(stranger(1))
		},
		"credential-stuffing": func(s *scene) controlplane.Value {
			for i := range 20 {
				s.ask(account(stranger(1), i), signIn, denied, 2*time.Minute)
			}
			return ip(stranger(1))
		},
		"credential-stuffing-slow": func(s *scene) controlplane.Value {
			for i := range 25 {
				s.ask(account(stranger(1), i), signIn, denied, 45*time.Minute)
			}
			return ip(stranger(1))
		},
		"credential-stuffing-program": func(s *scene) controlplane.Value {
			for i := range 20 {
				s.customer(100 + i)
			}
			for i := range 20 {
				s.ask(account(stranger(i), i), signIn, denied, 10*time.Second)
			}
			return controlplane.Value{Facet: controlplane.FacetFingerprint, Hash: stranger(0).Fingerprint}
		},
		"credential-stuffing-spread": func(s *scene) controlplane.Value {
			for i := range 100 {
				c := stranger(i % 20)
				c.Fingerprint = 0
				s.ask(account(c, i), signIn, denied, 20*time.Second)
				s.ask(account(stranger(500+i), 500+i), signIn, ok, 0)
			}
			return ip(stranger(3))
		},
		"credential-stuffing-fingerprint": func(s *scene) controlplane.Value {
			for i := range 60 {
				s.ask(account(stranger(i%25), i), signIn, denied, 30*time.Second)
			}
			return ip(stranger(3))
		},
		"password-guessing": func(s *scene) controlplane.Value {
			for i := range 25 {
				s.ask(account(stranger(i), 1), signIn, denied, 10*time.Second)
			}
			return controlplane.Value{Facet: controlplane.FacetAccount, Hash: account(stranger(0), 1).Account}
		},
		"password-guessing-spread": func(s *scene) controlplane.Value {
			for i := range 60 {
				s.ask(account(stranger(i%8), 1), signIn, denied, 15*time.Minute)
			}
			return ip(stranger(3))
		},
		"otp-guessing": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 15 {
				s.ask(c, "POST /v1/otp/verify", badInput, 10*time.Second)
			}
			return subject(c)
		},
		"otp-guessing-spread": func(s *scene) controlplane.Value {
			for i := range 150 {
				s.ask(stranger(i%15), "POST /v1/otp/verify", denied, 15*time.Second)
			}
			return ip(stranger(3))
		},
		"account-enumeration": func(s *scene) controlplane.Value {
			for i := range 30 {
				s.ask(account(stranger(1), i), "POST /v1/password/reset", notFound, 5*time.Second)
			}
			return ip(stranger(1))
		},
		"reset-flood": func(s *scene) controlplane.Value {
			for i := range 70 {
				s.ask(account(stranger(1), i), "POST /v1/password/reset", ok, 30*time.Second)
			}
			return ip(stranger(1))
		},
		"registration-flood": func(s *scene) controlplane.Value {
			for i := range 120 {
				s.ask(account(stranger(1), i), "POST /v1/register", ok, 20*time.Second)
			}
			return ip(stranger(1))
		},
		"key-sharing": func(s *scene) controlplane.Value {
			c := s.partner(1)
			for i := range 15 {
				c.Network, c.Fingerprint = address(i), uint64(100+i)
				s.ask(c, "GET /v1/feed", ok, time.Minute)
			}
			return apiKey(c)
		},
		"key-leak": func(s *scene) controlplane.Value {
			c := s.partner(1)
			for range 10 {
				s.ask(c, "GET /v1/feed", ok, 10*time.Minute)
			}
			for i := range 30 {
				c.Network, c.Fingerprint = address(100+i), uint64(100+i%7)
				s.ask(c, "GET /v1/feed", ok, time.Minute)
			}
			return c.IP()
		},
		"token-replay": func(s *scene) controlplane.Value {
			for i := range 10 {
				s.customer(100 + i)
			}
			c := s.customer(1)
			thief := c
			thief.Network, thief.Fingerprint = address(700), 77
			for range 4 {
				s.ask(thief, "GET /v1/me", ok, 10*time.Second)
				s.ask(c, "GET /v1/me", ok, 10*time.Second)
			}
			return thief.IP()
		},
		"token-travel": func(s *scene) controlplane.Value {
			c := s.customer(1)
			thief := c
			thief.Network, thief.Fingerprint = address(far), 77
			for range 2 {
				s.ask(thief, "GET /v1/me", ok, 10*time.Minute)
				s.ask(c, "GET /v1/me", ok, 10*time.Minute)
			}
			return subject(c)
		},
		"token-many-networks": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for i := range 15 {
				c.Network = address(i)
				s.ask(c, "GET /v1/me", ok, 10*time.Second)
			}
			return subject(c)
		},
		"token-tampering": func(s *scene) controlplane.Value {
			for range 3 {
				s.find(stranger(1), "token", 1, 0, time.Second)
			}
			return ip(stranger(1))
		},
		"token-guessing": func(s *scene) controlplane.Value {
			c := stranger(1)
			for i := range 60 {
				c.Subject, c.Credential = uint64(i+1), uint64(i+1)*1_000_003
				s.ask(c, "GET /v1/me", denied, 5*time.Second)
			}
			return ip(c)
		},
		"endpoint-scan": func(s *scene) controlplane.Value {
			for i := range 30 {
				s.ask(stranger(1), "GET /{}/"+string(rune('a'+i)), notFound, time.Second)
			}
			return ip(stranger(1))
		},
		"endpoint-scan-slow": func(s *scene) controlplane.Value {
			for i := range 60 {
				s.ask(stranger(1), "GET /{}/"+string(rune('a'+i)), notFound, 5*time.Minute)
			}
			return ip(stranger(1))
		},
		"method-probing": func(s *scene) controlplane.Value {
			for i := range 16 {
				s.ask(stranger(1), "DELETE /{}/"+string(rune('a'+i)), badInput, 10*time.Second)
			}
			return ip(stranger(1))
		},
		"decoy-call": func(s *scene) controlplane.Value {
			s.ask(stranger(1), "GET /v1/debug/config", ok, time.Second)
			s.ask(stranger(1), "GET /v1/debug/config", ok, time.Second)
			return ip(stranger(1))
		},
		"exploit-paths": func(s *scene) controlplane.Value {
			for _, p := range []string{"GET /.env", "GET /.git/config", "GET /wp-login.php"} {
				s.ask(stranger(1), p, notFound, time.Second)
			}
			return ip(stranger(1))
		},
		"undocumented-endpoint": func(s *scene) controlplane.Value {
			for range 25 {
				s.ask(stranger(1), "GET /v1/forgotten", ok, time.Minute)
			}
			return controlplane.Value{}
		},
		"deprecated-endpoint": func(s *scene) controlplane.Value {
			c := s.partner(1)
			for range 15 {
				s.ask(c, "GET /v0/records/{id}", ok, time.Minute, object(3))
			}
			return controlplane.Value{}
		},
		"unauthenticated-access": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 20 {
				s.ask(c, "GET /v1/me", ok, time.Minute)
			}
			for range 3 {
				s.ask(stranger(2), "GET /v1/me", ok, time.Second)
			}
			return controlplane.Value{}
		},
		"unauthenticated-records": func(s *scene) controlplane.Value {
			c := s.partner(1)
			for range 30 {
				s.ask(c, "GET /v1/export/{id}", ok, time.Minute, s.random())
			}
			for range 12 {
				s.ask(stranger(2), "GET /v1/export/{id}", ok, 10*time.Second, s.random())
			}
			return ip(stranger(2))
		},
		"sensitive-endpoint-open": func(s *scene) controlplane.Value {
			for range 6 {
				s.ask(stranger(1), "GET /v1/admin/users", ok, time.Second)
			}
			return controlplane.Value{}
		},
		"scraping": func(s *scene) controlplane.Value {
			s.shoppers(20)
			for range 1500 {
				s.ask(stranger(1), "GET /v1/products/{id}", ok, 300*time.Millisecond, s.counted())
			}
			return ip(stranger(1))
		},
		"search-scraping": func(s *scene) controlplane.Value {
			for i := range 20 {
				s.ask(stranger(100+i), "GET /v1/search", ok, 0)
			}
			c := s.customer(1)
			for range 700 {
				s.ask(c, "GET /v1/search", ok, 4*time.Second)
			}
			return subject(c)
		},
		"exhaustion-requests": func(s *scene) controlplane.Value {
			for i := range 20 {
				s.ask(s.customer(100+i), "GET /v1/report", ok, 0)
			}
			c := s.customer(1)
			for range 50 {
				s.ask(c, "GET /v1/report", ok, time.Second, times(100))
			}
			return subject(c)
		},
		"exhaustion-bytes": func(s *scene) controlplane.Value {
			for i := range 20 {
				s.ask(s.customer(100+i), "GET /v1/report", ok, 0)
			}
			c := s.customer(1)
			for range 40 {
				s.ask(c, "GET /v1/report", ok, 10*time.Second, func(r *controlplane.Rollup) { r.ResponseBytes = 100_000_000 })
			}
			return subject(c)
		},
		"exhaustion-time": func(s *scene) controlplane.Value {
			for i := range 20 {
				s.ask(s.customer(100+i), "GET /v1/report", ok, 0)
			}
			c := s.customer(1)
			slow := func(r *controlplane.Rollup) {
				r.Requests, r.Latency = 20, []uint32{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20}
			}
			for range 30 {
				s.ask(c, "GET /v1/report", ok, time.Second, slow)
			}
			return subject(c)
		},
		"card-testing": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 20 {
				s.ask(c, "POST /v1/payments", badInput, 10*time.Second)
			}
			return subject(c)
		},
		"admin-probing": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for i := range 8 {
				s.ask(c, "GET /v1/admin/"+string(rune('a'+i)), denied, 10*time.Second)
			}
			return subject(c)
		},
		"admin-first-use": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 5 {
				s.ask(c, "GET /v1/me", ok, 10*time.Minute)
			}
			s.ask(c, "GET /v1/admin/users", ok, time.Second)
			return subject(c)
		},
		"admin-newcomer": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 5 {
				s.ask(c, "GET /v1/me", ok, 10*time.Minute)
			}
			for range 10 {
				s.ask(c, "GET /v1/admin/users/{id}", ok, 15*time.Second, s.random())
			}
			return subject(c)
		},
		"sim-swap-burst": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 8 {
				s.ask(c, "POST /v1/lines/{id}/sim-swap", ok, 30*time.Second, s.random())
			}
			return subject(c)
		},
		"sim-swap-many": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 12 {
				s.ask(c, "POST /v1/lines/{id}/sim-swap", ok, 2*time.Minute, s.random())
			}
			return subject(c)
		},
		"sim-swap-after-reset": func(s *scene) controlplane.Value {
			var c controlplane.Caller
			for i := range 3 {
				c = s.customer(i)
				c.Network, c.Fingerprint = address(50), 77
				s.ask(account(stranger(50), i), "POST /v1/password/reset", ok, time.Minute)
				s.ask(c, "POST /v1/lines/{id}/sim-swap", ok, 3*time.Minute, s.random())
			}
			return c.IP()
		},
		"skipped-step": func(s *scene) controlplane.Value {
			for i := range 60 {
				c := s.customer(100 + i)
				s.ask(c, "POST /v1/otp/verify", ok, 10*time.Second)
				s.ask(c, "POST /v1/payments", ok, 10*time.Second)
			}
			c := s.customer(1)
			for range 3 {
				s.ask(c, "POST /v1/payments", ok, time.Second)
			}
			return subject(c)
		},
		"injection-attempts": func(s *scene) controlplane.Value {
			for i := range 8 {
				s.find(stranger(1), []string{"sqli", "xss", "cmdi"}[i%3], 1, 0, 10*time.Second)
			}
			return ip(stranger(1))
		},
		"injection-worked": func(s *scene) controlplane.Value {
			s.find(stranger(1), "leak", 1, 77, time.Second)
			return ip(stranger(1))
		},
		"scanner-tool": func(s *scene) controlplane.Value {
			s.find(stranger(1), "scanner", 12, 0, time.Second)
			return ip(stranger(1))
		},
		"scanner-targets": func(s *scene) controlplane.Value {
			for i := range 6 {
				s.findAt(stranger(1), "GET /{}/"+string(rune('a'+i)), "scanner", "path")
			}
			return ip(stranger(1))
		},
		"personal-data": func(s *scene) controlplane.Value {
			for i := range 10 {
				s.personal(s.customer(100+i), 1, time.Second)
			}
			c := s.customer(1)
			for range 20 {
				s.personal(c, 200, 10*time.Second)
			}
			return subject(c)
		},
		"request-smuggling": func(s *scene) controlplane.Value {
			s.find(stranger(1), "oddity", 12, 0, time.Second)
			return ip(stranger(1))
		},
	}
}

// shoppers look at products, each at a few.
func (s *scene) shoppers(n int) {
	for i := range n {
		for range 3 {
			s.ask(stranger(1000+i), "GET /v1/products/{id}", ok, 0, s.random())
		}
	}
}

func TestEveryScenarioOfThePackFindsItsAttack(t *testing.T) {
	all := attacks()
	maps.Copy(all, attacksOfMany())
	maps.Copy(all, attacksOfBusiness())
	maps.Copy(all, attacksLearned())
	for _, d := range scenario.Defaults() {
		t.Run(d.Name, func(t *testing.T) {
			play := all[d.Name]
			if play == nil {
				t.Fatal("there is no attack for this scenario")
			}
			s := newScene(t)
			want := play(s)
			for _, got := range s.about(d.Name) {
				if cmp.Equal(want, got, cmpopts.EquateComparable(netip.Prefix{})) {
					return
				}
			}
			t.Errorf("want it about %v, got it about %v; fired: %v", want, s.about(d.Name), s.told())
		})
	}
}
