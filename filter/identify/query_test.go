package identify

import "testing"

func TestQueriesAreToldApartByWhatTheyLookForAndWhereTheyGoOn(t *testing.T) {
	r := NewRouter(testKey(t), nil, nil, nil)
	query := func(target string) uint64 { return r.Place([]byte("GET"), nil, []byte(target)).Query }
	for name, c := range map[string]struct {
		a, b string
		same bool
	}{
		"another word":                        {"/find?q=shoe", "/find?q=coat", false},
		"another page":                        {"/find?q=shoe&page=1", "/find?q=shoe&page=2", false},
		"another cursor":                      {"/items?limit=50&cursor=0f3a9b2c11", "/items?limit=50&cursor=0f3a9b2c12", false},
		"a value that runs into the next":     {"/find?q=a&page=bc", "/find?q=ab&page=c", false},
		"other parameters differ":             {"/find?q=shoe&t=17&lang=de", "/find?q=shoe&t=18&lang=en", true},
		"more of them than are looked at":     {"/find?q=a&search=b&page=1", "/find?q=a&search=b&page=2", true},
		"ids are objects":                     {"/find?id=1", "/find?id=2", true},
		"another path with the same question": {"/find?q=shoe", "/search?q=shoe", true},
	} {
		t.Run(name, func(t *testing.T) {
			for range 3 { // also once they are remembered
				if got := query(c.a) == query(c.b); got != c.same {
					t.Errorf("%s and %s: same %v, want %v", c.a, c.b, got, c.same)
				}
			}
		})
	}
	for target, want := range map[string]bool{"/find?q=shoe": true, "/find?q=": false, "/find?q": false, "/find": false, "/find?id=7": false, "/find?lang=de": false, "/find?after=x": true} {
		if got := query(target) != 0; got != want {
			t.Errorf("%s: %v, want %v", target, got, want)
		}
	}
}

func TestLookingAtQueriesAllocatesNothing(t *testing.T) {
	r := NewRouter(testKey(t), nil, nil, nil)
	target := []byte("/find?q=shoe&page=2&lang=de")
	allocs := testing.AllocsPerRun(100, func() { r.place(&r.other, []byte("GET"), 0, target) })
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
