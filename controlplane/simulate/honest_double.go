package simulate

import (
	"fmt"
	"time"
)

// doubles are honest callers who do nearly what one scenario looks for.
func doubles() []Timeline {
	return []Timeline{
		{Name: "new-release-broken", About: "A new release, with a TLS fingerprint of its own, cannot log in for half an hour: 60 customers try twice each, and again when it is mended.", Play: releaseBroken},
		{Name: "renamed-accounts", About: "A company has a new name: 40 employees behind one address type their old user names once.", Play: renamedAccounts},
		{Name: "reset-office", About: "After a warning 45 employees behind one address reset their passwords within ten minutes, and log in.", Play: resetOffice},
		{Name: "open-day", About: "At an open day 40 visitors behind one address register within a quarter of an hour, and look around.", Play: openDay},
		{Name: "expired-at-once", About: "45 phones with one application behind one gateway show tokens that expired at the same second, once each, and log in.", Play: expiredAtOnce},
		{Name: "account-managers", About: "Twelve account managers read one customer's record after another, as their work is.", Play: accountManagers},
		{Name: "server-side-rendering", About: "40 customers' tokens are used by their browsers and by the server that renders their pages.", Play: rendering},
		{Name: "webview", About: "Eight customers leave their home's network, and a view inside the application has another TLS fingerprint.", Play: webview},
		{Name: "partner-moves", About: "A partner moves 14 servers to another data centre, with the same key and program.", Play: partnerMoves},
		{Name: "developers", About: "Five of a partner's developers try its key from home, each with another program.", Play: developers},
		{Name: "gateway-headers", About: "A partner's gateway adds a header to each request that some servers take for the path.", Play: gatewayHeaders},
		{Name: "status-watch", About: "A watcher asks for the server's status page every 20 seconds.", Play: statusWatch},
		{Name: "console-without-rights", About: "Four agents open the administrators' console again and again; five of its eight parts are not for them.", Play: console},
		{Name: "promoted", About: "A customer service agent becomes an administrator, and looks customers up at the pace of the others.", Play: promoted, May: []string{"admin-first-use"}},
		{Name: "shared-links", About: "Eight strangers follow shared links to five records each, at an endpoint that asks others for tokens.", Play: sharedLinks, May: []string{"unauthenticated-access", "unauthenticated-records"}},
		{Name: "remembered-devices", About: "Three of 60 customers pay twice without a one-time code, for their devices are remembered.", Play: remembered},
		{Name: "shop-network", About: "In a shop, customers reset their passwords in its network, and its staff sells them SIM cards.", Play: shopNetwork},
		{Name: "shop-self-service", About: "In a shop's network six customers, one every ten minutes, reset their passwords and change their SIM cards themselves, each with a phone of his own.", Play: selfService},
		{Name: "forum", About: "60 visitors without accounts read twelve pages each of a forum, one after the other.", Play: forum},
		{Name: "family-port-out", About: "A mother moves the family's five numbers to another carrier within some minutes.", Play: familyPortOut},
		{Name: "personnel", About: "An office's personnel department pages through its directory; others look names up.", Play: personnel},
	}
}

func releaseBroken(s *Scene) {
	s.town(10, 30, time.Hour)
	for i := range 60 {
		a := s.customer(1000 + i)
		a.Caller.Fingerprint = "t13d_release_2"
		a.wait(5*time.Minute + time.Duration(s.rng.Int64N(int64(25*time.Minute))))
		for range 2 {
			a.send(Request{Method: "POST", Path: "/v1/login", Account: accountOf(a.Customer), Secret: "sent in the wrong encoding", Caller: a.Caller.without()})
			a.pause(10 * time.Second)
		}
		a.wait(max(0, 31*time.Minute-a.at) + time.Duration(s.rng.Int64N(int64(5*time.Minute))))
		a.mistype(0)
		a.work(a.at+5*time.Minute, time.Minute)
	}
}

func renamedAccounts(s *Scene) {
	s.town(10, 20, 40*time.Minute)
	for i, a := range s.staff(1000, 40, 20) {
		a.wait(2*time.Minute + time.Duration(s.rng.Int64N(int64(9*time.Minute))))
		a.login(fmt.Sprintf("user%d@old-name.example", i), passwordOf(a.Customer))
		a.pause(15 * time.Second)
		a.mistype(0)
		a.work(30*time.Minute, 3*time.Minute)
	}
}

func resetOffice(s *Scene) {
	s.town(10, 20, 40*time.Minute)
	for _, a := range s.staff(1000, 45, 21) {
		a.wait(2*time.Minute + time.Duration(s.rng.Int64N(int64(8*time.Minute))))
		c := a.Caller.without()
		a.as(c, "GET", "/v1/me")
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(a.Customer), Caller: c})
		a.pause(time.Minute)
		a.mistype(0)
		a.work(30*time.Minute, 3*time.Minute)
	}
}

func openDay(s *Scene) {
	s.town(10, 20, 40*time.Minute)
	for i, a := range s.staff(1000, 40, 22) {
		a.wait(2*time.Minute + time.Duration(s.rng.Int64N(int64(12*time.Minute))))
		a.as(a.Caller.without(), "GET", "/app")
		a.as(a.Caller.without(), "GET", "/v1/products")
		a.send(Request{Method: "POST", Path: "/v1/register", Account: fmt.Sprintf("visitor%d@example.org", i), Caller: a.Caller.without()})
		a.pause(10 * time.Second)
		a.work(a.at+6*time.Minute, time.Minute)
	}
}

func expiredAtOnce(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 45 {
		a := s.customer(1000 + i)
		a.Caller.Address, a.Caller.Fingerprint = at(mobile, 78), "t13d_carrier_app"
		good := a.Caller.Token
		a.Caller.Token = jwt(a.Customer, uint64(i))
		a.wait(5*time.Minute + time.Duration(s.rng.Int64N(int64(20*time.Second))))
		a.ask("GET", "/v1/messages")
		a.Caller.Token = good
		a.pause(15 * time.Second)
		a.mistype(0)
		a.work(15*time.Minute, 2*time.Minute)
	}
}

func accountManagers(s *Scene) {
	s.town(10, 20, 90*time.Minute)
	for i, a := range s.staff(60, 12, 23) {
		a.Name, a.May = fmt.Sprintf("account manager %d", i), [2]int{0, customers}
		a.wait(time.Duration(s.rng.Int64N(int64(2 * time.Minute))))
		a.arrive()
		for a.at < 90*time.Minute {
			a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(s.rng.IntN(customers))))
			a.pause(50 * time.Second)
		}
	}
}

func rendering(s *Scene) {
	for i := range 40 {
		a := s.customer(1000 + i)
		server := a.Caller
		server.Address, server.Fingerprint = at(hosting, 610), "t13i_renderer"
		a.wait(time.Duration(i) * 20 * time.Second)
		a.arrive()
		for range 12 {
			a.as(server, "GET", "/v1/me")
			a.as(server, "GET", "/v1/messages")
			a.browse()
			a.pause(40 * time.Second)
		}
	}
}

func webview(s *Scene) {
	s.town(10, 20, 40*time.Minute)
	for i := range 8 {
		a := s.customer(500 + i)
		view := a.Caller
		view.Fingerprint = "t13d_webview"
		a.wait(time.Duration(i) * time.Minute)
		a.arrive()
		a.work(a.at+8*time.Minute, 30*time.Second)
		a.Caller.Address, view.Address = at(mobile, 200+i), at(mobile, 200+i)
		for range 6 {
			a.browse()
			a.as(view, "GET", "/v1/messages")
			a.pause(time.Minute)
		}
	}
}

func partnerMoves(s *Scene) {
	s.town(10, 20, 3*time.Hour)
	s.actor("somebody who forgot the key", false, home(60_000)).ask("GET", "/v1/feed")
	s.partner("logistics", 3, 2*time.Hour, 40*time.Second)
	for i := range 14 {
		b := s.actor(fmt.Sprintf("new server %d", i), false, at(hosting, 900+i))
		b.Caller.Key, b.Caller.Fingerprint = s.key("logistics"), "t13i1710h1_5b57614c22b0_logistics"
		b.wait(2*time.Hour + time.Duration(i)*10*time.Second)
		for b.at < 3*time.Hour {
			b.ask("GET", "/v1/feed")
			b.pause(time.Minute)
		}
	}
}

func developers(s *Scene) {
	s.town(10, 20, 3*time.Hour)
	s.actor("somebody who forgot the key", false, home(60_000)).ask("GET", "/v1/feed")
	s.partner("maps", 3, 3*time.Hour, 40*time.Second)
	for i := range 5 {
		b := s.actor(fmt.Sprintf("developer %d", i), false, home(61_000+i*700))
		b.Caller.Key, b.Caller.Fingerprint = s.key("maps"), fmt.Sprintf("t13d_tool_%d", i)
		b.wait(90*time.Minute + time.Duration(i)*4*time.Minute)
		for range 6 {
			b.ask("GET", "/v1/feed")
			b.pause(2 * time.Minute)
		}
	}
}

func gatewayHeaders(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	s.actor("somebody who forgot the key", false, home(60_000)).ask("GET", "/v1/feed")
	a := s.actor("partner's gateway", false, at(hosting, 880))
	a.Caller.Key = s.key("gateway")
	for a.at < 30*time.Minute {
		a.send(Request{Method: "GET", Path: "/v1/feed", Headers: [][2]string{{"x-original-url", "/feed"}}})
		a.pause(10 * time.Second)
	}
}

func statusWatch(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	a := s.actor("watcher", false, at(hosting, 881))
	for a.at < 30*time.Minute {
		a.ask("GET", "/server-status")
		a.ask("GET", "/healthz")
		a.wait(20 * time.Second)
	}
}

func console(s *Scene) {
	s.town(10, 20, time.Hour)
	for i := range 4 {
		a := s.customer(500 + i)
		a.Name = fmt.Sprintf("agent %d", i)
		a.wait(time.Duration(i) * 3 * time.Minute)
		a.arrive()
		for range 4 {
			for _, part := range []string{"logs", "roles", "settings", "keys", "jobs"} { // 403
				a.ask("GET", "/v1/admin/"+part)
			}
			a.ask("GET", "/v1/me")
			a.ask("GET", "/v1/messages")
			a.ask("GET", "/v1/products")
			a.pause(8 * time.Minute)
		}
	}
}

func promoted(s *Scene) {
	s.town(10, 40, 80*time.Minute)
	for i := range 4 {
		b := s.customer(60 + i)
		b.Name, b.May = fmt.Sprintf("administrator %d", i), [2]int{0, customers}
		b.arrive()
		for b.at < 80*time.Minute {
			b.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(s.rng.IntN(1000))))
			b.pause(75 * time.Second)
		}
	}
	a := s.customer(70)
	a.Name, a.May = "promoted agent", [2]int{0, customers}
	a.arrive()
	a.work(40*time.Minute, 2*time.Minute)
	for a.at < 80*time.Minute {
		a.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(s.rng.IntN(1000))))
		a.pause(75 * time.Second)
	}
}

func sharedLinks(s *Scene) {
	s.town(10, 30, 30*time.Minute)
	for i := range 8 {
		a := s.actor(fmt.Sprintf("stranger %d", i), false, home(62_000+i*300))
		a.May = [2]int{0, customers}
		a.wait(5*time.Minute + time.Duration(i)*time.Minute)
		for k := range 5 {
			a.ask("GET", fmt.Sprintf("/v1/customers/%d?preview=1", idOf(100+i*5+k)))
			a.pause(40 * time.Second)
		}
	}
}

func remembered(s *Scene) {
	for i := range 60 {
		b := s.customer(300 + i)
		b.wait(time.Duration(s.rng.Int64N(int64(20 * time.Minute))))
		b.arrive()
		b.buy(1)
	}
	for i := range 3 {
		a := s.customer(500 + i)
		a.wait(25*time.Minute + time.Duration(i)*time.Minute)
		a.arrive()
		for k := range 2 {
			a.ask("POST", "/v1/orders")
			a.ask("POST", fmt.Sprintf("/v1/orders/%d/payment", a.Customer*10+k))
			a.pause(4 * time.Minute)
		}
	}
}

func shopNetwork(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	till := s.actor("till", false, at(offices, 90))
	till.Caller.Key, till.May = s.key("shop-90"), [2]int{0, customers}
	for i := range 8 {
		a := s.customer(500 + i)
		a.Caller.Address = at(offices, 90)
		a.wait(time.Duration(i) * 14 * time.Minute)
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(500 + i), Caller: a.Caller.without()})
		a.pause(time.Minute)
		a.mistype(0)
		till.at = a.at + 2*time.Minute
		till.ask("POST", "/v1/lines/"+msisdnOf(500+i)+"/sim-swap")
	}
}

func selfService(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	for i := range 6 {
		a := s.customer(500 + i)
		a.Caller.Address, a.Caller.Fingerprint = at(offices, 91), fmt.Sprintf("t13d_phone_%d", i)
		a.wait(time.Duration(i) * 10 * time.Minute)
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(500 + i), Caller: a.Caller.without()})
		a.pause(time.Minute)
		a.mistype(0)
		a.ask("POST", "/v1/lines/"+msisdnOf(500+i)+"/sim-swap")
		a.work(a.at+10*time.Minute, time.Minute)
	}
}

func forum(s *Scene) {
	s.town(10, 20, 40*time.Minute)
	for i := range 60 {
		a := s.actor(fmt.Sprintf("visitor %d", i), false, home(50_000+i*3))
		a.wait(time.Duration(i) * 20 * time.Second)
		first := 100 * s.rng.IntN(3)
		for k := range 12 {
			a.ask("GET", fmt.Sprintf("/v1/threads/%d", first+k))
			a.pause(20 * time.Second)
		}
	}
}

func familyPortOut(s *Scene) {
	s.town(10, 20, time.Hour)
	a := s.customer(500)
	a.May = [2]int{500, 505}
	a.wait(5 * time.Minute)
	a.arrive()
	for n := 500; n < 505; n++ {
		a.ask("GET", "/v1/lines/"+msisdnOf(n))
		a.ask("POST", "/v1/lines/"+msisdnOf(n)+"/port-out")
		a.pause(90 * time.Second)
	}
}

func personnel(s *Scene) {
	s.town(10, 20, 40*time.Minute)
	for i := range 20 {
		b := s.customer(300 + i)
		b.wait(time.Duration(i) * time.Minute)
		b.arrive()
		b.ask("GET", fmt.Sprintf("/v1/directory?name=smith%d", i))
	}
	a := s.customer(500)
	a.wait(20 * time.Minute)
	a.arrive()
	for i := range 8 {
		a.ask("GET", fmt.Sprintf("/v1/directory?page=%d", i))
		a.pause(30 * time.Second)
	}
}
