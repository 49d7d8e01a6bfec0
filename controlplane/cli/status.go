package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) status() *cobra.Command {
	c := &cobra.Command{Use: "status", Short: "Say how a running control plane and its nodes are", Args: exactly(0, "no argument")}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.GetStatus, &picketv1.GetStatusRequest{})
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, wide bool) error { return printStatus(w, a, wide) })
	}
	return c
}

func printStatus(w io.Writer, s *picketv1.GetStatusResponse, wide bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(t, "%s\t%s\n", name, clean(fmt.Sprintf(format, args...)))
	}
	line("mode", "%s", modeText(s))
	line("ready", "%v", s.Ready)
	line("nodes", "%d, %d of %d workers current", s.Nodes, s.WorkersCurrent, s.Workers)
	line("requests", "%d seen, %d blocked, %d throttled, %d would have been, %d lost to reports", s.Requests, s.Blocked, s.Throttled, s.Observed, s.Lost)
	line("decisions", "%d in force", s.Decisions)
	line("findings", "%d remembered, %d requests denied, %s", s.Findings, s.DeniedFindings, bodiesText(s))
	line("revision", "%d", s.Revision)
	line("store", "%s", s.Store)
	line("policy", "%s", orText(s.PolicyFile, "built-in"))
	if wide {
		line("policy hash", "%s", s.PolicyHash)
		line("epoch", "%016x", s.Epoch)
		line("started", "%s", at(s.Started))
		line("version", "%s", s.Version)
	}
	warnings := s.Warnings
	if !wide {
		warnings = warnings[:min(len(warnings), mostWarnings)]
	}
	for _, warning := range warnings {
		line("warning", "%s", warning)
	}
	if more := len(s.Warnings) - len(warnings); more > 0 {
		line("warning", "and %d more: picket status -o wide", more)
	}
	return t.Flush()
}

// mostWarnings is how many are printed where not all are asked for. Incidents, of which there may be many, come last.
const mostWarnings = 20

// bodiesText says how many bodies were looked into, and how many not wholly or not in time, where there were such.
func bodiesText(s *picketv1.GetStatusResponse) string {
	text := fmt.Sprintf("%d bodies inspected", s.Bodies)
	if s.BodiesUnread > 0 {
		text += fmt.Sprintf(", %d of them not wholly", s.BodiesUnread)
	}
	if s.BodiesOverdue > 0 {
		text += fmt.Sprintf(", %d released before they were", s.BodiesOverdue)
	}
	return text
}

func modeText(s *picketv1.GetStatusResponse) string {
	if s.KillSwitch {
		return s.Mode + ", but the kill switch is on: nothing is enforced"
	}
	return s.Mode
}
