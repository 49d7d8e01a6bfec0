package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Fourth gives a catalog of the attacks that the issue lists, exposures and honest callers, at a phone carrier, a bank, a shop
// and a maker of software for companies with plain interfaces; written before anything was changed because of it. Play them
// with FourthPolicy.
func Fourth() []Trial {
	return slices.Concat(fourthAttacks(), fourthExposures(), fourthCrowds(), fourthMachines(), fourthPersons(), fourthWork())
}

// fourthExposures are services that give away too much, to honest callers.
func fourthExposures() []Trial {
	return []Trial{
		exposure("4-pdf-open", "GET /api/v2/invoices/{}/pdf answers without credentials", "Links to invoices in mails work without logging in.", pdfOpen),
		exposure("4-everybody-listed", "GET /api/orgs/{}/members gives 40 people's mail addresses and telephones", "Members open the list of their colleagues.", everybodyListed),
		exposure("4-old-version", "GET /api/v1/customers/{} answers beside /api/v2", "An old application still uses version 1, of which the policy says nothing.", fourthOldVersion),
		exposure("4-stack-traces", "GET /v1/branches/{} fails with a stack trace", "Some branches' pages fail, and tell where.", fourthStackTraces),
	}
}

func pdfOpen(s *Scene, hole bool) {
	f := s.settle(telco())
	if hole {
		_, invoice := counted(7_000_000, 12)
		s.mend("/api/v2/invoices/{}/pdf", loose("invoice", by(invoice)))
	}
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 40 {
		p := s.someone(f, 200+i)
		p.sometime(90 * time.Minute)
		p.come(0)
		for k := range 3 {
			c := p.Caller
			if hole && i%3 == 0 {
				c = c.without()
			}
			p.as(c, "GET", "/api/v2/invoices/"+telcoInvoice(200+i, k)+"/pdf")
			p.pause(2 * time.Minute)
		}
	}
}

func everybodyListed(s *Scene, hole bool) {
	f := s.settle(desk())
	if hole {
		s.mend("/api/orgs/{}/members", says(members(fine), func([]string) string {
			var all []string
			for n := range 40 {
				all = append(all, fmt.Sprintf(`{"name":"Kim %d","email":"kim%d@acme.example","phone":"+49 151 20000%02d"}`, n, n, n))
			}
			return "[" + strings.Join(all, ",") + "]"
		}))
	}
	s.folk(f, 10, 30, 2*time.Hour)
	for i := range 50 {
		p := s.someone(f, 1000+i)
		p.sometime(90 * time.Minute)
		p.come(0)
		for range 3 {
			p.ask("GET", "/api/orgs/"+slug(tenantOf(1000+i))+"/members")
			p.pause(2 * time.Minute)
		}
	}
}

func fourthOldVersion(s *Scene, hole bool) {
	f := s.settle(telco())
	version := "v2"
	if hole {
		version = "v1"
	}
	s.folk(f, 10, 40, 2*time.Hour)
	for i := range 15 {
		p := s.someone(f, 1000+i)
		p.sometime(90 * time.Minute)
		p.come(0)
		for range 5 {
			p.ask("GET", "/api/"+version+"/customers/"+subscriber(1000+i))
			p.pause(4 * time.Minute)
		}
	}
}

func fourthStackTraces(s *Scene, hole bool) {
	f := s.settle(savings())
	if hole {
		s.mend("/v1/branches/{}", func(_ *service, r *Request, ids []string) answer {
			if strings.HasSuffix(ids[0], "7") {
				return answer{status: 500, bytes: 500, body: `{"timestamp":"2026-02-02T10:00:00","status":500,"error":"Internal Server Error","trace":"java.lang.NullPointerException: Cannot invoke \"Branch.getHours()\"\n\tat com.savings.api.BranchController.show(BranchController.java:88)\n\tat java.base/java.lang.reflect.Method.invoke(Method.java:568)"}`}
			}
			return answer{status: 200}
		})
	}
	s.folk(f, 10, 40, time.Hour)
	for i := range 40 {
		p := s.someone(f, 200+i)
		p.sometime(50 * time.Minute)
		for range 3 {
			p.as(p.Caller.without(), "GET", fmt.Sprintf("/v1/branches/%d", s.rng.IntN(900)))
			p.pause(time.Minute)
		}
	}
}

// FourthPolicy is the policy file of Fourth's firms, in enforce mode, as of an operator who declared nearly nothing.
func FourthPolicy() string { return fourthPolicy }

// FourthPolicyWhole declares all but what must be found.
func FourthPolicyWhole() string { return fourthPolicy + fourthRest }

const fourthPolicy = `picket: v1
mode: enforce
identity:
  fingerprint: {filter_state: picket.ja4}
endpoints:
  - {match: "POST /api/v2/auth/login", purpose: login, account: phone}
  - {match: "POST /v1/auth/token", purpose: login, account: username}
  - {match: "POST /api/login", purpose: login, account: email}
  - {match: "POST /api/sessions", purpose: login, account: email}
`

const fourthRest = `
  - {match: "POST /api/v2/auth/otp/verify", purpose: otp, account: phone}
  - match: "POST /api/v2/auth/otp/send"
  - {match: "POST /api/v2/auth/forgot-password", purpose: reset, account: phone}
  - match: "GET /api/v2/me"
  - match: "PATCH /api/v2/me"
  - {match: "GET /api/v2/customers", purpose: admin}
  - {match: "GET /api/v2/customers/{id}", owner: id}
  - match: "GET /api/v2/lines/{phone}"
  - match: "GET /api/v2/lines/{phone}/usage"
  - {match: "POST /api/v2/lines/{phone}/sim-swap", purpose: sim_swap}
  - {match: "POST /api/v2/lines/{phone}/port-out", purpose: port_out}
  - match: "GET /api/v2/invoices/{id}"
  - match: "GET /api/v2/invoices/{id}/pdf"
  - match: "GET /api/v2/plans"
  - match: "GET /api/v2/messages"
  - {match: "POST /api/v2/reminders", purpose: admin}
  - match: "POST /api/v2/devices/{id}/telemetry"
  - match: "GET /v1/accounts"
  - match: "GET /v1/accounts/{id}"
  - match: "GET /v1/accounts/{id}/transactions"
  - match: "GET /v1/accounts/{id}/statements/{month}"
  - match: "GET /v1/cards"
  - match: "GET /v1/profile"
  - match: "PATCH /v1/profile"
  - {match: "POST /v1/transfers", purpose: payment}
  - {match: "POST /v1/auth/2fa", purpose: otp, account: username}
  - {match: "POST /v1/auth/reset", purpose: reset, account: username}
  - match: "GET /v1/rates"
  - match: "GET /v1/branches/{id}"
  - match: "GET /v1/documents/{id}"
  - match: "GET /api/account"
  - match: "PATCH /api/account"
  - match: "GET /api/products"
  - match: "GET /api/products/{slug}"
  - match: "GET /api/products/{slug}/reviews"
  - {match: "GET /api/search", purpose: search}
  - match: "GET /api/cart"
  - match: "POST /api/cart/items"
  - {match: "POST /api/coupons/redeem", purpose: redeem}
  - match: "GET /api/orders/{id}"
  - match: "POST /api/orders"
  - {match: "POST /api/orders/{id}/payment", purpose: payment}
  - match: "POST /api/orders/{id}/confirm"
  - {match: "POST /api/register", purpose: register, account: email}
  - {match: "POST /api/password/forgot", purpose: reset, account: email}
  - {match: "GET /api/export/orders", purpose: export}
  - match: "GET /promo/{campaign}"
  - match: "GET /assets/{file}"
  - match: "GET /api/me"
  - match: "GET /api/users/{id}"
  - match: "GET /api/documents/{id}"
  - match: "GET /api/orgs/{org}/projects"
  - match: "GET /api/orgs/{org}/members"
  - match: "GET /api/orgs/{org}/search"
  - {match: "GET /api/orgs/{org}/export", purpose: export}
  - match: "GET /api/orgs/{org}/audit"
  - match: "GET /api/notifications"
  - match: "POST /api/hooks/{tenant}"
  - {match: "GET /api/admin/settings", purpose: admin}
  - {match: "GET /api/admin/billing", purpose: admin}
  - {match: "GET /api/admin/keys", purpose: admin}
  - {match: "GET /api/admin/users", purpose: admin}
  - {match: "GET /api/admin/users/{id}", purpose: admin}
  - {match: "DELETE /api/admin/users/{id}", purpose: admin}
  - {match: "PUT /api/admin/users/{id}/role", purpose: admin}
  - match: "GET /healthz"
`
