package simulate

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Trial is a timeline by a hand that does not know the scenarios: it says who must be stopped, or what must be found, and
// not by which of them.
type Trial struct {
	Timeline
	// Stop says who must be stopped, Find what must be found. Both are empty where all are honest: then nobody may be hit.
	Stop, Find string
	// Without plays the same without the attackers, or without what must be found: seen is what does not fire then. nil: all
	// are honest.
	Without func(*Scene)
}

// attack makes a trial whose attackers must be stopped; after is what they are after.
func attack(name, after, about string, play func(*Scene)) Trial {
	return Trial{
		Timeline: Timeline{Name: name, About: about, After: after, Play: play, Workers: 8}, Stop: "the attackers",
		Without: func(s *Scene) {
			play(s)
			s.requests = slices.DeleteFunc(s.requests, func(r Request) bool { return r.actor.Attacker })
		},
	}
}

// exposure makes a trial in which the service is wrong and its callers are honest.
func exposure(name, find, about string, play func(s *Scene, hole bool)) Trial {
	return Trial{
		Timeline: Timeline{Name: name, About: about, Play: func(s *Scene) { play(s, true) }, Workers: 8}, Find: find,
		Without: func(s *Scene) { play(s, false) },
	}
}

// honest makes a trial in which nobody may be hit.
func honest(name, about string, play func(*Scene)) Trial {
	return Trial{Timeline: Timeline{Name: name, About: about, Play: play, Workers: 8}}
}

// Second gives the second catalog: attacks, exposures and honest callers at a bank, a shop, a clinic, a parcel service, a
// maker of software for teams and one of things. Play them with SecondPolicy.
func Second() []Trial {
	return slices.Concat(
		secondLogins(), secondRecords(), secondScrapes(), secondAbuses(), secondCredentials(), secondExposures(),
		secondCrowds(), secondLoginCrowds(), secondMachines(), secondTools(), secondStaff(), secondPersons(),
	)
}

// Outcome is what became of a trial.
type Outcome struct {
	Trial *Trial
	*Result
	// Stake is how many things of others the attackers would have got, had nobody stopped them.
	Stake int
	// Without is what became of Trial.Without; nil: it has none.
	Without *Result
}

// PlayTrial plays one with SecondPolicy, unless o names a policy. Its error is as that of Play.
func PlayTrial(ctx context.Context, t *Trial, o Options) (*Outcome, error) {
	o.Policy = cmp.Or(o.Policy, SecondPolicy())
	r, err := Play(ctx, &t.Timeline, o)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Trial: t, Result: r, Stake: t.stake(cmp.Or(o.Seed, 1))}
	if t.Without != nil {
		without := t.Timeline
		without.Play = t.Without
		if out.Without, err = Play(ctx, &without, o); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// stake asks the service alone.
func (t *Trial) stake(seed uint64) int {
	s := newScene(seed)
	t.Play(s)
	slices.SortStableFunc(s.requests, func(a, b Request) int { return cmp.Compare(a.At, b.At) })
	got := map[string]bool{}
	for i := range s.requests {
		r := &s.requests[i]
		if a := s.service.answer(r); r.actor.Attacker && a.leaked != "" {
			got[r.actor.Name+" "+a.leaked] = true
		}
	}
	return len(got)
}

// Verdict is in one word or two: "stopped", "LATE" (more than half was lost, or half of the requests passed where there is
// nothing to lose), "SEEN ONLY" (detected, and nothing refused), "MISSED"; "found"; "passed", "HIT".
func (o *Outcome) Verdict() string {
	switch {
	case len(o.HonestHit()) > 0 && o.Trial.Stop == "" && o.Trial.Find == "":
		return "HIT"
	case o.Trial.Find != "" && o.first() != nil:
		return "found"
	case o.Trial.Find != "":
		return "MISSED"
	case o.Trial.Stop == "":
		return "passed"
	}
	return o.stopped()
}

func (o *Outcome) stopped() string {
	a := o.Attackers()
	late := o.Stake > 0 && 2*a.Leaked > o.Stake || o.Stake == 0 && 2*a.Stopped() < a.Requests
	switch {
	case a.Stopped() == 0 && o.first() == nil:
		return "MISSED"
	case a.Stopped() == 0:
		return "SEEN ONLY"
	case late:
		return "LATE"
	}
	return "stopped"
}

// due tells whether a scenario fired because of the attackers, or of what must be found.
func (o *Outcome) due(f Fired) bool {
	if o.Without == nil {
		return true
	}
	if _, also := o.Without.Of(f.Scenario); !also {
		return true
	}
	return slices.ContainsFunc(o.Actors, func(a *ActorResult) bool {
		return a.Attacker && slices.ContainsFunc(a.Detected, func(d Detected) bool { return d.Scenario == f.Scenario })
	})
}

// first gives what was seen first; nil: nothing.
func (o *Outcome) first() *Fired {
	if i := slices.IndexFunc(o.Fired, o.due); i >= 0 {
		return &o.Fired[i]
	}
	return nil
}

// scenarios are those that fired, in the order in which they did, and what they led to; in brackets what fires in any case.
func (o *Outcome) scenarios() string {
	did := map[string]string{}
	for _, d := range o.Decisions {
		did[d.Scenario] = ":" + d.Action
	}
	var due, noise []string
	for _, f := range o.Fired {
		text := fmt.Sprintf("%s×%d%s", f.Scenario, f.Times, did[f.Scenario])
		if o.due(f) {
			due = append(due, text)
		} else {
			noise = append(noise, text)
		}
	}
	if len(noise) > 0 {
		due = append(due, "["+strings.Join(noise, " ")+"]")
	}
	return strings.Join(due, " ")
}

func (o *Outcome) row() string {
	a, honest := o.Attackers(), 0
	for _, x := range o.Actors {
		if !x.Attacker {
			honest++
		}
	}
	after, leaked, stopped := "", "", ""
	if f := o.first(); f != nil && o.Without != nil {
		after = fmt.Sprintf("%d req, %v", f.Requests, f.After.Round(time.Second))
		leaked = fmt.Sprintf("%d → ", f.Leaked)
	}
	if a.Requests > 0 {
		leaked += fmt.Sprintf("%d of %d", a.Leaked, o.Stake)
		stopped = fmt.Sprintf("%d of %d", a.Stopped(), a.Requests)
	} else {
		leaked = ""
	}
	hit := fmt.Sprintf("%d of %d", len(o.HonestHit()), honest)
	return strings.Join([]string{o.Name, o.Verdict(), after, leaked, stopped, hit, o.scenarios()}, "\t")
}

// WriteOutcomes writes a table of trials, and a line for each honest actor who was hit.
func WriteOutcomes(w io.Writer, all []*Outcome) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "TIMELINE\tVERDICT\tFIRST SEEN AFTER\tLEAKED (then → in all of stake)\tSTOPPED\tHONEST HIT\tFIRED")
	for _, o := range all {
		_, _ = fmt.Fprintln(t, o.row()) // Flush says when writing fails
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	_, err := io.WriteString(w, summary(all)+hitLines(all))
	return err
}

// summary counts verdicts and honest actors.
func summary(all []*Outcome) string {
	counts := map[string]int{}
	var order []string
	actors, hit := 0, 0
	for _, o := range all {
		kind := "honest"
		if o.Trial.Stop != "" {
			kind = "attack"
		} else if o.Trial.Find != "" {
			kind = "exposure"
		}
		v := kind + " " + o.Verdict()
		if counts[v]++; counts[v] == 1 {
			order = append(order, v)
		}
		hit += len(o.HonestHit())
		for _, a := range o.Actors {
			if !a.Attacker && !a.Victim {
				actors++
			}
		}
	}
	var b strings.Builder
	b.WriteString("\n")
	for _, v := range order {
		fmt.Fprintf(&b, "%s: %d\n", v, counts[v])
	}
	fmt.Fprintf(&b, "honest actors hit: %d of %d\n\n", hit, actors)
	return b.String()
}

// hitLines has one for each honest actor who was hit, up to five a trial.
func hitLines(all []*Outcome) string {
	var b strings.Builder
	for _, o := range all {
		hit := o.HonestHit()
		for _, a := range hit[:min(len(hit), 5)] {
			fmt.Fprintf(&b, "hit in %s: %s: %d denied, %d throttled, %d found of %d;", o.Name, a.Actor, a.Denied, a.Throttled, a.Found, a.Requests)
			for _, d := range a.Detected {
				fmt.Fprintf(&b, " %s", d.Scenario)
			}
			b.WriteString("\n")
		}
		if more := len(hit) - 5; more > 0 {
			fmt.Fprintf(&b, "hit in %s: and %d more\n", o.Name, more)
		}
	}
	return b.String()
}

// PlaySecond plays all of Second one after the other and writes what became of them.
func PlaySecond(ctx context.Context, w io.Writer, o Options) error {
	trials := Second()
	all := make([]*Outcome, 0, len(trials))
	for i := range trials {
		r, err := PlayTrial(ctx, &trials[i], o)
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	return WriteOutcomes(w, all)
}
