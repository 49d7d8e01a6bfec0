package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) undo() *cobra.Command {
	q := &picketv1.UndoRequest{}
	c := &cobra.Command{
		Use: "undo ID", Short: "Withdraw a decision, everywhere and at once",
		Args: exactly(1, "the decision's ID, as in picket get decisions"),
	}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.Flags().StringVar(&q.Reason, "reason", "", "why, for those who read it later")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := o.check(); err != nil {
			return err
		}
		q.Id = args[0]
		a, err := call(c.Context(), r, picketv1connect.AdminClient.Undo, q)
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, _ bool) error {
			_, err := fmt.Fprintf(w, "%s  undone: %s %s %s is as before\n", a.Decision.Id,
				clean(a.Decision.Facet), clean(a.Decision.Value), clean(orText(a.Decision.Endpoint, "anywhere")))
			return err
		})
	}
	return c
}
