package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) kill() *cobra.Command {
	q := &picketv1.KillRequest{}
	off := false
	c := &cobra.Command{
		Use: "kill --reason TEXT [--off]", Short: "Enforce nothing any more, whoever decided it, everywhere and at once; --off takes it back",
		Args: exactly(0, "no argument but flags"),
	}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.Flags().BoolVar(&off, "off", false, "enforce again")
	c.Flags().StringVar(&q.Reason, "reason", "", "why, for those who read it later")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		if strings.TrimSpace(q.Reason) == "" {
			return mistakef(`say why: --reason "orders fail"`)
		}
		q.On = !off
		a, err := call(c.Context(), r, picketv1connect.AdminClient.Kill, q)
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, _ bool) error { return printKilled(w, off, a.KillSwitch) })
	}
	return c
}

func printKilled(w io.Writer, off, killed bool) error {
	text := "The kill switch is on: nothing is enforced. Back: picket kill --off --reason TEXT"
	switch {
	case off && killed:
		text = "The operators' kill switch is off, but the policy file has kill_switch: true, so that nothing is enforced."
	case off:
		text = "The kill switch is off: what is in force is enforced again."
	}
	_, err := fmt.Fprintln(w, text)
	return err
}
