package backtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane"
	"picket/controlplane/backtest"
	"picket/controlplane/detect"
	"picket/controlplane/journal"
	"picket/controlplane/memstore"
	"picket/controlplane/natsstore"
	"picket/controlplane/policy"
	"picket/controlplane/scenario"
	"picket/filter/identify"
)

// endpoint is where everything happens.
const endpoint = 7

// misses is a policy whose scenario counts requests that find nothing, and has all others off.
func misses(t *testing.T, over int, more string) *policy.File {
	t.Helper()
	f, err := policy.Parse("policy.yaml", fmt.Appendf(nil, `picket: v1
own_scenarios:
  - scenario: many-misses
    description: Somebody asks for what is not there.
    match: outcome == "not_found"
    by: [ip, endpoint]
    over: %d
    within: 10m
    confidence: 0.95
    evidence: ["{count} requests found nothing."]
    response: {scope: [ip, endpoint], action: deny, for: 10m}
%s`, over, more))
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range f.Scenarios {
		s.Off = s.Off || name != "many-misses"
		f.Scenarios[name] = s
	}
	return f
}

// observing has the scenario observe.
func observing(f *policy.File) *policy.File {
	s := f.Scenarios["many-misses"]
	s.Mode = controlplane.ModeObserve
	f.Scenarios["many-misses"] = s
	return f
}

func settings(f *policy.File) *detect.Settings {
	s := &detect.Settings{Consumer: f.Identity.Consumer, Scenarios: map[string]detect.Scenario{}, Packs: []*scenario.Pack{{Name: "own", Scenarios: f.Own}}}
	for name, c := range f.Scenarios {
		s.Scenarios[name] = detect.Scenario{Off: c.Off, Over: c.Over, Within: c.Within, Action: c.Action, For: c.For}
	}
	return s
}

// past writes what happened into a journal.
type past struct {
	t        *testing.T
	journal  controlplane.Journal
	at       time.Time // of the next report
	sequence uint64
}

// report is of so many requests of each of some callers, with one outcome, after some time. It comes twice, as after a lost
// acknowledgement.
func (p *past) report(after time.Duration, o controlplane.Outcome, requests uint64, callers ...string) {
	p.t.Helper()
	start := p.at
	p.at, p.sequence = p.at.Add(after), p.sequence+1
	node := controlplane.Node{ID: "edge-1", Group: "edge"}
	b := controlplane.Batch{Node: node, Instance: 1, Worker: 1, Sequence: p.sequence, Start: start, End: p.at}
	for _, c := range callers {
		b.Rollups = append(b.Rollups, controlplane.Rollup{
			Caller: controlplane.Caller{Network: netip.MustParsePrefix(c + "/32")}, Endpoint: endpoint, Outcome: o, Requests: requests,
		})
	}
	for range 2 {
		if err := p.journal.Append(p.t.Context(), controlplane.JournalEntry{Data: journal.Encode(b)}); err != nil {
			p.t.Fatal(err)
		}
	}
}

// customers are so many, of 10.0.0.0/24.
func customers(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("10.0.0.%d", i+1))
	}
	return all
}

const attacker = "192.0.2.66"

// happen is two hours of twelve customers who miss three times in the end, and of one who misses all the time.
func (p *past) happen() {
	for range 12 {
		p.report(10*time.Minute, controlplane.OutcomeOK, 10, customers(12)...)
	}
	for range 3 {
		p.report(time.Second, controlplane.OutcomeNotFound, 1, customers(12)...)
	}
	for range 10 {
		p.report(time.Second, controlplane.OutcomeNotFound, 10, attacker)
	}
}

// began is a fixed time of day, so that no test depends on when it runs; JetStream stamps entries with its own clock.
func began() time.Time { return time.Now().UTC().Truncate(24 * time.Hour).Add(-36 * time.Hour) }

// journals gives an empty one of each kind.
func journals(t *testing.T) map[string]controlplane.Journal {
	t.Helper()
	s, err := natsstore.Open(t.Context(), natsstore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return map[string]controlplane.Journal{"memory": memstore.NewJournal(memstore.JournalOptions{}), "NATS": s.Journal()}
}

func options(t *testing.T, j controlplane.Journal) backtest.Options {
	t.Helper()
	key, ok := identify.NewKey(1, make([]byte, 16))
	if !ok {
		t.Fatal("no key")
	}
	return backtest.Options{
		Journal: j, Key: &key, Settings: settings, Name: func(controlplane.EndpointID) string { return "GET /v1/things/{id}" },
		Limits: backtest.Limits{Work: -1},
	}
}

func run(t *testing.T, o backtest.Options, f *policy.File) *backtest.Result {
	t.Helper()
	r, err := backtest.New(o).Run(t.Context(), backtest.Query{Policy: f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAPolicyIsTriedOnWhatTheJournalHas(t *testing.T) {
	for name, j := range journals(t) {
		p := &past{t: t, journal: j, at: began()}
		p.happen()
		last := p.at
		for _, tc := range []struct {
			name       string
			policy     *policy.File
			decisions  map[controlplane.Action]uint64
			consumers  int
			clean      int
			refused    uint64
			over       bool
			worstClean int
		}{
			{"one that hits the attacker alone", misses(t, 20, ""), map[controlplane.Action]uint64{controlplane.ActionDeny: 1}, 1, 0, 70, false, 0},
			{"one that hits customers", misses(t, 2, ""), map[controlplane.Action]uint64{controlplane.ActionDeny: 13}, 13, 12, 90, true, 12},
			{
				"one that hits as many as its rails allow", misses(t, 2, "rails: {blast_radius: {floor: 12}}\n"),
				map[controlplane.Action]uint64{controlplane.ActionDeny: 13}, 13, 12, 90, false, 12,
			},
			{
				"one whose scenario only observes", observing(misses(t, 2, "")),
				map[controlplane.Action]uint64{controlplane.ActionObserve: 13}, 13, 0, 0, false, 0,
			},
			{"one that nobody offends", misses(t, 1000, ""), nil, 0, 0, 0, false, 0},
			{"one with its kill switch on is tried as if it were off", misses(t, 20, "kill_switch: true\n"), map[controlplane.Action]uint64{controlplane.ActionDeny: 1}, 1, 0, 70, false, 0},
		} {
			t.Run(name+"/"+tc.name, func(t *testing.T) {
				r := run(t, options(t, j), tc.policy)
				got := backtest.Result{
					From: r.From, Until: r.Until, Entries: r.Entries, Requests: r.Requests, Consumers: r.Consumers, Clean: r.Clean, Refused: r.Refused,
				}
				want := backtest.Result{
					From: began().Add(10 * time.Minute), Until: last, Entries: 50, Requests: 12*12*10 + 3*12 + 100,
					Consumers: tc.consumers, Clean: tc.clean, Refused: tc.refused,
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Error(d)
				}
				var decisions map[controlplane.Action]uint64
				if len(r.Scenarios) > 0 {
					decisions = r.Scenarios[0].Decisions
				}
				if d := cmp.Diff(tc.decisions, decisions); d != "" {
					t.Error(d)
				}
				if r.Worst.Over() != tc.over || r.Worst.Clean != tc.worstClean || r.Stopped != "" {
					t.Errorf("worst %+v, stopped %q", r.Worst, r.Stopped)
				}
			})
		}
	}
}

func TestOnlyWhatHitsTooManyIsHeldBack(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	p := &past{t: t, journal: j, at: began()}
	p.happen()
	changed := []string{"many-misses", "failed-logins"}
	for _, tc := range []struct {
		name   string
		policy *policy.File
		limits backtest.Limits
		ask    []string
		want   map[string]string
	}{
		{"it hits the attacker alone", misses(t, 20, ""), backtest.Limits{Work: -1}, changed, map[string]string{}},
		{"it hits as many as may be", misses(t, 2, "rails: {blast_radius: {floor: 12}}\n"), backtest.Limits{Work: -1}, changed, map[string]string{}},
		{"others hit them", misses(t, 2, ""), backtest.Limits{Work: -1}, []string{"failed-logins"}, map[string]string{}},
		{
			"it hits customers", misses(t, 2, ""), backtest.Limits{Work: -1}, changed, map[string]string{
				"many-misses": "Tried on 1576 requests of 1h50m13s, it would have denied or challenged 12 consumers with a clean history " +
					"(ip 10.0.0.1, ip 10.0.0.2, ip 10.0.0.3, ip 10.0.0.4, ip 10.0.0.5, 7 more); the policy's blast radius allows 10 at one time.",
			},
		},
		{
			"it could not be tried whole", misses(t, 20, ""), backtest.Limits{Entries: 3, Work: -1}, []string{"many-misses"}, map[string]string{
				"many-misses": "It could not be tried on all of the journal, because it read as many entries of the journal as it may.",
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := options(t, j)
			o.Limits = tc.limits
			r, err := backtest.New(o).Run(t.Context(), backtest.Query{Policy: tc.policy, Changed: tc.ask}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, r.Held(tc.ask)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTheFirstDecisionsAreExplained(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	p := &past{t: t, journal: j, at: began()}
	p.happen()
	r := run(t, options(t, j), misses(t, 20, ""))
	if len(r.Scenarios) != 1 || len(r.Scenarios[0].Examples) != 1 {
		t.Fatalf("scenarios %+v", r.Scenarios)
	}
	e := r.Scenarios[0].Examples[0]
	text := strings.Join(e.Evidence, "\n")
	if e.EndpointName != "GET /v1/things/{id}" || e.Clean || e.Refused != 70 || e.Value.String() != attacker {
		t.Errorf("example %+v", e)
	}
	for _, want := range []string{"30 requests found nothing.", "rail mode: enforce", "rail expiry: it ends after 10m"} {
		if !strings.Contains(text, want) {
			t.Errorf("evidence %q, want it to have %q", text, want)
		}
	}
	if strings.Contains(text, "blast radius") {
		t.Errorf("evidence %q tells of a rail that was not asked", text)
	}
}

func TestAThrottleLetsItsRatePass(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	p := &past{t: t, journal: j, at: began()}
	for range 6 {
		p.report(time.Minute, controlplane.OutcomeNotFound, 30, attacker)
	}
	f := misses(t, 20, "")
	s := f.Scenarios["many-misses"]
	s.Action, s.PerMinute = controlplane.ActionThrottle, 6
	f.Scenarios["many-misses"] = s
	if r := run(t, options(t, j), f); r.Refused != 5*(30-6) {
		t.Errorf("%d refused", r.Refused)
	}
}

func TestAKnownCleanHistoryCounts(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	p := &past{t: t, journal: j, at: began()}
	p.report(time.Second, controlplane.OutcomeNotFound, 30, customers(11)...)
	o := options(t, j)
	if r := run(t, o, misses(t, 20, "")); r.Clean != 0 || r.Worst.Over() {
		t.Errorf("of nobody known: %+v", r)
	}
	o.Clean = func(controlplane.Value) bool { return true }
	r := run(t, o, misses(t, 20, ""))
	want := backtest.Reach{At: p.at, Clean: 11, Limit: 10}
	if d := cmp.Diff(want, r.Worst); d != "" || r.Clean != 11 {
		t.Errorf("clean %d, worst: %s", r.Clean, d)
	}
}

func TestWhatPicketAnsweredThenIsToldApart(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	p := &past{t: t, journal: j, at: began()}
	p.report(time.Second, controlplane.OutcomeNotFound, 30, attacker)
	p.report(time.Second, controlplane.OutcomeBlocked, 5, attacker)
	p.report(time.Second, controlplane.OutcomeNotFound, 2, attacker)
	if r := run(t, options(t, j), misses(t, 20, "")); r.Refused != 7 || r.Already != 5 {
		t.Errorf("%d refused, %d of them then", r.Refused, r.Already)
	}
}

func TestABoundEndsItAndSaysSo(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	p := &past{t: t, journal: j, at: began()}
	p.happen()
	for _, tc := range []struct {
		name   string
		limits backtest.Limits
		want   string
	}{
		{"entries", backtest.Limits{Entries: 10, Work: -1}, "as many entries"},
		{"decisions", backtest.Limits{Decisions: 3, Work: -1}, "as many decisions"},
		{"time", backtest.Limits{Within: 1, Work: -1}, "time was over"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := options(t, j)
			o.Limits = tc.limits
			if r := run(t, o, misses(t, 2, "")); !strings.Contains(r.Stopped, tc.want) {
				t.Errorf("stopped %q", r.Stopped)
			}
		})
	}
}

func TestWhatCannotBeReadIsCountedAndLeftOut(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	if err := j.Append(t.Context(), controlplane.JournalEntry{Data: []byte("nonsense")}); err != nil {
		t.Fatal(err)
	}
	p := &past{t: t, journal: j, at: began()}
	p.happen()
	if r := run(t, options(t, j), misses(t, 20, "")); r.Skipped != 1 || r.Refused != 70 {
		t.Errorf("%+v", r)
	}
}

func TestTwoRunsGiveTheSame(t *testing.T) {
	j := memstore.NewJournal(memstore.JournalOptions{})
	p := &past{t: t, journal: j, at: began()}
	p.happen()
	o := options(t, j)
	o.Limits.Work = 1 // rests as often as it can
	rested := run(t, o, misses(t, 2, ""))
	again := run(t, options(t, j), misses(t, 2, ""))
	if d := cmp.Diff(rested, again, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); d != "" {
		t.Error(d)
	}
}

// held is a journal whose reader waits until it is let go.
type held struct {
	controlplane.Journal
	reading, free chan struct{}
}

func (h held) Read(ctx context.Context, from time.Time, each func(controlplane.JournalMessage) error) error {
	close(h.reading)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-h.free:
	}
	return h.Journal.Read(ctx, from, each)
}

func TestOneRunsAtATimeAndEndsWithItsCaller(t *testing.T) {
	j := held{memstore.NewJournal(memstore.JournalOptions{}), make(chan struct{}), make(chan struct{})}
	tester, q := backtest.New(options(t, j)), backtest.Query{Policy: misses(t, 2, "")}
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := tester.Run(ctx, q, nil)
		done <- err
	}()
	<-j.reading
	if _, err := tester.Run(t.Context(), q, nil); !errors.Is(err, backtest.ErrBusy) {
		t.Errorf("a second one: %v", err)
	}
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("its caller left: %v", err)
	}
}

func TestAJournalThatFailsIsAnError(t *testing.T) {
	broken := errors.New("no quorum")
	j := memstore.NewJournal(memstore.JournalOptions{Fail: func(string) error { return broken }})
	if _, err := backtest.New(options(t, j)).Run(t.Context(), backtest.Query{Policy: misses(t, 2, "")}, nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
