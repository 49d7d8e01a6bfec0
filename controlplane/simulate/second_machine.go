package simulate

import (
	"fmt"
	"time"
)

// secondMachines are honest programs that run by themselves.
func secondMachines() []Trial {
	return []Trial{
		honest("2-probes", "Eight probes ask for health, the login and a page that needs a login, each ten seconds, without credentials.", probes),
		honest("2-nightly-sync", "Three partners read the 1200 shipments of theirs in order, at night.", nightlySync),
		honest("2-webhooks", "Six senders post 400 events each to their hooks' secret paths, and try again.", hooks),
		honest("2-crawlers", "Two search engines' crawlers walk through the public catalogue, with items that are gone.", crawlers),
		honest("2-price-comparison", "Three comparisons of prices read 900 items each hour without logging in.", comparison),
		honest("2-printers", "60 printers behind one address ask for jobs every 15 seconds.", printers),
		honest("2-power-cut", "90 devices behind 30 routers come back at once, fetch their settings and firmware, and report.", powerCut),
		honest("2-audit-export", "A customer's log collector reads the audit log with its key, each half minute, a page at a time.", auditExport),
		honest("2-cloud-failover", "Three partners' jobs move to another region for an hour, with their keys.", failover),
		honest("2-handhelds", "30 couriers' handhelds scan and read the parcels of their tours, in order of their numbers.", handhelds),
		honest("2-warehouse", "Eight scanners with one key behind one address read a pallet's parcels one after the other.", warehouse),
		honest("2-calendars", "40 calendars fetch their feeds by secret names every five minutes, some that were withdrawn.", calendars),
	}
}

func probes(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 30, 30*time.Minute)
	for k := range 8 {
		a := s.actor(fmt.Sprintf("probe %d", k), false, at(hosting, 700+k))
		a.Caller.Fingerprint = "t13d_probe"
		a.wait(time.Duration(k) * time.Second)
		for a.at < 30*time.Minute {
			a.ask("GET", "/healthz")
			a.ask("HEAD", "/bank/v3/rates")
			a.ask("GET", "/bank/v3/profile")
			a.wait(10 * time.Second)
		}
	}
}

// supplier adds a program with a key for the shipments of some people.
func (s *Scene) supplier(name string, where int, from, to int) *Actor {
	a := s.actor(name, false, at(hosting, where))
	a.Caller.Key, a.Caller.Fingerprint, a.May = s.key(name), "t13d_partner_"+name, [2]int{from, to}
	return a
}

func nightlySync(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 30, time.Hour)
	for k := range 3 {
		a := s.supplier(fmt.Sprintf("sync%d", k), 710+k, k*1200, k*1200+1200)
		a.wait(5 * time.Minute)
		for i := range 1200 {
			a.ask("GET", "/track/v1/shipments/"+parcel(k*1200+i))
			a.wait(2 * time.Second)
		}
	}
}

func hooks(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 30, 40*time.Minute)
	s.service.down = [2]time.Duration{20 * time.Minute, 21 * time.Minute}
	for k := range 6 {
		a := s.actor(fmt.Sprintf("sender %d", k), false, at(hosting, 720+k))
		for i := range 400 {
			a.send(Request{Method: "POST", Path: fmt.Sprintf("/track/v1/hooks/%016x", uint64(k+1)*0x9e3779b97f4a7c15), Body: fmt.Sprintf(`{"event":"delivered","sequence":"%d"}`, i)})
			a.pause(5 * time.Second)
		}
	}
}

func crawlers(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 2*time.Hour)
	for k := range 2 {
		a := s.actor(fmt.Sprintf("crawler %d", k), false, at(hosting, 730+k))
		a.Caller.Fingerprint = "t13d_crawler"
		for i := range 700 {
			item := (i*17 + k) % 3300 // those from 3000 on are gone
			a.send(Request{Method: "GET", Path: fmt.Sprintf("/shop/api/items/%d", item), Headers: agent("Mozilla/5.0 (compatible; findbot/2.1; +https://find.example/bot)")})
			a.pause(10 * time.Second)
		}
	}
}

func comparison(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 40, 2*time.Hour)
	for k := range 3 {
		a := s.actor(fmt.Sprintf("comparison %d", k), false, at(hosting, 740+k))
		for i := range 1800 {
			a.ask("GET", fmt.Sprintf("/shop/api/items/%d", (i%900)*3+k))
			a.pause(4 * time.Second)
		}
	}
}

func printers(s *Scene) {
	f := s.settle(things())
	s.folk(f, 10, 20, time.Hour)
	for i, p := range s.those(f, 60, behind(offices, 70, 1, "t12d_printer")) {
		p.wait(time.Duration(i) * 250 * time.Millisecond)
		for p.at < time.Hour {
			p.ask("GET", "/iot/jobs")
			p.wait(15 * time.Second)
		}
	}
}

func powerCut(s *Scene) {
	f := s.settle(things())
	s.folk(f, 10, 30, 40*time.Minute)
	for i, p := range s.those(f, 90, behind(homes, 200, 30, "t12d_device")) {
		p.stay(10*time.Minute, time.Minute)
		p.at = 20*time.Minute + time.Duration(s.rng.Int64N(int64(10*time.Second)))
		p.ask("GET", "/iot/devices/"+device(1000+i)+"/config")
		p.ask("GET", "/iot/firmware/7.2.1")
		for range 5 {
			p.post("/iot/devices/"+device(1000+i)+"/telemetry", `{"t":21,"rh":40,"boot":true}`)
			p.pause(2 * time.Second)
		}
		p.stay(40*time.Minute, time.Minute)
	}
}

func auditExport(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 40, 2*time.Hour)
	a := s.supplier("collector", 750, 0, people)
	for i := range 240 {
		a.ask("GET", fmt.Sprintf("/t/%s/audit?after=%016x", slug(3), uint64(i)*0x9e3779b97f4a7c15))
		a.wait(30 * time.Second)
	}
}

func failover(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 30, 3*time.Hour)
	for k := range 3 {
		a := s.supplier(fmt.Sprintf("moving%d", k), 760+k, k*300, k*300+300)
		for i := range 500 {
			if a.at > time.Hour && a.at < 2*time.Hour {
				a.Caller.Address = at(hosting, 5000+k*7+i%4)
			} else {
				a.Caller.Address = at(hosting, 760+k)
			}
			a.ask("GET", "/track/v1/shipments/"+parcel(k*300+i%300))
			a.pause(20 * time.Second)
		}
	}
}

func handhelds(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 20, 3*time.Hour)
	for i, p := range s.those(f, 30, behind(mobile, 40, 6, "t13d_handheld")) {
		first := 4000 + i*80
		p.May = [2]int{first, first + 80}
		p.come(0)
		for k := range 80 {
			p.ask("GET", "/track/v1/shipments/"+parcel(first+k))
			p.pause(15 * time.Second)
			p.post("/track/v1/scans", pair("id", parcel(first+k), "state", "delivered"))
			p.pause(time.Minute)
		}
	}
}

func warehouse(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 20, time.Hour)
	key := s.key("warehouse")
	for k := range 8 {
		a := s.actor(fmt.Sprintf("scanner %d", k), false, office(80))
		a.Caller.Key, a.Caller.Fingerprint, a.May = key, "t12d_scanner", [2]int{2000, 4000}
		a.wait(time.Duration(k) * time.Second)
		for i := range 200 {
			a.ask("GET", "/track/v1/shipments/"+parcel(2000+k*200+i))
			a.pause(8 * time.Second)
		}
	}
}

func calendars(s *Scene) {
	f := s.settle(clinic())
	s.on("GET /clinic/api/withdrawn/{}/feed", 0, 2, always(410))
	s.folk(f, 10, 20, 3*time.Hour)
	for i := range 40 {
		a := s.actor(fmt.Sprintf("calendar %d", i), false, home(1000+i))
		if i%3 == 0 {
			a.Caller.Address = at(hosting, 770) // a calendar that lives in the cloud
		}
		where := []string{"calendars", "withdrawn"}[i%8/7]
		a.wait(time.Duration(i) * 5 * time.Second)
		for a.at < 3*time.Hour {
			a.ask("GET", fmt.Sprintf("/clinic/api/%s/%016x/feed", where, uint64(i+1)*0x9e3779b97f4a7c15))
			a.wait(5 * time.Minute)
		}
	}
}
