package proxywasm

import (
	_ "unsafe" // for go:linkname

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
)

// The SDK exports its callbacks for TinyGo only. These call the same functions. A root context's go to the SDK, a
// stream's to the Handler: proxy_on_context_create is not exported, so that a stream costs no call for it, and a root
// is made known to the SDK when its VM starts.

//go:linkname sdkContextCreate github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/internal.proxyOnContextCreate
func sdkContextCreate(context, root uint32)

//go:linkname sdkVMStart github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/internal.proxyOnVMStart
func sdkVMStart(context uint32, size int) types.OnVMStartStatus

//go:linkname sdkConfigure github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/internal.proxyOnConfigure
func sdkConfigure(context uint32, size int) types.OnPluginStartStatus

//go:linkname sdkTick github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/internal.proxyOnTick
func sdkTick(context uint32)

//go:linkname sdkDone github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/internal.proxyOnDone
func sdkDone(context uint32) bool

//go:linkname sdkDelete github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/internal.proxyOnDelete
func sdkDelete(context uint32)

// roots are the contexts that the SDK knows. There are two or a few.
var roots []uint32

func isRoot(context uint32) bool {
	for _, r := range roots {
		if r == context {
			return true
		}
	}
	return false
}

//go:wasmexport proxy_abi_version_0_2_1
func abiVersion() {}

//go:wasmexport proxy_on_vm_start
func onVMStart(context uint32, size int32) int32 {
	begin()
	if !isRoot(context) {
		roots = append(roots, context)
		sdkContextCreate(context, 0)
	}
	return truth(bool(sdkVMStart(context, int(size))))
}

//go:wasmexport proxy_on_configure
func onConfigure(context uint32, size int32) int32 {
	begin()
	return truth(bool(sdkConfigure(context, int(size))))
}

//go:wasmexport proxy_on_tick
func onTick(context uint32) {
	begin()
	if isRoot(context) {
		ticking = context
		sdkTick(context)
	}
}

// The end of a stream. What proxy_on_log would add costs a call for each; it is not exported.
//
//go:wasmexport proxy_on_done
func onDone(context uint32) int32 {
	begin()
	if !isRoot(context) {
		http.Done(context)
		return 1
	}
	if !sdkDone(context) {
		return 0
	}
	forget(context)
	return 1
}

// forget drops a root whose end has come. proxy_on_delete would say so too, but is not exported: Envoy would call it for
// each stream.
func forget(root uint32) {
	for i, r := range roots {
		if r == root {
			roots = append(roots[:i], roots[i+1:]...)
			sdkDelete(root)
			return
		}
	}
}

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(context uint32, _, end int32) int32 {
	begin()
	return int32(http.RequestHeaders(context, end != 0))
}

//go:wasmexport proxy_on_request_body
func onRequestBody(context uint32, size, end int32) int32 {
	begin()
	return int32(http.RequestBody(context, int(size), end != 0))
}

//go:wasmexport proxy_on_request_trailers
func onRequestTrailers(context uint32, _ int32) int32 {
	begin()
	return int32(http.RequestTrailers(context))
}

//go:wasmexport proxy_on_response_headers
func onResponseHeaders(context uint32, _, end int32) int32 {
	begin()
	http.ResponseHeaders(context, end != 0)
	return int32(Continue)
}

//go:wasmexport proxy_on_response_body
func onResponseBody(context uint32, size, end int32) int32 {
	begin()
	http.ResponseBody(context, int(size), end != 0)
	return int32(Continue)
}

//go:wasmexport proxy_on_grpc_receive
func onGRPCReceive(_, stream uint32, size int32) {
	begin()
	streams.Receive(stream, buffer(bufferGRPC, 0, size))
}

//go:wasmexport proxy_on_grpc_close
func onGRPCClose(_, stream, status uint32) {
	begin()
	streams.Close(stream, status)
	hostGRPCClose(stream)
}

func truth(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
