package inspect

// Bounds of a GraphQL document beyond which it is abuse.
const (
	deepSelection  = 14
	deeperSelect   = 20
	manyAliases    = 24
	manyDirectives = 24
	manyFragments  = 40
)

// isDocument says whether v looks like a GraphQL document.
func isDocument(v []byte) bool {
	for len(v) > 0 && (v[0] <= ' ' || v[0] == ',') {
		v = v[1:]
	}
	if len(v) < 3 {
		return false
	}
	if v[0] == '{' || v[0] == '#' {
		return contains(v, "{") && contains(v, "}") && !contains(v[:min(len(v), 3)], "{{") && !contains(v[:min(len(v), 8)], "\"") && !contains(v[:min(len(v), 3)], "$")
	}
	for _, s := range [...]string{"query", "mutation", "subscription", "fragment"} {
		if hasPrefix(v, s) && len(v) > len(s) && (v[len(s)] <= ' ' || v[len(s)] == '{' || v[len(s)] == '(') {
			return contains(v, "{")
		}
	}
	return false
}

// document reads the collected GraphQL document: its shape, and the strings in it.
func (b *BodyReader) document() {
	d := documentReader{in: b.in, text: b.value[:b.n]}
	for d.at < len(d.text) {
		d.step()
	}
	d.judge()
	b.n, b.long = 0, false
}

// documentReader walks through a document.
type documentReader struct {
	in                                              *Inspector
	text                                            []byte
	at                                              int
	depth, deepest, brackets                        int
	aliases, directives, fragments, fields, repeats int
	last                                            uint32
	introspects                                     bool
}

func (d *documentReader) step() {
	switch c := d.text[d.at]; {
	case c == '"':
		d.string()
		return
	case c == '#':
		d.comment()
		return
	case c == '{':
		d.depth++
		d.deepest = max(d.deepest, d.depth)
	case c == '}':
		d.depth--
	case c == '(':
		d.brackets++
	case c == ')':
		d.brackets--
	case c == '@':
		d.directives++
	case c == ':' && d.brackets == 0 && d.depth > 0:
		d.aliases++
	case c == '.':
		d.fragments++
	case isWord(c):
		d.name()
		return
	}
	d.at++
}

func (d *documentReader) name() {
	start := d.at
	h := uint32(hashSeed)
	for d.at < len(d.text) && isWord(d.text[d.at]) {
		h = hashStep(h, d.text[d.at])
		d.at++
	}
	if h == d.last && d.brackets == 0 {
		d.repeats++
	}
	d.last = h
	if w := d.text[start:d.at]; string(w) == "__schema" || string(w) == "__type" {
		d.introspects = true
	}
	d.fields++
}

func (d *documentReader) comment() {
	for d.at < len(d.text) && d.text[d.at] != '\n' {
		d.at++
	}
}

// string looks at a string within the document.
func (d *documentReader) string() {
	if len(d.text)-d.at >= 3 && d.text[d.at+1] == '"' && d.text[d.at+2] == '"' {
		d.block()
		return
	}
	start := d.at + 1
	d.at++
	for d.at < len(d.text) && d.text[d.at] != '"' && d.text[d.at] != '\n' {
		if d.text[d.at] == '\\' {
			d.at++
		}
		d.at++
	}
	end := min(d.at, len(d.text))
	d.at = end + 1
	d.in.at(ZoneGraphQL, nil)
	d.in.value(d.text[start:end])
}

func (d *documentReader) block() {
	start := d.at + 3
	end := start
	for end < len(d.text) && !(d.text[end] == '"' && end+2 < len(d.text) && d.text[end+1] == '"' && d.text[end+2] == '"') {
		end++
	}
	d.at = end + 3
	d.in.at(ZoneGraphQL, nil)
	d.in.value(d.text[min(start, end):end])
}

func (d *documentReader) judge() {
	d.in.at(ZoneGraphQL, nil)
	switch {
	case d.deepest >= deeperSelect:
		d.in.found(GraphQL, 0.92, "depth", nil)
	case d.deepest >= deepSelection:
		d.in.found(GraphQL, 0.65, "depth", nil)
	case d.aliases >= manyAliases && d.aliases*4 > d.fields:
		d.in.found(GraphQL, 0.85, "aliases", nil)
	case d.directives >= manyDirectives:
		d.in.found(GraphQL, 0.85, "directives", nil)
	case d.repeats >= manyAliases:
		d.in.found(GraphQL, 0.8, "repeated-fields", nil)
	case d.fragments/3 >= manyFragments:
		d.in.found(GraphQL, 0.7, "fragments", nil)
	case d.introspects:
		d.in.found(GraphQL, 0.6, "introspection", nil)
	}
}
