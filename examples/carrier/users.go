package carrier

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Crowd says who the honest users are and how much they do. Zero values: 50 users, one session each, 8 at once, no
// pauses.
type Crowd struct {
	Users    int // the first customers of the population
	Sessions int // for each
	AtOnce   int
	// Pause is the mean time between a user's requests.
	Pause time.Duration
	Seed  uint64
	// OnHit, where not nil, is called at once for every hit, by several goroutines.
	OnHit func(Hit)
}

// Hit is an answer that an honest user should not have got.
type Hit struct {
	User         int    // index in the population
	Request      string // "GET /v1/customers/1000001"
	Status, Want int    // Status 0: no answer, see Err
	Decision     string // Picket's, if it told one
	Err          error
}

func (h Hit) String() string {
	if h.Err != nil {
		return fmt.Sprintf("%s by user %d: %v", h.Request, h.User, h.Err)
	}
	return fmt.Sprintf("%s by user %d: %d instead of %d", h.Request, h.User, h.Status, h.Want)
}

// CrowdReport says how the honest users fared.
type CrowdReport struct {
	Users    int // with a session that ended
	Sessions int
	Requests int
	Hits     []Hit // the first 100
	HitUsers int   // users with a hit
}

// hitsKept bounds CrowdReport.Hits.
const hitsKept = 100

// Users runs honest users' sessions and returns when all are done, or soon after ctx ends. Whatever was under way then
// is no hit.
func Users(ctx context.Context, t Target, c Crowd) CrowdReport {
	c = c.withDefaults(t.People.Len())
	t, free := t.prepared(c.AtOnce)
	defer free()
	tally := &tally{crowd: c, hit: map[int]bool{}, seen: map[int]bool{}}
	next := make(chan int)
	var wg sync.WaitGroup
	for range c.AtOnce {
		wg.Go(func() {
			for n := range next {
				newUser(t, c, n, tally).session(ctx)
			}
		})
	}
	for n := 0; n < c.Users*c.Sessions && ctx.Err() == nil; n++ {
		next <- n
	}
	close(next)
	wg.Wait()
	return tally.result()
}

func (c Crowd) withDefaults(people int) Crowd {
	or := func(n, d int) int {
		if n <= 0 {
			return d
		}
		return n
	}
	c.Users = min(or(c.Users, 50), people)
	c.Sessions = or(c.Sessions, 1)
	c.AtOnce = or(c.AtOnce, 8)
	return c
}

// user is one honest user in one session.
type user struct {
	caller
	index int
	me    *Customer
	rand  *rand.Rand
	crowd Crowd
	tally *tally
}

func newUser(t Target, c Crowd, n int, to *tally) *user {
	i := n % c.Users
	return &user{
		caller: caller{target: t, address: UserAddress(i)}, index: i, me: t.People.At(i),
		rand: rand.New(rand.NewPCG(c.Seed, uint64(n))), crowd: c, tally: to,
	}
}

// UserAddress is where honest user i calls from: 198.18.0.0/16 is set aside for tests (RFC 2544).
func UserAddress(i int) string { return fmt.Sprintf("198.18.%d.%d", i>>8&255, i&255) }

// session is what a customer's app does: now and then it starts without a login, the password is mistyped, or a request
// is sent again.
func (u *user) session(ctx context.Context) {
	own := "/v1/customers/" + u.me.Subject()
	if u.sometimes(20) {
		u.want(ctx, http.StatusUnauthorized, http.MethodGet, own, "")
	}
	if u.sometimes(10) {
		typo := Credential{u.me.Username, u.me.Password + "x"}
		u.want(ctx, http.StatusUnauthorized, http.MethodPost, "/v1/login", typo.json())
	}
	if !u.logIn(ctx) {
		return
	}
	u.want(ctx, http.StatusOK, http.MethodGet, own, "")
	for _, l := range u.me.Lines {
		u.want(ctx, http.StatusOK, http.MethodGet, "/v1/lines/"+l.MSISDN, "")
	}
	if u.sometimes(15) {
		u.want(ctx, http.StatusOK, http.MethodGet, "/v1/search?q="+u.me.Lines[0].MSISDN[4:8], "")
	}
	if u.sometimes(3) {
		u.want(ctx, http.StatusAccepted, http.MethodPost, "/v1/lines/"+u.me.Lines[0].MSISDN+"/sim-swap", `{"iccid":"8901000000000000000"}`)
	}
	if u.sometimes(2) {
		u.want(ctx, http.StatusAccepted, http.MethodPost, "/v1/port-outs", `{"msisdn":"`+u.me.Lines[0].MSISDN+`","to":"another carrier"}`)
	}
	for range u.retries() {
		u.want(ctx, http.StatusOK, http.MethodGet, own, "")
	}
	u.tally.done(u.index)
}

func (u *user) sometimes(percent int) bool { return u.rand.IntN(100) < percent }

// retries of an app on a bad network: mostly none, sometimes up to three.
func (u *user) retries() int {
	if u.sometimes(90) {
		return 0
	}
	return 1 + u.rand.IntN(3)
}

func (u *user) logIn(ctx context.Context) bool {
	r, err := u.login(ctx, Credential{u.me.Username, u.me.Password})
	return u.judge(ctx, "POST /v1/login", http.StatusOK, r, err)
}

func (u *user) want(ctx context.Context, status int, method, path, body string) {
	r, err := u.send(ctx, method, path, body)
	u.judge(ctx, method+" "+path, status, r, err)
	if u.crowd.Pause > 0 {
		pause(ctx, time.Duration(u.rand.Int64N(2*int64(u.crowd.Pause))))
	}
}

// judge counts the request, and reports whether it was answered as it should be.
func (u *user) judge(ctx context.Context, request string, want int, r reply, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	if err == nil && r.status == want {
		u.tally.request(nil)
		return true
	}
	h := Hit{User: u.index, Request: request, Status: r.status, Want: want, Decision: r.decision, Err: err}
	u.tally.request(&h)
	if u.crowd.OnHit != nil {
		u.crowd.OnHit(h)
	}
	return false
}

// tally sums what the users saw.
type tally struct {
	crowd  Crowd
	mu     sync.Mutex
	report CrowdReport
	hit    map[int]bool
	seen   map[int]bool
}

func (t *tally) request(h *Hit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.Requests++
	if h == nil {
		return
	}
	t.hit[h.User] = true
	if len(t.report.Hits) < hitsKept {
		t.report.Hits = append(t.report.Hits, *h)
	}
}

func (t *tally) done(user int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.Sessions++
	t.seen[user] = true
}

func (t *tally) result() CrowdReport {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.Users, t.report.HitUsers = len(t.seen), len(t.hit)
	return t.report
}
