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
	h := w.recall(pairs)
	if h == nil && !w.read(pairs) {
		return w.cannotJudge(s)
	}
	w.identify(s, h)
	if action = w.enforce(s); action != proxywasm.Continue {
		return action
	}
	if action = w.limitAccount(s); action != proxywasm.Continue { // that the query names
		return action
	}
	action = w.inspect(s, pairs, h, end)
	if !end && s.answered == 0 {
		w.expectFields(s)
	}
	return action
}

// recall gives what was made of a request's headers when they came before, or nil.
func (w *worker) recall(pairs identify.Pairs) *headers {
	h := w.familiar.find(pairs)
	if h == nil {
		return nil
	}
	h.recall(&w.request, pairs, &w.familiar.now)
	if h.request.Key == nil && identify.KeyInQuery(&w.settings.sources, w.request.Path) {
		return nil
	}
	w.facets, w.caller, w.client = h.facets, h.caller, h.client
	if !h.forwarded && !w.reached() {
		return nil
	}
	return h
}

// reached asks anew for the address of a client whose headers do not tell it. It reports whether there is one.
func (w *worker) reached() bool {
	client, ok := w.address()
	if ok && client != w.client && w.key != nil {
		w.client = client
		w.name(&w.facets)
	}
	return ok
}

// read takes from a request's headers what identifies its caller. It reports whether the request can be judged.
func (w *worker) read(pairs identify.Pairs) (ok bool) {
	r := &w.request
	if !r.Scan(pairs, &w.settings.sources) {
		return false
	}
	if r.Forged {
		removeForged(pairs)
	}
	if w.key == nil {
		w.totals().Unkeyed++
	}
	w.client, ok = w.address()
	return ok
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
	w.forwarded = false
	if w.static.hops >= 0 {
		if a, ok := identify.Forwarded(w.request.ForwardedFor, w.static.hops); ok {
			w.forwarded = true
			return a, true
		}
	}
	return identify.Address(proxywasm.Property("source\x00address"))
}

// identify fills the stream's sample: who calls which endpoint for which object. h is what is known of its headers.
func (w *worker) identify(s *httpStream, h *headers) {
	r := &w.request
	s.sample.RequestBytes = r.ContentLength
	s.grpc = r.GRPC()
	s.long = r.Upgrade || s.grpc
	if w.key == nil {
		return
	}
	s.keyed = true
	if h == nil {
		_, query, _ := bytes.Cut(r.Path, []byte{'?'})
		w.facets = identify.Identify(w.key, &w.settings.sources, r, query, w.certificate(), &w.scratch)
		w.name(&w.facets)
	}
	s.sample.Caller = w.caller
	s.sample.Caller.Fingerprint = w.fingerprint()
	p := w.router.Place(r.Method, r.Host, r.Path)
	w.place = p
	s.rule, s.endpoint = p.Rule, p.Endpoint
	s.sample.Endpoint = w.reporter.Place(p)
	s.sample.Object, s.sample.Query, s.sample.Number = p.Object, p.Query, p.Number
	subject := w.caller.Subject
	if p.Wanted != nil {
		w.queryAccount(s, p)
	}
	s.sample.Foreign = len(p.OwnerRaw) > 0 && subject != 0 && w.key.Hash(identify.DomainSubject, p.OwnerRaw) != subject
}

// fingerprint is 0 where the policy reads none, or the caller has none.
func (w *worker) fingerprint() uint64 {
	if w.settings.fingerprint == "" {
		return 0
	}
	v := proxywasm.Property(w.settings.fingerprint)
	if len(v) == 0 {
		return 0
	}
	return w.key.Hash(identify.DomainFingerprint, v)
}

// name says who called, as the policy lets it leave, but for the fingerprint.
func (w *worker) name(f *identify.Facets) {
	w.caller = report.Caller{
		Key: f.Key, Subject: f.Subject, Session: f.Session, Credential: f.Credential, Source: f.SubjectSource,
	}
	c, a := &w.caller, w.client
	switch w.settings.privacy {
	case wire.IPPrivacyHashed:
		c.IPHash = w.key.Address(a)
		return
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
func (w *worker) enforce(s *httpStream) proxywasm.Action {
	j := &w.judge
	*j = enforce.Judge{Table: w.table, Stance: w.settings.stance, Now: uint32(s.start / 1e9)}
	endpoint := uint64(0)
	if s.keyed {
		endpoint = w.place.Endpoint
		if l := w.place.Literal; l != 0 { // a decision may name the value, or be older than what was learned
			w.ask(&s.sample.Caller, l)
		}
	}
	w.ask(&s.sample.Caller, endpoint)
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

// ask asks the table about whom it may name, anywhere and at an endpoint (0: none).
func (w *worker) ask(c *report.Caller, endpoint uint64) {
	j := &w.judge
	j.Address(w.client, endpoint)
	j.Hash(c.IPHash, endpoint)
	j.Hash(c.Key, endpoint)
	j.Hash(c.Subject, endpoint)
	j.Hash(c.Session, endpoint)
	j.Hash(c.Fingerprint, endpoint)
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

// Done sums the request when it has ended.
func (w *worker) Done(id uint32) {
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
	w.fields.give(s.fields)
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
	w.endFields(s) // also of a body that did not come to its end
	if s.fields != nil {
		s.sample.NewFields = w.reporter.NewFields(s.sample.Endpoint, s.fields.Names(), s.sample.Outcome == report.OutcomeOK)
	}
	w.reporter.Rollups.Add(&s.sample)
}

// response reads what the service answered, once.
func (w *worker) response(s *httpStream) identify.Response {
	pairs := identify.Pairs(proxywasm.Pairs(proxywasm.ResponseHeaders))
	r := identify.ScanResponse(pairs)
	s.responded = true
	s.sample.ResponseBytes, s.sample.Outcome = r.Length, outcome(uint32(r.Status), s.rule)
	if s.sample.Outcome == report.OutcomeOK && s.rule.FailedBy(pairs) {
		s.sample.Outcome = report.OutcomeDenied
	}
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
