package simulate

import (
	"fmt"
	"time"
)

// edges are honest callers who come as close to an attack as such callers can.
func edges() []Timeline {
	return []Timeline{
		{Name: "login-broken", About: "For four minutes the service refuses right passwords, too: 250 customers try two or three times.", Play: loginBroken, Workers: 8},
		{Name: "logged-out", About: "An update of the application logs 300 customers out; a fifth of them mistype, and all have one TLS fingerprint.", Play: loggedOut},
		{Name: "old-password", About: "An application tries its owner's old password every five minutes all night, while the owner uses the new one.", Play: oldPassword},
		{Name: "help-desk", About: "A help desk asks for new passwords for 30 customers an hour, from one address.", Play: helpDesk},
		{Name: "tax-adviser", About: "A tax adviser reads the records of 40 clients, who gave leave, over a working day.", Play: taxAdviser},
		{Name: "deleted-orders", About: "20 customers' applications ask every two minutes for orders that were deleted.", Play: deletedOrders},
		{Name: "beta-rollout", About: "A new release asks an endpoint that nobody has written down yet: 60 customers, each for its own record.", Play: betaRollout, May: []string{"undocumented-endpoint"}},
		{Name: "vpn", About: "Six customers turn a VPN on and off: the same token and program in two countries, every ten minutes.", Play: vpn},
		{Name: "own-records-at-once", About: "An application that was offline fetches all that its owner has: 40 requests within three seconds, for each of 20 customers.", Play: ownAtOnce},
		{Name: "hotel", About: "90 guests behind a hotel's address watch, shop and pay; four of them mistype passwords three times.", Play: hotel},
	}
}

func loginBroken(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	s.service.refusing = [2]time.Duration{10 * time.Minute, 14 * time.Minute}
	for i := range 250 {
		a := s.customer(1000 + i)
		a.wait(8*time.Minute + time.Duration(s.rng.Int64N(int64(6*time.Minute))))
		for range 3 {
			a.send(Request{Method: "POST", Path: "/v1/login", Account: accountOf(a.Customer), Secret: passwordOf(a.Customer), Caller: a.Caller.without()})
			if a.at < 10*time.Minute || a.at > 14*time.Minute {
				break
			}
			a.pause(15 * time.Second)
		}
		a.wait(max(0, 15*time.Minute-a.at) + time.Duration(s.rng.Int64N(int64(5*time.Minute))))
		a.mistype(0)
	}
}

func loggedOut(s *Scene) {
	s.town(10, 20, 40*time.Minute)
	for i := range 300 {
		a := s.customer(1000 + i)
		a.Caller.Fingerprint = "t13d_carrier_app"
		a.wait(5*time.Minute + time.Duration(s.rng.Int64N(int64(20*time.Minute))))
		a.as(a.Caller.without(), "GET", "/v1/me")
		a.mistype(i % 5 / 4)
		a.work(a.at+5*time.Minute, time.Minute)
	}
}

func oldPassword(s *Scene) {
	s.town(10, 20, 10*time.Hour)
	owner := s.customer(500)
	owner.arrive()
	owner.work(10*time.Hour, 20*time.Minute)
	app := s.actor("forgotten application", false, at(mobile, 40))
	app.Customer = 500
	for app.at < 10*time.Hour {
		app.login(accountOf(500), "the old one")
		app.pause(5 * time.Minute)
	}
}

func helpDesk(s *Scene) {
	s.town(10, 20, 3*time.Hour)
	a := s.actor("help desk", false, office(11))
	a.May = [2]int{0, customers}
	for a.at < 3*time.Hour {
		name := accountOf(s.rng.IntN(customers))
		if s.rng.IntN(12) == 0 {
			name = "mistaken@example.net"
		}
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: name})
		a.pause(2 * time.Minute)
	}
}

func taxAdviser(s *Scene) {
	s.town(10, 20, 8*time.Hour)
	a := s.customer(500)
	a.Name, a.May = "tax adviser", [2]int{500, 541}
	a.arrive()
	for a.at < 8*time.Hour {
		n := 500 + s.rng.IntN(41)
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(n)))
		a.pause(time.Minute)
		a.ask("GET", fmt.Sprintf("/v1/customers/%d/invoices", idOf(n)))
		a.pause(10 * time.Minute)
	}
}

func deletedOrders(s *Scene) {
	s.town(10, 20, time.Hour)
	for i := range 20 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 5 * time.Second)
		a.arrive()
		for a.at < time.Hour {
			for k := range 5 {
				a.ask("GET", fmt.Sprintf("/v1/orders/%d", 9_000_000+i*10+k))
			}
			a.ask("GET", "/v1/messages")
			a.pause(2 * time.Minute)
		}
	}
}

func betaRollout(s *Scene) {
	s.town(10, 20, time.Hour)
	for i := range 60 {
		a := s.customer(500 + i)
		a.wait(time.Duration(s.rng.Int64N(int64(20 * time.Minute))))
		a.arrive()
		for range 5 {
			a.ask("GET", fmt.Sprintf("/v1/beta/usage/%d", idOf(500+i)))
			a.browse()
			a.pause(3 * time.Minute)
		}
	}
}

func vpn(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	for i := range 6 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * time.Minute)
		a.arrive()
		for k := range 12 {
			a.Caller.Address = home(500 + i)
			if k%2 == 1 {
				a.Caller.Address = at(hosting, 300+k%4)
			}
			a.work(a.at+10*time.Minute, time.Minute)
		}
	}
}

func ownAtOnce(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 20 {
		n := 500 + i
		a := s.customer(n)
		a.wait(time.Duration(i) * 40 * time.Second)
		a.arrive()
		for k := range 36 {
			a.ask("GET", fmt.Sprintf("/v1/customers/%d/invoices/%d", idOf(n), 40_000+n*100+k))
			a.wait(80 * time.Millisecond)
		}
		a.ask("GET", "/v1/lines/"+msisdnOf(n))
		a.ask("GET", fmt.Sprintf("/v1/orders/%d", n*10))
		a.ask("GET", "/v1/messages")
		a.ask("GET", "/v1/me")
	}
}

func hotel(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	for i, a := range s.staff(1000, 90, 12) {
		a.wait(time.Duration(s.rng.Int64N(int64(time.Hour))))
		a.mistype(i % 22 / 21 * 3)
		a.work(a.at+20*time.Minute, time.Minute)
		if i%10 == 0 {
			a.buy(2)
		}
	}
}
