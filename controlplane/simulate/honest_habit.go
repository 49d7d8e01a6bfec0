package simulate

import (
	"fmt"
	"time"
)

// habits are honest callers who do much, or the same for long.
func habits() []Timeline {
	return []Timeline{
		{Name: "steady-partner", About: "A partner asks for the prices 3,000 times a minute with its key, as always, where visitors ask now and then.", Play: steadyPartner},
		{Name: "steady-service", About: "Another company's service reads its messages 3,000 times a minute with a token, as always.", Play: steadyService},
		{Name: "price-partner-fast", About: "A partner's key reads three products a second, where visitors read a few.", Play: pricesFast},
		{Name: "heavy-searcher", About: "30 customers search as they type, eight requests a word; one of them searches all hour.", Play: searcher},
		{Name: "recordings", About: "40 customers listen to recorded calls; one downloads all of his 30.", Play: recordings},
		{Name: "link-checker", About: "A checker follows the 120 links of a web site, 20 of which are dead.", Play: linkChecker},
		{Name: "deleted-library", About: "An application asks for 28 records that were deleted on another device, all at once.", Play: deletedLibrary},
		{Name: "three-days", About: "30 customers live for three days: at home and at work, with a token a day, and a mistyped password now and then.", Play: threeDays},
		{Name: "adviser-days", About: "For three days a tax adviser looks after 30 clients, who gave leave, some ten a day.", Play: adviserDays},
		{Name: "office-days", About: "80 employees behind one address log in each morning for three days; one in eight mistypes.", Play: officeDays},
		{Name: "large-family", About: "Six customers look after seven relatives each: all records at once, every half hour.", Play: largeFamily},
		{Name: "reading-machines", About: "Three machines read a forum, which nobody needs credentials for, thread by thread, beside 40 visitors.", Play: readingMachines},
		{Name: "hand-scanners", About: "A shop's eight hand scanners share a key, and look 80 lines a minute up.", Play: handScanners},
		{Name: "department", About: "Two auditors read 60 customers' records each, every one once, over a day.", Play: department},
		{Name: "curious-developers", About: "Three customers who write programs try PUT and DELETE on four endpoints each.", Play: curious},
		{Name: "new-version", About: "An application's new version sends three more fields with a profile, for 20 customers.", Play: newVersion, Workers: 1},
		{Name: "ever-other-addresses", About: "20 customers hide behind ever other addresses, and look at what is theirs.", May: []string{"token-many-networks"}, Play: everOther},
		{Name: "administers-too", About: "Of 60 customers two administer some of their company's users, too, a few an hour.", Play: administersToo},
		{Name: "search-engine", About: "A search engine reads 2,000 products from eight addresses, among 60 visitors.", Play: searchEngineReads},
		{Name: "own-orders", About: "20 customers' applications fetch all their orders of ten years, in order.", Play: ownOrders},
	}
}

func newVersion(s *Scene) {
	s.profiles(20, func(k int) string {
		if k < 7 {
			return `{"name":"A","phone":"1"}`
		}
		return `{"name":"A","phone":"1","pronouns":"","theme":"dark","news":true}`
	})
}

// steady is one who asks for something 50 times a second.
func (a *Actor) steady(path string, lasts time.Duration) {
	for a.at < lasts {
		a.ask("GET", path)
		a.pause(20 * time.Millisecond)
	}
}

func (s *Scene) visitors(n int, path string, lasts, every time.Duration) {
	for i := range n {
		a := s.actor(fmt.Sprintf("visitor %d", i), false, home(50_000+i*3))
		a.wait(time.Duration(s.rng.Int64N(int64(every))))
		for a.at < lasts {
			a.ask("GET", path)
			a.pause(every)
		}
	}
}

func steadyPartner(s *Scene) {
	s.town(10, 20, 8*time.Minute)
	s.visitors(60, "/v1/products", 8*time.Minute, 20*time.Second)
	a := s.actor("partner", false, at(hosting, 890))
	a.Caller.Key = s.key("steady")
	a.steady("/v1/products", 8*time.Minute)
}

func steadyService(s *Scene) {
	s.town(10, 60, 8*time.Minute)
	a := s.customer(500)
	a.Name, a.Caller.Address = "service", at(hosting, 891)
	a.arrive()
	a.steady("/v1/messages", 8*time.Minute)
}

func pricesFast(s *Scene) {
	s.town(10, 40, 30*time.Minute)
	s.actor("somebody who forgot the key", false, home(60_000)).ask("GET", "/v1/feed")
	a := s.actor("price partner", false, at(hosting, 892))
	a.Caller.Key = s.key("fast-prices")
	a.ask("GET", "/v1/feed")
	for i := 0; a.at < 30*time.Minute; i++ {
		a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+i%4900))
		a.pause(333 * time.Millisecond)
	}
}

func searcher(s *Scene) {
	s.town(10, 20, time.Hour)
	for i := range 30 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 30 * time.Second)
		a.arrive()
		words := 6
		if i == 0 {
			words = 45
		}
		for w := range words {
			for k := range 8 {
				a.ask("GET", "/v1/search?q="+"handyvertrag"[:k+1]+fmt.Sprint(w))
				a.wait(150 * time.Millisecond)
			}
			a.pause(70 * time.Second)
		}
	}
}

func recordings(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	for i := range 40 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 20 * time.Second)
		a.arrive()
		n := 3
		if i == 7 {
			n = 30
		}
		for k := range n {
			a.ask("GET", fmt.Sprintf("/v1/recordings/%d", a.Customer*10+k%10))
			a.pause(3 * time.Second)
		}
	}
}

func linkChecker(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	a := s.actor("link checker", false, at(hosting, 893))
	for i := range 120 {
		path := fmt.Sprintf("/v1/products/%d", i+1)
		if i%6 == 5 {
			path = fmt.Sprintf("/old/%c/page%c", 'a'+i/6, 'a'+i/6)
		}
		a.ask("GET", path)
		a.pause(2 * time.Second)
	}
}

func deletedLibrary(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	a := s.customer(500)
	a.wait(3 * time.Minute)
	a.arrive()
	for k := range 28 {
		a.ask("GET", "/v1/invoices/"+guessed(s)+fmt.Sprint(k))
		a.wait(50 * time.Millisecond)
	}
	a.work(20*time.Minute, time.Minute)
}

const day = 24 * time.Hour

func threeDays(s *Scene) {
	for i := range 30 {
		a := s.customer(500 + i)
		for d := range 3 {
			a.at = time.Duration(d)*day + time.Duration(s.rng.Int64N(int64(2*time.Hour)))
			a.Caller.Token, a.Caller.Address = s.token(a.Customer), home(a.Customer)
			a.mistype((i + d) % 5 / 4)
			a.work(a.at+time.Hour, 10*time.Minute)
			a.Caller.Address = office(30 + i%3)
			a.work(a.at+8*time.Hour, 25*time.Minute)
			a.Caller.Address = home(a.Customer)
			a.work(a.at+4*time.Hour, 20*time.Minute)
		}
	}
}

func adviserDays(s *Scene) {
	s.town(10, 20, 3*day)
	a := s.customer(500)
	a.Name, a.May = "tax adviser", [2]int{500, 531}
	for d := range 3 {
		a.at = time.Duration(d)*day + time.Hour
		a.arrive()
		for range 10 {
			n := 501 + s.rng.IntN(30)
			for range 3 {
				a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(n)))
				a.pause(5 * time.Minute)
			}
			a.pause(20 * time.Minute)
		}
	}
}

func officeDays(s *Scene) {
	staff := s.staff(1000, 80, 33)
	for d := range 3 {
		for i, a := range staff {
			a.at = time.Duration(d)*day + time.Duration(s.rng.Int64N(int64(90*time.Minute)))
			a.mistype((i + d) % 8 / 7)
			a.work(a.at+2*time.Hour, 20*time.Minute)
		}
	}
}

func largeFamily(s *Scene) {
	s.town(10, 30, 3*time.Hour)
	for i := range 6 {
		n := 500 + i*10
		a := s.customer(n)
		a.May = [2]int{n, n + 8}
		a.wait(time.Duration(i) * 3 * time.Minute)
		a.arrive()
		for a.at < 3*time.Hour {
			for k := range 8 {
				a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(n+k)))
				a.wait(100 * time.Millisecond)
			}
			a.pause(30 * time.Minute)
		}
	}
}

func readingMachines(s *Scene) {
	s.town(10, 20, 40*time.Minute)
	s.visitors(40, "/v1/threads/7", 40*time.Minute, 2*time.Minute)
	for i := range 3 {
		a := s.actor(fmt.Sprintf("machine %d", i), false, at(hosting, 870+i))
		for k := range 550 {
			a.ask("GET", fmt.Sprintf("/v1/threads/%d", i*1000+k))
			a.pause(4 * time.Second)
		}
	}
}

func handScanners(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	s.actor("somebody who forgot the key", false, home(60_000)).ask("GET", "/v1/lines/"+msisdnOf(1))
	for i := range 8 {
		a := s.actor(fmt.Sprintf("hand scanner %d", i), false, office(40))
		a.Caller.Key, a.May = s.key("stock"), [2]int{0, customers}
		a.wait(time.Duration(i) * time.Second)
		for k := 0; a.at < 30*time.Minute; k++ {
			a.ask("GET", "/v1/lines/"+msisdnOf(i*5000+k))
			a.pause(6 * time.Second)
		}
	}
}

func department(s *Scene) {
	s.town(10, 20, 9*time.Hour)
	for i := range 2 {
		a := s.customer(500 + i)
		a.Name, a.May = fmt.Sprintf("auditor %d", i), [2]int{0, customers}
		a.arrive()
		for k := range 60 {
			a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(3000+i*7000+k*97)))
			a.pause(8 * time.Minute)
		}
	}
}

func curious(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	for i := range 3 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 2 * time.Minute)
		a.arrive()
		for _, path := range []string{"/v1/me", "/v1/messages", "/v1/products", "/v1/search"} {
			for _, m := range []string{"PUT", "DELETE"} {
				a.ask(m, path)
				a.pause(20 * time.Second)
			}
			a.browse()
		}
	}
}

func ownOrders(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	for i := range 20 {
		a := s.customer(500 + i)
		a.wait(time.Duration(i) * 30 * time.Second)
		a.arrive()
		for k := range 10 {
			for range 4 { // in four pieces
				a.ask("GET", fmt.Sprintf("/v1/orders/%d", a.Customer*10+k))
				a.wait(60 * time.Millisecond)
			}
		}
		a.work(20*time.Minute, time.Minute)
	}
}

func everOther(s *Scene) {
	s.town(100, 20, 30*time.Minute)
	for i := range 20 {
		a := s.customer(300 + i)
		a.wait(time.Duration(i) * 20 * time.Second)
		a.arrive()
		for a.at < 30*time.Minute {
			a.Caller.Address = at(hosting, 300+s.rng.IntN(200))
			a.browse()
			a.pause(20 * time.Second)
		}
	}
}

func administersToo(s *Scene) {
	s.town(100, 60, time.Hour)
	for i := range 2 {
		a := s.customer(300 + i)
		a.May = [2]int{2000, 2020}
		a.wait(5 * time.Minute)
		a.arrive()
		for a.at < time.Hour {
			a.browse()
			a.pause(30 * time.Second)
			if s.rng.IntN(5) == 0 {
				a.ask("GET", "/v1/admin/users")
				a.pause(20 * time.Second)
				a.ask("GET", fmt.Sprintf("/v1/admin/users/%d", idOf(2000+s.rng.IntN(20))))
				a.pause(time.Minute)
			}
		}
	}
}

func searchEngineReads(s *Scene) {
	s.town(100, 30, time.Hour)
	s.visitors(60, "/v1/products/", time.Hour, 3*time.Minute)
	for k := range 8 {
		a := s.actor(fmt.Sprintf("crawler %d", k), false, at(hosting, 800+k))
		a.Caller.Fingerprint = "t13d_crawler"
		for i := range 250 {
			a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+i*8+k))
			a.pause(13 * time.Second)
		}
	}
}
