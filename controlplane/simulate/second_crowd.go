package simulate

import (
	"fmt"
	"time"
)

// secondCrowds are many honest people at once.
func secondCrowds() []Trial {
	return []Trial{
		honest("2-payday", "100 of the bank's customers look whether the money is there, again and again, within half an hour.", payday),
		honest("2-campus", "90 students behind one address work on their tenants' projects.", campus),
		honest("2-app-update", "60 telephones behind five gateways get an update that asks for a path that is gone, and tries again.", appUpdate),
		honest("2-shift-change", "70 nurses log in through one proxy within six minutes, and read their patients' records.", shiftChange),
		honest("2-cgnat", "120 shoppers share three addresses and one kind of telephone.", cgnat),
		honest("2-gone-links", "After a release 80 shoppers follow links to items that are gone.", goneLinks),
		honest("2-flaky-upstream", "The parcel service fails for six minutes; 60 people and ten partners try again.", flaky),
		honest("2-slots-open", "70 patients wait for the doctors' free hours at nine, and look through all days.", slotsOpen),
		honest("2-coupon-mail", "60 shoppers type the coupon of a mail that is over, and its misprint.", couponMail),
		honest("2-backend-for-frontend", "All shoppers of a partner's application come from its one server.", backendFor),
	}
}

// those adds n people from the 1000th on, with credentials, who share addresses as where says.
func (s *Scene) those(f *firm, n int, where func(i int) Caller) []*person {
	all := make([]*person, n)
	for i := range all {
		p := s.someone(f, 1000+i)
		c := where(i)
		p.Caller.Address = c.Address
		if c.Fingerprint != "" {
			p.Caller.Fingerprint = c.Fingerprint
		}
		all[i] = p
	}
	return all
}

// behind puts all behind so many addresses of a network.
func behind(network byte, first, count int, fingerprint string) func(int) Caller {
	return func(i int) Caller { return Caller{Address: at(network, first+i%count), Fingerprint: fingerprint} }
}

func payday(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 20, 40*time.Minute)
	for i := range 100 {
		p := s.someone(f, 1000+i)
		p.sometime(15 * time.Minute)
		p.come(i % 9 / 8)
		for range 12 {
			p.ask("GET", "/bank/v3/accounts/"+vault(1000+i))
			p.ask("GET", "/bank/v3/accounts/"+vault(1000+i)+"/transactions")
			p.pause(time.Minute)
		}
	}
}

func campus(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 20, 90*time.Minute)
	for i, p := range s.those(f, 90, behind(offices, 30, 1, "")) {
		p.sometime(40 * time.Minute)
		p.come(i % 6 / 5)
		p.stay(p.at+40*time.Minute, 40*time.Second)
	}
}

func appUpdate(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 20, 40*time.Minute)
	for i, p := range s.those(f, 60, behind(mobile, 5, 5, "")) {
		p.sometime(10 * time.Minute)
		p.come(0)
		for k := range 10 {
			p.ask("GET", "/bank/v4/accounts/"+vault(1000+i))
			p.pause(time.Duration(k+1) * 2 * time.Second)
		}
		p.pause(5 * time.Minute)
		p.stay(40*time.Minute, time.Minute)
	}
}

func shiftChange(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 20, 90*time.Minute)
	for i, p := range s.those(f, 70, behind(offices, 40, 1, "t12d_clinic_proxy")) {
		p.May = [2]int{0, people}
		p.sometime(6 * time.Minute)
		p.come(i % 8 / 7 * 2)
		for range 15 {
			p.ask("GET", "/clinic/api/patients/"+patient(3000+s.rng.IntN(60)))
			p.pause(4 * time.Minute)
		}
	}
}

func cgnat(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, time.Hour)
	for i, p := range s.those(f, 120, behind(mobile, 20, 3, "t13d_one_phone")) {
		p.sometime(30 * time.Minute)
		p.come(i % 10 / 9)
		p.stay(p.at+20*time.Minute, 45*time.Second)
	}
}

func goneLinks(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, time.Hour)
	for i := range 80 {
		p := s.someone(f, 1000+i)
		p.sometime(40 * time.Minute)
		for range 6 {
			p.ask("GET", fmt.Sprintf("/shop/api/items/%d", 3000+s.rng.IntN(900)))
			p.pause(15 * time.Second)
		}
		p.ask("GET", "/shop/spring-sale-2025")
		p.stay(p.at+10*time.Minute, time.Minute)
	}
}

func flaky(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 20, 40*time.Minute)
	s.service.down = [2]time.Duration{10 * time.Minute, 16 * time.Minute}
	for i := range 60 {
		p := s.someone(f, 1000+i)
		p.sometime(8 * time.Minute)
		p.come(0)
		p.stay(10*time.Minute, time.Minute)
		for p.at < 16*time.Minute {
			p.ask("GET", "/track/v1/shipments/"+parcel(1000+i))
			p.pause(5 * time.Second)
		}
		p.stay(35*time.Minute, time.Minute)
	}
	for k := range 10 {
		b := s.actor(fmt.Sprintf("partner %d", k), false, at(hosting, 300+k))
		b.Caller.Key, b.May = s.key(fmt.Sprintf("flaky%d", k)), [2]int{k * 100, k*100 + 100}
		for i := range 300 {
			b.ask("GET", "/track/v1/shipments/"+parcel(k*100+i%100))
			b.pause(6 * time.Second)
		}
	}
}

func slotsOpen(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 20, 40*time.Minute)
	for i := range 70 {
		p := s.someone(f, 1000+i)
		p.wait(8 * time.Minute)
		p.sometime(4 * time.Minute)
		p.come(0)
		for day := range 25 {
			p.ask("GET", fmt.Sprintf("/clinic/api/doctors/dr-%s/slots?date=2026-01-%02d", doctors()[i%5], 5+day))
			p.pause(2 * time.Second)
		}
		p.post("/clinic/api/appointments", pair("doctor", "berg", "slot", "2026-01-20T09:10"))
	}
}

func couponMail(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, time.Hour)
	for i := range 60 {
		p := s.someone(f, 1000+i)
		p.sometime(40 * time.Minute)
		p.come(0)
		for _, code := range []string{"WINTER25", "WINTER-25", "winter25", "WELCOME10"}[i%2:] {
			p.ask("GET", "/shop/api/coupons/"+code)
			p.pause(15 * time.Second)
		}
		p.post("/shop/api/checkout", pair("card", "4111000011110000", "sum", "30"))
	}
}

func backendFor(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, time.Hour)
	for i, p := range s.those(f, 80, behind(hosting, 500, 1, "t13d_backend")) {
		p.sometime(30 * time.Minute)
		p.come(i % 8 / 7)
		p.stay(p.at+25*time.Minute, 30*time.Second)
	}
}
