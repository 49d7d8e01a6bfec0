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
)

// maxAutomatic bounds how long an automatic decision holds.
const maxAutomatic = 24 * time.Hour

// automatic is who takes decisions that no person takes.
const automatic = "picket"

// judgement is a detection on its way through the rails.
type judgement struct {
	controlplane.Detection
	file     *policy.File
	compiled *compiled
	scenario policy.Scenario
	now      time.Time
	at       time.Time     // when the evidence is from
	lasts    time.Duration // a decision of the first time
	sure     float64       // the confidence, with what other scenarios add
	times    int           // how often this caller was detected, this time included
	history  History
	decision stored
	reserved bool // the decision counts for the blast radius, though it is not made yet
}

// act sets what the decision does.
func (j *judgement) act(a controlplane.Action) {
	j.decision.Action, j.decision.PerMinute = a, 0
	if a == controlplane.ActionThrottle {
		j.decision.PerMinute = max(j.scenario.PerMinute, 1)
	}
}

// rail looks at a detection, and may change the decision. line says in plain words what it saw; when it is not ok, no
// decision is made.
type rail struct {
	name string
	look func(*Decider, *judgement) (line string, ok bool)
}

// decidedRail is the name under which a decision counts as refused that another replica took.
const decidedRail = "decided"

// rails are in the order in which they are asked.
func rails() []rail {
	return []rail{
		{"kill_switch", (*Decider).killSwitch},
		{"value", (*Decider).somebody},
		{"allowlist", (*Decider).allowlist},
		{"scenario", (*Decider).scenarioOn},
		{"fresh", (*Decider).fresh},
		{"evidence", (*Decider).evidence},
		{"confidence", (*Decider).confidence},
		{"history", (*Decider).cleanHistory},
		{"profile", (*Decider).profile},
		{"facet", (*Decider).facet},
		{"expiry", (*Decider).expiry},
		{"mode", (*Decider).mode},
		{"shadow_arm", (*Decider).shadowArm},
		{"blast_radius", (*Decider).withinRadius},
		{"repetition", (*Decider).repeated},
		{"limit", (*Decider).limit},
		{"pace", (*Decider).keepPace},
	}
}

// Detect takes a decision on a detection, unless a rail holds it back, or an active decision of the same scenario holds
// that does as much about the same value and endpoint, or another replica decided it; then it reports false and no error.
// Each rail leaves a line in the decision's evidence.
func (d *Decider) Detect(ctx context.Context, det controlplane.Detection) (controlplane.Decision, bool, error) {
	if err := d.await(ctx); err != nil {
		return controlplane.Decision{}, false, err
	}
	j := d.newJudgement(det)
	d.ledger.detected(det.Scenario)
	if !d.ask(j) {
		d.release(j)
		return controlplane.Decision{}, false, nil
	}
	dec, err := d.put(ctx, j.decision)
	switch {
	case errors.Is(err, controlplane.ErrConflict):
		d.release(j)
		d.refuse(j, decidedRail, "this was decided already: each decision takes evidence of its own")
		return controlplane.Decision{}, false, nil
	case err != nil:
		d.release(j)
		return controlplane.Decision{}, false, err
	}
	d.ledger.decided(det.Scenario)
	d.taken(dec.Decision)
	d.recordLater(automatic, "decide "+dec.ID.String(), "", describe(dec.Decision), dec.Reason)
	return dec.Decision, true, nil
}

// ask goes through the rails until one holds the detection back.
func (d *Decider) ask(j *judgement) bool {
	for _, r := range d.rails {
		line, ok := r.look(d, j)
		if !ok {
			d.refuse(j, r.name, line)
			return false
		}
		j.decision.Evidence = append(j.decision.Evidence, line)
	}
	return true
}

func (d *Decider) refuse(j *judgement, rail, line string) {
	d.metrics.refused.WithLabelValues(rail).Inc()
	d.ledger.refused(j, rail, line)
	d.o.Log.Debug("detection makes no decision", "scenario", j.Scenario, "rail", rail, "reason", line)
}

func (d *Decider) newJudgement(det controlplane.Detection) *judgement {
	f := d.o.Policy.File()
	j := &judgement{
		Detection: det, file: f, compiled: d.compiledOf(f), scenario: f.Scenarios[det.Scenario], now: d.o.Clock(),
		at: det.At, sure: det.Confidence, times: 1,
	}
	if j.at.IsZero() {
		j.at = j.now
	}
	j.lasts = lasts(j)
	j.decision.Decision = controlplane.Decision{
		ID: detectionID(det), Value: det.Value, Endpoint: det.Endpoint, EndpointName: j.compiled.name(det.Endpoint), Group: det.Group,
		Mode: controlplane.ModeEnforce, Scenario: det.Scenario, Who: automatic, Reason: reasonOf(det), Decided: j.now,
		Evidence: append(make([]string, 0, len(det.Evidence)+len(d.rails)), det.Evidence...),
	}
	return j
}

// lasts is how long a decision of the first time holds.
func lasts(j *judgement) time.Duration {
	n := j.For
	if n <= 0 {
		n = j.scenario.For
	}
	if n <= 0 || n > maxAutomatic {
		n = maxAutomatic
	}
	return n
}

func reasonOf(det controlplane.Detection) string {
	if len(det.Evidence) > 0 {
		return det.Scenario + ": " + det.Evidence[0]
	}
	return det.Scenario
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
