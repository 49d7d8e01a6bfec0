package simulate

import (
	"slices"
	"time"

	"picket/controlplane"
)

// Result is what became of a timeline's actors.
type Result struct {
	Timeline *Timeline `json:"-"`
	Name     string    `json:"timeline"`
	Requests int       `json:"requests"`
	// Took is how much virtual time went by.
	Took time.Duration `json:"took_ns"`
	// Fired has each scenario once, in the order in which they fired.
	Fired  []Fired        `json:"fired"`
	Actors []*ActorResult `json:"actors"`
	// Decisions are those that the control plane took, about in their order.
	Decisions []Decided `json:"decisions"`
	// Incidents are the scenarios of which operators were told, for it is the service that is wrong, each once.
	Incidents []string `json:"incidents,omitempty"`
	// Told is what they were told, a sentence for each scenario and endpoint.
	Told []string `json:"told,omitempty"`

	began time.Duration // the first request of an attacker; -1: none came yet
}

// Fired is a scenario that fired in a timeline.
type Fired struct {
	Scenario   string  `json:"scenario"`
	Times      int     `json:"times"`
	Confidence float64 `json:"confidence"` // the highest
	// Until it fired for the first time: since the first request of an attacker, or since the start where there is none;
	// the attackers' requests; and how many things of others they had got.
	After    time.Duration `json:"after_ns"`
	Requests int           `json:"requests"`
	Leaked   int           `json:"leaked"`
}

// Decided is a decision that was taken.
type Decided struct {
	Scenario string    `json:"scenario"`
	Facet    string    `json:"facet"`
	Value    string    `json:"value"` // the address or network in clear; for all else a short form of its hash
	Endpoint string    `json:"endpoint,omitempty"`
	Action   string    `json:"action"`
	Mode     string    `json:"mode"`
	At       time.Time `json:"at"`
	Expires  time.Time `json:"expires"`
	Reason   string    `json:"reason"`
	Whom     []string  `json:"whom"`   // actors that used this value, five at the most
	Actors   int       `json:"actors"` // how many did
}

// ActorResult is what became of one actor.
type ActorResult struct {
	Actor    string     `json:"actor"`
	Attacker bool       `json:"attacker,omitempty"`
	Victim   bool       `json:"victim,omitempty"` // see Actor.Victim
	Requests int        `json:"requests"`
	Detected []Detected `json:"detected,omitempty"` // each scenario once, in the order in which they fired
	// Denied and Throttled count the requests that Picket answered because of a decision; Found those for what was found
	// inside; Observed those that passed and would not have in mode enforce.
	Denied    int `json:"denied,omitempty"`
	Throttled int `json:"throttled,omitempty"`
	Found     int `json:"found,omitempty"`
	Observed  int `json:"observed,omitempty"`
	// Leaked is how many things of others the actor got, Before of them before it was first detected, or in all where it
	// never was.
	Leaked int `json:"leaked,omitempty"`
	Before int `json:"leaked_before,omitempty"`
	// Stake is how many things of others the actor would have got, had nobody stopped it.
	Stake int `json:"stake,omitempty"`

	leaked, wanted map[string]bool
	first          time.Duration
}

// Detected is a scenario that fired about an actor.
type Detected struct {
	Scenario string        `json:"scenario"`
	Requests int           `json:"requests"` // of the actor until then
	After    time.Duration `json:"after_ns"` // since its first request
}

// Stopped is how many of the actor's requests Picket answered.
func (a *ActorResult) Stopped() int { return a.Denied + a.Throttled + a.Found }

func (a *ActorResult) sent(r *Request) {
	if a.Requests == 0 {
		a.first = r.At
	}
	a.Requests++
}

func (a *ActorResult) count(e effect, got *answer) {
	switch e {
	case denied:
		a.Denied++
	case throttled:
		a.Throttled++
	case found:
		a.Found++
	case observed:
		a.Observed++
	}
	if got.leaked == "" || a.leaked[got.leaked] {
		return
	}
	a.want(got)
	a.leaked[got.leaked] = true
	a.Leaked++
	if len(a.Detected) == 0 {
		a.Before++
	}
}

// want notes what the actor got, or would have got.
func (a *ActorResult) want(got *answer) {
	if a.wanted == nil {
		a.wanted = map[string]bool{}
	}
	if got.leaked != "" && !a.wanted[got.leaked] {
		a.wanted[got.leaked] = true
		a.Stake++
	}
}

func (a *ActorResult) detected(scenario string, at time.Duration) {
	if !slices.ContainsFunc(a.Detected, func(d Detected) bool { return d.Scenario == scenario }) {
		a.Detected = append(a.Detected, Detected{scenario, a.Requests, at - a.first})
	}
}

func (r *Result) fired(d controlplane.Detection, at time.Duration) {
	for i := range r.Fired {
		if f := &r.Fired[i]; f.Scenario == d.Scenario {
			f.Times++
			f.Confidence = max(f.Confidence, d.Confidence)
			return
		}
	}
	a := r.Attackers()
	r.Fired = append(r.Fired, Fired{d.Scenario, 1, d.Confidence, at - max(r.began, 0), a.Requests, a.Leaked})
}

// Of gives what is known of a scenario that fired.
func (r *Result) Of(scenario string) (Fired, bool) {
	i := slices.IndexFunc(r.Fired, func(f Fired) bool { return f.Scenario == scenario })
	if i < 0 {
		return Fired{}, false
	}
	return r.Fired[i], true
}

// Missing gives the scenarios that had to fire and did not.
func (r *Result) Missing() (missing []string) {
	for _, s := range r.Timeline.Fires {
		if _, ok := r.Of(s); !ok {
			missing = append(missing, s)
		}
	}
	return missing
}

// Wrong gives what fired on a timeline on which nothing should.
func (r *Result) Wrong() (wrong []Fired) {
	for _, f := range r.Fired {
		if r.Timeline.Honest() && !slices.Contains(r.Timeline.May, f.Scenario) {
			wrong = append(wrong, f)
		}
	}
	return wrong
}

// HonestHit gives the honest actors of whom a request was denied or throttled. Victims are not among them.
func (r *Result) HonestHit() (hit []*ActorResult) {
	for _, a := range r.Actors {
		if !a.Attacker && !a.Victim && a.Stopped() > 0 {
			hit = append(hit, a)
		}
	}
	return hit
}

// OK tells whether all that had to fire did, and no honest actor was hit.
func (r *Result) OK() bool { return len(r.Missing()) == 0 && len(r.HonestHit()) == 0 }

// Attackers sums the attackers of a timeline, Honest all others.
func (r *Result) Attackers() ActorResult { return r.sum(true) }

// Honest sums the honest actors of a timeline.
func (r *Result) Honest() ActorResult { return r.sum(false) }

func (r *Result) sum(attackers bool) (s ActorResult) {
	s.Attacker = attackers
	for _, a := range r.Actors {
		if a.Attacker != attackers {
			continue
		}
		s.Requests += a.Requests
		s.Denied, s.Throttled, s.Found, s.Observed = s.Denied+a.Denied, s.Throttled+a.Throttled, s.Found+a.Found, s.Observed+a.Observed
		s.Leaked, s.Before, s.Stake = s.Leaked+a.Leaked, s.Before+a.Before, s.Stake+a.Stake
	}
	return s
}
