package detect_test

import (
	"time"

	"picket/controlplane"
)

// What a business gives away, and where it goes.
const (
	voucher  = "POST /v1/vouchers/redeem"
	pay      = "POST /v1/orders/{id}/payment"
	download = "GET /v1/downloads/{id}"
	iban     = "PUT /v1/me/bank-account"
	forgot   = "POST /v1/password/reset"
	free     = "GET /v1/username/available"
)

// buyers pay for something and fetch it.
func (s *scene) buyers(n int) {
	for i := range n {
		c := s.customer(300 + i)
		s.ask(c, pay, ok, time.Second, s.random())
		s.ask(c, download, ok, time.Second, s.random())
	}
}

// attacksOfBusiness are those on what a business gives away, and on where it goes.
func attacksOfBusiness() map[string]attack {
	return map[string]attack{
		"redeem-guessing": func(s *scene) controlplane.Value {
			c := s.customer(1)
			for range 20 {
				s.ask(c, voucher, badInput, time.Minute)
			}
			return subject(c)
		},
		"goods-unpaid": func(s *scene) controlplane.Value {
			s.buyers(60)
			c := s.customer(1)
			for range 20 {
				s.ask(c, download, ok, 30*time.Second, s.random())
			}
			return subject(c)
		},
		"otp-guessing-accounts": func(s *scene) controlplane.Value {
			for i := range 120 {
				s.ask(account(stranger(i%20), i), "POST /v1/otp/verify", denied, 20*time.Second)
			}
			return ip(stranger(3))
		},
		"account-availability": func(s *scene) controlplane.Value {
			for range 100 {
				s.ask(stranger(1), free, ok, 2*time.Second)
			}
			return ip(stranger(1))
		},
		"old-version": func(s *scene) controlplane.Value {
			for i := range 60 {
				s.ask(s.customer(i%20), []string{"GET /v2/invoices/{id}", "GET /v1/invoices/{}"}[i%2], ok, time.Minute, s.random())
			}
			return controlplane.Value{}
		},
		"personal-data-excess": func(s *scene) controlplane.Value {
			for i := range 20 {
				s.personal(s.customer(i), 40, time.Minute)
			}
			return controlplane.Value{}
		},
		"change-after-reset": func(s *scene) controlplane.Value {
			return s.takeOver(0)
		},
		"change-of-many": func(s *scene) controlplane.Value {
			return s.takeOver(time.Hour)
		},
	}
}

// takeOver has one address change the bank accounts of seven persons, whom the service has known for so long.
func (s *scene) takeOver(known time.Duration) controlplane.Value {
	for i := range 7 {
		s.customer(i)
	}
	s.at = s.at.Add(known)
	for i := range 7 {
		c := s.known(i)
		c.Network, c.Fingerprint = address(700), 9
		s.ask(controlplane.Caller{Network: address(700), Fingerprint: 9}, forgot, ok, time.Minute)
		s.ask(c, iban, ok, time.Minute)
	}
	return ip(stranger(700))
}

func honestBusiness() []honest {
	return []honest{
		{"after an update of all browsers, sixty people mistype their passwords and get in", "credential-stuffing-spread", func(s *scene) {
			for i := range 20 {
				s.customer(100 + i)
			}
			for i := range 60 {
				c := stranger(i)
				c.Fingerprint = uint64(1 + i)
				s.ask(account(c, i), signIn, denied, 10*time.Second)
				s.ask(account(c, i), signIn, ok, 20*time.Second)
			}
		}},
		{"sixty guests mistype a voucher, once to three times, some behind one address", "redeem-guessing", func(s *scene) {
			for i := range 60 {
				c := s.customer(i)
				c.Network = address(i / 10 * 10)
				for range 1 + i%3 {
					s.ask(c, voucher, badInput, 10*time.Second)
				}
				s.ask(c, voucher, ok, 10*time.Second)
			}
		}},
		{"somebody fetches what he paid yesterday, and what is free", "goods-unpaid", func(s *scene) {
			s.buyers(60)
			c := s.customer(1)
			for range 12 {
				s.ask(c, download, ok, time.Minute, s.random())
			}
		}},
		{"an office's people mistype their codes in the morning", "otp-guessing-accounts", func(s *scene) {
			for i := range 80 {
				c := account(stranger(i/40), i)
				if i%3 > 0 {
					s.ask(c, "POST /v1/otp/verify", denied, 5*time.Second)
				}
				s.ask(c, "POST /v1/otp/verify", ok, 10*time.Second)
			}
		}},
		{"at a fair, one visitor after the other types a name until it is free, and registers", "account-availability registration-flood", func(s *scene) {
			for range 60 {
				for range 15 {
					s.ask(stranger(1), free, ok, 300*time.Millisecond)
				}
				s.ask(stranger(1), "POST /v1/register", ok, 40*time.Second)
				s.ask(stranger(1), "GET /v1/me", ok, 5*time.Second)
			}
		}},
		{"a service is at version 1, and its parts are at others", "old-version", func(s *scene) {
			for i := range 100 {
				s.ask(s.customer(i%20), []string{"GET /v1/invoices/{id}", "GET /v3/maps/{id}", "GET /v2/photos/{id}", "GET /voices/{id}"}[i%4], ok, time.Minute, object(uint64(i%20)))
			}
		}},
		{"people read each other's addresses, a few a page", "personal-data-excess", func(s *scene) {
			for i := range 80 {
				s.personal(s.customer(i%20), 1+i%5, time.Minute)
			}
		}},
		{"at a help desk's terminal people get new passwords, and two of eight change their bank accounts", "change-after-reset change-of-many", func(s *scene) {
			for i := range 8 {
				s.customer(i)
			}
			s.at = s.at.Add(time.Hour)
			for i := range 8 {
				c := s.known(i)
				c.Network, c.Fingerprint = address(700), 9
				s.ask(controlplane.Caller{Network: address(700), Fingerprint: 9}, forgot, ok, time.Minute)
				s.ask(c, "GET /v1/me", ok, 5*time.Minute)
				if i%4 == 1 {
					s.ask(c, iban, ok, 5*time.Minute)
				}
			}
		}},
		{"everybody moves house: a network of his own, and another bank account", "change-of-many", func(s *scene) {
			for i := range 40 {
				s.customer(i)
			}
			s.at = s.at.Add(time.Hour)
			for i := range 40 {
				c := s.known(i)
				c.Network = address(700 + i)
				s.ask(c, iban, ok, 5*time.Minute)
			}
		}},
	}
}
