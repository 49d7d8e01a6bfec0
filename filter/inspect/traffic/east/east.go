// Package east makes HTTP API traffic of its own, honest and attacking, as a blind exam for filter/inspect: it was written
// without sight of the detectors or of the other generators.
//
// A template family is one request in text form with slots (gen.go) and one marked value. Attacks ride in the requests of
// honest families, in whose place they put their own value, or bring a request of their own.
package east

import (
	"math/rand/v2"
	"strings"
)

// Sample is one request and what is known of it.
type Sample struct {
	Template  string // the family it comes from; scores are per distinct template
	Class     string // "" for honest, else the class of the attack
	Lookalike bool   // honest, but like an attack to a careless eye
	Method    string
	Path      string // with the query, as it stands on the wire
	Headers   [][2]string
	Body      []byte
	Value     string // the value in question alone, before encoding
	Place     string // query, form, json, jsonkey, path, header, cookie, graphql, multipart or xml
}

// family is a template. The text of a request is
//
//	METHOD target [kind]
//	> header: value
//	body
//
// with any number of header lines; kind names the body's media type (kinds). The value stands where the text has a mark:
// § encoded as the place asks, ¤ as it is, ¶ as a GraphQL string in a JSON string.
type family struct {
	name  string
	place string   // attacks without a request: all places they may ride in, separated by spaces
	reqs  []string // one is picked; attacks may have none
	vals  []string // templates of the value; one is picked
	veils string   // attacks: further disguises that leave it working, separated by spaces
	look  bool
}

// class is the attack's, which is the first part of its name.
func (f family) class() string {
	c, _, _ := strings.Cut(f.name, "/")
	return c
}

// Honest gives n requests that honest clients send, evenly over all families. Equal arguments give equal samples.
func Honest(seed uint64, n int) []Sample {
	families := honestFamilies()
	return spread(seed, n, families, func(g *gen, f family) Sample {
		s := g.build(pick(g, f.reqs), f.place, g.expand(pick(g, f.vals), plain), g.IntN(honestStyles))
		s.Lookalike = f.look
		return s
	})
}

// Attacks gives n attacks, evenly over all families. Equal arguments give equal samples.
func Attacks(seed uint64, n int) []Sample {
	carriers := carriersByPlace()
	return spread(seed, n, attackFamilies(), func(g *gen, f family) Sample {
		s := g.attack(f, carriers)
		s.Class = f.class()
		return s
	})
}

// spread makes sample i from family i modulo their number, in an order that the seed gives, each with randomness of its own.
func spread(seed uint64, n int, families []family, sample func(*gen, family) Sample) []Sample {
	order := rand.New(rand.NewPCG(seed, 0)).Perm(len(families))
	rules := lexicon()
	samples := make([]Sample, 0, max(n, 0))
	for i := range n {
		g := &gen{Rand: rand.New(rand.NewPCG(seed, uint64(i)+1)), rules: rules}
		f := families[order[i%len(order)]]
		s := sample(g, f)
		s.Template = f.name
		samples = append(samples, s)
	}
	return samples
}

// attack puts one of f's values into a request of its own, or into an honest one.
func (g *gen) attack(f family, carriers map[string][]family) Sample {
	place := pick(g, strings.Fields(f.place))
	reqs, usual := f.reqs, one("‹surname›")
	if len(reqs) == 0 {
		c := pick(g, carriers[place])
		reqs, usual = c.reqs, c.vals
	}
	g.bound = clip(g.expand(pick(g, usual), plain), 160)
	v := g.expand(pick(g, f.vals), plain)
	shown, sent, style := g.disguise(v, place, f.veils)
	s := g.build(pick(g, reqs), place, sent, style)
	s.Value = shown
	return s
}

// carriersByPlace are the honest families that attacks ride in: all that are no look-alikes and encode their value.
func carriersByPlace() map[string][]family {
	m := map[string][]family{}
	for _, f := range honestFamilies() {
		if !f.look && !strings.Contains(f.reqs[0], "¤") {
			m[f.place] = append(m[f.place], f)
		}
	}
	return m
}

// clip keeps the first runes of s.
func clip(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}
