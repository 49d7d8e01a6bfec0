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
	begun    bool
}

// maxResponse is how much of a compressed response is inflated at the most, in bytes.
const maxResponse = 64 << 10

// ResponseBody looks at a piece of a response for what an error gives away. It never holds it.
func (w *worker) ResponseBody(id uint32, size int, end bool) {
	s := w.streams.get(id)
	if s == nil || s.inspection == nil || s.answered != 0 || s.answer.begun && s.answer.reader == nil {
		return
	}
	defer w.recoveredResponse()
	if !s.answer.begun {
		w.beginResponse(s)
	}
	a := &s.answer
	for at := 0; at < size && a.reader != nil; {
		proxywasm.Release()
		p := proxywasm.ResponseBody(at, min(size-at, proxywasm.PieceSize))
		if len(p) == 0 {
			break
		}
		at += len(p)
		if w.feedResponse(a, p) {
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

// beginResponse decides whether a response is worth a look: an error, or the answer to a request in which something was
// found, or a page.
func (w *worker) beginResponse(s *httpStream) {
	a := &s.answer
	a.begun = true
	w.response(s)
	r := &w.answered
	f, compressed, known := encodingOf(r.Encoding)
	if !known || !w.telling(s, r) {
		return
	}
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
	if s.answer.reader == nil {
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

func (w *worker) dropResponse(s *httpStream) {
	w.responses.give(s.answer.reader)
	w.inflaters.give(s.answer.inflater)
	s.answer = response{begun: true}
}
