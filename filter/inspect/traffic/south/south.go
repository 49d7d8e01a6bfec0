// Package south writes HTTP API requests, honest ones and attacks, to train the inspection on and to test it with.
// Each sample is a whole request, spoken from one of many template families; a family is a grammar, so that its samples
// differ in wording and structure. It shares no words with the other generator, and no code: what is learned from one
// can be tested on the other. Nothing here is part of the filter.
package south

import "math/rand/v2"

// Sample is one request and what is known of it.
type Sample struct {
	Template  string      // the family's name; whole families are held out together
	Class     string      // "" for honest, else the attack's class, one of Classes
	Lookalike bool        // honest, but like an attack to a careless reader
	Method    string      // as sent
	Path      string      // path and query, encoded
	Headers   [][2]string // lower-case names, in order, host first
	Body      []byte      // nil: none
	Value     string      // the value in question, before the encoding of its place
	Place     string      // where Value stands, one of Places
}

// Classes lists every class of attack that Attacks writes.
func Classes() []string {
	return []string{
		"sqli", "nosqli", "xss", "cmdi", "traversal", "ssrf", "ssti", "el", "jndi", "ldap", "xpath", "xxe", "ssi", "crlf", "mail",
		"deserialization", "prototype", "graphql", "jsonbomb", "oddity", "scanner", "token", "urlcredential",
	}
}

// Places lists every place where a value can stand.
func Places() []string {
	return []string{"query", "form", "json", "jsonkey", "path", "header", "cookie", "graphql", "multipart", "xml"}
}

// family is a grammar of requests under one name.
type family struct {
	name      string
	class     string
	lookalike bool
	theme     string   // the industry of the fields around the value; "" draws one
	at        []string // where the value can stand: "place METHOD path key", see parseSpot
	say       []string // templates of the value, see gen.say
	twist     string   // what an attacker does to the value: "" by class, "none" for nothing
	build     func(g *gen) Sample
}

// Honest writes n honest requests, the same ones for the same seed, spread evenly over all families; a longer run
// starts with the shorter one.
func Honest(seed uint64, n int) []Sample { return spread(seed, 0x5ca1ab1e, n, honestFamilies()) }

// Attacks writes n requests that carry an attack, in the same manner.
func Attacks(seed uint64, n int) []Sample { return spread(seed, 0xdecade, n, attackFamilies()) }

func spread(seed, stream uint64, n int, families []family) []Sample {
	order := rand.New(rand.NewPCG(seed, stream)).Perm(len(families))
	words := lexicon()
	slots := dynamics()
	samples := make([]Sample, 0, max(n, 0))
	for i := range n {
		f := &families[order[i%len(order)]]
		r := rand.New(rand.NewPCG(seed^stream, uint64(i)*0x9e3779b97f4a7c15+stream))
		samples = append(samples, write(newGen(r, words, slots, f), f))
	}
	return samples
}

func write(g *gen, f *family) Sample {
	var s Sample
	if f.build != nil {
		s = f.build(g)
	} else {
		s = g.request(pick(g, f.at), g.say(pick(g, f.say)))
	}
	s.Template, s.Class, s.Lookalike = f.name, f.class, f.lookalike
	return s
}

func honestFamilies() []family {
	return concat(
		honestForge(), honestForum(), honestCare(), honestPlay(), honestSensor(), honestTrip(), honestCircle(), honestQuery(),
		looksLikeSQL(), looksLikeCode(), looksLikeShell(), looksLikeMarkup(), looksLikeLinks(), looksLikeOther(), honestDocuments(),
	)
}

func attackFamilies() []family {
	return concat(
		attackSQL(), attackNoSQL(), attackScript(), attackShell(), attackFiles(), attackAddresses(), attackTemplates(), attackDirectories(),
		attackEntities(), attackLines(), attackObjects(), attackGraphs(), attackBombs(), attackOddities(), attackTokens(),
	)
}

func concat(groups ...[]family) []family {
	var all []family
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}
