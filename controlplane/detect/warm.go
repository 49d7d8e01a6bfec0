package detect

import (
	"picket/controlplane"
)

// ahead is how many rollups' memory is read ahead at once: little enough to stay in the processor's second cache.
const ahead = 24

// warmer reads ahead what rollups will be looked up with. It changes nothing, and what it takes a caller for may be another
// by the time the rollup is looked at: then its memory is waited for.
type warmer struct {
	view view
	keys []uint64
	sets [][]uint64 // by number of the set
}

// warm reads what these rollups will need.
func (e *Engine) warm(rollups []controlplane.Rollup) {
	w := &e.warmer
	e.warmCallers(rollups)
	for len(w.sets) < len(e.running.sets) {
		w.sets = append(w.sets, nil)
	}
	for i := range w.sets {
		w.sets[i] = w.sets[i][:0]
	}
	v := &w.view
	for i := range rollups {
		r := &rollups[i]
		v.engine, v.caller, v.endpoint, v.node = e, r.Caller, r.Endpoint, r.Node
		v.name()
		for _, set := range e.running.setsOf(e.purpose(r), r.Outcome) {
			if key, ok := v.makeKey(e.running.sets[set]); ok {
				w.sets[set] = append(w.sets[set], key)
			}
		}
	}
	for n, t := range e.running.tables {
		t.Warm(w.sets[n])
	}
	for _, h := range e.running.histories {
		h.keys.Warm(w.sets[h.set])
	}
}

// purpose gives the number of what a rollup's endpoint is for, as far as that was looked at before.
func (e *Engine) purpose(r *controlplane.Rollup) int {
	declared := e.running.settings.Purposes[r.Endpoint]
	if p := e.endpoints.known.Peek(r.Endpoint); declared == "" && p != nil {
		declared = p.learned
	}
	return e.running.purposes[declared]
}

// warmCallers reads what is known of credentials and addresses.
func (e *Engine) warmCallers(rollups []controlplane.Rollup) {
	keys := e.warmer.keys[:0]
	for i := range rollups {
		if c := &rollups[i].Caller; c.Credential != 0 {
			keys = append(keys, c.Credential)
		}
	}
	e.proof.accepted.Warm(keys)
	e.where.credentials.Warm(keys)
	keys = keys[:0]
	for i := range rollups {
		keys = append(keys, hashOf(rollups[i].Caller.IP()))
	}
	e.where.addresses.Warm(keys)
	e.warmer.keys = keys
}
