package identify

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func testKey(t testing.TB) *Key {
	t.Helper()
	k, ok := NewKey(7, []byte("0123456789abcdef"))
	if !ok {
		t.Fatal("NewKey refused 16 bytes")
	}
	return &k
}

// pairs serializes headers as the host does.
func pairs(kv ...string) Pairs {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(kv)/2))
	for _, s := range kv {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
	}
	for _, s := range kv {
		b = append(append(b, s...), 0)
	}
	return b
}

func sources() *Sources {
	return &Sources{
		KeyHeaders: [][]byte{[]byte("x-api-key"), []byte("apikey")}, KeyParameters: [][]byte{[]byte("api_key")},
		SessionCookies: [][]byte{[]byte("session")}, JWT: true, Basic: true,
	}
}

func jwt(header, payload string) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(payload)) + ".c2ln"
}

func identifyPairs(t *testing.T, path string, kv ...string) Facets {
	t.Helper()
	var r Request
	kv = append([]string{":method", "GET", ":path", path, ":authority", "api.example.com"}, kv...)
	if !r.Scan(pairs(kv...), sources()) {
		t.Fatal("Scan refused well-formed headers")
	}
	_, query, _ := strings.Cut(path, "?")
	return Identify(testKey(t), sources(), &r, []byte(query), nil, new(Scratch))
}

func TestFacetsComeFromWhereTheyStand(t *testing.T) {
	k := testKey(t)
	sub := k.Hash(DomainSubject, []byte("alice"))
	bearer := "Bearer " + jwt(`{"alg":"HS256"}`, `{"iss":"x","aud":["sub","y"],"nested":{"sub":"mallory"},"sub":"alice"}`)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("alice:pw"))
	tests := map[string]struct {
		path    string
		headers []string
		want    Facets
	}{
		"key header": {"/", []string{"x-api-key", "k1"},
			Facets{Key: k.Hash(DomainKey, []byte("k1")), Credential: k.Hash(DomainKey, []byte("k1"))}},
		"the first configured key header wins": {"/", []string{"apikey", "other", "x-api-key", "k1"},
			Facets{Key: k.Hash(DomainKey, []byte("k1")), Credential: k.Hash(DomainKey, []byte("k1"))}},
		"key in the query": {"/x?a=1&API_KEY=k1", nil,
			Facets{Key: k.Hash(DomainKey, []byte("k1")), Credential: k.Hash(DomainKey, []byte("k1")), KeyInURL: true}},
		"session cookie": {"/", []string{"cookie", "a=b; session=s1; c=d"},
			Facets{Session: k.Hash(DomainSession, []byte("s1")), Credential: k.Hash(DomainSession, []byte("s1"))}},
		"jwt subject at the top level only": {"/", []string{"authorization", bearer},
			Facets{Subject: sub, SubjectSource: SubjectJWT, Credential: k.Hash(DomainCredential, []byte(bearer))}},
		"basic user is the same subject": {"/", []string{"authorization", basic},
			Facets{Subject: sub, SubjectSource: SubjectBasic, Credential: k.Hash(DomainCredential, []byte(basic))}},
		"an opaque bearer token is a session": {"/", []string{"authorization", "Bearer opaque"},
			Facets{Session: k.Hash(DomainSession, []byte("opaque")), Credential: k.Hash(DomainSession, []byte("opaque"))}},
		"beside a session's cookie an opaque bearer token is a credential only": {"/", []string{"authorization", "Bearer opaque", "cookie", "session=s1"},
			Facets{Session: k.Hash(DomainSession, []byte("s1")), Credential: k.Hash(DomainCredential, []byte("Bearer opaque"))}},
		"alg none": {"/", []string{"authorization", "bearer " + jwt(`{"alg":"NonE"}`, `{"sub":5}`)},
			Facets{Subject: k.Hash(DomainSubject, []byte("5")), SubjectSource: SubjectJWT, WeakToken: true,
				Credential: k.Hash(DomainCredential, []byte("bearer "+jwt(`{"alg":"NonE"}`, `{"sub":5}`)))}},
		"nothing": {"/", nil, Facets{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, identifyPairs(t, tt.path, tt.headers...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryDeclaredWordIsFoundHoweverManyThereAre(t *testing.T) {
	k := testKey(t)
	for _, n := range []int{1, few, few + 1, 5 * few} {
		var rules []Rule
		for i := range n {
			rules = append(rules, Rule{Method: "GET", Path: "/v1/" + strconv.Itoa(i) + "/{id}"})
		}
		r := NewRouter(k, append(rules, rules...), nil, nil)
		for i := range n {
			p := r.Place([]byte("GET"), nil, []byte("/v1/"+strconv.Itoa(i)+"/x"))
			if p.Rule == nil || p.Rule.Path != rules[i].Path {
				t.Errorf("%d of %d rules: found %+v", i, n, p.Rule)
			}
		}
		if p := r.Place([]byte("GET"), nil, []byte("/v1/none/x")); p.Rule != nil {
			t.Errorf("of %d rules one fits a word that none has", n)
		}
	}
}

func TestARememberedTokenSaysTheSameAndNoOther(t *testing.T) {
	k, s, scratch := testKey(t), sources(), new(Scratch)
	for round := range 3 {
		for i := range 3 * lastTokens { // each place holds three in turn
			name := "user-" + strconv.Itoa(i)
			alg := []string{"none", "RS256"}[i%2]
			auth := "Bearer " + jwt(`{"alg":"`+alg+`"}`, `{"sub":"`+name+`"}`)
			want := Facets{Subject: k.Hash(DomainSubject, []byte(name)), SubjectSource: SubjectJWT, WeakToken: i%2 == 0,
				Credential: k.Hash(DomainCredential, []byte(auth))}
			for range 2 {
				got := Identify(k, s, &Request{Authorization: []byte(auth)}, nil, nil, scratch)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("round %d, %s: %s", round, name, diff)
				}
			}
		}
	}
}

func TestMalformedHeaderMapsAreRefused(t *testing.T) {
	good := pairs(":method", "GET", ":path", "/")
	for n := range good {
		var r Request
		if n > 0 && r.Scan(good[:n], sources()) {
			t.Errorf("Scan took %d of %d bytes", n, len(good))
		}
	}
	huge := append(Pairs{0xff, 0xff, 0xff, 0xff}, good...)
	var r Request
	if r.Scan(huge, sources()) {
		t.Error("Scan took a map that claims four billion headers")
	}
}

func TestSegmentsOfTheShapeOfValuesBecomeIDs(t *testing.T) {
	ids := []string{
		"1", "42", "-7", "2024-01-31", "550e8400-e29b-41d4-a716-446655440000", "deadbeef01", "john@example.com", "a%20b", "5f3Kz09QpL",
		"+14155550123", "user12345", "été", strings.Repeat("a", 41), "ORDER-2024-77", "x1y2z3w4",
	}
	words := []string{"v1", "v2.1", "customers", "sim-swap", "port_outs", "oauth2", "S3", "face", "cafe", "API", "customerById"}
	for _, s := range ids {
		if !shapedLikeID([]byte(s)) {
			t.Errorf("%q is taken for a word", s)
		}
	}
	for _, s := range words {
		if shapedLikeID([]byte(s)) {
			t.Errorf("%q is taken for an id", s)
		}
	}
}

func place(t *testing.T, rules []Rule, hosts []string, method, host, target string) Place {
	t.Helper()
	return *NewRouter(testKey(t), rules, hosts, nil).Place([]byte(method), []byte(host), []byte(target))
}

func TestTheSameEndpointHasOneName(t *testing.T) {
	same := [][2]string{
		{"/v1/customers/1", "/v1/customers/2"},
		{"/v1/customers/1", "/v1//customers/550e8400-e29b-41d4-a716-446655440000/"},
		{"/v1/search?id=1", "/v1/search?q=x"},
	}
	for _, s := range same {
		if a, b := place(t, nil, nil, "GET", "a", s[0]), place(t, nil, nil, "GET", "b:443", s[1]); a.Endpoint != b.Endpoint {
			t.Errorf("%s and %s are two endpoints", s[0], s[1])
		}
	}
	if place(t, nil, nil, "GET", "a", "/x").Endpoint == place(t, nil, nil, "PUT", "a", "/x").Endpoint {
		t.Error("GET and PUT are one endpoint")
	}
}

func TestOnlyHostsThatThePolicyNamesCount(t *testing.T) {
	hosts := []string{"api.example.com"}
	named := place(t, nil, hosts, "GET", "API.example.com:8443", "/x")
	if named.Host == 0 || named.Host != place(t, nil, hosts, "GET", "api.example.com", "/x").Host {
		t.Error("a named host is not known in capitals with a port")
	}
	if a, b := place(t, nil, hosts, "GET", "evil-1", "/x"), place(t, nil, hosts, "GET", "evil-2", "/x"); a.Host != 0 || a.Endpoint != b.Endpoint {
		t.Error("a stranger's host made an endpoint of its own")
	}
}

func TestDeclaredEndpointsComeFirst(t *testing.T) {
	rules := []Rule{
		{Method: "GET", Path: "/v1/customers/{id}", OwnerParameter: "id"},
		{Path: "/v1/customers/me"},
		{Method: "GET", Path: "/files/**"},
		{Method: "GET", Host: "api.example.com", Path: "/v1/customers/{id}"},
		{Method: "POST", Path: "/v1/login", AccountField: "username"},
	}
	hosts := []string{"api.example.com"}
	tests := []struct{ method, host, path, rule string }{
		{"GET", "x", "/v1/customers/alice", "GET /v1/customers/{id}"},
		{"GET", "x", "/v1/customers/me", " /v1/customers/me"},
		{"GET", "api.example.com", "/v1/customers/7", "GETapi.example.com /v1/customers/{id}"},
		{"PUT", "x", "/v1/customers/7", ""},
		{"GET", "x", "/files/a/b/c", "GET /files/**"},
		{"GET", "x", "/files", "GET /files/**"},
		{"POST", "x", "/v1/login", "POST /v1/login"},
		{"GET", "x", "/v1/login", ""},
	}
	for _, tt := range tests {
		p := place(t, rules, hosts, tt.method, tt.host, tt.path)
		got := ""
		if p.Rule != nil {
			got = p.Rule.Method + p.Rule.Host + " " + p.Rule.Path
		}
		if got != tt.rule {
			t.Errorf("%s %s%s: rule %q, want %q", tt.method, tt.host, tt.path, got, tt.rule)
		}
	}
	p := place(t, rules, nil, "GET", "x", "/v1/customers/alice")
	if string(p.OwnerRaw) != "alice" || p.Segments[2] != 0 {
		t.Errorf("owner %q, segment %x", p.OwnerRaw, p.Segments[2])
	}
	if shaped := place(t, nil, nil, "GET", "x", "/v1/customers/7"); shaped.Endpoint != p.Endpoint {
		t.Error("declared and shaped endpoints of one template differ")
	}
}

func TestObjectsAreAllIDsTogether(t *testing.T) {
	object := func(target string) uint64 { return place(t, nil, nil, "GET", "x", target).Object }
	if object("/v1/customers/12/lines/3") == object("/v1/customers/1/lines/23") {
		t.Error("neighbouring ids ran into each other")
	}
	for _, target := range []string{"/x?id=4", "/x?customer_id=4", "/x?customerId=4", "/x?a=b&order-id=4"} {
		if object(target) == 0 {
			t.Errorf("%s names no object", target)
		}
	}
	for _, target := range []string{"/x", "/x?grid=4", "/x?paid=4", "/x?id="} {
		if object(target) != 0 {
			t.Errorf("%s names an object", target)
		}
	}
	if n := place(t, nil, nil, "GET", "x", "/v1/customers/41").Number; n != 42 {
		t.Errorf("number %d, want the id plus 1", n)
	}
}

func TestIDsThatFillTheRoomForThemAreNoHarm(t *testing.T) {
	for n := 100; n < 300; n++ { // some of these fill it to the last byte
		place(t, nil, nil, "GET", "x", "/"+strings.Repeat("7", n)+"/"+strings.Repeat("8", 510-n)+"/9?id=1")
		place(t, nil, nil, "GET", "x", "/"+strings.Repeat("7", n)+"/"+strings.Repeat("8", 255)+"/"+strings.Repeat("9", 255)+"?id=1")
	}
}

func TestAPathCannotBeMadeExpensive(t *testing.T) {
	var rules []Rule
	for i := range 1 << 10 { // every mix of a word and a parameter in ten places
		var b strings.Builder
		for j := range 10 {
			if i>>j&1 == 1 {
				b.WriteString("/{p}")
			} else {
				b.WriteString("/w")
			}
		}
		b.WriteString("/end")
		rules = append(rules, Rule{Path: b.String()})
	}
	visits := 0
	r := NewRouter(testKey(t), rules, nil, nil)
	var p Place
	var raw [MaxSegments][]byte
	p.N, p.Truncated = split([]byte(strings.Repeat("/w", 11)), &raw)
	r.rules.find(&p, &raw, 0, &visits)
	if visits > 3*searchLimit {
		t.Errorf("a look-up visited %d nodes", visits)
	}
}

func TestForwardedSkipsTrustedProxies(t *testing.T) {
	tests := []struct {
		header string
		hops   int
		want   string
	}{
		{"198.51.100.7", 0, "198.51.100.7"},
		{"10.0.0.1, 198.51.100.7", 0, "198.51.100.7"},
		{"203.0.113.9, 198.51.100.7", 1, "203.0.113.9"},
		{"evil, 203.0.113.9,198.51.100.7", 1, "203.0.113.9"},
		{"2001:db8::1, 198.51.100.7", 1, "2001:db8::1"},
		{"::ffff:203.0.113.9, 198.51.100.7", 1, "203.0.113.9"},
		{"198.51.100.7", 1, ""},
		{"unknown, 198.51.100.7", 1, ""},
		{"", 0, ""},
	}
	for _, tt := range tests {
		got := ""
		if a, ok := Forwarded([]byte(tt.header), tt.hops); ok {
			got = a.String()
		}
		if got != tt.want {
			t.Errorf("%q with %d hops: %q, want %q", tt.header, tt.hops, got, tt.want)
		}
	}
	for text, want := range map[string]string{"192.0.2.1:443": "192.0.2.1", "[2001:db8::1]:443": "2001:db8::1", "fe80::1%eth0": "", "/var/run/x": ""} {
		got := ""
		if a, ok := Address([]byte(text)); ok {
			got = a.String()
		}
		if got != want {
			t.Errorf("Address(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestDottedAddressesAreReadAsTheLibraryReadsThem(t *testing.T) {
	for _, s := range []string{"1.2.3.4", "255.255.255.255", "0.0.0.0", "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1..2.3", "1.2.3.", "", "1.2.3.4444", "::1", "00.1.2.3"} {
		want, err := netip.ParseAddr(s)
		got, ok := dotted([]byte(s))
		if isV4 := err == nil && want.Is4(); ok != isV4 || ok && got != want {
			t.Errorf("%q: %v %v, want %v %v", s, got, ok, want, isV4)
		}
	}
}

func TestNetworksHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[uint64]string{}
	for _, s := range []string{"10.0.0.0/8", "10.0.0.0/9", "10.0.0.0/32", "::/0", "0.0.0.0/0", "a00::/8", "2001:db8::/64"} {
		p := netip.MustParsePrefix(s)
		if was, ok := seen[Network(p)]; ok {
			t.Errorf("%s is named as %s", s, was)
		}
		seen[Network(p)] = s
	}
	if a, b := netip.MustParsePrefix("10.1.2.3/8"), netip.MustParsePrefix("10.0.0.0/8"); Network(a) != Network(b) {
		t.Error("host bits change a network's name")
	}
}

func TestIdentifyingAllocatesNothing(t *testing.T) {
	h := pairs(":method", "GET", ":path", "/v1/customers/123?api_key=k", ":authority", "api.example.com", "x-forwarded-for", "203.0.113.9",
		"authorization", "Bearer "+jwt(`{"alg":"HS256"}`, `{"sub":"alice"}`), "cookie", "session=abc", "accept", "*/*")
	k, s, scratch := testKey(t), sources(), new(Scratch)
	router := NewRouter(k, []Rule{{Method: "GET", Path: "/v1/customers/{id}"}}, []string{"api.example.com"}, nil)
	var r Request
	allocs := testing.AllocsPerRun(100, func() {
		r.Scan(h, s)
		Forwarded(r.ForwardedFor, 0)
		Identify(k, s, &r, nil, nil, scratch)
		router.Place(r.Method, r.Host, r.Path)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func FuzzScan(f *testing.F) {
	f.Add([]byte(pairs(":method", "GET", ":path", "/a/1?id=2", "cookie", "session=x", "authorization", "Bearer a.b.c")), 1)
	k, _ := NewKey(1, make([]byte, 16))
	router := NewRouter(&k, []Rule{{Path: "/a/{x}/**"}, {Path: "/a/b"}}, []string{"h"}, nil)
	f.Fuzz(func(t *testing.T, b []byte, hops int) {
		var r Request
		if !r.Scan(b, sources()) {
			return
		}
		Identify(&k, sources(), &r, r.Path, nil, new(Scratch))
		Forwarded(r.ForwardedFor, hops%8)
		if p := router.Place(r.Method, r.Host, r.Path); p.N > MaxSegments {
			t.Fatal(p.N)
		}
	})
}

func ExamplePlace() {
	k, _ := NewKey(1, []byte("0123456789abcdef"))
	p := NewRouter(&k, nil, nil, nil).Place([]byte("GET"), nil, []byte("/v1/customers/42"))
	fmt.Println(p.N, string(p.Words[1]), p.Segments[2], p.Number)
	// Output: 3 customers 0 43
}
