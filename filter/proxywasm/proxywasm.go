// Package proxywasm is what the proxy-wasm SDK lacks: a bridge that lets it run under the official Go compiler, HTTP
// callbacks without bookkeeping for each stream, header maps without allocation, and gRPC streams. Compiled for a
// host (wasip1) it talks to Envoy; compiled natively it talks to the SDK's proxytest, so that plugins can be tested.
//
// What it gives as a []byte is borrowed: it lives until the callback in which it was asked for returns.
package proxywasm

// Action tells the host what to do with a stream after a callback.
type Action int32

// The actions.
const (
	Continue Action = 0
	Pause    Action = 1
	// Hold keeps a piece of a body back, with the headers and all pieces before it, until a later callback or
	// ContinueRequest lets them go. The next callback brings the next piece only.
	Hold Action = 2
)

// Map names a header map; its numbers are the ABI's.
type Map int32

// The header maps.
const (
	RequestHeaders  Map = 0
	ResponseHeaders Map = 2
)

// Handler receives the callbacks of HTTP streams. A stream has no callback before RequestHeaders and none after Log,
// which comes exactly once, and may come alone, when a request was refused before any filter saw it.
type Handler interface {
	RequestHeaders(stream uint32, end bool) Action
	RequestBody(stream uint32, size int, end bool) Action
	// RequestTrailers ends a body whose last piece did not say that it was.
	RequestTrailers(stream uint32) Action
	// ResponseHeaders is where a response's headers can be read.
	ResponseHeaders(stream uint32, end bool)
	ResponseBody(stream uint32, size int, end bool)
	// Done is called when the stream has ended.
	Done(stream uint32)
}

// StreamHandler receives the callbacks of gRPC streams. Close may come for a stream that was never opened.
type StreamHandler interface {
	Receive(stream uint32, message []byte)
	Close(stream, status uint32)
}

// Handle sets who receives the callbacks. It is called once, before the host's first.
func Handle(h Handler, s StreamHandler) { http, streams = h, s }

// The host calls free functions: there is nowhere else to keep these.
var (
	http    Handler
	streams StreamHandler
)
