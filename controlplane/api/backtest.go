package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"picket/controlplane"
	"picket/controlplane/backtest"
	"picket/controlplane/policy"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// Backtester tries policies on the journal.
type Backtester interface {
	Run(ctx context.Context, q backtest.Query, progress func(backtest.Progress)) (*backtest.Result, error)
}

var _ Backtester = (*backtest.Tester)(nil)

// backtestWithin bounds how long an answer may take to be written: longer than a backtest may.
const backtestWithin = 10 * time.Minute

// patient gives the one call that takes minutes more time than the server gives all others.
func patient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == picketv1connect.AdminBacktestProcedure {
			c, until := http.NewResponseController(w), time.Now().Add(backtestWithin)
			_, _ = c.SetReadDeadline(until), c.SetWriteDeadline(until) // else the server's own hold
		}
		next.ServeHTTP(w, r)
	})
}

// Backtest tries a policy on the journal.
func (s *Server) Backtest(ctx context.Context, q *picketv1.BacktestRequest, out *connect.ServerStream[picketv1.BacktestResponse]) error {
	if s.o.Backtest == nil {
		return connect.NewError(connect.CodeFailedPrecondition, errors.New("this control plane keeps no journal to try a policy on"))
	}
	query, err := s.backtestQuery(q)
	if err != nil {
		return err
	}
	r, err := s.o.Backtest.Run(ctx, query, func(p backtest.Progress) {
		_ = out.Send(&picketv1.BacktestResponse{Entries: p.Entries, Total: p.Total, Until: timestamp(p.Until)}) // who is gone ends ctx
	})
	switch {
	case errors.Is(err, backtest.ErrBusy):
		return connect.NewError(connect.CodeResourceExhausted, errors.New("another backtest is running: try again when it has ended"))
	case ctx.Err() != nil:
		return connect.NewError(connect.CodeCanceled, ctx.Err())
	case err != nil:
		return s.wireError(err)
	}
	return out.Send(&picketv1.BacktestResponse{Entries: r.Entries, Total: r.Entries, Until: timestamp(r.Until), Result: backtestView(r)})
}

// backtestQuery reads the policy, or gives all its mistakes.
func (s *Server) backtestQuery(q *picketv1.BacktestRequest) (backtest.Query, error) {
	query := backtest.Query{Policy: s.o.Policy.File(), Since: q.Since.AsDuration()}
	if query.Since < 0 {
		return query, connect.NewError(connect.CodeInvalidArgument, errors.New("since is a time before now, such as 24h"))
	}
	if q.Policy == "" {
		return query, nil
	}
	f, err := policy.Parse(cmp.Or(q.Name, "policy"), []byte(q.Policy))
	if err != nil {
		return query, connect.NewError(connect.CodeInvalidArgument, err)
	}
	query.Policy = f
	return query, nil
}

func backtestView(r *backtest.Result) *picketv1.BacktestResult {
	v := &picketv1.BacktestResult{
		From: timestamp(r.From), Until: timestamp(r.Until), Entries: r.Entries, Skipped: r.Skipped, Requests: r.Requests, Stopped: r.Stopped,
		Consumers: uint32(r.Consumers), Clean: uint32(r.Clean), Refused: r.Refused, Already: r.Already,
		Over: r.Worst.Over(), WorstAt: timestamp(r.Worst.At), WorstGroup: r.Worst.Group,
		WorstClean: uint32(r.Worst.Clean), WorstLimit: uint32(r.Worst.Limit),
	}
	for i := range r.Scenarios {
		v.Scenarios = append(v.Scenarios, backtestScenario(&r.Scenarios[i]))
	}
	return v
}

func backtestScenario(s *backtest.Scenario) *picketv1.BacktestScenario {
	v := &picketv1.BacktestScenario{
		Name: s.Name, Detections: s.Detections, Consumers: uint32(s.Consumers), Clean: uint32(s.Clean), CleanThrottled: uint32(s.Slowed),
		Refused: s.Refused, Deny: s.Decisions[controlplane.ActionDeny], Challenge: s.Decisions[controlplane.ActionChallenge],
		Throttle: s.Decisions[controlplane.ActionThrottle], Tag: s.Decisions[controlplane.ActionTag], Observe: s.Decisions[controlplane.ActionObserve],
	}
	for _, h := range s.Held {
		v.Held = append(v.Held, &picketv1.HeldView{Rail: h.Rail, Count: h.Count})
	}
	for i := range s.Examples {
		v.Examples = append(v.Examples, backtestExample(&s.Examples[i]))
	}
	return v
}

func backtestExample(e *backtest.Example) *picketv1.BacktestExample {
	return &picketv1.BacktestExample{
		Facet: string(e.Value.Facet), Value: e.Value.String(), Endpoint: e.EndpointName, Group: e.Group, Action: string(e.Action), Mode: string(e.Mode),
		Decided: timestamppb.New(e.Decided), Expires: timestamppb.New(e.Expires), Clean: e.Clean, Refused: e.Refused, Evidence: e.Evidence,
	}
}
