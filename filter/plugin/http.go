package plugin

import (
	"bytes"
	"net/netip"

	sdk "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/proxywasm"
	"picket/filter/report"
	"picket/proto/wire"
)

// RequestHeaders identifies the caller, places the request and enforces the policy.
func (w *worker) RequestHeaders(id uint32, end bool) (action proxywasm.Action) {
	if old := w.streams.get(id); old != nil { // the host reuses no id of a stream in flight; should it, the old one is over
		w.closeStream(old)
	}
	s := w.streams.open(id)
	defer w.recovered(s, &action)
	s.start = proxywasm.Now()
	w.totals().Requests++
	if !w.at.Serving {
		w.at.Serving, w.dirty = true, true
	}
	pairs := identify.Pairs(proxywasm.Pairs(proxywasm.RequestHeaders))
	fault(pairs)
	r := &w.request
	if !r.Scan(pairs, &w.settings.sources) {
		return w.cannotJudge(s)
	}
	if r.Forged {
		removeForged(pairs)
	}
	if w.key == nil {
		w.totals().Unkeyed++
	}
	address, known := w.address()
	if !known {
		return w.cannotJudge(s)
	}
	f := w.identify(s, address)
	if !end {
		w.expectAccount(s)
	}
	if action = w.enforce(s, address); action != proxywasm.Continue {
		return action
	}
	return w.inspect(s, pairs, &f, end)
}

// recovered turns a panic within one request into a request that could not be judged, so that it costs neither the VM
// nor the other requests on this thread.
func (w *worker) recovered(s *httpStream, action *proxywasm.Action) {
	if p := recover(); p != nil {
		w.survived(p)
		*action = w.cannotJudge(s)
	}
}

func (w *worker) survived(p any) {
	w.totals().Recovered++
	text := "a panic"
	if err, ok := p.(error); ok {
		text = err.Error()
	} else if s, ok := p.(string); ok {
		text = s
	}
	sdk.LogError("picket: recovered from " + text)
}

// cannotJudge decides what becomes of a request that the filter cannot judge: it fails open or closed, as the policy
// says, and is counted. Nothing else in the filter decides that.
func (w *worker) cannotJudge(s *httpStream) proxywasm.Action {
	if !w.settings.closed {
		w.totals().FailedOpen++
		return proxywasm.Continue
	}
	w.totals().FailedClosed++
	return w.answer(s, &unavailable, 0, "", report.OutcomeBlocked)
}

// address gives the trusted address of the client: from x-forwarded-for where the configuration says how many proxies
// are trusted, else from Envoy.
func (w *worker) address() (netip.Addr, bool) {
	if w.static.hops >= 0 {
		if a, ok := identify.Forwarded(w.request.ForwardedFor, w.static.hops); ok {
			return a, true
		}
	}
	return identify.Address(proxywasm.Property("source\x00address"))
}

// identify fills the stream's sample: who calls which endpoint for which object.
func (w *worker) identify(s *httpStream, address netip.Addr) (f identify.Facets) {
	r := &w.request
	s.sample.RequestBytes = r.ContentLength
	s.grpc = r.GRPC()
	s.long = r.Upgrade || s.grpc
	if w.key == nil {
		return f
	}
	s.keyed = true
	path, query, _ := bytes.Cut(r.Path, []byte{'?'})
	f = identify.Identify(w.key, &w.settings.sources, r, query, w.certificate(), &w.scratch)
	w.router.Place(&w.place, r.Method, r.Host, path, query)
	p := &w.place
	s.rule = p.Rule
	s.sample.Caller = w.caller(&f, address)
	s.sample.Endpoint = w.reporter.Place(p)
	s.sample.Object, s.sample.Number = p.Object, p.Number
	s.sample.Foreign = len(p.OwnerRaw) > 0 && f.Subject != 0 && w.key.Hash(identify.DomainSubject, p.OwnerRaw) != f.Subject
	return f
}

// caller is who called, as the policy lets it leave.
func (w *worker) caller(f *identify.Facets, a netip.Addr) report.Caller {
	c := report.Caller{
		Key: f.Key, Subject: f.Subject, Session: f.Session, Credential: f.Credential, Source: f.SubjectSource,
	}
	if w.settings.fingerprint != "" {
		if v := proxywasm.Property(w.settings.fingerprint); len(v) > 0 {
			c.Fingerprint = w.key.Hash(identify.DomainFingerprint, v)
		}
	}
	switch w.settings.privacy {
	case wire.IPPrivacyHashed:
		c.IPHash = w.key.Address(a)
		return c
	case wire.IPPrivacyPrefix:
		a = identify.NetworkOf(a).Addr()
	}
	if a.Is4() {
		v4 := a.As4()
		c.IPLen = uint8(copy(c.IP[:], v4[:]))
	} else {
		v6 := a.As16()
		c.IPLen = uint8(copy(c.IP[:], v6[:]))
	}
	return c
}

// certificate gives the client certificate's name: its URI, else its subject; nil where the policy does not ask or the
// client has none.
func (w *worker) certificate() []byte {
	if !w.settings.mtls || w.static.plain {
		return nil
	}
	if v := proxywasm.Property("connection\x00uri_san_peer_certificate"); len(v) > 0 {
		return v
	}
	return proxywasm.Property("connection\x00subject_peer_certificate")
}

// enforce asks the table and does what it says.
func (w *worker) enforce(s *httpStream, address netip.Addr) proxywasm.Action {
	j := &w.judge
	*j = enforce.Judge{Table: w.table, Stance: w.settings.stance, Now: uint32(s.start / 1e9)}
	endpoint := uint64(0)
	if s.keyed {
		endpoint = w.place.Endpoint
	}
	c := &s.sample.Caller
	j.Address(address, endpoint)
	j.Hash(c.IPHash, endpoint)
	j.Hash(c.Key, endpoint)
	j.Hash(c.Subject, endpoint)
	j.Hash(c.Session, endpoint)
	j.Hash(c.Fingerprint, endpoint)
	if o := j.V.Observed; o.ID != 0 && o.Meta.Action() > enforce.ActionObserve {
		w.totals().Observed++
		w.reporter.Strike(o.ID, false, s.start)
	}
	if j.V.Enforced.ID == 0 {
		return proxywasm.Continue
	}
	s.exempt = j.V.Enforced.Meta.Action() == enforce.ActionAllow
	return w.act(s, j.V.Enforced)
}

func (w *worker) act(s *httpStream, r enforce.Record) proxywasm.Action {
	switch r.Meta.Action() {
	case enforce.ActionDeny:
		w.totals().Blocked++
		w.reporter.Strike(r.ID, true, s.start)
		return w.answer(s, &forbidden, r.ID, "", report.OutcomeBlocked)
	case enforce.ActionChallenge:
		w.totals().Blocked++
		w.reporter.Strike(r.ID, true, s.start)
		return w.answer(s, &stepUp, r.ID, "", report.OutcomeBlocked)
	case enforce.ActionThrottle:
		return w.limit(s, r)
	case enforce.ActionTag:
		w.totals().Tagged++
		w.reporter.Strike(r.ID, true, s.start)
		proxywasm.SetHeader(proxywasm.RequestHeaders, "x-picket-decision", decisionID(r.ID))
		proxywasm.SetHeader(proxywasm.RequestHeaders, "x-picket-action", "tag")
	case enforce.ActionObserve:
		w.reporter.Strike(r.ID, false, s.start)
	}
	return proxywasm.Continue
}

func (w *worker) limit(s *httpStream, r enforce.Record) proxywasm.Action {
	class := r.Meta.Throttle()
	if class >= len(w.settings.throttles) { // its settings have not come yet
		return proxywasm.Continue
	}
	t := w.settings.throttles[class]
	wait := w.throttle.Allow(r.Match, s.start, float64(t.PerMinute), float64(t.Burst), w.throttleShare(r.ID))
	if wait == 0 {
		w.reporter.Passed(r.ID)
		return proxywasm.Continue
	}
	w.totals().Throttled++
	w.reporter.Strike(r.ID, true, s.start)
	return w.answer(s, &tooMany, r.ID, decimal(wait), report.OutcomeThrottled)
}

// Log sums the request when it has ended.
func (w *worker) Log(id uint32) {
	s := w.streams.get(id)
	if s == nil {
		return
	}
	defer w.closeStream(s)
	if s.keyed && !s.counted {
		w.count(s)
	}
}

// closeStream forgets a request that has ended, whatever went wrong while it was counted.
func (w *worker) closeStream(s *httpStream) {
	if p := recover(); p != nil {
		w.survived(p)
	}
	w.dropBody(s)
	w.dropResponse(s)
	w.streams.close(s)
}

func (w *worker) count(s *httpStream) {
	s.counted = true
	if s.answered != 0 {
		s.sample.Outcome = s.answered
	} else if !s.responded {
		w.response(s)
	}
	if now := proxywasm.Now(); now > s.start {
		s.sample.Nanos = now - s.start
	}
	w.reporter.Rollups.Add(&s.sample)
}

// response reads what the service answered, once.
func (w *worker) response(s *httpStream) identify.Response {
	r := identify.ScanResponse(proxywasm.Pairs(proxywasm.ResponseHeaders))
	s.responded = true
	s.sample.ResponseBytes, s.sample.Outcome = r.Length, outcome(uint32(r.Status), s.rule)
	return r
}

func outcome(status uint32, rule *identify.Rule) report.Outcome {
	if rule != nil {
		for _, f := range rule.FailureStatuses {
			if f == status {
				return report.OutcomeDenied
			}
		}
	}
	switch {
	case status == 0:
		return report.OutcomeAborted
	case status < 400:
		return report.OutcomeOK
	case status == 401, status == 403:
		return report.OutcomeDenied
	case status == 404, status == 410:
		return report.OutcomeNotFound
	case status < 500:
		return report.OutcomeClientError
	default:
		return report.OutcomeServerError
	}
}

// longLived is how old a stream must be to be counted while it lives, in nanoseconds.
const longLived = 2e9

// countLongLived counts upgraded and gRPC streams that live on, so that nobody is unseen for staying.
func (w *worker) countLongLived(now uint64) {
	for _, s := range w.streams.live {
		if s.long && s.keyed && !s.counted && now > s.start+longLived {
			s.counted = true
			s.sample.Outcome, s.sample.Nanos = report.OutcomeOK, now-s.start
			w.reporter.Rollups.Add(&s.sample)
		}
	}
}
