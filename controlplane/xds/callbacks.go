package xds

import (
	"context"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extension "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"picket/controlplane"
	"picket/controlplane/fleet"
)

// ecds serves extension configurations, delta only.
type ecds struct {
	extension.UnimplementedExtensionConfigDiscoveryServiceServer
	s *Server
}

// DeltaExtensionConfigs implements the service.
func (e ecds) DeltaExtensionConfigs(g extension.ExtensionConfigDiscoveryService_DeltaExtensionConfigsServer) error {
	return e.s.delta.DeltaStreamHandler(g, resource.ExtensionConfigType)
}

// ads serves the same, aggregated.
type ads struct {
	discovery.UnimplementedAggregatedDiscoveryServiceServer
	s *Server
}

// DeltaAggregatedResources implements the service.
func (a ads) DeltaAggregatedResources(g discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	return a.s.delta.DeltaStreamHandler(g, resource.AnyType)
}

// stream is one open xDS stream.
type stream struct {
	san      string
	verified bool
	node     controlplane.Node
	known    bool // the node has introduced itself
	sent     bool
}

// callbacks name the nodes, and tell the fleet what became of their policies.
type callbacks struct{ s *Server }

// OnDeltaStreamOpen implements delta.Callbacks.
func (c callbacks) OnDeltaStreamOpen(ctx context.Context, id int64, _ string) error {
	if !c.s.ready() {
		return status.Error(codes.Unavailable, "this replica is not ready")
	}
	st := &stream{}
	if c.s.o.Identity != nil {
		st.san, st.verified = c.s.o.Identity(ctx)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.streams[id] = st
	c.s.metrics.streams.Inc()
	return nil
}

// OnDeltaStreamClosed implements delta.Callbacks.
func (c callbacks) OnDeltaStreamClosed(id int64, _ *core.Node) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.streams[id]
	if st == nil {
		return
	}
	delete(s.streams, id)
	s.metrics.streams.Dec()
	if !st.known {
		return
	}
	x := s.nodes[st.node.ID]
	x.Streams--
	s.tell(st.node, x)
	if x.Streams == 0 {
		delete(s.nodes, st.node.ID)
	}
}

// OnStreamDeltaRequest implements delta.Callbacks. It puts the node's proven name and group in place of what the
// request says of it, so that the cache that answers is that of its group.
func (c callbacks) OnStreamDeltaRequest(id int64, r *discovery.DeltaDiscoveryRequest) error {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.streams[id]
	if r.GetNode() != nil {
		if err := s.introduce(st, r); err != nil {
			return err
		}
	}
	if !st.known {
		return status.Error(codes.InvalidArgument, "a stream's first request must name its node: set node.id in Envoy's bootstrap")
	}
	if own(r.GetTypeUrl()) && r.GetResponseNonce() != "" {
		s.answered(st, r)
	}
	return nil
}

// own reports whether a request is for extension configurations; the type is left out where the service implies it.
func own(typeURL string) bool { return typeURL == "" || typeURL == resource.ExtensionConfigType }

// introduce names a stream's node. s.mu is held.
func (s *Server) introduce(st *stream, r *discovery.DeltaDiscoveryRequest) error {
	n := fleet.Identify(st.san, st.verified, r.GetNode().GetId(), r.GetNode().GetCluster(), s.o.GroupOf)
	if n.ID == "" || len(n.ID) > 256 || len(n.Group) > 256 {
		return status.Error(codes.InvalidArgument, "the node's id or cluster is empty or too long")
	}
	node := proto.CloneOf(r.GetNode())
	node.Id, node.Cluster = n.ID, n.Group
	r.Node = node
	if st.known {
		return nil
	}
	x := s.nodes[n.ID]
	x.Streams++
	if v, ok := r.GetInitialResourceVersions()[s.o.Resource]; ok && x.State == "" {
		x.Version, x.State = v, fleet.XDSAcknowledged
	}
	if err := s.o.Fleet.SetXDS(n, x); err != nil {
		return status.Error(codes.ResourceExhausted, err.Error())
	}
	st.node, st.known = n, true
	s.nodes[n.ID] = x
	return nil
}

// answered takes an ACK or a NACK. s.mu is held.
func (s *Server) answered(st *stream, r *discovery.DeltaDiscoveryRequest) {
	if !st.sent {
		return
	}
	x := s.nodes[st.node.ID]
	if detail := r.GetErrorDetail(); detail != nil {
		x.State, x.Error = fleet.XDSRejected, detail.GetMessage()[:min(len(detail.GetMessage()), 1024)]
		s.metrics.answers.WithLabelValues("rejected").Inc()
		s.o.Log.Warn("node rejects its policy", "node", st.node.ID, "group", st.node.Group, "version", x.Version, "error", x.Error)
	} else {
		x.State, x.Error = fleet.XDSAcknowledged, ""
		s.metrics.answers.WithLabelValues("acknowledged").Inc()
	}
	st.sent = false
	s.tell(st.node, x)
}

// OnStreamDeltaResponse implements delta.Callbacks.
func (c callbacks) OnStreamDeltaResponse(id int64, _ *discovery.DeltaDiscoveryRequest, r *discovery.DeltaDiscoveryResponse) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.streams[id]
	for _, res := range r.GetResources() {
		x := s.nodes[st.node.ID]
		x.Version, x.State, x.Error = res.GetVersion(), fleet.XDSSent, ""
		st.sent = true
		s.tell(st.node, x)
	}
}

// tell keeps a node's state and gives it to the fleet. s.mu is held.
func (s *Server) tell(n controlplane.Node, x fleet.XDS) {
	s.nodes[n.ID] = x
	if err := s.o.Fleet.SetXDS(n, x); err != nil {
		s.o.Log.Warn("node is not shown", "node", n.ID, "error", err)
	}
}

func (s *Server) ready() bool {
	if s.o.Ready == nil {
		return true
	}
	select {
	case <-s.o.Ready:
		return true
	default:
		return false
	}
}
