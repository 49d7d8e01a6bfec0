package natsstore_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestWithoutItsServerPicketBuildsAndSaysWhatToDo builds the program both ways.
func TestWithoutItsServerPicketBuildsAndSaysWhatToDo(t *testing.T) {
	if os.Getenv("CI") == "" && os.Getenv("PICKET_LONG") == "" {
		t.Skip("builds two programs: CI and make faults do")
	}
	sizes := map[string]int64{}
	program := ""
	for _, tags := range []string{"", "picket_noserver"} {
		program = filepath.Join(t.TempDir(), "picket")
		build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-tags="+tags, "-o", program, "picket/controlplane/cmd/picket")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		info, err := os.Stat(program)
		if err != nil {
			t.Fatal(err)
		}
		sizes[tags] = info.Size()
	}
	with, without := float64(sizes[""])/(1<<20), float64(sizes["picket_noserver"])/(1<<20)
	t.Logf("%.1f MB with the server, %.1f MB without: %.1f MB less", with, without, with-without)
	if without >= with {
		t.Error("leaving the server out saves nothing")
	}
	state := filepath.Join(t.TempDir(), "state")
	out, err := exec.CommandContext(t.Context(), program, "serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--state", state).CombinedOutput()
	if err == nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "give --state memory or --state nats://HOST:PORT") {
		t.Errorf("%v, %q", err, out)
	}
}
