package simulate

import (
	"fmt"
	"time"
)

// machines are honest programs.
func machines() []Timeline {
	return []Timeline{
		{Name: "batch-own-records", About: "A business customer's job fetches its own 900 invoices, one number after the other.", Play: batchOwn},
		{Name: "batch-paging", About: "A partner's job pages through the feed, two pages a second.", Play: batchPaging},
		{Name: "health-checks", About: "Six probes ask for the service's health every second, also while it is down.", Play: healthChecks, Interval: 500 * time.Millisecond},
		{Name: "smoke-tests", About: "A pipeline calls everything every ten minutes, also what must be refused, and one wrong password.", Play: smokeTests},
		{Name: "partner-regions", About: "A partner's key is used by 14 servers in 14 networks, all running the same program.", Play: partnerRegions},
		{Name: "crawler", About: "A search engine reads the public catalogue, a page every four seconds.", Play: crawler},
		{Name: "import-job", About: "A partner uploads 30 MB twice a second for ten minutes, as every night.", Play: importJob},
		{Name: "webhook-retries", About: "A partner's events are refused while the service is down, and come again many times.", Play: webhooks},
		{Name: "monitoring", About: "A monitoring service sends HEAD to ten endpoints every minute, some of which know no HEAD.", Play: monitoring},
		{Name: "preflight", About: "40 browsers of another origin send OPTIONS before each request.", Play: preflight},
		{Name: "test-automation", About: "Testers' robots log in with the same five accounts all day, in parallel, behind one address.", Play: testAutomation},
		{Name: "price-partner", About: "A partner's key reads each product once an hour to compare prices.", Play: pricePartner},
	}
}

func batchOwn(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	a := s.customer(500)
	a.wait(2 * time.Minute)
	a.arrive()
	for i := range 900 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d/invoices/%d", idOf(500), 70_000+i))
		a.wait(300 * time.Millisecond)
	}
}

func batchPaging(s *Scene) {
	s.town(10, 20, 10*time.Minute)
	a := s.actor("partner job", false, at(hosting, 800))
	a.Caller.Key = s.key("exports")
	for i := range 1000 {
		a.ask("GET", fmt.Sprintf("/v1/feed?page=%d", i))
		a.wait(500 * time.Millisecond)
	}
}

func healthChecks(s *Scene) {
	s.town(10, 20, 10*time.Minute)
	s.service.down = [2]time.Duration{4 * time.Minute, 5 * time.Minute}
	for i := range 6 {
		a := s.actor(fmt.Sprintf("probe %d", i), false, at(hosting, 810+i))
		a.wait(time.Duration(i) * 130 * time.Millisecond)
		for a.at < 10*time.Minute {
			a.ask("GET", "/healthz")
			if i == 0 {
				a.ask("GET", "/readyz") // this service has none
			}
			a.wait(time.Second)
		}
	}
}

func smokeTests(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	a := s.customer(500)
	a.Name, a.Caller.Address = "pipeline", at(hosting, 820)
	for a.at < 2*time.Hour {
		a.mistype(1)
		for _, path := range []string{"/v1/me", "/v1/products", "/v1/products/1", "/v1/products/999999", "/v1/messages", "/healthz", "/app", "/nowhere", "/v1/search?q=phone", fmt.Sprintf("/v1/customers/%d", idOf(500)), "/v1/customers/1", "/v1/lines/" + msisdnOf(500)} {
			a.ask("GET", path)
			a.wait(400 * time.Millisecond)
		}
		a.as(a.Caller.without(), "GET", "/v1/me")
		a.ask("PUT", "/v1/products")
		a.buy(3)
		a.wait(10 * time.Minute)
	}
}

func partnerRegions(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	s.partner("logistics", 14, 2*time.Hour, 25*time.Second)
}

func crawler(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	a := s.actor("crawler", false, at(hosting, 830))
	for i := range 1800 {
		a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+(i*13)%5000))
		if i%40 == 39 {
			a.ask("GET", fmt.Sprintf("/v1/products/%d", 6000+i)) // one that is sold out for good
		}
		a.pause(4 * time.Second)
	}
}

func importJob(s *Scene) {
	s.town(10, 20, 15*time.Minute)
	a := s.actor("import", false, at(hosting, 840))
	a.Caller.Key = s.key("import")
	a.wait(2 * time.Minute)
	for range 1200 {
		a.send(Request{Method: "POST", Path: "/v1/imports", Upload: 30 << 20})
		a.wait(500 * time.Millisecond)
	}
}

func webhooks(s *Scene) {
	s.town(10, 20, 20*time.Minute)
	s.service.down = [2]time.Duration{3 * time.Minute, 10 * time.Minute}
	for i := range 8 {
		a := s.actor(fmt.Sprintf("hook %d", i), false, at(hosting, 850+i))
		a.Caller.Key = s.key(fmt.Sprintf("hook-%d", i))
		for a.at < 20*time.Minute {
			a.send(Request{Method: "POST", Path: "/v1/events", Body: `{"event":"delivered","order":123}`})
			a.pause(2 * time.Second)
		}
	}
}

func monitoring(s *Scene) {
	s.town(10, 20, time.Hour)
	for k := range 3 {
		a := s.actor(fmt.Sprintf("monitor %d", k), false, at(hosting, 860+k))
		for a.at < time.Hour {
			for _, path := range []string{"/healthz", "/app", "/v1/products", "/v1/products/1", "/v1/search", "/v1/login", "/v1/register", "/v1/me", "/v1/orders", "/v1/feed"} {
				a.ask("HEAD", path)
				a.wait(100 * time.Millisecond)
			}
			a.wait(time.Minute)
		}
	}
}

func preflight(s *Scene) {
	s.town(10, 20, 30*time.Minute)
	for i := range 40 {
		a := s.customer(1000 + i)
		a.wait(time.Duration(s.rng.Int64N(int64(10 * time.Minute))))
		a.arrive()
		for _, path := range []string{"/v1/me", "/v1/messages", "/v1/products", fmt.Sprintf("/v1/customers/%d", idOf(1000+i)), "/v1/lines/" + msisdnOf(1000+i), "/v1/orders", "/v1/payments"} {
			a.as(a.Caller.without(), "OPTIONS", path)
			a.wait(100 * time.Millisecond)
			a.ask("GET", path)
			a.pause(10 * time.Second)
		}
	}
}

func testAutomation(s *Scene) {
	s.town(10, 20, 2*time.Hour)
	for i := range 10 {
		a := s.customer(500 + i%5)
		a.Name, a.Caller.Address = fmt.Sprintf("robot %d", i), office(9)
		a.wait(time.Duration(i) * 11 * time.Second)
		for a.at < 2*time.Hour {
			a.mistype(i % 5 / 4) // one of the suites checks that a wrong password is refused
			a.ask("GET", "/v1/products/999999")
			for range 5 {
				a.browse()
				a.pause(2 * time.Second)
			}
			a.pause(2 * time.Minute)
		}
	}
}

func pricePartner(s *Scene) {
	s.town(10, 20, time.Hour)
	a := s.actor("price partner", false, at(hosting, 870))
	a.Caller.Key = s.key("prices")
	for i := range 1400 {
		a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+i))
		a.pause(2500 * time.Millisecond)
	}
}
