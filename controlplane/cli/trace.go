package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"picket/envoy/bootstrap"
)

// traceFile names the file that remembers the Envoy of a picket up: its pid and its state directory, a line each.
const traceFile = "envoy.pid"

// rememberEnvoy writes the trace, for a later run that finds the port taken.
func rememberEnvoy(home string, pid int, dir string) error {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return fmt.Errorf("remember Envoy: %w", err)
	}
	if err := os.WriteFile(filepath.Join(home, traceFile), fmt.Appendf(nil, "%d\n%s\n", pid, dir), 0o600); err != nil {
		return fmt.Errorf("remember Envoy: %w", err)
	}
	return nil
}

// forgetEnvoy removes the trace after a clean stop.
func forgetEnvoy(home string) {
	_ = os.Remove(filepath.Join(home, traceFile))
	_ = os.Remove(home) // only when it is empty
}

// earlierEnvoy gives the pid of an Envoy that outlived its picket up.
func earlierEnvoy(home string) (pid int, ok bool) {
	b, err := os.ReadFile(filepath.Join(home, traceFile))
	if err != nil {
		return 0, false
	}
	text, dir, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	pid, err = strconv.Atoi(text)
	if err != nil || pid <= 1 || syscall.Kill(pid, 0) != nil {
		return 0, false
	}
	// A pid may have been given to another program since.
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err == nil && !strings.Contains(string(line), filepath.Join(dir, bootstrap.BootstrapFile)) {
		return 0, false
	}
	return pid, true
}
