package ops

import (
	"slices"
	"sync"

	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// Readiness is a list of conditions that must be met before a replica answers anybody. A condition once met stays met.
// It is safe for concurrent use.
type Readiness struct {
	ready  chan struct{}
	health *health.Server

	mu      sync.Mutex
	missing []string // guarded by mu
}

// NewReadiness waits for the named conditions, which are told to people: "register synced".
func NewReadiness(conditions ...string) *Readiness {
	r := &Readiness{ready: make(chan struct{}), health: health.NewServer(), missing: slices.Clone(conditions)}
	r.health.SetServingStatus("", healthpb.HealthCheckResponse_NOT_SERVING)
	r.settle()
	return r
}

// Met says that a condition holds from now on. One that is unknown or met already is ignored.
func (r *Readiness) Met(condition string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.Index(r.missing, condition)
	if i < 0 {
		return
	}
	r.missing = slices.Delete(r.missing, i, i+1)
	r.settle()
}

// settle needs mu, or a Readiness that nobody else knows.
func (r *Readiness) settle() {
	if len(r.missing) > 0 {
		return
	}
	r.health.SetServingStatus("", healthpb.HealthCheckResponse_SERVING)
	close(r.ready)
}

// Missing lists what is not met yet, in the order in which it was named.
func (r *Readiness) Missing() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.missing)
}

// Ready is closed once nothing is missing.
func (r *Readiness) Ready() <-chan struct{} { return r.ready }

// Health is the gRPC health service that says the same.
func (r *Readiness) Health() *health.Server { return r.health }
