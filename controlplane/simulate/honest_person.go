package simulate

import (
	"fmt"
	"time"
)

// persons are single honest callers, or a few.
func persons() []Timeline {
	return []Timeline{
		{Name: "mistyped-password", About: "Eight customers mistype their password four times, and then get it right.", Play: mistyped},
		{Name: "one-time-codes", About: "30 customers type one-time codes; four are late three times, since their clock is wrong.", Play: lateCodes},
		{Name: "single-page-application", About: "20 customers' browsers load an application in 90 pieces, a third of which do not exist.", Play: singlePage},
		{Name: "prefetch", About: "Five browsers fetch the 40 products of a page before anybody has clicked.", Play: prefetch},
		{Name: "network-hopping", About: "Ten customers on trains change their network every four minutes, with the same token.", Play: hopping, Scatter: true},
		{Name: "application-update", About: "30 customers' applications are updated and have another TLS fingerprint with the same token.", Play: applicationUpdate},
		{Name: "two-devices", About: "25 customers use a phone and a computer at the same time, each with a token of its own.", Play: twoDevices},
		{Name: "family", About: "A father looks at the lines and records of his three children, again and again.", Play: family},
		{Name: "old-application", About: "15 customers have not updated: their application asks the old version of an endpoint for their own record.", Play: oldApplication, May: []string{"deprecated-endpoint"}},
		{Name: "dead-links", About: "Six customers follow the dead links of an old mail, 12 each.", Play: deadLinks},
		{Name: "new-administrator", About: "A customer service trainee gets administrators' rights and looks up three customers.", Play: newAdministrator},
		{Name: "christmas-shop", About: "Before Christmas each of ten shops sells eight SIM cards an hour.", Play: christmas},
		{Name: "reset-then-sim", About: "Six customers lost their phones: they reset their passwords, and some hours later get a new SIM card, at home.", Play: lostPhone},
		{Name: "paid-elsewhere", About: "25 customers order on a computer, pay with a phone, and confirm on the computer.", Play: paidElsewhere},
		{Name: "apostrophes", About: "Twelve customers called O'Neill search for themselves; the service answers with its database's error.", Play: apostrophes, May: []string{"error-leak"}},
		{Name: "month-end", About: "20 accountants fetch the expensive report for three months each.", Play: monthEnd},
		{Name: "port-out-day", About: "30 customers move their own numbers to another carrier on the day of its offer, some two of a family.", Play: portOutDay},
		{Name: "analyst", About: "Two analysts write conditions for the query endpoint all morning.", Play: analyst},
	}
}

func mistyped(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 8 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 70 * time.Second)
		a.mistype(4)
		a.work(a.at+2*time.Minute, 20*time.Second)
	}
}

func lateCodes(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 30 {
		s.confirm(500+i, time.Duration(i)*25*time.Second)
	}
	for i := range 4 {
		a := s.customer(600 + i)
		a.wait(time.Duration(i) * 3 * time.Minute)
		for k := range 3 {
			a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(600 + i), Secret: fmt.Sprintf("11111%d", k)})
			a.pause(25 * time.Second)
		}
		a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(600 + i), Secret: codeOf(600 + i)})
	}
}

func singlePage(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 20 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 20 * time.Second)
		a.arrive()
		for k := range 90 {
			path := fmt.Sprintf("/app/views/%s/chunk%c%c.js", []string{"home", "cart", "profile", "offers", "help"}[k%5], 'a'+k/5%26, 'a'+k%7)
			if k%3 > 0 {
				path = "/app"
			}
			a.ask("GET", path)
			a.wait(60 * time.Millisecond)
		}
		a.work(a.at+5*time.Minute, 30*time.Second)
	}
}

func prefetch(s *Scene) {
	s.town(10, 20, 10*time.Minute)
	for i := range 5 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * time.Minute)
		a.arrive()
		a.ask("GET", "/v1/products")
		for k := range 40 {
			a.ask("GET", fmt.Sprintf("/v1/products/%d", 100*i+k+1))
			a.wait(30 * time.Millisecond)
		}
	}
}

func hopping(s *Scene) {
	s.town(10, 20, time.Hour)
	for i := range 10 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 20 * time.Second)
		a.arrive()
		for hop := range 14 {
			a.Caller.Address = at(mobile, i*20+hop)
			a.work(a.at+4*time.Minute, 30*time.Second)
		}
	}
}

func applicationUpdate(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	for i := range 30 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 10 * time.Second)
		a.arrive()
		a.work(12*time.Minute, 40*time.Second)
		a.Caller.Fingerprint = "t13d_updated"
		a.work(30*time.Minute, 40*time.Second)
	}
}

func twoDevices(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	for i := range 25 {
		for _, device := range []string{"phone", "computer"} {
			a := s.customer(500 + i)
			a.Name += "'s " + device
			a.Caller.Fingerprint = "t13d_" + device
			if device == "phone" {
				a.Caller.Address = at(mobile, i)
			}
			a.wait(time.Duration(i) * 10 * time.Second)
			a.arrive()
			a.work(30*time.Minute, 40*time.Second)
		}
	}
}

func family(s *Scene) {
	s.town(10, 20, time.Hour)
	a := s.customer(500)
	a.May = [2]int{500, 504}
	a.arrive()
	for a.at < time.Hour {
		n := 500 + s.rng.IntN(4)
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(n)))
		a.ask("GET", "/v1/lines/"+msisdnOf(n))
		a.pause(time.Minute)
	}
}

func oldApplication(s *Scene) {
	s.town(10, 30, time.Hour)
	for i := range 15 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 2 * time.Minute)
		a.arrive()
		for range 6 {
			a.ask("GET", fmt.Sprintf("/v0/customers/%d", idOf(500+i)))
			a.pause(4 * time.Minute)
		}
	}
}

func deadLinks(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 6 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * time.Minute)
		a.arrive()
		for k := range 12 {
			a.ask("GET", "/offers/"+[]string{"spring", "summer", "autumn", "winter"}[k%4]+"/"+[]string{"phones", "tariffs", "tablets"}[k/4])
			a.pause(12 * time.Second)
		}
		a.work(a.at+5*time.Minute, 30*time.Second)
	}
}

func newAdministrator(s *Scene) {
	s.town(10, 40, 40*time.Minute)
	for i := range 3 {
		b := s.customer(60 + i)
		b.Name, b.May = fmt.Sprintf("administrator %d", i), [2]int{0, customers}
		b.arrive()
		for b.at < 40*time.Minute {
			b.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(s.rng.IntN(1000))))
			b.pause(2 * time.Minute)
		}
	}
	a := s.customer(70)
	a.Name, a.May = "trainee", [2]int{0, customers}
	a.arrive()
	a.work(20*time.Minute, 2*time.Minute)
	for i := range 3 {
		a.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(i*77)))
		a.pause(4 * time.Minute)
	}
}

func christmas(s *Scene) {
	s.town(10, 20, 3*time.Hour)
	for i := range 10 {
		b := s.actor(fmt.Sprintf("shop %d", i), false, at(offices, 50+i))
		b.Caller.Key, b.May = s.key(fmt.Sprintf("shop-%d", i)), [2]int{0, customers}
		b.as(b.Caller.without(), "POST", "/v1/lines/"+msisdnOf(1)+"/sim-swap") // the key was forgotten
		for b.at < 3*time.Hour {
			line := msisdnOf(s.rng.IntN(customers))
			b.ask("GET", "/v1/lines/"+line)
			b.pause(time.Minute)
			b.ask("POST", "/v1/lines/"+line+"/sim-swap")
			b.pause(6 * time.Minute)
		}
	}
}

func lostPhone(s *Scene) {
	s.town(10, 20, 6*time.Hour)
	for i := range 6 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 20 * time.Minute)
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(500 + i), Caller: a.Caller.without()})
		a.pause(2 * time.Minute)
		a.mistype(1)
		a.wait(3 * time.Hour)
		a.ask("GET", "/v1/lines/"+msisdnOf(500+i))
		a.ask("POST", "/v1/lines/"+msisdnOf(500+i)+"/sim-swap")
	}
}

func paidElsewhere(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	for i := range 25 {
		a := s.customer(500 + i)
		there := a.Caller
		there.Address, there.Fingerprint, there.Token = at(mobile, 100+i), "t13d_phone", s.token(500+i)
		a.wait(time.Duration(i) * 40 * time.Second)
		a.arrive()
		a.ask("POST", "/v1/orders")
		a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(500 + i), Secret: codeOf(500 + i)})
		a.pause(time.Minute)
		a.as(there, "POST", fmt.Sprintf("/v1/orders/%d/payment", (500+i)*10))
		a.pause(30 * time.Second)
		a.ask("POST", fmt.Sprintf("/v1/orders/%d/ship", (500+i)*10))
	}
}

func apostrophes(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 12 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * time.Minute)
		a.arrive()
		for range 3 {
			a.ask("GET", "/v1/search?q=O%27Neill")
			a.pause(20 * time.Second)
		}
		a.ask("GET", "/v1/search?q=ONeill")
	}
}

func monthEnd(s *Scene) {
	s.town(10, 20, time.Hour)
	for i := range 20 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 90 * time.Second)
		a.arrive()
		for k := range 3 {
			a.ask("GET", fmt.Sprintf("/v1/reports/usage?month=2025-%02d", 10+k))
			a.pause(30 * time.Second)
		}
	}
}

func portOutDay(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	for i := range 30 {
		n := 500 + 2*i
		a := s.customer(n)
		a.May = [2]int{n, n + 2}
		a.wait(time.Duration(i) * 3 * time.Minute)
		a.arrive()
		a.ask("POST", "/v1/lines/"+msisdnOf(n)+"/port-out")
		if i%5 == 0 {
			a.pause(time.Minute)
			a.ask("POST", "/v1/lines/"+msisdnOf(n+1)+"/port-out")
		}
	}
}

func analyst(s *Scene) {
	s.town(10, 20, time.Hour)
	for i := range 2 {
		a := s.customer(500 + i)
		a.Name = fmt.Sprintf("analyst %d", i)
		a.arrive()
		for a.at < time.Hour {
			a.ask("GET", "/v1/reports/query?q=select%20tariff%20where%20minutes%20%3E%20100")
			a.pause(90 * time.Second)
		}
	}
}
