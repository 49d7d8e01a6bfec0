package inspect

import "math"

// The linear model: hashed n-grams of tokens, and a few lexical features, each with a weight of 8 bits. It judges
// stretches of a value, so that an attack that was appended to a long honest text is not thinned out.
const (
	featureBits  = 14
	featureCount = 1 << featureBits
	// stretch tokens are judged together; stretches overlap by half.
	stretch     = 48
	maxFeatures = 320
	maxGram     = 4
)

// FeatureCount is how many weights the model has.
const FeatureCount = featureCount

// ask has the model judge the text that was lexed and marks the class that its tokens point to.
func (in *Inspector) ask() {
	l := &in.look
	best, from := float32(math.Inf(-1)), 0
	for lo := 0; lo < max(l.count, 1); lo += stretch / 2 {
		l.features(lo, in.cut)
		if s := in.score(l.list[:l.listed]); s > best {
			best, from = s, lo
		}
		if lo+stretch >= l.count {
			break
		}
	}
	in.weigh(1/(1+float32(math.Exp(float64(-best)))), from)
}

// weigh puts the model's opinion p beside the detectors'.
func (in *Inspector) weigh(p float32, from int) {
	l := &in.look
	top := float32(0)
	for c := range l.marks {
		m := &l.marks[c]
		if damped(Class(c)) && m.confidence >= DefaultThreshold && m.confidence < 0.61 && p < 0.02 {
			m.confidence = max(m.confidence-0.2, reportable)
		}
		top = max(top, m.confidence)
	}
	if l.prose.stops >= 3 && l.prose.words >= 8 || l.talk {
		p *= 0.48
	}
	if !l.any(^kStop) {
		p *= 0.4 // not one known word
	}
	if l.document() {
		p *= 0.5
	}
	if top == 0 && (l.n > 240 || l.lineBreaks() >= 1 && l.n > 60) {
		p *= 0.6 // attacks are short, or some detector minds them
	}
	c := l.likely()
	l.alone, l.unsure = top == 0, top < DefaultThreshold
	if c == NoSQL && l.zone == ZoneQueryName && top < DefaultThreshold {
		return
	}
	if c == SSRF || c == JNDI || c >= XXE {
		return // told by their structure
	}
	pathless := c == Traversal && l.find(0, l.n, "/") < 0 && l.find(0, l.n, "\\") < 0
	if l.zone == ZonePath && c == Traversal && top < reportable && !l.any(kTarget) && !l.holds(l.n, "../|..\\") {
		p *= 0.5
	}
	if top < reportable && l.structured() || top < DefaultThreshold && l.searches() || l.lineBreaks() >= 2 && c == Command && l.buildFile() && l.harmless() || c == Traversal && top < DefaultThreshold && (l.has(0, "https://") || l.has(0, "http://")) {
		p *= 0.5
	}
	if top == 0 && l.zone >= ZoneForm && p < 0.75 {
		p *= 0.65 // in a body's text, where honest values are the most varied, a guess is no verdict
	}
	if p >= reportable && p > top && !pathless {
		l.markAt(c, min(p, 0.94), "model", from, min(from+stretch, l.count))
	}
}

// document: a whole page, or text with code between fences, that no detector minds.
func (l *lookup) document() bool {
	if at := l.find(0, l.n, "```"); at >= 0 && l.find(at, l.n, "\n") >= 0 {
		return true
	}
	return l.has(0, "<!doctype html") || (l.hasAny(0, "<svg |<html|<?xml ")) && l.marks[XSS].confidence == 0 && l.find(0, l.n, "</") >= 0
}

// structured says whether a value has a form of its own from its first sign to its last, in which the model has not much
// of a say: a path into a document, a filter of a directory or of RSQL, an object in JSON, and words alone.
func (l *lookup) structured() bool {
	switch {
	case l.count >= 6 && l.wordsOnly():
		return true
	case l.hasAny(0, "$.|$[|jdbc:|data:image/svg+xml;base64,|[out:|={{|${{|/^|==="), l.seqs(0, "W = W =\nsearch W =\na : N : {\nN Q O N Q E"), l.searches(): // the last ones are PHP's lists, and feet
		return true
	case l.text[0] == '\\' && l.byteAt(1) >= 'a' && l.find(0, l.n, "{") > 0, l.seq(0, "[ W ]") && l.lineBreaks() > 1: // TeX, and files of settings
		return true
	case l.tok(0).kinds&kDanger != 0 && l.shape(0), l.exception(), l.nestedConditions():
		return true
	case l.has(0, "(&("), l.has(0, "(|("):
		return l.call(0) == l.count
	}
	return l.has(0, "{\"") && l.byteAt(l.n-1) == '}' || l.hasAny(0, "[{\"|[\"") && l.byteAt(l.n-1) == ']'
}

// searches says whether a value is a search as logs are searched: a field, a colon and what it holds, or steps behind pipes.
func (l *lookup) searches() bool {
	i := 0
	for l.seq(i, "W .") {
		i += 2
	}
	if l.seqs(i, "W : Q\nW : *\nW : (\nW : [\navg|sum|min|max|count : W") {
		return true
	}
	for i = range l.tokens[:l.count] {
		if l.tokens[i].ch == '|' && l.seq(i, "| where|stats|summarize|project|timechart|extend|eval W") {
			return true
		}
	}
	return false
}

// exception: java.lang.IllegalStateException: what happened, as programs report it.
func (l *lookup) exception() bool {
	end := l.find(0, l.n, " ")
	return l.holds(end, "exception:|error:")
}

// nestedConditions: (city.eq.Bern,and(total.gt.5,note.is.null)), as PostgREST takes them; it has no spaces, no quotes and no
// operators.
func (l *lookup) nestedConditions() bool {
	dots := 0
	for i := range l.tokens[:l.count] {
		switch t := &l.tokens[i]; {
		case t.gap != 0:
			return false
		case t.what != tokPunct:
		case t.ch == '.':
			dots++
		case t.ch != '(' && t.ch != ')' && t.ch != ',' && t.ch != '*':
			return false
		}
	}
	return dots > 1 && l.text[0] == '('
}

// wordsOnly says whether nothing but words and numbers is there, each after a space.
func (l *lookup) wordsOnly() bool {
	for i := range l.tokens[:l.count] {
		if t := &l.tokens[i]; t.what != tokWord && t.what != tokNumber || i > 0 && t.gap != gapSpace {
			return false
		}
	}
	return true
}

// lineBreaks counts them.
//
//go:noinline
func (l *lookup) lineBreaks() int {
	n := 0
	for _, c := range l.text[:l.n] {
		if c == '\n' {
			n++
		}
	}
	return n
}

// damped says whether the model knows enough of a class to doubt its detector.
func damped(c Class) bool { return c == SQL || c == XSS }

func (in *Inspector) score(features []uint16) float32 {
	sum := 0
	for _, f := range features {
		sum += int(int8(in.model.weights[f]))
	}
	return float32(sum)*in.model.scale + in.model.bias
}

// linear is a model: FeatureCount weights as int8.
type linear struct {
	weights     string
	scale, bias float32
}

// Model has in judge by another model than the built-in one. It reports whether weights has FeatureCount bytes.
func (in *Inspector) Model(weights string, scale, bias float32) bool {
	if len(weights) != featureCount {
		return false
	}
	in.model = linear{weights, scale, bias}
	return true
}

// likely gives the class that most of the known words and marks speak for.
func (l *lookup) likely() Class {
	best := Class(0)
	for c := range l.marks {
		if l.marks[c].confidence > l.marks[best].confidence {
			best = Class(c)
		}
	}
	if best != 0 {
		return best
	}
	return l.likelyWords()
}

func (l *lookup) likelyWords() Class {
	var sql, xss, cmd, path int
	for i := range l.tokens[:l.count] {
		t := &l.tokens[i]
		switch {
		case t.kinds&(kStmt|kSQL|kLogic|kFunc|kDanger|kSchema) != 0:
			sql++
		case t.kinds&(kTag|kScript|kCall|kEvent) != 0:
			xss++
		case t.kinds&(kCommand|kCode) != 0:
			cmd++
		case t.kinds&kTarget != 0 || t.ch == '/' || t.ch == '\\':
			path++
		case t.ch == '<':
			xss += 2
		case l.quote(i):
			sql++
		}
	}
	switch {
	case xss > sql && xss > cmd && xss >= path:
		return XSS
	case cmd > sql && cmd >= path:
		return Command
	case path > sql:
		return Traversal
	}
	return SQL
}

// features fills list with the distinct features of the stretch that starts at token lo.
func (l *lookup) features(lo int, cut bool) {
	l.listed = 0
	hi := min(lo+stretch, l.count)
	words, stops, marks := 0, 0, 0
	var last [maxGram]uint32
	for i := lo; i < hi; i++ {
		t := &l.tokens[i]
		s := t.symbol()
		switch {
		case t.kinds&kStop != 0:
			stops++
		case t.what == tokWord && t.kinds == 0:
			words++
		case t.what == tokPunct:
			marks++
		}
		if i == 0 && !cut {
			l.add(mix(s, 101))
		}
		if i == l.count-1 && !cut {
			l.add(mix(mix(s, last[0]), 102))
			l.add(mix(s, 103))
		}
		l.grams(&last, s, t.gap)
	}
	l.add(mix(uint32(min(hi-lo, 15)), 104))
	l.add(mix(uint32(min(words, 9)), 105))
	l.add(mix(uint32(min(stops, 7)), 106))
	l.add(mix(uint32(marks*8/(hi-lo+1)), 107))
	l.markFeatures()
	l.forget()
}

// symbol is what a token is to the model: known words and punctuation as they are, all else by its kind.
func (t *token) symbol() uint32 {
	switch {
	case t.what == tokWord && t.kinds&^kStop != 0:
		return t.hash
	case t.what == tokWord && t.kinds&kStop != 0:
		return 1
	case t.what == tokWord && t.end-t.start <= 2:
		return 2
	case t.what == tokWord && t.end-t.start > 24:
		return 3
	case t.what == tokWord:
		return 4
	case t.what == tokNumber && t.end-t.start > 12:
		return 5
	case t.what == tokNumber:
		return 6
	}
	return 16 + uint32(t.what)<<8 + uint32(t.ch)
}

// grams adds the n-grams that end in s. White space counts from two tokens on.
func (l *lookup) grams(last *[maxGram]uint32, s uint32, g gap) {
	l.add(mix(s, 1))
	spaced := s
	if g != 0 {
		spaced = mix(s, 7)
	}
	h := spaced
	for n := range maxGram - 1 {
		if last[n] == 0 {
			break
		}
		h = mix(last[n], h)
		l.add(mix(h, uint32(n)+2))
	}
	copy(last[1:], last[:maxGram-1])
	last[0] = spaced
}

// markFeatures adds how sure the detectors are, by class.
func (l *lookup) markFeatures() {
	for c := range l.marks {
		if m := l.marks[c].confidence; m > 0 {
			l.add(mix(uint32(c)<<4|uint32(m*8), 108))
		}
	}
}

// mix is a round of MurmurHash3's finalizer (Appleby) over both.
func mix(a, b uint32) uint32 {
	h := a*0xcc9e2d51 ^ (b+0x9e3779b9)*0x1b873593
	h ^= h >> 15
	h *= 0x85ebca6b
	return h ^ h>>13
}

// add notes a feature once.
func (l *lookup) add(h uint32) {
	f := uint16(h & (featureCount - 1))
	if l.seen[f>>6]>>(f&63)&1 == 1 || l.listed == maxFeatures {
		return
	}
	l.seen[f>>6] |= 1 << (f & 63)
	l.list[l.listed] = f
	l.listed++
}

// forget clears what add keeps.
func (l *lookup) forget() {
	for _, f := range l.list[:l.listed] {
		l.seen[f>>6] = 0
	}
}

// Stretches gives the features of each stretch of a value that is at most one window long, as the model sees it; the
// trainer uses it. The slices are valid until the next call of f returns.
func (in *Inspector) Stretches(b []byte, f func(features []uint16)) {
	l := &in.look
	l.prosy = false
	in.lex(b[:min(len(b), window)])
	in.detect()
	for c := range l.marks {
		if m := &l.marks[c]; m.confidence > 0 {
			m.confidence = l.discount(Class(c), m)
		}
	}
	for lo := 0; ; lo += stretch / 2 {
		l.features(lo, in.cut)
		f(l.list[:l.listed])
		if lo+stretch >= l.count {
			return
		}
	}
}
