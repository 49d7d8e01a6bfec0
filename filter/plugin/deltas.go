package plugin

import (
	"cmp"
	"slices"

	"picket/filter/enforce"
	"picket/proto/wire"
)

// delta is one change above the policy, kept until a policy includes it.
type delta struct {
	revision uint64
	record   enforce.Record
	prefix   uint32
	undo     bool
}

// apply takes what the control plane sent. A delta that does not follow what is in force is passed over, and a snapshot
// asked for; one that is included already is passed over in silence.
func (w *worker) apply(d *wire.Delta) {
	switch {
	case d.Epoch == 0:
		w.totals().DroppedDeltas++
	case d.SnapshotBegin || w.inSnapshot:
		w.collect(d)
	case d.Epoch == w.at.Epoch && d.Revision <= w.at.Revision:
	case d.Epoch != w.at.Epoch || d.Previous > w.at.Revision:
		w.at.Resync, w.dirty = true, true
		w.totals().DroppedDeltas++
	default:
		w.advance(d)
	}
}

func (w *worker) advance(d *wire.Delta) {
	fits := true
	for _, c := range changes(d) {
		fits = w.lay(c) && fits
		w.deltas = append(w.deltas, c)
	}
	if !fits {
		w.at.Resync, w.dirty = true, true
		w.totals().DroppedDeltas++
		return
	}
	if d.Settings != nil {
		w.set(d.Settings, d.Revision)
	}
	w.at.Revision, w.at.Source = d.Revision, "stream"
	w.enforced()
}

// collect gathers a snapshot's chunks; the last one puts all in force, unless the policy has gone further meanwhile.
func (w *worker) collect(d *wire.Delta) {
	if d.SnapshotBegin {
		w.snapshot, w.snapshotSettings, w.inSnapshot = nil, nil, true
	}
	w.snapshot = append(w.snapshot, changes(d)...)
	if d.Settings != nil {
		w.snapshotSettings = d.Settings
	}
	if !d.SnapshotEnd {
		return
	}
	if w.fresh(d) {
		w.replace(d, w.snapshot)
	}
	w.snapshot, w.snapshotSettings, w.inSnapshot = nil, nil, false
}

// fresh says whether a snapshot is at least as new as what is in force.
func (w *worker) fresh(d *wire.Delta) bool {
	return d.Epoch != w.at.Epoch || d.Revision >= w.at.Revision || w.at.Resync
}

// replace puts a snapshot in force instead of everything. Its rows are ascending by match, as in a policy.
func (w *worker) replace(d *wire.Delta, rows []delta) {
	ordered := slices.IsSortedFunc(rows, func(a, b delta) int { return cmp.Compare(a.record.Match, b.record.Match) })
	if !ordered {
		w.totals().DroppedDeltas++
		return
	}
	w.table.Load(len(rows))
	var prefixes enforce.Prefixes
	var buf [enforce.RecordSize]byte
	for i, r := range rows {
		w.table.Write(i*enforce.RecordSize, r.record.Append(buf[:0]))
		prefixes.Add(r.prefix)
	}
	w.table.Commit(prefixes)
	if w.snapshotSettings != nil {
		w.set(w.snapshotSettings, d.Revision)
	}
	if d.Epoch != w.at.Epoch {
		w.at.PolicyRevision = 0
	}
	w.deltas, w.base = nil, d.Revision
	w.at.Epoch, w.at.Revision, w.at.Source, w.at.Resync = d.Epoch, d.Revision, "stream", false
	w.enforced()
}

// relay lays the deltas that a new policy does not include over it, and forgets the others.
func (w *worker) relay(revision uint64) {
	w.deltas = slices.DeleteFunc(w.deltas, func(d delta) bool { return d.revision <= revision })
	for _, d := range w.deltas {
		w.lay(d)
	}
}

func (w *worker) lay(d delta) bool {
	if d.undo {
		return w.table.Withdraw(d.record.Match, d.record.ID)
	}
	return w.table.Put(d.record, d.prefix)
}

func changes(d *wire.Delta) []delta {
	out := make([]delta, 0, len(d.Put)+len(d.Undo))
	for _, p := range d.Put {
		r := enforce.Record{Match: p.Match, ID: p.ID, Expires: p.Expires, Meta: enforce.Meta(p.Meta)}
		out = append(out, delta{revision: d.Revision, record: r, prefix: p.Prefix})
	}
	for _, u := range d.Undo {
		out = append(out, delta{revision: d.Revision, record: enforce.Record{Match: u.Match, ID: u.ID}, undo: true})
	}
	return out
}
