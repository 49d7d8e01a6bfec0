package inspect

import "testing"

func TestAValueInWhichNothingWasFoundIsRememberedByItsWholeText(t *testing.T) {
	const prose = "the old one's screen is broken; call me at (020) 555 - thanks!"
	in := New()
	deep := func(name, value string) int {
		in.Begin([]byte("POST"))
		b := in.Body([]byte("application/json"))
		b.Feed([]byte(`{"` + name + `":"` + value + `"}`))
		b.End()
		if w := in.Worst(); w != nil && w.Confidence >= DefaultThreshold {
			return -1
		}
		_, n := in.Work()
		return n
	}
	if deep("note", prose) == 0 {
		t.Fatal("the first pass lets the value go: it shows nothing here")
	}
	if n := deep("note", prose); n != 0 {
		t.Errorf("the same value again: %d bytes looked at deeply", n)
	}
	for name, value := range map[string]string{"title": prose, "note": prose[:len(prose)-1] + "?"} {
		if deep(name, value) == 0 {
			t.Errorf("%s %q is taken for a value that it is not", name, value)
		}
	}
	deep("password", prose)
	if deep("password", prose) == 0 {
		t.Error("a password is remembered")
	}
	for range 2 {
		if deep("note", "x' OR 1=1 -- ") != -1 {
			t.Error("an attack is not found each time that it comes")
		}
	}
}

func TestATokensKnownHeaderHidesNothingBehindIt(t *testing.T) {
	const head = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9" // {"alg":"RS256","typ":"JWT"}
	const payload, signature = ".eyJzdWIiOiJhbmEifQ", ".hq0F3Jh_gGIwoTygd5bado9kB0jRo_aqukAES5h1OkPGS"
	in := New()
	for _, tt := range []struct {
		name, token string
		found       bool
	}{
		{"a good one", head + payload + signature, false},
		{"a good one again", head + payload + signature, false},
		{"the same header without a signature", head + payload + ".", true},
		{"the same header without a payload", head + "." + signature, true},
		{"the same header with a short signature", head + payload + ".abc", true},
		{"no algorithm", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + payload + ".", true},
		{"no algorithm again", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + payload + signature, true},
		{"and the good one", head + payload + signature, false},
	} {
		in.Begin([]byte("GET"))
		in.Header([]byte("authorization"), []byte("Bearer "+tt.token))
		if w := in.Worst(); (w != nil && w.Class == Token && w.Confidence >= DefaultThreshold) != tt.found {
			t.Errorf("%s: %+v", tt.name, w)
		}
	}
}
