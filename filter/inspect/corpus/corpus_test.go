package corpus

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShapesFoldLettersDigitsAndLengths(t *testing.T) {
	same := [][2]string{{"1' or '1'='1", "4711' AND '22'='9"}, {"abc-12", "x-999"}, {"....//", "../"}, {"é", "abc"}}
	for _, c := range same {
		if diff := cmp.Diff(Shape(c[0]), Shape(c[1])); diff != "" {
			t.Errorf("%q and %q: %s", c[0], c[1], diff)
		}
	}
	if Shape("a b") == Shape("ab") {
		t.Error("white space is folded away")
	}
}

func TestAboutThreeOfTenShapesAreHeld(t *testing.T) {
	n := 0
	for i := range 10000 {
		if Held(string(rune('a'+i%26)) + string(rune(i))) {
			n++
		}
	}
	if n < 2700 || n > 3300 {
		t.Errorf("%d of 10000", n)
	}
}
