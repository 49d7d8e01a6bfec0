//go:build picket_fault

package plugin

import (
	"unsafe"

	"picket/filter/identify"
)

// nowhere is an address that a wasm memory of less than 4 GiB does not have.
const nowhere = 0xffff_fff0

// fault fails as a test asks: x-picket-fault: panic, which is recovered, or exit, which kills the VM. Envoy ignores a
// guest that exits (proc_exit), so that it traps instead.
func fault(pairs identify.Pairs) {
	pairs.Each(func(k, v []byte) bool {
		switch {
		case string(k) != "x-picket-fault":
		case string(v) == "panic":
			panic("fault")
		case string(v) == "exit":
			*(*byte)(unsafe.Pointer(uintptr(nowhere))) = 1
		}
		return true
	})
}
