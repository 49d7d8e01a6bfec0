package scenario

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"picket/controlplane"
)

// sentence is a template of evidence.
type sentence []part

// part is a text, or a number that takes its place.
type part struct {
	text   string
	number string // "count", "ok/requests"; empty: text
}

// Told is what sentences are filled with.
type Told struct {
	Facts    *Facts
	Endpoint string
	Within   time.Duration
	// About says which distinct numbers are estimates.
	About map[Number]bool
}

// Say gives the scenario's sentences. One whose first number is 0 is left out.
func (s *Scenario) Say(t Told) (all []string) {
	names := map[string]fact{}
	for _, f := range facts() {
		names[f.name] = f
	}
	for _, e := range s.Evidence {
		if text, ok := e.fill(t, names); ok {
			all = append(all, text)
		}
	}
	return all
}

func (e sentence) fill(t Told, names map[string]fact) (string, bool) {
	var b strings.Builder
	first := true
	for _, p := range e {
		switch p.number {
		case "":
			b.WriteString(p.text)
		case "endpoint":
			b.WriteString(t.Endpoint)
		case "within":
			b.WriteString(controlplane.Lasting(t.Within))
		default:
			text, zero := t.number(p.number, names)
			if zero && first {
				return "", false
			}
			first = false
			b.WriteString(text)
		}
	}
	return b.String(), true
}

// number writes a fact, or a share of one in another.
func (t Told) number(name string, names map[string]fact) (text string, zero bool) {
	if a, b, share := strings.Cut(name, "/"); share {
		of := t.Facts.Number[names[a].place] / max(t.Facts.Number[names[b].place], 1)
		return fmt.Sprintf("%.0f %%", 100*min(of, 1)), of == 0
	}
	f := names[name]
	if f.kind == isText {
		return t.Facts.Text[f.place], false
	}
	n := Number(f.place)
	v := t.Facts.Number[n]
	switch n {
	case BytesIn, BytesOut:
		text = bytesText(v)
	case UpstreamMS:
		text = controlplane.Lasting(time.Duration(v * float64(time.Millisecond)).Round(time.Second))
	case Share:
		text = fmt.Sprintf("%.0f %%", 100*v)
	default:
		text = strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	}
	if t.About[n] {
		text = "about " + text
	}
	return text, v == 0
}

func bytesText(v float64) string {
	for _, unit := range []string{"B", "kB", "MB"} {
		if v < 1000 {
			return fmt.Sprintf("%.0f %s", v, unit)
		}
		v /= 1000
	}
	return fmt.Sprintf("%.1f GB", v)
}

// parseSentence reads a template, where {name} stands for a number.
func parseSentence(text string) sentence {
	var e sentence
	last := 0
	for _, at := range regexp.MustCompile(`\{[^{}]*\}`).FindAllStringIndex(text, -1) {
		e = append(e, part{text: text[last:at[0]]}, part{number: text[at[0]+1 : at[1]-1]})
		last = at[1]
	}
	return append(e, part{text: text[last:]})
}

// numbers gives the facts that a sentence tells.
func (e sentence) numbers() (names []string) {
	for _, p := range e {
		if p.number != "" && p.number != "endpoint" && p.number != "within" {
			names = append(names, strings.Split(p.number, "/")...)
		}
	}
	return names
}

// Amount writes a number of things.
func Amount(v float64) string { return strconv.FormatFloat(math.Round(v), 'f', 0, 64) }
