package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// buildEmpty compiles the filter that does nothing, as the Makefile compiles Picket's. The working directory is in the
// source tree.
func buildEmpty(ctx context.Context, to string) error {
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildmode=c-shared", "-ldflags", "-s -w", "-o", to, "picket/envoy/bench/empty")
	c.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("compile the empty filter: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
