package detect

import (
	"slices"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

const (
	// browsing is how many readers of an endpoint are watched, the first ones, and glances how many requests of each.
	browsing, glances = 16, 8
	// fewBrowse and fewGlances: while fewer readers came back, or looked, nobody knows what is usual.
	fewBrowse, fewGlances = 4, 20
	// everOther is the share of requests for a record that the same reader had not read.
	everOther = 0.92
)

// browsers are the first readers with credentials of an endpoint's records.
type browsers [browsing]struct {
	who      uint64
	requests int
	n        int
	records  [glances]uint64
}

// browse takes note of what somebody with credentials read.
func (a *audience) browse(v *view) {
	who := mix(v.caller.Subject ^ mix(v.caller.Key^mix(v.caller.Session)))
	b := a.browsers.Peek(v.endpoint)
	if b == nil {
		b, _ = a.browsers.Put(v.endpoint, browsers{})
	}
	for i := range b {
		s := &b[i]
		if s.who == 0 {
			s.who = who
		}
		if s.who != who {
			continue
		}
		if s.requests >= glances {
			return
		}
		s.requests += int(v.facts.Number[scenario.Requests])
		for _, object := range v.objects.Values {
			if s.n < glances && !slices.Contains(s.records[:s.n], object) {
				s.records[s.n] = object
				s.n++
			}
		}
		return
	}
}

// browsed reports whether those who come back read ever other records.
func (a *audience) browsed(e controlplane.EndpointID) bool {
	b := a.browsers.Peek(e)
	if b == nil {
		return false
	}
	back, looked, others := 0, 0, 0
	for i := range b {
		if s := &b[i]; s.requests > 1 {
			back, looked, others = back+1, looked+min(s.requests, glances), others+s.n
		}
	}
	return back >= fewBrowse && looked >= fewGlances && float64(others) >= everOther*float64(looked)
}

const (
	// fewAtDesk is how many use a desk at the most, among at least manyKnown who are known.
	fewAtDesk, manyKnown = 3, mostUsers
	// atWork is how many requests there make a caller staff.
	atWork = 10
)

// desk is where a caller was let in and hardly anybody else is, how often, and when last.
type desk struct {
	endpoint controlplane.EndpointID
	requests float64
	at       int64 // event time, ns
}

// isStaff reports whether the caller works at a desk elsewhere, and takes note of the present requests. A desk that many came
// to use since is none any more.
func (a *audience) isStaff(v *view, o controlplane.Outcome) bool {
	if v.caller.Subject == 0 && v.caller.Session == 0 {
		return false
	}
	now, who := v.at.UnixNano(), mix(v.caller.Subject^mix(v.caller.Session))
	if v.engine.where.everybody.count(now) < manyKnown {
		return false
	}
	d := a.staff.Peek(who)
	holds := d != nil && now-d.at <= remembered && count(a.desks, d.endpoint, 0, now) <= fewAtDesk
	if o == controlplane.OutcomeOK && count(a.desks, v.endpoint, who, now) <= fewAtDesk && (!holds || d.endpoint == v.endpoint) {
		if !holds || d.endpoint != v.endpoint {
			d, _ = a.staff.Put(who, desk{endpoint: v.endpoint})
		}
		d.requests, d.at = d.requests+v.facts.Number[scenario.Requests], now
		holds = true
	}
	return holds && d.endpoint != v.endpoint && d.requests >= atWork
}
