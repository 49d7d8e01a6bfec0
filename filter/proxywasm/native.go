//go:build !wasip1

package proxywasm

import (
	"errors"
	"strings"
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
)

// Peer plays the other end of gRPC streams when the filter is compiled natively.
type Peer interface {
	Open(cluster, service, method string) (stream uint32, ok bool)
	Send(stream uint32, message []byte) bool
	Close(stream uint32)
}

// Connect sets the other end of gRPC streams, for native tests.
func Connect(p Peer) { peer = p }

var peer Peer

// Registered gives the handlers set by Handle, so that a native test can call them as a host would.
func Registered() (Handler, StreamHandler) { return http, streams }

// Release gives back all that this callback has borrowed so far.
func Release() {}

// PieceSize is the longest piece to read at once, in bytes.
const PieceSize = 1 << 16

// Now is the time in nanoseconds since the Unix epoch.
func Now() uint64 { return uint64(time.Now().UnixNano()) }

// Body gives a part of the piece of request body that is passing.
func Body(start, size int) []byte {
	b, _ := proxywasm.GetHttpRequestBody(start, size)
	return b
}

// ResponseBody gives a part of the piece of response body that is passing.
func ResponseBody(start, size int) []byte {
	b, _ := proxywasm.GetHttpResponseBody(start, size)
	return b
}

// ContinueRequest lets a request go that was held.
func ContinueRequest(stream uint32) {
	if proxywasm.SetEffectiveContext(stream) == nil {
		_ = proxywasm.ResumeHttpRequest()
	}
}

// Configuration gives a part of the plugin's configuration, while it is being configured.
func Configuration(start, size int) []byte {
	b, err := proxywasm.GetPluginConfiguration()
	if err != nil || start >= len(b) {
		return nil
	}
	return b[start:min(start+size, len(b))]
}

// Pairs gives a header map as the host serializes it.
func Pairs(m Map) []byte {
	get := proxywasm.GetHttpRequestHeaders
	if m == ResponseHeaders {
		get = proxywasm.GetHttpResponseHeaders
	}
	headers, err := get()
	if err != nil {
		return nil
	}
	flat := make([]string, 0, 2*len(headers))
	for _, h := range headers {
		flat = append(flat, h[0], h[1])
	}
	return AppendPairs(nil, flat...)
}

// SetHeader replaces a header.
func SetHeader(_ Map, key, value string) { _ = proxywasm.ReplaceHttpRequestHeader(key, value) }

// RemoveHeader removes a header.
func RemoveHeader(_ Map, key string) { _ = proxywasm.RemoveHttpRequestHeader(key) }

// Property gives a property; the parts of its path are separated by NUL. nil: there is none.
func Property(path string) []byte {
	b, err := proxywasm.GetProperty(strings.Split(path, "\x00"))
	if err != nil {
		return nil
	}
	return b
}

// Respond answers the request instead of the service.
func Respond(status uint32, _ string, body, headers []byte, grpcStatus int32) bool {
	return proxywasm.SendHttpResponse(status, unpair(headers), body, grpcStatus) == nil
}

// OpenStream opens a gRPC stream to an Envoy cluster.
func OpenStream(cluster, service, method string) (stream uint32, ok bool) {
	if peer == nil {
		return 0, false
	}
	return peer.Open(cluster, service, method)
}

// Send hands a message to a stream.
func Send(stream uint32, message []byte) bool { return peer != nil && peer.Send(stream, message) }

// CloseStream closes a stream from this side.
func CloseStream(stream uint32) {
	if peer != nil {
		peer.Close(stream)
	}
}

// Shared gives what a VM of the same vm_id left under key, and its version for SetShared.
func Shared(key string) (value []byte, version uint32, ok bool) {
	b, cas, err := proxywasm.GetSharedData(key)
	return b, cas, err == nil
}

// SetShared leaves value for all VMs of the same vm_id.
func SetShared(key string, value []byte, version uint32) bool {
	err := proxywasm.SetSharedData(key, value, version)
	return !errors.Is(err, types.ErrorStatusCasMismatch) && err == nil
}

// Counter is a counter in Envoy's statistics.
type Counter struct{ sdk proxywasm.MetricCounter }

// DefineCounter makes a counter known.
func DefineCounter(name string) Counter { return Counter{proxywasm.DefineCounterMetric(name)} }

// Add adds n.
func (c Counter) Add(n uint64) { c.sdk.Increment(n) }
