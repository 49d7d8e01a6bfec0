package simulate

import (
	"fmt"
	"time"
)

// thirdHonest are callers who come as close to thirdAttacks as honest ones do.
func thirdHonest() []Trial {
	return []Trial{
		honest("3-tour-operator", "Two operators' programs read the 800 bookings of their groups, one a second, at night.", tourOperator),
		honest("3-conference", "120 guests behind one hotel's address log in within half an hour; a sixth mistypes.", conference),
		honest("3-front-desk", "12 receptionists at four houses open booking after booking all day, at the guests' endpoint.", frontDesk),
		honest("3-night-audit", "A house's night auditor opens the day's 140 bookings, one after the other.", nightAudit),
		honest("3-voucher-poster", "80 guests type a voucher from a poster, misread once to three times.", voucherPoster),
		honest("3-rates-compared", "Six partners' programs with keys compare the rates of all houses, from one cloud.", ratesCompared),
		honest("3-profile-application", "60 guests get a new application that sends four fields more.", profileApplication),
		honest("3-deadline", "150 taxpayers on the last evening: passwords of a year ago, codes mistyped.", deadline),
		honest("3-advisers", "Eight tax advisers open the returns of 60 clients each, twice.", advisers),
		honest("3-case-workers", "15 employees work through cases, and open returns and notices beside.", caseWorkers),
		honest("3-help-centre", "At a help centre's terminal eight people get a new password and look at their notices; two change their bank accounts.", helpCentre),
		honest("3-office-codes", "60 employees behind one address sign in with codes, of which each fourth is mistyped.", officeCodes),
		honest("3-moved-bank", "25 taxpayers reset their passwords at home, and change their bank accounts.", movedBank),
		honest("3-vpn-abroad", "20 taxpayers switch a VPN on: the same program, another continent.", vpnAbroad),
		honest("3-game-sale", "100 players look at 50 titles each within half an hour.", gameSale),
		honest("3-friends", "30 players look through the libraries of 40 friends each.", friends),
		honest("3-streamer", "150 players look at one streamer's library, and at ten of his friends'.", streamer),
		honest("3-bank-outage", "25 players try to pay while the bank refuses, up to six times.", bankOutage),
		honest("3-server-side", "20 players' sessions are used by their browsers and by the site's own server in turn.", serverSide),
		honest("3-clinic-poll", "Six clinics' systems read 500 results each in order of their orders, which come back empty first.", clinicPoll),
		honest("3-clinic-cloud", "A clinic's key comes from 40 changing addresses of a cloud, always by one program.", clinicCloud),
		honest("3-clinic-moves", "A clinic's system moves to another data centre with a new version of its program: the old one ends.", clinicMoves),
		honest("3-doctors", "20 doctors open the results of their 50 patients with their own tokens.", doctorsResults),
		honest("3-testers", "Five testers try wrong methods, wrong bodies and wrong numbers on purpose.", testers),
		honest("3-previews", "30 programs that show previews fetch what people share, and a robots.txt that is not there.", previews),
	}
}

func tourOperator(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 40, time.Hour)
	for k := range 2 {
		a := s.supplier(fmt.Sprintf("tours%d", k), 600+k, k*800, k*800+800)
		a.wait(10 * time.Minute)
		for i := range 800 {
			a.ask("GET", "/stay/v2/bookings/"+booked(k*800+i))
			a.wait(time.Second)
		}
	}
}

func conference(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 20, time.Hour)
	for i, p := range s.those(f, 120, behind(offices, 60, 1, "")) {
		p.sometime(30 * time.Minute)
		p.come(i % 6 / 5 * 2)
		p.stay(p.at+15*time.Minute, time.Minute)
	}
}

func frontDesk(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 50, 8*time.Hour)
	for i, p := range employs(s.those(f, 12, behind(offices, 61, 4, "t13d_desk"))) {
		p.wait(time.Duration(i) * time.Minute)
		p.come(i % 6 / 5)
		for p.at < 8*time.Hour {
			p.ask("GET", "/stay/v2/bookings/"+booked(s.rng.IntN(people)))
			p.pause(4 * time.Minute)
		}
	}
}

func nightAudit(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 40, 6*time.Hour)
	for _, p := range employs(s.those(f, 3, behind(offices, 66, 3, ""))) {
		p.wait(20 * time.Minute)
		p.come(0)
		for range 140 {
			n := s.rng.IntN(people)
			p.ask("GET", "/stay/v2/bookings/"+booked(n))
			p.pause(30 * time.Second)
			if n%5 == 0 {
				p.ask("GET", "/stay/v2/bookings/"+booked(n))
				p.pause(time.Minute)
			}
		}
	}
}

func voucherPoster(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 80 {
		p := s.someone(f, 1000+i)
		p.sometime(100 * time.Minute)
		p.come(0)
		for k := range 1 + i%3 {
			p.post("/stay/v2/vouchers/redeem", pair("code", fmt.Sprintf("STAYO%05d%d", i, k), "booking", booked(1000+i)))
			p.pause(25 * time.Second)
		}
		p.post("/stay/v2/vouchers/redeem", pair("code", voucherOf(1000+i), "booking", booked(1000+i)))
	}
}

func ratesCompared(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 40, 2*time.Hour)
	for k := range 6 {
		a := s.supplier(fmt.Sprintf("compare%d", k), 620+k, 0, 0)
		for i := range 240 {
			a.ask("GET", fmt.Sprintf("/stay/v2/hotels/%s/rates?from=2026-02-%02d", house(i%40), 1+(i/40+k)%28))
			a.pause(25 * time.Second)
		}
	}
}

func profileApplication(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 60, 2*time.Hour)
	for i := range 60 {
		p := s.someone(f, 1000+i)
		p.wait(time.Hour)
		p.sometime(40 * time.Minute)
		p.come(0)
		for range 5 {
			p.send(Request{Method: "PATCH", Path: "/stay/v2/me", Body: `{"phone":"+49171000","language":"de","newsletter":"no","late_arrival":"yes","allergies":"feathers"}`})
			p.pause(2 * time.Minute)
		}
	}
}

func deadline(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 150 {
		p := s.someone(f, 1000+i)
		p.sometime(80 * time.Minute)
		p.come(i % 5)
		for range i % 3 {
			p.post("/tax/api/signin/code", pair("tax_id", taxID(1000+i), "code", fmt.Sprintf("%06d", i)))
			p.pause(30 * time.Second)
		}
		p.post("/tax/api/signin/code", pair("tax_id", taxID(1000+i), "code", codeOf(1000+i)))
		p.stay(p.at+20*time.Minute, time.Minute)
	}
}

func advisers(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 50, 4*time.Hour)
	for k := range 8 {
		p := s.someone(f, 1000+k)
		p.May = [2]int{5000 + k*60, 5060 + k*60}
		p.sometime(20 * time.Minute)
		p.come(0)
		for range 2 {
			for i := range 60 {
				p.ask("GET", "/tax/api/returns/"+filed(5000+k*60+i))
				p.pause(30 * time.Second)
				p.ask("GET", "/tax/api/persons/"+taxID(5000+k*60+i)+"/notices")
				p.pause(30 * time.Second)
			}
			p.wait(20 * time.Minute)
		}
	}
}

func caseWorkers(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 40, 6*time.Hour)
	for i, p := range employs(s.those(f, 15, behind(offices, 70, 2, "t13d_office"))) {
		p.wait(time.Duration(i) * time.Minute)
		p.come(i % 5 / 4)
		for p.at < 6*time.Hour {
			n := s.rng.IntN(people)
			p.ask("GET", "/tax/desk/cases/"+caseOf(n))
			p.pause(2 * time.Minute)
			p.ask("GET", "/tax/api/returns/"+filed(n))
			p.pause(2 * time.Minute)
			p.ask("GET", "/tax/api/persons/"+taxID(n)+"/notices")
			p.pause(5 * time.Minute)
		}
	}
}

func helpCentre(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 40, 5*time.Hour)
	when := 30 * time.Minute
	for i, p := range s.those(f, 8, behind(offices, 75, 1, "t13d_kiosk")) {
		p.at = when
		p.send(Request{Method: "POST", Path: "/tax/api/forgot-password", Body: fmt.Sprintf(`{"tax_id":"%s"}`, taxID(p.Customer)), Caller: p.Caller.without()})
		p.pause(3 * time.Minute)
		p.come(0)
		p.ask("GET", "/tax/api/persons/"+taxID(p.Customer)+"/notices")
		p.pause(2 * time.Minute)
		if i%4 == 1 {
			p.post("/tax/api/bank-account", pair("iban", fmt.Sprintf("DE%020d", i), "holder", "me"))
		}
		p.stay(p.at+5*time.Minute, time.Minute)
		when = p.at + 15*time.Minute
	}
}

func officeCodes(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 20, 90*time.Minute)
	for i, p := range s.those(f, 60, behind(offices, 77, 1, "")) {
		p.sometime(25 * time.Minute)
		p.come(0)
		if i%4 == 0 {
			p.post("/tax/api/signin/code", pair("tax_id", taxID(p.Customer), "code", "123456"))
			p.pause(15 * time.Second)
		}
		p.post("/tax/api/signin/code", pair("tax_id", taxID(p.Customer), "code", codeOf(p.Customer)))
		p.stay(p.at+40*time.Minute, 2*time.Minute)
	}
}

func movedBank(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 40, 4*time.Hour)
	for i := range 25 {
		p := s.someone(f, 1000+i)
		p.sometime(3 * time.Hour)
		p.send(Request{Method: "POST", Path: "/tax/api/forgot-password", Body: fmt.Sprintf(`{"tax_id":"%s"}`, taxID(1000+i)), Caller: p.Caller.without()})
		p.pause(2 * time.Minute)
		p.come(0)
		p.post("/tax/api/bank-account", pair("iban", fmt.Sprintf("DE%020d", i), "holder", "me"))
		p.stay(p.at+10*time.Minute, time.Minute)
	}
}

func vpnAbroad(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 30, 2*time.Hour)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		own := p.Caller.Address
		p.sometime(20 * time.Minute)
		p.come(0)
		for k := range 6 {
			p.Caller.Address = own
			if k%2 == 1 {
				p.Caller.Address = at(hosting, 900+i%3)
			}
			p.stay(p.at+15*time.Minute, time.Minute)
		}
	}
}

func gameSale(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 20, time.Hour)
	for i := range 100 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(0)
		for range 50 {
			p.ask("GET", fmt.Sprintf("/g/titles/%d", s.rng.IntN(4000)))
			p.pause(15 * time.Second)
		}
	}
}

func friends(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 60, 2*time.Hour)
	for i := range 30 {
		p := s.someone(f, 1000+i)
		p.sometime(40 * time.Minute)
		p.come(0)
		for range 40 {
			p.ask("GET", fmt.Sprintf("/g/users/%d/library", 500_000+s.rng.IntN(people)))
			p.pause(40 * time.Second)
		}
	}
}

func streamer(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 40, time.Hour)
	for i := range 150 {
		p := s.someone(f, 1000+i)
		p.sometime(30 * time.Minute)
		p.come(0)
		for k := range 11 {
			p.ask("GET", fmt.Sprintf("/g/users/%d/library", 500_077+k))
			p.pause(20 * time.Second)
		}
	}
}

func bankOutage(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 40, 90*time.Minute)
	s.service.refusing = [2]time.Duration{40 * time.Minute, time.Hour}
	for i := range 50 {
		p := s.someone(f, 1000+i)
		p.sometime(75 * time.Minute)
		p.come(0)
		p.send(Request{Method: "POST", Path: "/g/orders", Body: `{"title":"12"}`})
		p.pause(20 * time.Second)
		for range 1 + i%6 {
			p.post("/g/orders/"+orderOf(1000+i, 0)+"/pay", `{"card":"tok_1"}`)
			p.pause(40 * time.Second)
		}
		p.ask("GET", "/g/orders/"+orderOf(1000+i, 0)+"/key")
	}
}

func serverSide(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		server := p.Caller
		server.Address, server.Fingerprint = at(hosting, 950), "t13d_server"
		p.sometime(20 * time.Minute)
		p.come(0)
		for range 60 {
			p.as(server, "GET", "/g/me/wishlist")
			p.pause(10 * time.Second)
			p.do()
			p.pause(90 * time.Second)
		}
	}
}

func clinicPoll(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 30, 2*time.Hour)
	for k := range 6 {
		a := s.supplier(fmt.Sprintf("clinic%d", k), 630+k, k*500, k*500+500)
		for i := range 500 {
			if i%10 == 0 {
				a.ask("GET", "/lab/api/orders/"+labOrder(k*500 + i)[:8]+"0")
			}
			a.ask("GET", "/lab/api/orders/"+labOrder(k*500+i))
			a.ask("GET", "/lab/api/results/"+labResult(k*500+i))
			a.pause(10 * time.Second)
		}
	}
}

func clinicCloud(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 30, 4*time.Hour)
	a := s.supplier("cloud", 640, 0, 2000)
	for a.at < 4*time.Hour {
		a.Caller.Address = at(hosting, 4000+s.rng.IntN(40))
		a.ask("GET", "/lab/api/results/"+labResult(s.rng.IntN(2000)))
		a.pause(20 * time.Second)
	}
}

func clinicMoves(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 30, 5*time.Hour)
	a := s.supplier("moves", 650, 0, 2000)
	for a.at < 5*time.Hour {
		if a.at > 2*time.Hour {
			a.Caller.Address, a.Caller.Fingerprint = at(hosting, 4100+s.rng.IntN(8)), "t13d_next"
		}
		a.ask("GET", "/lab/api/results/"+labResult(s.rng.IntN(2000)))
		a.pause(20 * time.Second)
	}
}

func doctorsResults(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 50, 4*time.Hour)
	for i, p := range s.those(f, 20, behind(offices, 80, 3, "t13d_ward")) {
		p.Name, p.May = fmt.Sprintf("doctor %d", i), [2]int{5000 + i*50, 5050 + i*50}
		p.sometime(30 * time.Minute)
		p.come(0)
		for range 2 {
			for k := range 50 {
				p.ask("GET", "/lab/api/results/"+labResult(5000+i*50+k))
				p.pause(time.Minute)
			}
			p.wait(10 * time.Minute)
		}
	}
}

func testers(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 40, 2*time.Hour)
	for i, p := range s.those(f, 5, behind(offices, 85, 1, "t13d_tests")) {
		p.wait(time.Duration(i) * 10 * time.Minute)
		p.come(2)
		for range 3 {
			p.send(Request{Method: "PUT", Path: "/tax/api/estimate", Body: `{"income":-1}`})
			p.send(Request{Method: "POST", Path: "/tax/api/estimate", Body: `{"income":"many","kids":2,"pets":1}`})
			p.ask("DELETE", "/tax/api/returns/"+filed(p.Customer))
			p.ask("GET", "/tax/api/returns/none")
			p.ask("GET", "/tax/api/persons/0/notices")
			p.ask("GET", "/tax/api/forms/form-999")
			p.post("/tax/api/signin/code", pair("tax_id", taxID(p.Customer), "code", "000000"))
			p.wait(5 * time.Minute)
		}
	}
}

func previews(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 30 {
		a := s.actor(fmt.Sprintf("preview %d", i), false, at(hosting, 4200+i%10))
		a.Caller.Fingerprint = "t13d_preview"
		a.wait(time.Duration(i) * 2 * time.Minute)
		for range 15 {
			a.ask("GET", "/robots.txt")
			a.ask("GET", fmt.Sprintf("/g/titles/%d", s.rng.IntN(4000)))
			a.pause(3 * time.Minute)
		}
	}
}
