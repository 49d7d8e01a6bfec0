package inspect

// directory looks for LDAP filters and XPath expressions that are broken out of.
func (l *lookup) directory() {
	if at := l.find(0, l.n, "\\29"); at >= 0 && l.find(at, l.n, "=") > 0 && (l.find(at, l.n, "\\28") > 0 || l.find(at, l.n, "(") > 0) {
		l.mark(LDAP, 0.8, "escaped-filter", at, at+8)
	}
	if l.find(0, l.n, "*()|") >= 0 {
		l.mark(LDAP, 0.6, "probe", 0, l.n)
	}
	if at := l.find(0, l.n, "/*/"); at > 0 && l.n < 200 && l.find(at, l.n, "[") > 0 && l.prose.stops < 2 {
		l.mark(XPath, 0.7, "any-node", at, at+6)
	}
	depth := 0
	for i := 0; i < l.count; i++ {
		switch {
		case l.is(i, '('):
			depth++
			l.ldapOpen(i)
		case l.is(i, ')'):
			depth--
			l.ldapClose(i, depth)
		case l.seq(i, "* E") && l.tok(i+1).gap&gapNUL != 0:
			l.markAt(LDAP, 0.65, "leaves-filter", i, i+1)
		case l.among(i, "/]") || l.seq(i, ": :") || l.tok(i).what == tokComment:
			l.xpath(i)
		case l.seqs(i, "for $ A in\nlet $ A :"):
			l.markAt(XPath, pick(l.within(i+4, 24, "return doc collection"), 0.85, 0.4), "query", i, i+4)
		case l.tok(i).what == tokWord:
			l.xpathCall(i)
		}
	}
}

// ldapOpen: name(|(uid=*)..., where a filter's bracket follows a value.
func (l *lookup) ldapOpen(i int) {
	if !l.is(i+1, '|') && !l.is(i+1, '&') && !l.is(i+1, '!') || !l.is(i+2, '(') || l.seq(i+1, "& &") {
		return
	}
	star := false
	for j := i; j < i+32; j++ {
		star = star || l.seq(j, "= * )")
	}
	switch {
	case i > 0 && l.tok(i).gap == 0 && (l.tok(i-1).what != tokPunct || l.is(i-1, '*')) && (l.is(i+4, '=') || l.is(i+5, '=')):
		l.markAt(LDAP, 0.85, "leaves-filter", i-1, i+5)
	case i == 0 && star:
		l.markAt(LDAP, 0.55, "filter", i, i+6)
	}
}

const ldapNames = "uid cn sn mail objectclass password userpassword samaccountname givenname memberof ou dc department homedirectory user username userprincipalname description telephonenumber"

// ldapClose: )(uid=*, *)(&, *))%00 where nothing was open.
func (l *lookup) ldapClose(i, depth int) {
	j := i + 1
	for l.is(j, ')') {
		j++
	}
	star := l.is(i-1, '*')
	k := j + 1
	for l.among(k, "|&!(") {
		k++
	}
	opens := l.is(j, '(')
	filter := opens && l.tok(k).what == tokWord && (l.among(k+1, "=:>~"))
	switch {
	case depth < 0 && filter:
		l.markAt(LDAP, 0.92, "leaves-filter", max(i-1, 0), k+2)
	case depth < 0 && opens && (l.among(j+1, "|&!")):
		l.markAt(LDAP, 0.9, "leaves-filter", max(i-1, 0), j+2)
	case depth < 0 && star && (l.end(j) && l.count < 10 || l.tok(j).gap&gapNUL != 0):
		l.markAt(LDAP, 0.7, "leaves-filter", i-1, j)
	case filter && l.is(i-1, '*') && l.anyWord(k, ldapNames) && depth <= 0 && !l.is(0, '('):
		l.markAt(LDAP, 0.8, "filter", i-1, k+2)
	}
	if star && l.is(i-2, '=') && depth <= 0 && l.is(j, '(') && (l.among(j+1, "|&")) {
		l.markAt(LDAP, 0.75, "filter", i-2, j+2)
	}
	if star && l.is(i-2, '=') && depth <= 0 && l.is(0, '*') {
		l.markAt(LDAP, 0.7, "filter", i-2, j)
	}
}

// xpath: ']|//*, /*[1], //user[...], ancestor::node().
func (l *lookup) xpath(i int) {
	switch {
	case l.tok(i).what == tokComment && l.seq(i-2, "return /"):
		l.markAt(XPath, 0.75, "query", i-2, i+1)
	case l.seq(i-1, "ancestor|parent|child|descendant|following|preceding|self|attribute|namespace|sibling :") && (l.anyWord(i+2, "node text comment user") || l.is(i+2, '*')):
		l.markAt(XPath, 0.9, "axis", max(i-1, 0), i+4)
	case l.seq(i, "] | /"), l.seq(i, "] |") && l.tok(i+2).what == tokComment, l.seq(i-1, "Q ]") && (l.is(i+1, '/') && (l.among(i+2, ".*/")) || l.is(i+1, '|')), l.seq(i, "] / parent|ancestor|child|user|password"):
		l.markAt(XPath, 0.85, "leaves-predicate", max(i-1, 0), i+4)
	case l.seq(i, "/ * [") || l.tok(i).what == tokComment && l.is(i+1, '['):
		l.markAt(XPath, 0.85, "any-node", i, i+4)
	case l.seq(i, "/ / W [") && (l.quote(i+6) || l.number(i+4) || l.is(i+4, '@') || l.anyWord(i+4, "position last contains name text")) && !l.is(i-1, ':'):
		l.markAt(XPath, pick(i == 0, 0.4, 0.7), "path", i, i+5)
	case l.seq(i, "/ /") && (l.among(i+2, "*@")) && i < 12:
		l.markAt(XPath, 0.7, "any-node", i, i+3)
	}
}

// xpathCall: count(/*), name(/...), substring(//...), string-length(...), doc('http...
func (l *lookup) xpathCall(i int) {
	if !l.is(i+1, '(') {
		return
	}
	slash := l.is(i+2, '/') || l.tok(i+2).what == tokComment || l.seq(i+2, ". .")
	broken := l.kind(i-1, kLogic) && (l.quote(i-2) || l.is(i-2, ']') || i == 3 && l.seq(0, "Q )"))
	switch {
	case l.zone == ZoneXML && l.count < 40 && (i == 0 || l.is(0, '<') && i < 8):
		return // a mapping
	case broken && l.anyWord(i, "true not contains position last string normalize") && (l.is(i+2, ')') || l.word(i+2, "false") || l.seq(i, "contains A W")):
		l.markAt(XPath, 0.85, "call", i-1, i+4)
	case l.seq(i, "collection A Q"):
		l.markAt(XPath, 0.75, "call", i, i+4)
	case slash && l.anyWord(i, "not count name substring string length contains normalize text local boolean number id starts sum doc node position translate concat"):
		l.markAt(XPath, 0.85, "call", i, i+4)
	case l.anyWord(i, "doc document unparsed") && (l.quote(i+2) || l.word(i+2, "concat")):
		l.markAt(XPath, 0.75, "call", i, i+4)
	case l.seq(i-2, "starts - with") && (l.anyWord(i+2, "name text local") || l.seq(i-4, "Q O")):
		l.markAt(XPath, 0.85, "call", i-2, i+3)
	case l.seqs(i-2, "string - length A name|text|password|username\nlocal - name"):
		l.markAt(XPath, 0.85, "call", i-2, i+3)
	case l.seq(i, "position|last A )") && (l.kind(i-1, kLogic) || l.is(i-1, '[')):
		l.markAt(XPath, 0.75, "call", i, i+3)
	case l.seq(i-1, "[ contains|starts A name|text|password|username|uid ,"):
		l.markAt(XPath, 0.7, "call", i, i+4)
	}
}

// documents looks for XML entities, server-side includes and serialized objects.
func (l *lookup) documents() {
	for i := 0; i < l.n; i++ {
		switch l.text[i] {
		case '<':
			l.documentMark(i)
		case 'r', 'a', 'o', '_', '!', 'c', '"', 'b':
			l.serializedAt(i)
		}
	}
}

func (l *lookup) documentMark(i int) {
	switch {
	case l.has(i, "<!entity"):
		l.mark(XXE, 0.95, "entity", i, i+8)
	case l.hasAny(i, "<java |<map><entry><|<objectdataprovider|<sorted-set><|<java.|<javax.|<org.apache.|<com.sun.|<sun.|<dynamic-proxy|<tree-map><entry><jdk."):
		l.mark(Deserialization, 0.85, "xstream", i, i+10)
	case l.has(i, "<!doctype"):
		l.doctype(i)
	case l.has(i, "<!--#"):
		j := i + 5
		for l.byteAt(j) == ' ' {
			j++
		}
		if l.hasAny(j, "exec|include|echo|config|printenv|set|fsize|flastmod|if") {
			l.mark(SSI, 0.95, "include", i, j+7)
		}
	case l.has(i, "<?import"):
		l.mark(XSS, 0.75, "behaviour", i, i+8)
	case l.has(i, "<?xml-stylesheet"):
		l.mark(XSS, 0.7, "stylesheet", i, i+16)
	}
}

func (l *lookup) doctype(i int) {
	limit := i + 300
	switch {
	case l.find(i, i+60, "[") >= 0:
		l.mark(XXE, 0.85, "internal-subset", i, i+9)
	case l.has(i+9, " html"):
	case l.find(i, limit, "system") >= 0 && l.find(i, limit, "public") < 0:
		l.mark(XXE, 0.8, "external-subset", i, i+9)
	case l.find(i, limit, "public") >= 0:
		l.mark(XXE, pick(l.holds(min(limit, l.n), "\"-//w3c|\"-//oasis|\"-//apple|\"-//sun"), 0.3, 0.7), "external-subset", i, i+9)
	}
}

// serialized says whether b is a serialized object in base64: Java's stream, .NET's formatters, Python's pickle,
// Ruby's marshal, PHP's.
func serialized(b []byte) string {
	if hasPrefix(b, "\xac\xed\x00\x05") {
		return "java-stream"
	}
	if len(b) < 12 {
		return ""
	}
	switch b[0] {
	case 'a', 'A', 'r', 'g', 'B', 'T', 'Y', '/', 'K':
	default:
		return ""
	}
	var head [24]byte
	d := appendBase64(head[:0], b[:min(len(b), 32)])
	switch {
	case foldEqual(b, 0, "aced0005"), hasPrefix(b, "rO0AB"), hasPrefix(b, "KztAAU"):
		return "java-stream"
	case len(d) < 8:
		return ""
	case hasPrefix(d, "\x00\x01\x00\x00\x00\xff\xff\xff"), hasPrefix(d, "\xff\x01") && len(b) >= 20 && (d[2] == 0x32 || d[2] == 0x0f):
		return "net-formatter"
	case d[0] == 0x80 && d[1] >= 2 && d[1] <= 5 && contains([]byte("\x95c(}]X\x8cq"), string(d[2:3])):
		return "python-pickle"
	case hasPrefix(d, "\x04\x08") && contains([]byte("o{[Iu\"UeSc:"), string(d[2:3])):
		return "ruby-marshal"
	case d[1] == ':' && isDigit(d[2]) && (d[0] == 'O' || d[0] == 'a' || d[0] == 'C') && d[min(digits(d, 2), len(d)-1)] == ':':
		return "php-object"
	case hasPrefix(d, "(dp"), hasPrefix(d, "(lp"), hasPrefix(d, "cos\n"), hasPrefix(d, "cposix\n"), hasPrefix(d, "c__buil"), hasPrefix(d, "csubpro"):
		return "python-pickle"
	}
	return ""
}

func (l *lookup) serializedAt(i int) {
	switch {
	case isWord(l.byteAt(i - 1)):
		return
	case l.text[i] == '"' && l.typed(i+1):
		l.mark(Deserialization, 0.88, "type-name", i, i+16)
	case l.has(i, "ro0ab") && l.n > i+16:
		l.mark(Deserialization, 0.85, "java-stream", i, i+5)
	case l.has(i, "aced0005"):
		l.mark(Deserialization, 0.9, "java-stream", i, i+8)
	case l.has(i, "aaeaaad/////"):
		l.mark(Deserialization, 0.9, "net-formatter", i, i+12)
	case l.has(i, "_$$nd_func$$_"):
		l.mark(Deserialization, 0.97, "node-serialize", i, i+13)
	case l.hasAny(i, "!!python/|!!javax.|!!java.|!!com.sun|!!org.|!ruby/|!!ruby/"):
		l.mark(Deserialization, 0.92, "yaml-tag", i, i+9)
	case l.phpObject(i):
		l.mark(Deserialization, 0.92, "php-object", i, i+6)
	case l.hasAny(i, "cos\nsystem|c__builtin__\n|cposix\n|csubprocess\n"):
		l.mark(Deserialization, 0.95, "python-pickle", i, i+10)
	case l.has(i, "\"py/object\""), l.has(i, "\"py/reduce\""):
		l.mark(Deserialization, 0.9, "jsonpickle", i, i+11)
	case l.gadgets(i):
		l.mark(Deserialization, 0.8, "gadget-class", i, i+16)
	}
}

// typed: a member that names the class to make, and a class of a platform as its value.
func (l *lookup) typed(i int) bool {
	if c := l.byteAt(i); c == '@' || c == '$' || c == '_' {
		for i++; l.byteAt(i) == '_'; i++ {
		}
	} else if !l.has(i, "json_class") && !l.has(i, "javaclass") {
		return false
	}
	end := i
	for isWord(l.byteAt(end)) {
		end++
	}
	at := l.skip(end + 1)
	if !listed(l.text[i:end], "type class json_class javaclass") || l.byteAt(end) != '"' || l.byteAt(at) != ':' {
		return false
	}
	at = l.skip(at + 1)
	if l.byteAt(at) == '"' {
		at++
	}
	end = at
	for isWord(l.byteAt(end)) {
		end++
	}
	return listed(l.text[at:end], "system java javax com org sun ch bsh jdk gem microsoft lcom") && (l.byteAt(end) == '.' || l.byteAt(end) == ':')
}

// gadgets: classes that known chains start from; as a type's name they ask for an object of it.
func (l *lookup) gadgets(i int) bool {
	return l.hasAny(i, "com.sun.rowset.jdbcrowsetimpl|com.sun.org.apache|org.apache.commons.collections|bsh.interpreter|com.mchange.v2|org.springframework.beans.factory|org.springframework.context.support|ch.qos.logback.core.db|com.caucho.|org.apache.xbean|com.zaxxer.hikari|org.codehaus.groovy.runtime|com.alibaba.fastjson|javax.swing.jeditorpane")
}

// phpObject: O:8:"stdClass":1:{ and C: in the same form.
func (l *lookup) phpObject(i int) bool {
	c := l.text[i]
	if c != 'o' && c != 'c' || l.byteAt(i+1) != ':' {
		return false
	}
	j := i + 2
	if l.byteAt(j) == '+' {
		j++
	}
	k := digits(l.text[:l.n], j)
	return k > j && l.byteAt(k) == ':' && (l.byteAt(k+1) == '"' || l.byteAt(k+1) == '\\')
}

func pick(b bool, yes, no float32) float32 {
	if b {
		return yes
	}
	return no
}
