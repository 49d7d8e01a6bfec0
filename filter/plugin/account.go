package plugin

import (
	"picket/filter/enforce"
	"picket/filter/proxywasm"
	"picket/filter/report"
)

// throttleAccount asks about the account that a body names as soon as it is known for sure, or the body is about to be let go.
// The piece that was just looked at has not gone on, so that the service has not seen the whole of it.
func (w *worker) throttleAccount(s *httpStream, size int, end bool) proxywasm.Action {
	if s.fields == nil || !s.keyed {
		return proxywasm.Continue
	}
	released := s.body.holding && s.body.held+size >= s.body.limit
	if !end && !released && !s.fields.Done() {
		return proxywasm.Continue
	}
	if a := s.fields.Account(); a != 0 {
		s.sample.Caller.Account = a
	}
	action := w.limitAccount(s)
	if action != proxywasm.Continue {
		w.dropBody(s)
	}
	return action
}

// limitAccount asks the table about the account that a request names, once. Nothing but a throttle is ever enforced about an
// account, for its name is anybody's to write.
func (w *worker) limitAccount(s *httpStream) proxywasm.Action {
	account := s.sample.Caller.Account
	if account == 0 || account == s.asked || s.exempt || s.answered != 0 {
		return proxywasm.Continue
	}
	s.asked = account
	j := &w.judge
	*j = enforce.Judge{Table: w.table, Stance: w.settings.stance, Now: uint32(s.start / 1e9)}
	j.Hash(account, s.endpoint)
	if o := j.V.Observed; o.ID != 0 && o.Meta.Action() == enforce.ActionThrottle {
		w.totals().Observed++
		w.reporter.Strike(o.ID, false, s.start)
	}
	r := j.V.Enforced
	if r.ID == 0 || r.Meta.Action() != enforce.ActionThrottle || r.Meta.Throttle() >= len(w.settings.throttles) {
		return proxywasm.Continue
	}
	t := w.settings.throttles[r.Meta.Throttle()]
	y := enforce.Try{
		Record: r, Account: account, Endpoint: s.endpoint,
		Rate: enforce.Rate{PerMinute: float64(t.PerMinute), Burst: float64(t.Burst), Share: w.throttleShare(r.ID)},
	}
	y.From(s.sample.Caller.IP[:s.sample.Caller.IPLen], s.sample.Caller.IPHash)
	wait, common := w.accounts.Allow(w.table, w.throttle, &y, proxywasm.Now())
	if wait > 0 {
		w.totals().Throttled++
		w.reporter.Strike(r.ID, true, s.start)
		return w.answer(s, &tooMany, r.ID, decimal(wait), report.OutcomeThrottled)
	}
	if common {
		w.reporter.Passed(r.ID)
	}
	return proxywasm.Continue
}
