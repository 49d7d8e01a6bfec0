package detect

import (
	"slices"
	"time"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/checkpoint"
	"picket/controlplane/scenario"
)

const (
	// common is how many must have been let in at an endpoint for it to be one that people use.
	common = 8
	// like is how many such endpoints somebody must have used to be one of these people.
	like = 3
	// mostLogIn is the share of callers who must have logged in, of at least fewKnown, for the others to stand out.
	mostLogIn = 0.7
	// manySeen is how many callers are counted before the older ones weigh half.
	manySeen = 1000
	// before is for how long a login is the one that gave out what its address shows first.
	before = int64(time.Hour)
)

// customers knows what kind of caller somebody is.
type customers struct {
	who *aggregate.LRU[uint64, customer]
	// How many callers were seen, and how many of them logged in.
	seen, came float64
}

// customer has the first common endpoints that a caller used, when it was last looked after, and whether it logged in.
type customer struct {
	at   int64 // event time, ns
	used [like]controlplane.EndpointID
	came bool
}

func newCustomers(l Limits) customers {
	return customers{who: aggregate.NewLRU[uint64, customer](l.Credentials)}
}

// note takes note of what a caller does, and says what kind it is. Only those with a proven subject or session are any.
func (c *customers) note(v *view, o controlplane.Outcome) {
	if !v.hasOne || v.consumer.Facet == controlplane.FacetIP || v.consumer.Facet == controlplane.FacetKey {
		return
	}
	now, who := v.at.UnixNano(), hashOf(v.consumer)
	p := c.who.Peek(who)
	if p == nil || now-p.at > remembered {
		p, _ = c.who.Put(who, customer{at: now})
		c.count()
	}
	if now-p.at > lookAgain {
		p.at = now
		c.who.Get(who)
	}
	if l := v.engine.proof.logins.Peek(hashOf(v.caller.IP())); !p.came && l != nil && now-l.at <= before {
		p.came = true
		c.came++
	}
	if o == controlplane.OutcomeOK && p.used[like-1] == 0 {
		p.uses(v, now)
	}
	v.facts.Set(scenario.Customer, p.used[like-1] != 0)
	v.facts.Set(scenario.Program, !p.came && c.seen >= fewKnown && c.came >= mostLogIn*c.seen)
}

func (c *customers) count() {
	if c.seen++; c.seen >= manySeen {
		c.seen, c.came = c.seen/2, c.came/2
	}
}

func (p *customer) uses(v *view, now int64) {
	if sensitive(controlplane.Purpose(v.facts.Text[scenario.EndpointPurpose])) || slices.Contains(p.used[:], v.endpoint) ||
		count(v.engine.audience.desks, v.endpoint, 0, now) < common {
		return
	}
	p.used[slices.Index(p.used[:], 0)] = v.endpoint
}

func (c *customers) save(w *checkpoint.Writer) {
	w.Float(c.seen)
	w.Float(c.came)
	c.who.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, p *customer) {
		w.Int(p.at)
		w.Bool(p.came)
		for _, e := range p.used {
			saveEndpoint(w, e)
		}
	})
}

func (c *customers) load(r *checkpoint.Reader) {
	c.seen, c.came = r.Float(), r.Float()
	c.who.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, p *customer) {
		p.at, p.came = r.Int(), r.Bool()
		for i := range p.used {
			p.used[i] = loadEndpoint(r)
		}
	})
}
