package report

import "testing"

// taught gives names that know an endpoint of so many bodies with the names 1, 2 and 3.
func taught(bodies int) *names {
	t := &names{}
	for range bodies {
		t.see(7, []uint64{1, 2, 3}, true)
	}
	return t
}

func TestANameIsNewWhereAnEndpointIsKnown(t *testing.T) {
	for name, tt := range map[string]struct {
		bodies int
		marks  []uint64
		want   bool
	}{
		"a new one":                        {learnBodies, []uint64{1, 9}, true},
		"those that it has":                {learnBodies, []uint64{3, 1}, false},
		"an endpoint that is hardly known": {learnBodies - 1, []uint64{1, 9}, false},
		"an endpoint that is not known":    {0, []uint64{9}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := taught(tt.bodies).see(7, tt.marks, false); got != tt.want {
				t.Errorf("new: %v", got)
			}
		})
	}
}

func TestANameThatIsTakenOftenEnoughIsNewNoMore(t *testing.T) {
	n := taught(learnBodies)
	for range 10 {
		if !n.see(7, []uint64{9}, false) {
			t.Fatal("what the service did not take was learned")
		}
	}
	fresh := 0
	for range 10 {
		if n.see(7, []uint64{9}, true) {
			fresh++
		}
	}
	if fresh != familiarName {
		t.Errorf("new %d times", fresh)
	}
}

func TestAnEndpointWithTooManyNamesIsNotJudged(t *testing.T) {
	n := &names{}
	for i := range uint64(2 * maxNames) {
		n.see(7, []uint64{1, 100 + i}, true)
	}
	if n.see(7, []uint64{9}, true) {
		t.Error("keys of a map are taken for names")
	}
}

func TestEndpointsThatAreKnownKeepTheirPlaces(t *testing.T) {
	n := taught(learnBodies)
	for e := range uint64(100_000) {
		n.see(8+e, []uint64{1}, true)
	}
	if !n.see(7, []uint64{9}, false) {
		t.Error("strangers' endpoints took the place of one that is known")
	}
	kept := 0
	for _, e := range n.endpoints {
		if e != nil {
			kept++
		}
	}
	if kept != namedEndpoints {
		t.Errorf("%d endpoints", kept)
	}
}

func TestNamesTakeNoMemoryOnceTheyAreThere(t *testing.T) {
	n := taught(learnBodies)
	if got := testing.AllocsPerRun(100, func() { n.see(7, []uint64{1, 2, 3}, true) }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}
