package xds

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilter "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasm "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// maxModule is the longest file name of a module, in bytes.
const maxModule = 4096

// follower keeps the caches of one group, one for each module that its nodes name, at the group's policy.
type follower struct {
	s     *Server
	name  string
	group Group

	mu        sync.Mutex
	blob      []byte
	decisions int
	pushed    time.Time
	caches    map[string]*cache.LinearCache // by the module's file name
}

// watcher is go-control-plane's view of all caches. It picks by the node's cluster, which callbacks has set to the
// node's group.
type watcher struct{ s *Server }

// CreateDeltaWatch implements cache.ConfigWatcher. Types other than extension configurations are never answered: an
// Envoy that asks over ADS has them from elsewhere.
func (w watcher) CreateDeltaWatch(r *cache.DeltaRequest, sub cache.Subscription, out chan cache.DeltaResponse) (func(), error) {
	if r.GetTypeUrl() != resource.ExtensionConfigType {
		return func() {}, nil
	}
	c, err := w.s.cache(r.GetNode())
	if err != nil {
		return nil, err
	}
	return c.CreateDeltaWatch(r, sub, out)
}

// CreateWatch implements cache.ConfigWatcher; only delta is served.
func (watcher) CreateWatch(*cache.Request, cache.Subscription, chan cache.Response) (func(), error) {
	return nil, errors.New("only delta xDS is served")
}

// cache finds or makes a node's cache; it always has the resource, so that a node is never told of its removal.
func (s *Server) cache(n *core.Node) (*cache.LinearCache, error) {
	module := s.module(n)
	f, err := s.follow(n.GetCluster())
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.caches[module]; c != nil {
		return c, nil
	}
	if !s.room() {
		return nil, status.Error(codes.ResourceExhausted, "too many different groups and modules")
	}
	res, err := s.resource(module, f.blob)
	if err != nil {
		return nil, err
	}
	c := cache.NewLinearCache(resource.ExtensionConfigType, cache.WithInitialResources(map[string]types.Resource{s.o.Resource: res}))
	f.caches[module] = c
	return c, nil
}

// room takes one place for a cache, if there is one.
func (s *Server) room() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.caches >= s.o.MaxCaches {
		return false
	}
	s.caches++
	return true
}

func (s *Server) module(n *core.Node) string {
	name := n.GetMetadata().GetFields()[ModuleMetadata].GetStringValue()
	if name == "" || len(name) > maxModule {
		return s.o.Module()
	}
	return name
}

// follow finds a group's follower, or starts it.
func (s *Server) follow(group string) (*follower, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, status.Error(codes.Unavailable, "this replica is stopping")
	}
	if f := s.groups[group]; f != nil {
		return f, nil
	}
	if len(s.groups) >= s.o.MaxCaches {
		return nil, status.Error(codes.ResourceExhausted, "too many different groups")
	}
	f := &follower{s: s, name: group, group: s.o.Group(group), caches: map[string]*cache.LinearCache{}}
	changed := f.group.Changed()
	_, f.blob, f.decisions = f.group.Blob()
	s.groups[group] = f
	s.work.Go(func() { f.run(s.ctx, changed) })
	return f, nil
}

// run pushes what changed, gathered for a while, until ctx ends.
func (f *follower) run(ctx context.Context, changed <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		wait := time.NewTimer(f.wait(time.Now()))
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		}
		changed = f.group.Changed()
		f.push(time.Now())
	}
}

// wait says how long to gather changes: each push of a long policy costs every node its whole length.
func (f *follower) wait(now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	least, between := f.s.o.Debounce, time.Duration(0)
	switch {
	case f.decisions > 50_000:
		between = 100 * least
	case f.decisions > 1000:
		between = 20 * least
	}
	return max(least, between-now.Sub(f.pushed))
}

func (f *follower) push(now time.Time) {
	revision, blob, decisions := f.group.Blob()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.blob, f.decisions, f.pushed = blob, decisions, now
	for module, c := range f.caches {
		if err := f.update(module, c); err != nil {
			f.s.o.Log.Error("cannot push policy", "group", f.name, "revision", revision, "error", err)
		}
	}
	f.s.metrics.pushes.Inc()
	f.s.o.Log.Debug("policy pushed", "group", f.name, "revision", revision, "bytes", len(blob), "decisions", decisions)
}

func (f *follower) update(module string, c *cache.LinearCache) error {
	res, err := f.s.resource(module, f.blob)
	if err != nil {
		return err
	}
	if err := c.UpdateResource(f.s.o.Resource, res); err != nil {
		return fmt.Errorf("update cache: %w", err)
	}
	return nil
}

// resource is the policy as the carrier filter's configuration. All but the policy must be as in the node's static
// filter, which shares its VM (RATIONALE.md, "Why two filters?").
func (s *Server) resource(module string, blob []byte) (*core.TypedExtensionConfig, error) {
	configuration, err := pack(wrapperspb.Bytes(blob))
	if err != nil {
		return nil, err
	}
	filter, err := pack(&wasmfilter.Wasm{Config: &wasm.PluginConfig{
		Name: "picket-policy", RootId: "picket-policy",
		FailurePolicy:               wasm.FailurePolicy_FAIL_RELOAD,
		AllowOnHeadersStopIteration: wrapperspb.Bool(true),
		Configuration:               configuration,
		Vm: &wasm.PluginConfig_VmConfig{VmConfig: &wasm.VmConfig{
			VmId: "picket", Runtime: "envoy.wasm.runtime.v8",
			Code: &core.AsyncDataSource{Specifier: &core.AsyncDataSource_Local{
				Local: &core.DataSource{Specifier: &core.DataSource_Filename{Filename: module}},
			}},
		}},
	}})
	if err != nil {
		return nil, err
	}
	return &core.TypedExtensionConfig{Name: s.o.Resource, TypedConfig: filter}, nil
}

// pack is deterministic, so that the version, a hash of the content, is the same on each replica.
func pack(m proto.Message) (*anypb.Any, error) {
	var a anypb.Any
	if err := anypb.MarshalFrom(&a, m, proto.MarshalOptions{Deterministic: true}); err != nil {
		return nil, fmt.Errorf("marshal policy: %w", err)
	}
	return &a, nil
}
