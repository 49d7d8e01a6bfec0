package inspect

// framing is what a request's headers say about its framing.
type framing struct {
	length, encoding, hosts, types int
	safe                           bool // the method is GET or HEAD
}

const knownMethods = "GET HEAD POST PUT DELETE CONNECT OPTIONS PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH PURGE LINK UNLINK QUERY"

// method judges the method: TRACE and its like tell what a proxy adds; others do not exist.
func (in *Inspector) method(m []byte) {
	in.at(ZoneRequest, nil)
	in.request.safe = string(m) == "GET" || string(m) == "HEAD"
	switch {
	case in.request.safe, string(m) == "POST", string(m) == "PUT", string(m) == "PATCH", string(m) == "DELETE":
	case listed(m, "PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK PURGE CONNECT LINK UNLINK"):
		in.found(Oddity, 0.5, "method", m)
	case len(m) == 0 || listed(m, knownMethods):
	case listed(m, "TRACE TRACK DEBUG"):
		in.found(Oddity, 0.8, "method", m)
	default:
		in.found(Oddity, 0.6, "method", nil)
	}
}

// Path looks at a request's path, without its query: each segment, what it decodes to, and where it climbs.
func (in *Inspector) Path(p []byte) {
	in.fed += len(p)
	in.at(ZonePath, nil)
	in.scannerPath(p)
	whole := in.ordinary(p)
	if !whole {
		in.value(p)
		in.address(p)
	}
	start := 1
	for i := 1; i <= len(p); i++ {
		if i == len(p) || p[i] == '/' || p[i] == ';' {
			if n := i - start; n >= minEncoded || n > 0 && !whole {
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
	if hasPrefix(s, "eyJ") && contains(s, ".eyJ") {
		in.found(URLCredential, 0.7, "token", nil)
	}
	in.value(s)
}

// scannerFiles are what scanners ask every server for.
const scannerFiles = "/.git/ /.env /.svn/ /.hg/ /.aws/ /.ssh/ /.htpasswd /.htaccess /.ds_store /pma/ /goform/ /administrator/ /docker-compose /web.config /jenkins/ /debug/pprof /wp-content/plugins /console/login /wp-login.php /wp-config /wp-admin/ /xmlrpc.php /phpmyadmin /phpinfo /server-status " +
	"/actuator/env /actuator/heapdump /actuator/gateway /manager/html /cgi-bin/ /vendor/phpunit /solr/admin /jmx-console /web-console /_ignition/ /telescope/requests /hnap1 /boaform /setup.cgi /adminer /id_rsa /invoker/ /autodiscover/ /owa/auth /ecp/ /struts2"

func (in *Inspector) scannerPath(p []byte) {
	if _, _, ok := in.known(p, kScanPath); !ok && (len(p) == 0 || p[len(p)-1] != '~') {
		return
	}
	var folded [256]byte
	n := copy(folded[:], p)
	for i := range n {
		folded[i] = lower(folded[i])
	}
	for i := 0; i < len(scannerFiles); {
		end := i
		for end < len(scannerFiles) && scannerFiles[end] != ' ' {
			end++
		}
		s := scannerFiles[i:end]
		if at := indexOf(folded[:n], s); at >= 0 && (s[len(s)-1] == '/' || at+len(s) == n || !isAlpha(folded[at+len(s)])) {
			in.found(Scanner, 0.8, "well-known-target", p[at:min(at+len(s), len(p))])
			return
		}
		i = end + 1
	}
	for _, s := range [...]string{".bak", ".sql", ".sql.gz", ".sql.zip", ".tar.gz.bak", ".dump", ".swp", ".old", ".orig", ".save", "~"} {
		if n > len(s) && string(folded[n-len(s):n]) == s {
			in.found(Scanner, 0.55, "backup-file", nil)
		}
	}
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
	in.parameterName(name, names)
	in.at(values, name)
	if values == ZoneQuery {
		in.credential(name, value)
	}
	in.transported(value)
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
		d := decoder{in: b[at:min(at+window, len(b))], out: in.plain[:0], plus: true}
		for d.at < len(d.in) {
			undone := d.in[d.at] == '%' && d.percent() || d.in[d.at] == '+' && d.step()
			if !undone {
				d.out = append(d.out, d.in[d.at])
				d.at++
			}
		}
		in.illFormed(d.out)
		in.cut = len(b) > window
		in.value(d.out)
		in.cut = false
	}
}

// illFormed notes bytes that UTF-8 has no use for, in the request's own line.
func (in *Inspector) illFormed(b []byte) {
	if in.zone != ZoneQuery && in.zone != ZonePath {
		return
	}
	for i, c := range b {
		if c == 0xc0 || c == 0xc1 || c >= 0xf5 || c >= 0xa0 && c < 0xc0 && i > 0 && b[i-1] == 0xed {
			in.found(Oddity, 0.6, "ill-formed-text", nil)
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
	case hasSuffix(f, "password"), hasSuffix(f, "passwd"), hasSuffix(f, "secret"), hasSuffix(f, "access_token"), hasSuffix(f, "session_token"), hasSuffix(f, "auth_token"), hasSuffix(f, "authtoken"),
		listed(f, "pwd pass passphrase passcode private_key secret_key secretkey accesstoken refresh_token id_token aws_secret_access_key sessiontoken"):
		in.found(URLCredential, 0.8, "parameter-name", name)
	case hasSuffix(f, "api_key"), hasSuffix(f, "apikey"), listed(f, "api-key token auth authorization jwt bearer session sessionid jsessionid phpsessid pin otp"):
		c := float32(0.55)
		if len(value) < 4 || listed(f, "token session") {
			c = 0.4
		}
		if hasPrefix(value, "eyJ") || hasPrefix(value, "sk_live_") || hasPrefix(value, "ghp_") || hasPrefix(value, "AKIA") {
			c = 0.8
		}
		in.found(URLCredential, c, "parameter-name", name)
	case hasPrefix(value, "eyJ") && contains(value, "."):
		in.found(URLCredential, 0.7, "token", nil)
	}
}

// endsLikeSecret says whether a parameter's last two letters are those of a name that credential knows. Few names' are.
func endsLikeSecret(name []byte) bool {
	n := len(name)
	if n < 3 {
		return false
	}
	switch uint16(name[n-2]|0x20)<<8 | uint16(name[n-1]|0x20) {
	case 'r'<<8 | 'd', 'w'<<8 | 'd', 'i'<<8 | 'd', 'e'<<8 | 't', 'w'<<8 | 't', 'e'<<8 | 'n', 'o'<<8 | 'n', 'i'<<8 | 'n', 's'<<8 | 's',
		's'<<8 | 'e', 'd'<<8 | 'e', 'e'<<8 | 'y', 't'<<8 | 'h', 'e'<<8 | 'r', 't'<<8 | 'p':
		return true
	}
	return false
}

// Header looks at a header; name is in lower case.
func (in *Inspector) Header(name, value []byte) {
	in.fed += len(name) + len(value)
	in.at(ZoneHeader, name)
	if len(name) > 0 && name[0] == ':' && listed(name, ":method :path :authority :scheme :protocol :status") {
		return
	}
	in.headerShape(name, value)
	switch string(name) {
	case "cookie":
		in.Cookie(value)
		return
	case "user-agent":
		in.agent(value)
		return
	case "authorization":
		in.authorization(value)
		return
	case "content-length":
		in.request.length++
		in.length(value)
	case "transfer-encoding":
		in.request.encoding++
		in.transferEncoding(value)
	case "host":
		in.request.hosts++
		if contains(value, "@") {
			in.found(Oddity, 0.8, "host", nil)
		}
	case "accept", "accept-encoding", "accept-language", "if-none-match", "etag", "date", "if-modified-since", "sec-ch-ua", "sec-ch-ua-platform", "priority", "traceparent", "cache-control", "connection", "upgrade-insecure-requests":
		in.loose(value)
		return
	case "referer", "origin":
		in.referer(value)
		return
	case "content-type":
		in.request.types++
		in.charset(value)
		in.loose(value)
		return
	case "x-original-url", "x-rewrite-url", "x-original-uri":
		if len(value) > 0 && value[0] == '/' {
			in.found(Oddity, 0.75, "path-override", nil)
		}
	case "range":
		in.ranges(value)
	case "x-http-method-override", "x-method-override", "x-http-method":
		in.override(value)
	}
	in.framingFaults()
	for i := 1; i+3 < len(value); i++ {
		if value[i] == 'e' && value[i+1] == 'y' && value[i+2] == 'J' && (value[i-1] == ' ' || value[i-1] == '=') {
			in.token(value[i:])
		}
	}
	in.value(value)
}

// loose looks at headers whose own grammar is full of punctuation: only what is sure counts, by way of the deep look's
// higher marks.
func (in *Inspector) loose(value []byte) {
	for i, c := range value {
		if c == '<' || c == '\\' || c == '.' && i+1 < len(value) && value[i+1] == '.' || c == '$' && i+1 < len(value) && value[i+1] == '{' || c == '{' || c == '\'' || c == '`' || c == '|' || c == '&' {
			in.value(value)
			return
		}
	}
}

// referer looks at a URL in a header: its path and query as those of the request.
func (in *Inspector) referer(value []byte) {
	for i, c := range value {
		if c == '?' {
			in.value(value[:i])
			in.referred(value[i+1:])
			return
		}
	}
	in.value(value)
}

// referred looks at the query of a URL in a header.
func (in *Inspector) referred(q []byte) {
	start := 0
	for i := 0; i <= len(q); i++ {
		if i < len(q) && q[i] != '&' {
			continue
		}
		p := q[start:i]
		for k, c := range p {
			if c == '=' {
				in.credential(p[:k], p[k+1:])
				p = p[k+1:]
				break
			}
		}
		in.transported(p)
		start = i + 1
	}
}

// headerShape judges a header's name and size: names that no client may send, tools' own, and padding.
func (in *Inspector) headerShape(name, value []byte) {
	in.controls(value)
	for _, c := range name {
		if c <= ' ' || c == ':' || c >= 0x7f {
			in.found(Oddity, 0.85, "header-name", nil)
			break
		}
	}
	if from, to, ok := in.known(name, kScanner); ok {
		in.found(Scanner, 0.8, "header-name", name[from:to])
	}
	if len(value) > longHeader {
		in.found(Oddity, 0.55, "header-size", nil)
	}
}

// longHeader is the size from which a header is odd, in bytes.
const longHeader = 7000

func (in *Inspector) controls(value []byte) {
	for _, c := range value {
		if c < ' ' && c != '\t' || c == 0x7f {
			in.found(Oddity, 0.7, "control-byte", nil)
			return
		}
	}
}

// agent looks for the names that scanners give themselves.
func (in *Inspector) agent(value []byte) {
	from, to, ok := in.known(value, kScanner)
	if ok {
		in.found(Scanner, 0.85, "user-agent", value[from:to])
	}
	if _, _, ok = in.known(value, kDanger|kSchema|kStmt|kCall); ok {
		in.value(value)
		return
	}
	in.loose(value)
}

// known gives the first word of that kind.
func (in *Inspector) known(b []byte, k kind) (from, to int, ok bool) {
	for i := 0; i < len(b); i++ {
		h := uint32(hashSeed)
		for from = i; i < len(b) && isWord(b[i]); i++ {
			h = hashStep(h, lower(b[i]))
		}
		if i > from && in.words.kinds(h)&k != 0 {
			return from, i, true
		}
	}
	return 0, 0, false
}

func (in *Inspector) length(value []byte) {
	for _, c := range value {
		if !isDigit(c) {
			in.found(Oddity, 0.9, "content-length", nil)
			return
		}
	}
}

func (in *Inspector) transferEncoding(value []byte) {
	var folded [64]byte
	n := copy(folded[:], value)
	for i := range n {
		folded[i] = lower(folded[i])
	}
	if !listed(folded[:n], "chunked gzip deflate compress trailers identity") && string(folded[:n]) != "gzip, chunked" && string(folded[:n]) != "deflate, chunked" {
		in.found(Oddity, 0.85, "transfer-encoding", nil)
	}
}

// framingFaults: two lengths, or a length beside a transfer encoding, is what request smuggling lives on.
func (in *Inspector) framingFaults() {
	r := &in.request
	switch {
	case r.length > 1, r.encoding > 1, r.length > 0 && r.encoding > 0:
		in.found(Oddity, 0.9, "conflicting-framing", nil)
	case r.hosts > 1:
		in.found(Oddity, 0.9, "two-hosts", nil)
	}
}

const charsets = "utf-8 utf8 iso-8859-1 iso-8859-2 iso-8859-9 iso-8859-15 us-ascii ascii utf-16 utf-16le utf-16be windows-1250 windows-1251 windows-1252 windows-1254 shift_jis euc-jp euc-kr gb2312 gbk gb18030 big5 koi8-r iso-2022-jp latin1"

// charset: text in a character set that the service reads and nobody else does.
func (in *Inspector) charset(value []byte) {
	at := -1
	for i := range value {
		if foldEqual(value, i, "charset=") {
			at = i + 8
			break
		}
	}
	if at < 0 {
		return
	}
	var low [24]byte
	n := 0
	for ; at < len(value) && value[at] != ';' && value[at] != ',' && n < len(low); at++ {
		if c := value[at]; c > ' ' && c != '"' {
			low[n] = lower(c)
			n++
		}
	}
	if n > 0 && !listed(low[:n], charsets) {
		in.found(Oddity, pick(hasPrefix(low[:n], "utf-7") || hasPrefix(low[:n], "ibm"), 0.85, 0.6), "charset", nil)
	}
}

// override: a method behind another one, where what guards the first does not see the second.
func (in *Inspector) override(value []byte) {
	if in.request.safe || !listed(value, "GET POST PUT DELETE PATCH HEAD OPTIONS") {
		in.found(Oddity, 0.65, "method-override", nil)
	}
}

// ranges: many ranges make a server work (CVE-2011-3192).
func (in *Inspector) ranges(value []byte) {
	n := 0
	for _, c := range value {
		if c == ',' {
			n++
		}
	}
	if n > 5 {
		in.found(Oddity, 0.8, "many-ranges", nil)
	}
}

// Value looks at one value by itself, as it is after its place's own decoding.
func (in *Inspector) Value(z Zone, name, value []byte) {
	in.fed += len(value)
	in.at(z, name)
	in.value(value)
}
