// Package shore makes HTTP API traffic of its own, honest and attacking, as a fifth
// blind exam for filter/inspect: it was written without sight of the detectors or of
// the other generators' data. It asks two things: do the requests of trades that
// nobody thought of pass, each whole with its headers, and are the one-line attacks
// of public collections seen wherever a caller may put them.
//
// Under data/, "== name" opens a family, "> " lines are the request that it fills and
// the others its values, one each; book.go tells the form. Slots stand in guillemets
// (fill.go); ␍ ␊ ␉ ␀ are the control bytes they show, ⏎ is a line's end.
package shore

import "math/rand/v2"

// Sample is one request and what is known of it.
type Sample struct {
	Template  string // the family it comes from
	Class     string // "" for honest, else the class of the attack
	Lookalike bool   // honest, but like an attack to a careless eye
	Method    string
	Path      string // with the query, as it stands on the wire
	Headers   [][2]string
	Body      []byte
	Value     string // the value in question alone, before encoding; of whole requests the target or body
	Place     string // query, form, json, path, header, cookie, graphql, multipart, xml or other
}

// Honest gives n requests of honest callers: the families in turn, two ordinary ones
// for each look-alike. The same seed gives the same requests.
func Honest(seed uint64, n int) []Sample {
	plain, alike := read("honest.txt"), read("lookalike.txt")
	out := make([]Sample, n)
	for i := range out {
		m := &maker{r: rand.New(rand.NewPCG(seed, uint64(i)))}
		families, k := plain, i-i/3
		if i%3 == 2 {
			families, k = alike, i/3
		}
		f := &families[k%len(families)]
		out[i] = m.send(f, f.line(k/len(families)))
		out[i].Lookalike = i%3 == 2
	}
	return out
}

// Attacks gives n requests of attackers: the payloads in turn, each time in another
// of the ordinary requests that its class may come in. The same seed gives the same
// requests.
func Attacks(seed uint64, n int) []Sample {
	payloads, envelopes := spread(read("attacks.txt")), read("envelopes.txt")
	out := make([]Sample, n)
	for i := range out {
		m := &maker{r: rand.New(rand.NewPCG(^seed, uint64(i)))}
		p := &payloads[i%len(payloads)]
		f := p.family
		if len(f.request) == 0 {
			f = m.envelope(envelopes, f)
		}
		out[i] = m.send(f, p.line)
		out[i].Class, out[i].Template = p.family.class, p.family.name+": "+p.line
	}
	return out
}
