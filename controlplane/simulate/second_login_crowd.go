package simulate

import (
	"fmt"
	"time"
)

// secondLoginCrowds are honest people whose logins, resets and registrations fail, or come all at once.
func secondLoginCrowds() []Trial {
	return []Trial{
		honest("2-old-passwords", "A password manager tries three to five of a shopper's older passwords; 20 shoppers.", oldPasswords),
		honest("2-reset-mail", "A marketing mail has 120 shoppers reset their passwords within a quarter of an hour; one in eight has forgotten with which address.", resetMail),
		honest("2-fair", "70 visitors of a fair sign up at one booth's address within two hours, and look around.", fair),
		honest("2-kiosk-clinic", "40 patients check in at one terminal; a fifth mistypes twice.", kioskClinic),
		honest("2-pin-change", "60 customers had to change their PIN and type the old one first, once to three times.", pinChange),
		honest("2-elderly", "20 patients mistype their password four to six times, reset it and come in.", elderly),
		honest("2-expired-clocks", "40 devices with wrong clocks show tokens that are over, again and again, until they get a new one.", expiredClocks),
		honest("2-sso-loop", "25 members' browsers loop between the login and its callback ten times.", ssoLoop),
		honest("2-proxy-mistypes", "An office of 60 behind one proxy: each morning a third mistypes, at a login that answers failures with 200.", proxyMistypes),
		honest("2-family", "Ten families share a shopper's account on five devices each, in three networks.", families),
		honest("2-gift-givers", "30 people type a gift card's code, mistyped twice.", giftGivers),
		honest("2-tan-mistyped", "40 customers mistype the TAN once or twice, for the telephone is slow.", tanMistyped),
	}
}

func oldPasswords(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, time.Hour)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		p.sometime(40 * time.Minute)
		p.come(3 + i%3)
		p.stay(p.at+10*time.Minute, time.Minute)
	}
}

func resetMail(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, 40*time.Minute)
	for i := range 120 {
		p := s.someone(f, 1000+i)
		c := p.Caller.without()
		p.sometime(15 * time.Minute)
		names := []string{shopper(1000 + i)}
		if i%8 == 0 {
			names = []string{fmt.Sprintf("old%d@mail.example", i), fmt.Sprintf("older%d@mail.example", i), shopper(1000 + i)}
		}
		for _, name := range names {
			p.send(Request{Method: "POST", Path: "/shop/forgot", Body: fmt.Sprintf(`{"email":"%s"}`, name), Caller: c})
			p.pause(40 * time.Second)
		}
		p.come(0)
		p.stay(p.at+5*time.Minute, time.Minute)
	}
}

func fair(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 20, 2*time.Hour)
	for i, p := range s.those(f, 70, behind(offices, 50, 1, "t13d_booth")) {
		p.sometime(110 * time.Minute)
		p.send(Request{Method: "POST", Path: "/signup", Body: pair("login", fmt.Sprintf("visitor%d@fair.example", i), "password", "Booth-77"), Caller: p.Caller.without()})
		p.pause(30 * time.Second)
		p.stay(p.at+5*time.Minute, 30*time.Second)
	}
}

func kioskClinic(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 20, 3*time.Hour)
	when := time.Minute
	for i, p := range s.those(f, 40, behind(offices, 51, 1, "t13d_terminal")) {
		p.wait(when)
		p.come(i % 5 / 4 * 2)
		p.stay(p.at+time.Minute, 20*time.Second)
		when = p.at + time.Minute
	}
}

func pinChange(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 20, time.Hour)
	for i := range 60 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(1 + i%3)
		p.stay(p.at+10*time.Minute, time.Minute)
	}
}

func elderly(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 20, time.Hour)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		p.sometime(40 * time.Minute)
		for k := range 4 + i%3 {
			p.try(insured(1000+i), fmt.Sprintf("garten%d", k))
			p.pause(20 * time.Second)
		}
		p.send(Request{Method: "POST", Path: "/clinic/api/forgot", Body: fmt.Sprintf(`{"insurance_number":"%s"}`, insured(1000+i)), Caller: p.Caller.without()})
		p.pause(2 * time.Minute)
		p.come(0)
		p.stay(p.at+5*time.Minute, time.Minute)
	}
}

func expiredClocks(s *Scene) {
	f := s.settle(things())
	s.folk(f, 10, 40, 40*time.Minute)
	for i, p := range s.those(f, 40, behind(homes, 100, 8, "t12d_device")) {
		good := p.Caller
		stale := good
		stale.Token = jwtOf(fmt.Sprintf(`{"sub":"%s","exp":1600000000}`, device(1000+i)), uint64(i))
		p.sometime(10 * time.Minute)
		for range 8 {
			p.as(stale, "GET", "/iot/jobs")
			p.pause(10 * time.Second)
		}
		p.stay(40*time.Minute, time.Minute)
	}
}

func ssoLoop(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 20, 30*time.Minute)
	for i := range 25 {
		p := s.someone(f, 1000+i)
		c := p.Caller.without()
		p.sometime(15 * time.Minute)
		for k := range 10 {
			p.as(c, "GET", inTenant(p.Customer)+"/projects")
			p.as(c, "GET", "/sso/start")
			p.as(c, "GET", fmt.Sprintf("/sso/callback?code=%08x%02d&state=%06x", s.rng.Uint32(), k, s.rng.IntN(1<<24)))
			p.pause(time.Second)
		}
		p.stay(p.at+10*time.Minute, time.Minute)
	}
}

func proxyMistypes(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 20, time.Hour)
	for i, p := range s.those(f, 60, behind(offices, 52, 1, "t12d_proxy_two")) {
		p.sometime(12 * time.Minute)
		p.come(i % 3 / 2 * 2)
		p.stay(time.Hour, 2*time.Minute)
	}
}

func families(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 10 {
		for d := range 5 {
			p := s.someone(f, 1000+i)
			p.Name = fmt.Sprintf("family %d, device %d", i, d)
			if d > 2 {
				p.Caller.Address = at([]byte{mobile, offices}[d-3], 60+i)
			}
			p.sometime(time.Hour)
			p.come(d % 3 / 2)
			p.stay(2*time.Hour, 4*time.Minute)
		}
	}
}

func giftGivers(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, time.Hour)
	for i := range 30 {
		p := s.someone(f, 1000+i)
		p.sometime(40 * time.Minute)
		p.come(0)
		for _, code := range []string{"GC12345", "gc" + giftOf(1000 + i)[2:], giftOf(1000 + i)} {
			p.post("/shop/api/giftcards/check", fmt.Sprintf(`{"code":"%s"}`, code))
			p.pause(15 * time.Second)
		}
	}
}

func tanMistyped(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 20, time.Hour)
	for i := range 40 {
		p := s.someone(f, 1000+i)
		p.sometime(40 * time.Minute)
		p.come(0)
		for k := range 1 + i%2 {
			p.post("/bank/v3/auth/tan", pair("customer_no", bankNumber(1000+i), "tan", fmt.Sprintf("%06d", 11*k+i)))
			p.pause(20 * time.Second)
		}
		p.post("/bank/v3/auth/tan", pair("customer_no", bankNumber(1000+i), "tan", codeOf(1000+i)))
		p.post("/bank/v3/transfers", pair("to", "DE00123", "amount", "50"))
	}
}
