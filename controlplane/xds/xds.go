// Package xds gives each group's policy to its Envoys, as one extension configuration over delta xDS.
package xds

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extension "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/delta/v3"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"picket/controlplane/fleet"
)

// ModuleMetadata is the key of a node's metadata that names the module's file, as its static filter does.
const ModuleMetadata = "picket_module"

// Group is what a group of nodes enforces.
type Group interface {
	// Changed is closed at the next change.
	Changed() <-chan struct{}
	// Blob is the whole policy, picket.v1.FilterPolicy encoded; the same bytes on each replica.
	Blob() (revision uint64, blob []byte, decisions int)
}

// Options of a Server. Zero fields have the defaults named.
type Options struct {
	// Ready is closed when this replica may serve; until then streams are answered Unavailable. nil: it may at once.
	Ready <-chan struct{}
	// Group gives what a group enforces; never nil. Required.
	Group func(name string) Group
	Fleet *fleet.Fleet // required
	// Identity gives the SAN of a node's verified certificate. nil: nodes have none.
	Identity func(ctx context.Context) (san string, ok bool)
	// GroupOf gives the group that a SAN is declared to belong to. nil: none is.
	GroupOf  func(san string) (group string, ok bool)
	Resource string // "picket-policy"
	// Module is the file name of the module for nodes that name none in their metadata. Required.
	Module func() string
	// Debounce is how long changes are gathered before a push: 100 ms. A policy of more than 1,000 decisions goes
	// at most every 20 times, one of more than 50,000 every 100 times that long.
	Debounce   time.Duration
	MaxCaches  int                   // different (group, module); 1,024
	Log        *slog.Logger          // nil: discarded
	Registerer prometheus.Registerer // nil: metrics are not exported
}

// Server serves policies.
type Server struct {
	o       Options
	metrics *metrics
	ctx     context.Context
	cancel  context.CancelFunc
	delta   delta.Server

	work sync.WaitGroup // followers of groups

	mu      sync.Mutex
	closed  bool
	groups  map[string]*follower
	caches  int
	streams map[int64]*stream
	nodes   map[string]fleet.XDS // that have streams
}

// New makes a server.
func New(o Options) *Server {
	o.Resource = cmp.Or(o.Resource, "picket-policy")
	o.Debounce = cmp.Or(o.Debounce, 100*time.Millisecond)
	o.MaxCaches = cmp.Or(o.MaxCaches, 1024)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, metrics: newMetrics(o.Registerer), groups: map[string]*follower{}, streams: map[int64]*stream{}, nodes: map[string]fleet.XDS{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.delta = delta.NewServer(s.ctx, watcher{s}, callbacks{s})
	return s
}

// Register adds the services to g: extension configurations on their own, and aggregated (ADS).
func (s *Server) Register(g *grpc.Server) {
	extension.RegisterExtensionConfigDiscoveryServiceServer(g, ecds{s: s})
	discovery.RegisterAggregatedDiscoveryServiceServer(g, ads{s: s})
}

// Run serves until ctx ends; then it ends all streams and returns nil.
func (s *Server) Run(ctx context.Context) error {
	<-ctx.Done()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.work.Wait()
	return nil
}
