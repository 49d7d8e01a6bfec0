package shore

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// maker makes one request.
type maker struct{ r *rand.Rand }

// fill puts something into each slot of a text: «a|b|c» is one of them, «name» and
// «name:n» are what slot makes. Pictures of control bytes become these.
func (m *maker) fill(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "«")
		b.WriteString(before)
		if !ok {
			break
		}
		slot, after, _ := strings.Cut(rest, "»")
		b.WriteString(m.slot(slot))
		text = after
	}
	return strings.NewReplacer("␍", "\r", "␊", "\n", "␉", "\t", "␀", "\x00", "⏎", "\n").Replace(b.String())
}

func (m *maker) slot(slot string) string {
	if strings.Contains(slot, "|") {
		return m.pick(strings.Split(slot, "|")...)
	}
	name, size, _ := strings.Cut(slot, ":")
	n, _ := strconv.Atoi(size)
	switch name {
	case "n":
		return m.digits(max(n, 1))
	case "hex":
		return m.of("0123456789abcdef", n)
	case "abc":
		return m.letters(n)
	case "ABC":
		return m.of("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", n)
	case "b64":
		return base64.StdEncoding.EncodeToString(m.bytes(n))
	case "b64u":
		return base64.RawURLEncoding.EncodeToString(m.bytes(n))
	case "bytes":
		return string(m.bytes(n))
	case "uuid":
		return m.of("0123456789abcdef", 8) + "-" + m.of("0123456789abcdef", 4) + "-4" + m.of("0123456789abcdef", 3) + "-a" + m.of("0123456789abcdef", 3) + "-" + m.of("0123456789abcdef", 12)
	}
	return m.world(name)
}

// world makes what people and machines write.
func (m *maker) world(name string) string {
	r := m.r
	switch name {
	case "date":
		return fmt.Sprintf("202%d-%02d-%02d", 3+r.IntN(4), 1+r.IntN(12), 1+r.IntN(28))
	case "iso":
		return m.world("date") + fmt.Sprintf("T%02d:%02d:%02dZ", r.IntN(24), r.IntN(60), r.IntN(60))
	case "ts":
		return strconv.Itoa(1700000000 + r.IntN(90000000))
	case "money":
		return fmt.Sprintf("%d.%02d", 1+r.IntN(4000), r.IntN(100))
	case "float":
		return strconv.FormatFloat(r.Float64()*100, 'f', 4, 64)
	case "lat":
		return strconv.FormatFloat(35+r.Float64()*25, 'f', 6, 64)
	case "lon":
		return strconv.FormatFloat(r.Float64()*40-10, 'f', 6, 64)
	case "ip":
		return fmt.Sprintf("%d.%d.%d.%d", 11+r.IntN(80), r.IntN(256), r.IntN(256), 1+r.IntN(254))
	case "first":
		return m.pick("Amina", "Björn", "Chloé", "Dmitri", "Eoghan", "Fatou", "Giulia", "Hiroshi", "Inés", "Jürgen", "Khadija", "Łukasz", "Mei", "Niamh", "Oluwaseun", "Priya", "Quentin", "Ragnhild", "Siobhán", "Tomás", "Ümit", "Věra", "Wanjiru", "Xavier", "Yael", "Zoë")
	case "last":
		return m.pick("O'Sullivan", "de la Cruz", "van 't Hoff", "D'Amico", "Müller-Lüdenscheidt", "Nguyễn", "Østergaard", "Szczepański", "García Márquez", "al-Rashid", "Smith", "Ivanova", "N'Diaye", "Tanaka", "Kaya", "Öztürk", "McAllister", "O’Neill", "Lindqvist", "Ferreira", "Dell'Acqua", "Ba", "St. John", "Ó Briain")
	case "login":
		return m.pick("amina", "bjorn.k", "chloe_d", "dmitri", "eoghan", "fatou.n", "g.rossi", "hiro", "ines", "jurgen", "lukasz", "mei.lin", "niamh", "priya", "tomas")
	case "email":
		return m.world("login") + strconv.Itoa(r.IntN(90)) + "@" + m.pick("example.com", "mail.example.org", "firma.example.de", "correo.example.es", "poste.example.fr")
	case "phone":
		return m.pick("+49 170 ", "+33 6 ", "+1-415-555-", "0044 20 7946 ", "+90 532 ", "+81-3-") + m.digits(7)
	case "city":
		return m.pick("Tromsø", "Zürich", "Kraków", "São Paulo", "Saint-Denis", "İzmir", "大阪市", "Köln", "Al Khobar", "Cork", "L'Aquila", "Reykjavík", "Nairobi", "Québec", "Москва", "Θεσσαλονίκη")
	case "street":
		return m.pick("12 bis rue de l'Église", "Straße des 17. Juni 135", "221B Baker St.", "Apt #4, 9 O'Connell Street", "Via dell'Orso, 7/A", "ul. Jana Pawła II 23/4", "千代田区丸の内1-9-1", "c/ Mayor, 3, 2º izq.", "P.O. Box 1147 (rear entrance)", "Plot 14; Block C & D")
	case "iban":
		return m.pick("DE", "FR", "NL", "ES") + m.digits(20)
	case "card":
		return "4" + m.digits(15)
	case "jwt":
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT","kid":"`+m.letters(6)+`"}`)) + "." +
			base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+m.world("login")+`","iss":"https://id.example.com/","aud":"api","exp":1`+m.digits(9)+`}`)) + "." + base64.RawURLEncoding.EncodeToString(m.bytes(64))
	case "host":
		return m.pick("api.example.com", "gateway.example.net", "app.example.io", "www.example.org", "portal.example.gov")
	case "site":
		return "https://" + m.pick("app.example.io", "www.example.org", "shop.example.com", "blog.example.net")
	case "word":
		return m.pick("harbor", "lantern", "copper", "meadow", "signal", "anchor", "voyage", "ledger", "cedar", "ember")
	case "text":
		return m.text()
	}
	return "{unknown slot " + name + "}"
}

func (m *maker) text() string {
	return m.pick("Please ring the bell twice; the dog is friendly.", "La commande n'est pas arrivée, merci de vérifier l'adresse d'expédition.",
		"Wie besprochen: Termin am Montag (10-12 Uhr) & Rückruf bitte.", "Se ha roto la pantalla al caer... ¿cubre la garantía?", "Customer asked for a refund – order was late & box was open",
		"注文をキャンセルしたいです。", "Teşekkürler, ürün elime ulaştı!", "Проверьте, пожалуйста, баланс счёта.", "Not bad, 4/5: 'good value' but it's a bit loud", "الرجاء الاتصال بي بعد الظهر",
		"5% off if you order 2+ (before 31/12)", "Dziękuję za szybką odpowiedź :)", "It's fine - don't worry about the invoice #4711", "Va bene così, l'ho già pagato!")
}

func (m *maker) pick(of ...string) string { return of[m.r.IntN(len(of))] }

func (m *maker) digits(n int) string {
	return m.of("123456789", 1) + m.of("0123456789", n-1)
}

func (m *maker) letters(n int) string { return m.of("abcdefghijklmnopqrstuvwxyz", n) }

func (m *maker) of(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[m.r.IntN(len(alphabet))]
	}
	return string(b)
}

func (m *maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.r.Uint32())
	}
	return b
}

// client gives the headers that one of many callers sends beside the family's own.
func (m *maker) client(path string) [][2]string {
	h := [][2]string{{"host", m.world("host")}}
	add := func(pairs ...string) {
		for i := 0; i < len(pairs); i += 2 {
			h = append(h, [2]string{pairs[i], m.fill(pairs[i+1])})
		}
	}
	switch m.r.IntN(7) {
	case 0:
		add("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/13«n».0.0.0 Safari/537.36", "accept", "application/json, text/plain, */*",
			"accept-language", "de-DE,de;q=0.9,en-US;q=0.8", "sec-ch-ua", `"Chromium";v="13«n»", "Not;A=Brand";v="99"`, "origin", "«site»", "referer", "«site»/«word»/?utm_source=«word»&utm_campaign=«word»",
			"cookie", "sid=«hex:32»; _ga=GA1.2.«n:9».«ts»; theme=dark; consent={%22a%22:1}", "x-xsrf-token", "«hex:40»")
	case 1:
		add("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_«n» like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "accept", "*/*",
			"accept-language", "fr-FR,fr;q=0.9", "cookie", "session=«b64u:48»; csrftoken=«abc:32»")
	case 2:
		add("user-agent", "«word»/«n».«n».«n» (Android 15; SM-S928B; de_DE) okhttp/4.12.0", "authorization", "Bearer «jwt»", "accept-encoding", "gzip", "x-device-id", "«uuid»", "x-app-version", "«n».«n:2»")
	case 3:
		add("user-agent", "axios/1.7.«n»", "accept", "application/json", "x-api-key", "pk_«abc:32»", "traceparent", "00-«hex:32»-«hex:16»-01")
	case 4:
		add("user-agent", "«word»-service/«n».«n» Go-http-client/2.0", "authorization", "Bearer «jwt»", "x-request-id", "«uuid»", "x-forwarded-for", "«ip», «ip»", "x-envoy-attempt-count", "1")
	case 5:
		add("user-agent", "python-requests/2.32.3", "accept", "*/*", "accept-encoding", "gzip, deflate, br", "authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("svc-"+m.world("word")+":"+m.letters(12))))
	default:
		add("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:14«n».0) Gecko/20100101 Firefox/14«n».0", "accept-language", "tr,en;q=0.5", "authorization", "Bearer «b64u:40»",
			"dnt", "1", "sec-fetch-mode", "cors", "if-none-match", `W/"«hex:20»"`)
	}
	if strings.HasPrefix(path, "/internal") {
		add("x-client-cert", "Hash=«hex:64»;Subject=\"CN=«word»\"")
	}
	return h
}
