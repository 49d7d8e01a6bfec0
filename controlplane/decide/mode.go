package decide

import (
	"context"
	"errors"
	"fmt"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// mode says whether the decision acts where the policy's mode lets it: the filter adds that of its group.
func (d *Decider) mode(j *judgement) (string, bool) {
	m, line := modeOf(j.file, j.Scenario, j.Group, j.Value)
	j.decision.Mode = m
	d.anew(j)
	return "rail mode: " + line, true
}

// modeOf resolves canary, which filters do not know: a decision acts or it does not.
func modeOf(f *policy.File, scenario, group string, v controlplane.Value) (m controlplane.Mode, line string) {
	own := f.Scenarios[scenario].Mode
	proposed, held := f.Trial.Holds(scenario)
	canary := own == controlplane.ModeCanary || f.GroupMode(group) == controlplane.ModeCanary
	switch {
	case own == controlplane.ModeObserve:
		return controlplane.ModeObserve, "the scenario's is observe, so that it only counts"
	case held && proposed.Tried.IsZero():
		return controlplane.ModeObserve, "the scenario was changed and is being tried on the journal, so that it only counts until that is done"
	case held:
		return controlplane.ModeObserve, fmt.Sprintf("the scenario was changed and is only proposed, so that it only counts. %s To have it act: picket apply --accept %s", proposed.Why, scenario)
	case canary && f.InCanary(v):
		return controlplane.ModeEnforce, fmt.Sprintf("canary, and this consumer is among the %v %% that it acts on", f.Rails.Canary.Percent)
	case canary:
		return controlplane.ModeObserve, fmt.Sprintf("canary, and this consumer is not among the %v %% that it acts on, so that it only counts", f.Rails.Canary.Percent)
	}
	return controlplane.ModeEnforce, "enforce"
}

// soften makes active decisions only count that would not act under a policy that is about to come. The other way round
// nothing changes: what observed goes on to do so until its end.
func (d *Decider) soften(ctx context.Context, f *policy.File) error {
	for _, dec := range d.automaticOnes() {
		if m, _ := modeOf(f, dec.Scenario, dec.Group, dec.Value); m == dec.Mode || dec.Mode == controlplane.ModeObserve {
			continue
		}
		dec.Mode = controlplane.ModeObserve
		if _, err := d.put(ctx, dec); err != nil && !errors.Is(err, controlplane.ErrConflict) {
			return err
		}
	}
	return nil
}

// automaticOnes gives the active automatic decisions.
func (d *Decider) automaticOnes() (out []stored) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.o.Clock()
	for _, dec := range d.decisions {
		if count(dec.Decision, now) == 1 {
			out = append(out, dec)
		}
	}
	return out
}
