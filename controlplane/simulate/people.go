package simulate

import (
	"fmt"
	"net/netip"
	"time"
)

// town adds n honest customers from the first-th on, who do what customers do: each opens the application, logs in, and
// looks at its own things now and then for about so long. Timelines of attackers play among them, so that the control plane
// has seen what is usual, and which endpoints refuse whom.
func (s *Scene) town(first, n int, lasts time.Duration) {
	for i := range n {
		a := s.customer(first + i)
		a.wait(time.Duration(s.rng.Int64N(int64(min(lasts, time.Minute)))))
		a.arrive()
		for a.at < lasts {
			a.browse()
			a.pause(max(lasts/20, 5*time.Second))
		}
	}
}

// arrive opens the application, whose token of yesterday is gone, and logs in.
func (a *Actor) arrive() {
	a.as(a.Caller.without(), "GET", fmt.Sprintf("/v1/customers/%d", idOf(a.Customer)))
	a.as(a.Caller.without(), "GET", "/v1/me")
	a.pause(4 * time.Second)
	a.send(Request{Method: "POST", Path: "/v1/login", Account: accountOf(a.Customer), Secret: passwordOf(a.Customer), Caller: a.Caller.without()})
	a.pause(time.Second)
	a.ask("GET", "/v1/me")
}

// browse is one of the things that a customer does.
func (a *Actor) browse() {
	n := a.Customer
	switch a.scene.rng.IntN(9) {
	case 0, 1:
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(n)))
	case 2:
		a.ask("GET", "/v1/lines/"+msisdnOf(n))
	case 3:
		a.ask("GET", "/v1/messages")
	case 4:
		a.ask("GET", fmt.Sprintf("/v1/orders/%d", n*10+a.scene.rng.IntN(3)))
	case 5:
		a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+a.scene.rng.IntN(200)))
	case 6:
		a.ask("GET", "/v1/invoices/"+uuidOf(n, a.scene.rng.IntN(12)))
	case 7:
		a.ask("GET", "/v1/products")
	default:
		a.ask("GET", "/v1/me")
	}
}

// Networks of those who attack, and of those who share an address.
const (
	hosting = 45  // 45.0.0.0/8: rented machines
	homes   = 92  // 92.0.0.0/8: other people's routers
	offices = 194 // 194.0.0.0/8
	mobile  = 109 // 109.0.0.0/8: a mobile carrier's gateways
)

// at gives the n-th address of a network; neighbours lie in different /24s.
func at(network byte, n int) netip.Addr {
	return netip.AddrFrom4([4]byte{network, byte(n), byte(n >> 8), byte(n*37 + 11)})
}

// attacker adds one without credentials at a rented machine.
func (s *Scene) attacker(n int) *Actor {
	a := s.actor(fmt.Sprintf("attacker %d", n), true, at(hosting, n))
	a.Caller.Fingerprint = "t13d190900_9dc949149365_97f8aa674fd9"
	return a
}

// thief adds an attacker with a customer's account of its own: it registered, as anyone can.
func (s *Scene) thief(n int) *Actor {
	a := s.attacker(n)
	a.Customer = n
	a.Caller.Token = s.token(n)
	return a
}

// office is an address that many share.
func office(n int) netip.Addr { return at(offices, n) }
