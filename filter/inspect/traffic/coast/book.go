package coast

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed data
var data embed.FS

// family is values of one kind and how they travel:
//
//	field    a value under one of the argument's names, in a query, form, JSON or the like
//	json     a whole JSON body, the argument is "METHOD /path"
//	body     a whole body, the argument is "METHOD /path content/type"
//	target   the argument is the method, the value the target as it stands on the wire
//	header   the value of the header the argument names
//	cookie   the value of the cookie the argument names
//	path     one segment behind the path the argument names
//	request  a whole request: line, headers, an empty line, body, each ended by ⏎
type family struct {
	class, name, carrier string
	args                 []string
	lines                []string
}

// read gives the families of one file under data/.
func read(file string) []family {
	text, err := data.ReadFile("data/" + file)
	if err != nil {
		return nil // embedded: a test holds that each file has families
	}
	var out []family
	for line := range strings.SplitSeq(string(text), "\n") {
		if head, ok := strings.CutPrefix(line, "== "); ok {
			out = append(out, open(head))
		} else if line != "" && len(out) > 0 {
			f := &out[len(out)-1]
			f.lines = append(f.lines, line)
		}
	}
	return out
}

func open(head string) family {
	parts := strings.SplitN(head, " | ", 3)
	f := family{name: strings.TrimSpace(parts[0])}
	if len(parts) > 1 {
		f.carrier = strings.TrimSpace(parts[1])
	}
	if len(parts) > 2 {
		f.args = strings.Fields(parts[2])
	}
	return f
}

// payloads makes each line of a family of attacks a family of its own, named after
// its class and number.
func payloads(groups []family) []family {
	var out []family
	count := map[string]int{}
	for _, g := range groups {
		for i := range g.lines {
			count[g.name]++
			out = append(out, family{
				class: g.name, name: fmt.Sprintf("%s %d", g.name, count[g.name]),
				carrier: g.carrier, args: g.args, lines: g.lines[i : i+1],
			})
		}
	}
	return out
}
