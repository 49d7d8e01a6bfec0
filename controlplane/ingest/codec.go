package ingest

import (
	"fmt"
	"sync"

	"google.golang.org/grpc/encoding"
	protocodec "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	picketv1 "picket/proto/picket/v1"
)

// maxEncoded is how many bytes of deltas are remembered, twice.
const maxEncoded = 4 << 20

// codec is gRPC's own, but that it encodes each delta once, however many streams it goes to: they share the bytes.
type codec struct {
	encoding.CodecV2

	mu         sync.Mutex
	young, old map[*picketv1.Delta][]byte // as a field of a directive
	size       int                        // of young
	encoded    int                        // deltas that were; for tests
}

func newCodec() *codec {
	return &codec{CodecV2: encoding.GetCodecV2(protocodec.Name), young: map[*picketv1.Delta][]byte{}}
}

// Marshal implements encoding.CodecV2.
func (c *codec) Marshal(v any) (mem.BufferSlice, error) {
	d, ok := v.(*picketv1.Directive)
	if !ok || len(d.Deltas) == 0 {
		return c.CodecV2.Marshal(v)
	}
	rest := &picketv1.Directive{Acknowledged: d.Acknowledged, Keys: d.Keys, Reveal: d.Reveal, Refused: d.Refused, Shares: d.Shares}
	out, err := c.CodecV2.Marshal(rest)
	if err != nil {
		return nil, err
	}
	for _, delta := range d.Deltas {
		b, err := c.delta(delta)
		if err != nil {
			return nil, err
		}
		out = append(out, mem.SliceBuffer(b))
	}
	return out, nil
}

// deltasField is the number of Directive.deltas.
const deltasField = 3

// delta gives a delta's bytes, which nobody changes.
func (c *codec) delta(d *picketv1.Delta) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.young[d]
	if b != nil {
		return b, nil
	}
	if b = c.old[d]; b == nil {
		body, err := proto.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("encode delta: %w", err)
		}
		b = protowire.AppendBytes(protowire.AppendTag(nil, deltasField, protowire.BytesType), body)
		c.encoded++
	}
	if c.size += len(b); c.size > maxEncoded {
		c.young, c.old, c.size = map[*picketv1.Delta][]byte{}, c.young, len(b)
	}
	c.young[d] = b
	return b, nil
}
