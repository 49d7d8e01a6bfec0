package simulate

import (
	"fmt"
	"time"
)

// businesses are honest callers who come near to businessAttacks.
func businesses() []Timeline {
	return []Timeline{
		{Name: "vouchers-mistyped", About: "50 customers mistype a voucher up to four times, and get it right in the end.", Play: vouchersMistyped, May: []string{"undocumented-endpoint"}},
		{Name: "voucher-over", About: "An office's 20 people, behind one address, try the voucher of a mail that is over, twice each.", Play: voucherOver, May: []string{"undocumented-endpoint"}},
		{Name: "downloads-free", About: "160 customers pay for recordings; six fetch a few that are free, or that they paid for before.", Play: downloadsFree, May: []string{"undocumented-endpoint"}},
		{Name: "browsers-updated", About: "All browsers are updated overnight: 70 customers with programs that nobody had mistype their passwords once or twice, and get in.", Play: browsersUpdated},
		{Name: "codes-mistyped-offices", About: "Three offices' people mistype their codes in the morning; so do 40 customers at home.", Play: codesOffices},
		{Name: "names-typed-at-a-fair", About: "At a fair 30 visitors at one terminal type names until one is free, and register.", Play: namesAtFair, May: []string{"undocumented-endpoint"}},
		{Name: "help-desk-terminal", About: "At a help desk's terminal nine customers get new passwords and look around; two change their bank accounts.", Play: helpTerminal, May: []string{"undocumented-endpoint"}},
		{Name: "move-of-many", About: "20 customers change their bank accounts from new homes; in three homes it is a couple.", Play: moveOfMany, May: []string{"undocumented-endpoint"}},
		{Name: "versions-side-by-side", About: "Parts of a service are at different versions, each alone.", Play: versionsMixed, May: []string{"undocumented-endpoint"}},
		{Name: "people-of-an-area", About: "Customers see three neighbours' addresses on a page.", Play: fewNeighbours, May: []string{"undocumented-endpoint"}},
	}
}

func vouchersMistyped(s *Scene) {
	s.sells()
	s.town(10, 20, time.Hour)
	s.redeems(300, 50, func(i int) int { return i % 5 })
}

func voucherOver(s *Scene) {
	s.sells()
	s.town(10, 20, time.Hour)
	s.redeems(300, 20, func(i int) int { return i % 2 })
	for i := range 20 {
		a := s.customer(1000 + i)
		a.Caller.Address = office(140)
		a.wait(20*time.Minute + time.Duration(i)*30*time.Second)
		a.arrive()
		for range 2 {
			a.send(Request{Method: "POST", Path: "/v1/vouchers/redeem", Body: `{"code":"SUMMER"}`})
			a.pause(20 * time.Second)
		}
	}
}

func downloadsFree(s *Scene) {
	s.sells()
	s.town(10, 20, 2*time.Hour)
	s.buys(300, 160, 80*time.Minute)
	for i := range 6 {
		a := s.customer(900 + i)
		a.wait(time.Duration(50+i*8) * time.Minute)
		a.arrive()
		for k := range 2 + i {
			a.ask("GET", fmt.Sprintf("/v1/downloads/%d", 100+k))
			a.pause(time.Minute)
		}
	}
}

func browsersUpdated(s *Scene) {
	s.town(10, 30, time.Hour)
	for i := range 70 {
		a := s.customer(1000 + i)
		a.Caller.Fingerprint = fmt.Sprintf("t13d_next_%d", i)
		a.wait(10*time.Minute + time.Duration(s.rng.Int64N(int64(30*time.Minute))))
		a.mistype(1 + i%2)
		a.work(a.at+10*time.Minute, 2*time.Minute)
	}
}

func codesOffices(s *Scene) {
	s.town(10, 20, time.Hour)
	for i := range 100 {
		a := s.customer(1000 + i)
		if i < 60 {
			a.Caller.Address = office(150 + i%3)
		}
		a.wait(time.Duration(s.rng.Int64N(int64(20 * time.Minute))))
		c := a.Caller.without()
		for k := range i % 4 / 2 {
			a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(1000 + i), Secret: fmt.Sprintf("%06d", k), Caller: c})
			a.pause(15 * time.Second)
		}
		a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(1000 + i), Secret: codeOf(1000 + i), Caller: c})
		a.arrive()
	}
}

func namesAtFair(s *Scene) {
	s.sells()
	s.town(10, 20, 40*time.Minute)
	s.types(30, func(int) Caller { return Caller{Address: office(160)} }, 40*time.Second)
}

func helpTerminal(s *Scene) {
	s.sells()
	s.town(10, 20, 3*time.Hour)
	for i := range 9 {
		a := s.customer(1000 + i)
		a.wait(time.Duration(i) * time.Minute)
		a.arrive()
		a.work(50*time.Minute, 10*time.Minute)
		a.Caller.Address, a.Caller.Fingerprint = office(170), "t13d_terminal"
		a.wait(time.Duration(i) * 12 * time.Minute)
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(1000 + i), Caller: a.Caller.without()})
		a.pause(2 * time.Minute)
		a.arrive()
		if i%4 == 1 {
			a.send(Request{Method: "PUT", Path: "/v1/me/bank-account", Body: `{"iban":"DE22"}`})
		}
		a.work(a.at+4*time.Minute, time.Minute)
	}
}

func moveOfMany(s *Scene) {
	s.sells()
	s.town(10, 20, 3*time.Hour)
	s.moves(500, 14)
	for i := range 6 {
		a := s.customer(600 + i)
		a.wait(time.Duration(i) * time.Minute)
		a.arrive()
		a.work(time.Hour, 5*time.Minute)
		a.Caller.Address, a.Caller.Fingerprint = at(homes, 600+i/2), "t13d_family"
		a.send(Request{Method: "PUT", Path: "/v1/me/bank-account", Body: `{"iban":"DE33"}`})
		a.work(2*time.Hour, 5*time.Minute)
	}
}

func versionsMixed(s *Scene) {
	for _, path := range []string{"/v1/meters/{}", "/v3/tariff/{}", "/v2/photos/{}"} {
		s.on("GET "+path, 900, 9, members(fine))
	}
	s.meters(40, "v1")
	for i := range 30 {
		a := s.customer(400 + i)
		a.wait(time.Duration(i) * 30 * time.Second)
		a.arrive()
		for range 5 {
			a.ask("GET", fmt.Sprintf("/v3/tariff/%d", 400+i))
			a.ask("GET", fmt.Sprintf("/v2/photos/%d", 400+i))
			a.pause(8 * time.Minute)
		}
	}
}

func fewNeighbours(s *Scene) {
	s.on("GET /v1/areas/{}/people", 400, 15, members(page(3)))
	s.areas(50)
}
