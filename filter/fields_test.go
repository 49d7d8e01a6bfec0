package main

import (
	"fmt"
	"testing"

	"picket/filter/identify"
	"picket/proto/wire"
)

// asking is the compiled filter with a policy that asks for fields of bodies.
func asking(t *testing.T) *host {
	return inspecting(t, wire.ModeObserve, func(s *wire.Settings) {
		s.Endpoints = []wire.EndpointRule{
			{Method: "POST", Path: "/v1/enter", AccountField: "who", FailureFields: []wire.NameValue{{Name: "error.code", Value: "*"}}},
			{Method: "POST", Path: "/v1/search", ObjectFields: []string{"filter.line"}},
		}
	})
}

// exchange sends a request and its response, each with a body of JSON.
func (h *host) exchange(stream uint64, line, body, answer string) {
	h.t.Helper()
	h.open(stream, body == "", line, "content-type", "application/json")
	if body != "" {
		h.pass(stream, body[:len(body)/2], false)
		h.pass(stream, body[len(body)/2:], true)
	}
	h.response = []string{":status", "200", "content-type", "application/json"}
	h.call("proxy_on_response_headers", stream, 2, one(answer == ""))
	if answer != "" {
		h.answer = []byte(answer)
		h.call("proxy_on_response_body", stream, uint64(len(answer)), 1)
	}
	h.call("proxy_on_done", stream)
}

func TestTheCompiledFilterReadsFieldsOfBodies(t *testing.T) {
	h := asking(t)
	k, _ := identify.NewKey(9, secret)
	account := k.Hash(identify.DomainAccount, []byte("anna"))
	for name, tt := range map[string]struct {
		line, body, answer string
		outcome            wire.Outcome
		account            uint64
		objects            int
	}{
		"a login that failed":        {"POST /v1/enter", `{"who":"Anna"}`, `{"error":{"code":17}}`, wire.OutcomeDenied, account, 0},
		"a login that did not":       {"POST /v1/enter", `{"who":"Anna"}`, `{"error":null,"token":"x"}`, wire.OutcomeOK, account, 0},
		"an account in the query":    {"GET /signup/free?login=anna", "", `{}`, wire.OutcomeOK, account, 0},
		"records that are asked for": {"POST /v1/search", `{"filter":{"line":["a1","a2","a3"]}}`, `{}`, wire.OutcomeOK, 0, 3},
		"a record named as such":     {"POST /v2/orders", `{"order_id":"7"}`, `{}`, wire.OutcomeOK, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h.exchange(10, tt.line, tt.body, tt.answer)
			r := h.report().Rollups[0]
			objects := 0
			if r.Objects != nil {
				objects = len(r.Objects.Values)
			}
			if r.Outcome != tt.outcome || r.Caller.Account != tt.account || objects != tt.objects {
				t.Errorf("outcome %d, account %x, %d objects", r.Outcome, r.Caller.Account, objects)
			}
		})
	}
}

// TestReadingFieldsTakesNoMemory: what a body needs is there once bodies have passed.
func TestReadingFieldsTakesNoMemory(t *testing.T) {
	h := asking(t)
	serve := func(n int) {
		for i := range n {
			h.exchange(uint64(100+i), "POST /v1/enter", fmt.Sprintf(`{"who":"user%d","device":{"a":1}}`, i%50), `{"error":{"code":17}}`)
			h.exchange(uint64(100+i), "POST /v2/orders", fmt.Sprintf(`{"order_id":%d,"items":[{"sku":"x"}]}`, i), `{"ok":true}`)
			if i%100 == 99 {
				h.report()
			}
		}
	}
	serve(1000)
	was := h.mod.Memory().Size()
	serve(4000)
	if grown := h.mod.Memory().Size() - was; grown != 0 {
		t.Errorf("8,000 bodies grew the VM's memory by %d bytes", grown)
	}
}
