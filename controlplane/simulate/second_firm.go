package simulate

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// people is how many have an account at each of the firms.
const people = 10_000

// handler answers where a route matches; ids are what stands for its "{}".
type handler = func(*service, *Request, []string) answer

// firm is a company whose API is of another kind than the carrier's.
type firm struct {
	login   string           // the path that it is posted to
	fields  [2]string        // of its body: the account and the secret
	account func(int) string // what the n-th person logs in with
	subject func(int) string // what tokens call the n-th person
	cookie  bool             // a session in a cookie instead of a token
	opaque  bool             // tokens say nothing
	right   int              // what a login that succeeds is answered with
	wrong   int              // and one that fails
	routes  func(*Scene, *firm)
	things  []func(*Scene, int) Request // what its people do

	known map[string]int // whose account it is
}

// settle makes the simulated service this firm's: the carrier's endpoints are gone.
func (s *Scene) settle(f *firm) *firm {
	s.service.routes = map[string][]route{}
	f.known = make(map[string]int, people)
	for n := range people {
		f.known[f.account(n)] = n
	}
	s.on("POST "+f.login, 500, 90, f.enter)
	s.on("GET /healthz", 2, 1, fine)
	f.routes(s, f)
	return f
}

// on adds an endpoint that answers so many bytes within so many milliseconds.
func (s *Scene) on(name string, bytes uint64, ms int, do handler) {
	s.service.route(name, open, bytes, time.Duration(ms)*time.Millisecond, do)
}

// body gives the members of a request's JSON that are text.
func body(r *Request) map[string]string {
	all := map[string]any{}
	out := map[string]string{}
	if json.Unmarshal([]byte(r.Body), &all) != nil {
		return out
	}
	for k, v := range all {
		if text, ok := v.(string); ok {
			out[k] = text
		}
	}
	return out
}

func (f *firm) enter(_ *service, r *Request, _ []string) answer {
	b := body(r)
	n, known := f.known[b[f.fields[0]]]
	if !known || b[f.fields[1]] != passwordOf(n) {
		return answer{status: f.wrong, bytes: 70, body: `{"success":false}`}
	}
	a := got(r, "account", n)
	a.status = f.right
	return a
}

// tells answers 200 where an account exists, else 404: the hole of resets and of registrations.
func (f *firm) tells(field string) handler {
	return func(_ *service, r *Request, _ []string) answer {
		n, known := f.known[body(r)[field]]
		if !known {
			return answer{status: 404, bytes: 60}
		}
		return got(r, "name", n)
	}
}

// whose gives the person whose credential a request carries.
func whose(s *service, r *Request) (int, bool) {
	if n, ok := s.tokens[r.Caller.Token]; ok {
		return n, true
	}
	n, ok := s.tokens["cookie "+r.Caller.Session]
	return n, ok
}

// members lets in those who are logged in.
func members(do handler) handler {
	return func(s *service, r *Request, ids []string) answer {
		if _, ok := whose(s, r); !ok {
			return answer{status: 401, bytes: 60}
		}
		return do(s, r, ids)
	}
}

// partners lets in those with a key, and those who are logged in.
func partners(do handler) handler {
	return func(s *service, r *Request, ids []string) answer {
		if _, ok := whose(s, r); !ok && !s.keys[r.Caller.Key] {
			return answer{status: 401, bytes: 60}
		}
		return do(s, r, ids)
	}
}

// employees lets in those who may have everybody's records.
func employees(do handler) handler {
	return members(func(s *service, r *Request, ids []string) answer {
		if r.actor.May[1] < people {
			return answer{status: 403, bytes: 60}
		}
		return do(s, r, ids)
	})
}

// loose gives a record to whoever was let in; tight to its owner only. owner gives -1 where there is no such record.
func loose(what string, owner func(*Request, []string) int) handler {
	return func(_ *service, r *Request, ids []string) answer {
		n := owner(r, ids)
		if n < 0 || n >= people {
			return answer{status: 404, bytes: 80}
		}
		return got(r, what, n)
	}
}

func tight(what string, owner func(*Request, []string) int) handler {
	give := loose(what, owner)
	return func(s *service, r *Request, ids []string) answer {
		n := owner(r, ids)
		if mine, ok := whose(s, r); n >= 0 && !r.actor.owns(n) && (!ok || mine != n) {
			return answer{status: 403, bytes: 60}
		}
		return give(s, r, ids)
	}
}

// by reads the owner from the first id, field from a member of the body, query from a parameter.
func by(owner func(string) int) func(*Request, []string) int {
	return func(_ *Request, ids []string) int { return owner(ids[0]) }
}

func field(name string, owner func(string) int) func(*Request, []string) int {
	return func(r *Request, _ []string) int { return owner(body(r)[name]) }
}

func query(name string, owner func(string) int) func(*Request, []string) int {
	return func(r *Request, _ []string) int {
		_, v, _ := strings.Cut(r.Path, name+"=")
		v, _, _ = strings.Cut(v, "&")
		return owner(v)
	}
}

// always answers with a status.
func always(status int) handler {
	return func(*service, *Request, []string) answer { return answer{status: status, bytes: 40} }
}

// person is an actor at a firm.
type person struct {
	*Actor
	f *firm
}

// badge gives a valid credential of a person's.
func (s *Scene) badge(f *firm, c Caller, n int) Caller {
	nonce := s.rng.Uint64()
	if f.cookie {
		c.Session = fmt.Sprintf("%016x%016x", nonce, uint64(n)*0x9e3779b97f4a7c15)
		s.service.tokens["cookie "+c.Session] = n
		return c
	}
	c.Token = f.token(n, nonce)
	s.service.tokens[c.Token] = n
	return c
}

// token is a bearer token of the n-th person's.
func (f *firm) token(n int, nonce uint64) string {
	if f.opaque {
		return fmt.Sprintf("at_%016x%08x", nonce, uint32(n)*2654435761)
	}
	return jwtOf(fmt.Sprintf(`{"sub":"%s","jti":"%016x"}`, f.subject(n), nonce), nonce)
}

// someone adds an honest person at home.
func (s *Scene) someone(f *firm, n int) *person {
	a := s.actor(fmt.Sprintf("person %d", n), false, home(n))
	a.Customer = n
	a.Caller = s.badge(f, a.Caller, n)
	return &person{a, f}
}

// crook adds an attacker without an account, at an address.
func (s *Scene) crook(f *firm, k int, network byte) *person {
	a := s.actor(fmt.Sprintf("attacker %d", k), true, at(network, k))
	return &person{a, f}
}

// insider adds an attacker who has the n-th person's account, which is its own.
func (s *Scene) insider(f *firm, n int) *person {
	p := s.crook(f, n, homes)
	p.Customer = n
	p.Caller = s.badge(f, p.Caller, n)
	return p
}

// post sends JSON.
func (p *person) post(path, body string) {
	p.send(Request{Method: "POST", Path: path, Body: body})
}

// try logs in with an account and a secret, without a credential.
func (p *person) try(account, secret string) {
	p.send(Request{Method: "POST", Path: p.f.login, Body: pair(p.f.fields[0], account, p.f.fields[1], secret), Caller: p.Caller.without()})
}

// pair is a JSON object of two members.
func pair(k1, v1, k2, v2 string) string {
	return fmt.Sprintf(`{"%s":"%s","%s":"%s"}`, k1, v1, k2, v2)
}

// come opens the application and logs in after so many mistakes.
func (p *person) come(mistakes int) {
	if p.scene.rng.IntN(2) == 0 {
		r := p.f.things[0](p.scene, p.Customer)
		r.Caller = p.Caller.without()
		p.send(r)
		p.pause(3 * time.Second)
	}
	for k := range mistakes {
		p.try(p.f.account(p.Customer), fmt.Sprintf("Older-%d", k))
		p.pause(8 * time.Second)
	}
	p.try(p.f.account(p.Customer), passwordOf(p.Customer))
	p.pause(2 * time.Second)
}

// do does one of the things that people do there.
func (p *person) do() {
	p.send(p.f.things[p.scene.rng.IntN(len(p.f.things))](p.scene, p.Customer))
}

// stay does such things until a time.
func (p *person) stay(until, every time.Duration) {
	for p.at < until {
		p.do()
		p.pause(every)
	}
}

// sometime waits for any time within a span.
func (p *person) sometime(within time.Duration) {
	p.wait(time.Duration(p.scene.rng.Int64N(int64(within))))
}

// folk adds n people who come and go for so long, among whom others act.
func (s *Scene) folk(f *firm, first, n int, lasts time.Duration) {
	for i := range n {
		p := s.someone(f, first+i)
		p.sometime(min(lasts, 2*time.Minute))
		p.come(0)
		p.stay(lasts, max(lasts/25, 6*time.Second))
	}
}
