package decide

import (
	"fmt"
	"math"
	"strings"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// The rails that compare a detection with what was before.

// surest is what several scenarios together make of weak detections at the most: scenarios that look at the same traffic
// are not independent.
const surest = 0.95

// evidence adds up what different scenarios say about one value: 1 - (1-a)(1-b)..., which holds for independent ones.
func (d *Decider) evidence(j *judgement) (string, bool) {
	first := ""
	if len(j.Evidence) > 0 {
		first = j.Evidence[0]
	}
	own := sighting{scenario: j.Scenario, confidence: j.Confidence, at: j.at, evidence: first}
	others := d.memory.note(about{j.Value, j.Group}, own, j.file.Rails.Evidence.Within)
	if len(others) == 0 {
		return fmt.Sprintf("rail evidence: %.2f, of this scenario alone", j.Confidence), true
	}
	doubt, names := 1-clamp(j.Confidence), make([]string, len(others))
	for i, o := range others {
		doubt *= 1 - clamp(o.confidence)
		names[i] = fmt.Sprintf("%s (%.2f)", o.scenario, o.confidence)
		if o.evidence != "" {
			j.decision.Evidence = append(j.decision.Evidence, o.scenario+": "+o.evidence)
		}
	}
	j.sure = max(j.Confidence, min(1-doubt, surest))
	return fmt.Sprintf("rail evidence: %.2f of its own, and with %s within %s %.2f", j.Confidence, strings.Join(names, ", "),
		controlplane.Lasting(j.file.Rails.Evidence.Within), j.sure), true
}

// clamp takes what is no number for no confidence.
func clamp(c float64) float64 {
	if math.IsNaN(c) {
		return 0
	}
	return min(max(c, 0), 1)
}

// cleanHistory asks for more where a long clean history speaks for the caller: more confidence, or a second detection.
func (d *Decider) cleanHistory(j *judgement) (string, bool) {
	rail := j.file.Rails.History
	j.history = d.history.of(j.Value, rail, j.now)
	if policy.Blocks(j.asks()) { // what is only noted does not make a caller one who comes again
		j.times = d.memory.again(about{j.Value, j.Group}, j.at, j.file.Rails.Escalation.Within)
	}
	d.confirm(j)
	line := j.history.line()
	if !j.history.Long {
		return "rail history: " + line + "; it asks for nothing more", true
	}
	asked := min(j.scenario.Confidence+rail.Confidence, max(0.99, j.scenario.Confidence))
	line += fmt.Sprintf(": a long clean history asks for a confidence of %.2f or a second detection", asked)
	if !(j.sure >= asked-1e-9) && j.times < 2 {
		return line + fmt.Sprintf(", and this is the first with %.2f", j.sure), false
	}
	return "rail history: " + line + fmt.Sprintf("; this is time %d with %.2f", j.times, j.sure), true
}

// profile says what the detection leads to. No scenario leads to more than it asks for.
func (d *Decider) profile(j *judgement) (string, bool) {
	name, p := j.compiled.profile(j.Scenario)
	s, n, ok := p.Step(policy.Case{Confidence: j.sure, Severity: j.Severity, Times: j.times, AtEndpoint: j.Endpoint != 0})
	if !ok {
		return fmt.Sprintf("no step of profile %s fits a confidence of %.2f", name, j.sure), false
	}
	action, note := policy.MilderAction(s.Action, j.asks()), ""
	if action != s.Action {
		note = ", and the scenario asks for no more than " + string(action)
	}
	if action == controlplane.ActionChallenge && !d.o.Challenge {
		action, note = controlplane.ActionThrottle, ", which filters do not do yet: it throttles instead"
	}
	j.act(action)
	if s.Scope == policy.ScopeAnywhere && j.Value.Facet != controlplane.FacetAccount && j.Value.Facet != controlplane.FacetFingerprint {
		j.decision.Endpoint, j.decision.EndpointName = 0, ""
	}
	return fmt.Sprintf("rail profile: step %d of %s (time %d) leads to %s %s%s", n, name, j.times, s.Action, j.where(), note), true
}

// asks is what the scenario leads to at the most; empty: it does not say.
func (j *judgement) asks() controlplane.Action {
	if j.Action != "" {
		return j.Action
	}
	return j.scenario.Action
}

func (j *judgement) where() string {
	if j.decision.Endpoint == 0 {
		return "anywhere"
	}
	return "at the endpoint"
}

// expiry gives every decision an end: twice as late each time.
func (d *Decider) expiry(j *judgement) (string, bool) {
	lasts, longest := j.lasts, max(j.lasts, min(j.file.Rails.Escalation.Longest, maxAutomatic))
	for n := 1; n < j.times && lasts < longest; n++ {
		lasts = min(2*lasts, longest)
	}
	j.decision.Expires = j.now.Add(lasts)
	if j.times == 1 {
		return fmt.Sprintf("rail expiry: it ends after %s", controlplane.Lasting(lasts)), true
	}
	return fmt.Sprintf("rail expiry: it ends after %s, for this is time %d within %s", controlplane.Lasting(lasts), j.times, controlplane.Lasting(j.file.Rails.Escalation.Within)), true
}

// repeated keeps a decision from being made twice. What does more than the one that holds is made: fresh evidence came in
// spite of it.
func (d *Decider) repeated(j *judgement) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, at := range []controlplane.EndpointID{j.decision.Endpoint, 0} {
		for _, group := range []string{j.Group, ""} {
			id, ok := d.active[subject{j.Scenario, j.Value, at, group}]
			if held := d.decisions[id]; ok && held.State(j.now) == "active" && covers(&held, &j.decision) {
				return fmt.Sprintf("decision %s holds already", id), false
			}
		}
	}
	return "rail repetition: no decision of this scenario holds that does as much", true
}

// anew gives a decision an id of its own where the one of the same window holds, but does less.
func (d *Decider) anew(j *judgement) {
	d.mu.Lock()
	defer d.mu.Unlock()
	dec := &j.decision
	held, known := d.decisions[dec.ID]
	if known && held.State(j.now) == "active" && (held.Endpoint != dec.Endpoint || !covers(&held, dec)) {
		what := fmt.Sprintf("%s %s %s", dec.Scenario, dec.Action, dec.Mode)
		dec.ID = hashID(what, dec.Value, dec.Endpoint, dec.Group, int64(held.ID))
	}
}

// covers says whether a decision in force does as much as a new one. One of the shadow arm does: what its caller does is
// what it is there for.
func covers(held, wanted *stored) bool {
	if held.Shadow {
		return true
	}
	return policy.MilderAction(wanted.Action, held.Action) == wanted.Action && policy.WeakerMode(wanted.Mode, held.Mode) == wanted.Mode
}
