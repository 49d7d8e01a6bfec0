package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Third gives a catalog of attacks, exposures and honest callers at a chain of hotels, a tax office, a store for games and a
// laboratory, written before anything was changed because of it. Play them with ThirdPolicy.
func Third() []Trial {
	return slices.Concat(thirdAttacks(), thirdExposures(), thirdHonest(), thirdAlone())
}

// thirdExposures are services that give away too much, to honest callers.
func thirdExposures() []Trial {
	return []Trial{
		exposure("3-reports-open", "GET /lab/api/orders/{}/report answers without credentials", "Clinics fetch reports with their keys; a doctor's bookmark has none, and works.", reportsOpen),
		exposure("3-guestbook", "GET /stay/v2/hotels/{}/guestbook tells guests' e-mails, telephones and cards", "Guests read a house's guestbook, in which whole guests stand.", guestbook),
		exposure("3-version-one", "GET /stay/v1/bookings/{} answers beside /stay/v2", "An old application still uses version 1, of which the policy says nothing.", versionOne),
		exposure("3-database-errors", "POST /tax/api/estimate fails with a text of its database", "An estimate fails for some incomes, and tells the statement.", databaseErrors),
	}
}

func reportsOpen(s *Scene, hole bool) {
	f := s.settle(lab())
	if hole {
		s.mend("/lab/api/orders/{}/report", loose("report", by(index(labOrder))))
	}
	s.folk(f, 10, 40, 2*time.Hour)
	for k := range 4 {
		a := s.supplier(fmt.Sprintf("clinic%d", k), 630+k, k*500, k*500+500)
		for i := range 60 {
			a.ask("GET", "/lab/api/orders/"+labOrder(k*500+i)+"/report")
			a.pause(90 * time.Second)
		}
	}
	for i, p := range s.those(f, 12, behind(offices, 90, 6, "")) {
		p.May = [2]int{i * 4, i*4 + 4}
		p.wait(time.Duration(i) * 5 * time.Minute)
		for k := range 4 {
			c := p.Caller
			if hole {
				c = c.without()
			}
			p.as(c, "GET", "/lab/api/orders/"+labOrder(i*4+k)+"/report")
			p.pause(3 * time.Minute)
		}
	}
}

func guestbook(s *Scene, hole bool) {
	f := s.settle(hotels())
	if hole {
		s.mend("/stay/v2/hotels/{}/guestbook", members(wholeGuests))
	}
	s.folk(f, 10, 30, 2*time.Hour)
	for i := range 60 {
		p := s.someone(f, 1000+i)
		p.sometime(90 * time.Minute)
		p.come(0)
		for range 4 {
			p.ask("GET", "/stay/v2/hotels/"+house(s.rng.IntN(40))+"/guestbook")
			p.pause(time.Minute)
		}
	}
}

// wholeGuests has 15 guests' names, addresses, telephones and cards.
func wholeGuests(*service, *Request, []string) answer {
	var all []string
	for n := range 15 {
		all = append(all, fmt.Sprintf(`{"name":"Eva %d","email":"%s","phone":"+49 171 55502%02d","card":"4111 1111 1111 1111","text":"lovely"}`, n, guestMail(n), n))
	}
	return answer{status: 200, body: `{"entries":[` + strings.Join(all, ",") + `]}`}
}

func versionOne(s *Scene, hole bool) {
	f := s.settle(hotels())
	version := "v2"
	if hole {
		version = "v1"
	}
	s.folk(f, 10, 50, 3*time.Hour)
	for i := range 20 {
		p := s.someone(f, 1000+i)
		p.sometime(2 * time.Hour)
		p.come(0)
		for range 6 {
			p.ask("GET", "/stay/"+version+"/bookings/"+booked(1000+i))
			p.pause(5 * time.Minute)
		}
	}
}

func databaseErrors(s *Scene, hole bool) {
	f := s.settle(taxes())
	if hole {
		s.service.routes["POST"] = append([]route{{segments: split("/tax/api/estimate"), bytes: 300, took: 12 * time.Millisecond, do: badEstimate}}, s.service.routes["POST"]...)
	}
	s.folk(f, 10, 60, time.Hour)
}

func badEstimate(_ *service, r *Request, _ []string) answer {
	if r.actor.Customer%4 != 0 {
		return answer{status: 200}
	}
	return answer{status: 500, bytes: 400, body: `{"error":"ORA-01722: invalid number: select rate from brackets where low <= :1 and high > :2"}`}
}

// ThirdPolicy is the policy file of Third's firms, in enforce mode: as an operator writes it who has half a specification.
func ThirdPolicy() string { return thirdPolicy }

// ThirdPolicyWhole is ThirdPolicy with the rest declared too, but for the old version of the hotels.
func ThirdPolicyWhole() string { return thirdPolicy + thirdRest }

const thirdRest = `
  - {match: "POST /stay/v2/vouchers/redeem", purpose: redeem}
  - {match: "GET /tax/api/forms/{form}"}
  - {match: "POST /tax/api/estimate"}
  - {match: "GET /tax/desk/cases/{year}/{case}", purpose: admin}
  - {match: "GET /g/titles/{title}/reviews"}
  - {match: "GET /g/me/wishlist"}
  - {match: "POST /g/find", purpose: search}
  - {match: "POST /g/orders"}
  - {match: "POST /g/codes/redeem", purpose: redeem}
  - {match: "GET /lab/api/me/results"}
  - {match: "GET /lab/api/values"}
  - {match: "GET /lab/staff/worklist", purpose: admin}
  - {match: "PUT /lab/staff/results/{result}/release", purpose: admin}
  - {match: "DELETE /lab/staff/orders/{order}", purpose: admin}
`

const thirdPolicy = `picket: v1
mode: enforce
identity:
  fingerprint: {filter_state: picket.ja4}
endpoints:
  - {match: "POST /stay/v2/session", purpose: login, account: email}
  - {match: "POST /stay/v2/forgot", purpose: reset, account: email}
  - match: "GET /stay/v2/bookings/{code}"
  - match: "GET /stay/v2/hotels"
  - match: "GET /stay/v2/hotels/{house}"
  - match: "GET /stay/v2/hotels/{house}/rates"
  - match: "GET /stay/v2/hotels/{house}/guestbook"
  - match: "GET /stay/v2/me"
  - match: "PATCH /stay/v2/me"
  - {match: "POST /tax/api/signin", purpose: login, account: tax_id}
  - {match: "POST /tax/api/signin/code", purpose: otp, account: tax_id}
  - {match: "POST /tax/api/forgot-password", purpose: reset, account: tax_id}
  - match: "GET /tax/api/returns/{return}"
  - match: "GET /tax/api/persons/{person}/notices"
  - match: "GET /tax/api/inbox"
  - match: "POST /tax/api/bank-account"
  - {match: "POST /g/auth", purpose: login, account: username}
  - match: "GET /g/titles/{title}"
  - match: "GET /g/users/{user}/library"
  - {match: "POST /g/orders/{order}/pay", purpose: payment}
  - match: "GET /g/orders/{order}/key"
  - {match: "POST /lab/api/login", purpose: login, account: email}
  - match: "GET /lab/api/results/{result}"
  - match: "GET /lab/api/orders/{order}"
  - match: "GET /lab/api/orders/{order}/report"
  - {match: "GET /lab/internal/keys.json", purpose: decoy}
`
