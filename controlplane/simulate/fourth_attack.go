package simulate

import (
	"fmt"
	"time"
)

// fourthAttacks are the nineteen of the list.
func fourthAttacks() []Trial {
	return []Trial{
		attack("4-stuffing-fast", "accounts", "One address tries 2,000 shoppers' passwords, two a second; one in 40 is right.", fourthStuffing),
		attack("4-stuffing-residential", "accounts", "100 homes' routers try 20 subscribers each within eight hours; one in 40 is right.", fourthResidential),
		attack("4-stuffing-agents", "accounts", "Ten addresses try 1,000 members, each time as another program; one in 40 is right.", fourthAgents),
		attack("4-password-guessing", "accounts", "One address guesses a bank customer's password, and has it at the 1,500th try.", fourthGuessing),
		attack("4-otp-guessing", "codes", "Who has ten customers' passwords guesses their codes, 400 times each.", fourthCodes),
		attack("4-reset-enumeration", "names", "Three addresses ask the reset for 3,000 telephone numbers.", fourthReset),
		attack("4-bola-sequential", "records", "A subscriber reads 5,000 customers one after the other, five a second.", fourthSequential),
		attack("4-bola-random", "orders", "A shopper reads 3,000 orders drawn from all numbers, two a second.", fourthRandom),
		attack("4-bola-slow", "accounts", "A bank's customer reads another account every 40 seconds for a day, and its own now and then.", fourthSlow),
		attack("4-bola-many-addresses", "users", "One member's token reads 2,000 users of other tenants from 50 addresses.", fourthManyAddresses),
		attack("4-id-guessing", "invoices", "A subscriber tries 3,000 numbers where one in 50 is an invoice.", fourthMisses),
		attack("4-endpoint-scan", "files", "One address asks for 600 paths that a list names.", fourthScan),
		attack("4-key-leaked", "customers", "A reseller's key appears in 60 networks, which read 3,000 customers.", fourthKey),
		attack("4-token-replay", "statements", "A bank customer's token is used elsewhere too, for 120 months' statements.", fourthReplay),
		attack("4-scraping", "products", "60 addresses take the whole catalogue, each as a browser.", fourthScraping),
		attack("4-mass-assignment", "fields", "A customer adds fields to its profile that no form has.", fourthFields),
		attack("4-admin-functions", "functions", "A member calls the administration: lists, roles, deletions.", fourthAdmin),
		attack("4-sim-swaps", "swaps", "An agent of a dealer swaps 120 lines' cards within three hours.", fourthSwaps),
		attack("4-without-paying", "orders", "Three shoppers confirm 40 orders each without paying.", fourthUnpaid),
	}
}

func fourthStuffing(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 60, 30*time.Minute)
	p := s.crook(f, 0, hosting)
	p.wait(5 * time.Minute)
	for i := range 2000 {
		p.try(mailName(2000+i), guess(s, 2000+i, 40))
		p.pause(500 * time.Millisecond)
	}
}

func fourthResidential(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 60, 9*time.Hour)
	for k := range 100 {
		p := s.crook(f, k, homes)
		p.sometime(30 * time.Minute)
		for i := range 20 {
			n := 2000 + k*20 + i
			p.try(lineOf(n), guess(s, n, 40))
			p.pause(24 * time.Minute)
		}
	}
}

func fourthAgents(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 60, 90*time.Minute)
	for k := range 10 {
		p := s.crook(f, k, hosting)
		p.wait(10*time.Minute + time.Duration(k)*3*time.Second)
		for i := range 100 {
			n := 2000 + k*100 + i
			p.Caller.Fingerprint = fmt.Sprintf("t13d%04x_%08x_%08x", s.rng.IntN(1<<16), s.rng.Uint32(), s.rng.Uint32())
			p.try(mailOf(n), guess(s, n, 40))
			p.pause(30 * time.Second)
		}
	}
}

func fourthGuessing(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 40, time.Hour)
	p := s.crook(f, 0, hosting)
	p.wait(5 * time.Minute)
	for i := range 1600 {
		secret := fmt.Sprintf("Sommer%d", i)
		if i == 1500 {
			secret = passwordOf(777)
		}
		p.try(loginNo(777), secret)
		p.pause(2 * time.Second)
	}
}

func fourthCodes(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 30 {
		p := s.someone(f, 200+i)
		p.sometime(100 * time.Minute)
		p.come(0)
		p.post("/v1/auth/2fa", pair("username", loginNo(200+i), "otp", codeOf(200+i)))
	}
	p := s.crook(f, 0, homes)
	p.wait(5 * time.Minute)
	for k := range 10 {
		p.try(loginNo(3000+k), passwordOf(3000+k))
		for i := range 400 {
			code := fmt.Sprintf("%06d", s.rng.IntN(1_000_000))
			if i == 300 {
				code = codeOf(3000 + k)
			}
			p.post("/v1/auth/2fa", pair("username", loginNo(3000+k), "otp", code))
			p.pause(time.Second)
		}
	}
}

func fourthReset(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 40, time.Hour)
	for i := range 15 {
		p := s.someone(f, 200+i)
		p.sometime(50 * time.Minute)
		p.post("/api/v2/auth/forgot-password", `{"phone":"`+lineOf(200+i)+`"}`)
	}
	for k := range 3 {
		p := s.crook(f, k, hosting)
		p.wait(5 * time.Minute)
		for i := range 1000 {
			p.post("/api/v2/auth/forgot-password", fmt.Sprintf(`{"phone":"49151%07d"}`, 2_009_000+k*1000+i))
			p.pause(2 * time.Second)
		}
	}
}

func fourthSequential(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 60, 30*time.Minute)
	p := s.insider(f, 900)
	p.wait(5 * time.Minute)
	p.come(0)
	for i := range 5000 {
		p.ask("GET", "/api/v2/customers/"+subscriber(1000+i))
		p.pause(200 * time.Millisecond)
	}
}

func fourthRandom(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 60, 40*time.Minute)
	p := s.insider(f, 900)
	p.wait(5 * time.Minute)
	p.come(0)
	for range 3000 {
		p.ask("GET", "/api/orders/"+storeOrder(s.rng.IntN(people), s.rng.IntN(8)))
		p.pause(500 * time.Millisecond)
	}
}

func fourthSlow(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 60, 24*time.Hour)
	p := s.insider(f, 900)
	p.come(0)
	for i := range 2000 {
		p.ask("GET", "/v1/accounts/"+moneyOf(1000+(i*3079)%9000))
		p.pause(40 * time.Second)
		if i%40 == 0 {
			p.do()
			p.pause(10 * time.Second)
		}
	}
}

func fourthManyAddresses(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 60, 2*time.Hour)
	p := s.insider(f, 900)
	p.wait(10 * time.Minute)
	p.come(0)
	for i := range 2000 {
		c := p.Caller
		c.Address = at(homes, 100+i%50)
		p.as(c, "GET", "/api/users/"+memberNo((i*3079)%people))
		p.pause(3 * time.Second)
	}
}

func fourthMisses(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 60, time.Hour)
	p := s.insider(f, 900)
	p.wait(5 * time.Minute)
	p.come(0)
	for i := range 3000 {
		id := fmt.Sprintf("%d", 9_000_000+s.rng.IntN(1_000_000))
		if i%50 == 49 {
			id = telcoInvoice(1000+i, 3)
		}
		p.ask("GET", "/api/v2/invoices/"+id)
		p.pause(time.Second)
	}
}

func fourthScan(s *Scene) {
	f := s.settle(desk())
	files := []string{"/.env", "/backup.zip", "/actuator/env", "/server-status", "/.git/config", "/api/swagger.json", "/debug/pprof/heap", "/old/users.csv"}
	for _, path := range files {
		s.on("GET "+path, 3_000, 5, func(_ *service, r *Request, _ []string) answer { return answer{status: 200, leaked: r.Path} })
	}
	s.folk(f, 10, 50, 30*time.Minute)
	p := s.crook(f, 0, hosting)
	p.wait(5 * time.Minute)
	words := []string{"admin", "api", "backup", "config", "console", "db", "dev", "files", "internal", "login", "old", "private", "staging", "test", "users", "v1"}
	for i := range 600 {
		path := "/" + words[s.rng.IntN(len(words))] + "/" + words[s.rng.IntN(len(words))]
		if i%70 == 60 {
			path = files[i/70%len(files)]
		}
		p.ask("GET", path)
		p.pause(700 * time.Millisecond)
	}
}

func fourthKey(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 50, 3*time.Hour)
	a := s.supplier("reseller", 600, 3000, 3400)
	a.Victim = true
	for i := range 400 {
		a.ask("GET", "/api/v2/customers/"+subscriber(3000+i))
		a.pause(25 * time.Second)
	}
	for k := range 60 {
		p := s.crook(f, k, homes)
		p.Caller.Key = a.Caller.Key
		p.wait(time.Hour + time.Duration(k)*20*time.Second)
		for i := range 50 {
			p.ask("GET", "/api/v2/customers/"+subscriber(4000+i*60+k))
			p.pause(time.Minute)
		}
	}
}

func fourthReplay(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 50, 2*time.Hour)
	victim := s.someone(f, 700)
	victim.Victim = true
	victim.come(0)
	victim.stay(2*time.Hour, 2*time.Minute)
	p := s.crook(f, 0, hosting)
	p.Caller.Token = victim.Caller.Token
	p.wait(20 * time.Minute)
	p.ask("GET", "/v1/accounts")
	for i := range 120 {
		p.ask("GET", fmt.Sprintf("/v1/accounts/%s/statements/%d-%02d", moneyOf(700), 2015+i/12, 1+i%12))
		p.pause(20 * time.Second)
	}
}

func fourthScraping(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 80, 3*time.Hour)
	for k := range 60 {
		p := s.crook(f, k, homes)
		p.sometime(10 * time.Minute)
		for i := range 65 {
			p.ask("GET", "/api/products/"+goods((i*60+k)%goodsCount))
			p.pause(2 * time.Minute)
		}
	}
}

func fourthFields(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 40 {
		p := s.someone(f, 200+i)
		p.sometime(30 * time.Minute)
		p.come(0)
		p.send(Request{Method: "PATCH", Path: "/v1/profile", Body: pair("phone", lineOf(i), "language", "de")})
	}
	p := s.insider(f, 900)
	p.wait(time.Hour)
	p.come(0)
	for _, name := range []string{"role", "is_admin", "credit_limit", "verified", "overdraft", "fee_plan", "kyc_level", "owner_id"} {
		p.send(Request{Method: "PATCH", Path: "/v1/profile", Body: pair("phone", lineOf(900), name, "1")})
		p.pause(time.Minute)
	}
}

// deskAdmins adds administrators who do their work.
func deskAdmins(s *Scene, f *firm, n int, lasts time.Duration) {
	for i, p := range employs(s.those(f, n, behind(offices, 140, 2, ""))) {
		p.wait(time.Duration(i) * time.Minute)
		p.come(0)
		for p.at < lasts {
			p.ask("GET", "/api/admin/users")
			p.pause(time.Minute)
			p.ask("GET", "/api/admin/users/"+memberNo(s.rng.IntN(people)))
			p.pause(4 * time.Minute)
		}
	}
}

func fourthAdmin(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 50, 3*time.Hour)
	deskAdmins(s, f, 4, 3*time.Hour)
	p := s.insider(f, 900)
	p.wait(time.Hour)
	p.come(0)
	p.stay(p.at+10*time.Minute, time.Minute)
	for _, what := range []string{"users", "settings", "billing", "keys"} {
		p.ask("GET", "/api/admin/"+what)
		p.pause(20 * time.Second)
	}
	for i := range 100 {
		p.ask("GET", "/api/admin/users/"+memberNo(2000+i))
		p.pause(5 * time.Second)
		if i%5 == 0 {
			p.send(Request{Method: "PUT", Path: "/api/admin/users/" + memberNo(2000+i) + "/role", Body: `{"role":"admin"}`})
			p.pause(5 * time.Second)
		}
	}
}

// dealers adds agents who swap a few cards an hour, each after a look at the line.
func dealers(s *Scene, f *firm, n, each int, every time.Duration) {
	for i, p := range employs(s.those(f, n, func(i int) Caller { return Caller{Address: office(200 + i)} })) {
		p.sometime(time.Hour)
		p.come(0)
		for k := range each {
			line := lineOf(5000 + i*40 + k)
			p.ask("GET", "/api/v2/lines/"+line)
			p.pause(time.Minute)
			p.send(Request{Method: "POST", Path: "/api/v2/lines/" + line + "/sim-swap", Body: `{"iccid":"8949000000000000000"}`})
			p.pause(every)
		}
	}
}

func fourthSwaps(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 40, 4*time.Hour)
	dealers(s, f, 12, 5, 40*time.Minute)
	p := s.insider(f, 900)
	p.wait(time.Hour)
	p.come(0)
	for i := range 120 {
		p.send(Request{Method: "POST", Path: "/api/v2/lines/" + lineOf((2000+i*61)%people) + "/sim-swap", Body: `{"iccid":"8949000000000000001"}`})
		p.pause(80 * time.Second)
	}
}

// buyers adds people who order, pay and confirm.
func buyers(s *Scene, f *firm, first, n int, lasts time.Duration) {
	for i := range n {
		p := s.someone(f, first+i)
		p.sometime(lasts)
		p.come(0)
		p.post("/api/cart/items", pair("sku", goods(s.rng.IntN(goodsCount)), "count", "1"))
		p.pause(30 * time.Second)
		p.post("/api/orders", `{"address":"home"}`)
		p.pause(30 * time.Second)
		p.post("/api/orders/"+storeOrder(first+i, 1)+"/payment", `{"method":"card"}`)
		p.pause(10 * time.Second)
		p.post("/api/orders/"+storeOrder(first+i, 1)+"/confirm", `{}`)
	}
}

func fourthUnpaid(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 30, 3*time.Hour)
	buyers(s, f, 200, 80, 3*time.Hour)
	for k := range 3 {
		p := s.insider(f, 900+k)
		p.wait(time.Hour + time.Duration(k)*time.Minute)
		p.come(0)
		for i := range 40 {
			p.post("/api/orders", `{"address":"home"}`)
			p.pause(20 * time.Second)
			p.post("/api/orders/"+storeOrder(5000+k*40+i, 0)+"/confirm", `{}`)
			p.pause(90 * time.Second)
		}
	}
}
