package simulate

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"
)

// Timeline is a story of actors and what they ask of the simulated service. It is the same each time for a seed.
type Timeline struct {
	Name string // "bola-sequential"
	// About says in one sentence who does what.
	About string
	// Fires are the scenarios that must fire. Empty: the actors are honest, and none may be denied or throttled.
	Fires []string
	// May are scenarios that may fire though nobody attacks, for what they tell of the service is true.
	May []string
	// After says what the attacker is after: "records", "accounts", ...
	After string
	// Told says that nobody is to be stopped, for it is the service that is wrong: operators must be told of it, as an
	// incident.
	Told bool
	// Workers is how many simulated workers serve it, 1 to 500; 0: 4.
	Workers int
	// Scatter sends each request to another worker, as connections that never last do. Else each caller has its worker.
	Scatter bool
	// Interval is how often workers report, 100 ms to 1 s; 0: 1 s.
	Interval time.Duration
	// Play writes the story.
	Play func(*Scene)
	// Begin is when it begins; zero: on a Monday morning.
	Begin time.Time

	// recorded: the requests say what was answered, and the simulated service is not asked.
	recorded bool
	// source gives the requests in order instead of Play, and io.EOF in the end. A timeline with it plays once.
	source func() (*Request, error)
}

// Honest tells whether nobody attacks.
func (t *Timeline) Honest() bool { return len(t.Fires) == 0 }

// Caller is what a request says of who sends it. Empty: it does not say.
type Caller struct {
	Address     netip.Addr
	Fingerprint string // JA4
	Key         string
	Session     string
	Token       string // a bearer token
	Basic       string // of an Authorization header
}

// Request is one of an actor's.
type Request struct {
	At           time.Duration // since the timeline's start
	Method, Path string        // with the query
	Host         string        // empty: the simulated service's
	Headers      [][2]string   // others that are looked into: names in lower case, and values
	Caller       Caller
	// Account and Secret make the body of a login, a reset or a one-time code.
	Account, Secret string
	Body            string // where Account is empty; JSON unless Headers say otherwise
	Upload          uint64 // bytes of a body that nobody looks into

	actor    *Actor
	recorded answer // see Timeline.recorded
}

// agent is the header that names a program.
func agent(name string) [][2]string { return [][2]string{{"user-agent", name}} }

func (r *Request) hasBody() bool { return r.Account != "" || r.Body != "" }

func (r *Request) body() string {
	if r.Account == "" {
		return r.Body
	}
	return `{"username":"` + r.Account + `","password":"` + r.Secret + `"}`
}

func (r *Request) size() uint64 {
	if r.Upload > 0 || !r.hasBody() {
		return r.Upload
	}
	return uint64(len(r.body()))
}

// Actor is one who acts in a timeline, with one or many addresses.
type Actor struct {
	Name     string
	Attacker bool
	// Caller is what its requests say where they do not say otherwise.
	Caller Caller
	// Victim says that its credential was stolen: what stops the thief may stop it too, until it has another.
	Victim bool
	// Customer is its number among the service's customers; -1: it is none.
	Customer int
	// May are the customers whose records it may have, beside its own: from, to.
	May [2]int

	scene *Scene
	at    time.Duration
}

// owns tells whether a customer's record is the actor's to read.
func (a *Actor) owns(customer int) bool {
	return customer == a.Customer || customer >= a.May[0] && customer < a.May[1]
}

// Scene collects what actors do.
type Scene struct {
	rng      *rand.Rand
	service  *service
	actors   []*Actor
	requests []Request
}

func newScene(seed uint64) *Scene {
	return &Scene{rng: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), service: newService()}
}

// actor adds one without credentials.
func (s *Scene) actor(name string, attacker bool, address netip.Addr) *Actor {
	a := &Actor{
		Name: name, Attacker: attacker, Customer: -1, scene: s,
		Caller: Caller{Address: address, Fingerprint: popular(s.rng)},
	}
	s.actors = append(s.actors, a)
	return a
}

// popular draws the fingerprint of one of the programs that most people use.
func popular(r *rand.Rand) string {
	return fmt.Sprintf("t13d1516h2_8daaf6152771_%03d", int(r.ExpFloat64()*3)%12)
}

// customer adds an honest customer at home, logged in.
func (s *Scene) customer(n int) *Actor {
	a := s.actor(fmt.Sprintf("customer %d", n), false, home(n))
	a.Customer = n
	a.Caller.Token = s.token(n)
	return a
}

// home is a customer's address: everybody has one of his own.
func home(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{81, byte(n >> 16), byte(n >> 8), byte(n)})
}

// token gives a valid token of a customer, another one each time.
func (s *Scene) token(n int) string {
	t := jwt(n, s.rng.Uint64())
	s.service.tokens[t] = n
	return t
}

// jwt is a customer's token, whose signature only the service can tell from another.
func jwt(n int, nonce uint64) string {
	return jwtOf(fmt.Sprintf(`{"sub":"%d","jti":"%016x"}`, idOf(n), nonce), nonce)
}

func jwtOf(payload string, nonce uint64) string {
	parts := []string{`{"alg":"RS256","typ":"JWT"}`, payload, fmt.Sprintf("%032x", nonce)}
	for i, p := range parts {
		parts[i] = base64.RawURLEncoding.EncodeToString([]byte(p))
	}
	return strings.Join(parts, ".")
}

// key gives a partner's key, which the service accepts.
func (s *Scene) key(partner string) string {
	k := "pk_live_" + partner
	s.service.keys[k] = true
	return k
}

// wait lets time pass for the actor.
func (a *Actor) wait(d time.Duration) { a.at += d }

// pause lets about d pass: half to one and a half times of it.
func (a *Actor) pause(d time.Duration) { a.at += d/2 + time.Duration(a.scene.rng.Int64N(int64(d)+1)) }

// ask sends a request as the actor.
func (a *Actor) ask(method, path string) { a.send(Request{Method: method, Path: path}) }

// as sends a request with another caller.
func (a *Actor) as(c Caller, method, path string) {
	a.send(Request{Method: method, Path: path, Caller: c})
}

// login tries a password.
func (a *Actor) login(account, secret string) {
	a.send(Request{Method: "POST", Path: "/v1/login", Account: account, Secret: secret})
}

func (a *Actor) send(r Request) {
	r.At, r.actor = a.at, a
	if !r.Caller.Address.IsValid() {
		r.Caller = a.Caller
	}
	a.scene.requests = append(a.scene.requests, r)
}

// without gives a caller that shows no credential.
func (c Caller) without() Caller { return Caller{Address: c.Address, Fingerprint: c.Fingerprint} }
