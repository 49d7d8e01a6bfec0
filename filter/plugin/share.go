package plugin

import "picket/proto/wire"

// maxShares bounds how many throttles this worker has a share of; beyond, an arbitrary one is forgotten.
const maxShares = 8192

// leastShare is a worker's part of a throttle that it was told nothing of, where its Envoy has many workers.
const leastShare = 1.0 / 8

// takeShares notes which part of throttles' rates is this worker's.
func (w *worker) takeShares(all []wire.Share) {
	for _, s := range all {
		if len(w.shares) >= maxShares {
			for victim := range w.shares {
				delete(w.shares, victim)
				break
			}
		}
		w.shares[s.Decision] = min(max(s.Permille, 1), 1000)
	}
}

// throttleShare is this worker's part of a decision's rate. One that it was told nothing of, because it is new or cut off, is
// shared evenly with the workers of this Envoy.
func (w *worker) throttleShare(decision uint64) float64 {
	if p := w.shares[decision]; p != 0 {
		return float64(p) / 1000
	}
	if w.static.workers > 2 { // the main thread has an instance, too
		return max(leastShare, 1/float64(w.static.workers-1))
	}
	return 1
}
