package report

import "picket/proto/wire"

// Seen is something that was seen inside a request or a response. Its strings are from closed sets, or masked.
type Seen struct {
	Class, Place, Decoding, Rule, Evidence string
	Field                                  uint64 // the keyed hash of the field's name
	Confidence                             float32
	Late                                   bool   // after what was held had been released
	Answers                                uint64 // the finding in the request that a response answers
}

// Effect is what became of a request because of what was seen in it.
type Effect uint8

// The effects.
const (
	Passed   Effect = iota
	Observed        // it would have been answered, had the mode been enforce
	Enforced        // Picket answered it
)

// What one report says of findings: so many, and so many more of those that were enforced, which are never left out. Each
// of these has a caller; who does not fit is summed without one, by class.
const (
	maxFindings = 64
	maxEnforced = 64
)

// findings sums what was seen since the last report.
type findings struct {
	seed uint64
	made uint64 // ids
	rows []findingRow
}

type findingRow struct {
	wire     wire.Finding
	caller   Caller
	overflow bool
}

// Finding counts something seen inside a request; like ones of one caller are one. It gives the id that tells its story, or
// 0 where there was no room. An enforced one always has a story.
func (r *Reporter) Finding(c *Caller, endpoint uint64, s *Seen, e Effect, now uint64) uint64 {
	f := &r.findings
	row := f.find(c, endpoint, s)
	if row == nil && len(f.rows) < maxFindings || row == nil && e == Enforced && len(f.rows) < maxFindings+maxEnforced {
		row = f.add(c, endpoint, s)
	}
	if row == nil && e == Enforced {
		row = f.overflow(s)
	}
	if row == nil {
		r.Totals.DroppedFindings++
		return 0
	}
	row.count(s, e, now)
	return row.wire.ID
}

// Word keeps the name of a field for when the control plane asks for it.
func (r *Reporter) Word(hash uint64, word []byte) {
	if !r.dictionary.keep(hash, word) {
		r.Totals.DroppedWords++
	}
}

func (f *findings) find(c *Caller, endpoint uint64, s *Seen) *findingRow {
	for i := range f.rows {
		w := &f.rows[i].wire
		if w.Endpoint == endpoint && w.Class == s.Class && w.Place == s.Place && w.Field == s.Field && w.Late == s.Late &&
			w.Answers == s.Answers && !f.rows[i].overflow && f.rows[i].caller == *c {
			return &f.rows[i]
		}
	}
	return nil
}

func (f *findings) add(c *Caller, endpoint uint64, s *Seen) *findingRow {
	f.rows = append(f.rows, findingRow{caller: *c, wire: wire.Finding{
		ID: f.id(), Endpoint: endpoint, Class: s.Class, Place: s.Place, Field: s.Field, Late: s.Late, Answers: s.Answers,
	}})
	return &f.rows[len(f.rows)-1]
}

// overflow gives the row of a class for callers who did not fit.
func (f *findings) overflow(s *Seen) *findingRow {
	for i := range f.rows {
		if f.rows[i].overflow && f.rows[i].wire.Class == s.Class {
			return &f.rows[i]
		}
	}
	f.rows = append(f.rows, findingRow{overflow: true, wire: wire.Finding{ID: f.id(), Class: s.Class}})
	return &f.rows[len(f.rows)-1]
}

// id makes a number that no other instance makes (splitmix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
// Generators", 2014).
func (f *findings) id() uint64 {
	f.made++
	x := f.seed + f.made*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31 | 1
}

// count adds one request. What is told is what was surest.
func (row *findingRow) count(s *Seen, e Effect, now uint64) {
	w := &row.wire
	w.Count++
	w.LastUnixNano = now
	switch e {
	case Enforced:
		w.Enforced++
	case Observed:
		w.Observed++
	}
	if s.Confidence > w.Confidence || w.Count == 1 {
		w.Confidence, w.Decoding, w.Rule, w.Evidence = s.Confidence, s.Decoding, s.Rule, s.Evidence
	}
}

func (f *findings) append(b []byte) []byte {
	var c wire.Caller
	for i := range f.rows {
		row := &f.rows[i]
		if !row.overflow {
			row.caller.wire(&c)
			row.wire.Caller = &c
		}
		b = wire.AppendFinding(b, &row.wire)
	}
	return b
}

func (f *findings) reset() {
	clear(f.rows)
	f.rows = f.rows[:0]
}
