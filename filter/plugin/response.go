package plugin

import (
	"bytes"

	"picket/filter/identify"
	"picket/filter/inflate"
	"picket/filter/inspect"
	"picket/filter/proxywasm"
	"picket/filter/report"
)

// response is what the worker remembers of a response's body that it looks at as it passes.
type response struct {
	reader   *inspect.Response // nil: not for errors, or they were looked for as long as they are
	personal *inspect.Personal // nil: not for personal data
	fields   *identify.Body    // nil: not for fields that tell a failure
	fed      int               // bytes looked at for personal data
	inflater *inflate.Reader   // nil: it is not compressed
}

// maxResponse is how much of a compressed response is inflated at the most, in bytes.
const maxResponse = 64 << 10

// ResponseHeaders reads what the service answered, and decides whether its body is worth a look: an error, the answer to a
// request in which something was found, a page, or what may tell that a login failed.
func (w *worker) ResponseHeaders(id uint32, end bool) {
	s := w.streams.get(id)
	if s == nil || s.answered != 0 {
		return
	}
	defer w.recoveredResponse()
	r := w.response(s)
	if end || s.inspection == nil && (s.rule == nil || s.rule.Answer == nil) {
		return
	}
	f, compressed, known := encodingOf(r.Encoding)
	if !known {
		return
	}
	w.expectFailure(s, &r)
	a := &s.answer
	switch {
	case s.inspection == nil:
	case w.telling(s, &r):
		if a.reader = w.responses.take(); a.reader != nil && !a.reader.Reset(int(r.Status), r.ContentType) {
			w.dropResponse(s)
		}
	case w.sampled(s, &r):
		if a.personal = w.personals.take(); a.personal != nil {
			*a.personal = inspect.Personal{}
		}
	}
	if compressed && a.active() {
		if a.inflater = w.inflaters.take(); a.inflater == nil {
			w.dropResponse(s)
			return
		}
		a.inflater.Reset(f, maxResponse)
	}
}

// ResponseBody looks at a piece of a response for what an error gives away. It never holds it.
func (w *worker) ResponseBody(id uint32, size int, end bool) {
	s := w.streams.get(id)
	if s == nil || !s.answer.active() {
		return
	}
	defer w.recoveredResponse()
	for at := 0; at < size; {
		proxywasm.Release()
		p := proxywasm.ResponseBody(at, min(size-at, proxywasm.PieceSize))
		if len(p) == 0 {
			break
		}
		at += len(p)
		if w.feedResponse(&s.answer, p) {
			end = true
			break
		}
	}
	if end {
		w.endResponse(s)
	}
}

// recoveredResponse survives a panic while a response is looked at, which passes all the same.
func (w *worker) recoveredResponse() {
	if p := recover(); p != nil {
		w.survived(p)
	}
}

// telling says whether a response may give something away: not a service's ordinary data, which is most of what passes.
func (w *worker) telling(s *httpStream, r *identify.Response) bool {
	switch {
	case s.scope.classes[inspect.ClassLeak].mode == 0:
		return false
	case r.Status >= 400, s.finding != 0:
		return true
	}
	return !bytes.Contains(r.ContentType, []byte("json"))
}

// feedResponse reports whether enough was seen.
func (w *worker) feedResponse(a *response, p []byte) (done bool) {
	if a.inflater == nil {
		return a.feed(p)
	}
	err := a.inflater.Feed(p, func(p []byte) { done = a.feed(p) })
	return done || err != nil
}

// active says whether there is something to do with the body's pieces.
func (a *response) active() bool { return a.reader != nil || a.personal != nil || a.fields != nil }

func (a *response) feed(p []byte) (done bool) {
	done = true
	if a.fields != nil {
		a.fields.Feed(p)
		done = a.fields.Done() || a.fields.Failed()
	}
	switch {
	case a.reader != nil:
		return a.reader.Feed(p) && done
	case a.personal != nil:
		p = p[:min(len(p), maxResponse-a.fed)]
		a.fed += len(p)
		a.personal.Feed(p)
		return a.fed == maxResponse && done
	}
	return done
}

// samplesPerTick bounds how many ordinary responses are looked at for personal data between two ticks of a worker, so that
// what an endpoint gives away is known at a cost that does not grow with traffic.
const samplesPerTick = 16

// sampled says whether an ordinary response is looked at for personal data: a few between two ticks, one of each endpoint.
func (w *worker) sampled(s *httpStream, r *identify.Response) bool {
	if s.scope.classes[inspect.ClassPersonal].mode == 0 || r.Status < 200 || r.Status >= 300 || w.samples.n >= samplesPerTick {
		return false
	}
	last := &w.samples.endpoints[s.sample.Endpoint%uint64(len(w.samples.endpoints))]
	if *last == s.sample.Endpoint {
		return false
	}
	*last = s.sample.Endpoint
	w.samples.n++
	return true
}

// samples are the responses that were looked at for personal data since the last tick.
type samples struct {
	n         int
	endpoints [32]uint64
}

func (w *worker) endResponse(s *httpStream) {
	if f := s.answer.fields; f != nil {
		if f.End(); f.Failed() {
			s.sample.Outcome = report.OutcomeDenied
		}
	}
	if s.answer.reader == nil {
		w.reportPersonal(s)
		return
	}
	c := s.scope.classes[inspect.ClassLeak]
	for _, l := range s.answer.reader.Leaks() {
		if l.Confidence >= c.threshold {
			f := inspect.Finding{Class: inspect.ClassLeak, Zone: inspect.ZoneResponse, Confidence: l.Confidence, Tokens: l.Evidence, Rule: l.Leak.String() + "/" + l.Rule}
			w.reportFinding(s, &f, report.Passed, false)
		}
	}
	w.dropResponse(s)
}

// reportPersonal tells which kinds of personal data a response had, and how many values of each.
func (w *worker) reportPersonal(s *httpStream) {
	if s.answer.personal == nil {
		w.dropResponse(s)
		return
	}
	for d, n := range s.answer.personal.Counts {
		if n > 0 {
			f := inspect.Finding{Class: inspect.ClassPersonal, Zone: inspect.ZoneResponse, Confidence: 1,
				Rule: inspect.Datum(d).String(), Name: inspect.Datum(d).String(), Tokens: decimal(int(n))}
			w.reportFinding(s, &f, report.Passed, false)
		}
	}
	w.dropResponse(s)
}

func (w *worker) dropResponse(s *httpStream) {
	w.responses.give(s.answer.reader)
	w.personals.give(s.answer.personal)
	w.fields.give(s.answer.fields)
	w.inflaters.give(s.answer.inflater)
	s.answer = response{}
}
