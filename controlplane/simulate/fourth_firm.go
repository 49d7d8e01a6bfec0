package simulate

import (
	"fmt"
	"strconv"
	"strings"
)

// counted names records by numbers that follow one another from base on, so many for each person; holder finds whose one is.
func counted(base, each int) (name func(n, k int) string, holder func(string) int) {
	name = func(n, k int) string { return strconv.Itoa(base + n*each + k) }
	holder = func(id string) int {
		x, err := strconv.Atoi(id)
		if x -= base; err != nil || x < 0 {
			return -1
		}
		return x / each
	}
	return name, holder
}

// says adds a body to what succeeds.
func says(do handler, text func(ids []string) string) handler {
	return func(s *service, r *Request, ids []string) answer {
		a := do(s, r, ids)
		if a.status < 300 {
			a.body = text(ids)
		}
		return a
	}
}

// A phone carrier, as its own application sees it: customers' numbers, lines by telephone number, invoices that are counted.

func subscriber(n int) string { return strconv.Itoa(400_000 + n) }
func lineOf(n int) string     { return fmt.Sprintf("49151%07d", 2_000_000+n*3) }

func telcoInvoice(n, k int) string {
	name, _ := counted(7_000_000, 12)
	return name(n, k)
}

func telco() *firm {
	return &firm{
		login: "/api/v2/auth/login", fields: [2]string{"phone", "password"}, account: lineOf, subject: subscriber, right: 200, wrong: 401, routes: telcoRoutes,
		things: []func(*Scene, int) Request{
			same("/api/v2/me"), look(func(n int) string { return "/api/v2/customers/" + subscriber(n) }),
			look(func(n int) string { return "/api/v2/lines/" + lineOf(n) }), look(func(n int) string { return "/api/v2/lines/" + lineOf(n) + "/usage" }),
			func(s *Scene, n int) Request {
				return Request{Method: "GET", Path: "/api/v2/invoices/" + telcoInvoice(n, s.rng.IntN(12))}
			},
			same("/api/v2/plans"), same("/api/v2/messages"),
		},
	}
}

func telcoRoutes(s *Scene, f *firm) {
	_, customer := counted(400_000, 1)
	_, invoice := counted(7_000_000, 12)
	line := index(lineOf)
	self := func(ids []string) string {
		return `{"id":"` + strings.Join(ids, "") + `","email":"kim@mail.example","phone":"+49 151 2000001"}`
	}
	s.on("GET /api/v2/me", 900, 8, says(members(fine), self))
	s.on("PATCH /api/v2/me", 200, 20, members(fine))
	s.on("GET /api/v2/customers", 9_000, 60, employees(fine))
	s.on("GET /api/v2/customers/{}", 1_500, 12, says(partners(loose("record", by(customer))), self))
	s.on("GET /api/v1/customers/{}", 1_500, 12, partners(tight("record", by(customer))))
	s.on("GET /api/v2/lines/{}", 800, 10, partners(loose("line", by(line))))
	s.on("GET /api/v2/lines/{}/usage", 4_000, 30, members(tight("usage", by(line))))
	s.on("POST /api/v2/lines/{}/sim-swap", 200, 90, partners(loose("swap", by(line))))
	s.on("POST /api/v2/lines/{}/port-out", 200, 90, members(tight("port", by(line))))
	s.on("GET /api/v2/invoices/{}", 3_000, 20, partners(loose("invoice", by(invoice))))
	s.on("GET /api/v2/invoices/{}/pdf", 60_000, 50, members(tight("invoice", by(invoice))))
	s.on("GET /api/v2/plans", 8_000, 6, fine)
	s.on("GET /api/v2/messages", 2_000, 10, members(fine))
	s.on("POST /api/v2/auth/otp/verify", 150, 15, oneTime(f, "phone", "code"))
	s.on("POST /api/v2/auth/otp/send", 40, 50, always(202))
	s.on("POST /api/v2/auth/forgot-password", 60, 30, f.tells("phone"))
	s.on("POST /api/v2/reminders", 60, 20, employees(fine))
	s.on("POST /api/v2/devices/{}/telemetry", 0, 4, partners(always(204)))
}

// oneTime takes a customer's code.
func oneTime(f *firm, account, code string) handler {
	return func(_ *service, r *Request, _ []string) answer {
		b := body(r)
		n, known := f.known[b[account]]
		if !known || b[code] != codeOf(n) {
			return answer{status: 401, bytes: 50, body: `{"error":"invalid_code"}`}
		}
		return got(r, "code", n)
	}
}

// A bank: UUIDs, tokens that say nothing, a second factor, transfers, statements by month.

func moneyOf(n int) string { return uuidOf(n, 11) }
func loginNo(n int) string { return fmt.Sprintf("%08d", 50_000_000+n*7) }

func savings() *firm {
	return &firm{
		login: "/v1/auth/token", fields: [2]string{"username", "password"}, account: loginNo, subject: func(n int) string { return uuidOf(n, 12) },
		opaque: true, right: 200, wrong: 401, routes: savingsRoutes,
		things: []func(*Scene, int) Request{
			same("/v1/accounts"), look(func(n int) string { return "/v1/accounts/" + moneyOf(n) }),
			look(func(n int) string { return "/v1/accounts/" + moneyOf(n) + "/transactions?page=1" }), same("/v1/cards"), same("/v1/profile"),
			func(_ *Scene, n int) Request {
				return Request{Method: "POST", Path: "/v1/transfers", Body: fmt.Sprintf(`{"from":"%s","to":"DE02120300000000202051","amount":25}`, moneyOf(n))}
			},
		},
	}
}

func savingsRoutes(s *Scene, f *firm) {
	owner := index(moneyOf)
	s.on("GET /v1/accounts", 700, 12, members(fine))
	s.on("GET /v1/accounts/{}", 900, 12, members(loose("account", by(owner))))
	s.on("GET /v1/accounts/{}/transactions", 6_000, 25, members(tight("transactions", by(owner))))
	s.on("GET /v1/accounts/{}/statements/{}", 40_000, 60, members(monthly))
	s.on("GET /v1/cards", 600, 9, members(fine))
	s.on("GET /v1/profile", 700, 8, says(members(fine), func([]string) string { return `{"email":"kim@mail.example","iban":"DE02120300000000202051"}` }))
	s.on("PATCH /v1/profile", 200, 20, members(bindsMore))
	s.on("POST /v1/transfers", 300, 150, members(taken("transfer")))
	s.on("POST /v1/auth/2fa", 200, 20, oneTime(f, "username", "otp"))
	s.on("POST /v1/auth/reset", 60, 30, always(202))
	s.on("GET /v1/rates", 1_500, 5, fine)
	s.on("GET /v1/branches/{}", 900, 6, below(900))
	s.on("GET /v1/documents/{}", 20_000, 20, members(loose("document", by(index(func(n int) string { return uuidOf(n, 13) })))))
}

// monthly gives a month's statement of an account to its owner and to whoever has the owner's token.
func monthly(s *service, r *Request, ids []string) answer {
	n, _ := whose(s, r)
	if ids[0] != moneyOf(n) {
		return answer{status: 403, bytes: 50}
	}
	a := got(r, "statement", n)
	if a.leaked != "" {
		a.leaked += " " + ids[1]
	}
	return a
}

// bindsMore takes every field of the body that the model has.
func bindsMore(_ *service, r *Request, _ []string) answer {
	a := answer{status: 200}
	for _, hidden := range []string{"role", "is_admin", "credit_limit", "verified", "overdraft", "fee_plan", "kyc_level", "owner_id"} {
		if strings.Contains(r.Body, `"`+hidden+`"`) && r.actor.Attacker {
			a.leaked = hidden
		}
	}
	return a
}

// A web shop: sessions in cookies, slugs of products, counted orders, coupons.

func mailName(n int) string {
	return fmt.Sprintf("%s.%s%d@mail.example", colours()[n%8], animals()[n/8%10], n)
}
func goods(k int) string { return fmt.Sprintf("%s-%s-%d", colours()[k%8], animals()[k/8%10], k) }

const goodsCount = 4000

func storeOrder(n, k int) string {
	name, _ := counted(1_200_000, 8)
	return name(n, k)
}

func store() *firm {
	return &firm{
		login: "/api/login", fields: [2]string{"email", "password"}, account: mailName, subject: mailName, cookie: true, right: 200, wrong: 401, routes: storeRoutes,
		things: []func(*Scene, int) Request{
			same("/api/account"), func(s *Scene, _ int) Request {
				return Request{Method: "GET", Path: "/api/products/" + goods(s.rng.IntN(goodsCount))}
			},
			drawn("/api/products?page=%d", 40), drawn("/api/search?q=fox+%d", 20), same("/api/cart"),
			func(s *Scene, n int) Request {
				return Request{Method: "GET", Path: "/api/orders/" + storeOrder(n, s.rng.IntN(4))}
			},
			func(s *Scene, _ int) Request {
				return Request{Method: "GET", Path: "/api/products/" + goods(s.rng.IntN(goodsCount)) + "/reviews"}
			},
		},
	}
}

func storeRoutes(s *Scene, f *firm) {
	_, order := counted(1_200_000, 8)
	product := map[string]bool{}
	for k := range goodsCount {
		product[goods(k)] = true
	}
	s.on("GET /api/account", 800, 9, says(members(fine), func([]string) string { return `{"email":"kim@mail.example","name":"Kim"}` }))
	s.on("PATCH /api/account", 200, 15, members(fine))
	s.on("GET /api/products", 20_000, 20, fine)
	s.on("GET /api/products/{}", 5_000, 9, shown(product))
	s.on("GET /api/products/{}/reviews", 4_000, 12, shown(product))
	s.on("GET /api/search", 8_000, 30, fine)
	s.on("GET /api/cart", 1_000, 8, members(fine))
	s.on("POST /api/cart/items", 200, 15, members(always(201)))
	s.on("POST /api/coupons/redeem", 100, 15, coupon)
	s.on("GET /api/orders/{}", 2_000, 15, partners(loose("order", by(order))))
	s.on("POST /api/orders", 300, 40, members(always(201)))
	s.on("POST /api/orders/{}/payment", 200, 250, members(paid))
	s.on("POST /api/orders/{}/confirm", 200, 40, members(confirmed))
	s.on("POST /api/register", 200, 60, f.joins("email"))
	s.on("POST /api/password/forgot", 50, 30, always(202))
	s.on("GET /api/export/orders", 900_000, 900, members(fine))
	s.on("GET /promo/{}", 4_000, 6, fine)
	s.on("GET /assets/{}", 9_000, 2, notBelow(60))
}

// shown gives what is on sale.
func shown(product map[string]bool) handler {
	return func(_ *service, r *Request, ids []string) answer {
		if !product[ids[0]] {
			return answer{status: 404, bytes: 60}
		}
		a := answer{status: 200}
		if r.actor.Attacker {
			a.leaked = r.Path
		}
		return a
	}
}

// notBelow has only the first few assets.
func notBelow(n int) handler {
	return func(_ *service, _ *Request, ids []string) answer {
		if k, err := strconv.Atoi(strings.TrimSuffix(ids[0], ".js")); err != nil || k >= n {
			return answer{status: 404, bytes: 60}
		}
		return answer{status: 200}
	}
}

func coupon(_ *service, r *Request, _ []string) answer {
	if c := body(r)["code"]; c != "SPRING" && !strings.HasPrefix(c, "MAIL-") {
		return answer{status: 422, bytes: 60}
	}
	return answer{status: 200}
}

// confirmed sends the goods, paid for or not: the hole of a flow whose steps nobody checks.
func confirmed(_ *service, r *Request, ids []string) answer {
	a := answer{status: 200}
	if r.actor.Attacker {
		a.leaked = "order " + ids[0]
	}
	return a
}

// Software for companies: tenants by slug, users by number, documents by UUID, administration by path.

func memberNo(n int) string { return strconv.Itoa(81_000 + n) }
func paper(n, k int) string { return uuidOf(n, 20+k) }

func desk() *firm {
	return &firm{
		login: "/api/sessions", fields: [2]string{"email", "password"}, account: mailOf, subject: memberNo, right: 201, wrong: 401, routes: deskRoutes,
		things: []func(*Scene, int) Request{
			same("/api/me"), look(func(n int) string { return "/api/orgs/" + slug(tenantOf(n)) + "/projects" }),
			func(s *Scene, n int) Request {
				return Request{Method: "GET", Path: "/api/documents/" + paper(tenantOf(n)*25+s.rng.IntN(25), s.rng.IntN(4))}
			},
			func(s *Scene, n int) Request {
				return Request{Method: "GET", Path: "/api/users/" + memberNo(tenantOf(n)*25+s.rng.IntN(25))}
			},
			look(func(n int) string { return "/api/orgs/" + slug(tenantOf(n)) + "/search?q=plan" }),
			same("/api/notifications"),
		},
	}
}

func deskRoutes(s *Scene, _ *firm) {
	_, user := counted(81_000, 1)
	papers := map[string]int{}
	for n := range people {
		for k := range 4 {
			papers[paper(n, k)] = n
		}
	}
	owner := func(id string) int {
		if n, ok := papers[id]; ok {
			return n
		}
		return -1
	}
	tenants := index(func(n int) string {
		if n%25 == 0 {
			return slug(n / 25)
		}
		return ""
	})
	s.on("GET /api/me", 700, 8, says(members(fine), func([]string) string { return `{"email":"kim@acme.example","role":"member"}` }))
	s.on("GET /api/users/{}", 600, 9, members(within("user", by(user))))
	s.on("GET /api/documents/{}", 9_000, 15, members(within("document", by(owner))))
	s.on("GET /api/orgs/{}/projects", 3_000, 15, members(within("org", by(tenants))))
	s.on("GET /api/orgs/{}/members", 9_000, 30, members(within("org", by(tenants))))
	s.on("GET /api/orgs/{}/search", 4_000, 40, members(fine))
	s.on("GET /api/orgs/{}/export", 4_000_000, 2_000, members(within("org", by(tenants))))
	s.on("GET /api/orgs/{}/audit", 20_000, 40, members(fine))
	s.on("GET /api/notifications", 900, 8, members(fine))
	s.on("POST /api/hooks/{}", 0, 5, always(204))
	for _, what := range []string{"settings", "billing", "keys"} {
		s.on("GET /api/admin/"+what, 2_000, 15, members(anybody))
	}
	s.on("GET /api/admin/users", 30_000, 30, members(anybody))
	s.on("GET /api/admin/users/{}", 1_500, 12, members(anybody))
	s.on("DELETE /api/admin/users/{}", 50, 30, members(anybody))
	s.on("PUT /api/admin/users/{}/role", 50, 30, members(anybody))
}

// within gives a record to whoever was let in; those of its own tenant may have it.
func within(what string, owner func(*Request, []string) int) handler {
	give := loose(what, owner)
	return func(s *service, r *Request, ids []string) answer {
		me, _ := whose(s, r)
		if n := owner(r, ids); n >= 0 && tenantOf(n) == tenantOf(me) {
			return answer{status: 200}
		}
		a := give(s, r, ids)
		if a.leaked != "" {
			a.leaked = r.Path
		}
		return a
	}
}

// anybody forgets to ask whether the caller is an administrator.
func anybody(_ *service, r *Request, _ []string) answer {
	a := answer{status: 200}
	if r.actor.May[1] < people {
		a.leaked = r.Method + " " + r.Path
	}
	return a
}
