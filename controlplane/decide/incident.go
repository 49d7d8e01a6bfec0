package decide

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
)

// incidentKind names what an operator must look at. It is a metric's label.
type incidentKind string

const (
	incidentRadius incidentKind = "blast_radius"
	incidentPace   incidentKind = "pace"
	incidentLimit  incidentKind = "limit"
	// incidentExposure is what a service does rather than a caller: nobody can be decided about.
	incidentExposure incidentKind = "exposure"
	// incidentTrial is a change of the policy that is only proposed. Whoever holds it back warns of it for as long.
	incidentTrial incidentKind = "trial"
)

// open is for how long an incident is shown after it was last met.
const open = time.Hour

// maxIncidents bounds those that are open at one time.
const maxIncidents = 256

type incidentKey struct {
	kind  incidentKind
	group string
	// Of an exposure.
	scenario string
	endpoint controlplane.EndpointID
}

// incident is something that a rail had to do that an operator would want to know.
type incident struct {
	since, last time.Time
	count       uint64
	text        string // the last
}

// incident notes one. The first of each kind and group goes into the audit, where Run writes it.
func (d *Decider) incident(now time.Time, kind incidentKind, group, text string) {
	d.note(now, incidentKey{kind: kind, group: group}, text)
}

// exposure notes a detection about an endpoint and no caller.
func (d *Decider) exposure(j *judgement) {
	text := j.Scenario + " at " + cmp.Or(j.decision.EndpointName, "an endpoint")
	if len(j.Evidence) > 0 {
		text = j.Scenario + ": " + strings.TrimSuffix(j.Evidence[0], ".")
	}
	d.note(j.now, incidentKey{incidentExposure, j.Group, j.Scenario, j.Endpoint}, text)
}

func (d *Decider) note(now time.Time, k incidentKey, text string) {
	d.metrics.incidents.WithLabelValues(string(k.kind)).Inc()
	d.mu.Lock()
	defer d.mu.Unlock()
	i, known := d.incidents[k]
	if !known || now.Sub(i.last) >= open {
		if !known && len(d.incidents) >= maxIncidents && !d.forgetIncident(now) {
			return
		}
		i = &incident{since: now}
		d.incidents[k] = i
		d.o.Log.Error("incident", "kind", string(k.kind), "group", k.group, "reason", text)
		select {
		case d.raised <- raised{k, text}:
		default: // the audit is behind; metric, log and status have it
			d.metrics.unaudited.Inc()
		}
	}
	i.last, i.text = now, text
	i.count++
}

// Tried notes in the audit what became of a trial, by whom (empty: by itself); held says that it holds something back, which is
// an incident.
func (d *Decider) Tried(ctx context.Context, who, what, text string, held bool) {
	if held {
		d.metrics.incidents.WithLabelValues(string(incidentTrial)).Inc()
		d.o.Log.Error("incident", "kind", string(incidentTrial), "reason", text)
	} else {
		d.o.Log.Info("changed scenarios act", "reason", text)
	}
	d.record(ctx, cmp.Or(who, automatic), what, "", text, "a changed policy is tried on the journal before it acts")
}

// Learned notes in the audit that paths are read in another way, for it was learned how.
func (d *Decider) Learned(what, text, why string) { d.recordLater(automatic, what, "", text, why) }

// forgetIncident makes room by forgetting one that is over. d.mu is held.
func (d *Decider) forgetIncident(now time.Time) bool {
	for k, i := range d.incidents {
		if now.Sub(i.last) >= open {
			delete(d.incidents, k)
			return true
		}
	}
	return false
}

// raised is an incident on its way into the audit.
type raised struct {
	incidentKey
	text string
}

// auditIncidents writes incidents into the audit until ctx ends.
func (d *Decider) auditIncidents(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-d.raised:
			d.record(ctx, automatic, "incident "+string(r.kind), "", r.text, r.kind.why())
		}
	}
}

// why says what kind of thing happened, for the audit.
func (k incidentKind) why() string {
	if k == incidentExposure {
		return "a service answers as it should not"
	}
	return "a rail reached its limit"
}

// Warnings are what an operator should look at now, one sentence each.
func (d *Decider) Warnings() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.o.Clock()
	var out []string
	if k := d.kill; k.On {
		out = append(out, fmt.Sprintf("The kill switch is on since %s, by %s: %s. Nothing is enforced. Back: picket kill --off", k.At.UTC().Format(time.DateTime), k.Who, k.Why))
	}
	var incidents []string
	for k, i := range d.incidents {
		if !i.over(now) {
			incidents = append(incidents, fmt.Sprintf("Since %s, %d times%s: %s.", i.since.UTC().Format(time.DateTime), i.count, inGroup(k.group), i.text))
		}
	}
	slices.SortFunc(incidents, cmp.Compare)
	return append(out, incidents...)
}

// Exposure is what a scenario tells of an endpoint rather than of a caller: the service answers as it should not.
type Exposure struct {
	Scenario    string
	Endpoint    controlplane.EndpointID
	Group       string
	Since, Last time.Time
	Count       uint64
	Text        string // of the last detection
}

// Exposures gives those that are remembered, the first of them first.
func (d *Decider) Exposures() (all []Exposure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for k, i := range d.incidents {
		if k.kind == incidentExposure {
			all = append(all, Exposure{k.scenario, k.endpoint, k.group, i.since, i.last, i.count, i.text})
		}
	}
	slices.SortFunc(all, func(a, b Exposure) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Scenario, b.Scenario), cmp.Compare(a.Endpoint, b.Endpoint), cmp.Compare(a.Group, b.Group))
	})
	return all
}

func (i *incident) over(now time.Time) bool { return now.Sub(i.last) >= open }

func inGroup(group string) string {
	if group == "" {
		return ""
	}
	return " in group " + group
}
