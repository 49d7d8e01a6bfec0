// Package west makes HTTP API traffic of its own, honest and attacking, as a second blind exam for filter/inspect: it was
// written without sight of the detectors or of the other generators. It thinks like the author of a list of payloads: an
// attack is one line that goes into one place of an otherwise ordinary request.
//
// The families stand in data/*.txt. Files named honest_* and request_* hold whole requests with slots (book.go), those
// named look_* and value_* hold lines, one value each, which ride in the requests of honest families.
package west

import (
	"hash/fnv"
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
	Value     string // the value in question alone, before encoding; of whole requests the body, or else the target
	Place     string // query, form, json, jsonkey, path, header, cookie, graphql, multipart, xml or other
}

// Honest gives n requests of honest callers, the families in turn. The same seed gives the same requests.
func Honest(seed uint64, n int) []Sample { return deal(seed, n, false) }

// Attacks gives n requests of attackers, the families in turn. The same seed gives the same requests.
func Attacks(seed uint64, n int) []Sample { return deal(seed, n, true) }

// deal takes the families in turn. Data that cannot be read gives nothing; a test holds that it can.
func deal(seed uint64, n int, attacks bool) []Sample {
	b, err := load()
	if err != nil {
		return nil
	}
	families := b.honest
	if attacks {
		families = b.attacks
	}
	samples := make([]Sample, 0, max(n, 0))
	for i := range n {
		f, round := families[i%len(families)], i/len(families)
		samples = append(samples, newMaker(b, seed, f, round).sample())
	}
	return samples
}

// maker makes one sample.
type maker struct {
	*rand.Rand
	book   *book
	family *family
	round  int
	// told are the slots that were filled once and stay the same: those whose name ends in a digit.
	told map[string]string
}

// newMaker seeds by family and round, so that a new family leaves the others' samples as they were.
func newMaker(b *book, seed uint64, f *family, round int) *maker {
	h := fnv.New64a()
	_, _ = h.Write([]byte(f.class + "/" + f.name))
	return &maker{
		Rand: rand.New(rand.NewPCG(seed, h.Sum64()+uint64(round))), book: b, family: f, round: round,
		told: map[string]string{},
	}
}

func (m *maker) sample() Sample {
	s := Sample{Template: m.family.name, Class: m.family.class, Lookalike: m.family.lookalike}
	if m.family.request != nil {
		m.whole(&s)
	} else {
		m.carried(&s)
	}
	return s
}

// whole makes a sample of a family that is a request of its own.
func (m *maker) whole(s *Sample) {
	req := m.family.request
	m.build(s, req, planted{})
	s.Place = req.kind
	if len(req.spots) > 0 && !m.family.attack() {
		s.Place = req.spots[0].place
	}
	s.Value = string(s.Body)
	if s.Value == "" {
		s.Value = s.Path
	}
}

// carried makes a sample of a family of values: one line in one spot of an honest request.
func (m *maker) carried(s *Sample) {
	line := m.family.lines[m.round%len(m.family.lines)]
	if m.round >= len(m.family.lines) {
		line = pick(m, m.family.lines)
	}
	value := m.fill(line, plain)
	spot := m.spot(value)
	if m.appends(value, spot) {
		value = m.fill(spot.slot.text, plain) + value
	}
	s.Value, s.Place = value, spot.place
	switch s.Place {
	case placeFile:
		s.Place = placeMultipart
	case placeStatement, placeCondition:
		s.Place = placeJSON
	}
	m.build(s, spot.request, planted{at: spot.slot, value: value, wire: m.family.wire})
}

// spot chooses where a value goes: the family's places in turn, as far as honest requests have such.
func (m *maker) spot(value string) spot {
	places := m.family.places
	for i := range places {
		place := places[(m.round+i)%len(places)]
		if place == placeHeader && strings.ContainsFunc(value, control) {
			continue
		}
		if m.family.lookalike && !m.family.narrow && len(m.book.spots[place+free]) > 0 {
			place += free
		}
		if spots := m.book.spots[place]; len(spots) > 0 {
			return pick(m, spots)
		}
	}
	return pick(m, m.book.spots[placeJSON])
}

// appends says whether the value goes after what an honest caller would have sent: those that break out of something do
// so, one in three times.
func (m *maker) appends(value string, at spot) bool {
	breaks := m.family.class == "sqli" || m.family.class == "cmdi" || m.family.class == "ldap" || m.family.class == "xpath"
	return breaks && at.place != placeHeader && value != "" && strings.ContainsRune("'\"`;|&) *", rune(value[0])) && m.IntN(3) == 0
}

func control(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }
