package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"picket/controlplane"
	"picket/proto/wire"
)

// decoder reads one report after the other into the same room: the rollups of a batch are good until the next one is read. It is
// written by hand, for nothing of a rollup may be allocated: they are most of what a control plane reads.
type decoder struct {
	rollups []controlplane.Rollup
	values  []uint64 // of all sketches
	latency []uint32 // of all rollups
	named   bool     // the report says whose it is
}

// decode reads what Encode wrote.
func (d *decoder) decode(data []byte) (b controlplane.Batch, err error) {
	if b, err = d.report(data); err != nil {
		return b, fmt.Errorf("decode entry: %w", err)
	}
	if b.Sequence == 0 || !d.named {
		return b, errors.New("decode entry: it does not say whose report it is")
	}
	b.Rollups = d.rollups
	for i := range b.Rollups {
		r := &b.Rollups[i]
		r.Node, r.Start, r.End = b.Node, b.Start, b.End
	}
	for i := range b.Findings {
		f := &b.Findings[i]
		f.Node, f.Instance, f.Worker = b.Node, b.Instance, b.Worker
	}
	return b, nil
}

// report reads a picket.v1.Report.
func (d *decoder) report(data []byte) (b controlplane.Batch, err error) {
	*d = decoder{rollups: d.rollups[:0], values: d.values[:0], latency: d.latency[:0]}
	f := fields{rest: data}
	for f.next() && err == nil {
		switch f.tag {
		case tagHello:
			var h wire.Hello
			err, d.named = h.Decode(f.bytes), true
			b.Node, b.Instance, b.Worker = controlplane.Node{ID: h.NodeID, Group: h.Cluster}, h.Instance, h.Worker
		case tagSequence:
			b.Sequence = f.value
		case tagStart:
			b.Start = unixNano(f.value)
		case tagEnd:
			b.End = unixNano(f.value)
		case tagEndpoints:
			var e wire.Endpoint
			err = e.Decode(f.bytes)
			b.Endpoints = append(b.Endpoints, controlplane.Shape{
				ID: controlplane.EndpointID(e.ID), Method: e.Method, Host: e.Host, Segments: e.Segments, Truncated: e.Truncated,
			})
		case tagRollups:
			err = d.rollup(f.bytes)
		case tagFindings:
			var found controlplane.Finding
			found, err = finding(f.bytes)
			b.Findings = append(b.Findings, found)
		}
	}
	return b, errors.Join(err, f.err)
}

// rollup reads a picket.v1.Rollup.
func (d *decoder) rollup(data []byte) (err error) {
	d.rollups = append(d.rollups, controlplane.Rollup{})
	r := &d.rollups[len(d.rollups)-1]
	f := fields{rest: data}
	for f.next() && err == nil {
		switch f.tag {
		case 1<<3 | lengthed:
			r.Caller, err = callerOf(f.bytes)
		case 2<<3 | fixed64:
			r.Endpoint = controlplane.EndpointID(f.value)
		case 3<<3 | varint:
			r.Outcome = controlplane.Outcome(min(f.value, 255))
		case 4<<3 | varint:
			r.Requests = f.value
		case 5<<3 | varint:
			r.RequestBytes = f.value
		case 6<<3 | varint:
			r.ResponseBytes = f.value
		case 7<<3 | lengthed:
			r.Latency, err = d.numbers(f.bytes)
		case 8<<3 | lengthed:
			r.Objects, err = d.sketch(f.bytes)
		case 9<<3 | lengthed:
			r.Accounts, err = d.sketch(f.bytes)
		case 10<<3 | varint:
			r.Neighbours = f.value
		case 11<<3 | varint:
			r.Foreign = f.value
		case 13<<3 | varint:
			r.Overflow = f.value != 0
		case 14<<3 | varint:
			r.NewFields = f.value
		case 15<<3 | lengthed:
			r.Queries, err = d.sketch(f.bytes)
		}
	}
	return errors.Join(err, f.err)
}

// numbers reads packed varints into the common room.
func (d *decoder) numbers(data []byte) ([]uint32, error) {
	from := len(d.latency)
	for len(data) > 0 {
		n, size := protowire.ConsumeVarint(data)
		if size < 0 {
			return nil, protowire.ParseError(size)
		}
		d.latency, data = append(d.latency, uint32(n)), data[size:]
	}
	return d.latency[from:len(d.latency):len(d.latency)], nil
}

// sketch reads a picket.v1.Sketch into the common room.
func (d *decoder) sketch(data []byte) (s controlplane.Sketch, err error) {
	from := len(d.values)
	f := fields{rest: data}
	for f.next() {
		switch f.tag {
		case 1<<3 | fixed64:
			s.Theta = f.value
		case 2<<3 | lengthed:
			for b := f.bytes; len(b) >= 8; b = b[8:] {
				d.values = append(d.values, binary.LittleEndian.Uint64(b))
			}
		}
	}
	s.Values = d.values[from:len(d.values):len(d.values)]
	return s, f.err
}

// callerOf reads a picket.v1.Caller.
func callerOf(data []byte) (c controlplane.Caller, err error) {
	f := fields{rest: data}
	for f.next() && err == nil {
		switch f.tag {
		case 1<<3 | lengthed:
			err = c.Network.UnmarshalBinary(f.bytes)
		case 2<<3 | fixed64:
			c.IPHash = f.value
		case 3<<3 | fixed64:
			c.Key = f.value
		case 4<<3 | fixed64:
			c.Subject = f.value
		case 5<<3 | fixed64:
			c.Session = f.value
		case 6<<3 | fixed64:
			c.Fingerprint = f.value
		case 7<<3 | fixed64:
			c.Account = f.value
		case 8<<3 | fixed64:
			c.Credential = f.value
		case 9<<3 | varint:
			c.Verified = f.value == uint64(wire.SubjectSourceMTLS)
		}
	}
	return c, errors.Join(err, f.err)
}

// finding reads a picket.v1.Finding.
func finding(data []byte) (controlplane.Finding, error) {
	var p wire.Finding
	if err := p.Decode(data); err != nil {
		return controlplane.Finding{}, err
	}
	out := controlplane.Finding{
		ID: controlplane.DecisionID(p.ID), Endpoint: controlplane.EndpointID(p.Endpoint),
		Class: p.Class, Place: p.Place, Field: p.Field, Decoding: p.Decoding, Rule: p.Rule,
		Confidence: float64(p.Confidence), Evidence: p.Evidence, Count: p.Count, Enforced: p.Enforced, Observed: p.Observed, Late: p.Late,
		Answers: controlplane.DecisionID(p.Answers), First: unixNano(p.LastUnixNano), Last: unixNano(p.LastUnixNano),
	}
	if p.Caller == nil {
		return out, nil
	}
	var err error
	if len(p.Caller.IP) > 0 {
		err = out.Caller.Network.UnmarshalBinary(p.Caller.IP)
	}
	c := &out.Caller
	c.IPHash, c.Key, c.Subject, c.Session = p.Caller.IPHash, p.Caller.Key, p.Caller.Subject, p.Caller.Session
	c.Fingerprint, c.Account, c.Credential = p.Caller.Fingerprint, p.Caller.Account, p.Caller.Credential
	c.Verified = p.Caller.SubjectSource == wire.SubjectSourceMTLS
	return out, err
}

func unixNano(n uint64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(n))
}

// Wire types, and the fields of a picket.v1.Report that the journal has.
const (
	varint   = uint64(protowire.VarintType)
	fixed64  = uint64(protowire.Fixed64Type)
	lengthed = uint64(protowire.BytesType)

	tagHello     = 1<<3 | lengthed
	tagSequence  = 2<<3 | varint
	tagStart     = 3<<3 | fixed64
	tagEnd       = 4<<3 | fixed64
	tagEndpoints = 7<<3 | lengthed
	tagRollups   = 8<<3 | lengthed
	tagFindings  = 9<<3 | lengthed
)

// fields goes through a message. Those of other wire types than are asked for are as unknown ones.
type fields struct {
	rest  []byte
	tag   uint64 // number and wire type
	value uint64 // of a number
	bytes []byte // of what has a length
	err   error
}

func (f *fields) next() bool {
	if len(f.rest) == 0 {
		return false
	}
	number, kind, n := protowire.ConsumeTag(f.rest)
	if n < 0 {
		return f.fail(n)
	}
	f.rest = f.rest[n:]
	switch kind {
	case protowire.VarintType:
		f.value, n = protowire.ConsumeVarint(f.rest)
	case protowire.Fixed64Type:
		f.value, n = protowire.ConsumeFixed64(f.rest)
	case protowire.BytesType:
		f.bytes, n = protowire.ConsumeBytes(f.rest)
	default:
		n = protowire.ConsumeFieldValue(number, kind, f.rest)
	}
	if n < 0 {
		return f.fail(n)
	}
	f.tag, f.rest = uint64(number)<<3|uint64(kind), f.rest[n:]
	return true
}

func (f *fields) fail(n int) bool {
	f.err = protowire.ParseError(n)
	return false
}
