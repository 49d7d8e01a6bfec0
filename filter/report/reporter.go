package report

import (
	"picket/filter/identify"
	"picket/proto/wire"
)

// Reporter is what one worker has to say: the report being summed, and those not acknowledged yet.
type Reporter struct {
	Rollups *Rollups
	Outbox  Outbox
	Totals  wire.Totals

	dictionary dictionary
	strikes    map[uint64]*wire.Strike
	findings   findings
	names      names
	generation uint32
	started    uint64
	told       struct{ requests, recovered uint64 } // totals of the last report
}

const maxStrikes = 1024

// NewReporter starts at now, in nanoseconds. seed makes the ids of its findings, and is another for each instance.
func NewReporter(now, seed uint64) *Reporter {
	return &Reporter{
		Rollups: NewRollups(), dictionary: newDictionary(), strikes: map[uint64]*wire.Strike{},
		findings: findings{seed: seed}, started: now,
	}
}

// Forget drops all that was named with a hash key that is no more.
func (r *Reporter) Forget() {
	r.forgetWords()
	r.names = names{}
}

func (r *Reporter) forgetWords() { r.dictionary = newDictionary() }

// Place gives the endpoint to sum a request under: the place's own, or 0 when there is no room for a new one. It keeps
// the place's words for when the control plane asks; call it while they live.
func (r *Reporter) Place(p *identify.Place) uint64 {
	if r.dictionary.endpoints[p.Endpoint] != nil {
		return p.Endpoint
	}
	if !r.dictionary.know(p) {
		r.Totals.DroppedEndpoints++
		return 0
	}
	if !r.dictionary.remember(p) {
		r.Totals.DroppedWords++
	}
	return p.Endpoint
}

// NewFields says whether a request's body has a field whose name is new to its endpoint; marks are identify.Body.Names.
// taken: the service took the request, so that its names become known.
func (r *Reporter) NewFields(endpoint uint64, marks []uint64, taken bool) bool {
	return len(marks) > 0 && endpoint != 0 && r.names.see(endpoint, marks, taken)
}

// Reveal answers a question of the control plane's in the next report.
func (r *Reporter) Reveal(hashes []uint64) { r.dictionary.reveal(hashes) }

// Strike counts what a decision did, or would have done.
func (r *Reporter) Strike(decision uint64, enforced bool, now uint64) {
	s := r.strike(decision)
	if s == nil {
		return
	}
	if enforced {
		s.Enforced++
	} else {
		s.Observed++
	}
	s.LastUnixNano = now
}

// Passed counts a request that a throttle let through.
func (r *Reporter) Passed(decision uint64) {
	if s := r.strike(decision); s != nil {
		s.Passed++
	}
}

// strike gives a decision's counts, or nil where there is no room.
func (r *Reporter) strike(decision uint64) *wire.Strike {
	s := r.strikes[decision]
	if s != nil {
		return s
	}
	if len(r.strikes) >= maxStrikes {
		r.Totals.DroppedStrikes++
		return nil
	}
	s = &wire.Strike{Decision: decision}
	r.strikes[decision] = s
	return s
}

// Reopened says that a new stream begins: it has been told of no endpoint.
func (r *Reporter) Reopened() {
	r.generation++
	r.Totals.Streams++
}

// Pending says whether there is anything that counts to report.
func (r *Reporter) Pending() bool {
	return r.Rollups.Len() > 0 || len(r.strikes) > 0 || len(r.findings.rows) > 0 || len(r.dictionary.told) > 0
}

// Untold says whether requests came that no report has told of. Those that were not identified are in no rollup, and in
// the totals only.
func (r *Reporter) Untold() bool {
	return r.Totals.Requests != r.told.requests || r.Totals.Recovered != r.told.recovered
}

// Build writes the next sequenced report, keeps it in the outbox and starts to sum anew. The bytes are the outbox's.
func (r *Reporter) Build(now uint64, keyID uint32, receipt *wire.Receipt) []byte {
	b := wire.AppendHeader(r.Outbox.Buffer(), r.Outbox.Next(), r.started, now, keyID)
	b = wire.AppendReceipt(b, receipt)
	b = r.appendEndpoints(b)
	b = r.appendRollups(b)
	b = r.findings.append(b)
	for _, s := range r.strikes {
		b = wire.AppendStrike(b, s)
	}
	for _, h := range r.dictionary.told {
		b = wire.AppendWord(b, &wire.Word{Hash: h, Text: r.dictionary.words[h]})
	}
	r.Totals.Reported += r.Rollups.requests
	r.Totals.Overflowed, r.Totals.CoarseSketches = r.Rollups.Overflowed, r.Rollups.Coarse
	b = wire.AppendTotals(b, &r.Totals)
	r.Outbox.Push(b)
	r.reset(now)
	return b
}

func (r *Reporter) reset(now uint64) {
	r.Rollups.Reset()
	clear(r.strikes)
	r.findings.reset()
	r.dictionary.told = r.dictionary.told[:0]
	if r.dictionary.crowded() { // nothing refers to it at this moment; what is still in use comes back by itself
		r.forgetWords()
	}
	r.started = now
	r.told.requests, r.told.recovered = r.Totals.Requests, r.Totals.Recovered
}

func (r *Reporter) appendEndpoints(b []byte) []byte {
	for i := range r.Rollups.rows {
		e := r.dictionary.endpoints[r.Rollups.rows[i].key.endpoint]
		if e == nil || e.announced == r.generation {
			continue
		}
		e.announced = r.generation
		b = wire.AppendEndpoint(b, &e.wire)
	}
	return b
}

func (r *Reporter) appendRollups(b []byte) []byte {
	var m wire.Rollup
	var c wire.Caller
	var objects, accounts, queries wire.Sketch
	for i := range r.Rollups.rows {
		row := &r.Rollups.rows[i]
		row.key.caller.wire(&c)
		m = wire.Rollup{
			Caller: &c, Endpoint: row.key.endpoint, Outcome: wire.Outcome(row.key.outcome),
			Requests: row.requests, RequestBytes: row.requestBytes, ResponseBytes: row.responseBytes,
			Latency: trim(row.latency[:]), Neighbours: row.neighbours, Foreign: row.foreign, NewFields: row.newFields, Overflow: row.key.overflow,
		}
		if row.key.overflow {
			m.Caller = nil
		}
		m.Objects = row.objects.wire(&objects)
		m.Accounts = row.accounts.wire(&accounts)
		m.Queries = row.queries.wire(&queries)
		b = wire.AppendRollup(b, &m)
	}
	return b
}

// trim leaves out the zeros at the end.
func trim(latency []uint32) []uint32 {
	n := len(latency)
	for n > 0 && latency[n-1] == 0 {
		n--
	}
	return latency[:n]
}

func (s *sketch) wire(m *wire.Sketch) *wire.Sketch {
	if s.n == 0 {
		return nil
	}
	m.Theta, m.Values = s.theta, s.values()
	return m
}

func (c *Caller) wire(m *wire.Caller) {
	*m = wire.Caller{
		IP: c.IP[:c.IPLen], IPHash: c.IPHash, Key: c.Key, Subject: c.Subject, Session: c.Session,
		Fingerprint: c.Fingerprint, Account: c.Account, Credential: c.Credential,
		SubjectSource: wire.SubjectSource(c.Source),
	}
}
