// A Wasm filter that asks the host for what Picket asks for and does nothing with it, for comparing: what Envoy, V8 and the
// Go runtime cost by themselves. Built as Picket's:
// GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared.
package main

func main() {}
