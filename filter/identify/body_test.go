package identify

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// read reads a body in two pieces.
func read(t testing.TB, want *Wanted, under uint64, contentType, body string, at int) *Body {
	t.Helper()
	k := testKey(t)
	b := &Body{}
	if b.Start(k, want, under, []byte(contentType)) {
		b.Feed([]byte(body[:at]))
		b.Feed([]byte(body[at:]))
		b.End()
	}
	return b
}

func TestAccountsAreFoundInPieces(t *testing.T) {
	tests := map[string]struct{ contentType, body, want string }{
		"json":                                {"application/json; charset=utf-8", `{"a":{"username":"x"},"username": "Alice@x.com","password":"p"}`, "alice@x.com"},
		"a number":                            {jsonType, `{"username":12345}`, "12345"},
		"a number at the end of an object":    {jsonType, `{"x":{"y":1},"username": 12345 }`, "12345"},
		"problem json":                        {"application/vnd.api+json", `{"username":"bob"}`, "bob"},
		"a value is no name":                  {jsonType, `{"x":"username","y":"bob","username":"eve"}`, "eve"},
		"an escaped quote in a value":         {jsonType, `{"x":"\"username\":\"no\"","username":"eve"}`, "eve"},
		"an escaped name and value":           {jsonType, `{"us\u0065rname":"\u0065v\/e"}`, "ev/e"},
		"another case of the name":            {jsonType, `{"userName":"eve"}`, "eve"},
		"the last of two":                     {jsonType, `{"username":"decoy","username":"eve"}`, "eve"},
		"form":                                {formType, `password=p&username=Alice%40x.com`, "alice@x.com"},
		"form with a longer name":             {formType, `username2=no&username=eve&x=y`, "eve"},
		"form with an escaped name":           {formType, `user%6eame=eve`, "eve"},
		"null":                                {jsonType, `{"username":null}`, ""},
		"nothing":                             {jsonType, `{"user":"x"}`, ""},
		"array at the top":                    {jsonType, `["username","x"]`, ""},
		"a content type that nobody can read": {"text/plain", `username=x`, ""},
	}
	k := testKey(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			want := uint64(0)
			if tt.want != "" {
				want = k.Hash(DomainAccount, []byte(tt.want))
			}
			for at := range len(tt.body) {
				if got := read(t, &Wanted{Account: []string{"username"}}, 0, tt.contentType, tt.body, at).Account(); got != want {
					t.Fatalf("cut at %d: hash %x, want %x", at, got, want)
				}
			}
		})
	}
}

func TestTheSurestUsualNameIsTheAccount(t *testing.T) {
	k := testKey(t)
	body := `{"phone":"+49","email":"a@b","password":"x"}`
	if got, want := read(t, &Wanted{Account: usualAccounts()}, 0, jsonType, body, 0).Account(), k.Hash(DomainAccount, []byte("a@b")); got != want {
		t.Errorf("account %x, want that of the e-mail %x", got, want)
	}
}

func TestObjectsAreFoundInBodies(t *testing.T) {
	tests := map[string]struct {
		want        Wanted
		contentType string
		body        string
		ids         []string
		number      uint64
	}{
		"a declared field":             {Wanted{Objects: []string{"account"}}, jsonType, `{"month":"2025-12","account":"4711"}`, []string{"4711"}, 4712},
		"a declared nested field":      {Wanted{Objects: []string{"filter.line.number"}}, jsonType, `{"number":"1","filter":{"a":[{"number":"2"}],"line":{"number":"77"},"number":3}}`, []string{"77"}, 78},
		"each of a list":               {Wanted{Objects: []string{"lines"}}, jsonType, `{"lines":[7, 8,"9", 7],"x":4}`, []string{"7", "8", "9"}, 8},
		"each of a list of objects":    {Wanted{Objects: []string{"lines.no"}}, jsonType, `{"lines":[{"no":7,"x":{}},{"y":[[]],"no":8}]}`, []string{"7", "8"}, 9},
		"a field of a form":            {Wanted{Objects: []string{"line.no"}}, formType, `a=b&line%5Bno%5D=12`, []string{"12"}, 13},
		"a field named as an id":       {Wanted{AnyID: true}, jsonType, `{"name":"x","orderId":17,"paid":true}`, []string{"17"}, 18},
		"many fields named as ids":     {Wanted{AnyID: true}, jsonType, `{"order_ids":[1,2],"ids":["a3"]}`, []string{"1", "2", "a3"}, 4},
		"one in each of a batch":       {Wanted{AnyID: true}, jsonType, `[{"id":"a"},{"id":"b"}]`, []string{"a", "b"}, 0},
		"a variable of GraphQL":        {Wanted{AnyID: true}, jsonType, `{"query":"query($id: ID!){user(id:$id){name}}","variables":{"id":"70001"}}`, []string{"70001"}, 70002},
		"nested ids are not asked for": {Wanted{AnyID: true}, jsonType, `{"a":{"id":1},"variables":{"a":{"id":2}}}`, nil, 0},
		"a request's id is none":       {Wanted{AnyID: true}, jsonType, `{"request_id":"1","traceId":"2","client-id":"3"}`, nil, 0},
		"calls that are numbered":      {Wanted{AnyID: true}, jsonType, `{"id":1,"jsonrpc":"2.0","method":"x"}`, nil, 0},
		"too deep to be looked at":     {Wanted{Objects: []string{"id"}}, jsonType, `{"a":` + strings.Repeat(`[{"b":`, 20) + `1` + strings.Repeat(`}]`, 20) + `,"id":5}`, []string{"5"}, 6},
	}
	k := testKey(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var want []uint64
			for _, id := range tt.ids {
				want = append(want, k.Hash(DomainObject, append([]byte{byte(len(id))}, id...)))
			}
			for at := range len(tt.body) {
				b := read(t, &tt.want, 0, tt.contentType, tt.body, at)
				if diff := cmp.Diff(want, b.Objects(), cmp.Transformer("", slices.Clone[[]uint64])); len(want)+len(b.Objects()) > 0 && diff != "" {
					t.Fatalf("cut at %d: %s", at, diff)
				}
				if b.Number() != tt.number {
					t.Fatalf("cut at %d: number %d, want %d", at, b.Number(), tt.number)
				}
			}
		})
	}
}

func TestARecordHasOneNameWhereverItStands(t *testing.T) {
	inPath := place(t, nil, nil, "GET", "x", "/v1/lines/4711").Object
	inBody := read(t, &Wanted{Objects: []string{"line"}}, 0, jsonType, `{"line":"4711"}`, 0).Objects()
	if len(inBody) != 1 || inBody[0] != inPath {
		t.Errorf("%x in a body, %x in a path", inBody, inPath)
	}
	if under := read(t, &Wanted{Objects: []string{"line"}}, 5, jsonType, `{"line":"4711"}`, 0).Objects(); under[0] == inPath {
		t.Error("the object of the path has no part in it")
	}
}

func TestAFieldTellsAFailure(t *testing.T) {
	tests := map[string]struct {
		rule FieldValue
		body string
		want bool
	}{
		"a truth":                    {FieldValue{"success", "false"}, `{"success": false}`, true},
		"another truth":              {FieldValue{"success", "false"}, `{"success":true}`, false},
		"a text":                     {FieldValue{"status", "error"}, `{"status":"error"}`, true},
		"a number":                   {FieldValue{"error.code", "17"}, `{"error":{"code":17}}`, true},
		"another number":             {FieldValue{"error.code", "17"}, `{"error":{"code":170}}`, false},
		"a text that begins so":      {FieldValue{"message", "Invalid*"}, `{"message":"Invalid credentials"}`, true},
		"anything":                   {FieldValue{"error", "*"}, `{"error":"x"}`, true},
		"null is nothing":            {FieldValue{"error", "*"}, `{"error":null}`, false},
		"one of GraphQL's errors":    {FieldValue{"errors.message", "*"}, `{"errors":[{"message":"no"}],"data":null}`, true},
		"the name at another place":  {FieldValue{"success", "false"}, `{"a":{"success":false}}`, false},
		"the value in a text of it":  {FieldValue{"success", "false"}, `{"note":"\"success\":false"}`, false},
		"a body that is no object":   {FieldValue{"success", "false"}, `false`, false},
		"a value that is not closed": {FieldValue{"success", "false"}, `{"success":fals`, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for at := range len(tt.body) {
				if got := read(t, &Wanted{Failure: []FieldValue{tt.rule}}, 0, jsonType, tt.body, at).Failed(); got != tt.want {
					t.Fatalf("cut at %d: %v", at, got)
				}
			}
		})
	}
}

func TestAHeaderTellsAFailure(t *testing.T) {
	r := &Rule{FailureHeaders: []FieldValue{{"location", "/login?error*"}, {"x-result", "denied"}}}
	for _, tt := range []struct {
		k, v string
		want bool
	}{{"location", "/login?error=1", true}, {"location", "/home", false}, {"x-result", "denied", true}, {"x-result", "denied!", false}, {"x", "denied", false}} {
		if got := r.FailedBy(pairs(":status", "302", tt.k, tt.v)); got != tt.want {
			t.Errorf("%s: %s: %v", tt.k, tt.v, got)
		}
	}
}

func TestNamesAreNotedOnce(t *testing.T) {
	w := &Wanted{Names: true}
	one := read(t, w, 0, jsonType, `{"name":"x","address":{"street":"y"},"tags":[{"a":1},{"a":2}]}`, 0)
	if n := len(one.Names()); n != 5 { // name address address.street tags tags.a
		t.Errorf("%d names", n)
	}
	if a, b := read(t, w, 0, jsonType, `{"cart":{"4711":1}}`, 0), read(t, w, 0, jsonType, `{"cart":{"12":{},"9d3f6a2b":2}}`, 0); !slices.Equal(a.Names(), b.Names()) {
		t.Error("keys that are ids make names")
	}
}

func TestPlacesWantWhatTheirPathsSay(t *testing.T) {
	rules := []Rule{
		{Method: "POST", Path: "/v1/a", AccountField: "no"}, {Method: "POST", Path: "/v1/b", ObjectFields: []string{"x.y"}},
		{Method: "POST", Path: "/v1/c", ShowsWho: true}, {Method: "POST", Path: "/v1/login", ObjectFields: []string{"z"}},
	}
	type wants struct {
		Account, Objects []string
		AnyID, Declared  bool
	}
	usual := usualAccounts()
	tests := map[string]*wants{
		"POST /v1/a":                    {Account: []string{"no"}, Declared: true},
		"POST /v1/b":                    {Objects: []string{"x.y"}, Declared: true},
		"POST /v1/c":                    {Account: usual},
		"POST /v1/login":                {Account: usual, Objects: []string{"z"}, Declared: true},
		"POST /api/signIn":              {Account: usual},
		"POST /api/sign-up":             {Account: usual},
		"POST /api/password_reset":      {Account: usual},
		"POST /auth/sessions":           {Account: usual},
		"POST /design/up":               {AnyID: true},
		"POST /v1/laptops":              {AnyID: true},
		"PUT /v1/orders":                {AnyID: true},
		"PUT /v1/orders/7":              {},
		"POST /v1/orders?order_id=7":    {},
		"DELETE /v1/orders":             nil,
		"GET /v1/orders?q=login":        nil,
		"GET /signup/available?login=x": {Account: usual},
		"GET /login":                    nil,
	}
	r := NewRouter(testKey(t), rules, nil, nil)
	for line, want := range tests {
		method, target, _ := strings.Cut(line, " ")
		for range 3 { // the second time it is kept, the third it is known
			p := r.Place([]byte(method), []byte("x"), []byte(target))
			var got *wants
			if w := p.Wanted; w != nil {
				got = &wants{w.Account, w.Objects, w.AnyID, w.Declared}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", line, diff)
			}
		}
	}
}

func TestAQueryNamesAnAccount(t *testing.T) {
	k := testKey(t)
	var b Body
	if got, want := b.QueryAccount(k, []string{"login"}, []byte("a=1&login=Anna%40x.example")), k.Hash(DomainAccount, []byte("anna@x.example")); got != want {
		t.Errorf("%x, want %x", got, want)
	}
	if got := b.QueryAccount(k, []string{"login"}, []byte("a=1")); got != 0 {
		t.Errorf("%x where there is none", got)
	}
}

func TestNeighboursAreToldByTheEndsOfIDs(t *testing.T) {
	tests := map[string]struct {
		a, b string
		far  uint64 // how far apart; 0: at least one has no order
	}{
		"numbers":                          {"41", "42", 1},
		"invoices":                         {"INV-2024-000123", "INV-2024-000125", 2},
		"a prefix of letters":              {"JJD004000000000", "JJD004000000011", 11},
		"a short number behind a word":     {"user7", "user9", 2},
		"parts that differ before it":      {"P-2021-00007", "P-2022-00008", 1},
		"days over the end of a month":     {"2025-01-31", "2025-02-01", 1},
		"hardware addresses":               {"3c71bf0000f9", "3c71bf0000fa", 1},
		"hexadecimal over a nine":          {"3c71bf000009", "3c71bf00000a", 1},
		"object ids":                       {"507f1f77bcf86cd799439011", "507f1f77bcf86cd799439012", 1},
		"random ids have no order":         {"V1StGXR8Z5jdHi6BmyT7", "V1StGXR8Z5jdHi6BmyT8", 0},
		"a random UUID has no order":       {"9d3f6a2b-1c4e-4f5a-8b7c-0123456789ab", "9d3f6a2b-1c4e-4f5a-8b7c-0123456789ac", 0},
		"a UUID that is counted has":       {"00000000-0000-0000-0000-0000000000a9", "00000000-0000-0000-0000-0000000000aa", 1},
		"words have no order":              {"gold", "silver", 0},
		"no more digits than fit a number": {"X-99999999999999999999999999999999", "X-99999999999999999999999999999998", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a, b := ordinal([]byte(tt.a)), ordinal([]byte(tt.b))
			if far := max(a, b) - min(a, b); tt.far != 0 && (a == 0 || b == 0) || tt.far == 0 && a != 0 && b != 0 || tt.far != far && tt.far != 0 {
				t.Errorf("%d and %d", a, b)
			}
		})
	}
}

func TestReadingABodyTakesNoMemory(t *testing.T) {
	k := testKey(t)
	w := &Wanted{Account: usualAccounts(), AnyID: true, Names: true}
	body, kind := []byte(`{"username":"anna","order_id":17,"items":[{"sku":"a","n":1}],"note":"\u00e4"}`), []byte(jsonType)
	b := &Body{}
	if n := testing.AllocsPerRun(100, func() {
		b.Start(k, w, 0, kind)
		b.Feed(body)
		b.End()
		b.Account()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkBody(b *testing.B) {
	k, _ := NewKey(1, make([]byte, 16))
	w := &Wanted{AnyID: true, Names: true}
	body := []byte(`{"customer":{"name":"Anna Example","street":"Long Street 17","city":"Springfield","phone":"+49 170 1234567"},"items":[{"sku":"AB-1234","amount":2,"price":19.99},{"sku":"CD-9876","amount":1,"price":5.49}],"note":"Please ring the bell twice, and leave it with the neighbours if nobody opens.","coupon":null}`)
	r := &Body{}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r.Start(&k, w, 0, []byte(jsonType))
		r.Feed(body)
		r.End()
	}
}

func FuzzBody(f *testing.F) {
	f.Add([]byte(`{"u":"x","a":[{"id":1}],"v":{"b":"\u00e4"},"f":false}`), 3, true)
	f.Add([]byte(`u=x%40&u=2&a[id]=7`), 3, false)
	k, _ := NewKey(1, make([]byte, 16))
	w := &Wanted{Account: []string{"u", "v.b"}, Objects: []string{"a.id"}, AnyID: true, Failure: []FieldValue{{"f", "false"}}, Names: true}
	f.Fuzz(func(t *testing.T, b []byte, at int, json bool) {
		kind := []byte(jsonType)
		if !json {
			kind = []byte(formType)
		}
		at = max(0, min(at, len(b)))
		var whole, parts Body
		whole.Start(&k, w, 1, kind)
		whole.Feed(b)
		whole.End()
		parts.Start(&k, w, 1, kind)
		parts.Feed(b[:at])
		parts.Feed(b[at:])
		parts.End()
		if whole.Account() != parts.Account() || whole.Failed() != parts.Failed() || whole.Number() != parts.Number() ||
			!slices.Equal(whole.Objects(), parts.Objects()) || !slices.Equal(whole.Names(), parts.Names()) {
			t.Fatal("a cut changes what is found")
		}
	})
}

func FuzzOrdinal(f *testing.F) {
	f.Add([]byte("INV-2024-000123"))
	f.Fuzz(func(_ *testing.T, id []byte) { ordinal(id) })
}
