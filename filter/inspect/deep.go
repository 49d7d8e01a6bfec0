package inspect

// deepLook runs every detector and the model over b, at most window bytes, and notes what they found.
func (in *Inspector) deepLook(b []byte) {
	if in.exhausted() {
		in.refuse()
		return
	}
	in.deep += len(b)
	if in.probe != nil {
		in.probe(in.zone, in.name[:in.nameLen], b)
	}
	in.lex(b)
	in.spent += len(b) + in.look.count*3/4
	in.look.parameter, in.look.zone = in.commanded(in.name[:in.nameLen]), in.zone
	in.look.single = in.zone <= ZoneCookie || in.zone == ZoneFileName || oneLine(in.name[:in.nameLen])
	in.prosy()
	in.look.opens = in.zone == ZoneJSON && named(in.name[:in.nameLen], "file filename template page include doc document view layout lang locale theme report")
	in.detect()
	in.judge(b)
}

// exhausted says whether a request has used up what the deep look may cost.
func (in *Inspector) exhausted() bool { return in.spent > deepAllowance+in.fed/deepShare }

// refuse says once that a request was too much to look at.
func (in *Inspector) refuse() {
	if in.limited {
		return
	}
	in.limited = true
	d := in.decoding
	in.decoding = 0
	in.found(Encoding, 0.45, "too-much", nil)
	in.decoding = d
}

// oneLine says whether a field is named for what has no line breaks: an address, a name, a subject.
func oneLine(name []byte) bool {
	return named(name, "mail email to from subject recipient sender name reply replyto reply_to cc bcc address mailbox folder url uri repo repository host path redirect location lang")
}

func (in *Inspector) detect() {
	l := &in.look
	l.sql()
	l.markup()
	l.scripts()
	l.shell()
	l.code()
	l.traversal()
	l.urls(in.zone, in.name[:in.nameLen])
	l.templates()
	l.directory()
	l.documents()
	l.lines(in.zone)
	l.objects()
}

// mark notes evidence for a class from one place of the text to another; the surest is kept.
//
//go:noinline
func (l *lookup) mark(c Class, confidence float32, rule string, from, to int) {
	if m := &l.marks[c]; confidence > m.confidence {
		from = min(max(from, 0), l.n)
		*m = mark{confidence, from, min(max(from, to), l.n), rule}
	}
}

// markAt is mark for the tokens i to j.
//
//go:noinline
func (l *lookup) markAt(c Class, confidence float32, rule string, i, j int) {
	i = max(i, 0)
	j = min(j, l.count)
	l.mark(c, confidence, rule, int(l.tokens[i].start), int(l.tokens[j].start))
}

// judge weighs the marks against written language around them, asks the model, and notes findings.
func (in *Inspector) judge(b []byte) {
	l := &in.look
	for c := range l.marks {
		if m := &l.marks[c]; m.confidence > 0 {
			was := m.confidence
			m.confidence = l.discount(Class(c), m)
			l.talk = l.talk || m.confidence < was
		}
	}
	if m := &l.marks[Traversal]; in.zone == ZonePath && in.decoding&Twice != 0 && m.rule == "climbs" {
		m.confidence = max(m.confidence, 0.6) // nobody escapes dots, let alone twice
	}
	in.ask()
	for c := range l.marks {
		if m := &l.marks[c]; m.confidence >= reportable {
			in.found(Class(c), in.trust(Class(c), in.expected(Class(c), m)), m.rule, b[m.from:m.to])
		}
	}
}

// reportable is the confidence below which nothing is noted.
const reportable = 0.3

// trust lowers what was found in base64, where chance makes words too.
func (in *Inspector) trust(c Class, confidence float32) float32 {
	if c == CRLF && (in.decoding&Escaped != 0 && in.look.marks[CRLF].rule == "line-break" || in.decoding&Base64 != 0 && in.look.marks[CRLF].confidence < 0.7) {
		return confidence * 0.4 // a Windows path has \n too
	}
	if c == Traversal && in.decoding&(Percent|Twice|Wide|Escaped) != 0 && !in.look.talk && in.look.marks[c].rule != "model" {
		return min(confidence+0.2, 0.97)
	}
	if in.decoding&Base64 != 0 && c != Deserialization {
		return confidence * pick(in.look.alone, 0.6, 0.9)
	}
	return confidence
}

// discount: evidence that stands inside of written language is most likely talked about, unless it is of a kind that
// nobody writes but to use it. What ends the value is not talked about: attacks are appended to honest values.
func (l *lookup) discount(c Class, m *mark) float32 {
	p := l.prose
	if c == SQL && m.from < 12 && l.commentEndsNear(0, 16) {
		return m.confidence // what stands behind the comment costs an attacker nothing
	}
	if l.spoken(c, m) || l.prosy && l.told(c, m) {
		return m.confidence * 0.5
	}
	after := l.plainAfter(m.to)
	if span, fence := l.inSpan(m); fence || span && (after >= 2 || p.words >= 5 || l.spoke(0, m.from)+l.spoke(m.to, l.n) >= 3) {
		return m.confidence * 0.5
	}
	if c == Command && after >= 3 && p.stops >= 1 && m.from > 0 && m.confidence < 0.95 && l.tok(0).what == tokWord && l.find(m.from, l.n, "#") < 0 {
		return m.confidence * 0.5
	}
	if p.stops < 2 || p.words < 5 {
		if after >= 2 && p.stops >= 1 && p.words >= 3 && m.from > 0 && m.confidence < 0.8 && c != CRLF {
			return m.confidence * 0.6
		}
		return m.confidence
	}
	quoted := l.quoted(m)
	switch {
	case m.confidence >= 0.9 && (c >= Template && c <= Prototype && c != SSI || c == XSS) && !quoted, m.confidence >= 0.9 && c == SSI:
	case after >= 3 && p.stops >= 3:
		return m.confidence * 0.45
	case p.words >= 12 && p.stops >= 4 && (after >= 1 || quoted):
		return m.confidence * 0.5
	}
	return m.confidence
}

// spoken says whether a condition has a sentence behind it that no comment cuts off: no database reads that. A message of
// a mail or of HTTP, a trace of calls and a listing of a project's file speak for themselves, too.
func (l *lookup) spoken(c Class, m *mark) bool {
	said := l.prose.words >= 3 && l.plainAfter(m.from) >= 3
	switch {
	case index("tautology quoted-condition quote-tautology quote-compare", m.rule) >= 0:
		return said && m.from > 0 && !l.commentEndsNear(0, l.count)
	case index("command-line", m.rule) >= 0 && said && (l.prose.stops >= 2 || l.prose.stops >= 1 && l.prose.words >= 4 && l.is(l.count-1, '.')):
		return true
	case l.zone < ZoneForm || l.single:
	case index("mail-header header", m.rule) >= 0:
		return l.seq(0, "from|received|delivered|http|get|post|put A") && l.tok(1).gap == 0 || l.seq(0, "curl -") || l.holds(min(48, l.n), "forwarded message|original message")
	case index("java-class", m.rule) >= 0:
		return l.find(0, l.n, ".java:") > 0
	case index("powershell", m.rule) >= 0:
		return l.seq(0, "R - W") && l.tok(1).gap == 0
	case c != Command || !l.harmless():
	default:
		return l.buildFile()
	}
	return false
}

// inSpan says whether the evidence stands between two back-quotes, or between fences: code in written language.
func (l *lookup) inSpan(m *mark) (span, fence bool) {
	open, opened := false, -1
	for i := 0; i < m.from; i++ {
		if l.text[i] == '`' {
			open, opened = !open, i
		}
	}
	if !open || l.find(m.from+1, l.n, "`") < 0 {
		return false, false
	}
	before := l.byteAt(opened - 1)
	return (before <= ' ' || before == '(') && m.from-opened < 120, before == '`' && l.lineBreaks() > 0
}

// plainAfter counts ordinary words that stand beside one another from that place on.
func (l *lookup) plainAfter(to int) int {
	n, run := 0, 0
	for i := l.count - 1; i >= 0 && int(l.tokens[i].start) >= to && n < 8; i-- {
		t := &l.tokens[i]
		if t.what != tokWord || t.gap&gapSpace == 0 || t.kinds&kStop == 0 && t.kinds&^(kLoose|kArgs|kTag) != 0 {
			run = 0
			continue
		}
		if run++; run == 2 {
			n++
		}
		if run > 1 {
			n++
		}
	}
	return n
}

// quoted says whether the evidence stands in a code span or in quotation marks.
func (l *lookup) quoted(m *mark) bool {
	before, after := byte(0), byte(0)
	for i := m.from - 1; i >= 0 && i > m.from-4; i-- {
		if c := l.text[i]; c == '`' || c == '"' {
			before = c
		}
	}
	for i := max(m.to-1, 0); i < l.n && i < m.to+3; i++ {
		if c := l.text[i]; c == '`' || c == '"' {
			after = c
		}
	}
	return before != 0 && before == after
}

// Small questions that the rules ask of tokens and text.

//go:noinline
func (l *lookup) tok(i int) *token {
	if i < 0 {
		return &l.tokens[l.count]
	}
	return &l.tokens[min(i, l.count)]
}

// is says whether token i is that byte of punctuation.
//
//go:noinline
func (l *lookup) is(i int, c byte) bool {
	t := l.tok(i)
	return t.what == tokPunct && t.ch == c && i >= 0 && i < l.count
}

// seqs is seq for several patterns, each on a line.
//
//go:noinline
func (l *lookup) seqs(i int, patterns string) bool {
	for start := 0; start < len(patterns); {
		end := start
		for end < len(patterns) && patterns[end] != '\n' {
			end++
		}
		if l.seq(i, patterns[start:end]) {
			return true
		}
		start = end + 1
	}
	return false
}

// seq says whether the tokens from i on are as the pattern, whose parts are separated by spaces: a sign stands for itself,
// words for themselves or one another (a|b), Q for a quote, N for a number, W for a word, E for the end, A for anything;
// other upper-case letters for words of one of those kinds.
//
//go:noinline
func (l *lookup) seq(i int, pattern string) bool {
	if t, c := l.tok(i), pattern[0]; !isWord(c) && (t.what != tokPunct || t.ch != c) || c >= 'a' && c <= 'z' && t.what != tokWord {
		return false // most patterns end here
	}
	for at := 0; at < len(pattern); i++ {
		end := at + 1
		for end < len(pattern) && pattern[end] != ' ' {
			end++
		}
		if !l.part(i, pattern[at:end]) {
			return false
		}
		at = end + 1
	}
	return true
}

func (l *lookup) part(i int, p string) bool {
	t := l.tok(i)
	switch c := p[0]; {
	case c == 'A':
		return true
	case c == 'E':
		return l.end(i)
	case i < 0 || i >= l.count:
		return false
	case c == 'Q':
		return l.quote(i)
	case c == 'N':
		return t.what == tokNumber
	case c == 'W':
		return t.what == tokWord
	case !isWord(c):
		return t.what == tokPunct && t.ch == c
	case c <= 'Z':
		return t.kinds&kindsOf(p) != 0
	}
	return t.what == tokWord && oneOf(l.text[t.start:t.end], p)
}

// kindLetters has a letter for each kind, in their order.
const kindLetters = "SXOPFDHTJKVCLZYUBGR"

func kindsOf(letters string) kind {
	k := kind(0)
	for i := range len(letters) {
		for n := range len(kindLetters) {
			if kindLetters[n] == letters[i] {
				k |= 1 << n
			}
		}
	}
	return k
}

// oneOf says whether w is one of the words, which are separated by bars.
func oneOf(w []byte, words string) bool {
	for i := 0; i+len(w) <= len(words); {
		end := i
		for end < len(words) && words[end] != '|' {
			end++
		}
		if words[i:end] == string(w) {
			return true
		}
		i = end + 1
	}
	return false
}

// among says whether token i is one of the signs.
//
//go:noinline
func (l *lookup) among(i int, signs string) bool {
	t := l.tok(i)
	if t.what != tokPunct || i < 0 || i >= l.count {
		return false
	}
	for k := range len(signs) {
		if signs[k] == t.ch {
			return true
		}
	}
	return false
}

//go:noinline
func (l *lookup) kind(i int, k kind) bool {
	return i >= 0 && i < l.count && l.tokens[i].kinds&k != 0
}

// word says whether token i is that word.
//
//go:noinline
func (l *lookup) word(i int, w string) bool {
	if i < 0 || i >= l.count || l.tokens[i].what != tokWord {
		return false
	}
	t := &l.tokens[i]
	return string(l.text[t.start:t.end]) == w
}

// anyWord says whether token i is one of the words, which are separated by spaces.
//
//go:noinline
func (l *lookup) anyWord(i int, words string) bool {
	if i < 0 || i >= l.count || l.tokens[i].what != tokWord {
		return false
	}
	t := &l.tokens[i]
	return listed(l.text[t.start:t.end], words)
}

// listed says whether w is one of the words, which are separated by spaces.
//
//go:noinline
func listed(w []byte, words string) bool {
	for i := 0; i+len(w) <= len(words); {
		end := i
		for end < len(words) && words[end] != ' ' {
			end++
		}
		if words[i:end] == string(w) {
			return true
		}
		i = end + 1
	}
	return false
}

//go:noinline
func (l *lookup) quote(i int) bool {
	t := l.tok(i)
	return t.what == tokPunct && (t.ch == '\'' || t.ch == '"' || t.ch == '`') && i >= 0 && i < l.count
}

//go:noinline
func (l *lookup) number(i int) bool { return i >= 0 && i < l.count && l.tokens[i].what == tokNumber }

func (l *lookup) end(i int) bool { return i >= l.count }

// has says whether the text has s, in lower case, at that place.
//
//go:noinline
func (l *lookup) has(at int, s string) bool {
	return at >= 0 && at+len(s) <= l.n && string(l.text[at:at+len(s)]) == s
}

// hasAny says whether the text has one of the words, which are separated by bars, at that place.
//
//go:noinline
func (l *lookup) hasAny(at int, words string) bool {
	for i := 0; i < len(words); {
		end := i
		for end < len(words) && words[end] != '|' {
			end++
		}
		if l.has(at, words[i:end]) {
			return true
		}
		i = end + 1
	}
	return false
}

// holds says whether the text has one of the pieces, which are separated by bars, before limit.
//
//go:noinline
func (l *lookup) holds(limit int, pieces string) bool {
	return containsAny(l.text[:max(limit, 0)], pieces)
}

// containsAny says whether b has one of the pieces, which are separated by bars.
//
//go:noinline
func containsAny(b []byte, pieces string) bool {
	for i := 0; i < len(pieces); {
		end := i
		for end < len(pieces) && pieces[end] != '|' {
			end++
		}
		if i < end && contains(b, pieces[i:end]) {
			return true
		}
		i = end + 1
	}
	return false
}

// find gives the first place of s from that place on and before limit, or -1.
//
//go:noinline
func (l *lookup) find(from, limit int, s string) int {
	limit = min(limit, l.n-len(s)+1)
	for i := max(from, 0); i < limit; i++ {
		if l.text[i] == s[0] && string(l.text[i:i+len(s)]) == s {
			return i
		}
	}
	return -1
}

// byteAt gives the byte at that place, or 0.
//
//go:noinline
func (l *lookup) byteAt(i int) byte {
	if i < 0 || i >= l.n {
		return 0
	}
	return l.text[i]
}

// skip gives the next place from i on that is not white space or a control byte.
//
//go:noinline
func (l *lookup) skip(i int) int {
	for i < l.n && l.text[i] <= ' ' {
		i++
	}
	return i
}
