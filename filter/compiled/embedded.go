//go:build picket_embed

package compiled

import _ "embed"

//go:embed picket.wasm
var embedded []byte

func module() (b []byte, from string, err error) { return embedded, "the embedded filter", nil }
