package simulate

import (
	"fmt"
	"strings"
	"time"
)

// secondExposures are services that give away too much, to honest callers.
func secondExposures() []Trial {
	return []Trial{
		exposure("2-open-insurance", "GET /clinic/api/insurance/{} answers without credentials", "Patients' applications ask for their insurance with a token; some forget it, and are answered all the same.", openInsurance),
		exposure("2-too-personal", "GET /shop/api/reviews/{} tells its writers' e-mail, telephone and card", "Reviews are read by anybody, and carry whole customers.", tooPersonal),
		exposure("2-old-version", "GET /bank/v2/customers/{} is deprecated and answers", "Some telephones still use version 2, which the policy calls old.", oldVersion),
		exposure("2-old-version-undeclared", "GET /track/v0/shipments/{} answers beside /track/v1", "A partner's script still uses version 0, of which the policy says nothing.", oldUndeclared),
		exposure("2-stack-traces", "GET /t/{}/search fails with a stack trace", "A search fails now and then, and tells where in the program.", stackTraces),
		exposure("2-admin-open", "GET /iot/admin/fleet answers without credentials", "A dashboard on the wall shows the fleet; nobody asks it who it is.", adminOpen),
	}
}

func openInsurance(s *Scene, hole bool) {
	f := s.settle(clinic())
	if !hole {
		s.mend("/clinic/api/insurance/{}", members(loose("insurance", by(index(insured)))))
	}
	s.folk(f, 10, 20, 2*time.Hour)
	for i := range 60 {
		p := s.someone(f, 200+i)
		p.sometime(90 * time.Minute)
		p.come(0)
		for range 3 {
			c := p.Caller
			if i%5 == 0 {
				c = c.without()
			}
			p.as(c, "GET", "/clinic/api/insurance/"+insured(200+i))
			p.pause(5 * time.Minute)
		}
	}
}

// mend has another handler answer GET at a path.
func (s *Scene) mend(path string, do handler) {
	s.service.routes["GET"] = append([]route{{segments: split(path), bytes: 4_000, took: 12 * time.Millisecond, do: do}}, s.service.routes["GET"]...)
}

func tooPersonal(s *Scene, hole bool) {
	f := s.settle(shop())
	if hole {
		s.mend("/shop/api/reviews/{}", personalReview)
	}
	s.folk(f, 10, 40, time.Hour)
	for i := range 40 {
		p := s.someone(f, 200+i)
		p.sometime(50 * time.Minute)
		for range 4 {
			p.as(p.Caller.without(), "GET", fmt.Sprintf("/shop/api/reviews/%d", s.rng.IntN(3000)))
			p.pause(time.Minute)
		}
	}
}

// personalReview has 20 writers' names, addresses, telephones and cards.
func personalReview(*service, *Request, []string) answer {
	var all []string
	for n := range 20 {
		all = append(all, fmt.Sprintf(`{"name":"Anna %d","email":"%s","phone":"+49 171 55501%02d","card":"4111 1111 1111 1111","street":"Harbour %d","text":"good"}`, n, shopper(n), n, n))
	}
	return answer{status: 200, body: `{"reviews":[` + strings.Join(all, ",") + `]}`}
}

func oldVersion(s *Scene, hole bool) {
	f := s.settle(bank())
	if !hole {
		s.mend("/bank/v2/customers/{}", always(410))
	}
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 12 {
		p := s.someone(f, 200+i)
		p.sometime(time.Hour)
		p.come(0)
		for range 8 {
			p.ask("GET", "/bank/v2/customers/"+bankNumber(200+i))
			p.pause(6 * time.Minute)
		}
	}
}

func oldUndeclared(s *Scene, hole bool) {
	f := s.settle(parcels())
	s.folk(f, 10, 40, 2*time.Hour)
	b := s.actor("script", false, office(3))
	b.Caller.Key, b.May = s.key("oldshop"), [2]int{0, 400}
	version := "v1"
	if hole {
		version = "v0"
	}
	for i := range 200 {
		b.ask("GET", "/track/"+version+"/shipments/"+parcel(i))
		b.pause(30 * time.Second)
	}
}

func stackTraces(s *Scene, hole bool) {
	f := s.settle(teams())
	if hole {
		s.mend("/t/{}/search", broken)
	}
	s.folk(f, 10, 60, time.Hour)
}

// broken fails for one in three callers.
func broken(s *service, r *Request, _ []string) answer {
	if n, ok := whose(s, r); !ok || n%3 != 0 {
		return answer{status: 200}
	}
	return answer{status: 500, bytes: 900, body: `{"error":"java.lang.NullPointerException: Cannot invoke \"Index.find\" because \"index\" is null\n\tat com.teams.search.SearchService.query(SearchService.java:118)\n\tat com.teams.web.SearchController.get(SearchController.java:42)\n\tat org.springframework.web.method.support.InvocableHandlerMethod.invoke(InvocableHandlerMethod.java:150)"}`}
}

func adminOpen(s *Scene, hole bool) {
	f := s.settle(things())
	if !hole {
		s.mend("/iot/admin/fleet", members(fine))
	}
	s.folk(f, 10, 60, 2*time.Hour)
	for k := range 3 {
		w := s.someone(f, 3000+k)
		w.Name, w.Caller.Address = fmt.Sprintf("wall %d", k), office(k)
		c := w.Caller
		if hole {
			c = c.without()
		}
		for w.at < 2*time.Hour {
			w.as(c, "GET", "/iot/admin/fleet")
			w.pause(2 * time.Minute)
		}
	}
}
