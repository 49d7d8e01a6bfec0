package simulate

import (
	"fmt"
	"strings"
	"time"
)

// togetherAttacks are those of many who each do little, and of one whom only what others do gives away.
func togetherAttacks() []Timeline {
	return []Timeline{
		{
			Name: "cards-together", About: "Twelve new accounts try five stolen cards each, two minutes apart.", After: "cards",
			Fires: []string{"card-testing-spread"}, Play: cardsTogether,
		},
		{
			Name: "vouchers-together", About: "15 homes' routers ask which vouchers have money on them, four a minute each.", After: "vouchers",
			Fires: []string{"code-guessing"}, Play: vouchersTogether,
		},
		{
			Name: "otp-flood", About: "A customer's telephone is asked to approve a login, every 90 seconds, until it does.", After: "approvals",
			Fires: []string{"otp-flood"}, Play: otpFlood,
		},
		{
			Name: "enumeration-together", About: "15 addresses ask for new passwords for the names of a list, each once in a minute.", After: "names",
			Fires: []string{"account-enumeration-spread"}, Play: enumerationTogether, Scatter: true,
		},
		{
			Name: "object-refused", About: "A customer counts through others' contracts, which the service refuses.", After: "records",
			Fires: []string{"object-refused"}, Play: contractsRefused,
		},
		{
			Name: "mass-assignment", About: "A customer sends his profile with a field more each time, to find one that makes him an administrator.", After: "rights",
			Fires: []string{"mass-assignment"}, Play: massAssignment, Workers: 1,
		},
		{
			Name: "scraping-program", About: "60 homes' routers take the catalogue together with a program of their own, 20 products each.", After: "records",
			Fires: []string{"scraping-program"}, Play: scrapingProgram, Scatter: true,
		},
		{
			Name: "scraping-fleet", About: "60 homes' routers take the catalogue as browsers do, 40 products each and nothing else.", After: "records",
			Fires: []string{"scraping-fleet"}, Play: scrapingFleet,
		},
		{
			Name: "object-networks", About: "A customer's token reads others' orders from 40 addresses in turn.", After: "records",
			Fires: []string{"object-networks"}, Play: objectNetworks,
		},
		{
			Name: "admin-customer", About: "A customer goes through the administrators' list of users, as nobody asks for their rights.", After: "records",
			Fires: []string{"admin-customer"}, Play: adminCustomer,
		},
		{
			Name: "key-elsewhere", About: "A partner's key was stolen: six rented machines use it while the partner goes on.", After: "records",
			Fires: []string{"key-elsewhere"}, Play: keyElsewhere,
		},
	}
}

// exposureAttacks are services that give away too much; somebody has found it.
func exposureAttacks() []Timeline {
	return []Timeline{
		{
			Name: "records-open", About: "An endpoint answers with claims whether or not a token comes along; somebody looks at ten.", After: "records",
			Fires: []string{"records-open"}, Told: true, Play: recordsOpen,
		},
		{
			Name: "error-leak", About: "A service's errors tell where in the program they happened.", After: "insides",
			Fires: []string{"error-leak"}, Told: true, Play: errorLeak,
		},
		{
			Name: "personal-data-open", About: "Reviews that anybody may read carry their writers' telephone numbers and addresses.", After: "records",
			Fires: []string{"personal-data-open"}, Told: true, Play: personalOpen,
		},
	}
}

// profiles has n customers change their profiles, ten times each.
func (s *Scene) profiles(n int, body func(time int) string) {
	for i := range n {
		a := s.customer(300 + i)
		a.wait(time.Duration(i) * 20 * time.Second)
		a.arrive()
		for k := range 10 {
			a.send(Request{Method: "PATCH", Path: fmt.Sprintf("/v1/customers/%d", idOf(300+i)), Body: body(k)})
			a.pause(time.Minute)
		}
	}
}

func massAssignment(s *Scene) {
	s.profiles(20, func(k int) string { return fmt.Sprintf(`{"name":"A","phone":"07%d"}`, k) })
	a := s.thief(310)
	a.wait(30 * time.Minute)
	a.arrive()
	for i := range 60 {
		a.send(Request{Method: "PATCH", Path: fmt.Sprintf("/v1/customers/%d", idOf(310)), Body: fmt.Sprintf(`{"name":"A","guess%c%c":true}`, 'a'+i%26, 'a'+i/26)})
		a.pause(4 * time.Second)
	}
}

func cardsTogether(s *Scene) {
	s.town(100, 20, 30*time.Minute)
	for n := range 15 {
		b := s.customer(200 + n)
		b.wait(time.Duration(n) * 2 * time.Minute)
		b.arrive()
		b.ask("POST", "/v1/payments")
	}
	for k := range 12 {
		a := s.thief(600 + k)
		a.wait(5*time.Minute + time.Duration(k)*7*time.Second)
		a.arrive()
		for range 5 {
			a.send(Request{Method: "POST", Path: "/v1/payments", Account: "card", Secret: "declined"})
			a.pause(2 * time.Minute)
		}
	}
}

func vouchersTogether(s *Scene) {
	s.on("POST /v1/vouchers/check", 120, 20, gifts)
	s.town(100, 20, 30*time.Minute)
	for n := range 10 {
		b := s.customer(200 + n)
		b.wait(time.Duration(n) * 2 * time.Minute)
		b.send(Request{Method: "POST", Path: "/v1/vouchers/check", Body: `{"code":"GC12345"}`})
		b.pause(10 * time.Second)
		b.send(Request{Method: "POST", Path: "/v1/vouchers/check", Body: fmt.Sprintf(`{"code":"%s"}`, giftOf(200+n))})
	}
	for k := range 15 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(homes, k))
		a.wait(10 * time.Minute)
		for i := range 60 {
			a.send(Request{Method: "POST", Path: "/v1/vouchers/check", Body: fmt.Sprintf(`{"code":"GC%07d"}`, 500_000+k*60+i)})
			a.pause(15 * time.Second)
		}
	}
}

func otpFlood(s *Scene) {
	s.on("POST /v1/otp/send", 40, 20, always(202))
	s.town(100, 20, 2*time.Hour)
	for n := range 20 {
		b := s.customer(200 + n)
		b.wait(time.Duration(n) * 3 * time.Minute)
		for range 1 + n%5 {
			b.send(Request{Method: "POST", Path: "/v1/otp/send", Account: accountOf(200 + n)})
			b.pause(40 * time.Second)
		}
	}
	a := s.attacker(1)
	a.wait(10 * time.Minute)
	for range 50 {
		a.send(Request{Method: "POST", Path: "/v1/otp/send", Account: accountOf(777)})
		a.pause(90 * time.Second)
	}
}

func enumerationTogether(s *Scene) {
	s.town(100, 20, 30*time.Minute)
	for n := range 10 {
		b := s.customer(300 + n)
		b.wait(time.Duration(n) * 2 * time.Minute)
		b.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(300 + n)})
	}
	for k := range 15 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(homes, k))
		a.wait(5*time.Minute + time.Duration(k)*4*time.Second)
		for i := range 20 {
			a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: names(k*20+i, 1)})
			a.pause(time.Minute)
		}
	}
}

func contractsRefused(s *Scene) {
	s.on("GET /v1/contracts/{}", 900, 12, members(tight("contract", by(func(id string) int {
		n, _ := number(id)
		return n
	}))))
	s.town(100, 20, 20*time.Minute)
	for n := range 15 {
		b := s.customer(200 + n)
		b.wait(time.Duration(n) * time.Minute)
		b.arrive()
		b.ask("GET", fmt.Sprintf("/v1/contracts/%d", idOf(200+n)))
	}
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range 100 {
		a.ask("GET", fmt.Sprintf("/v1/contracts/%d", idOf(7000+i)))
		a.pause(8 * time.Second)
	}
}

func scrapingProgram(s *Scene) {
	s.town(100, 30, time.Hour)
	for k := range 60 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(homes, k))
		a.Caller.Fingerprint = "t13d_collector"
		a.wait(10*time.Minute + time.Duration(k)*time.Second)
		for i := range 20 {
			a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+i*60+k))
			a.pause(time.Minute)
		}
	}
}

func scrapingFleet(s *Scene) {
	s.town(100, 30, time.Hour)
	for k := range 60 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(homes, k))
		a.wait(5*time.Minute + time.Duration(k)*time.Second)
		for i := range 40 {
			a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+i*60+k))
			a.pause(time.Minute)
		}
	}
}

func objectNetworks(s *Scene) {
	s.town(100, 30, 20*time.Minute)
	a := s.thief(500)
	a.wait(5 * time.Minute)
	a.arrive()
	for i := range 200 {
		a.Caller.Address = at(homes, 200+i%40)
		a.ask("GET", fmt.Sprintf("/v1/orders/%d", 6000+i*3079%90_000))
		a.pause(3 * time.Second)
	}
}

func adminCustomer(s *Scene) {
	s.town(100, 60, 20*time.Minute)
	a := s.thief(500)
	a.wait(5 * time.Minute)
	a.arrive()
	for range 20 {
		a.browse()
		a.pause(5 * time.Second)
	}
	for i := range 60 {
		a.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(2000+i)))
		a.pause(5 * time.Second)
	}
}

func keyElsewhere(s *Scene) {
	s.town(100, 20, 3*time.Hour)
	s.partner("weather", 2, 3*time.Hour, 40*time.Second)
	s.actor("somebody who forgot the key", false, home(60_000)).ask("GET", "/v1/feed")
	for _, a := range s.actors {
		if a.Victim = a.Caller.Key != ""; a.Victim {
			a.Caller.Fingerprint = "t13d_weather"
		}
	}
	for k := range 6 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(hosting, k))
		a.Caller.Key, a.Caller.Fingerprint = s.key("weather"), "t13d_buyer"
		a.wait(100*time.Minute + time.Duration(k)*20*time.Second)
		for range 40 {
			a.ask("GET", "/v1/feed")
			a.pause(30 * time.Second)
		}
	}
}

func recordsOpen(s *Scene) {
	s.on("GET /v1/claims/{}", 900, 12, loose("claim", by(func(id string) int {
		n, _ := number(id)
		return n
	})))
	s.town(100, 20, time.Hour)
	for n := range 30 {
		b := s.customer(200 + n)
		b.wait(time.Duration(n) * time.Minute)
		b.arrive()
		for range 3 {
			b.ask("GET", fmt.Sprintf("/v1/claims/%d", idOf(200+n)))
			b.pause(2 * time.Minute)
		}
	}
	a := s.attacker(1)
	a.wait(40 * time.Minute)
	for i := range 10 {
		a.ask("GET", fmt.Sprintf("/v1/claims/%d", idOf(7000+i*31)))
		a.pause(30 * time.Second)
	}
}

func errorLeak(s *Scene) {
	s.on("GET /v1/stock/{}", 900, 12, func(*service, *Request, []string) answer {
		return answer{status: 500, bytes: 700, body: `{"error":"java.lang.IllegalStateException: no such store\n\tat com.carrier.stock.StockService.find(StockService.java:118)\n\tat com.carrier.web.StockController.get(StockController.java:42)\n\tat org.springframework.web.method.support.InvocableHandlerMethod.invoke(InvocableHandlerMethod.java:150)"}`}
	})
	s.town(100, 20, 20*time.Minute)
	a := s.attacker(1)
	a.wait(10 * time.Minute)
	for i := range 5 {
		a.ask("GET", fmt.Sprintf("/v1/stock/%d", 10+i))
		a.pause(time.Minute)
	}
}

func personalOpen(s *Scene) {
	s.on("GET /v1/reviews/{}", 9000, 12, func(*service, *Request, []string) answer {
		var all []string
		for n := range 20 {
			all = append(all, fmt.Sprintf(`{"email":"anna.%d@mail.example","phone":"+49 171 55501%02d","text":"good"}`, n, n))
		}
		return answer{status: 200, body: `{"reviews":[` + strings.Join(all, ",") + `]}`}
	})
	s.town(100, 20, 40*time.Minute)
	for n := range 20 {
		v := s.actor(fmt.Sprintf("visitor %d", n), false, home(40_000+n))
		v.wait(time.Duration(n) * time.Minute)
		v.ask("GET", fmt.Sprintf("/v1/reviews/%d", n))
	}
	a := s.attacker(1)
	a.wait(10 * time.Minute)
	for i := range 10 {
		a.ask("GET", fmt.Sprintf("/v1/reviews/%d", 10+i))
		a.pause(time.Minute)
	}
}
