package decide

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"picket/controlplane"
	"picket/controlplane/policy"
	"picket/filter/identify"
)

// maxAutomatic bounds how long an automatic decision holds.
const maxAutomatic = 24 * time.Hour

// automatic is who takes decisions that no person takes.
const automatic = "picket"

// judgement is a detection on its way through the rails.
type judgement struct {
	controlplane.Detection
	file     *policy.File
	scenario policy.Scenario
	now      time.Time
	decision controlplane.Decision
}

// rail looks at a detection, and may change the decision. line says in plain words what it saw; when it is not ok, no
// decision is made.
type rail struct {
	name string
	look func(*Decider, *judgement) (line string, ok bool)
}

// rails are in the order in which they are asked.
func rails() []rail {
	return []rail{
		{"kill_switch", (*Decider).killSwitch},
		{"allowlist", (*Decider).allowlist},
		{"scenario", (*Decider).scenarioOn},
		{"confidence", (*Decider).confidence},
		{"expiry", (*Decider).expiry},
		{"facet", (*Decider).facet},
		{"repeated", (*Decider).repeated},
		{"limit", (*Decider).limit},
	}
}

// Detect takes a decision on a detection, unless a rail holds it back, or an active decision of the same scenario about
// the same value and endpoint exists, or another replica decided it; then it reports false and no error. Each rail
// leaves a line in the decision's evidence.
func (d *Decider) Detect(ctx context.Context, det controlplane.Detection) (controlplane.Decision, bool, error) {
	if err := d.await(ctx); err != nil {
		return controlplane.Decision{}, false, err
	}
	j := d.newJudgement(det)
	for _, r := range rails() {
		line, ok := r.look(d, j)
		if !ok {
			d.metrics.refused.WithLabelValues(r.name).Inc()
			d.o.Log.Debug("detection makes no decision", "scenario", det.Scenario, "rail", r.name, "reason", line)
			return controlplane.Decision{}, false, nil
		}
		j.decision.Evidence = append(j.decision.Evidence, line)
	}
	dec, err := d.put(ctx, j.decision)
	switch {
	case errors.Is(err, controlplane.ErrConflict):
		d.metrics.refused.WithLabelValues("decided").Inc()
		return controlplane.Decision{}, false, nil
	case err != nil:
		return controlplane.Decision{}, false, err
	}
	d.taken(dec)
	d.record(ctx, automatic, "decide "+dec.ID.String(), "", describe(dec), dec.Reason)
	return dec, true, nil
}

func (d *Decider) newJudgement(det controlplane.Detection) *judgement {
	f := d.o.Policy.File()
	j := &judgement{Detection: det, file: f, scenario: f.Scenarios[det.Scenario], now: d.o.Clock()}
	j.decision = controlplane.Decision{
		ID: detectionID(det), Value: det.Value, Endpoint: det.Endpoint, EndpointName: d.endpointName(det.Endpoint, f), Group: det.Group,
		Action: det.Action, Mode: controlplane.ModeEnforce, Scenario: det.Scenario, Who: automatic,
		Reason: reasonOf(det), Evidence: append([]string(nil), det.Evidence...), Decided: j.now,
	}
	if j.scenario.Mode == controlplane.ModeObserve {
		j.decision.Mode = controlplane.ModeObserve
	}
	return j
}

func reasonOf(det controlplane.Detection) string {
	if len(det.Evidence) > 0 {
		return det.Scenario + ": " + det.Evidence[0]
	}
	return det.Scenario
}

func (d *Decider) killSwitch(j *judgement) (string, bool) {
	if j.file.KillSwitch {
		return "the kill switch is on", false
	}
	return "rail kill switch: it is off", true
}

func (d *Decider) allowlist(j *judgement) (string, bool) {
	for _, a := range j.file.Allow {
		if d.allows(a, j.Value) {
			return "the allowlist has it: " + a.Reason, false
		}
	}
	return fmt.Sprintf("rail allowlist: not among its %d entries", len(j.file.Allow)), true
}

// allows says whether an entry of the allowlist holds the whole of v. Of a hashed address only an entry with that one
// address can tell; the filter, which sees it in clear, exempts the rest.
func (d *Decider) allows(a policy.Allow, v controlplane.Value) bool {
	switch {
	case v.Facet == controlplane.FacetSubject:
		return a.Subject != "" && v.Hash == d.o.Key.Hash(identify.DomainSubject, []byte(a.Subject))
	case v.Facet != controlplane.FacetIP || !a.IP.IsValid():
		return false
	case v.Network.IsValid():
		return a.IP.Bits() <= v.Network.Bits() && a.IP.Contains(v.Network.Addr())
	default:
		return a.IP.IsSingleIP() && v.Hash == d.o.Key.Address(a.IP.Addr())
	}
}

func (d *Decider) scenarioOn(j *judgement) (string, bool) {
	switch _, known := j.file.Scenarios[j.Scenario]; {
	case !known:
		return "the policy does not know this scenario", false
	case j.scenario.Off:
		return "the policy has this scenario off", false
	}
	return fmt.Sprintf("rail scenario: it is on, in mode %s", j.decision.Mode), true
}

func (d *Decider) confidence(j *judgement) (string, bool) {
	if !(j.Confidence >= j.scenario.Confidence) {
		return fmt.Sprintf("confidence %.2f is under %.2f", j.Confidence, j.scenario.Confidence), false
	}
	return fmt.Sprintf("rail confidence: %.2f, at least %.2f is asked for", j.Confidence, j.scenario.Confidence), true
}

// expiry gives every decision an end.
func (d *Decider) expiry(j *judgement) (string, bool) {
	lasts := j.For
	if lasts <= 0 {
		lasts = j.scenario.For
	}
	if lasts <= 0 || lasts > maxAutomatic {
		lasts = maxAutomatic
	}
	j.decision.Expires = j.now.Add(lasts)
	return fmt.Sprintf("rail expiry: it ends after %v", lasts), true
}

// facet keeps decisions off what others can use too: an account's name is never denied, for anybody can try it, and a
// fingerprint is a client program's rather than a caller's.
func (d *Decider) facet(j *judgement) (string, bool) {
	v, dec := j.Value, &j.decision
	switch {
	case !v.Network.IsValid() && v.Hash == 0:
		return "it is about nobody", false
	case v.Facet == controlplane.FacetFingerprint:
		return "a fingerprint is shared by all who use the same program", false
	case v.Facet == controlplane.FacetAccount && dec.Action == controlplane.ActionDeny && dec.Endpoint == 0:
		dec.Action = controlplane.ActionObserve
	case v.Facet == controlplane.FacetAccount && dec.Action == controlplane.ActionDeny:
		dec.Action = controlplane.ActionThrottle
	}
	if dec.Action == controlplane.ActionThrottle {
		dec.PerMinute = max(j.scenario.PerMinute, 1)
	}
	return fmt.Sprintf("rail facet: %s may get %s", v.Facet, dec.Action), true
}

func (d *Decider) repeated(j *judgement) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := subjectOf(j.decision)
	for _, s.group = range []string{j.Group, ""} {
		if id, ok := d.active[s]; ok && d.decisions[id].State(j.now) == "active" {
			return fmt.Sprintf("decision %s holds already", id), false
		}
	}
	return "rail repetition: no decision of this scenario holds yet", true
}

func (d *Decider) limit(j *judgement) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.automatic >= d.o.Limits.Automatic {
		return fmt.Sprintf("%d automatic decisions are active, which is the limit", d.automatic), false
	}
	return fmt.Sprintf("rail limit: %d of %d automatic decisions are active", d.automatic, d.o.Limits.Automatic), true
}

// detectionID names what is decided, so that two replicas that decide the same make one decision.
func detectionID(det controlplane.Detection) controlplane.DecisionID {
	window := max(det.Window, time.Second)
	return hashID(det.Scenario, det.Value, det.Endpoint, det.Group, det.At.UnixNano()/int64(window))
}

// hashID is the first 8 bytes of a SHA-256 over its arguments, and never 0.
func hashID(what string, v controlplane.Value, at controlplane.EndpointID, group string, number int64) controlplane.DecisionID {
	network := ""
	if v.Network.IsValid() {
		network = v.Network.String()
	}
	text := fmt.Sprintf("%q %q %q %d %d %q %d", what, v.Facet, network, v.Hash, at, group, number)
	sum := sha256.Sum256([]byte(text))
	return controlplane.DecisionID(max(binary.BigEndian.Uint64(sum[:]), 1))
}
