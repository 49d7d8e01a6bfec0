package shore

import (
	"embed"
	"slices"
	"strings"
)

//go:embed data
var data embed.FS

// family is a request to fill and the values that it is filled with.
//
// Of the request the first line is method and target, then come headers, then, after
// the name of a kind of body (send.go), the body. "§" is where the value goes,
// encoded as it must be there; "¤" takes it into a target as it is. An attack's
// family without a request travels in the envelopes that its argument names.
type family struct {
	name      string
	class     string   // of attacks: the first word of the name
	envelopes []string // of attacks: the sorts of envelope; of envelopes: its sorts
	request   []string
	lines     []string // none: the request is whole
}

// line gives a family's k-th value, from the first again after the last.
func (f *family) line(k int) string {
	if len(f.lines) == 0 {
		return ""
	}
	return f.lines[k%len(f.lines)]
}

// read gives the families of a file under data. A line that starts with a hyphen and a
// blank is a remark.
func read(file string) []family {
	text, err := data.ReadFile("data/" + file)
	if err != nil {
		return nil
	}
	var out []family
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		head, opens := strings.CutPrefix(line, "== ")
		switch {
		case opens:
			name, sorts, _ := strings.Cut(head, " | ")
			class, _, _ := strings.Cut(name, " ")
			out = append(out, family{name: name, class: class, envelopes: strings.Fields(sorts)})
		case line == "" || len(out) == 0 || strings.HasPrefix(line, "- "):
		case strings.HasPrefix(line, "> "):
			out[len(out)-1].request = append(out[len(out)-1].request, line[2:])
		default:
			out[len(out)-1].lines = append(out[len(out)-1].lines, line)
		}
	}
	return out
}

// payload is one line of a family of attacks.
type payload struct {
	family *family
	line   string
}

// spread gives each line of the families by itself; a family that is whole is one.
func spread(families []family) []payload {
	var out []payload
	for i := range families {
		f := &families[i]
		for _, line := range f.lines {
			out = append(out, payload{f, line})
		}
		if len(f.lines) == 0 {
			out = append(out, payload{family: f})
		}
	}
	return out
}

// envelope draws one of the envelopes that a family's attacks may travel in.
func (m *maker) envelope(envelopes []family, of *family) *family {
	var fit []*family
	for i := range envelopes {
		e := &envelopes[i]
		if slices.ContainsFunc(e.envelopes, func(sort string) bool { return slices.Contains(of.envelopes, sort) }) {
			fit = append(fit, e)
		}
	}
	return fit[m.r.IntN(len(fit))]
}
