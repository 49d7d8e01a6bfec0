package plugin

import (
	"bytes"

	"picket/filter/inflate"
	"picket/filter/inspect"
	"picket/filter/proxywasm"
	"picket/filter/report"
)

// body is what the worker remembers of a request's body that it inspects as it comes.
type body struct {
	reader   *inspect.BodyReader // nil: it is not inspected, or was to its end
	inflater *inflate.Reader     // nil: it is not compressed, or cannot be inflated any further
	limit    int                 // how much of it is held back at the most, in bytes
	held     int                 // bytes
	holding  bool
}

// expectBody readies a stream for a body that is to be inspected. It holds the headers back where the body may yet have
// the request denied.
func (w *worker) expectBody(s *httpStream) proxywasm.Action {
	r := &w.request
	if r.Upgrade {
		return proxywasm.Continue
	}
	b := &s.body
	if b.reader = w.readers.take(); b.reader == nil {
		w.totals().BodiesUnread++
		return w.cannotJudge(s)
	}
	w.totals().Bodies++
	b.reader.Start(w.inspector, r.ContentType)
	w.inspector.Continue(b.reader)
	if rule := w.expectEncoding(s, r.Encoding); rule != "" {
		w.unread(s, rule)
	}
	if id := w.judgeFindings(s, false); id != 0 {
		return w.denyBody(s, id)
	}
	if s.inspection.hold > 0 && !s.grpc && !r.Expect && w.mayDeny(s) {
		b.limit, b.holding = s.inspection.hold, true
		return proxywasm.Pause
	}
	return proxywasm.Continue
}

// mayDeny says whether anything that a body holds could have its request denied.
func (w *worker) mayDeny(s *httpStream) bool {
	for _, c := range s.scope.classes {
		if w.effect(s, c) == report.Enforced {
			return true
		}
	}
	return false
}

// expectEncoding readies the stream for a compressed body. It gives the reason why it cannot be inflated, or "".
func (w *worker) expectEncoding(s *httpStream, encoding []byte) string {
	f, compressed, known := encodingOf(encoding)
	switch {
	case !known:
		return "unknown-encoding"
	case !compressed:
		return ""
	case s.inspection.inflate == 0:
		return "not-inflated"
	}
	if s.body.inflater = w.inflaters.take(); s.body.inflater == nil {
		return "too-many"
	}
	s.body.inflater.Reset(f, s.inspection.inflate)
	return ""
}

// encodingOf reads a content-encoding. known says whether it is one that can be undone.
func encodingOf(b []byte) (f inflate.Format, compressed, known bool) {
	switch b = bytes.TrimSpace(b); {
	case len(b) == 0, bytes.EqualFold(b, []byte("identity")):
		return 0, false, true
	case bytes.EqualFold(b, []byte("gzip")), bytes.EqualFold(b, []byte("x-gzip")):
		return inflate.Gzip, true, true
	case bytes.EqualFold(b, []byte("deflate")):
		return inflate.Deflate, true, true
	}
	return 0, true, false
}

// unread notes that the rest of a body is not looked at, and why.
func (w *worker) unread(s *httpStream, rule string) {
	w.totals().BodiesUnread++
	w.inspector.Note(inspect.Encoding, 0.9, rule)
	w.readers.give(s.body.reader)
	w.inflaters.give(s.body.inflater)
	s.body.reader, s.body.inflater = nil, nil
	w.endFields(s)
}

// RequestBody looks at a piece of a body, and lets it pass, holds it back or answers the request.
func (w *worker) RequestBody(id uint32, size int, end bool) (action proxywasm.Action) {
	s := w.streams.get(id)
	if s != nil && s.complete && size > 0 { // more than was declared: no codec of Envoy's lets that pass
		w.totals().BodiesUnread++
		return w.cannotJudge(s)
	}
	if s == nil || s.body.reader == nil && !s.body.holding && !s.reading() {
		return proxywasm.Continue
	}
	defer w.recovered(s, &action)
	end = end || s.whole(size)
	inspecting := s.body.reader != nil
	if inspecting {
		w.inspector.Expect(s.inspection.everywhere.fields, s.inspection.fields(s.scope), uint32(s.start/1e9))
		w.inspector.Continue(s.body.reader)
	}
	for at := 0; at < size; {
		proxywasm.Release()
		p := proxywasm.Body(at, min(size-at, proxywasm.PieceSize))
		if len(p) == 0 {
			w.totals().HostErrors++
			break
		}
		w.feed(s, p)
		at += len(p)
	}
	if end {
		w.endBody(s)
	}
	if inspecting {
		if deny := w.judgeFindings(s, !s.body.holding); deny != 0 {
			return w.denyBody(s, deny)
		}
	}
	if action = w.throttleAccount(s, size, end); action != proxywasm.Continue {
		return action
	}
	return w.passBody(s, size, end)
}

// whole says whether a body has come to the end that its content-length declares, with the piece of that size. The host
// tells the end by itself only later, and would have to hold the body until then.
func (s *httpStream) whole(size int) bool {
	s.complete = s.sample.RequestBytes > 0 && uint64(s.body.held+size) == s.sample.RequestBytes
	return s.complete
}

// RequestTrailers ends a body.
func (w *worker) RequestTrailers(id uint32) proxywasm.Action { return w.RequestBody(id, 0, true) }

// feed hands a piece to whoever reads this body.
func (w *worker) feed(s *httpStream, p []byte) {
	b := &s.body
	if b.inflater == nil {
		s.feed(p)
	} else if err := b.inflater.Feed(p, s.feed); err != nil {
		w.unread(s, err.Error())
	}
}

func (w *worker) endBody(s *httpStream) {
	b := &s.body
	if b.reader != nil {
		b.reader.End()
	}
	if b.inflater != nil {
		if err := b.inflater.End(); err != nil {
			w.unread(s, err.Error())
		}
	}
	w.endFields(s)
}

// passBody says what becomes of a piece that was looked at.
func (w *worker) passBody(s *httpStream, size int, end bool) proxywasm.Action {
	b := &s.body
	if b.reader != nil {
		w.inspector.Park(b.reader)
	}
	if b.held += size; b.holding && b.held < b.limit && b.reader != nil && !end {
		return proxywasm.Hold
	}
	b.holding = false
	if end {
		w.dropBody(s)
	}
	return proxywasm.Continue
}

func (w *worker) denyBody(s *httpStream, id uint64) proxywasm.Action {
	w.dropBody(s)
	return w.answer(s, &forbidden, id, "", report.OutcomeBlocked)
}

// dropBody gives back what a body took.
func (w *worker) dropBody(s *httpStream) {
	w.readers.give(s.body.reader)
	w.inflaters.give(s.body.inflater)
	s.body = body{}
}

// releaseOverdue lets bodies go that were held for as long as the policy allows. They are looked at as they pass.
func (w *worker) releaseOverdue(now uint64) {
	for _, s := range w.streams.live {
		if s.body.holding && now > s.start+s.inspection.wait {
			s.body.holding = false
			w.totals().BodiesOverdue++
			proxywasm.ContinueRequest(s.id)
		}
	}
}
