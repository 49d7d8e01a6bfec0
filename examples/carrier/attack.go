package carrier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Attack says how an attack goes on. Zero values: as many records or passwords as there are customers, no pause, 20
// denials in a row until the attacker gives up.
type Attack struct {
	// Address is where the attacker calls from; empty: 203.0.113.66, which is set aside for documentation (RFC 5737).
	Address string
	// Spread is over how many addresses the requests are spread, one after the other; below 2: Address alone.
	Spread int
	// Most bounds the requests after the login.
	Most int
	// Pause is the time between requests.
	Pause time.Duration
	// Persist is how many denials in a row the attacker bears.
	Persist int
	Seed    uint64
	// OnDenied, where not nil, is called at the first denial.
	OnDenied func(AttackReport)
}

// AttackReport says what an attack brought.
type AttackReport struct {
	Address  string
	Subject  string // the stolen account's, where there is one
	Started  time.Time
	Elapsed  time.Duration
	Requests int // logins of a stolen account left out
	Records  int // records of others
	Accounts int // accounts taken over
	Denied   int // requests answered 403 or 429
	// FirstDenied is the number of the first request that was denied, from 1, and DeniedAfter the time from the start
	// to its answer; 0: none was.
	FirstDenied int
	DeniedAfter time.Duration
	Decision    string // Picket's, of the first denial
	GaveUp      bool   // after Attack.Persist denials in a row
	Sated       bool   // there was no more to get
}

const attackerAddress = "203.0.113.66"

func (a Attack) withDefaults(people int) Attack {
	if a.Address == "" {
		a.Address = attackerAddress
	}
	if a.Most <= 0 {
		a.Most = people
	}
	if a.Persist <= 0 {
		a.Persist = 20
	}
	return a
}

// Enumerate logs in with one stolen account, the population's last, and counts through the customers from the first. It
// returns when it has them all, was denied too often, or ctx ended. The error says that it could not even begin, or
// that the target stopped answering.
func Enumerate(ctx context.Context, t Target, a Attack) (AttackReport, error) {
	t, free := t.prepared(1)
	defer free()
	stolen := t.People.At(t.People.Len() - 1)
	run := newRun(t, a)
	if err := run.steal(ctx, stolen); err != nil {
		return run.report, err
	}
	return run.count(ctx, "/v1/customers/", stolen.ID)
}

// Export counts through the records of the endpoint that forgets to ask who calls. Results are as for Enumerate.
func Export(ctx context.Context, t Target, a Attack) (AttackReport, error) {
	t, free := t.prepared(1)
	defer free()
	return newRun(t, a).count(ctx, "/internal/export/", 0)
}

// Stuff tries leaked passwords at the login, and reads the record of each account that opens. Results are as for
// Enumerate.
func Stuff(ctx context.Context, t Target, a Attack) (AttackReport, error) {
	t, free := t.prepared(1)
	defer free()
	run := newRun(t, a)
	list := t.People.LeakedList(run.attack.Most, a.Seed)
	return run.loop(ctx, len(list), func(i int) (reply, error) {
		run.token = ""
		r, err := run.login(ctx, list[i])
		if err == nil && r.status == http.StatusOK {
			run.report.Accounts++
			err = run.takeRecord(ctx, list[i])
		}
		return r, err
	})
}

// injections are what goes into a search to get everybody's lines.
var injections = []string{
	"x' OR '1'='1", "x' or 1=1 -- ", "1555' oR 2>1 UNION SELECT * FROM lines -- ", "x'\tOR 'a' LIKE 'a",
}

// Inject logs in with one stolen account, the population's last, and searches for what the query makes of it: the lines of
// everybody. It tries each way once, and ends when one has worked. Results are as for Enumerate.
func Inject(ctx context.Context, t Target, a Attack) (AttackReport, error) {
	t, free := t.prepared(1)
	defer free()
	stolen := t.People.At(t.People.Len() - 1)
	run := newRun(t, a)
	if err := run.steal(ctx, stolen); err != nil {
		return run.report, err
	}
	return run.loop(ctx, len(injections), func(i int) (reply, error) {
		r, err := run.send(ctx, http.MethodGet, "/v1/search?q="+url.QueryEscape(injections[i]), "")
		if err == nil && r.status == http.StatusOK {
			run.report.Records, err = othersLines(r.body, stolen)
			run.report.Sated = run.report.Records > 0
		}
		return r, err
	})
}

// othersLines counts the lines in an answer that are not the caller's own.
func othersLines(body []byte, caller *Customer) (n int, err error) {
	var lines []Line
	if err := json.Unmarshal(body, &lines); err != nil {
		return 0, fmt.Errorf("read an answer: %w", err)
	}
	for _, l := range lines {
		if !slices.ContainsFunc(caller.Lines, func(own Line) bool { return own.MSISDN == l.MSISDN }) {
			n++
		}
	}
	return n, nil
}

// run is an attack under way.
type run struct {
	caller
	attack Attack
	report AttackReport
	inARow int
}

func newRun(t Target, a Attack) *run {
	a = a.withDefaults(t.People.Len())
	return &run{
		caller: caller{target: t, address: a.Address}, attack: a,
		report: AttackReport{Address: a.Address, Started: time.Now()},
	}
}

// steal logs in with a stolen account.
func (r *run) steal(ctx context.Context, stolen *Customer) error {
	rep, err := r.login(ctx, Credential{stolen.Username, stolen.Password})
	if err != nil {
		return fmt.Errorf("log in with the stolen account: %w", err)
	}
	if rep.status != http.StatusOK {
		return fmt.Errorf("log in with the stolen account: status %d", rep.status)
	}
	r.report.Subject = stolen.Subject()
	return nil
}

// count asks for record after record below path. own is no loot.
func (r *run) count(ctx context.Context, path string, own int) (AttackReport, error) {
	return r.loop(ctx, min(r.attack.Most, r.target.People.Len()), func(i int) (reply, error) {
		id := FirstID + i
		rep, err := r.send(ctx, http.MethodGet, path+strconv.Itoa(id), "")
		if err == nil && rep.status == http.StatusOK && id != own {
			r.report.Records++
		}
		return rep, err
	})
}

// takeRecord reads the record of an account that opened.
func (r *run) takeRecord(ctx context.Context, c Credential) error {
	rep, err := r.send(ctx, http.MethodGet, "/v1/customers/"+r.target.People.byName[c.Username].Subject(), "")
	if err == nil && rep.status == http.StatusOK {
		r.report.Records++
	}
	return err
}

func (r *run) loop(ctx context.Context, n int, try func(i int) (reply, error)) (AttackReport, error) {
	var err error
	for i := 0; i < n && ctx.Err() == nil && !r.report.GaveUp && !r.report.Sated; i++ {
		if r.attack.Spread > 1 {
			r.address = spreadAddress(i % r.attack.Spread)
		}
		var rep reply
		if rep, err = try(i); err != nil {
			break
		}
		r.note(rep)
		pause(ctx, r.attack.Pause)
	}
	r.report.Elapsed = time.Since(r.report.Started)
	if err != nil && (ctx.Err() == nil || !errors.Is(err, ctx.Err())) {
		return r.report, err
	}
	return r.report, nil
}

// spreadAddress gives one of the addresses that an attack is spread over, of networks set aside for tests (RFC 2544). Two of
// them are in different networks.
func spreadAddress(i int) string { return fmt.Sprintf("198.%d.%d.%d", 18+i/256%2, i%256, 10+i/512) }

func (r *run) note(rep reply) {
	r.report.Requests++
	if !rep.denied() {
		r.inARow = 0
		return
	}
	r.report.Denied++
	r.inARow++
	r.report.GaveUp = r.inARow >= r.attack.Persist
	if r.report.FirstDenied != 0 {
		return
	}
	r.report.FirstDenied = r.report.Requests
	r.report.DeniedAfter = time.Since(r.report.Started)
	r.report.Decision = rep.decision
	if r.attack.OnDenied != nil {
		r.attack.OnDenied(r.report)
	}
}
