package detect

import (
	"slices"

	"picket/controlplane/scenario"
)

// questions are what one scenario asks of each rollup or finding, by their numbers among running.asked; none: it does not ask.
// Many scenarios ask the same, and one asks the same in several places.
type questions struct{ match, except, only, share int }

const none = -1

// truth is an answer, once it is known.
type truth uint8

const (
	unknown truth = iota
	isTrue
	isFalse
)

// ask numbers what a tracker's scenario asks.
func (t *tracker) ask(r *running) {
	t.asks = questions{match: r.question(t.sc.Match), except: r.question(t.sc.Except), only: r.question(t.sc.Only), share: none}
	if t.sc.Ratio != nil {
		t.asks.share = r.question(t.sc.Ratio.Of)
	}
}

func (r *running) question(c *scenario.Condition) int {
	if c == nil {
		return none
	}
	if i := slices.IndexFunc(r.asked, func(o *scenario.Condition) bool { return o.Source == c.Source }); i >= 0 {
		return i
	}
	r.asked = append(r.asked, c)
	return len(r.asked) - 1
}

// holds answers a question, none with what otherwise says.
func (v *view) holds(question int, otherwise bool) bool {
	if question == none {
		return otherwise
	}
	known := &v.truths[question]
	if *known == unknown {
		*known = isFalse
		if v.engine.running.asked[question].True(&v.facts) {
			*known = isTrue
		}
	}
	return *known == isTrue
}
