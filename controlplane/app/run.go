package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"picket/controlplane/api"
	"picket/controlplane/ingest"
	"picket/controlplane/ops"
	"picket/controlplane/policy"
	picketv1 "picket/proto/picket/v1"
)

// stopWithin bounds how long calls in flight may hold up the end. Streams never end by themselves.
const stopWithin = time.Second

// fileOperator is who changes the policy by changing its file.
const fileOperator = "policy file"

// Run serves until ctx ends, stops within seconds and gives back what New took. It may be called once.
func (a *App) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, a.Close()) }()
	grpcServer, httpServer, err := a.servers()
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	a.runParts(ctx, g)
	g.Go(func() error { return serveGRPC(ctx, grpcServer, a.grpcListener) })
	g.Go(func() error { return serveHTTP(ctx, httpServer, a.httpListener) })
	a.log.Info("serving", "http", a.HTTPAddr(), "grpc", a.GRPCAddr(), "state", a.store())
	return g.Wait()
}

// runParts runs all but the servers.
func (a *App) runParts(ctx context.Context, g *errgroup.Group) {
	for _, run := range a.parts() {
		g.Go(func() error { return run(ctx) })
	}
	put := make(chan struct{})
	g.Go(func() error { return a.start(ctx, func() { close(put) }) })
	g.Go(func() error { return a.publish(ctx, put) })
}

// parts are all that runs beside the servers.
func (a *App) parts() []func(context.Context) error {
	return []func(context.Context) error{
		a.decider.Run, a.fleet.Run, a.ingest.Run, a.xds.Run, a.track, a.runFold,
		func(ctx context.Context) error { return a.trials.run(ctx, a.ready.Ready()) },
	}
}

// publish runs the publisher once begin is closed.
func (a *App) publish(ctx context.Context, begin <-chan struct{}) error {
	if !arrived(ctx, begin) {
		return nil
	}
	return a.publisher.Run(ctx)
}

// start meets the conditions in order: the register known, the policy put, both published, and the journal replayed. The
// publisher begins only after the policy is put, so that a document of another version that it cannot read does not stop it.
func (a *App) start(ctx context.Context, publish func()) error {
	if !arrived(ctx, a.decider.Ready()) {
		return nil
	}
	a.ready.Met(conditionRegister)
	doc, err := a.startWith(ctx)
	if err != nil {
		return ended(ctx, err)
	}
	if err := a.putPolicy(ctx, doc); err != nil {
		return ended(ctx, err)
	}
	publish()
	if !arrived(ctx, a.publisher.Ready()) {
		return nil
	}
	a.ready.Met(conditionPolicy)
	if a.fold != nil && !arrived(ctx, a.fold.Ready()) {
		return nil
	}
	a.ready.Met(conditionJournal)
	a.log.Info("ready", "revision", a.publisher.Revision(), "epoch", fmt.Sprintf("%016x", a.publisher.Epoch()),
		"took", a.clock().Sub(a.started).Round(time.Millisecond))
	return a.file.watch(ctx, a.putPolicy, func(err error) { a.log.Error("policy file refused, the last good one stays", "error", err) })
}

func (a *App) putPolicy(ctx context.Context, d policy.Document) error {
	held, err := a.trials.change(ctx, d, fileOperator)
	if len(held) > 0 {
		a.log.Warn("changed scenarios observe until they were tried on the journal", "scenarios", len(held), "first", held[0])
	}
	return err
}

// arrived waits for c, and tells whether it came before ctx ended.
func arrived(ctx context.Context, c <-chan struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case <-c:
		return true
	}
}

// ended forgives errors that come of the end.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // that is its purpose
	}
	return err
}

// servers makes both; TLS files that cannot be read are a *Mistake.
func (a *App) servers() (*grpc.Server, *http.Server, error) {
	nodes, err := a.serverTLS(a.o.nodeTLS())
	if err != nil {
		return nil, nil, err
	}
	operators, err := a.serverTLS(a.o.operatorTLS())
	if err != nil {
		return nil, nil, err
	}
	g := grpc.NewServer(append(ingest.ServerOptions(), grpcCredentials(nodes)...)...)
	picketv1.RegisterSignalsServer(g, a.ingest)
	healthpb.RegisterHealthServer(g, a.ready.Health())
	if a.o.ECDS {
		a.xds.Register(g)
	}
	h := api.NewHTTPServer(a.routes(), a.log)
	h.TLSConfig = operators
	return g, h, nil
}

// routes puts health in front of everything, and metrics behind the check of the Host only.
func (a *App) routes() http.Handler {
	open := http.NewServeMux()
	ops.Mount(open, a.metrics, a.ready)
	mux := http.NewServeMux()
	mux.Handle(a.api.Handler())
	mux.Handle("GET /livez", open)
	mux.Handle("GET /readyz", open)
	mux.Handle("GET /metrics", a.api.SameSite(open))
	return mux
}

// serveGRPC ends streams when ctx ends.
func serveGRPC(ctx context.Context, s *grpc.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve gRPC: %w", err)
	case <-ctx.Done():
	}
	stop := time.AfterFunc(stopWithin, s.Stop)
	defer stop.Stop()
	s.GracefulStop()
	// ErrServerStopped: it was stopped before it began.
	if err := <-failed; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve gRPC: %w", err)
	}
	return nil
}

// serveHTTP lets calls in flight end for a while when ctx ends.
func serveHTTP(ctx context.Context, s *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() {
		if s.TLSConfig != nil {
			failed <- s.ServeTLS(l, "", "")
			return
		}
		failed <- s.Serve(l)
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	late, stop := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer stop()
	if s.Shutdown(late) != nil {
		_ = s.Close()
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	return nil
}
