package simulate

import (
	"fmt"
	"time"
)

// thirdAlone are honest callers who do something that hardly anybody beside them does.
func thirdAlone() []Trial {
	return []Trial{
		honest("3-all-my-bookings", "A guest who travels a lot opens her 48 bookings of three years, one after the other.", allBookings),
		honest("3-travel-manager", "A company's travel manager opens the bookings of 55 colleagues, now and then twice, through a day.", travelManager),
		honest("3-till", "At a till an employee redeems 80 vouchers for guests; every seventh is none.", till),
		honest("3-voucher-click", "25 guests' applications try a voucher that is over again at each click.", voucherClick),
		honest("3-class", "A teacher's 28 pupils behind one address, with one program, sign in to the store for games.", pupils),
		honest("3-backfill", "A clinic's program reads 1500 results of ten years at night, in no order, of which each twentieth is gone.", backfill),
		honest("3-branch-terminal", "At a branch's terminal 14 taxpayers, whom the service knows from home, sign in; each third changes a bank account.", branchTerminal),
		honest("3-subscribers", "One player in eight has a subscription and fetches 25 keys without paying for each.", subscribers),
		honest("3-explorer", "A developer of a partner tries what the documentation shows, with each method, and some misprints.", explorer),
		honest("3-on-the-hour", "40 programs of guests' calendars ask at each full hour, twelve requests at once.", onTheHour),
		honest("3-token-for-two-programs", "15 taxpayers' tokens are used by a browser and by a tool beside it, at one address and then at another.", twoPrograms),
		honest("3-key-in-an-application", "An application has one key in it, and no logins: 150 guests with telephones of all kinds look at rates and bookings within five hours.", keyInApplication),
		honest("3-release-without-a-path", "After a release 70 players' applications ask for a path that is gone, ten times each.", goneCalls),
	}
}

func allBookings(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 60, 3*time.Hour)
	p := s.someone(f, 1000)
	p.May = [2]int{3000, 3048}
	p.wait(time.Hour)
	p.come(0)
	for i := range 48 {
		p.ask("GET", "/stay/v2/bookings/"+booked(3000+i))
		p.pause(10 * time.Second)
	}
}

func travelManager(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 60, 8*time.Hour)
	p := s.someone(f, 1000)
	p.May = [2]int{3000, 3055}
	p.come(0)
	for i := range 80 {
		p.ask("GET", "/stay/v2/bookings/"+booked(3000+i*7%55))
		p.pause(5 * time.Minute)
		if i%4 == 0 {
			p.do()
		}
	}
}

func till(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 40, 6*time.Hour)
	for _, p := range employs(s.those(f, 1, behind(offices, 180, 1, "t13d_till"))) {
		p.come(0)
		for i := range 80 {
			code := voucherOf(s.rng.IntN(people))
			if i%7 == 0 {
				code = fmt.Sprintf("STAY%06d", 5+i*97)
			}
			p.post("/stay/v2/vouchers/redeem", pair("code", code, "booking", booked(i)))
			p.pause(4 * time.Minute)
		}
	}
}

func voucherClick(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 25 {
		p := s.someone(f, 1000+i)
		p.sometime(90 * time.Minute)
		p.come(0)
		for range 20 {
			p.do()
			p.post("/stay/v2/vouchers/redeem", pair("code", "STAYSPRING", "booking", booked(1000+i)))
			p.pause(30 * time.Second)
		}
	}
}

func pupils(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 40, time.Hour)
	for i, p := range s.those(f, 28, behind(offices, 185, 1, "t13d_school")) {
		p.sometime(8 * time.Minute)
		p.come(i % 4 / 3 * 2)
		p.stay(p.at+30*time.Minute, time.Minute)
	}
}

func backfill(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 50, 3*time.Hour)
	a := s.supplier("backfill", 660, 0, people)
	a.wait(30 * time.Minute)
	for i := range 1500 {
		if i%20 == 0 {
			a.ask("GET", "/lab/api/results/"+uuidOf(i, 8))
			continue
		}
		a.ask("GET", "/lab/api/results/"+labResult(i*7919%people))
		a.pause(4 * time.Second)
	}
}

func branchTerminal(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 40, 6*time.Hour)
	for i := range 14 {
		p := s.someone(f, 1000+i)
		p.sometime(10 * time.Minute)
		p.come(0)
		p.stay(time.Hour, 10*time.Minute)
		p.at = 70*time.Minute + time.Duration(i)*15*time.Minute
		p.Caller.Address, p.Caller.Fingerprint = office(190), "t13d_branch"
		p.come(i % 7 / 6)
		p.do()
		if i%3 == 0 {
			p.post("/tax/api/bank-account", pair("iban", fmt.Sprintf("DE%020d", i), "holder", "me"))
		}
		p.do()
	}
}

func subscribers(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 30, 3*time.Hour)
	for i := range 96 {
		p := s.someone(f, 1000+i)
		p.sometime(2 * time.Hour)
		p.come(0)
		if i%8 == 0 {
			for k := range 25 {
				p.ask("GET", "/g/orders/"+orderOf(1000+i+k*100, 0)+"/key")
				p.pause(time.Minute)
			}
			continue
		}
		p.post("/g/orders/"+orderOf(1000+i, 1)+"/pay", `{"card":"tok_1"}`)
		p.pause(5 * time.Second)
		p.ask("GET", "/g/orders/"+orderOf(1000+i, 1)+"/key")
	}
}

func explorer(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 40, 2*time.Hour)
	p := s.someone(f, 1000)
	p.Caller.Fingerprint = "t13d_postman"
	p.wait(20 * time.Minute)
	p.come(1)
	for _, path := range []string{"/lab/api/results/" + labResult(1000), "/lab/api/orders/" + labOrder(1000), "/lab/api/me/results", "/lab/api/values", "/lab/api/result", "/lab/api/order/1", "/lab/api/me", "/lab/api", "/lab/docs", "/lab/api/openapi.json"} {
		for _, m := range []string{"GET", "OPTIONS", "HEAD", "POST"} {
			p.ask(m, path)
			p.pause(20 * time.Second)
		}
	}
}

func onTheHour(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 30, 4*time.Hour)
	for i := range 40 {
		p := s.someone(f, 1000+i)
		p.Caller.Fingerprint = "t13d_calendar"
		for hour := range 4 {
			p.at = time.Duration(hour)*time.Hour + time.Duration(i*40)*time.Millisecond
			for range 12 {
				p.do()
			}
		}
	}
}

func twoPrograms(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 15 {
		p := s.someone(f, 1000+i)
		tool := p.Caller
		tool.Fingerprint = "t13d_taxtool"
		p.sometime(10 * time.Minute)
		p.come(0)
		for k := range 40 {
			if k == 20 { // to the office
				p.Caller.Address, tool.Address = at(homes, 700+i), at(homes, 700+i)
			}
			p.do()
			p.pause(time.Minute)
			p.as(tool, "GET", "/tax/api/inbox")
			p.pause(time.Minute)
		}
	}
}

func keyInApplication(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 30, 5*time.Hour)
	key := s.key("application")
	for i := range 150 {
		a := s.actor(fmt.Sprintf("telephone %d", i), false, at(homes, 1000+i))
		a.Caller.Key, a.May = key, [2]int{3000 + i, 3001 + i}
		a.wait(time.Duration(i) * 2 * time.Minute)
		if i == 0 {
			a.as(a.Caller.without(), "GET", "/stay/v2/bookings/"+booked(3000))
		}
		for range 6 {
			a.ask("GET", "/stay/v2/bookings/"+booked(3000+i))
			a.pause(20 * time.Second)
			a.ask("GET", fmt.Sprintf("/stay/v2/hotels/%s/rates?from=2026-02-%02d", house(s.rng.IntN(40)), 1+i%28))
			a.pause(40 * time.Second)
		}
	}
}

func goneCalls(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 30, time.Hour)
	for i := range 70 {
		p := s.someone(f, 1000+i)
		p.sometime(30 * time.Minute)
		p.come(0)
		for range 10 {
			p.ask("GET", fmt.Sprintf("/g/users/%d/badges", 500_000+1000+i))
			p.pause(20 * time.Second)
		}
		p.stay(p.at+10*time.Minute, time.Minute)
	}
}
