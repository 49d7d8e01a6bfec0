package simulate

import (
	"fmt"
	"time"
)

// secondAbuses are those of what a business gives away: gift cards, coupons, payments, accounts.
func secondAbuses() []Trial {
	return []Trial{
		attack("2-gift-cards", "gift cards", "25 addresses ask which gift cards have money on them, five a minute each.", giftCards),
		attack("2-coupons", "coupons", "A stranger counts through coupon codes in the path, two a second.", couponCodes),
		attack("2-card-testing", "cards", "Ten new accounts at homes' routers pay small sums with 30 stolen cards each.", cardsTried),
		attack("2-fake-accounts", "accounts", "Four machines register 400 accounts within an hour.", fakeAccounts),
	}
}

// secondCredentials are attacks with a credential that is somebody else's, or nobody's.
func secondCredentials() []Trial {
	return []Trial{
		attack("2-refresh-replay", "tokens", "A stolen token is refreshed elsewhere again and again while its owner goes on.", refreshReplay),
		attack("2-cookie-theft", "orders", "A stolen session shops from another country with another program.", cookieTheft),
		attack("2-partner-key-leaked", "shipments", "A partner's key, which always came from two addresses, appears on six rented machines and reads shipments.", partnerKey),
		attack("2-forged-tokens", "configs", "Tokens without a signature, or with a changed name, ask for other devices' settings.", forgedTokens),
		attack("2-key-guessing", "keys", "A stranger tries 300 keys of partners.", keyGuessing),
	}
}

func giftCards(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, time.Hour)
	for k := range 25 {
		p := s.crook(f, k, homes)
		p.sometime(10 * time.Minute)
		for i := range 150 {
			p.post("/shop/api/giftcards/check", fmt.Sprintf(`{"code":"GC%07d"}`, 300_000+k*150+i))
			p.pause(12 * time.Second)
		}
	}
}

func couponCodes(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 30*time.Minute)
	p := s.crook(f, 1, hosting)
	p.wait(5 * time.Minute)
	for i := range 2000 {
		p.ask("GET", fmt.Sprintf("/shop/api/coupons/SAVE-%04d", i))
		p.wait(500 * time.Millisecond)
	}
}

func cardsTried(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 25 {
		b := s.someone(f, 200+i)
		b.sometime(90 * time.Minute)
		b.come(0)
		b.post("/shop/api/checkout", pair("card", "4111000011110000", "sum", "49"))
	}
	for k := range 10 {
		p := s.insider(f, 6000+k)
		p.wait(10 * time.Minute)
		p.sometime(10 * time.Minute)
		p.come(0)
		for i := range 30 {
			p.post("/shop/api/checkout", pair("card", fmt.Sprintf("400012340000%04d", k*30+i), "sum", "1"))
			p.pause(2 * time.Minute)
		}
	}
}

func fakeAccounts(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, time.Hour)
	for k := range 4 {
		p := s.crook(f, k, hosting)
		p.Caller.Fingerprint = "t13d_maker"
		for i := range 100 {
			p.post("/shop/signup", pair("email", fmt.Sprintf("x%d.%d@throwaway.example", k, i), "pass", "Aa-123456"))
			p.pause(30 * time.Second)
		}
	}
}

func refreshReplay(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 40, 3*time.Hour)
	v := s.someone(f, 500)
	v.Victim = true
	v.come(0)
	for v.at < 3*time.Hour {
		v.do()
		v.pause(5 * time.Minute)
		v.ask("POST", "/bank/v3/auth/refresh")
	}
	p := s.crook(f, 1, hosting)
	p.Caller.Token, p.Caller.Fingerprint = v.Caller.Token, "t13d_replay"
	p.wait(time.Hour)
	for range 60 {
		p.ask("POST", "/bank/v3/auth/refresh")
		p.pause(20 * time.Second)
		p.ask("GET", "/bank/v3/accounts/"+vault(500))
		p.pause(time.Minute)
	}
}

func cookieTheft(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 2*time.Hour)
	v := s.someone(f, 500)
	v.Victim = true
	v.come(0)
	v.stay(2*time.Hour, time.Minute)
	p := s.crook(f, 1, hosting)
	p.Caller.Session, p.Caller.Fingerprint = v.Caller.Session, "t13d_thief"
	p.wait(time.Hour)
	for range 40 {
		p.ask("GET", "/shop/api/orders/"+bought(500))
		p.ask("GET", "/shop/api/account")
		p.post("/shop/api/cart", pair("item", "2044", "count", "1"))
		p.pause(time.Minute)
	}
}

func partnerKey(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 30, 4*time.Hour)
	key := s.key("emporium")
	for k := range 2 {
		b := s.actor(fmt.Sprintf("partner %d", k), false, office(k))
		b.Caller.Key, b.Caller.Fingerprint, b.May, b.Victim = key, "t13d_partner", [2]int{0, 3000}, true
		for i := range 240 {
			b.ask("GET", "/track/v1/shipments/"+parcel(i*2+k))
			b.pause(time.Minute)
		}
	}
	for k := range 6 {
		p := s.crook(f, k, hosting)
		p.Caller.Key, p.Caller.Fingerprint = key, "t13d_buyer"
		p.wait(2 * time.Hour)
		for i := range 80 {
			p.ask("GET", "/track/v1/shipments/"+parcel(3000+i*6+k))
			p.pause(30 * time.Second)
		}
	}
}

func forgedTokens(s *Scene) {
	f := s.settle(things())
	s.folk(f, 10, 60, time.Hour)
	p := s.crook(f, 1, hosting)
	p.wait(10 * time.Minute)
	for i := range 200 {
		payload := fmt.Sprintf(`{"sub":"%s"}`, device(100+i))
		c := p.Caller
		if c.Token = jwtOf(payload, s.rng.Uint64()); i%2 == 0 {
			c.Token = "eyJhbGciOiJub25lIn0" + c.Token[36:len(c.Token)-43]
		}
		p.as(c, "GET", "/iot/devices/"+device(100+i)+"/config")
		p.pause(5 * time.Second)
	}
}

func keyGuessing(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 40, time.Hour)
	p := s.crook(f, 1, hosting)
	p.wait(5 * time.Minute)
	for i := range 300 {
		c := p.Caller
		c.Key = fmt.Sprintf("pk_live_%06x", s.rng.IntN(1<<24))
		p.as(c, "GET", "/track/v1/shipments/"+parcel(i))
		p.pause(6 * time.Second)
	}
}
