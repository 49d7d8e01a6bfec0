package simulate

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/inspect"
	"picket/filter/report"
	picketv1 "picket/proto/picket/v1"
)

// effect is what became of a request on its way to the service.
type effect uint8

const (
	passed effect = iota
	denied
	throttled
	found    // denied for what was found inside
	observed // passed; it would have been denied or throttled, had the mode been enforce
)

// serve sends a request through the worker at now (nanoseconds since the Unix epoch); the service is asked only where it
// passes. sample says who called what, as it was reported.
func (w *worker) serve(r *Request, now uint64, service func() answer) (e effect, sample report.Sample) {
	w.reporter.Totals.Requests++
	w.read(r)
	s := w.identify(r)
	e = w.enforce(r, &s, now)
	var names []uint64
	if e == passed || e == observed {
		names = w.fields(r, &s)
		if did := w.limitAccount(&s, now); did != passed {
			e = did
		}
	}
	if e == denied || e == throttled {
		s.Outcome = map[effect]report.Outcome{denied: report.OutcomeBlocked, throttled: report.OutcomeThrottled}[e]
		w.reporter.Rollups.Add(&s)
		return e, s
	}
	seen := w.inspect(r, &s, now)
	if seen.deny {
		s.Outcome = report.OutcomeBlocked
		w.reporter.Rollups.Add(&s)
		return found, s
	}
	a := service()
	s.ResponseBytes, s.Nanos, s.Outcome = a.bytes, uint64(a.took), outcome(a.status, w.place.Rule)
	if s.Outcome == report.OutcomeOK && w.failed(&a) {
		s.Outcome = report.OutcomeDenied
	}
	s.NewFields = w.reporter.NewFields(s.Endpoint, names, s.Outcome == report.OutcomeOK)
	w.leaks(&a, &s, seen, now)
	w.personal(&a, &s, now)
	w.reporter.Rollups.Add(&s)
	return e, s
}

// read takes what the filter takes from a request's headers.
func (w *worker) read(r *Request) {
	w.request = identify.Request{Method: []byte(r.Method), Path: []byte(r.Path), Host: []byte(cmp.Or(r.Host, serviceHost)), ContentLength: r.size()}
	q, c := &w.request, &r.Caller
	if c.Key != "" {
		q.Key = []byte(c.Key)
	}
	if c.Token != "" {
		q.Authorization = []byte("Bearer " + c.Token)
	} else if c.Basic != "" {
		q.Authorization = []byte("Basic " + c.Basic)
	}
	if c.Session != "" && w.settings.cookie != "" {
		q.Cookie = []byte(w.settings.cookie + "=" + c.Session)
	}
	if r.hasBody() {
		q.ContentType = []byte(contentType)
	}
	for _, h := range r.Headers {
		w.header(h[0], h[1])
	}
}

// header takes what a header says of who calls and of the body.
func (w *worker) header(name, value string) {
	q := &w.request
	switch name {
	case "authorization":
		q.Authorization = []byte(value)
	case "cookie":
		q.Cookie = []byte(value)
	case "content-type":
		q.ContentType = []byte(value)
	}
	if q.Key == nil && slices.ContainsFunc(w.settings.sources.KeyHeaders, func(k []byte) bool { return string(k) == name }) {
		q.Key = []byte(value)
	}
}

// contentType is what bodies are that do not say what they are.
const contentType = "application/json"

// serviceHost is where the simulated service is asked for.
const serviceHost = "api.carrier.example"

func (w *worker) identify(r *Request) (s report.Sample) {
	_, query, _ := bytes.Cut(w.request.Path, []byte{'?'})
	f := identify.Identify(w.key, &w.settings.sources, &w.request, query, nil, &w.scratch)
	w.place = w.router.Place(w.request.Method, w.request.Host, w.request.Path)
	s.RequestBytes = w.request.ContentLength
	s.Caller = w.caller(&f, r)
	s.Endpoint = w.reporter.Place(w.place)
	s.Object, s.Query, s.Number = w.place.Object, w.place.Query, w.place.Number
	if want := w.place.Wanted; want != nil && len(want.Account) > 0 && len(query) > 0 {
		s.Caller.Account = w.body.QueryAccount(w.key, want.Account, query)
	}
	owner := w.place.OwnerRaw
	s.Foreign = len(owner) > 0 && f.Subject != 0 && w.key.Hash(identify.DomainSubject, owner) != f.Subject
	return s
}

// caller is who called, as the policy lets it leave the node.
func (w *worker) caller(f *identify.Facets, r *Request) report.Caller {
	c := report.Caller{Key: f.Key, Subject: f.Subject, Session: f.Session, Credential: f.Credential, Source: f.SubjectSource}
	if w.settings.fingerprint && r.Caller.Fingerprint != "" {
		c.Fingerprint = w.key.Hash(identify.DomainFingerprint, []byte(r.Caller.Fingerprint))
	}
	a := r.Caller.Address
	switch w.settings.privacy {
	case picketv1.IpPrivacy_IP_PRIVACY_HASHED:
		c.IPHash = w.key.Address(a)
		return c
	case picketv1.IpPrivacy_IP_PRIVACY_PREFIX:
		a = identify.NetworkOf(a).Addr()
	}
	c.IPLen = uint8(copy(c.IP[:], a.AsSlice()))
	return c
}

// fields takes what the fields of a request's body say of who calls and for what, and gives the marks of their names, valid
// until the next request.
func (w *worker) fields(r *Request, s *report.Sample) (names []uint64) {
	want := w.place.Wanted
	if want == nil || !r.hasBody() || !want.Declared && !w.settings.inspected || !w.body.Start(w.key, want, s.Object, w.request.ContentType) {
		return nil
	}
	w.body.Feed([]byte(r.body()))
	w.body.End()
	if a := w.body.Account(); a != 0 {
		s.Caller.Account = a
	}
	if all := w.body.Objects(); len(all) > 0 {
		s.Object, s.Objects, s.Number = 0, all, w.body.Number()
	}
	return w.body.Names()
}

// failed tells whether a response says in a header or a field that the request failed, as the policy declares it.
func (w *worker) failed(a *answer) bool {
	rule := w.place.Rule
	if rule == nil {
		return false
	}
	for i := range a.headers {
		h := &a.headers[i]
		for f := range rule.FailureHeaders {
			if rule.FailureHeaders[f].Says(h[0], h[1]) {
				return true
			}
		}
	}
	if rule.Answer == nil || a.body == "" || !w.answer.Start(w.key, rule.Answer, 0, a.contentType()) {
		return false
	}
	w.answer.Feed([]byte(a.body))
	w.answer.End()
	return w.answer.Failed()
}

// enforce asks the table and does what it says.
func (w *worker) enforce(r *Request, s *report.Sample, now uint64) effect {
	j := enforce.Judge{Table: w.table, Stance: w.settings.stance, Now: uint32(now / 1e9)}
	c := &s.Caller
	for _, endpoint := range [...]uint64{w.place.Literal, w.place.Endpoint} {
		j.Address(r.Caller.Address, endpoint)
		for _, h := range [...]uint64{c.IPHash, c.Key, c.Subject, c.Session, c.Fingerprint} {
			j.Hash(h, endpoint)
		}
	}
	e := passed
	if o := j.V.Observed; o.ID != 0 && o.Meta.Action() > enforce.ActionObserve {
		w.reporter.Totals.Observed++
		w.reporter.Strike(o.ID, false, now)
		if o.Meta.Action() > enforce.ActionTag {
			e = observed
		}
	}
	w.exempt = j.V.Enforced.ID != 0 && j.V.Enforced.Meta.Action() == enforce.ActionAllow
	if held := j.V.Enforced; held.ID != 0 {
		if did := w.act(held, now); did != passed {
			return did
		}
	}
	return e
}

func (w *worker) act(r enforce.Record, now uint64) effect {
	switch r.Meta.Action() {
	case enforce.ActionDeny, actionChallenge:
		w.reporter.Totals.Blocked++
		w.reporter.Strike(r.ID, true, now)
		return denied
	case enforce.ActionThrottle:
		return w.limit(r, now)
	case enforce.ActionTag:
		w.reporter.Totals.Tagged++
		w.reporter.Strike(r.ID, true, now)
	case enforce.ActionObserve:
		w.reporter.Strike(r.ID, false, now)
	}
	return passed
}

// actionChallenge is picket.v1.ACTION_CHALLENGE: the service does not see the request.
const actionChallenge = enforce.Action(picketv1.Action_ACTION_CHALLENGE)

func (w *worker) limit(r enforce.Record, now uint64) effect {
	class := r.Meta.Throttle()
	if class >= len(w.settings.throttles) {
		return passed
	}
	t := w.settings.throttles[class]
	if w.throttle.Allow(r.Match, now, float64(t.GetPerMinute()), float64(t.GetBurst()), w.share(r.ID)) == 0 {
		w.reporter.Passed(r.ID)
		return passed
	}
	w.reporter.Totals.Throttled++
	w.reporter.Strike(r.ID, true, now)
	return throttled
}

func outcome(status int, rule *identify.Rule) report.Outcome {
	if rule != nil {
		for _, f := range rule.FailureStatuses {
			if int(f) == status {
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

// seen is what was found in a request.
type seen struct {
	id   uint64 // the first finding
	deny bool
}

// inspect looks inside a request as the filter does, the whole of it at once.
func (w *worker) inspect(r *Request, s *report.Sample, now uint64) (out seen) {
	if !w.settings.inspected {
		return out
	}
	sc, fields := w.settings.at(w.place.Rule)
	in, q := w.inspector, &w.request
	in.Expect(w.settings.everywhere.fields, fields, uint32(now/1e9))
	in.Begin(q.Method)
	in.Target(q.Path)
	if r.Caller.Token != "" || r.Caller.Basic != "" {
		in.Header([]byte("authorization"), q.Authorization)
	}
	for _, h := range r.Headers {
		in.Header([]byte(h[0]), []byte(h[1]))
	}
	if r.hasBody() {
		b := in.Body(q.ContentType)
		b.Feed([]byte(r.body()))
		b.End()
	}
	for i, f := range in.Findings() {
		c := sc.classes[f.Class]
		if c.mode == 0 || f.Confidence < c.threshold {
			continue
		}
		e := w.effect(c)
		out.note(w.finding(&in.Findings()[i], s, e, 0, now))
		out.deny = out.deny || e == report.Enforced
	}
	if out.deny {
		w.reporter.Totals.Blocked++
		w.reporter.Totals.DeniedFindings++
	}
	return out
}

func (o *seen) note(id uint64) {
	if o.id == 0 {
		o.id = id
	}
}

func (w *worker) effect(c class) report.Effect {
	switch st := w.settings.stance; {
	case c.mode != enforce.ModeEnforce || st.KillSwitch:
		return report.Passed
	case st.Mode != enforce.ModeEnforce:
		return report.Observed
	}
	return report.Enforced
}

// finding reports one; answers is the request's finding that a response's answers.
func (w *worker) finding(f *inspect.Finding, s *report.Sample, e report.Effect, answers, now uint64) uint64 {
	return w.reporter.Finding(&s.Caller, s.Endpoint, &report.Seen{
		Class: f.Class.String(), Place: f.Zone.String(), Decoding: f.Decoding.String(), Rule: f.Rule, Evidence: f.Tokens,
		Confidence: f.Confidence, Answers: answers,
	}, e, now)
}

// leaks looks at an error, or at the answer to a request in which something was found.
func (w *worker) leaks(a *answer, s *report.Sample, in seen, now uint64) {
	sc, _ := w.settings.at(w.place.Rule)
	c := sc.classes[inspect.ClassLeak]
	telling := a.body != "" && (a.status >= 400 || in.id != 0)
	if !w.settings.inspected || c.mode == 0 || !telling || !w.response.Reset(a.status, a.contentType()) {
		return
	}
	w.response.Feed([]byte(a.body))
	for _, l := range w.response.Leaks() {
		if l.Confidence < c.threshold {
			continue
		}
		f := inspect.Finding{Class: inspect.ClassLeak, Zone: inspect.ZoneResponse, Confidence: l.Confidence, Tokens: l.Evidence, Rule: l.Leak.String() + "/" + l.Rule}
		w.finding(&f, s, report.Passed, in.id, now)
	}
}

// personal looks for personal data, in one response of each endpoint between two reports.
func (w *worker) personal(a *answer, s *report.Sample, now uint64) {
	sc, _ := w.settings.at(w.place.Rule)
	c := sc.classes[inspect.ClassPersonal]
	if !w.settings.inspected || c.mode == 0 || a.body == "" || a.status >= 300 || w.sampled[s.Endpoint] {
		return
	}
	w.sampled[s.Endpoint] = true
	var p inspect.Personal
	p.Feed([]byte(a.body))
	for d, n := range p.Counts {
		if n > 0 {
			f := inspect.Finding{
				Class: inspect.ClassPersonal, Zone: inspect.ZoneResponse, Confidence: 1, Rule: inspect.Datum(d).String(),
				Tokens: strconv.Itoa(int(n)),
			}
			w.finding(&f, s, report.Passed, 0, now)
		}
	}
}
