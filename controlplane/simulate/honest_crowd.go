package simulate

import (
	"fmt"
	"time"
)

// crowds are many honest callers who look like one, or like an attack.
func crowds() []Timeline {
	return []Timeline{
		{Name: "office", About: "300 employees behind one address log in between nine and a quarter past; every seventh mistypes once.", Play: officeMorning},
		{Name: "mobile-outage", About: "300 phones behind eight gateways try again and again while the service is down, and all at once when it is back.", Play: outage, Workers: 8, Scatter: true},
		{Name: "flash-sale", About: "400 customers buy the same product at the same minute.", Play: flashSale, Workers: 8},
		{Name: "password-rollout", About: "An office of 80 had to change passwords: every second types the old one first, once or twice.", Play: passwordRollout},
		{Name: "university", About: "250 students behind one address register and log in when the semester begins; one in three fails first.", Play: university},
		{Name: "kiosk", About: "60 customers, one after the other, log in and out at a terminal in a shop.", Play: kiosk},
		{Name: "corporate-proxy", About: "120 customers of one company browse through one proxy, which has one TLS fingerprint.", Play: corporateProxy},
		{Name: "tokens-expired", About: "150 phones behind one gateway show tokens that the service no longer takes, and log in again.", Play: tokensExpired},
		{Name: "polling", About: "120 visitors of the shop poll the prices every ten seconds.", Play: polling},
		{Name: "call-centre", About: "25 agents behind one address look customers up for the administrators' endpoints.", Play: callCentre},
		{Name: "reset-after-breach", About: "After a warning 150 customers ask for a new password within ten minutes, some for a name they no longer have.", Play: resetWave, Workers: 8},
	}
}

// staff adds n customers behind an address.
func (s *Scene) staff(first, n, where int) []*Actor {
	all := make([]*Actor, n)
	for i := range all {
		all[i] = s.customer(first + i)
		all[i].Caller.Address = office(where)
	}
	return all
}

// mistype logs in with a wrong password so many times, and then with the right one.
func (a *Actor) mistype(times int) {
	c := a.Caller.without()
	for i := range times {
		a.send(Request{Method: "POST", Path: "/v1/login", Account: accountOf(a.Customer), Secret: fmt.Sprintf("wrong-%d", i), Caller: c})
		a.pause(9 * time.Second)
	}
	a.send(Request{Method: "POST", Path: "/v1/login", Account: accountOf(a.Customer), Secret: passwordOf(a.Customer), Caller: c})
	a.pause(2 * time.Second)
	a.ask("GET", "/v1/me")
}

// work browses until a time.
func (a *Actor) work(until, every time.Duration) {
	for a.at < until {
		a.browse()
		a.pause(every)
	}
}

func officeMorning(s *Scene) {
	s.town(10, 20, time.Hour)
	for i, a := range s.staff(1000, 300, 1) {
		a.wait(time.Duration(s.rng.Int64N(int64(15 * time.Minute))))
		if i%7 == 0 {
			a.mistype(1)
		} else {
			a.arrive()
		}
		a.work(40*time.Minute, 4*time.Minute)
	}
}

func outage(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	s.service.down = [2]time.Duration{5 * time.Minute, 9 * time.Minute}
	for i := range 300 {
		a := s.customer(1000 + i)
		a.Caller.Address = at(mobile, i%8)
		a.wait(time.Duration(s.rng.Int64N(int64(4 * time.Minute))))
		a.arrive()
		a.work(5*time.Minute, time.Minute)
		for back := 2 * time.Second; a.at < 9*time.Minute; back = min(2*back, 30*time.Second) {
			a.ask("GET", "/v1/messages")
			a.pause(back)
		}
		a.ask("POST", "/v1/token/refresh")
		a.ask("GET", "/v1/me")
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(a.Customer)))
		a.work(15*time.Minute, time.Minute)
	}
}

func flashSale(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 400 {
		a := s.customer(1000 + i)
		a.wait(9*time.Minute + time.Duration(s.rng.Int64N(int64(50*time.Second))))
		a.arrive()
		for a.at < 10*time.Minute {
			a.ask("GET", "/v1/products/42")
			a.pause(3 * time.Second)
		}
		for range 3 {
			a.ask("GET", "/v1/products/42")
			a.pause(time.Second)
		}
		a.buy(1)
	}
}

func passwordRollout(s *Scene) {
	s.town(10, 20, time.Hour)
	for i, a := range s.staff(1000, 80, 2) {
		a.wait(time.Duration(s.rng.Int64N(int64(12 * time.Minute))))
		a.mistype(i % 2 * (1 + i/2%2))
		a.work(30*time.Minute, 5*time.Minute)
	}
}

func university(s *Scene) {
	s.town(10, 20, time.Hour)
	for i, a := range s.staff(2000, 250, 3) {
		a.wait(time.Duration(s.rng.Int64N(int64(45 * time.Minute))))
		if i%4 == 0 {
			a.send(Request{Method: "POST", Path: "/v1/register", Account: fmt.Sprintf("student%d@example.org", i), Caller: a.Caller.without()})
			a.pause(time.Minute)
		}
		a.mistype(i % 3 / 2)
		a.work(a.at+10*time.Minute, 2*time.Minute)
	}
}

func kiosk(s *Scene) {
	s.town(10, 20, 5*time.Hour)
	when := time.Minute
	for i, a := range s.staff(1000, 60, 4) {
		a.Caller.Fingerprint = "t13d_kiosk"
		a.wait(when)
		a.mistype(i % 5 / 4 * 2)
		for range 6 {
			a.browse()
			a.pause(20 * time.Second)
		}
		when = a.at + 30*time.Second
	}
}

func corporateProxy(s *Scene) {
	s.town(10, 20, time.Hour)
	for _, a := range s.staff(1000, 120, 5) {
		a.Caller.Fingerprint = "t12d_proxy"
		a.wait(time.Duration(s.rng.Int64N(int64(30 * time.Minute))))
		a.arrive()
		a.work(time.Hour, 90*time.Second)
	}
}

func tokensExpired(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 150 {
		a := s.customer(1000 + i)
		a.Caller.Address = at(mobile, 77)
		good := a.Caller.Token
		a.Caller.Token = jwt(a.Customer, uint64(i)) // the service has forgotten it
		a.wait(5*time.Minute + time.Duration(s.rng.Int64N(int64(3*time.Minute))))
		for range 2 {
			a.ask("GET", "/v1/messages")
			a.pause(3 * time.Second)
		}
		a.Caller.Token = good
		a.mistype(0)
		a.work(15*time.Minute, 2*time.Minute)
	}
}

func polling(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	for i := range 120 {
		a := s.actor(fmt.Sprintf("visitor %d", i), false, home(50_000+i))
		a.wait(time.Duration(s.rng.Int64N(int64(10 * time.Second))))
		for a.at < 30*time.Minute {
			a.ask("GET", "/v1/products")
			a.wait(10 * time.Second)
		}
	}
}

func callCentre(s *Scene) {
	s.town(10, 30, 2*time.Hour)
	for i, a := range s.staff(60, 25, 6) {
		a.Name, a.May = fmt.Sprintf("agent %d", i), [2]int{0, customers}
		a.wait(time.Duration(s.rng.Int64N(int64(20 * time.Minute))))
		a.arrive()
		for a.at < 2*time.Hour {
			a.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(s.rng.IntN(customers))))
			a.pause(5 * time.Minute)
		}
	}
}

func resetWave(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 150 {
		a := s.customer(1000 + i)
		a.wait(2*time.Minute + time.Duration(s.rng.Int64N(int64(10*time.Minute))))
		c := a.Caller.without()
		if i%10 == 0 {
			a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: fmt.Sprintf("old%d@example.net", i), Caller: c})
			a.pause(40 * time.Second)
		}
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(a.Customer), Caller: c})
		a.pause(time.Minute)
		a.mistype(0)
		a.work(a.at+3*time.Minute, time.Minute)
	}
}
