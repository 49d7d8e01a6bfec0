package simulate

import (
	"context"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	picketv1 "picket/proto/picket/v1"
)

// line is a worker's stream as the control plane sees it, within one process: what is sent is handed over, never copied.
type line struct {
	ctx context.Context
	up  chan *picketv1.Report

	mu   sync.Mutex
	down []*picketv1.Directive
	wake chan struct{} // buffered by one: there is something in down, or the stream ended
	err  error         // why the control plane ended it
	over bool
}

var _ grpc.BidiStreamingServer[picketv1.Report, picketv1.Directive] = (*line)(nil)

func newLine(ctx context.Context) *line {
	return &line{ctx: ctx, up: make(chan *picketv1.Report), wake: make(chan struct{}, 1)}
}

// Recv implements grpc.BidiStreamingServer.
func (l *line) Recv() (*picketv1.Report, error) {
	select {
	case r := <-l.up:
		return r, nil
	case <-l.ctx.Done():
		return nil, io.EOF
	}
}

// Send implements grpc.BidiStreamingServer.
func (l *line) Send(d *picketv1.Directive) error {
	l.mu.Lock()
	l.down = append(l.down, d)
	l.mu.Unlock()
	l.notify()
	return nil
}

// take gives what was sent since, and whether the stream goes on.
func (l *line) take() (all []*picketv1.Directive, err error, over bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all, l.down = l.down, nil
	return all, l.err, l.over
}

// end says that the control plane ended the stream.
func (l *line) end(err error) {
	l.mu.Lock()
	l.err, l.over = err, true
	l.mu.Unlock()
	l.notify()
}

func (l *line) notify() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Context implements grpc.ServerStream.
func (l *line) Context() context.Context { return l.ctx }

// SetHeader implements grpc.ServerStream.
func (l *line) SetHeader(metadata.MD) error { return nil }

// SendHeader implements grpc.ServerStream.
func (l *line) SendHeader(metadata.MD) error { return nil }

// SetTrailer implements grpc.ServerStream.
func (l *line) SetTrailer(metadata.MD) {}

// SendMsg implements grpc.ServerStream; nobody calls it.
func (l *line) SendMsg(any) error { return io.ErrClosedPipe }

// RecvMsg implements grpc.ServerStream; nobody calls it.
func (l *line) RecvMsg(any) error { return io.ErrClosedPipe }
