package e2e

import (
	"context"
	"fmt"
	"strings"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/durationpb"

	"picket/controlplane/app"
	picketv1 "picket/proto/picket/v1"
)

// startControlPlane starts it with the rig's state, and leads the link to it.
func (r *rig) startControlPlane() {
	r.t.Helper()
	o := app.Options{
		HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", State: app.Memory, PolicyFile: r.policy, Deltas: r.o.deltas, ECDS: r.o.ecds,
		Module: func() string { return r.o.module }, Version: "test",
	}
	if r.o.state != "" {
		o.State = r.o.state
	}
	if r.o.control != nil {
		r.o.control(&o)
	}
	r.plane = startPlane(r.t, o, r.o.process)
	r.link.lead(r.plane.grpc)
}

// stopControlPlane cuts every connection and ends it: with SIGKILL, where it is a process.
func (r *rig) stopControlPlane() {
	r.t.Helper()
	r.link.cut()
	r.plane.stop()
	r.plane = nil
}

// restartControlPlane does both; the state is what survives.
func (r *rig) restartControlPlane() {
	r.t.Helper()
	r.stopControlPlane()
	r.startControlPlane()
}

// nodes is what `picket get nodes` shows.
func (r *rig) nodes() []*picketv1.NodeView {
	r.t.Helper()
	a, err := r.plane.admin.ListNodes(r.t.Context(), &picketv1.ListNodesRequest{})
	if err != nil {
		r.t.Fatal(err)
	}
	return a.Nodes
}

// instances gives the node's workers that are in one of the states.
func (r *rig) instances(states ...string) (out []*picketv1.WorkerView) {
	r.t.Helper()
	for _, n := range r.nodes() {
		for _, w := range n.Workers {
			for _, s := range states {
				if w.State == s {
					out = append(out, w)
				}
			}
		}
	}
	return out
}

// waitWorkers waits until n instances of the filter, the main thread's among them, enforce what they should.
func (r *rig) waitWorkers(n int) {
	r.t.Helper()
	r.eventually("all workers are current", func() bool { return len(r.instances("current")) == n })
}

// serving gives the instances that have served a request, whatever their state.
func (r *rig) serving() (out []*picketv1.WorkerView) {
	r.t.Helper()
	for _, w := range r.instances("current", "behind", "starting") {
		if w.Serving {
			out = append(out, w)
		}
	}
	return out
}

// warm sends requests until the control plane has heard that every worker serves, and gives how many it sent.
func (r *rig) warm() (sent int) {
	r.t.Helper()
	r.eventually("every worker serves", func() bool {
		r.get("192.0.2.1", "/warm")
		sent++
		return len(r.serving()) == workers
	})
	return sent
}

// status is what `picket status` shows.
func (r *rig) status() *picketv1.GetStatusResponse {
	r.t.Helper()
	a, err := r.plane.admin.GetStatus(r.t.Context(), &picketv1.GetStatusRequest{})
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// waitWarning waits until the status has a warning with that text.
func (r *rig) waitWarning(text string) {
	r.t.Helper()
	r.eventually("an operator is warned: "+text, func() bool { return warned(r.status(), text) })
}

func warned(s *picketv1.GetStatusResponse, text string) bool {
	for _, w := range s.Warnings {
		if strings.Contains(w, text) {
			return true
		}
	}
	return false
}

// decide takes an operator's decision about an address, for an hour, and gives its id.
func (r *rig) decide(action, ip string) string {
	r.t.Helper()
	return r.decideFor(&picketv1.DecideRequest{Action: action, Facet: "ip", Value: ip, For: durationpb.New(time.Hour), Reason: "test"})
}

func (r *rig) decideFor(q *picketv1.DecideRequest) string {
	r.t.Helper()
	a, err := r.plane.admin.Decide(r.t.Context(), q)
	if err != nil {
		r.t.Fatal(err)
	}
	return a.Decision.Id
}

// undo withdraws a decision.
func (r *rig) undo(id string) {
	r.t.Helper()
	if _, err := r.plane.admin.Undo(r.t.Context(), &picketv1.UndoRequest{Id: id, Reason: "test"}); err != nil {
		r.t.Fatal(err)
	}
}

// explain is what `picket explain` shows.
func (r *rig) explain(id string) *picketv1.ExplainResponse {
	r.t.Helper()
	a, err := r.plane.admin.Explain(r.t.Context(), &picketv1.ExplainRequest{Id: id})
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// waitEnforced waits until every worker that counts has given its receipt for a decision, and gives its story.
func (r *rig) waitEnforced(id string) *picketv1.ExplainResponse {
	r.t.Helper()
	var a *picketv1.ExplainResponse
	r.eventually("decision "+id+" is enforced by all", func() bool {
		a = r.explain(id)
		return a.Decision.EnforcedAfter != nil && a.Decision.WorkersEnforcing == a.Decision.Workers
	})
	r.t.Logf("decision %s enforced on %d/%d workers after %v", id, a.Decision.WorkersEnforcing, a.Decision.Workers,
		a.Decision.EnforcedAfter.AsDuration())
	return a
}

// waitDecision waits until a scenario has decided something.
func (r *rig) waitDecision(scenario string) *picketv1.DecisionView {
	r.t.Helper()
	var found *picketv1.DecisionView
	r.eventually(scenario+" decides", func() bool {
		a, err := r.plane.admin.ListDecisions(r.t.Context(), &picketv1.ListDecisionsRequest{})
		if err != nil {
			r.t.Fatal(err)
		}
		for _, d := range a.Decisions {
			if d.Source == scenario {
				found = d
			}
		}
		return found != nil
	})
	return found
}

// metric gives the sum of a metric's samples on /metrics.
func (r *rig) metric(name string) (sum float64) {
	r.t.Helper()
	return r.plane.metric(r.t, name)
}

// authorized sends the operators' token with each call.
func authorized(token string) connect.Interceptor {
	return connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, q connect.AnyRequest) (connect.AnyResponse, error) {
			q.Header().Set("Authorization", "Bearer "+token)
			return next(ctx, q)
		}
	})
}

// waitTotals waits until the control plane knows of so many requests, of which so many were denied. No more may come.
func (r *rig) waitTotals(requests, denied int) {
	r.t.Helper()
	r.eventually(fmt.Sprintf("%d requests are known, %d of them denied", requests, denied), func() bool {
		s := r.status()
		if s.Requests > uint64(requests) || s.Blocked > uint64(denied) {
			r.t.Fatalf("%d requests and %d denied are known, but %d and %d were sent", s.Requests, s.Blocked, requests, denied)
		}
		return s.Requests == uint64(requests) && s.Blocked == uint64(denied)
	})
}

// requestsByWorker gives each instance's total, by its name.
func (r *rig) requestsByWorker() map[string]uint64 {
	r.t.Helper()
	all := map[string]uint64{}
	for _, w := range r.instances("current", "behind", "starting", "silent") {
		all[w.Instance] = w.Requests
	}
	return all
}

// storyOf gives what is told of a decision or a finding; nil while nothing is.
func (r *rig) storyOf(id string) []string {
	r.t.Helper()
	a, err := r.plane.admin.Explain(r.t.Context(), &picketv1.ExplainRequest{Id: id})
	if err != nil {
		return nil
	}
	return a.Story
}

// finding gives the newest one of a class; nil while there is none.
func (r *rig) finding(class string) *picketv1.FindingView {
	r.t.Helper()
	l, err := r.plane.admin.ListFindings(r.t.Context(), &picketv1.ListFindingsRequest{Class: class})
	if err != nil {
		r.t.Fatal(err)
	}
	if len(l.Findings) == 0 {
		return nil
	}
	return l.Findings[0]
}
