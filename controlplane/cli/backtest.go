package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"

	"picket/controlplane"
	"picket/controlplane/policy"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// maxTried bounds a policy file that is sent to the control plane, in bytes.
const maxTried = 1<<20 - 4<<10

func (p *program) backtest() *cobra.Command {
	since := 24 * time.Hour
	c := &cobra.Command{
		Use: "backtest FILE", Short: "Try a policy file on what the journal has, before it acts: who would have been hit",
		Long: `Try a policy file on what the journal has, before it acts: who would have been hit. FILE is - for standard input.

The running control plane folds its journal again through the file's scenarios and rails, in mode enforce (where a group or a
scenario says less, that holds) and without effect. It tells for each scenario what it would have detected and decided, about
how many consumers, how many of them in spite of a clean history, how many requests after the decisions Picket would have
answered, and the first decisions with their reasons.

What is found inside single requests is not looked for again, for the journal has no requests. Those that Picket answered then
count as it answered them: what the service would have said is not known. An endpoint that the file declares anew has no past.

The exit code is 1 when more consumers with a clean history would have been denied or challenged at one time than the file's
rails.blast_radius allows, or when not all of the time asked for could be tried.`,
		Args: exactly(1, "the policy file, or - for standard input"),
	}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.Flags().DurationVar(&since, "since", since, "try it on so long before now, as in 24h")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := o.check(); err != nil {
			return err
		}
		if since <= 0 {
			return mistakef("--since %v: give a time such as 24h", since)
		}
		text, err := p.tried(args[0])
		if err != nil {
			return err
		}
		a, err := r.backtest(c.Context(), &picketv1.BacktestRequest{Policy: string(text), Name: args[0], Since: durationpb.New(since)})
		if err != nil {
			return err
		}
		if err := o.print(p.stdout, a, func(w io.Writer, wide bool) error { return writeBacktest(w, wide, a) }); err != nil {
			return err
		}
		return judge(a)
	}
	return c
}

// tried reads a policy file, and gives all its mistakes.
func (p *program) tried(name string) ([]byte, error) {
	text, err := p.readPolicy(name)
	if err != nil {
		return nil, unreadable("read policy", name, err)
	}
	if len(text) > maxTried {
		return nil, mistakef("%s: it has more than %d bytes, which is all that the control plane takes", name, maxTried)
	}
	if _, err := policy.Parse(name, text); err != nil {
		return nil, &mistake{err.Error()}
	}
	return text, nil
}

// backtest asks the control plane, and tells the progress until the result comes. It takes as long as it takes.
func (r *remote) backtest(ctx context.Context, q *picketv1.BacktestRequest) (*picketv1.BacktestResult, error) {
	token, err := r.token(r.address())
	if err != nil {
		return nil, err
	}
	if _, err := r.client(); err != nil { // for what it says about flags
		return nil, err
	}
	transport, scheme, err := r.transport()
	if err != nil {
		return nil, err
	}
	client := picketv1connect.NewAdminClient(&http.Client{Transport: bearer{transport, token}}, scheme+r.address())
	answers, err := client.Backtest(ctx, q)
	if err != nil {
		return nil, r.explain(err)
	}
	defer func() { _ = answers.Close() }()
	for answers.Receive() {
		a := answers.Msg()
		if a.Result != nil {
			return a.Result, nil
		}
		_, _ = fmt.Fprintf(r.p.stderr, "picket: %d of at most %d reports, up to %s\n", a.Entries, a.Total, at(a.Until))
	}
	if err := answers.Err(); err != nil {
		return nil, r.explain(err)
	}
	return nil, fmt.Errorf("ask %s: it ended without a result", r.address())
}

// judge gives the error for a change that is to be held back.
func judge(a *picketv1.BacktestResult) error {
	switch {
	case a.Over:
		return errors.New("over the limit: this policy is not to enforce as it is")
	case a.Stopped != "":
		return fmt.Errorf("not all of it was tried, because %s: give a shorter --since", a.Stopped)
	}
	return nil
}

func writeBacktest(w io.Writer, wide bool, a *picketv1.BacktestResult) error {
	if err := table(w, wide, backtestColumns(), a.Scenarios, "No scenario would have fired."); err != nil {
		return err
	}
	for _, s := range a.Scenarios {
		if err := writeExamples(w, wide, s); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n%s\n", covers(a), limited(a))
	return err
}

func backtestColumns() []column[*picketv1.BacktestScenario] {
	type view = *picketv1.BacktestScenario
	count := func(get func(view) uint64) func(view) string {
		return func(s view) string { return number(get(s)) }
	}
	return []column[view]{
		{"SCENARIO", false, view.GetName},
		{"DETECTIONS", false, count(view.GetDetections)},
		{"DENY", false, count(view.GetDeny)},
		{"CHALLENGE", false, count(view.GetChallenge)},
		{"THROTTLE", false, count(view.GetThrottle)},
		{"TAG", false, count(view.GetTag)},
		{"OBSERVE", false, count(view.GetObserve)},
		{"CONSUMERS", false, func(s view) string { return number(uint64(s.Consumers)) }},
		{"CLEAN", false, func(s view) string { return number(uint64(s.Clean)) }},
		{"REFUSED", false, count(view.GetRefused)},
		{"CLEAN THROTTLED", true, func(s view) string { return number(uint64(s.CleanThrottled)) }},
		{"HELD BACK", true, func(s view) string {
			var held []string
			for _, h := range s.Held {
				held = append(held, fmt.Sprintf("%s %d", h.Rail, h.Count))
			}
			return strings.Join(held, ", ")
		}},
	}
}

// writeExamples tells a scenario's first decision, or all examples.
func writeExamples(w io.Writer, wide bool, s *picketv1.BacktestScenario) error {
	for i, e := range s.Examples {
		if i > 0 && !wide {
			break
		}
		where, history := "anywhere", ""
		if e.Endpoint != "" {
			where = "at " + e.Endpoint
		}
		if e.Clean {
			history = ", in spite of a clean history"
		}
		if _, err := fmt.Fprintf(w, "\n%s: at %s it would have decided to %s %s %s %s until %s (mode %s)%s; %d requests after that were refused.\n",
			s.Name, at(e.Decided), e.Action, e.Facet, clean(e.Value), clean(where), at(e.Expires), e.Mode, history, e.Refused); err != nil {
			return err
		}
		for _, line := range e.Evidence {
			if _, err := fmt.Fprintf(w, "  %s\n", clean(line)); err != nil {
				return err
			}
		}
	}
	return nil
}

// covers says on what the policy was tried.
func covers(a *picketv1.BacktestResult) string {
	if a.From == nil {
		return "The journal has no reports of that time."
	}
	text := fmt.Sprintf("Tried on %d requests from %s to %s (%s): %d consumers were decided about, and %d requests refused, of which Picket answered %d then, too.",
		a.Requests, at(a.From), at(a.Until), controlplane.Lasting(a.Until.AsTime().Sub(a.From.AsTime()).Round(time.Second)), a.Consumers, a.Refused, a.Already)
	if a.Skipped > 0 {
		text += fmt.Sprintf(" %d entries of the journal could not be read.", a.Skipped)
	}
	if a.Stopped != "" {
		text += " It ended there, because " + a.Stopped + "."
	}
	return text
}

// limited is the one sentence at the end.
func limited(a *picketv1.BacktestResult) string {
	group := "in all"
	if a.WorstGroup != "" {
		group = "in group " + clean(a.WorstGroup)
	}
	if a.Over {
		return fmt.Sprintf("Over the limit: at %s, %d consumers with a clean history would have been denied or challenged at one time %s, and the policy's blast radius allows %d.",
			at(a.WorstAt), a.WorstClean, group, a.WorstLimit)
	}
	return fmt.Sprintf("Within the limit: at most %d consumers with a clean history would have been denied or challenged at one time %s, and the policy's blast radius allows %d.",
		a.WorstClean, group, a.WorstLimit)
}
