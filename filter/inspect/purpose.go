package inspect

// What a field is made for, by its name. What it is made for is no attack there, unless it does more.
const (
	textNames = "comment comments message msg description note notes text body content article markdown readme docs question answer bio about caption log line " +
		"trace traceback stack stacktrace details error feedback review summary reason remark remarks steps transcript html mdx lyrics recipe title clause paragraph section diagnosis instructions dosage purpose"
	searchNames   = "q search term keyword keywords phrase"
	codeNames     = "source snippet script sourcecode code diff patch program notebook"
	queryNames    = "sql query statement script expr migration rule code search formula"
	logicNames    = "expression expr condition rule filter formula policy where jq jql statement snippet script source regex regexp pattern validation selector template"
	filterNames   = "script query pipeline filter where"
	amountNames   = "at on date time ts timestamp created updated modified total price amount age score count size quantity qty year month day rating weight height distance stock cost balance duration points"
	endpointNames = "endpoint upstream upstreams targets backend backends server servers nodes webhook webhookurl webhook_url proxy"
	dsnNames      = "database_url redis_url mongo_url mongodb_uri amqp_url broker_url dsn connectionstring connection_string"
)

// purpose lowers evidence of some classes in fields of some names.
type purpose struct {
	classes uint32 // a bit for each
	zone    Zone   // the first in which it holds
	need    need
	rules   string // "": all
	names   string
}

// need is what must be true of the text besides.
type need uint8

const (
	needNothing    need = iota
	needStatement       // it starts as one of SQL
	needCommand         // it starts as one
	needNoSpace         // it has none
	needUnsure          // no detector is sure
	needProgram         // it is laid out as source code
	needStart           // the evidence stands at its start
	needQuery           // it starts as one of XPath
	needTool            // it starts with a tool that builds and deploys
	needPlaces          // it is a statement with places for values ($1, ?, :id, %s), as programs send and log them
	needComparison      // it is an operator of a filter
	needBlock           // it starts as a program in JavaScript
)

// expected lowers what a field is made for: statements in a field for queries, command lines in one for commands, code in one
// for code, a guess in one for text.
func (in *Inspector) expected(c Class, m *mark) float32 {
	const code = 1<<SQL | 1<<Command | 1<<Template | 1<<XSS | 1<<Traversal
	purposes := [...]purpose{
		{1 << SQL, 0, needStatement, "statement statements subselect conditional-call catalogue function-call case-when model stacked-statement union-select", queryNames},
		{1 << SQL, ZoneForm, needStart, "statement", textNames},
		{1 << Command, ZoneJSON, needCommand, "", "command commands args script run entrypoint build"},
		{1 << Command, ZoneJSON, needNoSpace, "program-path", "shell interpreter entrypoint executable binary exe"},
		{1 << Command, 0, needTool, "", ""},
		{1 << SQL, ZoneForm, needPlaces, "statement model", ""},
		{1 << NoSQL, ZoneJSONKey, needComparison, "operator", ""},
		{1 << XSS, 0, needNothing, "", "sample"},
		{1 << XSS, ZoneForm, needBlock, "script-call", textNames},
		{1 << NoSQL, 0, needNothing, "operator", filterNames},
		{1 << NoSQL, 0, needStart, "database-call", filterNames},
		{1 << NoSQL, 0, needNothing, "graph-query", "cql sql statement"},
		{1 << XPath, ZoneForm, needQuery, "", "xpath selector locator query"},
		{1 << LDAP, 0, needNothing, "filter", "filter"},
		{code, ZoneForm, needProgram, "", codeNames},
		{^uint32(0), 0, needUnsure, "model", logicNames},
		{^uint32(1 << Traversal), ZoneForm, needUnsure, "model", textNames},
	}
	for i := range purposes {
		if p := &purposes[i]; p.classes>>c&1 == 1 && in.zone >= p.zone && (p.rules == "" || index(p.rules, m.rule) >= 0) && (p.names == "" || named(in.name[:in.nameLen], p.names)) && in.meets(p.need, m) {
			return m.confidence * 0.5
		}
	}
	return m.confidence
}

func (in *Inspector) meets(n need, m *mark) bool {
	l := &in.look
	first := l.tok(0)
	switch n {
	case needStatement:
		return first.kinds&(kStmt|kSQL) != 0
	case needCommand:
		return first.kinds&(kCommand|kLoose) != 0 || first.ch == '/'
	case needNoSpace:
		return l.find(0, l.n, " ") < 0
	case needUnsure:
		return l.unsure
	case needProgram:
		return l.laidOut()
	case needStart:
		return m.from == 0
	case needBlock:
		return l.anyWord(0, "try async function const let import export class for while")
	case needTool:
		return l.tok(1).gap&gapSpace != 0 && l.anyWord(0, "docker kubectl npm npx yarn pnpm pip cargo go mvn gradle helm terraform make git apt brew systemctl")
	case needPlaces:
		return first.kinds&kStmt != 0 && l.holds(l.n, "= ?|= $|= :|= %")
	case needComparison:
		return l.zone == ZoneJSONKey && in.compares(l.text[1:max(l.n, 1)])
	case needQuery:
		return first.ch == '/' || l.is(1, '(')
	}
	return true
}

// prosy says whether the place at hand is a field for text, or for what people search.
func (in *Inspector) prosy() bool {
	name := in.name[:in.nameLen]
	return in.zone >= ZoneForm && named(name, textNames) || in.zone >= ZoneQuery && in.zone != ZoneHeader && named(name, searchNames)
}

// named says whether a name ends in one of the words, or has it followed by an upper-case letter or a joint.
func named(name []byte, words string) bool {
	for i := 0; i < len(words); {
		end := i
		for end < len(words) && words[end] != ' ' {
			end++
		}
		if n := end - i; foldEqual(name, len(name)-n, words[i:end]) {
			return true
		}
		i = end + 1
	}
	return false
}

// laidOut says whether a text is written as source code is: in lines, and it does not begin as what breaks out of a command does.
func (l *lookup) laidOut() bool {
	at := l.find(0, l.n, "\n")
	return at > 0 && l.skip(at) < l.n && !l.among(0, ";|&`'\"$(")
}

// told says whether evidence is told of in the middle of written language: words of any kind before it, a sentence that goes
// on behind it, and no sign that it runs.
func (l *lookup) told(c Class, m *mark) bool {
	if l.requestLine() {
		return true
	}
	first := l.tokens[0].what
	if first != tokWord && l.tokens[2].ch != ']' && l.tokens[3].ch != ']' && (first != tokNumber || l.tokens[1].ch != '-' && l.tokens[1].ch != '.') || c == SSI || c == JNDI && m.rule != "lookup" {
		return false
	}
	before, after, stops := l.spoke(0, m.from), 0, l.prose.stops
	const code = 1<<SQL | 1<<NoSQL | 1<<Command | 1<<Template | 1<<Expression | 1<<Deserialization
	if code>>c&1 == 0 {
		after = l.spoke(m.to, l.n)
	} else if !containsAny(l.text[m.from:l.n], "(|--|#|/*") { // words behind a comment cost an attacker nothing
		after = l.plainAfter(m.to)
	}
	switch c {
	case XSS:
		return before >= 3 && after >= 4 && stops >= 3
	case CRLF, Mail:
		return l.lineBreaks() >= 2 && before >= 3 && stops > 0
	}
	return before >= 2 && after >= 3 || before >= 3 && after >= 2 || before >= 4 && (after >= 1 || code>>c&1 == 0 && stops >= 2 && l.text[l.n-1] == '.')
}

// spoke counts words of any kind between two places that stand after white space or a bracket and are followed by none of what
// code joins words with.
func (l *lookup) spoke(from, to int) int {
	n := 0
	for i := range l.tokens[:l.count] {
		t := &l.tokens[i]
		if int(t.start) < from || int(t.end) > to || t.what != tokWord || i > 0 && t.gap&gapSpace == 0 && l.tokens[i-1].ch != '[' && l.tokens[i-1].ch != '"' {
			continue
		}
		if next := &l.tokens[i+1]; next.gap != 0 || next.ch == '.' || next.ch == ',' || next.ch == ':' || next.ch == ']' || next.ch == '"' || next.what == tokEnd {
			n++
		}
	}
	return n
}

// requestLine says whether a request's line stands in the text, as in a server's log: "GET /... HTTP/1.1".
func (l *lookup) requestLine() bool {
	at := l.find(0, l.n, "\"get /")
	return at > 0 && l.find(at, l.n, " http/") > 0
}

// compares says whether an operator in a document's key is what filters are made of: in what a service takes filters in, and,
// where it orders values, of a field that holds an amount or a time. Nobody logs in by those.
func (in *Inspector) compares(operator []byte) bool {
	name := in.name[:in.nameLen]
	return (listed(operator, "in and or not eq all size") || listed(operator, "gt gte lt lte") && named(name, amountNames)) &&
		containsAny(name, "filter|where|match|selector")
}
