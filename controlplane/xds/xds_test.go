package xds_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilter "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasm "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extension "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"picket/controlplane/fleet"
	"picket/controlplane/xds"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// group is what a group enforces.
type group struct {
	mu       sync.Mutex
	revision uint64
	blob     []byte
	changed  chan struct{}
}

func (g *group) Changed() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.changed
}

func (g *group) Blob() (uint64, []byte, int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.revision, g.blob, 0
}

func (g *group) set(blob string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.revision++
	g.blob = []byte(blob)
	close(g.changed)
	g.changed = make(chan struct{})
}

// world is a server with its groups, made as they are asked for with their name as the policy.
type world struct {
	t      *testing.T
	fleet  *fleet.Fleet
	conn   *grpc.ClientConn
	stop   context.CancelFunc
	mu     sync.Mutex
	groups map[string]*group
}

func newWorld(t *testing.T, change func(*xds.Options)) *world {
	w := &world{t: t, fleet: fleet.New(fleet.Options{}), groups: map[string]*group{}}
	o := xds.Options{
		Group: func(name string) xds.Group { return w.group(name) }, Fleet: w.fleet, Debounce: time.Millisecond,
		Module: func() string { return "/picket.wasm" },
	}
	if change != nil {
		change(&o)
	}
	w.serve(xds.New(o))
	return w
}

func (w *world) serve(s *xds.Server) {
	l := bufconn.Listen(1 << 16)
	g := grpc.NewServer()
	s.Register(g)
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	var done sync.WaitGroup
	done.Go(func() { _ = s.Run(ctx) })
	done.Go(func() { _ = g.Serve(l) })
	var err error
	w.conn, err = grpc.NewClient("passthrough:///bufconn", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return l.Dial() }))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { w.conn.Close(); stop(); g.Stop(); done.Wait() })
}

func (w *world) group(name string) *group {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.groups[name] == nil {
		w.groups[name] = &group{revision: 1, blob: []byte(name), changed: make(chan struct{})}
	}
	return w.groups[name]
}

// envoy is an Envoy's end of a delta stream.
type envoy struct {
	t *testing.T
	grpc.BidiStreamingClient[discovery.DeltaDiscoveryRequest, discovery.DeltaDiscoveryResponse]
}

func (w *world) ecds() *envoy {
	ctx, cancel := context.WithCancel(context.Background())
	w.t.Cleanup(cancel)
	s, err := extension.NewExtensionConfigDiscoveryServiceClient(w.conn).DeltaExtensionConfigs(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return &envoy{w.t, s}
}

func (w *world) ads() *envoy {
	ctx, cancel := context.WithCancel(context.Background())
	w.t.Cleanup(cancel)
	s, err := discovery.NewAggregatedDiscoveryServiceClient(w.conn).DeltaAggregatedResources(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return &envoy{w.t, s}
}

func node(id, cluster string) *core.Node { return &core.Node{Id: id, Cluster: cluster} }

func subscribe(n *core.Node) *discovery.DeltaDiscoveryRequest {
	return &discovery.DeltaDiscoveryRequest{Node: n, TypeUrl: resource.ExtensionConfigType, ResourceNamesSubscribe: []string{"picket-policy"}}
}

func (e *envoy) send(r *discovery.DeltaDiscoveryRequest) {
	e.t.Helper()
	if err := e.Send(r); err != nil {
		e.t.Fatal(err)
	}
}

func (e *envoy) next() *discovery.DeltaDiscoveryResponse {
	e.t.Helper()
	r, err := e.Recv()
	if err != nil {
		e.t.Fatal(err)
	}
	return r
}

func (e *envoy) answer(r *discovery.DeltaDiscoveryResponse, refusal string) {
	e.t.Helper()
	answer := &discovery.DeltaDiscoveryRequest{TypeUrl: resource.ExtensionConfigType, ResponseNonce: r.Nonce}
	if refusal != "" {
		answer.ErrorDetail = &statuspb.Status{Code: int32(codes.Internal), Message: refusal}
	}
	e.send(answer)
}

func (e *envoy) code() codes.Code {
	_, err := e.Recv()
	return status.Code(err)
}

// policy is what a response carries: module and blob.
func policy(t *testing.T, r *discovery.DeltaDiscoveryResponse) (module, blob string) {
	t.Helper()
	if len(r.Resources) != 1 || len(r.RemovedResources) != 0 {
		t.Fatalf("got %d resources and %d removed, want 1 and 0", len(r.Resources), len(r.RemovedResources))
	}
	c := config(t, r)
	var v wrapperspb.BytesValue
	if err := c.GetConfiguration().UnmarshalTo(&v); err != nil {
		t.Fatal(err)
	}
	return c.GetVmConfig().GetCode().GetLocal().GetFilename(), string(v.Value)
}

func config(t *testing.T, r *discovery.DeltaDiscoveryResponse) *wasm.PluginConfig {
	t.Helper()
	var typed core.TypedExtensionConfig
	if err := r.Resources[0].GetResource().UnmarshalTo(&typed); err != nil {
		t.Fatal(err)
	}
	var w wasmfilter.Wasm
	if err := typed.GetTypedConfig().UnmarshalTo(&w); err != nil {
		t.Fatal(err)
	}
	return w.GetConfig()
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAPolicyIsTheCarriersConfiguration(t *testing.T) {
	e := newWorld(t, nil).ecds()
	e.send(subscribe(node("n1", "edge")))
	r := e.next()
	blob, err := anypb.New(wrapperspb.Bytes([]byte("edge")))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "picket-policy", r.Resources[0].Name)
	equal(t, &wasm.PluginConfig{
		Name: "picket-policy", RootId: "picket-policy", FailurePolicy: wasm.FailurePolicy_FAIL_RELOAD,
		AllowOnHeadersStopIteration: wrapperspb.Bool(true), Configuration: blob,
		Vm: &wasm.PluginConfig_VmConfig{VmConfig: &wasm.VmConfig{
			VmId: "picket", Runtime: "envoy.wasm.runtime.v8",
			Code: &core.AsyncDataSource{Specifier: &core.AsyncDataSource_Local{
				Local: &core.DataSource{Specifier: &core.DataSource_Filename{Filename: "/picket.wasm"}},
			}},
		}},
	}, config(t, r))
}

func TestAChangeIsPushedToItsGroupOnly(t *testing.T) {
	w := newWorld(t, nil)
	edge, mesh := w.ecds(), w.ads()
	edge.send(subscribe(node("n1", "edge")))
	mesh.send(subscribe(node("n2", "mesh")))
	edge.answer(edge.next(), "")
	mesh.answer(mesh.next(), "")
	w.group("edge").set("edge 2")
	_, blob := policy(t, edge.next())
	equal(t, "edge 2", blob)
	w.group("mesh").set("mesh 2")
	_, blob = policy(t, mesh.next())
	equal(t, "mesh 2", blob)
}

func TestTheVersionIsTheSameOnEveryReplicaAndNothingIsSentAgain(t *testing.T) {
	a, b := newWorld(t, nil).ecds(), newWorld(t, nil)
	a.send(subscribe(node("n1", "edge")))
	version := a.next().Resources[0].Version
	e := b.ecds()
	again := subscribe(node("n1", "edge"))
	again.InitialResourceVersions = map[string]string{"picket-policy": version}
	e.send(again)
	b.group("edge").set("edge 2")
	r := e.next()
	_, blob := policy(t, r)
	equal(t, "edge 2", blob)
	if r.Resources[0].Version == version {
		t.Error("another policy has the same version")
	}
}

func TestAPolicyNamesTheModuleOfItsNode(t *testing.T) {
	w := newWorld(t, nil)
	own := node("n1", "edge")
	own.Metadata = &structpb.Struct{Fields: map[string]*structpb.Value{xds.ModuleMetadata: structpb.NewStringValue("/opt/p.wasm")}}
	for _, c := range []struct {
		node *core.Node
		want string
	}{{own, "/opt/p.wasm"}, {node("n2", "edge"), "/picket.wasm"}} {
		e := w.ecds()
		e.send(subscribe(c.node))
		r := e.next()
		module, _ := policy(t, r)
		equal(t, c.want, module)
		e.answer(r, "")
	}
}

func TestAnAnswerIsShownByNode(t *testing.T) {
	w := newWorld(t, nil)
	e := w.ecds()
	e.send(subscribe(node("n1", "edge")))
	first := e.next()
	equal(t, fleet.XDS{Streams: 1, Version: first.Resources[0].Version, State: fleet.XDSSent}, w.fleet.Nodes()[0].XDS)
	e.answer(first, "cannot read it")
	w.group("edge").set("edge 2")
	second := e.next()
	// The answer was taken before the next response, and that takes its place.
	equal(t, fleet.XDS{Streams: 1, Version: second.Resources[0].Version, State: fleet.XDSSent}, w.fleet.Nodes()[0].XDS)
	e.answer(second, "cannot read this either")
	if err := e.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Recv(); err == nil {
		t.Fatal("the stream goes on")
	}
	equal(t, fleet.XDS{Version: second.Resources[0].Version, State: fleet.XDSRejected, Error: "cannot read this either"}, w.fleet.Nodes()[0].XDS)
}

func TestOtherTypesOverADSAreLeftToOthers(t *testing.T) {
	w := newWorld(t, nil)
	e := w.ads()
	e.send(&discovery.DeltaDiscoveryRequest{Node: node("n1", "edge"), TypeUrl: resource.ClusterType})
	e.send(subscribe(nil))
	_, blob := policy(t, e.next())
	equal(t, "edge", blob)
}

func TestStreamsThatAreTurnedAway(t *testing.T) {
	for name, c := range map[string]struct {
		options func(*xds.Options)
		node    *core.Node
		want    codes.Code
	}{
		"while the replica is not ready":   {func(o *xds.Options) { o.Ready = make(chan struct{}) }, node("n1", "edge"), codes.Unavailable},
		"without a node":                   {nil, nil, codes.InvalidArgument},
		"of a node without an id":          {nil, node("", "edge"), codes.InvalidArgument},
		"of more groups than there may be": {func(o *xds.Options) { o.MaxCaches = -1 }, node("n1", "edge"), codes.ResourceExhausted},
	} {
		t.Run(name, func(t *testing.T) {
			e := newWorld(t, c.options).ecds()
			_ = e.Send(subscribe(c.node))
			equal(t, c.want, e.code())
		})
	}
}

func TestACertificateDecidesWhichPolicyANodeGets(t *testing.T) {
	w := newWorld(t, func(o *xds.Options) {
		o.Identity = func(context.Context) (string, bool) { return "spiffe://corp/mesh/1", true }
		o.GroupOf = func(string) (string, bool) { return "mesh", true }
	})
	e := w.ecds()
	e.send(subscribe(node("n1", "edge")))
	_, blob := policy(t, e.next())
	equal(t, "mesh", blob)
	equal(t, "spiffe://corp/mesh/1", w.fleet.Nodes()[0].ID)
}

func TestAStoppingReplicaEndsItsStreams(t *testing.T) {
	w := newWorld(t, nil)
	e := w.ecds()
	e.send(subscribe(node("n1", "edge")))
	e.next()
	w.stop()
	if _, err := e.Recv(); err == nil {
		t.Error("the stream goes on")
	}
}
