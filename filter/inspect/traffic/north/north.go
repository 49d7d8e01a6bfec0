// Package north generates HTTP API traffic, honest and attacking, to train and judge inspection with.
//
// It is one of two generators that share nothing, so that each can test what the other has taught. What it says stands in
// grammar/*.txt: rules (a word and its alternatives) and families (values, and the requests that carry them). The Go code
// expands them, encodes each value as a client of that kind would, and dresses the request in plausible headers.
package north

import (
	"math/rand/v2"
)

// Sample is one whole request, with the one value in it that it is about.
type Sample struct {
	Template  string // the family; samples of one family are alike in kind, so hold out whole families
	Class     string // "" for honest, else the class of the attack
	Lookalike bool   // honest, but a careless detector takes it for an attack
	Method    string
	Path      string // with the query
	Headers   [][2]string
	Body      []byte
	Value     string // before any encoding
	Place     string // query, form, json, jsonkey, path, header, cookie, graphql, multipart or xml
}

// Streams of the random source, so that honest and attacking samples of one seed are unrelated.
const (
	streamHonest = 0x6e6f727468
	streamAttack = 0x736f757468
)

// Honest gives n honest samples, spread evenly over all honest families. The same seed gives the same samples, and a
// smaller n gives a prefix of them.
func Honest(seed uint64, n int) []Sample {
	return generate(load("honest"), seed, streamHonest, n)
}

// Attacks gives n attacking samples, spread evenly over all families of attacks, with the same promises as Honest.
func Attacks(seed uint64, n int) []Sample {
	return generate(load("attack"), seed, streamAttack, n)
}

func generate(gr *grammar, seed, stream uint64, n int) []Sample {
	var samples []Sample
	var order []int
	shuffle := rand.New(rand.NewPCG(seed, stream))
	for i := range n {
		if i%len(gr.families) == 0 {
			order = shuffle.Perm(len(gr.families))
		}
		f := &gr.families[order[i%len(gr.families)]]
		g := &gen{r: rand.New(rand.NewPCG(seed+uint64(i)*0x9e3779b97f4a7c15, stream^uint64(i))), gr: gr}
		samples = append(samples, g.sample(f))
	}
	return samples
}
