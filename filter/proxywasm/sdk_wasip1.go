package proxywasm

import (
	"unsafe"

	_ "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm" // the package that is linked to
)

// sdkHost is the SDK's ProxyWasmHost, which is internal: the same method names give the same table of methods, and its
// named types are numbers of these sizes. Natively the SDK talks to such a host, and under the official compiler too.
type sdkHost interface {
	ProxyLog(level uint32, text *byte, length int) uint32
	ProxySetProperty(path *byte, pathLen int, value *byte, valueLen int) uint32
	ProxyGetProperty(path *byte, pathLen int, data **byte, length *int) uint32
	ProxySendLocalResponse(status uint32, details *byte, detailsLen int, body *byte, bodyLen int, headers *byte, headersLen int, grpcStatus int32) uint32
	ProxyGetSharedData(key *byte, keyLen int, data **byte, length *int, cas *uint32) uint32
	ProxySetSharedData(key *byte, keyLen int, value *byte, valueLen int, cas uint32) uint32
	ProxyRegisterSharedQueue(name *byte, nameLen int, id *uint32) uint32
	ProxyResolveSharedQueue(vm *byte, vmLen int, name *byte, nameLen int, id *uint32) uint32
	ProxyDequeueSharedQueue(id uint32, data **byte, length *int) uint32
	ProxyEnqueueSharedQueue(id uint32, value *byte, valueLen int) uint32
	ProxyGetHeaderMapValue(m uint32, key *byte, keyLen int, data **byte, length *int) uint32
	ProxyAddHeaderMapValue(m uint32, key *byte, keyLen int, value *byte, valueLen int) uint32
	ProxyReplaceHeaderMapValue(m uint32, key *byte, keyLen int, value *byte, valueLen int) uint32
	ProxyContinueStream(kind uint32) uint32
	ProxyCloseStream(kind uint32) uint32
	ProxyRemoveHeaderMapValue(m uint32, key *byte, keyLen int) uint32
	ProxyGetHeaderMapPairs(m uint32, data **byte, length *int) uint32
	ProxySetHeaderMapPairs(m uint32, pairs *byte, pairsLen int) uint32
	ProxyGetBufferBytes(kind uint32, start, size int, data **byte, length *int) uint32
	ProxySetBufferBytes(kind uint32, start, size int, value *byte, valueLen int) uint32
	ProxyHttpCall(upstream *byte, upstreamLen int, headers *byte, headersLen int, body *byte, bodyLen int, trailers *byte, trailersLen int, timeout uint32, id *uint32) uint32
	ProxyCallForeignFunction(name *byte, nameLen int, argument *byte, argumentLen int, data **byte, length *int) uint32
	ProxySetTickPeriodMilliseconds(period uint32) uint32
	ProxySetEffectiveContext(context uint32) uint32
	ProxyDone() uint32
	ProxyDefineMetric(kind uint32, name *byte, nameLen int, id *uint32) uint32
	ProxyIncrementMetric(id uint32, by int64) uint32
	ProxyRecordMetric(id uint32, value uint64) uint32
	ProxyGetMetric(id uint32, value *uint64) uint32
}

//go:linkname sdkRegister github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/internal.RegisterMockWasmHost
func sdkRegister(h sdkHost) func()

// bridge gives the SDK what the filter uses of it: configuration, ticks and logs. Any other of its host calls
// would find a nil interface; the filter makes those through this package.
type bridge struct{ sdkHost }

func (*bridge) ProxyLog(level uint32, text *byte, length int) uint32 {
	return uint32(hostLog(int32(level), unsafe.Pointer(text), uint32(length)))
}

func (*bridge) ProxySetTickPeriodMilliseconds(period uint32) uint32 {
	return uint32(hostSetTick(period))
}

func (*bridge) ProxyGetBufferBytes(kind uint32, start, size int, data **byte, length *int) uint32 {
	d, l := pointers()
	status := hostGetBuffer(int32(kind), int32(start), int32(size), d, l)
	*data, *length = (*byte)(unsafe.Pointer(uintptr(resultAt))), int(resultLen)
	return uint32(status)
}

// The linker cannot see that the SDK calls these, for it calls them through an interface of its own.
var reachable = []any{
	(*bridge).ProxyLog, (*bridge).ProxySetTickPeriodMilliseconds, (*bridge).ProxyGetBufferBytes,
}

func init() {
	if len(reachable) > 0 {
		sdkRegister(&bridge{})
	}
}
