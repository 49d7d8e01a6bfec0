package envoytest

import (
	"os"
	"path/filepath"
	"testing"
)

// EmptyModule writes the smallest Wasm filter that Envoy loads, and gives its path. It does nothing and loads at once;
// configurations are validated with it where the real filter does not matter.
func EmptyModule(t testing.TB) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "empty.wasm")
	if err := os.WriteFile(p, []byte(emptyModule()), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// emptyModule is, in the binary format of WebAssembly 1.0, section 5:
//
//	(module
//	  (func $abi)
//	  (func $malloc (param i32) (result i32) (i32.const 1024))
//	  (memory 1)
//	  (export "memory" (memory 0))
//	  (export "proxy_abi_version_0_2_1" (func $abi))
//	  (export "malloc" (func $malloc)))
func emptyModule() string {
	return "\x00asm\x01\x00\x00\x00" +
		section(1, "\x02"+"\x60\x00\x00"+"\x60\x01\x7f\x01\x7f") +
		section(3, "\x02"+"\x00"+"\x01") +
		section(5, "\x01"+"\x00\x01") +
		section(7, "\x03"+name("memory")+"\x02\x00"+name("proxy_abi_version_0_2_1")+"\x00\x00"+name("malloc")+"\x00\x01") +
		section(10, "\x02"+name("\x00\x0b")+name("\x00\x41\x80\x08\x0b"))
}

func section(id byte, content string) string { return string([]byte{id, byte(len(content))}) + content }

// name is a byte vector shorter than 128.
func name(s string) string { return string([]byte{byte(len(s))}) + s }
