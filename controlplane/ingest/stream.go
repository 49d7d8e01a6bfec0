package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"picket/controlplane"
	"picket/controlplane/fleet"
	picketv1 "picket/proto/picket/v1"
)

// wire is the stream as gRPC gives it.
type wire = grpc.BidiStreamingServer[picketv1.Report, picketv1.Directive]

// stream is one worker's open stream. One goroutine reads and handles, one writes; neither waits for the other: what is
// to be written is kept as positions, so that nothing queues for a slow reader.
type stream struct {
	s        *Server
	wire     wire
	of       *node // the limits of all its streams
	node     controlplane.Node
	number   uint64 // of the instance
	worker   uint32
	instance *fleet.Instance
	group    Group
	pace     *rate.Limiter
	wake     chan struct{} // buffered by one: there is something to write
	told     uint64        // when the newest receipt was written, by the node's clock in nanoseconds; the reader's alone

	mu        sync.Mutex
	confirmed confirmed
	asked     time.Duration // that it is asked to sum for at least; 0: as the policy says
	resync    bool          // a snapshot is asked for
}

// Stream carries one worker's reports and directives. It ends with Unavailable while this replica is not ready,
// FailedPrecondition for a filter that cannot be served, InvalidArgument for a message that makes no sense, and
// ResourceExhausted where a bound is reached.
func (s *Server) Stream(w wire) error {
	if !s.ready() {
		return s.end("not ready", status.Error(codes.Unavailable, "this replica is not ready"))
	}
	ctx, cancel := context.WithCancel(w.Context())
	defer cancel()
	hello, first, err := s.introduced(w)
	if err != nil {
		return err
	}
	of, err := s.join(hello.Node.ID)
	if err != nil {
		return s.end("too many", err)
	}
	defer s.leave(of)
	in, err := s.o.Fleet.Open(hello)
	if err != nil {
		return s.end("too many", status.Error(codes.ResourceExhausted, err.Error()))
	}
	defer in.Close()
	st := &stream{
		s: s, wire: w, of: of, node: hello.Node, number: hello.Instance, worker: hello.Worker, instance: in, group: s.o.Group(hello.Node.Group),
		pace: rate.NewLimiter(rate.Limit(s.o.Limits.ReportsPerSecond), max(1, int(2*s.o.Limits.ReportsPerSecond))),
		wake: make(chan struct{}, 1),
	}
	s.shares.join(st)
	defer s.shares.leave(st)
	return st.run(ctx, first)
}

// run ends when the first of the reader, the writer and the server does. Returning is what unblocks the others, so it does
// not wait for them.
func (st *stream) run(ctx context.Context, first *picketv1.Report) error {
	ended := make(chan error, 2)
	out := &writer{stream: st, slow: make(chan struct{}, 1)}
	if !st.instance.Moved() {
		out.epoch, out.revision = first.GetReceipt().GetEpoch(), first.GetReceipt().GetRevision()
	}
	go func() { ended <- st.read(ctx, first) }()
	go func() { ended <- out.write(ctx) }()
	select {
	case err := <-ended:
		return err
	case <-out.slow:
		st.s.o.Log.Warn("worker does not read its stream", "node", st.node.ID)
		return st.s.end("slow", status.Error(codes.ResourceExhausted, "the stream is read too slowly"))
	case <-st.s.closing:
		return status.Error(codes.Unavailable, "this replica is stopping")
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}

func (st *stream) read(ctx context.Context, r *picketv1.Report) error {
	for {
		if err := st.handle(ctx, r); err != nil {
			return err
		}
		if err := st.await(ctx, about(r), len(r.Rollups)); err != nil {
			return err
		}
		var err error
		if r, err = st.wire.Recv(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if r.Hello != nil {
			return status.Error(codes.InvalidArgument, "hello stands only in a stream's first message")
		}
	}
}

// introduced reads a stream's first message and checks who it is.
func (s *Server) introduced(w wire) (fleet.Hello, *picketv1.Report, error) {
	first, err := s.first(w)
	if err != nil {
		return fleet.Hello{}, nil, err
	}
	h := first.GetHello()
	if h == nil {
		return fleet.Hello{}, nil, s.end("no hello", status.Error(codes.InvalidArgument, "a stream's first message must have hello"))
	}
	hello := s.hello(w.Context(), h)
	if why := refusal(h, hello.Node); why != "" {
		return fleet.Hello{}, nil, s.refuse(w, hello, why)
	}
	return hello, first, nil
}

// first reads the first message, and gives up after Limits.Hello.
func (s *Server) first(w wire) (*picketv1.Report, error) {
	type received struct {
		r   *picketv1.Report
		err error
	}
	c := make(chan received, 1)
	go func() {
		r, err := w.Recv()
		c <- received{r, err}
	}()
	late := time.NewTimer(s.o.Limits.Hello)
	defer late.Stop()
	select {
	case got := <-c:
		return got.r, got.err
	case <-late.C:
		return nil, s.end("no hello", status.Error(codes.DeadlineExceeded, "no first message"))
	case <-s.closing:
		return nil, status.Error(codes.Unavailable, "this replica is stopping")
	}
}

func (s *Server) hello(ctx context.Context, h *picketv1.Hello) fleet.Hello {
	var san string
	var verified bool
	if s.o.Identity != nil {
		san, verified = s.o.Identity(ctx)
	}
	return fleet.Hello{
		Node:     fleet.Identify(san, verified, printable(h.NodeId, maxName), printable(h.Cluster, maxName), s.o.GroupOf),
		Instance: h.Instance, Worker: h.Worker, Workers: h.Workers,
		FilterVersion: printable(h.FilterVersion, 64), Started: fromNano(h.StartedUnixNano),
	}
}

// maxName is the longest name of a node or cluster, in bytes.
const maxName = 256

// refusal says, for an operator, why a filter cannot be served; "" when it can.
func refusal(h *picketv1.Hello, n controlplane.Node) string {
	switch {
	case h.Protocol < Protocol:
		return fmt.Sprintf("The filter speaks version %d of the protocol and this control plane needs %d: update picket.wasm on the node.", h.Protocol, Protocol)
	case h.Protocol > Protocol:
		return fmt.Sprintf("The filter speaks version %d of the protocol and this control plane knows only %d: update the control plane.", h.Protocol, Protocol)
	case n.ID == "":
		return "The node has no id: set node.id in Envoy's bootstrap, or --service-node."
	case len(h.NodeId) > maxName || len(h.Cluster) > maxName:
		return fmt.Sprintf("The node's id or cluster is longer than %d bytes.", maxName)
	case h.Instance == 0:
		return "The filter drew no instance number."
	default:
		return ""
	}
}

func (s *Server) refuse(w wire, h fleet.Hello, why string) error {
	if h.Node.ID != "" {
		s.o.Fleet.Refuse(h.Node, h.FilterVersion, why)
	}
	s.o.Log.Warn("filter is refused", "node", h.Node.ID, "filter_version", h.FilterVersion, "reason", why)
	refused := s.end("refused", status.Error(codes.FailedPrecondition, why))
	if err := w.Send(&picketv1.Directive{Refused: why}); err != nil {
		return fmt.Errorf("send refusal: %w", err)
	}
	return refused
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

// end counts why a stream is not served. why is one of a closed set.
func (s *Server) end(why string, err error) error {
	s.metrics.ended.WithLabelValues(why).Inc()
	return err
}
