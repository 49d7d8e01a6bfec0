package journal

import (
	"errors"

	"picket/controlplane"
)

// Bundle makes one entry of several reports, or one.
func Bundle(all ...controlplane.Batch) []byte {
	var reports [][]byte
	for _, b := range all {
		reports = append(reports, Encode(b))
	}
	return bundle(reports)
}

// Decode reads an entry of one report.
func Decode(data []byte) (out controlplane.Batch, err error) {
	n := 0
	Each(data, func(b controlplane.Batch, e error) { out, err, n = b, e, n+1 })
	if n != 1 {
		return out, errors.New("it is no single report")
	}
	return out, err
}
