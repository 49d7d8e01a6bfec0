package inspect

// markup looks for HTML that runs script: elements, event attributes, script URLs, and leaving an attribute.
func (l *lookup) markup() {
	opened := false // an element was opened by the value itself
	for i := 0; i < l.n; i++ {
		switch c := l.text[i]; {
		case c == '<':
			if l.element(i) {
				opened = true
			}
		case c == '"' || c == '\'' || c == '`' || c == '>':
			if !opened && (c != '>' || l.byteAt(i-1) != '=') { // => is an arrow
				l.leaveAttribute(i)
			}
		case (c == 'j' || c == 'v' || c == 'd' || c == 'l' || c == 'm') && (!isWord(l.byteAt(i-1)) || c == 'd' && isDigit(l.byteAt(i-1))):
			l.scriptURL(i)
		case c == 'o' && l.byteAt(i+1) == 'n' && !isWord(l.byteAt(i-1)):
			l.event(i, opened)
		case c == 'e' && l.has(i, "expression(") || c == 'b' && l.has(i, "behavior:") || c == '-' && l.has(i, "-moz-binding"):
			l.mark(XSS, 0.8, "style-script", i, i+11)
		case c == '@' && l.zone != ZoneText && l.has(i, "@import") && (opened || l.byteAt(i+7) <= '\''):
			l.mark(XSS, 0.5, "style-import", i, i+8)
		}
	}
}

// element judges what starts at <, and says whether it is an element or a declaration.
func (l *lookup) element(i int) bool {
	j := i + 1
	for l.byteAt(j) == '/' || l.byteAt(j) == '<' || (l.byteAt(j) <= ' ' && j < l.n && j < i+4) {
		j++
	}
	end := j
	for end < l.n && (isAlpha(l.text[end]) || isDigit(l.text[end]) || l.text[end] == ':' || l.text[end] == '-') {
		end++
	}
	if end == j || l.byteAt(i+1) == ' ' && !listed(l.text[j:end], "script iframe img svg object embed") {
		return l.declaration(i)
	}
	l.named(i, j, end)
	return true
}

func (l *lookup) declaration(i int) bool {
	c := l.byteAt(i + 1)
	return c == '!' || c == '?' || c == '%'
}

// named judges an element by its name, which stands from j to end.
func (l *lookup) named(i, j, end int) {
	name := l.text[j:end]
	closing := l.byteAt(i+1) == '/'
	switch {
	case listed(name, "script") && !closing:
		l.mark(XSS, l.scriptElement(end), "script-element", i, end)
	case closing && l.find(0, i, "<script") >= 0: // the element has been judged where it begins
	case listed(name, "script") || hasPrefix(name, "script"):
		l.mark(XSS, 0.6, "script-end", i, end)
	case closing:
		return
	case listed(name, "iframe frame"):
		l.frame(i, end)
	case listed(name, "object embed applet isindex bgsound layer ilayer xss base keygen foreignobject"):
		l.mark(XSS, 0.75, "active-element", i, end)
	case listed(name, "meta"):
		if l.find(end, end+80, "http-equiv") >= 0 {
			l.mark(XSS, 0.75, "meta-element", i, end)
		}
	case listed(name, "link"):
		if at := l.find(end, end+120, "href"); at >= 0 && l.find(end, end+120, "https://") < 0 {
			l.mark(XSS, 0.6, "link-element", i, end)
		}
	case listed(name, "set animate animatetransform"):
		l.mark(XSS, 0.6, "animation", i, end)
	case listed(name, "img image input video source"):
		l.picture(i, end)
	case name[0] == 'x' && len(name) <= 3 && len(name) > 0 && !listed(name, "x xs xl"):
		l.mark(XSS, 0.35, "unknown-element", i, end)
	case hasPrefix(name, "esi:"):
		l.mark(SSI, 0.9, "edge-include", i, end)
	case listed(name, "xi:include"):
		l.mark(XXE, 0.9, "xinclude", i, end)
	case listed(name, "xsl:stylesheet xsl:value-of xsl:include msxsl:script"):
		l.mark(XXE, 0.6, "stylesheet", i, end)
	}
	if l.byteAt(end) <= ' ' || l.byteAt(end) == '/' {
		l.attributes(i, end)
	}
	if l.byteAt(end) == '/' && isAlpha(l.byteAt(end+1)) {
		l.mark(XSS, 0.6, "slash-attribute", i, end+2)
	}
}

// attributes looks for those that run script, in the element that starts at i and whose name ends at end.
func (l *lookup) attributes(i, end int) {
	for k := end; k < end+120 && k < l.n && l.text[k] != '>' && l.text[k] != '<'; k++ {
		if c := l.text[k]; c == 'f' && l.has(k, "formaction") || c == 's' && l.has(k, "srcdoc") || c == 'x' && l.has(k, "xlink:href=\"//") {
			l.mark(XSS, 0.75, "active-attribute", i, end)
		}
	}
}

// scriptElement: one that stands in a sentence and runs nothing is talked about.
func (l *lookup) scriptElement(end int) float32 {
	if c := l.byteAt(end); c == '[' || c == '(' || c == '\\' {
		return 0.4 // a regular expression
	}
	if at := l.find(end, end+40, "application/"); at >= 0 && l.hasAny(at+12, "json|ld+json") {
		return 0.3 // data
	}
	if src := l.find(end, end+80, "src=\"https://"); src >= 0 && l.find(end, src, "async") > 0 && l.find(0, l.n, "document") < 0 {
		return 0.45 // what sites give to others to embed
	}
	if l.byteAt(end) == '>' && (isSpace(l.byteAt(end+1)) || l.byteAt(end+1) == '`') && isAlpha(l.byteAt(end+2)) && (!l.callNear(end+2) || l.sentence(end+2)) && l.find(end, l.n, "</script") < 0 && l.n > 20 {
		return 0.45
	}
	return 0.95
}

// sentence says whether three words of letters stand from i on, each behind one space: no script goes on like that.
func (l *lookup) sentence(i int) bool {
	for range 2 {
		for isAlpha(l.byteAt(i)) {
			i++
		}
		if i++; l.byteAt(i-1) != ' ' || !isAlpha(l.byteAt(i)) {
			return false
		}
	}
	return true
}

// frame: rich text embeds videos by https and a quoted src; anything else is strange.
func (l *lookup) frame(i, end int) {
	c := pick(l.byteAt(end) == '>', 0.3, 0.8)
	if src := l.find(end, end+200, "src="); src >= 0 && (l.has(src+4, "\"https://") || l.has(src+4, "'https://")) {
		c = 0.25
	}
	l.mark(XSS, c, "frame", i, end)
}

// picture: a source that is no source.
func (l *lookup) picture(i, end int) {
	src := l.find(end, end+160, "src")
	if src < 0 {
		return
	}
	j := l.skip(src + 3)
	if l.byteAt(j) != '=' {
		return
	}
	j = l.skip(j + 1)
	c := l.byteAt(j)
	if c != '"' && c != '\'' && c != '`' && !l.has(j, "http") && c != '/' && c != '{' {
		l.mark(XSS, 0.5, "odd-source", i, j+1)
	}
}

//go:noinline
func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

// event judges on...= at i.
func (l *lookup) event(i int, opened bool) {
	end := i + 2
	for end < l.n && isAlpha(l.text[end]) {
		end++
	}
	if end-i < 5 {
		return
	}
	j := l.skip(end)
	for l.byteAt(j) == '/' {
		j = l.skip(j + 1)
	}
	if l.byteAt(j) != '=' || l.byteAt(j+1) == '=' {
		return
	}
	known := l.words.kinds(hashWord(l.text[i:end]))&kEvent != 0
	before := l.byteAt(i - 1)
	spaced := before <= ' ' || before == '/' || before == '"' || before == '\'' || before == '`' || before == '%'
	switch {
	case l.byteAt(j+1) == ' ' && isAlpha(l.byteAt(j+2)) && !l.callNear(j+2), l.byteAt(l.skip(j+1)) == '{':
		l.mark(XSS, 0.35, "component-event", i, j+1)
	case opened && spaced:
		l.mark(XSS, 0.95, "event-attribute", i, j+1)
	case known && spaced && l.callNear(j+1):
		l.mark(XSS, 0.9, "event-attribute", i, j+1)
	case known && (before == '"' || before == '\'' || before == ' ' && (l.byteAt(i-2) == '"' || l.byteAt(i-2) == '\'')):
		l.mark(XSS, 0.85, "event-attribute", i-1, j+1)
	case known && spaced:
		l.mark(XSS, 0.6, "event-attribute", i, j+1)
	}
}

// callNear says whether something is called or assigned within a few bytes from j on.
//
//go:noinline
func (l *lookup) callNear(j int) bool {
	for k := j; k < j+60 && k < l.n; k++ {
		if c := l.text[k]; c == '(' || c == '`' || c == '=' && k > j {
			return true
		}
	}
	return false
}

// leaveAttribute judges a quote or > at i that may close an attribute outside of the value.
func (l *lookup) leaveAttribute(i int) {
	j := i + 1
	if l.text[i] != '>' {
		j = l.skip(j)
		for l.byteAt(j) == '/' {
			j = l.skip(j + 1)
		}
	}
	if l.byteAt(j) == '>' || l.text[i] == '>' {
		if l.text[i] != '>' {
			j = l.skip(j + 1)
		}
		for l.byteAt(j) == '>' || l.byteAt(j) <= ' ' && j < l.n {
			j++
		}
		if l.byteAt(j) == '<' && (isAlpha(l.byteAt(j+1)) || l.byteAt(j+1) == '/' || l.byteAt(j+1) == '!' || l.byteAt(j+1) == '<') {
			c := float32(0.85)
			if l.text[i] == '>' && i > 2 {
				c = 0.5
			}
			l.mark(XSS, c, "leaves-attribute", i, j+2)
		}
		return
	}
	l.newAttribute(i, j)
}

func (l *lookup) newAttribute(i, j int) {
	end := j
	for end < l.n && isAlpha(l.text[end]) {
		end++
	}
	name := l.text[j:end]
	if eq := l.skip(end); l.byteAt(eq) == '=' && l.byteAt(eq+1) != '=' && listed(name, "style src href autofocus formaction action srcdoc background onx") {
		l.mark(XSS, 0.6, "new-attribute", i, eq+1)
	}
	if listed(name, "autofocus accesskey contenteditable tabindex") {
		l.mark(XSS, 0.75, "new-attribute", i, end)
	}
}

// scriptURL judges javascript: and its like at i, with white space and control bytes anywhere inside.
func (l *lookup) scriptURL(i int) {
	for _, s := range [...]string{"javascript:", "vbscript:", "livescript:", "mocha:"} {
		if l.text[i] != s[0] {
			continue
		}
		if end := l.spaced(i, s); end > 0 {
			l.scriptURLAt(i, end)
		}
	}
	if l.has(i, "data:text/html") || l.has(i, "data:image/svg") && l.find(i, i+200, "script") >= 0 || l.has(i, "data:application/x-javascript") || l.has(i, "data:text/javascript") {
		l.mark(XSS, 0.85, "data-url", i, i+14)
	}
}

func (l *lookup) scriptURLAt(i, end int) {
	next := l.skip(end)
	switch {
	case next > end && l.spokenFrom(next): // JavaScript: the good parts
		l.mark(XSS, 0.3, "script-url", i, end)
	case l.has(next, "void(0)") || l.has(next, "void 0") || l.byteAt(i-1) == '"' && l.byteAt(end) == '"':
		l.mark(XSS, 0.3, "script-url", i, end)
	case l.callNear(end) || end-i > 11 || l.byteAt(next) == '/' || l.byteAt(next) == '%':
		l.mark(XSS, 0.9, "script-url", i, end)
	case i == 0 || l.has(i-3, "]: ") || l.has(i-2, "](") || l.byteAt(i-1) == '=' || l.byteAt(i-1) == '"' || l.byteAt(i-1) == '\'':
		l.mark(XSS, 0.75, "script-url", i, end)
	}
}

// spokenFrom says whether a word of letters stands at i and, after a space, another.
func (l *lookup) spokenFrom(i int) bool {
	for isAlpha(l.byteAt(i)) {
		i++
	}
	return l.byteAt(i) == ' ' && isAlpha(l.byteAt(i+1))
}

// spaced gives the end of s at i where white space may stand between its bytes, or 0.
func (l *lookup) spaced(i int, s string) int {
	for k := range len(s) {
		for n := 0; i < l.n && l.text[i] <= ' ' && n < 4; n++ {
			i++
		}
		if l.byteAt(i) != s[k] {
			return 0
		}
		i++
	}
	return i
}

// scripts looks for JavaScript that breaks out of a string or shows that it runs.
func (l *lookup) scripts() {
	for i := 0; i < l.count; i++ {
		t := &l.tokens[i]
		switch {
		case t.kinds&kCall != 0:
			l.scriptCall(i)
		case t.kinds&kScript != 0 || l.word(i, "new"):
			l.scriptName(i)
		case l.quote(i):
			l.scriptBreak(i)
		}
	}
}

// scriptCall: alert(1), confirm`1`, (alert)(1), eval(...).
func (l *lookup) scriptCall(i int) {
	j := i + 1
	if l.is(i-1, '(') && l.is(j, ')') {
		j++
	}
	if l.seq(j, ". call|apply|bind") {
		j += 2
	}
	if l.seq(j, "? .") {
		j += 2
	}
	call := l.is(j, '(') || l.is(j, '`') && !l.word(i, "eval") || l.seq(j, "& #")
	if !call {
		l.scriptAlias(i)
		return
	}
	member := l.is(i-1, '.') && !l.anyWord(i-2, "window self top this parent globalthis document")
	arg := l.number(j+1) || l.quote(j+1) || l.is(j+1, '/') || l.is(j, '`') || l.kind(j+1, kScript) || l.is(j+1, '(')
	switch {
	case member || l.word(i, "print"):
		return
	case l.word(i, "eval"):
		if arg || l.kind(j+1, kCode|kScript) || i == 0 && l.seq(j+1, "W ) E") {
			l.markAt(XSS, 0.7, "script-call", i, j+2)
		}
	case arg && l.seq(i-2, "= >"):
		l.markAt(XSS, 0.45, "script-call", i-2, j+2)
	case arg:
		l.markAt(XSS, 0.75, "script-call", max(i-1, 0), j+2)
	default:
		l.markAt(XSS, pick(j > i+1, 0.65, 0.45), "script-call", i, j+2)
	}
}

// scriptAlias: x=alert;x(1), [1].find(alert), {valueOf:alert}.
func (l *lookup) scriptAlias(i int) {
	glued := l.tok(i).gap == 0 && l.tok(i-1).gap == 0
	ends := l.among(i+1, ";,]})")
	if glued && ends && !l.word(i, "print") && (l.seq(i-2, "W =") || l.seq(i-1, ": A }") || l.seq(i-3, ". A (")) {
		l.markAt(XSS, 0.7, "script-alias", max(i-3, 0), i+2)
	}
}

// scriptName: document.cookie, constructor.constructor, string.fromcharcode, settimeout('...
func (l *lookup) scriptName(i int) {
	dot := l.is(i+1, '.')
	switch {
	case l.word(i, "document") && dot && l.anyWord(i+2, "cookie domain write writeln location body documentelement url referrer"):
		l.markAt(XSS, 0.75, "script-object", i, i+3)
	case l.seq(i, "window|self|top|parent|this|globalthis [") && (l.quote(i+2) || l.is(i+2, '/') && !l.is(i+4, ']') || l.is(i+2, '(') || l.within(i+2, 6, "tostring")):
		l.markAt(XSS, 0.8, "script-index", i, i+3)
	case l.word(i, "window") && dot && l.seq(i+2, "location|name|onerror ="):
		l.markAt(XSS, 0.65, "script-object", i, i+4)
	case l.seq(i, "new function") && (l.among(i+2, "(`")) && i < 3:
		l.markAt(XSS, 0.6, "script-function", i, i+3)
	case l.seq(i, "location =") && (l.word(i+2, "location") || l.quote(i+2) || l.is(i+2, '`')), l.word(i, "location") && dot && l.anyWord(i+2, "href hash replace assign") && (l.among(i+3, "=(")):
		l.markAt(XSS, 0.55, "script-location", i, i+4)
	case l.word(i, "constructor") && dot && l.word(i+2, "constructor"), l.seqs(i, "constructor (\nconstructor [ Q"):
		l.markAt(XSS, 0.8, "constructor", i, i+3)
	case l.seqs(i, "fromcharcode (\nfromcharcode Q"):
		l.markAt(XSS, 0.85, "character-codes", i, i+3)
	case l.seq(i, "settimeout|setinterval (") && (l.quote(i+2) || l.kind(i+2, kCall)):
		l.markAt(XSS, 0.75, "script-timer", i, i+3)
	case l.seq(i, "onerror = K"):
		l.markAt(XSS, 0.9, "script-onerror", i, i+4)
	case l.seq(i, "import ( Q") && i < 3:
		l.markAt(XSS, 0.6, "script-import", i, i+3)
	}
}

// scriptBreak: ';alert(1)//, "-alert(1)-", '+document.cookie+', \");...
func (l *lookup) scriptBreak(i int) {
	j := i + 1
	for n := 0; n < 6 && (l.among(j, ";)}-+*,|&^/(?:]")); n++ {
		j++
	}
	if j == i+1 || l.end(j) {
		return
	}
	call := l.among(j+1, "(`") || l.seq(j+1, ") (")
	switch {
	case l.seq(j, "print ( )") && l.count < 24:
		l.markAt(XSS, 0.7, "leaves-string", i, j+3)
	case l.seq(j, "$ . getscript|get|ajax|post"):
		l.markAt(XSS, 0.8, "leaves-string", i, j+4)
	case l.seqs(j, "console .\nimport ( Q\nnew image"):
		l.markAt(XSS, 0.75, "leaves-string", i, j+4)
	case l.kind(j, kCall) && call && !l.word(j, "print"):
		l.markAt(XSS, 0.92, "leaves-string", i, j+2)
	case l.kind(j, kScript) && (l.among(j+1, ".[")) && l.kind(j+2, kScript):
		l.markAt(XSS, 0.7, "leaves-string", i, j+3)
	}
}
