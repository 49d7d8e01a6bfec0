package simulate

import (
	"fmt"
	"time"
)

// fourthWork is what people do for a living.
func fourthWork() []Trial {
	return []Trial{
		honest("4-support", "20 agents look for customers and read what they find, 12 an hour, from their homes.", supportAgents),
		honest("4-support-first-day", "An agent on the first day reads 60 customers in two hours.", firstDay),
		honest("4-fleet-manager", "A company's manager looks at all its 55 lines, whose numbers follow one another.", fleetManager),
		honest("4-tenant-export", "Eight administrators export their tenants' data and look at all members.", tenantExport),
		honest("4-auditor", "An auditor reads 100 documents of his tenant, and the audit.", auditorReads),
		honest("4-scanners", "12 telephones of a warehouse read 100 orders each by a token of the same user.", fourthWarehouse),
		honest("4-dealers", "15 agents of dealers swap six cards an hour at most.", dealersWork),
		honest("4-dealers-new-telephone", "On the day of a new telephone eight agents swap 25 cards each.", dealersBusy),
		honest("4-migration", "A tenant's migration reads its 100 documents and all users twice.", migration),
		honest("4-admins", "Six administrators do their work, and one of them is new.", adminsWork),
		honest("4-shops-checkout", "60 shoppers buy; some pay twice, some later, some never.", checkouts),
		honest("4-sandbox-partner", "A partner's developers use one key from three networks.", sandboxPartner),
	}
}

func supportAgents(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 30, 5*time.Hour)
	for i, p := range employs(s.those(f, 20, func(i int) Caller { return Caller{Address: home(1000 + i)} })) {
		p.sometime(30 * time.Minute)
		p.come(i % 6 / 5)
		for p.at < 5*time.Hour {
			n := s.rng.IntN(people)
			p.ask("GET", "/api/v2/customers?phone="+lineOf(n))
			p.pause(15 * time.Second)
			p.ask("GET", "/api/v2/customers/"+subscriber(n))
			p.pause(time.Minute)
			p.ask("GET", "/api/v2/lines/"+lineOf(n))
			p.pause(4 * time.Minute)
		}
	}
}

func firstDay(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 30, 4*time.Hour)
	for i, p := range employs(s.those(f, 5, behind(offices, 80, 1, "t13d_crm"))) {
		begin := time.Duration(0)
		if i == 4 {
			begin = 2 * time.Hour
		}
		p.wait(begin + time.Duration(i)*time.Minute)
		p.come(i / 4)
		for p.at < 4*time.Hour {
			n := s.rng.IntN(people)
			p.ask("GET", "/api/v2/customers?phone="+lineOf(n))
			p.pause(10 * time.Second)
			p.ask("GET", "/api/v2/customers/"+subscriber(n))
			p.pause(110 * time.Second)
		}
	}
}

func fleetManager(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 40, 3*time.Hour)
	p := s.someone(f, 3000)
	p.May = [2]int{3000, 3055}
	p.wait(20 * time.Minute)
	p.come(0)
	for i := range 55 {
		p.ask("GET", "/api/v2/lines/"+lineOf(3000+i))
		p.pause(20 * time.Second)
		if i%10 == 0 {
			p.ask("GET", "/api/v2/me")
		}
	}
}

func tenantExport(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 30, 2*time.Hour)
	for i := range 8 {
		p := s.someone(f, 1000+i*25)
		p.sometime(time.Hour)
		p.come(0)
		org := "/api/orgs/" + slug(tenantOf(1000+i*25))
		p.ask("GET", org+"/members")
		for k := range 25 {
			p.ask("GET", "/api/users/"+memberNo(1000+i*25+k))
			p.pause(2 * time.Second)
		}
		p.ask("GET", org+"/export")
		p.pause(2 * time.Minute)
		p.ask("GET", org+"/export")
	}
}

func auditorReads(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 30, 3*time.Hour)
	p := s.someone(f, 1000)
	p.wait(15 * time.Minute)
	p.come(1)
	for i := range 100 {
		if i%10 == 0 {
			p.ask("GET", "/api/orgs/"+slug(tenantOf(1000))+"/audit")
			p.pause(30 * time.Second)
		}
		p.ask("GET", "/api/documents/"+paper(1000+i%25, i/25))
		p.pause(70 * time.Second)
	}
}

func fourthWarehouse(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 30, 3*time.Hour)
	user := s.someone(f, 1000)
	for k := range 12 {
		p := s.actor(fmt.Sprintf("scanner %d", k), false, at(offices, 90+k%2))
		p.Caller.Session, p.Caller.Fingerprint, p.May = user.Caller.Session, "t13d_scanner", [2]int{0, people}
		p.wait(time.Duration(k) * 11 * time.Second)
		for i := range 100 {
			p.ask("GET", "/api/orders/"+storeOrder(2000+i*12+k, 0))
			p.pause(100 * time.Second)
		}
	}
	user.come(0)
}

func dealersWork(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 30, 5*time.Hour)
	dealers(s, f, 15, 18, 13*time.Minute)
}

func dealersBusy(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 30, 6*time.Hour)
	dealers(s, f, 8, 25, 11*time.Minute)
}

func migration(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 30, time.Hour)
	p := s.someone(f, 1000)
	p.Caller.Address, p.Caller.Fingerprint = at(hosting, 699), "t13d_python"
	p.wait(20 * time.Minute)
	for range 2 {
		p.ask("GET", "/api/orgs/"+slug(tenantOf(1000))+"/members")
		for k := range 25 {
			p.ask("GET", "/api/users/"+memberNo(1000+k))
			p.wait(300 * time.Millisecond)
		}
		for i := range 100 {
			p.ask("GET", "/api/documents/"+paper(1000+i%25, i/25))
			p.wait(300 * time.Millisecond)
		}
	}
}

func adminsWork(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 40, 4*time.Hour)
	for i, p := range employs(s.those(f, 6, func(i int) Caller { return Caller{Address: home(1000 + i)} })) {
		p.wait(time.Duration(i/5)*2*time.Hour + time.Duration(i)*time.Minute)
		p.come(0)
		for p.at < 4*time.Hour {
			p.ask("GET", "/api/admin/users")
			p.pause(time.Minute)
			id := memberNo(s.rng.IntN(people))
			p.ask("GET", "/api/admin/users/"+id)
			p.pause(time.Minute)
			if s.rng.IntN(4) == 0 {
				p.send(Request{Method: "PUT", Path: "/api/admin/users/" + id + "/role", Body: `{"role":"editor"}`})
			}
			p.ask("GET", "/api/admin/settings")
			p.pause(8 * time.Minute)
		}
	}
}

func checkouts(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 20, 3*time.Hour)
	buyers(s, f, 2000, 40, 3*time.Hour)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		p.sometime(2 * time.Hour)
		p.come(0)
		order := storeOrder(1000+i, 2)
		p.post("/api/orders", `{"address":"home"}`)
		p.pause(time.Minute)
		for range i % 3 {
			p.post("/api/orders/"+order+"/payment", `{"method":"card"}`)
			p.pause(20 * time.Second)
		}
		p.ask("GET", "/api/orders/"+order)
		if i%3 > 0 {
			p.post("/api/orders/"+order+"/confirm", `{}`)
		}
	}
}

func sandboxPartner(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 30, 3*time.Hour)
	for k := range 3 {
		a := s.supplier("sandbox", 720+k, 3000, 3100)
		a.Name = fmt.Sprintf("developer %d", k)
		a.Caller.Fingerprint = fmt.Sprintf("t13d_dev_%d", k)
		a.wait(time.Duration(k) * 20 * time.Minute)
		for a.at < 3*time.Hour {
			a.ask("GET", "/api/v2/customers/"+subscriber(3000+s.rng.IntN(100)))
			a.pause(time.Minute)
		}
	}
}
