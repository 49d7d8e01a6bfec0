package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) explain() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain ID | --ip|--key|--subject|--session VALUE",
		Short: "Tell the whole story of a decision or a finding, or of a caller: what was seen, what decided, what was held back, how to undo it",
		Args:  atMost(1, "the ID of a decision or a finding, as in picket get decisions and picket get findings"),
	}
	v := &wish{facets: map[string]*string{}}
	f := c.Flags()
	v.facets["ip"] = f.String("ip", "", "of the caller at this address, or of this network")
	v.facets["key"] = f.String("key", "", "of the caller with this API key: - reads it from standard input, @FILE from a file")
	v.facets["subject"] = f.String("subject", "", "of the caller with this subject of a token, user name, or URI of a client certificate")
	v.facets["session"] = f.String("session", "", "of the caller with this session cookie: - reads it from standard input, @FILE from a file")
	r, o := p.remoteFlags(c), outputFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := o.check(); err != nil {
			return err
		}
		a, people, err := p.story(c, r, v, args)
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, people)
	}
	return c
}

// story asks for the story of an ID, or else of a caller, and says how to print it.
func (p *program) story(c *cobra.Command, r *remote, v *wish, args []string) (proto.Message, func(io.Writer, bool) error, error) {
	named := v.named()
	switch {
	case len(args) == 1 && named:
		return nil, nil, mistakef("give an ID or a caller, not both: %s", c.UseLine())
	case len(args) == 1:
		a, err := call(c.Context(), r, picketv1connect.AdminClient.Explain, &picketv1.ExplainRequest{Id: args[0]})
		return a, func(w io.Writer, wide bool) error { return printStory(w, a, wide) }, err
	case !named:
		return nil, nil, mistakef("say what to explain: an ID as in picket get decisions and picket get findings, or a caller by --ip, --key, --subject or --session")
	}
	facet, value, err := v.whom(p.stdin, "explain")
	if err != nil {
		return nil, nil, err
	}
	a, err := call(c.Context(), r, picketv1connect.AdminClient.ExplainCaller, &picketv1.ExplainCallerRequest{Facet: facet, Value: value})
	return a, func(w io.Writer, wide bool) error { return printCaller(w, a, wide) }, err
}

func printStory(w io.Writer, a *picketv1.ExplainResponse, wide bool) error {
	if err := printSentences(w, a.Story); err != nil {
		return err
	}
	if !wide || a.Decision == nil {
		return nil
	}
	_, _ = fmt.Fprintln(w)
	rows := make([]workerRow, len(a.Workers))
	for i, v := range a.Workers {
		rows[i] = workerRow{&picketv1.NodeView{Id: v.Node}, v}
	}
	if err := table(w, false, workerColumns(), rows, "No worker is connected."); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(w)
	return table(w, true, auditColumns(), a.Audit, "No change is recorded.")
}

func printSentences(w io.Writer, story []string) error {
	for _, s := range story {
		if _, err := fmt.Fprintln(w, clean(s)); err != nil {
			return err
		}
	}
	return nil
}

func printCaller(w io.Writer, a *picketv1.ExplainCallerResponse, wide bool) error {
	if err := printSentences(w, a.Story); err != nil || !wide {
		return err
	}
	_, _ = fmt.Fprintln(w)
	if err := table(w, false, decisionColumns(), a.Decisions, "No decision."); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(w)
	if err := table(w, true, refusalColumns(), a.Refusals, "Nothing was held back."); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(w)
	return table(w, false, findingColumns(), a.Findings, "Nothing was found.")
}

func refusalColumns() []column[*picketv1.RefusalView] {
	type view = *picketv1.RefusalView
	return []column[view]{
		{"SCENARIO", false, view.GetScenario},
		{"WHERE", false, func(r view) string { return orText(r.Endpoint, "anywhere") }},
		{"RAIL", false, view.GetRail},
		{"SURE", false, func(r view) string { return fmt.Sprintf("%.2f", r.Confidence) }},
		{"TIMES", false, func(r view) string { return number(r.Count) }},
		{"LAST", false, func(r view) string { return at(r.Last) }},
		{"REASON", false, view.GetReason},
		{"GROUP", true, func(r view) string { return orText(r.Group, "all") }},
		{"FIRST", true, func(r view) string { return at(r.First) }},
	}
}
