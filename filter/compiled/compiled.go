// Package compiled gives the filter as a WebAssembly module: embedded in a binary that `make build` made, else from a file.
package compiled

import (
	"bytes"
	"fmt"
)

// magic begins every WebAssembly binary of version 1.
const magic = "\x00asm\x01\x00\x00\x00"

// Module gives the filter's WebAssembly binary. The caller must not change it.
func Module() ([]byte, error) {
	b, from, err := module()
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(b, []byte(magic)) {
		return nil, fmt.Errorf("%s is no WebAssembly module: run make build", from)
	}
	return b, nil
}
