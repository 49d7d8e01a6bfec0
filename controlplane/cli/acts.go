package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"picket/examples/carrier"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// storyWithin bounds how long an attack may go on until it is decided about and enforced.
const storyWithin = 30 * time.Second

// usersDay is how long ordinary users go on at least, so that a decision that hits them has the time to show.
const usersDay = 5 * time.Second

// protected runs all acts with honest users' traffic beside them, and judges in the end.
func (d *demonstration) protected(ctx context.Context, client picketv1connect.AdminClient) error {
	target := carrier.Target{Base: "http://" + d.stack.listen, People: d.people}
	working, goHome := context.WithCancel(ctx)
	defer goHome()
	crowd := make(chan carrier.CrowdReport, 1)
	go func() {
		crowd <- carrier.Users(working, target, carrier.Crowd{
			Users: demoUsers, Sessions: 1_000_000, Pause: 20 * time.Millisecond, Seed: 1,
			OnHit: func(h carrier.Hit) { d.tell.say("HIT", "an ordinary user: %s", h) },
		})
	}()
	d.tell.say("users", "%d ordinary users begin their day", demoUsers)
	day := time.NewTimer(usersDay)
	defer day.Stop()
	var errs []error
	for _, a := range acts() {
		errs = append(errs, d.play(ctx, client, target, a))
	}
	select {
	case <-ctx.Done():
	case <-day.C:
	}
	goHome()
	return errors.Join(append(errs, d.judge(ctx, <-crowd))...)
}

// play runs one attack and tells what Picket makes of it.
func (d *demonstration) play(ctx context.Context, client picketv1connect.AdminClient, target carrier.Target, a act) error {
	d.tell.head("%s", a.title)
	type result struct {
		report carrier.AttackReport
		err    error
	}
	ended := make(chan result, 1)
	d.tell.say("attack", "started from %s", a.from())
	began := time.Now()
	go func() {
		r, err := a.attack(ctx, target, a.options())
		ended <- result{r, err}
	}()
	var told error
	if !a.within {
		told = d.follow(ctx, client, a, began)
	}
	r := <-ended
	if r.err != nil {
		return fmt.Errorf("attack with Picket: %w", r.err)
	}
	if a.within {
		return d.onFirstSight(ctx, client, a, r.report)
	}
	told = errors.Join(told, d.compare(a, r.report))
	if told == nil && a.exposed != "" {
		told = d.shut(ctx, client, target, a)
	}
	return told
}

// onFirstSight tells of an attack that the filter finds within one request, before any control plane knows of it.
func (d *demonstration) onFirstSight(ctx context.Context, client picketv1connect.AdminClient, a act, r carrier.AttackReport) error {
	if r.FirstDenied != 1 || r.Denied != r.Requests || r.Records > 0 {
		return fmt.Errorf("%s: %d of %d requests denied, %d records leaked", a.name(), r.Denied, r.Requests, r.Records)
	}
	story, err := d.storyOf(ctx, client, r.Decision)
	if err != nil {
		return fmt.Errorf("%s: %w", a.name(), err)
	}
	d.tell.say("denied", "on first sight, by the filter itself, and so were all %d ways it was tried (%s)", r.Requests, r.Decision)
	for _, s := range story[:min(3, len(story))] {
		d.tell.say("because", "%s", s)
	}
	d.tell.say("leaked", "with Picket %d, without %d records of others", r.Records, d.without[a.title].Records)
	return nil
}

// storyOf asks for a denial's story until the report with it has come.
func (d *demonstration) storyOf(ctx context.Context, client picketv1connect.AdminClient, id string) ([]string, error) {
	ctx, stop := context.WithTimeout(ctx, storyWithin)
	defer stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		e, err := client.Explain(ctx, &picketv1.ExplainRequest{Id: id})
		if err == nil && len(e.Story) > 0 {
			return e.Story, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("denial %s has no story: %w", id, err)
		case <-tick.C:
		}
	}
}

// follow tells of the decision against an attack as soon as each part of it is known.
func (d *demonstration) follow(ctx context.Context, client picketv1connect.AdminClient, a act, began time.Time) error {
	ctx, stop := context.WithTimeout(ctx, storyWithin)
	defer stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	told := false
	for {
		v, err := find(ctx, client, a.scenarios, began)
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("ask the control plane: %w", err)
		}
		if v != nil && !told {
			told = true
			d.decided(ctx, client, v)
		}
		if v != nil && v.EnforcedAfter != nil {
			d.tell.say("enforced", "on %d/%d workers %.1f ms after the decision, as their receipts prove",
				v.WorkersEnforcing, v.Workers, float64(v.EnforcedAfter.AsDuration())/float64(time.Millisecond))
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: not decided and enforced within %v", a.name(), storyWithin)
		case <-tick.C:
		}
	}
}

// find gives the first decision of any of the scenarios since then, nil while there is none.
func find(ctx context.Context, client picketv1connect.AdminClient, scenarios []string, since time.Time) (first *picketv1.DecisionView, err error) {
	l, err := client.ListDecisions(ctx, &picketv1.ListDecisionsRequest{})
	if err != nil {
		return nil, err
	}
	for _, v := range l.Decisions {
		if slices.Contains(scenarios, v.Source) && v.Decided.AsTime().After(since) && (first == nil || v.Decided.AsTime().Before(first.Decided.AsTime())) {
			first = v
		}
	}
	return first, nil
}

// decided tells what was seen and what was done about it.
func (d *demonstration) decided(ctx context.Context, client picketv1connect.AdminClient, v *picketv1.DecisionView) {
	if e, err := client.Explain(ctx, &picketv1.ExplainRequest{Id: v.Id}); err == nil && len(e.Story) > 1 {
		d.tell.say("detected", "%s", e.Story[1])
	}
	d.tell.say("decided", "%s %s %s at %s for %v (%s)", v.Action, v.Facet, v.Value, orText(v.Endpoint, "any endpoint"),
		v.Expires.AsTime().Sub(v.Decided.AsTime()), v.Id)
}

// compare tells what the attack brought with Picket and without, and wants it to have been stopped.
func (d *demonstration) compare(a act, r carrier.AttackReport) error {
	before := d.without[a.title]
	if r.FirstDenied == 0 {
		return fmt.Errorf("%s: no request of the attacker was denied", a.name())
	}
	d.tell.say("denied", "from request %d on, %.0f ms after the attack began; %d tries later it gave up",
		r.FirstDenied, float64(r.DeniedAfter)/float64(time.Millisecond), r.Requests-r.FirstDenied)
	d.tell.say("leaked", "with Picket %d, without %d records of others", r.Records, before.Records)
	switch {
	case r.Records*2 > before.Records:
		return fmt.Errorf("%s: %d records leaked with Picket, more than half of the %d without", a.name(), r.Records, before.Records)
	default:
		return nil
	}
}

// exposure is the scenario that tells of endpoints which should ask who calls. Nobody is decided about.
const exposure = "sensitive-endpoint-open"

// again is from where somebody tries an endpoint that was closed, and how often.
const (
	againFrom  = "203.0.113.99"
	againTries = 30
)

// inner is the network that the batch jobs are in.
const inner = "10.0.0.0/8"

// shut tells of the incident that an open endpoint is, closes it for all but the batch jobs' network as an operator would, and
// wants that a caller from elsewhere gets nothing any more.
func (d *demonstration) shut(ctx context.Context, client picketv1connect.AdminClient, target carrier.Target, a act) error {
	text, err := d.incident(ctx, client)
	if err != nil {
		return fmt.Errorf("%s: %w", a.name(), err)
	}
	d.tell.say("incident", "%s", text)
	if err := d.close(ctx, client, a.exposed); err != nil {
		return fmt.Errorf("close %s: %w", a.exposed, err)
	}
	r, err := a.attack(ctx, target, carrier.Attack{Address: againFrom, Most: againTries, Pause: demoPause, Persist: againTries, Seed: 1})
	if err != nil {
		return fmt.Errorf("attack with the endpoint closed: %w", err)
	}
	if r.Denied != r.Requests || r.Records > 0 {
		return fmt.Errorf("%s is closed, and %d of %d requests were denied, %d records leaked", a.exposed, r.Denied, r.Requests, r.Records)
	}
	d.tell.say("denied", "all %d tries of somebody new, from %s", r.Requests, againFrom)
	return nil
}

// incident waits for what an operator is told of an open endpoint.
func (d *demonstration) incident(ctx context.Context, client picketv1connect.AdminClient) (text string, err error) {
	err = d.await(ctx, "no incident was raised", func(ctx context.Context) (bool, error) {
		s, err := client.GetStatus(ctx, &picketv1.GetStatusRequest{})
		if err != nil {
			return false, err
		}
		i := slices.IndexFunc(s.Warnings, func(w string) bool { return strings.Contains(w, exposure) })
		if i >= 0 {
			text = s.Warnings[i]
		}
		return i >= 0, nil
	})
	return text, err
}

// close has an operator deny an endpoint to all callers but those of the inner network, and waits until all workers enforce it.
func (d *demonstration) close(ctx context.Context, client picketv1connect.AdminClient, endpoint string) error {
	const why = "closed to the outside until it asks who calls"
	day := durationpb.New(24 * time.Hour)
	if _, err := client.Decide(ctx, &picketv1.DecideRequest{Action: "allow", Facet: "ip", Value: inner, Endpoint: endpoint, For: day, Reason: why}); err != nil {
		return err
	}
	a, err := client.Decide(ctx, &picketv1.DecideRequest{Action: "deny", Facet: "everybody", Endpoint: endpoint, For: day, Reason: why})
	if err != nil {
		return err
	}
	d.tell.say("operator", "it is for batch jobs in %s only: picket allow --ip %s --endpoint %q, 24 h", inner, inner, endpoint)
	d.tell.say("operator", "picket deny --everybody --endpoint %q, 24 h (back: picket undo %s)", endpoint, a.Decision.Id)
	return d.await(ctx, "not all workers enforce it", func(ctx context.Context) (bool, error) {
		e, err := client.Explain(ctx, &picketv1.ExplainRequest{Id: a.Decision.Id})
		if err != nil || e.Decision.EnforcedAfter == nil {
			return false, err
		}
		d.tell.say("closed", "on %d/%d workers %.1f ms after the decision", e.Decision.WorkersEnforcing, e.Decision.Workers,
			float64(e.Decision.EnforcedAfter.AsDuration())/float64(time.Millisecond))
		return true, nil
	})
}

// await asks again and again until done, or says what did not come.
func (d *demonstration) await(ctx context.Context, missing string, done func(context.Context) (bool, error)) error {
	ctx, stop := context.WithTimeout(ctx, storyWithin)
	defer stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done(ctx)
		switch {
		case err != nil:
			return err
		case ok:
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s within %v", missing, storyWithin)
		case <-tick.C:
		}
	}
}

// judge tells how the ordinary users fared.
func (d *demonstration) judge(ctx context.Context, r carrier.CrowdReport) error {
	if ctx.Err() != nil {
		return errors.New("the demo was stopped before it ended")
	}
	d.tell.head("In the end")
	d.tell.say("users", "%d ordinary users made %d requests; hit: %d", r.Users, r.Requests, r.HitUsers)
	if r.HitUsers > 0 {
		return fmt.Errorf("%d ordinary users were hit", r.HitUsers)
	}
	if r.Requests == 0 {
		return errors.New("no ordinary user made a request")
	}
	return nil
}
