package carrier

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane/policy"
)

const customers = 300

// serve gives a server with customers, the target that leads to it, and a way to put something in front of it.
func serve(t *testing.T, front func(http.Handler) http.Handler) (*Server, Target) {
	t.Helper()
	people := NewPopulation(customers, 1)
	s := NewServer(people)
	h := s.Handler()
	if front != nil {
		h = front(h)
	}
	hs := httptest.NewServer(h)
	t.Cleanup(hs.Close)
	target, free := Target{Base: hs.URL, People: people}.prepared(8)
	t.Cleanup(free)
	return s, target
}

// denyAfter lets n requests of the attacker pass, and answers the others as Picket would.
func denyAfter(n int64, status int) func(http.Handler) http.Handler {
	var seen atomic.Int64
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if address(r) == attackerAddress && seen.Add(1) > n {
				w.Header().Set("X-Picket-Decision", "00000000000000aa")
				w.WriteHeader(status)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func (c *caller) must(t *testing.T, method, path, body string) reply {
	t.Helper()
	r, err := c.send(t.Context(), method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// customerAt logs in as customer i.
func customerAt(t *testing.T, target Target, i int) (*caller, *Customer) {
	t.Helper()
	c, me := &caller{target: target, address: UserAddress(i)}, target.People.At(i)
	if r, err := c.login(t.Context(), Credential{me.Username, me.Password}); err != nil || r.status != http.StatusOK {
		t.Fatalf("log in: %d, %v", r.status, err)
	}
	return c, me
}

func TestSameSeedMakesTheSameCustomers(t *testing.T) {
	a, b, c := NewPopulation(50, 1), NewPopulation(50, 1), NewPopulation(50, 2)
	if diff := cmp.Diff(a.customers, b.customers); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(a.customers, c.customers) {
		t.Error("another seed makes the same customers")
	}
	if diff := cmp.Diff(a.LeakedList(9, 3), b.LeakedList(9, 3)); diff != "" {
		t.Error(diff)
	}
}

func TestAPIAnswersAsDocumented(t *testing.T) {
	_, target := serve(t, nil)
	c, me := customerAt(t, target, 3)
	other := target.People.At(4)
	tests := map[string]struct {
		method, path, body string
		anonymous          bool
		want               int
	}{
		"own record":                       {"GET", "/v1/customers/" + me.Subject(), "", false, 200},
		"own record without a token":       {"GET", "/v1/customers/" + me.Subject(), "", true, 401},
		"nobody's record":                  {"GET", "/v1/customers/1", "", false, 404},
		"a record that is no number":       {"GET", "/v1/customers/me", "", false, 404},
		"own line":                         {"GET", "/v1/lines/" + me.Lines[0].MSISDN, "", false, 200},
		"another's line":                   {"GET", "/v1/lines/" + other.Lines[0].MSISDN, "", false, 404},
		"a SIM for one's own line":         {"POST", "/v1/lines/" + me.Lines[0].MSISDN + "/sim-swap", `{"iccid":"1"}`, false, 202},
		"a SIM for another's line":         {"POST", "/v1/lines/" + other.Lines[0].MSISDN + "/sim-swap", `{"iccid":"1"}`, false, 404},
		"porting out one's own line":       {"POST", "/v1/port-outs", `{"msisdn":"` + me.Lines[0].MSISDN + `"}`, false, 202},
		"porting out another's line":       {"POST", "/v1/port-outs", `{"msisdn":"` + other.Lines[0].MSISDN + `"}`, false, 404},
		"a body that is no JSON":           {"POST", "/v1/port-outs", "x", false, 400},
		"a login with the wrong password":  {"POST", "/v1/login", Credential{me.Username, "x"}.json(), true, 401},
		"a login of nobody":                {"POST", "/v1/login", Credential{"nobody", "x"}.json(), true, 401},
		"search among one's own lines":     {"GET", "/v1/search?q=1555", "", false, 200},
		"health":                           {"GET", "/healthz", "", true, 200},
		"what does not exist":              {"GET", "/v2", "", false, 404},
		"a method that is not served":      {"DELETE", "/v1/customers/" + me.Subject(), "", false, 405},
		"a body that is far too long":      {"POST", "/v1/login", `{"username":"` + strings.Repeat("x", 70<<10) + `"}`, true, 400},
		"export for a batch job (a hole!)": {"GET", "/internal/export/" + other.Subject(), "", true, 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			from := *c
			if test.anonymous {
				from.token = ""
			}
			if r := from.must(t, test.method, test.path, test.body); r.status != test.want {
				t.Errorf("status %d, want %d: %s", r.status, test.want, r.body)
			}
		})
	}
}

func TestEachHoleLeaksAndIsCounted(t *testing.T) {
	tests := map[string]struct {
		ask  func(t *testing.T, c *caller)
		whom func(c *caller, me *Customer) string
		want int
	}{
		"nobody checks whose token it is": {
			func(t *testing.T, c *caller) {
				for range 2 { // the same record twice is one record
					c.must(t, "GET", "/v1/customers/1000009", "")
				}
			},
			func(_ *caller, me *Customer) string { return me.Subject() }, 1,
		},
		"nobody asks who calls": {
			func(t *testing.T, c *caller) {
				c.token = ""
				c.must(t, "GET", "/internal/export/1000009", "")
				c.must(t, "GET", "/internal/export/1000010", "")
			},
			func(c *caller, _ *Customer) string { return c.address }, 2,
		},
		"input goes into the query": {
			func(t *testing.T, c *caller) { c.must(t, "GET", "/v1/search?q=x'+OR+'1'='1", "") },
			func(_ *caller, me *Customer) string { return me.Subject() }, customers - 1,
		},
		"what is one's own is no leak": {
			func(t *testing.T, c *caller) { c.must(t, "GET", "/v1/customers/1000004", "") },
			func(_ *caller, me *Customer) string { return me.Subject() }, 0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, target := serve(t, nil)
			c, me := customerAt(t, target, 3)
			test.ask(t, c)
			whom := test.whom(c, me)
			if got := s.LeakedTo(whom); got != test.want {
				t.Errorf("%d records leaked to %s, want %d", got, whom, test.want)
			}
			want := []Leak{{whom, test.want}}
			if test.want == 0 {
				want = []Leak{}
			}
			if diff := cmp.Diff(want, s.Leaks()); diff != "" {
				t.Error(diff)
			}
			s.Forget()
			if n := s.LeakedTo(whom); n != 0 {
				t.Errorf("%d records after forgetting", n)
			}
		})
	}
}

func TestAnInjectionBringsEverybodysLinesUnlessItIsDenied(t *testing.T) {
	_, open := serve(t, nil)
	r, err := Inject(t.Context(), open, Attack{})
	if err != nil || r.Requests != 1 || r.Records < customers-1 || !r.Sated {
		t.Errorf("%+v: %v", r, err)
	}
	_, guarded := serve(t, denyAfter(1, http.StatusForbidden)) // the login passes
	r, err = Inject(t.Context(), guarded, Attack{})
	if err != nil || r.Requests != len(injections) || r.Records != 0 || r.FirstDenied != 1 || r.Decision == "" {
		t.Errorf("%+v: %v", r, err)
	}
}

func TestASpreadAttackComesFromManyAddresses(t *testing.T) {
	seen := map[string]int{}
	_, target := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen[address(r)]++
			next.ServeHTTP(w, r)
		})
	})
	if _, err := Stuff(t.Context(), target, Attack{Spread: 50, Most: 200}); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 50 {
		t.Errorf("%d addresses", len(seen))
	}
	for a, n := range seen {
		if n > 9 { // four tries, and what they opened
			t.Errorf("%d requests from %s", n, a)
		}
	}
}

func TestTokensOfOthersAreRefused(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	mine, theirs := signer{[]byte("mine")}, signer{[]byte("theirs")}
	sign := func(s signer, expires int64) string {
		token, err := s.sign(claims{"1000001", now.Unix() + expires})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	good := sign(mine, 1)
	tests := map[string]struct {
		token string
		want  string
	}{
		"our own":                    {good, "1000001"},
		"expired":                    {sign(mine, 0), ""},
		"signed by others":           {sign(theirs, 1), ""},
		"not signed":                 {good[:strings.LastIndexByte(good, '.')+1], ""},
		"cut off":                    {good[:len(good)-3], ""},
		"something else altogether":  {"x", ""},
		"nothing":                    {"", ""},
		"signed but not of our form": {"x." + encodePart(mine.mac("x")), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got, ok := mine.verify(test.token, now); got != test.want || ok != (test.want != "") {
				t.Errorf("got %q, %v", got, ok)
			}
		})
	}
}

func FuzzVerifyNeverTakesWhatItDidNotSign(f *testing.F) {
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, token string) {
		if s, ok := (signer{[]byte("k")}).verify(token, time.Unix(0, 0)); ok {
			t.Errorf("took %q for %q", token, s)
		}
	})
}

func TestHonestUsersAreNotHitByAnHonestService(t *testing.T) {
	s, target := serve(t, nil)
	got := Users(t.Context(), target, Crowd{Users: 100, Sessions: 2, Seed: 7})
	want := CrowdReport{Users: 100, Sessions: 200}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(CrowdReport{}, "Requests")); diff != "" {
		t.Error(diff)
	}
	if got.Requests < 600 {
		t.Errorf("%d requests are too few to say anything", got.Requests)
	}
	if diff := cmp.Diff([]Leak{}, s.Leaks()); diff != "" {
		t.Errorf("honest users got records of others:\n%s", diff)
	}
}

func TestHonestUsersReportEveryAnswerThatIsNotTheirs(t *testing.T) {
	blocked := UserAddress(2)
	_, target := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if address(r) == blocked && r.URL.Path == "/v1/login" {
				w.Header().Set("X-Picket-Decision", "00000000000000bb")
				w.WriteHeader(http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	var told atomic.Int64
	got := Users(t.Context(), target, Crowd{Users: 5, Seed: 1, OnHit: func(Hit) { told.Add(1) }})
	want := Hit{User: 2, Request: "POST /v1/login", Status: 403, Want: 200, Decision: "00000000000000bb"}
	if got.HitUsers != 1 || got.Sessions != 4 || int(told.Load()) != len(got.Hits) {
		t.Errorf("%+v, told %d", got, told.Load())
	}
	if last := got.Hits[len(got.Hits)-1]; !cmp.Equal(last, want) {
		t.Error(cmp.Diff(want, last))
	}
}

func TestServiceThatIsAwayIsAHit(t *testing.T) {
	target := Target{Base: "http://127.0.0.1:1", People: NewPopulation(3, 1)}
	got := Users(t.Context(), target, Crowd{Users: 3, AtOnce: 1})
	if got.HitUsers != 3 || got.Hits[0].Err == nil || !strings.Contains(got.Hits[0].String(), "send a request") {
		t.Errorf("%+v", got)
	}
}

func TestWhatWasUnderWayAtTheEndIsNoHit(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, target := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			cancel()
			next.ServeHTTP(w, r)
		})
	})
	if got := Users(ctx, target, Crowd{Users: 50}); len(got.Hits) != 0 || got.Sessions > 8 {
		t.Errorf("%+v", got)
	}
}

func TestPausesEndWithTheirContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		pause(ctx, time.Hour)
		if d := time.Since(began); d != time.Second {
			t.Errorf("paused for %v", d)
		}
	})
}

// untimed leaves out what a clock says.
func untimed() cmp.Option {
	return cmpopts.IgnoreFields(AttackReport{}, "Started", "Elapsed", "DeniedAfter")
}

func TestEnumerationGetsAllThatNobodyStops(t *testing.T) {
	s, target := serve(t, nil)
	got, err := Enumerate(t.Context(), target, Attack{})
	if err != nil {
		t.Fatal(err)
	}
	want := AttackReport{Address: attackerAddress, Subject: "1000300", Requests: customers, Records: customers - 1}
	if diff := cmp.Diff(want, got, untimed()); diff != "" {
		t.Error(diff)
	}
	if n := s.LeakedTo(got.Subject); n != got.Records {
		t.Errorf("the server counted %d records, the thief %d", n, got.Records)
	}
}

func TestDeniedAttackerGivesUp(t *testing.T) {
	var told []int
	_, target := serve(t, denyAfter(1+50, http.StatusForbidden)) // the login and fifty records
	got, err := Enumerate(t.Context(), target, Attack{Persist: 5, OnDenied: func(r AttackReport) { told = append(told, r.FirstDenied) }})
	if err != nil {
		t.Fatal(err)
	}
	want := AttackReport{
		Address: attackerAddress, Subject: "1000300", Requests: 55, Records: 50, Denied: 5, FirstDenied: 51,
		Decision: "00000000000000aa", GaveUp: true,
	}
	if diff := cmp.Diff(want, got, untimed()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{51}, told); diff != "" {
		t.Error(diff)
	}
	if got.DeniedAfter <= 0 || got.DeniedAfter > got.Elapsed {
		t.Errorf("denied after %v of %v", got.DeniedAfter, got.Elapsed)
	}
}

func TestExportNeedsNoAccount(t *testing.T) {
	s, target := serve(t, denyAfter(10, http.StatusTooManyRequests))
	got, err := Export(t.Context(), target, Attack{Most: 20})
	if err != nil {
		t.Fatal(err)
	}
	want := AttackReport{Address: attackerAddress, Requests: 20, Records: 10, Denied: 10, FirstDenied: 11, Decision: "00000000000000aa"}
	if diff := cmp.Diff(want, got, untimed()); diff != "" {
		t.Error(diff)
	}
	if n := s.LeakedTo(attackerAddress); n != 10 {
		t.Errorf("the server counted %d records", n)
	}
}

func TestStuffingOpensTheAccountsWhosePasswordsStillWork(t *testing.T) {
	_, target := serve(t, nil)
	working := 0
	for _, c := range target.People.LeakedList(customers, 5) {
		if target.People.byName[c.Username].Password == c.Password {
			working++
		}
	}
	got, err := Stuff(t.Context(), target, Attack{Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	want := AttackReport{Address: attackerAddress, Requests: customers, Records: working, Accounts: working}
	if diff := cmp.Diff(want, got, untimed()); diff != "" || working == 0 {
		t.Errorf("%d passwords work\n%s", working, diff)
	}
}

func TestAttackOnAServiceThatIsAwayIsAnError(t *testing.T) {
	target := Target{Base: "http://127.0.0.1:1", People: NewPopulation(3, 1)}
	for name, attack := range map[string]func(context.Context, Target, Attack) (AttackReport, error){
		"enumerate": Enumerate, "export": Export, "stuff": Stuff,
	} {
		if _, err := attack(t.Context(), target, Attack{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestPolicyIsAPolicyFile(t *testing.T) {
	if _, err := policy.Parse("policy.yaml", Policy()); err != nil {
		t.Error(err)
	}
}
