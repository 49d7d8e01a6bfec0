package south

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// gen writes one sample. It is drawn afresh for each, with the language and industry that run through the request.
type gen struct {
	r     *rand.Rand
	words map[string][]string
	slots map[string]func(*gen) string
	class string
	twist string
	lang  string // en, pt, tr, ja, hi, ar
	theme string
	camel bool // keys in camelCase rather than snake_case
}

func newGen(r *rand.Rand, words map[string][]string, slots map[string]func(*gen) string, f *family) *gen {
	g := &gen{r: r, words: words, slots: slots, class: f.class, twist: f.twist, theme: f.theme, camel: r.IntN(2) == 0}
	g.lang = pick(g, []string{"en", "en", "en", "en", "pt", "tr", "ja", "hi", "ar"})
	if g.theme == "" {
		g.theme = pick(g, themes())
	}
	return g
}

func themes() []string {
	return []string{"forge", "forum", "care", "play", "sensor", "trip", "circle", "query"}
}

func pick[T any](g *gen, from []T) T { return from[g.r.IntN(len(from))] }

// chance is true in percent of 100 cases.
func (g *gen) chance(percent int) bool { return g.r.IntN(100) < percent }

// between draws from lo to hi, both included.
func (g *gen) between(lo, hi int) int { return lo + g.r.IntN(hi-lo+1) }

// say fills a template. A slot stands in ‹›: ‹name› is a word of the lexicon (of the sample's language, if it has one there) or a
// made value, ‹a|b|‹name›› one of the alternatives, ‹3..90› a number.
func (g *gen) say(t string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(t, "‹")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := slotEnd(rest)
		b.WriteString(g.slot(rest[:end]))
		t = strings.TrimPrefix(rest[end:], "›")
	}
}

func (g *gen) slot(s string) string {
	if strings.Contains(s, "|") {
		return g.say(pick(g, split(s)))
	}
	if lo, hi, ok := strings.Cut(s, ".."); ok {
		a, _ := strconv.Atoi(lo)
		b, _ := strconv.Atoi(hi)
		return strconv.Itoa(g.between(a, b))
	}
	if f := g.slots[s]; f != nil {
		return f(g)
	}
	if w := g.words[g.lang+"."+s]; w != nil {
		return g.say(pick(g, w))
	}
	if w := g.words[s]; w != nil {
		return g.say(pick(g, w))
	}
	if w := g.words["en."+s]; w != nil {
		return g.say(pick(g, w))
	}
	return "‹no slot " + s + "›"
}

func (g *gen) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.r.IntN(len(alphabet))]
	}
	return string(b)
}

func (g *gen) hex(n int) string    { return g.from("0123456789abcdef", n) }
func (g *gen) digits(n int) string { return g.from("0123456789", n) }

func (g *gen) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.r.IntN(256))
	}
	return b
}

func (g *gen) day() time.Time {
	return time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(g.r.Int64N(3*365*86400)) * time.Second)
}

func (g *gen) uuid() string {
	return g.hex(8) + "-" + g.hex(4) + "-4" + g.hex(3) + "-" + g.from("89ab", 1) + g.hex(3) + "-" + g.hex(12)
}

// jwt is a token that could be real, with the header given as JSON ("" draws an ordinary one).
func (g *gen) jwt(header string) string {
	if header == "" {
		header = g.say(`{"alg":"‹RS256|ES256|HS256|EdDSA›","typ":"JWT","kid":"‹hex8›"}`)
	}
	claims := fmt.Sprintf(`{"iss":"https://id.%s/","sub":"%s","aud":"api","exp":%d,"iat":%d,"scope":"%s"}`,
		g.slot("domain"), g.slot("uid"), g.day().Unix()+3600, g.day().Unix(), g.slot("scope"))
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(claims)) + "." + e.EncodeToString(g.bytes(pick(g, []int{32, 64, 256})))
}

// many joins between lo and hi expansions of a template.
func (g *gen) many(lo, hi int, t, sep string) string {
	parts := make([]string, g.between(lo, hi))
	for i := range parts {
		parts[i] = g.say(t)
	}
	return strings.Join(parts, sep)
}

// dynamics are the slots that are made rather than listed.
func dynamics() map[string]func(*gen) string {
	clock := func(layout string) func(*gen) string {
		return func(g *gen) string { return g.day().Format(layout) }
	}
	b64 := func(lo, hi int, e *base64.Encoding) func(*gen) string {
		return func(g *gen) string { return e.EncodeToString(g.bytes(g.between(lo, hi))) }
	}
	hex := func(n int) func(*gen) string { return func(g *gen) string { return g.hex(n) } }
	many := func(lo, hi int, t, sep string) func(*gen) string {
		return func(g *gen) string { return g.many(lo, hi, t, sep) }
	}
	return map[string]func(*gen) string{
		"uuid": (*gen).uuid, "hex2": hex(2), "hex4": hex(4), "hex8": hex(8), "hex16": hex(16), "hex24": hex(24), "hex32": hex(32), "hex40": hex(40), "hex64": hex(64),
		"b64": b64(9, 60, base64.StdEncoding), "b64long": b64(300, 1800, base64.StdEncoding), "b64url": b64(12, 40, base64.RawURLEncoding),
		"jwt":     func(g *gen) string { return g.jwt("") },
		"digit":   func(g *gen) string { return g.digits(1) },
		"num":     func(g *gen) string { return strconv.Itoa(g.r.IntN(pick(g, []int{10, 100, 10000, 10000000}))) },
		"num1":    func(g *gen) string { return strconv.Itoa(g.between(1, 99999)) },
		"dec":     func(g *gen) string { return strconv.FormatFloat(g.r.Float64()*200-20, 'f', g.between(1, 6), 64) },
		"float01": func(g *gen) string { return strconv.FormatFloat(g.r.Float64(), 'f', g.between(2, 4), 64) },
		"lat":     func(g *gen) string { return strconv.FormatFloat(g.r.Float64()*130-60, 'f', 5, 64) },
		"lon":     func(g *gen) string { return strconv.FormatFloat(g.r.Float64()*340-170, 'f', 5, 64) },
		"date":    clock("2006-01-02"), "datetime": clock("2006-01-02T15:04:05Z"), "stamp": clock("2006-01-02 15:04:05.000"), "hour": clock("15:04"),
		"httpdate": clock("Mon, 02 Jan 2006 15:04:05 GMT"), "syslogdate": clock("Jan _2 15:04:05"),
		"unix":   func(g *gen) string { return strconv.FormatInt(g.day().Unix(), 10) },
		"millis": func(g *gen) string { return strconv.FormatInt(g.day().UnixMilli(), 10) },
		"ip": func(g *gen) string {
			return fmt.Sprintf("%d.%d.%d.%d", g.between(11, 223), g.r.IntN(256), g.r.IntN(256), g.between(1, 254))
		},
		"mac": func(g *gen) string { return g.say("‹hex2›:‹hex2›:‹hex2›:‹hex2›:‹hex2›:‹hex2›") },
		"ip6": func(g *gen) string { return g.say("2001:db8:‹hex4›:‹hex4›::‹hex4›") },
		"ulid": func(g *gen) string {
			return "01" + g.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)
		},
		"nano": func(g *gen) string {
			return g.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 21)
		},
		"upper":     func(g *gen) string { return g.from("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", g.between(4, 8)) },
		"up4":       func(g *gen) string { return g.from("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 4) },
		"letters":   func(g *gen) string { return g.from("abcdefghijklmnopqrstuvwxyz", g.between(3, 9)) },
		"digits3":   func(g *gen) string { return g.digits(3) },
		"digits4":   func(g *gen) string { return g.digits(4) },
		"digits10":  func(g *gen) string { return g.digits(10) },
		"digits16":  func(g *gen) string { return g.digits(16) },
		"ver":       func(g *gen) string { return g.say("‹0..14›.‹0..30›.‹0..12›") },
		"text":      many(1, 3, "‹sentence›", " "),
		"longtext":  many(4, 9, "‹sentence›", " "),
		"paras":     many(2, 4, "‹text›", "\n\n"),
		"fewwords":  many(1, 4, "‹noun›", " "),
		"slug":      many(1, 3, "‹en-noun›", "-"),
		"dotpath":   many(2, 4, "‹en-noun›", "."),
		"dirs":      many(1, 4, "‹en-noun›", "/"),
		"csvrow":    func(g *gen) string { return g.say("‹num›,‹name›,‹dec›,‹date›,‹en-noun›") },
		"pipe":      func(*gen) string { return "|" },
		"newline":   func(*gen) string { return "\n" },
		"crlf":      func(*gen) string { return "\r\n" },
		"tab":       func(*gen) string { return "\t" },
		"nul":       func(*gen) string { return "\x00" },
		"backticks": func(*gen) string { return "```" },
		"tick":      func(*gen) string { return "`" },
		"password": func(g *gen) string {
			return g.from("abcdefghkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ", g.between(4, 9)) + g.from("!#$%&*()-_=+;:'\",.<>/?@[]{}^~", g.between(1, 5)) + g.digits(g.between(1, 4)) + g.from("!#$*-aeiou", g.between(0, 3))
		},
	}
}
