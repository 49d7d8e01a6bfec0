package simulate

import (
	"fmt"
	"net/netip"
	"time"
)

// thirdAttacks are those of another 15 kinds.
func thirdAttacks() []Trial {
	return []Trial{
		attack("3-stuffing-rotating", "accounts", "300 homes' routers try two guests each within six hours; each try has another program's fingerprint, and one in 60 is right.", rotatingStuffing),
		attack("3-codes-many-accounts", "codes", "40 addresses guess one-time codes of 600 taxpayers, two each, within three hours.", codesMany),
		attack("3-uuids-from-elsewhere", "returns", "A taxpayer reads 240 returns by UUIDs from a leak, two a minute, and its own in between.", uuidsElsewhere),
		attack("3-bookings-all-day", "bookings", "A guest reads another's booking every three minutes for 20 hours.", bookingsAllDay),
		attack("3-staff-functions", "functions", "A patient's token releases results and deletes orders, as only staff should.", staffFunctions),
		attack("3-fields-guessed", "fields", "A guest adds ever other fields to its profile: tier, points, role.", fieldsGuessed),
		attack("3-vouchers", "vouchers", "15 guests' accounts of one crook try 120 vouchers each.", vouchersTried),
		attack("3-reset-then-account", "accounts", "Twelve taxpayers' passwords are reset from four addresses, and right after it their bank accounts are changed.", resetThenAccount),
		attack("3-session-in-two-places", "libraries", "A player's stolen session is used elsewhere while he plays on.", sessionTwice),
		attack("3-key-in-many-hands", "results", "A clinic's key, used from two addresses for hours, appears in 40 networks with ten programs.", keyManyHands),
		attack("3-rates-by-many-keys", "rates", "25 developers' keys of one crook take all houses' rates of a month, from one data centre.", ratesByKeys),
		attack("3-keys-without-paying", "keys", "Three players order 60 games each and fetch the keys without paying, which everybody else does in between.", withoutPaying),
		attack("3-decoys-and-old", "secrets", "A patient's token asks for what nobody uses: a dump of version 0, backups, a decoy.", decoysAndOld),
		attack("3-methods-tried", "methods", "A taxpayer tries every method on what the application uses.", taxMethods),
		attack("3-injection-in-bodies", "tables", "Three addresses put quotes and commands into a search's body, again and again.", injectionBodies),
	}
}

func rotatingStuffing(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 60, 6*time.Hour)
	for k := range 300 {
		p := s.crook(f, k, homes)
		p.sometime(350 * time.Minute)
		for i := range 2 {
			n := 2000 + k*2 + i
			p.Caller.Fingerprint = fmt.Sprintf("t13d%04x_%08x", s.rng.IntN(1<<16), s.rng.Uint32())
			p.try(guestMail(n), guess(s, n, 60))
			p.pause(4 * time.Minute)
		}
	}
}

func codesMany(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 50, 3*time.Hour)
	for i := range 40 { // people give codes too
		p := s.someone(f, 200+i)
		p.sometime(150 * time.Minute)
		p.come(0)
		p.post("/tax/api/signin/code", pair("tax_id", taxID(200+i), "code", codeOf(200+i)))
		p.stay(p.at+10*time.Minute, time.Minute)
	}
	for k := range 40 {
		p := s.crook(f, k, homes)
		p.sometime(10 * time.Minute)
		for i := range 15 {
			n := 3000 + k*15 + i
			for range 2 {
				p.post("/tax/api/signin/code", pair("tax_id", taxID(n), "code", fmt.Sprintf("%06d", s.rng.IntN(1_000_000))))
				p.pause(20 * time.Second)
			}
			p.pause(10 * time.Minute)
		}
	}
}

func uuidsElsewhere(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 50, 3*time.Hour)
	p := s.insider(f, 900)
	p.wait(20 * time.Minute)
	p.come(0)
	for i := range 240 {
		p.ask("GET", "/tax/api/returns/"+filed(1000+(i*3079)%8000))
		p.pause(30 * time.Second)
		if i%4 == 3 {
			p.do()
			p.pause(10 * time.Second)
		}
	}
}

func bookingsAllDay(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 50, 20*time.Hour)
	p := s.insider(f, 900)
	p.come(0)
	for i := range 400 {
		p.ask("GET", "/stay/v2/bookings/"+booked(1000+(i*3079)%8000))
		p.pause(3 * time.Minute)
	}
}

// labStaff adds employees who do their work in the laboratory all the time.
func labStaff(s *Scene, f *firm, n int, lasts time.Duration) {
	for i, p := range employs(s.those(f, n, behind(offices, 130, 1, "t13d_lab"))) {
		p.wait(time.Duration(i) * time.Minute)
		p.come(0)
		for p.at < lasts {
			p.ask("GET", "/lab/staff/worklist")
			p.pause(time.Minute)
			p.send(Request{Method: "PUT", Path: "/lab/staff/results/" + labResult(s.rng.IntN(people)) + "/release", Body: `{"by":"me"}`})
			p.pause(3 * time.Minute)
		}
	}
}

func staffFunctions(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 60, 3*time.Hour)
	labStaff(s, f, 6, 3*time.Hour)
	p := s.insider(f, 900)
	p.come(0)
	p.stay(time.Hour, 2*time.Minute)
	for i := range 80 {
		if i%4 == 0 {
			p.ask("GET", "/lab/staff/worklist")
		}
		p.send(Request{Method: "PUT", Path: "/lab/staff/results/" + labResult(2000+i*31) + "/release", Body: `{"by":"me"}`})
		p.pause(20 * time.Second)
		p.ask("DELETE", "/lab/staff/orders/"+labOrder(2000+i*31))
		p.pause(20 * time.Second)
	}
}

func fieldsGuessed(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 80, 2*time.Hour)
	p := s.insider(f, 900)
	p.wait(time.Hour)
	p.come(0)
	names := []string{"is_admin", "admin", "status", "level", "tier", "tier_level", "loyalty", "loyalty_tier", "points", "balance", "role", "roles", "verified", "email_verified", "credit", "discount", "vip", "owner", "group", "permissions"}
	for i := range 60 {
		p.send(Request{Method: "PATCH", Path: "/stay/v2/me", Body: pair("phone", "+491710000000", names[i%len(names)], "platinum")})
		p.pause(25 * time.Second)
	}
}

func vouchersTried(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 50, 3*time.Hour)
	for i := range 25 {
		p := s.someone(f, 300+i)
		p.sometime(150 * time.Minute)
		p.come(0)
		p.post("/stay/v2/vouchers/redeem", pair("code", voucherOf(300+i), "booking", booked(300+i)))
	}
	for k := range 15 {
		p := s.insider(f, 6000+k)
		p.sometime(20 * time.Minute)
		p.come(0)
		for i := range 120 {
			p.post("/stay/v2/vouchers/redeem", pair("code", fmt.Sprintf("STAY%06d", 20_000+k*120+i), "booking", booked(6000+k)))
			p.pause(70 * time.Second)
		}
	}
}

func resetThenAccount(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 60, 6*time.Hour)
	for i := range 12 {
		v := s.someone(f, 600+i)
		v.Victim = true
		v.sometime(20 * time.Minute)
		v.come(0)
		v.stay(6*time.Hour, 30*time.Minute)
	}
	where := make([]*person, 4)
	for k := range where {
		where[k] = s.crook(f, k, hosting)
	}
	for i := range 12 {
		p, n := where[i%4], 600+i
		p.at = time.Hour + time.Duration(i)*20*time.Minute
		p.post("/tax/api/forgot-password", fmt.Sprintf(`{"tax_id":"%s"}`, taxID(n)))
		p.pause(time.Minute)
		p.try(taxID(n), passwordOf(n))
		c := s.badge(f, p.Caller, n)
		p.pause(20 * time.Second)
		p.as(c, "GET", "/tax/api/inbox")
		p.pause(20 * time.Second)
		p.send(Request{Method: "POST", Path: "/tax/api/bank-account", Body: pair("iban", "DE00999", "holder", "somebody"), Caller: c})
	}
}

func sessionTwice(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 50, 2*time.Hour)
	v := s.someone(f, 500)
	v.Victim = true
	v.come(0)
	v.stay(2*time.Hour, 90*time.Second)
	p := s.crook(f, 1, hosting)
	p.Caller.Session, p.Caller.Fingerprint = v.Caller.Session, "t13d_other"
	p.wait(50 * time.Minute)
	for i := range 50 {
		p.send(Request{Method: "POST", Path: "/g/orders", Body: `{"title":"44"}`})
		p.pause(20 * time.Second)
		p.ask("GET", "/g/orders/"+orderOf(500, i%16)+"/key")
		p.pause(50 * time.Second)
	}
}

func keyManyHands(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 40, 5*time.Hour)
	key := s.key("northclinic")
	for k := range 2 {
		b := s.actor(fmt.Sprintf("clinic %d", k), false, office(20+k))
		b.Caller.Key, b.Caller.Fingerprint, b.May, b.Victim = key, "t13d_clinic", [2]int{0, 2000}, true
		for b.at < 5*time.Hour {
			b.ask("GET", "/lab/api/results/"+labResult(s.rng.IntN(2000)))
			b.pause(time.Minute)
		}
	}
	for k := range 40 {
		p := s.crook(f, k, []byte{hosting, homes}[k%2])
		p.Caller.Key, p.Caller.Fingerprint = key, fmt.Sprintf("t13d_any_%d", k%10)
		p.wait(2*time.Hour + time.Duration(k)*2*time.Minute)
		for range 15 {
			p.ask("GET", "/lab/api/results/"+labResult(3000+s.rng.IntN(6000)))
			p.pause(4 * time.Minute)
		}
	}
}

func ratesByKeys(s *Scene) {
	f := s.settle(hotels())
	s.folk(f, 10, 60, 3*time.Hour)
	for k := range 25 {
		p := s.crook(f, k, hosting)
		p.Caller.Address = netip.AddrFrom4([4]byte{hosting, 200, 7, byte(10 + k)})
		p.Caller.Key, p.Caller.Fingerprint = s.key(fmt.Sprintf("dev%d", k)), "t13d_rates"
		p.sometime(10 * time.Minute)
		for i := range 48 {
			x := k*48 + i
			p.ask("GET", fmt.Sprintf("/stay/v2/hotels/%s/rates?from=2026-02-%02d", house(x%40), 1+x/40%28))
			p.pause(3 * time.Minute)
		}
	}
}

func withoutPaying(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 60 {
		b := s.someone(f, 200+i)
		b.sometime(100 * time.Minute)
		b.come(0)
		for k := range 1 + i%3 {
			b.send(Request{Method: "POST", Path: "/g/orders", Body: `{"title":"12"}`})
			b.pause(20 * time.Second)
			b.post("/g/orders/"+orderOf(200+i, k)+"/pay", `{"card":"tok_1"}`)
			b.pause(5 * time.Second)
			b.ask("GET", "/g/orders/"+orderOf(200+i, k)+"/key")
			b.pause(time.Minute)
		}
	}
	for k := range 3 {
		p := s.insider(f, 6000+k)
		p.wait(time.Hour)
		p.come(0)
		for i := range 60 {
			p.send(Request{Method: "POST", Path: "/g/orders", Body: `{"title":"12"}`})
			p.pause(5 * time.Second)
			p.ask("GET", "/g/orders/"+orderOf(6000+k*4, i)+"/key")
			p.pause(25 * time.Second)
		}
	}
}

func decoysAndOld(s *Scene) {
	f := s.settle(lab())
	s.folk(f, 10, 50, 2*time.Hour)
	p := s.insider(f, 900)
	p.wait(20 * time.Minute)
	p.come(0)
	for range 6 {
		for _, path := range []string{"/lab/v0/results", "/lab/v0/dump", "/lab/internal/keys.json", "/lab/backup.zip", "/lab/v0/patients", "/lab/staff/worklist"} {
			p.ask("GET", path)
			p.pause(40 * time.Second)
		}
	}
}

func taxMethods(s *Scene) {
	f := s.settle(taxes())
	s.folk(f, 10, 40, time.Hour)
	p := s.insider(f, 900)
	p.wait(10 * time.Minute)
	p.come(0)
	for _, path := range []string{"/tax/api/returns/" + filed(900), "/tax/api/persons/" + taxID(900) + "/notices", "/tax/api/inbox", "/tax/api/forms/form-1", "/tax/api/estimate", "/tax/api/bank-account", "/tax/api/signin", "/tax/api/signin/code"} {
		for _, m := range []string{"PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "DEBUG"} {
			p.ask(m, path)
			p.pause(5 * time.Second)
		}
	}
}

func injectionBodies(s *Scene) {
	f := s.settle(games())
	s.folk(f, 10, 50, time.Hour)
	for k := range 3 {
		p := s.crook(f, k, hosting)
		p.sometime(10 * time.Minute)
		for i := range 40 {
			text := []string{"x' or '1'='1", "x' union select name, mail from players --", "'; drop table players; --", "{{7*7}}", "$(cat /etc/passwd)", "x' and sleep(5) --"}[i%6]
			p.post("/g/find", fmt.Sprintf(`{"text":"%s"}`, text))
			p.pause(30 * time.Second)
		}
	}
}
