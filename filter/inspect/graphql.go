package inspect

// Bounds of a GraphQL document beyond which it is abuse.
const (
	deepSelection  = 14
	deeperSelect   = 20
	manyAliases    = 30
	sameAliases    = 8
	sameMutations  = 4
	manyDirectives = 20
	manyRepeats    = 12
	manySpreads    = 40
	spreadsKept    = 24
	hugePage       = 5 // digits
)

// isDocument says whether v looks like a GraphQL document, or the start of one.
func isDocument(v []byte) bool {
	for len(v) > 0 && (v[0] <= ' ' || v[0] == ',') {
		v = v[1:]
	}
	if len(v) < 3 {
		return false
	}
	if v[0] == '#' {
		return contains(v, "{") && (contains(v, "query") || contains(v, "mutation"))
	}
	if v[0] == '{' {
		i := 1
		for i < len(v) && v[i] <= ' ' {
			i++
		}
		return i < len(v) && (isAlpha(v[i]) || v[i] == '_' || v[i] == '.')
	}
	for _, s := range [...]string{"query", "mutation", "subscription", "fragment"} {
		if hasPrefix(v, s) && len(v) > len(s) && (v[len(s)] <= ' ' || v[len(s)] == '{' || v[len(s)] == '(') {
			return contains(v, "{")
		}
	}
	return false
}

// document ends the GraphQL document that was collected.
func (b *BodyReader) document() {
	b.doc.read(b.in, b.value[:b.n])
	b.doc.judge(b.in)
	b.n, b.long = 0, false
}

// documentReader walks through a document: its shape, and the strings in it. It goes on from window to window; a string
// on the border is looked at in two parts.
type documentReader struct {
	used                                             bool
	at                                               int
	depth, deepest, brackets                         int
	aliases, directives, dots, fields, repeats, same int
	last, aliased                                    uint32
	mutation, alias, introspects, fragment           bool
	paged, huge                                      bool // an argument for a page's size was named; one is huge
	inFragment                                       uint32
	spreads                                          [spreadsKept][2]uint32
	spread, kept                                     int
}

func (d *documentReader) read(in *Inspector, text []byte) {
	d.at, d.used = 0, true
	for d.at < len(text) {
		d.step(in, text)
	}
}

func (d *documentReader) step(in *Inspector, text []byte) {
	switch c := text[d.at]; {
	case c == '"':
		d.string(in, text)
		return
	case c == '#':
		for d.at < len(text) && text[d.at] != '\n' {
			d.at++
		}
		return
	case c == '{':
		d.depth++
		d.deepest = max(d.deepest, d.depth)
	case c == '}':
		if d.depth--; d.depth <= 0 {
			d.inFragment = 0
		}
	case c == '(':
		d.brackets++
	case c == ')':
		d.brackets--
	case c == '@':
		d.directives++
	case c == ':' && d.brackets == 0 && d.depth > 0:
		d.aliases++
		d.alias = true
	case c == '.':
		d.dots++
	case isWord(c):
		d.name(text)
		return
	}
	d.at++
}

func (d *documentReader) name(text []byte) {
	start := d.at
	h := uint32(hashSeed)
	for d.at < len(text) && isWord(text[d.at]) {
		h = hashStep(h, text[d.at])
		d.at++
	}
	w := text[start:d.at]
	switch {
	case isDigit(w[0]):
		d.huge = d.huge || d.paged && len(w) > hugePage
	case d.dots >= 3 && string(w) != "on":
		d.spreadOf(h)
	case d.fragment:
		d.inFragment, d.fragment = h, false
	case string(w) == "fragment" && d.depth == 0:
		d.fragment = true
	case string(w) == "mutation" && d.depth == 0:
		d.mutation = true
	case string(w) == "__schema" || string(w) == "__type":
		d.introspects = true
	}
	d.paged = d.brackets > 0 && listed(w, "first last limit take top count size pageSize perPage per_page")
	d.count(h)
	d.dots = 0
}

func (d *documentReader) spreadOf(h uint32) {
	if d.inFragment != 0 && d.kept < spreadsKept {
		d.spreads[d.kept] = [2]uint32{d.inFragment, h}
		d.kept++
	}
	d.spread++
}

// count notes repetitions: the same field again and again, by itself or under aliases.
func (d *documentReader) count(h uint32) {
	if h == d.last && d.brackets == 0 {
		d.repeats++
	}
	if d.alias {
		if h == d.aliased {
			d.same++
		}
		d.aliased, d.alias = h, false
	}
	d.last = h
	d.fields++
}

// string looks at a string within the document.
func (d *documentReader) string(in *Inspector, text []byte) {
	quotes := 1
	if len(text)-d.at >= 3 && text[d.at+1] == '"' && text[d.at+2] == '"' {
		quotes = 3
	}
	start := d.at + quotes
	end := start
	for end < len(text) && !closes(text[end:], quotes) {
		if text[end] == '\\' {
			end++
		}
		end++
	}
	end = min(end, len(text))
	d.at = end + quotes
	if start < end {
		in.at(ZoneGraphQL, nil)
		in.value(text[start:end])
	}
}

// closes says whether so many quotes stand at the start of text.
func closes(text []byte, quotes int) bool {
	return text[0] == '"' && (quotes == 1 || len(text) > 2 && text[1] == '"' && text[2] == '"')
}

func (d *documentReader) judge(in *Inspector) {
	in.at(ZoneGraphQL, nil)
	switch {
	case d.deepest >= deeperSelect:
		in.found(GraphQL, 0.92, "depth", nil)
	case d.circular():
		in.found(GraphQL, 0.9, "circular-fragments", nil)
	case d.same >= sameAliases, d.mutation && d.same >= sameMutations:
		in.found(GraphQL, 0.8, "aliases", nil)
	case d.aliases >= manyAliases && d.aliases*4 > d.fields:
		in.found(GraphQL, 0.8, "aliases", nil)
	case d.directives >= manyDirectives:
		in.found(GraphQL, 0.85, "directives", nil)
	case d.repeats >= manyRepeats:
		in.found(GraphQL, 0.8, "repeated-fields", nil)
	case d.deepest >= deepSelection:
		in.found(GraphQL, 0.65, "depth", nil)
	case d.spread >= manySpreads:
		in.found(GraphQL, 0.7, "fragments", nil)
	case d.huge:
		in.found(GraphQL, 0.6, "page-size", nil)
	case d.introspects:
		in.found(GraphQL, 0.55, "introspection", nil)
	}
}

// circular says whether a fragment leads to itself, within a few steps.
func (d *documentReader) circular() bool {
	n := d.kept
	for i := range n {
		at := d.spreads[i][1]
		for range n {
			if at == 0 {
				break
			}
			if at == d.spreads[i][0] {
				return true
			}
			next := uint32(0)
			for k := range n {
				if d.spreads[k][0] == at {
					next = d.spreads[k][1]
					break
				}
			}
			at = next
		}
	}
	return false
}
