package inspect

// xmlReader reads XML and HTML: declarations, attributes' values and text.
type xmlReader struct {
	state   xmlState
	quote   byte
	tags    int
	bracket int
	closing bool
	selfEnd bool
	name    bool
}

type xmlState uint8

const (
	xmlText xmlState = iota
	xmlTag
	xmlValue
	xmlDeclaration
)

func (x *xmlReader) reset() { *x = xmlReader{} }

func (x *xmlReader) feed(b *BodyReader, p []byte) {
	for _, c := range p {
		switch x.state {
		case xmlText:
			x.inText(b, c)
		case xmlTag:
			x.inTag(b, c)
		case xmlValue:
			x.inValue(b, c)
		case xmlDeclaration:
			x.inDeclaration(b, c)
		}
	}
}

func (x *xmlReader) inText(b *BodyReader, c byte) {
	if c != '<' {
		b.add(c)
		return
	}
	x.text(b)
	x.state, x.name, x.closing, x.selfEnd = xmlTag, true, false, false
}

// text looks at the text between two tags.
func (x *xmlReader) text(b *BodyReader) {
	if b.n > 0 && !blank(b.value[:b.n]) {
		b.look(ZoneXML, b.path.name())
	}
	b.n, b.long = 0, false
}

func blank(b []byte) bool {
	for _, c := range b {
		if c > ' ' {
			return false
		}
	}
	return true
}

// inTag reads a tag's name, and waits for its attributes' values.
func (x *xmlReader) inTag(b *BodyReader, c byte) {
	switch {
	case x.name && b.n == 0 && (c == '!' || c == '?'):
		b.add('<')
		b.add(c)
		x.state, x.bracket = xmlDeclaration, 0
	case x.name && b.n == 0 && c == '/':
		x.closing = true
	case c == '>':
		x.endName(b)
		x.endTag(b)
	case c == '"' || c == '\'':
		x.endName(b)
		x.state, x.quote = xmlValue, c
	case c <= ' ':
		x.endName(b)
	case c == '/':
		x.endName(b)
		x.selfEnd = true
	case x.name:
		b.add(c)
	}
}

// endName ends the tag's name.
func (x *xmlReader) endName(b *BodyReader) {
	if !x.name {
		return
	}
	x.name = false
	if x.closing {
		b.path.pop()
	} else {
		x.element(b, b.value[:b.n])
		b.path.push(b.value[:min(b.n, 32)])
		x.tags++
	}
	b.n, b.long = 0, false
}

// element judges elements that have a meaning of their own wherever they stand.
func (x *xmlReader) element(b *BodyReader, name []byte) {
	b.in.at(ZoneXML, b.path.name())
	switch {
	case hasSuffix(name, ":include") && (hasPrefix(name, "xi") || hasPrefix(name, "esi")):
		b.in.found(XXE, 0.85, "include", name)
	case hasPrefix(name, "java.") || hasPrefix(name, "javax.") || hasPrefix(name, "org.apache.") || hasPrefix(name, "com.sun.") || hasPrefix(name, "sun.") || string(name) == "dynamic-proxy":
		b.in.found(Deserialization, 0.85, "xstream", name)
	case string(name) == "script":
		b.in.found(XSS, 0.6, "script-element", name)
	}
	if b.path.depth == 200 {
		b.in.found(JSONBomb, 0.8, "depth", nil)
	}
}

func (x *xmlReader) endTag(b *BodyReader) {
	if x.selfEnd && !x.closing {
		b.path.pop()
	}
	x.state = xmlText
	b.n, b.long = 0, false
}

func (x *xmlReader) inValue(b *BodyReader, c byte) {
	if c != x.quote {
		b.add(c)
		return
	}
	b.look(ZoneXML, b.path.name())
	x.state = xmlTag
}

// inDeclaration collects <!...>, <?...?>, comments and CDATA whole.
func (x *xmlReader) inDeclaration(b *BodyReader, c byte) {
	b.add(c)
	switch c {
	case '[':
		x.bracket++
	case ']':
		x.bracket--
	case '>':
		x.endDeclaration(b)
	}
}

func (x *xmlReader) endDeclaration(b *BodyReader) {
	v := b.value[:b.n]
	switch {
	case foldEqual(v, 0, "<![cdata["):
		if !hasSuffix(v, "]]>") {
			return
		}
		n := copy(v, v[9:len(v)-3])
		b.n = n
	case hasPrefix(v, "<!--"):
		if !hasSuffix(v, "-->") || len(v) < 7 {
			return
		}
	case x.bracket > 0:
		return
	case foldEqual(v, 0, "<?xml ") || foldEqual(v, 0, "<!doctype html>"):
		b.n = 0
	}
	x.state = xmlText
	if b.n > 0 {
		b.look(ZoneXML, b.path.name())
	}
	b.n, b.long = 0, false
}

func (x *xmlReader) end(b *BodyReader) {
	if b.n > 0 {
		b.look(ZoneXML, b.path.name())
	}
}
