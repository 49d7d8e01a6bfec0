// Package coast makes HTTP API traffic of its own, honest and attacking, as a
// fourth blind exam for filter/inspect: it was written without sight of the
// detectors or of the other generators. Most of it is honest: bodies, filters,
// documents and telemetry of many trades, and what only looks like an attack.
//
// Under data/, a line "== name | carrier | argument" opens a family and each line
// after it is one of its values; book.go tells the carriers. Slots stand in
// guillemets (fill.go); ␍ ␊ ␉ ␀ are the control bytes they show, ⏎ ends a line of a
// whole request.
package coast

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

// Honest gives n requests of honest callers: the families in turn, two ordinary
// ones for each look-alike. The same seed gives the same requests.
func Honest(seed uint64, n int) []Sample {
	plain, alike := read("honest.txt"), read("lookalike.txt")
	out := make([]Sample, n)
	for i := range out {
		m := &maker{r: rand.New(rand.NewPCG(seed, uint64(i)))}
		if i%3 == 2 {
			k := i / 3
			out[i] = m.honest(&alike[k%len(alike)], k/len(alike))
			out[i].Lookalike = true
			continue
		}
		k := i - i/3
		out[i] = m.honest(&plain[k%len(plain)], k/len(plain))
	}
	return out
}

// Attacks gives n requests of attackers, the payloads in turn. The same seed gives
// the same requests.
func Attacks(seed uint64, n int) []Sample {
	families := payloads(read("attacks.txt"))
	out := make([]Sample, n)
	for i := range out {
		m := &maker{r: rand.New(rand.NewPCG(^seed, uint64(i)))}
		f := &families[i%len(families)]
		out[i] = m.attack(f, i/len(families)+i%len(families))
		out[i].Class, out[i].Template = f.class, f.name
	}
	return out
}
