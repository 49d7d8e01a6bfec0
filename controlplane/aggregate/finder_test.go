package aggregate

import (
	"testing"

	"pgregory.net/rapid"
)

func TestHashesFindWhatAMapDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, want := hashes[uint64]{}, map[uint64]int32{}
		for range rapid.IntRange(1, 300).Draw(t, "n") {
			k := rapid.Uint64Range(0, 40).Draw(t, "key")
			if _, known := want[k]; known && rapid.Bool().Draw(t, "delete") {
				delete(want, k)
				h.delete(k)
			} else if !known {
				want[k] = int32(k)
				h.put(k, int32(k))
			}
			h.delete(41) // is not there
		}
		for k := range uint64(42) {
			n, known := want[k]
			if got, ok := h.get(k); ok != known || ok && got != n {
				t.Fatalf("key %d: %d (%v), want %d (%v)", k, got, ok, n, known)
			}
		}
		if h.len() != len(want) {
			t.Fatalf("%d keys, want %d", h.len(), len(want))
		}
	})
}
