package simulate

import (
	"fmt"
	"time"
)

// fourthPersons are persons with habits of their own.
func fourthPersons() []Trial {
	return []Trial{
		honest("4-forgot-password", "40 people mistype their passwords three to six times; half of them ask for a new one, and log in.", forgotPassword),
		honest("4-families", "20 households use one account from four telephones at home, on the way and at school.", fourthFamilies),
		honest("4-travellers", "25 people go on with their tokens at home, at the airport and in a hotel.", fourthTravellers),
		honest("4-wifi-and-mobile", "40 people's addresses change every few minutes.", wifiAndMobile),
		honest("4-slow-codes", "40 people get their codes late, and type old ones twice or three times.", slowCodes),
		honest("4-screen-readers", "Ten people's aids open all the links of a page, in their order.", screenReaders),
		honest("4-collector", "Six shoppers look at 300 products in an evening.", collector),
		honest("4-single-page", "40 people's application asks for many things at once, some of which are gone.", fourthSinglePage),
		honest("4-developer", "A developer tries out the interface with an account of his own, with many mistakes.", curiousDeveloper),
		honest("4-order-history", "30 shoppers look through all their orders, one after the other.", orderHistory),
		honest("4-years-of-statements", "15 customers fetch all their statements for the tax office.", yearsOfStatements),
		honest("4-profile-forms", "60 customers change profiles with forms of three versions, whose fields differ.", profileForms),
		honest("4-shared-terminal", "Two customers of one telephone log out and in again all evening.", sharedTerminal),
	}
}

func forgotPassword(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 40 {
		p := s.someone(f, 1000+i)
		p.sometime(90 * time.Minute)
		for k := range 3 + i%4 {
			p.try(lineOf(1000+i), fmt.Sprintf("Maybe-%d", k))
			p.pause(10 * time.Second)
		}
		if i%2 == 0 {
			p.post("/api/v2/auth/forgot-password", `{"phone":"`+lineOf(1000+i)+`"}`)
			p.pause(time.Minute)
		}
		p.come(0)
		p.stay(p.at+15*time.Minute, time.Minute)
	}
}

func fourthFamilies(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 20, 6*time.Hour)
	for i := range 20 {
		for k := range 4 {
			p := s.someone(f, 1000+i)
			p.Name = fmt.Sprintf("person %d of household %d", k, i)
			places := []Caller{{Address: home(1000 + i)}, {Address: at(mobile, 60+(i+k)%5)}, {Address: office(70 + k)}}
			p.Caller.Fingerprint = fmt.Sprintf("t13d_family_%d", k)
			p.sometime(time.Hour)
			p.come(0)
			for p.at < 6*time.Hour {
				p.Caller.Address = places[s.rng.IntN(3)].Address
				p.stay(p.at+20*time.Minute, 6*time.Minute)
				p.pause(time.Hour)
			}
		}
	}
}

func fourthTravellers(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 20, 10*time.Hour)
	for i := range 25 {
		p := s.someone(f, 1000+i)
		p.sometime(time.Hour)
		p.come(0)
		for _, where := range []byte{81, mobile, offices, mobile, homes} {
			p.Caller.Address = at(where, 300+i)
			p.stay(p.at+30*time.Minute, 6*time.Minute)
			p.pause(time.Hour)
		}
	}
}

func wifiAndMobile(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 40 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(0)
		for k := 0; p.at < 2*time.Hour; k++ {
			p.Caller.Address = home(1000 + i)
			if k%2 == 1 {
				p.Caller.Address = at(mobile, 100+s.rng.IntN(60))
			}
			p.stay(p.at+4*time.Minute, 50*time.Second)
		}
	}
}

func slowCodes(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 20, time.Hour)
	for i := range 40 {
		p := s.someone(f, 1000+i)
		p.sometime(50 * time.Minute)
		p.come(0)
		for k := range 2 + i%2 {
			p.post("/v1/auth/2fa", pair("username", loginNo(1000+i), "otp", fmt.Sprintf("%06d", i*97+k)))
			p.pause(25 * time.Second)
		}
		p.post("/v1/auth/2fa", pair("username", loginNo(1000+i), "otp", codeOf(1000+i)))
		p.stay(p.at+10*time.Minute, time.Minute)
	}
}

func screenReaders(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 30, time.Hour)
	for i := range 10 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(0)
		for page := range 4 {
			p.ask("GET", fmt.Sprintf("/api/products?page=%d", i+page))
			for k := range 24 {
				p.ask("GET", "/api/products/"+goods((i+page)*24+k))
				p.pause(time.Second)
			}
			p.pause(3 * time.Minute)
		}
	}
}

func collector(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 40, 4*time.Hour)
	for i := range 6 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(0)
		for k := range 300 {
			if k%8 == 0 {
				p.ask("GET", fmt.Sprintf("/api/search?q=fox+%d", k))
				p.pause(10 * time.Second)
			}
			p.ask("GET", "/api/products/"+goods(s.rng.IntN(goodsCount)))
			p.pause(35 * time.Second)
		}
	}
}

func fourthSinglePage(s *Scene) {
	f := s.settle(store())
	for i, p := range s.those(f, 40, func(i int) Caller { return Caller{Address: office(20 + i%6)} }) {
		p.sometime(10 * time.Minute)
		p.come(i % 10 / 9)
		for range 12 {
			for k := range 12 {
				p.ask("GET", fmt.Sprintf("/assets/%d.js", 50+k))
			}
			p.ask("GET", "/api/cart")
			p.ask("GET", "/api/recommendations")
			p.do()
			p.do()
			p.pause(time.Minute)
		}
	}
}

func curiousDeveloper(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 40, 3*time.Hour)
	p := s.someone(f, 1000)
	p.Caller.Fingerprint = "t13d_curl"
	p.wait(20 * time.Minute)
	p.come(2)
	for k := range 90 {
		switch k % 9 {
		case 0:
			p.send(Request{Method: "PUT", Path: "/v1/profile", Body: `{"language":"en"}`})
		case 1:
			p.ask("GET", "/v1/account")
		case 2:
			p.ask("GET", "/v1/accounts/"+moneyOf(1000)+"/transaction")
		case 3:
			p.as(p.Caller.without(), "GET", "/v1/accounts")
		case 4:
			p.ask("DELETE", "/v1/cards")
		default:
			p.do()
		}
		p.pause(50 * time.Second)
	}
}

func orderHistory(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 30, 90*time.Minute)
	for i := range 30 {
		p := s.someone(f, 1000+i)
		p.sometime(time.Hour)
		p.come(0)
		p.ask("GET", "/api/account")
		for k := range 8 {
			p.ask("GET", "/api/orders/"+storeOrder(1000+i, k))
			p.pause(3 * time.Second)
		}
	}
}

func yearsOfStatements(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 30, 2*time.Hour)
	for i := range 15 {
		p := s.someone(f, 1000+i)
		p.sometime(time.Hour)
		p.come(0)
		for k := range 120 {
			p.ask("GET", fmt.Sprintf("/v1/accounts/%s/statements/%d-%02d", moneyOf(1000+i), 2015+k/12, 1+k%12))
			p.pause(4 * time.Second)
		}
	}
}

func profileForms(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 20, 2*time.Hour)
	forms := []string{
		pair("phone", "4915120000", "language", "de"), `{"phone":"4915120000","language":"de","newsletter":true}`,
		`{"phone":"4915120000","language":"de","address":{"street":"Home 1","city":"Ulm"},"occupation":"nurse","nickname":"Kim"}`,
	}
	for i := range 60 {
		p := s.someone(f, 1000+i)
		p.wait(time.Duration(i) * 100 * time.Second)
		p.come(0)
		p.send(Request{Method: "PATCH", Path: "/v1/profile", Body: forms[i/20]})
		p.stay(p.at+5*time.Minute, time.Minute)
	}
}

func sharedTerminal(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 20, 3*time.Hour)
	for i := range 2 {
		p := s.someone(f, 1000+i)
		p.Caller.Address, p.Caller.Fingerprint = home(1000), "t13d_shared"
		p.wait(time.Duration(i) * 5 * time.Minute)
		for p.at < 3*time.Hour {
			p.come(s.rng.IntN(2))
			p.Caller = s.badge(f, p.Caller, 1000+i)
			p.stay(p.at+4*time.Minute, 30*time.Second)
			p.wait(5 * time.Minute)
		}
	}
}
