package simulate

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// look asks for a path that depends on who asks.
func look(path func(n int) string) func(*Scene, int) Request {
	return func(_ *Scene, n int) Request { return Request{Method: "GET", Path: path(n)} }
}

// same asks for a path.
func same(path string) func(*Scene, int) Request { return look(func(int) string { return path }) }

// drawn asks for a path with a number below so many in it.
func drawn(format string, below int) func(*Scene, int) Request {
	return func(s *Scene, _ int) Request {
		return Request{Method: "GET", Path: fmt.Sprintf(format, s.rng.IntN(below))}
	}
}

// index finds people by what they are called.
func index(name func(int) string) func(string) int {
	all := make(map[string]int, people)
	for n := range people {
		all[name(n)] = n
	}
	return func(s string) int {
		if n, ok := all[s]; ok {
			return n
		}
		return -1
	}
}

// A bank: UUIDs in paths and bodies, tokens, a second factor.

func bankNumber(n int) string { return fmt.Sprintf("%08d", 20_000_000+n*17) }
func vault(n int) string      { return uuidOf(n, 3) }

func bank() *firm {
	return &firm{
		login: "/bank/v3/auth/sessions", fields: [2]string{"customer_no", "pin"}, account: bankNumber,
		subject: func(n int) string { return uuidOf(n, 9) }, right: 201, wrong: 401, routes: bankRoutes,
		things: []func(*Scene, int) Request{
			look(func(n int) string { return "/bank/v3/accounts/" + vault(n) }),
			look(func(n int) string { return "/bank/v3/accounts/" + vault(n) + "/transactions" }),
			same("/bank/v3/profile"), same("/bank/v3/rates"),
			func(_ *Scene, n int) Request {
				return Request{Method: "POST", Path: "/bank/v3/statements/search", Body: pair("account", vault(n), "month", "2025-12")}
			},
		},
	}
}

func bankRoutes(s *Scene, f *firm) {
	owner, client := index(vault), index(bankNumber)
	s.on("GET /bank/v3/accounts/{}", 900, 15, members(loose("balance", by(owner))))
	s.on("HEAD /bank/v3/accounts/{}", 0, 9, members(loose("existence", by(owner))))
	s.on("GET /bank/v3/accounts/{}/transactions", 9_000, 30, members(tight("transactions", by(owner))))
	s.on("POST /bank/v3/statements/search", 6_000, 60, members(loose("statement", field("account", owner))))
	s.on("GET /bank/v3/profile", 800, 9, members(fine))
	s.on("PUT /bank/v3/profile/address", 100, 40, members(taken("address")))
	s.on("POST /bank/v3/payouts", 200, 200, members(taken("payout")))
	s.on("POST /bank/v3/transfers", 300, 200, members(fine))
	s.on("GET /bank/v3/rates", 1_500, 5, fine)
	s.on("POST /bank/v3/auth/tan", 200, 30, tan(f))
	s.on("POST /bank/v3/auth/push", 60, 30, push(f))
	s.on("POST /bank/v3/auth/refresh", 700, 12, members(taken("refresh")))
	s.on("GET /bank/v2/customers/{}", 2_500, 30, members(tight("customer", by(client))))
	s.on("GET /bank/v3/clients/{}", 2_000, 20, employees(fine))
}

// taken tells when it was done to somebody else.
func taken(what string) handler {
	return func(s *service, r *Request, _ []string) answer {
		n, _ := whose(s, r)
		return got(r, what, n)
	}
}

// push asks a customer's telephone, whose owner gives in at the 35th time.
func push(f *firm) handler {
	asked := map[int]int{}
	return func(_ *service, r *Request, _ []string) answer {
		n, known := f.known[body(r)["customer_no"]]
		a := answer{status: 202}
		if asked[n]++; known && asked[n] >= 35 {
			a = got(r, "approval", n)
		}
		return a
	}
}

func tan(f *firm) handler {
	return func(_ *service, r *Request, _ []string) answer {
		b := body(r)
		n, known := f.known[b["customer_no"]]
		if !known || b["tan"] != codeOf(n) {
			return answer{status: 401, bytes: 50}
		}
		return got(r, "code", n)
	}
}

// A shop: sessions in cookies, a login that is a form's (302 where it succeeds, 200 where it does not), a public catalogue.

func shopper(n int) string { return fmt.Sprintf("anna.%05d@mail.example", n) }
func bought(n int) string  { return fmt.Sprintf("%08d", 31_000_000+n*3) }

func buyer(id string) int {
	n, err := strconv.Atoi(id)
	if n -= 31_000_000; err != nil || n < 0 || n%3 != 0 {
		return -1
	}
	return n / 3
}

func shop() *firm {
	return &firm{
		login: "/shop/signin", fields: [2]string{"email", "pass"}, account: shopper, subject: shopper, cookie: true,
		right: 302, wrong: 200, routes: shopRoutes,
		things: []func(*Scene, int) Request{
			same("/shop/api/cart"), drawn("/shop/api/items/%d", 3000), drawn("/shop/api/items?page=%d", 20),
			look(func(n int) string { return "/shop/api/orders/" + bought(n) }), same("/shop/api/account"),
			drawn("/shop/api/reviews/%d", 3000), drawn("/shop/api/find?q=shoe%d", 9),
		},
	}
}

func shopRoutes(s *Scene, f *firm) {
	s.on("GET /shop/api/items", 15_000, 20, fine)
	s.on("GET /shop/api/items/{}", 5_000, 9, below(3000))
	s.on("GET /shop/api/reviews/{}", 4_000, 12, below(3000))
	s.on("GET /shop/api/find", 6_000, 25, fine)
	s.on("GET /shop/api/suggest", 900, 8, fine)
	s.on("GET /shop/api/cart", 1_200, 9, members(fine))
	s.on("POST /shop/api/cart", 300, 15, members(fine))
	s.on("GET /shop/api/account", 1_000, 9, members(fine))
	s.on("GET /shop/api/account/export", 900_000, 900, members(fine))
	s.on("GET /shop/api/orders/{}", 3_000, 20, members(loose("order", by(buyer))))
	s.on("POST /shop/api/checkout", 400, 300, members(cards))
	s.on("POST /shop/api/giftcards/check", 120, 20, gifts)
	s.on("GET /shop/api/coupons/{}", 120, 9, coupons)
	s.on("POST /shop/forgot", 80, 40, f.tells("email"))
	s.on("POST /shop/signup", 200, 60, f.joins("email"))
	s.on("GET /shop/desk/customers/{}", 3_000, 20, employees(fine))
}

func below(n int) handler {
	return func(_ *service, _ *Request, ids []string) answer {
		if id, err := strconv.Atoi(ids[0]); err != nil || id < 0 || id >= n {
			return answer{status: 404, bytes: 80}
		}
		return answer{status: 200}
	}
}

// joins makes a new account unless there is one of the name.
func (f *firm) joins(name string) handler {
	return func(_ *service, r *Request, _ []string) answer {
		if n, known := f.known[body(r)[name]]; known {
			a := got(r, "name", n)
			a.status, a.bytes = 409, 60
			return a
		}
		return answer{status: 201}
	}
}

// cards takes one in 40 of those that a thief tries.
func cards(_ *service, r *Request, _ []string) answer {
	card := body(r)["card"]
	if last, err := strconv.Atoi(card[max(0, len(card)-4):]); r.actor.Attacker && err == nil && last%40 != 0 {
		return answer{status: 402, bytes: 60}
	}
	if r.actor.Attacker {
		return answer{status: 200, leaked: "card " + card}
	}
	return answer{status: 200}
}

// giftOf is the n-th person's gift card.
func giftOf(n int) string { return fmt.Sprintf("GC%07d", n*311+7) }

func gifts(_ *service, r *Request, _ []string) answer {
	n, err := strconv.Atoi(strings.TrimPrefix(body(r)["code"], "GC"))
	if n -= 7; err != nil || n < 0 || n%311 != 0 || n/311 >= people {
		return answer{status: 404, bytes: 50}
	}
	return got(r, "gift card", n/311)
}

func coupons(_ *service, r *Request, ids []string) answer {
	n, err := strconv.Atoi(strings.TrimPrefix(ids[0], "SAVE-"))
	switch {
	case ids[0] == "WELCOME10":
		return answer{status: 200}
	case err != nil || n%29 != 0:
		return answer{status: 404, bytes: 50}
	}
	return answer{status: 200, leaked: "coupon " + ids[0]}
}

// A clinic: compound ids, dates, employees who read many records; 400 to a login that fails.

func patient(n int) string { return fmt.Sprintf("P-%d-%05d", 2019+n%6, n) }
func insured(n int) string { return fmt.Sprintf("A%09d", 100_000_000+n*7) }

func patientNumber(id string) int {
	_, last, _ := strings.Cut(strings.TrimPrefix(id, "P-"), "-")
	n, err := strconv.Atoi(last)
	if err != nil || n < 0 || patient(n) != id {
		return -1
	}
	return n
}

func clinic() *firm {
	return &firm{
		login: "/clinic/api/login", fields: [2]string{"insurance_number", "password"}, account: insured, subject: patient,
		right: 200, wrong: 400, routes: clinicRoutes,
		things: []func(*Scene, int) Request{
			look(func(n int) string { return "/clinic/api/patients/" + patient(n) }),
			look(func(n int) string { return "/clinic/api/patients/" + patient(n) + "/letters" }),
			func(s *Scene, _ int) Request {
				return Request{Method: "GET", Path: fmt.Sprintf("/clinic/api/doctors/dr-%s/slots?date=2026-01-%02d", doctors()[s.rng.IntN(5)], 6+s.rng.IntN(20))}
			},
			same("/clinic/api/appointments"), same("/clinic/api/news"),
		},
	}
}

func doctors() []string { return []string{"ahmed", "berg", "costa", "duval", "endo"} }

func clinicRoutes(s *Scene, f *firm) {
	s.on("GET /clinic/api/patients/{}", 2_000, 15, members(loose("record", by(patientNumber))))
	s.on("GET /clinic/api/patients/{}/letters", 8_000, 25, members(tight("letters", by(patientNumber))))
	s.on("GET /clinic/api/doctors/{}/slots", 1_500, 12, fine)
	s.on("GET /clinic/api/appointments", 900, 9, members(fine))
	s.on("POST /clinic/api/appointments", 300, 40, members(fine))
	s.on("GET /clinic/api/rooms/{}/days/{}", 4_000, 20, members(days))
	s.on("GET /clinic/api/calendars/{}/feed", 3_000, 12, fine)
	s.on("GET /clinic/api/news", 4_000, 5, fine)
	s.on("GET /clinic/api/insurance/{}", 1_500, 12, loose("insurance", by(index(insured))))
	s.on("POST /clinic/api/forgot", 60, 30, f.tells("insurance_number"))
}

// days gives a room's patients of a day: employees only should get that.
func days(_ *service, r *Request, ids []string) answer {
	if len(ids[1]) != len("2025-01-31") {
		return answer{status: 404, bytes: 80}
	}
	a := answer{status: 200}
	if r.actor.May[1] < people {
		a.leaked = "day " + ids[0] + " " + ids[1]
	}
	return a
}

// Parcels: partners with keys, public tracking, ids in queries; 422 to a login that fails.

func parcel(n int) string { return fmt.Sprintf("JJD%012d", 4_000_000_000+n*11) }
func sender(n int) string { return fmt.Sprintf("versand%05d", n) }

func recipient(id string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "JJD"))
	if n -= 4_000_000_000; err != nil || n < 0 || n%11 != 0 {
		return -1
	}
	return n / 11
}

func parcels() *firm {
	return &firm{
		login: "/track/v1/users/login", fields: [2]string{"user", "password"}, account: sender, subject: sender,
		right: 200, wrong: 422, routes: parcelRoutes,
		things: []func(*Scene, int) Request{
			look(func(n int) string { return "/track/v1/shipments/" + parcel(n) }),
			look(func(n int) string { return "/track/v1/parcels/" + parcel(n) }),
			look(func(n int) string { return "/track/v1/labels?shipment_id=" + parcel(n) }),
			same("/track/v1/depots"), drawn("/track/v1/depots?zip=%d", 90000),
		},
	}
}

func parcelRoutes(s *Scene, _ *firm) {
	s.on("GET /track/v1/parcels/{}", 700, 9, loose("parcel", by(recipient)))
	s.on("HEAD /track/v1/parcels/{}", 0, 5, bodiless(loose("existence", by(recipient))))
	s.on("GET /track/v1/shipments/{}", 2_500, 20, partners(loose("shipment", by(recipient))))
	s.on("POST /track/v1/shipments", 300, 60, partners(always(201)))
	s.on("GET /track/v1/labels", 40_000, 80, partners(loose("label", query("shipment_id", recipient))))
	s.on("POST /track/v1/hooks/{}", 0, 5, always(204))
	s.on("GET /track/v1/depots", 3_000, 15, depots)
	s.on("POST /track/v1/scans", 50, 9, partners(always(202)))
	s.on("GET /track/v0/shipments/{}", 2_500, 40, partners(tight("shipment", by(recipient))))
}

// bodiless is for HEAD, whose answers have no bytes.
func bodiless(do handler) handler {
	return func(s *service, r *Request, ids []string) answer {
		a := do(s, r, ids)
		a.bytes = 1
		return a
	}
}

// depots puts the parameter into its query as it is.
func depots(_ *service, r *Request, _ []string) answer {
	_, raw, _ := strings.Cut(r.Path, "zip=")
	zip, err := url.QueryUnescape(raw)
	switch {
	case err != nil:
		return answer{status: 400, bytes: 40}
	case strings.Contains(zip, "'") && strings.Contains(strings.ToLower(zip), "union"):
		return answer{status: 200, bytes: 90_000, leaked: "table"}
	case strings.Contains(zip, "'"):
		return answer{status: 500, bytes: 200, body: `{"error":"ERROR: unterminated quoted string at or near \"'\" LINE 1 (SQLSTATE 42601)"}`}
	}
	return answer{status: 200}
}

// Software for teams: tenants with slugs, one endpoint for GraphQL, roles; a login that answers 200 to a failure too.

func tenantOf(n int) int      { return n / 25 }
func mailOf(n int) string     { return fmt.Sprintf("m%05d@%s.example", n, slug(tenantOf(n))) }
func project(n, k int) string { return fmt.Sprintf("%s-%s", kinds()[k%5], doctors()[n%5]) }
func kinds() []string         { return []string{"website", "roadmap", "launch", "budget", "hiring"} }
func inTenant(n int) string   { return "/t/" + slug(tenantOf(n)) }
func colours() []string {
	return []string{"red", "blue", "green", "grey", "gold", "teal", "pink", "plum"}
}
func animals() []string {
	return []string{"fox", "crane", "otter", "moose", "heron", "lynx", "wren", "seal", "hare", "carp"}
}
func slug(t int) string {
	c, a := colours(), animals()
	return fmt.Sprintf("%s-%s-%s", c[t%8], a[t/8%10], c[t/80%8])
}

func teams() *firm {
	return &firm{
		login: "/login", fields: [2]string{"login", "password"}, account: mailOf, subject: mailOf, right: 200, wrong: 200, routes: teamRoutes,
		things: []func(*Scene, int) Request{
			look(func(n int) string { return inTenant(n) + "/projects" }),
			func(s *Scene, n int) Request {
				return Request{Method: "GET", Path: inTenant(n) + "/projects/" + project(n, s.rng.IntN(5))}
			},
			func(s *Scene, n int) Request {
				return Request{Method: "POST", Path: "/graphql", Body: graph(25*tenantOf(n) + s.rng.IntN(25))}
			},
			look(func(n int) string { return inTenant(n) + "/search?q=budget" }),
			look(func(n int) string { return inTenant(n) + "/members?limit=50" }),
		},
	}
}

// graph asks for a user's card.
func graph(n int) string {
	return fmt.Sprintf(`{"operationName":"Card","query":"query Card($id: ID!) { user(id: $id) { name email phone } }","variables":{"id":"%d"},"id":"%d"}`, 70_000+n, 70_000+n)
}

func teamRoutes(s *Scene, f *firm) {
	tenants := index(func(n int) string { // the first person of each stands for it
		if n%25 == 0 {
			return slug(n / 25)
		}
		return ""
	})
	tenant := by(tenants)
	s.on("GET /t/{}/projects", 3_000, 15, members(roomy(tenant, tight)))
	s.on("GET /t/{}/projects/{}", 5_000, 15, members(roomy(tenant, loose)))
	s.on("GET /t/{}/members", 9_000, 20, members(roomy(tenant, loose)))
	s.on("PATCH /t/{}/members/{}", 300, 20, members(roles))
	s.on("GET /t/{}/search", 4_000, 40, members(fine))
	s.on("GET /t/{}/export", 8_000_000, 3_000, members(roomy(tenant, tight)))
	s.on("GET /t/{}/audit", 20_000, 40, partners(fine))
	for _, what := range []string{"billing", "sso", "roles", "webhooks", "tokens"} {
		s.on("GET /t/{}/admin/"+what, 2_000, 15, employees(fine))
	}
	s.on("POST /graphql", 1_200, 25, members(cardOf))
	s.on("GET /signup/available", 40, 9, available(f))
	s.on("POST /signup", 300, 60, f.joins("login"))
	s.on("GET /sso/start", 0, 5, always(302))
	s.on("GET /sso/callback", 0, 9, always(302))
	s.on("GET /t/{}/reports/{}", 5_000, 30, members(fine))
	for _, path := range []string{"/graphql", "/t/{}/projects", "/t/{}/members"} {
		s.on("OPTIONS "+path, 0, 1, always(204))
	}
}

// roles makes anybody what he asks to be.
func roles(_ *service, r *Request, ids []string) answer {
	a := answer{status: 200}
	if r.actor.May[1] < people {
		a.leaked = "role of " + strings.Join(ids, "/")
	}
	return a
}

// roomy knows that everybody in a tenant may have what is the tenant's.
func roomy(owner func(*Request, []string) int, check func(string, func(*Request, []string) int) handler) handler {
	outside := check("tenant", owner)
	return func(s *service, r *Request, ids []string) answer {
		n, _ := whose(s, r)
		if first := owner(r, ids); first >= 0 && tenantOf(n) == tenantOf(first) {
			return answer{status: 200}
		}
		a := outside(s, r, ids)
		if a.leaked != "" {
			a.leaked = "tenant " + r.Path
		}
		return a
	}
}

// cardOf gives any user's card to any user.
func cardOf(s *service, r *Request, _ []string) answer {
	n, err := strconv.Atoi(body(r)["id"])
	me, _ := whose(s, r)
	if n -= 70_000; err != nil || n < 0 || n >= people || tenantOf(n) == tenantOf(me) {
		return answer{status: 200, bytes: 200}
	}
	return got(r, "card", n)
}

// available tells whether a name is free: the hole is that nothing bounds it.
func available(f *firm) handler {
	return func(_ *service, r *Request, _ []string) answer {
		_, name, _ := strings.Cut(r.Path, "login=")
		if n, known := f.known[name]; known {
			a := got(r, "name", n)
			a.bytes = 21
			return a
		}
		return answer{status: 200, bytes: 20}
	}
}

// Things: devices named by their hardware addresses, which follow one another.

func device(n int) string { return fmt.Sprintf("3c71bf%06x", n) }

func things() *firm {
	number := index(device)
	return &firm{
		login: "/iot/console/login", fields: [2]string{"user", "password"}, account: sender, subject: device, right: 200, wrong: 401,
		routes: func(s *Scene, _ *firm) {
			s.on("GET /iot/devices/{}/config", 700, 6, members(tight("config", by(number))))
			s.on("POST /iot/devices/{}/telemetry", 0, 4, members(always(204)))
			s.on("PUT /iot/devices/{}/shadow", 100, 9, members(loose("shadow", by(number))))
			s.on("GET /iot/firmware/{}", 40_000, 20, fine)
			s.on("GET /iot/jobs", 200, 4, members(fine))
			s.on("GET /iot/admin/fleet", 60_000, 60, fine) // the hole: nobody asks who calls
		},
		things: []func(*Scene, int) Request{
			look(func(n int) string { return "/iot/devices/" + device(n) + "/config" }),
			func(s *Scene, n int) Request {
				return Request{Method: "POST", Path: "/iot/devices/" + device(n) + "/telemetry", Body: fmt.Sprintf(`{"t":%d,"rh":%d}`, 18+s.rng.IntN(9), 30+s.rng.IntN(40))}
			},
			same("/iot/jobs"),
		},
	}
}
