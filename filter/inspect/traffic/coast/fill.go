package coast

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
)

// maker makes one sample.
type maker struct {
	r *rand.Rand
}

func (m *maker) pick(from ...string) string { return from[m.r.IntN(len(from))] }

func (m *maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.r.Uint32())
	}
	return b
}

// fill replaces slots: a kind of slot, or one of the alternatives between bars.
func (m *maker) fill(line string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(line, "«")
		b.WriteString(before)
		slot, after, closed := strings.Cut(rest, "»")
		if !ok || !closed {
			break
		}
		if strings.Contains(slot, "|") {
			b.WriteString(m.pick(strings.Split(slot, "|")...))
		} else {
			b.WriteString(m.slot(slot))
		}
		line = after
	}
	return b.String()
}

// control puts the control bytes that marks show, in JSON as its escapes.
func control(s string, inJSON bool) string {
	if inJSON {
		return strings.NewReplacer("␍", `\r`, "␊", `\n`, "␉", `\t`, "␀", `\u0000`, "␛", `\u001b`).Replace(s)
	}
	return strings.NewReplacer("␍", "\r", "␊", "\n", "␉", "\t", "␀", "\x00", "␛", "\x1b").Replace(s)
}

func (m *maker) slot(kind string) string {
	for _, of := range []func(string) string{m.number, m.opaque, m.person, m.thing} {
		if s := of(kind); s != "" {
			return s
		}
	}
	return "{unknown slot " + kind + "}"
}

func (m *maker) number(kind string) string {
	switch kind {
	case "n":
		return fmt.Sprint(1 + m.r.IntN(9))
	case "nn":
		return fmt.Sprint(10 + m.r.IntN(90))
	case "id":
		return fmt.Sprint(1000 + m.r.IntN(900000))
	case "epoch":
		return fmt.Sprint(1700000000 + m.r.IntN(90000000))
	case "money":
		return fmt.Sprintf("%d.%02d", 1+m.r.IntN(2000), m.r.IntN(100))
	case "frac":
		return fmt.Sprintf("0.%04d", m.r.IntN(10000))
	case "lat":
		return fmt.Sprintf("%.5f", 35+20*m.r.Float64())
	case "lon":
		return fmt.Sprintf("%.5f", -10+40*m.r.Float64())
	case "ver":
		return fmt.Sprintf("%d.%d.%d", 1+m.r.IntN(9), m.r.IntN(30), m.r.IntN(20))
	case "date":
		return fmt.Sprintf("20%02d-%02d-%02d", 22+m.r.IntN(5), 1+m.r.IntN(12), 1+m.r.IntN(28))
	case "ts":
		return fmt.Sprintf("20%02d-%02d-%02dT%02d:%02d:%02dZ", 22+m.r.IntN(5), 1+m.r.IntN(12), 1+m.r.IntN(28), m.r.IntN(24), m.r.IntN(60), m.r.IntN(60))
	case "phone":
		return fmt.Sprintf("+%d %d %07d", 30+m.r.IntN(20), 100+m.r.IntN(800), m.r.IntN(10000000))
	case "ip":
		return fmt.Sprintf("%d.%d.%d.%d", 80+m.r.IntN(80), m.r.IntN(256), m.r.IntN(256), 1+m.r.IntN(250))
	}
	return ""
}

func (m *maker) opaque(kind string) string {
	switch kind {
	case "uuid":
		h := hex.EncodeToString(m.bytes(16))
		return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
	case "hex16":
		return hex.EncodeToString(m.bytes(8))
	case "hex24":
		return hex.EncodeToString(m.bytes(12))
	case "hex32":
		return hex.EncodeToString(m.bytes(16))
	case "hex40":
		return hex.EncodeToString(m.bytes(20))
	case "hex64":
		return hex.EncodeToString(m.bytes(32))
	case "b64":
		return base64.StdEncoding.EncodeToString(m.bytes(20 + m.r.IntN(200)))
	case "tok":
		return base64.RawURLEncoding.EncodeToString(m.bytes(24 + m.r.IntN(24)))
	case "jwt":
		claims := fmt.Sprintf(`{"sub":"%d","iat":%s,"exp":%s}`, 1000+m.r.IntN(90000), m.number("epoch"), m.number("epoch"))
		raw := base64.RawURLEncoding
		return raw.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT","kid":"k1"}`)) + "." + raw.EncodeToString([]byte(claims)) + "." + raw.EncodeToString(m.bytes(64))
	case "pw":
		const marks = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#$%&*+-/:;<=>?@^_~'\"()[]{}|\\,."
		b := m.bytes(10 + m.r.IntN(10))
		for i := range b {
			b[i] = marks[int(b[i])%len(marks)]
		}
		return string(b)
	case "id11":
		return base64.RawURLEncoding.EncodeToString(m.bytes(8))
	}
	return ""
}

func (m *maker) person(kind string) string {
	switch kind {
	case "first":
		return m.pick("Maren", "Tariq", "Oluwaseun", "Ines", "Pádraig", "Xiulan", "Björk", "Thandiwe", "Luca", "Ayşe", "Jean-Luc", "Zoë", "D'Arcy", "Kwame", "Siobhán", "Noor", "Bartłomiej", "Yuki")
	case "last":
		return m.pick("O'Brien", "van der Meer", "D'Angelo", "Nguyễn", "Sørensen", "al-Hashimi", "Müller-Lüdenscheidt", "O’Sullivan", "de la Cruz", "N'Diaye", "Kovačević", "Smith", "Papadopoulos", "L'Écuyer", "Okonkwo", "Ben-Ari", "Tanaka", "Ng'ang'a")
	case "user":
		return m.pick("maren", "tariq.k", "ines_p", "xl88", "kwame-o", "noor", "yuki.t", "bart", "zoe.x", "lucab") + m.pick("", "1", "77", "2020")
	case "mail":
		return m.person("user") + m.pick("@example.com", "+news@example.org", "@mail.example.net", "@firma.example", "@uni.example.edu")
	case "city":
		return m.pick("Bergen", "L'Aquila", "Saint-Étienne", "Coeur d'Alene", "Łódź", "São Paulo", "Thunder Bay", "'s-Hertogenbosch", "Nuku'alofa", "Zürich", "Xi'an", "Aix-en-Provence")
	case "street":
		return m.pick("12 Rue de l'Église", "Hauptstr. 7 / 2. OG", "1/4 Mill Lane", "Plaza Mayor, 3, 2ºB", "Flat #9, St. Mary's Rd", "c/o Larsen, Storgata 44", "P.O. Box 1180", "ul. Długa 5 m. 12")
	}
	return ""
}

func (m *maker) thing(kind string) string {
	switch kind {
	case "word":
		return m.pick("harbor", "invoice", "lantern", "meadow", "copper", "orbit", "pepper", "quartz", "ribbon", "saddle", "timber", "velvet", "walnut", "zephyr", "anchor", "basil")
	case "words":
		return m.slot("word") + " " + m.slot("word") + m.pick("", " "+m.slot("word"))
	case "sent":
		return m.pick("The second shipment arrived on Tuesday; two boxes were damp.", "Can we move the call to 3 pm? I've another one before.", "Thanks — that's exactly what I'd hoped for!",
			"We drop the old plan and create a new one next week.", "Please select a different seat from the list.", "It's not where I left it, and nobody knows why.", "Customer wants 50% off or a refund & an apology.")
	case "host":
		return m.pick("shop.example.com", "app.example.io", "www.example.org", "cdn.example.net", "portal.example.eu", "login.example.com")
	case "lan":
		return m.pick("10.2.7.31", "192.168.1.44", "172.20.3.9")
	case "sku":
		return m.pick("AB-", "X/", "TT.", "99-") + m.number("id") + m.pick("", "-L", "/2", ".b")
	case "lang":
		return m.pick("en", "de-CH", "pt-BR", "zh-Hans", "fr", "nb-NO")
	case "tz":
		return m.pick("Europe/Zurich", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "UTC", "Etc/GMT+5")
	case "svc":
		return m.pick("checkout", "ledger", "catalog", "gateway", "search", "billing", "notify")
	case "dev":
		return m.pick("localhost:3000", "127.0.0.1:8080", "localhost:5173", "localhost:4200")
	}
	return ""
}
