package simulate

import (
	"fmt"
	"time"
)

// secondLogins are attacks on logins, resets and registrations.
func secondLogins() []Trial {
	return []Trial{
		attack("2-stuffing-residential", "accounts", "A list is tried at the bank through 400 homes' routers, three numbers each, within an hour; one password in 50 is right.", residential),
		attack("2-spraying-hourly", "accounts", "Twelve machines try one password an hour at each of 600 patients' accounts, for five hours.", sprayed),
		attack("2-guessing-one-account", "accounts", "One shopper's password is guessed from 30 addresses with pauses; the shop answers a failure with 200 and a page.", oneGuessed),
		attack("2-stuffing-behind-200", "accounts", "40 rented machines try 25 accounts each at a login that answers 200 to a failure too.", behind200),
		attack("2-stuffing-office-hours", "accounts", "Two tools on five addresses each try senders' accounts from nine to five, with an hour for lunch, one a minute in all.", officeHours),
		attack("2-tan-guessing", "codes", "Ten customers' TANs are guessed from five addresses in turn, one every four seconds.", tanGuessing),
		attack("2-push-fatigue", "approvals", "Five customers' telephones are asked to approve a login 60 times each, at night; they give in at the 35th.", pushFatigue),
		attack("2-reset-names", "names", "20 addresses ask the shop's reset for addresses of a list, each once in 40 seconds: it tells who is a customer.", resetNames),
		attack("2-availability-names", "names", "One machine asks 900 times which names are free for a new account.", availability),
		attack("2-signup-names", "names", "Ten addresses try to sign up as others, two a minute each: 409 tells who exists.", signupNames),
		attack("2-takeover-payout", "payouts", "15 accounts are taken over with the right PIN from the same three addresses; each time the postal address is changed and money paid out.", takeoverPayout),
		attack("2-stuffing-quiet-start", "accounts", "A machine that read the rates like a visitor for two hours then tries an account every 20 seconds.", quietStart),
		attack("2-distributed-single-try", "accounts", "600 homes' routers try one account each within two hours, with one program's fingerprint, and hardly any is right.", singleTry),
	}
}

// guess is a password from a list: right for one account in so many.
func guess(s *Scene, n, oneIn int) string {
	if s.rng.IntN(oneIn) == 0 {
		return passwordOf(n)
	}
	return fmt.Sprintf("Summer%04d!", s.rng.IntN(4000))
}

func residential(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 40, time.Hour)
	for k := range 400 {
		p := s.crook(f, k, homes)
		p.wait(3 * time.Minute)
		p.sometime(55 * time.Minute)
		for i := range 3 {
			n := 500 + k*3 + i
			p.try(bankNumber(n), guess(s, n, 50))
			p.pause(40 * time.Second)
		}
	}
}

func sprayed(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 40, 5*time.Hour)
	for k := range 12 {
		p := s.crook(f, k, hosting)
		for hour := range 5 {
			p.at = time.Duration(hour)*time.Hour + time.Duration(k)*20*time.Second
			for i := range 50 {
				n := 1000 + i*12 + k
				p.try(insured(n), guess(s, n, 300))
				p.pause(65 * time.Second)
			}
		}
	}
}

func oneGuessed(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 3*time.Hour)
	for k := range 30 {
		p := s.crook(f, k, homes)
		p.wait(time.Duration(k)*5*time.Minute + time.Minute)
		for i := range 12 {
			p.try(shopper(700), fmt.Sprintf("Anna%d", 1960+k*12+i))
			p.pause(20 * time.Second)
		}
	}
}

func behind200(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 40, time.Hour)
	for k := range 40 {
		p := s.crook(f, k, hosting)
		p.wait(10 * time.Minute)
		p.sometime(20 * time.Minute)
		for i := range 25 {
			n := 2000 + k*25 + i
			p.try(mailOf(n), guess(s, n, 60))
			p.pause(15 * time.Second)
		}
	}
}

func officeHours(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 30, 9*time.Hour)
	for k := range 10 {
		p := s.crook(f, k, hosting)
		p.Caller.Fingerprint = []string{"t13d_tool_one", "t12d_tool_two"}[k%2]
		p.wait(time.Hour + time.Duration(k)*time.Minute)
		for i := 0; p.at < 9*time.Hour; i++ {
			if p.at > 4*time.Hour && p.at < 5*time.Hour {
				p.wait(time.Hour)
			}
			n := 3000 + k*100 + i
			p.try(sender(n), guess(s, n, 80))
			p.pause(10 * time.Minute)
		}
	}
}

func tanGuessing(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 40, time.Hour)
	where := make([]*person, 5)
	for k := range where {
		where[k] = s.crook(f, k, homes)
	}
	at := 5 * time.Minute
	for i := range 600 {
		p := where[i%5]
		p.at = at
		n := 800 + i/60
		if i%60 == 0 {
			p.ask("GET", "/bank/v3/rates")
		}
		code := fmt.Sprintf("%06d", s.rng.IntN(1_000_000))
		if i%60 == 59 { // somebody's luck
			code = codeOf(n)
		}
		p.send(Request{Method: "POST", Path: "/bank/v3/auth/tan", Body: pair("customer_no", bankNumber(n), "tan", code)})
		at += 4 * time.Second
	}
}

func pushFatigue(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 30, 4*time.Hour)
	for k := range 5 {
		p := s.crook(f, k, homes)
		p.wait(30 * time.Minute)
		p.sometime(time.Hour)
		p.ask("GET", "/bank/v3/rates")
		for range 60 {
			p.send(Request{Method: "POST", Path: "/bank/v3/auth/push", Body: fmt.Sprintf(`{"customer_no":"%s"}`, bankNumber(900+k))})
			p.pause(90 * time.Second)
		}
	}
}

// listed is somebody's address from a list: every third is a customer's.
func listed(i int, account func(int) string) string {
	if i%3 == 0 {
		return account(4000 + i)
	}
	return fmt.Sprintf("bob.%05d@elsewhere.example", i)
}

func resetNames(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 90*time.Minute)
	for k := range 20 {
		p := s.crook(f, k, homes)
		p.sometime(time.Minute)
		for i := range 100 {
			p.post("/shop/forgot", fmt.Sprintf(`{"email":"%s"}`, listed(k*100+i, shopper)))
			p.pause(40 * time.Second)
		}
	}
}

func availability(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 40, time.Hour)
	p := s.crook(f, 1, hosting)
	p.wait(10 * time.Minute)
	for i := range 900 {
		p.ask("GET", "/signup/available?login="+listed(i, mailOf))
		p.pause(2 * time.Second)
	}
}

func signupNames(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, time.Hour)
	for k := range 10 {
		p := s.crook(f, k, hosting)
		p.sometime(5 * time.Minute)
		for i := range 80 {
			p.post("/shop/signup", pair("email", listed(k*80+i, shopper), "pass", "Qwertz-12"))
			p.pause(30 * time.Second)
		}
	}
}

func takeoverPayout(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 60, 6*time.Hour)
	for i := range 15 {
		v := s.someone(f, 600+i)
		v.Victim = true
		v.sometime(30 * time.Minute)
		v.come(0)
		v.stay(6*time.Hour, 40*time.Minute)
	}
	where := make([]*person, 3)
	for k := range where {
		where[k] = s.crook(f, k, hosting)
	}
	for i := range 15 {
		p, n := where[i%3], 600+i
		p.at = time.Hour + time.Duration(i)*18*time.Minute
		p.try(bankNumber(n), passwordOf(n))
		c := s.badge(f, p.Caller, n)
		p.pause(20 * time.Second)
		p.as(c, "GET", "/bank/v3/accounts/"+vault(n))
		p.pause(30 * time.Second)
		p.send(Request{Method: "PUT", Path: "/bank/v3/profile/address", Body: pair("street", "Harbour 1", "city", "Elsewhere"), Caller: c})
		p.pause(30 * time.Second)
		p.send(Request{Method: "POST", Path: "/bank/v3/payouts", Body: pair("amount", "990", "to", "newly-added"), Caller: c})
	}
}

func quietStart(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 30, 4*time.Hour)
	p := s.crook(f, 1, homes)
	for p.at < 2*time.Hour {
		p.ask("GET", "/bank/v3/rates")
		p.pause(time.Minute)
	}
	for i := range 300 {
		n := 5000 + i
		p.try(bankNumber(n), guess(s, n, 60))
		p.pause(20 * time.Second)
	}
}

func singleTry(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 60, 2*time.Hour)
	for k := range 600 {
		p := s.crook(f, k, homes)
		p.Caller.Fingerprint = "t13d_stuffer"
		p.sometime(115 * time.Minute)
		n := 2000 + k*3
		p.try(insured(n), guess(s, n, 100))
	}
}
