package main

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
)

// The traffic model: so many callers, each with a token, a key, a session and an address of its own, and each asking for
// few objects. Callers are drawn by a Zipf law, so that one report of 100 ms has several requests to a rollup, and nobody
// looks like an attacker.
const (
	callers          = 100
	objectsPerCaller = 20
	zipfExponent     = 1.1
	requestsDrawn    = 4000 // told apart; they are sent in turn
)

// caller is one of them.
type caller struct{ subject, token, key, session, address string }

func newCaller(i int, network string, r *rand.Rand) caller {
	subject := fmt.Sprintf("customer-%05d", i)
	return caller{
		subject: subject, token: token(subject, r), address: fmt.Sprintf("%s.%d", network, i+1),
		key: fmt.Sprintf("pk_live_%016x%016x", r.Uint64(), r.Uint64()), session: fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64()),
	}
}

// token is a JWT as RS256 makes them, with a signature that nobody verifies.
func token(subject string, r *rand.Rand) string {
	signature := make([]byte, 256)
	for i := range signature {
		signature[i] = byte(r.Uint32())
	}
	payload := fmt.Sprintf(`{"iss":"https://id.example.com/","aud":"https://api.example.com","sub":%q,"scope":"orders:read profile",`+
		`"iat":1760000000,"exp":1990000000,"jti":"%016x"}`, subject, r.Uint64())
	parts := []string{`{"alg":"RS256","typ":"JWT","kid":"2026-01"}`, payload, string(signature)}
	for i, p := range parts {
		parts[i] = base64.RawURLEncoding.EncodeToString([]byte(p))
	}
	return strings.Join(parts, ".")
}

// headers are the 12 that every request has.
func (c caller) headers() []string {
	return []string{
		"host: api.example.com",
		"user-agent: Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
		"accept: application/json, text/plain, */*",
		"accept-encoding: gzip, deflate, br",
		"accept-language: en-GB,en;q=0.9,de;q=0.8",
		"authorization: Bearer " + c.token,
		"x-api-key: " + c.key,
		"cookie: theme=dark; session=" + c.session + "; consent=1",
		"x-forwarded-for: " + c.address,
		"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"cache-control: no-cache",
		"referer: https://app.example.com/account/orders",
	}
}

// get asks for one of the caller's objects.
func (c caller) get(object int) []byte {
	line := fmt.Sprintf("GET /v1/customers/%s/orders/%d?expand=lines&limit=20 HTTP/1.1", c.subject, object)
	return []byte(line + "\r\n" + strings.Join(c.headers(), "\r\n") + "\r\n\r\n")
}

// loginBody is what an application sends with a login, some 600 bytes; the subject and a nonce are to be filled in.
const loginBody = `{"username":"%s@example.com","password":"correct horse battery","device":{"id":"8d9f3b1e-5a52-4a0f-9d06-3f1f0f6b7a11",` +
	`"model":"Pixel 9","os":"Android 16","locale":"en-GB","timezone":"Europe/London","screen":[1080,2424],"carrier":"Example Mobile"},` +
	`"app":{"version":"12.4.1","build":4812,"channel":"store"},"location":{"latitude":51.50735,"longitude":-0.12776,"accuracy":12.5},` +
	`"consent":{"marketing":false,"analytics":true},"note":"Logging in from my new phone, the old one's screen is broken. Thanks!","from":"https://app.example.com/account/orders?tab=open","theme":"dark","nonce":"%s"}`

// post logs the caller in.
func (c caller) post() []byte {
	body := fmt.Sprintf(loginBody, c.subject, c.session[:16])
	h := append(c.headers(), "content-type: application/json", fmt.Sprintf("content-length: %d", len(body)))
	return []byte("POST /v1/login HTTP/1.1\r\n" + strings.Join(h, "\r\n") + "\r\n\r\n" + body)
}

// requests draws requests of the callers of a network, such as "203.0.113".
func requests(network string, make func(c caller, object int) []byte) [][]byte {
	r := newRand()
	all := newCallers(network, r)
	zipf := rand.NewZipf(r, zipfExponent, 1, callers-1)
	drawn := [][]byte{}
	for range requestsDrawn {
		i := int(zipf.Uint64())
		drawn = append(drawn, make(all[i], 1_000_000+7919*i+31*r.IntN(objectsPerCaller)))
	}
	return drawn
}

// strangers draws as many requests, each of another caller.
func strangers() [][]byte {
	r := newRand()
	drawn := [][]byte{}
	for i := range requestsDrawn {
		c := newCaller(i%250, fmt.Sprintf("%s.%d", strangersNetwork, i/250), r)
		drawn = append(drawn, c.get(1_000_000+7919*i))
	}
	return drawn
}

func newCallers(network string, r *rand.Rand) []caller {
	all := make([]caller, callers)
	for i := range all {
		all[i] = newCaller(i, network, r)
	}
	return all
}

// The networks of callers: those who are served, and those who are denied.
const (
	servedNetwork = "198.51.100"
	deniedNetwork = "203.0.113"
	// strangersNetwork has room for a caller each request.
	strangersNetwork = "198.18"
)

// policyText declares what Picket should know of this API: a login, an owner in a path, and some more endpoints.
const policyText = `picket: v1
mode: enforce
endpoints:
  - match: "POST /v1/login"
    purpose: login
    account: username
  - match: "GET /v1/customers/{customer}/orders/{order}"
    owner: customer
  - match: "GET /v1/customers/{customer}"
    owner: customer
  - match: "GET /v1/products/**"
  - match: "GET /healthz"
scenarios: # a few callers stand for many, and ask for more than any of them would
  exhaustion-requests: {off: true}
  exhaustion-bytes: {off: true}
  exhaustion-time: {off: true}
  scraping: {off: true}
  token-guessing: {off: true}
`

// newRand gives the same numbers in each run.
func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
