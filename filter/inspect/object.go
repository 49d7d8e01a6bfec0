package inspect

const mongoOperators = "in or and ne gt gte lt lte nin regex where exists elemmatch expr function jsonschema mod not nor eq all size accumulator lookup " +
	"unionwith graphlookup out merge func currentop collstats listsessions"

// mongoSure are operators that queries of honest clients seldom send.
const mongoSure = "ne gt gte lt lte nin regex where function expr accumulator elemmatch nor lookup unionwith graphlookup out merge func currentop collstats listsessions"

// typeName says whether v names a class of a platform rather than a kind of thing.
func typeName(v []byte) bool {
	if hasSuffix(v, "Exception") || hasSuffix(v, "Error") {
		return false // what happened, and no object to make
	}
	for _, s := range [...]string{"System.", "java.", "javax.", "com.sun.", "sun.", "org.apache.", "org.springframework.", "ch.qos.", "com.mchange.", "com.zaxxer.", "org.codehaus.", "Microsoft.", "com.alibaba.", "Gem::", "L", "[java"} {
		if hasPrefix(v, s) && (s != "L" || hasSuffix(v, ";") && contains(v, ".")) {
			return true
		}
	}
	return contains(v, ", mscorlib") || contains(v, "PresentationFramework")
}

// objects looks for operators of document databases and for prototypes, in the text of a value or a name.
func (l *lookup) objects() {
	depth, deepest := 0, 0
	for i := 0; i < l.count; i++ {
		switch l.tokens[i].ch {
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth = max(depth-1, 0)
		}
		if deepest == deepJSON {
			l.markAt(JSONBomb, 0.75, "depth", 0, 8)
		}
		switch {
		case l.seq(i, "$ W") && l.tok(i+1).gap == 0:
			l.mongo(i)
		case l.word(i, "__proto__"):
			talk := i > 1 && l.tok(i).gap&gapSpace != 0 && !l.among(i+1, ".[")
			l.markAt(Prototype, pick(talk, 0.45, 0.92), "prototype", i, i+1)
		case l.word(i, "constructor") && (l.among(i+1, "[./") || l.seq(i+1, "Q :")) && l.within(i+2, 4, "prototype"):
			l.markAt(Prototype, 0.9, "prototype", i, i+4)
		case l.seq(i, "this .") && (l.is(i+3, '=') || l.seq(i+3, ". match|length|charat|test|startswith")) && l.quote(max(i-3, 0)):
			l.markAt(NoSQL, 0.75, "script-condition", i, i+4)
		case l.seq(i, "return this .") && l.seq(0, "function ("):
			l.markAt(NoSQL, 0.75, "script-condition", 0, i+4)
		case l.seq(i-1, "; return") && (l.quote(i-2) || l.is(i-2, '}')) || l.seq(i-1, "Q return true|1"):
			l.markAt(NoSQL, 0.75, "script-return", i-1, i+3)
		case l.seq(i, "db .") && (l.anyWord(i+3, "find drop insert remove") || l.seq(i+3, ". find|drop|insert|remove|findone|update")):
			l.markAt(NoSQL, pick(i > 0, 0.75, 0.6), "database-call", i, i+5)
		case l.seq(i, "Q ;") && (l.seqs(i+2, "while|for|if|return|sleep (\nvar|const|let|return W =")):
			l.markAt(NoSQL, 0.85, "script-statement", i, i+4)
		case l.quote(i) && l.seqs(i+1, "| |\n& &"):
			l.scriptLogic(i)
		case l.seq(i, "^ o") && (l.zone == ZoneJSONKey && l.count == 2 || l.seq(i-1, "Q A A Q")):
			l.markAt(Deserialization, 0.85, "type-name", i, i+2)
		case l.tok(i).what == tokWord && l.canary(i):
			l.markAt(Scanner, 0.6, "tool-name", i, i+1)
		case l.quote(i) && depth == 0 && (l.among(i+1, "}]")) && l.jsonGoesOn(i+1):
			l.markAt(NoSQL, 0.8, "leaves-json", i, i+5)
		case l.seqs(i, "load csv from\ncall db|dbms|apoc .\nallow filtering"):
			l.markAt(NoSQL, 0.85, "graph-query", i, i+4)
		case l.tok(i).kinds&kLogic != 0 && l.is(i-1, ')') && l.is(i+1, '(') && l.tok(i+2).what == tokWord && l.is(i+3, ':') && !l.is(i+4, ':') && !l.opened(i-1), l.tok(i).kinds&kLogic != 0 && l.seq(i-1, "Q A W :") && l.find(0, int(l.tok(i-1).start), "\"") < 0 && l.find(int(l.tok(i).start), l.n, "\"") > 0:
			l.markAt(NoSQL, 0.75, "search-query", i-1, i+4)
		case l.seq(i-1, "} ) return|with|match|union"), l.seq(i, "detach delete"):
			l.markAt(NoSQL, 0.75, "graph-query", i, i+3)
		case i == 0 && l.anyWord(0, "flushall flushdb slaveof"), l.word(i, "eval") && i == 0 && l.quote(1) && l.number(l.literal(1)), l.seq(i-1, "Q painless"):
			l.markAt(NoSQL, 0.75, "store-command", i, i+3)
		case i == 0 && (l.seqs(0, "| | N = = N\n& & N = = N")):
			l.markAt(NoSQL, 0.75, "script-condition", 0, 6)
		case i == 0 && l.seq(0, "N ;") && (l.anyWord(2, "while for sleep return") || l.seq(2, "var|let A =")):
			l.markAt(NoSQL, 0.8, "script-statement", i, i+4)
		case l.seq(i, "Q ;") && l.within(i+2, 8, "return var while db sleep this"):
			l.markAt(NoSQL, 0.7, "script-statement", i, i+4)
		}
	}
}

// jsonGoesOn: closing brackets, a comma, and then another member or element.
func (l *lookup) jsonGoesOn(i int) bool {
	for l.among(i, "}]") {
		i++
	}
	return l.is(i, ',') && (l.quote(i+1) || l.is(i+1, '{'))
}

// canary: what tools put into fields to find it again.
func (l *lookup) canary(i int) bool {
	at := int(l.tok(i).start)
	for _, s := range [...]string{"sqlmap", "nuclei", "netsparker", "w3af", "wvs", "burpcollab", "nikto", "zapxss", "acunetix_"} {
		if l.text[at] == s[0] && l.has(at, s) && l.prose.words < 3 {
			return !l.prosy && !l.searches() || int(l.tok(i).end)-at > len(s) // who searches for a tool or talks of it names it as it is
		}
	}
	return false
}

// opened says whether the bracket that token i closes was opened in the value.
func (l *lookup) opened(i int) bool {
	depth := 0
	for j := 0; j < i; j++ {
		if l.is(j, '(') {
			depth++
		} else if l.is(j, ')') {
			depth--
		}
	}
	return depth > 0
}

// scriptLogic: ' || '1'=='1, ' && this.password.
func (l *lookup) scriptLogic(i int) {
	switch {
	case l.seq(i+3, "this ."):
		l.markAt(NoSQL, 0.9, "script-condition", i, i+6)
	case l.quote(i+3) && l.literalDouble(i+3), l.seq(i+3, "N = ="), l.word(i+3, "true"):
		l.markAt(NoSQL, 0.8, "script-condition", i, i+6)
	}
}

func (l *lookup) literalDouble(i int) bool {
	j := l.literal(i)
	return l.seq(j, "= =")
}

// mongo: [$ne], {"$gt":, $where: and a JSON key by itself.
func (l *lookup) mongo(i int) {
	if !l.anyWord(i+1, mongoOperators) {
		return
	}
	key := l.seq(i+2, "Q :") || l.is(i+2, ':') && (i == 0 || l.among(i-1, "{,"))
	bracket := l.is(i-1, '[') && (l.is(i+2, ']') || l.end(i+2) || l.is(i+2, '=')) || l.is(i-1, '.') && (l.end(i+2) || l.is(i+2, '='))
	alone := i == 0 && (l.end(2) && (l.zone == ZoneJSONKey || l.anyWord(1, "ne gt gte lt lte nin regex where")) || l.is(2, '='))
	c, rule, field := float32(0.6), "operator", i-2
	if l.is(field, ']') {
		field--
	}
	if l.anyWord(i+1, "lookup unionwith graphlookup out merge func currentop collstats listsessions function accumulator") {
		rule = "stage"
	}
	if always := l.seqs(i+2, "Q : Q Q\nQ : null\nQ : Q . *"); always && l.anyWord(i+1, "ne gt gte lt regex") {
		c, rule = 0.88, "always-true"
	} else if l.seq(0, "db .") || l.zone == ZoneQueryName && i > 1 && (l.anyWord(0, "filter filters where") && (l.anyWord(i+1, "in eq") || l.seq(i+1, "or|and ] [ N")) || l.anyWord(i+1, "gt gte lt lte") && named(l.text[:l.tok(field).end], amountNames)) {
		c = 0.45
	} else if l.anyWord(i+1, mongoSure) {
		c = 0.88
	}
	if key || bracket || alone {
		l.markAt(NoSQL, c, rule, max(i-1, 0), i+3)
	}
}
