package journal

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"picket/controlplane"
)

// An entry is one report, or a bundle of several: a message that has each of them, whole, in a field that no report has. Who
// knows only entries of one report finds none in a bundle, and says that it cannot be read.
const fieldReport = 1000

// bundle makes one entry of reports as Encode gives them. One alone stays as it is.
func bundle(reports [][]byte) []byte {
	if len(reports) == 1 {
		return reports[0]
	}
	const perReport = 8 // bytes, at most: tag and length
	size := 0
	for _, r := range reports {
		size += perReport + len(r)
	}
	out := make([]byte, 0, size)
	for _, r := range reports {
		out = protowire.AppendTag(out, fieldReport, protowire.BytesType)
		out = protowire.AppendBytes(out, r)
	}
	return out
}

// isBundle tells whether an entry begins as a bundle does.
func isBundle(data []byte) bool {
	number, kind, n := protowire.ConsumeTag(data)
	return n > 0 && number == fieldReport && kind == protowire.BytesType
}

// Each calls each with every report of an entry, in their order, or with why one cannot be read; its neighbours are good all the
// same. Fields of later versions are left out. A batch's rollups are good until each returns.
func Each(data []byte, each func(controlplane.Batch, error)) {
	var d decoder
	d.each(data, each)
}

func (d *decoder) each(data []byte, each func(controlplane.Batch, error)) {
	if !isBundle(data) {
		each(d.decode(data))
		return
	}
	f := fields{rest: data}
	for f.next() {
		if f.tag == fieldReport<<3|lengthed {
			each(d.decode(f.bytes))
		}
	}
	if f.err != nil {
		each(controlplane.Batch{}, fmt.Errorf("decode entry: %w", f.err))
	}
}
