package decide

import (
	"fmt"
	"time"

	"picket/controlplane"
)

// The rails that look at one detection alone.

func (d *Decider) killSwitch(j *judgement) (string, bool) {
	if j.file.KillSwitch {
		return "the kill switch is on", false
	}
	return "rail kill switch: it is off", true
}

// somebody keeps decisions off nobody, and off what others can have too: a fingerprint is a client program's rather than a
// caller's, so that only at one endpoint anything can be decided about it.
func (d *Decider) somebody(j *judgement) (string, bool) {
	switch v := j.Value; {
	case !v.Network.IsValid() && v.Hash == 0 && j.Endpoint != 0:
		d.exposure(j)
		return "it is about an endpoint and no caller: operators are told", false
	case !v.Network.IsValid() && v.Hash == 0:
		return "it is about nobody", false
	case v.Facet == controlplane.FacetFingerprint && j.Endpoint == 0:
		return "a fingerprint is shared by all who use the same program", false
	}
	return fmt.Sprintf("rail value: it is about one %s", j.Value.Facet), true
}

func (d *Decider) allowlist(j *judgement) (string, bool) {
	if reason, ok := j.compiled.allows(j.Value); ok {
		return "the allowlist has it: " + reason, false
	}
	return fmt.Sprintf("rail allowlist: not among its %d entries", len(j.file.Allow)), true
}

func (d *Decider) scenarioOn(j *judgement) (string, bool) {
	switch _, known := j.file.Scenarios[j.Scenario]; {
	case !known:
		return "the policy does not know this scenario", false
	case j.scenario.Off:
		return "the policy has this scenario off", false
	}
	return "rail scenario: it is on", true
}

// fresh keeps old evidence, as of a journal that is read again, from renewing what has ended since.
func (d *Decider) fresh(j *judgement) (string, bool) {
	if age := j.now.Sub(j.at); age >= max(j.lasts, time.Minute) {
		return fmt.Sprintf("the evidence is %s old: a decision on it would have ended", controlplane.Lasting(age.Round(time.Second))), false
	}
	return "rail freshness: the evidence is new", true
}

func (d *Decider) confidence(j *judgement) (string, bool) {
	if !(j.sure >= j.scenario.Confidence) {
		return fmt.Sprintf("confidence %.2f is under %.2f", j.sure, j.scenario.Confidence), false
	}
	return fmt.Sprintf("rail confidence: %.2f, at least %.2f is asked for", j.sure, j.scenario.Confidence), true
}

// facet keeps an account's owner from being locked out by anybody who tries his name: it is throttled where the login is, at the
// most, and the places from which he was let in of late are counted each by itself.
func (d *Decider) facet(j *judgement) (string, bool) {
	dec := &j.decision
	at := dec.Endpoint != 0
	switch {
	case j.Value.Facet != controlplane.FacetAccount:
	case hard(dec.Action) && at:
		j.act(controlplane.ActionThrottle)
	case hard(dec.Action), dec.Action == controlplane.ActionThrottle && !at:
		j.act(controlplane.ActionObserve)
	}
	line := fmt.Sprintf("rail facet: %s may get %s", j.Value.Facet, dec.Action)
	if j.Value.Facet == controlplane.FacetAccount && dec.Action == controlplane.ActionThrottle {
		dec.Places = d.history.placesOf(j.Value.Hash, dec.Endpoint)
		line += "; " + spared(len(dec.Places))
	}
	return line, true
}

// spared says how many places of an account's owner its throttle counts apart.
func spared(places int) string {
	switch places {
	case 0:
		return "it is not known from where its owner comes"
	case 1:
		return "the place from which its owner was let in of late has the rate for itself"
	}
	return fmt.Sprintf("%d places from which its owner was let in of late have the rate for themselves", places)
}

func (d *Decider) limit(j *judgement) (string, bool) {
	d.mu.Lock()
	n := d.automatic
	d.mu.Unlock()
	if n >= d.o.Limits.Automatic {
		line := fmt.Sprintf("%d automatic decisions are active, which is the limit", n)
		d.incident(j.now, incidentLimit, "", line)
		return line, false
	}
	return fmt.Sprintf("rail limit: %d of %d automatic decisions are active", n, d.o.Limits.Automatic), true
}

// keepPace bounds what a flood of detections costs. Who was held back is detected again, if he goes on.
func (d *Decider) keepPace(j *judgement) (string, bool) {
	if !d.pace.take(j.now) {
		line := fmt.Sprintf("more than %v decisions a second are wanted, which is the limit", d.pace.perSecond)
		d.incident(j.now, incidentPace, "", line)
		return line, false
	}
	return "rail pace: there is room for one more", true
}
