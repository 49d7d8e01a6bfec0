package simulate

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// secondScrapes are those who take much of what may be had piece by piece, and who search for what is hidden.
func secondScrapes() []Trial {
	return []Trial{
		attack("2-cursor-scrape", "pages", "A member's token follows the cursor of another tenant's directory through 900 pages.", cursorScrape),
		attack("2-catalogue-residential", "items", "200 homes' routers take the shop's catalogue together, 40 items each.", catalogueResidential),
		attack("2-method-probing", "methods", "A member tries every method on every path it knows.", methodsTried),
		attack("2-scan-slow", "paths", "Ten addresses ask for names of backups and settings, one a minute each.", scanSlow),
		attack("2-sql-in-query", "tables", "A stranger tries quotes in a parameter until the database answers.", sqlInQuery),
		attack("2-export-drain", "capacity", "A member asks for an export of 8 MB every three seconds, for half an hour.", exportDrain),
		attack("2-admin-feeling", "roles", "A member without the role tries administrators' endpoints and then makes itself one.", adminFeeling),
		attack("2-search-harvest", "answers", "A stranger puts every three letters into the shop's search, from six addresses with pauses.", searchHarvest),
	}
}

func cursorScrape(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 50, 2*time.Hour)
	p := s.insider(f, 500)
	p.come(0)
	for i := range 900 {
		p.ask("GET", fmt.Sprintf("/t/%s/members?limit=50&cursor=%016x", slug(60), rand.New(rand.NewPCG(uint64(i), 4)).Uint64()))
		p.pause(5 * time.Second)
	}
}

func catalogueResidential(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 60, 2*time.Hour)
	for k := range 200 {
		p := s.crook(f, k, homes)
		p.Caller.Fingerprint = "t13d_scraper"
		p.sometime(20 * time.Minute)
		for i := range 40 {
			p.ask("GET", fmt.Sprintf("/shop/api/items/%d", (i*200+k)%3000))
			p.pause(time.Minute)
		}
	}
}

func methodsTried(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 40, 30*time.Minute)
	p := s.insider(f, 500)
	p.come(0)
	for _, path := range []string{"/projects", "/projects/" + project(500, 1), "/members", "/members/m00501", "/search", "/export", "/audit", "/admin/roles"} {
		for _, m := range []string{"OPTIONS", "HEAD", "PUT", "DELETE", "PATCH", "POST", "TRACE", "CONNECT", "PURGE"} {
			p.ask(m, inTenant(500)+path)
			p.pause(4 * time.Second)
		}
	}
}

func scanSlow(s *Scene) {
	f := s.settle(bank())
	s.folk(f, 10, 40, 2*time.Hour)
	for k := range 10 {
		p := s.crook(f, k, hosting)
		p.sometime(2 * time.Minute)
		for i := range 100 {
			name := []string{"backup", "dump", "old", "settings", "config", "private", "test", "users"}[i%8]
			tail := []string{".zip", ".sql", ".bak", ".json", "/", ".old", ".tar", ".yml", "~", ".log"}[i/8%10]
			p.ask("GET", []string{"/", "/bank/", "/bank/v3/", "/api/"}[k%4]+name+tail)
			p.pause(time.Minute)
		}
	}
}

func sqlInQuery(s *Scene) {
	f := s.settle(parcels())
	s.folk(f, 10, 40, 30*time.Minute)
	p := s.crook(f, 1, hosting)
	p.wait(5 * time.Minute)
	for i := range 40 {
		zip := []string{"10115%27", "1%27+or+%271%27%3D%271", "1%27+order+by+9--", "%27+union+select+name%2Cmail%2Cphone+from+recipients--"}[i%4]
		p.ask("GET", "/track/v1/depots?zip="+zip)
		p.pause(15 * time.Second)
	}
}

func exportDrain(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 10, 40, time.Hour)
	p := s.insider(f, 500)
	p.wait(10 * time.Minute)
	p.come(0)
	for range 600 {
		p.ask("GET", inTenant(500)+"/export")
		p.wait(3 * time.Second)
	}
}

func adminFeeling(s *Scene) {
	f := s.settle(teams())
	s.folk(f, 0, 50, time.Hour)
	boss := s.someone(f, 501)
	boss.May = [2]int{0, people}
	boss.come(0)
	for range 12 {
		boss.ask("GET", inTenant(501)+"/admin/billing")
		boss.pause(3 * time.Minute)
	}
	p := s.insider(f, 500)
	p.wait(10 * time.Minute)
	p.come(0)
	for range 5 {
		for _, what := range []string{"billing", "sso", "roles", "webhooks", "tokens"} {
			p.ask("GET", inTenant(500)+"/admin/"+what)
			p.pause(20 * time.Second)
		}
		p.send(Request{Method: "PATCH", Path: inTenant(500) + "/members/m00500", Body: `{"role":"owner"}`})
		p.pause(20 * time.Second)
	}
}

func searchHarvest(s *Scene) {
	f := s.settle(shop())
	s.folk(f, 10, 50, 3*time.Hour)
	for k := range 6 {
		p := s.crook(f, k, hosting)
		for i := range 500 {
			x := k*500 + i
			p.ask("GET", fmt.Sprintf("/shop/api/find?q=%c%c%c&page=1", 'a'+x%26, 'a'+x/26%26, 'a'+x/676))
			p.pause(12 * time.Second)
			if i%100 == 99 {
				p.wait(10 * time.Minute)
			}
		}
	}
}
