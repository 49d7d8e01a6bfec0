// Package api is the Admin service: what operators ask of a running control plane, and who may ask.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"picket/controlplane"
	"picket/controlplane/decide"
	"picket/controlplane/findings"
	"picket/controlplane/fleet"
	"picket/controlplane/inventory"
	"picket/controlplane/policy"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

const (
	// maxBody bounds a request, in bytes.
	maxBody = 1 << 20
	// maxAudit bounds the changes of one answer.
	maxAudit = 1000
	// pageSize is how many decisions one answer has, unless it is asked for others; maxPage bounds them.
	pageSize, maxPage = 1000, 10_000
)

// Decider takes decisions and tells about them.
type Decider interface {
	Decide(ctx context.Context, c decide.Command) (controlplane.Decision, error)
	Undo(ctx context.Context, id controlplane.DecisionID, who, why string) (controlplane.Decision, error)
	Get(id controlplane.DecisionID) (controlplane.Decision, error)
	Page(q decide.Query) (decide.Page, error)
	Active() int
	About(facet controlplane.Facet, value string) (decide.Caller, error)
	Scenarios() []decide.Scenario
	Kill(ctx context.Context, on bool, who, why string) (killed bool, err error)
	Warnings() []string
	Audit(limit int) []controlplane.AuditEntry
}

// Fleet knows the nodes.
type Fleet interface {
	Nodes() []fleet.NodeView
	Status() fleet.Status
	Warnings() []string
	Receipts(id controlplane.DecisionID) (fleet.Receipts, bool)
	Strikes(id controlplane.DecisionID) fleet.Strikes
}

// Inventory knows the endpoints.
type Inventory interface {
	List() []inventory.View
	Name(id controlplane.EndpointID) string
	Field(hash uint64) (name string, known bool)
}

// Findings remembers what was found inside requests.
type Findings interface {
	Get(id controlplane.DecisionID) (controlplane.Finding, bool)
	List(q findings.Filter) []controlplane.Finding
	Len() int
}

var (
	_ Decider   = (*decide.Decider)(nil)
	_ Fleet     = (*fleet.Fleet)(nil)
	_ Inventory = (*inventory.Inventory)(nil)
	_ Findings  = (*findings.Memory)(nil)
)

// Options of a Server. All are required but Apply, Warnings and Log.
type Options struct {
	Access    Access
	Decider   Decider
	Fleet     Fleet
	Inventory Inventory
	Findings  Findings
	Policy    interface {
		File() *policy.File
		Epoch() uint64
		Revision() uint64
	}
	// Declared gives what the policy declares of an endpoint, and whether it does.
	Declared func(controlplane.EndpointID) (policy.Endpoint, bool)
	// Document is the policy in force, and Ready whether this replica answers nodes.
	Document func() policy.Document
	Ready    func() bool
	// Apply makes files the policy. Its error is a *decide.Mistake where they are wrong. nil: nobody does.
	Apply func(context.Context, Apply) ([]Change, error)
	// Backtest tries policies on the journal; nil: there is none.
	Backtest Backtester
	// Warnings of whoever else has some; nil: nobody.
	Warnings func() []string
	Version  string
	Store    func() string // says where the state is and how much of the past its journal has
	Started  time.Time
	Clock    controlplane.Clock
	Log      *slog.Logger // nil: discarded
}

// Server implements picketv1connect.AdminHandler. Its methods trust that Handler let their caller through.
type Server struct{ o Options }

var _ picketv1connect.AdminHandler = (*Server)(nil)

// New makes a server.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{o}
}

// Handler gives the service behind its locks: the Host, the Origin, the operator, and the size of what is sent.
func (s *Server) Handler() (path string, h http.Handler) {
	path, h = picketv1connect.NewAdminHandler(s, connect.WithReadMaxBytes(maxBody))
	return path, s.o.Access.sameSite(s.o.Access.authenticate(http.MaxBytesHandler(patient(h), maxBody)))
}

// SameSite puts the checks of Host and Origin alone before h: for pages that need no operator.
func (s *Server) SameSite(h http.Handler) http.Handler { return s.o.Access.sameSite(h) }

// GetStatus sums everything up.
func (s *Server) GetStatus(context.Context, *picketv1.GetStatusRequest) (*picketv1.GetStatusResponse, error) {
	f, document, file := s.o.Fleet.Status(), s.o.Document(), s.o.Policy.File()
	warnings := append(fileWarnings(file, s.o.Clock()), s.o.Fleet.Warnings()...)
	if s.o.Warnings != nil {
		warnings = append(s.o.Warnings(), warnings...)
	}
	warnings = append(warnings, s.o.Decider.Warnings()...) // last: of incidents there may be many
	return &picketv1.GetStatusResponse{
		Version: s.o.Version, Ready: s.o.Ready(), Epoch: s.o.Policy.Epoch(), Revision: s.o.Policy.Revision(),
		Mode: string(file.Mode), KillSwitch: file.KillSwitch,
		Nodes: uint32(f.Nodes), Workers: uint32(f.Workers), WorkersCurrent: uint32(f.Current),
		Decisions: uint32(s.o.Decider.Active()),
		Requests:  f.Totals.Requests, Blocked: f.Totals.Blocked, Throttled: f.Totals.Throttled, Observed: f.Totals.Observed,
		Lost: f.Lost, Started: timestamppb.New(s.o.Started), Store: s.o.Store(),
		PolicyFile: document.Name, PolicyHash: document.Hash(), Warnings: warnings,
		DeniedFindings: f.Totals.DeniedFindings, Findings: uint64(s.o.Findings.Len()),
		Bodies: f.Totals.Bodies, BodiesUnread: f.Totals.BodiesUnread, BodiesOverdue: f.Totals.BodiesOverdue,
	}, nil
}

// fileWarnings are of what has changed in a policy file's meaning by time alone.
func fileWarnings(f *policy.File, now time.Time) []string {
	var out []string
	for _, m := range f.Warnings(now) {
		out = append(out, sentence(fmt.Sprintf("Line %d of the policy file: %s", m.Line, m.Message)))
	}
	return out
}

// ListDecisions gives a page in the Decider's order: the newest first.
func (s *Server) ListDecisions(_ context.Context, q *picketv1.ListDecisionsRequest) (*picketv1.ListDecisionsResponse, error) {
	limit := min(int(q.Limit), maxPage)
	if limit == 0 {
		limit = pageSize
	}
	p, err := s.o.Decider.Page(decide.Query{All: q.All, Limit: limit, After: q.After})
	if err != nil {
		return nil, s.wireError(err)
	}
	a := &picketv1.ListDecisionsResponse{Next: p.Next, Total: uint32(s.o.Decider.Active())}
	for _, v := range p.Decisions {
		a.Decisions = append(a.Decisions, s.marked(v))
	}
	return a, nil
}

// Kill switches the operators' kill switch.
func (s *Server) Kill(ctx context.Context, q *picketv1.KillRequest) (*picketv1.KillResponse, error) {
	killed, err := s.o.Decider.Kill(ctx, q.On, who(ctx), q.Reason)
	if err != nil {
		return nil, s.wireError(err)
	}
	return &picketv1.KillResponse{KillSwitch: killed}, nil
}

// Explain tells a decision's story, or a finding's.
func (s *Server) Explain(_ context.Context, q *picketv1.ExplainRequest) (*picketv1.ExplainResponse, error) {
	d, err := s.find(q.Id)
	if connect.CodeOf(err) == connect.CodeNotFound {
		return s.explainFinding(q.Id)
	}
	if err != nil {
		return nil, err
	}
	p := s.proof(d.ID) // once, so that the view and the story tell the same moment
	a := &picketv1.ExplainResponse{
		Decision: s.viewAt(d, p),
		Story:    story(d, s.endpointName(d), p.receipts, p.strikes, s.o.Clock()),
	}
	for _, w := range p.receipts.Workers {
		a.Workers = append(a.Workers, workerView(w))
	}
	for _, e := range s.o.Decider.Audit(maxAudit) {
		if concerns(e, d.ID) {
			a.Audit = append(a.Audit, auditView(e))
		}
	}
	return a, nil
}

// Decide takes an operator's decision.
func (s *Server) Decide(ctx context.Context, q *picketv1.DecideRequest) (*picketv1.DecideResponse, error) {
	d, err := s.o.Decider.Decide(ctx, decide.Command{
		Action: controlplane.Action(q.Action), Facet: controlplane.Facet(q.Facet), Value: q.Value, Endpoint: q.Endpoint,
		For: q.For.AsDuration(), Reason: q.Reason, Who: who(ctx), Group: q.Group, PerMinute: q.PerMinute,
	})
	if err != nil {
		return nil, s.wireError(err)
	}
	return &picketv1.DecideResponse{Decision: s.view(d)}, nil
}

// Undo withdraws a decision.
func (s *Server) Undo(ctx context.Context, q *picketv1.UndoRequest) (*picketv1.UndoResponse, error) {
	d, err := s.find(q.Id)
	if _, isFinding := s.finding(q.Id); isFinding && connect.CodeOf(err) == connect.CodeNotFound {
		return nil, connect.NewError(connect.CodeNotFound, errors.New("this is the ID of a finding, which leaves nothing in force to undo: picket explain says how to except it"))
	}
	if err != nil {
		return nil, err
	}
	if d, err = s.o.Decider.Undo(ctx, d.ID, who(ctx), orNone(q.Reason)); err != nil {
		return nil, s.wireError(err)
	}
	return &picketv1.UndoResponse{Decision: s.view(d)}, nil
}

// ListNodes gives nodes by id.
func (s *Server) ListNodes(context.Context, *picketv1.ListNodesRequest) (*picketv1.ListNodesResponse, error) {
	a := &picketv1.ListNodesResponse{}
	for _, n := range s.o.Fleet.Nodes() {
		a.Nodes = append(a.Nodes, nodeView(n))
	}
	return a, nil
}

// ListEndpoints gives endpoints by name.
func (s *Server) ListEndpoints(context.Context, *picketv1.ListEndpointsRequest) (*picketv1.ListEndpointsResponse, error) {
	a := &picketv1.ListEndpointsResponse{}
	for _, e := range s.o.Inventory.List() {
		a.Endpoints = append(a.Endpoints, endpointView(e))
	}
	return a, nil
}

// ListAudit gives the newest changes first.
func (s *Server) ListAudit(_ context.Context, q *picketv1.ListAuditRequest) (*picketv1.ListAuditResponse, error) {
	limit := min(int(q.Limit), maxAudit)
	if limit == 0 {
		limit = 100
	}
	a := &picketv1.ListAuditResponse{}
	for _, e := range s.o.Decider.Audit(limit) {
		a.Entries = append(a.Entries, auditView(e))
	}
	return a, nil
}

// find reads an id and looks it up.
func (s *Server) find(id string) (controlplane.Decision, error) {
	n, err := controlplane.ParseDecisionID(id)
	if err != nil {
		return controlplane.Decision{}, connect.NewError(connect.CodeInvalidArgument, err)
	}
	d, err := s.o.Decider.Get(n)
	if err != nil {
		return controlplane.Decision{}, s.wireError(err)
	}
	return d, nil
}

// wireError says whose fault err is. What failed inside is logged, and told as that only.
func (s *Server) wireError(err error) error {
	var m *decide.Mistake
	switch {
	case errors.As(err, &m):
		return connect.NewError(connect.CodeInvalidArgument, m)
	case errors.Is(err, decide.ErrNotFound):
		return connect.NewError(connect.CodeNotFound, errors.New("no decision has this ID: see picket get decisions --all"))
	case errors.Is(err, decide.ErrNotActive):
		return connect.NewError(connect.CodeFailedPrecondition, errors.New("this decision is no longer active: it expired or was undone"))
	default:
		s.o.Log.Error("operator's call went wrong", "error", err)
		return connect.NewError(connect.CodeInternal, errors.New("the control plane could not do it: see its log"))
	}
}
