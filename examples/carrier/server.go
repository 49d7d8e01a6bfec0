package carrier

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Server is the carrier's API. It is safe for concurrent use.
type Server struct {
	people *Population
	signer signer
	now    func() time.Time
	leaks  leaks
}

// NewServer serves the customers of p. Each server signs its tokens with a key of its own.
func NewServer(p *Population) *Server {
	key := make([]byte, 32)
	rand.Read(key) // never fails (crypto/rand)
	return &Server{people: p, signer: signer{key}, now: time.Now, leaks: newLeaks()}
}

// Handler serves the API:
//
//	POST /v1/login                       {"username", "password"}: a token, or 401
//	GET  /v1/customers/{id}              a customer's record
//	GET  /v1/lines/{msisdn}              one of the caller's own lines
//	POST /v1/lines/{msisdn}/sim-swap     {"iccid"}: another SIM for one of the caller's own lines
//	POST /v1/port-outs                   {"msisdn", "to"}: one of the caller's own lines to another carrier
//	GET  /v1/search?q=                   the caller's own lines that contain q
//	GET  /internal/export/{id}           a customer's record, for batch jobs
//	GET  /healthz
func (s *Server) Handler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("POST /v1/login", s.login)
	m.HandleFunc("GET /v1/customers/{id}", s.authenticated(s.customer))
	m.HandleFunc("GET /v1/lines/{msisdn}", s.authenticated(s.line))
	m.HandleFunc("POST /v1/lines/{msisdn}/sim-swap", s.authenticated(s.swapSIM))
	m.HandleFunc("POST /v1/port-outs", s.authenticated(s.portOut))
	m.HandleFunc("GET /v1/search", s.authenticated(s.search))
	m.HandleFunc("GET /internal/export/{id}", s.export)
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	return http.MaxBytesHandler(m, 64<<10)
}

// login gives a token for a user name and a password.
//
// HOLE, on purpose: no limit of any kind. Whoever has a list of leaked passwords may try them all. (Passwords in clear
// would be another; here they only stand in for hashes, which would make the demonstration slow.)
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	var in Credential
	if !read(w, r, &in) {
		return
	}
	c, known := s.people.byName[in.Username]
	if !known || subtle.ConstantTimeCompare([]byte(c.Password), []byte(in.Password)) != 1 {
		refuse(w, http.StatusUnauthorized, "wrong user name or password")
		return
	}
	token, err := s.signer.sign(claims{c.Subject(), s.now().Add(tokenLife).Unix()})
	if err != nil {
		refuse(w, http.StatusInternalServerError, "no token")
		return
	}
	answer(w, http.StatusOK, session{token, c.ID})
}

// session is what a login gives.
type session struct {
	Token    string `json:"token"`
	Customer int    `json:"customer"`
}

// customer gives a record.
//
// HOLE, on purpose: a token is needed, but nobody checks whose. Any customer may read every other's record (OWASP
// API1:2023, broken object level authorization).
func (s *Server) customer(w http.ResponseWriter, r *http.Request, caller *Customer) {
	if c, ok := s.record(w, r); ok {
		s.leaks.note(caller.Subject(), caller.ID, c)
		answer(w, http.StatusOK, c)
	}
}

// export gives a record to batch jobs.
//
// HOLE, on purpose: it forgets to ask who calls at all. It was meant for the inner network, and then a gateway exposed it
// (OWASP API2:2023 and API9:2023).
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	if c, ok := s.record(w, r); ok {
		s.leaks.note(address(r), 0, c)
		answer(w, http.StatusOK, c)
	}
}

func (s *Server) record(w http.ResponseWriter, r *http.Request) (*Customer, bool) {
	id, err := strconv.Atoi(r.PathValue("id"))
	c, ok := s.people.ByID(id)
	if err != nil || !ok {
		refuse(w, http.StatusNotFound, "no such customer")
		return nil, false
	}
	return c, true
}

// line, swapSIM and portOut do it right: they look only among the caller's own lines.
func (s *Server) line(w http.ResponseWriter, r *http.Request, caller *Customer) {
	if l, ok := ownLine(w, caller, r.PathValue("msisdn")); ok {
		answer(w, http.StatusOK, l)
	}
}

func (s *Server) swapSIM(w http.ResponseWriter, r *http.Request, caller *Customer) {
	var in struct {
		ICCID string `json:"iccid"`
	}
	if !read(w, r, &in) {
		return
	}
	if l, ok := ownLine(w, caller, r.PathValue("msisdn")); ok {
		answer(w, http.StatusAccepted, Line{l.MSISDN, in.ICCID, l.Plan})
	}
}

func (s *Server) portOut(w http.ResponseWriter, r *http.Request, caller *Customer) {
	var in struct {
		MSISDN string `json:"msisdn"`
		To     string `json:"to"`
	}
	if !read(w, r, &in) {
		return
	}
	if _, ok := ownLine(w, caller, in.MSISDN); ok {
		answer(w, http.StatusAccepted, in)
	}
}

func ownLine(w http.ResponseWriter, caller *Customer, msisdn string) (Line, bool) {
	for _, l := range caller.Lines {
		if l.MSISDN == msisdn {
			return l, true
		}
	}
	refuse(w, http.StatusNotFound, "no such line")
	return Line{}, false
}

// search gives the caller's lines whose number contains q.
//
// HOLE, on purpose: q goes into the query as it is (OWASP API8:2023, CWE-89). There is no database here; injected plays
// what one would do with WHERE owner = ? AND msisdn LIKE '%q%'.
func (s *Server) search(w http.ResponseWriter, r *http.Request, caller *Customer) {
	q := r.URL.Query().Get("q")
	if !injected(q) {
		answer(w, http.StatusOK, matching(caller.Lines, q))
		return
	}
	var all []Line
	for i := range s.people.customers {
		c := s.people.At(i)
		s.leaks.note(caller.Subject(), caller.ID, c)
		all = append(all, c.Lines...)
	}
	answer(w, http.StatusOK, all)
}

// injected tells whether q closes the string it stands in and adds a condition that is true.
func injected(q string) bool {
	_, after, closed := strings.Cut(q, "'")
	return closed && strings.HasPrefix(strings.ToUpper(strings.TrimSpace(after)), "OR ")
}

func matching(lines []Line, q string) []Line {
	found := []Line{}
	for _, l := range lines {
		if strings.Contains(l.MSISDN, q) {
			found = append(found, l)
		}
	}
	return found
}

// authenticated wants a token in the header Authorization and hands its owner to next.
func (s *Server) authenticated(next func(http.ResponseWriter, *http.Request, *Customer)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		subject, ok := s.signer.verify(token, s.now())
		id, err := strconv.Atoi(subject)
		caller, known := s.people.ByID(id)
		if !ok || err != nil || !known {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, "log in first")
			return
		}
		next(w, r, caller)
	}
}

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		refuse(w, http.StatusBadRequest, "the body must be JSON")
		return false
	}
	return true
}

func refuse(w http.ResponseWriter, status int, why string) {
	answer(w, status, map[string]string{"error": why})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a caller that left does not matter here
}
