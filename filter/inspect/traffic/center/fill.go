package center

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

var shown = strings.NewReplacer("␍", "\r", "␊", "\n", "␉", "\t", "␀", "\x00")

// fill fills a line's slots and gives the control bytes that it shows.
func (m *maker) fill(line string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(line, "«")
		b.WriteString(before)
		if !ok {
			return shown.Replace(b.String())
		}
		slot, after, _ := strings.Cut(rest, "»")
		b.WriteString(m.slot(strings.TrimPrefix(slot, "@")))
		line = after
	}
}

var (
	words   = strings.Fields("apple harbor velvet invoice monitor garden rocket silver paper button winter market coffee ticket summer bridge camera planet guitar window letter basket dragon forest marble signal copper tunnel orange pocket")
	names   = strings.Fields("Miller Okafor Svensson Tanaka Rossi Novak Ferreira Kowalski Haddad Lindqvist Moreau Schneider Castillo Ivanova Dubois Yilmaz")
	columns = strings.Fields("password email token secret balance card_no login passwd ssn api_key")
	tables  = strings.Fields("users accounts customers members staff wp_users orders payments credentials sessions")
	hosts   = strings.Fields("evil.example attacker.test x7.oast.example c2.badhost.net files.shady.org collab.example.net")
	places  = strings.Fields("Lisbon Osaka Kraków Marseille Uppsala Nairobi Montevideo Tartu")
	zones   = strings.Fields("Europe/Berlin America/Argentina/Buenos_Aires Asia/Kolkata UTC+2")
	codes   = strings.Fields("EUR USD JPY CHF SEK BRL")
	langs   = strings.Fields("de fr-CA en pt-BR ja zh-Hant")
	letters = "abcdefghijklmnopqrstuvwxyz"
)

// slot gives a value for a slot's name; a name that is not known stays as it is.
func (m *maker) slot(name string) string {
	switch name {
	case "n", "n2":
		return strconv.Itoa(10 + m.IntN(9990))
	case "d":
		return strconv.Itoa(2 + m.IntN(8))
	case "o":
		return strconv.Itoa(m.IntN(256))
	case "port":
		return pick(m, strings.Fields("80 443 4444 8080 9001 1337 22 3306"))
	case "ip":
		return fmt.Sprintf("%d.%d.%d.%d", 11+m.IntN(100), m.IntN(256), m.IntN(256), 1+m.IntN(254))
	case "lat", "lon":
		return fmt.Sprintf("%.5f", m.Float64()*180-90)
	case "date":
		return fmt.Sprintf("20%02d-%02d-%02d", 20+m.IntN(8), 1+m.IntN(12), 1+m.IntN(28))
	case "time":
		return fmt.Sprintf("2026-%02d-%02dT%02d:%02d:%02d.%03dZ", 1+m.IntN(12), 1+m.IntN(28), m.IntN(24), m.IntN(60), m.IntN(60), m.IntN(1000))
	case "phone":
		return fmt.Sprintf("+%d %d %d-%d", 1+m.IntN(90), 100+m.IntN(900), 100+m.IntN(900), 1000+m.IntN(9000))
	}
	return m.text(name)
}

// text gives slots that are words or made of such.
func (m *maker) text(name string) string {
	switch name {
	case "w":
		return m.letters(3 + m.IntN(6))
	case "word":
		return m.word()
	case "phrase", "text":
		return m.word() + " " + m.word() + " " + m.word()
	case "slug":
		return m.word() + "-" + m.word() + "-" + m.slot("n")
	case "name":
		return pick(m, names)
	case "user":
		return m.word() + m.slot("n")
	case "email":
		return m.word() + "." + m.letters(4) + "@example." + pick(m, strings.Fields("com org net de"))
	case "street":
		return m.slot("n") + " " + pick(m, names) + " Street"
	case "place":
		return pick(m, places)
	case "tz":
		return pick(m, zones)
	case "cur":
		return pick(m, codes)
	case "lang":
		return pick(m, langs)
	case "col", "col2":
		return pick(m, columns)
	case "table":
		return pick(m, tables)
	case "select":
		return "SELECT " + pick(m, columns) + " FROM " + pick(m, tables)
	case "host":
		if m.family.class == "" {
			return m.word() + ".example.com"
		}
		return pick(m, hosts)
	case "link":
		return "https://" + m.word() + ".example.com/" + m.word() + "?id=" + m.slot("n")
	case "filename":
		return m.word() + "-" + m.slot("n") + ".pdf"
	}
	return m.opaque(name)
}

// opaque gives slots that mean nothing to a reader.
func (m *maker) opaque(name string) string {
	switch name {
	case "uuid":
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", m.Uint32(), m.IntN(1<<16), m.IntN(1<<12), m.IntN(1<<12), m.Uint64()&(1<<48-1))
	case "hex":
		return fmt.Sprintf("%016x", m.Uint64())
	case "sku":
		return strings.ToUpper(m.letters(3)) + "-" + m.slot("n")
	case "b64":
		return base64.RawURLEncoding.EncodeToString([]byte(m.letters(12) + m.slot("n")))
	case "key":
		return pick(m, []string{"sk_live_", "", "AKIA", "ghp_", "xoxb-"}) + m.opaque("hex") + m.letters(8)
	case "secret":
		return m.word() + pick(m, []string{"!", "#", "$"}) + m.slot("n")
	case "jwt":
		part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
		return part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(`{"sub":"`+m.word()+`","exp":1900000000}`) + "." + part(m.letters(32))
	}
	return "«" + name + "»"
}

func (m *maker) word() string { return pick(m, words) }

func (m *maker) letters(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[m.IntN(len(letters))]
	}
	return string(b)
}
