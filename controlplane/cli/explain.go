package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) explain() *cobra.Command {
	c := &cobra.Command{
		Use: "explain ID", Short: "Tell the whole story of a decision or a finding: what was seen, what decided, what was done, how to undo it",
		Args: exactly(1, "the ID of a decision or a finding, as in picket get decisions and picket get findings"),
	}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := o.check(); err != nil {
			return err
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.Explain, &picketv1.ExplainRequest{Id: args[0]})
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, wide bool) error { return printStory(w, a, wide) })
	}
	return c
}

func printStory(w io.Writer, a *picketv1.ExplainResponse, wide bool) error {
	for _, s := range a.Story {
		if _, err := fmt.Fprintln(w, clean(s)); err != nil {
			return err
		}
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
