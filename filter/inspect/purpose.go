package inspect

// What a field is made for, by its name. What it is made for is no attack there, unless it does more.
const (
	textNames = "comment comments message msg description note notes text body content article markdown readme docs question answer bio about caption log line " +
		"trace traceback stack stacktrace details error feedback review summary reason remark remarks steps transcript html mdx lyrics recipe title clause paragraph section diagnosis instructions dosage purpose " +
		"detail evidence doc hint prompt explanation output stdout stderr headline subject excerpt essay story abstract synopsis definition sentence utterance clue memo " +
		"beschreibung kommentar nachricht bemerkung bemerkungen anmerkung notiz inhalt betreff grund texto mensaje mensagem comentario descripcion descricao observaciones observacoes " +
		"commentaire contenu remarque motif testo messaggio descrizione opis komentarz aciklama yorum mesaj"
	searchNames   = "q search term keyword keywords phrase"
	codeNames     = "source snippet script sourcecode code diff patch program notebook"
	fileNames     = "content template user_data userdata dockerfile manifest config configuration values css yaml file data raw spec definition playbook rules policy vhost prompt completion"
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
	needFile            // it is laid out in three lines or more, and begins or goes on as a file does
	needPassage         // it is laid out in three lines or more, of which another follows the evidence
	needWords           // no detector is sure, and it begins with a word that is followed by others
	needSearch          // it is a search as logs are searched
	needQueried         // it starts as a statement, and the path says that these are sent there
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
		{1 << SQL, 0, needStatement, "statement statements subselect where conditional-call catalogue function-call case-when model stacked-statement union-select", queryNames},
		{1 << SQL, ZoneForm, needStart, "statement", textNames},
		{1 << Command, ZoneJSON, needCommand, "", "command commands args script run entrypoint build"},
		{1 << Command, ZoneJSON, needNoSpace, "program-path", "shell interpreter entrypoint executable binary exe"},
		{1 << Command, 0, needTool, "", ""},
		{1 << SQL, ZoneForm, needPlaces, "statement model", ""},
		{1 << NoSQL, ZoneJSONKey, needComparison, "operator", ""},
		{1 << XSS, 0, needNothing, "", "sample snippet sourcecode source_code"},
		{1 << XSS, ZoneForm, needBlock, "script-call", textNames},
		{1 << NoSQL, 0, needNothing, "operator", filterNames},
		{1 << NoSQL, 0, needStart, "database-call", filterNames},
		{1 << NoSQL, ZoneJSON, needNothing, "stage", "pipeline"},
		{1 << NoSQL, 0, needNothing, "graph-query", "cql sql statement"},
		{1 << XPath, ZoneForm, needQuery, "", "xpath selector locator query"},
		{1 << LDAP, 0, needNothing, "filter", "filter"},
		{code, ZoneForm, needProgram, "", codeNames},
		{code&^(1<<XSS) | 1<<SSRF, ZoneForm, needFile, "", fileNames},
		{code&^(1<<XSS|1<<SQL) | 1<<SSRF, ZoneForm, needPassage, "", textNames},
		{code&^(1<<XSS) | 1<<SSRF, ZoneText, needProgram, "", ""},
		{^uint32(0), ZoneText, needUnsure, "model", ""},
		{1 << SQL, ZoneQuery, needQueried, "statement model", ""},
		{^uint32(0), 0, needUnsure, "model", logicNames},
		{^uint32(1 << Traversal), ZoneQuery, needUnsure, "model", textNames},
		{1 << Traversal, ZoneQuery, needWords, "model", textNames},
		{1 << Traversal, ZoneQuery, needWords, "model", "q search term keyword query"},
		{1 << Command, ZoneForm, needStart, "command-line", textNames},
		{1<<Traversal | 1<<Command | 1<<XSS | 1<<SQL, ZoneQuery, needSearch, "model system-file windows-shell script-element", "query kuery search expression"},
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
	case needFile:
		return l.laidOut() && l.lined() && (l.goesOn(m) || l.tok(0).ch == '#' || l.find(0, l.n, "\n  ") > 0 || l.anyWord(0, "import from package using const let function class def public private module require include resource"))
	case needPassage:
		return l.laidOut() && l.lined() && l.goesOn(m)
	case needWords:
		return l.unsure && first.what == tokWord && (l.tok(1).gap == gapSpace && l.prose.words >= 2 || l.is(1, ':') && l.tok(2).gap == gapSpace)
	case needSearch:
		return l.searches()
	case needQueried:
		return in.zone == ZoneQuery && in.request.console && first.kinds&(kStmt|kSQL) != 0
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

// prosy notes whether the place at hand is a field for text, or for what people search.
func (in *Inspector) prosy() {
	name, l := in.name[:in.nameLen], &in.look
	l.searched = in.zone >= ZoneQuery && in.zone != ZoneHeader && named(name, searchNames)
	l.prosy = l.searched || in.zone == ZoneText || in.zone >= ZoneQuery && in.zone != ZoneHeader && named(name, textNames)
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

// lined says whether a text has three lines or more. Line breaks in place of blanks make no lines.
func (l *lookup) lined() bool {
	lines := l.lineBreaks()
	return lines >= 2 && l.count > 3*lines
}

// goesOn says whether another line follows the evidence's: attacks are appended.
func (l *lookup) goesOn(m *mark) bool {
	at := l.find(m.to-1, l.n, "\n")
	return at >= 0 && l.skip(at) < l.n
}

// told says whether evidence is told of in the middle of written language: words of any kind before it, a sentence that goes
// on behind it, and no sign that it runs.
func (l *lookup) told(c Class, m *mark) bool {
	if l.requestLine() {
		return true
	}
	// Behind a comment words cost an attacker nothing, nor do they in what is shown again; in what nobody runs or searches that is
	// taken as it is. What runs code by itself is talked about between quotes at most.
	plain := l.zone >= ZoneForm && !l.searched || !containsAny(l.text[m.from:l.n], "--|#|/*") && (c != XSS || !l.holds(l.n, "(|=|`"))
	const engines = 1<<Template | 1<<Expression | 1<<Deserialization
	plain = plain && (m.confidence < 0.8 || m.rule == "arithmetic" || engines>>c&1 == 0)
	if plain && m.confidence < 0.97 && l.topic() {
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
	} else if !containsAny(l.text[m.from:l.n], "--|#|/*") { // words behind a comment cost an attacker nothing
		if l.find(m.from, l.n, "(") < 0 {
			after = l.plainAfter(m.to)
		}
		if before >= 5 && stops >= 2 && l.is(l.count-1, '.') && l.tok(l.count-1).gap == 0 || before >= 4 && m.confidence < 0.75 && c == Command {
			return true
		}
	}
	if before >= 2 && plain && l.asked() && (c != XSS || l.technical(m)) || code>>c&1 == 1 && l.introduced(m) || c == SSRF && before >= 2 {
		return true
	}
	technical := l.technical(m)
	if technical && plain && before >= 2 && (code>>c&1 == 1 && l.zone >= ZoneForm || c == Traversal) {
		return true
	}
	switch c {
	case XSS:
		if !technical {
			return false
		}
		return before >= 2 && after >= 2 && (m.confidence < 0.9 || !l.live()) || before >= 3 && after >= 1 && stops >= 2 && m.confidence < 0.9
	case CRLF, Mail:
		return l.lineBreaks() >= 2 && (before >= 3 && stops > 0 || before >= 2 && l.lineBreaks() >= 3)
	}
	if m.from == 0 && after >= 3 && l.zone >= ZoneForm && (c == Prototype || c == Deserialization || c == Command && m.confidence < 0.75) {
		return true
	}
	return before >= 2 && after >= 3 || before >= 3 && after >= 2 || before >= 4 && (after >= 1 || code>>c&1 == 0 && stops >= 2 && l.text[l.n-1] == '.')
}

// technical says whether written language around the evidence is about programs: only there is code talked about.
func (l *lookup) technical(m *mark) bool {
	for i := range l.tokens[:l.count] {
		t := &l.tokens[i]
		if t.what != tokWord || int(t.start) >= m.from && int(t.start) < m.to || i > 0 && t.gap&gapSpace == 0 && l.tokens[i-1].ch != '[' && l.tokens[i-1].ch != '\'' || l.tokens[i+1].ch == '=' || l.tokens[i+1].ch == '(' && l.tokens[i+1].gap == 0 {
			continue
		}
		if listed(l.text[t.start:t.end], technicalWords) {
			return true
		}
	}
	return false
}

const technicalWords = "html tag tags xss csrf code browser browsers attribute attributes react vue angular javascript jsx css escape escapes escaped escaping encode encoded encoding sanitize sanitizer sanitized payload payloads " +
	"attack attacks attacker attackers injection injections injected markup render renders rendered rendering dom csp snippet handler editor markdown component vulnerable vulnerability exploit exploited pentest waf sql query queries " +
	"database parameter parameters bash shell script scripts syntax regex endpoint docker kubernetes linux commit revert reverts refactor fixture backend frontend api sanitise hack hacker hackers indicator indicators " +
	"skript abfrage angriff angreifer datenbank eingabe sqli injecter attaque attaquant balise ataque inyección etiqueta"

// asked says whether the text is a question from its first word to its last, which is one that is written; what people search
// for ends without a mark.
func (l *lookup) asked() bool {
	return (l.searched || l.is(l.count-1, '?')) && (l.searched || l.tok(l.count-2).what != tokPunct || l.among(l.count-2, "`>\"")) && !l.is(l.count-3, '.') &&
		l.anyWord(0, "how what why which who when where is are does do did can could should would may will has have difference explain any wie was warum wer wo wann kann darf ist welche "+
			"comment pourquoi que quel quelle est como cual por qual come perche puedo")
}

// topic says whether the text is what people search for help with: it ends in a word that says so.
func (l *lookup) topic() bool {
	return l.count <= 12 && (l.holds(l.n, " vs ") || l.tok(l.count-1).gap == gapSpace && l.tok(l.count-2).what != tokPunct && l.anyWord(l.count-1, "meaning location format example examples syntax tutorial explained vs difference error linux bash python javascript mysql postgres postgresql react css html java php windows"))
}

// introduced says whether the evidence stands in code that written language leads to with a colon: "Explain this: SELECT ...".
// What breaks out of a value does not start as a statement or a command does.
func (l *lookup) introduced(m *mark) bool {
	at := l.find(0, m.from, ": ")
	if at < 0 || containsAny(l.text[:at], ";|'|\"") || l.spoke(0, at+1) < 2 {
		return false
	}
	for i := range l.tokens[:l.count] {
		if t := &l.tokens[i]; int(t.start) > at && t.ch != ':' && t.ch != '`' {
			return t.kinds&(kStmt|kCommand|kLoose) != 0
		}
	}
	return false
}

// live says whether script is there that does what only attacks do: takes secrets away, or hides what it is.
func (l *lookup) live() bool {
	return l.holds(l.n, "cookie|localstorage|eval(|atob(|fromcharcode|fetch(|new image|xmlhttp|sendbeacon|src=//|.src=|location=|javascript:")
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
	if containsAny(name, "pipeline") {
		return !listed(operator, "where function accumulator")
	}
	return (listed(operator, "in and or not eq all size") || listed(operator, "gt gte lt lte") && named(name, amountNames)) &&
		containsAny(name, "filter|where|match|selector")
}
