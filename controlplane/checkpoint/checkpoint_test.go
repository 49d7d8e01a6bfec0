package checkpoint_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"picket/controlplane/checkpoint"
)

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, i, h := rapid.Uint64().Draw(t, "u"), rapid.Int64().Draw(t, "i"), rapid.Uint64().Draw(t, "h")
		f, b, s := rapid.Float64().Draw(t, "f"), rapid.Bool().Draw(t, "b"), rapid.String().Draw(t, "s")
		var w checkpoint.Writer
		w.Section("other", func(w *checkpoint.Writer) { w.Text("not read") })
		w.Section("one", func(w *checkpoint.Writer) {
			w.Uint(u)
			w.Int(i)
			w.Hash(h)
			w.Float(f)
			w.Bool(b)
			w.Text(s)
		})
		r := checkpoint.NewReader(w.Bytes()).Sections()["one"]
		if r.Uint() != u || r.Int() != i || r.Hash() != h || math.Float64bits(r.Float()) != math.Float64bits(f) || r.Bool() != b || r.Text() != s {
			t.Fatal("something else was read")
		}
		if r.More() || r.Err() != nil {
			t.Fatalf("more: %v, %v", r.More(), r.Err())
		}
	})
}

func FuzzAnyBytesAreReadWithoutHarm(f *testing.F) {
	var w checkpoint.Writer
	w.Section("a", func(w *checkpoint.Writer) { w.Uint(3); w.Text("x") })
	f.Add(w.Bytes())
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, r := range checkpoint.NewReader(b).Sections() {
			n := r.Count(8)
			for range n {
				r.Hash()
			}
			r.Int()
			r.Bool()
			r.Float()
			if r.Text() == "" && r.More() && r.Err() != nil {
				t.Fatal("there is more after a mistake")
			}
			if err := r.Err(); err != nil && !errors.Is(err, checkpoint.ErrDamaged) {
				t.Fatal(err)
			}
		}
	})
}
