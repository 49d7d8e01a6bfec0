//go:build !picket_embed

package compiled

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Env names the file to use in place of those that are looked for.
const Env = "PICKET_FILTER"

// module reads the file that Env names, else picket.wasm beside the executable, else build/picket.wasm in the working
// directory or the nearest one above it.
func module() (b []byte, from string, err error) {
	if name := os.Getenv(Env); name != "" {
		b, err = os.ReadFile(name)
		if err != nil {
			return nil, "", fmt.Errorf("read the filter that %s names: %w: run make build", Env, err)
		}
		return b, name, nil
	}
	for _, name := range candidates() {
		b, err = os.ReadFile(name)
		if err == nil {
			return b, name, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, "", fmt.Errorf("read the filter: %w", err)
		}
	}
	return nil, "", errors.New("this picket has no filter in it and found no picket.wasm: run make build")
}

// candidates lists where the filter may be, the first that exists wins.
func candidates() []string {
	var names []string
	if exe, err := os.Executable(); err == nil {
		names = append(names, filepath.Join(filepath.Dir(exe), "picket.wasm"))
	}
	dir, err := os.Getwd()
	if err != nil {
		return names
	}
	for {
		names = append(names, filepath.Join(dir, "build", "picket.wasm"))
		parent := filepath.Dir(dir)
		if parent == dir {
			return names
		}
		dir = parent
	}
}
