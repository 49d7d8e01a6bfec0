package inspect

// The first pass gives every pair of neighbouring bytes and every word a weight and goes deep when enough of them stand
// together. Which bytes occur says little: most of honest JSON's values leave any plain set of characters.

// charClass sorts bytes into what pairs are made of.
type charClass uint8

const (
	ccLetter charClass = iota
	ccDigit
	ccSpace
	ccQuote // ' " `
	ccLess
	ccGreater
	ccOpen // (
	ccClose
	ccSemicolon
	ccPipe // | &
	ccDollar
	ccPercent
	ccBackslash
	ccSlash
	ccDot
	ccDash
	ccHash
	ccEqual
	ccBrace // { }
	ccBracket
	ccStar
	ccAt
	ccComma
	ccColon
	ccMark // ! ? ^ ~
	ccPlus
	ccControl
	ccHigh  // beyond ASCII
	ccOdd   // the first byte of an overlong or full-width form
	ccEdge  // before the first and after the last byte
	ccCount = iota
)

// enough is the sum from which a value gets the deep look; the sum is halved every few bytes.
const enough = 3

// pairs: for each class, the classes that weigh 4, 2 and 1 when they follow it.
type pairs struct {
	class  [256]charClass
	weight [32][32]uint8 // a power of two, so that a masked index is not checked
	lower  [256]byte
	base64 [256]bool // base64's alphabets, and what fills them up
	name   [256]bool // letters, digits, and what joins them in names
}

func newPairs() *pairs {
	p := &pairs{}
	p.classify()
	for _, r := range [...]pairRule{
		{1, "a0s", "'"},
		{1, "'", "as0,.E"},
		{2, "E", "';&|"},
		{3, "'", "();|-+*/#=<>'$\\{}[%!@\n"},
		{3, "(=;|&,<>+-*/#${}[\\%!@\n", "'"},
		{1, ",:(=[{", "'"},
		{1, "'", ",:)}]"},
		{4, "<", "a/!?%(\n\x80"},
		{4, ";", "|;"},
		{2, ";", "s0aE/"},
		{1, "as0", ";&"},
		{3, "|", "as0/|$`;"},
		{3, "as0;", "|"},
		{4, "$", "({!'"},
		{2, "$", "a"},
		{3, "{", "{%$#"},
		{3, "#*%@", "{"},
		{4, "%", "0"},
		{3, "%", "a{%"},
		{2, "\\", "a0"},
		{3, "\\", "./\\'"},
		{4, ".", "\\"},
		{3, ".", ".;"},
		{3, "./", "/"},
		{2, "E", "/\\.(*!`-~"},
		{2, "/", "*"},
		{3, "*", "/)("},
		{3, "-", "-"},
		{2, ")", "('a0s;|&!#-"},
		{3, "(", "'$|&*"},
		{1, "a", "("},
		{2, "0", "=<>("},
		{2, "=", "=0("},
		{1, "as", "="},
		{2, "as0", "#*"},
		{4, "\n", "a0s'<;|&/E\n\x80.,:-_=()[]{}#*@!+$%\\"},
		{3, "a0s'", "\n"},
		{4, "X", "a0sE'\x80X/"},
		{4, "a0sE'./", "X"},
		{3, "@", "@{($"},
		{2, "+", "a'|/"},
		{3, "!", "(['{"},
		{3, "|", "#"},
		{3, "/|^<E", "{"},
		{2, "{", "a"},
		{3, ".", "$"},
		{1, "s", "$"},
		{2, "'", "."},
		{2, "<", "'"},
		{3, "s", "\n"},
		{2, "[", "$'"},
		{1, ":", "/"},
		{3, ":", ":"},
		{3, "^", "a;|&"},
		{4, "#", "{"},
		{3, "0", ";'="},
		{2, "s", ";|&-"},
		{1, "s", "/("},
		{2, "E", "{"},
		{1, "E", "$"},
		{1, "[", "["},
		{1, "/", "s"},
		{2, ".", "("},
	} {
		p.put(r)
	}
	return p
}

// pairRule gives every pair of the first and the second bytes a weight. In its notation a stands for letters, 0 for
// digits, s for a space, E for the edge, X for the first byte of an overlong or full-width form, a line break for control
// bytes, \x80 for all beyond ASCII, and the rest for itself.
type pairRule struct {
	weight        uint8
	first, second string
}

func (p *pairs) put(r pairRule) {
	for i := range len(r.first) {
		for j := range len(r.second) {
			p.weight[p.of(r.first[i])][p.of(r.second[j])] = r.weight
		}
	}
}

// of reads the notation of pairRule.
func (p *pairs) of(c byte) charClass {
	switch c {
	case 's':
		return ccSpace
	case 'E':
		return ccEdge
	case 'X':
		return ccOdd
	case '\n':
		return ccControl
	default:
		return p.class[c]
	}
}

func (p *pairs) classify() {
	for i := range p.class {
		p.lower[i] = lower(byte(i))
		p.base64[i] = base64Value(byte(i)) >= 0 || i == '='
		p.name[i] = isWord(byte(i)) || i == '-' || i == ' ' || i == ':'
		switch c := byte(i); {
		case isAlpha(c) || c == '_':
			p.class[i] = ccLetter
		case isDigit(c):
			p.class[i] = ccDigit
		case c == ' ' || c == '\n' || c == '\t':
			p.class[i] = ccSpace
		case c < ' ' || c == 0x7f:
			p.class[i] = ccControl
		case c == 0xc0 || c == 0xc1 || c == 0xef:
			p.class[i] = ccOdd
		case c >= 0x80:
			p.class[i] = ccHigh
		}
	}
	const marks = "'''<>();||$%\\/.-#={{[[*@,:!!!!+"
	const order = "'\"`<>();|&$%\\/.-#={}[]*@,:!?^~+"
	for i := range len(order) {
		p.class[order[i]] = punctClass(marks[i])
	}
}

func punctClass(c byte) charClass {
	const order = "'<>();|$%\\/.-#={[*@,:!+"
	for i := range len(order) {
		if order[i] == c {
			return ccQuote + charClass(i)
		}
	}
	return ccEdge
}

// oddHost says whether what follows :// is worth a look: a number, brackets, a user's name, or no dot.
func oddHost(b []byte) bool {
	if len(b) == 0 || b[len(b)-1] == '?' || isDigit(b[0]) || b[0] == '[' || b[0] == '%' || b[0] >= 0x80 {
		return true
	}
	dots, port := 0, false
	for i, c := range b {
		switch {
		case c == '@' || c >= 0x80 || c == '%':
			return true
		case c == '.':
			dots++
		case c == ':' && dots > 0:
			port = true // or a name and a password
		case c == '/' || c == '?' || c == ':' || c == '#' || c <= ' ' || c == '"' || c == ',' && !port:
			return dots == 0 || i == 0 || c == ','
		}
	}
	return dots == 0
}

// ordinary is the first pass: it says whether a value may go without the deep look. No pair of letters and digits weighs
// anything, so that a word is one step, and only what stands around it is looked up.
func (in *Inspector) ordinary(b []byte) bool {
	p := in.pairs
	prev := ccEdge
	sum := uint8(0)
	starts := false // the word at hand starts a line, not the first
	for i := 0; i < len(b); {
		c := b[i]
		cc := p.class[c]
		if cc <= ccDigit {
			if sum += p.weight[prev&31][cc&31]; sum >= enough {
				return false
			}
			from, h := i, uint32(hashSeed)
			for {
				prev = cc
				h = hashStep(h, p.lower[c])
				if c == 'x' && i > 0 && b[i-1] == '0' {
					if sum += 2; sum >= enough {
						return false
					}
				}
				if i++; i == len(b) {
					break
				}
				c = b[i]
				if cc = p.class[c]; cc > ccDigit {
					break
				}
			}
			sum >>= i>>5 - from>>5
			sum += in.words.weight(h)
			if starts && in.startsLine(b, i, h) {
				return false
			}
			starts = false
			continue
		}
		if cc == ccBracket && starts || c == '\n' && (in.zone <= ZoneCookie || i == 0) {
			return false
		}
		starts = c == '\n' || starts && cc == ccSpace
		if cc == ccSlash && prev == ccSlash && i > 1 && b[i-2] == ':' {
			if oddHost(b[i+1:]) {
				return false
			}
			i++
			continue
		}
		if sum += p.weight[prev&31][cc&31]; sum >= enough {
			return false
		}
		if i&31 == 31 {
			sum >>= 1
		}
		prev = cc
		i++
	}
	return sum+p.weight[prev&31][ccEdge] < enough
}

// startsLine says whether the word of that hash, which ends before i, is what a header's, a command's or a log's line starts
// with.
func (in *Inspector) startsLine(b []byte, i int, h uint32) bool {
	if i == len(b) {
		return in.words.kinds(h)&(kLine|kCommand) != 0
	}
	c := b[i]
	if c == '-' && i > 4 && isDigit(b[i-4]) && b[i-5] == '\n' { // as a log's line is
		return true
	}
	return (c == ':' || c == '-' || in.pairs.class[c] == ccSpace) && in.words.kinds(h)&(kLine|kCommand) != 0
}
