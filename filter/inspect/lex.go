package inspect

// token is a piece of a value: a word, a number, or one byte of punctuation.
type token struct {
	hash       uint32 // of a word in lower case
	kinds      kind   // of a known word
	start, end uint16
	what       tokenKind
	ch         byte // the punctuation, or the first byte of a word
	gap        gap
}

type tokenKind uint8

const (
	tokPunct tokenKind = iota
	tokWord
	tokNumber
	tokDash    // -- as SQL starts a comment with
	tokComment // a comment that is never closed
	tokEnd
)

// gap says what stands before a token.
type gap uint8

const (
	gapSpace   gap = 1 << iota
	gapLine        // a line break
	gapComment     // a closed comment
	gapNUL
)

// lookup is the room of one deep look.
type lookup struct {
	text   [window]byte // lower case
	n      int
	tokens [window + 8]token
	count  int
	marks  [classes]mark
	prose  prose
	seen   [featureCount / 64]uint64
	list   [maxFeatures]uint16
	listed int
	words  *wordTable
	// parameter: the value stands in a query's or form's parameter that is named for commands
	parameter bool
	zone      Zone
	alone     bool // no detector minds it, the model at most
	unsure    bool // no detector is sure
	talk      bool // evidence is talked about
	prosy     bool // the value stands in a field for text or for what people search
	searched  bool // the value stands in a field for what people search
	single    bool // the value stands where a line break has no business
	opens     bool // the value stands in a member of JSON that names what is opened
}

// prose counts what speaks for written language.
type prose struct{ words, stops, last int }

// mark is the best evidence for a class so far.
type mark struct {
	confidence float32
	from, to   int
	rule       string
}

// lex fills text and tokens from b, which is at most window bytes.
func (in *Inspector) lex(b []byte) {
	l := &in.look
	l.n = len(b)
	for i, c := range b {
		l.text[i] = lower(c)
	}
	l.count = 0
	l.marks = [classes]mark{}
	l.prose, l.talk = prose{}, false
	s := scanner{words: in.words, look: l, text: l.text[:l.n], open: true}
	for s.at < len(s.text) {
		s.next()
	}
	l.finish(s.gap)
}

// finish puts end tokens behind the last, so that rules may look a little ahead.
func (l *lookup) finish(g gap) {
	for i := range 8 {
		l.tokens[l.count+i] = token{what: tokEnd, start: uint16(l.n), end: uint16(l.n), gap: g}
	}
}

// scanner makes tokens.
type scanner struct {
	words *wordTable
	look  *lookup
	text  []byte
	at    int
	gap   gap
	live  int  // comments that the database reads, and that are open
	open  bool // a comment that is opened from here on may be closed
}

func (s *scanner) emit(t token, end int) {
	t.start, t.end, t.gap = uint16(s.at), uint16(end), s.gap
	s.look.tokens[s.look.count] = t
	s.look.count++
	s.at, s.gap = end, 0
}

func (s *scanner) next() {
	c := s.text[s.at]
	switch {
	case c <= ' ' || c == 0x7f || c == 0xa0 && (s.at == 0 || s.text[s.at-1] < 0x80):
		s.space(c)
	case c >= '0' && c <= '9':
		s.number()
	case isWord(c):
		s.word()
	case c == '/' && s.peek(1) == '*':
		s.comment()
	case c == '*' && s.peek(1) == '/' && s.live > 0:
		s.live--
		s.at += 2
		s.gap |= gapComment
	case c == '-' && s.peek(1) == '-':
		s.dashes()
	default:
		s.emit(token{ch: c}, s.at+1)
	}
}

func (s *scanner) peek(n int) byte {
	if s.at+n < len(s.text) {
		return s.text[s.at+n]
	}
	return 0
}

func (s *scanner) space(c byte) {
	s.gap |= gapSpace
	if c == '\n' || c == '\r' {
		s.gap |= gapLine
	}
	if c == 0 {
		s.gap |= gapNUL
	}
	s.at++
}

func (s *scanner) number() {
	i := s.at
	if s.text[i] == '0' && s.peek(1) == 'x' && isHex(s.peek(2)) {
		i += 2
		for i < len(s.text) && isHex(s.text[i]) {
			i++
		}
	} else {
		i = digits(s.text, i)
		if i+1 < len(s.text) && s.text[i] == '.' && isDigit(s.text[i+1]) {
			i = digits(s.text, i+1)
		}
	}
	if i+1 < len(s.text) && s.text[i] == 'e' && isDigit(s.text[i+1]) {
		i = digits(s.text, i+1)
	}
	s.emit(token{what: tokNumber, ch: '0'}, i)
}

//go:noinline
func digits(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}

func (s *scanner) word() {
	h := uint32(hashSeed)
	i := s.at
	for i < len(s.text) && isWord(s.text[i]) && (s.text[i] != 0xa0 || s.text[i-1] >= 0x80) {
		h = hashStep(h, s.text[i])
		i++
	}
	k := s.words.kinds(h) &^ (kScanner | kScanPath | kLine) // those are for other readers
	spaced := s.gap != 0 || s.at == 0
	s.look.prose.count(k, spaced, s.at)
	if spaced && s.text[s.at] >= 0x80 {
		s.look.prose.stops += 1 + (i-s.at)/24 // other scripts have no list here; their words are written language all the same
	}
	s.emit(token{what: tokWord, ch: s.text[s.at], hash: h, kinds: k}, i)
}

func (p *prose) count(k kind, spaced bool, at int) {
	if k&kStop != 0 {
		p.stops++
	}
	if spaced && k&^kStop&^kLoose == 0 {
		p.words++
		p.last = at
	}
}

// comment skips /* ... */ and the marks of /*! ... */, whose content the database reads.
func (s *scanner) comment() {
	if s.peek(2) == '!' {
		s.at = digits(s.text, s.at+3)
		s.gap |= gapComment
		s.live++
		return
	}
	if s.open {
		for i := s.at + 2; i+1 < len(s.text); i++ {
			if s.text[i] == '*' && s.text[i+1] == '/' {
				s.at = i + 2
				s.gap |= gapComment
				return
			}
		}
		s.open = false
	}
	s.emit(token{what: tokComment, ch: '/'}, s.at+2)
}

// dashes: two dashes begin a comment where white space, the end, a quote or another sign follows.
func (s *scanner) dashes() {
	i := s.at
	for i < len(s.text) && s.text[i] == '-' {
		i++
	}
	if i-s.at > 2 {
		s.emit(token{ch: '-'}, i)
		return
	}
	s.emit(token{what: tokDash, ch: '-'}, i)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isHex(c byte) bool { return isDigit(c) || (c|0x20 >= 'a' && c|0x20 <= 'f') }

func isSpace(c byte) bool { return c == ' ' || (c >= '\t' && c <= '\r') }

// isWord: letters, digits, _ and all bytes of other scripts.
func isWord(c byte) bool { return isAlpha(c) || isDigit(c) || c == '_' || c >= 0x80 }
