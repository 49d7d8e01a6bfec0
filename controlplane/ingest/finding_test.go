package ingest_test

import (
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"picket/controlplane"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

func finding() *picketv1.Finding {
	return &picketv1.Finding{
		Caller: &picketv1.Caller{Ip: []byte{192, 0, 2, 1}, Subject: 5}, Endpoint: 11, Class: "sqli", Place: "json", Field: 21,
		Confidence: 0.75, Evidence: "union select w", Decoding: "percent+twice", Rule: "union", Count: 3, Enforced: 2, Observed: 1,
		Id: 99, Answers: 98, Late: true, LastUnixNano: uint64(start.UnixNano()) - 500,
	}
}

func found(sequence uint64, findings ...*picketv1.Finding) *picketv1.Report {
	r := report(sequence)
	r.Findings = findings
	return r
}

func TestAFindingIsHandedOnInTheControlPlanesWords(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	nobody := finding()
	nobody.Caller, nobody.Count, nobody.Enforced, nobody.Observed = nil, 1, 0, 0
	f.send(found(1, finding(), nobody))
	f.upTo(1)
	want := controlplane.Finding{
		ID: 99, Node: controlplane.Node{ID: "n1", Group: "edge"}, Instance: 77, Worker: 1,
		Caller:   controlplane.Caller{Network: netip.MustParsePrefix("192.0.2.1/32"), Subject: 5},
		Endpoint: 11, Class: "sqli", Place: "json", Field: 21, Decoding: "percent+twice", Rule: "union", Confidence: 0.75,
		Evidence: "union select w", Count: 3, Enforced: 2, Observed: 1, Late: true, Answers: 98,
		First: start.Add(-500).Local(), Last: start.Add(-500).Local(),
	}
	one := want
	one.Caller, one.Count, one.Enforced, one.Observed = controlplane.Caller{}, 1, 0, 0
	equal(t, []controlplane.Finding{want, one}, w.findings())
}

func TestAFindingThatComesAgainIsNotCountedAgain(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	f.send(found(1, finding()))
	f.send(found(1, finding()))
	f.send(found(2))
	f.upTo(2)
	equal(t, 1, len(w.findings()))
}

func TestAnInvalidFindingIsDroppedAndTheRestCounts(t *testing.T) {
	for _, c := range []struct {
		name, why string
		change    func(*picketv1.Finding)
	}{
		{"an unknown class", "class", func(f *picketv1.Finding) { f.Class = "unknown" }},
		{"no class", "class", func(f *picketv1.Finding) { f.Class = "" }},
		{"an address of three bytes", "address", func(f *picketv1.Finding) { f.Caller.Ip = []byte{1, 2, 3} }},
		{"no request", "count", func(f *picketv1.Finding) { f.Count, f.Enforced, f.Observed = 0, 0, 0 }},
		{"more requests than there can be", "count", func(f *picketv1.Finding) { f.Count = 100_000_001 }},
		{"more answered than seen", "count", func(f *picketv1.Finding) { f.Enforced = 4 }},
		{"more answered and not than seen", "count", func(f *picketv1.Finding) { f.Observed = math.MaxUint64 }},
		{"more than certain", "confidence", func(f *picketv1.Finding) { f.Confidence = 1.5 }},
		{"no number", "confidence", func(f *picketv1.Finding) { f.Confidence = float32(math.NaN()) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			f := w.open(current())
			bad := finding()
			c.change(bad)
			f.send(found(1, bad, finding()))
			f.upTo(1)
			equal(t, map[string]float64{c.why: 1}, w.reasons(t, "picket_findings_invalid_total"))
			equal(t, 1, len(w.findings()))
		})
	}
}

func TestFindingsOfAnotherKeyOrBeyondTheLimitAreDropped(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	other := found(1, finding())
	other.KeyId = keyID + 1
	f.send(other)
	many := found(2)
	for range 513 {
		many.Findings = append(many.Findings, finding())
	}
	f.send(many)
	f.upTo(2)
	equal(t, map[string]float64{"key": 1, "limit": 1}, w.reasons(t, "picket_findings_invalid_total"))
	equal(t, 512, len(w.findings()))
}

func TestWhatANodeTellsOfAFindingIsFitForATerminal(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	rude := finding()
	rude.Place, rude.Rule, rude.Decoding, rude.Evidence = "js\x1b[2Jon", "r\u00fcle", strings.Repeat("d", 200), "a\nb"
	rude.LastUnixNano = uint64(start.Add(time.Hour).UnixNano())
	f.send(found(1, rude))
	f.upTo(1)
	got := w.findings()[0]
	equal(t, []string{"js[2Jon", "rle", strings.Repeat("d", 128), "ab"}, []string{got.Place, got.Rule, got.Decoding, got.Evidence})
	equal(t, start.Local(), got.Last)
}

func TestTheNameOfAFieldIsAskedFor(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	f.next()
	named := finding()
	named.Field = w.key.Hash(identify.DomainWord, []byte("voucher"))
	f.send(found(1, named))
	equal(t, &picketv1.Directive{Acknowledged: 1, Reveal: []uint64{named.Field}}, f.next())
}

func TestADeniedRequestCountsAsBlockedInItsRollupAndInTheTotals(t *testing.T) {
	w := newWorld(t, nil)
	f := w.open(current())
	denied := rollup()
	denied.Outcome = picketv1.Outcome_OUTCOME_BLOCKED
	r := report(1, denied)
	r.Findings = []*picketv1.Finding{finding()}
	r.Totals.Blocked, r.Totals.DeniedFindings, r.Totals.Bodies, r.Totals.BodiesUnread, r.Totals.BodiesOverdue = 10, 10, 7, 2, 1
	f.send(r)
	f.upTo(1)
	got := w.fleet.Status().Totals
	equal(t, []uint64{10, 10, 7, 2, 1}, []uint64{got.Blocked, got.DeniedFindings, got.Bodies, got.BodiesUnread, got.BodiesOverdue})
	equal(t, controlplane.OutcomeBlocked, w.taken()[0].Outcome)
}
