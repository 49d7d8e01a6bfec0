package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) get() *cobra.Command {
	c := &cobra.Command{
		Use: "get", Short: "List decisions, findings, scenarios, nodes, endpoints or changes", Args: unknownCommand,
		RunE: func(*cobra.Command, []string) error {
			return mistakef("say what to list: picket get decisions, findings, scenarios, nodes, endpoints or audit")
		},
	}
	c.AddCommand(p.getDecisions(), p.getFindings(), p.getScenarios(), p.getNodes(), p.getEndpoints(), p.getAudit())
	return c
}

func (p *program) getDecisions() *cobra.Command {
	q := &picketv1.ListDecisionsRequest{}
	c := &cobra.Command{Use: "decisions", Aliases: []string{"decision"}, Short: "List the decisions in force", Args: exactly(0, "no argument")}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.Flags().BoolVar(&q.All, "all", false, "also those that expired or were undone")
	c.Flags().Uint32Var(&q.Limit, "limit", 1000, "how many, 10000 at the most")
	c.Flags().StringVar(&q.After, "after", "", "go on after this place, which the page before named")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.ListDecisions, q)
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, wide bool) error {
			if err := table(w, wide, decisionColumns(), a.Decisions, "No decision is in force."); err != nil || a.Next == "" {
				return err
			}
			_, err := fmt.Fprintf(w, "There are more; %d are in force. Go on: --after %s\n", a.Total, a.Next)
			return err
		})
	}
	return c
}

func decisionColumns() []column[*picketv1.DecisionView] {
	type view = *picketv1.DecisionView
	return []column[view]{
		{"ID", false, view.GetId},
		{"ACTION", false, view.GetAction},
		{"WHO", false, func(d view) string { return d.Facet + " " + d.Value }},
		{"WHERE", false, func(d view) string { return orText(d.Endpoint, "anywhere") }},
		{"STATE", false, view.GetState},
		{"SOURCE", false, view.GetSource},
		{"FOR", false, func(d view) string { return in(d.Expires) }},
		{"WORKERS", false, func(d view) string { return fmt.Sprintf("%d/%d", d.WorkersEnforcing, d.Workers) }},
		{"AFTER", true, func(d view) string { return milliseconds(d.EnforcedAfter) }},
		{"STRIKES", false, func(d view) string { return number(d.Strikes) }},
		{"WOULD-STRIKE", true, func(d view) string { return number(d.WouldStrike) }},
		{"MODE", true, shadowed},
		{"GROUP", true, func(d view) string { return orText(d.Group, "all") }},
		{"BY", true, view.GetWho},
		{"DECIDED", true, func(d view) string { return at(d.Decided) }},
		{"REVISION", true, func(d view) string { return number(d.Revision) }},
		{"REASON", true, view.GetReason},
	}
}

func (p *program) getNodes() *cobra.Command {
	c := &cobra.Command{Use: "nodes", Aliases: []string{"node"}, Short: "List nodes and their workers", Args: exactly(0, "no argument")}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.ListNodes, &picketv1.ListNodesRequest{})
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, wide bool) error {
			return table(w, wide, workerColumns(), workerRows(a.Nodes), "No node has connected yet.")
		})
	}
	return c
}

// workerRow is a worker beside its node; a node without any has one row with an empty worker.
type workerRow struct {
	node   *picketv1.NodeView
	worker *picketv1.WorkerView
}

func workerRows(nodes []*picketv1.NodeView) []workerRow {
	var rows []workerRow
	for _, n := range nodes {
		for _, w := range n.Workers {
			rows = append(rows, workerRow{n, w})
		}
		if len(n.Workers) == 0 {
			rows = append(rows, workerRow{n, &picketv1.WorkerView{State: n.State}})
		}
	}
	return rows
}

func workerColumns() []column[workerRow] {
	return []column[workerRow]{
		{"NODE", false, func(r workerRow) string { return r.node.Id }},
		{"GROUP", false, func(r workerRow) string { return r.node.Group }},
		{"WORKER", false, func(r workerRow) string { return number(uint64(r.worker.Worker)) }},
		{"STATE", false, func(r workerRow) string { return r.worker.State }},
		{"REVISION", false, func(r workerRow) string { return number(r.worker.Revision) }},
		{"POLICY", false, func(r workerRow) string { return number(r.worker.PolicyRevision) }},
		{"REQUESTS", false, func(r workerRow) string { return number(r.worker.Requests) }},
		{"LOST", false, func(r workerRow) string { return number(r.worker.Lost) }},
		{"SEEN", false, func(r workerRow) string { return at(r.worker.LastSeen) }},
		{"SERVING", true, func(r workerRow) string { return strconv.FormatBool(r.worker.Serving) }},
		{"INSTANCE", true, func(r workerRow) string { return r.worker.Instance }},
		{"FILTER", true, func(r workerRow) string { return r.worker.FilterVersion }},
		{"SOURCE", true, func(r workerRow) string { return r.worker.Source }},
		{"XDS", true, func(r workerRow) string { return r.node.XdsState }},
		{"ERROR", true, func(r workerRow) string { return orText(r.worker.PolicyError, r.node.XdsError) }},
	}
}

func (p *program) getEndpoints() *cobra.Command {
	c := &cobra.Command{Use: "endpoints", Aliases: []string{"endpoint"}, Short: "List the endpoints seen", Args: exactly(0, "no argument")}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.ListEndpoints, &picketv1.ListEndpointsRequest{})
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, wide bool) error {
			return table(w, wide, endpointColumns(), a.Endpoints, "No endpoint was seen yet.")
		})
	}
	return c
}

func endpointColumns() []column[*picketv1.EndpointView] {
	type view = *picketv1.EndpointView
	return []column[view]{
		{"ENDPOINT", false, view.GetName},
		{"REQUESTS", false, func(e view) string { return number(e.Requests) }},
		{"DECLARED", false, func(e view) string { return strconv.FormatBool(e.Declared) }},
		{"LEARNED", false, learnedFrom},
		{"PURPOSE", false, view.GetPurpose},
		{"LAST SEEN", false, func(e view) string { return at(e.LastSeen) }},
		{"FIRST SEEN", true, func(e view) string { return at(e.FirstSeen) }},
		{"ID", true, view.GetId},
	}
}

// learnedFrom says how many values an {id} of an endpoint's path was learned from.
func learnedFrom(e *picketv1.EndpointView) string {
	if e.Learned == 0 {
		return ""
	}
	return number(uint64(e.Learned)) + " values"
}

func (p *program) getAudit() *cobra.Command {
	q := &picketv1.ListAuditRequest{}
	c := &cobra.Command{Use: "audit", Short: "List the newest changes: who did what, and why", Args: exactly(0, "no argument")}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.Flags().Uint32Var(&q.Limit, "limit", 50, "how many")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.ListAudit, q)
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, wide bool) error {
			return table(w, wide, auditColumns(), a.Entries, "Nothing was changed yet.")
		})
	}
	return c
}

func auditColumns() []column[*picketv1.AuditView] {
	type view = *picketv1.AuditView
	return []column[view]{
		{"AT", false, func(e view) string { return at(e.At) }},
		{"WHO", false, view.GetWho},
		{"WHAT", false, view.GetWhat},
		{"WHY", false, view.GetWhy},
		{"BEFORE", true, view.GetBefore},
		{"AFTER", true, view.GetAfter},
	}
}

// shadowed is the mode, and whether it is that of the shadow arm.
func shadowed(d *picketv1.DecisionView) string {
	if d.Shadow {
		return d.Mode + ", shadow"
	}
	return d.Mode
}

// number prints a count.
func number(n uint64) string { return strconv.FormatUint(n, 10) }

// orText is s, or other where s is empty.
func orText(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
