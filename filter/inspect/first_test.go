package inspect

import "testing"

// The first pass takes a word in one step.
func TestNoPairInsideAWordWeighs(t *testing.T) {
	p := newPairs()
	for _, a := range []charClass{ccLetter, ccDigit} {
		for _, b := range []charClass{ccLetter, ccDigit} {
			if p.weight[a][b] != 0 {
				t.Errorf("%d and %d weigh %d", a, b, p.weight[a][b])
			}
		}
	}
}

func TestBase64ValuesAreThoseOfBothAlphabets(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	want := map[byte]int{'-': 62, '_': 63}
	for i := range len(alphabet) {
		want[alphabet[i]] = i
	}
	for c := range 256 {
		v, ok := want[byte(c)]
		if !ok {
			v = -1
		}
		if got := base64Value(byte(c)); got != v {
			t.Errorf("%q stands for %d, want %d", byte(c), got, v)
		}
	}
}
