package carrier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// tokenLife is how long a login lasts.
const tokenLife = time.Hour

// claims are a token's registered claims (RFC 7519, section 4.1).
type claims struct {
	Subject string `json:"sub"`
	Expires int64  `json:"exp"`
}

// signer makes and reads JWTs signed with HS256 (RFC 7515, RFC 7518 section 3.2).
type signer struct{ key []byte }

func (s signer) sign(c claims) (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	signed := encodePart([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encodePart(body)
	return signed + "." + encodePart(s.mac(signed)), nil
}

// verify gives the subject of a token that we signed and that has not expired. The algorithm in its header is never
// asked.
func (s signer) verify(token string, now time.Time) (subject string, ok bool) {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 {
		return "", false
	}
	mac, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	if err != nil || !hmac.Equal(mac, s.mac(token[:dot])) {
		return "", false
	}
	_, body, _ := strings.Cut(token[:dot], ".")
	b, err := base64.RawURLEncoding.DecodeString(body)
	var c claims
	if err != nil || json.Unmarshal(b, &c) != nil || c.Expires <= now.Unix() {
		return "", false
	}
	return c.Subject, true
}

func (s signer) mac(signed string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(signed))
	return h.Sum(nil)
}

func encodePart(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
