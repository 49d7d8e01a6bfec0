package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"picket/controlplane"
	"picket/controlplane/decide"
	"picket/controlplane/findings"
	"picket/controlplane/fleet"
	"picket/controlplane/inventory"
	"picket/controlplane/memstore"
	"picket/controlplane/policy"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

const testToken = "0123456789abcdef0123456789abcdef"

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// newTestServer runs the service on a register in memory, at a time that stands still.
func newTestServer(t *testing.T) *httptest.Server {
	t.Helper()
	return newTestServerWith(t, policy.Document{}, findings.New(findings.Options{}))
}

// newTestServerWith runs it with a policy in force and what was found.
func newTestServerWith(t *testing.T, in policy.Document, found Findings) *httptest.Server {
	t.Helper()
	key, ok := identify.NewKey(1, make([]byte, 16))
	if !ok {
		t.Fatal("no key")
	}
	clock := func() time.Time { return start }
	register, log := memstore.New(), slog.New(slog.DiscardHandler)
	p := policy.New(policy.Options{Register: register, Key: &key, Clock: clock, Log: log})
	d := decide.New(decide.Options{Register: register, Policy: p, Key: &key, Clock: clock, Log: log})
	ctx, stop := context.WithCancel(t.Context())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return p.Run(ctx) })
	g.Go(func() error { return d.Run(ctx) })
	t.Cleanup(func() {
		stop()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
	<-p.Ready()
	<-d.Ready()
	if in.YAML != "" {
		setPolicy(t, d, p, in)
	}
	mux := http.NewServeMux()
	mux.Handle(New(Options{
		Access: Access{Token: testToken}, Decider: d, Fleet: fleet.New(fleet.Options{Clock: clock}),
		Inventory: inventory.New(inventory.Options{Key: &key, Policy: func() *inventory.Policy { return inventoryOf(p.File(), &key) }}),
		Findings:  found, Policy: p, Ready: func() bool { return true },
		Declared: func(id controlplane.EndpointID) (policy.Endpoint, bool) {
			e, ok := p.File().Declared(&key)[id]
			return e, ok
		},
		Document: func() policy.Document { return policy.Document{Name: "policy.yaml"} }, Clock: clock, Started: start, Version: "v1", Store: func() string { return "memory" },
	}).Handler())
	s := httptest.NewUnstartedServer(mux)
	s.Config = NewHTTPServer(mux, log)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// setPolicy returns once the policy is in force.
func setPolicy(t *testing.T, d *decide.Decider, p *policy.Publisher, in policy.Document) {
	t.Helper()
	changed := p.Group("").Changed()
	if err := d.SetPolicy(t.Context(), in, "test"); err != nil {
		t.Fatal(err)
	}
	<-changed
}

func inventoryOf(f *policy.File, key *identify.Key) *inventory.Policy {
	declared := map[controlplane.EndpointID]inventory.Declared{}
	for id, e := range f.Declared(key) {
		declared[id] = inventory.Declared{Name: e.Name}
	}
	return &inventory.Policy{Words: 3, Declared: declared}
}

func newTestClient(s *httptest.Server, opts ...connect.ClientOption) picketv1connect.AdminClient {
	return picketv1connect.NewAdminClient(&http.Client{Transport: withToken{}}, s.URL, opts...)
}

type withToken struct{}

func (withToken) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+testToken)
	return http.DefaultTransport.RoundTrip(r)
}

func deny(value string) *picketv1.DecideRequest {
	return &picketv1.DecideRequest{Action: "deny", Facet: "ip", Value: value, For: durationpb.New(time.Hour), Reason: "too eager"}
}

func TestOperatorDecidesLooksAndUndoes(t *testing.T) {
	for _, format := range []struct {
		name string
		opts []connect.ClientOption
	}{{"protobuf", nil}, {"JSON", []connect.ClientOption{connect.WithProtoJSON()}}} {
		t.Run(format.name, func(t *testing.T) {
			c := newTestClient(newTestServer(t), format.opts...)
			taken, err := c.Decide(t.Context(), deny("203.0.113.7"))
			if err != nil {
				t.Fatal(err)
			}
			want := &picketv1.DecisionView{
				Id: taken.Decision.Id, Facet: "ip", Value: "203.0.113.7", Action: "deny", Mode: "enforce", State: "active", Source: "operator",
				Who: "operator (token)", Reason: "too eager", Decided: timestamppb.New(start), Expires: timestamppb.New(start.Add(time.Hour)),
				Revision: taken.Decision.Revision,
			}
			if diff := cmp.Diff(want, taken.Decision, protocmp.Transform()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			undone, err := c.Undo(t.Context(), &picketv1.UndoRequest{Id: want.Id})
			if err != nil || undone.Decision.State != "undone" {
				t.Fatalf("%v, %v", undone, err)
			}
			story, err := c.Explain(t.Context(), &picketv1.ExplainRequest{Id: want.Id})
			if err != nil || len(story.Story) == 0 {
				t.Errorf("%v, %v", story, err)
			}
			_, err = c.Undo(t.Context(), &picketv1.UndoRequest{Id: want.Id})
			if connect.CodeOf(err) != connect.CodeFailedPrecondition {
				t.Errorf("undone twice: %v", err)
			}
		})
	}
}

func TestMistakesAreToldAsSuch(t *testing.T) {
	c := newTestClient(newTestServer(t))
	decide := func(q *picketv1.DecideRequest) func() error {
		return func() error { _, err := c.Decide(t.Context(), q); return err }
	}
	cases := []struct {
		name string
		call func() error
		want connect.Code
	}{
		{"everybody", decide(deny("0.0.0.0/0")), connect.CodeInvalidArgument},
		{"nobody", decide(deny("")), connect.CodeInvalidArgument},
		{"no duration", decide(&picketv1.DecideRequest{Action: "deny", Facet: "ip", Value: "192.0.2.1", Reason: "x"}), connect.CodeInvalidArgument},
		{"an id that is none", func() error {
			_, err := c.Explain(t.Context(), &picketv1.ExplainRequest{Id: "x"})
			return err
		}, connect.CodeInvalidArgument},
		{"an id never seen", func() error {
			_, err := c.Explain(t.Context(), &picketv1.ExplainRequest{Id: "0000000000000001"})
			return err
		}, connect.CodeNotFound},
		{"a body beyond the limit", decide(&picketv1.DecideRequest{Reason: strings.Repeat("x", maxBody+1)}), connect.CodeResourceExhausted},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			if got := connect.CodeOf(k.call()); got != k.want {
				t.Errorf("got %v, want %v", got, k.want)
			}
		})
	}
}

func TestStatusSumsUp(t *testing.T) {
	c := newTestClient(newTestServer(t))
	if _, err := c.Decide(t.Context(), deny("203.0.113.7")); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetStatus(t.Context(), &picketv1.GetStatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	want := &picketv1.GetStatusResponse{
		Version: "v1", Ready: true, Mode: "observe", Decisions: 1, Started: timestamppb.New(start), Store: "memory",
		PolicyFile: "policy.yaml", PolicyHash: got.PolicyHash, Epoch: got.Epoch, Revision: got.Revision,
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || got.Epoch == 0 {
		t.Errorf("-want +got:\n%s", diff)
	}
}
