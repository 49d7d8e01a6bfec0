package api

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"picket/controlplane"
	"picket/controlplane/decide"
	"picket/controlplane/fleet"
	"picket/controlplane/inventory"
	picketv1 "picket/proto/picket/v1"
)

// view shows a decision with what the fleet proves of it.
func (s *Server) view(d controlplane.Decision) *picketv1.DecisionView {
	return s.viewAt(d, s.proof(d.ID))
}

// marked is view with what the decider knows besides.
func (s *Server) marked(v decide.View) *picketv1.DecisionView {
	m := s.view(v.Decision)
	m.Shadow = v.Shadow
	return m
}

// proof is what nodes have told of a decision at one moment.
type proof struct {
	receipts fleet.Receipts
	known    bool // the fleet follows its receipts
	strikes  fleet.Strikes
}

func (s *Server) proof(id controlplane.DecisionID) proof {
	r, ok := s.o.Fleet.Receipts(id)
	return proof{receipts: r, known: ok, strikes: s.o.Fleet.Strikes(id)}
}

func (s *Server) viewAt(d controlplane.Decision, p proof) *picketv1.DecisionView {
	v := &picketv1.DecisionView{
		Id: d.ID.String(), Facet: string(d.Value.Facet), Value: d.Value.String(), Endpoint: s.endpointName(d),
		Action: string(d.Action), Mode: string(d.Mode), State: d.State(s.o.Clock()), Source: source(d), Who: d.Who, Reason: d.Reason,
		Decided: timestamp(d.Decided), Expires: timestamp(d.Expires), Revision: d.Revision, Group: d.Group,
	}
	if r := p.receipts; p.known {
		v.WorkersEnforcing, v.Workers = uint32(r.K), uint32(r.N)
		if r.All {
			v.EnforcedAfter = durationpb.New(r.After)
		}
	}
	v.Strikes, v.WouldStrike, v.LastStrike = p.strikes.Enforced, p.strikes.Observed, timestamp(p.strikes.Last)
	return v
}

// source is the scenario, or "operator".
func source(d controlplane.Decision) string {
	if d.Operator {
		return "operator"
	}
	return d.Scenario
}

// endpointName is as it was known when decided, or as it is known now; empty for anywhere.
func (s *Server) endpointName(d controlplane.Decision) string {
	if d.Endpoint == 0 {
		return ""
	}
	return cmp.Or(d.EndpointName, s.o.Inventory.Name(d.Endpoint))
}

// concerns tells whether a change is about a decision.
func concerns(e controlplane.AuditEntry, id controlplane.DecisionID) bool {
	text := id.String()
	return strings.Contains(e.What, text) || strings.Contains(e.Before, text) || strings.Contains(e.After, text)
}

func auditView(e controlplane.AuditEntry) *picketv1.AuditView {
	return &picketv1.AuditView{At: timestamp(e.At), Who: e.Who, What: e.What, Before: e.Before, After: e.After, Why: e.Why}
}

func nodeView(n fleet.NodeView) *picketv1.NodeView {
	v := &picketv1.NodeView{
		Id: n.ID, Group: n.Group, State: string(n.State), XdsVersion: n.XDS.Version, XdsState: n.XDS.State,
		XdsError: cmp.Or(n.Refused, n.XDS.Error),
	}
	for _, w := range n.Workers {
		v.Workers = append(v.Workers, workerView(w))
	}
	return v
}

func workerView(w fleet.WorkerView) *picketv1.WorkerView {
	return &picketv1.WorkerView{
		Instance: fmt.Sprintf("%016x", w.Instance), Worker: w.Worker, State: string(w.State), Epoch: w.Receipt.Epoch,
		Revision: w.Receipt.Revision, PolicyRevision: w.Receipt.PolicyRevision, FilterVersion: w.FilterVersion,
		LastSeen: timestamp(w.LastSeen), Enforced: timestamp(w.Enforced), Serving: w.Receipt.Serving,
		PolicyError: w.Receipt.PolicyError, Requests: w.Totals.Requests, Lost: w.Lost, Node: w.Node.ID, Source: w.Receipt.Source,
	}
}

func endpointView(e inventory.View) *picketv1.EndpointView {
	return &picketv1.EndpointView{
		Id: fmt.Sprintf("%016x", uint64(e.ID)), Name: e.Name, Requests: e.Requests, Declared: e.Declared,
		Purpose: string(e.Purpose), FirstSeen: timestamp(e.FirstSeen), LastSeen: timestamp(e.LastSeen),
		Learned: uint32(e.Learned),
	}
}

// timestamp leaves out what never was.
func timestamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}
