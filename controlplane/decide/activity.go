package decide

import "time"

// everyGroup is where all groups' consumers count.
const everyGroup = maxGroups

// activity counts the consumers that were last active in each minute of the last hour, in each group and in all.
type activity struct {
	groups [maxGroups + 1]*minutes
}

// minutes is a ring of the last 64 minutes.
type minutes [64]struct {
	minute uint32 // since the Unix epoch
	count  int32
}

func (a *activity) enter(c *consumer, minute uint32) {
	c.minute = minute
	a.add(c.group, minute, 1)
}

// leave takes a consumer out of where it counts.
func (a *activity) leave(c *consumer) {
	if c.minute != 0 {
		a.add(c.group, c.minute, -1)
		c.minute = 0
	}
}

func (a *activity) add(group uint16, minute uint32, n int32) {
	for _, g := range [...]uint16{group, everyGroup} {
		if a.groups[g] == nil {
			a.groups[g] = &minutes{}
		}
		a.groups[g].add(minute, n)
	}
}

// add counts in a minute; one that left the ring counts nowhere.
func (m *minutes) add(minute uint32, n int32) {
	s := &m[minute%uint32(len(m))]
	switch {
	case s.minute == minute:
		s.count += n
	case s.minute < minute && n > 0:
		s.minute, s.count = minute, n
	}
}

// count gives those of the last hour.
func (a *activity) count(group uint16, now time.Time) (total int) {
	if a.groups[group] == nil {
		return 0
	}
	last := uint32(now.Unix() / 60)
	for _, s := range a.groups[group] {
		if s.minute+60 > last {
			total += int(s.count)
		}
	}
	return total
}
