package decide

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// shadow is a decision of the shadow arm that has not been settled.
type shadow struct {
	confirmed bool // its caller was detected again
}

// shadowArm lets a small share of decisions only count. What their callers do next tells how often a scenario is right.
func (d *Decider) shadowArm(j *judgement) (string, bool) {
	dec, rail := &j.decision, j.file.Rails.Shadow
	switch {
	case rail.Percent == 0:
		return "rail shadow arm: it is off", true
	case dec.Mode != controlplane.ModeEnforce || !policy.Blocks(dec.Action):
		return "rail shadow arm: not asked, for it blocks nobody", true
	case j.Severity == controlplane.SeverityCritical:
		return "rail shadow arm: never for what is critical", true
	case injection(j.Detection):
		return "rail shadow arm: never for injection", true
	case policy.Fraction(uint64(dec.ID)) >= rail.Percent/100:
		return fmt.Sprintf("rail shadow arm: not among the %v %%", rail.Percent), true
	}
	if n := d.inShadow(j.now); n >= rail.AtOnce {
		return fmt.Sprintf("rail shadow arm: %d decisions are in it, which is the limit", n), true
	}
	dec.Shadow, dec.Mode = true, controlplane.ModeObserve
	return fmt.Sprintf("rail shadow arm: among the %v %% that only count, to tell how often the scenario is right", rail.Percent), true
}

// injection says whether a detection is about attacks inside requests.
func injection(det controlplane.Detection) bool {
	if strings.Contains(det.Scenario, "injection") {
		return true
	}
	for _, l := range det.Labels {
		for _, c := range controlplane.Classes() {
			if c.CWE != 0 && l == "CWE-"+strconv.Itoa(c.CWE) {
				return true
			}
		}
	}
	return false
}

// inShadow counts the active decisions of the shadow arm.
func (d *Decider) inShadow(now time.Time) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id := range d.shadows {
		if dec, ok := d.decisions[id]; ok && dec.State(now) == "active" {
			n++
		}
	}
	return n
}

// confirm notes that a caller was detected again: the active decisions of the shadow arm about it were right.
func (d *Decider) confirm(j *judgement) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, s := range d.shadows {
		dec := d.decisions[id]
		if dec.Value == j.Value && dec.State(j.now) == "active" && j.At.Sub(dec.Decided) >= apart {
			s.confirmed = true
		}
	}
}

// settle counts what came of a decision of the shadow arm that has ended: it was right where its caller was detected
// again, and wrong where the caller went on without. Where it made no further request, or a person undid the decision
// before, nothing is known. d.mu is held.
func (d *Decider) settle(dec *stored) {
	s := d.shadows[dec.ID]
	if s == nil {
		return
	}
	delete(d.shadows, dec.ID)
	switch {
	case d.o.Strikes == nil:
	case s.confirmed:
		d.ledger.settled(dec.Scenario, true)
	case dec.Undone.IsZero() && d.o.Strikes(dec.ID) > 0:
		d.ledger.settled(dec.Scenario, false)
	}
}

// settleEnded settles all that have ended.
func (d *Decider) settleEnded(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id := range d.shadows {
		if dec, ok := d.decisions[id]; ok && dec.State(now) != "active" {
			d.settle(&dec)
		}
	}
}

// Estimate is a share with its 95 % interval (Wilson, "Probable inference, the law of succession, and statistical
// inference", 1927). With Of 0 nothing is known: the interval is 0 to 1.
type Estimate struct {
	Share, Low, High float64
	Of               uint64
}

// estimate is of so many successes out of n.
func estimate(successes, n uint64) Estimate {
	if n == 0 {
		return Estimate{High: 1}
	}
	const z = 1.959964 // of 95 %
	count, p := float64(n), float64(successes)/float64(n)
	middle := (p + z*z/(2*count)) / (1 + z*z/count)
	half := z / (1 + z*z/count) * math.Sqrt(p*(1-p)/count+z*z/(4*count*count))
	return Estimate{Share: p, Low: max(0, middle-half), High: min(1, middle+half), Of: n}
}
