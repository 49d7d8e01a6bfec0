package plugin

import (
	"bytes"

	"picket/filter/identify"
	"picket/filter/report"
)

// queryAccount finds the account that a query names, where its place wants one.
func (w *worker) queryAccount(s *httpStream, p *identify.Place) {
	if len(p.Wanted.Account) == 0 {
		return
	}
	if _, query, _ := bytes.Cut(w.request.Path, []byte{'?'}); len(query) > 0 {
		s.sample.Caller.Account = w.query.QueryAccount(w.key, p.Wanted.Account, query)
	}
}

// expectFields readies a stream for a body whose fields are asked for. What the policy does not ask for is looked for only
// where the body is inspected anyway, so that it costs no host call.
func (w *worker) expectFields(s *httpStream) {
	if !s.keyed || w.place.Wanted == nil || !w.place.Wanted.Declared && s.body.reader == nil {
		return
	}
	if _, compressed, known := encodingOf(w.request.Encoding); !known || compressed && s.body.inflater == nil {
		return
	}
	if s.fields = w.fields.take(); s.fields == nil {
		if w.place.Wanted.Declared {
			w.totals().BodiesUnread++
		}
		return
	}
	if !s.fields.Start(w.key, w.place.Wanted, s.sample.Object, w.request.ContentType) {
		w.fields.give(s.fields)
		s.fields = nil
	}
}

// reading says whether more of the body tells more of its fields.
func (s *httpStream) reading() bool { return s.fields != nil && !s.fields.Done() }

// feed hands a piece of a body, inflated where it was compressed, to all who read it.
func (s *httpStream) feed(p []byte) {
	if s.fields != nil {
		s.fields.Feed(p)
	}
	if s.body.reader != nil {
		s.body.reader.Feed(p)
	}
}

// endFields takes what the fields of a body say of who calls and for what. More than once is no harm.
func (w *worker) endFields(s *httpStream) {
	if s.fields == nil || !s.keyed {
		return
	}
	s.fields.End()
	if a := s.fields.Account(); a != 0 {
		s.sample.Caller.Account = a
	}
	if all := s.fields.Objects(); len(all) > 0 {
		s.sample.Object, s.sample.Objects, s.sample.Number = 0, all, s.fields.Number()
	}
}

// expectFailure readies a stream for a response whose fields may tell that the request failed.
func (w *worker) expectFailure(s *httpStream, r *identify.Response) {
	if s.rule == nil || s.rule.Answer == nil || s.sample.Outcome != report.OutcomeOK || !s.keyed {
		return
	}
	a := &s.answer
	if a.fields = w.fields.take(); a.fields != nil && !a.fields.Start(w.key, s.rule.Answer, 0, r.ContentType) {
		w.fields.give(a.fields)
		a.fields = nil
	}
}
