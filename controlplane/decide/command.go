package decide

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"picket/controlplane"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

// Command is a decision that a person wants.
type Command struct {
	Action   controlplane.Action
	Facet    controlplane.Facet
	Value    string // an address or network; else a raw credential or name, which is hashed at once and never kept
	Endpoint string // "METHOD [host]/path"; empty: anywhere
	For      time.Duration
	Reason   string
	Who      string
	Group    string // empty: all
	// PerMinute is for throttle only: requests a minute.
	PerMinute uint32
}

// Mistake is a person's: one line that says what to do, and never repeats a credential.
type Mistake struct{ Message string }

// Error is the message.
func (m *Mistake) Error() string { return m.Message }

func mistake(format string, args ...any) error {
	return &Mistake{Message: fmt.Sprintf(format, args...)}
}

const (
	maxFor    = 90 * 24 * time.Hour
	maxReason = 500
	maxValue  = 8 << 10
	maxGroup  = 256
)

// Decide takes an operator's decision, which acts in every mode. The error is a *Mistake where the command is wrong.
func (d *Decider) Decide(ctx context.Context, c Command) (controlplane.Decision, error) {
	if err := c.check(); err != nil {
		return controlplane.Decision{}, err
	}
	value, err := d.value(c)
	if err != nil {
		return controlplane.Decision{}, err
	}
	endpoint, name, err := d.endpoint(c.Endpoint)
	if err != nil {
		return controlplane.Decision{}, err
	}
	if err := d.await(ctx); err != nil {
		return controlplane.Decision{}, err
	}
	now := d.o.Clock()
	made, err := d.put(ctx, stored{Decision: controlplane.Decision{
		ID:    hashID("operator "+string(c.Action), value, endpoint, c.Group, now.UnixNano()),
		Value: value, Endpoint: endpoint, EndpointName: name, Group: c.Group,
		Action: c.Action, PerMinute: c.PerMinute, Mode: controlplane.ModeEnforce, Operator: true,
		Who: c.Who, Reason: strings.TrimSpace(c.Reason), Decided: now, Expires: now.Add(c.For),
	}})
	if err != nil {
		return controlplane.Decision{}, err
	}
	dec := made.Decision
	d.taken(dec)
	d.record(ctx, dec.Who, "decide "+dec.ID.String(), "", describe(dec), dec.Reason)
	return dec, nil
}

func (c Command) check() error {
	if err := c.checkAction(); err != nil {
		return err
	}
	switch {
	case c.For <= 0:
		return mistake("say for how long, as in 10m: every decision ends")
	case c.For > maxFor:
		return mistake("a decision holds for 90 days at the most")
	case c.Facet == controlplane.FacetEverybody && strings.TrimSpace(c.Endpoint) == "":
		return mistake("all callers are decided about at one endpoint only: say which; to stop everything that Picket does, use the kill switch")
	case c.Facet == controlplane.FacetEverybody && c.Action == controlplane.ActionThrottle:
		return mistake("a throttle is of one caller: say whom, or deny the endpoint to all callers")
	case len(c.Group) > maxGroup || strings.ContainsFunc(c.Group, unicode.IsControl):
		return mistake("a group's name is one line of at most %d characters", maxGroup)
	}
	return checkReason(c.Reason)
}

func (c Command) checkAction() error {
	switch c.Action {
	case controlplane.ActionThrottle:
		if c.PerMinute < 1 || c.PerMinute > policy.MaxPerMinute {
			return mistake("say how many requests a minute a throttle lets through: 1 to %d", policy.MaxPerMinute)
		}
		return nil
	case controlplane.ActionAllow, controlplane.ActionObserve, controlplane.ActionTag, controlplane.ActionDeny:
		if c.PerMinute != 0 {
			return mistake("requests a minute are for throttle only")
		}
		return nil
	}
	return mistake("the action is deny, throttle, allow, tag or observe")
}

func checkReason(reason string) error {
	switch {
	case strings.TrimSpace(reason) == "":
		return mistake("say why: a reason is kept with every change")
	case len(reason) > maxReason:
		return mistake("a reason has at most %d characters", maxReason)
	case strings.ContainsFunc(reason, unicode.IsControl):
		return mistake("a reason is one line")
	}
	return nil
}

// value names whom a command is about. What is no address is hashed here, and goes no further.
func (d *Decider) value(c Command) (controlplane.Value, error) {
	text := strings.TrimSpace(c.Value)
	switch {
	case c.Facet == controlplane.FacetEverybody && text == "":
		return controlplane.Value{Facet: controlplane.FacetEverybody}, nil
	case c.Facet == controlplane.FacetEverybody:
		return controlplane.Value{}, mistake("all callers have no value: leave it out")
	case text == "":
		return controlplane.Value{}, mistake("say whom: the value is missing")
	case len(text) > maxValue:
		return controlplane.Value{}, mistake("a value has at most %d bytes", maxValue)
	case c.Facet == controlplane.FacetIP:
		return network(text, strings.TrimSpace(c.Endpoint) != "")
	}
	domain, ok := map[controlplane.Facet]identify.Domain{
		controlplane.FacetKey: identify.DomainKey, controlplane.FacetSubject: identify.DomainSubject,
		controlplane.FacetSession: identify.DomainSession, controlplane.FacetFingerprint: identify.DomainFingerprint,
	}[c.Facet]
	switch {
	case c.Facet == controlplane.FacetAccount:
		return controlplane.Value{}, mistake("an account is never decided about, for anybody can try its name: use the subject")
	case !ok:
		return controlplane.Value{}, mistake("the facet is ip, key, subject, session or fingerprint, or everybody at an endpoint")
	}
	return controlplane.Value{Facet: c.Facet, Hash: d.o.Key.Hash(domain, []byte(text))}, nil
}

// network reads an address or a network; at one endpoint it may be as wide as it likes.
func network(text string, atEndpoint bool) (controlplane.Value, error) {
	p, err := policy.ParseNetwork(text)
	switch {
	case err != nil:
		return controlplane.Value{}, mistake("%v: write an address such as 203.0.113.7 or a network such as 203.0.113.0/24", err)
	case policy.TooWide(p) && !atEndpoint:
		return controlplane.Value{}, mistake("%s is too much of the Internet: a network wider than a /8 of IPv4 or a /16 of IPv6 needs an endpoint", p)
	}
	return controlplane.Value{Facet: controlplane.FacetIP, Network: p}, nil
}

func (d *Decider) endpoint(text string) (controlplane.EndpointID, string, error) {
	if strings.TrimSpace(text) == "" {
		return 0, "", nil
	}
	id, name, err := policy.EndpointID(d.o.Key, text, d.o.Policy.File())
	if err != nil {
		return 0, "", mistake("endpoint: %v", err)
	}
	return id, name, nil
}

// Undo withdraws an active decision. The error is a *Mistake without a reason, ErrNotFound, or ErrNotActive where it
// has ended or somebody else undoes it at this moment.
func (d *Decider) Undo(ctx context.Context, id controlplane.DecisionID, who, why string) (controlplane.Decision, error) {
	if err := checkReason(why); err != nil {
		return controlplane.Decision{}, err
	}
	if err := d.await(ctx); err != nil {
		return controlplane.Decision{}, err
	}
	dec, err := d.get(id)
	if err != nil {
		return controlplane.Decision{}, err
	}
	now := d.o.Clock()
	if dec.State(now) != "active" {
		return controlplane.Decision{}, fmt.Errorf("%w: %s is %s", ErrNotActive, id, dec.State(now))
	}
	before := describe(dec.Decision)
	dec.Undone, dec.UndoneBy, dec.UndoneWhy = now, who, strings.TrimSpace(why)
	dec, err = d.put(ctx, dec)
	switch {
	case errors.Is(err, controlplane.ErrConflict):
		return controlplane.Decision{}, fmt.Errorf("%w: %s was changed by another", ErrNotActive, id)
	case err != nil:
		return controlplane.Decision{}, err
	}
	d.o.Log.Info("decision undone", "decision", id.String(), "who", who)
	d.record(ctx, who, "undo "+id.String(), before, "undone", dec.UndoneWhy)
	return dec.Decision, nil
}

// taken tells of a new decision.
func (d *Decider) taken(dec controlplane.Decision) {
	source := "automatic"
	if dec.Operator {
		source = "operator"
	}
	d.metrics.taken.WithLabelValues(source, string(dec.Action)).Inc()
	d.o.Log.Info("decision taken", "decision", dec.ID.String(), "action", dec.Action, "facet", dec.Value.Facet,
		"source", source, "scenario", dec.Scenario, "mode", dec.Mode, "expires", dec.Expires)
}

// describe says a decision in one line.
func describe(dec controlplane.Decision) string {
	where := "anywhere"
	switch {
	case dec.EndpointName != "":
		where = "at " + dec.EndpointName
	case dec.Endpoint != 0:
		where = fmt.Sprintf("at endpoint %016x", uint64(dec.Endpoint))
	}
	if dec.Group != "" {
		where += " in group " + dec.Group
	}
	action := string(dec.Action)
	if dec.Action == controlplane.ActionThrottle {
		action = fmt.Sprintf("throttle to %d a minute", dec.PerMinute)
	}
	return fmt.Sprintf("%s %s %s %s until %s", action, dec.Value.Facet, dec.Value, where, dec.Expires.UTC().Format(time.RFC3339))
}
