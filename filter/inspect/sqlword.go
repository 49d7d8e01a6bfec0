package inspect

// sqlWord judges the words that carry SQL on their own. open: a quotation mark before it is not closed.
func (l *lookup) sqlWord(i int, open bool) {
	k := l.tokens[i].kinds
	l.splitKeyword(i)
	switch {
	case k == 0:
		return
	case k&kLogic != 0:
		quoted := l.quote(i-1) || l.seqs(i-2, "Q )\nQ %")
		l.condition(i, i+1, quoted, open || quoted && i <= 2)
	case l.word(i, "union"):
		l.union(i)
	case l.seq(i, "into @ W , @ W"):
		l.markAt(SQL, 0.75, "into-variable", i, i+6)
	case k&kSchema != 0:
		l.schema(i)
	}
	if k&kStmt != 0 {
		l.sqlStatement(i)
	}
	if k&(kDanger|kFunc|kSQL|kStmt) != 0 {
		l.sqlCall(i)
	}
	l.sqlClause(i)
}

// splitKeyword: un/**/ion, where a filter takes the comment out.
func (l *lookup) splitKeyword(i int) {
	if t := &l.tokens[i]; t.kinds == 0 && (t.end-t.start == 10 || t.end-t.start == 12) {
		l.doubledKeyword(i, l.text[t.start:t.end])
	}
	a, b := l.tok(i), l.tok(i+1)
	if b.what != tokWord || b.gap != gapComment || a.kinds&(kStmt|kSQL) != 0 && b.kinds&(kStmt|kSQL) != 0 {
		return
	}
	h := a.hash
	for _, c := range l.text[b.start:b.end] {
		h = hashStep(h, c)
	}
	if l.words.kinds(h)&(kStmt|kSQL|kDanger|kTag) != 0 {
		l.markAt(SQL, 0.85, "split-keyword", i, i+2)
	}
}

// doubledKeyword: ununionion, where a filter takes out the inner one.
func (l *lookup) doubledKeyword(i int, w []byte) {
	for _, s := range [...]string{"union", "select"} {
		if at := indexOf(w, s); at > 0 && len(w) == 2*len(s) && string(w[:at]) == s[:at] {
			l.markAt(SQL, 0.85, "doubled-keyword", i, i+1)
		}
	}
}

// union [all|distinct] [(] select, then what a list of columns starts with.
func (l *lookup) union(i int) {
	j := i + 1
	for l.anyWord(j, "all distinct distinctrow") || l.among(j, "(*/+-~!@") || l.tok(j).what == tokDash && j < l.count {
		j++
	}
	if !l.word(j, "select") && !l.word(j, "values") {
		return
	}
	broke := i > 0 && !l.phrase(i) && (l.quote(i-1) || l.number(i-1) || l.is(i-1, ')') || l.tokens[i].gap&gapComment != 0)
	switch {
	case broke || l.tok(i+1).gap&gapComment != 0:
		l.markAt(SQL, 0.97, "union-select", i-1, j+3)
	case l.phrase(i), l.end(j+1) && l.prose.stops+l.prose.words > 0 && l.count < 6:
		l.markAt(SQL, 0.45, "union-select", i, j+1) // a name
	case l.columns(j + 1), l.word(i+1, "all"), l.end(j + 1):
		l.markAt(SQL, 0.9, "union-select", i, j+3)
	default:
		l.markAt(SQL, 0.35, "union-select", i, j+2)
	}
}

// columns says whether a list of columns starts at i, and not a sentence.
//
//go:noinline
func (l *lookup) columns(i int) bool {
	t := l.tok(i)
	switch {
	case i >= l.count:
		return false
	case l.is(i, '+') && i+1 < l.count:
		return l.columns(i + 1)
	case t.what == tokNumber, l.quote(i), l.is(i, '*'), l.is(i, '@'), l.is(i, '('), l.word(i, "null"):
		return true
	case t.what == tokWord:
		return l.among(i+1, ",(") || l.is(i+1, '.') && !l.end(i+2) || (l.word(i+1, "from") && l.tok(i+2).kinds&kStop == 0)
	}
	return false
}

// statement rates the SQL statement that starts at i: 0 none, 1 likely, 2 surely.
//
//go:noinline
func (l *lookup) statement(i int) int {
	if !l.kind(i, kStmt) {
		return 0
	}
	if s := l.queryStatement(i); s > 0 {
		return s
	}
	switch {
	case l.anyWord(i, "drop create alter truncate"):
		return l.objectStatement(i)
	case l.anyWord(i, "exec execute"):
		return yes(l.is(i+1, '(') && (l.quote(i+2) || l.is(i+2, '@')) || l.is(i+1, '@') || l.kind(i+1, kDanger|kSchema) || l.tok(i+1).what == tokWord && (l.has(int(l.tok(i+1).start), "sp_") || l.has(int(l.tok(i+1).start), "xp_")) || l.anyWord(i+1, "immediate sp xp"))
	case l.word(i, "prepare"):
		return yes(l.word(i+2, "from"))
	case l.word(i, "waitfor"):
		return yes(l.anyWord(i+1, "delay time"))
	case l.word(i, "declare"):
		return yes(l.is(i+1, '@'))
	case l.word(i, "shutdown"):
		return yes(l.end(i+1) || l.word(i+1, "with") || l.commentEnds(i+1) || l.is(i+1, ';'))
	case l.word(i, "grant"), l.word(i, "revoke"):
		return yes((l.word(i+2, "to") || l.word(i+2, "on")) && l.kind(i+1, kSQL|kStmt))
	case l.word(i, "backup"), l.word(i, "restore"):
		return yes(l.word(i+1, "database"))
	case l.word(i, "call"):
		return yes(l.kind(i+1, kDanger))
	}
	return 0
}

func (l *lookup) queryStatement(i int) int {
	switch {
	case l.word(i, "select"):
		if l.anyWord(i+1, "session_user current_user current_database current_schema system_user user") && (l.is(i+2, ';') || l.end(i+2)) {
			return 2
		}
		return l.selectStatement(i)
	case l.word(i, "insert"), l.word(i, "replace"), l.word(i, "merge"):
		return yes(l.word(i+1, "into") && l.within(i+2, 24, "values select"))
	case l.word(i, "update"):
		return yes(l.seq(i+2, "set A =") || l.word(i+4, "set"))
	case l.word(i, "delete"):
		return yes(l.seq(i+1, "from W") && (l.end(i+3) && i > 0 || l.is(i+3, ';') || l.word(i+3, "where") || l.commentEnds(i+3)) && l.tok(i+2).kinds&kStop == 0)
	}
	return 0
}

func yes(b bool) int {
	if b {
		return 2
	}
	return 0
}

func (l *lookup) objectStatement(i int) int {
	j := i + 1
	for l.anyWord(j, "or replace temporary temp unique global public if not exists") {
		j++
	}
	named := l.seq(j, "B W") && l.tok(j+1).kinds&kStop == 0
	if l.word(i, "truncate") && (l.word(i+1, "table") || i > 0 && l.is(i-1, ';')) {
		named, j = true, i
	}
	return yes(named && (l.end(j+2) && (i > 0 || !l.anyWord(j+1, "reservation booking service manners talk")) || !l.end(j+2) && l.tok(j+2).what != tokWord || l.anyWord(j+2, "add drop modify rename set identified with returns as on cascade to if") || l.kind(j+1, kSQL)))
}

// selectStatement: a list of columns, and from or a call.
func (l *lookup) selectStatement(i int) int {
	if l.seq(i+1, "D (") {
		return 2
	}
	if l.seq(i+1, "F (") && (l.end(l.call(i+2)) || l.is(l.call(i+2), ';') || l.within(l.call(i+2), 8, "from")) {
		return 2
	}
	if l.seq(i+1, "@ @") {
		return 2
	}
	if !l.columns(i + 1) {
		return 0
	}
	if l.within(i+1, 40, "from") {
		return 2
	}
	if l.number(i+1) && (l.end(i+2) || l.is(i+2, ',') || l.commentEnds(i+2)) {
		return 1
	}
	return 0
}

// within says whether one of the words is among the n tokens from i.
func (l *lookup) within(i, n int, words string) bool {
	for j := i; j < i+n && j < l.count; j++ {
		if l.anyWord(j, words) {
			return true
		}
	}
	return false
}

// sqlStatement judges a statement by what stands before it: stacked after another, within brackets, or the whole value.
func (l *lookup) sqlStatement(i int) {
	s := l.statement(i)
	switch {
	case i > 0 && l.is(i-1, '('):
		l.subselect(i)
	case s == 0:
		return
	case i > 0 && l.is(i-1, ';'):
		if l.statement(0) > 0 && l.tok(i).gap&gapLine != 0 {
			l.markAt(SQL, 0.45, "script", i-1, i+3)
			return
		}
		if l.statement(0) > 0 || l.anyWord(0, "begin start set with explain use commit") || l.prose.stops >= 2 && i > 12 {
			l.markAt(SQL, 0.5, "statements", i-1, i+3)
			return
		}
		l.markAt(SQL, pick(l.seq(i, "drop|create|alter|delete|insert|update W W . E"), 0.45, 0.9), "stacked-statement", max(i-2, 0), i+3)
	case i <= 1 && l.seq(i, "select W from") && (l.end(i+4) || l.quote(i+3) || l.seq(i+4, "Q W") && l.tok(i+4).gap|l.tok(i+5).gap == 0 && !l.within(i+6, l.count, "where union or and") || l.tok(i+4).what != tokPunct && l.tok(i+4).kinds&(kSQL|kLogic|kStmt|kCompare) == 0 && !l.commentEnds(i+4)) && !l.kind(i+3, kSchema|kTarget):
		l.markAt(SQL, 0.45, "statement", i, i+4)
	case i > 0 && l.quote(i-1) && l.closedLater(i):
		l.markAt(SQL, 0.4, "statement", i-1, i+4)
	case i == 0 && l.find(0, l.n, ";\n") > 0:
		l.markAt(SQL, 0.45, "script", i, i+4) // lines of statements break out of nothing
	case i == 0, i == 1 && l.tok(0).what == tokPunct:
		l.markAt(SQL, 0.6+0.05*float32(s), "statement", i, i+4)
	case l.quote(i-1) || l.is(i-1, ')') || l.number(i-1):
		l.markAt(SQL, 0.6, "statement", i-1, i+4)
	case l.prose.stops < 2:
		l.markAt(SQL, 0.4, "statement", i, i+4)
	}
}

// closedLater says whether the quote before token i is closed after it: a string in source code.
func (l *lookup) closedLater(i int) bool {
	q := l.tokens[i-1].ch
	for j := i + 3; j < l.count && j < i+200; j++ {
		if l.is(j, q) {
			return true
		}
	}
	return false
}

// subselect: (select ...) where a value should be.
func (l *lookup) subselect(i int) {
	if !l.word(i, "select") || l.end(i+1) {
		return
	}
	switch {
	case l.seq(i+1, "( ."):
		return // jq's select
	case l.statement(0) > 0 && l.tok(0).what == tokWord:
		l.markAt(SQL, 0.4, "subselect", i-1, i+3)
	case l.columns(i+1) || l.kind(i+1, kSQL|kFunc|kDanger):
		l.markAt(SQL, 0.85, "subselect", i-1, i+3)
	default:
		l.markAt(SQL, 0.45, "subselect", i-1, i+3)
	}
}

// schema: the catalogue's names are never an honest value next to a query.
func (l *lookup) schema(i int) {
	switch {
	case l.anyWord(i, "information_schema sysobjects syscolumns sqlite_master all_tables all_tab_columns pg_catalog msysaccessobjects pg_shadow user_tables sysdatabases rdb"):
		c := float32(0.5)
		if l.within(max(i-24, 0), min(i, 24), "select from where union") {
			c = 0.85
		}
		l.markAt(SQL, c, "catalogue", i, i+2)
	}
}

// sqlCall judges calls of the database's functions.
func (l *lookup) sqlCall(i int) {
	k := l.tokens[i].kinds
	call := l.is(i+1, '(')
	member := i > 0 && l.is(i-1, '.')
	switch {
	case l.seq(i, "waitfor delay|time") && (l.end(i+2) || l.tok(i+2).what != tokWord):
		l.markAt(SQL, 0.95, "time-delay", i, i+4)
	case k&kDanger != 0 && call && l.shape(i):
	case k&kDanger != 0 && (call || l.is(i+1, '.')) && !l.anyWord(i, "sleep exp polygon linestring multipoint json_keys load_extension"):
		l.markAt(SQL, 0.9, "database-call", i, i+4)
	case k&kDanger != 0 && call && !member:
		l.sleepCall(i)
	case l.anyWord(i, "xp_cmdshell xp_dirtree xp_regread sp_executesql sp_oacreate sp_addextendedproc"):
		l.markAt(SQL, 0.85, "stored-procedure", i, i+3)
	case l.anyWord(i, "char chr nchar") && call && l.number(i+2):
		l.charChain(i)
	case l.seq(i, "case when"):
		if (l.literalCompare(i+2) >= 3 || l.is(i-1, '(') && l.within(i+3, 16, "then")) && l.statement(0) == 0 {
			l.markAt(SQL, 0.85, "case-when", i, i+6)
		}
	case l.anyWord(i, "elt make_set iif if row ifnull nullif exp") && call && !member:
		if l.literalCompare(i+2) >= 3 && l.tok(i+1).gap == 0 && l.commaWithin(i+2) {
			l.markAt(SQL, 0.85, "conditional-call", i, i+6)
		}
	case l.anyWord(i, "concat concat_ws group_concat substring substr mid ascii ord") && call && (l.hasStatement(i+2, l.call(i+1)) || l.is(i+2, '@') || l.seq(i+2, "N ,")):
		l.markAt(SQL, 0.7, "function-call", i, i+4)
	}
}

// shape: POLYGON ((30 10, 40 40, ...: a geometry as text (OGC 06-103r4), with two numbers to a point and no call.
func (l *lookup) shape(i int) bool {
	for i++; l.is(i, '(') || l.is(i, '-'); i++ {
	}
	return l.number(i) && l.tok(i+1).gap&gapSpace != 0 && (l.number(i+1) || l.is(i+1, '-'))
}

func (l *lookup) commaWithin(i int) bool {
	for j := i; j < i+12 && j < l.count; j++ {
		if l.is(j, ',') {
			return true
		}
	}
	return false
}

// sleepCall: sleep(5) is honest code too, after a dot; here it is not.
func (l *lookup) sleepCall(i int) {
	arg := l.number(i+2) || l.quote(i+2) || l.is(i+2, '(')
	before := i == 0 || l.kind(i-1, kLogic|kSQL|kStmt) || l.tok(i-1).what == tokPunct && !l.is(i-1, '{') && !l.is(i-1, '.') && (!l.is(i-1, ';') || i <= 4) || l.number(i-1)
	switch {
	case arg && before:
		l.markAt(SQL, 0.75, "time-delay", i, i+4)
	case before:
		l.markAt(SQL, 0.5, "time-delay", i, i+3)
	}
}

// charChain: char(97)||char(98), chr(97).chr(98), char(97,98).
func (l *lookup) charChain(i int) {
	j := l.call(i + 1)
	for l.among(j, "|+,.") {
		j++
	}
	if l.seq(j, "char|chr|nchar (") || l.seq(i+3, ", N") {
		l.markAt(SQL, 0.85, "character-codes", i, j+2)
	}
}

// sqlClause: clauses that follow a number or a quote from outside.
func (l *lookup) sqlClause(i int) {
	before := i > 0 && (l.number(i-1) || l.is(i-1, ')') || l.quote(i-1)) && i < 8
	switch {
	case l.word(i, "into") && (l.anyWord(i+1, "outfile dumpfile") || l.is(i+1, '@')):
		l.markAt(SQL, 0.9, "into-outfile", i, i+3)
	case l.seq(i, "procedure analyse|analyze ("):
		l.markAt(SQL, 0.95, "procedure-analyse", i, i+3)
	case before && l.seq(i, "order|group by") && (l.number(i+2) && !l.word(i+3, "pm") && !l.word(i+3, "am") || l.commentEndsNear(i+2, 6)):
		l.markAt(SQL, 0.85, "order-by", i-1, i+3)
	case i == 0 && l.word(i, "having") && l.literalCompare(i+1) >= 3:
		l.markAt(SQL, 0.8, "having", i, i+4)
	case l.seq(i, "order|group by N") && l.commentEndsNear(i+3, 4):
		l.markAt(SQL, 0.8, "order-by", i, i+4)
	case before && l.word(i, "having") && l.literalCompare(i+1) > 0:
		l.markAt(SQL, 0.9, "having", i-1, i+4)
	case before && l.word(i, "where") && l.literalCompare(i+1) >= 3:
		l.markAt(SQL, 0.85, "where", i-1, i+4)
	case before && l.seq(i, "rlike|regexp|like|in ( S"):
		l.markAt(SQL, 0.9, "compared-subselect", i-1, i+3)
	case l.anyWord(i, "rlike regexp") && (l.kind(i+1, kDanger) || l.seq(i+1, "( SX")):
		l.markAt(SQL, 0.9, "compared-call", i, i+3)
	case l.seq(i, "from|to program Q") && (l.word(i-2, "copy") || l.is(i-1, ')')):
		l.markAt(SQL, 0.9, "program", i, i+3)
	}
}

// afterNumber: 1; drop table, 1--, 1=1, 1) or, 1/*...
func (l *lookup) afterNumber(i int) {
	j := l.brackets(i + 1)
	switch {
	case i == 0 && j == 1 && (l.end(1) && l.tok(1).gap&gapComment != 0 || l.tok(1).what == tokDash && l.seq(2, "- E") || l.is(1, ';') && l.tok(2).what == tokDash && l.end(3)):
		l.markAt(SQL, 0.7, "number-comment", i, j+2)
	case i == 0 && l.tok(j).what == tokDash && l.end(j+1) && l.tok(j).gap == 0:
		l.markAt(SQL, 0.5, "number-comment", i, j+1)
	case j > i+1 && i == 0 && l.commentEnds(j):
		l.markAt(SQL, 0.8, "number-comment", i, j+1)
	case l.is(j, ';') && l.statement(j+1) > 0, l.seq(j, "; FX ("):
		l.markAt(SQL, 0.9, "number-statement", i, j+3)
	case i == 0 && (l.seqs(j, "& &\n| |")) && l.literalCompare(j+2) >= 3:
		l.markAt(SQL, 0.85, "number-logic", i, j+5)
	case i == 0 && (l.among(j, "*-+/")) && l.seq(j+1, "( SD"):
		l.markAt(SQL, 0.95, "number-subselect", i, j+3)
	}
}

// sqlPunct: @@version, ||chr(, and brackets with nothing open.
func (l *lookup) sqlPunct(i int) {
	switch {
	case l.seq(i, "@ @ version|servername|hostname|datadir|basedir|servername|global|session|tmpdir|error"):
		l.markAt(SQL, 0.72, "server-variable", i, i+3)
	case i == 0 && l.seq(0, "| | Q") && l.count < 6:
		l.markAt(SQL, 0.6, "concatenation", 0, 4)
	case l.seq(i, "| |") && !l.quote(i-1) && l.number(i-1):
		l.condition(i, i+2, false, false)
	}
}
