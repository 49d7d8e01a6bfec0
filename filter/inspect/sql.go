package inspect

// sql looks for SQL that breaks out of the value it was put in: the tokens around quotes, logic and statements.
func (l *lookup) sql() {
	l.soup()
	var open [3]bool // whether a quote of that kind is open: ' " `
	for i := 0; i < l.count; i++ {
		t := &l.tokens[i]
		switch {
		case l.quote(i):
			q := quoteIndex(t.ch)
			open[q] = !open[q]
			l.afterQuote(i, open[q] || l.lonely(i))
		case t.what == tokWord:
			before := open[0] || open[1]
			if l.quote(i - 1) {
				before = open[quoteIndex(l.tokens[i-1].ch)]
			}
			l.sqlWord(i, before)
		case t.what == tokNumber:
			l.afterNumber(i)
		case t.what == tokPunct:
			l.sqlPunct(i)
		}
	}
}

func quoteIndex(c byte) int {
	switch c {
	case '\'':
		return 0
	case '"':
		return 1
	}
	return 2
}

// lonely: the first quote of a value that begins with it or follows a bracket can close one outside.
func (l *lookup) lonely(i int) bool { return i == 0 }

// brackets gives the first token from i on that is no closing bracket.
//
//go:noinline
func (l *lookup) brackets(i int) int {
	for l.is(i, ')') || l.seq(i, "] )") {
		i++
	}
	return i
}

// afterQuote judges what follows a quote that may close a string outside of the value.
func (l *lookup) afterQuote(i int, open bool) {
	j := l.brackets(i + 1)
	if l.is(j, '+') && l.tok(j+1).what == tokDash {
		j++
	}
	bonus := float32(0)
	if j > i+1 {
		bonus = 0.05
	}
	switch {
	case (l.is(i-1, '=') || l.tokens[i].ch == '`') && l.tok(j).what == tokDash && l.tok(j+1).gap == 0 && !l.end(j+1):
		// A literal or a code span that begins with an option.
	case l.commentEnds(j) && open:
		if l.end(j+3) || l.tokens[j].what == tokDash && l.tokens[j].gap&gapSpace == 0 || j > i+1 {
			l.markAt(SQL, 0.85+bonus, "quote-comment", i, j+1)
		}
	case l.is(j, ';'):
		l.quoteStatement(i, j+1)
	case l.seqs(j, "| |\n& &"):
		l.condition(i, j+2, true, open)
		l.concatenation(i, j+2, open)
	case l.is(j, '+'):
		l.concatenation(i, j+1, open)
	case l.seq(j, ": : jsonb|json|int|integer|text|varchar|regclass|numeric"):
		l.markAt(SQL, 0.7, "cast", i, j+3)
	case l.kind(j, kLogic):
		// The word has its own rule.
	case l.is(j, '='), l.is(j, '<'), l.is(j, '>'), l.seq(j, "! ="), l.kind(j, kCompare) && !l.word(j, "in"), l.seq(j, "not P"):
		l.quoteCompare(i, j, open)
	case l.is(j, '-'), l.is(j, '*'), l.is(j, '^'), l.is(j, '&'), l.is(j, '%'), l.is(j, '/'):
		l.quoteArithmetic(i, j, open)
	case l.tok(i+1).gap == gapSpace && l.tok(i).gap == 0 && l.seq(i, "Q Q E") && l.tok(i+1).ch == l.tok(i).ch:
		l.markAt(SQL, 0.62, "split-string", i, j+1)
	case open && (l.word(j, "order") || l.word(j, "group")) && l.word(j+1, "by"):
		l.markAt(SQL, 0.85, "quote-order-by", i, j+3)
	case open && l.anyWord(j, "having limit procedure into where") && j < l.count-1:
		l.quoteClause(i, j)
	}
}

func (l *lookup) quoteClause(i, j int) {
	switch {
	case l.phrase(j), l.quote(j+1) && l.is(j+2, ':'): // talk, and a member of JSON
	case l.word(j, "having"), l.word(j, "limit"):
		if l.number(j+1) || l.quote(j+1) {
			l.markAt(SQL, 0.85, "quote-clause", i, j+2)
		}
	case l.word(j, "into"):
		if l.anyWord(j+1, "outfile dumpfile") {
			l.markAt(SQL, 0.95, "into-outfile", i, j+2)
		}
	case l.word(j, "procedure"):
		l.markAt(SQL, 0.85, "quote-clause", i, j+2)
	case l.literalCompare(j+1) > 0:
		l.markAt(SQL, 0.9, "quote-clause", i, j+4)
	}
}

// quoteCompare: ' = ', '=0, ' like '%, ' in (...
func (l *lookup) quoteCompare(i, j int, open bool) {
	k := j + 1
	for l.among(k, "=><") || l.kind(k, kCompare) {
		k++
	}
	switch {
	case l.seq(i, "Q = Q Q O Q"):
		l.markAt(SQL, 0.85, "quote-compare", i, i+6)
	case l.quote(k) && l.tokens[k].ch == l.tokens[i].ch && l.count <= 8 && open:
		l.markAt(SQL, 0.8, "quote-compare", i, k+1)
	case l.quote(k) && (l.end(k+1) || l.commentEnds(k+1)):
		l.markAt(SQL, 0.6, "quote-compare", i, k+1)
	case l.seq(k, "( S"):
		l.markAt(SQL, 0.9, "quote-subselect", i, k+2)
	case open && l.number(k) && l.commentEnds(l.brackets(k+1)):
		l.markAt(SQL, 0.85, "quote-compare", i, k+2)
	}
	if open && l.literalCompareTail(i, k) {
		l.markAt(SQL, 0.85, "quote-tautology", i, k+2)
	}
}

// literalCompareTail: 'a'='a with the first quote of the pair before i.
func (l *lookup) literalCompareTail(i, k int) bool {
	if !l.quote(k) || i < 2 {
		return false
	}
	a, b := l.tok(i-1), l.tok(k+1)
	return a.what == b.what && a.what != tokPunct && a.hash == b.hash && l.end(k+2) && l.quote(i-2) == l.quote(k)
}

// quoteArithmetic: '-', '*', '^' as the whole value; ' - (select ...
func (l *lookup) quoteArithmetic(i, j int, open bool) {
	switch {
	case l.is(i-1, '='): // a literal
	case (i == 0 || open && l.tok(i+1).gap|l.tok(j+1).gap == 0) && (l.seq(j+1, "Q E") || l.number(j+1) && (l.commentEnds(j+2) || l.seqs(j+2, "* Q E\n| |"))):
		l.markAt(SQL, 0.8, "quote-arithmetic", i, j+2)
	case l.seqs(j+1, "( S\nD (\n( D\n( case when"):
		l.markAt(SQL, 0.95, "quote-arithmetic", i, j+3)
	case l.seq(j+1, "FO ("):
		l.markAt(SQL, 0.7, "quote-arithmetic", i, j+3)
	}
}

// concatenation: ' || (select ..., '+convert(...
func (l *lookup) concatenation(i, j int, open bool) {
	switch {
	case l.seqs(j, "( SD\nD (\nD ."):
		l.markAt(SQL, 0.95, "concatenation", i, j+2)
	case l.seq(j, "F ("):
		l.markAt(SQL, 0.8, "concatenation", i, j+2)
	case i == 0 && l.seq(j, "Q E"):
		l.markAt(SQL, 0.8, "concatenation", i, j+1)
	case l.seq(j, "( N ) | | Q"):
		l.markAt(SQL, 0.8, "concatenation", i, j+6)
	case open && (l.seqs(j, "Q E\nQ N E")):
		l.markAt(SQL, 0.65, "split-string", i, j+1)
	}
}

// soup: a few quotes and brackets that fit nothing, as are sent to see whether a query breaks.
func (l *lookup) soup() {
	if l.seqs(0, "( N = N ) E\n( N = N ) *") {
		l.markAt(SQL, 0.6, "tautology", 0, 5)
	}
	first := 0
	if l.number(0) {
		first = 1
	}
	quotes := 0
	for i := first; i < l.count; i++ {
		if l.quote(i) {
			quotes++
		} else if quotes == 0 || !l.among(i, "();-") && l.tok(i).what != tokDash {
			return
		}
	}
	if n := l.count - first; n >= 2 && n <= 8 && !l.has(0, "```") && quotes > 0 && (n != 2 || l.tok(first).ch != l.tok(first+1).ch) && l.n < 10 {
		l.markAt(SQL, 0.62, "quote-probe", 0, l.count)
	}
}

// quoteStatement: '; drop table, ';--, '; exec ...
func (l *lookup) quoteStatement(i, j int) {
	switch {
	case l.commentEnds(j):
		l.markAt(SQL, 0.9, "quote-end-comment", i, j+1)
	case l.statement(j) > 0:
		l.markAt(SQL, 0.95, "quote-statement", i, j+2)
	case l.end(j) && i == 0:
		l.markAt(SQL, 0.6, "quote-end", i, j)
	}
}

// commentEnds says whether a SQL comment starts at token j.
//
//go:noinline
func (l *lookup) commentEnds(j int) bool {
	t := l.tok(j)
	switch {
	case j >= l.count:
		return false
	case t.what == tokDash, t.what == tokComment:
		return true
	case t.what == tokPunct && t.ch == '#':
		return l.end(j+1) || l.tok(j+1).gap&gapSpace != 0
	case t.what == tokPunct && t.ch == ';':
		return l.tok(j+1).gap&gapNUL != 0
	}
	return t.gap&gapNUL != 0
}

// operand gives the token after an operand that starts at i, and whether it is a literal; 0: there is none.
//
//go:noinline
func (l *lookup) operand(i int) (next int, literal bool) {
	for l.among(i, "(-+!~") || l.word(i, "not") || l.word(i, "binary") || l.seq(i, "n Q") {
		i++
	}
	t := l.tok(i)
	switch {
	case i >= l.count:
		return 0, false
	case t.what == tokNumber:
		for (l.among(i+1, "*+-/%")) && l.number(i+2) {
			i += 2
		}
		return i + 1, true
	case l.quote(i):
		return l.literal(i), true
	case l.is(i, '@'), l.seq(i, ": W"):
		for l.among(i, "@:") {
			i++
		}
		return i + 1, false
	case t.what == tokWord && l.is(i+1, '('):
		return l.call(i + 1), false
	case l.anyWord(i, "true false null"):
		return i + 1, true
	case t.what == tokWord:
		for l.seq(i+1, ". W") {
			i += 2
		}
		return i + 1, false
	}
	return 0, false
}

// literal gives the token after a quoted string that starts at i; it may stay open at the end.
//
//go:noinline
func (l *lookup) literal(i int) int {
	q := l.tokens[i].ch
	for j := i + 1; j < l.count && j < i+24; j++ {
		if l.is(j, q) {
			return j + 1
		}
	}
	return l.count
}

// call gives the token after the bracket that closes the one at i.
//
//go:noinline
func (l *lookup) call(i int) int {
	depth := 0
	for j := i; j < l.count && j < i+64; j++ {
		if l.is(j, '(') {
			depth++
		} else if l.is(j, ')') {
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return l.count
}

// comparison gives the token after a comparing operator at i; 0: there is none.
//
//go:noinline
func (l *lookup) comparison(i int) int {
	j := i
	for l.among(j, ")+") {
		j++
	}
	if l.seq(j, ": :") {
		j += 3 // PostgreSQL's cast
	}
	k := j
	for l.among(k, "=<>!") || (l.among(k, "@?-")) && (l.is(k+1, '>') || k > j) {
		k++
	}
	if k > j && (k > j+1 || !l.is(j, '!')) {
		return k
	}
	if l.word(j, "not") {
		j++
	}
	if l.seq(j, "is not") {
		return j + 2
	}
	if l.kind(j, kCompare) {
		return j + 1
	}
	return 0
}

// literalCompare rates what stands from i on as a condition: 0 none, 1 a comparison with a name in it,
// 2 a literal alone, 3 a literal compared with a literal, 4 a call or a subselect.
//
//go:noinline
func (l *lookup) literalCompare(i int) int {
	for l.word(i, "not") || l.among(i, "!(") {
		i++
	}
	if l.kind(i, kDanger) && (l.among(i+1, "(.")) || l.word(i, "select") && (l.is(i-1, '(') && !l.end(i+1) || l.columns(i+1)) || l.seq(i, "exists (") {
		return 4
	}
	if l.seq(i, "F (") && (l.kind(i, kSQL|kFunc) && l.comparison(l.call(i+1)) > 0 || l.commentEnds(l.call(i+1)) || l.hasStatement(i+2, l.call(i+1))) {
		return 4
	}
	next, first := l.operand(i)
	if next == 0 {
		return 0
	}
	op := l.comparison(next)
	if op == 0 {
		if first {
			return 2
		}
		return 0
	}
	after, second := l.operand(op)
	switch {
	case after == 0:
		return 0
	case l.seq(op, "( S"):
		return 4
	case first && second, l.sameName(next-1, op):
		return 3
	}
	return 1
}

// sameName: x=x, 'a'='a.
func (l *lookup) sameName(i, j int) bool {
	for l.is(i, ')') {
		i--
	}
	if l.is(j, ':') {
		j++
	}
	a, b := l.tok(i), l.tok(j)
	return a.what == tokWord && b.what == tokWord && a.hash == b.hash && !l.is(j+1, '.') && !l.is(j+1, '(')
}

//go:noinline
func (l *lookup) hasStatement(i, j int) bool {
	for ; i < j; i++ {
		if l.word(i, "select") {
			return true
		}
	}
	return false
}

// condition judges what follows a logical operator; at is where the evidence starts, i the condition's first token.
//
//go:noinline
func (l *lookup) condition(at, i int, quoted, open bool) {
	number := at > 0 && (l.number(at-1) || l.is(at-1, ')')) || l.number(at)
	if at > 1 && !quoted && (l.among(at-2, "=<>")) {
		return // an expression from its start
	}
	comment := l.tok(i).gap&gapComment != 0 || l.tok(at).gap&gapComment != 0
	switch l.literalCompare(i) {
	case 4:
		if l.phrase(at) {
			return
		}
		l.markAt(SQL, 0.95, "condition-call", at, i+3)
	case 3:
		l.markAt(SQL, l.tautology(at, i, quoted, number || comment), "tautology", at, i+7)
	case 2:
		next, _ := l.operand(i)
		next = l.brackets(next)
		if l.spelled(at, i) || l.phrase(at) {
			return
		}
		if (quoted || number) && (l.commentEnds(next) || l.is(next, ';') && l.commentEnds(next+1) || (l.end(next) && quoted && open && l.count < 9)) {
			l.markAt(SQL, 0.85, "literal-comment", at, next+1)
		} else if l.end(next) && (number && (l.anyWord(next-1, "true false") || l.word(i, "not")) || l.tok(at).gap&l.tok(i).gap&gapComment != 0 || number && comment) {
			l.markAt(SQL, 0.7, "literal-end", at, next)
		} else if l.end(next) && l.is(at-1, ')') && l.is(i, '(') && l.tok(at).gap|l.tok(i).gap == 0 {
			l.markAt(SQL, 0.8, "glued-logic", at-1, next)
		} else if quoted && open && (l.among(next, "-^*&|/%")) && l.quote(next+1) {
			l.markAt(SQL, 0.85, "literal-arithmetic", at, next+2)
		} else if quoted && open && l.seq(next, "O Q") {
			l.markAt(SQL, 0.85, "literal-logic", at, next+2)
		}
	case 1:
		if quoted && open {
			l.markAt(SQL, 0.85, "quoted-condition", at, i+4)
		} else if (number || at == 0) && l.commentEndsNear(i, 10) || comment || number && l.has(int(l.tok(l.operandAfter(i)).start), "0x") {
			l.markAt(SQL, 0.8, "condition-comment", at, i+4)
		}
	}
}

// spelled says whether the quotes beside a logical word are those of written language: "or" itself in quotes, or the word
// between quoted words that were opened in the value after a space.
func (l *lookup) spelled(at, i int) bool {
	if !l.quote(at-1) || !l.quote(i) {
		return false
	}
	q := l.tok(at - 1)
	if q.ch == l.tok(i).ch && q.gap&gapSpace != 0 && l.tok(at).gap|l.tok(i).gap == 0 && l.tok(i+1).gap&gapSpace != 0 {
		return true
	}
	open := at - 2
	for open > 0 && !l.is(open, q.ch) {
		open--
	}
	return open > 0 && at-open <= 6 && l.tok(open).gap&gapSpace != 0 && l.tok(open+1).gap == 0 && l.tok(open-1).kinds&^kStop&^kLoose == 0
}

// phrase says whether token i is the first of a few words in quotation marks that open behind a space and close before another
// word or a sentence's own mark.
func (l *lookup) phrase(i int) bool {
	at := int(l.tok(i).start)
	end := at
	for isAlpha(l.byteAt(end)) || l.byteAt(end) == ' ' {
		end++
	}
	c := l.byteAt(end + 1)
	return l.quote(i-1) && l.byteAt(at-2) <= ' ' && end > at && l.text[end-1] != ' ' && l.byteAt(end) == l.text[at-1] && (c == ' ' && isAlpha(l.byteAt(end+2)) || c == '.' || c == ',' || c == ';')
}

// operandAfter gives the first token of a comparison's right side.
func (l *lookup) operandAfter(i int) int {
	next, _ := l.operand(i)
	return l.comparison(next)
}

func (l *lookup) commentEndsNear(i, n int) bool {
	for j := i; j < i+n && j < l.count; j++ {
		if l.commentEnds(j) {
			return true
		}
	}
	return false
}

// tautology rates a literal compared with a literal; where a sentence goes on behind it, it is most likely none.
func (l *lookup) tautology(at, i int, quoted, number bool) float32 {
	next, _ := l.operand(i)
	if next = l.comparison(next); next > 0 {
		next, _ = l.operand(next)
	}
	t := l.tok(next)
	switch {
	case next > 0 && next < l.count && t.what == tokWord && t.gap&gapSpace != 0 && t.kinds&^kStop&^kLoose == 0 && !quoted:
		return 0.45
	case quoted:
		return 0.95
	case number:
		return 0.9
	case at == 0:
		return 0.85
	}
	return 0.7
}
