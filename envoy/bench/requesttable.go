package main

import "fmt"

// Targets of one request, as shares of ext_authz with its server (envoy/bench prints whether they are met).
const (
	getLimit, getAim   = 1.0 / 8, 1.0 / 12
	postLimit, postAim = 1.0 / 4, 1.0 / 6
)

func (r *requestRig) variant(name string) *variant {
	for _, v := range r.variants {
		if v.name == name {
			return v
		}
	}
	return &variant{}
}

// added is what a variant costs in Envoy beyond the bare router, by round.
func (r *requestRig) added(method, name string) []float64 {
	return differences(r.variant(method+" "+name).envoy, r.variant(method+" "+bare).envoy)
}

// table gives one request's costs.
func (r *requestRig) table(n int) Table {
	t := Table{Name: "One request: CPU of the whole Envoy process"}
	r.getRows(&t)
	r.postRows(&t)
	r.idleRows(&t)
	t.note("medians with quartiles over rounds; a slice is %d requests over %d connections, Envoy with one worker", n, loadConns)
	t.note("GET with 12 headers and a bearer token, %d callers, Zipf %.1f; Picket with %d decisions, key, token, session and object ids", callers, zipfExponent, decisionCount)
	t.note("POST of some 600 bytes of JSON to a login, answered with 1 KB: Picket holds it until it has inspected it, and takes the account out of it")
	t.note("ext_authz for POST is shown the body; its server is a Go program that allows everything")
	if !r.b.cpus.separable() {
		t.note("nothing was pinned: there is one CPU, or no taskset")
	}
	return t
}

const micros = "µs"

func (r *requestRig) getRows(t *Table) {
	t.median("GET bare router, whole", r.variant("get bare").envoy, micros, "")
	t.median("GET native RBAC, added", r.added("get", rbac), micros, fmt.Sprintf("%d addresses, IPMatcher", rbacAddresses))
	t.median("GET Go filter that does nothing, added", r.added("get", nop), micros, "Picket's callbacks and host calls")
	t.median("GET ext_authz, added", r.added("get", authz), micros, "in Envoy")
	t.median("GET ext_authz, its server", r.variant("get authz").servers, micros, "gRPC, Go")
	peer := t.median("GET ext_authz with its server", sums(r.added("get", authz), r.variant("get authz").servers), micros, "")
	ours := t.median("GET Picket, added", r.added("get", picket), micros, "everything on")
	t.median("GET Picket, each of another caller, added", r.added("get", "strangers"), micros, fmt.Sprintf("who comes again after %d others", requestsDrawn))
	t.median("GET Picket asking source.address, added", r.added("get", source), micros, "one more host call")
	t.median("GET router beside Picket, added", r.added("get", "beside"), micros, "the share of ticks and stream")
	served := t.median("GET Picket, whole", r.variant("get picket").envoy, micros, "")
	blocked := t.median("GET blocked by Picket, whole", r.variant("get blocked").envoy, micros, "403")
	t.atMost("GET Picket : ext_authz with its server", ours/peer, getLimit, getAim, "")
	t.atMost("blocked : served", blocked/served, 1, 0, "")
}

func (r *requestRig) postRows(t *Table) {
	t.median("POST bare router, whole", r.variant("post bare").envoy, micros, "")
	t.median("POST Go filter that does nothing, added", r.added("post", nop), micros, "Picket's callbacks and host calls")
	t.median("POST ext_authz, added", r.added("post", authz), micros, "in Envoy")
	t.median("POST ext_authz, its server", r.variant("post authz").servers, micros, "gRPC, Go")
	peer := t.median("POST ext_authz with its server", sums(r.added("post", authz), r.variant("post authz").servers), micros, "")
	ours := t.median("POST Picket, added", r.added("post", picket), micros, "held and inspected; account of a login")
	t.atMost("POST Picket : ext_authz with its server", ours/peer, postLimit, postAim, "")
}

// idleRows say what Envoys spend while they have nothing to do.
func (r *requestRig) idleRows(t *Table) {
	for _, name := range []string{peers, nop, picket} {
		p := r.proxies[name]
		idle := 1000 * r.idle[p].Seconds() / max(r.idleOther[p].Seconds(), 1e-9)
		t.add("idle Envoy, "+name, idle, "ms/s", "CPU without a request")
	}
}
