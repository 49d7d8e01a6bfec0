//go:build !picket_embed

package compiled

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestModuleComesFromTheNearestPlace(t *testing.T) {
	root := t.TempDir()
	inner := filepath.Join(root, "a", "b")
	put(t, filepath.Join(root, "build", "picket.wasm"), magic+"above")
	put(t, filepath.Join(inner, "named.wasm"), magic+"named")
	put(t, filepath.Join(inner, "broken.wasm"), "broken")
	t.Chdir(inner)
	cases := []struct {
		name, env, want, mistake string
	}{
		{"above the working directory", "", "above", ""},
		{"the environment wins", "named.wasm", "named", ""},
		{"one that is not there", "none.wasm", "", "run make build"},
		{"one that is no module", "broken.wasm", "", "no WebAssembly module"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv(Env, c.env)
			b, err := Module()
			if c.mistake != "" {
				if err == nil || !strings.Contains(err.Error(), c.mistake) {
					t.Errorf("error %v, want one with %q", err, c.mistake)
				}
				return
			}
			if err != nil || string(b) != magic+c.want {
				t.Errorf("got %q, %v", b, err)
			}
		})
	}
	t.Run("nowhere", func(t *testing.T) {
		t.Setenv(Env, "")
		t.Chdir(t.TempDir())
		if _, err := Module(); err == nil || !strings.Contains(err.Error(), "run make build") {
			t.Errorf("error %v", err)
		}
	})
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
