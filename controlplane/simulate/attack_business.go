package simulate

import (
	"fmt"
	"strconv"
	"time"
)

// businessAttacks are those on what a business gives away, on where its money goes, and on flows whose steps nobody checks; and
// services whose old versions or whole records lie open.
func businessAttacks() []Timeline {
	return []Timeline{
		{
			Name: "voucher-guessing", About: "A customer tries a voucher every half minute.", After: "vouchers",
			Fires: []string{"redeem-guessing"}, Play: voucherGuessing,
		},
		{
			Name: "downloads-unpaid", About: "A customer fetches recordings without paying, which everybody else does before.", After: "recordings",
			Fires: []string{"goods-unpaid"}, Play: downloadsUnpaid,
		},
		{
			Name: "codes-of-many", About: "30 homes' routers try two codes of ever other customers, one customer every six minutes.", After: "codes",
			Fires: []string{"otp-guessing-accounts"}, Play: codesOfMany, Scatter: true,
		},
		{
			Name: "names-free", About: "A machine asks which of 600 names are free for a new account.", After: "names",
			Fires: []string{"account-availability"}, Play: namesFree,
		},
		{
			Name: "reset-and-redirect", About: "From one address the passwords of 20 customers are reset, one every ten minutes, and their bank accounts changed.", After: "accounts",
			Fires: []string{"change-after-reset"}, Play: resetAndRedirect,
		},
		{
			Name: "payouts-redirected", About: "From one address somebody logs in with 20 customers' good passwords and changes their bank accounts; they go on from home.", After: "accounts",
			Fires: []string{"change-of-many"}, Play: payoutsRedirected,
		},
		{
			Name: "old-version-undeclared", About: "Version 1 of the meters answers beside version 2, and somebody has found it.", After: "meters",
			Fires: []string{"old-version"}, Told: true, Play: oldMeters,
		},
		{
			Name: "personal-data-excess", About: "A page of a customer's neighbours carries their telephones and e-mails; somebody reads it all.", After: "records",
			Fires: []string{"personal-data-excess"}, Told: true, Play: neighbourhood,
		},
	}
}

// sells adds what the carrier sells beside: vouchers, a check of names, bank accounts, and recordings for money.
func (s *Scene) sells() {
	s.on("POST /v1/vouchers/redeem", 100, 20, members(func(_ *service, r *Request, _ []string) answer {
		n, err := strconv.Atoi(body(r)["code"])
		if err != nil || n%9 != 0 {
			return answer{status: 422, bytes: 60}
		}
		if r.actor.Attacker {
			return answer{status: 200, leaked: "voucher " + body(r)["code"]}
		}
		return answer{status: 200}
	}))
	s.on("GET /v1/username/available", 30, 5, func(_ *service, r *Request, _ []string) answer {
		if r.actor.Attacker {
			return answer{status: 200, leaked: r.Path}
		}
		return answer{status: 200}
	})
	s.on("PUT /v1/me/bank-account", 90, 60, members(func(sv *service, r *Request, _ []string) answer {
		n, _ := whose(sv, r)
		return got(r, "account", n)
	}))
	s.on("POST /v1/checkout", 200, 200, members(fine))
	s.on("GET /v1/downloads/{}", 9_000, 30, members(func(_ *service, r *Request, ids []string) answer {
		if r.actor.Attacker {
			return answer{status: 200, leaked: ids[0]}
		}
		return answer{status: 200}
	}))
}

// redeems has n customers use a voucher, after so many mistakes.
func (s *Scene) redeems(first, n int, mistakes func(i int) int) {
	for i := range n {
		a := s.customer(first + i)
		a.wait(time.Duration(i) * time.Minute)
		a.arrive()
		for k := range mistakes(i) {
			a.send(Request{Method: "POST", Path: "/v1/vouchers/redeem", Body: fmt.Sprintf(`{"code":"%dO"}`, i*10+k)})
			a.pause(20 * time.Second)
		}
		a.send(Request{Method: "POST", Path: "/v1/vouchers/redeem", Body: fmt.Sprintf(`{"code":"%d"}`, i*9)})
	}
}

func voucherGuessing(s *Scene) {
	s.sells()
	s.town(10, 20, time.Hour)
	s.redeems(300, 20, func(i int) int { return i % 3 })
	a := s.thief(900)
	a.wait(25 * time.Minute)
	a.arrive()
	for i := range 100 {
		a.send(Request{Method: "POST", Path: "/v1/vouchers/redeem", Body: fmt.Sprintf(`{"code":"%d"}`, 70_000+i)})
		a.pause(30 * time.Second)
	}
}

// buys has n customers pay for recordings and fetch them.
func (s *Scene) buys(first, n int, lasts time.Duration) {
	for i := range n {
		a := s.customer(first + i)
		a.wait(time.Duration(s.rng.Int64N(int64(lasts))))
		a.arrive()
		for k := range 1 + i%2 {
			a.send(Request{Method: "POST", Path: "/v1/checkout", Body: `{"item":"recording"}`})
			a.pause(10 * time.Second)
			a.ask("GET", fmt.Sprintf("/v1/downloads/%d", 7000+i*10+k))
			a.pause(time.Minute)
		}
	}
}

func downloadsUnpaid(s *Scene) {
	s.sells()
	s.town(10, 20, 2*time.Hour)
	s.buys(300, 160, 80*time.Minute)
	a := s.thief(900)
	a.wait(85 * time.Minute)
	a.arrive()
	for i := range 60 {
		a.ask("GET", fmt.Sprintf("/v1/downloads/%d", 9000+i))
		a.pause(25 * time.Second)
	}
}

func codesOfMany(s *Scene) {
	s.town(10, 30, 2*time.Hour)
	for k := range 30 {
		a := s.attacker(k)
		a.Caller.Address = at(homes, 300+k)
		a.wait(time.Duration(k) * 7 * time.Second)
		for i := range 18 {
			for range 2 {
				a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(4000 + k*18 + i), Secret: fmt.Sprintf("%06d", s.rng.IntN(1_000_000))})
				a.pause(15 * time.Second)
			}
			a.pause(330 * time.Second)
		}
	}
}

// types has n people type a name letter by letter, and register it.
func (s *Scene) types(n int, where func(i int) Caller, every time.Duration) {
	for i := range n {
		a := s.customer(2000 + i)
		c := where(i)
		a.Caller.Address = c.Address
		a.wait(time.Duration(i) * every)
		for k := range 12 {
			a.as(a.Caller.without(), "GET", "/v1/username/available?username="+accountOf(2000 + i)[:1+k%10])
			a.pause(300 * time.Millisecond)
		}
		a.send(Request{Method: "POST", Path: "/v1/register", Account: fmt.Sprintf("new%d@example.net", i), Secret: "Abc-1234", Caller: a.Caller.without()})
		a.pause(10 * time.Second)
		a.arrive()
	}
}

func namesFree(s *Scene) {
	s.sells()
	s.town(10, 20, 40*time.Minute)
	s.types(10, func(i int) Caller { return Caller{Address: home(2000 + i)} }, time.Minute)
	a := s.attacker(1)
	a.wait(15 * time.Minute)
	for i := range 600 {
		a.ask("GET", "/v1/username/available?username="+accountOf(3000+i))
		a.pause(2 * time.Second)
	}
}

func resetAndRedirect(s *Scene) {
	s.sells()
	s.town(10, 30, 4*time.Hour)
	s.moves(500, 6)
	p := s.attacker(1)
	p.wait(40 * time.Minute)
	for i := range 20 {
		p.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(700 + i)})
		p.pause(2 * time.Minute)
		p.redirect(700 + i)
		p.pause(8 * time.Minute)
	}
}

// redirect logs in as a customer, and changes where the customer's money goes.
func (a *Actor) redirect(n int) {
	c := a.Caller.without()
	a.send(Request{Method: "POST", Path: "/v1/login", Account: accountOf(n), Secret: passwordOf(n), Caller: c})
	a.pause(20 * time.Second)
	c.Token = a.scene.token(n)
	a.as(c, "GET", "/v1/me")
	a.pause(20 * time.Second)
	a.send(Request{Method: "PUT", Path: "/v1/me/bank-account", Body: `{"iban":"DE00"}`, Caller: c})
}

// moves has n customers change their bank accounts from networks of their own, after an hour at home.
func (s *Scene) moves(first, n int) {
	for i := range n {
		a := s.customer(first + i)
		a.wait(time.Duration(i) * 3 * time.Minute)
		a.arrive()
		a.work(a.at+time.Hour, 5*time.Minute)
		a.Caller.Address = at(homes, 500+i)
		a.send(Request{Method: "PUT", Path: "/v1/me/bank-account", Body: `{"iban":"DE11"}`})
		a.work(a.at+20*time.Minute, 5*time.Minute)
	}
}

func payoutsRedirected(s *Scene) {
	s.sells()
	s.town(10, 30, 5*time.Hour)
	s.moves(500, 6)
	for i := range 20 {
		v := s.customer(700 + i)
		v.Victim = true
		v.wait(time.Duration(i) * time.Minute)
		v.arrive()
		v.work(5*time.Hour, 20*time.Minute)
	}
	p := s.attacker(1)
	p.wait(90 * time.Minute)
	for i := range 20 {
		p.redirect(700 + i)
		p.pause(9 * time.Minute)
	}
}

func oldMeters(s *Scene) {
	meter := func(_ *service, r *Request, _ []string) answer {
		if r.actor.Attacker {
			return answer{status: 200, leaked: r.Path}
		}
		return answer{status: 200}
	}
	s.on("GET /v2/meters/{}", 900, 9, members(meter))
	s.on("GET /v1/meters/{}", 900, 9, members(meter))
	s.meters(60, "v2")
	a := s.thief(900)
	a.wait(30 * time.Minute)
	a.arrive()
	for i := range 40 {
		a.ask("GET", fmt.Sprintf("/v1/meters/%d", 5000+i*977%3000))
		a.pause(2 * time.Minute)
	}
}

// meters has n customers read their meter, in a version.
func (s *Scene) meters(n int, version string) {
	for i := range n {
		a := s.customer(300 + i)
		a.wait(time.Duration(i) * 20 * time.Second)
		a.arrive()
		for range 6 {
			a.ask("GET", fmt.Sprintf("/%s/meters/%d", version, 300+i))
			a.pause(10 * time.Minute)
		}
	}
}

// page has so many persons' e-mails and telephones.
func page(persons int) handler {
	return func(_ *service, r *Request, ids []string) answer {
		b := ""
		for k := range persons {
			b += fmt.Sprintf(`,{"email":"%s","phone":"+%s"}`, accountOf(k), msisdnOf(k))
		}
		a := answer{status: 200, body: "[" + b[1:] + "]"}
		if r.actor.Attacker {
			a.leaked = ids[0]
		}
		return a
	}
}

func neighbourhood(s *Scene) {
	s.on("GET /v1/areas/{}/people", 4_000, 15, members(page(20)))
	s.areas(40)
	a := s.thief(900)
	a.wait(20 * time.Minute)
	a.arrive()
	for i := range 30 {
		a.ask("GET", fmt.Sprintf("/v1/areas/%d/people", 2000+i*7))
		a.pause(time.Minute)
	}
}

// areas has n customers look at the people of their areas.
func (s *Scene) areas(n int) {
	for i := range n {
		a := s.customer(300 + i)
		a.wait(time.Duration(i) * 30 * time.Second)
		a.arrive()
		for range 5 {
			a.ask("GET", fmt.Sprintf("/v1/areas/%d/people", 1000+i/4))
			a.pause(4 * time.Minute)
		}
	}
}
