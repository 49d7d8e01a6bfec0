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
	reader   *inspect.Response // nil: it is not looked at, or was for as long as it is
	inflater *inflate.Reader   // nil: it is not compressed
}

// maxResponse is how much of a compressed response is inflated at the most, in bytes.
const maxResponse = 64 << 10

// ResponseHeaders reads what the service answered, and decides whether its body is worth a look: an error, the answer to a
// request in which something was found, or a page.
func (w *worker) ResponseHeaders(id uint32, end bool) {
	s := w.streams.get(id)
	if s == nil || s.answered != 0 {
		return
	}
	defer w.recoveredResponse()
	r := w.response(s)
	if end || s.inspection == nil || !w.telling(s, &r) {
		return
	}
	f, compressed, known := encodingOf(r.Encoding)
	if !known {
		return
	}
	a := &s.answer
	if a.reader = w.responses.take(); a.reader == nil {
		return
	}
	if !a.reader.Reset(int(r.Status), r.ContentType) {
		w.dropResponse(s)
		return
	}
	if compressed {
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
	if s == nil || s.answer.reader == nil {
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
		return a.reader.Feed(p)
	}
	err := a.inflater.Feed(p, func(p []byte) { done = a.reader.Feed(p) })
	return done || err != nil
}

func (w *worker) endResponse(s *httpStream) {
	c := s.scope.classes[inspect.ClassLeak]
	for _, l := range s.answer.reader.Leaks() {
		if l.Confidence >= c.threshold {
			f := inspect.Finding{Class: inspect.ClassLeak, Zone: inspect.ZoneResponse, Confidence: l.Confidence, Tokens: l.Evidence, Rule: l.Leak.String() + "/" + l.Rule}
			w.reportFinding(s, &f, report.Passed, false)
		}
	}
	w.dropResponse(s)
}

func (w *worker) dropResponse(s *httpStream) {
	w.responses.give(s.answer.reader)
	w.inflaters.give(s.answer.inflater)
	s.answer = response{}
}
