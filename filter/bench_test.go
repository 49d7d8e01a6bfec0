package main

import (
	"fmt"
	"testing"

	"picket/proto/wire"
)

// BenchmarkRequest times what the compiled filter does with a whole request, in wazero: ratios mean something, microseconds
// do not.
func BenchmarkRequest(b *testing.B) {
	const order = `{"customer":{"name":"Anna Example","street":"Long Street 17","city":"Springfield","phone":"+49 170 1234567"},"items":[{"sku":"AB-1234","amount":2,"price":19.99},{"sku":"CD-9876","amount":1,"price":5.49}],"note":"Please ring the bell twice, and leave it with the neighbours if nobody opens.","coupon":null,"gift":false}`
	for name, tt := range map[string]struct {
		line func(i int) string
		body string
	}{
		"GET of a record":      {func(i int) string { return fmt.Sprintf("GET /v1/customers/%d", 1000+i%9000) }, ""},
		"GET of a UUID":        {func(i int) string { return fmt.Sprintf("GET /v1/orders/9d3f6a2b-1c4e-4f5a-8b7c-%012x", i) }, ""},
		"GET with a query":     {func(i int) string { return fmt.Sprintf("GET /v1/search?q=shoe+%d&page=2", i) }, ""},
		"POST of 300 bytes":    {func(int) string { return "POST /v1/orders" }, order},
		"POST of a short body": {func(int) string { return "POST /v1/cart" }, `{"item":"AB-1234","amount":2}`},
	} {
		b.Run(name, func(b *testing.B) {
			h := inspecting(b, wire.ModeObserve, nil)
			stream := uint64(100)
			serve := func() {
				stream++
				h.open(stream, tt.body == "", tt.line(int(stream)), "content-type", "application/json", "x-api-key", "k")
				if tt.body != "" {
					h.pass(stream, tt.body, true)
				}
				h.end(stream)
				if stream%500 == 0 {
					h.report()
				}
			}
			for range 2000 {
				serve()
			}
			for b.Loop() {
				serve()
			}
		})
	}
}
