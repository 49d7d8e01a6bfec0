// Package carrier is a phone carrier's API with the holes of real breaches, its honest users and its attackers. Each
// hole is there on purpose, and its comment says so: never serve this to anyone but a demonstration or a test.
package carrier

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
)

// FirstID is the first customer's number. The others follow without a gap. HOLE, on purpose: numbers that can be
// counted through.
const FirstID = 1_000_001

// Customer is one record, as the API gives it away, and the password, which it does not.
type Customer struct {
	ID       int    `json:"id"`
	Username string `json:"username"`
	Password string `json:"-"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Birthday string `json:"birthday"`
	Street   string `json:"street"`
	Lines    []Line `json:"lines"`
}

// Line is a telephone number with its SIM.
type Line struct {
	MSISDN string `json:"msisdn"`
	ICCID  string `json:"iccid"`
	Plan   string `json:"plan"`
}

// Subject is the customer's number as tokens and paths carry it.
func (c *Customer) Subject() string { return strconv.Itoa(c.ID) }

// Population is a carrier's customers. It is not changed once made, and safe for concurrent use.
type Population struct {
	customers []Customer
	byName    map[string]*Customer
	byLine    map[string]*Customer
}

// NewPopulation makes n customers. The same n and seed make the same customers, so that traffic knows the passwords of a
// server in another process.
func NewPopulation(n int, seed uint64) *Population {
	r := rand.New(rand.NewPCG(seed, 0x6361727269657273))
	p := &Population{customers: make([]Customer, n), byName: make(map[string]*Customer, n), byLine: make(map[string]*Customer, n)}
	for i := range p.customers {
		c := &p.customers[i]
		*c = newCustomer(i, r)
		p.byName[c.Username] = c
		for _, l := range c.Lines {
			p.byLine[l.MSISDN] = c
		}
	}
	return p
}

// Len is how many customers there are.
func (p *Population) Len() int { return len(p.customers) }

// At gives customer i, from 0. It must not be changed.
func (p *Population) At(i int) *Customer { return &p.customers[i] }

// ByID gives the customer with that number.
func (p *Population) ByID(id int) (*Customer, bool) {
	if id < FirstID || id >= FirstID+len(p.customers) {
		return nil, false
	}
	return &p.customers[id-FirstID], true
}

func newCustomer(i int, r *rand.Rand) Customer {
	given, family := pick(r, givenNames()), pick(r, familyNames())
	username := fmt.Sprintf("%s.%s%d", given, family, i)
	return Customer{
		ID: FirstID + i, Username: username, Password: password(r),
		Name: given + " " + family, Email: username + "@mail.example",
		Birthday: fmt.Sprintf("%04d-%02d-%02d", 1940+r.IntN(65), 1+r.IntN(12), 1+r.IntN(28)),
		Street:   fmt.Sprintf("%d %s Street", 1+r.IntN(200), pick(r, familyNames())),
		Lines:    lines(i, r),
	}
}

// lines gives one to three numbers under the area code 555, which nobody has.
func lines(i int, r *rand.Rand) []Line {
	all := make([]Line, 1+r.IntN(3))
	for n := range all {
		all[n] = Line{
			MSISDN: fmt.Sprintf("1555%07d", 10*i+n),
			ICCID:  fmt.Sprintf("8901%015d", r.Uint64N(1e15)),
			Plan:   pick(r, []string{"basic", "family", "unlimited"}),
		}
	}
	return all
}

func password(r *rand.Rand) string {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789"
	b := make([]byte, 12)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func givenNames() []string {
	return []string{"Ada", "Alan", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace", "Hedy", "Ivan", "John", "Katherine", "Leslie", "Margaret", "Niklaus", "Radia"}
}

func familyNames() []string {
	return []string{"Allen", "Baker", "Carter", "Diaz", "Evans", "Foster", "Garcia", "Hill", "Ito", "Jones", "Kim", "Lopez", "Moore", "Novak", "Owens", "Patel"}
}

// Credential is a user name with a password, as lists of leaked ones hold them.
type Credential struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

func (c Credential) json() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "{}" // strings always encode
	}
	return string(b)
}

// LeakedList gives n credentials as thieves trade them: user names that exist, with passwords of which one in fifty
// still works.
func (p *Population) LeakedList(n int, seed uint64) []Credential {
	r := rand.New(rand.NewPCG(seed, 0x6c65616b))
	list := make([]Credential, n)
	for i := range list {
		c := p.At(r.IntN(p.Len()))
		list[i] = Credential{c.Username, password(r)}
		if r.IntN(50) == 0 {
			list[i].Password = c.Password
		}
	}
	return list
}
