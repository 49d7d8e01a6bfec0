package journal

import (
	"time"

	"picket/controlplane"
	"picket/proto/wire"
)

// Encode gives a batch as the journal keeps it: a picket.v1.Report whose hello names node, group, instance and worker, and
// whose addresses are netip.Prefix in binary, since a report alone does not say how long they are. Of a finding, First is
// not kept: it is Last.
func Encode(b controlplane.Batch) []byte {
	const perRollup = 192 // bytes, about
	out := make([]byte, 0, 128+perRollup*len(b.Rollups))
	out = wire.AppendHello(out, &wire.Hello{NodeID: b.Node.ID, Cluster: b.Node.Group, Instance: b.Instance, Worker: b.Worker})
	out = wire.AppendHeader(out, b.Sequence, nano(b.Start), nano(b.End), 0)
	for _, e := range b.Endpoints {
		out = wire.AppendEndpoint(out, &wire.Endpoint{ID: uint64(e.ID), Method: e.Method, Host: e.Host, Segments: e.Segments, Truncated: e.Truncated})
	}
	for i := range b.Rollups {
		out = appendRollup(out, &b.Rollups[i])
	}
	for i := range b.Findings {
		out = appendFinding(out, &b.Findings[i])
	}
	return out
}

func appendRollup(out []byte, r *controlplane.Rollup) []byte {
	p := wire.Rollup{
		Endpoint: uint64(r.Endpoint), Outcome: wire.Outcome(r.Outcome),
		Requests: r.Requests, RequestBytes: r.RequestBytes, ResponseBytes: r.ResponseBytes, Latency: r.Latency,
		Neighbours: r.Neighbours, Foreign: r.Foreign, NewFields: r.NewFields, Overflow: r.Overflow,
	}
	objects, accounts, queries := wire.Sketch(r.Objects), wire.Sketch(r.Accounts), wire.Sketch(r.Queries)
	if some(objects) {
		p.Objects = &objects
	}
	if some(accounts) {
		p.Accounts = &accounts
	}
	if some(queries) {
		p.Queries = &queries
	}
	if r.Caller != (controlplane.Caller{}) {
		var room address
		c := caller(&r.Caller, &room)
		p.Caller = &c
	}
	return wire.AppendRollup(out, &p)
}

func some(s wire.Sketch) bool { return s.Theta != 0 || len(s.Values) > 0 }

// address is room for a netip.Prefix in binary, without a zone.
type address [17]byte

// caller borrows the room.
func caller(c *controlplane.Caller, room *address) wire.Caller {
	out := wire.Caller{
		IPHash: c.IPHash, Key: c.Key, Subject: c.Subject, Session: c.Session, Fingerprint: c.Fingerprint, Account: c.Account, Credential: c.Credential,
	}
	if c.Network.IsValid() {
		out.IP, _ = c.Network.AppendBinary(room[:0]) // never fails
	}
	if c.Verified {
		out.SubjectSource = wire.SubjectSourceMTLS
	}
	return out
}

func appendFinding(out []byte, f *controlplane.Finding) []byte {
	p := wire.Finding{
		Endpoint: uint64(f.Endpoint), Class: f.Class, Place: f.Place,
		Confidence: float32(f.Confidence), Evidence: f.Evidence, Count: f.Count, ID: uint64(f.ID), Field: f.Field,
		Decoding: f.Decoding, Rule: f.Rule, Enforced: f.Enforced, Observed: f.Observed, Late: f.Late, Answers: uint64(f.Answers),
		LastUnixNano: nano(f.Last),
	}
	if f.Caller != (controlplane.Caller{}) {
		var room address
		c := caller(&f.Caller, &room)
		p.Caller = &c
	}
	return wire.AppendFinding(out, &p)
}

// nano is 0 for the zero time.
func nano(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.UnixNano())
}
