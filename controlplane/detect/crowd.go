package detect

import (
	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

// maxMembers is how many of a window's contributors are remembered; those beyond are judged only when they come again.
const maxMembers = 10_000

// crowd knows who contributed to windows that are about more than one caller, so that a detection names those who took
// part, and nobody else.
type crowd struct {
	t       *tracker
	layout  layout
	windows *aggregate.Windows
	members *aggregate.LRU[uint64, members] // by the window's key
}

type members struct {
	list  []member
	known map[uint64]bool
	// When it was last looked whether enough of them stand out, and when enough last did; event time, ns.
	looked, enough int64
}

type member struct {
	key   uint64
	value controlplane.Value
}

func newCrowd(t *tracker) *crowd {
	c := &crowd{t: t, layout: newLayout(t.sc.Narrow.Tallies), members: aggregate.NewLRU[uint64, members](t.e.limits.Endpoints)}
	c.windows = t.newWindows(c.layout, nil)
	return c
}

// look counts the caller, and judges it once the window as a whole is suspicious; when the window becomes so, all that
// contributed are judged. counts says that the present request is one of those that the scenario counts.
func (c *crowd) look(v *view, key uint64, w *aggregate.Window, counts bool, fired []controlplane.Detection) []controlplane.Detection {
	whole := &c.t.e.sight
	whole.of(c.t, v, w, &c.t.layout, c.t.set.Over)
	fresh := whole.armed(c.t.sc.Count.Count)
	value, named := v.value(c.t.sc.Response.Who)
	own := member{mix(key ^ hashOf(value)), value}
	if named {
		c.layout.add(c.windows, own.key, v, c.t.asks)
		c.remember(key, own)
	}
	if !whole.suspicious(key) || !counts || !c.enough(whole, key) {
		return fired
	}
	if !fresh || w.Fired() != 0 {
		if d, ok := c.judge(whole, own); named && ok {
			fired = append(fired, d)
		}
		return fired
	}
	whole.fired()
	return c.judgeAll(whole, key, fired)
}

func (c *crowd) remember(key uint64, own member) {
	m := c.members.Get(key)
	if m == nil {
		m, _ = c.members.Put(key, members{known: map[uint64]bool{}})
	}
	if m.known[own.key] {
		return
	}
	if len(m.list) >= maxMembers {
		m.list, m.known = nil, map[uint64]bool{}
	}
	m.known[own.key] = true
	m.list = append(m.list, own)
}

// enough reports whether as many callers stand out as the scenario asks for, or did within the window's length. It looks at
// all of them only now and then.
func (c *crowd) enough(whole *sight, key uint64) bool {
	least, m, now := c.t.sc.Narrow.Callers, c.members.Get(key), whole.v.at.UnixNano()
	switch {
	case least <= 1 || m == nil || m.enough != 0 && now-m.enough <= int64(c.t.set.Within):
		return least <= 1 || m != nil
	case len(m.list) < least || now-m.looked < lookAgain:
		return false
	}
	m.looked = now
	for _, one := range m.list {
		if c.standsOut(whole, one) {
			least--
		}
	}
	if least <= 0 {
		m.enough = now
	}
	return least <= 0
}

// judgeAll judges everybody in a window. Where none stands out, the window itself is told, about nobody.
func (c *crowd) judgeAll(whole *sight, key uint64, fired []controlplane.Detection) []controlplane.Detection {
	before := len(fired)
	if m := c.members.Get(key); m != nil {
		for _, one := range m.list {
			if d, ok := c.judge(whole, one); ok {
				fired = append(fired, d)
			}
		}
	}
	if len(fired) == before {
		d := whole.detection(controlplane.Value{})
		d.Action = controlplane.ActionObserve
		fired = append(fired, d)
	}
	return fired
}

// judge looks at one caller's own part.
func (c *crowd) judge(whole *sight, one member) (controlplane.Detection, bool) {
	if !c.standsOut(whole, one) {
		return controlplane.Detection{}, false
	}
	s := &c.t.e.member
	s.fired()
	d := whole.detection(one.value)
	d.Evidence = append(d.Evidence, c.part(s))
	return d, true
}

// standsOut reports whether a caller's own part is as much as the scenario asks for, and leaves it in the engine's member.
func (c *crowd) standsOut(whole *sight, one member) bool {
	n := c.t.sc.Narrow
	w := c.windows.Find(one.key, whole.v.at)
	if w == nil {
		return false
	}
	s := &c.t.e.member
	s.of(c.t, whole.v, w, &c.layout, n.Count.Over)
	if !s.armed(n.Count.Count) || s.measured <= float64(s.over) {
		return false
	}
	s.fill(0, 0)
	return n.Unless == nil || !n.Unless.True(&s.facts)
}

// part says what one caller's share in the whole was.
func (c *crowd) part(s *sight) string {
	what := "requests"
	if of := c.t.sc.Narrow.Tallies[c.t.sc.Narrow.Count.Count].Of; of != "" {
		what = "distinct " + string(of) + "s"
	}
	return "This caller's part: " + scenario.Amount(s.measured) + " " + what + "."
}
