package simulate

import (
	"fmt"
	"time"
)

// secondRecords are attacks on other people's records by who has an account.
func secondRecords() []Trial {
	return []Trial{
		attack("2-uuid-list-mixed", "balances", "A customer with a list of others' UUIDs reads one a minute in no order, and its own in between.", uuidMixed),
		attack("2-refused-compound", "letters", "A patient counts through compound ids at an endpoint that refuses well.", refusedCompound),
		attack("2-records-compound", "records", "A patient reads the records of others, in order, one every five seconds.", recordsCompound),
		attack("2-ids-in-body", "statements", "A customer posts a search for others' statements: the ids stand in the body.", idsInBody),
		attack("2-ids-in-query", "labels", "A sender's token fetches labels of other senders' shipments, ids in the query in no order.", idsInQuery),
		attack("2-head-first", "parcels", "A stranger asks with HEAD which parcels exist, one a second, and gets those that do.", headFirst),
		attack("2-accounts-in-rotation", "records", "Eight patients' accounts, all of one crook, read other patients' records in turn, one every 20 seconds in all.", rotation),
		attack("2-clean-then-orders", "orders", "A shopper of two hours' good conduct counts through others' orders, one every 15 seconds.", cleanOrders),
		attack("2-tenant-hop", "projects", "A member of one tenant asks for projects of 80 others by guessing their slugs.", tenantHop),
		attack("2-graphql-cards", "cards", "A member asks GraphQL for the cards of users of other tenants, ids in the body.", graphCards),
		attack("2-days-walked", "days", "A patient's account walks back through three years of a room's days.", daysWalked),
		attack("2-things-shadowed", "shadows", "One device's token writes the shadows of its neighbours, whose names follow its own.", shadows),
		attack("2-working-hours-reader", "records", "An insider without the right to do so reads 15 patients' records an hour, from nine to five with a break.", workingReader),
	}
}

func uuidMixed(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 40, 4*time.Hour)
	p := s.insider(f, 500)
	p.come(0)
	for range 200 {
		if s.rng.IntN(3) == 0 {
			p.do()
		} else {
			p.ask("GET", "/bank/v3/accounts/"+vault(1000+s.rng.IntN(8000)))
		}
		p.pause(time.Minute)
	}
}

func refusedCompound(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 40, time.Hour)
	p := s.insider(f, 500)
	p.wait(5 * time.Minute)
	p.come(0)
	for i := range 300 {
		p.ask("GET", "/clinic/api/patients/"+patient(1000+i)+"/letters")
		p.pause(6 * time.Second)
	}
}

func recordsCompound(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 40, time.Hour)
	p := s.insider(f, 500)
	p.wait(5 * time.Minute)
	p.come(0)
	for i := range 400 {
		p.ask("GET", "/clinic/api/patients/"+patient(1000+i))
		p.pause(5 * time.Second)
	}
}

func idsInBody(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 40, 2*time.Hour)
	p := s.insider(f, 500)
	p.come(0)
	for range 500 {
		p.post("/bank/v3/statements/search", pair("account", vault(1000+s.rng.IntN(8000)), "month", "2025-11"))
		p.pause(10 * time.Second)
	}
}

func idsInQuery(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 40, time.Hour)
	p := s.insider(f, 500)
	p.come(0)
	for range 300 {
		p.ask("GET", "/track/v1/labels?shipment_id="+parcel(s.rng.IntN(people)))
		p.pause(8 * time.Second)
	}
}

func headFirst(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 40, time.Hour)
	p := s.crook(f, 1, hosting)
	p.wait(5 * time.Minute)
	for i := range 1500 {
		id := fmt.Sprintf("JJD%012d", 4_000_020_000+i)
		p.ask("HEAD", "/track/v1/parcels/"+id)
		if recipient(id) >= 0 {
			p.ask("GET", "/track/v1/parcels/"+id)
		}
		p.wait(time.Second)
	}
}

func rotation(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 40, 6*time.Hour)
	all := make([]*person, 8)
	for k := range all {
		all[k] = s.insider(f, 500+k)
		all[k].Caller.Address = at(homes, 77+k%3)
		all[k].wait(time.Duration(k) * time.Minute)
		all[k].come(0)
	}
	for i := range 900 {
		p := all[i%8]
		p.at = 10*time.Minute + time.Duration(i)*20*time.Second
		p.ask("GET", "/clinic/api/patients/"+patient(1000+s.rng.IntN(8000)))
	}
}

func cleanOrders(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 4*time.Hour)
	p := s.insider(f, 500)
	p.come(0)
	p.stay(2*time.Hour, 2*time.Minute)
	for i := range 400 {
		p.ask("GET", "/shop/api/orders/"+bought(2000+i))
		p.pause(15 * time.Second)
	}
}

func tenantHop(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 0, 60, time.Hour)
	p := s.insider(f, 500)
	p.come(0)
	for t := range 80 {
		where := "/t/" + slug(100+t)
		if s.rng.IntN(2) == 0 {
			where = "/t/" + colours()[s.rng.IntN(8)] + "-" + animals()[s.rng.IntN(10)]
		}
		p.ask("GET", where+"/projects")
		p.pause(5 * time.Second)
		for k := range 3 {
			p.ask("GET", where+"/projects/"+project(t, k))
			p.pause(10 * time.Second)
		}
	}
}

func graphCards(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 50, 2*time.Hour)
	p := s.insider(f, 500)
	p.come(0)
	for i := range 700 {
		p.post("/graphql", graph(1000+i))
		p.pause(7 * time.Second)
	}
}

func daysWalked(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 30, 2*time.Hour)
	p := s.insider(f, 500)
	p.come(0)
	day := begin()
	for range 700 {
		day = day.AddDate(0, 0, -1)
		p.ask("GET", "/clinic/api/rooms/b12/days/"+day.Format(time.DateOnly))
		p.pause(8 * time.Second)
	}
}

func shadows(s *Scene) {
	f := s.settle(things())
	s.folk(f, 10, 60, time.Hour)
	p := s.insider(f, 500)
	for i := range 500 {
		p.send(Request{Method: "PUT", Path: "/iot/devices/" + device(501+i) + "/shadow", Body: `{"valve":"open"}`})
		p.pause(3 * time.Second)
	}
}

func workingReader(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 30, 9*time.Hour)
	p := s.insider(f, 500)
	p.wait(time.Hour)
	p.come(0)
	for p.at < 9*time.Hour {
		if p.at > 4*time.Hour && p.at < 5*time.Hour {
			p.wait(time.Hour)
		}
		p.ask("GET", "/clinic/api/patients/"+patient(1000+s.rng.IntN(8000)))
		p.pause(4 * time.Minute)
	}
}
