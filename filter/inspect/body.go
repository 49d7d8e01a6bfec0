package inspect

// format is how a body is read.
type format uint8

const (
	formatNone format = iota
	formatJSON
	formatForm
	formatMultipart
	formatXML
	formatGraphQL
	formatText
	formatProtobuf
)

// BodyReader looks at a body as it streams. An inspector has one of its own; where bodies come in pieces among other
// requests, each has another.
type BodyReader struct {
	in      *Inspector
	fed     int // what its request had used up when it was parked
	deep    int
	spent   int
	limited bool
	format  format
	first   bool // nothing but white space came so far
	untyped bool // no content type was given
	wide    bool // UTF-16 or UTF-32
	started bool // it is known how the body begins; until then its first bytes wait in lead
	lead    [24]byte
	leads   int
	// value collects what is to be looked at; a longer one is looked at in windows.
	value [window]byte
	n     int
	long  bool
	raw   bool // value is as transported in a form
	path  namePath
	json  jsonReader
	xml   xmlReader
	multi multipartReader
	proto protoReader
	doc   documentReader
	inDoc bool // the value at hand is a GraphQL document
}

// Body starts a body of that content type; its reader is valid until the next Begin.
func (in *Inspector) Body(contentType []byte) *BodyReader {
	in.body.Start(in, contentType)
	return &in.body
}

// Start readies a reader for a body of that content type.
func (b *BodyReader) Start(in *Inspector, contentType []byte) {
	b.in = in
	b.format = formatOf(contentType)
	b.first, b.untyped = true, len(contentType) == 0
	b.n, b.long, b.raw = 0, false, b.format == formatForm
	b.path.reset()
	b.json.reset()
	b.xml.reset()
	b.proto, b.inDoc = protoReader{}, false
	if b.doc.used {
		b.doc = documentReader{}
	}
	b.started, b.wide, b.leads = false, false, 0
	if b.format != formatMultipart {
		return
	}
	if b.multi.reset(contentType); b.multi.n <= 2 { // nobody can tell its parts
		b.format = formatText
		in.at(ZoneRequest, nil)
		in.found(Malformed, 0.45, "no-boundary", nil)
	}
}

// formatOf reads a content type.
func formatOf(contentType []byte) format {
	if string(contentType) == "application/json" {
		return formatJSON
	}
	var low [96]byte
	n := 0
	for _, c := range contentType {
		if c == ';' || n == len(low) {
			break
		}
		if c > ' ' {
			low[n] = lower(c)
			n++
		}
	}
	t := low[:n]
	switch {
	case n == 0, listed(t, "text/json application/csp-report"), contains(t, "json"):
		return formatJSON
	case listed(t, "application/x-www-form-urlencoded"):
		return formatForm
	case hasPrefix(t, "multipart/"):
		return formatMultipart
	case listed(t, "application/graphql"):
		return formatGraphQL
	case hasPrefix(t, "application/grpc"), contains(t, "protobuf"):
		return formatProtobuf
	case contains(t, "xml"), listed(t, "text/html"):
		return formatXML
	case hasPrefix(t, "text/"), contains(t, "yaml"), contains(t, "javascript"):
		return formatText
	case hasPrefix(t, "image/"), hasPrefix(t, "audio/"), hasPrefix(t, "video/"), hasPrefix(t, "font/"), listed(t, "application/octet-stream application/offset+octet-stream application/pdf application/zip application/gzip"):
		return formatNone
	}
	return formatText
}

// Feed takes the next piece of the body. The piece is not kept.
func (b *BodyReader) Feed(p []byte) {
	b.in.fed += len(p)
	if b.started {
		b.pass(p)
		return
	}
	if b.leads == 0 && len(p) >= len(b.lead) {
		b.begin(p[:len(b.lead)])
		b.pass(p)
		return
	}
	n := copy(b.lead[b.leads:], p)
	b.leads += n
	if b.leads == len(b.lead) {
		b.begin(b.lead[:])
		b.pass(b.lead[:])
		b.pass(p[n:])
	}
}

// begin looks at a body's first bytes for UTF-16 and UTF-32, which readers of JSON and XML know by themselves.
func (b *BodyReader) begin(p []byte) {
	b.started = true
	if b.format == formatNone || b.format == formatProtobuf || len(p) < 2 {
		return
	}
	b.wide = hasPrefix(p, "\xff\xfe") || hasPrefix(p, "\xfe\xff") || p[0] == 0 || p[1] == 0
}

func (b *BodyReader) pass(p []byte) {
	if b.wide {
		b.feedWide(p)
	} else {
		b.read(p)
	}
}

// feedWide reads a body in UTF-16 or UTF-32 without the zeros that ASCII has there: attacks are ASCII.
func (b *BodyReader) feedWide(p []byte) {
	var narrow [256]byte
	n := 0
	for _, c := range p {
		if c == 0 || b.first && c >= 0xfe {
			continue
		}
		narrow[n] = c
		if n++; n == len(narrow) {
			b.read(narrow[:n])
			n = 0
		}
	}
	b.read(narrow[:n])
}

func (b *BodyReader) read(p []byte) {
	if b.first && len(p) > 4 {
		if rule := stream(p); rule != "" {
			b.in.at(ZoneText, nil)
			b.in.found(Deserialization, 0.95, rule, nil)
		}
	}
	for i := 0; i < len(p); {
		if b.first {
			if c := p[i]; c <= ' ' && c != 0 || c == 0xef || c == 0xbb || c == 0xbf { // white space, or the mark of UTF-8
				i++
				continue
			}
			b.first = false
			b.guess(p[i:])
		}
		i += b.feed(p[i:])
	}
}

// stream says whether a body begins as a stream of objects does: Java's, .NET's, or Python's from protocol 4 on, whose
// first frame has a length below 64 KiB.
func stream(p []byte) string {
	switch p[0] {
	case 0xac:
		if hasPrefix(p, "\xac\xed\x00\x05") {
			return "java-stream"
		}
	case 0:
		if hasPrefix(p, "\x00\x01\x00\x00\x00\xff\xff\xff\xff") {
			return "net-formatter"
		}
	case 0x80:
		if len(p) > 10 && (p[1] == 4 || p[1] == 5) && p[2] == 0x95 && string(p[5:11]) == "\x00\x00\x00\x00\x00\x00" {
			return "python-pickle"
		}
	}
	return ""
}

// guess mends a content type that the first bytes give the lie: JSON as text, a form or a file, anything else as JSON.
func (b *BodyReader) guess(p []byte) {
	was, c := b.format, p[0]
	switch {
	case (was == formatText || was == formatForm) && (c == '{' || c == '['):
		b.format, b.raw = formatJSON, false
	case was == formatNone && (c == '{' || c == '[') && printable(p):
		b.format = formatJSON
	case was == formatNone && c == '<' && printable(p):
		b.format = formatXML
	case was == formatJSON && c == '<':
		b.format = formatXML
	case was == formatJSON && !isDigit(c) && c != '{' && c != '[' && c != '"' && c != '-' && c != 't' && c != 'f' && c != 'n':
		if b.format = formatText; !printable(p) {
			b.format = formatNone // nothing that reads JSON gets beyond its first bytes
		}
	case was == formatXML && c != '<':
		b.format = formatText
	}
	if b.format != was && was != formatText && !b.untyped {
		b.in.at(ZoneRequest, nil)
		b.in.found(MediaType, 0.45, "content-type", nil)
	}
}

// printable says whether a body begins as text does.
func printable(p []byte) bool {
	for _, c := range p[:min(len(p), 24)] {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// feed reads some of p, at least a byte, and says how much.
func (b *BodyReader) feed(p []byte) int {
	switch b.format {
	case formatJSON:
		b.json.feed(b, p)
	case formatForm:
		b.form(p)
	case formatMultipart:
		b.multi.feed(b, p)
	case formatXML:
		b.xml.feed(b, p)
	case formatGraphQL, formatText:
		for _, c := range p {
			b.add(c)
		}
	case formatProtobuf:
		b.proto.feed(b, p)
	}
	return len(p)
}

// End says that the body is complete.
func (b *BodyReader) End() {
	if !b.started {
		b.begin(b.lead[:b.leads])
		b.pass(b.lead[:b.leads])
	}
	switch b.format {
	case formatJSON:
		b.json.end(b)
	case formatForm:
		b.form([]byte{'&'})
	case formatMultipart:
		b.multi.end(b)
	case formatXML:
		b.xml.end(b)
	case formatGraphQL:
		b.in.at(ZoneGraphQL, nil)
		b.document()
	case formatText:
		b.look(ZoneText, nil)
	case formatProtobuf:
		b.proto.end(b)
	}
	b.format = formatNone
}

// add collects a byte; a full window is looked at and its end kept, so that nothing hides on the border.
func (b *BodyReader) add(c byte) {
	if b.n == len(b.value) {
		b.long = true
		b.flush()
	}
	b.value[b.n] = c
	b.n++
}

// flush looks at a window that is full.
func (b *BodyReader) flush() {
	if !b.inDoc && (b.format == formatGraphQL || b.format == formatJSON && string(b.path.last()) == "query" && isDocument(b.value[:b.n])) {
		b.inDoc = true
	}
	if b.inDoc {
		b.doc.read(b.in, b.value[:b.n])
		b.n = 0
		return
	}
	b.in.cut = true
	b.place()
	b.inspect()
	b.in.cut = false
	copy(b.value[:], b.value[b.n-overlap:b.n])
	b.n = overlap
}

func (b *BodyReader) inspect() {
	if b.raw {
		cut := b.in.cut
		b.in.transported(b.value[:b.n])
		b.in.cut = cut
		return
	}
	if b.format == formatXML {
		b.entities()
		return
	}
	b.in.value(b.value[:b.n])
}

// entities undoes XML's own escapes, and looks at the value.
func (b *BodyReader) entities() {
	d := decoder{in: b.value[:b.n], out: b.in.plain[:0]}
	for d.at < len(d.in) {
		if d.in[d.at] != '&' || !d.entity() {
			d.out = append(d.out, d.in[d.at])
			d.at++
		}
	}
	b.in.value(d.out)
}

// place names the place of what is being collected.
func (b *BodyReader) place() {
	switch b.format {
	case formatJSON:
		b.in.at(b.json.zone(), b.path.name())
	case formatForm:
		b.in.at(ZoneForm, b.path.name())
	case formatMultipart:
		b.in.at(ZoneMultipart, b.path.name())
	case formatXML:
		b.in.at(ZoneXML, b.path.name())
	case formatGraphQL:
		b.in.at(ZoneGraphQL, nil)
	case formatProtobuf:
		b.in.at(ZoneProtobuf, nil)
	default:
		b.in.at(ZoneText, nil)
	}
}

// look ends what was collected and looks at it.
func (b *BodyReader) look(z Zone, name []byte) {
	b.in.at(z, name)
	b.in.cut = b.long
	b.inspect()
	b.in.cut = false
	b.n, b.long = 0, false
}

// form reads application/x-www-form-urlencoded.
func (b *BodyReader) form(p []byte) {
	for _, c := range p {
		switch {
		case c == '&':
			b.formEnd()
		case c == '=' && b.path.depth == 0:
			b.in.parameterName(b.value[:b.n], ZoneFormName)
			b.path.push(b.value[:b.n])
			b.n, b.long = 0, false
		default:
			b.add(c)
		}
	}
}

func (b *BodyReader) formEnd() {
	if b.path.depth == 0 {
		b.in.parameterName(b.value[:b.n], ZoneFormName)
		b.n, b.long = 0, false
		return
	}
	b.look(ZoneForm, b.path.name())
	b.path.pop()
}

// namePath is the dotted path of names that lead to a value, as far as it fits.
type namePath struct {
	text  [maxName]byte
	ends  [24]uint8
	depth int
}

func (p *namePath) reset() { p.depth = 0 }

func (p *namePath) length() int {
	if p.depth == 0 {
		return 0
	}
	return int(p.ends[min(p.depth, len(p.ends))-1])
}

//go:noinline
func (p *namePath) name() []byte { return p.text[:p.length()] }

func (p *namePath) push(name []byte) {
	n := p.length()
	if p.depth < len(p.ends) {
		if n > 0 && n < len(p.text) && len(name) > 0 {
			p.text[n] = '.'
			n++
		}
		n += copy(p.text[n:], name)
		p.ends[p.depth] = uint8(n)
	}
	p.depth++
}

func (p *namePath) pop() {
	if p.depth > 0 {
		p.depth--
	}
}

// last gives the innermost name.
func (p *namePath) last() []byte {
	n := p.name()
	for i := len(n) - 1; i >= 0; i-- {
		if n[i] == '.' {
			return n[i+1:]
		}
	}
	return n
}
