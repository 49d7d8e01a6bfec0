package simulate

import (
	"fmt"
	"time"
)

// secondTools are honest people with programs of developers, and those whom they load with work.
func secondTools() []Trial {
	return []Trial{
		honest("2-load-test", "An announced load test: one address, one test account, 40 requests a second for two minutes.", loadTest),
		honest("2-curl", "Six developers try the API by hand: wrong methods, wrong paths, no token, an old token.", curls),
		honest("2-integration-tests", "A build's tests log in wrongly on purpose, ask for what does not exist and for what they may not have.", integration),
		honest("2-preflights", "40 members' browsers send OPTIONS before each call of another origin.", preflights),
		honest("2-graphql-app", "50 members of ten tenants use the application, all through one endpoint.", graphApp),
		honest("2-labels", "Five senders print the labels of 300 shipments of their own.", labels),
		honest("2-members-scrolled", "12 members scroll through their own tenant's directory, 60 pages each.", scrolled),
		honest("2-reports-by-slug", "Ten analysts open 80 reports of their tenant each, by name.", reportsBySlug),
		honest("2-quotes-searched", "20 shoppers search for names with apostrophes, and for text that looks like code.", quotes),
	}
}

func loadTest(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 40, 15*time.Minute)
	p := s.someone(f, 1000)
	p.Caller.Address, p.Caller.Fingerprint = office(90), "t13d_load"
	p.wait(5 * time.Minute)
	p.come(0)
	for range 4800 {
		p.do()
		p.wait(25 * time.Millisecond)
	}
}

func curls(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 40, time.Hour)
	for i := range 6 {
		p := s.someone(f, 1000+i)
		p.Caller.Fingerprint = "t13d_curl"
		old := p.Caller
		old.Token = jwt(1000+i, 7)
		p.sometime(20 * time.Minute)
		where := inTenant(1000 + i)
		for _, path := range []string{"/projects", "/project", "/projects/", "/projects/1", "/member", "/members", "/members?limit=x", "/search", "/search?q=", "/users", "/v1/projects", "/api"} {
			p.as(p.Caller.without(), "GET", where+path)
			p.pause(20 * time.Second)
			p.as(old, "GET", where+path)
			p.pause(20 * time.Second)
			p.ask([]string{"GET", "POST", "PUT"}[i%3], where+path)
			p.pause(30 * time.Second)
		}
	}
}

func integration(s *Scene) {
	f := s.settle(clinic())
	s.folk(f, 10, 40, 40*time.Minute)
	for k := range 3 {
		p := s.someone(f, 1000+k)
		p.Name, p.Caller.Address, p.Caller.Fingerprint = fmt.Sprintf("build %d", k), at(hosting, 780+k), "t13d_tests"
		p.wait(time.Duration(k) * 10 * time.Minute)
		for range 2 {
			p.come(3)
			p.try("A000000000", "x")
			for _, path := range []string{"/clinic/api/patients/P-1999-00001", "/clinic/api/patients/none", "/clinic/api/patients/" + patient(1) + "/letters", "/clinic/api/nowhere", "/clinic/api/appointments"} {
				p.ask("GET", path)
				p.as(p.Caller.without(), "GET", path)
				p.ask("DELETE", path)
				p.wait(300 * time.Millisecond)
			}
			p.wait(3 * time.Minute)
		}
	}
}

func preflights(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 20, time.Hour)
	for i := range 40 {
		p := s.someone(f, 1000+i)
		p.sometime(20 * time.Minute)
		p.come(0)
		for range 40 {
			path := []string{"/graphql", inTenant(1000+i) + "/projects", inTenant(1000+i) + "/members"}[s.rng.IntN(3)]
			p.as(p.Caller.without(), "OPTIONS", path)
			if path == "/graphql" {
				p.post(path, graph(1000+i))
			} else {
				p.ask("GET", path)
			}
			p.pause(20 * time.Second)
		}
	}
}

func graphApp(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 20, time.Hour)
	for i := range 50 {
		n := 1000 + i*5
		p := s.someone(f, n)
		p.sometime(15 * time.Minute)
		p.come(0)
		for range 100 {
			p.post("/graphql", graph(25*tenantOf(n)+s.rng.IntN(25)))
			p.pause(15 * time.Second)
		}
	}
}

func labels(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 30, time.Hour)
	for k := range 5 {
		p := s.someone(f, 1000+k)
		p.May = [2]int{5000 + k*300, 5300 + k*300}
		p.wait(5 * time.Minute)
		p.come(0)
		for i := range 300 {
			p.ask("GET", "/track/v1/labels?shipment_id="+parcel(5000+k*300+i))
			p.wait(time.Second)
		}
	}
}

func scrolled(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 30, time.Hour)
	for k := range 12 {
		p := s.someone(f, 1000+k)
		p.sometime(20 * time.Minute)
		p.come(0)
		for i := range 60 {
			p.ask("GET", fmt.Sprintf("%s/members?limit=20&cursor=%016x", inTenant(1000+k), uint64(i+1)*0x9e3779b97f4a7c15))
			p.pause(4 * time.Second)
		}
	}
}

func reportsBySlug(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 30, 2*time.Hour)
	for k := range 10 {
		p := s.someone(f, 1000+k)
		p.sometime(10 * time.Minute)
		p.come(0)
		for i := range 80 {
			p.ask("GET", fmt.Sprintf("%s/reports/%s-%s-q%d", inTenant(1000+k), kinds()[i%5], colours()[i/5%8], 1+i/40))
			p.pause(40 * time.Second)
		}
	}
}

func quotes(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 20, 30*time.Minute)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		p.sometime(15 * time.Minute)
		for _, q := range []string{"levi%27s+501", "o%27reilly", "men%27s+%26+women%27s", "select+comfort+union+suit", "rock+%27n%27+roll", "%22drop+shoulder%22+shirt", "size+%3C+40", "1%2F2+zip+--+grey"} {
			p.ask("GET", "/shop/api/find?q="+q)
			p.pause(15 * time.Second)
		}
	}
}
