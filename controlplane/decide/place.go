package decide

import (
	"cmp"
	"slices"

	"picket/controlplane"
	"picket/controlplane/checkpoint"
	"picket/filter/identify"
)

// visits are from where an account was logged in to of late, so that a throttle of it can spare its owner: the newest places,
// as hashes, and when somebody was let in from there, in seconds since the Unix epoch. Only what the service let in counts, and
// only at the endpoint that is decided about: who asks elsewhere in an account's name, as for a new password, makes no place
// the owner's.
type visits struct {
	place [maxPlaces]uint64
	at    [maxPlaces]uint32
	home  uint16 // the group in which the last one was
}

// maxPlaces is how many places of one account are remembered.
const maxPlaces = 4

// visit takes a rollup of a group. h.mu is held.
func (h *history) visit(r *controlplane.Rollup, at uint32, home uint16) {
	if r.Caller.Account == 0 || r.Endpoint == 0 || r.Outcome != controlplane.OutcomeOK {
		return
	}
	if place := whereabouts(&r.Caller); place != 0 {
		v := h.visits(identify.Match(r.Caller.Account, uint64(r.Endpoint)))
		v.note(place, at)
		v.home = home
	}
}

// visits gives those of an account at an endpoint, made if they are new. h.mu is held.
func (h *history) visits(k uint64) *visits {
	if v := h.owners.get(k); v != nil {
		return v
	}
	if h.owners.len() >= h.limit/visitsPerConsumer {
		h.owners.evict()
	}
	return h.owners.put(k, visits{})
}

// visitsPerConsumer is how many consumers may be remembered for each account whose places are.
const visitsPerConsumer = 4

// note remembers a place instead of the oldest one.
func (v *visits) note(place uint64, at uint32) {
	i := slices.Index(v.place[:], place)
	if i < 0 {
		i = slices.Index(v.at[:], slices.Min(v.at[:]))
		v.at[i] = 0
	}
	v.place[i], v.at[i] = place, max(v.at[i], at)
}

// placesOf gives from where an account was logged in to at an endpoint, ascending.
func (h *history) placesOf(account uint64, at controlplane.EndpointID) (all []uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.owners.peek(identify.Match(account, uint64(at)))
	if v == nil {
		return nil
	}
	for _, place := range v.place {
		if place != 0 {
			all = append(all, place)
		}
	}
	slices.SortFunc(all, cmp.Compare)
	return all
}

// whereabouts names where a caller is as filters do: his network, or where the policy hashes addresses, his address; 0: it is
// not known.
func whereabouts(c *controlplane.Caller) uint64 {
	switch {
	case !c.Network.IsValid():
		return c.IPHash
	case c.Network.IsSingleIP():
		return identify.Network(identify.NetworkOf(c.Network.Addr().Unmap()))
	}
	return identify.Network(c.Network)
}

// saveVisits writes those of the share's groups, the oldest first. The history's lock is held.
func (s *Share) saveVisits(w *checkpoint.Writer) {
	l := &s.d.history.owners
	var mine []int32
	if l.len() > 0 {
		for i := l.nodes[0].next; i != 0 && len(mine) < maxShare/visitsPerConsumer; i = l.nodes[i].next {
			if s.homes[l.nodes[i].value.home] {
				mine = append(mine, i)
			}
		}
	}
	w.Uint(uint64(len(mine)))
	for _, i := range slices.Backward(mine) {
		n := &l.nodes[i]
		w.Hash(n.key)
		w.Uint(uint64(n.value.home))
		for j := range maxPlaces {
			w.Hash(n.value.place[j])
			w.Uint(uint64(n.value.at[j]))
		}
	}
}

// minVisits is the least number of bytes that the visits of one account take.
const minVisits = 9 + 9*maxPlaces

// loadVisits reads what saveVisits wrote, of so many groups.
func loadVisits(r *checkpoint.Reader, groups int) (keys []uint64, all []visits) {
	for range r.Count(minVisits) {
		keys = append(keys, r.Hash())
		v := visits{home: uint16(r.Uint())}
		for j := range maxPlaces {
			v.place[j], v.at[j] = r.Hash(), uint32(r.Uint())
		}
		if int(v.home) >= groups {
			r.Fail()
		}
		all = append(all, v)
	}
	return keys, all
}

// meet adds visits that were known elsewhere. h.mu is held.
func (h *history) meet(k uint64, v *visits) {
	mine := h.visits(k)
	mine.home = v.home
	for i, place := range v.place {
		if place != 0 {
			mine.note(place, v.at[i])
		}
	}
}
