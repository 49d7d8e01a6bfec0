package inspect

// directory looks for LDAP filters and XPath expressions that are broken out of.
func (l *lookup) directory() {
	if at := l.find(0, l.n, "\\29"); at >= 0 && l.find(at, l.n, "=") > 0 && (l.find(at, l.n, "\\28") > 0 || l.find(at, l.n, "(") > 0) {
		l.mark(LDAP, 0.8, "escaped-filter", at, at+8)
	}
	depth := 0
	for i := 0; i < l.count; i++ {
		switch {
		case l.is(i, '('):
			depth++
		case l.is(i, ')'):
			depth--
			l.ldapClose(i, depth)
		case l.is(i, '/') || l.is(i, ']') || l.is(i, ':') && l.is(i+1, ':'):
			l.xpath(i)
		case l.tok(i).what == tokWord:
			l.xpathCall(i)
		}
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
	for l.is(k, '|') || l.is(k, '&') || l.is(k, '!') || l.is(k, '(') {
		k++
	}
	opens := l.is(j, '(')
	filter := opens && l.tok(k).what == tokWord && (l.is(k+1, '=') || l.is(k+1, ':') || l.is(k+1, '>') || l.is(k+1, '~'))
	switch {
	case depth < 0 && filter:
		l.markAt(LDAP, 0.92, "leaves-filter", max(i-1, 0), k+2)
	case depth < 0 && opens && (l.is(j+1, '|') || l.is(j+1, '&') || l.is(j+1, '!')):
		l.markAt(LDAP, 0.9, "leaves-filter", max(i-1, 0), j+2)
	case depth < 0 && star && (l.end(j) || l.tok(j).gap&gapNUL != 0) && l.count < 10:
		l.markAt(LDAP, 0.7, "leaves-filter", i-1, j)
	case filter && l.is(i-1, '*') && l.anyWord(k, ldapNames) && depth <= 0 && !l.is(0, '('):
		l.markAt(LDAP, 0.8, "filter", i-1, k+2)
	}
	if star && l.is(i-2, '=') && depth <= 0 && l.is(0, '*') {
		l.markAt(LDAP, 0.7, "filter", i-2, j)
	}
}

// xpath: ']|//*, /*[1], //user[...], ancestor::node().
func (l *lookup) xpath(i int) {
	switch {
	case l.is(i, ':') && l.anyWord(i-1, "ancestor parent child descendant following preceding self attribute namespace sibling") && (l.anyWord(i+2, "node text comment user") || l.is(i+2, '*')):
		l.markAt(XPath, 0.9, "axis", max(i-1, 0), i+4)
	case l.is(i, ']') && l.is(i+1, '|') && l.is(i+2, '/'), l.quote(i-1) && l.is(i, ']') && l.is(i+1, '/') && (l.is(i+2, '.') || l.is(i+2, '*')), l.is(i, ']') && l.is(i+1, '/') && l.anyWord(i+2, "parent ancestor child user password"):
		l.markAt(XPath, 0.85, "leaves-predicate", max(i-1, 0), i+4)
	case l.is(i, '/') && l.is(i+1, '*') && l.is(i+2, '[') || l.tok(i).what == tokComment && l.is(i+1, '['):
		l.markAt(XPath, 0.85, "any-node", i, i+4)
	case l.is(i, '/') && l.is(i+1, '/') && l.tok(i+2).what == tokWord && l.is(i+3, '[') && (l.quote(i+6) || l.number(i+4) || l.is(i+4, '@') || l.anyWord(i+4, "position last contains name text")) && !l.is(i-1, ':'):
		l.markAt(XPath, pick(i == 0, 0.4, 0.7), "path", i, i+5)
	case l.is(i, '/') && l.is(i+1, '/') && (l.is(i+2, '*') || l.is(i+2, '@')) && i < 12:
		l.markAt(XPath, 0.7, "any-node", i, i+3)
	}
}

// xpathCall: count(/*), name(/...), substring(//...), string-length(...), doc('http...
func (l *lookup) xpathCall(i int) {
	if !l.is(i+1, '(') {
		return
	}
	slash := l.is(i+2, '/') || l.tok(i+2).what == tokComment
	switch {
	case slash && l.anyWord(i, "count name substring string length contains normalize text local boolean number id starts sum doc node position translate concat"):
		l.markAt(XPath, 0.85, "call", i, i+4)
	case l.anyWord(i, "doc unparsed") && (l.quote(i+2) || l.word(i+2, "concat")):
		l.markAt(XPath, 0.75, "call", i, i+4)
	case l.word(i, "with") && l.is(i-1, '-') && l.word(i-2, "starts") && l.anyWord(i+2, "name text local"):
		l.markAt(XPath, 0.85, "call", i-2, i+3)
	case l.word(i, "length") && l.is(i-1, '-') && l.word(i-2, "string") && l.anyWord(i+2, "name text password username"), l.word(i, "name") && l.is(i-1, '-') && l.word(i-2, "local"):
		l.markAt(XPath, 0.85, "call", i-2, i+3)
	case l.anyWord(i, "position last") && l.is(i+2, ')') && (l.kind(i-1, kLogic) || l.is(i-1, '[')):
		l.markAt(XPath, 0.75, "call", i, i+3)
	case l.anyWord(i, "contains starts") && l.anyWord(i+2, "name text password username uid") && l.is(i-1, '[') && l.is(i+3, ','):
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
	case l.has(i, "<java."), l.has(i, "<javax."), l.has(i, "<org.apache."), l.has(i, "<com.sun."), l.has(i, "<sun."), l.has(i, "<dynamic-proxy"), l.has(i, "<tree-map><entry><jdk."):
		l.mark(Deserialization, 0.85, "xstream", i, i+10)
	case l.has(i, "<!doctype"):
		l.doctype(i)
	case l.has(i, "<!--#"):
		j := i + 5
		for l.byteAt(j) == ' ' {
			j++
		}
		for _, s := range [...]string{"exec", "include", "echo", "config", "printenv", "set", "fsize", "flastmod", "if"} {
			if l.has(j, s) {
				l.mark(SSI, 0.95, "include", i, j+len(s))
			}
		}
	case l.has(i, "<![cdata[") && i < 4:
		l.mark(XSS, 0.4, "cdata", i, i+9)
	case l.has(i, "<?import"), l.has(i, "<?xml:namespace"):
		l.mark(XSS, 0.75, "behaviour", i, i+9)
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
		l.mark(XXE, pick(l.find(i, limit, "\"-//") >= 0, 0.3, 0.7), "external-subset", i, i+9)
	}
}

// serialized says whether b is a serialized object in base64: Java's stream, .NET's binary formatter, Python's pickle,
// Ruby's marshal.
func serialized(b []byte) string {
	if len(b) < 12 {
		return ""
	}
	switch b[0] {
	case 'a', 'A':
		if foldEqual(b, 0, "aced0005") {
			return "java-stream"
		}
	case 'r', 'g', 'H', 'B', 'T', 'Y', '/':
	default:
		return ""
	}
	for _, s := range [...]string{"rO0AB", "AAEAAAD/////", "AAEAAAD_____", "/wEy", "gASV", "gAJj", "gANj", "H4sIAAAAAAAAAJ", "BAhv", "BAh7b", "BAhb", "Tzo", "YTo"} {
		if len(b) > len(s)+6 && string(b[:len(s)]) == s {
			return serializedRule(s, b)
		}
	}
	return ""
}

func serializedRule(s string, b []byte) string {
	switch s {
	case "rO0AB":
		return "java-stream"
	case "AAEAAAD/////", "AAEAAAD_____", "/wEy":
		return "net-formatter"
	case "gASV", "gAJj", "gANj":
		return "python-pickle"
	case "BAhv", "BAh7b":
		return "ruby-marshal"
	case "Tzo":
		var out [16]byte
		d := appendBase64(out[:0], b[:16])
		if len(d) > 4 && isDigit(d[2]) {
			return "php-object"
		}
	}
	return ""
}

func (l *lookup) serializedAt(i int) {
	switch {
	case isWord(l.byteAt(i - 1)):
		return
	case l.has(i, "ro0ab") && l.n > i+16:
		l.mark(Deserialization, 0.85, "java-stream", i, i+5)
	case l.has(i, "aced0005"):
		l.mark(Deserialization, 0.9, "java-stream", i, i+8)
	case l.has(i, "aaeaaad/////"):
		l.mark(Deserialization, 0.9, "net-formatter", i, i+12)
	case l.has(i, "_$$nd_func$$_"):
		l.mark(Deserialization, 0.97, "node-serialize", i, i+13)
	case l.has(i, "!!python/"), l.has(i, "!!javax."), l.has(i, "!!java."), l.has(i, "!!com.sun"), l.has(i, "!!org."), l.has(i, "!ruby/object"), l.has(i, "!!ruby/"):
		l.mark(Deserialization, 0.92, "yaml-tag", i, i+9)
	case l.phpObject(i):
		l.mark(Deserialization, 0.92, "php-object", i, i+6)
	case l.has(i, "cos\nsystem"), l.has(i, "c__builtin__\n"), l.has(i, "cposix\n"), l.has(i, "csubprocess\n"):
		l.mark(Deserialization, 0.95, "python-pickle", i, i+10)
	case l.has(i, "\"py/object\""), l.has(i, "\"py/reduce\""):
		l.mark(Deserialization, 0.9, "jsonpickle", i, i+11)
	case l.gadgets(i):
		l.mark(Deserialization, 0.8, "gadget-class", i, i+16)
	}
}

// gadgets: classes that known chains start from; as a type's name they ask for an object of it.
func (l *lookup) gadgets(i int) bool {
	for _, s := range [...]string{"com.sun.rowset.jdbcrowsetimpl", "com.sun.org.apache", "org.apache.commons.collections", "bsh.interpreter", "com.mchange.v2", "org.springframework.beans.factory", "org.springframework.context.support", "ch.qos.logback.core.db", "com.caucho.", "org.apache.xbean", "com.zaxxer.hikari", "org.codehaus.groovy.runtime", "com.alibaba.fastjson", "javax.swing.jeditorpane"} {
		if l.has(i, s) {
			return true
		}
	}
	return false
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

const splitHeaders = "set-cookie location content-length content-type http x-xss-protection x-forwarded-for x-forwarded-host host transfer-encoding refresh access-control-allow-origin x-injected x-injected-header x-custom x-test cookie server status"

const mailHeaders = "bcc cc to subject from reply-to content-type mime-version x-mailer sender"

// lines looks for line breaks that start a header of HTTP or of a mail, or a command of SMTP.
func (l *lookup) lines(zone Zone) {
	for i := 0; i < l.n; i++ {
		if c := l.text[i]; c != '\n' && c != '\r' {
			continue
		}
		j := i
		for l.byteAt(j) == '\n' || l.byteAt(j) == '\r' {
			j++
			if j >= l.n {
				return
			}
		}
		l.line(zone, i, j)
		i = j
	}
}

func (l *lookup) line(zone Zone, from, i int) {
	for l.byteAt(i) == ' ' {
		i++
	}
	l.logged(from, i)
	end := i
	for end < l.n && (isAlpha(l.text[end]) || l.text[end] == '-') {
		end++
	}
	name := l.text[i:end]
	colon := l.byteAt(end) == ':'
	oneLine := zone <= ZoneCookie || zone == ZoneFileName
	if zone != ZoneQuery && zone != ZoneHeader && zone != ZoneFileName && oneLine || oneLine && isDigit(l.byteAt(i)) && isDigit(l.byteAt(i+3)) {
		l.mark(CRLF, 0.6, "line-break", from, i)
	}
	if l.n < 400 && l.byteAt(i) == '<' && l.has(from, "\r\n\r\n") {
		l.mark(CRLF, 0.8, "response-body", from, i+1)
	}
	switch {
	case end == i:
		return
	case colon && listed(name, splitHeaders) && !listed(name, "status server host"):
		l.mark(CRLF, pick(oneLine || l.n < 160, 0.92, 0.4), "header", from, end+1)
	case colon && l.n < 400 && (hasPrefix(name, "x-") || hasPrefix(name, "access-control-") || listed(name, "cache-control content-encoding content-disposition authorization")):
		l.mark(CRLF, 0.7, "header", from, end+1)
	case colon && l.n < 200 && l.text[from] == '\r' && listed(name, "host server status connection"):
		l.mark(CRLF, 0.7, "header", from, end+1)
	case hasPrefix(name, "http") && l.byteAt(end) == '/':
		l.mark(CRLF, pick(oneLine, 0.95, 0.5), "response", from, end+1)
	case l.text[from] == '\r' && l.n < 400 && (listed(name, "flushall flushdb slaveof shutdown") || listed(name, "set config eval hset lpush del") && l.byteAt(end) == ' '):
		l.mark(CRLF, 0.8, "store-command", from, end)
	case colon && listed(name, mailHeaders):
		l.mailLine(oneLine, from, i, end)
	case isDigit(l.byteAt(end)) && end-i <= 2 && l.imap(end):
		l.mark(Mail, 0.85, "imap-command", from, end+6)
	case listed(name, "rcpt mail data ehlo helo quit") && (l.has(end, " to:") || l.has(end, " from:") || l.byteAt(end) == '\r' || l.byteAt(end) == '\n'):
		l.mark(Mail, 0.9, "smtp-command", from, end)
	case oneLine && zone != ZoneFileName && colon && end-i > 2:
		l.mark(CRLF, 0.75, "header", from, end+1)
	case listed(name, "get post put delete head") && l.find(end, end+80, " http/") >= 0:
		l.mark(CRLF, 0.85, "request", from, end)
	}
}

func (l *lookup) mailLine(oneLine bool, from, i, end int) {
	before := l.find(0, from, "@") >= 0 && l.find(0, from, "\n") < 0
	after := l.find(end, end+80, "@") >= 0
	switch {
	case listed(l.text[i:end], "bcc cc to reply-to") && after && l.n < 400 && from < 120:
		l.mark(Mail, 0.9, "mail-header", from, end+1)
	case before && from < 80 || oneLine:
		l.mark(Mail, 0.88, "mail-header", from, end+1)
	case l.text[from] == '\r' && listed(l.text[i:end], "subject reply-to from to") && from < 80 && l.find(0, from, ":") < 0 && l.n < 400:
		l.mark(Mail, 0.6, "mail-header", from, end+1)
	case listed(l.text[i:end], "bcc content-type mime-version reply-to") && l.n < 300:
		l.mark(Mail, 0.8, "mail-header", from, end+1)
	}
}

// imap: a tag's digits, then a command of IMAP (RFC 9051).
func (l *lookup) imap(i int) bool {
	i = digits(l.text[:l.n], i)
	if l.byteAt(i) != ' ' {
		return false
	}
	end := i + 1
	for isAlpha(l.byteAt(end)) {
		end++
	}
	return listed(l.text[i+1:end], "fetch create delete select list lsub store login append search examine copy expunge logout rename status uid")
}

// logged: a line break and then what a log's line starts with, in a value that is none itself.
func (l *lookup) logged(from, i int) {
	if l.n > 400 || isDigit(l.byteAt(0)) && l.byteAt(4) == '-' || l.byteAt(0) == '[' {
		return
	}
	d := digits(l.text[:l.n], i)
	date := d-i == 4 && l.byteAt(d) == '-' && isDigit(l.byteAt(d+1)) && l.byteAt(d+3) == '-' && (l.byteAt(d+6) == ' ' || l.byteAt(d+6) == 't')
	host := d > i && l.byteAt(d) == '.' && l.find(i, i+24, " - ") > 0
	if date || host || l.byteAt(i) == 0x1b {
		l.mark(CRLF, 0.62, "log-line", from, d)
	}
}

func pick(b bool, yes, no float32) float32 {
	if b {
		return yes
	}
	return no
}

const mongoOperators = "in or and ne gt gte lt lte nin regex where exists elemmatch expr function jsonschema mod not nor eq all size accumulator lookup"

// mongoSure are operators that queries of honest clients seldom send.
const mongoSure = "ne gt gte lt lte nin regex where function expr accumulator elemmatch nor"

// objects looks for operators of document databases and for prototypes, in the text of a value or a name.
func (l *lookup) objects() {
	for i := 0; i < l.count; i++ {
		switch {
		case l.is(i, '$') && l.tok(i+1).what == tokWord && l.tok(i+1).gap == 0:
			l.mongo(i)
		case l.word(i, "__proto__"):
			l.markAt(Prototype, 0.92, "prototype", i, i+1)
		case l.word(i, "constructor") && (l.is(i+1, '[') || l.is(i+1, '.') || l.quote(i+1) && l.is(i+2, ':')) && l.within(i+2, 4, "prototype"):
			l.markAt(Prototype, 0.9, "prototype", i, i+4)
		case l.word(i, "this") && l.is(i+1, '.') && (l.is(i+3, '=') || l.is(i+3, '.') && l.anyWord(i+4, "match length charat test startswith")) && l.quote(max(i-3, 0)):
			l.markAt(NoSQL, 0.75, "script-condition", i, i+4)
		case l.word(i, "return") && l.is(i-1, ';') && (l.quote(i-2) || l.is(i-2, '}')) || l.word(i, "return") && l.anyWord(i+1, "true 1") && l.quote(i-1):
			l.markAt(NoSQL, 0.75, "script-return", i-1, i+3)
		case l.word(i, "db") && l.is(i+1, '.') && (l.anyWord(i+3, "find drop insert remove") || l.is(i+3, '.') && l.anyWord(i+4, "find drop insert remove findone update")):
			l.markAt(NoSQL, 0.6, "database-call", i, i+5)
		case l.quote(i) && l.is(i+1, ';') && (l.anyWord(i+2, "while for if return sleep") && l.is(i+3, '(') || l.anyWord(i+2, "var const let return") && l.tok(i+3).what == tokWord && l.is(i+4, '=')):
			l.markAt(NoSQL, 0.85, "script-statement", i, i+4)
		case l.quote(i) && l.is(i+1, '|') && l.is(i+2, '|'), l.quote(i) && l.is(i+1, '&') && l.is(i+2, '&'):
			l.scriptLogic(i)
		}
	}
}

// scriptLogic: ' || '1'=='1, ' && this.password.
func (l *lookup) scriptLogic(i int) {
	switch {
	case l.word(i+3, "this") && l.is(i+4, '.'):
		l.markAt(NoSQL, 0.9, "script-condition", i, i+6)
	case l.quote(i+3) && l.literalDouble(i+3), l.number(i+3) && l.is(i+4, '=') && l.is(i+5, '='), l.word(i+3, "true"):
		l.markAt(NoSQL, 0.8, "script-condition", i, i+6)
	}
}

func (l *lookup) literalDouble(i int) bool {
	j := l.literal(i)
	return l.is(j, '=') && l.is(j+1, '=')
}

// mongo: [$ne], {"$gt":, $where:
func (l *lookup) mongo(i int) {
	if !l.anyWord(i+1, mongoOperators) {
		return
	}
	key := l.quote(i+2) && l.is(i+3, ':') || l.is(i+2, ':') && (l.is(i-1, '{') || l.is(i-1, ','))
	bracket := l.is(i-1, '[') && (l.is(i+2, ']') || l.end(i+2) || l.is(i+2, '=')) || l.is(i-1, '.') && (l.end(i+2) || l.is(i+2, '='))
	c := float32(0.6)
	if l.word(0, "db") && l.is(1, '.') {
		c = 0.45
	} else if l.anyWord(i+1, mongoSure) {
		c = 0.88
	}
	if key || bracket {
		l.markAt(NoSQL, c, "operator", max(i-1, 0), i+3)
	}
}
