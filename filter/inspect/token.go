package inspect

// bearer looks at a header that is a bearer's JWT and nothing else, and reports whether it is.
func (in *Inspector) bearer(v []byte) bool {
	const scheme = "bearer "
	if len(v) > longHeader || in.typed || !foldEqual(v, 0, scheme) {
		return false
	}
	in.decoding = 0
	return in.token(v[len(scheme):])
}

// authorization looks at credentials: a token's header, and what stands in Basic's name and password.
func (in *Inspector) authorization(v []byte) {
	scheme, rest := v, []byte(nil)
	for i, c := range v {
		if c == ' ' {
			scheme, rest = v[:i], v[i+1:]
			break
		}
	}
	switch {
	case foldEqual(scheme, 0, "basic") && len(scheme) == 5:
		if base64Runs(rest) {
			in.user(appendBase64(in.plain[:0], rest[:min(len(rest), window)]))
		}
	case foldEqual(scheme, 0, "bearer") && len(scheme) == 6, foldEqual(scheme, 0, "jwt"), foldEqual(scheme, 0, "token"):
		in.value(rest)
	case foldEqual(scheme, 0, "digest"), foldEqual(scheme, 0, "aws4"), foldEqual(scheme, 0, "signature"), foldEqual(scheme, 0, "oauth"), foldEqual(scheme, 0, "hawk"), foldEqual(scheme, 0, "negotiate"):
	default:
		in.value(v)
	}
}

// user looks at the name before a password, which may be anything.
func (in *Inspector) user(b []byte) {
	for i, c := range b {
		if c == ':' {
			b = b[:i]
			break
		}
	}
	in.value(b)
}

func base64Runs(b []byte) bool {
	for _, c := range b {
		if base64Value(c) < 0 && c != '=' {
			return false
		}
	}
	return len(b) > 0
}

// token looks at a JWT's header (RFC 7515) and reports whether v is one.
func (in *Inspector) token(v []byte) bool {
	if len(v) < 12 || !hasPrefix(v, "eyJ") && !hasPrefix(v, "ewo") && !hasPrefix(v, "eyA") && !hasPrefix(v, "ew0") {
		return false
	}
	dot, dots, empty := -1, 0, false // empty: a part has nothing in it
	alphabet := &in.pairs.base64
	for i, c := range v {
		if alphabet[c] {
			continue
		}
		if c != '.' {
			return false
		}
		if dots++; dot < 0 {
			dot = i
		}
		empty = empty || v[i-1] == '.'
	}
	if dot < 0 || dots > 4 || dot > window {
		return false
	}
	unsigned := v[len(v)-1] == '.' || v[len(v)-2] == '.'
	if head := v[:min(dot, len(in.head))]; unsigned || !in.clean.Has(ZoneHeader, jwtHeader, head) {
		in.newToken(v, head, dots, empty, unsigned)
	} else {
		in.signature(v, dots, empty)
	}
	return true
}

// jwtHeader is what headers of tokens are remembered as: an issuer's are all alike.
var jwtHeader = []byte("jwt header")

// newToken looks at a token whose header, head in base64, is not known.
func (in *Inspector) newToken(v, head []byte, dots int, empty, unsigned bool) {
	noted := in.noted
	text := appendBase64(in.head[:0], head)
	detached := contains(text, `"b64"`)
	if !detached {
		in.signature(v, dots, empty)
	}
	if in.tokenHeader(text, unsigned); in.noted == noted && !detached {
		in.clean.Add(ZoneHeader, jwtHeader, head)
	}
}

func (in *Inspector) tokenHeader(head []byte, unsigned bool) {
	var low [512]byte
	n := 0
	for _, c := range head {
		if c > ' ' && n < len(low) {
			low[n] = lower(c)
			n++
		}
	}
	h := low[:n]
	switch {
	case contains(h, `"alg":"none"`), contains(h, `"alg":""`):
		in.found(Token, 0.97, "algorithm-none", head)
	case contains(h, `"jwk":{`) && !contains(h, `"dpop+jwt"`): // RFC 9449 wants the key in there
		in.found(Token, 0.9, "embedded-key", head)
	case contains(h, `"jku":`), contains(h, `"x5u":`):
		in.found(Token, 0.85, "key-url", head)
	case contains(h, `"crit":[`) && !contains(h, `"crit":["b64"]`) && !contains(h, `"crit":["b64","http`): // Open Banking's
		in.found(Token, 0.75, "unknown-critical", head)
	case contains(h, `"x5c":`):
		in.found(Token, 0.7, "embedded-certificate", head)
	case contains(h, `"crit":["b64"`) && !contains(h, `"b64":`):
		in.found(Token, 0.75, "unknown-critical", head)
	case unsigned:
		in.found(Token, 0.8, "no-signature", head)
	}
	in.keyID(head)
}

// signature judges a token's parts by themselves: two or four dots, a payload, and a signature that can be one.
func (in *Inspector) signature(v []byte, dots int, empty bool) {
	end := len(v) - 1
	for end > 0 && v[end] != '.' {
		end--
	}
	s := v[end+1:]
	same := len(s) > 8
	for i := 0; same && i < len(s)-1; i++ {
		same = s[i] == s[0]
	}
	switch {
	case empty && dots == 2:
		in.found(Token, 0.7, "no-payload", nil)
	case dots == 3:
		in.found(Token, 0.65, "parts", nil)
	case same && dots == 2:
		in.found(Token, 0.8, "empty-signature", nil)
	case dots == 2 && len(s) > 0 && (len(s) < 20 || s[len(s)-1] == '='):
		in.found(Token, 0.65, "short-signature", nil)
	}
}

// keyID looks at the key's name, which servers look up in files and databases.
func (in *Inspector) keyID(head []byte) {
	at := indexOf(head, `"kid"`)
	if at < 0 {
		return
	}
	at += 5
	for at < len(head) && head[at] != '"' {
		at++
	}
	end := at + 1
	for end < len(head) && head[end] != '"' {
		end++
	}
	if at+1 < end && end <= len(head) {
		if v := head[at+1 : end]; hasPrefix(v, "/") || hasPrefix(v, "http") || contains(v, "..") || contains(v, "'") || contains(v, "|") || contains(v, ";") || contains(v, "$(") || contains(v, "`") || contains(v, "\\") || contains(v, "%00") {
			in.found(Token, 0.85, "key-id", v)
		}
		in.value(head[at+1 : end])
	}
}
