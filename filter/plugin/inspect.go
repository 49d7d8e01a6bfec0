package plugin

import (
	"bytes"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/inspect"
	"picket/filter/proxywasm"
	"picket/filter/report"
)

// inspect looks inside a request's line and headers, readies the stream for its body, and does what the findings ask for.
func (w *worker) inspect(s *httpStream, pairs identify.Pairs, h *headers, end bool) proxywasm.Action {
	i := w.settings.inspection
	if i == nil || !s.keyed {
		return proxywasm.Continue
	}
	s.inspection, s.scope = i, i.at(s.rule)
	fields := i.fields(s.scope)
	w.inspector.Expect(i.everywhere.fields, fields, uint32(s.start/1e9))
	in, plain := w.inspector, len(i.everywhere.fields)+len(fields) == 0
	in.Begin(w.request.Method)
	if p := w.place; !plain || !p.Clean {
		in.Target(w.request.Path)
		p.Clean = plain && p.Kept && len(in.Findings()) == 0
	}
	if h != nil && plain {
		w.varying(pairs)
	} else {
		w.headers(pairs, plain)
		if h == nil && plain && len(in.Findings()) == 0 {
			w.familiar.keep(pairs, w)
		}
	}
	if id := w.judgeFindings(s, false); id != 0 {
		return w.answer(s, &forbidden, id, "", report.OutcomeBlocked)
	}
	if end {
		return proxywasm.Continue
	}
	return w.expectBody(s)
}

// varying has the inspector look at those of a familiar request's headers that differ from request to request.
func (w *worker) varying(pairs identify.Pairs) {
	l := &w.familiar.now
	for i := range l.n {
		v := &l.varying[i]
		if value := pairs[v.value:v.end]; i != l.path && !plainID(value) && !l.plainLength(pairs[v.name], value) {
			w.inspector.Header(pairs[v.name:v.value-1], value)
		}
	}
}

// plainID says whether a value is an id of hexadecimal digits and dashes, to which an inspector could not object.
func plainID(v []byte) bool {
	for _, c := range v {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && c != '-' {
			return false
		}
	}
	return len(v) >= 32 && len(v) <= 64
}

// plainLength says whether a value is the one content-length of digits, to which an inspector could not object: what could
// be in conflict with it is not familiar.
func (l *layout) plainLength(name byte, v []byte) bool {
	if name != 'c' || l.lengths != 1 || len(v) > 18 {
		return false
	}
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// headers has the inspector look at a request's headers. Of those in which nothing was found before it need not look
// again; plain: no field has rules of its own.
func (w *worker) headers(pairs identify.Pairs, plain bool) {
	in := w.inspector
	w.header(hostHeader, w.request.Host, plain)
	pairs.Each(func(k, v []byte) bool {
		if len(k) > 0 && k[0] != ':' {
			w.header(k, v, plain)
		}
		return true
	})
	if w.facets.KeyInURL {
		in.Note(inspect.URLCredential, 0.9, "key-parameter")
	}
}

func (w *worker) header(k, v []byte, plain bool) {
	credential := w.facets.Credential
	if w.known(k, v, credential) {
		return
	}
	if w.inspector.Header(k, v); len(w.inspector.Findings()) == 0 && plain { // a finding may have been merged with an earlier one
		w.learn(k, v, credential)
	}
}

// known says whether nothing was found in a header before.
func (w *worker) known(k, v []byte, credential uint64) bool {
	if string(k) == "authorization" {
		return credential != 0 && w.cleanTokens[credential%uint64(len(w.cleanTokens))] == credential
	}
	return w.cleanHeaders.Has(inspect.ZoneHeader, k, v)
}

func (w *worker) learn(k, v []byte, credential uint64) {
	switch {
	case string(k) == "authorization":
		w.cleanTokens[credential%uint64(len(w.cleanTokens))] = credential
	case !stateful(k):
		w.cleanHeaders.Add(inspect.ZoneHeader, k, v)
	}
}

var hostHeader = []byte("host")

// judgeFindings reports what the inspector has found, and gives the id of the surest finding for which the request must not
// go on; 0: it may.
func (w *worker) judgeFindings(s *httpStream, late bool) (deny uint64) {
	found := w.inspector.Findings()
	if len(found) == 0 || !s.keyed {
		return 0
	}
	surest, observed := float32(0), false
	for i := range found {
		f := &found[i]
		c := s.scope.classes[f.Class]
		if c.mode == 0 || f.Confidence < c.threshold {
			continue
		}
		e := w.effect(s, c)
		id := w.reportFinding(s, f, e, late)
		if e == report.Enforced && f.Confidence > surest {
			surest, deny = f.Confidence, id
		}
		observed = observed || e == report.Observed
	}
	switch {
	case deny != 0:
		w.totals().Blocked++
		w.totals().DeniedFindings++
	case observed:
		w.totals().Observed++
	}
	return deny
}

// effect says what a class's finding does to a request. An operator's allow, and the allowlist, go before it.
func (w *worker) effect(s *httpStream, c class) report.Effect {
	switch st := w.settings.stance; {
	case c.mode != enforce.ModeEnforce || s.exempt || st.KillSwitch:
		return report.Passed
	case st.Mode != enforce.ModeEnforce:
		return report.Observed
	}
	return report.Enforced
}

func (w *worker) reportFinding(s *httpStream, f *inspect.Finding, e report.Effect, late bool) uint64 {
	seen := report.Seen{
		Class: f.Class.String(), Place: f.Zone.String(), Decoding: f.Decoding.String(), Rule: f.Rule, Evidence: f.Tokens,
		Confidence: f.Confidence, Late: late && e == report.Enforced, Answers: s.answers(f.Class),
	}
	if name := lastName(f); len(name) > 0 {
		seen.Field = w.key.Hash(identify.DomainWord, name)
		w.reporter.Word(seen.Field, name)
	}
	id := w.reporter.Finding(&s.sample.Caller, s.sample.Endpoint, &seen, e, s.start)
	if s.finding == 0 && f.Zone != inspect.ZoneResponse {
		s.finding = id
	}
	return id
}

// answers gives the finding in the request that a finding in its response answers.
func (s *httpStream) answers(c inspect.Class) uint64 {
	if c == inspect.ClassLeak || c == inspect.ClassPersonal {
		return s.finding
	}
	return 0
}

// lastName gives the last part of a JSON member's path, and any other field's whole name.
func lastName(f *inspect.Finding) []byte {
	name := []byte(f.Name)
	if f.Zone == inspect.ZoneJSON || f.Zone == inspect.ZoneJSONKey {
		name = name[bytes.LastIndexByte(name, '.')+1:]
	}
	return name
}

// stateful says whether a header means something together with others, or is a secret: it is looked at each time.
func stateful(name []byte) bool {
	switch string(name) {
	case "cookie", "proxy-authorization", "content-length", "transfer-encoding", "content-type":
		return true
	}
	return false
}
