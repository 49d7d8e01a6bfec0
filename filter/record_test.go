package main

import (
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"picket/proto/wire"
)

var recordTo = flag.String("record", "", "write what the compiled filter sends of an attack to a file, for the control plane's tests")

// TestAnAttackIsSentInTwoReports has a caller count through 55 records, and records the stream where it is asked to.
func TestAnAttackIsSentInTwoReports(t *testing.T) {
	h := started(t)
	h.push(policy(5, 0))
	id := uint64(10)
	for _, n := range []int{30, 25} {
		for range n {
			h.request = []string{":method", "GET", ":path", fmt.Sprintf("/v1/orders/%d", 7000+id), ":authority", "api.example.com"}
			h.call("proxy_on_request_headers", id, 3, 1)
			h.response = []string{":status", "200", "content-length", "12"}
			h.call("proxy_on_response_headers", id, 2, 1)
			h.call("proxy_on_done", id)
			id++
		}
		h.call("proxy_on_tick", trafficRoot)
	}
	var lines strings.Builder
	var requests []uint64
	for _, b := range h.sent {
		fmt.Fprintln(&lines, hex.EncodeToString(b))
		var r wire.Report
		if err := r.Decode(b); err != nil {
			t.Fatal(err)
		}
		if r.Sequence > 0 {
			requests = append(requests, r.Rollups[0].Requests)
		}
	}
	if fmt.Sprint(requests) != "[30 25]" {
		t.Errorf("reports of %d requests", requests)
	}
	if *recordTo != "" {
		if err := os.WriteFile(*recordTo, []byte(lines.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
