package detect

import (
	"picket/controlplane"
	"picket/controlplane/aggregate"
)

// leastFailures is the share of attempts that must fail: an office behind one address mostly gets its passwords right.
const leastFailures = 0.8

// logins is one address that tries passwords (OWASP API2:2023).
func logins() rule {
	return rule{counts: countsLogins, measure: denied, judge: judgeLogins}
}

func countsLogins(_ *Engine, s *Settings, r *controlplane.Rollup) (controlplane.Value, bool) {
	attempt := r.Outcome == controlplane.OutcomeOK || r.Outcome == controlplane.OutcomeDenied
	if !attempt || s.Purposes[r.Endpoint] != controlplane.PurposeLogin {
		return controlplane.Value{}, false
	}
	return r.Caller.Facet(controlplane.FacetIP)
}

func denied(c aggregate.Counts) float64 { return float64(c.Denied) }

func judgeLogins(e *Engine, f *finding) bool {
	c := f.sum
	share := float64(c.Denied) / float64(max(c.OK+c.Denied, 1))
	if share < leastFailures {
		return false
	}
	accounts := c.Accounts.Distinct()
	f.confidence = sure(accounts / float64(max(f.set.Over, 1)))
	f.say("%d failed logins at %s within %s; more than %d is counted as guessing.", c.Denied, e.name(f.where.endpoint), f.set.Within, f.set.Over)
	f.say("%s of %d attempts failed.", percent(share), c.OK+c.Denied)
	if accounts > 0 {
		f.say("%s distinct accounts were tried.", approximately(c.Accounts))
	}
	return true
}
