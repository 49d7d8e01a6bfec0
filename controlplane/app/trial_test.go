package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/api"
	"picket/controlplane/decide"
	"picket/controlplane/journal"
	"picket/controlplane/policy"
)

// misses is a policy in which whoever misses more often than that is denied, and which is tried on whatever the journal has.
func misses(over int, more string) string {
	return fmt.Sprintf(`picket: v1
mode: enforce
rails: {backtest: {least: 0s%s}}
own_scenarios:
  - scenario: many-misses
    description: Somebody asks for what is not there.
    match: outcome == "not_found"
    by: [ip, endpoint]
    count: requests
    over: %d
    within: 10m
    confidence: 0.97
    severity: high
    response: {scope: [ip, endpoint], action: deny, for: 10m}
`, more, over)
}

// past appends reports to a journal.
type past struct {
	t        *testing.T
	a        *App
	instance uint64
	sequence uint64
}

func (p *past) report(at time.Time, o controlplane.Outcome, requests uint64, callers ...string) {
	p.t.Helper()
	p.sequence++
	n := controlplane.Node{ID: "edge-1", Group: "edge"}
	b := controlplane.Batch{Node: n, Instance: p.instance, Worker: 1, Sequence: p.sequence, Start: at, End: at}
	for _, c := range callers {
		b.Rollups = append(b.Rollups, controlplane.Rollup{
			Node: n, Start: at, End: at, Caller: controlplane.Caller{Network: netip.MustParsePrefix(c + "/32")}, Endpoint: 7, Outcome: o, Requests: requests,
		})
	}
	if err := p.a.journal.Append(p.t.Context(), controlplane.JournalEntry{Data: journal.Encode(b)}); err != nil {
		p.t.Fatal(err)
	}
}

// customers are twelve who were fine for two hours, and then missed three times each.
func (p *past) customers() {
	var all []string
	for i := range 12 {
		all = append(all, fmt.Sprintf("10.0.0.%d", i+1))
	}
	now := time.Now()
	for i := range 12 {
		p.report(now.Add(time.Duration(i-12)*10*time.Minute), controlplane.OutcomeOK, 100, all...)
	}
	for i := range 3 {
		p.report(now.Add(time.Duration(i-3)*time.Second), controlplane.OutcomeNotFound, 1, all...)
	}
}

// decided gives the decision about an address once there is one.
func decided(t *testing.T, a *App, address string) (d controlplane.Decision) {
	t.Helper()
	awaitTrue(t, "a decision about "+address, func() bool {
		for _, d = range a.decider.List(false) {
			if d.Value.String() == address {
				return true
			}
		}
		return false
	})
	return d
}

func file(name, text string) []api.File { return []api.File{{Name: name, Text: text}} }

func TestAChangeThatWouldHitTooManyIsOnlyProposed(t *testing.T) {
	o := options(t)
	o.State = t.TempDir()
	a := running(t, o)
	p := &past{t: t, a: a, instance: 1}
	apply := func(q api.Apply) []api.Change {
		q.Who = "ann"
		changes, err := a.apply(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return changes
	}
	// What is first there acts at once, and so does a change that hits nobody.
	apply(api.Apply{Files: file("policy.yaml", misses(1000, ""))})
	p.customers()
	if got := apply(api.Apply{Files: file("policy.yaml", misses(50, ""))}); got[len(got)-1].What != "on trial" {
		t.Errorf("a change is not tried: %v", got)
	}
	awaitTrue(t, "the change is tried", func() bool { return a.publisher.File().Trial == nil })
	p.report(time.Now(), controlplane.OutcomeNotFound, 60, "192.0.2.1")
	if d := decided(t, a, "192.0.2.1"); d.Mode != controlplane.ModeEnforce {
		t.Errorf("a good change observes: %+v", d)
	}

	want := []api.Change{{Name: "policy.yaml", What: "configured"}, {Name: "many-misses", What: "on trial"}}
	if d := cmp.Diff(want, apply(api.Apply{Files: file("policy.yaml", misses(2, ""))})); d != "" {
		t.Error(d)
	}
	awaitWarning(t, a, "Scenario many-misses was changed and is only proposed: it observes. Tried on ")
	awaitWarning(t, a, "denied or challenged 12 consumers with a clean history (ip 10.0.0.1, ")
	awaitWarning(t, a, "allows 10 at one time. To have it act: picket apply --accept many-misses")
	awaitTrue(t, "the decider knows", func() bool { c := a.publisher.File().Trial; return c != nil && len(c.Pending()) == 0 })
	if d := decided(t, a, "192.0.2.1"); d.Mode != controlplane.ModeEnforce {
		t.Error("what was decided before the change does not act any more")
	}
	p.report(time.Now(), controlplane.OutcomeNotFound, 5, "192.0.2.2")
	d := decided(t, a, "192.0.2.2")
	if text := strings.Join(d.Evidence, "\n"); d.Mode != controlplane.ModeObserve || !strings.Contains(text, "rail mode: the scenario was changed and is only proposed, so that it only counts. Tried on") {
		t.Errorf("mode %s: %s", d.Mode, text)
	}

	if !slices.ContainsFunc(a.decider.Scenarios(), func(s decide.Scenario) bool { return s.Name == "many-misses" && s.Mode == policy.ModeProposed }) {
		t.Error("the list of scenarios does not say that it is proposed")
	}
	// A change of something else does not let it through.
	apply(api.Apply{Files: file("policy.yaml", misses(2, "")+"report_interval: 50ms\n")})
	awaitWarning(t, a, "many-misses was changed and is only proposed")
	if got, err := a.apply(t.Context(), api.Apply{Accept: []string{"all"}, DryRun: true}); err != nil || len(got) != 1 {
		t.Errorf("a dry run would accept %v (%v)", got, err)
	}
	if _, err := a.apply(t.Context(), api.Apply{Accept: []string{"other"}}); !isMistake(err) || !strings.Contains(err.Error(), "these are: many-misses") {
		t.Errorf("got %v", err)
	}
	again := file("policy.yaml", misses(2, "")+"report_interval: 60ms\n")
	if d := cmp.Diff([]api.Change{{Name: "policy.yaml", What: "configured"}, {Name: "many-misses", What: "accepted"}}, apply(api.Apply{Files: again, Accept: []string{"all", "other"}})); d != "" {
		t.Error(d)
	}
	awaitTrue(t, "it acts", func() bool { return a.publisher.File().Trial == nil && len(a.trials.warnings()) == 0 })
	p.report(time.Now(), controlplane.OutcomeNotFound, 5, "192.0.2.3")
	if d := decided(t, a, "192.0.2.3"); d.Mode != controlplane.ModeEnforce {
		t.Errorf("mode %s once it is accepted", d.Mode)
	}
	if !slices.ContainsFunc(a.decider.Audit(0), func(e controlplane.AuditEntry) bool { return e.Who == "ann" && e.What == "accept" }) {
		t.Error("the audit does not know who accepted it")
	}
	entries, _, err := snapshot(t.Context(), a.register)
	if err != nil || slices.ContainsFunc(entries, func(e controlplane.Entry) bool { return strings.HasPrefix(e.Key, policy.KeyTrial) }) {
		t.Errorf("trials are left in the register (%v)", err)
	}
}

// TestWhatIsHeldBackStaysSoAfterARestart changes the policy's file while nothing runs, and again while it runs.
func TestWhatIsHeldBackStaysSoAfterARestart(t *testing.T) {
	o := options(t)
	o.State, o.PolicyFile = t.TempDir(), filepath.Join(t.TempDir(), "policy.yaml")
	write := func(text string) {
		if err := os.WriteFile(o.PolicyFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(misses(1000, ""))
	t.Run("before", func(t *testing.T) { (&past{t: t, a: running(t, o), instance: 1}).customers() })
	write(misses(2, ""))
	t.Run("changed", func(t *testing.T) { awaitWarning(t, running(t, o), "many-misses was changed and is only proposed") })
	t.Run("the same", func(t *testing.T) {
		a := running(t, o)
		awaitWarning(t, a, "many-misses was changed and is only proposed")
		if names := a.publisher.File().Trial.Pending(); len(names) > 0 {
			t.Errorf("%v are tried again", names)
		}
		write(misses(3, ", off: true"))
		awaitTrue(t, "it acts where the rail is off", func() bool { f := a.publisher.File(); return f.Trial == nil && f.Rails.Backtest.Off })
	})
}

func TestAChangeActsAtOnceWhereTheJournalCoversTooLittle(t *testing.T) {
	a := running(t, options(t))
	for _, mode := range []string{"observe", "enforce"} {
		changes, err := a.apply(t.Context(), api.Apply{Files: file("policy.yaml", "picket: v1\nmode: "+mode+"\n"), Who: "ann"})
		if err != nil || len(changes) != 1 {
			t.Fatal(changes, err)
		}
		(&past{t: t, a: a, instance: 1}).report(time.Now(), controlplane.OutcomeOK, 1, "10.0.0.1")
	}
	if f := a.publisher.File(); f.Trial != nil {
		t.Errorf("held back: %v", f.Trial)
	}
	if e := a.decider.Audit(0); !slices.ContainsFunc(e, func(e controlplane.AuditEntry) bool {
		return e.What == "trial" && (strings.Contains(e.After, "the journal covers the last ") || strings.Contains(e.After, "the journal is empty"))
	}) {
		t.Errorf("nobody says so: %v", e)
	}
	for _, name := range []string{"all", "bola"} {
		if _, err := a.apply(t.Context(), api.Apply{Accept: []string{name}, Who: "ann"}); !isMistake(err) || !strings.Contains(err.Error(), "no scenario is held back") {
			t.Errorf("got %v", err)
		}
	}
}

// silent is a journal that cannot be read for now.
type silent struct{ controlplane.Journal }

func (silent) Read(context.Context, time.Time, func(controlplane.JournalMessage) error) error {
	return errors.New("no quorum")
}

func TestWhatCannotBeTriedYetObserves(t *testing.T) {
	o := options(t)
	o.State = Memory
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	a.journal = silent{a.journal}
	a.tester = a.newTester()
	a.trials.tester = a.tester
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	<-a.Ready()
	p := &past{t: t, a: a, instance: 1}
	for _, over := range []int{1000, 2} {
		if _, err := a.apply(t.Context(), api.Apply{Files: file("policy.yaml", misses(over, "")), Who: "ann"}); err != nil {
			t.Fatal(err)
		}
		p.customers()
	}
	awaitWarning(t, a, "scenario many-misses changed by ann; being tried on the journal, and observing until that is done")
	awaitTrue(t, "the detector has it", func() bool { return len(a.publisher.File().Trial.Pending()) > 0 })
	p.report(time.Now(), controlplane.OutcomeNotFound, 5, "192.0.2.2")
	if d := decided(t, a, "192.0.2.2"); d.Mode != controlplane.ModeObserve {
		t.Errorf("mode %s", d.Mode)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
