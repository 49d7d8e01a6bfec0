package app

import (
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// asOperator adds the token to each request.
type asOperator struct{ token string }

func (o asOperator) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+o.token)
	return http.DefaultTransport.RoundTrip(r)
}

func backtested(t *testing.T, a *App, q *picketv1.BacktestRequest) (*picketv1.BacktestResult, error) {
	t.Helper()
	client := picketv1connect.NewAdminClient(&http.Client{Transport: asOperator{a.Token()}}, "http://"+a.HTTPAddr())
	answers, err := client.Backtest(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answers.Close() }()
	var last *picketv1.BacktestResult
	for answers.Receive() {
		last = answers.Msg().Result
	}
	return last, answers.Err()
}

func TestAPolicyIsTriedOnWhatNodesReportedWithoutEffect(t *testing.T) {
	for _, state := range []string{Memory, "a directory"} {
		t.Run(state, func(t *testing.T) {
			o := options(t)
			if o.State = state; state != Memory {
				o.State = t.TempDir()
			}
			a := running(t, o)
			w := &worker{group: "edge"}
			record(t, a, w.report(55))
			awaitDecisions(t, a.register, 1) // by the policy in force; there is no other
			record(t, a, w.report(5))
			for policy, decisions := range map[string]uint64{"": 1, "picket: v1\nscenarios: {object-enumeration: {off: true}}\n": 0} {
				r, err := backtested(t, a, &picketv1.BacktestRequest{Policy: policy})
				if err != nil {
					t.Fatal(err)
				}
				var got uint64
				for _, s := range r.Scenarios {
					if s.Name == "object-enumeration" {
						got = s.Deny + s.Throttle + s.Tag + s.Observe
					}
				}
				if got != decisions || r.Requests != 60 || r.Over {
					t.Errorf("policy %q: %d decisions, want %d: %+v", policy, got, decisions, r)
				}
			}
			if n := len(a.decider.List(true)); n != 1 {
				t.Errorf("%d decisions are in the register, want 1", n)
			}
		})
	}
}

func TestEveryMistakeOfAPolicyThatIsTriedIsTold(t *testing.T) {
	a := running(t, options(t))
	_, err := backtested(t, a, &picketv1.BacktestRequest{Name: "new.yaml", Policy: "picket: v1\nmode: perhaps\ncolour: red\n"})
	if connect.CodeOf(err) != connect.CodeInvalidArgument || !strings.Contains(err.Error(), "new.yaml:2:7: ") || !strings.Contains(err.Error(), "new.yaml:3:1: ") {
		t.Errorf("got %v", err)
	}
}
