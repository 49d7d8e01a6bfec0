package scenario

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed pack/*.yaml
var files embed.FS

// Builtin gives the pack that comes with Picket. It compiles it each time, which takes some 10 ms.
func Builtin() (*Pack, error) {
	pack := &Pack{Name: "built-in"}
	names, err := fs.Glob(files, "pack/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list the built-in scenarios: %w", err)
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the built-in scenarios: %w", err)
		}
		p, err := Parse(name, data)
		if err != nil {
			return nil, fmt.Errorf("read the built-in scenarios: %w", err)
		}
		pack.Scenarios = append(pack.Scenarios, p.Scenarios...)
	}
	return pack, nil
}
