package simulate

import (
	"fmt"
	"time"
)

// fourthCrowds are many honest people at once.
func fourthCrowds() []Trial {
	return []Trial{
		honest("4-office-nat", "130 members behind one address log in at nine, some after mistakes, and work.", officeNat),
		honest("4-mobile-nat", "90 subscribers share four gateways and three kinds of telephone.", mobileNat),
		honest("4-retry-storm", "The carrier fails for five minutes; 60 applications try again each few seconds.", retryStorm),
		honest("4-flash-sale", "100 shoppers want the same few things at noon; the bank refuses some cards.", fourthFlashSale),
		honest("4-payday", "80 customers look at their accounts again and again, and transfer.", paydayAgain),
		honest("4-relogin", "After an outage 80 password managers log in again within four minutes, a third with old passwords first.", relogin),
		honest("4-app-update", "60 applications are updated in the middle of the day: their programs look new.", fingerprintsChange),
		honest("4-campaign", "120 people follow the links of a mail, each with a code of its own, and look at some products.", campaignLinks),
		honest("4-signup-wave", "60 people register from one campus; some names are taken.", signupWave),
		honest("4-vpn", "40 employees' traffic comes out of one network at ever other addresses.", vpnUsers),
		honest("4-call-centre", "30 agents behind one address look at the customers who call, eight an hour.", fourthCallCentre),
		honest("4-port-outs", "After a rise of prices 40 customers look for what to do and take their lines elsewhere.", portOuts),
		honest("4-outage-logins-refused", "For ten minutes the login refuses everybody; 50 people try four times.", refusedForAWhile),
		honest("4-store-tablet", "50 shoppers log in one after the other at a tablet in a shop.", storeTablet),
	}
}

func officeNat(s *Scene) {
	f := s.settle(desk())
	for i, p := range s.those(f, 130, behind(offices, 10, 1, "")) {
		p.sometime(20 * time.Minute)
		p.come(i % 11 / 9)
		p.stay(time.Hour, 90*time.Second)
	}
}

func mobileNat(s *Scene) {
	f := s.settle(telco())
	for i, p := range s.those(f, 90, behind(mobile, 10, 4, "")) {
		p.Caller.Fingerprint = fmt.Sprintf("t13d_telephone_%d", i%3)
		p.sometime(20 * time.Minute)
		p.come(i % 13 / 11)
		p.stay(50*time.Minute, 2*time.Minute)
	}
}

func retryStorm(s *Scene) {
	f := s.settle(telco())
	s.service.down = [2]time.Duration{10 * time.Minute, 15 * time.Minute}
	for _, p := range s.those(f, 60, behind(mobile, 20, 3, "t13d_app_android")) {
		p.sometime(5 * time.Minute)
		p.come(0)
		p.stay(9*time.Minute, time.Minute)
		for p.at < 16*time.Minute {
			p.ask("GET", "/api/v2/me")
			p.ask("GET", "/api/v2/lines/"+lineOf(p.Customer))
			p.pause(4 * time.Second)
		}
		p.stay(25*time.Minute, time.Minute)
	}
}

func fourthFlashSale(s *Scene) {
	f := s.settle(store())
	s.service.refusing = [2]time.Duration{12 * time.Minute, 14 * time.Minute}
	for i := range 100 {
		p := s.someone(f, 1000+i)
		p.wait(9 * time.Minute)
		p.sometime(2 * time.Minute)
		p.come(i % 17 / 16)
		for range 20 {
			p.ask("GET", "/api/products/"+goods(7+i%3))
			p.pause(3 * time.Second)
		}
		p.post("/api/cart/items", pair("sku", goods(7+i%3), "count", "1"))
		p.post("/api/orders", `{"address":"home"}`)
		for p.at < 14*time.Minute {
			p.post("/api/orders/"+storeOrder(1000+i, 0)+"/payment", `{"method":"card"}`)
			p.pause(25 * time.Second)
		}
		p.post("/api/orders/"+storeOrder(1000+i, 0)+"/payment", `{"method":"card"}`)
		p.pause(5 * time.Second)
		p.post("/api/orders/"+storeOrder(1000+i, 0)+"/confirm", `{}`)
	}
}

func paydayAgain(s *Scene) {
	f := s.settle(savings())
	for i := range 80 {
		p := s.someone(f, 1000+i)
		p.sometime(10 * time.Minute)
		p.come(i % 8 / 7)
		for k := range 14 {
			p.ask("GET", "/v1/accounts/"+moneyOf(1000+i))
			p.ask("GET", "/v1/accounts/"+moneyOf(1000+i)+"/transactions?page=1")
			if k%4 == 3 {
				p.post("/v1/transfers", fmt.Sprintf(`{"from":"%s","to":"DE02120300000000202051","amount":%d}`, moneyOf(1000+i), 20+k))
			}
			p.pause(90 * time.Second)
		}
	}
}

func relogin(s *Scene) {
	f := s.settle(store())
	s.service.down = [2]time.Duration{20 * time.Minute, 26 * time.Minute}
	for i := range 80 {
		p := s.someone(f, 1000+i)
		p.sometime(5 * time.Minute)
		p.come(0)
		p.stay(20*time.Minute, 2*time.Minute)
		p.wait(26*time.Minute - min(p.at, 26*time.Minute))
		p.sometime(4 * time.Minute)
		if i%3 == 0 {
			p.try(mailName(1000+i), "Saved-long-ago")
			p.wait(2 * time.Second)
		}
		p.try(mailName(1000+i), passwordOf(1000+i))
		p.Caller = s.badge(f, p.Caller, 1000+i)
		p.stay(40*time.Minute, 2*time.Minute)
	}
}

func fingerprintsChange(s *Scene) {
	f := s.settle(savings())
	for i, p := range s.those(f, 60, func(i int) Caller { return Caller{Address: home(1000 + i), Fingerprint: "t13d_bank_app_41"} }) {
		p.sometime(30 * time.Minute)
		p.come(0)
		p.stay(time.Hour+time.Duration(i)*time.Minute, 4*time.Minute)
		p.Caller.Fingerprint = "t13d_bank_app_42"
		p.stay(3*time.Hour, 4*time.Minute)
	}
}

func campaignLinks(s *Scene) {
	f := s.settle(store())
	for i := range 120 {
		p := s.someone(f, 1000+i)
		c := p.Caller.without()
		p.wait(time.Duration(s.rng.ExpFloat64() * float64(15*time.Minute)))
		p.as(c, "GET", fmt.Sprintf("/promo/spring-%06x", i*40503))
		p.pause(10 * time.Second)
		for range 4 {
			p.as(c, "GET", "/api/products/"+goods(s.rng.IntN(12)))
			p.pause(20 * time.Second)
		}
		if i%4 == 0 {
			p.come(i % 12 / 8)
			code := []string{"SPRING", "SPRNG", "spring", "MAIL-" + memberNo(i)}
			for k := range 1 + i%4 {
				p.post("/api/coupons/redeem", pair("code", code[(i/4+k)%4], "cart", "1"))
				p.pause(15 * time.Second)
			}
		}
	}
}

func signupWave(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 15, 40*time.Minute)
	for i := range 60 {
		p := s.someone(f, 1000+i)
		p.Customer = -1
		p.Caller = Caller{Address: at(offices, 30), Fingerprint: p.Caller.Fingerprint}
		p.May = [2]int{1000, 1060} // a name that is taken is his friend's, of whom he knows
		p.sometime(25 * time.Minute)
		for k := range 1 + i%5/3 {
			mail := fmt.Sprintf("new%d.%d@campus.example", i, k)
			if k == 0 && i%5 >= 3 {
				mail = mailName(1000 + i)
			}
			p.post("/api/register", pair("email", mail, "password", "Long-enough-1"))
			p.pause(30 * time.Second)
		}
	}
}

func vpnUsers(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 15, 4*time.Hour)
	for i, p := range s.those(f, 40, behind(hosting, 100, 5, "")) {
		p.sometime(30 * time.Minute)
		p.come(i % 9 / 8)
		for p.at < 4*time.Hour {
			p.do()
			p.pause(4 * time.Minute)
			if s.rng.IntN(8) == 0 {
				p.Caller.Address = at(hosting, 100+s.rng.IntN(5))
			}
		}
	}
}

func fourthCallCentre(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 30, 4*time.Hour)
	for i, p := range employs(s.those(f, 30, behind(offices, 40, 1, "t13d_crm"))) {
		p.sometime(20 * time.Minute)
		p.come(i % 7 / 6)
		for p.at < 4*time.Hour {
			n := s.rng.IntN(people)
			p.ask("GET", "/api/v2/customers?phone="+lineOf(n))
			p.pause(10 * time.Second)
			p.ask("GET", "/api/v2/customers/"+subscriber(n))
			p.ask("GET", "/api/v2/lines/"+lineOf(n))
			p.pause(40 * time.Second)
			p.ask("GET", "/api/v2/invoices/"+telcoInvoice(n, s.rng.IntN(12)))
			p.pause(6 * time.Minute)
		}
	}
}

func portOuts(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 40 {
		p := s.someone(f, 1000+i)
		p.sometime(90 * time.Minute)
		p.come(i % 6 / 5)
		p.ask("GET", "/api/v2/plans")
		p.pause(2 * time.Minute)
		p.ask("GET", "/api/v2/lines/"+lineOf(1000+i))
		p.pause(time.Minute)
		p.send(Request{Method: "POST", Path: "/api/v2/lines/" + lineOf(1000+i) + "/port-out", Body: `{"to":"other"}`})
	}
}

func refusedForAWhile(s *Scene) {
	f := s.settle(telco())
	enter := f.enter
	s.service.routes["POST"] = append([]route{{segments: split(f.login), took: 80 * time.Millisecond, do: func(sv *service, r *Request, ids []string) answer {
		if r.At > 20*time.Minute && r.At < 30*time.Minute {
			return answer{status: 401, bytes: 70}
		}
		return enter(sv, r, ids)
	}}}, s.service.routes["POST"]...)
	s.folk(f, 10, 30, time.Hour)
	for _, p := range s.those(f, 50, behind(mobile, 30, 10, "")) {
		p.wait(20 * time.Minute)
		p.sometime(8 * time.Minute)
		for range 4 {
			p.try(lineOf(p.Customer), passwordOf(p.Customer))
			p.pause(20 * time.Second)
		}
		p.wait(32*time.Minute - min(p.at, 32*time.Minute))
		p.come(0)
		p.stay(time.Hour, 3*time.Minute)
	}
}

func storeTablet(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 15, 5*time.Hour)
	for i, p := range s.those(f, 50, behind(offices, 50, 1, "t13d_tablet")) {
		p.wait(time.Duration(i) * 5 * time.Minute)
		p.come(i % 5 / 3)
		p.stay(p.at+3*time.Minute, 30*time.Second)
	}
}
