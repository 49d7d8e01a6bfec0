// Package plugin is the filter's life on the SDK's types. Two filters share one VM on each of Envoy's threads: `picket`
// handles the traffic, ticks and owns the stream to the control plane; `picket-policy`, which no request ever reaches,
// receives the policy over xDS and leaves it where the first finds it. RATIONALE.md says why.
package plugin

import (
	"runtime"

	sdk "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"picket/filter/proxywasm"
)

// Start registers the filter with the host. It is called once, before the host's first callback.
func Start() {
	w := newWorker()
	proxywasm.Handle(w, w)
	sdk.SetVMContext(&vm{worker: w})
}

// Names of the two filters' roots; root_id in Envoy's configuration.
const (
	trafficRoot = "picket"
	policyRoot  = "picket-policy"
)

// vm is the VM of one thread.
type vm struct {
	types.DefaultVMContext
	worker *worker
}

// NewPluginContext makes the context of a root; which of the two it is shows when it starts.
func (v *vm) NewPluginContext(uint32) types.PluginContext { return &root{worker: v.worker} }

// root is the context of one of the two filters, in one listener's configuration.
type root struct {
	types.DefaultPluginContext
	worker *worker
}

// OnPluginStart takes the filter's configuration. It never refuses: a refusal on a worker after the canary passed would
// leave this VM deaf to every later push.
func (r *root) OnPluginStart(size int) types.OnPluginStartStatus {
	if string(proxywasm.Property("plugin_root_id")) == policyRoot {
		r.worker.pushed(size)
		return types.OnPluginStartStatusOK
	}
	conf, err := sdk.GetPluginConfiguration()
	if err != nil {
		conf = nil
	}
	r.worker.start(r, parseStatic(string(conf)))
	return types.OnPluginStartStatusOK
}

// OnTick keeps the stream to the control plane.
func (r *root) OnTick() {
	r.worker.tick(r)
	// A collection's marking runs in goroutines of its own, which get no time while the VM has none to give away. Left
	// alone it goes on for minutes, and each pointer that is written meanwhile costs a call.
	runtime.Gosched()
}

// OnPluginDone ends the root: a deleted root's timer would go on.
func (r *root) OnPluginDone() bool {
	r.worker.stop(r)
	return true
}

// NewHttpContext serves native tests only: compiled, streams go straight to the worker.
func (r *root) NewHttpContext(id uint32) types.HttpContext {
	return &stream{id: id, worker: r.worker}
}

// stream hands the SDK's callbacks to the worker.
type stream struct {
	types.DefaultHttpContext
	id     uint32
	worker *worker
}

// OnHttpRequestHeaders handles a request's headers.
func (s *stream) OnHttpRequestHeaders(_ int, end bool) types.Action {
	return types.Action(s.worker.RequestHeaders(s.id, end))
}

// OnHttpRequestBody handles a piece of its body.
func (s *stream) OnHttpRequestBody(size int, end bool) types.Action {
	return types.Action(s.worker.RequestBody(s.id, size, end))
}

// OnHttpRequestTrailers handles its trailers.
func (s *stream) OnHttpRequestTrailers(int) types.Action {
	return types.Action(s.worker.RequestTrailers(s.id))
}

// OnHttpResponseHeaders handles the response's headers.
func (s *stream) OnHttpResponseHeaders(_ int, end bool) types.Action {
	s.worker.ResponseHeaders(s.id, end)
	return types.ActionContinue
}

// OnHttpResponseBody handles a piece of the response's body.
func (s *stream) OnHttpResponseBody(size int, end bool) types.Action {
	s.worker.ResponseBody(s.id, size, end)
	return types.ActionContinue
}

// OnHttpStreamDone handles its end.
func (s *stream) OnHttpStreamDone() { s.worker.Done(s.id) }
