package simulate

import (
	"fmt"
	"time"
)

// secondStaff are employees and others who may read what belongs to many.
func secondStaff() []Trial {
	return []Trial{
		honest("2-support", "15 agents of the shop open customer after customer, each from home, all day.", support),
		honest("2-call-centre", "30 agents of the bank behind one address look up who calls, a client every three minutes.", bankAgents),
		honest("2-auditors", "Two auditors read 500 patients' records each in a day, in order of their numbers.", auditors),
		honest("2-rounds", "15 doctors read 40 records each on their rounds, from a few wards' addresses.", rounds),
		honest("2-accountants", "Six accountants look after 30 clients' accounts each, on the last day of the month.", accountants),
		honest("2-caretakers", "20 caretakers read the records of two or three relatives beside their own.", caretakers),
		honest("2-role-account", "Eight colleagues use one account of their team from three networks.", roleAccount),
		honest("2-room-plan", "Four receptionists look through the days of their rooms, back and forth.", roomPlan),
		honest("2-new-employee", "An agent's first day: she opens nothing for weeks, and then 150 customers.", newEmployee),
	}
}

// employs makes people employees who may read everything.
func employs(all []*person) []*person {
	for i, p := range all {
		p.Name, p.May = fmt.Sprintf("employee %d", i), [2]int{0, people}
	}
	return all
}

func support(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 30, 8*time.Hour)
	for i, p := range employs(s.those(f, 15, func(i int) Caller { return Caller{Address: home(1000 + i)} })) {
		p.sometime(30 * time.Minute)
		p.come(i % 5 / 4)
		for p.at < 8*time.Hour {
			n := s.rng.IntN(people)
			p.ask("GET", fmt.Sprintf("/shop/desk/customers/%d", 400_000+n))
			p.pause(time.Minute)
			p.ask("GET", "/shop/api/orders/"+bought(n))
			p.pause(5 * time.Minute)
		}
	}
}

func bankAgents(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 30, 4*time.Hour)
	for i, p := range employs(s.those(f, 30, behind(offices, 100, 1, "t12d_desk"))) {
		p.sometime(10 * time.Minute)
		p.come(i % 10 / 9)
		for p.at < 4*time.Hour {
			n := s.rng.IntN(people)
			p.ask("GET", "/bank/v3/clients/"+bankNumber(n))
			p.pause(30 * time.Second)
			p.ask("GET", "/bank/v3/accounts/"+vault(n))
			p.pause(3 * time.Minute)
		}
	}
}

func auditors(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 30, 8*time.Hour)
	for k, p := range employs(s.those(f, 2, behind(offices, 101, 2, ""))) {
		p.sometime(20 * time.Minute)
		p.come(0)
		for i := range 500 {
			p.ask("GET", "/clinic/api/patients/"+patient(2000+k*500+i))
			p.pause(50 * time.Second)
		}
	}
}

func rounds(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 30, 3*time.Hour)
	for _, p := range employs(s.those(f, 15, behind(offices, 105, 3, "t13d_ward"))) {
		p.sometime(30 * time.Minute)
		p.come(0)
		for range 40 {
			n := 3000 + s.rng.IntN(200)
			p.ask("GET", "/clinic/api/patients/"+patient(n))
			p.pause(20 * time.Second)
			p.ask("GET", "/clinic/api/patients/"+patient(n)+"/letters")
			p.pause(2 * time.Minute)
		}
	}
}

func accountants(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 30, 3*time.Hour)
	for k := range 6 {
		p := s.someone(f, 1000+k)
		p.May = [2]int{6000 + k*30, 6030 + k*30}
		p.sometime(10 * time.Minute)
		p.come(0)
		for range 3 {
			for i := range 30 {
				p.ask("GET", "/bank/v3/accounts/"+vault(6000+k*30+i))
				p.pause(10 * time.Second)
				p.post("/bank/v3/statements/search", pair("account", vault(6000+k*30+i), "month", "2025-12"))
				p.pause(15 * time.Second)
			}
			p.wait(30 * time.Minute)
		}
	}
}

func caretakers(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 30, 2*time.Hour)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		p.May = [2]int{7000 + i*3, 7003 + i*3}
		p.sometime(time.Hour)
		p.come(0)
		for range 6 {
			for k := range 2 + i%2 {
				p.ask("GET", "/clinic/api/patients/"+patient(7000+i*3+k))
				p.pause(20 * time.Second)
				p.ask("GET", "/clinic/api/patients/"+patient(7000+i*3+k)+"/letters")
				p.pause(time.Minute)
			}
		}
	}
}

func roleAccount(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 30, 3*time.Hour)
	for k := range 8 {
		p := s.someone(f, 1000)
		p.Name = fmt.Sprintf("colleague %d", k)
		p.Caller.Address = at([]byte{offices, homes, mobile}[k%3], 110+k)
		p.sometime(30 * time.Minute)
		p.come(k % 4 / 3)
		p.stay(3*time.Hour, 3*time.Minute)
	}
}

func roomPlan(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 30, 2*time.Hour)
	for k, p := range employs(s.those(f, 4, behind(offices, 115, 1, ""))) {
		p.sometime(10 * time.Minute)
		p.come(0)
		for i := range 120 {
			p.ask("GET", fmt.Sprintf("/clinic/api/rooms/b%d/days/%s", 10+k, begin().AddDate(0, 0, i%45-10).Format(time.DateOnly)))
			p.pause(30 * time.Second)
		}
	}
}

func newEmployee(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 6*time.Hour)
	for _, p := range employs(s.those(f, 1, behind(offices, 118, 1, ""))) {
		p.come(0)
		p.stay(2*time.Hour, 10*time.Minute)
		for range 150 {
			n := s.rng.IntN(people)
			p.ask("GET", fmt.Sprintf("/shop/desk/customers/%d", 400_000+n))
			p.ask("GET", "/shop/api/orders/"+bought(n))
			p.pause(90 * time.Second)
		}
	}
}
