package identify

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var placesRules = []Rule{
	{Method: "GET", Path: "/v1/customers/{customer}/orders/{order}", OwnerParameter: "customer"},
	{Path: "/v1/products/**"}, {Path: "/v2/customers/{id}"}, {Host: "api.example.com", Path: "/v1/plans/{plan}"},
}

// part is a segment of a path, or a value in a query, of which many are much alike.
func part() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"v1", "v2", "customers", "orders", "products", "plans", "a-b", "x.y", "deadbeef", "feed-2024", "AbCdEf123456", "r2d2", "1.5", "a..b", "%41", ""}),
		rapid.StringMatching(`[0-9]{1,12}`), rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}`), rapid.StringMatching(`[a-c]{1,2}[0-9]{3,5}[a-c]?`),
	)
}

func target() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := "/" + strings.Join(rapid.SliceOfN(part(), 1, 5).Draw(t, "path"), "/")
		for i, n := 0, rapid.IntRange(0, 3).Draw(t, "parameters"); i < n; i++ {
			s += string("?&&"[i]) + rapid.SampledFrom([]string{"id", "order_id", "q", "page", "limit2", "n1234", "search", "cursor"}).Draw(t, "name") + "=" + part().Draw(t, "value")
		}
		return s
	})
}

func TestARememberedPlaceIsThePlaceItself(t *testing.T) {
	k := testKey(t)
	slugs := []Slug{{Prefix: []uint64{k.Hash(DomainWord, []byte("v2"))}, Words: []uint64{k.Hash(DomainWord, []byte("orders"))}}}
	remembers := NewRouter(k, placesRules, []string{"api.example.com"}, [][]byte{[]byte("q")})
	remembers.Learn(slugs)
	rapid.Check(t, func(t *rapid.T) {
		method := rapid.SampledFrom([]string{"GET", "POST", "BREW"}).Draw(t, "method")
		host := rapid.SampledFrom([]string{"api.example.com", "other"}).Draw(t, "host")
		for _, s := range rapid.SliceOfN(target(), 1, 8).Draw(t, "targets") {
			for range 3 {
				got := remembers.Place([]byte(method), []byte(host), []byte(s))
				fresh := NewRouter(k, placesRules, []string{"api.example.com"}, [][]byte{[]byte("q")})
				fresh.Learn(slugs)
				want := fresh.Place([]byte(method), []byte(host), []byte(s))
				if d := cmp.Diff(view(want), view(got), cmpopts.EquateEmpty()); d != "" {
					t.Fatalf("%s %s%s: %s", method, host, s, d)
				}
			}
		}
	})
}

// view is what others read of a place.
func view(p *Place) map[string]any {
	var words []string
	for i := range p.N {
		words = append(words, string(p.Words[i]))
	}
	rule := ""
	if p.Rule != nil {
		rule = p.Rule.Path
	}
	var wanted Wanted
	if p.Wanted != nil {
		wanted = *p.Wanted
	}
	return map[string]any{"wanted": fmt.Sprint(wanted), "endpoint": p.Endpoint, "method": p.Method, "host": p.Host, "segments": fmt.Sprint(p.Segments[:p.N]), "words": words,
		"truncated": p.Truncated, "object": p.Object, "number": p.Number, "rule": rule, "owner": string(p.OwnerRaw), "query": p.Query, "literal": p.Literal}
}

func TestTargetsThatDifferInTheirIDsOnlyFoldAlike(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		alike bool
	}{
		{"/v1/orders/1234", "/v1/orders/9876", true},
		{"/v1/orders/12", "/v1/orders/34", true},
		{"/v1/orders/0d9c2f7e-1111-4222-8333-abcdefabcdef", "/v1/orders/ffffffff-0000-4222-8333-abcdefabcdef", true},
		{"/v1/customers/customer-00012/orders", "/v1/customers/customer-99912/orders", true},
		{"/v1/x?page=3", "/v1/x?page=4", true},
		{"/v1/x", "/v2/x", false},
		{"/v1/orders/123", "/v1/orders/1234", false},
		{"/v1/x?host=2130706433", "/v1/x?host=3130706433", false},
		{"/v1/x?n1234=1", "/v1/x?n1235=1", false},
	} {
		var a, b [maxFolded + 8]byte
		if !fold(&a, []byte(c.a)) || !fold(&b, []byte(c.b)) || (a == b) != c.alike {
			t.Errorf("%s and %s: %q, %q", c.a, c.b, a[:len(c.a)], b[:len(c.b)])
		}
	}
}

func TestWhatIsMoreThanWordsAndIDsIsNotFolded(t *testing.T) {
	for _, s := range []string{"", "x", "/a//b", "/a/../b", "/a/%2e", "/a?x=1=2", "/a?x=/b", "/a;b", "/v1.2", "/a?url=10.0.0.1", "/a?q='", "/a?b?c", "/a&b", "/a=b", "/" + strings.Repeat("a", maxFolded)} {
		var dst [maxFolded + 8]byte
		if fold(&dst, []byte(s)) {
			t.Errorf("%q is folded", s)
		}
	}
}

func FuzzPlaces(f *testing.F) {
	f.Add([]byte("/v1/customers/1234/orders/5?id=7"), []byte("/v1/customers/4321/orders/5?id=8"))
	k, _ := NewKey(1, make([]byte, 16))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		r := NewRouter(&k, placesRules, nil, nil)
		for _, s := range [][]byte{a, a, a, b} {
			r.Place([]byte("GET"), nil, s)
		}
		got := view(r.Place([]byte("GET"), nil, b))
		if d := cmp.Diff(view(NewRouter(&k, placesRules, nil, nil).Place([]byte("GET"), nil, b)), got, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
	})
}

func BenchmarkPlace(b *testing.B) {
	k, _ := NewKey(1, make([]byte, 16))
	for name, target := range map[string]string{
		"a record":       "/v1/customers/4711",
		"a UUID":         "/v1/orders/9d3f6a2b-1c4e-4f5a-8b7c-0123456789ab",
		"a compound id":  "/v1/invoices/INV-2024-000123",
		"an odd query":   "/v1/customers/search?q=shoe+7&page=2",
		"no known place": "/v1/customers/Anna.Example/lines",
	} {
		b.Run(name, func(b *testing.B) {
			r := NewRouter(&k, nil, nil, nil)
			for b.Loop() {
				r.Place([]byte("GET"), nil, []byte(target))
			}
		})
	}
}
