package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// planted is one request with what must not be told in it.
type planted struct {
	method, host, path, body string
	header                   []string // names and values in turn
}

// garden makes requests and remembers what was planted in them.
type garden struct {
	requests []planted
	secrets  []string // must never leave a node
	words    []string // look like an API's words: may leave it, but only when asked for
	answers  http.Header
	body     string // of the service's answers
}

func (g *garden) secret(s string) string {
	g.secrets = append(g.secrets, s)
	return s
}

func (g *garden) word(s string) string {
	g.words = append(g.words, s)
	return s
}

func (g *garden) get(path string, header ...string) {
	g.requests = append(g.requests, planted{method: http.MethodGet, host: "api.example.com", path: path, header: header})
}

func (g *garden) post(path, kind, body string, header ...string) {
	g.requests = append(g.requests, planted{
		method: http.MethodPost, host: "api.example.com", path: path, body: body, header: append(header, "Content-Type", kind),
	})
}

// newGarden plants credentials, ids of records, names, addresses and phone numbers wherever a request has room for them.
func newGarden() *garden {
	g := &garden{answers: http.Header{}}
	g.paths()
	g.queries()
	g.headers()
	g.credentials()
	g.bodies()
	g.answers.Set("Location", "/v1/customers/"+g.secret("loc-4711-0815-anna"))
	g.answers.Add("Set-Cookie", "session="+g.secret("drawn-by-the-service-31337")+"; Path=/")
	g.body = `{"email":"` + g.secret("answered.smithers@example.org") + `","phone":"` + g.secret("+4917055500112") + `"}`
	return g
}

func (g *garden) paths() {
	for _, id := range []string{
		"471100112233", "b3b2c3d4-0f1e-4a5b-8c9d-112233445566", "deadbeef00c0ffee", "AB123X", "MjAyNi0xMS0yMiBBbm5hYmVsbGU",
		"annabelle.path@example.org", "+4915112345678", "%2B4915187654321", "annabelle%40encoded.example", "J%C3%BCrgen-M%C3%BCller",
		"Annabelle%20Smithers", "home;jsessionid=0815MATRIX4711", "O'Neill,Patrick", "DE89370400440532013000",
		strings.Repeat("a-long-name-of-somebody", 3),
	} {
		g.get("/v1/customers/" + g.secret(id))
	}
	g.get("/v1/customers/" + g.word("Annabelle-Smithers") + "/orders")
	g.get("/v1/people/" + g.word("wolfgang.amadeus"))
	g.get("/v1/tenants/" + g.secret("smithers-and-sons") + "/members") // it was learned that names stand there
	g.get("/v1/owned/" + g.secret("owner.of.record.99887"))
	g.get("/v1/" + strings.Repeat("deep/", 20) + g.secret("behind-the-last-segment-77"))
	g.get("/v1/files/" + g.secret("invoice-annabelle-2026-11.pdf") + "/" + g.secret("0900123456"))
}

func (g *garden) queries() {
	g.get("/v1/search?" + g.secret("smithers-is-a-name") + "=1&" + g.secret("mail%40of-name.example") + "=2")
	g.get("/v1/search?q=" + g.secret("annabelle.query@example.org") + "&phone=" + g.secret("%2B4916012312312"))
	g.get("/v1/search?customer_id=" + g.secret("990088007700") + "&id=" + g.secret("Smithers-Query-Id") + "&record=" + g.secret("rec-of-anna-5566"))
	g.get("/v1/search?api_key=" + g.secret("k3y-1n-th3-qu3ry") + "&access_token=" + g.secret("t0k3n-1n-th3-qu3ry"))
	g.get("/v1/search?" + g.secret("barequeryofsmithers"))
}

func (g *garden) headers() {
	g.get("/v1/me", "User-Agent", g.secret("Smithers-Phone/1.0 (annabelle@agent.example)"))
	g.get("/v1/me", "Referer", "https://x.example/?mail="+g.secret("referred.smithers@example.org"))
	g.get("/v1/me", "X-Customer-Name", g.secret("Annabelle Header Smithers"), "X-Phone", g.secret("0049-151-99887766"))
	g.get("/v1/me", "X-Request-Id", g.secret("req-of-annabelle-0001"), "Idempotency-Key", g.secret("idem-annabelle-0002"))
	g.get("/v1/me", g.secret("X-Annabelle-Smithers-Header"), "1")
	g.get("/v1/me", "X-Picket-Subject", g.secret("forged.annabelle@example.org"))
	g.get("/v1/me", "Forwarded", "for="+g.secret("198.18.77.66")+";host="+g.secret("forwarded-smithers.example"))
	g.get("/v1/me", "X-Real-Ip", g.secret("198.18.55.44"), "Baggage", "user="+g.secret("baggage-annabelle"))
	g.get("/v1/me")
	g.requests[len(g.requests)-1].host = g.secret("annabelle-smithers.host.example")
	g.get("/v1/me")
	g.requests[len(g.requests)-1].host = g.secret("tenant4711.example.com")
}

func (g *garden) credentials() {
	g.get("/v1/me", "X-Api-Key", g.secret("pk_live_51Annabelle0815"))
	g.get("/v1/me", "Cookie", "theme="+g.secret("dark-for-annabelle")+"; session="+g.secret("s3ss10n-of-annabelle")+"; "+g.secret("smithers_cookie")+"=1")
	g.get("/v1/me", "Authorization", "Bearer "+g.jwt("auth0|annabelle-4711", "annabelle.claims@example.org"))
	g.get("/v1/me", "Authorization", "Bearer "+g.secret("opaque-token-of-annabelle-9f8e7d"))
	g.get("/v1/me", "Authorization", "Basic "+g.encoded(g.secret("annabelle.basic@example.org")+":"+g.secret("c0rrect-h0rse-battery")))
	g.get("/v1/me", "Authorization", `Digest username="`+g.secret("digest-annabelle")+`", response="`+g.secret("6629fae49393a05397450978507c4ef1")+`"`)
	g.get("/v1/me", "Authorization", g.secret("RawSecretWithoutScheme77"))
	g.get("/v1/me", "Proxy-Authorization", "Basic "+g.encoded("proxy-annabelle:pr0xy-pass"))
}

func (g *garden) bodies() {
	const form = "application/x-www-form-urlencoded"
	g.post("/v1/notes", "application/json", `{"`+g.secret("name_of_smithers_as_key")+`":"`+g.secret("value-of-annabelle-note")+`","`+
		g.secret("key@mail.example")+`":`+g.secret("491511234000")+`}`)
	g.post("/v1/login", "application/json", `{"user":"`+g.secret("Login.Annabelle@example.org")+`","password":"`+g.secret("json-p4ssw0rd-1")+`"}`)
	g.post("/v1/login", "application/json", `{"user":`+g.secret("4915177788899")+`,"pin":"`+g.secret("pin-00112233")+`"}`)
	g.post("/v1/form-login", form, "user="+g.secret("form.annabelle%40example.org")+"&password="+g.secret("form-p4ssw0rd-2"))
	g.post("/v1/form-login", form, "password="+g.secret("form-p4ssw0rd-3")+"&user="+g.secret("SmithersForm"))
	g.post("/v1/upload", "multipart/form-data; boundary="+g.secret("smithers-boundary-1"), g.secret("multipart text of annabelle"))
	g.post("/v1/login", "text/"+g.secret("x-annabelle-type"), g.secret("body of no known type by annabelle"))
}

// jwt plants a token, its claims and their encodings.
func (g *garden) jwt(subject, mail string) string {
	claims := g.encoded(`{"sub":"` + g.secret(subject) + `","email":"` + g.secret(mail) + `","phone":"` + g.secret("+4915700011122") + `"}`)
	return g.secret(g.encoded(`{"alg":"HS256"}`) + "." + claims + "." + g.secret("c2lnbmF0dXJlLW9mLWFubmE0711c2lnbmF0dXJlLW9m"))
}

func (g *garden) encoded(s string) string {
	return g.secret(base64.RawURLEncoding.EncodeToString([]byte(s)))
}

// service answers everything with what is planted in answers.
func (g *garden) service(t *testing.T) *url.URL {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		for name, values := range g.answers {
			w.Header()[name] = values
		}
		if strings.HasSuffix(req.URL.Path, "login") {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = w.Write([]byte(g.body))
	}))
	t.Cleanup(s.Close)
	return mustURL(t, s.URL)
}

// send sends every request once by a client, which says that it has the address from.
func (g *garden) send(t *testing.T, c *http.Client, base, from string) (sent uint64) {
	t.Helper()
	for _, p := range g.requests {
		p.send(t, c, base, from)
		sent++
	}
	return sent
}

func (p planted) send(t *testing.T, c *http.Client, base, from string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), p.method, base+p.path, strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = p.host
	req.Header.Set("X-Forwarded-For", from)
	for i := 0; i+1 < len(p.header); i += 2 {
		req.Header.Set(p.header[i], p.header[i+1])
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if got := res.Header.Get("Location"); got == "" {
		t.Fatalf("%s %s: %s: not the service's answer", p.method, p.path, res.Status)
	}
}

// forms gives how a planted value might be told: as it is, decoded, encoded, and in small letters.
func forms(value string) (all [][]byte) {
	texts := []string{value, url.QueryEscape(value), url.PathEscape(value)}
	for _, decode := range []func(string) (string, error){url.QueryUnescape, url.PathUnescape} {
		if s, err := decode(value); err == nil {
			texts = append(texts, s)
		}
	}
	for _, s := range slices.Clone(texts) {
		whole := s[:len(s)/3*3] // what is encoded alike whatever follows
		texts = append(texts, strings.ToLower(s), base64.StdEncoding.EncodeToString([]byte(whole)), base64.URLEncoding.EncodeToString([]byte(whole)))
	}
	slices.Sort(texts)
	for _, s := range slices.Compact(texts) {
		all = append(all, []byte(s))
	}
	return append(all, numbers(value)...)
}

// numbers gives a long number as protobuf would write it.
func numbers(value string) [][]byte {
	n, err := strconv.ParseUint(strings.TrimPrefix(value, "+"), 10, 64)
	if err != nil || n < 1<<32 {
		return nil
	}
	return [][]byte{
		binary.AppendUvarint(nil, n), binary.LittleEndian.AppendUint64(nil, n),
		binary.AppendUvarint(nil, n+1), binary.LittleEndian.AppendUint64(nil, n+1),
	}
}

// wantUntold looks for planted values in messages, in every form.
func wantUntold(t *testing.T, messages [][]byte, values []string) {
	t.Helper()
	for _, v := range values {
		if f, ok := tells(messages, v); ok {
			t.Errorf("%q left the node, as %q", v, f)
		}
	}
}

// tells gives the form in which a value stands in one of the messages, if it does.
func tells(messages [][]byte, value string) (form []byte, ok bool) {
	for _, f := range forms(value) {
		small := bytes.ToLower(f)
		for _, m := range messages {
			if bytes.Contains(m, f) || bytes.Contains(bytes.ToLower(m), small) {
				return f, true
			}
		}
	}
	return nil, false
}

func TestPlantedValueIsFoundInEveryForm(t *testing.T) {
	const mail, phone = "Anna.Smithers@example.org", "+4915112345678"
	cases := map[string]struct{ value, message string }{
		"as it is":                 {mail, "x" + mail + "y"},
		"in small letters":         {mail, "anna.smithers@example.org"},
		"decoded":                  {"Anna.Smithers%40example.org", mail},
		"encoded for a URL":        {mail, "Anna.Smithers%40example.org"},
		"in base64":                {mail, base64.StdEncoding.EncodeToString([]byte(mail))},
		"in base64, decoded":       {url.QueryEscape(mail), base64.RawURLEncoding.EncodeToString([]byte(mail + "and more"))},
		"as a varint":              {phone, string(binary.AppendUvarint(nil, 4915112345678))},
		"as a number of 64 bits":   {phone, string(binary.LittleEndian.AppendUint64(nil, 4915112345678))},
		"as the filter's own next": {phone, string(binary.AppendUvarint(nil, 4915112345679))},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, ok := tells([][]byte{[]byte("before"), []byte(c.message)}, c.value); !ok {
				t.Errorf("%q was not found in %q", c.value, c.message)
			}
		})
	}
	if f, ok := tells([][]byte{[]byte("somebody@example.org")}, mail); ok {
		t.Errorf("found as %q what is not there", f)
	}
}

// withoutWords gives messages of the stream of signals without the words that were told.
func withoutWords(t *testing.T, reports []heard) (messages [][]byte) {
	t.Helper()
	for _, r := range reports {
		m := proto.CloneOf(r.Report)
		m.Words = nil
		b, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, b)
	}
	return messages
}

// wordsTold gives the words of reports, each once, in order.
func wordsTold(reports []heard) (words []string) {
	for _, r := range reports {
		for _, w := range r.Words {
			words = append(words, w.Text)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// wantTellable looks whether words are whole segments that look like an API's.
func wantTellable(t *testing.T, words []string, secrets []string) {
	t.Helper()
	for _, w := range words {
		if !identify.Tellable([]byte(w)) || slices.Contains(secrets, w) {
			t.Errorf("%q was told", w)
		}
	}
}

// callers gives who called, of every rollup and finding.
func callers(reports []heard) (all []*picketv1.Caller) {
	for _, r := range reports {
		for _, row := range r.Rollups {
			all = append(all, row.Caller)
		}
		for _, f := range r.Findings {
			all = append(all, f.Caller)
		}
	}
	return all
}
