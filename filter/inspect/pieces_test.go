package inspect_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/filter/inspect"
	"picket/filter/inspect/traffic/east"
)

// seen is a finding without what depends on where a piece ended.
type seen struct {
	class inspect.Class
	place string
}

var inAnyOrder = cmpopts.SortSlices(func(a, b seen) bool {
	return a.class < b.class || a.class == b.class && a.place < b.place
})

func findings(in *inspect.Inspector) (all []seen) {
	for _, f := range in.Findings() {
		if f.Confidence >= inspect.DefaultThreshold {
			all = append(all, seen{f.Class, f.Zone.String()})
		}
	}
	return all
}

func contentType(s east.Sample) []byte {
	for _, h := range s.Headers {
		if h[0] == "content-type" || h[0] == "Content-Type" {
			return []byte(h[1])
		}
	}
	return nil
}

// TestABodyInPiecesGivesItselfAwayAsAWholeOneDoes, also where other bodies come between its pieces.
func TestABodyInPiecesGivesItselfAwayAsAWholeOneDoes(t *testing.T) {
	in := inspect.New()
	other := &inspect.BodyReader{}
	other.Start(in, []byte("application/json"))
	for _, s := range east.Attacks(3, 1500) {
		if len(s.Body) == 0 {
			continue
		}
		in.Begin(nil)
		b := in.Body(contentType(s))
		b.Feed(s.Body)
		b.End()
		want := merge(nil, findings(in))
		for _, n := range []int{1, 7, 100} {
			if diff := cmp.Diff(want, inPieces(in, other, s, n), cmp.AllowUnexported(seen{}), inAnyOrder); diff != "" {
				t.Errorf("%s in pieces of %d:\n%s", s.Template, n, diff)
			}
		}
	}
}

func inPieces(in *inspect.Inspector, other *inspect.BodyReader, s east.Sample, n int) (all []seen) {
	in.Begin(nil)
	b := &inspect.BodyReader{}
	b.Start(in, contentType(s))
	in.Continue(b)
	in.Park(b)
	for piece := range slices.Chunk(s.Body, n) {
		in.Continue(other)
		other.Feed([]byte(`{"a":"x' or 1=1--`))
		in.Park(other)
		in.Continue(b)
		b.Feed(piece)
		all = merge(all, findings(in))
		in.Park(b)
	}
	in.Continue(b)
	b.End()
	return merge(all, findings(in))
}

// merge leaves out what was found before: a value may give itself away twice.
func merge(all, more []seen) []seen {
	for _, s := range more {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
