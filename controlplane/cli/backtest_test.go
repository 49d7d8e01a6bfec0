package cli

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// tester is a control plane that answers backtests with one result, after some progress.
type tester struct {
	picketv1connect.UnimplementedAdminHandler
	result *picketv1.BacktestResult
	asked  *picketv1.BacktestRequest
}

func (f *tester) Backtest(_ context.Context, q *picketv1.BacktestRequest, out *connect.ServerStream[picketv1.BacktestResponse]) error {
	f.asked = q
	if err := out.Send(&picketv1.BacktestResponse{Entries: 7, Total: 9, Until: f.result.Until}); err != nil {
		return err
	}
	return out.Send(&picketv1.BacktestResponse{Entries: 9, Total: 9, Result: f.result})
}

// backtestWith runs the command against a control plane that answers so.
func backtestWith(t *testing.T, result *picketv1.BacktestResult, flags ...string) (code int, stdout, stderr string, asked *picketv1.BacktestRequest) {
	t.Helper()
	f, mux := &tester{result: result}, http.NewServeMux()
	mux.Handle(picketv1connect.NewAdminHandler(f))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	name := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(name, []byte("picket: v1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	args := append([]string{"backtest", name, "--server", strings.TrimPrefix(s.URL, "http://")}, flags...)
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String(), f.asked
}

// aResult is of a day.
func aResult() *picketv1.BacktestResult {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	return &picketv1.BacktestResult{
		From: timestamppb.New(at), Until: timestamppb.New(at.Add(24 * time.Hour)), Entries: 9, Requests: 1000, Consumers: 2, Clean: 1, Refused: 90, Already: 3,
		WorstAt: timestamppb.New(at), WorstClean: 1, WorstLimit: 10,
		Scenarios: []*picketv1.BacktestScenario{{
			Name: "endpoint-scan", Detections: 4, Deny: 2, Consumers: 2, Clean: 1, Refused: 90, Held: []*picketv1.HeldView{{Rail: "confidence", Count: 2}},
			Examples: []*picketv1.BacktestExample{{
				Facet: "ip", Value: "192.0.2.7", Endpoint: "GET /v1/a", Action: "deny", Mode: "enforce", Decided: timestamppb.New(at),
				Expires: timestamppb.New(at.Add(time.Minute)), Clean: true, Refused: 90, Evidence: []string{"21 endpoints.", "rail mode: enforce\x1b[2J"},
			}},
		}},
	}
}

func TestABacktestTellsWhoWouldHaveBeenHit(t *testing.T) {
	code, out, errs, asked := backtestWith(t, aResult(), "--since", "12h")
	want := `SCENARIO       DETECTIONS  DENY  CHALLENGE  THROTTLE  TAG  OBSERVE  CONSUMERS  CLEAN  REFUSED
endpoint-scan  4           2     0          0         0    0        2          1      90

endpoint-scan: at 2026-03-01 12:00:00 it would have decided to deny ip 192.0.2.7 at GET /v1/a until 2026-03-01 12:01:00 (mode enforce), in spite of a clean history; 90 requests after that were refused.
  21 endpoints.
  rail mode: enforce?[2J

Tried on 1000 requests from 2026-03-01 12:00:00 to 2026-03-02 12:00:00 (24h): 2 consumers were decided about, and 90 requests refused, of which Picket answered 3 then, too.
Within the limit: at most 1 consumers with a clean history would have been denied or challenged at one time in all, and the policy's blast radius allows 10.
`
	if code != 0 || out != want {
		t.Errorf("code %d, got\n%s", code, out)
	}
	if errs != "picket: 7 of at most 9 reports, up to 2026-03-02 12:00:00\n" {
		t.Errorf("progress %q", errs)
	}
	if asked.Since.AsDuration() != 12*time.Hour || asked.Policy != "picket: v1\n" {
		t.Errorf("asked %v", asked)
	}
}

func TestABacktestHoldsBackWhatIsOverTheLimit(t *testing.T) {
	over := aResult()
	over.Over, over.WorstClean, over.WorstGroup = true, 11, "edge"
	code, out, errs, _ := backtestWith(t, over)
	if code != 1 || !strings.HasSuffix(errs, "picket: over the limit: this policy is not to enforce as it is\n") {
		t.Errorf("code %d, %q", code, errs)
	}
	if !strings.HasSuffix(out, "\nOver the limit: at 2026-03-01 12:00:00, 11 consumers with a clean history would have been denied or challenged at one time in group edge, and the policy's blast radius allows 10.\n") {
		t.Errorf("got\n%s", out)
	}
	if code, out, _, _ = backtestWith(t, over, "-o", "json"); code != 1 || !strings.Contains(out, `"over": true`) {
		t.Errorf("as JSON: code %d, %s", code, out)
	}
}

func TestABacktestThatDidNotTryAllIsAFailure(t *testing.T) {
	part := aResult()
	part.Stopped = "its time was over"
	code, out, errs, _ := backtestWith(t, part)
	if code != 1 || !strings.Contains(errs, "because its time was over: give a shorter --since") || !strings.Contains(out, "It ended there, because its time was over.") {
		t.Errorf("code %d, %q\n%s", code, errs, out)
	}
}
