package detect_test

import (
	"time"

	"picket/controlplane"
)

// attacksOfMany has one for each scenario about many who do a little each, or about one whom only what others do gives away.
func attacksOfMany() map[string]attack {
	return map[string]attack{
		"card-testing-spread": func(s *scene) controlplane.Value {
			for i := range 90 {
				s.ask(s.known(i%12), "GET /v1/me", ok, 0)
				s.ask(stranger(i%12), "POST /v1/payments", badInput, 20*time.Second)
			}
			return ip(stranger(3))
		},
		"code-guessing": func(s *scene) controlplane.Value {
			s.ask(s.customer(1), giftCheck, ok, time.Second)
			for i := range 100 {
				s.ask(stranger(i%10), giftCheck, notFound, 10*time.Second)
			}
			return ip(stranger(3))
		},
		"otp-flood": func(s *scene) controlplane.Value {
			for range 20 {
				s.ask(account(stranger(1), 7), "POST /v1/otp/send", ok, time.Minute)
			}
			return ip(stranger(1))
		},
		"account-enumeration-slow": func(s *scene) controlplane.Value {
			for i := range 40 {
				s.ask(account(stranger(1), i), "POST /v1/register", []controlplane.Outcome{ok, badInput}[i%2], time.Minute)
			}
			return ip(stranger(1))
		},
		"account-enumeration-spread": func(s *scene) controlplane.Value {
			for i := range 80 {
				s.ask(account(stranger(i%12), i), "POST /v1/password/reset", []controlplane.Outcome{notFound, notFound, ok}[i%3], 20*time.Second)
			}
			return ip(stranger(1))
		},
		"records-open": func(s *scene) controlplane.Value {
			for i := range 30 {
				s.ask(s.known(i), "GET /v1/claims/{id}", ok, time.Second, object(uint64(i)))
				s.ask(s.known(i), "GET /v1/claims/{id}", ok, time.Second, object(uint64(i)))
			}
			for i := range 6 {
				s.ask(stranger(i), "GET /v1/claims/{id}", ok, time.Minute, object(uint64(i)))
			}
			return controlplane.Value{}
		},
		"error-leak": func(s *scene) controlplane.Value {
			s.find(stranger(1), "leak", 3, 0, time.Second)
			return controlplane.Value{}
		},
		"personal-data-open": func(s *scene) controlplane.Value {
			for i := range 10 {
				s.personal(stranger(i), 20, time.Second)
			}
			return controlplane.Value{}
		},
		"key-elsewhere": func(s *scene) controlplane.Value {
			c := s.partner(1)
			for range 10 {
				s.ask(c, "GET /v1/feed", ok, 10*time.Minute)
			}
			thief := c
			thief.Fingerprint = 99
			for i := range 20 {
				thief.Network = address(500 + i%6)
				s.ask(thief, "GET /v1/feed", ok, 30*time.Second)
				s.ask(c, "GET /v1/feed", ok, 30*time.Second)
			}
			return controlplane.Value{Facet: controlplane.FacetIP, Network: address(503)}
		},
		"object-hoarding": func(s *scene) controlplane.Value {
			for i := range 12 {
				for range 3 {
					s.ask(s.customer(100+i), record, ok, 0, object(uint64(i)))
				}
			}
			c := s.customer(1)
			for range 80 {
				s.ask(c, record, ok, time.Minute, s.random())
			}
			return subject(c)
		},
		"object-refused": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 40 {
				s.ask(c, record, denied, 10*time.Second, s.random())
			}
			return subject(c)
		},
		"mass-assignment": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 14 {
				s.ask(c, "POST /v1/register", ok, 5*time.Second, newField)
			}
			return subject(c)
		},
		"scraping-fleet": func(s *scene) controlplane.Value {
			s.shoppers(30)
			for i := range 25 * 35 {
				s.ask(stranger(i%25), "GET /v1/products/{id}", ok, 8*time.Second, s.counted())
			}
			return ip(stranger(3))
		},
		"object-counting": func(s *scene) controlplane.Value {
			for i := range 10 {
				s.ask(s.customer(100+i), record, ok, time.Second, s.random())
			}
			c := s.customer(1)
			for range 40 {
				s.ask(c, record, ok, time.Second, s.counted())
			}
			return subject(c)
		},
		"object-networks": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for i := range 30 {
				c.Network = address(i)
				s.ask(c, record, ok, 5*time.Second, s.random())
			}
			return subject(c)
		},
		"admin-customer": func(s *scene) controlplane.Value {
			c := s.people(40)
			for range 20 {
				s.ask(c, "GET /v1/admin/users/{id}", ok, 10*time.Second, s.random())
			}
			return subject(c)
		},
		"scraping-program": func(s *scene) controlplane.Value {
			for i := range 20 {
				s.customer(i)
			}
			for i := range 600 {
				s.ask(stranger(100+i%30), "GET /v1/products/{id}", ok, 5*time.Second, s.counted())
			}
			return controlplane.Value{Facet: controlplane.FacetFingerprint, Hash: 77}
		},
	}
}

// people do what people do; it gives one of them.
func (s *scene) people(n int) (c controlplane.Caller) {
	for i := range n {
		c = s.customer(i)
		for _, what := range []string{"GET /v1/me", "GET /v1/feed", "GET /v1/flags"} {
			s.ask(c, what, ok, time.Second)
		}
	}
	return c
}

// comers are people who log in, each at home, and look at a record.
func (s *scene) comers(n int) {
	for i := range n {
		c := s.customer(i)
		s.ask(account(controlplane.Caller{Network: c.Network, Fingerprint: c.Fingerprint}, i), signIn, ok, time.Second)
		s.ask(c, record, ok, time.Second, s.random())
	}
}
