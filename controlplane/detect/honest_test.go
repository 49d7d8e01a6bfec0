package detect_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

// honest is a timeline in which nobody attacks, and the scenarios that it comes close to.
type honest struct {
	name string
	near string
	play func(*scene)
}

func honests() []honest {
	return []honest{
		{"an agent reads one customer after another, all day", "object-enumeration object-enumeration-slow", func(s *scene) {
			c := s.customer(1)
			for range 400 {
				s.ask(c, record, ok, 3*time.Minute, s.random())
			}
		}},
		{"an office of hundreds reads records behind one address", "object-enumeration", func(s *scene) {
			for range 150 {
				s.ask(stranger(1), record, ok, 300*time.Millisecond, s.random())
			}
		}},
		{"somebody on a train reads his own records from network to network", "object-enumeration-addresses token-many-networks token-replay", func(s *scene) {
			c := s.customer(1)
			for i := range 60 {
				c.Network = address(i / 6)
				s.ask(c, record, ok, 30*time.Second, object(uint64(i%12)))
			}
		}},
		{"a crawler reads a catalogue page by page", "object-enumeration-fleet object-enumeration-slow scraping", func(s *scene) {
			s.shoppers(20)
			for range 900 {
				s.ask(stranger(1), "GET /v1/products/{id}", ok, 4*time.Second, s.counted())
			}
		}},
		{"a family shares an account, whose children's records are theirs too", "object-foreign", func(s *scene) {
			c := s.customer(1)
			for i := range 60 {
				s.ask(c, person, ok, 20*time.Second, object(uint64(i%4)), foreign)
			}
		}},
		{"an application asks for records that were deleted meanwhile", "object-guessing object-guessing-slow", func(s *scene) {
			c := s.customer(1)
			for i := range 300 {
				s.ask(c, record, []controlplane.Outcome{ok, ok, notFound}[i%3], time.Minute, object(uint64(i%60)))
			}
		}},
		{"somebody mistypes a password four times", "failed-logins", func(s *scene) {
			for range 4 {
				s.ask(account(stranger(1), 1), signIn, denied, 5*time.Second)
			}
			s.ask(account(stranger(1), 1), signIn, ok, time.Second)
		}},
		{"a university logs in behind one address when the semester begins", "credential-stuffing credential-stuffing-slow account-enumeration registration-flood", func(s *scene) {
			for i := range 200 {
				c := account(stranger(1), i)
				if i%3 == 0 {
					s.ask(c, signIn, denied, 3*time.Second)
				}
				s.ask(c, signIn, ok, 5*time.Second)
				if i%4 == 0 {
					s.ask(c, "POST /v1/register", ok, 5*time.Second)
				}
			}
		}},
		{"a broken login refuses everybody for minutes", "credential-stuffing-spread credential-stuffing-fingerprint", func(s *scene) {
			for i := range 300 {
				c := stranger(i)
				c.Fingerprint = uint64(100 + i%40)
				s.ask(account(c, i), signIn, denied, time.Second)
			}
		}},
		{"a new release cannot log in: each user tries twice", "credential-stuffing-program", func(s *scene) {
			for i := range 20 {
				s.customer(500 + i)
			}
			for i := range 60 {
				for range 2 {
					s.ask(account(stranger(i), i), signIn, denied, 5*time.Second)
				}
			}
		}},
		{"an adviser reads the records of 30 clients, again and again", "object-foreign-slow", func(s *scene) {
			c := s.customer(1)
			for i := range 200 {
				s.ask(c, person, ok, 10*time.Minute, object(uint64(i%30)), foreign)
			}
		}},
		{"somebody flies from Berlin to Tokyo, with a phone and a computer", "token-travel token-replay", func(s *scene) {
			c := s.customer(1)
			for _, where := range []int{1, far} {
				for i := range 40 {
					c.Network, c.Fingerprint = address(where), uint64(100+i%2)
					s.ask(c, "GET /v1/me", ok, 5*time.Minute)
				}
				s.at = s.at.Add(14 * time.Hour)
			}
		}},
		{"three exports were sent to somebody as links", "unauthenticated-records", func(s *scene) {
			c := s.partner(1)
			for range 30 {
				s.ask(c, "GET /v1/export/{id}", ok, time.Minute, s.random())
			}
			for range 3 {
				s.ask(stranger(2), "GET /v1/export/{id}", ok, time.Minute, s.random())
			}
		}},
		{"a watcher asks for one well-known page, again and again", "scanner-targets", func(s *scene) {
			for range 100 {
				s.findAt(stranger(1), "GET /server-status", "scanner", "path")
				s.at = s.at.Add(20 * time.Second)
			}
		}},
		{"a personnel department pages through its directory", "personal-data", func(s *scene) {
			for i := range 10 {
				s.personal(s.customer(100+i), 1, time.Second)
			}
			for range 8 {
				s.personal(s.customer(1), 200, 30*time.Second)
			}
		}},
		{"an application tries a password that was changed, again and again", "password-guessing password-guessing-spread", func(s *scene) {
			for range 250 {
				s.ask(account(stranger(1), 1), signIn, denied, 5*time.Minute)
			}
		}},
		{"people mistype their one-time codes", "otp-guessing otp-guessing-spread", func(s *scene) {
			for i := range 300 {
				c := stranger(i % 100)
				if i%3 == 0 {
					s.ask(c, "POST /v1/otp/verify", denied, 5*time.Second)
				}
				s.ask(c, "POST /v1/otp/verify", ok, 5*time.Second)
			}
		}},
		{"an office resets its passwords after the holidays", "reset-flood account-enumeration", func(s *scene) {
			for i := range 50 {
				s.ask(account(stranger(1), i), "POST /v1/password/reset", []controlplane.Outcome{ok, ok, ok, notFound}[i%4], 40*time.Second)
			}
		}},
		{"a partner's key is on many servers in many regions", "key-sharing key-leak", func(s *scene) {
			c := s.partner(1)
			for i := range 300 {
				c.Network, c.Fingerprint = address(i%30), uint64(100+i%3)
				s.ask(c, "GET /v1/feed", ok, 2*time.Minute)
			}
		}},
		{"an app's key is in all its users' hands, each with a token", "key-sharing key-leak", func(s *scene) {
			c := s.partner(1)
			for i := range 300 {
				c.Network, c.Fingerprint = address(i), uint64(100+i)
				c.Subject, c.Credential = uint64(i+1), uint64(i+1)*1_000_003
				s.ask(c, "GET /v1/feed", ok, time.Minute)
			}
		}},
		{"an outage logs out a fleet behind one gateway", "token-guessing token-tampering", func(s *scene) {
			for i := range 100 {
				c := stranger(1)
				c.Subject, c.Credential = uint64(i+1), uint64(i+1)*1_000_003
				s.ask(c, "GET /v1/me", denied, time.Second)
				s.ask(c, "GET /v1/me", denied, time.Second)
				c.Credential++
				s.ask(c, "GET /v1/me", ok, time.Second)
			}
			s.find(stranger(1), "token", 2, 0, time.Second)
		}},
		{"a single-page application asks for diverse paths, some of which are gone", "endpoint-scan endpoint-scan-slow", func(s *scene) {
			c := s.customer(1)
			for i := range 400 {
				name := "GET /v1/app/" + string(rune('a'+i%26)) + string(rune('a'+i/26))
				s.ask(c, name, []controlplane.Outcome{ok, notFound}[i%2], time.Second)
			}
		}},
		{"a client cleans up what is already gone", "method-probing", func(s *scene) {
			c := s.customer(1)
			for i := range 60 {
				s.ask(c, "DELETE /v1/cache/{id}", []controlplane.Outcome{ok, notFound}[i%2], 3*time.Second, s.random())
			}
		}},
		{"a browser fetches a decoy's link once, and a favicon", "decoy-call exploit-paths", func(s *scene) {
			s.ask(stranger(1), "GET /v1/debug/config", ok, time.Second)
			s.ask(stranger(1), "GET /favicon.ico", notFound, time.Second)
			s.ask(stranger(1), "GET /.env", notFound, time.Second)
		}},
		{"somebody tries a new endpoint and an old one a few times", "undocumented-endpoint deprecated-endpoint", func(s *scene) {
			c := s.customer(1)
			for range 10 {
				s.ask(c, "GET /v1/new", ok, 10*time.Minute)
				s.ask(c, "GET /v0/records/{id}", ok, 10*time.Minute, object(1))
			}
		}},
		{"health checks, and a login page, ask for no credentials", "unauthenticated-access sensitive-endpoint-open", func(s *scene) {
			s.customer(1)
			for range 500 {
				s.ask(stranger(2), "GET /healthz", ok, 5*time.Second)
				s.ask(stranger(3), "GET /v1/admin/users", denied, 0)
			}
		}},
		{"a partner exports what it is paid for, hour by hour", "search-scraping exhaustion-bytes", func(s *scene) {
			c := s.partner(1)
			for range 48 {
				for range 20 {
					s.ask(c, "GET /v1/export/{id}", ok, time.Second, s.random(), func(r *controlplane.Rollup) { r.ResponseBytes = 20_000_000 })
				}
				s.at = s.at.Add(time.Hour)
			}
		}},
		{"everybody comes at once to a sale", "exhaustion-requests exhaustion-time scraping", func(s *scene) {
			for range 60 {
				for i := range 60 {
					s.ask(stranger(i), "GET /v1/products/{id}", ok, 0, times(40), object(uint64(i%5)))
				}
				s.at = s.at.Add(time.Second)
			}
		}},
		{"a card is refused, and another one, and then one works", "card-testing", func(s *scene) {
			c := s.customer(1)
			for range 5 {
				s.ask(c, "POST /v1/payments", badInput, 20*time.Second)
			}
			s.ask(c, "POST /v1/payments", ok, time.Second)
		}},
		{"an application shows a menu whose widgets are for administrators", "admin-probing admin-first-use admin-newcomer", func(s *scene) {
			c := s.customer(1)
			for i := range 60 {
				s.ask(c, "GET /v1/admin/"+string(rune('a'+i%3)), denied, time.Minute)
			}
			admin := s.customer(2)
			for range 100 {
				s.ask(admin, "GET /v1/admin/users", ok, 10*time.Minute)
				for range 10 {
					s.ask(admin, "GET /v1/admin/users/{id}", ok, time.Second, s.random())
				}
			}
		}},
		{"a shop changes SIM cards all day", "sim-swap-many sim-swap-burst", func(s *scene) {
			c := s.customer(1)
			for range 40 {
				s.ask(c, "POST /v1/lines/{id}/sim-swap", ok, 12*time.Minute, s.random())
			}
		}},
		{"somebody lost his phone: a new password, and a new SIM card", "sim-swap-after-reset", func(s *scene) {
			c := s.customer(1)
			s.ask(account(controlplane.Caller{Network: c.Network}, 1), "POST /v1/password/reset", ok, time.Minute)
			s.ask(c, "POST /v1/lines/{id}/sim-swap", ok, time.Minute, s.random())
		}},
		{"payments need no code for small sums", "skipped-step", func(s *scene) {
			for i := range 100 {
				c := s.customer(i)
				if i%2 == 0 {
					s.ask(c, "POST /v1/otp/verify", ok, 10*time.Second)
				}
				s.ask(c, "POST /v1/payments", ok, 10*time.Second)
			}
		}},
		{"a developer writes about SQL, and the service shows an error now and then", "injection-attempts injection-worked scanner-tool request-smuggling error-leak", func(s *scene) {
			c := s.customer(1)
			for i := range 20 {
				s.find(c, "sqli", 1, 0, 5*time.Minute)
				if i%6 == 0 {
					s.find(c, "leak", 1, 0, 5*time.Minute)
				}
				s.find(c, "scanner", 1, 0, 5*time.Minute)
				s.find(c, "oddity", 1, 0, 5*time.Minute)
			}
		}},
		{"one payment in ten is refused twice, and then goes through", "card-testing-spread", func(s *scene) {
			for i := range 200 {
				c := s.known(i)
				for range 2 * (i % 10 / 9) {
					s.ask(c, "POST /v1/payments", badInput, 5*time.Second)
				}
				s.ask(c, "POST /v1/payments", ok, 10*time.Second)
			}
		}},
		{"forty people mistype the code of a gift card twice", "code-guessing", func(s *scene) {
			for i := range 40 {
				for _, o := range []controlplane.Outcome{notFound, notFound, ok} {
					s.ask(stranger(i), giftCheck, o, 15*time.Second)
				}
			}
		}},
		{"somebody waits for a code and asks for it six times", "otp-flood", func(s *scene) {
			for i := range 30 {
				for range 6 {
					s.ask(account(stranger(i), i), "POST /v1/otp/send", ok, 20*time.Second)
				}
			}
		}},
		{"a mail has two hundred customers reset their passwords, and some have forgotten with which address", "account-enumeration-spread account-enumeration-slow", func(s *scene) {
			for i := range 200 {
				for k := range 3 * (i % 6 / 5) {
					s.ask(account(stranger(i), 1000+i*3+k), "POST /v1/password/reset", notFound, 2*time.Second)
				}
				s.ask(account(stranger(i), i), "POST /v1/password/reset", ok, 5*time.Second)
			}
		}},
		{"members and visitors browse what is for all", "records-open object-hoarding", func(s *scene) {
			for k := range 90 {
				for i := range 12 {
					s.ask(s.known(i), "GET /v1/pictures/{id}", ok, time.Second, s.random())
				}
				s.ask(stranger(k), "GET /v1/pictures/{id}", ok, time.Second, s.random())
			}
		}},
		{"each page shows the shop's own address", "personal-data-open", func(s *scene) {
			for i := range 200 {
				s.personal(stranger(i), 1, time.Second)
			}
		}},
		{"a partner tries a new system on two machines beside the old one", "key-elsewhere", func(s *scene) {
			c := s.partner(1)
			fresh := c
			fresh.Fingerprint = 99
			for i := range 60 {
				s.ask(c, "GET /v1/feed", ok, 5*time.Minute)
				if fresh.Network = address(500 + i%2); i > 20 {
					s.ask(fresh, "GET /v1/feed", ok, time.Minute)
				}
			}
		}},
		{"a page asks for twelve records that its user may not see, each time it is opened", "object-refused", func(s *scene) {
			c := s.customer(1)
			for i := range 120 {
				s.ask(c, record, denied, time.Second, object(uint64(i%12)))
			}
		}},
		{"a new version of a partner's program brings two fields, which eight of its first requests bring as new", "mass-assignment", func(s *scene) {
			c := s.customer(1)
			for range 8 {
				s.ask(c, "POST /v1/register", ok, time.Minute, newField)
			}
			for range 200 {
				s.ask(c, "POST /v1/register", ok, time.Minute)
			}
		}},
		{"an application's users look at the same offers without logging in", "scraping-program", func(s *scene) {
			for i := range 20 {
				s.customer(i)
			}
			for range 1000 {
				s.ask(stranger(100+s.rng.IntN(50)), "GET /v1/products/{id}", ok, 3*time.Second, object(s.rng.Uint64N(500)))
			}
		}},
		{"a search engine reads a catalogue from eight addresses", "scraping-fleet", func(s *scene) {
			s.shoppers(30)
			for i := range 8 * 60 {
				s.ask(stranger(i%8), "GET /v1/products/{id}", ok, 8*time.Second, s.counted())
			}
		}},
		{"thirty people look at lists, and at products of theirs", "scraping-fleet", func(s *scene) {
			for i := range 30 * 30 {
				s.ask(stranger(i%30), "GET /v1/products/{id}", ok, time.Second, s.random())
				if i/30%4 == 0 {
					s.ask(stranger(i%30), "GET /v1/declared/1", ok, time.Second)
				}
			}
		}},
		{"somebody goes through 25 of his own that follow one another at once, and through 50 at leisure", "object-counting", func(s *scene) {
			for i := range 10 {
				s.ask(s.customer(100+i), record, ok, time.Second, s.random())
			}
			for range 25 {
				s.ask(s.customer(1), record, ok, 300*time.Millisecond, s.counted())
			}
			for range 50 {
				s.ask(s.customer(2), record, ok, 10*time.Second, s.counted())
			}
		}},
		{"a bookkeeping program, whose token no login gave out, reads 300 records at once", "object-enumeration object-counting object-hoarding", func(s *scene) {
			s.comers(30)
			c := s.customer(900)
			for i := range 300 {
				s.ask(c, record, ok, 400*time.Millisecond, object(uint64(50_000+i)))
			}
		}},
		{"somebody hides behind ever other addresses, and reads his own records", "object-networks token-many-networks", func(s *scene) {
			c := s.customer(1)
			for i := range 60 {
				c.Network = address(i % 10)
				s.ask(c, record, ok, 8*time.Second, object(uint64(i%9)))
			}
		}},
		{"who administers a tenant uses the application, too", "admin-customer", func(s *scene) {
			c := s.people(40)
			for i := range 30 {
				s.ask(c, "GET /v1/admin/users", ok, 10*time.Second)
				s.ask(c, "GET /v1/admin/users/{id}", ok, 20*time.Second, object(uint64(i%8)))
			}
		}},
		{"A/B polling goes on in every tab", "exhaustion-requests", func(s *scene) {
			for range 600 {
				for i := range 10 {
					s.ask(s.known(i), "GET /v1/flags", ok, 0, times(5))
				}
				s.at = s.at.Add(5 * time.Second)
			}
		}},
	}
}

// known is a customer whose credential was shown to be good before.
func (s *scene) known(n int) controlplane.Caller {
	return controlplane.Caller{Network: address(n), Subject: uint64(n)*3 + 5_000_003, Credential: uint64(n)*7 + 9_000_011, Fingerprint: uint64(n) + 1_000_000}
}

func TestNothingFiresWhereNobodyAttacks(t *testing.T) {
	for _, h := range slices.Concat(honests(), honestBusiness(), honestLearned()) {
		t.Run(h.name, func(t *testing.T) {
			s := newScene(t)
			h.play(s)
			if fired := s.told(); len(fired) > 0 {
				t.Errorf("fired: %v", fired)
			}
		})
	}
}

func TestEveryScenarioHasAnHonestLookAlike(t *testing.T) {
	near := map[string]bool{}
	for _, h := range slices.Concat(honests(), honestBusiness(), honestLearned()) {
		for _, n := range strings.Fields(h.near) {
			near[n] = true
		}
	}
	for _, d := range scenario.Defaults() {
		if !near[d.Name] {
			t.Errorf("%s has none", d.Name)
		}
		delete(near, d.Name)
	}
	for n := range near {
		t.Errorf("%s is no scenario", n)
	}
}
