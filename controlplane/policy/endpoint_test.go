package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/filter/identify"
)

func testKey() *identify.Key {
	k, _ := identify.NewKey(7, []byte("0123456789abcdef"))
	return &k
}

func parse(t testing.TB, yaml string) *File {
	t.Helper()
	f, err := Parse("f", []byte("picket: v1\n"+yaml))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// seen is the endpoint that the filter sees in a request.
func seen(f *File, method, host, path string) controlplane.EndpointID {
	p := identify.NewRouter(testKey(), f.rules(), f.Hosts, nil).Place([]byte(method), []byte(host), []byte(path))
	return controlplane.EndpointID(p.Endpoint)
}

const declaredFile = `hosts: [api.example.com]
endpoints:
  - match: GET api.example.com/v1/plans/{name}
  - match: GET /v1/customers/{customer}/lines/**
  - match: GET /v1/plans/2024
`

func TestEndpointIDIsWhatTheFilterSees(t *testing.T) {
	with, without := parse(t, declaredFile), Default()
	for _, tt := range []struct {
		name       string
		file       *File
		text, want string
		host, path string
	}{
		{"a word is itself", without, "GET /v1/Customers", "GET /v1/Customers", "", "/v1/Customers"},
		{"a parameter is any id", without, "get /v1/customers/{id}/lines", "GET /v1/customers/{id}/lines", "", "/v1/customers/4711/lines"},
		{"a number in it is an id", without, "GET /v1/customers/4711", "GET /v1/customers/{id}", "", "/v1/customers/12"},
		{"the root", without, "GET /", "GET /", "", "/"},
		{"slashes more or less are the same", without, "GET /v1//a/", "GET /v1/a", "", "/v1/a"},
		{"a declared parameter takes words", with, "GET api.example.com/v1/plans/gold", "GET api.example.com/v1/plans/{name}", "API.example.com:443", "/v1/plans/silver"},
		{"a declared word stays one", with, "GET api.example.com/v1/plans/2024", "GET api.example.com/v1/plans/2024", "api.example.com", "/v1/plans/2024"},
		{"the rest is one endpoint", with, "GET api.example.com/v1/customers/{x}/lines/**", "GET api.example.com/v1/customers/{customer}/lines/**", "api.example.com", "/v1/customers/7/lines/a/b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id, name, err := EndpointID(testKey(), tt.text, tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if name != tt.want {
				t.Errorf("name %q, want %q", name, tt.want)
			}
			if want := seen(tt.file, "GET", tt.host, tt.path); id != want {
				t.Errorf("id %016x, the filter sees %016x", uint64(id), uint64(want))
			}
		})
	}
}

func TestEndpointIDTellsMistakes(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no host where the policy names some", "GET /v1/a", "the policy names hosts, so an endpoint needs one: write METHOD host/path with one of api.example.com"},
		{"a host that is not named", "GET other.example/v1/a", "the policy does not name this host: leave it out, or add it to hosts"},
		{"a host with a port", "GET api.example.com:443/v1", "a host is letters, digits, - and . only, without scheme or port"},
		{"a query", "GET api.example.com/v1?a=b", "a path has no spaces, ? or #: leave out the query"},
		{"an unknown method", "FETCH api.example.com/v1", "the method is none of GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH, or OTHER for all else"},
		{"half a parameter", "GET api.example.com/v1/a{id}", "a segment is a word, or {name} as a whole; ** stands at the end"},
		{"** in the middle", "GET api.example.com/**/a", "** stands only at the end of a path"},
		{"** that is not declared", "GET api.example.com/v2/**", "an endpoint with ** must stand among the policy's endpoints"},
		{"too many segments", "GET api.example.com/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "a path has at most 16 segments: end it with **"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := EndpointID(testKey(), tt.text, parse(t, declaredFile)); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestDeclaredEndpointsStandUnderEveryHost(t *testing.T) {
	f := parse(t, declaredFile)
	declared := f.Declared(testKey())
	got := map[string]string{}
	for _, r := range []struct{ host, path string }{
		{"api.example.com", "/v1/plans/gold"}, {"api.example.com", "/v1/customers/7/lines/8"}, {"else", "/v1/customers/7/lines"}, {"else", "/v1/plans/2024"},
	} {
		got[r.host+r.path] = declared[seen(f, "GET", r.host, r.path)].Name
	}
	want := map[string]string{
		"api.example.com/v1/plans/gold":          "GET api.example.com/v1/plans/{name}",
		"api.example.com/v1/customers/7/lines/8": "GET api.example.com/v1/customers/{customer}/lines/**",
		"else/v1/customers/7/lines":              "GET /v1/customers/{customer}/lines/**",
		"else/v1/plans/2024":                     "GET /v1/plans/2024",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(declared) != 5 {
		t.Errorf("%d ids, want 5: two of three stand under two hosts", len(declared))
	}
}

func FuzzEndpointID(f *testing.F) {
	f.Add("GET /v1/customers/{id}")
	f.Add("POST api.example.com/**")
	f.Fuzz(func(t *testing.T, text string) {
		id, name, err := EndpointID(testKey(), text, Default())
		if err != nil {
			return
		}
		again, _, err := EndpointID(testKey(), name, Default())
		if err != nil || again != id {
			t.Fatalf("%q is %q, which is not the same: %v", text, name, err)
		}
	})
}
