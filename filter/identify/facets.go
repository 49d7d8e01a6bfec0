package identify

import "bytes"

// SubjectSource is picket.v1.SubjectSource: where a subject was read.
type SubjectSource uint8

// The sources.
const (
	SubjectJWT   SubjectSource = 1
	SubjectBasic SubjectSource = 2
	SubjectMTLS  SubjectSource = 3
)

// Facets names a caller by keyed hashes; 0 stands for absent.
type Facets struct {
	Key, Subject, Session, Fingerprint, Account uint64
	// Credential is the hash of the whole token, key or cookie that names the subject, key or session.
	Credential    uint64
	SubjectSource SubjectSource
	// WeakToken says that the bearer token is a JWT with alg none.
	WeakToken bool
	// KeyInURL says that the API key stood in the query.
	KeyInURL bool
}

// Scratch is room for decoding, so that nothing is allocated, and what was found in the last tokens.
type Scratch struct {
	buf    [maxToken]byte
	field  Field
	tokens [lastTokens]token
	// The last token's header, as it came, and what it says: an issuer's are all alike.
	header [128]byte
	n      int
	none   bool
}

// lastTokens is how many tokens are remembered. Callers send theirs again and again, and decoding one costs more than
// all else that identifies a caller.
const lastTokens = 256

// token is what a bearer token says, by the keyed hash of the whole Authorization header; credential 0: none.
type token struct {
	credential, subject uint64
	none                bool
}

// maxToken is how much of a token's payload is decoded; a longer one has no subject.
const maxToken = 6 << 10

// Identify takes key, subject and session from a request. mtls is the client certificate's name, or nil.
func Identify(k *Key, s *Sources, r *Request, query []byte, mtls []byte, scratch *Scratch) Facets {
	var f Facets
	if key := r.Key; key != nil {
		f.Key = k.Hash(DomainKey, key)
	} else if key := parameter(query, s.KeyParameters); key != nil {
		f.Key, f.KeyInURL = k.Hash(DomainKey, key), true
	}
	if c := cookie(r.Cookie, s.SessionCookies); c != nil {
		f.Session = k.Hash(DomainSession, c)
	}
	if len(r.Authorization) > 0 {
		f.Credential = k.Hash(DomainCredential, r.Authorization)
	}
	f.subject(k, s, r, mtls, scratch)
	f.opaque(k, s, r)
	f.credential()
	return f
}

// opaque takes a bearer token that names nobody for what a session's cookie is: whoever has it is in the session.
func (f *Facets) opaque(k *Key, s *Sources, r *Request) {
	if s.JWT && f.Subject == 0 && f.Session == 0 && hasScheme(r.Authorization, "bearer ") {
		f.Session = k.Hash(DomainSession, r.Authorization[len("bearer "):])
		f.Credential = f.Session
	}
}

func (f *Facets) subject(k *Key, s *Sources, r *Request, mtls []byte, scratch *Scratch) {
	switch {
	case len(mtls) > 0:
		f.Subject, f.SubjectSource = subjectHash(k, mtls), SubjectMTLS
	case s.JWT && hasScheme(r.Authorization, "bearer "):
		t := scratch.token(k, f.Credential, r.Authorization[len("bearer "):])
		f.Subject, f.WeakToken, f.SubjectSource = t.subject, t.none, SubjectJWT
	case s.Basic && hasScheme(r.Authorization, "basic "):
		f.Subject, f.SubjectSource = subjectHash(k, basicUser(r.Authorization[len("basic "):], scratch)), SubjectBasic
	}
	if f.Subject == 0 {
		f.SubjectSource = 0
	}
}

// token gives what a bearer token says, decoded unless it is among the last.
func (s *Scratch) token(k *Key, credential uint64, bearer []byte) token {
	t := &s.tokens[credential%lastTokens]
	if t.credential != credential {
		sub, none := jwtSubject(bearer, s)
		*t = token{credential: credential, subject: subjectHash(k, sub), none: none}
	}
	return *t
}

// subjectHash is 0 for no name.
func subjectHash(k *Key, name []byte) uint64 {
	if len(name) == 0 {
		return 0
	}
	return k.Hash(DomainSubject, name)
}

// credential is what would have to be stolen: the Authorization header, which is hashed already, else the key, else the
// session, else the certificate's name, which Envoy has verified.
func (f *Facets) credential() {
	switch {
	case f.Credential != 0:
	case f.Key != 0:
		f.Credential = f.Key
	case f.Session != 0:
		f.Credential = f.Session
	case f.SubjectSource == SubjectMTLS:
		f.Credential = f.Subject
	}
}

func hasScheme(v []byte, scheme string) bool {
	if len(v) <= len(scheme) {
		return false
	}
	for i := range len(scheme) {
		if lower(v[i]) != scheme[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// KeyInQuery says whether an API key stands in the query of a path.
func KeyInQuery(s *Sources, path []byte) bool {
	if len(s.KeyParameters) == 0 {
		return false
	}
	_, query := cut(path, '?')
	return parameter(query, s.KeyParameters) != nil
}

// parameter gives the value of the first of names that a query has, as it is written.
func parameter(query []byte, names [][]byte) []byte {
	if len(names) == 0 {
		return nil
	}
	for len(query) > 0 {
		var pair []byte
		pair, query = cut(query, '&')
		name, value := cut(pair, '=')
		for _, n := range names {
			if len(value) > 0 && len(n) == len(name) && bytes.EqualFold(n, name) {
				return value
			}
		}
	}
	return nil
}

// cookie gives the value of the first of names that a Cookie header has.
func cookie(header []byte, names [][]byte) []byte {
	for len(header) > 0 && len(names) > 0 {
		var pair []byte
		pair, header = cut(header, ';')
		name, value := cut(trimLeft(pair), '=')
		for _, n := range names {
			if len(value) > 0 && string(n) == string(name) {
				return value
			}
		}
	}
	return nil
}

func trimLeft(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}

// cut splits b at the first c, which belongs to neither part.
func cut(b []byte, c byte) (before, after []byte) {
	if i := bytes.IndexByte(b, c); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}

// basicUser gives the user of Basic credentials (RFC 7617), decoded into scratch.
func basicUser(b64 []byte, scratch *Scratch) []byte {
	n, ok := decodeBase64(scratch.buf[:], b64)
	if !ok {
		return nil
	}
	user, _ := cut(scratch.buf[:n], ':')
	return user
}

// jwtSubject gives the sub claim of a JWT (RFC 7519), decoded into scratch and not verified, and whether its header says
// alg none.
func jwtSubject(token []byte, scratch *Scratch) (sub []byte, none bool) {
	header, rest := cut(token, '.')
	payload, _ := cut(rest, '.')
	if len(payload) == 0 {
		return nil, false
	}
	if string(header) != string(scratch.header[:scratch.n]) {
		scratch.algorithm(header)
	}
	if n, ok := decodeBase64(scratch.buf[:], payload); ok {
		sub = scratch.field.in(scratch.buf[:n], "sub")
	}
	return sub, scratch.none
}

// algorithm reads a token's header, and keeps what it says with as much of it as there is room for: a longer one is never the
// same.
func (s *Scratch) algorithm(header []byte) {
	s.n, s.none = copy(s.header[:], header), false
	if n, ok := decodeBase64(s.buf[:], header); ok {
		alg := s.field.in(s.buf[:n], "alg")
		s.none = len(alg) == 4 && bytes.EqualFold(alg, []byte("none"))
	}
}

// decodeBase64 decodes standard or URL alphabets with or without padding, and reports whether all of src fitted and
// was of the alphabet.
func decodeBase64(dst, src []byte) (int, bool) {
	var acc uint32
	var bits, n int
	for _, c := range src {
		if c == '=' {
			break
		}
		v := base64Values[c]
		if v == 0xff || n == len(dst) {
			return n, false
		}
		acc = acc<<6 | uint32(v)
		if bits += 6; bits >= 8 {
			bits -= 8
			dst[n] = byte(acc >> bits)
			n++
		}
	}
	return n, true
}

var base64Values = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	t['+'], t['-'], t['/'], t['_'] = 62, 62, 63, 63
	return t
}()
