package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) getFindings() *cobra.Command {
	q := &picketv1.ListFindingsRequest{}
	var since time.Duration
	c := &cobra.Command{
		Use: "findings", Aliases: []string{"finding"}, Short: "List what was found inside requests and responses, the newest first",
		Args: exactly(0, "no argument"),
	}
	r, o := p.remoteFlags(c), outputFlags(c)
	f := c.Flags()
	f.StringVar(&q.Class, "class", "", "of one class only: sqli, xss, ...")
	f.BoolVar(&q.EnforcedOnly, "enforced", false, "only those for which Picket answered a request")
	f.DurationVar(&since, "since", 0, "only those seen within so long before now, as in 1h")
	f.Uint32Var(&q.Limit, "limit", 100, "how many, 1000 at the most")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		if since < 0 {
			return mistakef("--since %v: give a time such as 1h", since)
		}
		if since > 0 {
			q.Since = durationpb.New(since)
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.ListFindings, q)
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, wide bool) error {
			return table(w, wide, findingColumns(), a.Findings, "Nothing was found.")
		})
	}
	return c
}

func findingColumns() []column[*picketv1.FindingView] {
	type view = *picketv1.FindingView
	return []column[view]{
		{"ID", false, view.GetId},
		{"WHAT", false, view.GetTitle},
		{"PLACE", false, place},
		{"WHERE", false, view.GetEndpoint},
		{"WHO", false, func(f view) string { return f.Facet + " " + f.Value }},
		{"EFFECT", false, effect},
		{"SURE", false, func(f view) string { return fmt.Sprintf("%.2f", f.Confidence) }},
		{"REQUESTS", false, func(f view) string { return number(f.Count) }},
		{"LAST", false, func(f view) string { return at(f.Last) }},
		{"CLASS", true, view.GetClass},
		{"ENFORCED", true, func(f view) string { return number(f.Enforced) }},
		{"OBSERVED", true, func(f view) string { return number(f.Observed) }},
		{"FIRST", true, func(f view) string { return at(f.First) }},
		{"DECODING", true, view.GetDecoding},
		{"RULE", true, view.GetRule},
		{"EVIDENCE", true, view.GetEvidence},
		{"NODE", true, func(f view) string { return fmt.Sprintf("%s/%d", f.Node, f.Worker) }},
		{"GROUP", true, view.GetGroup},
		{"ANSWERS", true, view.GetAnswers},
	}
}

// place is the place and its field, if it has one.
func place(f *picketv1.FindingView) string {
	if f.Field == "" {
		return f.Place
	}
	return f.Place + ": " + f.Field
}

// effect says what became of the requests, and whether that came late.
func effect(f *picketv1.FindingView) string {
	if f.Late {
		return f.Effect + ", late"
	}
	return f.Effect
}
