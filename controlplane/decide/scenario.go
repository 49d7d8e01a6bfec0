package decide

import (
	"maps"
	"slices"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// Scenario is how a scenario does, since this replica started.
type Scenario struct {
	Name       string
	Off        bool
	Mode       controlplane.Mode // the weaker one of its own and the policy's; policy.ModeProposed where a trial holds it back
	Profile    string
	Detections uint64
	Decisions  uint64
	Active     int // of its decisions
	Held       []Held
	Shadow     int      // decisions of the shadow arm in force
	Precision  Estimate // by the shadow arm: how often a decision was right
}

// Scenarios gives those of the policy, by name.
func (d *Decider) Scenarios() []Scenario {
	f := d.o.Policy.File()
	d.settleEnded(d.o.Clock())
	active, shadow := d.inForce()
	out := make([]Scenario, 0, len(f.Scenarios))
	for _, name := range slices.Sorted(maps.Keys(f.Scenarios)) {
		set := f.Scenarios[name]
		profile, _ := f.ProfileOf(name)
		s := Scenario{
			Name: name, Off: set.Off, Mode: policy.WeakerMode(set.Mode, f.Mode), Profile: profile,
			Active: active[name], Shadow: shadow[name], Precision: estimate(0, 0),
		}
		if _, held := f.Trial.Holds(name); held && s.Mode != controlplane.ModeObserve {
			s.Mode = policy.ModeProposed
		}
		d.ledger.fill(&s)
		out = append(out, s)
	}
	return out
}

// inForce counts the active automatic decisions, and those of the shadow arm, by scenario.
func (d *Decider) inForce() (active, shadow map[string]int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	active, shadow = map[string]int{}, map[string]int{}
	now := d.o.Clock()
	for _, dec := range d.decisions {
		if count(dec.Decision, now) == 0 {
			continue
		}
		active[dec.Scenario]++
		if dec.Shadow {
			shadow[dec.Scenario]++
		}
	}
	return active, shadow
}

func (l *ledger) fill(s *Scenario) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.scenarios[s.Name]
	if t == nil {
		return
	}
	s.Detections, s.Decisions, s.Held = t.detections, t.decisions, t.heldBack()
	s.Precision = estimate(t.confirmed, t.confirmed+t.refuted)
}
