package proxywasm

import (
	"encoding/binary"
	"unsafe"
)

//go:wasmimport env proxy_get_current_time_nanoseconds
func hostNow(result unsafe.Pointer) int32

//go:wasmimport env proxy_get_buffer_bytes
func hostGetBuffer(kind, start, size int32, data, length unsafe.Pointer) int32

//go:wasmimport env proxy_get_header_map_pairs
func hostGetPairs(m int32, data, length unsafe.Pointer) int32

//go:wasmimport env proxy_replace_header_map_value
func hostSetHeader(m int32, key unsafe.Pointer, keyLen uint32, value unsafe.Pointer, valueLen uint32) int32

//go:wasmimport env proxy_remove_header_map_value
func hostRemoveHeader(m int32, key unsafe.Pointer, keyLen uint32) int32

//go:wasmimport env proxy_get_property
func hostGetProperty(path unsafe.Pointer, pathLen uint32, data, length unsafe.Pointer) int32

//go:wasmimport env proxy_send_local_response
func hostRespond(status uint32, details unsafe.Pointer, detailsLen uint32, body unsafe.Pointer, bodyLen uint32,
	headers unsafe.Pointer, headersLen uint32, grpcStatus int32) int32

//go:wasmimport env proxy_grpc_stream
func hostGRPCStream(service unsafe.Pointer, serviceLen uint32, name unsafe.Pointer, nameLen uint32, method unsafe.Pointer, methodLen uint32,
	metadata unsafe.Pointer, metadataLen uint32, stream unsafe.Pointer) int32

//go:wasmimport env proxy_grpc_send
func hostGRPCSend(stream uint32, message unsafe.Pointer, length uint32, end int32) int32

//go:wasmimport env proxy_grpc_close
func hostGRPCClose(stream uint32) int32

//go:wasmimport env proxy_get_shared_data
func hostGetShared(key unsafe.Pointer, keyLen uint32, data, length, cas unsafe.Pointer) int32

//go:wasmimport env proxy_set_shared_data
func hostSetShared(key unsafe.Pointer, keyLen uint32, value unsafe.Pointer, valueLen uint32, cas uint32) int32

//go:wasmimport env proxy_continue_stream
func hostContinue(kind int32) int32

//go:wasmimport env proxy_set_effective_context
func hostEffective(context uint32) int32

//go:wasmimport env proxy_log
func hostLog(level int32, text unsafe.Pointer, length uint32) int32

//go:wasmimport env proxy_set_tick_period_milliseconds
func hostSetTick(period uint32) int32

//go:wasmimport env proxy_define_metric
func hostDefineMetric(kind int32, name unsafe.Pointer, nameLen uint32, id unsafe.Pointer) int32

//go:wasmimport env proxy_increment_metric
func hostIncrementMetric(id uint32, by int64) int32

// Buffer numbers of the ABI.
const (
	bufferRequestBody   = 0
	bufferResponseBody  = 1
	bufferGRPC          = 5
	bufferConfiguration = 7
)

// arenaSize holds what one callback asks of the host. Only configurations and long pieces of bodies are larger, and
// get memory of their own.
const arenaSize = 1 << 16

var (
	arena [arenaSize]byte
	used  uint32
	large [][]byte // results of this callback that did not fit
	// The host writes results here: its pointers and sizes have 32 bits, Go's 64.
	resultAt, resultLen, resultID uint32
	resultTime                    uint64
)

// begin starts a callback: what the last one borrowed is given back.
func begin() {
	used = 0
	if large != nil {
		large = nil
	}
}

// Release gives back all that this callback has borrowed so far, so that something long can be read in pieces.
func Release() { begin() }

// PieceSize is the longest result that takes no memory of its own, in bytes, right after Release.
const PieceSize = arenaSize

// The host asks for memory here for each result. It must never be refused.
//
//go:wasmexport proxy_on_memory_allocate
func allocate(size uint32) unsafe.Pointer {
	if size > arenaSize-used {
		b := make([]byte, size)
		large = append(large, b)
		return unsafe.Pointer(unsafe.SliceData(b))
	}
	p := unsafe.Pointer(&arena[min(used, arenaSize-1)])
	used += (size + 7) &^ 7
	used = min(used, arenaSize)
	return p
}

// result is what the host wrote.
func result(status int32) []byte {
	if status != 0 || resultLen == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(uintptr(resultAt))), resultLen)
}

func pointers() (data, length unsafe.Pointer) {
	resultAt, resultLen = 0, 0
	return unsafe.Pointer(&resultAt), unsafe.Pointer(&resultLen)
}

func str(s string) (unsafe.Pointer, uint32) {
	return unsafe.Pointer(unsafe.StringData(s)), uint32(len(s))
}
func raw(b []byte) (unsafe.Pointer, uint32) {
	return unsafe.Pointer(unsafe.SliceData(b)), uint32(len(b))
}

// Now is the time in nanoseconds since the Unix epoch.
func Now() uint64 {
	hostNow(unsafe.Pointer(&resultTime))
	return resultTime
}

func buffer(kind, start, size int32) []byte {
	d, l := pointers()
	return result(hostGetBuffer(kind, start, size, d, l))
}

// Body gives a part of the piece of request body that is passing.
func Body(start, size int) []byte { return buffer(bufferRequestBody, int32(start), int32(size)) }

// ResponseBody gives a part of the piece of response body that is passing.
func ResponseBody(start, size int) []byte {
	return buffer(bufferResponseBody, int32(start), int32(size))
}

// ticking is the root whose tick it is.
var ticking uint32

// ContinueRequest lets a request go that was held, from within a tick.
func ContinueRequest(stream uint32) {
	if hostEffective(stream) == 0 {
		hostContinue(0)
	}
	hostEffective(ticking)
}

// Configuration gives a part of the plugin's configuration, while it is being configured.
func Configuration(start, size int) []byte {
	return buffer(bufferConfiguration, int32(start), int32(size))
}

// Pairs gives a header map as the host serializes it.
func Pairs(m Map) []byte {
	d, l := pointers()
	return result(hostGetPairs(int32(m), d, l))
}

// SetHeader replaces a header.
func SetHeader(m Map, key, value string) {
	k, kn := str(key)
	v, vn := str(value)
	hostSetHeader(int32(m), k, kn, v, vn)
}

// RemoveHeader removes a header.
func RemoveHeader(m Map, key string) {
	k, kn := str(key)
	hostRemoveHeader(int32(m), k, kn)
}

// Property gives a property; the parts of its path are separated by NUL. nil: there is none.
func Property(path string) []byte {
	p, n := str(path)
	d, l := pointers()
	return result(hostGetProperty(p, n, d, l))
}

// Respond answers the request instead of the service. headers are as AppendPairs writes them; grpcStatus is -1 for
// none. It reports whether the host took it.
func Respond(status uint32, details string, body, headers []byte, grpcStatus int32) bool {
	d, dn := str(details)
	b, bn := raw(body)
	h, hn := raw(headers)
	return hostRespond(status, d, dn, b, bn, h, hn, grpcStatus) == 0
}

// OpenStream opens a gRPC stream to an Envoy cluster. It reports whether the host took it; that proves no connection.
func OpenStream(cluster, service, method string) (stream uint32, ok bool) {
	// GrpcService{envoy_grpc: {cluster_name}}: a bare name may parse as something else and abort Envoy.
	inner := append(binary.AppendUvarint([]byte{0x0a}, uint64(len(cluster))), cluster...)
	target := append(binary.AppendUvarint([]byte{0x0a}, uint64(len(inner))), inner...)
	t, tn := raw(target)
	s, sn := str(service)
	m, mn := str(method)
	resultID = 0
	st := hostGRPCStream(t, tn, s, sn, m, mn, nil, 0, unsafe.Pointer(&resultID))
	return resultID, st == 0
}

// Send hands a message to a stream. That it was taken proves no delivery.
func Send(stream uint32, message []byte) bool {
	m, n := raw(message)
	return hostGRPCSend(stream, m, n, 0) == 0
}

// CloseStream closes a stream from this side.
func CloseStream(stream uint32) { hostGRPCClose(stream) }

// Shared gives what a VM of the same vm_id left under key, and its version for SetShared.
func Shared(key string) (value []byte, version uint32, ok bool) {
	k, n := str(key)
	d, l := pointers()
	resultID = 0
	st := hostGetShared(k, n, d, l, unsafe.Pointer(&resultID))
	return result(st), resultID, st == 0
}

// SetShared leaves value for all VMs of the same vm_id. version 0: whatever is there. It reports false when another
// was faster.
func SetShared(key string, value []byte, version uint32) bool {
	k, n := str(key)
	v, vn := raw(value)
	return hostSetShared(k, n, v, vn, version) == 0
}

// Counter is a counter in Envoy's statistics. The SDK's panics when the host refuses it, and brings fmt into the module.
type Counter uint32

// DefineCounter makes a counter known; Envoy shows it as wasmcustom.NAME. Once a VM for each name.
func DefineCounter(name string) Counter {
	n, length := str(name)
	resultID = 0
	hostDefineMetric(0, n, length, unsafe.Pointer(&resultID))
	return Counter(resultID)
}

// Add adds n.
func (c Counter) Add(n uint64) { hostIncrementMetric(uint32(c), int64(n)) }
