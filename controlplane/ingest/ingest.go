// Package ingest is the Signals service: it counts each report of each worker once, hands on what happened, and sends
// back acknowledgements, decisions and questions.
package ingest

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"picket/controlplane"
	"picket/controlplane/fleet"
	"picket/controlplane/inventory"
	picketv1 "picket/proto/picket/v1"
)

// Protocol is the version of the protocol that is spoken here.
const Protocol = 1

// Group is what a group of nodes enforces.
type Group interface {
	// Changed is closed at the next change.
	Changed() <-chan struct{}
	// Since gives what changed after (epoch, revision), in order; false when that is unknown.
	Since(epoch, revision uint64) ([]*picketv1.Delta, bool)
	// Snapshot gives everything, in chunks.
	Snapshot() []*picketv1.Delta
}

// Options of a Server. Zero fields have the defaults named.
type Options struct {
	// Ready is closed when this replica may serve; until then streams are answered Unavailable. nil: it may at once.
	Ready <-chan struct{}
	// Group gives what a group enforces; never nil.
	Group func(name string) Group
	// Record keeps what one report brought for good, valid parts only; the report is acknowledged only then. On an error the
	// stream ends, and the report comes again on the next. It may be called again for a report that counted. nil: what came
	// goes to Rollups and Findings.
	Record func(ctx context.Context, b controlplane.Batch) error
	// Flushed is how long after Record what it kept may still be lost with the process; the acknowledgement waits so long.
	Flushed time.Duration
	// Behind says how long ago what is looked at now was recorded. Acknowledgements wait as long, so that filters, which send
	// no more than so much that is not acknowledged, sum for longer: resolution is lost, not counts. nil: it is never behind.
	Behind func() time.Duration
	// Rollups takes what one report brought, before the report is acknowledged. Required where Record is nil.
	Rollups func(ctx context.Context, rollups []controlplane.Rollup)
	// Findings takes what one report found inside requests, before the report is acknowledged. nil: nobody does.
	Findings  func(ctx context.Context, findings []controlplane.Finding)
	Fleet     *fleet.Fleet         // required
	Inventory *inventory.Inventory // required
	Keys      *picketv1.Keys       // what filters hash with; required
	// Identity gives the SAN of a node's verified certificate. nil: nodes have none.
	Identity func(ctx context.Context) (san string, ok bool)
	// GroupOf gives the group that a SAN is declared to belong to. nil: none is.
	GroupOf func(san string) (group string, ok bool)
	// Prefixed says that addresses are reported as /24 and /48 networks. nil: never.
	Prefixed   func() bool
	PushDeltas bool // false: decisions go by xDS alone
	Limits     Limits
	Clock      controlplane.Clock    // time.Now
	Log        *slog.Logger          // nil: discarded
	Registerer prometheus.Registerer // nil: metrics are not exported
}

// Limits bound what one node may cost.
type Limits struct {
	Rollups          int           // of one report; 10,000
	ReportsPerSecond float64       // of one stream; faster ones are read later; 200
	RollupsPerSecond float64       // of one node; more are read later; 100,000
	BytesPerSecond   float64       // of one node's reports; more are read later; 32 MiB
	Callers          int           // distinct ones of one node within a minute; what more of them do counts without a caller; 50,000
	Endpoints        int           // distinct ones that one node introduces within an hour; more are not taken; 20,000
	Streams          int           // of one node; 300
	Hello            time.Duration // to wait for a stream's first message; 10 s
	Slow             time.Duration // to wait for a stream to take a message; 10 s
	Resync           time.Duration // between two snapshots that a stream asks for; 1 s
	// Gap is the least time between two directives of one stream: what comes within it goes together. A directive costs the
	// same whether it carries one delta or ten. 0: none.
	Gap time.Duration
	// Acks is the longest that the acknowledgement of a few reports waits for that of others, or for something else to be told,
	// after the last. 0: none does.
	Acks time.Duration
	Hold time.Duration // the longest that an acknowledgement waits for what Behind says; 10 s
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Rollups:          cmp.Or(l.Rollups, 10_000),
		ReportsPerSecond: cmp.Or(l.ReportsPerSecond, 200),
		RollupsPerSecond: cmp.Or(l.RollupsPerSecond, 100_000),
		BytesPerSecond:   cmp.Or(l.BytesPerSecond, 32<<20),
		Callers:          cmp.Or(l.Callers, 50_000),
		Endpoints:        cmp.Or(l.Endpoints, 20_000),
		Streams:          cmp.Or(l.Streams, 300),
		Hello:            cmp.Or(l.Hello, 10*time.Second),
		Slow:             cmp.Or(l.Slow, 10*time.Second),
		Resync:           cmp.Or(l.Resync, time.Second),
		Hold:             cmp.Or(l.Hold, 10*time.Second),
		Gap:              l.Gap,
		Acks:             l.Acks,
	}
}

// MaxMessage is the largest report that is read, in bytes.
const MaxMessage = 4 << 20

// ServerOptions are what the gRPC server that serves Signals must be made with.
func ServerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{grpc.MaxRecvMsgSize(MaxMessage), grpc.ForceServerCodecV2(newCodec())}
}

// Server implements picketv1.SignalsServer.
type Server struct {
	picketv1.UnimplementedSignalsServer

	o       Options
	metrics *metrics
	closing chan struct{}
	shares  *shares
	classes map[string]bool // of findings

	snapshots snapshots

	mu     sync.Mutex
	closed bool
	nodes  map[string]*node
	forgot time.Time // when nodes were last forgotten
}

var _ picketv1.SignalsServer = (*Server)(nil)

// New makes a server; register it with picketv1.RegisterSignalsServer.
func New(o Options) *Server {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Limits = o.Limits.withDefaults()
	s := &Server{
		o: o, metrics: newMetrics(o.Registerer), closing: make(chan struct{}), shares: newShares(), nodes: map[string]*node{}, classes: map[string]bool{},
		snapshots: snapshots{kept: map[Group]*snapshot{}},
	}
	for _, c := range controlplane.Classes() {
		s.classes[c.Name] = true
	}
	return s
}

// Run serves until ctx ends; then it ends all streams with Unavailable and returns nil.
func (s *Server) Run(ctx context.Context) error {
	<-ctx.Done()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.closing)
	}
	return nil
}
