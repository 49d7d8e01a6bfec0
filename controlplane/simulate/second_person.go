package simulate

import (
	"fmt"
	"time"
)

// secondPersons are honest people who do unusual things, each by himself.
func secondPersons() []Trial {
	return []Trial{
		honest("2-travellers", "15 customers change from home to the train, the airport and the hotel, with one token.", travellers),
		honest("2-handover", "30 shoppers' telephones show another address of their carrier at each request.", handover),
		honest("2-vpn", "15 members switch a VPN on and off.", vpns),
		honest("2-typing", "40 shoppers get suggestions at each letter that they type.", typing),
		honest("2-own-data", "12 shoppers download their own data, some three times, for it takes so long.", ownData),
		honest("2-where-is-it", "80 recipients look where their parcel is, every few minutes; one in six mistypes its number.", whereIsIt),
		honest("2-browser-update", "25 customers' browsers are updated: a new fingerprint with the same token.", browserUpdate),
		honest("2-address-and-payout", "20 customers move house: a login from a new address, another postal address, and a payout.", movers),
		honest("2-big-basket", "15 shoppers look at 120 items each in an evening.", bigBasket),
		honest("2-own-orders", "12 merchants open the 90 orders that they placed, one after the other.", merchantsOrders),
	}
}

func travellers(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 20, 6*time.Hour)
	for i := range 15 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(0)
		for leg, network := range []byte{81, mobile, offices, mobile, homes} {
			if leg > 0 {
				p.Caller.Address = at(network, 120+i*5+leg)
			}
			p.stay(p.at+time.Hour, 6*time.Minute)
		}
	}
}

func handover(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, time.Hour)
	for i := range 30 {
		p := s.someone(f, 1000+i)
		p.sometime(10 * time.Minute)
		p.come(0)
		for k := range 40 {
			p.Caller.Address = at(mobile, (i*3+k)%9)
			p.do()
			p.pause(45 * time.Second)
		}
	}
}

func vpns(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 15 {
		p := s.someone(f, 1000+i)
		own := p.Caller.Address
		p.come(0)
		for k := range 8 {
			p.Caller.Address = own
			if k%2 == 1 {
				p.Caller.Address = at(hosting, 800+(i+k)%5)
			}
			p.stay(p.at+12*time.Minute, 90*time.Second)
		}
	}
}

func typing(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, 30*time.Minute)
	for i := range 40 {
		p := s.someone(f, 1000+i)
		p.sometime(15 * time.Minute)
		for _, word := range []string{"running+shoes", "rain+jacket+blue", "wool+socks+kids", "hiking+boots+43"} {
			for k := range len(word) {
				p.ask("GET", "/shop/api/suggest?q="+word[:k+1])
				p.pause(200 * time.Millisecond)
			}
			p.ask("GET", "/shop/api/find?q="+word)
			p.pause(20 * time.Second)
		}
	}
}

func ownData(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, time.Hour)
	for i := range 12 {
		p := s.someone(f, 1000+i)
		p.sometime(40 * time.Minute)
		p.come(0)
		for range 1 + i%3 {
			p.ask("GET", "/shop/api/account/export")
			p.pause(10 * time.Second)
		}
	}
}

func whereIsIt(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 80 {
		a := s.actor(fmt.Sprintf("recipient %d", i), false, home(1000+i))
		a.May = [2]int{1000 + i, 1001 + i}
		if i%6 == 0 {
			for k := range 3 {
				a.ask("GET", "/track/v1/parcels/"+parcel(1000 + i)[:14]+fmt.Sprint(k))
				a.pause(20 * time.Second)
			}
		}
		for a.at < 2*time.Hour {
			a.ask("GET", "/track/v1/parcels/"+parcel(1000+i))
			a.pause(6 * time.Minute)
		}
	}
}

func browserUpdate(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 25 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(0)
		p.stay(time.Hour, 3*time.Minute)
		p.Caller.Fingerprint = "t13d_browser_next"
		p.stay(2*time.Hour, 3*time.Minute)
	}
}

func movers(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 30, 4*time.Hour)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		p.sometime(time.Hour)
		p.come(0)
		p.stay(p.at+time.Hour, 10*time.Minute)
		p.Caller.Address = at(homes, 300+i)
		p.come(i % 4 / 3)
		p.send(Request{Method: "PUT", Path: "/bank/v3/profile/address", Body: pair("street", "Hill 4", "city", "Newtown")})
		p.pause(2 * time.Minute)
		p.post("/bank/v3/payouts", pair("amount", "300", "to", "landlord"))
		p.stay(4*time.Hour, 15*time.Minute)
	}
}

func bigBasket(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, 3*time.Hour)
	for i := range 15 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(0)
		for range 120 {
			p.ask("GET", fmt.Sprintf("/shop/api/items/%d", s.rng.IntN(3000)))
			p.pause(30 * time.Second)
		}
	}
}

func merchantsOrders(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, 2*time.Hour)
	for k := range 12 {
		p := s.someone(f, 1000+k)
		p.May = [2]int{5000 + k*90, 5090 + k*90}
		p.sometime(20 * time.Minute)
		p.come(0)
		for i := range 90 {
			p.ask("GET", "/shop/api/orders/"+bought(5000+k*90+i))
			p.pause(12 * time.Second)
		}
	}
}
