package learn

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/filter/inspect"
	"picket/filter/inspect/corpus"
)

// few is a small corpus with a shape of its own for each value.
func few(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	f, err := os.Create(dir + "/values.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	e := json.NewEncoder(z)
	for _, v := range []corpus.Value{
		{Value: "1' or '1'='1", Class: "sqli"}, {Value: "<script>alert(1)</script>", Class: "xss"}, {Value: ";cat /etc/passwd", Class: "cmdi"},
		{Value: "Ana's", Class: corpus.Benign}, {Value: "a; b (c)", Class: corpus.Benign}, {Value: "x = 'y'", Class: corpus.Benign},
	} {
		if err := e.Encode(map[string]string{"value": v.Value, "class": v.Class}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheSameInputGivesTheSameFile(t *testing.T) {
	o := Options{Corpora: few(t), North: true, South: true, Requests: 300, Epochs: 2}
	var files []string
	for range 2 {
		m, _, err := Train(inspect.New(), o)
		if err != nil {
			t.Fatal(err)
		}
		name := t.TempDir() + "/weights.go"
		if err := m.Write(name); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, string(b))
	}
	if diff := cmp.Diff(files[0], files[1]); diff != "" {
		t.Error(diff)
	}
}
