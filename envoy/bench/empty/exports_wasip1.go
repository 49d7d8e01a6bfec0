package main

import "unsafe"

// arena takes what the host hands over; nobody reads it.
var arena [1 << 16]byte

//go:wasmexport proxy_abi_version_0_2_1
func abiVersion() {}

//go:wasmexport proxy_on_memory_allocate
func allocate(size uint32) unsafe.Pointer {
	if size > uint32(len(arena)) {
		return unsafe.Pointer(unsafe.SliceData(make([]byte, size)))
	}
	return unsafe.Pointer(&arena)
}

//go:wasmexport proxy_on_vm_start
func onVMStart(uint32, int32) int32 { return 1 }

//go:wasmexport proxy_on_configure
func onConfigure(uint32, int32) int32 { return 1 }

// Kinds of header maps and buffers, and actions, as proxy-wasm numbers them.
const (
	request  = 0
	response = 2
	goOn     = 0
	pause    = 1
)

// What the host gave last; nobody reads it.
var (
	data, size uint32
	now        uint64
)

//go:wasmimport env proxy_get_current_time_nanoseconds
func hostNow(result unsafe.Pointer) int32

//go:wasmimport env proxy_get_header_map_pairs
func hostGetPairs(kind int32, data, size unsafe.Pointer) int32

//go:wasmimport env proxy_get_buffer_bytes
func hostGetBuffer(kind, start, length int32, data, size unsafe.Pointer) int32

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(_ uint32, _, end int32) int32 {
	hostNow(unsafe.Pointer(&now))
	hostGetPairs(request, unsafe.Pointer(&data), unsafe.Pointer(&size))
	if end == 0 {
		return pause
	}
	return goOn
}

//go:wasmexport proxy_on_request_body
func onRequestBody(_ uint32, length, _ int32) int32 {
	if length > 0 {
		hostGetBuffer(request, 0, length, unsafe.Pointer(&data), unsafe.Pointer(&size))
	}
	return goOn
}

//go:wasmexport proxy_on_request_trailers
func onRequestTrailers(uint32, int32) int32 { return goOn }

//go:wasmexport proxy_on_response_headers
func onResponseHeaders(uint32, int32, int32) int32 {
	hostGetPairs(response, unsafe.Pointer(&data), unsafe.Pointer(&size))
	return goOn
}

//go:wasmexport proxy_on_response_body
func onResponseBody(uint32, int32, int32) int32 { return goOn }

//go:wasmexport proxy_on_done
func onDone(uint32) int32 {
	hostNow(unsafe.Pointer(&now))
	return 1
}
