package decide

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// rest is what a later version says of a decision that this one does not know. It is put back with each change, so that a
// replica of an earlier version takes nothing away. nil: nothing.
type rest map[string]json.RawMessage

// readStored reads a decision.
func readStored(b []byte) (dec stored, err error) {
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	if in.Decode(&dec) == nil { // as it is nearly always
		return dec, nil
	}
	dec = stored{}
	if err := json.Unmarshal(b, &dec); err != nil {
		return dec, fmt.Errorf("read decision: %w", err)
	}
	var all rest
	if err := json.Unmarshal(b, &all); err != nil {
		return dec, fmt.Errorf("read decision: %w", err)
	}
	for name := range all {
		if isField(name) {
			delete(all, name)
		}
	}
	dec.rest = all
	return dec, nil
}

// isField says whether a field is one of ours.
func isField(name string) bool {
	b, err := json.Marshal(map[string]any{name: nil})
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	var dec stored
	return err == nil && in.Decode(&dec) == nil
}

// write gives a decision as the register keeps it.
func (dec *stored) write() ([]byte, error) {
	b, err := json.Marshal(dec)
	if err != nil || len(dec.rest) == 0 {
		return b, err
	}
	var all rest
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	for name, value := range dec.rest {
		all[name] = value
	}
	return json.Marshal(all)
}
