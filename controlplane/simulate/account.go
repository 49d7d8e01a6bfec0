package simulate

import (
	"picket/filter/enforce"
	"picket/filter/report"
)

// limitAccount asks the table about the account that a request names, as the filter does.
func (w *worker) limitAccount(s *report.Sample, now uint64) effect {
	c := &s.Caller
	if c.Account == 0 || w.exempt {
		return passed
	}
	j := enforce.Judge{Table: w.table, Stance: w.settings.stance, Now: uint32(now / 1e9)}
	j.Hash(c.Account, w.place.Endpoint)
	e := passed
	if o := j.V.Observed; o.ID != 0 && o.Meta.Action() == enforce.ActionThrottle {
		w.reporter.Totals.Observed++
		w.reporter.Strike(o.ID, false, now)
		e = observed
	}
	r := j.V.Enforced
	if r.ID == 0 || r.Meta.Action() != enforce.ActionThrottle || r.Meta.Throttle() >= len(w.settings.throttles) {
		return e
	}
	t := w.settings.throttles[r.Meta.Throttle()]
	y := enforce.Try{
		Record: r, Account: c.Account, Endpoint: w.place.Endpoint,
		Rate: enforce.Rate{PerMinute: float64(t.GetPerMinute()), Burst: float64(t.GetBurst()), Share: w.share(r.ID)},
	}
	y.From(c.IP[:c.IPLen], c.IPHash)
	wait, common := w.accounts.Allow(w.table, w.throttle, &y, now)
	if wait > 0 {
		w.reporter.Totals.Throttled++
		w.reporter.Strike(r.ID, true, now)
		return throttled
	}
	if common {
		w.reporter.Passed(r.ID)
	}
	return e
}
