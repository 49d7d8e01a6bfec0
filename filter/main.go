// The Picket filter for Envoy: GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared. The host never calls main.
package main

import "picket/filter/plugin"

func init() { plugin.Start() }

func main() {}
