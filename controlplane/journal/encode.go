package journal

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"google.golang.org/protobuf/proto"

	"picket/controlplane"
	picketv1 "picket/proto/picket/v1"
)

// Encode gives a batch as the journal keeps it: a picket.v1.Report whose hello names node, group, instance and worker, and
// whose addresses are netip.Prefix in binary, since a report alone does not say how long they are. Of a finding, First is
// not kept: it is Last.
func Encode(b controlplane.Batch) []byte {
	r := &picketv1.Report{
		Hello:    &picketv1.Hello{NodeId: b.Node.ID, Cluster: b.Node.Group, Instance: b.Instance, Worker: b.Worker},
		Sequence: b.Sequence, StartUnixNano: nano(b.Start), EndUnixNano: nano(b.End),
	}
	for _, e := range b.Endpoints {
		r.Endpoints = append(r.Endpoints, &picketv1.Endpoint{Id: uint64(e.ID), Method: e.Method, Host: e.Host, Segments: e.Segments, Truncated: e.Truncated})
	}
	for i := range b.Rollups {
		r.Rollups = append(r.Rollups, encodeRollup(&b.Rollups[i]))
	}
	for i := range b.Findings {
		r.Findings = append(r.Findings, encodeFinding(&b.Findings[i]))
	}
	out, _ := proto.Marshal(r) // fails for text that is not UTF-8 only, of which there is none
	return out
}

func encodeRollup(r *controlplane.Rollup) *picketv1.Rollup {
	return &picketv1.Rollup{
		Caller: encodeCaller(&r.Caller), Endpoint: uint64(r.Endpoint), Outcome: picketv1.Outcome(r.Outcome),
		Requests: r.Requests, RequestBytes: r.RequestBytes, ResponseBytes: r.ResponseBytes, Latency: r.Latency,
		Objects: encodeSketch(r.Objects), Accounts: encodeSketch(r.Accounts),
		Neighbours: r.Neighbours, Foreign: r.Foreign, NewFields: r.NewFields, Overflow: r.Overflow,
	}
}

func encodeCaller(c *controlplane.Caller) *picketv1.Caller {
	if *c == (controlplane.Caller{}) {
		return nil
	}
	out := &picketv1.Caller{
		IpHash: c.IPHash, Key: c.Key, Subject: c.Subject, Session: c.Session, Fingerprint: c.Fingerprint, Account: c.Account, Credential: c.Credential,
	}
	if c.Network.IsValid() {
		out.Ip, _ = c.Network.MarshalBinary() // never fails
	}
	if c.Verified {
		out.SubjectSource = picketv1.SubjectSource_SUBJECT_SOURCE_MTLS
	}
	return out
}

func encodeSketch(s controlplane.Sketch) *picketv1.Sketch {
	if s.Theta == 0 && len(s.Values) == 0 {
		return nil
	}
	return &picketv1.Sketch{Theta: s.Theta, Values: s.Values}
}

func encodeFinding(f *controlplane.Finding) *picketv1.Finding {
	return &picketv1.Finding{
		Caller: encodeCaller(&f.Caller), Endpoint: uint64(f.Endpoint), Class: f.Class, Place: f.Place,
		Confidence: float32(f.Confidence), Evidence: f.Evidence, Count: f.Count, Id: uint64(f.ID), Field: f.Field,
		Decoding: f.Decoding, Rule: f.Rule, Enforced: f.Enforced, Observed: f.Observed, Late: f.Late, Answers: uint64(f.Answers),
		LastUnixNano: nano(f.Last),
	}
}

// nano is 0 for the zero time.
func nano(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.UnixNano())
}

// Decode reads what Encode wrote. Fields of later versions are left out.
func Decode(data []byte) (b controlplane.Batch, err error) {
	var r picketv1.Report
	if err := proto.Unmarshal(data, &r); err != nil {
		return b, fmt.Errorf("decode entry: %w", err)
	}
	if r.Hello == nil || r.Sequence == 0 {
		return b, errors.New("decode entry: it does not say whose report it is")
	}
	b = controlplane.Batch{
		Node: controlplane.Node{ID: r.Hello.NodeId, Group: r.Hello.Cluster}, Instance: r.Hello.Instance, Worker: r.Hello.Worker,
		Sequence: r.Sequence, Start: unixNano(r.StartUnixNano), End: unixNano(r.EndUnixNano),
	}
	for _, e := range r.Endpoints {
		b.Endpoints = append(b.Endpoints, controlplane.Shape{
			ID: controlplane.EndpointID(e.Id), Method: e.Method, Host: e.Host, Segments: e.Segments, Truncated: e.Truncated,
		})
	}
	for _, p := range r.Rollups {
		c, err := decodeCaller(p.Caller)
		if err != nil {
			return b, err
		}
		b.Rollups = append(b.Rollups, decodeRollup(&b, p, c))
	}
	for _, p := range r.Findings {
		c, err := decodeCaller(p.Caller)
		if err != nil {
			return b, err
		}
		b.Findings = append(b.Findings, decodeFinding(&b, p, c))
	}
	return b, nil
}

func unixNano(n uint64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(n))
}

func decodeRollup(b *controlplane.Batch, p *picketv1.Rollup, c controlplane.Caller) controlplane.Rollup {
	return controlplane.Rollup{
		Node: b.Node, Start: b.Start, End: b.End, Caller: c,
		Endpoint: controlplane.EndpointID(p.Endpoint), Outcome: controlplane.Outcome(p.Outcome),
		Requests: p.Requests, RequestBytes: p.RequestBytes, ResponseBytes: p.ResponseBytes, Latency: p.Latency,
		Objects: decodeSketch(p.Objects), Accounts: decodeSketch(p.Accounts),
		Neighbours: p.Neighbours, Foreign: p.Foreign, NewFields: p.NewFields, Overflow: p.Overflow,
	}
}

func decodeCaller(p *picketv1.Caller) (c controlplane.Caller, err error) {
	if p == nil {
		return c, nil
	}
	c = controlplane.Caller{
		IPHash: p.IpHash, Key: p.Key, Subject: p.Subject, Session: p.Session, Fingerprint: p.Fingerprint, Account: p.Account, Credential: p.Credential,
		Verified: p.SubjectSource == picketv1.SubjectSource_SUBJECT_SOURCE_MTLS,
	}
	if len(p.Ip) > 0 {
		c.Network = netip.Prefix{}
		if err := c.Network.UnmarshalBinary(p.Ip); err != nil {
			return c, fmt.Errorf("decode address: %w", err)
		}
	}
	return c, nil
}

func decodeSketch(p *picketv1.Sketch) controlplane.Sketch {
	return controlplane.Sketch{Theta: p.GetTheta(), Values: p.GetValues()}
}

func decodeFinding(b *controlplane.Batch, p *picketv1.Finding, c controlplane.Caller) controlplane.Finding {
	last := unixNano(p.LastUnixNano)
	return controlplane.Finding{
		ID: controlplane.DecisionID(p.Id), Node: b.Node, Instance: b.Instance, Worker: b.Worker, Caller: c,
		Endpoint: controlplane.EndpointID(p.Endpoint), Class: p.Class, Place: p.Place, Field: p.Field, Decoding: p.Decoding, Rule: p.Rule,
		Confidence: float64(p.Confidence), Evidence: p.Evidence, Count: p.Count, Enforced: p.Enforced, Observed: p.Observed, Late: p.Late,
		Answers: controlplane.DecisionID(p.Answers), First: last, Last: last,
	}
}
