package inspect

// framing is what a request's headers say about its framing.
type framing struct {
	length, encoding, hosts, types int
	safe                           bool // the method is GET or HEAD
	console                        bool // the path says that queries are sent to it
}

const knownMethods = "GET HEAD POST PUT DELETE CONNECT OPTIONS PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH PURGE LINK UNLINK QUERY"

// method judges the method: TRACE and its like tell what a proxy adds; others do not exist.
func (in *Inspector) method(m []byte) {
	in.at(ZoneRequest, nil)
	in.request.safe = string(m) == "GET" || string(m) == "HEAD"
	switch {
	case in.request.safe, string(m) == "POST", string(m) == "PUT", string(m) == "PATCH", string(m) == "DELETE":
	case listed(m, "PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK PURGE CONNECT LINK UNLINK"):
		in.found(Oddity, rareMethod, "method", m)
	case len(m) == 0 || listed(m, knownMethods):
	case listed(m, "TRACE TRACK DEBUG"):
		in.found(Oddity, 0.8, "method", m)
	default:
		in.odd(0.6, "method")
	}
}

// rareMethod is how odd a method is that WebDAV's clients send, unless a header shows that one of these sent it.
const rareMethod = 0.5

// authored says that a header of WebDAV (RFC 4918) or a document in XML came with a method.
//
//go:noinline
func (in *Inspector) authored() {
	if len(in.findings) > 0 && in.findings[0].Rule == "method" && in.findings[0].Confidence == rareMethod {
		in.findings[0].Confidence = 0.45
	}
}

// Path looks at a request's path, without its query: each segment, what it decodes to, and where it climbs.
func (in *Inspector) Path(p []byte) {
	in.fed += len(p)
	in.at(ZonePath, nil)
	if len(p) > 0 && p[0] != '/' && p[0] != '*' && contains(p, "://") {
		in.odd(0.6, "absolute-target")
	}
	in.request.console = endsIn(p, "/query /queryAll /sql /statements")
	in.scannerPath(p)
	in.brokenPercent(p)
	whole := in.ordinary(p)
	if !whole {
		in.value(p)
		in.address(p)
	}
	start := 1
	for i := 1; i <= len(p); i++ {
		if i == len(p) || p[i] == '/' || p[i] == ';' {
			if n := i - start; n >= 12 || n > 0 && !whole {
				in.segment(p[start:i])
			}
			start = i + 1
		}
	}
}

// address looks at a URL within a path, which splitting into segments would hide.
func (in *Inspector) address(p []byte) {
	at := indexOf(p, ":/")
	if at <= 0 {
		return
	}
	from := at
	for from > 0 && isAlpha(p[from-1]) {
		from--
	}
	in.transported(p[from:])
}

// segment looks at one segment of a path. A token in there is kept by logs.
func (in *Inspector) segment(s []byte) {
	if secret(s) {
		in.found(URLCredential, 0.7, "token", nil)
	}
	in.value(s)
}

// secrets are what the keys of well-known services start with.
const secrets = "sk_live_ rk_live_ ghp_ gho_ ghs_ ghr_ github_pat_ glpat- xoxb- xoxp- xoxa- xoxs- AKIA ASIA AIza ya29. SG. npm_ shpat_ dop_v1_ pypi- hf_"

// secret says whether a value is a token, or a key of a well-known service.
func secret(v []byte) bool {
	if len(v) < 16 {
		return false
	}
	if v[0] == 'e' {
		return hasPrefix(v, "eyJ") && contains(v, ".")
	}
	if at := max(indexOf(v, ":AA"), indexOf(v, "%3AAA"), indexOf(v, "%3aAA")); at > 7 && isDigit(v[at-1]) && len(v)-at > 32 {
		return true // a bot's number and key, as Telegram hands them out
	}
	for i := 0; i < len(secrets); {
		end := i
		for end < len(secrets) && secrets[end] != ' ' {
			end++
		}
		if hasPrefix(v, secrets[i:end]) {
			return true
		}
		i = end + 1
	}
	return false
}

//go:noinline
func indexOf(b []byte, s string) int {
	for i := 0; i+len(s) <= len(b); i++ {
		if b[i] == s[0] && string(b[i:i+len(s)]) == s {
			return i
		}
	}
	return -1
}

// Query looks at a query string, without its question mark: names and values.
func (in *Inspector) Query(q []byte) {
	in.fed += len(q)
	in.parameters(q, ZoneQuery, ZoneQueryName)
}

// parameters splits name=value pairs by & and looks at both.
func (in *Inspector) parameters(q []byte, values, names Zone) {
	start := 0
	for i := 0; i <= len(q); i++ {
		if i == len(q) || q[i] == '&' {
			in.parameter(q[start:i], values, names)
			start = i + 1
		}
	}
}

func (in *Inspector) parameter(p []byte, values, names Zone) {
	at := len(p)
	for i, c := range p {
		if c == '=' {
			at = i
			break
		}
	}
	var name, value []byte
	name = p[:at]
	if at < len(p) {
		value = p[at+1:]
	}
	if string(name) != "$where" || !containsAny(value, " |+|%20") || containsAny(value, "this|==|%3D|function|sleep|return") { // OData's and Socrata's conditions are no scripts
		in.parameterName(name, names)
	}
	in.at(values, name)
	if values == ZoneQuery {
		in.credential(name, value)
		in.brokenPercent(value)
	}
	if in.commanded(name) && len(value) < 12 {
		if from, to, ok := in.known(value, kCommand|kLoose); ok && from == 0 && to == len(value) {
			in.found(Command, 0.6, "command-parameter", value)
		}
	}
	in.transported(value)
}

// commanded says whether a parameter is named for commands.
func (in *Inspector) commanded(name []byte) bool {
	return (in.zone == ZoneQuery || in.zone == ZoneForm) && listed(name, "cmd exec command execute shell run")
}

// brokenPercent: an escape that is none, where no browser leaves a percent sign; some decoders make something of it.
func (in *Inspector) brokenPercent(b []byte) {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != '%' || !isAlpha(b[i+1]) && !isDigit(b[i+1]) && b[i+1] != '%' {
			continue
		}
		if b[i+1] == '%' && (i+2 == len(b) || isAlpha(b[i+2])) { // an advertiser's %%NAME%% that nobody filled in
			i++
			continue
		}
		n := 2
		if b[i+1]|0x20 == 'u' {
			i, n = i+1, 4
		}
		if v, ok := hexValue(b, i+1, n); !ok || n == 4 && v < 0x80 { // no script escapes ASCII so
			in.odd(0.55, "broken-percent")
			return
		}
	}
}

// parameterName looks at a name; brackets and dots of nested names are ordinary.
func (in *Inspector) parameterName(name []byte, z Zone) {
	in.at(z, nil)
	if len(name) >= len("__proto__") && (contains(name, "__proto__") || contains(name, "constructor") && contains(name, "prototype")) {
		in.found(Prototype, 0.92, "prototype-name", name)
	}
	plain := true
	for _, c := range name {
		plain = plain && (isWord(c) || c == '.' || c == '-' || c == '[' || c == ']')
	}
	if plain {
		return
	}
	in.transported(name)
}

// transported undoes a form's encoding, and looks at the value.
func (in *Inspector) transported(b []byte) {
	if in.documented(b) {
		return
	}
	needs := false
	for _, c := range b {
		if c == '%' || c == '+' {
			needs = true
			break
		}
	}
	if !needs {
		in.value(b)
		return
	}
	for at := 0; at < len(b); at += window {
		d := decoder{in: b[at:min(at+window, len(b))], out: in.plain[:0], plus: in.zone != ZoneCookie}
		for d.at < len(d.in) {
			undone := d.in[d.at] == '%' && d.percent() || d.in[d.at] == '+' && d.step()
			if !undone {
				d.out = append(d.out, d.in[d.at])
				d.at++
			}
		}
		in.illFormed(d.out)
		if in.documented(d.out) {
			continue
		}
		in.cut = len(b) > window
		in.value(d.out)
		in.cut = false
	}
}

// documented reads a query's parameter as a GraphQL document where it is one, and says whether it is.
func (in *Inspector) documented(b []byte) bool {
	if in.zone != ZoneQuery || string(in.name[:in.nameLen]) != "query" || !isDocument(b) {
		return false
	}
	var doc documentReader
	doc.read(in, b)
	doc.judge(in)
	return true
}

// illFormed notes bytes that UTF-8 has no use for, in the request's own line.
func (in *Inspector) illFormed(b []byte) {
	if in.zone != ZoneQuery && in.zone != ZonePath {
		return
	}
	for i, c := range b {
		if c == 0xc0 || c == 0xc1 || c >= 0xf5 || c >= 0xa0 && c < 0xc0 && i > 0 && b[i-1] == 0xed {
			in.odd(0.6, "ill-formed-text")
			return
		}
	}
}

// credential judges secrets in a URL, which logs and referrers keep.
func (in *Inspector) credential(name, value []byte) {
	if len(value) < 3 || !endsLikeSecret(name) && value[0] != 'e' {
		return
	}
	var folded [24]byte
	if len(name) > len(folded) {
		return
	}
	for i, c := range name {
		folded[i] = lower(c)
	}
	f := folded[:len(name)]
	switch {
	case endsIn(f, "password passwd secret access_token auth_token authtoken"),
		listed(f, "pwd passphrase passcode passwort haslo heslo contrasena senha motdepasse mdp wachtwoord parola access_key accesskey privkey private_key secret_key secretkey accesstoken refresh_token id_token aws_secret_access_key"):
		in.found(URLCredential, 0.8, "parameter-name", name)
	case string(f) == "pass":
		in.found(URLCredential, pick(plainWords(value) || len(value) > 48, 0.4, 0.8), "parameter-name", name)
	case endsIn(f, "api_key apikey api-key"), listed(f, "token auth authorization jwt bearer session sessionid jsessionid phpsessid pin otp"):
		c := float32(0.55)
		if len(value) < 4 || listed(f, "token session") {
			c = 0.4
		}
		if secret(value) || in.zone == ZoneHeader && len(value) > 12 {
			c = 0.8
		}
		in.found(URLCredential, c, "parameter-name", name)
	case secret(value) && !contains(f, "credential") && !contains(f, "keyid") && !listed(f, "id_token_hint request state code logout_token client_assertion"):
		in.found(URLCredential, 0.7, "token", nil)
	}
}

// plainWords says whether b is letters and what joins words.
func plainWords(b []byte) bool {
	for i, c := range b {
		escaped := i > 0 && b[i-1] == '%' || i > 1 && b[i-2] == '%'
		if !isAlpha(c) && c != '-' && c != '+' && c != '%' && c != '\'' && !escaped {
			return false
		}
	}
	return true
}

// endsLikeSecret says whether a parameter's last two letters are those of a name that credential knows. Few names' are.
func endsLikeSecret(name []byte) bool {
	n := len(name)
	if n < 3 {
		return false
	}
	switch uint16(name[n-2]|0x20)<<8 | uint16(name[n-1]|0x20) {
	case 'r'<<8 | 'd', 'w'<<8 | 'd', 'i'<<8 | 'd', 'e'<<8 | 't', 'w'<<8 | 't', 'e'<<8 | 'n', 'o'<<8 | 'n', 'i'<<8 | 'n', 's'<<8 | 's',
		'l'<<8 | 'o', 'n'<<8 | 'a', 'h'<<8 | 'a', 'l'<<8 | 'a', 'd'<<8 | 'p', 'r'<<8 | 't', 's'<<8 | 'e', 'd'<<8 | 'e', 'e'<<8 | 'y', 't'<<8 | 'h', 'e'<<8 | 'r', 't'<<8 | 'p':
		return true
	}
	return false
}

// Value looks at one value by itself, as it is after its place's own decoding.
func (in *Inspector) Value(z Zone, name, value []byte) {
	in.fed += len(value)
	in.at(z, name)
	in.value(value)
}
