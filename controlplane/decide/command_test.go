package decide

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/policy"
)

func command() Command {
	return Command{Action: controlplane.ActionDeny, Facet: controlplane.FacetIP, Value: "192.0.2.7", For: 10 * time.Minute, Reason: "test", Who: "ann"}
}

func TestAnOperatorsDecision(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		c := command()
		c.Action, c.PerMinute, c.Endpoint, c.Group, c.Value = controlplane.ActionThrottle, 7, "GET /v1/customers/{id}", "edge", " 192.0.2.0/24\n"
		got, err := b.Decide(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		at, name, _ := policy.EndpointID(b.o.Key, c.Endpoint, b.file)
		want := controlplane.Decision{
			ID: got.ID, Value: address("192.0.2.0/24"), Endpoint: at, EndpointName: name, Group: "edge", Action: controlplane.ActionThrottle, PerMinute: 7,
			Mode: controlplane.ModeEnforce, Operator: true, Who: "ann", Reason: "test", Decided: start, Expires: start.Add(10 * time.Minute), Revision: 2,
		}
		if d := cmp.Diff(want, got, comparePrefix); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"7"}, b.register.keys(controlplane.KeyThrottle)); d != "" {
			t.Error(d)
		}
		list := b.List(false)
		if d := cmp.Diff([]controlplane.Decision{want}, list, comparePrefix); d != "" {
			t.Error(d)
		}
	})
}

func TestRawCredentialsAreKeptNowhere(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		const secret = "s3cr3t-value"
		var told strings.Builder
		for _, f := range []controlplane.Facet{
			controlplane.FacetKey, controlplane.FacetSubject, controlplane.FacetSession, controlplane.FacetFingerprint,
			controlplane.FacetAccount, controlplane.FacetIP, "nonsense",
		} {
			c := command()
			c.Facet, c.Value = f, secret
			if dec, err := b.Decide(t.Context(), c); err != nil {
				told.WriteString(err.Error())
			} else if dec.Value.Hash == 0 {
				t.Errorf("%s: %v", f, dec.Value)
			}
		}
		if all := b.register.text() + b.log.String() + told.String(); strings.Contains(all, secret) {
			t.Error("the value stands in the register, the log or an error")
		}
		if n := len(b.register.keys(controlplane.KeyDecision)); n != 4 {
			t.Errorf("%d decisions, want 4", n)
		}
	})
}

func TestMistakesSayWhatToDo(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Command)
		want   string
	}{
		{"no address", func(c *Command) { c.Value = "example" }, "this is no address and no network: write an address such as 203.0.113.7 or a network such as 203.0.113.0/24"},
		{"a network with bits beyond", func(c *Command) { c.Value = "10.1.2.3/8" }, "bits are set beyond the network's length: write 10.0.0.0/8: write an address such as 203.0.113.7 or a network such as 203.0.113.0/24"},
		{"everybody", func(c *Command) { c.Value = "0.0.0.0/0" }, "0.0.0.0/0 is too much of the Internet: a network wider than a /8 of IPv4 or a /16 of IPv6 needs an endpoint"},
		{"everybody of IPv6", func(c *Command) { c.Value = "::/0" }, "::/0 is too much of the Internet: a network wider than a /8 of IPv4 or a /16 of IPv6 needs an endpoint"},
		{"nobody", func(c *Command) { c.Value = " " }, "say whom: the value is missing"},
		{"no reason", func(c *Command) { c.Reason = " " }, "say why: a reason is kept with every change"},
		{"no end", func(c *Command) { c.For = 0 }, "say for how long, as in 10m: every decision ends"},
		{"too long", func(c *Command) { c.For = 91 * 24 * time.Hour }, "a decision holds for 90 days at the most"},
		{"an unknown facet", func(c *Command) { c.Facet = "name" }, "the facet is ip, key, subject, session or fingerprint, or everybody at an endpoint"},
		{"an account", func(c *Command) { c.Facet = controlplane.FacetAccount }, "an account is never decided about, for anybody can try its name: use the subject"},
		{"an unknown action", func(c *Command) { c.Action = "burn" }, "the action is deny, throttle, allow, tag or observe"},
		{"a throttle without a rate", func(c *Command) { c.Action = controlplane.ActionThrottle }, "say how many requests a minute a throttle lets through: 1 to 60000"},
		{"a rate without a throttle", func(c *Command) { c.PerMinute = 3 }, "requests a minute are for throttle only"},
		{"all callers everywhere", func(c *Command) { c.Facet, c.Value = controlplane.FacetEverybody, "" }, "all callers are decided about at one endpoint only: say which; to stop everything that Picket does, use the kill switch"},
		{"all callers with a value", func(c *Command) { c.Facet, c.Endpoint = controlplane.FacetEverybody, "GET /v1/export" }, "all callers have no value: leave it out"},
		{"all callers throttled", func(c *Command) {
			c.Facet, c.Value, c.Endpoint, c.Action, c.PerMinute = controlplane.FacetEverybody, "", "GET /v1/export", controlplane.ActionThrottle, 5
		}, "a throttle is of one caller: say whom, or deny the endpoint to all callers"},
		{"a bad endpoint", func(c *Command) { c.Endpoint = "/v1" }, `endpoint: write METHOD [host]/path, as in "GET /v1/customers/{id}"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				c := command()
				tt.change(&c)
				_, err := b.Decide(t.Context(), c)
				var m *Mistake
				if !errors.As(err, &m) || m.Message != tt.want {
					t.Errorf("got %v, want %s", err, tt.want)
				}
			})
		})
	}
}

func TestAnEndpointIsClosedToAllCallersAtOnce(t *testing.T) {
	for name, change := range map[string]func(*Command){
		"everybody":       func(c *Command) { c.Facet, c.Value = controlplane.FacetEverybody, "" },
		"all of IPv4":     func(c *Command) { c.Value = "0.0.0.0/0" },
		"a wider network": func(c *Command) { c.Value = "8.0.0.0/6" },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, Limits{}, func(t *testing.T, b *bench) {
				b.start(t, b.Decider)
				c := command()
				c.Endpoint = "GET /v1/export/{id}"
				change(&c)
				dec, err := b.Decide(t.Context(), c)
				if err != nil || dec.Endpoint == 0 {
					t.Fatal(dec, err)
				}
				who, err := b.About(controlplane.FacetIP, "9.0.2.7")
				if err != nil || len(who.Decisions) != 1 {
					t.Errorf("%d decisions are told of a caller, want this one: %v", len(who.Decisions), err)
				}
				if _, err := b.Undo(t.Context(), dec.ID, "ann", "opened again"); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestUndoEndsADecisionOnce(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		dec, err := b.Decide(t.Context(), command())
		if err != nil {
			t.Fatal(err)
		}
		b.pass(time.Minute)
		got, err := b.Undo(t.Context(), dec.ID, "bob", "mistaken")
		if err != nil {
			t.Fatal(err)
		}
		want := dec
		want.Undone, want.UndoneBy, want.UndoneWhy, want.Revision = b.now, "bob", "mistaken", got.Revision
		if d := cmp.Diff(want, got, comparePrefix); d != "" {
			t.Error(d)
		}
		if _, err := b.Undo(t.Context(), dec.ID, "bob", "again"); !errors.Is(err, ErrNotActive) {
			t.Errorf("a second time: %v", err)
		}
		if _, err := b.Undo(t.Context(), 99, "bob", "what"); !errors.Is(err, ErrNotFound) {
			t.Errorf("an unknown one: %v", err)
		}
		var m *Mistake
		if _, err := b.Undo(t.Context(), dec.ID, "bob", ""); !errors.As(err, &m) {
			t.Errorf("without a reason: %v", err)
		}
		wantAudit := []controlplane.AuditEntry{
			{At: b.now, Who: "bob", What: "undo " + dec.ID.String(), Before: "deny ip 192.0.2.7 anywhere until 2027-01-15T08:10:00Z", After: "undone", Why: "mistaken"},
			{At: start, Who: "ann", What: "decide " + dec.ID.String(), After: "deny ip 192.0.2.7 anywhere until 2027-01-15T08:10:00Z", Why: "test"},
		}
		if d := cmp.Diff(wantAudit, b.Audit(5)); d != "" {
			t.Error(d)
		}
		if n, all := len(b.List(false)), len(b.List(true)); n != 0 || all != 1 {
			t.Errorf("%d active of %d, want 0 of 1", n, all)
		}
	})
}
