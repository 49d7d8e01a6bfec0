package inspect

// Header looks at a header; name is in lower case.
func (in *Inspector) Header(name, value []byte) {
	in.fed += len(name) + len(value)
	in.at(ZoneHeader, name)
	if len(name) > 0 && name[0] == ':' && listed(name, ":method :path :authority :scheme :protocol :status") {
		if string(name) == ":path" && len(value) > 0 && value[0] != '/' && value[0] != '*' {
			in.odd(0.6, "header-name")
		}
		return
	}
	switch string(name) {
	case "cookie":
		in.text(value)
		in.Cookie(value)
		return
	case "authorization":
		if !in.bearer(value) {
			in.text(value)
			in.authorization(value)
		}
		return
	case "x-forwarded-for":
		if len(value) <= longHeader && addresses(value) {
			return
		}
	}
	in.headerShape(name, value)
	switch string(name) {
	case "depth", "destination", "lock-token":
		in.authored()
	case "user-agent":
		in.agent(value)
		return
	case "content-length":
		in.request.length++
		in.length(value)
	case "transfer-encoding":
		in.request.encoding++
		in.transferEncoding(value)
	case "host":
		in.request.hosts++
		if containsAny(value, "@|,|/") {
			in.odd(0.8, "host")
		}
	case "accept", "accept-encoding", "accept-language", "if-none-match", "etag", "date", "if-modified-since", "sec-ch-ua", "sec-ch-ua-platform", "priority", "traceparent", "cache-control", "connection", "upgrade-insecure-requests":
		if string(name) == "connection" {
			for i := range value {
				if foldEqual(value, i, "x-") || foldEqual(value, i, "authorization") || foldEqual(value, i, "cookie") || foldEqual(value, i, "host") {
					in.odd(0.65, "hop-by-hop")
					break
				}
			}
		}
		if string(name) == "accept-language" && !languages(value) {
			in.value(value)
			return
		}
		in.loose(value)
		return
	case "referer", "origin":
		in.referer(value)
		return
	case "content-type":
		in.request.types++
		if contains(value, "xml") {
			in.authored()
		}
		in.mediaType(value)
		in.charset(value)
		in.loose(value)
		return
	case "x-original-url", "x-rewrite-url", "x-original-uri", "x-override-url", "x-forwarded-prefix":
		if len(value) > 0 && value[0] == '/' && (name[2] != 'f' || contains(value, "?") || contains(value, "..")) {
			in.odd(0.75, "path-override")
		}
	case "x-originating-ip", "x-custom-ip-authorization", "x-remote-ip", "x-remote-addr", "x-client-ip", "x-forward-for", "true-client-ip", "client-ip", "cluster-client-ip":
		if hasPrefix(value, "127.") || hasPrefix(value, "::1") || string(value) == "localhost" || string(value) == "0.0.0.0" {
			in.odd(0.6, "local-address")
		}
	case "x-forwarded-host", "x-original-host":
		if contains(value, "@") {
			in.odd(0.8, "host")
		}
	case "x-host", "x-http-host-override", "x-forwarded-server":
		in.odd(0.55, "host-override")
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

// languages says whether a value is a list of languages with weights (RFC 9110, 12.5.4), as far as its signs tell.
func languages(value []byte) bool {
	for i, c := range value {
		switch {
		case isAlpha(c) || isDigit(c) || c == '-' || c == '*' || c == ',' || c == ';' || c == '.' || c == ' ' || c == '_':
		case c == '=' && i > 0 && value[i-1]|0x20 == 'q':
		default:
			return false
		}
	}
	return true
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
	in.text(value)
	for _, c := range name {
		if c <= ' ' || c == ':' || c >= 0x7f || c == '_' && (hasPrefix(name, "content") || hasPrefix(name, "transfer")) {
			in.odd(0.85, "header-name")
			break
		}
	}
	if from, to, ok := in.known(name, kScanner); ok || hasPrefix(name, "x-scan") || string(name) == "x-wipp" {
		in.found(Scanner, 0.8, "header-name", name[from:to])
	}
}

// addresses says whether a value is made of what IP addresses and lists of them are: at most four digits in a row.
func addresses(value []byte) bool {
	run := 0
	for _, c := range value {
		switch {
		case isHex(c) && run < 4:
			run++
		case c == '.' || c == ':' || c == ',' || c == ' ':
			run = 0
		default:
			return false
		}
	}
	return true
}

// longHeader is the size from which a header is odd, in bytes.
const longHeader = 7000

// text judges a header's value for what no header's has.
func (in *Inspector) text(value []byte) {
	for _, c := range value {
		if c < ' ' && c != '\t' || c == 0x7f {
			in.odd(0.7, "control-byte")
			break
		}
	}
	if len(value) > longHeader {
		in.odd(0.55, "header-size")
	}
}

func (in *Inspector) length(value []byte) {
	for i, c := range value {
		if !isDigit(c) || i > 18 {
			in.odd(0.9, "content-length")
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
		in.odd(0.85, "transfer-encoding")
	}
}

// framingFaults: two lengths, or a length beside a transfer encoding, is what request smuggling lives on.
func (in *Inspector) framingFaults() {
	r := &in.request
	switch {
	case r.length > 1, r.encoding > 1, r.length > 0 && r.encoding > 0:
		in.odd(0.9, "conflicting-framing")
	case r.hosts > 1:
		in.odd(0.9, "two-hosts")
	}
}

// mediaType judges a content type's form (RFC 9110, 8.3): two tokens and a slash, then parameters.
func (in *Inspector) mediaType(value []byte) {
	slash := false
	for _, c := range value {
		if c == ';' {
			break
		}
		slash = slash || c == '/'
		if c == ',' || c == '{' || c == '%' || c == '(' || c == '\t' {
			slash = false
			break
		}
	}
	if len(value) > 0 && !slash || hasSuffix(value, "boundary=") {
		in.odd(0.6, "content-type")
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
		in.odd(pick(hasPrefix(low[:n], "utf-7") || hasPrefix(low[:n], "ibm"), 0.85, 0.6), "charset")
	}
}

// override: a method behind another one, where what guards the first does not see the second.
func (in *Inspector) override(value []byte) {
	if in.request.safe || !listed(value, "GET POST PUT DELETE PATCH HEAD OPTIONS") {
		in.odd(0.65, "method-override")
	}
}

// ranges: many ranges make a server work (CVE-2011-3192).
func (in *Inspector) ranges(value []byte) {
	n, digits := 0, 0
	for _, c := range value {
		if c == ',' {
			n++
		}
		if digits++; !isDigit(c) {
			digits = 0
		}
		if digits > 18 {
			n = 6
		}
	}
	if n > 5 {
		in.odd(0.8, "many-ranges")
	}
}
