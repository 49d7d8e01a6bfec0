//go:build picket_fault

package plugin

import (
	"os"

	"picket/filter/identify"
)

// fault fails as a test asks: x-picket-fault: panic, which is recovered, or exit, which kills the VM.
func fault(pairs identify.Pairs) {
	pairs.Each(func(k, v []byte) bool {
		switch {
		case string(k) != "x-picket-fault":
		case string(v) == "panic":
			panic("fault")
		case string(v) == "exit":
			os.Exit(3)
		}
		return true
	})
}
