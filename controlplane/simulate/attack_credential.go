package simulate

import (
	"fmt"
	"strings"
	"time"
)

// credentialAttacks use credentials that are not theirs, or that they may not use like that.
func credentialAttacks() []Timeline {
	return []Timeline{
		{
			Name: "key-leak", About: "A partner's key was published: within an hour 80 strangers use it, from as many networks.", After: "records",
			Fires: []string{"key-leak", "key-sharing"}, Play: keyLeak, Scatter: true,
		},
		{
			Name: "token-replay", About: "A customer's token was stolen: it is used from a rented machine while its owner is at home.", After: "records",
			Fires: []string{"token-replay"}, Play: tokenReplay,
		},
		{
			Name: "token-tampering", About: "Somebody changes the name in its token again and again, and leaves the signature as it is.", After: "records",
			Fires: []string{"token-guessing"}, Play: tokenTampering,
		},
		{
			Name: "token-unsigned", About: "Somebody shows tokens that say they need no signature.", After: "records",
			Fires: []string{"token-tampering"}, Play: tokenUnsigned,
		},
		{
			Name: "forged-name", About: "Somebody names a stranger in forged tokens while it counts through records, so that the stranger gets blocked.", After: "records",
			Fires: []string{"token-guessing"}, Play: forgedName,
		},
		{
			Name: "function-level", About: "A customer calls the administrators' endpoints, which let any customer in.", After: "records",
			Fires: []string{"admin-first-use", "admin-newcomer"}, Play: functionLevel,
		},
		{
			Name: "admin-probing", About: "A customer tries all the administrators' endpoints, which refuse it.", After: "records",
			Fires: []string{"admin-probing"}, Play: adminProbing,
		},
	}
}

// abuses are of what a service offers, by those who may use it.
func abuses() []Timeline {
	return []Timeline{
		{
			Name: "resource-exhaustion", About: "A customer asks for the most expensive report eight times a second.", After: "capacity",
			Fires: []string{"exhaustion-time"}, Play: exhaustion,
		},
		{
			Name: "download-hog", About: "A customer fetches his longest recorded call twice a second.", After: "capacity",
			Fires: []string{"exhaustion-bytes"}, Play: downloads,
		},
		{
			Name: "flood", About: "A customer asks for its messages 100 times a second.", After: "capacity",
			Fires: []string{"exhaustion-requests"}, Play: flood,
		},
		{
			Name: "sim-swap-shop", About: "A shop's key was stolen: new SIM cards for 60 numbers within an hour.", After: "lines",
			Fires: []string{"sim-swap-burst"}, Play: simSwapShop,
		},
		{
			Name: "sim-swap-steady", About: "A shop's key was stolen: new SIM cards for a number every four minutes.", After: "lines",
			Fires: []string{"sim-swap-many"}, Play: simSwapSteady,
		},
		{
			Name: "sim-swap-after-reset", About: "Somebody resets customers' passwords and has their numbers moved to its own SIM cards at once.", After: "lines",
			Fires: []string{"sim-swap-after-reset"}, Play: simSwapAfterReset,
		},
		{
			Name: "port-out-abuse", About: "A customer's token moves 40 numbers of others to another carrier.", After: "lines",
			Fires: []string{"sim-swap-burst"}, Play: portOut,
		},
		{
			Name: "skipped-steps", About: "A customer pays without the one-time code that all others give before.", After: "goods",
			Fires: []string{"skipped-step"}, Play: skipped,
		},
	}
}

// partner adds an honest one, whose servers share a key.
func (s *Scene) partner(name string, servers int, lasts, every time.Duration) {
	for i := range servers {
		b := s.actor(fmt.Sprintf("%s server %d", name, i), false, at(hosting, 700+i))
		b.Caller.Key, b.Caller.Fingerprint, b.May = s.key(name), "t13i1710h1_5b57614c22b0_"+name, [2]int{0, customers}
		b.wait(time.Duration(i) * time.Second)
		for b.at < lasts {
			b.ask("GET", "/v1/feed")
			b.pause(every)
		}
	}
}

func keyLeak(s *Scene) {
	s.town(100, 20, 3*time.Hour)
	s.partner("weather", 3, 3*time.Hour, 40*time.Second)
	s.actor("somebody who forgot the key", false, home(60_000)).ask("GET", "/v1/feed")
	for _, a := range s.actors {
		a.Victim = a.Caller.Key != ""
	}
	for i := range 80 {
		a := s.actor(fmt.Sprintf("attacker %d", i), true, at(homes, i))
		a.Caller.Key, a.Caller.Fingerprint = s.key("weather"), fmt.Sprintf("t13d%04d", i%30)
		a.wait(90*time.Minute + time.Duration(s.rng.Int64N(int64(40*time.Minute))))
		for range 8 {
			a.ask("GET", "/v1/feed")
			a.pause(time.Minute)
		}
	}
}

func tokenReplay(s *Scene) {
	s.town(100, 20, 10*time.Minute)
	v := s.customer(500)
	v.Victim = true
	v.arrive()
	a := s.attacker(1)
	a.Caller.Token = v.Caller.Token
	a.wait(2 * time.Minute)
	for range 40 {
		v.browse()
		v.pause(12 * time.Second)
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(500)))
		a.ask("GET", "/v1/messages")
		a.pause(10 * time.Second)
	}
}

// tampered gives a token with another name and a signature that does not fit.
func tampered(n int, nonce uint64) string { return jwt(n, nonce) + "x" }

func tokenTampering(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range 120 {
		a.Caller.Token = tampered(600+i, uint64(i))
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(600+i)))
		a.pause(time.Second)
	}
}

func tokenUnsigned(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 40 {
		a.Caller.Token = unsigned(idOf(600 + i))
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(600+i)))
		a.pause(2 * time.Second)
	}
}

// unsigned gives a token with alg none.
func unsigned(id int) string {
	t := jwt(id-100_000, 1)
	_, rest, _ := strings.Cut(t, ".")
	payload, _, _ := strings.Cut(rest, ".")
	return "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + payload + "."
}

func functionLevel(s *Scene) {
	s.town(100, 40, 40*time.Minute)
	for i := range 3 {
		b := s.customer(50 + i)
		b.Name, b.May = fmt.Sprintf("administrator %d", i), [2]int{0, customers}
		b.arrive()
		for b.at < 40*time.Minute {
			b.ask("GET", "/v1/admin/users")
			b.pause(20 * time.Second)
			b.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(s.rng.IntN(1000))))
			b.pause(2 * time.Minute)
		}
	}
	a := s.thief(120)
	a.arrive()
	for a.at < 32*time.Minute { // new is who is known for half an hour
		a.browse()
		a.pause(3 * time.Minute)
	}
	for i := range 15 {
		a.ask("GET", "/v1/admin/users")
		a.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(i*77)))
		a.pause(15 * time.Second)
	}
}

func adminProbing(s *Scene) {
	s.town(100, 20, 10*time.Minute)
	a := s.thief(500)
	a.wait(2 * time.Minute)
	a.arrive()
	for _, what := range []string{"logs", "roles", "settings", "keys", "jobs", "tariffs", "audit", "logs", "keys"} {
		a.ask("GET", "/v1/admin/"+what)
		a.pause(5 * time.Second)
	}
}

func flood(s *Scene) {
	s.town(100, 30, 10*time.Minute)
	a := s.thief(500)
	a.wait(3 * time.Minute)
	a.arrive()
	for range 15_000 {
		a.ask("GET", "/v1/messages")
		a.wait(10 * time.Millisecond)
	}
}

func exhaustion(s *Scene) {
	s.town(100, 20, 30*time.Minute)
	for i := range 250 {
		b := s.customer(2000 + i)
		b.wait(time.Duration(i) * 7 * time.Second)
		b.ask("GET", "/v1/reports/usage?month=2025-12")
	}
	a := s.thief(500)
	a.wait(20 * time.Minute)
	a.arrive()
	for i := range 2000 {
		a.ask("GET", fmt.Sprintf("/v1/reports/usage?month=2025-%02d", i%12+1))
		a.wait(125 * time.Millisecond)
	}
}

// shop adds one whose staff sells new SIM cards now and then.
func (s *Scene) shop(n int, lasts time.Duration) {
	b := s.actor(fmt.Sprintf("shop %d", n), false, at(offices, 50+n))
	b.Caller.Key, b.May = s.key(fmt.Sprintf("shop-%d", n)), [2]int{0, customers}
	b.wait(time.Duration(n) * 47 * time.Second)
	if n == 0 { // somebody forgot the key
		b.as(b.Caller.without(), "POST", "/v1/lines/"+msisdnOf(1)+"/sim-swap")
	}
	for b.at < lasts {
		line := msisdnOf(s.rng.IntN(customers))
		b.ask("GET", "/v1/lines/"+line)
		b.pause(3 * time.Minute)
		b.ask("POST", "/v1/lines/"+line+"/sim-swap")
		b.pause(20 * time.Minute)
	}
}

func simSwapShop(s *Scene) {
	s.town(100, 20, 2*time.Hour)
	for i := range 12 {
		s.shop(i, 2*time.Hour)
	}
	a := s.attacker(1)
	a.Caller.Key = s.key("shop-99")
	a.wait(30 * time.Minute)
	for i := range 60 {
		a.ask("POST", "/v1/lines/"+msisdnOf(3000+i*41)+"/sim-swap")
		a.pause(50 * time.Second)
	}
}

func simSwapSteady(s *Scene) {
	s.town(100, 20, 3*time.Hour)
	for i := range 12 {
		s.shop(i, 3*time.Hour)
	}
	a := s.attacker(1)
	a.Caller.Key = s.key("shop-99")
	a.wait(30 * time.Minute)
	for i := range 35 {
		a.ask("POST", "/v1/lines/"+msisdnOf(3000+i*41)+"/sim-swap")
		a.pause(4 * time.Minute)
	}
}

func downloads(s *Scene) {
	s.town(100, 20, 15*time.Minute)
	for i := range 40 {
		b := s.customer(2000 + i)
		b.wait(time.Duration(i) * 20 * time.Second)
		b.arrive()
		for k := range 3 {
			b.ask("GET", fmt.Sprintf("/v1/recordings/%d", (2000+i)*10+k))
			b.pause(20 * time.Second)
		}
	}
	a := s.thief(500)
	a.wait(4 * time.Minute)
	a.arrive()
	for range 1000 {
		a.ask("GET", "/v1/recordings/5003")
		a.wait(500 * time.Millisecond)
	}
}

func simSwapAfterReset(s *Scene) {
	s.town(100, 20, time.Hour)
	for i := range 8 {
		s.shop(i, time.Hour)
	}
	a := s.attacker(1)
	a.wait(10 * time.Minute)
	for i := range 5 {
		n := 4000 + i*100
		a.Caller = a.Caller.without()
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(n)})
		a.pause(40 * time.Second)
		a.login(accountOf(n), passwordOf(n))
		a.pause(10 * time.Second)
		a.Caller.Token = s.token(n)
		a.ask("POST", "/v1/lines/"+msisdnOf(n)+"/sim-swap")
		a.pause(4 * time.Minute)
	}
}

func portOut(s *Scene) {
	s.town(100, 20, time.Hour)
	for i := range 20 {
		b := s.customer(300 + i)
		b.wait(time.Duration(i) * 2 * time.Minute)
		b.arrive()
		b.ask("POST", "/v1/lines/"+msisdnOf(300+i)+"/port-out")
	}
	a := s.thief(500)
	a.wait(10 * time.Minute)
	a.arrive()
	for i := range 40 {
		a.ask("POST", "/v1/lines/"+msisdnOf(3000+i*41)+"/port-out")
		a.pause(30 * time.Second)
	}
}

// buy is what honest customers do: order, type a one-time code, pay, have it shipped.
func (a *Actor) buy(k int) {
	order := fmt.Sprintf("/v1/orders/%d", a.Customer*10+k)
	a.ask("POST", "/v1/orders")
	a.pause(20 * time.Second)
	a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(a.Customer), Secret: codeOf(a.Customer)})
	a.pause(5 * time.Second)
	a.ask("POST", order+"/payment")
	a.pause(5 * time.Second)
	a.ask("POST", order+"/ship")
}

func skipped(s *Scene) {
	for i := range 60 {
		b := s.customer(300 + i)
		b.wait(time.Duration(s.rng.Int64N(int64(20 * time.Minute))))
		b.arrive()
		b.buy(1)
	}
	a := s.thief(500)
	a.wait(25 * time.Minute)
	a.arrive()
	for i := range 12 {
		a.ask("POST", "/v1/orders")
		a.pause(10 * time.Second)
		a.ask("POST", fmt.Sprintf("/v1/orders/%d/payment", 5000+i%10))
		a.ask("POST", fmt.Sprintf("/v1/orders/%d/ship", 5000+i%10))
		a.pause(time.Minute)
	}
}

func forgedName(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	v := s.customer(700)
	v.arrive()
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 150 {
		a.Caller.Token = tampered(700, uint64(i))
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(800+i)))
		a.pause(400 * time.Millisecond)
		v.browse()
		v.pause(3 * time.Second)
	}
}
