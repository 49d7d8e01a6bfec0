// Package center makes HTTP API traffic of its own, honest and attacking, as a third blind exam for filter/inspect: it was
// written without sight of the detectors or of the other generators' templates. It thinks like an examiner who owns several
// collections of payloads: each payload rides, bare or after an honest value, in one spot of an honest request.
//
// data/attacks.txt and data/honest.txt hold the families, one value a line; data/requests.txt the requests. Slots stand in
// guillemets; ␍ ␊ ␉ ␀ are the control bytes they show.
package center

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

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
		samples = append(samples, newMaker(b, seed, families[i%len(families)], i/len(families)).sample())
	}
	return samples
}

// maker makes one sample.
type maker struct {
	*rand.Rand
	book   *book
	family *family
	round  int
}

// newMaker seeds by family and round, so that a new family leaves the others' samples as they were.
func newMaker(b *book, seed uint64, f *family, round int) *maker {
	h := fnv.New64a()
	_, _ = h.Write([]byte(f.class + "/" + f.name))
	return &maker{Rand: rand.New(rand.NewPCG(seed, h.Sum64()+uint64(round))), book: b, family: f, round: round}
}

func (m *maker) sample() Sample {
	s := Sample{Template: m.family.name, Class: m.family.class, Lookalike: m.family.lookalike}
	if m.family.make != nil {
		m.family.make(m, &s)
		return s
	}
	value := m.fill(m.family.lines[m.round%len(m.family.lines)])
	place := m.family.places[m.IntN(len(m.family.places))]
	if (place == "header" || place == "cookie" || place == "path") && strings.ContainsFunc(value, control) {
		place = "query"
	}
	if m.family.class == "" {
		m.honest(&s, place, value)
		return s
	}
	m.attack(&s, place, value)
	return s
}

// honest puts a value where honest requests have one of its kind: their kinds are the places of its family.
func (m *maker) honest(s *Sample, kind, value string) {
	s.Value = value
	if kind == "agent" {
		m.request(s, pick(m, m.book.requests), -1, value)
		setHeader(s, "user-agent", value)
		s.Place = "header"
		return
	}
	at := pick(m, m.book.spots[kind])
	m.request(s, at.request, at.index, value)
}

// attack disguises a value, puts it after an honest one half of the times that its family allows it, and sends it.
func (m *maker) attack(s *Sample, place, value string) {
	value = m.disguise(value)
	if m.family.has("append") && m.IntN(2) == 0 && !strings.HasPrefix(value, "<?xml") {
		value = m.word() + m.joint(value) + value
	}
	s.Value, s.Place = value, place
	switch place {
	case "probe":
		m.probe(s, value)
	case "agent":
		m.request(s, pick(m, m.book.requests), -1, "")
		setHeader(s, "user-agent", value)
		s.Place = "header"
	case "credential":
		m.credential(s, value)
	case "body":
		m.xmlBody(s, value)
	case "json":
		if m.family.has("whole") && m.IntN(3) > 0 {
			m.json(s, place, `{"`+m.word()+`":`+value+`,"limit":5}`)
			return
		}
		m.carry(s, place, value)
	default:
		m.carry(s, place, value)
	}
}

// joint is what stands between an honest value and what is put after it.
func (m *maker) joint(value string) string {
	if c := value[0]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || m.IntN(4) == 0 {
		return " "
	}
	return ""
}

func control(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }
