package simulate

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// customers is how many the simulated carrier has.
const customers = 100_000

// The names and numbers of the n-th customer.
func idOf(n int) int          { return 100_000 + n }
func accountOf(n int) string  { return fmt.Sprintf("user%06d@example.net", n) }
func passwordOf(n int) string { return fmt.Sprintf("Correct-%06d", n) }
func msisdnOf(n int) string   { return fmt.Sprintf("4917%08d", n*7) }

// uuidOf names the n-th customer's k-th invoice: nobody can count through these.
func uuidOf(n, k int) string {
	x := uint64(n*16+k+1) * 0x9e3779b97f4a7c15
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", uint32(x), uint16(n), uint16(k)&0xfff, uint16(x>>52), (uint64(n)<<8|uint64(k))^0xa5a5a5a5a5)
}

// answer is what the service does with a request.
type answer struct {
	status int
	bytes  uint64
	took   time.Duration
	body   string // where somebody may look into it
	// headers are those that somebody may look at: names in lower case, and values.
	headers [][2]string
	// leaked names what a stranger got; empty: nothing.
	leaked string
}

// contentType is what the body is.
func (a *answer) contentType() []byte {
	for _, h := range a.headers {
		if h[0] == "content-type" {
			return []byte(h[1])
		}
	}
	return []byte(contentType)
}

// service is a small model of a phone carrier's API: which endpoints exist, which demand credentials, whose records are
// whose, which passwords are right. It has the holes of real breaches.
type service struct {
	tokens map[string]int // whose
	keys   map[string]bool
	routes map[string][]route // by method
	// From, to: it answers 503, or refuses every password.
	down, refusing [2]time.Duration
}

// access is what an endpoint demands.
type access uint8

const (
	open   access = iota
	token         // a customer's
	keyed         // a partner's key
	either        // one of both
)

type route struct {
	segments []string // "{}" stands for any
	needs    access
	bytes    uint64
	took     time.Duration
	do       func(*service, *Request, []string) answer
}

func newService() *service {
	s := &service{tokens: map[string]int{}, keys: map[string]bool{}, routes: map[string][]route{}}
	ms := time.Millisecond
	s.route("POST /v1/login", open, 600, 80*ms, login)
	s.route("POST /v1/password/reset", open, 120, 40*ms, reset)
	s.route("POST /v1/otp/verify", open, 200, 20*ms, otp)
	s.route("POST /v1/register", open, 300, 60*ms, register)
	s.route("POST /v1/token/refresh", token, 700, 10*ms, fine)
	s.route("GET /v1/customers/{}", either, 2_000, 12*ms, customer)
	s.route("PATCH /v1/customers/{}", token, 500, 20*ms, customer)
	s.route("GET /v1/customers/{}/invoices", token, 4_000, 25*ms, customer)
	s.route("GET /v1/customers/{}/invoices/{}", token, 30_000, 40*ms, customer)
	s.route("GET /v1/invoices/{}", token, 30_000, 40*ms, invoice)
	s.route("GET /v1/lines/{}", either, 900, 10*ms, phone)
	s.route("POST /v1/lines/{}/sim-swap", either, 300, 90*ms, phone)
	s.route("POST /v1/lines/{}/port-out", either, 300, 90*ms, phone)
	s.route("GET /v1/orders/{}", token, 1_500, 12*ms, order)
	s.route("POST /v1/orders", token, 400, 50*ms, fine)
	s.route("POST /v1/orders/{}/payment", token, 400, 300*ms, order)
	s.route("POST /v1/orders/{}/ship", token, 400, 50*ms, order)
	s.route("POST /v1/payments", token, 400, 300*ms, pay)
	s.route("GET /v1/products", open, 20_000, 15*ms, fine)
	s.route("GET /v1/products/{}", open, 6_000, 8*ms, product)
	s.route("GET /v1/search", open, 8_000, 30*ms, search)
	s.route("GET /v1/reports/usage", token, 2_000_000, 2500*ms, fine)
	s.route("GET /v1/reports/query", token, 8_000, 30*ms, search)
	s.route("GET /v1/me", token, 1_000, 8*ms, fine)
	s.route("GET /v1/messages", token, 2_500, 10*ms, fine)
	s.route("GET /v1/admin/users", token, 50_000, 30*ms, fine)
	s.route("GET /v1/admin/users/{}", token, 3_000, 15*ms, customer)
	s.route("DELETE /v1/admin/users/{}", token, 100, 30*ms, fine)
	for _, what := range []string{"logs", "roles", "settings", "keys", "jobs", "tariffs", "audit"} {
		s.route("GET /v1/admin/"+what, token, 5_000, 10*ms, forStaff)
	}
	s.route("GET /internal/export/{}", open, 5_000, 20*ms, customer)
	s.route("GET /v0/customers/{}", token, 2_500, 30*ms, customer)
	s.route("GET /v1/debug/config", open, 900, 5*ms, fine)
	s.route("GET /v1/beta/usage/{}", token, 1_200, 12*ms, customer)
	s.route("POST /v1/imports", keyed, 200, 100*ms, fine)
	s.route("POST /v1/events", keyed, 50, 5*ms, fine)
	s.route("GET /v1/feed", keyed, 30_000, 20*ms, fine)
	s.route("GET /v1/recordings/{}", token, 8_000_000, 200*ms, order)
	s.route("GET /v1/threads/{}", open, 9_000, 10*ms, fine)
	s.route("GET /v1/directory", either, 600, 20*ms, directory)
	s.route("GET /healthz", open, 2, ms, fine)
	s.route("GET /app", open, 5_000, 2*ms, fine)
	return s
}

func (s *service) route(name string, needs access, bytes uint64, took time.Duration, do func(*service, *Request, []string) answer) {
	method, path, _ := strings.Cut(name, " ")
	s.routes[method] = append(s.routes[method], route{split(path), needs, bytes, took, do})
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// answer is the service's.
func (s *service) answer(r *Request) answer {
	if during(s.down, r.At) {
		return answer{status: 503, bytes: 30, took: 5 * time.Millisecond}
	}
	path, _, _ := strings.Cut(r.Path, "?")
	segments := split(path)
	route, ids := s.find(r.Method, segments)
	if route == nil {
		return s.nowhere(segments)
	}
	// The hole: a preview needs no credential.
	if preview := strings.HasSuffix(r.Path, "?preview=1"); !preview && !s.lets(route.needs, &r.Caller) {
		return answer{status: 401, bytes: 80, took: 2 * time.Millisecond}
	}
	a := route.do(s, r, ids)
	if a.took == 0 {
		a.took = route.took
	}
	if a.bytes == 0 && a.status < 400 {
		a.bytes = route.bytes
	}
	return a
}

func (s *service) find(method string, segments []string) (*route, []string) {
	for i := range s.routes[method] {
		if ids, ok := s.routes[method][i].match(segments); ok {
			return &s.routes[method][i], ids
		}
	}
	return nil, nil
}

func (r *route) match(segments []string) (ids []string, ok bool) {
	if len(segments) != len(r.segments) {
		return nil, false
	}
	for i, want := range r.segments {
		if want == "{}" {
			ids = append(ids, segments[i])
		} else if want != segments[i] {
			return nil, false
		}
	}
	return ids, true
}

// nowhere is 405 where another method is served, else 404.
func (s *service) nowhere(segments []string) answer {
	for method := range s.routes {
		if r, _ := s.find(method, segments); r != nil {
			return answer{status: 405, bytes: 60, took: time.Millisecond}
		}
	}
	return answer{status: 404, bytes: 90, took: time.Millisecond}
}

// lets tells whether a caller shows what an endpoint demands.
func (s *service) lets(needs access, c *Caller) bool {
	_, customer := s.tokens[c.Token]
	partner := s.keys[c.Key]
	switch needs {
	case token:
		return customer
	case keyed:
		return partner
	case either:
		return customer || partner
	default:
		return true
	}
}

// number gives the customer whose id it is.
func number(id string) (int, bool) {
	n, err := strconv.Atoi(id)
	n -= 100_000
	return n, err == nil && n >= 0 && n < customers
}

// accountNumber gives the customer whose account it is.
func accountNumber(account string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(account, "user"), "@example.net"))
	return n, err == nil && n >= 0 && n < customers && account == accountOf(n)
}

// got answers with something of a customer's.
func got(r *Request, what string, n int) answer {
	a := answer{status: 200}
	if !r.actor.owns(n) {
		a.leaked = what + " " + strconv.Itoa(n)
	}
	return a
}

func fine(*service, *Request, []string) answer { return answer{status: 200} }

func during(span [2]time.Duration, at time.Duration) bool { return at >= span[0] && at < span[1] }

// forStaff lets those in who may have everybody's records.
func forStaff(_ *service, r *Request, _ []string) answer {
	if r.actor.May[1] < customers {
		return answer{status: 403, bytes: 60}
	}
	return answer{status: 200}
}

// pay refuses cards that are none.
func pay(_ *service, r *Request, _ []string) answer {
	if r.Secret != "" {
		return answer{status: 402, bytes: 60}
	}
	return answer{status: 200}
}

// login tells who has an account: the hole is that its answers differ.
func login(s *service, r *Request, _ []string) answer {
	n, known := accountNumber(r.Account)
	if !known {
		return answer{status: 404, bytes: 60}
	}
	if during(s.refusing, r.At) || r.Secret != passwordOf(n) {
		a := answer{status: 401, bytes: 60}
		if !r.actor.owns(n) && r.Secret == "x" {
			a.leaked = "name " + strconv.Itoa(n)
		}
		return a
	}
	return got(r, "account", n)
}

// reset tells who has an account: the hole is that its answers differ.
func reset(_ *service, r *Request, _ []string) answer {
	n, known := accountNumber(r.Account)
	if !known {
		return answer{status: 404, bytes: 60}
	}
	return got(r, "name", n)
}

func otp(_ *service, r *Request, _ []string) answer {
	n, known := accountNumber(r.Account)
	if !known || r.Secret != codeOf(n) {
		return answer{status: 401, bytes: 60}
	}
	return got(r, "code", n)
}

// codeOf is a customer's one-time code at present.
func codeOf(n int) string { return fmt.Sprintf("%06d", n*9973%1_000_000) }

func register(_ *service, r *Request, _ []string) answer {
	if n, known := accountNumber(r.Account); known {
		a := got(r, "name", n)
		a.status, a.bytes = 409, 60
		return a
	}
	return answer{status: 201}
}

// customer gives a record to whoever is let in: broken object level authorization.
func customer(_ *service, r *Request, ids []string) answer {
	n, ok := number(ids[0])
	if !ok {
		return answer{status: 404, bytes: 90}
	}
	return got(r, "record", n)
}

func invoice(_ *service, r *Request, ids []string) answer {
	var n int
	if len(ids[0]) != 36 {
		return answer{status: 404, bytes: 90}
	}
	if _, err := fmt.Sscanf(ids[0][9:13], "%x", &n); err != nil || uuidOf(n, int(hex(ids[0][15:18]))) != ids[0] {
		return answer{status: 404, bytes: 90}
	}
	return got(r, "invoice", n)
}

func hex(s string) uint64 {
	n, _ := strconv.ParseUint(s, 16, 64) // 0 where it is none: the caller compares the whole
	return n
}

func phone(_ *service, r *Request, ids []string) answer {
	n, err := strconv.Atoi(strings.TrimPrefix(ids[0], "4917"))
	if err != nil || n%7 != 0 || n/7 >= customers || ids[0] != msisdnOf(n/7) {
		return answer{status: 404, bytes: 90}
	}
	return got(r, "line", n/7)
}

// order belongs to customer id/10.
func order(_ *service, r *Request, ids []string) answer {
	id, err := strconv.Atoi(ids[0])
	if err != nil || id < 0 || id/10 >= customers {
		return answer{status: 404, bytes: 90}
	}
	return got(r, "order", id/10)
}

// directory gives telephone numbers: one for a name, 200 for a page.
func directory(_ *service, r *Request, _ []string) answer {
	_, page, whole := strings.Cut(r.Path, "page=")
	n := 1
	if whole {
		n = 200
	}
	var b strings.Builder
	first, _ := strconv.Atoi(page) // 0 where it is a name
	for i := range n {
		fmt.Fprintf(&b, `{"phone":"+%s"},`, msisdnOf(first*200+i))
	}
	a := answer{status: 200, bytes: uint64(b.Len()), body: "[" + strings.TrimSuffix(b.String(), ",") + "]"}
	if whole {
		a.leaked = "page " + page
	}
	return a
}

func product(_ *service, _ *Request, ids []string) answer {
	if id, err := strconv.Atoi(ids[0]); err != nil || id < 1 || id > 5000 {
		return answer{status: 404, bytes: 90}
	}
	return answer{status: 200}
}

// search puts what it is asked for into its query as it is.
func search(_ *service, r *Request, _ []string) answer {
	_, q, _ := strings.Cut(r.Path, "q=")
	switch {
	case strings.Contains(q, "%27") && strings.Contains(q, "UNION"):
		return answer{status: 200, bytes: 400_000, leaked: "table", body: `{"error":"You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'UNION' at line 1"}`}
	case strings.Contains(q, "%27"):
		return answer{status: 500, bytes: 300, body: `{"error":"You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '' at line 1"}`}
	}
	return answer{status: 200}
}
