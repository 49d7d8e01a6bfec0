package simulate

import (
	"fmt"
	"strconv"
	"strings"
)

// A chain of hotels: short booking codes in paths, tokens, a public list of houses with slugs.

func guestMail(n int) string { return fmt.Sprintf("guest%05d@post.example", n) }

// booked is the n-th guest's booking: six letters and digits that tell nothing.
func booked(n int) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	x := uint64(n+1) * 0x9e3779b97f4a7c15
	b := make([]byte, 6)
	for i := range b {
		b[i] = letters[x>>(5*i+20)&31]
	}
	return string(b)
}

func house(k int) string {
	towns := []string{"berlin", "porto", "lyon", "gdansk", "turin", "bergen", "cork", "ghent"}
	parts := []string{"mitte", "harbour", "station", "old-town", "airport"}
	return towns[k%8] + "-" + parts[k/8%5]
}

func hotels() *firm {
	return &firm{
		login: "/stay/v2/session", fields: [2]string{"email", "password"}, account: guestMail, subject: guestMail, right: 200, wrong: 401, routes: hotelRoutes,
		things: []func(*Scene, int) Request{
			same("/stay/v2/me"), look(func(n int) string { return "/stay/v2/bookings/" + booked(n) }), same("/stay/v2/hotels"),
			func(s *Scene, _ int) Request {
				return Request{Method: "GET", Path: "/stay/v2/hotels/" + house(s.rng.IntN(40))}
			},
			func(s *Scene, _ int) Request {
				return Request{Method: "GET", Path: fmt.Sprintf("/stay/v2/hotels/%s/rates?from=2026-02-%02d", house(s.rng.IntN(40)), 1+s.rng.IntN(28))}
			},
			func(_ *Scene, n int) Request {
				return Request{Method: "PATCH", Path: "/stay/v2/me", Body: pair("phone", fmt.Sprintf("+49171%07d", n), "pillow", "soft")}
			},
		},
	}
}

func hotelRoutes(s *Scene, f *firm) {
	booking := index(booked)
	s.on("GET /stay/v2/me", 900, 9, members(fine))
	s.on("PATCH /stay/v2/me", 300, 20, members(bindsAll))
	s.on("GET /stay/v2/bookings/{}", 2_500, 15, partners(loose("booking", by(booking))))
	s.on("GET /stay/v1/bookings/{}", 3_500, 40, partners(tight("booking", by(booking))))
	s.on("GET /stay/v2/hotels", 30_000, 20, fine)
	s.on("GET /stay/v2/hotels/{}", 9_000, 12, fine)
	s.on("GET /stay/v2/hotels/{}/rates", 4_000, 30, rated)
	s.on("GET /stay/v2/hotels/{}/guestbook", 6_000, 20, members(fine))
	s.on("POST /stay/v2/vouchers/redeem", 120, 20, members(vouchers))
	s.on("POST /stay/v2/forgot", 60, 30, f.quiet("email"))
}

// bindsAll gives whatever is asked for, as of a service that binds all fields of a body.
func bindsAll(_ *service, r *Request, _ []string) answer {
	for _, name := range []string{"tier", "points", "role", "verified"} {
		if _, asked := body(r)[name]; asked {
			return answer{status: 200, leaked: name}
		}
	}
	return answer{status: 200}
}

// rated gives what a night costs: to be looked at, not to be taken away as a whole.
func rated(_ *service, r *Request, _ []string) answer {
	a := answer{status: 200}
	if r.actor.Attacker {
		a.leaked = r.Path
	}
	return a
}

func voucherOf(n int) string { return fmt.Sprintf("STAY%06d", n*97%1_000_000) }

func vouchers(_ *service, r *Request, _ []string) answer {
	n, err := strconv.Atoi(strings.TrimPrefix(body(r)["code"], "STAY"))
	if err != nil || n%97 != 0 || n/97 >= people {
		return answer{status: 422, bytes: 60}
	}
	return got(r, "voucher", n/97)
}

// quiet answers alike whether an account exists or not, as resets should.
func (f *firm) quiet(string) handler {
	return func(*service, *Request, []string) answer { return answer{status: 202, bytes: 40} }
}

// A tax office: UUIDs and numbers of persons, a second factor, employees; 403 to a login that fails.

func taxID(n int) string  { return fmt.Sprintf("%011d", 47_000_000_000+int64(n)*7919) }
func filed(n int) string  { return uuidOf(n, 5) }
func caseOf(n int) string { return fmt.Sprintf("%d/%06d", 2020+n%6, n) }

func taxes() *firm {
	return &firm{
		login: "/tax/api/signin", fields: [2]string{"tax_id", "password"}, account: taxID, subject: taxID, right: 200, wrong: 403, routes: taxRoutes,
		things: []func(*Scene, int) Request{
			look(func(n int) string { return "/tax/api/returns/" + filed(n) }), look(func(n int) string { return "/tax/api/persons/" + taxID(n) + "/notices" }),
			same("/tax/api/inbox"), drawn("/tax/api/forms/form-%d", 30),
			func(s *Scene, n int) Request {
				return Request{Method: "POST", Path: "/tax/api/estimate", Body: fmt.Sprintf(`{"income":%d,"children":%d}`, 20_000+n, s.rng.IntN(4))}
			},
		},
	}
}

func taxRoutes(s *Scene, f *firm) {
	person, owner := index(taxID), index(filed)
	s.on("GET /tax/api/returns/{}", 9_000, 30, members(loose("return", by(owner))))
	s.on("GET /tax/api/persons/{}/notices", 4_000, 20, members(loose("notice", by(person))))
	s.on("GET /tax/api/inbox", 2_000, 10, members(fine))
	s.on("GET /tax/api/forms/{}", 20_000, 8, fine)
	s.on("POST /tax/api/estimate", 300, 20, fine)
	s.on("POST /tax/api/bank-account", 90, 60, members(taken("account")))
	s.on("POST /tax/api/forgot-password", 60, 30, f.quiet("tax_id"))
	s.on("POST /tax/api/signin/code", 200, 20, coded(f))
	s.on("GET /tax/desk/cases/{}/{}", 12_000, 30, employees(fine))
}

func coded(f *firm) handler {
	return func(_ *service, r *Request, _ []string) answer {
		b := body(r)
		n, known := f.known[b["tax_id"]]
		if !known || b["code"] != codeOf(n) {
			return answer{status: 403, bytes: 50}
		}
		return got(r, "code", n)
	}
}

// A store for games: sessions in cookies, numbers in paths, libraries that friends look at.

func gamer(n int) string      { return fmt.Sprintf("player_%05d", n) }
func orderOf(n, k int) string { return fmt.Sprintf("%d", 8_000_000+n*16+k) }

func games() *firm {
	return &firm{
		login: "/g/auth", fields: [2]string{"username", "password"}, account: gamer, subject: gamer, cookie: true, right: 200, wrong: 401, routes: gameRoutes,
		things: []func(*Scene, int) Request{
			drawn("/g/titles/%d", 4000), drawn("/g/titles/%d/reviews", 4000), same("/g/me/wishlist"),
			look(func(n int) string { return fmt.Sprintf("/g/users/%d/library", 500_000+n) }),
			func(s *Scene, n int) Request {
				return Request{Method: "GET", Path: fmt.Sprintf("/g/users/%d/library", 500_000+n/10*10+s.rng.IntN(10))}
			},
			func(s *Scene, _ int) Request {
				return Request{Method: "POST", Path: "/g/find", Body: fmt.Sprintf(`{"text":"space %d"}`, s.rng.IntN(90))}
			},
		},
	}
}

func gameRoutes(s *Scene, _ *firm) {
	s.on("GET /g/titles/{}", 8_000, 10, below(4000))
	s.on("GET /g/titles/{}/reviews", 6_000, 15, below(4000))
	s.on("GET /g/me/wishlist", 1_500, 10, members(fine))
	s.on("GET /g/users/{}/library", 4_000, 15, members(fine))
	s.on("POST /g/find", 5_000, 40, injectable)
	s.on("POST /g/orders", 200, 30, members(always(201)))
	s.on("POST /g/orders/{}/pay", 200, 200, members(paid))
	s.on("GET /g/orders/{}/key", 80, 12, members(gameKey))
	s.on("POST /g/codes/redeem", 100, 20, members(gifts))
}

// injectable puts the text into its query as it is.
func injectable(_ *service, r *Request, _ []string) answer {
	text := strings.ToLower(body(r)["text"])
	switch {
	case strings.Contains(text, "'") && strings.Contains(text, "select"):
		return answer{status: 200, bytes: 60_000, leaked: "table"}
	case strings.Contains(text, "' "):
		return answer{status: 500, bytes: 120, body: `{"error":"SQLITE_ERROR: near \"'\": syntax error"}`}
	}
	return answer{status: 200}
}

// paid fails while the bank does.
func paid(s *service, r *Request, _ []string) answer {
	if during(s.refusing, r.At) {
		return answer{status: 402, bytes: 60}
	}
	return answer{status: 200}
}

// gameKey gives a game's key whether or not the order was paid: the hole of a flow whose steps nobody checks.
func gameKey(_ *service, r *Request, ids []string) answer {
	a := answer{status: 200}
	if r.actor.Attacker {
		a.leaked = "key " + ids[0]
	}
	return a
}

// A hospital's laboratory: partners with keys, patients and staff with tokens, UUIDs and order numbers.

func labMail(n int) string   { return fmt.Sprintf("p%05d@care.example", n) }
func labOrder(n int) string  { return fmt.Sprintf("%09d", 300_000_000+n*13) }
func labResult(n int) string { return uuidOf(n, 7) }

func lab() *firm {
	return &firm{
		login: "/lab/api/login", fields: [2]string{"email", "password"}, account: labMail, subject: labMail, right: 200, wrong: 401, routes: labRoutes,
		things: []func(*Scene, int) Request{
			look(func(n int) string { return "/lab/api/results/" + labResult(n) }), look(func(n int) string { return "/lab/api/orders/" + labOrder(n) }),
			same("/lab/api/me/results"), same("/lab/api/values"), same("/lab/api/me/results"),
		},
	}
}

func labRoutes(s *Scene, _ *firm) {
	result := index(labResult)
	order := index(labOrder)
	s.on("GET /lab/api/results/{}", 5_000, 20, partners(loose("result", by(result))))
	s.on("GET /lab/api/orders/{}", 1_200, 12, partners(loose("order", by(order))))
	s.on("GET /lab/api/orders/{}/report", 90_000, 60, partners(tight("report", by(order))))
	s.on("GET /lab/api/me/results", 2_000, 12, members(fine))
	s.on("GET /lab/api/values", 8_000, 9, fine)
	s.on("GET /lab/staff/worklist", 9_000, 20, members(forLab))
	s.on("PUT /lab/staff/results/{}/release", 100, 30, members(forLab))
	s.on("DELETE /lab/staff/orders/{}", 50, 20, members(forLab))
	s.on("GET /lab/v0/dump", 500_000, 900, members(forLab))
}

// forLab forgets to ask who somebody is: what only staff should do anybody can.
func forLab(_ *service, r *Request, _ []string) answer {
	a := answer{status: 200}
	if r.actor.May[1] < people {
		a.leaked = r.Method + " " + r.Path
	}
	return a
}
