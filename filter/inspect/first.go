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
	weight [ccCount][ccCount]uint8
}

func newPairs() *pairs {
	p := &pairs{}
	p.classify()
	q := func(weight uint8, first string, second string) {
		for i := range len(first) {
			for j := range len(second) {
				p.weight[p.of(first[i])][p.of(second[j])] = weight
			}
		}
	}
	// In this notation a stands for letters, 0 for digits, E for the edge and the rest for itself.
	q(1, "a0s", "'")
	q(1, "'", "as0,.E")
	q(2, "E", "';&|")
	q(3, "'", "();|-+*/#=<>'$\\{}[%!@\n")
	q(3, "(=;|&,<>+-*/#${}[\\%!@\n", "'")
	q(1, ",:(=[{", "'")
	q(1, "'", ",:)}]")
	q(4, "<", "a/!?%(\n\x80")
	q(4, ";", "|;")
	q(2, ";", "s0aE/")
	q(1, "as0", ";&")
	q(3, "|", "as0/|$`;")
	q(3, "as0;", "|")
	q(4, "$", "({!'")
	q(2, "$", "a")
	q(3, "{", "{%$#")
	q(3, "#*%@", "{")
	q(4, "%", "0")
	q(3, "%", "a{%")
	q(2, "\\", "a0")
	q(3, "\\", "./\\'")
	q(4, ".", "\\")
	q(3, ".", ".;")
	q(3, "./", "/")
	q(2, "E", "/\\.(*!`-~")
	q(2, "/", "*")
	q(3, "*", "/)(")
	q(3, "-", "-")
	q(2, ")", "('a0s;|&!#-")
	q(3, "(", "'$|&*")
	q(1, "a", "(")
	q(2, "0", "=<>(")
	q(2, "=", "=0(")
	q(1, "as", "=")
	q(2, "as0", "#*")
	q(4, "\n", "a0s'<;|&/E\n\x80")
	q(3, "a0s'", "\n")
	q(4, "X", "a0sE'\x80X/")
	q(4, "a0sE'./", "X")
	q(3, "@", "@{($")
	q(2, "+", "a'|/")
	q(3, "!", "(['{")
	q(3, "|", "#")
	q(3, ".", "$")
	q(1, "s", "$")
	q(2, "'", ".")
	q(2, "<", "'")
	q(3, "s", "\n")
	q(2, "[", "$'")
	q(2, ":", "/")
	q(3, ":", ":")
	q(3, "^", "a;|&")
	q(4, "#", "{")
	q(3, "0", ";'=")
	q(2, "s", ";|&-")
	q(1, "s", "/(")
	q(2, "E", "{")
	q(1, "/", "s")
	return p
}

// of reads the notation of newPairs.
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

// ordinary is the first pass: it says whether a value may go without the deep look.
func (in *Inspector) ordinary(b []byte) bool {
	p := in.pairs
	prev := ccEdge
	sum := uint8(0)
	h := uint32(hashSeed)
	for i := 0; i < len(b); i++ {
		c := b[i]
		cc := p.class[c]
		if cc <= ccDigit {
			h = hashStep(h, lower(c))
		} else if prev <= ccDigit {
			sum += in.words.weigh[h%weighSize]
			h = hashSeed
		}
		sum += p.weight[prev][cc]
		if sum >= enough {
			return false
		}
		if i&31 == 31 {
			sum >>= 1
		}
		prev = cc
	}
	if prev <= ccDigit {
		sum += in.words.weigh[h%weighSize]
	}
	return sum+p.weight[prev][ccEdge] < enough
}
