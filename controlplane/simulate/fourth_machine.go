package simulate

import (
	"fmt"
	"time"
)

// fourthMachines are programs that nobody need fear.
func fourthMachines() []Trial {
	return []Trial{
		honest("4-partner-batch", "A reseller's program reads its own 2,000 customers in their order, each night.", partnerBatch),
		honest("4-partner-first-import", "A new reseller's key is used for the first time, and reads its own 1,200 customers at once.", firstImport),
		honest("4-bookkeeping", "Eight tenants' bookkeeping reads all their documents by a token.", bookkeeping),
		honest("4-load-test", "A build machine sends 30 requests a second at one account and some products.", fourthLoadTest),
		honest("4-monitoring", "Four probes ask for health and log in with an account of their own.", monitored),
		honest("4-search-engine", "A search engine reads 2,500 products from eight addresses.", searchEngine),
		honest("4-price-partner", "A partner with a key reads all products, once a day.", fourthPricePartner),
		honest("4-devices", "100 devices with a key each report every minute.", deviceFleet),
		honest("4-webhooks", "Six addresses of a payment firm post to tenants' hooks.", webhookSenders),
		honest("4-aggregator", "A service reads 120 customers' accounts with their tokens, from two addresses.", accountReader),
		honest("4-dunning", "The carrier's own job reads 1,500 unpaid invoices and reminds.", dunningRun),
		honest("4-expired-tokens", "30 applications ask with tokens that have ended, every ten seconds.", expiredTokens),
		honest("4-gone-resource", "20 applications ask for what was deleted, every five seconds.", goneResource),
		honest("4-version-rollout", "Applications go over from version 1 to 2 during a day; some ask for what is not there yet.", versionRollout),
		honest("4-frontend-server", "All shoppers of an application come from its one server.", frontendServer),
		honest("4-link-checker", "The shop's own program checks 600 links, of which a fifth are dead.", fourthLinkChecker),
	}
}

func partnerBatch(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 20, 90*time.Minute)
	for k := range 3 {
		a := s.supplier(fmt.Sprintf("reseller%d", k), 610+k, k*2000, k*2000+2000)
		a.wait(time.Duration(k) * 10 * time.Minute)
		for i := range 2000 {
			a.ask("GET", "/api/v2/customers/"+subscriber(k*2000+i))
			a.wait(time.Second)
		}
	}
}

func firstImport(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 20, 90*time.Minute)
	a := s.supplier("newcomer", 620, 3000, 4200)
	a.wait(time.Hour)
	for i := range 1200 {
		a.ask("GET", "/api/v2/customers/"+subscriber(3000+i))
		a.ask("GET", "/api/v2/lines/"+lineOf(3000+i))
		a.wait(500 * time.Millisecond)
	}
}

func bookkeeping(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 30, time.Hour)
	for t := range 8 {
		p := s.someone(f, 2000+t*25)
		p.Caller.Address, p.Caller.Fingerprint = at(hosting, 630), "t13d_bookkeeping"
		p.wait(15*time.Minute + time.Duration(t)*5*time.Minute)
		p.ask("GET", "/api/orgs/"+slug(tenantOf(2000+t*25))+"/projects")
		for i := range 100 {
			p.ask("GET", "/api/documents/"+paper(2000+t*25+i%25, i/25))
			p.wait(time.Second)
		}
	}
}

func fourthLoadTest(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 30, 30*time.Minute)
	p := s.someone(f, 700)
	p.Caller.Address, p.Caller.Fingerprint = at(hosting, 640), "t13d_k6"
	p.wait(10 * time.Minute)
	for i := range 5000 {
		switch i % 5 {
		case 0:
			p.ask("GET", "/api/account")
		case 1:
			p.ask("GET", "/api/products/"+goods(i/5%20))
		case 2:
			p.ask("GET", "/api/orders/"+storeOrder(700, i/5%4))
		case 3:
			if i%50 == 3 {
				p.try(mailName(700), passwordOf(700))
			}
		default:
			p.ask("GET", "/api/cart")
		}
		p.wait(33 * time.Millisecond)
	}
}

func monitored(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 30, 3*time.Hour)
	for k := range 4 {
		p := s.someone(f, 700)
		p.Name = fmt.Sprintf("probe %d", k)
		p.Caller.Address, p.Caller.Fingerprint = at(hosting, 650+k), "t13d_probe"
		p.wait(time.Duration(k) * 7 * time.Second)
		for p.at < 3*time.Hour {
			p.ask("GET", "/healthz")
			p.try(loginNo(700), passwordOf(700))
			p.ask("GET", "/v1/accounts/"+moneyOf(700))
			p.as(p.Caller.without(), "GET", "/v1/accounts")
			p.wait(30 * time.Second)
		}
	}
}

func searchEngine(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 40, 2*time.Hour)
	for k := range 8 {
		a := s.actor(fmt.Sprintf("crawler %d", k), false, at(hosting, 660+k))
		a.Caller.Fingerprint = "t13d_crawler"
		a.wait(time.Duration(k) * time.Second)
		for i := range 312 {
			a.send(Request{Method: "GET", Path: "/api/products/" + goods(i*8+k), Headers: agent("Mozilla/5.0 (compatible; Finder/2.1; +https://finder.example/bot)")})
			a.pause(20 * time.Second)
		}
	}
}

func fourthPricePartner(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 40, 90*time.Minute)
	a := s.supplier("prices", 670, 0, 0)
	for i := range 2000 {
		a.ask("GET", "/api/products/"+goods(i*2))
		a.wait(2 * time.Second)
	}
}

func deviceFleet(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 20, 30*time.Minute)
	for i := range 100 {
		a := s.actor(fmt.Sprintf("device %d", i), false, at(mobile, 40+i%6))
		a.Caller.Key, a.Caller.Fingerprint = s.key(fmt.Sprintf("device%d", i)), "t13d_mbedtls"
		a.wait(time.Duration(s.rng.Int64N(int64(time.Minute))))
		for a.at < 30*time.Minute {
			a.send(Request{Method: "POST", Path: "/api/v2/devices/" + device(i) + "/telemetry", Body: fmt.Sprintf(`{"t":%d}`, 15+s.rng.IntN(9))})
			a.wait(time.Minute)
		}
	}
}

func webhookSenders(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 20, 2*time.Hour)
	for k := range 6 {
		a := s.actor(fmt.Sprintf("sender %d", k), false, at(hosting, 680+k))
		a.Caller.Fingerprint = "t13d_sender"
		for a.at < 2*time.Hour {
			a.send(Request{Method: "POST", Path: "/api/hooks/" + slug(s.rng.IntN(200)), Body: fmt.Sprintf(`{"event":"paid","id":"evt_%d"}`, s.rng.IntN(1<<30))})
			a.pause(12 * time.Second)
		}
	}
}

func accountReader(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 30, 2*time.Hour)
	for i, p := range s.those(f, 120, behind(hosting, 690, 2, "t13d_aggregator")) {
		for round := range 3 {
			p.wait(max(0, time.Duration(round)*40*time.Minute+time.Duration(i)*8*time.Second-p.at))
			p.ask("GET", "/v1/accounts")
			p.ask("GET", "/v1/accounts/"+moneyOf(1000+i))
			p.ask("GET", "/v1/accounts/"+moneyOf(1000+i)+"/transactions?page=1")
			p.wait(time.Second)
		}
	}
}

func dunningRun(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 30, 90*time.Minute)
	p := employs(s.those(f, 1, behind(hosting, 695, 1, "t13d_job")))[0]
	p.wait(20 * time.Minute)
	for i := range 1500 {
		p.ask("GET", "/api/v2/invoices/"+telcoInvoice(i*6, i%12))
		p.wait(time.Second)
		p.post("/api/v2/reminders", fmt.Sprintf(`{"invoice":"%s"}`, telcoInvoice(i*6, i%12)))
		p.wait(time.Second)
	}
}

func expiredTokens(s *Scene) {
	f := s.settle(savings())
	s.folk(f, 10, 30, time.Hour)
	for i, p := range s.those(f, 30, behind(mobile, 50, 4, "t13d_bank_app_40")) {
		p.sometime(5 * time.Minute)
		p.come(0)
		p.stay(15*time.Minute, time.Minute)
		p.Caller.Token = f.token(1000+i, uint64(i)) // nobody gave it out
		for p.at < 40*time.Minute {
			p.ask("GET", "/v1/accounts")
			p.pause(10 * time.Second)
		}
	}
}

func goneResource(s *Scene) {
	f := s.settle(desk())
	s.folk(f, 10, 30, time.Hour)
	for i, p := range s.those(f, 20, func(i int) Caller { return Caller{Address: home(1000 + i)} }) {
		p.sometime(5 * time.Minute)
		p.come(0)
		for p.at < 50*time.Minute {
			p.ask("GET", "/api/documents/"+uuidOf(1000+i, 90))
			p.pause(5 * time.Second)
			if s.rng.IntN(20) == 0 {
				p.do()
			}
		}
	}
}

func versionRollout(s *Scene) {
	f := s.settle(telco())
	s.folk(f, 10, 20, 6*time.Hour)
	for i := range 60 {
		p := s.someone(f, 1000+i)
		p.sometime(time.Hour)
		p.come(0)
		for p.at < time.Hour+time.Duration(i)*5*time.Minute {
			p.ask("GET", "/api/v1/customers/"+subscriber(1000+i))
			p.pause(10 * time.Minute)
		}
		for range 4 {
			p.ask("GET", "/api/v2/customers/"+subscriber(1000+i)+"/preferences")
			p.ask("GET", "/api/v2/features")
			p.pause(time.Minute)
		}
		p.stay(6*time.Hour, 10*time.Minute)
	}
}

func frontendServer(s *Scene) {
	f := s.settle(store())
	for i, p := range s.those(f, 90, behind(hosting, 698, 1, "t13d_node")) {
		p.sometime(30 * time.Minute)
		p.come(i % 8 / 7)
		p.stay(p.at+15*time.Minute, 40*time.Second)
	}
}

func fourthLinkChecker(s *Scene) {
	f := s.settle(store())
	s.folk(f, 10, 40, time.Hour)
	a := s.actor("link checker", false, at(offices, 60))
	a.Caller.Fingerprint = "t13d_linkchecker"
	a.wait(15 * time.Minute)
	for i := range 600 {
		path := "/api/products/" + goods(i*3)
		if i%5 == 4 {
			path += "-old"
		}
		a.ask("GET", path)
		a.wait(time.Second)
	}
}
