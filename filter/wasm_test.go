package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/proto/wire"
)

const (
	trafficRoot, policyRoot = 1, 2
	far                     = 4_000_000_000
)

var secret = []byte("0123456789abcdef")

// started is the compiled filter as Envoy runs it: both roots in one VM, its stream open, its key known.
func started(t testing.TB) *host {
	h := load(t)
	h.properties["source\x00address"] = "203.0.113.9:1234"
	h.properties["xds\x00node\x00id"], h.properties["xds\x00node\x00cluster"] = "edge-1", "edge"
	h.properties["plugin_root_id"] = "picket"
	h.configuration = []byte("signals=picket_control tick=100")
	h.call("proxy_on_vm_start", trafficRoot, 0)
	if h.call("proxy_on_configure", trafficRoot, uint64(len(h.configuration))) != 1 {
		t.Fatal("the traffic filter refused its configuration")
	}
	h.call("proxy_on_tick", trafficRoot)
	d := wire.Directive{Keys: &wire.Keys{ID: 9, Key: secret}}
	h.receive(d.Append(nil))
	return h
}

// push gives the carrier a policy, as ECDS does. It never refuses.
func (h *host) push(b []byte) {
	h.t.Helper()
	h.properties["plugin_root_id"] = "picket-policy"
	h.configuration = b
	h.call("proxy_on_vm_start", policyRoot, 0)
	if h.call("proxy_on_configure", policyRoot, uint64(len(b))) != 1 {
		h.t.Error("the carrier refused a policy")
	}
}

func (h *host) ask(stream uint64, key string) (paused bool) {
	h.status = 0
	h.request = []string{":method", "GET", ":path", "/v1/customers/7", ":authority", "api.example.com", "x-api-key", key}
	paused = h.call("proxy_on_request_headers", stream, 5, 1) == 1
	h.response = []string{":status", "200", "content-length", "12"}
	h.call("proxy_on_done", stream)
	return paused
}

func policy(revision uint64, records int) []byte {
	k, _ := identify.NewKey(9, secret)
	r := enforce.Record{Match: k.Hash(identify.DomainKey, []byte("bad")), ID: 0xabc, Expires: far,
		Meta: enforce.NewMeta(enforce.ActionDeny, enforce.RankAutomatic, enforce.ModeEnforce, false, 0)}
	var rows []byte
	for i := range records {
		rows = enforce.Record{Match: uint64(i), ID: uint64(i + 1), Expires: far}.Append(rows)
	}
	rows = r.Append(rows)
	s := wire.Settings{Mode: wire.ModeEnforce, IPPrivacy: wire.IPPrivacyClear, KeyHeaders: []string{"x-api-key"}}
	return wire.AppendFilterPolicy(nil, wire.FilterPolicy{Epoch: 1, Revision: revision, Settings: &s}, rows)
}

func TestTheCompiledFilterDoesTheWholeRound(t *testing.T) {
	h := started(t)
	if h.tick != 100 || string(h.service) != "\x0a\x10\x0a\x0epicket_control" {
		t.Fatalf("tick %d, service %q", h.tick, h.service)
	}
	var hello wire.Report
	if err := hello.Decode(h.sent[0]); err != nil || hello.Hello.NodeID != "edge-1" || hello.Hello.Cluster != "edge" {
		t.Fatalf("hello %+v: %v", hello.Hello, err)
	}
	if h.ask(10, "bad") {
		t.Fatal("a request was answered without a policy")
	}
	h.push(policy(5, 0))
	if !h.ask(11, "bad") || h.status != 403 {
		t.Fatalf("status %d with the policy", h.status)
	}
	if got := pairs(h.headers); got["x-picket-decision"] != "0000000000000abc" || got["content-type"] != "application/problem+json" {
		t.Errorf("headers %v, body %s", got, h.body)
	}
	if h.ask(12, "good") {
		t.Error("another caller was answered")
	}
	h.sent = nil
	h.call("proxy_on_tick", trafficRoot)
	var r wire.Report
	if err := r.Decode(h.sent[0]); err != nil {
		t.Fatal(err)
	}
	if r.Totals.Requests != 3 || r.Totals.Blocked != 1 || len(r.Rollups) != 3 || r.Receipt.PolicyRevision != 5 || !r.Receipt.Serving {
		t.Errorf("totals %+v, %d rollups, receipt %+v", r.Totals, len(r.Rollups), r.Receipt)
	}
	h.call("proxy_on_tick", trafficRoot)
	if h.counts["picket_requests_total"] != 3 || h.counts["picket_blocked_total"] != 1 {
		t.Errorf("counters %v", h.counts)
	}
}

func TestAPolicyOfManyPiecesIsReadInPlace(t *testing.T) {
	h := started(t)
	const n = 200_000 // 4.8 MB, 74 pieces
	h.push(policy(5, n))
	if !h.ask(10, "bad") || h.ask(11, "good") {
		t.Fatal("the policy is not in force")
	}
	was := h.mod.Memory().Size()
	for revision := range uint64(5) {
		h.push(policy(6+revision, n))
	}
	if !h.ask(12, "bad") {
		t.Error("the policy is not in force after five pushes")
	}
	if grown := h.mod.Memory().Size() - was; grown > 2<<20 {
		t.Errorf("five pushes of 4.8 MB grew the VM's memory by %d bytes", grown)
	}
	broken := policy(20, n)
	broken[len(broken)/2] ^= 1
	h.push(broken)
	if !h.ask(13, "bad") {
		t.Error("a broken policy put the last good one out of force")
	}
}

func TestAReloadedVMTakesPolicyAndKeyFromSharedData(t *testing.T) {
	first := started(t)
	first.push(policy(5, 10_000))
	second := load(t)
	second.shared, second.properties = first.shared, first.properties
	second.properties["plugin_root_id"] = "picket"
	second.configuration = []byte("signals=picket_control")
	second.call("proxy_on_vm_start", trafficRoot, 0)
	second.call("proxy_on_configure", trafficRoot, uint64(len(second.configuration)))
	second.call("proxy_on_tick", trafficRoot)
	if !second.ask(10, "bad") || second.status != 403 {
		t.Error("the reloaded VM does not enforce the policy")
	}
	var hello wire.Report
	if err := hello.Decode(second.sent[0]); err != nil {
		t.Fatal(err)
	}
	want := &wire.Receipt{Epoch: 1, Revision: 5, PolicyRevision: 5, Decisions: 10_001, Source: "shared", EnforcedUnixNano: second.now}
	if diff := cmp.Diff(want, hello.Receipt); diff != "" {
		t.Error(diff)
	}
}

// TestServingRequestsTakesNoMemory: what a request needs is there from the start.
func TestServingRequestsTakesNoMemory(t *testing.T) {
	h := started(t)
	h.push(policy(5, 1000))
	serve := func(n int) {
		for i := range n {
			h.ask(uint64(100+i), "good")
			if i%100 == 99 {
				h.now += 100e6
				h.sent = nil
				h.call("proxy_on_tick", trafficRoot)
				for _, b := range h.sent {
					var r wire.Report
					if r.Decode(b) == nil && r.Sequence > 0 {
						d := wire.Directive{Acknowledged: r.Sequence}
						h.receive(d.Append(nil))
					}
				}
			}
		}
	}
	serve(2000)
	was := h.mod.Memory().Size()
	serve(20_000)
	if grown := h.mod.Memory().Size() - was; grown != 0 {
		t.Errorf("20,000 requests grew the VM's memory by %d bytes", grown)
	}
}
