package ingest_test

import (
	"testing"
	"time"

	"picket/controlplane/ingest"
	picketv1 "picket/proto/picket/v1"
)

// acksAfter is a world in which acknowledgements wait for an hour, and a worker that was just told one.
func acksAfter(t *testing.T) (*world, *worker) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Acks = time.Hour })
	f := w.open(current())
	f.next()
	f.send(report(1, rollup()))
	equal(t, &picketv1.Directive{Acknowledged: 1}, f.next()) // none was told for an hour
	return w, f
}

func TestReportsThatComeSoonAfterAnotherAreAcknowledgedTogether(t *testing.T) {
	_, f := acksAfter(t)
	for _, last := range []uint64{5, 9} {
		for sequence := last - 3; sequence <= last; sequence++ {
			f.send(report(sequence, rollup()))
		}
		equal(t, &picketv1.Directive{Acknowledged: last}, f.next())
	}
}

func TestAnAcknowledgementThatWaitsGoesWithWhatElseIsTold(t *testing.T) {
	w, f := acksAfter(t)
	f.send(report(2, rollup()))
	for told := uint64(0); told < 2; {
		w.group.advance()
		told = max(told, f.next().Acknowledged)
	}
}

func TestALargeReportIsAcknowledgedAtOnce(t *testing.T) {
	_, f := acksAfter(t)
	many := make([]*picketv1.Rollup, 2000)
	for i := range many {
		many[i] = rollup()
	}
	f.send(report(2, many...))
	equal(t, &picketv1.Directive{Acknowledged: 2}, f.next())
}

func TestAnAcknowledgementWaitsForNoOtherForLonger(t *testing.T) {
	w := newWorld(t, func(o *ingest.Options) { o.Limits.Acks = 20 * time.Millisecond })
	f := w.open(current())
	f.next()
	for sequence := uint64(1); sequence < 4; sequence++ {
		f.send(report(sequence, rollup()))
		f.upTo(sequence)
	}
}
