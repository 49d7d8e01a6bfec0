package detect

import (
	"picket/controlplane"
	"picket/controlplane/aggregate"
)

// enumeration is one consumer that goes through the records of one endpoint (OWASP API1:2023). Only requests that the
// service answered count: what Picket stopped, or the service refused, gave nothing away.
func enumeration() rule {
	return rule{counts: countsObjects, measure: distinctObjects, judge: judgeEnumeration}
}

func countsObjects(e *Engine, s *Settings, r *controlplane.Rollup) (controlplane.Value, bool) {
	served := r.Outcome == controlplane.OutcomeOK || r.Outcome == controlplane.OutcomeNotFound
	if !served || len(r.Objects.Values) == 0 {
		return controlplane.Value{}, false
	}
	return e.consumer(s, r.Caller)
}

func distinctObjects(c aggregate.Counts) float64 { return c.Objects.Distinct() }

// An address may stand for an office. Without a second sign that one program goes through records, it takes more of
// them: crowd times the threshold.
const (
	crowd       = 4
	leastSecond = 0.3 // the share of requests that makes a second sign
)

// pattern says whether a window has a second sign: neighbouring ids, ids that do not exist, or another's records.
func pattern(c aggregate.Counts) bool {
	n := float64(max(c.Requests, 1))
	return float64(c.Neighbours)/n >= leastSecond || float64(c.NotFound)/n >= leastSecond || c.Foreign > 0
}

func judgeEnumeration(e *Engine, f *finding) bool {
	c := f.sum
	share := float64(c.Neighbours) / float64(max(c.Requests, 1))
	if f.where.value.Facet == controlplane.FacetIP && !pattern(c) && f.measured <= crowd*float64(f.set.Over) {
		return false
	}
	f.confidence = sure(share)
	f.say("%s distinct records of %s asked for within %s; more than %d is counted as going through them.",
		approximately(c.Objects), e.name(f.where.endpoint), f.set.Within, f.set.Over)
	f.say("The service answered %d requests, %d of them with a record and %d with not found.", c.Requests, c.OK, c.NotFound)
	if c.Neighbours > 0 {
		f.say("%s of the requests asked for a number next to the one before.", percent(min(share, 1)))
	}
	if c.Foreign > 0 {
		f.say("%d requests asked for a record of another owner than the token's.", c.Foreign)
	}
	if f.where.value.Facet != controlplane.FacetIP {
		f.say("The %s is proven: the service accepted its credential where it refuses callers without.", f.where.value.Facet)
	}
	return true
}
