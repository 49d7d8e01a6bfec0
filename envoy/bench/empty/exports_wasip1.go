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

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(uint32, int32, int32) int32 { return 0 }

//go:wasmexport proxy_on_log
func onLog(uint32) {}
