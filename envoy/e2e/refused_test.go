package e2e

import (
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"picket/controlplane/app"
	"picket/controlplane/ingest"
	picketv1 "picket/proto/picket/v1"
)

func TestAFilterOfAnotherAgeIsRefusedAndToldWhatToDo(t *testing.T) {
	r := &rig{t: t, link: newLink(t), o: both()}
	r.plane = startPlane(t, app.Options{HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", State: app.Memory, Deltas: true, ECDS: true}, false)
	tests := map[string]struct {
		protocol uint32
		want     string
	}{
		"one that is too old":        {0, "update picket.wasm on the node"},
		"one of the next generation": {ingest.Protocol + 1, "update the control plane"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := r.in(t)
			d, err := r.hello(&picketv1.Hello{NodeId: "museum", Cluster: "edge", FilterVersion: "v0", Protocol: test.protocol, Instance: 1})
			if status.Code(err) != codes.FailedPrecondition || !strings.Contains(d.GetRefused(), test.want) {
				t.Errorf("it was told %q and the stream ended with %v, want %q", d.GetRefused(), err, test.want)
			}
			r.waitWarning("Node museum is refused: " + d.GetRefused())
			if n := r.nodes(); len(n) != 1 || n[0].State != "refused" || n[0].XdsError != d.GetRefused() {
				t.Errorf("the operator sees %v", n)
			}
		})
	}
}

// hello introduces a worker, and gives the last directive and how its stream ended.
func (r *rig) hello(h *picketv1.Hello) (last *picketv1.Directive, end error) {
	r.t.Helper()
	conn, err := grpc.NewClient(r.plane.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	s, err := picketv1.NewSignalsClient(conn).Stream(r.t.Context())
	if err == nil {
		err = s.Send(&picketv1.Report{Hello: h})
	}
	if err != nil {
		r.t.Fatal(err)
	}
	for {
		d, err := s.Recv()
		if err != nil {
			return last, err
		}
		last = d
	}
}
