package inspect

// protoReader looks for strings in unknown protobuf: runs of printable text, which is what strings are made of whatever
// the message's schema is. gRPC's frames need no reading for that.
type protoReader struct{ run int }

// minText is the shortest run that is looked at, in bytes.
const minText = 4

func (r *protoReader) feed(b *BodyReader, p []byte) {
	for _, c := range p {
		if c >= ' ' && c != 0x7f || c == '\n' && r.run > 0 || c == '\t' && r.run > 0 {
			b.add(c)
			r.run++
			continue
		}
		r.end(b)
	}
}

// end looks at a run.
func (r *protoReader) end(b *BodyReader) {
	if r.run >= minText {
		b.look(ZoneProtobuf, nil)
	}
	b.n, b.long = 0, false
	r.run = 0
}
